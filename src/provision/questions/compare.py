"""What do two to four plans of the same data differ in? By year, by lever and by school."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from provision.domain.plan import Plan, Quantity
from provision.domain.problem import PUPIL_COMPUTER, FundKey
from provision.domain.scenario import LEVERS
from provision.domain.years import format_school_year
from provision.questions.change import side_of
from provision.questions.coverage import share_missing
from provision.questions.remarks import item_name
from provision.questions.report import lever_value
from provision.questions.sheets import Frame, Sheet, frame, sheet
from provision.questions.verdict import SHOWN
from provision.questions.years import year_of
from provision.text import Words

MOST = 4
"""Plans that stand side by side."""

_Missing = Mapping[str, Quantity]


@dataclass(frozen=True)
class Comparison:
    """Plans side by side; the first is what the others are compared with.

    ``said`` is a sentence a further plan; ``items`` and ``money`` are what is paid, by item and by fund; ``frame``
    holds the rows of ``schools`` as numbers, in machines. What shows itself is all but the schools.
    """

    labels: tuple[str, ...]
    said: tuple[str, ...]
    totals: Sheet
    levers: Sheet
    items: Sheet
    money: Sheet
    schools: Sheet
    frame: Frame

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All tables, in the order they are read; those of money only where it differs."""
        money = (table for table in (self.items, self.money) if not table.frame.empty)
        return (self.totals, self.levers, *money, self.schools)

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{escape(line)}</p>" for line in self.said)
        return said + "".join(table.html for table in self.sheets[:-1])


def compare(plans: Sequence[Plan], words: Words, *, year: int | None = None) -> Comparison:
    """Return two to four plans side by side; schools by what they miss in a school year, or in all common years.

    Raises
    ------
    ValueError
        For fewer plans or more, or a year that is not in all of them.

    """
    if not 2 <= len(plans) <= MOST:
        raise ValueError(len(plans))
    common = common_years(plans)
    if year is not None and year not in common:
        raise ValueError(year)
    names = labels(plans, words)
    span = common if year is None else [year]
    missing = [_missing(plan, span) for plan in plans]
    return Comparison(
        labels=names,
        said=tuple(_said(plans, missing, names, n, span, words) for n in range(1, len(plans))),
        totals=_totals(plans, names, words),
        levers=_levers(plans, names, words),
        items=_paid(plans, names, words, "item", lambda plan, item, _: item_name(plan, item, words)),
        money=_paid(plans, names, words, "fund", lambda plan, _, fund: plan.problem.fund_name(fund, words.language)),
        schools=_schools(plans, missing, names, span, words),
        frame=_numbers(plans, missing, names, words),
    )


def labels(plans: Sequence[Plan], words: Words) -> tuple[str, ...]:
    """Return the scenarios' names as a planner reads them; names that repeat are numbered."""
    taken = {words(head) for head in ("compare.what", "table.school", "table.item", "table.fund", "school.code")}
    found = []
    for plan in plans:
        label = told = plan.problem.scenario.label(words.language)
        number = 1
        while told in taken:
            number += 1
            told = words("compare.again", label=label, number=number)
        taken.add(told)
        found.append(told)
    return tuple(found)


def common_years(plans: Sequence[Plan]) -> list[int]:
    """Return the school years that all plans have."""
    return [y for y in plans[0].problem.years if all(y in plan.problem.years for plan in plans)]


def all_years(plans: Sequence[Plan]) -> tuple[int, ...]:
    """Return the school years of any of the plans."""
    return tuple(sorted({y for plan in plans for y in plan.problem.years}))


def _missing(plan: Plan, years: Sequence[int]) -> _Missing:
    """Return the machine-years a school misses in some school years, by school."""
    counts = side_of(plan, years).counts
    return {school: missing for (school, item), (_, _, missing) in counts.items() if item == PUPIL_COMPUTER}


def _totals(plans: Sequence[Plan], names: Sequence[str], words: Words) -> Sheet:
    """Return what the plans come to, a row a figure, a column a plan."""
    years = {year: year_of(year, words, *plans) for year in all_years(plans)}
    columns = [_figures(plan, years, words) for plan in plans]
    return sheet(
        {words("compare.what"): figure}
        | {name: column.get(figure, "–") for name, column in zip(names, columns, strict=True)}
        for figure in dict.fromkeys(figure for column in columns for figure in column)
    )


def _figures(plan: Plan, years: Mapping[int, str], words: Words) -> dict[str, str]:
    """Return what a plan comes to in the reader's words and numbers; a dash is one of the years it does not plan."""
    totals, last = plan.totals, plan.problem.years[-1]
    by_year = totals["years"]
    end = by_year[str(last)]
    ways = dict.fromkeys(("bought", "leased", "moved"), Fraction(0))
    for p in plan.machines_bought:
        ways["leased" if plan.problem.options[p.option].mode == "lease" else "bought"] += Fraction(p.quantity)
    for t in plan.transfers:
        ways["moved"] += Fraction(t.quantity) if t.item == PUPIL_COMPUTER else 0
    worst = max((c for c in plan.machines if c.year == last and c.missing >= SHOWN), key=share_missing, default=None)
    told = {}
    for key in ("need", "missing"):
        for year, name in years.items():
            head = words(f"compare.{key}", year=name)
            told[head] = words.number(by_year[str(year)][key], 1) if str(year) in by_year else "–"
    told[words("compare.machine_years")] = words.number(totals["missing"], 1)
    told |= {words(f"compare.{way}"): words.number(n, 1) for way, n in ways.items()}
    told[words("compare.pupils")] = words.number(end["pupils_without"])
    told[words("compare.short")] = words.number(end["schools_short"])
    told[words("compare.worst")] = "–" if worst is None else _worst(plan, worst.school, share_missing(worst), words)
    if plan.problem.roadmap.is_arranged:
        told |= _looked_after(plan, words)
    told[words("compare.cost")] = words.millions(totals["cost"])
    told[words("compare.left")] = words.millions(totals["budget"] - totals["cost"])
    return told


def _looked_after(plan: Plan, words: Words) -> dict[str, str]:
    """Return the servers and programs schools look after in the last year, those the unit does, and their upkeep."""
    last, arranged = plan.problem.years[-1], {m.item for m in plan.problem.roadmap.minimums if m.arrangement}
    there = [c for c in plan.coverage if c.year == last and c.item in arranged]
    unit = sum(c.have for c in there if c.school in plan.problem.units)
    upkeep = sum(u.cost for u in plan.upkeep if u.item in arranged)
    return {
        words("compare.kept_by_schools"): words.number(sum(c.have for c in there) - unit, 1),
        words("compare.kept_by_unit"): words.number(unit, 1),
        words("compare.kept_upkeep"): words.millions(upkeep),
    }


def _worst(plan: Plan, school: str, share: Fraction, words: Words) -> str:
    return words("compare.worst_part", school=plan.problem.names[school], share=words.percent(share, 1))


def _levers(plans: Sequence[Plan], names: Sequence[str], words: Words) -> Sheet:
    """Return the levers that the plans do not all have the same, a row a lever."""
    rows = []
    for lever in LEVERS:
        values = [getattr(plan.problem.scenario, lever.name) for plan in plans]
        if any(value != values[0] for value in values):
            told = (words("compare.blank") if v in (None, {}, ()) else lever_value(v, words) for v in values)
            rows.append({words("compare.what"): words(f"lever.{lever.name}")} | dict(zip(names, told, strict=True)))
    return sheet(rows, words("compare.no_lever"), words=len(names) + 1)


def _paid(
    plans: Sequence[Plan], names: Sequence[str], words: Words, part: str, named: Callable[[Plan, str, FundKey], str]
) -> Sheet:
    """Return what is paid in the whole horizon in million VND, a row an item or a fund for which it differs."""
    paid: list[Counter[str]] = [Counter() for _ in plans]
    for plan, found in zip(plans, paid, strict=True):
        for (_, item, (unit, fund, _)), amount in side_of(plan, plan.problem.years).paid.items():
            found[named(plan, item, (unit, fund))] += amount
    rows = []
    for name in sorted(set().union(*paid)):
        told = [words.millions(found[name]) for found in paid]
        if len(set(told)) > 1:
            rows.append({words(f"table.{part}"): name} | dict(zip(names, told, strict=True)))
    return sheet(rows, note=words("compare.paid"))


def _differing(missing: Sequence[_Missing]) -> list[str]:
    """Return the schools that do not miss the same in all plans, greatest difference to the first plan first."""
    schools = sorted({school for found in missing for school in found})
    most = {s: max(abs(_change(found, missing[0], s)) for found in missing[1:]) for s in schools}
    return sorted((s for s in schools if most[s] >= SHOWN), key=lambda s: (-most[s], s))


def _schools(
    plans: Sequence[Plan], missing: Sequence[_Missing], names: Sequence[str], span: Sequence[int], words: Words
) -> Sheet:
    """Return the schools that do not miss the same in all plans; a sentence says how many do."""
    differing = _differing(missing)
    rows = []
    for school in differing:
        row = {words("table.school"): plans[0].problem.names[school]}
        row |= {name: words.number(found.get(school, 0), 1) for name, found in zip(names, missing, strict=True)}
        for name, found in zip(names[1:], missing[1:], strict=True):
            row[words("compare.change", label=name)] = _signed(_change(found, missing[0], school), words)
        rows.append(row)
    same = len({school for found in missing for school in found}) - len(differing)
    alone = plans[0].problem.is_one_school
    note = "" if alone else words("compare.same", schools=same, years=_span(span, words))
    return sheet(rows, note, note=" ".join(filter(None, [note, words("compare.unit")])), point=words.point)


def _numbers(plans: Sequence[Plan], missing: Sequence[_Missing], names: Sequence[str], words: Words) -> Frame:
    """Return the same schools with what they miss and the difference to the first plan, as numbers."""
    heads = [words("school.code"), words("table.school"), *names]
    heads += [words("compare.change", label=name) for name in names[1:]]
    rows = []
    for school in _differing(missing):
        counts = [Fraction(found.get(school, 0)) for found in missing]
        changes = [_change(found, missing[0], school) for found in missing[1:]]
        numbers = [int(n) if n.denominator == 1 else float(n) for n in (*counts, *changes)]
        rows.append([school, plans[0].problem.names[school], *numbers])
    return frame(rows, heads)


def _said(
    plans: Sequence[Plan],
    missing: Sequence[_Missing],
    names: Sequence[str],
    number: int,
    span: Sequence[int],
    words: Words,
) -> str:
    """Return what a plan does to the first one, in words: machines, money, of several schools who gains or loses."""
    before, after = (Fraction(sum(missing[n].values())) for n in (0, number))
    cost = plans[number].totals["cost"] - plans[0].totals["cost"]
    schools = missing[0].keys() | missing[number].keys()
    changes = {school: _change(missing[number], missing[0], school) for school in schools}
    parts = [words("compare.said", label=names[number], first=names[0], years=_span(span, words))]
    if abs(after - before) < SHOWN:
        parts.append(words("compare.as_many", machines=words.number(before, 1)))
    else:
        key = "compare.more" if after > before else "compare.fewer"
        count, first, then = (words.number(n, 1) for n in (abs(after - before), before, after))
        parts.append(words(key, count=count, before=first, after=then))
    if cost:
        parts.append(words("compare.dearer" if cost > 0 else "compare.cheaper", amount=words.money(abs(cost))))
    else:
        parts.append(words("compare.same_cost"))
    found = [f"{parts[0]} {words.listing(parts[1:])}."]
    if plans[0].problem.is_one_school:
        return found[0]
    for key, sign in (("compare.lose", 1), ("compare.gain", -1)):
        some = {s: sign * n for s, n in changes.items() if sign * n >= SHOWN}
        if some:
            most = min(some, key=lambda s: (-some[s], s))
            school = plans[0].problem.names[most]
            found.append(words(key, schools=len(some), school=school, machines=words.number(some[most], 1)))
    if len(found) == 1:
        found.append(words("compare.nobody"))
    return " ".join(found)


def _change(found: _Missing, first: _Missing, school: str) -> Fraction:
    """Return how many machines more a school misses than in the first plan."""
    return Fraction(found.get(school, 0)) - Fraction(first.get(school, 0))


def _span(years: Sequence[int], words: Words) -> str:
    """Return which school years are compared, in words."""
    if len(years) == 1:
        return words("compare.one_year", year=format_school_year(years[0]))
    if not years:
        return words("compare.no_year")
    return words("compare.years", first=format_school_year(years[0]), last=format_school_year(years[-1]))


def _signed(change: Fraction, words: Words) -> str:
    """Return a difference with its sign, also where it is more."""
    return f"+{words.number(change, 1)}" if change >= SHOWN else words.number(change, 1)
