"""What cannot all hold of what a planner fixed: minimal sets of it, each with the money or the rule it runs into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from math import ceil
from types import MappingProxyType
from typing import Any, Literal

import pulp

from provision.domain.plan import PROVEN_GAP
from provision.domain.problem import LAB, Problem
from provision.domain.years import format_school_year
from provision.errors import Clash, Conflict, Fixed, Lack, NoAnswer
from provision.model.doubt import minimise
from provision.model.highs import Effort
from provision.model.offers import bundle
from provision.model.payments import least_unpaid
from provision.model.rules import RULES, cover_need, cover_optional
from provision.model.variables import MILLION, declare, expression, row_name

_Kind = Literal["money", "rooms", "repair", "refurbish"]

_OVERSTEPPED: dict[str, _Kind] = {
    "spend_within_budget": "money",
    "fit_the_rooms": "rooms",
    "repair_what_is_there": "repair",
    "refurbish_what_ages": "refurbish",
}
"""The rules that what is fixed may run into, by what is lacking then."""

_KINDS = tuple(_OVERSTEPPED.values())

_NOTHING = 1e-7
"""What a rule may be overstepped by and still be kept: a tenth of a dong, far less than a machine."""

_DONG = 0.1
"""VND below which nothing is asked for: what is within ``_NOTHING`` is no whole dong."""

_NODES = 1_000

_Held = tuple[Literal["lock", "promise", "done"], tuple[Any, ...]]
"""One thing fixed: a lock by school, option and year, a promise by school, item and year, a year carried out."""


def refuse_locks(problem: Problem) -> None:
    """Refuse locked purchases that cannot all be had.

    Raises
    ------
    Clash
        Where there are such: its words name those that cannot go together, and what they lack.

    """
    if found := conflicts(problem):
        raise Clash(found)


def conflicts(problem: Problem, *, promises: bool = False) -> tuple[Conflict, ...]:
    """Return minimal sets of locks, and of years carried out, that money and rules do not let hold together.

    ``promises`` are to be kept to the last item as well. Without any one of its members the rest of a set can hold. A
    purchase locked or promised is named in one set at most: what else it is in shows once that set can hold. What
    forbids (a lock of 0) or is carried out may be named again.
    """
    wants: list[_Held] = [("lock", key) for key, count in problem.locks.items() if count]
    wants += [("promise", key) for key in problem.promised] if promises else []
    if not wants:
        return ()
    programs = cache(lambda done: _Overstepping(_carried_out(problem, done), promises=promises))
    everything = programs(_done(problem))
    unpaid = [held for held in wants if held[0] == "lock" and held[1] not in everything.bought]
    found = [_unpaid(problem, held) for held in unpaid]
    wants = [held for held in wants if held not in unpaid]
    # the dearest first: what comes late is left out where what comes before conflicts already
    wants.sort(key=lambda held: -_worth(problem, held))
    rest: list[_Held] = [("lock", key) for key, n in problem.locks.items() if not n and key in everything.bought]
    rest += [("done", (year,)) for year in sorted(_done(problem))]

    def clash(held: Sequence[_Held]) -> bool:
        done = frozenset(key[0] for kind, key in held if kind == "done")
        return programs(done).oversteps(held) > _NOTHING

    while wants and clash([*wants, *rest]):
        core = _core(clash, [], [*wants, *rest], news=False)
        found.append(Conflict(tuple(_fixed(problem, held) for held in core), everything.ways(core)))
        wants = [held for held in wants if held not in core]
    return tuple(found)


def _core(
    clash: Callable[[Sequence[_Held]], bool], base: list[_Held], held: list[_Held], *, news: bool
) -> list[_Held]:
    """Return a minimal part of ``held`` that clashes with ``base``, by halves; late ones only where they must be.

    ``news`` says that ``base`` has grown since it was last known not to clash. Source: Junker, QuickXplain (2004).
    """
    if news and clash(base):
        return []
    if len(held) == 1:
        return held
    early, late = held[: len(held) // 2], held[len(held) // 2 :]
    of_late = _core(clash, base + early, late, news=True)
    return _core(clash, base + of_late, early, news=bool(of_late)) + of_late


class _Overstepping:
    """The program of what is fixed alone, whose rules may be overstepped at a count; money is million VND."""

    def __init__(self, problem: Problem, *, promises: bool) -> None:
        """State the program; what nobody fixed is bought only where it makes room or keeps a promise."""
        self.problem = problem
        rooms = {code for code, o in problem.options.items() if o.item == LAB} if problem.seats is not None else set()
        asked = {(s, y, item) for s, item, y in problem.promised} if promises else set()
        kept = {
            (s, option, y)
            for s, y in problem.open_schools
            for option, o in problem.options.items()
            if option in rooms or any((s, y, problem.options[c].item) in asked for c, _ in bundle(problem, option, y))
        }
        if problem.seats is None:  # then nothing need move to make room
            problem = replace(problem, scenario=replace(problem.scenario, transfers=False))
        v = declare(problem, wanted=frozenset(problem.locks) | kept)
        self.v = v = replace(v, most_unpaid=least_unpaid(problem, slip=_NOTHING))
        self.bought = v.buy.keys()
        money = {fund: sum(problem.purses[fund, y].amount for y in problem.years) for fund in problem.funds}
        self.rank = {fund: n for n, fund in enumerate(sorted(money, key=lambda fund: (-money[fund], fund)))}
        self.over: dict[tuple[_Kind, tuple[Any, ...]], pulp.LpVariable] = {}
        for rule in RULES:
            kind = _OVERSTEPPED.get(rule.__name__)
            for key, row in rule(v) if rule not in (cover_need, cover_optional) else ():
                name = row_name(rule.__name__, *key)
                if kind is not None and (kind != "money" or key[-1] in problem.open_years):
                    over = self.over[kind, key] = v.program.add_variable(row_name("over", name), 0)
                    v.program.addConstraint(row - over, name)
                else:
                    v.program.addConstraint(row, name)
        self.total = v.program.add_variable("total", 0)
        sums = expression([*((x, 1.0) for x in self.over.values()), (self.total, -1.0)])
        v.program.addConstraint(sums <= 0, "total")

    def oversteps(self, held: Iterable[_Held]) -> float:
        """Return by how much rules are overstepped at least, and promises broken, where all this is held."""
        promised = [self.v.broken[key] for kind, key in held if kind == "promise"]
        return self._least(held, _KINDS, expression((x, 1.0) for x in (self.total, *promised)))[0]

    def ways(self, held: Sequence[_Held]) -> tuple[tuple[Lack, ...], ...]:
        """Return what each kind of thing would have to be there besides; where none alone helps, of all kinds."""
        alone = [way for kind in _KINDS if (way := self._lacks(held, (kind,)))]
        together = alone or [self._lacks(held, _KINDS)]
        return tuple(way or (Lack("option"),) for way in together)

    def _lacks(self, held: Sequence[_Held], kinds: tuple[_Kind, ...]) -> tuple[Lack, ...]:
        """Return the least that is lacking of some kinds, as late as can be; nothing where that does not help."""
        broken = [self.v.broken[key] for kind, key in held if kind == "promise"]
        for x in broken:
            x.upBound = 0
        try:
            least, _ = self._least(held, kinds, expression([(self.total, 1.0)]))
            self.total.upBound = least + _NOTHING / 10
            order = expression((x, self._order(*key)) for key, x in self.over.items())
            _, values = self._least(held, kinds, order)
        except NoAnswer:
            return ()
        finally:
            self.total.upBound = None
            for x in broken:
                x.upBound = None
        lacks: dict[tuple[str, ...], Lack] = {}
        for (kind, key), x in self.over.items():
            if values[x.name] > _NOTHING:
                lack = self._lack(kind, key, values[x.name])
                same = (kind, lack.place, lack.thing, lack.school_year if kind == "money" else "")
                if same not in lacks or lacks[same].amount < lack.amount:  # rows of later years count it again
                    lacks[same] = lack
        return tuple(lacks.values())

    def _least(
        self, held: Iterable[_Held], kinds: tuple[_Kind, ...], objective: pulp.LpAffineExpression
    ) -> tuple[float, dict[str, float]]:
        """Return the least of an objective and the values of a program in which all this is held."""
        there = frozenset(held)
        for key, x in self.v.buy.items():
            fixed = self.problem.locks.get(key, 0) if ("lock", key) in there else None
            x.lowBound, x.upBound = (0, self.v.offers[key].most) if fixed is None else (fixed, fixed)
        for (kind, _), x in self.over.items():
            x.upBound = None if kind in kinds else 0
        self.v.program.setObjective(objective)
        effort = Effort(PROVEN_GAP / 10, _NODES, self.problem.scenario.time_limit)
        found = minimise(self.v.program, effort=effort)
        return found.value, found.values

    def _order(self, kind: _Kind, key: tuple[Any, ...]) -> float:
        """Return what is named rather, the smallest first: late years, funds for all, those with most money."""
        if kind != "money":
            return 1.0
        p, fund, year = self.problem, key[:2], int(key[2])
        named = p.purses[fund, year].schools is not None
        return 1 + (p.years[-1] - year) + named / 2 + self.rank[fund] / len(self.rank) / 4

    def _lack(self, kind: _Kind, key: tuple[Any, ...], over: float) -> Lack:
        p = self.problem
        if kind == "money":
            fund = key[:2]
            amount = ceil(over * MILLION - _DONG)
            return Lack(kind, "/".join(fund), p.fund_names[fund], format_school_year(key[2]), "", amount)
        name = p.names[key[0]]
        thing = "" if kind == "rooms" else key[1]
        return Lack(kind, key[0], (name, name), format_school_year(key[-1]), thing, ceil(over - _NOTHING))


def _done(problem: Problem) -> frozenset[int]:
    """Return the years carried out in which anything but rooms was bought: rooms are in nobody's way."""
    return frozenset(year for (_, option, year) in problem.facts if problem.options[option].item != LAB)


def _carried_out(problem: Problem, done: frozenset[int]) -> Problem:
    """Return a problem in which only some years carried out have bought anything but rooms."""
    facts = {k: f for k, f in problem.facts.items() if k[2] in done or problem.options[k[1]].item == LAB}
    return replace(problem, facts=MappingProxyType(facts))


def _worth(problem: Problem, held: _Held) -> int:
    """Return what a lock costs in VND; promises come after, the most items first."""
    kind, key = held
    if kind == "promise":
        return problem.promised[key] - MILLION * MILLION
    return problem.locks[key] * problem.prices[key[1:]]


def _fixed(problem: Problem, held: _Held) -> Fixed:
    kind, key = held
    if kind == "done":
        return Fixed(kind, format_school_year(key[0]))
    school, thing, year = key
    option = problem.options.get(thing) if kind == "lock" else None
    names = (option.name_vi, option.name_en) if option is not None else ("", "")
    count = problem.locks[key] if kind == "lock" else problem.promised[key]
    return Fixed(kind, format_school_year(year), school, problem.names[school], thing, names, count)


def _unpaid(problem: Problem, held: _Held) -> Conflict:
    """Return the conflict of one lock that no fund may pay in full: what comes with it, or its upkeep."""
    school, option, year = held[1]
    items = [problem.options[code] for code, _ in bundle(problem, option, year)]
    found = [o.item for o in items if not problem.payers(school=school, item=o.item, mode=o.mode, year=year)]
    name = problem.names[school]
    lack = Lack("payer", school, (name, name), format_school_year(year), (found or [items[0].item])[0])
    return Conflict((_fixed(problem, held),), ((lack,),))
