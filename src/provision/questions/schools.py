"""Which school gets what, and who is still without? Two tables, a row a school."""

from __future__ import annotations

from collections.abc import Iterable

from provision.domain.plan import Coverage, Plan, Quantity
from provision.domain.years import format_school_year
from provision.questions.sheets import Sheet, sheet
from provision.questions.verdict import SHOWN
from provision.questions.years import year_of
from provision.text import Words

_MOST_ROWS = 20
"""How many of the worst rows a table of shortages shows."""

_Got = dict[tuple[str, int], Quantity]


def by_school(plan: Plan, words: Words) -> Sheet:
    """Return what each school gets each year and has at the end, worst served first, and the sum of all.

    What was got before a merger stands with the school that got it: schools that are gone by the last year come
    after the others, with what became of them beside the name.
    """
    last = plan.problem.years[-1]
    got: _Got = {}
    for p in plan.machines_bought:
        got[p.school, p.year] = got.get((p.school, p.year), 0) + p.quantity
    receivers = {school for school, _ in got}
    ends = [c for c in plan.machines if c.year == last and (c.need or c.have or c.school in receivers)]
    ends.sort(key=lambda c: (-c.missing, plan.problem.names[c.school]))
    rows = [_got_cells(plan, plan.problem.names[c.school], {c.school}, got, words) | _end([c], words) for c in ends]
    gone = sorted(receivers - {c.school for c in ends}, key=lambda school: plan.problem.names[school])
    rows += [
        _got_cells(plan, f"{plan.problem.names[school]} ({_fate(plan, school, words)})", {school}, got, words)
        | dict.fromkeys(_end([], words), "")
        for school in gone
    ]
    if rows:
        rows.append(_got_cells(plan, words("table.total"), receivers, got, words) | _end(ends, words))
    return sheet(rows, point=words.point)


def by_shortage(plan: Plan, words: Words) -> Sheet:
    """Return the schools that are short of machines, a row a school year; where there are many, the worst.

    The rows stand by year, whoever misses most first; what is left out is counted below.
    """
    names = plan.problem.names
    short = sorted(
        (c for c in plan.machines if c.missing >= SHOWN), key=lambda c: (-c.missing, c.year, names[c.school])
    )
    shown, rest = short[:_MOST_ROWS], short[_MOST_ROWS:]
    rows = [
        {
            words("table.year"): year_of(c.year, words, plan, school=c.school),
            words("table.school"): names[c.school],
            words("table.need"): words.number(c.need),
            words("table.have"): words.number(c.have, 1),
            words("table.missing"): words.number(c.missing, 1),
            words("table.pupils_without"): words.number(c.pupils_without),
        }
        for c in sorted(shown, key=lambda c: (c.year, -c.missing, names[c.school]))
    ]
    machines = words.number(sum(c.missing for c in rest), 1)
    note = words("table.short_rest", shown=len(shown), rows=len(rest), machines=machines) if rest else ""
    return sheet(rows, words("table.no_short"), words=2, note=note, point=words.point)


def _got_cells(plan: Plan, name: str, schools: Iterable[str], got: _Got, words: Words) -> dict[str, str]:
    """Return a name, and what the schools behind it get in each year."""
    head = words("table.bought")
    return {words("table.school"): name} | {
        f"{head} {format_school_year(y)}": words.number(sum(got.get((s, y), 0) for s in schools), 1)
        for y in plan.problem.years
    }


def _end(rows: Iterable[Coverage], words: Words) -> dict[str, str]:
    """Return what stands at the end, summed over some rows of the last year."""
    found = list(rows)
    return {
        words("table.have"): words.number(sum(c.have for c in found), 1),
        words("table.need"): words.number(sum(c.need for c in found)),
        words("table.missing"): words.number(sum(c.missing for c in found), 1),
        words("table.pupils_without"): words.number(sum(c.pupils_without for c in found)),
    }


def _fate(plan: Plan, school: str, words: Words) -> str:
    """Return what became of a school that is gone by the last year."""
    heir = plan.problem.owner(school, plan.problem.years[-1])
    if heir is None or heir == school:
        return words("table.closed")
    return words("table.merged", school=plan.problem.names[heir])
