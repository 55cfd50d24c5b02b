"""What can be decided at all, and what each decision brings and costs. Counted here, before any variable is made.

Only decisions that can matter are offered: no purchase that no school could use, that no fund may pay for, or that is
the same as another by all but its name; no machine given that its school needs, none taken that nobody could use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from provision.domain.problem import LAB, PUPIL_COMPUTER, FundKey, Problem

PaymentClass = tuple[str, str, frozenset[FundKey]]
"""Bills that the same funds may pay: item, mode, funds."""

Place = tuple[str, str, int]
"""Who has a thing: owner, item, year."""

Crowds = dict[tuple[str, int], int]
"""Pupil computers that there could ever be, by school and year."""


@dataclass(frozen=True, slots=True, order=True)
class Kin:
    """Machines of the opening stock that are alike to whoever gets them: item, last working year, VND a year."""

    item: str
    last: int
    upkeep: int


@dataclass(frozen=True, slots=True)
class Charge:
    """What one unit of a decision costs: the class of its bill, the school year it is due in, whole VND."""

    bill: PaymentClass
    year: int
    amount: int


@dataclass(frozen=True, slots=True)
class Offer:
    """One decision: what one unit of it brings to whom, what it costs, how many could ever be used at most.

    ``net`` is its cost in VND less what outlives the horizon, which is what the rung ``money`` counts.
    """

    brings: tuple[tuple[Place, int], ...]
    charges: tuple[Charge, ...]
    most: int
    net: Fraction


def gaps_of(problem: Problem, *, optional: bool = False) -> dict[Place, int]:
    """Return the need that opening stock and years carried out leave open, in items by owner, item and year.

    ``optional`` adds the need of grades taught "as conditions allow".
    """
    there: dict[Place, int] = dict(problem.stock)
    for (school, option, year), fact in problem.facts.items():
        for place in brought_by(problem, school, option, year):
            there[place] = there.get(place, 0) + fact.quantity
    gaps = {}
    for school, item in sorted({(school, item) for school, item, _ in problem.demand}):
        for year in problem.years_of(item):
            asked = problem.need(school, item, year)
            asked += problem.optional_need(school, item, year) if optional else 0
            gaps[school, item, year] = asked - there.get((school, item, year), 0)
    return {place: gap for place, gap in gaps.items() if gap > 0}


def brought_by(problem: Problem, school: str, option: str, year: int) -> Iterator[Place]:
    """Yield who has an item bought by a school in a year, for every year it works and every item it is."""
    for item, at in _works(problem, option, year):
        if (heir := problem.owner(school, at)) is not None:
            yield heir, item, at


def _works(problem: Problem, option: str, year: int) -> Iterator[tuple[str, int]]:
    """Yield the items that one of an option is and the years of the plan in which it works."""
    for item in problem.options[option].serves:
        ends = problem.years_of(item)[-1]
        for at in problem.working_years(option, year):
            if at <= ends:
                yield item, at


def bundle(problem: Problem, option: str, year: int) -> tuple[tuple[str, int], ...]:
    """Return what is bought when one of an option is: itself, and what must come with it."""
    return ((option, 1), *problem.companions.get((option, year), ()))


@dataclass(frozen=True, slots=True)
class _Way:
    """What one of an option bought in a year is to whoever buys it, with what must come with it.

    ``brings`` is item, year and count; ``costs`` item, mode and VND; ``upkeep``, where it is reserved, item, year
    and VND. ``net`` is VND of the purchase less what outlives the horizon.
    """

    brings: tuple[tuple[str, int, int], ...]
    costs: tuple[tuple[str, str, int], ...]
    upkeep: tuple[tuple[str, int, int], ...]
    net: Fraction


def _way(problem: Problem, option: str, year: int) -> _Way:
    brings: list[tuple[str, int, int]] = []
    costs: list[tuple[str, str, int]] = []
    upkeep: list[tuple[str, int, int]] = []
    net = Fraction(0)
    for code, count in bundle(problem, option, year):
        terms, price = problem.options[code], problem.prices[code, year] * count
        costs.append((terms.item, terms.mode, price))
        net += price * (1 - problem.kept_share(code, year))
        brings += ((item, at, count) for item, at in _works(problem, code, year))
        if problem.scenario.upkeep == "reserve" and terms.upkeep:
            works = (at for at in problem.working_years(code, year) if at in problem.years)
            upkeep += ((terms.item, at, terms.upkeep * count) for at in works)
    return _Way(tuple(brings), tuple(costs), tuple(upkeep), net)


def offers_of(
    problem: Problem, gaps: dict[Place, int], *, wanted: frozenset[tuple[str, str, int]] | None = None
) -> dict[tuple[str, str, int], Offer]:
    """Return what can be bought: school, option, year; ``wanted`` are these keys where they are known."""
    found: dict[tuple[str, str, int], Offer] = {}
    ways = {y: {o: _way(problem, o, y) for o in _distinct(problem, y)} for y in problem.open_years}
    crowds = _crowds(problem) if problem.seats is not None else {}
    needed_alone = set(problem.options) - {code for rows in problem.companions.values() for code, _ in rows}
    needed_alone |= {code for code, option in problem.options.items() if option.item in problem.items}
    for school, year in sorted(problem.open_schools):
        for option, way in ways.get(year, {}).items():
            key = (school, option, year)
            if wanted is not None and key not in wanted:
                continue
            offer = _purchase(problem, gaps, crowds, key, way, promised=option in needed_alone)
            if offer is not None and (wanted is not None or offer.most or key in problem.locks):
                found[key] = offer
    return found


def _purchase(
    problem: Problem, gaps: dict[Place, int], crowds: Crowds, key: tuple[str, str, int], way: _Way, *, promised: bool
) -> Offer | None:
    """Return the offer of one purchase, None where no fund may pay for all of it."""
    school, option, year = key
    charges = [_charge(problem, school, item, mode, year, amount) for item, mode, amount in way.costs]
    net = way.net
    for item, at, amount in way.upkeep:
        if (heir := problem.owner(school, at)) is not None:
            charges.append(_charge(problem, heir, item, "upkeep", at, amount))
            net += amount
    if not all(charge.bill[2] for charge in charges):
        return None
    brings: dict[Place, int] = {}
    for item, at, count in way.brings:
        if (heir := problem.owner(school, at)) is not None:
            place = (heir, item, at)
            brings[place] = brings.get(place, 0) + count
    most = max((-(-gaps.get(place, 0) // count) for place, count in brings.items()), default=0)
    item = problem.options[option].item
    if promised and problem.promised:
        most = max(most, problem.promised.get((school, item, year), 0))
    if item == LAB and problem.seats is not None:
        most = max(most, _rooms_wanted(problem, crowds, school, option, year))
    return Offer(tuple(brings.items()), tuple(charges), most, net)


def _crowds(problem: Problem) -> Crowds:
    """Return how many pupil computers whoever has a school's things could ever have, by school and year.

    More than its need: what merged schools bring, machines bought for later years beside old ones that still work,
    machines that are something else as well, what a planner locked or was promised, and what others may give.
    """
    machines = {code for code, o in problem.options.items() if PUPIL_COMPUTER in o.serves}
    things = {item for code in machines for item in problem.options[code].serves}
    given: Counter[str] = Counter()
    for (school, item, _), count in problem.promised.items():
        given[school] += count if item in things else 0
    for (school, code, _), count in problem.locks.items():
        given[school] += count if code in machines else 0
    yearly: Counter[str] = Counter()
    for school in problem.schools:
        for item in things:
            years = problem.years_of(item)
            yearly[school] += max(
                problem.need(school, item, y) + problem.optional_need(school, item, y) for y in years
            )
    owned: Counter[tuple[str, int]] = Counter()
    for (school, cohort), count in problem.cohorts.items():
        if cohort.item == PUPIL_COMPUTER and problem.scenario.transfers:
            for at in range(max(cohort.first, problem.years[0]), min(cohort.last, problem.years[-1]) + 1):
                owned[school, at] += count
    in_unit: Counter[tuple[str, int]] = Counter()
    for (school, at), count in owned.items():
        in_unit[problem.unit_of[school], at] += count
    crowds: Crowds = {}
    for (school, at), heir in problem.owners.items():
        if heir is not None:
            unit, members = problem.unit_of[school], problem.united[heir, at]
            crowds[school, at] = problem.stock.get((heir, PUPIL_COMPUTER, at), 0) + in_unit[unit, at]
            crowds[school, at] -= sum(owned[s, at] for s in members if problem.unit_of[s] == unit)
            crowds[school, at] += sum(given[s] + yearly[s] * (1 + at - problem.years[0]) for s in members)
    return crowds


def _rooms_wanted(problem: Problem, crowds: Crowds, school: str, option: str, year: int) -> int:
    """Return how many rooms a school's machines could ever fill beyond its own while one set up now stands."""
    wanted = 0
    for at in problem.years:
        if (school, at) in crowds and problem.is_alive(option, year, at):
            own = problem.rooms.get((problem.owner(school, at) or "", at), 0)
            wanted = max(wanted, -(-(crowds[school, at] - own) // (problem.seats or 1)))
    return wanted


def _charge(problem: Problem, school: str, item: str, mode: str, year: int, amount: int) -> Charge:
    payers = problem.payers(school=school, item=item, mode=mode, year=year)
    return Charge((item, mode, payers), year, amount)


def _distinct(problem: Problem, year: int) -> list[str]:
    """Return the options that can be bought in a year; of those that differ in name alone, the first code."""
    locked = {option for _, option, y in problem.locks if y == year}
    alike: dict[object, str] = {}
    for code in sorted(problem.options):
        terms = problem.options[code]
        if (code, year) in problem.prices:
            price, with_it = problem.prices[code, year], problem.companions.get((code, year))
            mark = (terms.serves, terms.mode, terms.life_years, terms.upkeep, price, with_it)
            alike.setdefault(code if code in locked else mark, code)
    return list(alike.values())


def gifts_of(problem: Problem) -> dict[tuple[str, Kin, int], int]:
    """Return how many machines of a kin a holder may give in a year at most: none it needs while they live."""
    if not problem.scenario.transfers:
        return {}
    gifts: dict[tuple[str, Kin, int], int] = {}
    for (holder, kin, year), count in _held(problem, problem.open_years).items():
        lives = range(year, min(kin.last, problem.years_of(kin.item)[-1]) + 1)
        spare = (problem.spare.get((problem.holder(holder, y), kin.item, y), 0) for y in lives)
        most = min(count, *spare)
        if most > 0:
            gifts[holder, kin, year] = most
    return gifts


def held_of(problem: Problem) -> dict[tuple[str, Kin, int], int]:
    """Return the machines of each kin of the opening stock by holder and year of the horizon, also worn out ones."""
    return _held(problem, problem.years, worn=True)


def _held(problem: Problem, years: Iterable[int], *, worn: bool = False) -> dict[tuple[str, Kin, int], int]:
    held: dict[tuple[str, Kin, int], int] = {}
    for (school, cohort), count in problem.cohorts.items():
        for year in years:
            if cohort.item != LAB and cohort.first <= year and (worn or year <= cohort.last):
                key = (problem.holder(school, year), Kin(cohort.item, cohort.last, cohort.upkeep), year)
                held[key] = held.get(key, 0) + count
    return held


def takings_of(
    problem: Problem, gaps: dict[Place, int], gifts: dict[tuple[str, Kin, int], int]
) -> dict[tuple[str, Kin, int], Offer]:
    """Return what a school may take over of a kin in a year, where one of its unit may give it."""
    given: dict[tuple[str, int], list[Kin]] = {}
    for unit, kin, year in sorted({(problem.unit_of[holder], kin, year) for holder, kin, year in gifts}):
        if (kin.item, year) in problem.freight:
            given.setdefault((unit, year), []).append(kin)
    found: dict[tuple[str, Kin, int], Offer] = {}
    for school, year in sorted(problem.open_schools):
        for kin in given.get((problem.unit_of[school], year), ()):
            ends = min(kin.last, problem.years_of(kin.item)[-1])
            places = [
                (heir, kin.item, y) for y in range(year, ends + 1) if (heir := problem.owner(school, y)) is not None
            ]
            most = max((gaps.get(place, 0) for place in places), default=0)
            if not most:
                continue
            _, freight = problem.freight[kin.item, year]
            charges = (_charge(problem, school, kin.item, "move", year, freight),) if freight else ()
            if all(charge.bill[2] for charge in charges):
                brings = tuple((place, 1) for place in places)
                found[school, kin, year] = Offer(brings, charges, most, Fraction(freight))
    return found
