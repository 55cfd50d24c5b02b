"""Who is planned with whom under a scenario, and who cannot be planned at all, before anything is solved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from provision.domain.inputs import Inputs
from provision.domain.scenario import Scenario
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake import read_roadmap
from provision.posing import default_roadmap, pose
from provision.posing.given import cell_fault, cells_of
from provision.posing.sharing import together
from provision.text import Words


@dataclass(frozen=True, slots=True)
class Grouping:
    """Units in groups of several that are planned as one, and by code why others cannot be planned."""

    groups: tuple[tuple[str, ...], ...]
    failures: Mapping[str, str]


def grouping(
    inputs: Inputs,
    units: Sequence[str],
    scenario: Scenario,
    *,
    roadmap: str | None,
    faults: Mapping[str, str],
    words: Words,
) -> Grouping:
    """Return the groups of the units that can be planned; ``faults`` are known of some whatever the scenario.

    A unit at fault leaves the others to be planned without it, until all that are left can be.
    """
    failures = dict(faults)
    while True:
        sound = [unit for unit in units if unit not in failures and unit in inputs.units]
        every = together(inputs, sound, one_pack=roadmap is not None)
        groups = tuple(group for group in every if group[1:])
        shares = sorted({fund for fund, _ in cells_of(scenario, "share")})
        if shares and len(every) + sum(unit not in inputs.units for unit in units) > 1:
            told = [cell_fault("share_of_several", scenario, f"share/{fund}") for fund in shares]
            return Grouping((), failures | dict.fromkeys(units, FaultyInput(told).say(words)))
        found = dict(pair for group in groups for pair in _unfit(inputs, group, scenario, roadmap, words))
        if not found:
            return Grouping(groups, failures)
        failures |= found


def _unfit(
    inputs: Inputs, group: Sequence[str], scenario: Scenario, roadmap: str | None, words: Words
) -> Iterator[tuple[str, str]]:
    """Yield the units of a group that cannot be planned with the others, each with the reason."""
    try:
        pose(inputs, group, read_roadmap(roadmap or default_roadmap(inputs, group)), scenario)
    except FaultyInput as faulty:
        whose = {fault.unit for fault in faulty.faults}
        for unit in sorted(u for u in whose if u) if whose <= set(group) else group:
            yield unit, FaultyInput(_of(unit, faulty.faults, group)).say(words)
    except ProvisionError as error:
        yield from ((unit, error.say(words)) for unit in group)


def _of(unit: str, faults: Sequence[Fault], group: Sequence[str]) -> list[Fault]:
    """Return the faults that stop a unit: its own, and those that are nobody's in its group."""
    return [fault for fault in faults if fault.unit == unit or fault.unit not in group]
