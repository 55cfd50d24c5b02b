"""The wheel: installed alone in an empty environment elsewhere, it plans, reports and verifies."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from worlds import World


@pytest.mark.long
def test_the_wheel_plans_elsewhere(root: Path, tmp_path: Path) -> None:
    """Packs, report notebook and templates travel in the wheel: far from the checkout it renders a report."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(root)], check=True)
    wheel = next(tmp_path.glob("provision-*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"provision/shipped/roadmap/{name}.toml" for name in ("hiep-hoa-2017", "duties")} <= set(names)
    notebooks = {f"provision/shipped/{path.relative_to(root)}" for path in (root / "notebooks").rglob("*.ipynb")}
    assert {"provision/shipped/notebooks/01-plan-a-unit.ipynb"} < notebooks <= set(names)
    page = root / "src" / "provision" / "widgets" / "page"
    template = {str(path.relative_to(root / "src")) for path in page.rglob("*") if path.is_file()}
    assert len(template) >= 5
    assert template <= set(names)
    assert not [n for n in names if n.startswith(("tests", "data", "src"))]

    home = tmp_path / "elsewhere"
    venv.create(home / "env", with_pip=True)
    bin_ = home / "env" / ("Scripts" if os.name == "nt" else "bin")
    install = [str(bin_ / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    subprocess.run([*install, "--require-hashes", "-r", str(root / "requirements.lock")], check=True)
    subprocess.run([*install, "--no-deps", str(wheel)], check=True)

    world = World().unit().option("pc", 10_000_000, 5).fund("main", [20_000_000, 10_000_000])
    for code in ("th-duc-thang-1", "th-duc-thang-2", "th-thi-tran", "th-hoang-luong"):
        world.school(code, pupils={3: [48, 48]})
    world.write(home / "data")
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}

    def provision(*words: str, code: int = 0) -> str:
        run = subprocess.run(
            [str(bin_ / "provision"), *words], cwd=home, env=clean, capture_output=True, text=True, check=False
        )
        assert run.returncode == code, run.stderr
        return run.stderr if code else run.stdout

    assert "3 máy" in provision("solve", "data", "--unit", "u", "--out", "plan")
    assert "sai lệch 0 đồng" in provision("verify", "plan", "--data", "data")
    provision("render", "data", "--units", "u", "--out", "out", "--jobs", "1")
    assert (home / "out" / "base" / "u" / "report.html").is_file()
    assert "provision[page]" in provision("desk", "data", "--page", code=1)
    copied = {path.name for path in (home / "notebooks").iterdir()}
    assert copied == {path.name for path in (root / "notebooks").glob("*.ipynb")}
