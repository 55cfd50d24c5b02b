"""The roadmap's minimums and rooms -> need of items beyond pupil computers, and what must come with a machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from provision.domain.catalogue import Option
from provision.domain.inputs import Inputs
from provision.domain.problem import LAB, PUPIL_COMPUTER, Demand
from provision.domain.roadmap import Lab, Minimum, Roadmap
from provision.domain.school import School
from provision.errors import Fault
from provision.posing.needs import Owners
from provision.posing.warned import Warnings
from provision.text import Key

COMPANIONS = ("machine", "lab")
"""What a minimum is asked for that is no place: it comes with a machine or a lab when one is bought."""

_COMES_WITH = {"machine": ("buy", "lease"), "lab": ("setup",)}
"""The ways of getting a machine or a lab that bring it along; one that is mended has it already."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The minimums that can be planned: those with a need of their own, and those that come with something."""

    needs: tuple[Minimum, ...]
    companions: tuple[Minimum, ...]
    lab: Lab | None

    @property
    def items(self) -> frozenset[str]:
        """The items with a need of their own, pupil computers among them."""
        labs = {LAB} if self.lab is not None and not self.lab.gate else set()
        return frozenset({PUPIL_COMPUTER, *(m.item for m in self.needs), *labs})

    @property
    def of_units(self) -> frozenset[str]:
        """The items that units need for themselves."""
        return frozenset(m.item for m in self.needs if m.per == "unit")

    @property
    def coming(self) -> frozenset[str]:
        """The items that only come with a machine or a room: nobody is promised them for themselves."""
        return frozenset(m.item for m in self.companions) - self.items


def asked_of(inputs: Inputs, roadmap: Roadmap, warnings: Warnings) -> Asked:
    """Return what the pack asks beyond pupil computers; what no table prices or counts is told and left out."""
    offered = {item for o in inputs.catalogue if o.mode != "move" for item in o.serves}
    owned = {lot.item for lot in inputs.inventory}
    needs, companions, absent = [], [], []
    for m in roadmap.minimums:
        if m.per in COMPANIONS and m.item in {o.item for o in inputs.catalogue if o.mode == "buy"}:
            companions.append(m)
        elif m.per not in COMPANIONS and m.item in offered | owned:
            needs.append(m)
        else:
            absent.append(m.item)
    if absent:
        warnings.append(("minimums_not_planned", {"items": tuple(Key(f"item.{i}") for i in dict.fromkeys(absent))}))
    lab = roadmap.labs[0] if roadmap.labs else None
    if lab is not None and LAB not in offered:
        warnings.append(("no_lab_option", {}))
        lab = lab if lab.gate else None
    return Asked(tuple(needs), tuple(companions), lab)


def carrier_faults(inputs: Inputs, roadmap: Roadmap) -> Iterator[Fault]:
    """Yield the pack's faults in what minimums come with: an item nobody knows, or one that itself comes along."""
    place: dict[str, Any] = {"file": f"{roadmap.code}.toml", "column": "minimum.with"}
    known = {PUPIL_COMPUTER, *(m.item for m in roadmap.minimums), *(lot.item for lot in inputs.inventory)}
    known |= {item for o in inputs.catalogue for item in o.serves}
    following = {m.item for m in roadmap.minimums if m.per in COMPANIONS}
    for m in (m for m in roadmap.minimums if m.per == "machine"):
        if m.machine not in known:
            yield Fault("companion_unknown", found=m.machine, **place)
        elif m.machine in following:
            yield Fault("companion_chain", found=m.machine, **place)


def minimum_demand(
    asked: Asked, inputs: Inputs, units: Sequence[str], owners: Owners, years: Iterable[int]
) -> dict[tuple[str, str, int], Demand]:
    """Return the need of items the pack asks of every school, subject group and unit, in whole items.

    A unit's own things are held under the unit's code.
    """
    need: dict[tuple[str, str, int], int] = {}
    for year in years:
        here = [inputs.schools[s] for s, y in owners if y == year and inputs.schools[s].is_open(year)]
        for m in asked.needs:
            counts = (
                dict.fromkeys(units, 1)
                if m.per == "unit"
                else {s.code: s.subject_groups if m.per == "subject_group" else 1 for s in here if _applies(m, s)}
            )
            for school, count in counts.items():
                if count:
                    need[school, m.item, year] = need.get((school, m.item, year), 0) + m.quantity * count
    return {key: Demand(count, 0, 0) for key, count in need.items()}


def lab_demand(
    asked: Asked, demand: Mapping[tuple[str, str, int], Demand], minimum: Mapping[tuple[str, str, int], Demand]
) -> dict[tuple[str, str, int], Demand]:
    """Return the rooms that schools need for their pupil computers, where rooms are a cost and not a gate.

    A minimum of rooms that the pack states beside holds where it is more.
    """
    if asked.lab is None or asked.lab.gate:
        return {}
    seats = asked.lab.seats
    rooms: dict[tuple[str, str, int], Demand] = {}
    for (school, item, year), d in demand.items():
        if item == PUPIL_COMPUTER and d.mandatory:
            key = (school, LAB, year)
            stated = minimum[key].mandatory if key in minimum else 0
            rooms[key] = Demand(max(stated, -(-d.mandatory // seats) if seats else 1), 0, 0)
    return rooms


def weights_of(asked: Asked) -> dict[str, Fraction]:
    """Return what one missing item weighs, by item; where two rows of the pack differ, the heavier."""
    weights: dict[str, Fraction] = {}
    for m in asked.needs:
        weights[m.item] = max(weights.get(m.item, Fraction(0)), m.weight)
    return {item: weights.get(item, Fraction(1)) for item in asked.items - {PUPIL_COMPUTER}}


def companions_of(
    asked: Asked, inputs: Inputs, prices: Mapping[tuple[str, int], int]
) -> dict[tuple[str, int], tuple[tuple[str, int], ...]]:
    """Return what must be bought with one of an option in a year: the cheapest option of each item, first code.

    A machine bought or leased brings what the pack asks with each of its item, and it is not itself; a lab set up
    what it asks per lab. Where one of these has no price in a year, what it comes with cannot be bought then.
    """
    found: dict[tuple[str, int], tuple[tuple[str, int], ...]] = {}
    for o in inputs.catalogue:
        for year in sorted(y for code, y in prices if code == o.code):
            coming = [m for m in _coming_with(asked, o.item, o.mode) if m.item not in o.serves]
            if coming:
                cheapest = ((_cheapest(m.item, inputs, prices, year) or "", m.quantity) for m in coming)
                found[o.code, year] = tuple(cheapest)
    return found


def tell_idle(asked: Asked, options: Mapping[str, Option], warnings: Warnings) -> None:
    """Warn of what would come with a machine or a room that no option of the plan is a way to get anew."""
    brought = {(o.item, o.mode) for o in options.values()}
    idle = [m for m in asked.companions if not any((_carrier(m), mode) in brought for mode in _COMES_WITH[m.per])]
    for carrier in sorted({_carrier(m) for m in idle}):
        items = tuple(dict.fromkeys(Key(f"item.{m.item}") for m in idle if _carrier(m) == carrier))
        warnings.append(("companion_idle", {"items": items, "with": Key(f"item.{carrier}")}))


def _coming_with(asked: Asked, item: str, mode: str) -> list[Minimum]:
    return [m for m in asked.companions if mode in _COMES_WITH[m.per] and item == _carrier(m)]


def _carrier(m: Minimum) -> str:
    """Return the item that a minimum per machine or lab comes with."""
    return LAB if m.per == "lab" else m.machine


def _cheapest(item: str, inputs: Inputs, prices: Mapping[tuple[str, int], int], year: int) -> str | None:
    offers = [o.code for o in inputs.catalogue if (o.item, o.mode) == (item, "buy") and (o.code, year) in prices]
    return min(offers, key=lambda code: (prices[code, year], code), default=None)


def _applies(m: Minimum, school: School) -> bool:
    """Say whether a minimum is asked of a school."""
    if m.levels and school.level not in m.levels:
        return False
    if m.where == "national_standard":
        return school.national_standard
    return m.where == "all" or school.disadvantaged
