"""Inventory and rooms -> what schools have: cohorts that wear out, what is spare, what can be repaired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from provision.domain.catalogue import default_life
from provision.domain.inputs import Inputs
from provision.domain.inventory import Cohort, Lot
from provision.domain.problem import LAB, PUPIL_COMPUTER, Demand
from provision.domain.roadmap import Lab
from provision.domain.scenario import Scenario
from provision.domain.school import RatioLevel
from provision.posing.needs import Owners
from provision.posing.warned import Warnings

Counts = dict[tuple[str, str, int], int]


def cohorts_of(
    inputs: Inputs,
    items: frozenset[str],
    owners: Owners,
    years: Sequence[int],
    tails: Mapping[str, int],
    scenario: Scenario,
    warnings: Warnings,
) -> dict[tuple[str, Cohort], int]:
    """Return the opening stock that works, in items by school and the years it lasts.

    Rooms are those of the schools table: they neither age nor move.
    """
    cohorts: dict[tuple[str, Cohort], int] = {}
    silent = 0
    dear = {o.item for o in inputs.catalogue if o.upkeep}
    for lot in inputs.inventory:
        if lot.item not in items - {LAB} or (lot.school, years[0]) not in owners:
            continue
        for cohort, count in cohorts_of_lot(lot, inputs, scenario, years[0]).items():
            cohorts[lot.school, cohort] = cohorts.get((lot.school, cohort), 0) + count
        silent += lot.condition == "working" and lot.upkeep is None and lot.item in dear
    if silent:
        warnings.append(("stock_upkeep_blank", {"lots": silent}))
    if LAB in items:
        for code in sorted({school for school, _ in owners}):
            if labs := inputs.schools[code].labs:
                cohorts[code, Cohort(LAB, years[0], years[-1] + tails.get(LAB, 0), 0)] = labs
    return cohorts


def cohorts_of_lot(lot: Lot, inputs: Inputs, scenario: Scenario, first_year: int) -> dict[Cohort, int]:
    """Return the working machines of a lot by the school years they last, under the life the scenario sets."""
    lever = scenario.life_years if lot.item == PUPIL_COMPUTER else None
    life = lever or default_life(inputs.catalogue, lot.item) or 0
    return lot.cohorts(life=life, first_year=first_year, curve=None if lever else inputs.survival.get(lot.item))


def stock_of(
    cohorts: Mapping[tuple[str, Cohort], int],
    places: Mapping[tuple[str, int], str | None],
    years: Mapping[str, range],
) -> Counts:
    """Return what of the opening stock works, by who has (or holds) it, item and school year to the tail's end."""
    stock: Counts = {}
    last = max((year for _, year in places), default=0)
    for (school, cohort), count in cohorts.items():
        for year in years[cohort.item]:
            heir = places[school, min(year, last)]
            if cohort.first <= year <= cohort.last and heir is not None:
                key = (heir, cohort.item, year)
                stock[key] = stock.get(key, 0) + count
    return stock


def spare_of(held: Counts, demand: Mapping[tuple[str, str, int], Demand], last: int) -> Counts:
    """Return what of the stock held no need asks for, mandatory or optional, by holder, item and year; no rooms."""
    spare: Counts = {}
    for (school, item, year), count in held.items():
        asked = demand.get((school, item, min(year, last)))
        left = count - (asked.mandatory + asked.optional if asked else 0)
        if left > 0 and item != LAB:
            spare[school, item, year] = left
    return spare


def repairable_of(
    inputs: Inputs, items: frozenset[str], owners: Owners, years: Sequence[int], warnings: Warnings
) -> dict[tuple[str, str], int]:
    """Return the machines that work again once repaired, by school as surveyed and item; later ones are told."""
    found: dict[tuple[str, str], int] = {}
    later = rooms = 0
    for lot in (lot for lot in inputs.inventory if (lot.school, years[0]) in owners):
        rooms += lot.item == LAB
        if lot.condition != "repairable" or lot.item not in items:
            continue
        if lot.acquired is None or lot.acquired <= years[0]:
            found[lot.school, lot.item] = found.get((lot.school, lot.item), 0) + lot.quantity
        else:
            later += lot.quantity
    if later:
        warnings.append(("repairable_later", {"machines": later}))
    if rooms:
        warnings.append(("labs_in_inventory", {"lots": rooms}))
    return found


def labs_of(inputs: Inputs, owners: Owners) -> dict[tuple[str, int], int]:
    """Return the rooms a school has in each year; merged schools add theirs."""
    labs: dict[tuple[str, int], int] = {}
    for (school, year), heir in owners.items():
        if heir is not None:
            labs[heir, year] = labs.get((heir, year), 0) + inputs.schools[school].labs
    return labs


def rooms_of(lab: Lab | None, labs: Mapping[tuple[str, int], int], stock: Counts) -> dict[tuple[str, int], int]:
    """Return the machines that a school's own rooms take in a year, where machines wait for rooms."""
    if lab is None or not lab.gate or lab.seats is None:
        return {}
    return {
        (school, year): max(lab.seats * count, stock.get((school, PUPIL_COMPUTER, year), 0), lab.ordinary_seats)
        for (school, year), count in labs.items()
    }


def tell_lessons(
    rules: Sequence[Lab],
    labs: Mapping[tuple[str, int], int],
    classes: Mapping[tuple[str, int, RatioLevel], int],
    warnings: Warnings,
    *,
    can_set_up: bool,
) -> None:
    """Warn of schools whose classes need more lessons a week than their rooms are open for.

    A school without a room is counted with one, where rooms can be set up.
    """
    lab = next((rule for rule in rules if rule.weekly_periods is not None), None)
    if lab is None or lab.weekly_periods is None:
        return
    lessons: Counter[tuple[str, int]] = Counter()
    for (school, year, _), count in classes.items():
        lessons[school, year] += count * lab.periods_per_class
    tight = [
        (school, year)
        for (school, year), count in lessons.items()
        if 0 < max(labs.get((school, year), 0), can_set_up) * lab.weekly_periods < count
    ]
    if tight:
        schools = len({school for school, _ in tight})
        warnings.append(("lab_lessons", {"rows": len(tight), "schools": schools, "periods": lab.weekly_periods}))
