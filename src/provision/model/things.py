r"""The rules of things that are there already: moved, repaired, refurbished, and the rooms machines stand in.

Schools merge, so what a school may give or mend is counted for whoever holds its things by then: the machines of
the schools a holder has united, against all that these schools gave or mended until then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pulp

from provision.domain.problem import LAB, PUPIL_COMPUTER, Problem
from provision.model.offers import Kin, Place, brought_by, held_of
from provision.model.variables import Terms, Variables, expression

Rows = Iterator[tuple[tuple[Any, ...], pulp.LpConstraint]]
Rule = Callable[[Variables], Rows]


def balance_transfers(v: Variables) -> Rows:
    r"""What schools of a unit take over in a year, others of the unit give; no machine comes from nowhere.

    Counted by item and last working year; who gives to whom is matched afterwards, in code order.

    .. math:: \sum_{s \in unit} in_{s,e,y} = \sum_{s \in unit} out_{s,e,y} \qquad \forall unit, e, y

    Source: 495/HD-PGD&ĐT, II.2.3 (equipment is reviewed and arranged before more is bought).
    """
    moved: dict[tuple[str, Kin, int], Terms] = {}
    for sign, variables in ((1.0, v.take), (-1.0, v.give)):
        for (school, kin, year), variable in variables.items():
            moved.setdefault((v.problem.unit_of[school], kin, year), []).append((variable, sign))
    for (unit, kin, year), terms in moved.items():
        yield (unit, kin.item, kin.last, kin.upkeep, year), expression(terms) == 0


def take_what_is_lacking(v: Variables) -> Rows:
    r"""A school takes over no more machines of a kind than it lacks in some year in which they work.

    Nobody stores machines for others: where machines wait for rooms, that would empty a full room on paper.

    .. math:: in_{s,e,y} \le \max_{y \le t \le e} (N_{s,i,t} + Q_{s,i,t} - E_{s,i,t})^+ \qquad \forall s, e, y

    Source: 495/HD-PGD&ĐT, II.2.3 (equipment is reviewed and arranged before more is bought).
    """
    for (school, kin, year), variable in v.take.items():
        most = v.takings[school, kin, year].most
        yield (school, kin.item, kin.last, kin.upkeep, year), expression([(variable, 1.0)]) <= most


def give_own_stock(v: Variables) -> Rows:
    r"""A school gives machines of its own opening stock, each once; what it took over stays.

    .. math:: \sum_{\substack{s', t \le y:\ holder(s', y) = s}} out_{s',e,t}
        \le \sum_{s':\ holder(s', y) = s} C_{s',e} \qquad \forall s, e, y

    Source: the inventory table.
    """
    given: dict[tuple[str, Kin, int], Terms] = {}
    for (school, kin, year), variable in v.give.items():
        for at in v.problem.years:
            if at >= year:
                given.setdefault((v.problem.holder(school, at), kin, at), []).append((variable, 1.0))
    held = held_of(v.problem)
    rows = {key: (terms, held.get(key, 0)) for key, terms in given.items()}
    for (school, kin, year), terms, most in _lasting(rows):
        yield (school, kin.item, kin.last, kin.upkeep, year), expression(terms) <= most


def give_what_is_spare(v: Variables) -> Rows:
    r"""A giver keeps what its mandatory and optional need asks for, in every year the machine would still live.

    .. math:: \sum_{\substack{s', e \ge y, t \le y:\ holder(s', y) = s}} out_{s',e,t}
        \le \max(0,\ E_{s,i,y} - N_{s,i,y} - Q_{s,i,y}) \qquad \forall s, i, y

    Source: 495/HD-PGD&ĐT, II.2.3 (equipment is reviewed and arranged before more is bought).
    """
    gone: dict[tuple[str, str, int], Terms] = {}
    for (school, kin, year), variable in v.give.items():
        ends = min(kin.last, v.problem.years_of(kin.item)[-1])
        for at in range(year, ends + 1):
            gone.setdefault((v.problem.holder(school, at), kin.item, at), []).append((variable, 1.0))
    for key, terms in gone.items():
        yield key, expression(terms) <= v.problem.spare.get(key, 0)


def repair_what_is_there(v: Variables) -> Rows:
    r"""A repairable machine is repaired once at most; what was repaired in years carried out counts.

    .. math:: \sum_{\substack{s', o, t \le y:\ holder(s', y) = s}} x_{s',o,t} \le
        \sum_{s':\ holder(s', y) = s} R_{s',i} \qquad \forall s, i, y

    Source: the inventory table.
    """
    p = v.problem
    repaired: dict[tuple[str, str, int], Terms] = {}
    for (school, option, year), variable in v.buy.items():
        terms = p.options[option]
        if terms.mode == "repair":
            for at in (y for y in p.years if y >= year):
                repaired.setdefault((p.holder(school, at), terms.item, at), []).append((variable, 1.0))
    there: dict[tuple[str, str, int], int] = {}
    for (school, item), count in p.repairable.items():
        for at in p.years:
            key = (p.holder(school, at), item, at)
            there[key] = there.get(key, 0) + count
    for (school, option, _), fact in p.facts.items():
        if p.options[option].mode == "repair":
            for at in p.years:
                key = (p.holder(school, at), p.options[option].item, at)
                there[key] = there.get(key, 0) - fact.quantity
    rows = {key: (counted, max(0, there.get(key, 0))) for key, counted in repaired.items()}
    for key, counted, most in _lasting(rows):
        yield key, expression(counted) <= most


def refurbish_what_ages(v: Variables) -> Rows:
    r"""A machine of the opening stock is refurbished in the first year it would no longer work, if it was not given.

    .. math:: \sum_o x_{s,o,y} + \sum_{t < y} out_{s,e = y-1,t} \le C_{s,e = y-1} \qquad \forall s, i, y

    Source: 495/HD-PGD&ĐT, II.2.3 (equipment is supplemented and upgraded step by step).
    """
    p = v.problem
    used: dict[tuple[str, str, int], Terms] = {}
    for (school, option, year), variable in v.buy.items():
        if p.options[option].mode == "refurbish":
            used.setdefault((school, p.options[option].item, year), []).append((variable, 1.0))
    worn: dict[tuple[str, str, int], int] = {}
    for (school, kin, year), count in held_of(p).items():
        if kin.last == year - 1:
            worn[school, kin.item, year] = worn.get((school, kin.item, year), 0) + count
    for (school, kin, _), variable in v.give.items():
        at = kin.last + 1
        key = (p.holder(school, at), kin.item, at)
        if key in used:
            used[key].append((variable, 1.0))
    for key, terms in used.items():
        yield key, expression(terms) <= worn.get(key, 0)


def fit_the_rooms(v: Variables) -> Rows:
    r"""Where machines wait for rooms, a school has no more than its rooms and those set up by then can take.

    What it owned before, and what was bought in years carried out, stays where it is.

    .. math:: have_{s,y} \le \max(seats \cdot labs_{s,y},\ E_{s,y},\ ordinary) + seats \sum_{t \le y} z_{s,t}
        \qquad \forall s, y

    Source: the pack's table ``lab``.
    """
    p = v.problem
    if p.seats is None:
        return
    rooms: dict[tuple[str, int], Terms] = {}
    for (school, option, year), variable in v.buy.items():
        if p.options[option].item == LAB:
            for at in (y for y in p.years if p.is_alive(option, year, y)):
                if (heir := p.owner(school, at)) is not None:
                    rooms.setdefault((heir, at), []).append((variable, -float(p.seats)))
    gone: dict[tuple[str, int], Terms] = {}
    for (school, kin, year), variable in v.give.items():
        for at in (y for y in p.years if kin.item == PUPIL_COMPUTER and year <= y <= kin.last):
            gone.setdefault((p.holder(school, at), at), []).append((variable, -1.0))
    for (school, year), left in rooms_left(p).items():
        brought = v.brought.get((school, PUPIL_COMPUTER, year))
        if brought and year in p.open_years:
            terms = [*brought, *gone.get((school, year), ()), *rooms.get((school, year), ())]
            yield (school, year), expression(terms) <= left


def rooms_left(p: Problem) -> dict[tuple[str, int], int]:
    """Return the machines that rooms take beyond the stock and the years carried out, by open school and year."""
    done: Counter[Place] = Counter()
    for (school, option, bought), fact in p.facts.items():
        for place in brought_by(p, school, option, bought):
            done[place] += fact.quantity
    left = {}
    for school, year in sorted(p.open_schools):
        stays = p.stock.get((school, PUPIL_COMPUTER, year), 0) + done[school, PUPIL_COMPUTER, year]
        takes = p.rooms.get((school, year), 0) + (p.seats or 0) * done[school, LAB, year]
        left[school, year] = max(takes - stays, 0)
    return left


def _lasting(rows: dict[Any, tuple[Terms, int]]) -> Iterator[tuple[Any, Terms, int]]:
    """Yield the rows that say more than the same row a year later: what was counted by then is counted again."""
    for key, (terms, most) in rows.items():
        later, allowed = rows.get((*key[:-1], key[-1] + 1), ([], 0))
        if not {x.name for x, _ in terms} <= {x.name for x, _ in later} or allowed > most:
            yield key, terms, most


THINGS: tuple[Rule, ...] = (
    balance_transfers,
    take_what_is_lacking,
    give_own_stock,
    give_what_is_spare,
    repair_what_is_there,
    refurbish_what_ages,
    fit_the_rooms,
)
