"""The illustrative tables beside published observations of real schools, where these are at hand."""

from __future__ import annotations

import csv
from pathlib import Path

from provision.domain.problem import PUPIL_COMPUTER
from provision.intake import load


def test_prices_lie_among_those_read(shared: Path, bac_giang: Path) -> None:
    """A pupil computer of the illustrative catalogue costs no less and no more than computers schools really got."""
    with (shared / "data" / "vietnam_school_observations.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["cost_vnd"] and r["learning_computers"]]
    paid = [int(r["cost_vnd"]) / int(r["learning_computers"]) for r in rows if r["kind"] != "all levels"]
    assert len(paid) >= 3
    bought = [o for o in load(bac_giang).catalogue if (o.item, o.mode) == (PUPIL_COMPUTER, "buy")]
    assert len(bought) == 3
    for option in bought:
        for price in option.prices.values():
            assert 0.9 * min(paid) <= price <= 1.2 * max(paid)


def test_school_sizes_lie_among_those_read(shared: Path, bac_giang: Path) -> None:
    """The primary schools are of the size of real ones: half of them between the smallest and largest observed."""
    with (shared / "data" / "vietnam_school_observations.csv").open(encoding="utf-8", newline="") as file:
        seen = [int(r["pupils"]) for r in csv.DictReader(file) if r["kind"] == "primary" and r["pupils"].isdigit()]
    inputs = load(bac_giang)
    sizes: dict[str, int] = {}
    for e in inputs.enrolment:
        if e.year == 2017 and inputs.schools[e.school].level == "primary":
            sizes[e.school] = sizes.get(e.school, 0) + e.pupils
    within = [n for n in sizes.values() if min(seen) <= n <= max(seen)]
    assert len(within) * 2 >= len(sizes)
