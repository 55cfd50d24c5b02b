"""Write the illustrative tables of this folder: the same bytes on every run and every machine.

Documented, and cited in the tables' ``source`` columns or beside the constants:

- the unit, its letterhead, the four pilot schools and their 539 pupils of grade 3 in 15 classes: guidance
  495/HD-PGD&ĐT of 5 October 2017, II.7; which items a school is to have beside pupil computers: II.2.1 to II.2.3;
- the communes of the district: Từ điển bách khoa, "Hiệp Hoà"; its 35 primary schools: TH Hoà Sơn, 2013-2014;
- how many schools merge in which year, as planned: Giáo dục & Thời đại, 1 August 2018;
- primary pupils of Viet Nam growing by 3.8 % a year, 2017 to 2020: UNESCO Institute for Statistics;
- what some prices stay below: the caps for an official's machines, 50/2017/QĐ-TTg and Pháp luật TP.HCM.

Illustrative is all else, because no document states it: which schools merge, every other number of pupils and
classes, who owns which machines of what age and condition; every price, life and upkeep, of buying, repairing,
upgrading, leasing and moving alike; every fund, what it may pay for and the donor. Such rows have a source that
starts with "illustrative". Draws use whole numbers, fractions and ``Random.random`` only, whose sequence Python
guarantees; each table, and what schools own beside pupil computers, draws from a stream of its own.

Who plans stands in ``units.py``, what can be had in ``catalogue.py``.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from random import Random

from catalogue import CATALOGUE
from province import SUPPORT, UNITS
from units import GROUP_PC, HIEP_HOA, PC, Commune, Fund, School, Unit, chance, whole

Row = tuple[object, ...]

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

# illustrative: per cent of schools that own it, years it was bought in; per cent of lots to be repaired
OFFICE = {
    "office_computer": (85, (2012, 2016)),
    "printer": (80, (2012, 2016)),
    "webcam": (45, (2014, 2016)),
    "pa_system": (70, (2010, 2016)),
}
OWNED_GROUP_PCS, GROUP_PC_YEARS = 60, (2012, 2016)  # per cent of subject groups of a national-standard school
FAULTY_OFFICE = 6

MILLION = 1_000_000
RAISING = Fraction(10, 26)  # schools a commune that raise money, which II.7 of the guidance encourages: illustrative
RAISED = (20, 120)  # million VND in a school year, for one to three years: illustrative

A_PILOT = "illustrative: trường thí điểm (495/HD-PGD&ĐT ngày 5/10/2017, II.7); các cột khác tự đặt"
A_GRADE = "illustrative: số vào lớp 1 tăng 3,8 % mỗi năm (UIS, Việt Nam 2017-2020)"
A_PILOT_GRADE = "illustrative: cách chia 539 học sinh, 15 lớp (495/HD-PGD&ĐT ngày 5/10/2017, II.7) là tự đặt"
INVENTED = "illustrative: tự đặt"
A_RAISED_AMOUNT = "illustrative: số tiền tự đặt; 495/HD-PGD&ĐT, II.7 khuyến khích huy động"

SCENARIOS = {
    "cut": ("Cắt 30 % kinh phí", "Budget cut by 30 %", "budget_factor = 0.7"),
    "prices": ("Giá tăng 10 % mỗi năm", "Prices rise by 10 % a year", "price_growth = 0.1"),
    "lease": ("Cho phép thuê máy tính", "Computers may be leased", "lease = true"),
    "donor": ("Nhà tài trợ rút lui", "The donor withdraws", "fund_factor = { tai-tro = 0 }"),
}
COLUMNS = {
    "units": "unit name kind issuer signatory_title place roadmap",
    "schools": "school_id name unit level national_standard subject_groups disadvantaged labs"
    " open_from open_until merged_into source",
    "enrolment": "school_id school_year grade pupils classes source",
    "inventory": "school_id item acquired quantity condition source life_years",
    "catalogue": "option item mode name_vi name_en price from_year life_years upkeep source also_serves",
    "budget": "unit fund school_year amount carry_over modes items schools name_vi name_en source",
}


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
        source = A_PILOT if s.code in PILOT_CLASSES else unit.a_merger if s.opens or s.until else unit.a_school
        row = (s.code, s.name, unit.code, s.level, int(s.national_standard), s.subject_groups)
        times = (written(s.opens), written(s.until), s.successor)
        yield (*row, int(s.commune.disadvantaged), s.labs, *times, source)


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


def office_rows(unit: Unit, schools: Mapping[str, School]) -> Iterator[Row]:
    """Yield the other rows of inventory.csv: what schools own beside pupil computers; it lasts as the catalogue says.

    What a school owns of an item was bought in one year.
    """
    rng = unit.stream("office set")
    for school in (s for s in schools.values() if not s.opens):
        owned = [(item, years, chance(rng, per_cent)) for item, (per_cent, years) in OFFICE.items()]
        groups = school.subject_groups if school.national_standard else 0
        owned.append((GROUP_PC, GROUP_PC_YEARS, sum(chance(rng, OWNED_GROUP_PCS) for _ in range(groups))))
        for item, years, quantity in owned:
            if quantity:
                acquired = written(whole(rng, *years))
                condition = "repairable" if chance(rng, FAULTY_OFFICE) else "working"
                yield (school.code, item, acquired, int(quantity), condition, INVENTED, "")


def fund_rows(unit: str, funds: Iterable[Fund]) -> Iterator[Row]:
    """Yield the rows of funds in budget.csv; those of no unit are shared."""
    for f in funds:
        for year, amount in f.millions.items():
            row = (unit, f.code, written(year), amount * MILLION, f.carry_over)
            yield (*row, f.modes, f.items, f.schools, f.name_vi, f.name_en, INVENTED)


def raised_rows(unit: Unit, schools: Mapping[str, School]) -> Iterator[Row]:
    """Yield the rows of budget.csv with the money that schools raise for themselves."""
    source = A_RAISED_AMOUNT if unit is HIEP_HOA else INVENTED
    rng = unit.stream("budget")
    able = [s for s in schools.values() if s.level != "kindergarten" and not s.commune.disadvantaged]
    lots = sorted((rng.random(), s.code) for s in able if not s.opens and not s.until)
    for code in sorted(code for _, code in lots[: floor(RAISING * len(unit.communes))]):
        first, count = whole(rng, YEARS[0], YEARS[2]), whole(rng, 1, 3)
        names = (f"Xã hội hoá: {schools[code].name}", f"Raised by {schools[code].name}")
        for year in range(first, YEARS[-1] + 1):  # a row also for later years, when what is kept may be spent
            amount = whole(rng, *RAISED) if year < first + count else 0
            row = (unit.code, f"xhh-{code}", written(year), amount * MILLION, 1)
            yield (*row, "buy;upkeep", "", code, *names, source)


def write(folder: Path) -> None:
    """Write every table and scenario below a folder, the units one after the other."""
    rows: dict[str, list[Row]] = {name: [] for name in COLUMNS} | {"catalogue": list(CATALOGUE)}
    for unit in UNITS:
        schools = drawn_schools(unit)
        rows["units"].append((unit.code, *unit.letterhead))
        rows["schools"] += school_rows(unit, schools)
        rows["enrolment"] += enrolment_rows(unit, schools)
        rows["inventory"] += [*inventory_rows(unit, schools), *office_rows(unit, schools)]
        rows["budget"] += [*fund_rows(unit.code, unit.funds), *raised_rows(unit, schools)]
    rows["budget"] += fund_rows("", [SUPPORT])
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
