"""Figures a unit or a school scores itself by: pupils a machine, who is on target, networks, teachers, duties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import nan

from provision.domain.indicator import EQUAL, INDICATORS, RATIOS, Indicator
from provision.domain.plan import Coverage, Plan
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.years import format_school_year
from provision.intake.weights import check_weights
from provision.questions.ratios import BASES, basis_in_force, shared_by
from provision.questions.sheets import Frame, Sheet, frame, sheet
from provision.questions.staff import Staffing, staffing
from provision.questions.verdict import SHOWN
from provision.text import Words

DOCUMENTS = ("495/HD-PGD&ĐT, III.3", "3125/SGDĐT-CTTT-KHCN, III.4")
"""Who asks for scores: for quantified ones, and for a unit's own at the end of the year."""


def indicators(
    plan: Plan, year: int, *, school: str | None = None, duties: Fraction | None = None
) -> tuple[Indicator, ...]:
    """Return the indicators of a school year, of one school or of all; ``duties`` is the share of the duties met."""
    rows = [c for c in plan.coverage if c.year == year and school in (None, c.school)]
    posts = [s for s in staffing(plan) if s.year == year and school in (None, s.school)]
    return _measured(plan, rows, posts, duties)


def _measured(
    plan: Plan, rows: Sequence[Coverage], posts: Sequence[Staffing], duties: Fraction | None = None
) -> tuple[Indicator, ...]:
    """Return the indicators of some schools in a year, whose coverage and teachers these are."""
    machines = [c for c in rows if c.item == PUPIL_COMPUTER and c.need]
    found = [_shared(plan, basis, machines) for basis in BASES]
    found.append(_share("schools_on_target", sum(c.missing < SHOWN for c in machines), len(machines)))
    pupils = sum(c.pupils for c in machines)
    found.append(_share("pupils_served", pupils - sum(c.pupils_without for c in machines), pupils))
    rooms = [c for c in rows if c.item == "lan" and c.need]
    found.append(_share("rooms_networked", sum(c.need - c.missing for c in rooms), sum(c.need for c in rooms)))
    lines = [c for c in rows if c.item == "internet_line" and c.need]
    found.append(_share("schools_online", sum(c.missing < SHOWN for c in lines), len(lines)))
    known = [s for s in posts if s.there is not None]
    filled = sum((s.needed - (s.lacking or 0) for s in known), Fraction(0))
    found.append(_share("teachers_there", filled, sum((s.needed for s in known), Fraction(0))))
    return (*found, Indicator("duties_met", duties, duties))


def score(found: Sequence[Indicator], weights: Mapping[str, Fraction] = EQUAL) -> tuple[Fraction, Fraction]:
    """Return the points scored and the most there are: what is not measured counts in neither.

    Raises
    ------
    FaultyInput
        Where a weight is of no indicator, or no number within its bounds.

    """
    weights = check_weights(weights)
    known = [(weights.get(i.code, Fraction(0)), i.attained) for i in found if i.attained is not None]
    return sum((w * share for w, share in known), Fraction(0)), sum((w for w, _ in known), Fraction(0))


def by_unit(plan: Plan, words: Words, *, duties: Fraction | None = None) -> Sheet:
    """Return the indicators of all schools together, year by year, with weight and points in the last year."""
    years = {year: indicators(plan, year, duties=duties) for year in plan.problem.years}
    last = years[plan.problem.years[-1]]
    weights = plan.problem.scoring
    points, most = score(last, weights)
    rows = []
    for at, end in enumerate(last):
        row = {words("indicators.indicator"): words(f"indicator.{end.code}")}
        row |= {format_school_year(year): _said(found[at], words) for year, found in years.items()}
        row[words("indicators.attained")] = "–" if end.attained is None else words.percent(end.attained, 1)
        weight = weights.get(end.code, Fraction(0))
        row[words("indicators.weight")] = words.number(weight, 2)
        row[words("indicators.points")] = "–" if end.attained is None else words.number(weight * end.attained, 2)
        rows.append(row)
    total = {"points": words.number(points, 2), "most": words.number(most, 2), "documents": "; ".join(DOCUMENTS)}
    total["weights"] = words("indicators.alike" if weights == EQUAL else "indicators.weighed")
    return sheet(rows, note=words("indicators.score", **total))


def by_school(plan: Plan, words: Words) -> Sheet:
    """Return each school's indicators and points in the last year, the fewest points first."""
    found = _by_school(plan)
    shares = {school: _scored(rows, plan.problem.scoring) for school, rows in found.items()}
    order = sorted(found, key=lambda school: (shares[school], plan.problem.names[school], school))
    rows = []
    for school in order:
        row = {words("indicators.school"): plan.problem.names[school]}
        row |= {words(f"indicator.{i.code}"): _said(i, words) for i in found[school] if i.code != "duties_met"}
        rows.append(row | {words("indicators.scored"): words.percent(shares[school], 1)})
    return sheet(rows, words("indicators.nothing"))


def formulas(words: Words) -> Sheet:
    """Return how each indicator is reckoned, and what share of what is asked it attains."""
    rows = [
        {
            words("indicators.indicator"): words(f"indicator.{code}"),
            words("indicators.formula"): words(f"indicator_formula.{code}"),
            words("indicators.attained"): words(
                "indicators.attains_ratio" if code in RATIOS else "indicators.attains_share"
            ),
        }
        for code in INDICATORS
    ]
    return sheet(rows, words=3)


def indicator_frame(plan: Plan, words: Words) -> Frame:
    """Return the indicators of the last year as numbers, all schools together first, then school by school."""
    last = plan.problem.years[-1]
    everyone = words("indicators.everyone")
    found = [("", everyone, indicators(plan, last))]
    found += [(school, plan.problem.names[school], rows) for school, rows in _by_school(plan).items()]
    heads = [words("school.code"), words("indicators.school"), *(words(f"indicator.{code}") for code in INDICATORS)]
    return frame(
        ((code, name, *(nan if i.value is None else float(i.value) for i in rows)) for code, name, rows in found),
        heads,
    )


def _by_school(plan: Plan) -> dict[str, tuple[Indicator, ...]]:
    """Return the last year's indicators of every school that needs machines then, in order of code."""
    last = plan.problem.years[-1]
    rows: dict[str, list[Coverage]] = {}
    for c in plan.coverage:
        if c.year == last:
            rows.setdefault(c.school, []).append(c)
    posts = {s.school: s for s in staffing(plan) if s.year == last}
    schools = sorted(c.school for c in plan.machines if c.year == last and c.need)
    return {s: _measured(plan, rows[s], [posts[s]] if s in posts else []) for s in schools}


def _scored(found: Sequence[Indicator], weights: Mapping[str, Fraction]) -> Fraction:
    """Return the share of the points there are that is scored; 0 where there are none."""
    points, most = score(found, weights)
    return points / most if most else Fraction(0)


def _shared(plan: Plan, basis: str, machines: Sequence[Coverage]) -> Indicator:
    """Return pupils a machine on one way of counting; asked are the pupils of the need by the machines needed."""
    counted = plan.problem.counted
    pupils = sum(counted.get((basis, c.school, c.year), 0) for c in machines)
    value = shared_by(pupils, sum(c.have for c in machines))
    need = sum(c.need for c in machines)
    if not need:
        return Indicator(f"pupils_{basis}", None, None)
    asked = Fraction(sum(counted.get((basis_in_force(plan.problem), c.school, c.year), 0) for c in machines), need)
    return Indicator(f"pupils_{basis}", value, Fraction(0) if value is None else min(Fraction(1), asked / value))


def _share(code: str, part: int | Fraction, whole: int | Fraction) -> Indicator:
    share = Fraction(part) / Fraction(whole) if whole else None
    return Indicator(code, share, share)


def _said(indicator: Indicator, words: Words) -> str:
    if indicator.value is None:
        return "–"
    number = indicator.value
    return words.number(number, 1) if indicator.code in RATIOS else words.percent(number, 1)
