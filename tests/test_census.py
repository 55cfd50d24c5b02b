"""A real school census, from its own files to a report a municipality and what all come to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from provision.commands import main
from provision.intake import load
from provision.questions.province import read_province
from provision.questions.verify import verify


@pytest.mark.soak
def test_the_census_of_alagoas_is_rendered(shared: Path, tmp_path: Path) -> None:
    """Each of 102 municipalities has its plan, which holds, and its report; the machines add up to the census."""
    folder = shared / "data" / "alagoas"
    if not folder.is_dir():
        pytest.skip("shared data absent")
    scenario, out = tmp_path / "enrolled.toml", tmp_path / "out"
    scenario.write_text('ratio_basis = "enrolled"\n', encoding="utf-8")
    asked = ["--units", "all", "--scenarios", str(scenario), "--mapping", "inep-alagoas"]
    words = ["render", str(folder), *asked, "--roadmap", "hiep-hoa-2017", "--out", str(out)]
    assert main(words) == 0
    found = read_province(out / "enrolled")
    assert len(found.plans) == 102
    assert not found.failures
    pupils = Counter[tuple[str, bool]]()
    for e in load(folder, mapping="inep-alagoas").enrolment:
        if e.year == 2018:
            pupils[e.school, e.grade <= 5] += e.pupils
    assert found.total(2018, "need") == sum(-(-n // (24 if young else 16)) for (_, young), n in pupils.items())
    assert sum(c.stock for plan in found.plans for c in plan.machines if c.year == 2017) == 8_778
    for plan in found.plans:
        assert verify(out / "enrolled" / plan.folder).holds
        assert (out / "enrolled" / plan.folder / "report.html").is_file()
    assert (out / "index.html").is_file()
