"""Every notebook: clean as committed, short cells with a sentence before each, and run from top to bottom."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import papermill
import pytest
from test_province import planned

_ROOT = Path(__file__).resolve().parent.parent
_ALL = sorted((_ROOT / "notebooks").rglob("*.ipynb"))


@pytest.mark.parametrize("path", _ALL, ids=lambda p: p.stem)
def test_committed_clean(path: Path) -> None:
    """No outputs, cells of at most six lines, no definition, a sentence before each cell, a telling name."""
    notebook = nbformat.read(path, as_version=4)
    assert re.fullmatch(r"\d\d-[a-z]+(-[a-z]+)+", path.stem)
    before = None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert len(cell.source.splitlines()) <= 6
            assert not re.search(r"\bdef\b|filterwarnings|sys\.path", cell.source)
            assert before is not None
            assert before.cell_type == "markdown"
        before = cell


@pytest.mark.long
@pytest.mark.parametrize("path", _ALL, ids=lambda p: p.stem)
def test_runs_from_top_to_bottom(path: Path, tmp_path: Path) -> None:
    """Run as a newcomer would, from the project's folder, on the data that travels with it."""
    quick = {"scenario": str(_quick(tmp_path))} if "reports" in path.parts else {}
    if path.stem == "20-report-province":  # it adds up plans and makes none
        quick = {"plan": str(planned(tmp_path))}
    papermill.execute_notebook(
        str(path), str(tmp_path / path.name), quick, kernel_name="python3", progress_bar=False, cwd=str(_ROOT)
    )


def _quick(folder: Path) -> Path:
    """Return a scenario in fractions of machines: the notebook is tested here, not the solver."""
    (folder / "quick.toml").write_text("whole_machines = false\n", encoding="utf-8")
    return folder / "quick.toml"
