"""Checked records -> nouns of the domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from provision.domain.budget import Grant
from provision.domain.catalogue import Option
from provision.domain.enrolment import Enrolment
from provision.domain.freeze import Carried
from provision.domain.inputs import Inputs
from provision.domain.inventory import Curve, Lot
from provision.domain.reconciliation import LeftOut
from provision.domain.school import School, Unit
from provision.domain.staff import Staff
from provision.intake.crosswalk import OLD_UNIT
from provision.intake.tables import Record, Records

Tables = Mapping[str, Records]


def schools_of(tables: Tables) -> dict[str, School]:
    """Return the schools by code, in code order."""
    rows = sorted(tables["schools"].rows, key=lambda r: r["school_id"])
    return {
        r["school_id"]: School(
            code=r["school_id"],
            name=r["name"],
            unit=r["unit"],
            level=r["level"],
            national_standard=r["national_standard"],
            subject_groups=r["subject_groups"],
            disadvantaged=r["disadvantaged"],
            labs=r["labs"],
            open_from=r["open_from"],
            open_until=r["open_until"],
            merged_into=r["merged_into"],
            source=r["source"],
            unit_before=r[OLD_UNIT],
        )
        for r in rows
    }


def inputs_of(tables: Tables) -> Inputs:
    """Return the nouns of tables without a fault, each table in the order of its key."""
    return Inputs(
        units=MappingProxyType({u.code: u for u in sorted(map(_unit, tables["units"].rows), key=lambda u: u.code)}),
        schools=MappingProxyType(schools_of(tables)),
        enrolment=tuple(sorted(map(_enrolment, tables["enrolment"].rows), key=lambda e: (e.school, e.year, e.grade))),
        inventory=tuple(sorted(map(_lot, tables["inventory"].rows), key=_lot_key)),
        catalogue=_options(tables["catalogue"].rows),
        budget=tuple(sorted(map(_grant, tables["budget"].rows), key=lambda g: (g.unit or "", g.fund, g.year))),
        survival=MappingProxyType(_curves(tables["survival"].rows)),
        carried=carried_of(tables),
        staff=tuple(sorted(map(_staff, tables["staff"].rows), key=lambda row: (row.school, row.year))),
        left_out=tuple(sorted(map(_left_out, tables["left_out"].rows), key=repr)),
        tables=MappingProxyType({name: tuple(r.text for r in table.rows) for name, table in tables.items()}),
    )


def _left_out(r: Record) -> LeftOut:
    return LeftOut(r["file"], r["unit"] or "", r["school_year"], r["reason"], r["rows"], r["pupils"])


def _staff(r: Record) -> Staff:
    return Staff(r["school_id"], r["school_year"], Fraction(r["teachers"]), r["source"])


def _unit(r: Record) -> Unit:
    return Unit(r["unit"], r["name"], r["kind"], r["issuer"], r["signatory_title"], r["place"], r["roadmap"])


def _enrolment(r: Record) -> Enrolment:
    return Enrolment(r["school_id"], r["school_year"], r["grade"], r["pupils"], r["classes"], r["source"])


def _lot(r: Record) -> Lot:
    return Lot(
        school=r["school_id"],
        item=r["item"],
        acquired=r["acquired"],
        quantity=r["quantity"],
        condition=r["condition"],
        life_years=r["life_years"],
        upkeep=r["upkeep"],
        source=r["source"],
    )


def _lot_key(lot: Lot) -> tuple[object, ...]:
    return (lot.school, lot.item, lot.acquired or 0, lot.condition, lot.quantity, lot.life_years or 0, lot.source)


def _options(rows: Sequence[Record]) -> tuple[Option, ...]:
    by_code: dict[str, list[Record]] = {}
    for r in sorted(rows, key=lambda r: (r["option"], r["from_year"])):
        by_code.setdefault(r["option"], []).append(r)
    return tuple(
        Option(
            code=code,
            item=newest[-1]["item"],
            mode=newest[-1]["mode"],
            name_vi=newest[-1]["name_vi"],
            name_en=newest[-1]["name_en"],
            life_years=newest[-1]["life_years"],
            upkeep=newest[-1]["upkeep"],
            prices=MappingProxyType({r["from_year"]: r["price"] for r in newest}),
            source=next(
                (r["source"] for r in newest if r["source"].startswith("illustrative")), newest[-1]["source"]
            ),
            also_serves=tuple(dict.fromkeys(newest[-1]["also_serves"])),
        )
        for code, newest in by_code.items()
    )


def _grant(r: Record) -> Grant:
    return Grant(
        unit=r["unit"],
        fund=r["fund"],
        year=r["school_year"],
        amount=r["amount"],
        carry_over=r["carry_over"] if r["carry_over"] is not None else Fraction(0),
        modes=r["modes"],
        items=r["items"],
        schools=r["schools"],
        name_vi=r["name_vi"] or r["fund"],
        name_en=r["name_en"] or r["name_vi"] or r["fund"],
        source=r["source"],
    )


def _curves(rows: Sequence[Record]) -> dict[str, Curve]:
    """Return the share that still works by item and age, in that order."""
    curves: dict[str, dict[int, Fraction]] = {}
    for r in sorted(rows, key=lambda r: (r["item"], r["age"])):
        curves.setdefault(r["item"], {})[r["age"]] = r["share"]
    return {item: MappingProxyType(curve) for item, curve in curves.items()}


def carried_of(tables: Tables) -> tuple[Carried, ...]:
    """Return the purchases carried over from an earlier plan; an item not stated is the option's."""
    items = {r["option"]: r["item"] for r in tables["catalogue"].rows}
    found = (
        Carried(
            school=r["school_id"],
            year=r["school_year"],
            option=r["option"],
            item=items[r["option"]],
            quantity=r["quantity"],
            unit_price=r["unit_price"],
            state=r["state"],
        )
        for r in tables["frozen"].rows
    )
    return tuple(sorted(found, key=lambda c: (c.school, c.year, c.option)))
