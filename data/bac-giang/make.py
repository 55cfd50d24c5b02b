"""Write the illustrative tables of this folder: the same bytes on every run and every machine.

Documented, and cited in the tables' ``source`` columns or beside the constants below:

- the unit, its letterhead, the four pilot schools and their 539 pupils of grade 3 in 15 classes: guidance
  495/HD-PGD&ĐT of 5 October 2017, II.7;
- the communes of the district: Từ điển bách khoa, "Hiệp Hoà"; its 35 primary schools: TH Hoà Sơn, 2013-2014;
- how many schools merge in which year, as planned: Giáo dục & Thời đại, 1 August 2018;
- primary pupils of Viet Nam growing by 3.8 % a year, 2017 to 2020: UNESCO Institute for Statistics.

Illustrative is all else, because no document states it: which schools merge, every other number of pupils and
classes, who owns machines of what age and condition, every price, life and budget. Such rows have a source
that starts with "illustrative". Draws use whole numbers, fractions and ``Random.random`` only, whose
sequence Python guarantees.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from random import Random

Row = tuple[object, ...]

SEED = 871  # the number of the province's guidance of the same year
ROADMAP = "hiep-hoa-2017"  # the pack of the guidance
YEARS = range(2017, 2022)  # school years 2017-2018 to 2021-2022, the calendar of the guidance

# prefix of the code, beginning of the name; illustrative: per cent of schools with a lab, of these with two;
# fewest and most subject groups
LEVELS = {
    "primary": ("th", "Trường Tiểu học", (45, 10), (2, 4)),
    "lower_secondary": ("thcs", "Trường THCS", (80, 20), (3, 5)),
    "combined": ("ththcs", "Trường TH&THCS", (80, 20), (3, 5)),
    "kindergarten": ("mn", "Trường Mầm non", (0, 0), (2, 2)),
}
NATIONAL_STANDARD = 40  # per cent of schools: illustrative

GROWTH = Fraction(1038, 1000)  # a year: primary pupils 7,801,560 in 2017, 8,718,356 in 2020 (UIS, Viet Nam)
UNEVENNESS, MIGRATION = 60, 20  # per mille, of a grade in 2017-2018 and of a cohort in a year: illustrative
# pupils in a usual class (illustrative), and in the largest by circulars 28/2020 and 12/2011/TT-BGDĐT
CLASS_SIZE = {"primary": (31, 35), "lower_secondary": (38, 45)}
PILOT_CLASSES = {"th-duc-thang-1": 4, "th-duc-thang-2": 4, "th-thi-tran": 4, "th-hoang-luong": 3}  # 15 in all

# illustrative: machines of a school by its labs, years of its older and newer lot, who has both, the faulty
MACHINES = {1: (8, 16), 2: (16, 22)}
LOT_YEARS = ((2009, 2012), (2013, 2016))
TWO_LOTS, MOST_FAULTY = 40, 24  # per cent of owners, per cent of a lot
STOCK_LIFE = 5  # years

MILLION = 1_000_000
RAISING_SCHOOLS = 10  # that raise money themselves, which II.7 of the guidance encourages: illustrative
RAISED = (20, 120)  # million VND in a school year, for one to three years: illustrative

A_SCHOOL = "illustrative: named after its commune (Từ điển bách khoa); other columns invented"
A_PILOT = "illustrative: pilot school (495/HD-PGD&ĐT of 5/10/2017, II.7); other columns invented"
A_MERGER = "illustrative: number of mergers as planned (GD&TĐ 1/8/2018); which schools and all else invented"
A_GRADE = "illustrative: cohorts entering grade 1 grow by 3.8 % a year (UIS, Viet Nam 2017-2020)"
A_PILOT_GRADE = "illustrative: split of 539 pupils in 15 classes (495/HD-PGD&ĐT of 5/10/2017, II.7) invented"
INVENTED = "illustrative: invented"
A_RAISED_AMOUNT = "illustrative: amount invented; raising money is encouraged by 495/HD-PGD&ĐT, II.7"
NEW = "illustrative: below 13 million VND, the cap for an official's desktop before 2018 (Pháp luật TP.HCM)"
BASIC = "illustrative: between 7.5 million VND (Báo Hà Tĩnh, 2022) and 10.9 (Báo Ninh Thuận, 2021)"
USED = "illustrative: about 7.1 million VND, the cheapest set read of (Báo Gia Lai, 2025)"

PC = "pupil_computer"
CATALOGUE: tuple[Row, ...] = (  # every price, life and upkeep is illustrative
    ("pc-new", PC, "buy", "Máy tính mới", "New computer", 12_000_000, "2017-2018", 5, 300_000, NEW),
    ("pc-basic", PC, "buy", "Máy tính cơ bản", "Basic computer", 9_300_000, "2017-2018", 4, 350_000, BASIC),
    ("pc-used", PC, "buy", "Máy tính cũ", "Used computer", 7_100_000, "2017-2018", 2, 500_000, USED),
    ("pc-used", PC, "buy", "Máy tính cũ", "Used computer", 7_600_000, "2020-2021", 2, 500_000, USED),
)
SCENARIOS = {
    "cut": ("Cắt 30 % kinh phí", "Budget cut by 30 %", "budget_factor = 0.7"),
    "prices": ("Giá tăng 10 % mỗi năm", "Prices rise by 10 % a year", "price_growth = 0.1"),
}
COLUMNS = {
    "units": "unit name kind issuer signatory_title place roadmap",
    "schools": "school_id name unit level national_standard subject_groups disadvantaged labs"
    " open_from open_until merged_into source",
    "enrolment": "school_id school_year grade pupils classes source",
    "inventory": "school_id item acquired quantity condition source life_years",
    "catalogue": "option item mode name_vi name_en price from_year life_years upkeep source",
    "budget": "unit fund school_year amount carry_over modes items schools name_vi name_en source",
}


@dataclass(frozen=True)
class Commune:
    """A commune, with the pupils of grade 3 in 2017-2018 at each of its schools with primary grades."""

    code: str
    name: str
    grade3: tuple[int, ...]
    merges: int = 0  # the first school year after the merger, 0 is never
    into: str = ""  # the level that is left: số 2 joins số 1, or both levels join a new combined school
    combined: bool = False  # both levels are one school from the start
    disadvantaged: bool = False


@dataclass(frozen=True)
class Unit:
    """Who plans, with the rest of its row of units.csv, its communes and its funds."""

    code: str
    letterhead: tuple[str, ...]
    communes: tuple[Commune, ...]
    funds: tuple[tuple[str, str, str, str, Mapping[int, int]], ...]  # code, names, carry-over, million VND

    def stream(self, table: str) -> Random:
        """Return the unit's own random numbers for a table, which no other table or unit moves."""
        return Random(f"{SEED} {self.code} {table}")


@dataclass(frozen=True)
class School:
    """A school; ``opens`` and ``until`` are its first and last school year, 0 is always."""

    code: str
    name: str
    level: str
    commune: Commune
    opens: int = 0
    until: int = 0
    successor: str = ""
    national_standard: bool = False
    subject_groups: int = 0
    labs: int = 0


HIEP_HOA = Unit(
    "hiep-hoa",
    ("Hiệp Hoà", "district", "Phòng Giáo dục và Đào tạo Hiệp Hoà", "Trưởng phòng", "Hiệp Hoà", ROADMAP),
    communes=(  # illustrative but for the names and the sum of the four pilot schools, 539
        Commune("thi-tran", "Thị trấn Thắng", (146,)),
        Commune("dong-tan", "Đồng Tân", (56,), 2019, "combined", disadvantaged=True),
        Commune("thanh-van", "Thanh Vân", (58,), 2019, "combined", disadvantaged=True),
        Commune("hoang-luong", "Hoàng Lương", (104,)),
        Commune("hoang-van", "Hoàng Vân", (60,), 2018, "combined", disadvantaged=True),
        Commune("hoang-an", "Hoàng An", (51,), combined=True, disadvantaged=True),
        Commune("hoang-thanh", "Hoàng Thanh", (48,), combined=True, disadvantaged=True),
        Commune("thai-son", "Thái Sơn", (92,), 2020, "combined"),
        Commune("hoa-son", "Hoà Sơn", (97,)),  # the school's page: 418 pupils in five grades in 2013-2014
        Commune("duc-thang", "Đức Thắng", (145, 144)),
        Commune("ngoc-son", "Ngọc Sơn", (114, 62), 2019, "primary"),
        Commune("quang-minh", "Quang Minh", (88,), 2020, "combined"),
        Commune("hung-son", "Hùng Sơn", (82,), 2020, "combined"),
        Commune("luong-phong", "Lương Phong", (136, 94), 2020, "kindergarten"),
        Commune("dai-thanh", "Đại Thành", (78,), 2020, "combined", disadvantaged=True),
        Commune("thuong-thang", "Thường Thắng", (95,), 2020, "combined"),
        Commune("hop-thinh", "Hợp Thịnh", (118, 70), 2019, "primary"),
        Commune("mai-trung", "Mai Trung", (121, 66), 2018, "primary"),
        Commune("danh-thang", "Danh Thắng", (122,)),
        Commune("doan-bai", "Đoan Bái", (117, 64), 2020, "primary"),
        Commune("bac-ly", "Bắc Lý", (134, 90), 2020, "kindergarten"),
        Commune("xuan-cam", "Xuân Cẩm", (138,)),
        Commune("dong-lo", "Đông Lỗ", (132,)),
        Commune("huong-lam", "Hương Lâm", (131, 68), 2020, "primary"),  # the page of số 1: 654 pupils
        Commune("mai-dinh", "Mai Đình", (120, 60), 2020, "primary"),
        Commune("chau-minh", "Châu Minh", (126,)),
    ),
    funds=(  # illustrative
        (
            "ns-huyen",
            "Ngân sách huyện",
            "District budget",
            "0",
            {2017: 600, 2018: 1000, 2019: 1200, 2020: 1500, 2021: 1800},
        ),
        (
            "ns-muc-tieu",
            "Chương trình mục tiêu",
            "Target programme",
            "0.5",
            {2017: 0, 2018: 1200, 2019: 0, 2020: 1500, 2021: 0},
        ),
    ),
)
UNITS = (HIEP_HOA,)


def whole(rng: Random, low: int, high: int) -> int:
    """Draw a whole number from ``low`` to ``high``."""
    return low + int(rng.random() * (high - low + 1))


def chance(rng: Random, per_cent: int) -> bool:
    """Draw yes with so many per cent."""
    return whole(rng, 0, 99) < per_cent


def rounded(value: Fraction) -> int:
    """Return the nearest whole number, halves up."""
    return floor(value + Fraction(1, 2))


def about(rng: Random, pupils: Fraction | int, per_mille: int) -> int:
    """Draw a number of pupils at most so many per mille off."""
    return rounded(pupils * Fraction(1000 + whole(rng, -per_mille, per_mille), 1000))


def written(year: int) -> str:
    """Write a school year, 2017-2018 for 2017; 0 is blank."""
    return f"{year}-{year + 1}" if year else ""


def named(commune: Commune, level: str, number: int = 0) -> School:
    """Return a school called after its commune, with a number where there are two."""
    prefix, kind, *_ = LEVELS[level]
    code, name = f"{prefix}-{commune.code}-{number}", f"{kind} {commune.name} số {number}"
    return School(code.removesuffix("-0"), name.removesuffix(" số 0"), level, commune)


def founded(commune: Commune) -> Iterator[School]:
    """Yield the schools a commune has in 2017-2018, then the one its merger founds."""
    for level in (*(("combined",) if commune.combined else ("primary", "lower_secondary")), "kindergarten"):
        two = commune.into == level or (level == "primary" and len(commune.grade3) == 2)
        for number in (1, 2) if two else (0,):
            school = named(commune, level, number)
            unites = commune.into == "combined" and level != "kindergarten"
            if unites or (commune.into == level and number == 2):
                heir = named(commune, commune.into, min(number, 1))
                school = replace(school, until=commune.merges - 1, successor=heir.code)
            yield school
    if commune.into == "combined":
        yield replace(named(commune, "combined"), opens=commune.merges)


def drawn_schools(unit: Unit) -> dict[str, School]:
    """Return the schools of a unit by code, with their drawn columns."""
    rng = unit.stream("schools")
    schools: dict[str, School] = {}
    for school in (school for commune in unit.communes for school in founded(commune)):
        _, _, (one, second), fewest_and_most = LEVELS[school.level]
        labs = (1 + chance(rng, second)) * chance(rng, one)
        groups, standard = whole(rng, *fewest_and_most), chance(rng, NATIONAL_STANDARD)
        if school.opens:  # a new school has the rooms of those it unites, and is not recognised yet
            labs = min(2, sum(other.labs for other in schools.values() if other.successor == school.code))
            standard = False
        schools[school.code] = replace(school, labs=labs, subject_groups=groups, national_standard=standard)
    return schools


def school_rows(unit: Unit, schools: Mapping[str, School]) -> Iterator[Row]:
    """Yield the rows of schools.csv."""
    for s in schools.values():
        source = A_PILOT if s.code in PILOT_CLASSES else A_MERGER if s.opens or s.until else A_SCHOOL
        yield (
            s.code,
            s.name,
            unit.code,
            s.level,
            int(s.national_standard),
            s.subject_groups,
            int(s.commune.disadvantaged),
            s.labs,
            written(s.opens),
            written(s.until),
            s.successor,
            source,
        )


def owner(schools: Mapping[str, School], code: str, year: int) -> str:
    """Return the school that has a school's pupils in a school year."""
    while schools[code].until and schools[code].until < year:
        code = schools[code].successor
    return code


def cohorts(rng: Random, commune: Commune) -> Iterator[dict[tuple[str, int], int]]:
    """Yield, school year by school year, the pupils by school of 2017-2018 and grade."""
    taught = [s.code for s in founded(commune) if s.level != "kindergarten" and not s.opens]
    *primary, lower = taught * 2 if commune.combined else taught
    now = {(code, 3): pupils for code, pupils in zip(primary, commune.grade3, strict=True)}
    for grade in (1, 2, 4, 5):  # the higher the grade, the smaller the cohort was
        for code in primary:
            now[code, grade] = about(rng, now[code, 3] * GROWTH ** (3 - grade), UNEVENNESS)
    for grade in (6, 7, 8, 9):
        now[lower, grade] = about(rng, sum(commune.grade3) * GROWTH ** (3 - grade), UNEVENNESS)
    for _ in YEARS:
        yield now
        after = {(code, 1): about(rng, now[code, 1] * GROWTH, MIGRATION) for code in primary}
        after[lower, 6] = about(rng, sum(now[code, 5] for code in primary), MIGRATION)
        for code, grade in now:
            if grade not in (5, 9):
                after[code, grade + 1] = about(rng, now[code, grade], MIGRATION)
        now = after


def classes(grade: int, pupils: int) -> int:
    """Return the classes of a grade: of the usual size, none above the largest."""
    usual, largest = CLASS_SIZE["primary" if grade <= 5 else "lower_secondary"]
    return max(rounded(Fraction(pupils, usual)), ceil(Fraction(pupils, largest)))


def enrolment_rows(unit: Unit, schools: Mapping[str, School]) -> Iterator[Row]:
    """Yield the rows of enrolment.csv; after a merger pupils stand under the school that stays."""
    rng, stated = unit.stream("enrolment"), Counter[tuple[str, int, int]]()
    for commune in unit.communes:
        for year, now in zip(YEARS, cohorts(rng, commune), strict=True):
            for (code, grade), pupils in now.items():
                stated[owner(schools, code, year), year, grade] += pupils
    for (code, year, grade), pupils in sorted(stated.items()):
        if code in PILOT_CLASSES and (year, grade) == (2017, 3):
            yield (code, written(year), grade, pupils, PILOT_CLASSES[code], A_PILOT_GRADE)
        else:
            yield (code, written(year), grade, pupils, classes(grade, pupils), A_GRADE)


def inventory_rows(unit: Unit, schools: Mapping[str, School]) -> Iterator[Row]:
    """Yield the rows of inventory.csv: one or two lots for each school that has a lab in 2017-2018."""
    rng = unit.stream("inventory")
    for school in (s for s in schools.values() if s.labs and not s.opens):
        older, newer = (whole(rng, *years) for years in LOT_YEARS)
        machines, two = whole(rng, *MACHINES[school.labs]), chance(rng, TWO_LOTS)
        lots = {older: machines // 2, newer: machines - machines // 2} if two else {newer: machines}
        for year, quantity in lots.items():
            faulty = rounded(Fraction(quantity * whole(rng, 0, MOST_FAULTY), 100))
            parts = {"working": quantity - faulty, "repairable": (faulty + 1) // 2, "broken": faulty // 2}
            for condition, count in parts.items():
                if count:
                    lot = (school.code, PC, written(year), count, condition)
                    yield (*lot, INVENTED, STOCK_LIFE)


def budget_rows(unit: Unit, schools: Mapping[str, School]) -> Iterator[Row]:
    """Yield the rows of budget.csv: the unit's funds, then the money schools raise for themselves."""
    for fund, name_vi, name_en, carry_over, millions in unit.funds:
        for year, amount in millions.items():
            yield (
                unit.code,
                fund,
                written(year),
                amount * MILLION,
                carry_over,
                "buy",
                "",
                "all",
                name_vi,
                name_en,
                INVENTED,
            )
    rng = unit.stream("budget")
    able = [s for s in schools.values() if s.level != "kindergarten" and not s.commune.disadvantaged]
    lots = sorted((rng.random(), s.code) for s in able if not s.opens and not s.until)
    for code in sorted(code for _, code in lots[:RAISING_SCHOOLS]):
        first, count = whole(rng, YEARS[0], YEARS[2]), whole(rng, 1, 3)
        for year in range(first, YEARS[-1] + 1):  # a row also for later years, when what is kept may be spent
            amount = whole(rng, *RAISED) if year < first + count else 0
            yield (
                unit.code,
                f"xhh-{code}",
                written(year),
                amount * MILLION,
                1,
                "buy;upkeep",
                "",
                code,
                f"Xã hội hoá: {schools[code].name}",
                f"Raised by {schools[code].name}",
                A_RAISED_AMOUNT,
            )


def write(folder: Path) -> None:
    """Write every table and scenario below a folder, the units one after the other."""
    rows: dict[str, list[Row]] = {name: [] for name in COLUMNS} | {"catalogue": list(CATALOGUE)}
    for unit in UNITS:
        schools = drawn_schools(unit)
        rows["units"].append((unit.code, *unit.letterhead))
        rows["schools"] += school_rows(unit, schools)
        rows["enrolment"] += enrolment_rows(unit, schools)
        rows["inventory"] += inventory_rows(unit, schools)
        rows["budget"] += budget_rows(unit, schools)
    (folder / "scenarios").mkdir(parents=True, exist_ok=True)
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([columns.split(), *rows[name]])
    for name, (label_vi, label_en, lever) in SCENARIOS.items():
        with (folder / "scenarios" / f"{name}.toml").open("w", encoding="utf-8", newline="\n") as file:
            file.write(f'label_vi = "{label_vi}"\nlabel_en = "{label_en}"\n{lever}\n')


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the illustrative tables.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder (default: this one)")
    write(parser.parse_args().out)
