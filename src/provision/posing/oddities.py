"""What of the tables a plan leaves out, or treats otherwise than a planner may expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from provision.domain.catalogue import Option
from provision.domain.inputs import Inputs
from provision.domain.inventory import Cohort
from provision.domain.problem import LAB, FundKey, Problem, Purse
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario
from provision.domain.years import format_school_year
from provision.posing.needs import Owners
from provision.posing.things import Counts
from provision.posing.warned import Warnings
from provision.text import Key, Named


def tell_things(
    cohorts: Mapping[tuple[str, Cohort], int],
    owners: Owners,
    years: Sequence[int],
    scenario: Scenario,
    spare: Counts,
    freight: Mapping[tuple[str, int], tuple[str, int]],
    purses: Mapping[tuple[FundKey, int], Purse],
    options: Mapping[str, Option],
    companions: Mapping[tuple[str, int], tuple[tuple[str, int], ...]],
    warnings: Warnings,
) -> None:
    """Warn of what schools have that the plan will treat in a way a planner may not expect."""
    ownerless = {
        school
        for (school, cohort) in cohorts
        for year in years
        if cohort.item != LAB and cohort.first <= year <= cohort.last and owners[school, year] is None
    }
    schools = ", ".join(sorted(ownerless))
    if ownerless and scenario.transfers:
        warnings.append(("stock_of_closed_moves", {"schools": schools}))
    elif ownerless:
        warnings.append(("stock_of_closed", {"schools": schools}))
    free = sorted({item for _, item, year in spare if (item, year) in freight and not freight[item, year][0]})
    if scenario.transfers and free:
        warnings.append(("freight_free", {"items": tuple(Key(f"item.{item}") for item in free)}))
    payable = any(purse.modes is None or "upkeep" in purse.modes for purse in purses.values())
    if scenario.upkeep == "reserve" and not payable:
        warnings.append(("reserve_without_funds", {}))
    coming = {(options[code].item, options[code].mode) for rows in companions.values() for code, _ in rows if code}
    broke = sorted({i for i, mode in coming if not any(_pays(purse, i, mode) for purse in purses.values())})
    if broke:
        warnings.append(("companion_unpaid", {"items": tuple(Key(f"item.{item}") for item in broke)}))


def _pays(purse: Purse, item: str, mode: str) -> bool:
    return (purse.items is None or item in purse.items) and (purse.modes is None or mode in purse.modes)


def tell_uncounted(
    inputs: Inputs, items: frozenset[str], owners: Owners, years: Sequence[int], warnings: Warnings
) -> None:
    """Warn of things that schools own and no need asks for, also where new ones of the kind would serve a need.

    Rooms in the inventory are told elsewhere.
    """
    owned: dict[str, int] = {}
    for lot in inputs.inventory:
        if lot.item not in items | {LAB} and lot.condition != "broken" and (lot.school, years[0]) in owners:
            owned[lot.item] = owned.get(lot.item, 0) + lot.quantity
    for item, count in sorted(owned.items()):
        served = {other for o in inputs.catalogue if o.item == item for other in o.also_serves} & items
        details: dict[str, object] = {"item": Key(f"item.{item}"), "count": count}
        if count and served:
            details["serves"] = tuple(Key(f"item.{other}") for other in sorted(served))
            warnings.append(("stock_serves_not", details))
        elif count:
            warnings.append(("stock_not_planned", details))


def tell_idle_money(
    inputs: Inputs, units: Sequence[str], purses: Mapping[tuple[FundKey, int], Purse], warnings: Warnings
) -> None:
    """Warn of a fund that gets money in a school year in which none of the schools it is for is open.

    A shared fund may pay for schools of units that are not planned now: then nothing is told.
    """
    everyone = set(units) == set(inputs.units)
    for ((unit, fund), year), purse in sorted(purses.items()):
        if not purse.amount or purse.schools is None or not (unit or everyone):
            continue
        payees = {code for code in purse.schools if code in units or inputs.schools[code].is_open(year)}
        if not payees:
            details = {"fund": fund, "year": format_school_year(year), "amount": purse.amount}
            warnings.append(("fund_for_nobody", details))


def tell_merged_away(inputs: Inputs, owners: Owners, years: Sequence[int], warnings: Warnings) -> None:
    """Warn of mergers after which at least half of the pupils of who merged are counted nowhere.

    Pupils after a merger are stated once, under either code: a successor that goes on stating its own alone has lost
    the others.
    """
    stated: dict[tuple[str, int], int] = {}
    for e in inputs.enrolment:
        if (e.school, e.year) in owners:
            stated[e.school, e.year] = stated.get((e.school, e.year), 0) + e.pupils
    schools = sorted({school for school, _ in owners})
    for before, after in pairwise(years):
        joined: dict[str, list[str]] = {}
        for school in schools:
            heir = owners[school, after]
            if heir is not None and owners[school, before] == school:
                joined.setdefault(heir, []).append(school)
        for heir, together in sorted(joined.items()):
            gone = [s for s in together if s != heir]
            then = sum(stated.get((s, before), 0) for s in together)
            now = sum(stated.get((s, after), 0) for s in schools if owners[s, after] == heir)
            moved = sum(stated.get((s, before), 0) for s in gone)
            if moved and then - now >= max(1, moved / 2):
                details: dict[str, object] = {
                    "schools": tuple(inputs.schools[s].name for s in gone),
                    "into": inputs.schools[heir].name,
                    "before": then,
                    "after": now,
                    "year": format_school_year(after),
                }
                warnings.append(("merged_away", details))


def tell_pack(roadmap: Roadmap, scenario: Scenario, warnings: Warnings) -> None:
    """Tell which packs a pack rests on and what it states otherwise, and of an arrangement that changes nothing."""
    if roadmap.bases:
        details: dict[str, object] = {"roadmap": roadmap.code, "bases": roadmap.bases}
        changed = tuple(
            Key(f"norm.{table}_{of}") if table == "ratio" else _changed(table, of) for table, of in roadmap.overridden
        )
        details["changed"] = changed or (Key("norm.nothing"),)
        warnings.append(("pack_extends", details))
    if scenario.arrangement is not None and not roadmap.is_arranged:
        warnings.append(("arrangement_absent", {"roadmap": roadmap.code}))


def _changed(table: str, of: str) -> Named | Key:
    """Return a statement that a pack replaces, in words: an item's minimum, or a table and what it is of."""
    return Key(f"item.{of}") if table == "minimum" else Named((Key(f"norm.{table}"), of))


def basis_warning(problem: Problem) -> Warnings:
    """Return a warning where the other basis of the ratios would change the need by more than half.

    A plan says what the other basis would ask whatever it is, so this is for who has not planned yet.
    """
    in_force = problem.scenario.ratio_basis or problem.roadmap.ratio_basis
    other = "enrolled" if in_force == "covered" else "covered"
    need, instead = (sum(problem.basis_need[basis, year] for year in problem.years) for basis in (in_force, other))
    if 2 * abs(instead - need) <= need:
        return []
    details: dict[str, object] = {"basis": Key(f"basis.{in_force}"), "other": Key(f"basis.{other}")}
    details |= {"need": need, "other_need": instead}
    return [("basis_matters", details)]
