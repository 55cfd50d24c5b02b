"""Small worlds for tests: a data folder written from a few words, or at random from a seed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import cast

from provision.domain.inputs import Inputs
from provision.domain.roadmap import Lab, Minimum, Phase, Ratio, Roadmap
from provision.domain.scenario import RUNG_OF, RUNGS
from provision.domain.years import format_school_year
from provision.intake import load
from provision.intake.columns import TABLES

FIRST = 2017


def year(index: int) -> str:
    """Return the n-th school year of a world, counted from 0."""
    return format_school_year(FIRST + index)


@dataclass
class World:
    """The rows of a data folder, each with defaults that a test need not repeat."""

    units: list[dict[str, object]] = field(default_factory=list)
    schools: list[dict[str, object]] = field(default_factory=list)
    enrolment: list[dict[str, object]] = field(default_factory=list)
    inventory: list[dict[str, object]] = field(default_factory=list)
    catalogue: list[dict[str, object]] = field(default_factory=list)
    budget: list[dict[str, object]] = field(default_factory=list)
    survival: list[dict[str, object]] = field(default_factory=list)
    crosswalk: list[dict[str, object]] = field(default_factory=list)
    left_out: list[dict[str, object]] = field(default_factory=list)
    frozen: list[dict[str, object]] = field(default_factory=list)
    staff: list[dict[str, object]] = field(default_factory=list)

    def unit(self, code: str = "u", **rest: object) -> World:
        """Add a unit."""
        row = {
            "unit": code,
            "name": code.upper(),
            "kind": "district",
            "issuer": "Phòng",
            "signatory_title": "Trưởng phòng",
        }
        self.units.append(row | {"place": "Hiệp Hoà", "roadmap": "hiep-hoa-2017"} | rest)
        return self

    def school(
        self, code: str, level: str = "primary", *, pupils: Mapping[int, Sequence[int]] | None = None, **rest: object
    ) -> World:
        """Add a school and its pupils: by grade, one number a school year."""
        row = {"school_id": code, "name": f"Trường {code}", "unit": "u", "level": level, "national_standard": 0}
        row |= {
            "subject_groups": 0,
            "disadvantaged": 0,
            "labs": 0,
            "open_from": "",
            "open_until": "",
            "merged_into": "",
        }
        self.schools.append(row | {"source": "test"} | rest)
        for grade, by_year in (pupils or {}).items():
            for index, count in enumerate(by_year):
                self.pupils(code, index, grade, count)
        return self

    def pupils(self, code: str, index: int, grade: int, count: int) -> World:
        """Add the pupils of one grade in the n-th school year, 30 a class."""
        classes = -(-count // 30)
        row = {"school_id": code, "school_year": year(index), "grade": grade, "pupils": count, "classes": classes}
        self.enrolment.append(row | {"source": "test"})
        return self

    def stock(self, code: str, quantity: int, acquired: int, **rest: object) -> World:
        """Add working pupil computers, acquired so many years after the first school year (negative: before)."""
        row = {"school_id": code, "item": "pupil_computer", "acquired": format_school_year(FIRST + acquired)}
        self.inventory.append(row | {"quantity": quantity, "condition": "working", "source": "test"} | rest)
        return self

    def thing(self, code: str, item: str, quantity: int, acquired: int, **rest: object) -> World:
        """Add working things of any item, acquired so many years after the first school year."""
        return self.stock(code, quantity, acquired, item=item, **rest)

    def option(self, code: str, price: int, life: int, **rest: object) -> World:
        """Add a way to buy a pupil computer: price in VND, life in years."""
        row = {
            "option": code,
            "item": "pupil_computer",
            "mode": "buy",
            "name_vi": code,
            "name_en": code,
            "price": price,
        }
        self.catalogue.append(row | {"from_year": year(0), "life_years": life, "upkeep": 0, "source": "test"} | rest)
        return self

    def fund(self, code: str, amounts: Iterable[int], **rest: object) -> World:
        """Add a fund: VND by school year from the first."""
        for index, amount in enumerate(amounts):
            row = {"unit": "u", "fund": code, "school_year": year(index), "amount": amount, "carry_over": 0}
            self.budget.append(row | {"modes": "", "items": "", "schools": "all", "source": "test"} | rest)
        return self

    def curve(self, item: str, shares: Mapping[int, object], **rest: object) -> World:
        """Add a survival curve: the share of an item that still works by years since it was bought."""
        for age, share in shares.items():
            self.survival.append({"item": item, "age": age, "share": share, "source": "test"} | rest)
        return self

    def carried(self, school: str, index: int, option: str, quantity: int, unit_price: int, **rest: object) -> World:
        """Add a purchase of an earlier plan in the n-th school year, done unless ``state`` says promised."""
        row: dict[str, object] = {"school_id": school, "school_year": year(index), "option": option}
        self.frozen.append(row | {"quantity": quantity, "unit_price": unit_price} | rest)
        return self

    def teachers(self, school: str, index: int, posts: object, **rest: object) -> World:
        """Add the full posts of Informatics at a school from the n-th school year on."""
        row: dict[str, object] = {"school_id": school, "school_year": year(index), "teachers": posts}
        self.staff.append(row | {"source": "test"} | rest)
        return self

    def write(self, folder: Path, *, shuffle: Random | None = None) -> Path:
        """Write the tables, in the order given or shuffled; an optional table without rows is no file."""
        folder.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            rows = list(getattr(self, table.name))
            if table.optional and not rows:
                continue
            if shuffle is not None:
                shuffle.shuffle(rows)
            names = [c.name for c in table.columns if not c.optional or any(c.name in row for row in rows)]
            names += sorted({name for row in rows for name in row} - set(names))
            with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        return folder

    def load(self, folder: Path) -> Inputs:
        """Write the tables and read them."""
        return load(self.write(folder))


def roadmap(
    grades: Mapping[int, Sequence[int]],
    *,
    ratios: Mapping[str, int] | None = None,
    optional: Mapping[int, Sequence[int]] | None = None,
    minimums: Iterable[Minimum] = (),
    labs: Iterable[Lab] = (),
) -> Roadmap:
    """Return a roadmap: the mandatory (and optional) grades from the n-th school year on; ratios 24 and 16."""
    phases = [Phase(FIRST + i, frozenset(g), (), "mandatory", "1") for i, g in grades.items()]
    phases += [Phase(FIRST + i, frozenset(g), (), "optional", "1") for i, g in (optional or {}).items()]
    return Roadmap(
        code="test",
        title_vi="Thử",
        title_en="Test",
        document="1/TEST",
        issued="2017-01-01",
        ratio_basis="covered",
        rounding="level",
        phases=tuple(phases),
        ratios=tuple(
            Ratio(level, value, "must", "2")  # type: ignore[arg-type]
            for level, value in (ratios or {"primary": 24, "lower_secondary": 16}).items()
        ),
        minimums=tuple(minimums),
        labs=tuple(labs),
        deadlines=(),
    )


def random_world(seed: int, *, schools: int | None = None, years: int | None = None) -> tuple[World, Roadmap]:
    """Return a small random world: mergers, ageing stock, two or three options, funds with their own rules."""
    r = Random(seed)
    count, span = schools or r.randint(2, 5), years or r.randint(2, 4)
    world = World().unit()
    codes = [f"s{i}" for i in range(count)]
    merged = r.random() < 0.4 and count > 2 and span > 2
    for i, code in enumerate(codes):
        level = r.choice(["primary", "lower_secondary", "combined"]) if not (merged and i < 2) else "primary"
        grades = {"primary": range(3, 6), "lower_secondary": range(6, 10), "combined": range(3, 10)}[level]
        rest: dict[str, object] = {"disadvantaged": int(r.random() < 0.3)}
        closes = span - 1 if merged and i == 0 else span
        if closes < span:
            rest |= {"open_until": year(closes - 1), "merged_into": codes[1]}
        world.school(code, level, pupils={g: [r.randint(10, 90) for _ in range(closes)] for g in grades}, **rest)
        if r.random() < 0.6:
            world.stock(code, r.randint(1, 6), -r.randint(0, 4), life_years=5)
    for name, price, life in [("new", 12, 5), ("basic", 9, 4), ("used", 7, 2)][: r.randint(1, 3)]:
        world.option(name, (price * 10 + r.randint(-5, 5)) * 100_000, life)
    world.fund("main", [r.randint(0, 12) * 10_000_000 for _ in range(span)], carry_over=r.choice([0, 0.5, 1]))
    if r.random() < 0.6:
        world.fund("gift", [r.randint(0, 5) * 10_000_000 for _ in range(span)], schools="disadvantaged", carry_over=1)
    if r.random() < 0.6:
        world.fund("own", [r.randint(0, 4) * 10_000_000 for _ in range(span)], schools=codes[-1], carry_over=0.5)
    calendar = {0: [3], 1: [3, 6], 2: [3, 4, 6, 7], 3: [3, 4, 5, 6, 7, 8]}
    return world, roadmap(calendar, optional={1: [4, 7]})


def whole_world(seed: int) -> tuple[World, Roadmap, dict[str, object]]:
    """Return a small random world that mixes all the model knows, its roadmap, and the levers moved."""
    r = Random(seed)
    count, span = r.randint(2, 4), r.randint(2, 3)
    world, codes = World().unit(), [f"s{i}" for i in range(count)]
    for code in codes:
        _whole_school(world, code, codes, span, r)
    if r.random() < 0.3:
        world.school("k", "kindergarten", subject_groups=r.randint(0, 1), disadvantaged=r.randint(0, 1))
        codes.append("k")
    if r.random() < 0.3:
        world.unit("w").school("t0", pupils={3: [r.randint(20, 60) for _ in range(span)]}, unit="w")
        world.fund(
            "province", [r.randint(0, 4) * 10_000_000 for _ in range(span)], unit="", carry_over=r.choice([0, 1])
        )
    _whole_options(world, r)
    labs = _whole_labs(world, r)
    minimums = _whole_minimums(world, r)
    for code in codes:
        _whole_stock(world, code, r)
    if r.random() < 0.3:
        world.curve("pupil_computer", {0: 1, 1: 0.9, 2: 0.6, 3: 0.4, 4: 0})
    _whole_funds(world, codes, span, r)
    calendar: dict[int, Sequence[int]] = {0: [3], 1: [3, 6]}
    may: dict[int, Sequence[int]] = {r.randint(0, 1): [4, 7]} if r.random() < 0.5 else {}
    may = {i: g for i, g in may.items() if i in calendar}
    pack = roadmap(calendar, optional=may, minimums=minimums, labs=labs)
    levers: dict[str, object] = {}
    if r.random() < 0.35:
        _whole_frozen(world, r)
    _whole_levers(world, levers, span, minimums, r)
    return world, pack, levers


def _whole_school(world: World, code: str, codes: Sequence[str], span: int, r: Random) -> None:
    """Add a school that stays, opens late, merges into the last one or closes without a successor."""
    level = r.choice(["primary", "lower_secondary", "combined"]) if code != codes[-1] else "combined"
    grades = {"primary": (3, 4), "lower_secondary": (6, 7), "combined": (3, 6, 7)}[level]
    rest: dict[str, object] = {
        "disadvantaged": int(r.random() < 0.4),
        "national_standard": int(r.random() < 0.4),
        "subject_groups": r.randint(0, 2),
        "labs": int(r.random() < 0.3),
    }
    first, closes, fate = 0, span, r.random()
    if code != codes[-1] and fate < 0.4:
        closes = r.randint(1, span - 1)
        rest["open_until"] = year(closes - 1)
        if fate < 0.28:
            rest["merged_into"] = codes[-1]
    elif code != codes[-1] and fate < 0.5:
        first = 1
        rest["open_from"] = year(1)
    world.school(code, level, **rest)
    for grade in grades:
        for index in range(first, closes):
            world.pupils(code, index, grade, r.randint(5, 70))


def _whole_options(world: World, r: Random) -> None:
    """Add ways to get a pupil computer, one to eight of them, and to move things."""
    tenth = 100_000

    def keep(likely: float) -> dict[str, object]:
        return {"upkeep": r.choice([2, 5, 10]) * tenth} if r.random() < likely else {}

    new = keep(0.4) | {"price": r.randint(100, 140) * tenth, "life": r.randint(3, 4)}
    for code in ("new", "also") if r.random() < 0.15 else ("new",):  # two that differ in name alone
        world.option(code, **new)
    if r.random() < 0.5:
        world.option("used", r.randint(50, 80) * tenth, r.randint(1, 2), **keep(0.4))
    if r.random() < 0.3:
        rest = keep(0.3) | {"also_serves": "webcam"}
        world.option("laptop", r.randint(110, 160) * tenth, 3, **rest)
        if r.random() < 0.3:
            world.option("laptop", r.randint(80, 100) * tenth, 3, from_year=year(1), **rest)
    if r.random() < 0.5:
        world.option("fix", r.randint(10, 40) * tenth, r.randint(1, 2), mode="repair", **keep(0.3))
    if r.random() < 0.5:
        world.option("renew", r.randint(20, 50) * tenth, r.randint(1, 2), mode="refurbish", **keep(0.3))
    if r.random() < 0.4:
        world.option("rent", r.randint(25, 50) * tenth, 1, mode="lease", **keep(0.3))
    if r.random() < 0.6:
        world.option("van", r.randint(2, 10) * tenth, 1, mode="move")
    if r.random() < 0.3:
        world.option("cart", r.randint(2, 10) * tenth, 1, mode="move", item="printer")


def _whole_labs(world: World, r: Random) -> list[Lab]:
    """Add computer rooms: a gate with seats, a line of cost, or none."""
    kind = r.random()
    if kind < 0.3:
        seats, ordinary = r.randint(2, 4), r.randint(0, 2)
        found = [Lab(True, seats, None, "5", ordinary_seats=ordinary)]
    elif kind < 0.5:
        found = [Lab(False, r.choice([None, 3, 5]), None, "5")]
    else:
        return []
    if r.random() < 0.85:
        rest = {"upkeep": r.choice([0, 0, 1_000_000])}
        world.option("room", r.randint(30, 150) * 100_000, r.randint(1, 4), item="lab", mode="setup", **rest)
    return found


def _whole_minimums(world: World, r: Random) -> list[Minimum]:
    """Add what schools need beyond pupil computers, in itself or with a machine or room."""
    found: list[Minimum] = []

    def ask(item: str, per: str, weight: object, **rest: object) -> None:
        terms: dict[str, object] = {"levels": (), "where": "all"} | rest
        found.append(
            Minimum(item, per, r.randint(1, 2), Fraction(str(weight)), section="3", **terms)  # type: ignore[arg-type]
        )

    if r.random() < 0.4:
        ask("printer", r.choice(["school", "subject_group"]), 1, where=r.choice(["all", "disadvantaged"]))
        world.option("printer", r.randint(20, 40) * 100_000, r.randint(1, 4), item="printer")
    if r.random() < 0.3:
        ask("webcam", "school", 0.5, levels=r.choice([(), ("primary", "combined"), ("kindergarten",)]))
        if r.random() < 0.7:
            world.option("webcam", r.randint(3, 9) * 100_000, 2, item="webcam", upkeep=r.choice([0, 100_000]))
        if not any(row["item"] == "webcam" or "also_serves" in row for row in world.catalogue):
            world.option("webcam", 500_000, 2, item="webcam")
    if r.random() < 0.2:
        ask("server", "unit", 3)
        world.option("server", r.randint(100, 200) * 100_000, 3, item="server")
    if r.random() < 0.35:
        ask("software", "machine", 1)
        serves = {"also_serves": "webcam"} if r.random() < 0.2 else {}
        rest = {"item": "software", "upkeep": r.choice([0, 100_000])} | serves
        world.option("software", r.randint(3, 12) * 100_000, 1, **rest)
        if r.random() < 0.3:
            ask("software", "school", 0.25)
    if r.random() < 0.2:
        ask("printer", "machine" if r.random() < 0.3 else "lab", 1)
        if not any(row["option"] == "printer" for row in world.catalogue):
            world.option("printer", r.randint(20, 40) * 100_000, 2, item="printer")
    return found


def _whole_stock(world: World, code: str, r: Random) -> None:
    """Add what a school owns: working, repairable and broken, of several ages."""
    items = {"pupil_computer"} | ({str(row["item"]) for row in world.catalogue} - {"lab"})
    for item in sorted(items):
        for _ in range(r.choice([0, 1, 2]) if item == "pupil_computer" else r.choice([0, 0, 1])):
            bought = any((row["item"], row["mode"]) == (item, "buy") for row in world.catalogue)
            rest: dict[str, object] = {"life_years": r.randint(2, 6)} if r.random() < 0.7 or not bought else {}
            if r.random() < 0.4:
                rest["upkeep"] = r.choice([0, 100_000, 500_000])
            condition = r.choice(["working", "working", "working", "repairable", "broken"])
            acquired = r.randint(-4, 1)
            world.thing(code, item, r.randint(1, 5), acquired, condition=condition, **rest)


def _whole_funds(world: World, codes: Sequence[str], span: int, r: Random) -> None:
    """Add one to four funds: for all, for the disadvantaged, a school's own, one for few modes or items."""

    def amounts(most: int) -> list[int]:
        return [r.randint(0, most) * 5_000_000 for _ in range(span)]

    world.fund("main", amounts(12), carry_over=r.choice([0, 0.5, 1]))
    if r.random() < 0.4:
        world.fund("gift", amounts(6), schools="disadvantaged", carry_over=1)
    if r.random() < 0.4:
        world.fund("own", amounts(5), schools=r.choice([codes[0], f"{codes[0]};{codes[-1]}"]), carry_over=0.5)
    if r.random() < 0.5:
        modes = r.choice(["move", "upkeep", "repair;refurbish", "lease;upkeep", "buy", "setup;move"])
        world.fund("modes", amounts(4), modes=modes, carry_over=r.choice([0, 1]))
    if r.random() < 0.3:
        known = sorted({str(row["item"]) for row in world.catalogue})
        world.fund("items", amounts(4), items=r.choice(known))


def _whole_frozen(world: World, r: Random) -> None:
    """Add what was bought in the first year, and what was promised for the second."""
    offered = sorted(
        {(str(row["option"]), int(str(row["price"]))) for row in world.catalogue if row["mode"] != "move"}
    )
    offered = list({code: (code, price) for code, price in offered}.values())
    first = {str(s["school_id"]) for s in world.schools if not s["open_from"] and s["unit"] == "u"}
    seen: set[tuple[str, str]] = set()
    for _ in range(r.randint(1, 3)):
        code, (option, price) = r.choice(sorted(first)), r.choice(offered)
        if (code, option) not in seen:
            seen.add((code, option))
            world.carried(
                code, 0, option, r.randint(0, 2), price + r.choice([0, -500_000, 300_000]) * (price > 500_000)
            )
    if r.random() < 0.6:
        for code in sorted(first)[: r.randint(1, 2)]:
            option, price = r.choice(offered)
            world.carried(code, 1, option, r.randint(1, 3), price, state="promised")


def move(levers: dict[str, object], likely: Mapping[str, tuple[float, Sequence[object]]], r: Random) -> None:
    """Move each lever as likely as is told, to one of its values; none that the ladder drawn would not heed."""
    for name, (share, values) in likely.items():
        drawn, value = r.random(), r.choice(values)
        if drawn < share:
            levers[name] = value
    for name, rung in RUNG_OF.items():
        if rung not in levers.get("ladder", RUNGS):  # type: ignore[operator]
            levers.pop(name, None)


def _whole_levers(world: World, levers: dict[str, object], span: int, minimums: Sequence[Minimum], r: Random) -> None:
    """Move some levers."""
    likely: Mapping[str, tuple[float, Sequence[object]]] = {
        "lease": (0.5, [True]),
        "transfers": (0.2, [False]),
        "optional_grades": (0.4, [True]),
        "upkeep": (0.35, ["reserve"]),
        "delivery_lag": (0.2, [1]),
        "priority_weight": (0.2, [2.0]),
        "whole_machines": (0.15, [False]),
        "hold": (0.15, [0.1, 0.5]),
        "weigh": (0.15, ["pupils"]),
        "price_growth": (0.15, [0.1, -0.1]),
        "budget_factor": (0.15, [0.5, 2.0]),
        "life_years": (0.1, [2, 3]),
        "rounding": (0.1, ["school", "none"]),
        "ladder": (
            0.15,
            [("missing", "money", "minimums", "optional"), ("missing", "optional", "minimums", "money")],
        ),
    }
    move(levers, likely, r)
    cells: dict[str, int] = {}
    later = r.randint(int(bool(world.frozen)), span - 1)
    there = [s for s in world.schools if s["open_from"] <= year(later) <= (s["open_until"] or "9")]  # type: ignore[operator]
    offered = sorted({str(o["option"]) for o in world.catalogue if o["mode"] not in ("move", "lease")})
    for _ in range(r.choice([0, 0, 0, 1, 2])):
        cells[f"buy/{r.choice(there)['school_id']}/{year(later)}/{r.choice(offered)}"] = r.choice([0, 1, 2])
    if r.random() < 0.1:
        cells[f"price/new/{year(r.randint(0, span - 1))}"] = r.randint(60, 150) * 100_000
    if r.random() < 0.1:
        cells[f"budget/u/main/{year(max(r.randint(0, span - 1), bool(world.frozen)))}"] = r.randint(0, 6) * 10_000_000
    if r.random() < 0.1:
        row = r.choice(world.enrolment)
        cells[f"enrolment/{row['school_id']}/{row['school_year']}/{row['grade']}"] = r.randint(0, 99)
    coming = {m.item for m in minimums if m.per in ("machine", "lab")}
    fixed = {str(o["option"]) for o in world.catalogue if o["item"] in coming}  # only with what they come with
    cells = {path: n for path, n in cells.items() if not (path.startswith("buy/") and path.split("/")[3] in fixed)}
    if cells:
        levers["overrides"] = cells


def shared_world(seed: int) -> tuple[World, Roadmap, dict[str, object]]:
    """Return the random world of a seed with its schools split over the units ``u`` and ``v``, which share a fund."""
    world, pack, levers = whole_world(seed)
    r = Random(f"{seed} shared")
    world.unit("v")
    split = {str(s["school_id"]): r.choice("uv") for s in world.schools if s["unit"] == "u"}
    for s in world.schools:
        if s["merged_into"]:
            split[str(s["school_id"])] = split[str(s["merged_into"])]
    for unit in sorted({"u", "v"} - set(split.values())):
        world.school(f"z{unit}", pupils={3: [r.randint(20, 60) for _ in range(3)]}, unit=unit)
    for s in world.schools:
        s["unit"] = split.get(str(s["school_id"]), s["unit"])
    where = {str(s["school_id"]): str(s["unit"]) for s in world.schools}
    cells = cast("dict[str, object]", levers.get("overrides", {}))
    shared = r.choice(["main", "main", "modes"]) if any(b["fund"] == "modes" for b in world.budget) else "main"
    for row in world.budget:
        named = {where[code] for code in str(row["schools"]).split(";") if code in where}
        before, row["unit"] = (
            row["unit"],
            "" if row["fund"] in (shared, "province") or len(named) > 1 else min(named, default="u"),
        )
        if (path := f"budget/{before}/{row['fund']}/{row['school_year']}") in cells:
            cells[f"budget/{row['unit']}/{row['fund']}/{row['school_year']}"] = cells.pop(path)
    return world, pack, levers
