"""What does the plan come to? Sentences a head of office can repeat."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import ceil, floor, isfinite

from provision.domain.plan import PROVEN_GAP, Coverage, Plan, Rung
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.years import format_school_year
from provision.questions.years import projected
from provision.text import Words

_NAMED = 3
_LONG_ENOUGH = 600
"""The seconds a planner is told to allow where the clock ended the search."""
SHOWN = Fraction(1, 20)
"""The items from which one decimal says more than 0: what rounding fractions of machines leaves is less."""
_UNFAIR = 0.1
"""The gap of the fairness rung above which the sharing between schools is called unsettled."""


def headline(plan: Plan, words: Words) -> tuple[str, ...]:
    """Return the three sentences of the verdict, and where it is so, what the reader must know of them.

    Before them stands that the clock ended the search, after them which years are projected.
    """
    return tuple(filter(None, (hurried(plan, words), *verdict(plan, words), projected(plan, words))))


def hurried(plan: Plan, words: Words) -> str:
    """Return one sentence where another run may give another plan, with what to do about it; empty where none may."""
    if plan.reproducible:
        return ""
    limit = plan.problem.scenario.time_limit
    return words("verdict.hurried", seconds=limit, advice=_advice(plan, words))


def verdict(plan: Plan, words: Words) -> tuple[str, str, str]:
    """Return three sentences: what schools get, what stays missing, what it costs."""
    return _gets(plan, words), missing(plan, words), _costs(plan, words)


def assumptions(plan: Plan, words: Words) -> tuple[str, ...]:
    """Return what the figures rest on: ratio basis and what the other would say, the tail, and every warning."""
    told = [_basis(plan, words), _rounding(plan, words)]
    if plan.tail_cost:
        cost = words.number(plan.tail_cost, 1)
        told.append(words("verdict.tail", years=plan.problem.tail, cost=cost))
    elif plan.problem.tail:
        told.append(words("verdict.tail_free", years=plan.problem.tail))
    told.extend(words(f"warning.{code}", **details) for code, details in plan.warnings)
    return tuple(told)


def proof(plan: Plan, words: Words, *, advised: bool = True) -> str:
    """Return one sentence on how far the plan is proven, and where it is far from fair one on what to do.

    That the choice between plans that are alike is not proven is told only where nothing else is open.
    """
    if plan.status == "proven":
        if not plan.tail_cost:
            return words("verdict.proof_proven")
        cost = words.number(plan.tail_cost, 1)
        return words("verdict.proof_proven_tail", years=plan.problem.tail, cost=cost)
    still_open = [r for r in plan.rungs if _is_open(r)]
    open_rungs = [r for r in still_open if r.name != "tie"] or still_open
    gaps = [words("verdict.gap", rung=words(f"rung.{r.name}"), gap=gap_of(r, words)) for r in open_rungs]
    said = words("verdict.proof_feasible", gaps=words.listing(gaps))
    unfair = advised and any(r.name == "fairness" and r.gap > _UNFAIR for r in plan.rungs)
    return f"{said} {words('verdict.unfair', advice=_advice(plan, words))}" if unfair else said


def gap_of(rung: Rung, words: Words) -> str:
    """Return the gap of an objective with one decimal, rounded up: what is said to be within it is."""
    if not _is_open(rung):
        return words.percent(0)
    return words.percent(ceil(Fraction(rung.gap) * 1000) / 1000 if isfinite(rung.gap) else rung.gap, 1)


def fairness(plan: Plan, words: Words) -> str:
    """Return one sentence on how the last year's shortage is shared between schools; empty where there is none."""
    last = plan.problem.years[-1]
    rows = sorted((c for c in plan.machines if c.year == last and c.need), key=lambda c: (-_share(c), c.school))
    if not rows or rows[0].missing < SHOWN or plan.problem.is_one_school:
        return ""
    worst, alike = plan.problem.names[rows[0].school], sum(_share(c) == _share(rows[0]) for c in rows)
    return words(
        "verdict.fairness",
        last=format_school_year(last),
        worst=words("verdict.worst_alike", school=worst, others=alike - 1) if alike > 1 else worst,
        most=words.percent(_share(rows[0])),
        least=words.percent(_share(rows[-1])),
        met=sum(c.missing < SHOWN for c in rows),
        schools=len(rows),
    )


def missing(plan: Plan, words: Words) -> str:
    """Return one sentence on what stays missing, by year and in the last year, with the schools that lack most."""
    first, last = plan.problem.years[0], plan.problem.years[-1]
    years = plan.totals["years"]
    short = [y for y in plan.problem.years if years[str(y)]["missing"] >= SHOWN]
    if not short:
        met = "verdict.met_alone" if plan.problem.is_one_school else "verdict.met"
        return words(met, first=format_school_year(first), last=format_school_year(last))
    parts = [
        words(
            "verdict.missing_year",
            year=format_school_year(y),
            machines=words.number(years[str(y)]["missing"], 1),
            share=words.percent(Fraction(years[str(y)]["missing"]) / years[str(y)]["need"], 1),
        )
        for y in short
    ]
    end = years[str(last)]
    text = words(
        "verdict.missing_alone" if plan.problem.is_one_school else "verdict.missing",
        parts=words.listing(parts),
        last=format_school_year(last),
        schools=end["schools_short"],
        pupils=end["pupils_without"],
    )
    return f"{text} {_worst(plan, short[-1], words)}".rstrip()


def _worst(plan: Plan, year: int, words: Words) -> str:
    rows = sorted(
        (c for c in plan.machines if c.year == year and c.missing >= SHOWN), key=lambda c: (-c.missing, c.school)
    )
    if not rows or plan.problem.is_one_school:
        return ""
    named = [
        words("verdict.name_part", school=plan.problem.names[c.school], machines=words.number(c.missing, 1))
        for c in rows[:_NAMED]
    ]
    if len(rows) > _NAMED:
        named.append(words("list.more", count=len(rows) - _NAMED))
        schools = ", ".join(named[:-1]) + " " + named[-1]
    else:
        schools = words.listing(named)
    return words("verdict.names", year=format_school_year(year), schools=schools)


def _gets(plan: Plan, words: Words) -> str:
    bought = [p for p in plan.machines_bought if plan.problem.options[p.option].mode == "buy"]
    others = _other_ways(plan, words)
    if not bought and not others:
        return words("verdict.gets_nothing" if plan.totals["missing"] else "verdict.needs_nothing")
    by_year: Counter[int] = Counter()
    for p in bought:
        by_year[p.year] += p.quantity  # type: ignore[assignment]  # fractions where the scenario asks for them
    last = plan.problem.years[-1]
    end = plan.totals["years"][str(last)]
    parts = [
        words("verdict.in_year", year=format_school_year(y), machines=words.number(n, 1))
        for y, n in sorted(by_year.items())
    ]
    alone = plan.problem.is_one_school
    first = words(
        "verdict.gets_alone" if alone else "verdict.gets",
        last=format_school_year(last),
        schools=len({p.school for p in bought}),
        machines=words.number(sum(by_year.values()), 1),
        by_year="; ".join(parts) or words("verdict.none"),
    )
    besides = [words("verdict.besides", ways=words.listing(others))] if others else []
    counts = {"last": format_school_year(last), "have": words.number(end["have"], 1), "need": end["need"]}
    there = words("verdict.there_alone" if alone else "verdict.there", **counts)
    return "; ".join([first, *besides, there])


def _other_ways(plan: Plan, words: Words) -> list[str]:
    """Return how many machines are had in other ways than by buying, a part a way."""
    ways: Counter[str] = Counter()
    for p in plan.machines_bought:
        ways[plan.problem.options[p.option].mode] += p.quantity  # type: ignore[assignment]
    for t in plan.transfers:
        if t.item == PUPIL_COMPUTER:
            ways["move"] += t.quantity  # type: ignore[assignment]
    return [
        words(f"verdict.way_{way}", machines=words.number(ways[way], 1))
        for way in ("repair", "refurbish", "lease", "move")
        if ways[way]
    ]


def _costs(plan: Plan, words: Words) -> str:
    budget, cost = plan.totals["budget"], plan.totals["cost"]
    if not cost:
        return words("verdict.costs_nothing", budget=words.money(budget))
    spent: Counter[str] = Counter()
    shared_out = 0
    for s in plan.spending:
        if is_school_money(plan, s.fund):
            shared_out += s.spent
        else:
            spent[plan.problem.fund_name(s.fund, words.language)] += s.spent
    parts = [words("verdict.fund_part", fund=f, amount=words.money(n)) for f, n in spent.most_common() if n]
    if shared_out:
        count = sum(is_school_money(plan, f) for f in plan.problem.funds)
        others = words("chart.spending.others", count=count)
        parts.append(words("verdict.fund_part", fund=others[0].lower() + others[1:], amount=words.money(shared_out)))
    return words(
        "verdict.costs",
        cost=words.money(cost),
        budget=words.money(budget),
        funds="; ".join(parts),
        left=words.money(budget - cost),
        kept=words.money(_kept(plan)),
        last=format_school_year(plan.problem.years[-1]),
    )


def _kept(plan: Plan) -> int:
    """Return what outlives the horizon of what is bought in the years still planned, in VND."""
    ahead = [p for p in plan.purchases if p.year in plan.problem.open_years]
    return floor(sum(p.cost * plan.problem.kept_share(p.option, p.year) for p in ahead))


def is_school_money(plan: Plan, fund: tuple[str, str]) -> bool:
    """Say whether a fund is one school's own among many: it may pay for one school only in every year."""
    if plan.problem.is_one_school:
        return False
    purses = [purse for (f, _), purse in plan.problem.purses.items() if f == fund]
    return all(purse.schools is not None and len(purse.schools) <= 1 for purse in purses)


def _basis(plan: Plan, words: Words) -> str:
    problem = plan.problem
    last = problem.years[-1]
    basis = problem.scenario.ratio_basis or problem.roadmap.ratio_basis
    other = "enrolled" if basis == "covered" else "covered"
    said = {
        "basis": words(f"basis.{basis}"),
        "other": words(f"basis.{other}"),
        "last": format_school_year(last),
        "need": problem.basis_need[basis, last],
        "other_need": problem.basis_need[other, last],
    }
    rows = [c for c in plan.machines if c.year == last and c.need]
    without = [c for c in rows if c.have == 0]
    if without or not rows:
        alone = "verdict.basis_no_machine_alone" if without else "verdict.basis_no_need_alone"
        key = alone if problem.is_one_school else "verdict.basis_no_machine"
        return words(key, without=len(without), **said)
    return words("verdict.basis", worst=words.number(max(_in_class(plan, c) for c in rows), 1), **said)


def _rounding(plan: Plan, words: Words) -> str:
    problem = plan.problem
    basis = problem.scenario.ratio_basis or problem.roadmap.ratio_basis
    return words(
        "verdict.rounding_alone" if problem.is_one_school else "verdict.rounding",
        rounding=words(f"rounding.{problem.scenario.rounding or problem.roadmap.rounding}"),
        first=format_school_year(problem.years[0]),
        need=problem.basis_need[basis, problem.years[0]],
        pooled=problem.basis_need["pooled", problem.years[0]],
    )


def _advice(plan: Plan, words: Words) -> str:
    """Return what to write where, to let the search end by itself: ten minutes, or twice what was allowed."""
    limit = plan.problem.scenario.time_limit
    seconds = _LONG_ENOUGH if limit < _LONG_ENOUGH else ceil(2 * limit)
    return words("verdict.allow_time", seconds=str(seconds))


def _is_open(rung: Rung) -> bool:
    """Say whether an objective might still be bettered by what a planner would notice."""
    return rung.gap > PROVEN_GAP or (rung.name == "missing" and rung.value - rung.bound >= 1)


def _share(c: Coverage) -> Fraction:
    """Return the share of a school's need that is missing."""
    return Fraction(c.missing) / c.need


def _in_class(plan: Plan, c: Coverage) -> Fraction:
    """Return the pupils who share one machine when the school's fullest class is taught."""
    return Fraction(plan.problem.largest_class.get((c.school, c.year), 0)) / Fraction(c.have)
