"""Files -> nouns. The only room that opens data/ and roadmap/; it collects every fault and raises once."""

from provision.intake.bought import read_bought
from provision.intake.finding import data_files, data_in, find_data, find_language, find_mapping_named
from provision.intake.grids import grids
from provision.intake.loading import load, load_apart, oddities
from provision.intake.mapping import read_mapping
from provision.intake.packs import read_roadmap
from provision.intake.scenarios import check_scenario, known_scenarios, read_scenario
from provision.intake.shipped import hand_out_notebooks

__all__ = [
    "check_scenario",
    "data_files",
    "data_in",
    "find_data",
    "find_language",
    "find_mapping_named",
    "grids",
    "hand_out_notebooks",
    "known_scenarios",
    "load",
    "load_apart",
    "oddities",
    "read_bought",
    "read_mapping",
    "read_roadmap",
    "read_scenario",
]
