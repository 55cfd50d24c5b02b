"""Worlds to measure with, made from a seed: the same nouns on every machine. All of it is invented."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from types import MappingProxyType

from provision.domain.budget import Grant
from provision.domain.catalogue import Mode, Option
from provision.domain.enrolment import Enrolment
from provision.domain.inputs import Inputs
from provision.domain.inventory import Lot
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.roadmap import Minimum, Phase, Ratio, Roadmap
from provision.domain.scenario import Scenario
from provision.domain.school import Level, RatioLevel, School, Unit

FIRST = 2017
YEARS = range(FIRST, FIRST + 5)
UNIT = "u"
MILLION = 1_000_000

MONEY = 18_000_000
"""VND a school and year, over all funds: about half of the machine-years asked for in the horizon stay missing."""

CALENDAR = {2017: (3,), 2018: (3, 6), 2019: (3, 4, 6, 7), 2020: (3, 4, 5, 6, 7, 8), 2021: (3, 4, 5, 6, 7, 8, 9)}
LEVELS: tuple[tuple[Level, range], ...] = (
    ("primary", range(1, 6)),
    ("primary", range(1, 6)),
    ("lower_secondary", range(6, 10)),
    ("combined", range(1, 10)),
)


def reference(seed: int, schools: int, *, shared: bool = False) -> tuple[Inputs, Roadmap, Scenario]:
    """Return a world of pupil computers alone: three options and a lease, three funds, five years, nothing moves.

    ``shared`` leaves one fund of all units, as a country would have.
    """
    r = Random(seed)
    scenario = Scenario(name="reference", lease=True, transfers=False)
    return _inputs(r, schools, _machines(), full=False, shared=shared), _roadmap(full=False), scenario


def full(seed: int, schools: int) -> tuple[Inputs, Roadmap, Scenario]:
    """Return a world of all the model knows but years carried out: six items, repair, moves, mergers, own money."""
    r = Random(seed)
    scenario = Scenario(name="full", lease=True)
    return _inputs(r, schools, (*_machines(), *_things()), full=True, shared=False), _roadmap(full=True), scenario


def _inputs(r: Random, schools: int, options: tuple[Option, ...], *, full: bool, shared: bool) -> Inputs:
    unit = Unit(UNIT, "Đơn vị thử", "district", "Phòng thử", "Trưởng phòng", "Nơi thử", "bench")
    codes = [f"s{n:05d}" for n in range(schools)]
    merging = dict(zip(codes[: schools // 20], codes[schools // 20 :], strict=False)) if full else {}
    made: dict[str, School] = {}
    enrolment: list[Enrolment] = []
    stock: list[Lot] = []
    for code in codes:
        level, grades = r.choice(LEVELS)
        heir = merging.get(code)
        closes = r.choice(YEARS[:-1]) if heir else None
        made[code] = School(
            code, f"Trường {code}", UNIT, level, r.random() < 0.4, r.randint(2, 5), r.random() < 0.2,
            1, None, closes, heir, "bench",
        )  # fmt: skip
        for grade in grades:
            pupils = r.randint(25, 160)
            for year in YEARS:
                if closes is None or year <= closes:
                    count = max(1, round(pupils * (1 + 0.03 * (year - FIRST)) + r.randint(-5, 5)))
                    enrolment.append(Enrolment(code, year, grade, count, -(-count // 35), "bench"))
        stock.extend(_owned(r, code, full=full))
    budget = _budget(r, codes, full=full, shared=shared)
    return Inputs(
        units=MappingProxyType({UNIT: unit}),
        schools=MappingProxyType(made),
        enrolment=tuple(enrolment),
        inventory=tuple(stock),
        catalogue=options,
        budget=budget,
        survival=MappingProxyType({}),
        carried=(),
        staff=(),
        left_out=(),
        tables=MappingProxyType({}),
    )


def _owned(r: Random, code: str, *, full: bool) -> list[Lot]:
    lots = []
    if r.random() < 0.6:
        acquired = FIRST - r.randint(1, 5)
        lots.append(Lot(code, PUPIL_COMPUTER, acquired, r.randint(4, 20), "working", 5, 200_000, "bench"))
    if full and r.random() < 0.3:
        lots.append(Lot(code, PUPIL_COMPUTER, FIRST - 4, r.randint(1, 4), "repairable", None, None, "bench"))
    for item in ("office_computer", "printer", "webcam") if full else ():
        if r.random() < 0.7:
            lots.append(Lot(code, item, FIRST - r.randint(0, 4), 1, "working", 5, 0, "bench"))
    return lots


def _option(code: str, item: str, mode: Mode, price: int, life: int, upkeep: int = 0) -> Option:
    return Option(code, item, mode, code, code, life, upkeep, MappingProxyType({FIRST: price}), "bench")


def _machines() -> tuple[Option, ...]:
    return (
        _option("pc-new", PUPIL_COMPUTER, "buy", 12_000_000, 5, 300_000),
        _option("pc-basic", PUPIL_COMPUTER, "buy", 9_200_000, 4, 300_000),
        _option("pc-used", PUPIL_COMPUTER, "buy", 4_900_000, 2, 400_000),
        _option("pc-lease", PUPIL_COMPUTER, "lease", 3_100_000, 1),
    )


def _things() -> tuple[Option, ...]:
    return (
        _option("pc-repair", PUPIL_COMPUTER, "repair", 1_500_000, 2, 300_000),
        _option("pc-move", PUPIL_COMPUTER, "move", 150_000, 1),
        _option("office-new", "office_computer", "buy", 13_000_000, 5, 300_000),
        _option("office-laptop", "office_computer", "buy", 15_000_000, 4, 300_000),
        _option("printer-new", "printer", "buy", 4_500_000, 5, 100_000),
        _option("webcam-new", "webcam", "buy", 900_000, 3),
        _option("pa-new", "pa_system", "buy", 6_000_000, 7),
        _option("line", "internet_line", "lease", 3_300_000, 1),
    )


def _budget(r: Random, codes: list[str], *, full: bool, shared: bool) -> tuple[Grant, ...]:
    schools = len(codes)
    rows = []

    def fund(code: str, share: float, carry: Fraction, unit: str | None = UNIT, **rules: tuple[str, ...]) -> None:
        for year in YEARS:
            grows = 0.4 + 0.3 * (year - FIRST)
            amount = round(schools * share * MONEY * grows * r.uniform(0.8, 1.2))
            may = {"modes": (), "items": (), "schools": ("all",)} | rules
            rows.append(Grant(unit, code, year, amount, carry, name_vi=code, name_en=code, source="bench", **may))

    if shared:
        fund("state", 1.0, Fraction(1, 2), None)
        return tuple(rows)
    fund("capital", 0.7, Fraction(1, 2), modes=("buy", "setup") if not full else ())
    fund("regular", 0.2, Fraction(0), modes=("lease", "repair", "move", "upkeep", "buy"))
    fund("social", 0.1, Fraction(1), schools=("disadvantaged",))
    for code in codes[:: max(1, schools // 10)] if full else ():
        for year in YEARS:
            amount = r.randint(0, 60) * MILLION
            rows.append(Grant(UNIT, f"own-{code}", year, amount, Fraction(1), (), (), (code,), "", "", "bench"))
    return tuple(rows)


def _roadmap(*, full: bool) -> Roadmap:
    phases = tuple(Phase(year, frozenset(grades), (), "mandatory", "bench") for year, grades in CALENDAR.items())
    each: tuple[tuple[RatioLevel, int], ...] = (("primary", 24), ("lower_secondary", 16))
    ratios = tuple(Ratio(level, Fraction(pupils), "must", "bench") for level, pupils in each)
    asked = [("office_computer", 3), ("printer", 2), ("webcam", 1), ("pa_system", 1), ("internet_line", 1)]
    minimums = tuple(Minimum(i, "school", 1, Fraction(w), (), "all", "bench") for i, w in asked) if full else ()
    return Roadmap(
        "bench", "Đo", "Bench", "1/BENCH", "2017-10-05", "covered", "level", phases, ratios, minimums, (), ()
    )  # fmt: skip
