"""What can be decided at all, and what each decision brings and costs. Counted here, before any variable is made.

Only decisions that can matter are offered: no purchase that no school could use, that no fund may pay for, or that is
the same as another by all but its name; no machine given that its school needs, none taken that nobody could use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from provision.domain.problem import LAB, PUPIL_COMPUTER, FundKey, Problem

PaymentClass = tuple[str, str, frozenset[FundKey]]
"""Bills that the same funds may pay: item, mode, funds."""

Place = tuple[str, str, int]
"""Who has a thing: owner, item, year."""


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
        for place, count in brought_by(problem, school, option, year):
            there[place] = there.get(place, 0) + count * fact.quantity
    gaps = {}
    for school, item in sorted({(school, item) for school, item, _ in problem.demand}):
        for year in problem.years_of(item):
            asked = problem.need(school, item, year)
            asked += problem.optional_need(school, item, year) if optional else 0
            gaps[school, item, year] = asked - there.get((school, item, year), 0)
    return {place: gap for place, gap in gaps.items() if gap > 0}


def brought_by(problem: Problem, school: str, option: str, year: int, count: int = 1) -> Iterator[tuple[Place, int]]:
    """Yield who has an item bought by a school in a year, for every year it works and every item it is."""
    for item in problem.options[option].serves:
        ends = problem.years_of(item)[-1]
        for at in problem.working_years(option, year):
            if at <= ends and (heir := problem.owner(school, at)) is not None:
                yield (heir, item, at), count


def bundle(problem: Problem, option: str, year: int) -> tuple[tuple[str, int], ...]:
    """Return what is bought when one of an option is: itself, and what must come with it."""
    return ((option, 1), *problem.companions.get((option, year), ()))


def offers_of(
    problem: Problem, gaps: dict[Place, int], *, wanted: frozenset[tuple[str, str, int]] | None = None
) -> dict[tuple[str, str, int], Offer]:
    """Return what can be bought: school, option, year; ``wanted`` are these keys where they are known."""
    found: dict[tuple[str, str, int], Offer] = {}
    offered = {year: _distinct(problem, year) for year in problem.open_years}
    for school, year in sorted(problem.open_schools):
        for option in offered.get(year, ()):
            key = (school, option, year)
            offer = _purchase(problem, gaps, *key)
            if offer is None or (wanted is not None and key not in wanted):
                continue
            if wanted is not None or offer.most or key in problem.locks:
                found[key] = offer
    return found


def _purchase(problem: Problem, gaps: dict[Place, int], school: str, option: str, year: int) -> Offer | None:
    """Return the offer of one purchase, None where no fund may pay for all of it."""
    brings: dict[Place, int] = {}
    charges: list[Charge] = []
    net = Fraction(0)
    for code, count in bundle(problem, option, year):
        terms, price = problem.options[code], problem.prices[code, year] * count
        charges.append(_charge(problem, school, terms.item, terms.mode, year, price))
        net += price * (1 - problem.kept_share(code, year))
        for place, brought in brought_by(problem, school, code, year, count):
            brings[place] = brings.get(place, 0) + brought
        if problem.scenario.upkeep == "reserve" and terms.upkeep:
            for at in problem.working_years(code, year):
                heir = problem.owner(school, at) if at in problem.years else None
                if heir is not None:
                    charges.append(_charge(problem, heir, terms.item, "upkeep", at, terms.upkeep * count))
                    net += terms.upkeep * count
    if not all(charge.bill[2] for charge in charges):
        return None
    most = max((-(-gaps.get(place, 0) // count) for place, count in brings.items()), default=0)
    item = problem.options[option].item
    promised = problem.promised.get((school, item, year), 0)
    if promised > most and (item in problem.items or not _comes_along(problem, option)):
        most = promised
    if problem.options[option].item == LAB and problem.seats is not None:
        most = max(most, _rooms_wanted(problem, school, option, year))
    return Offer(tuple(brings.items()), tuple(charges), most, net)


def _comes_along(problem: Problem, option: str) -> bool:
    return any(option == code for rows in problem.companions.values() for code, _ in rows)


def _rooms_wanted(problem: Problem, school: str, option: str, year: int) -> int:
    """Return how many rooms a school's machines could ever fill beyond its own while one set up now stands.

    More than its need: what merged schools bring, machines bought for later years beside old ones that still work,
    machines that are something else as well, what a planner locked or was promised, and what others may give.
    """
    machines = {code for code, o in problem.options.items() if PUPIL_COMPUTER in o.serves}
    things = {item for code in machines for item in problem.options[code].serves}
    wanted = 0
    for at in (y for y in problem.years if problem.is_alive(option, year, y)):
        heir = problem.owner(school, at)
        members = {s for (s, y), owner in problem.owners.items() if (y, owner) == (at, heir)}
        most = problem.stock.get((heir or "", PUPIL_COMPUTER, at), 0)
        most += sum(n for (s, item, _), n in problem.promised.items() if s in members and item in things)
        most += sum(n for (s, code, _), n in problem.locks.items() if s in members and code in machines)
        if problem.scenario.transfers:
            most += sum(
                n
                for (s, cohort), n in problem.cohorts.items()
                if cohort.item == PUPIL_COMPUTER and cohort.first <= at <= cohort.last
                if s not in members and problem.unit_of[s] == problem.unit_of[school]
            )
        for place, item in ((s, item) for s in members for item in things):
            need = max(
                problem.need(place, item, y) + problem.optional_need(place, item, y) for y in problem.years_of(item)
            )
            most += need * (1 + at - problem.years[0])
        wanted = max(wanted, -(-(most - problem.rooms.get((heir or "", at), 0)) // (problem.seats or 1)))
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
    given = {(problem.unit_of[holder], kin, year) for holder, kin, year in gifts}
    found: dict[tuple[str, Kin, int], Offer] = {}
    for school, year in sorted(problem.open_schools):
        for unit, kin, at in sorted(given):
            if (unit, at) != (problem.unit_of[school], year):
                continue
            ends = min(kin.last, problem.years_of(kin.item)[-1])
            places = [
                (heir, kin.item, y) for y in range(year, ends + 1) if (heir := problem.owner(school, y)) is not None
            ]
            most = max((gaps.get(place, 0) for place in places), default=0)
            if (kin.item, year) not in problem.freight:
                continue
            _, freight = problem.freight[kin.item, year]
            charges = (_charge(problem, school, kin.item, "move", year, freight),) if freight else ()
            if most and all(charge.bill[2] for charge in charges):
                brings = tuple((place, 1) for place in places)
                found[school, kin, year] = Offer(brings, charges, most, Fraction(freight))
    return found
