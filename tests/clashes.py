"""Worlds in which it is known what cannot all hold: locks, promises and years carried out, planted to conflict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from worlds import World, roadmap, year

from provision.domain.roadmap import Lab, Roadmap

SPAN = 3
PRICE, FIX, ROOM, VAN, UPKEEP = 10_000_000, 1_500_000, 4_000_000, 300_000, 700_000
ORDINARY, SEATS = 3, 2

Member = tuple[str, str, int]
"""A school, an option (of a promise, its item) and the n-th year; of a year carried out, no school and no option."""


@dataclass(frozen=True)
class Planted:
    """What was planted: what cannot go together, what it lacks, and how much; money in whole VND, else items."""

    members: frozenset[Member]
    kind: str
    amount: int
    place: str = ""


@dataclass
class Clashing:
    """A world with conflicts planted into it, each at schools and with money of its own."""

    random: Random
    world: World = field(default_factory=lambda: World().unit())
    cells: dict[str, int] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)
    gated: bool = False
    frozen: bool = False

    def school(self, *, labs: int = 9, pupils: int = 240, **rest: object) -> str:
        """Add a school that needs more machines than it is ever given; it stands first where it says so."""
        code = f"s{len(self.world.schools)}"
        self.world.school(code, pupils={3: [pupils] * SPAN}, labs=labs, **rest)
        return code

    def lock(self, school: str, option: str, at: int, count: int) -> Member:
        """Lock a purchase in the n-th year."""
        self.cells[f"buy/{school}/{year(at)}/{option}"] = count
        return school, option, at

    def fund(self, schools: list[str], amounts: dict[int, int], **rest: object) -> str:
        """Add a fund of some schools alone, with money in some years; it pays what is bought and nothing else."""
        code = f"f{len(self.world.budget)}"
        rest = {"schools": ";".join(schools), "modes": "buy"} | rest
        self.world.fund(code, [amounts.get(n, 0) for n in range(SPAN)], **rest)
        return code

    def plant(self, members: list[Member], kind: str, amount: int, place: str = "") -> None:
        """Note what was planted."""
        self.planted.append(Planted(frozenset(members), kind, amount, place))


def _counts(c: Clashing, most: int, how_many: int) -> tuple[list[int], int]:
    """Return numbers that together are more than ``most`` allows by less than any one of them, and by how much."""
    counts = [c.random.randint(1, most) for _ in range(how_many)]
    return counts, c.random.randint(1, min(counts))


def one_fund(c: Clashing) -> None:
    """Two to four locks, in one year, of what one fund does not pay in full: each is needed for it to fall short."""
    at, (counts, _) = c.random.randint(1, 2), _counts(c, 4, c.random.randint(2, 4))
    schools = [c.school() for _ in counts]
    members = [c.lock(s, "pc", at, n) for s, n in zip(schools, counts, strict=True)]
    short = c.random.choice([1, 999_999, PRICE // 2, PRICE]) if min(counts) > 1 else 1 + c.random.randrange(PRICE)
    place = c.fund(schools, {at: sum(counts) * PRICE - short}, carry_over=c.random.choice([0, 1]))
    c.plant(members, "money", short, place)


def two_funds(c: Clashing) -> None:
    """One school has a fund of its own beside what it shares with another: together they exceed both funds."""
    a, b = c.school(), c.school()
    of_a, of_b, at = c.random.randint(1, 3), c.random.randint(2, 5), c.random.randint(1, 2)
    short = 1 + c.random.randrange(PRICE)
    own = c.random.randint(0, of_b - 1) * PRICE + 1
    shared = (of_a + of_b) * PRICE - own - short
    c.fund([b], {at: own})
    c.fund([a, b], {at: shared})
    c.plant([c.lock(a, "pc", at, of_a), c.lock(b, "pc", at, of_b)], "money", short)


def own_money(c: Clashing) -> None:
    """A school raised money of its own for a year, and more was locked there than it pays."""
    school, at, count = c.school(), c.random.randint(1, 2), c.random.randint(1, 5)
    short = 1 + c.random.randrange(count * PRICE)
    place = c.fund([school], {at: count * PRICE - short})
    c.plant([c.lock(school, "pc", at, count)], "money", short, place)


def kept_money(c: Clashing) -> None:
    """A fund keeps half for the next year, which pays what is locked there unless more than half is spent before."""
    school, then = c.school(), c.random.randint(2, 4)
    first = c.random.randint(1, then)
    short = 1 + c.random.randrange(first * PRICE)
    # of (then + first) machines' money less what is short, at least `then` machines' may be kept if nothing is bought
    place = c.fund([school], {1: (then + first) * PRICE - short}, carry_over=1)
    c.plant([c.lock(school, "pc", 2, then), c.lock(school, "pc", 1, first)], "money", short, place)


def lost_money(c: Clashing) -> None:
    """Of a fund half is kept at most: what is locked a year later costs more than that."""
    school, count = c.school(), c.random.randint(1, 4)
    short = 1 + c.random.randrange(count * PRICE)
    place = c.fund([school], {1: 2 * (count * PRICE - short)}, carry_over=0.5)
    c.plant([c.lock(school, "pc", 2, count)], "money", short, place)


def repairs(c: Clashing) -> None:
    """More machines are locked to be repaired, in two years, than stand there to be repaired."""
    school, (counts, over) = c.school(), _counts(c, 4, 2)
    c.world.stock(school, sum(counts) - over, -1, condition="repairable")
    c.fund([school], {1: 90_000_000, 2: 90_000_000}, modes="repair")
    c.plant([c.lock(school, "fix", at, n) for at, n in zip((1, 2), counts, strict=True)], "repair", over, school)


def renewals(c: Clashing) -> None:
    """More machines are locked to be refurbished than reach the end of their life."""
    school, there, over = c.school(), c.random.randint(0, 3), c.random.randint(1, 3)
    if there:
        c.world.stock(school, there, -1, life_years=2)
    c.fund([school], {1: 90_000_000}, modes="refurbish")
    c.plant([c.lock(school, "renew", 1, there + over)], "refurbish", over, school)


def rooms(c: Clashing) -> None:
    """Machines of two years are locked beyond the seats of a school, and no room may be set up in either of them."""
    c.gated = True
    school, first = c.school(labs=0), c.random.randint(1, ORDINARY)
    over = c.random.randint(1, first)
    c.fund([school], {1: 900_000_000, 2: 900_000_000}, modes="buy;setup")
    members = [c.lock(school, "pc", 1, first), c.lock(school, "pc", 2, ORDINARY - first + over)]
    c.plant([*members, *(c.lock(school, "room", at, 0) for at in (1, 2))], "rooms", over, school)


def room_money(c: Clashing) -> None:
    """Machines are locked that need rooms, and there is no money to set up as many."""
    c.gated = True
    school, count = c.school(labs=0), c.random.randint(1, 3)
    c.fund([school], {1: 900_000_000}, modes="buy")
    short = 1 + c.random.randrange(count * ROOM)
    place = c.fund([school], {1: count * ROOM - short}, modes="setup")
    c.plant([c.lock(school, "pc", 1, ORDINARY + SEATS * count)], "money", short, place)


def freight(c: Clashing) -> None:
    """Machines nobody needs would have to leave a full school for what is locked, and freight is not paid."""
    c.gated = True
    giver, taker, count = c.school(labs=0, pupils=0), c.school(pupils=240), c.random.randint(1, 3)
    c.world.stock(giver, ORDINARY, -1, life_years=9)
    short = 1 + c.random.randrange(count * VAN)
    c.fund([giver], {1: 900_000_000}, modes="buy")
    place = c.fund([taker], {1: count * VAN - short}, modes="move")
    c.plant([c.lock(giver, "pc", 1, count)], "money", short, place)


def upkeep(c: Clashing) -> None:
    """Upkeep is reserved for what is locked, and a later year's money does not cover it."""
    schools = [c.school(), c.school()]
    (counts, _), short = _counts(c, 4, 2), 1 + c.random.randrange(UPKEEP)
    c.fund(schools, {1: 900_000_000}, modes="buy")
    place = c.fund(schools, {1: 90_000_000, 2: sum(counts) * UPKEEP - short}, modes="upkeep")
    c.plant([c.lock(s, "kept", 1, n) for s, n in zip(schools, counts, strict=True)], "money", short, place)


def spent_already(c: Clashing) -> None:
    """What a year carried out bought took the money that would have been kept for what is locked."""
    c.frozen = True
    school, bought, count = c.school(), c.random.randint(1, 3), c.random.randint(1, 3)
    short = c.random.randint(1, min(bought, count) * PRICE)
    place = c.fund([school], {0: (bought + count) * PRICE - short}, carry_over=1)
    c.world.carried(school, 0, "pc", bought, PRICE)
    c.plant([c.lock(school, "pc", 1, count), ("", "", 0)], "money", short, place)


def promised(c: Clashing) -> None:
    """A promise and a lock are more than the money of one school's fund, though either can be kept."""
    school, count, kept = c.school(), c.random.randint(1, 3), c.random.randint(1, 3)
    short = c.random.randint(1, min(count, kept) * PRICE)
    place = c.fund([school], {1: (count + kept) * PRICE - short}, modes="buy", items="printer;pupil_computer")
    c.world.carried(school, 1, "printer", kept, PRICE, state="promised")
    c.plant([c.lock(school, "pc", 1, count), (school, "printer", 1)], "money", short, place)


def too_much(c: Clashing) -> None:
    """A promise alone is more than the money of one school's fund."""
    school, kept = c.school(), c.random.randint(1, 4)
    short = c.random.randint(1, kept * PRICE)
    place = c.fund([school], {1: kept * PRICE - short}, items="printer")
    c.world.carried(school, 1, "printer", kept, PRICE, state="promised")
    c.plant([(school, "printer", 1)], "money", short, place)


WAYS: tuple[Callable[[Clashing], None], ...] = (
    one_fund,
    two_funds,
    own_money,
    kept_money,
    lost_money,
    repairs,
    renewals,
    rooms,
    room_money,
    freight,
    upkeep,
    spent_already,
    promised,
)


def clashing(seed: int) -> tuple[World, Roadmap, dict[str, object], list[Planted]]:
    """Return a world of a seed, its roadmap, the levers moved and what was planted: one to three conflicts."""
    c = Clashing(Random(seed))
    first = WAYS[seed % len(WAYS)]
    others = [way for way in WAYS if way is not first]  # two that move things would share the money for it
    for way in (first, *c.random.sample(others, c.random.randint(0, 2))):
        way(c)
    return _finished(c)


def promising(seed: int) -> tuple[World, Roadmap, dict[str, object], list[Planted]]:
    """Return a world in which one to four promises cannot be kept, each for its own reason; all locks can hold."""
    c = Clashing(Random(seed))
    for way in c.random.choices((promised, too_much), k=c.random.randint(1, 4)):
        way(c)
    return _finished(c)


def _finished(c: Clashing) -> tuple[World, Roadmap, dict[str, object], list[Planted]]:
    """Return a world with something that can hold beside what was planted, and all that may be bought."""
    fine = c.school()
    c.fund([fine], {1: 3 * PRICE})
    c.lock(fine, "pc", 1, c.random.randint(1, 3))
    w = c.world.option("pc", PRICE, 4).option("kept", PRICE, 4, upkeep=UPKEEP, name_vi="bền")
    w.option("fix", FIX, 2, mode="repair").option("renew", FIX, 2, mode="refurbish").option(
        "van", VAN, 1, mode="move"
    )
    w.option("printer", PRICE, 4, item="printer")
    labs = []
    if c.gated:
        w.option("room", ROOM, 9, item="lab", mode="setup")
        labs = [Lab(True, SEATS, None, "5", ordinary_seats=ORDINARY)]
    pack = roadmap({0: [3]}, labs=labs, minimums=[])
    return w, pack, {"overrides": c.cells, "upkeep": "reserve"}, c.planted
