"""What two plans, two years, or a plan and what was bought differ in: by school, by item and by money."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from provision.domain.plan import Coverage, Plan, Purchase, Quantity, Transfer
from provision.domain.problem import PUPIL_COMPUTER

Kind = Literal["plans", "years", "bought", "edited"]
Value = bool | int | float | str | tuple[str, ...] | None
Pair = tuple[float, float]
"""Items before and after."""
Money = tuple[int, int]
"""Whole VND before and after."""

Purse = tuple[str, str, int]
"""A fund's unit, its code and the school year; 0 where the years are what is compared, no code where none is told."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that differs, and may be why an answer does: a cell of a table, a lever, a norm with its section.

    ``kind`` is ``data``, ``lever``, ``roadmap``, ``plan`` (what was bought before) or ``answer`` (the same question,
    answered otherwise). ``key`` names the row. None stands where there is no such row.
    """

    kind: str
    table: str
    key: tuple[str, ...] = ()
    column: str = ""
    before: Value = None
    after: Value = None
    section: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows of an input table are new, gone, or say something else."""

    table: str
    added: int
    removed: int
    changed: int


@dataclass(frozen=True, slots=True)
class Line:
    """A school's pupil computers, or an item of all schools, on both sides: before, after.

    ``need`` and ``missing`` are item-years of the years compared, ``got`` is items bought, leased, repaired or moved
    in; ``paid`` is whole VND for whatever it is. ``names`` are Vietnamese and English. ``why`` says what touches a
    school: its ``own`` rows, what is ``shared`` with others, ``others`` alone, the ``answer`` or the ``plan`` itself;
    ``touched`` are places in the reasons.
    """

    code: str
    names: tuple[str, str]
    need: Pair
    got: Pair
    missing: Pair
    paid: Money
    why: str = ""
    touched: tuple[int, ...] = ()

    @property
    def differs(self) -> bool:
        """Say whether anything of it is not the same on both sides."""
        return any(pair[0] != pair[1] for pair in (self.need, self.got, self.missing, self.paid))


@dataclass(frozen=True, slots=True)
class Funding:
    """What a fund was granted and paid in a school year, in whole VND: before, after."""

    purse: Purse
    names: tuple[str, str]
    given: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class Delivery:
    """One school's purchases of an option in a school year: items and whole VND, as planned and as bought or edited.

    Of what was edited, ``missing`` is item-years that whoever has it by then misses, ``idle`` how many of the items
    serve nobody in any year of the plan, ``unkept`` how many promised to the school that year are not bought.
    """

    school: str
    year: int
    option: str
    names: tuple[str, str]
    quantity: Pair
    paid: Money
    missing: Pair = (0, 0)
    idle: float = 0
    unkept: Pair = (0, 0)


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that edited purchases break, as the audit of a plan says: where, what there is and what is right.

    ``kind`` names the sentence. ``have`` and ``right`` are items, or whole VND that stay unpaid and 0; ``thing`` is
    the code of an option or item and ``names`` what it is called, ``school`` is blank where it is of all. ``payers``
    are the funds that may pay, by their names. ``touched`` are places in the deliveries: whose doing it is.
    """

    rule: str
    kind: str
    school: str
    year: int
    thing: str
    names: tuple[str, str]
    have: float
    right: float
    payers: tuple[tuple[str, str], ...]
    touched: tuple[int, ...]

    @property
    def amount(self) -> float:
        """By how much the rule is broken: items, or whole VND."""
        return abs(self.have - self.right)


@dataclass(frozen=True, slots=True)
class Other:
    """The plan that is compared with: its folder, its scenario, whether in whole machines, how far proven."""

    folder: str
    labels: tuple[str, str]
    whole: bool
    status: str
    gap: float
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What changed, by school, by item and by money, each over the same ``years``; sums are the same to the dong.

    ``tables`` and ``reasons`` are what differs in what was asked; ``deliveries`` are told of what was bought or
    edited, and ``broken`` are the rules that what was edited breaks.
    """

    kind: Kind
    years: tuple[int, ...]
    other: Other | None
    tables: tuple[Counted, ...]
    reasons: tuple[Reason, ...]
    schools: tuple[Line, ...]
    items: tuple[Line, ...]
    money: tuple[Funding, ...]
    deliveries: tuple[Delivery, ...] = ()
    broken: tuple[Broken, ...] = ()


_Counts = tuple[Quantity, Quantity, Quantity]
_NOTHING: _Counts = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Side:
    """One side: need, got and missing items by school and item; whole VND by school, item and purse."""

    counts: Mapping[tuple[str, str], _Counts]
    paid: Mapping[tuple[str, str, Purse], int]


Sides = tuple[Side, Side]
"""Before and after."""


def side(
    coverage: Iterable[Coverage],
    purchases: Iterable[Purchase],
    transfers: Iterable[Transfer],
    bills: Iterable[tuple[str, str, Purse, int]],
) -> Side:
    """Return what the rows of a side come to."""
    counts: dict[tuple[str, str], list[Quantity]] = {}

    def add(school: str, item: str, at: int, quantity: Quantity) -> None:
        counts.setdefault((school, item), list(_NOTHING))[at] += quantity

    for c in coverage:
        add(c.school, c.item, 0, c.need)
        add(c.school, c.item, 2, c.missing)
    for p in purchases:
        add(p.school, p.item, 1, p.quantity)
    for t in transfers:
        add(t.taker, t.item, 1, t.quantity)
        add(t.giver, t.item, 1, -t.quantity)
    paid: dict[tuple[str, str, Purse], int] = {}
    for school, item, purse, amount in bills:
        paid[school, item, purse] = paid.get((school, item, purse), 0) + amount
    return Side({key: (need, got, missing) for key, (need, got, missing) in counts.items()}, paid)


def side_of(plan: Plan, years: Sequence[int], *, yearly: bool = True) -> Side:
    """Return what a plan comes to in some school years; its money by fund and year, or by fund alone."""
    return side(
        [c for c in plan.coverage if c.year in years],
        [p for p in plan.purchases if p.year in years],
        [t for t in plan.transfers if t.year in years],
        [(p.school, p.item, (*p.fund, p.year * yearly), p.amount) for p in plan.payments if p.year in years],
    )


def by_school(sides: Sides, names: Mapping[str, str]) -> tuple[Line, ...]:
    """Return both sides by school, in the order of names; counted are pupil computers, paid is all that is paid."""
    computers = [
        {school: row for (school, item), row in one.counts.items() if item == PUPIL_COMPUTER} for one in sides
    ]
    return _lines(computers, _summed(sides, lambda key: key[0]), {s: (n, n) for s, n in names.items()})


def by_item(sides: Sides, names: Mapping[str, tuple[str, str]]) -> tuple[Line, ...]:
    """Return both sides by item, in the order of names."""
    totals = []
    for one in sides:
        found: dict[str, _Counts] = {}
        for (_, item), row in one.counts.items():
            need, got, missing = found.get(item, _NOTHING)
            found[item] = (need + row[0], got + row[1], missing + row[2])
        totals.append(found)
    return _lines(totals, _summed(sides, lambda key: key[1]), names)


def by_purse(
    sides: Sides, names: Mapping[tuple[str, str], tuple[str, str]], given: Mapping[Purse, Money]
) -> tuple[Funding, ...]:
    """Return both sides by fund and year: all that pay, and all that were given anything."""
    paid = _summed(sides, lambda key: key[2])
    purses = sorted(paid.keys() | given.keys(), key=lambda p: (p[2], p[0], p[1]))
    return tuple(
        Funding(p, names.get(p[:2], (p[1], p[1])), given.get(p, (0, 0)), paid.get(p, (0, 0)))
        for p in purses
        if any((*given.get(p, ()), *paid.get(p, ())))
    )


def _summed(sides: Sides, part: Callable[[tuple[str, str, Purse]], Any]) -> dict[Any, Money]:
    """Return what both sides pay by one part of what they pay for, in whole VND."""
    found: dict[Any, Money] = {}
    for at, one in enumerate(sides):
        for key, amount in one.paid.items():
            was, now = found.get(part(key), (0, 0))
            found[part(key)] = (was + amount * (at == 0), now + amount * (at == 1))
    return found


def _lines(
    counts: Sequence[Mapping[str, _Counts]], paid: Mapping[str, Money], names: Mapping[str, tuple[str, str]]
) -> tuple[Line, ...]:
    lines = []
    for key in counts[0].keys() | counts[1].keys() | paid.keys():
        rows = [one.get(key, _NOTHING) for one in counts]
        need, got, missing = ((_plain(rows[0][at]), _plain(rows[1][at])) for at in range(3))
        lines.append(Line(key, names.get(key, (key, key)), need, got, missing, paid.get(key, (0, 0))))
    return tuple(sorted(lines, key=lambda line: (line.names, line.code)))


def _plain(quantity: Quantity) -> float:
    return round(float(quantity), 6)
