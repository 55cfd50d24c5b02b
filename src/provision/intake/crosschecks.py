"""Faults that only show between rows and tables: codes nobody knows, mergers that lose pupils, lives that differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from provision.domain.catalogue import compound
from provision.domain.inputs import Inputs
from provision.domain.school import School, owner, teaches
from provision.domain.years import format_school_year
from provision.errors import Fault
from provision.intake.columns import EVERYWHERE, PAID_MODES
from provision.intake.crosswalk import crosswalk_faults, dissolved
from provision.intake.nouns import Tables, schools_of
from provision.intake.tables import Record
from provision.text import Key


def cross_faults(tables: Tables) -> Iterator[Fault]:
    """Yield every fault between the sound rows of the tables."""
    schools = schools_of(tables)
    yield from _reserved(tables)
    yield from _schools(tables, schools)
    yield from _enrolment(tables, schools)
    yield from _inventory(tables, schools)
    yield from _catalogue(tables["catalogue"].rows)
    yield from _budget(tables, schools)
    yield from _survival(tables)
    yield from frozen_faults(tables, schools)
    yield from _staff(tables, schools)
    yield from crosswalk_faults(tables)


_RESERVED = (("units", "unit", ("all",)), ("schools", "school_id", EVERYWHERE))
"""Words that stand for many units (in ``--unit``) or schools (in the budget): none may be called so."""


def _reserved(tables: Tables) -> Iterator[Fault]:
    """Yield every unit and school whose code is a word that stands for many."""
    for table, column, words in _RESERVED:
        for r in tables[table].rows:
            if r[column] in words:
                yield Fault("code_reserved", f"{table}.csv", r.row, column, r[column], unit=r["unit"])


def _schools(tables: Tables, schools: Mapping[str, School]) -> Iterator[Fault]:
    gone = dissolved(tables)
    for r in tables["schools"].rows:
        place: dict[str, Any] = {"file": "schools.csv", "row": r.row, "unit": r["unit"]}
        if not tables["units"].knows(r["unit"], "unit") and r["unit"] not in gone:
            yield Fault("unit_unknown", column="unit", found=r["unit"], **place)
        first, last, successor = r["open_from"], r["open_until"], r["merged_into"]
        if first is not None and last is not None and first > last:
            yield Fault("open_backwards", column="open_until", found=format_school_year(last), **place)
        if successor is None:
            continue
        if last is None:
            yield Fault("merger_without_year", column="merged_into", found=successor, **place)
        elif not tables["schools"].knows(successor, "school_id"):
            yield Fault("school_unknown", column="merged_into", found=successor, **place)
        elif _chain(r["school_id"], schools) is None:
            yield Fault("merger_in_a_circle", column="merged_into", found=successor, **place)
        elif successor in schools and not schools[successor].is_open(last + 1):
            details = {"year": format_school_year(last + 1)}
            yield Fault("successor_not_open", column="merged_into", found=successor, details=details, **place)


def _chain(code: str, schools: Mapping[str, School]) -> tuple[str, ...] | None:
    """Return a school and its successors in order, None where they run in a circle."""
    chain: list[str] = []
    at: str | None = code
    while at is not None and at in schools:
        if at in chain:
            return None
        chain.append(at)
        at = schools[at].merged_into
    return tuple(chain)


def _enrolment(tables: Tables, schools: Mapping[str, School]) -> Iterator[Fault]:
    stated = {(r["school_id"], r["school_year"], r["grade"]): r for r in tables["enrolment"].rows}
    for (code, year, grade), r in stated.items():
        school = schools.get(code)
        place: dict[str, Any] = {"file": "enrolment.csv", "row": r.row, "unit": school.unit if school else None}
        if not tables["schools"].knows(code, "school_id"):
            yield Fault("school_unknown", column="school_id", found=code, **place)
        chain = _chain(code, schools)
        if school is None or chain is None or schools[chain[-1]].merged_into is not None:
            continue  # told at schools.csv already
        if school.open_from is not None and year < school.open_from:
            details: dict[str, object] = {"year": format_school_year(school.open_from)}
            found = format_school_year(year)
            yield Fault("pupils_before_opening", column="school_year", found=found, details=details, **place)
            continue
        heir = owner(schools, code, year)
        if heir is None:
            yield Fault("pupils_after_closing", column="school_year", found=format_school_year(year), **place)
            continue
        if not teaches(schools[heir].level, grade):
            details = {"school": heir, "level": Key(f"level.{schools[heir].level}")}
            yield Fault("grade_not_taught", column="grade", found=str(grade), details=details, **place)
        for other in chain[1 : chain.index(heir) + 1]:
            if (other, year, grade) in stated:
                details = {"other": other, "row": str(stated[other, year, grade].row)}
                yield Fault("pupils_on_both_sides", column="school_id", found=code, details=details, **place)


def _inventory(tables: Tables, schools: Mapping[str, School]) -> Iterator[Fault]:
    bought = {r["item"] for r in tables["catalogue"].rows if r["mode"] == "buy"}
    bought |= tables["catalogue"].doubtful.get("item", frozenset())  # may be bought once its row is mended
    bought |= tables["survival"].said.get("item", frozenset())
    certain = tables["catalogue"].whole and tables["survival"].whole
    for r in tables["inventory"].rows:
        school = schools.get(r["school_id"])
        place: dict[str, Any] = {"file": "inventory.csv", "row": r.row, "unit": school.unit if school else None}
        if not tables["schools"].knows(r["school_id"], "school_id"):
            yield Fault("school_unknown", column="school_id", found=r["school_id"], **place)
        if certain and r["item"] not in bought and r["life_years"] is None:
            yield Fault("life_unknown", column="item", found=r["item"], **place)


def _catalogue(rows: Sequence[Record]) -> Iterator[Fault]:
    first: dict[str, Record] = {}
    freight: dict[str, Record] = {}
    for r in rows:
        known = first.setdefault(r["option"], r)
        for column in ("item", "mode", "life_years", "upkeep", "also_serves"):
            if r[column] != known[column] and not (column == "also_serves" and set(r[column]) == set(known[column])):
                details = {"option": r["option"], "first": _as_written(known[column]), "row": str(known.row)}
                found = _as_written(r[column])
                yield Fault("option_differs", "catalogue.csv", r.row, column, found, details=details)
        if r["mode"] in ("lease", "move") and r["life_years"] != 1:
            yield Fault("one_year_life", "catalogue.csv", r.row, "life_years", str(r["life_years"]))
        if (r["item"] == "lab") != (r["mode"] == "setup"):
            yield Fault("lab_mode", "catalogue.csv", r.row, "mode", r["mode"])
        moved = freight.setdefault(r["item"], r) if r["mode"] == "move" else r
        if moved["option"] != r["option"] and r is known:
            details = {"item": r["item"], "option": moved["option"], "row": str(moved.row)}
            yield Fault("move_twice", "catalogue.csv", r.row, "option", r["option"], details=details)


def _as_written(value: object) -> str:
    return ";".join(value) if isinstance(value, tuple) else str(value)


def _budget(tables: Tables, schools: Mapping[str, School]) -> Iterator[Fault]:
    gone = dissolved(tables)
    for r in tables["budget"].rows:
        place: dict[str, Any] = {"file": "budget.csv", "row": r.row, "unit": r["unit"]}
        if r["unit"] is not None and not tables["units"].knows(r["unit"], "unit") and r["unit"] not in gone:
            yield Fault("unit_unknown", column="unit", found=r["unit"], **place)
        for mode in r["modes"]:
            if mode not in PAID_MODES:
                yield Fault("choice", column="modes", found=mode, details={"choices": ", ".join(PAID_MODES)}, **place)
        for item in r["items"]:
            if not _knows_item(tables, item):
                yield Fault("item_unknown", column="items", found=item, **place)
        named = [code for code in r["schools"] if code not in EVERYWHERE]
        if len(named) < len(r["schools"]) and len(r["schools"]) > 1:
            yield Fault("schools_mixed", column="schools", found=";".join(r["schools"]), **place)
        for code in named:
            if not tables["schools"].knows(code, "school_id"):
                yield Fault("school_unknown", column="schools", found=code, **place)
            elif code in schools and not _may_pay(r["unit"], schools[code].unit, tables):
                yield Fault(
                    "fund_elsewhere", column="schools", found=code, details={"unit": schools[code].unit}, **place
                )


def _knows_item(tables: Tables, item: str) -> bool:
    """Say whether a table buys, serves as, or counts an item, or may do so once it can be read."""
    serves = tables["catalogue"].said.get("also_serves", frozenset())
    return any(tables[name].knows(item, "item") for name in ("catalogue", "inventory")) or any(
        item == part.strip() for cell in serves for part in cell.split(";")
    )


def _survival(tables: Tables) -> Iterator[Fault]:
    before: dict[str, Record] = {}
    for r in sorted(tables["survival"].rows, key=lambda r: (r["item"], r["age"])):
        item, younger = r["item"], before.get(r["item"])
        if younger is None and not _knows_item(tables, item):
            yield Fault("item_unknown", "survival.csv", r.row, "item", item)
        if younger is None and not r["share"] and item not in tables["survival"].doubtful["item"]:
            yield Fault("survival_none", "survival.csv", r.row, "share", r.text["share"])
        if younger is not None and r["share"] > younger["share"]:
            details = {"age": younger["age"], "share": younger.text["share"], "row": str(younger.row)}
            yield Fault("survival_rises", "survival.csv", r.row, "share", r.text["share"], details=details)
        before[item] = r


def frozen_faults(tables: Tables, schools: Mapping[str, School]) -> Iterator[Fault]:
    """Yield what is wrong between the purchases of years carried out and the schools, units and catalogue."""
    options = {r["option"]: r for r in reversed(tables["catalogue"].rows)}  # the first row is right, as above
    done = [r for r in tables["frozen"].rows if r["state"] == "done"]
    last = max(done, key=lambda r: (r["school_year"], -r.row), default=None)
    for r in tables["frozen"].rows:
        school, option = schools.get(r["school_id"]), options.get(r["option"])
        own = school is None and tables["units"].whole and tables["units"].knows(r["school_id"], "unit")
        unit = school.unit if school else r["school_id"] if own else None
        place: dict[str, Any] = {"file": tables["frozen"].file, "row": r.row, "unit": unit}
        if not own and not tables["schools"].knows(r["school_id"], "school_id"):
            yield Fault("school_unknown", column="school_id", found=r["school_id"], **place)
        if not tables["catalogue"].knows(r["option"], "option"):
            yield Fault("option_unknown", column="option", found=r["option"], **place)
        if option is not None and option["mode"] == "move":
            yield Fault("frozen_move", column="option", found=r["option"], **place)
        if option is not None and r["item"] not in (None, option["item"]):
            details = {"option": r["option"], "item": option["item"]}
            yield Fault("frozen_item", column="item", found=r["item"], details=details, **place)
        cost = r["quantity"] * r["unit_price"]
        if r.values.get("cost") not in (None, cost):
            details = {"cost": str(cost)}
            yield Fault("frozen_cost", column="cost", found=str(r["cost"]), details=details, **place)
        if last is not None and r["state"] == "promised" and r["school_year"] <= last["school_year"]:
            details = {"year": format_school_year(last["school_year"]), "row": str(last.row)}
            found = format_school_year(r["school_year"])
            yield Fault("promised_too_early", column="school_year", found=found, details=details, **place)


def _staff(tables: Tables, schools: Mapping[str, School]) -> Iterator[Fault]:
    for r in tables["staff"].rows:
        school, year = schools.get(r["school_id"]), r["school_year"]
        place: dict[str, Any] = {"file": "staff.csv", "row": r.row, "unit": school.unit if school else None}
        if not tables["schools"].knows(r["school_id"], "school_id"):
            yield Fault("school_unknown", column="school_id", found=r["school_id"], **place)
        if school is not None and (school.level == "kindergarten" or not school.is_open(year)):
            yield Fault("staff_not_teaching", column="school_id", found=r["school_id"], **place)


def _may_pay(unit: str | None, other: str, tables: Tables) -> bool:
    """Say whether a unit's fund (None is shared) may name a school of a unit, or nobody can say yet."""
    return unit in (None, other) or not all(tables["units"].knows(u, "unit") for u in (unit, other) if u)


def warnings_of(
    inputs: Inputs, units: Sequence[str], years: Sequence[int], *, growth: Fraction = Fraction(0)
) -> list[tuple[str, dict[str, object]]]:
    """Return what is odd but not wrong in the rows of some units in some school years, as text codes with details.

    ``growth`` is the share by which pupils grow every year after the first; their classes stay as stated.
    """
    schools = inputs.schools
    found: list[tuple[str, dict[str, object]]] = []
    undated = [lot for lot in inputs.inventory if lot.acquired is None and schools[lot.school].unit in units]
    if undated:
        found.append(("acquired_blank", {"lots": len(undated), "machines": sum(lot.quantity for lot in undated)}))
    absent = _absent_grades(inputs, units, years)
    if absent:
        named = tuple(f"{schools[s].name} ({format_school_year(y)}: {g})" for s, y, g in absent[:3])
        found.append(("grade_absent", {"rows": len(absent), "schools": (*named, *(("…",) if absent[3:] else ()))}))
    limits = {"primary": 35, "lower_secondary": 45}
    for level, limit in limits.items():
        grades = range(1, 6) if level == "primary" else range(6, 10)
        rows = [
            e for e in inputs.enrolment if e.grade in grades and schools[e.school].unit in units and e.year in years
        ]
        large = [e for e in rows if e.classes and compound(e.pupils, growth, e.year - years[0]) > limit * e.classes]
        bare = [e for e in rows if e.pupils and not e.classes]
        if large:
            details: dict[str, object] = {
                "rows": len(large),
                "limit": limit,
                "schools": len({e.school for e in large}),
            }
            found.append((f"class_size_{level}", details))
        if bare:
            found.append((f"no_classes_{level}", {"rows": len(bare), "schools": len({e.school for e in bare})}))
    return found


def _absent_grades(inputs: Inputs, units: Sequence[str], years: Sequence[int]) -> list[tuple[str, int, int]]:
    """Return the grades a school has pupils of in some year and no row for in another in which it has rows."""
    stated: dict[str, dict[int, set[int]]] = {}
    for e in inputs.enrolment:
        if e.year in years and inputs.schools[e.school].unit in units:
            stated.setdefault(e.school, {}).setdefault(e.year, set()).add(e.grade)
    return [
        (school, year, grade)
        for school, by_year in sorted(stated.items())
        for year, grades in sorted(by_year.items())
        for grade in sorted(set().union(*by_year.values()) - grades)
    ]
