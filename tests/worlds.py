"""Small worlds for tests: a data folder written from a few words, or at random from a seed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from provision.domain.inputs import Inputs
from provision.domain.roadmap import Phase, Ratio, Roadmap
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

    def write(self, folder: Path, *, shuffle: Random | None = None) -> Path:
        """Write the tables, in the order given or shuffled."""
        folder.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            rows = list(getattr(self, table.name))
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
        minimums=(),
        labs=(),
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
