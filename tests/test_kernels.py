"""Many reports from one warm process: each by itself, none seen by the next, and nothing left running."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import psutil
import pytest

from provision.errors import ProvisionError
from provision.intake.shipped import shipped
from provision.kernels import forked
from provision.questions.report import COMPLETE
from provision.render.notebook import TEMPLATE, run_report

WAIT = 60.0
"""Seconds in which something must have happened on a busy machine; it is there in one."""

CHANGES = """
import os, sys, matplotlib, pandas, provision.charts.chart as chart
matplotlib.rcParams["font.size"] = 77
os.environ["LEFT_BEHIND"] = "1"
pandas.set_option("display.max_columns", 3)
chart.TALLEST = 0
os.chdir("/")
"""

LOOKS = """
import os, sys, matplotlib, pandas, provision.charts.chart as chart
from matplotlib import pyplot
print(matplotlib.rcParams["font.size"], matplotlib.get_backend(), os.environ.get("LEFT_BEHIND"), os.getcwd())
print(chart.TALLEST, sys.path, sys.argv[1:2], __name__)
print(sorted(name for name in os.environ if not name.startswith(("JPY_", "PYDEVD_"))))  # who watches, who debugs
print(pandas.DataFrame([range(40)]))
pyplot.plot([1, 2]);
"""


def notebook(folder: Path, *code: str) -> Path:
    """Return a template that runs some code and ends with the mark of a report that is whole."""
    cells = [nbformat.v4.new_code_cell('data = ""', metadata={"tags": ["parameters"]})]
    mark = f"from IPython.display import HTML; HTML({COMPLETE!r})"
    cells += [nbformat.v4.new_code_cell(textwrap.dedent(c)) for c in (*code, mark)]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), folder / "template.ipynb")
    return folder / "template.ipynb"


def shown(folder: Path, *code: str) -> list[object]:
    """Return what the code of a notebook shows, once it has run to its end."""
    run_report(notebook(folder, *code), folder / "run.ipynb", {"data": "x"}, language="vi")
    cells = [c for c in nbformat.read(folder / "run.ipynb", as_version=4).cells if c.cell_type == "code"]
    return [[dict(o) | {"execution_count": 0} for o in c.outputs] for c in cells[2:-1]]


def printed(folder: Path, code: str) -> str:
    """Return what some code prints as a notebook."""
    return "".join(output["text"] for output in shown(folder, code)[0])


def wait_for(what: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + WAIT
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def anew() -> Iterator[None]:
    """Begin without a warm process, and leave none."""
    forked._warm.cache_clear()
    yield
    forked._warm.cache_clear()


def test_nothing_of_one_report_is_seen_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, surroundings, folder and code that a notebook changes are for the next as in a kernel of its own."""
    shown(tmp_path, CHANGES)
    warm = shown(tmp_path, LOOKS)
    (process,) = [p for p in psutil.Process().children() if "provision.kernels.warm" in " ".join(p.cmdline())]
    assert (process.num_threads(), process.children()) == (1, [])
    monkeypatch.delattr(os, "fork")
    assert shown(tmp_path, LOOKS) == warm


@pytest.mark.usefixtures("anew")
def test_a_stock_kernel_does_where_nothing_can_be_forked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the warm process cannot be had, a report is made as Jupyter makes it."""

    def none(*_given: object, **_rest: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(forked._Warm, "fork", none)
    assert printed(tmp_path, "import sys; print('provision.kernels.warm' in sys.modules)") == "False\n"


def test_a_report_loads_nothing_of_ours_that_was_not_there(tmp_path: Path) -> None:
    """What the cells of the report import has been loaded before they are run."""
    cells = nbformat.read(shipped("notebooks/reports") / TEMPLATE, as_version=4).cells
    lines = [line for cell in cells if cell.cell_type == "code" for line in cell.source.splitlines()]
    imports = "\n".join(line for line in lines if re.match("(from|import) ", line))
    code = f"import sys\nbefore = set(sys.modules)\n{imports}\nprovision.answer, charts.answered"
    code += "\nprint(sorted(set(sys.modules) - before))"
    assert "duties" in imports
    assert printed(tmp_path, code) == "[]\n"


@pytest.mark.long
def test_a_killed_kernel_is_told_at_once(tmp_path: Path) -> None:
    """A kernel that is killed while it runs a cell is an error in words within seconds, and its process is gone."""
    start = time.monotonic()
    with pytest.raises(ProvisionError, match="Kernel died"):
        shown(
            tmp_path,
            "import os, signal; os.fork() or __import__('time').sleep(3); os.kill(os.getpid(), signal.SIGKILL)",
        )
    assert time.monotonic() - start < WAIT


@pytest.mark.long
def test_a_folder_too_deep_for_a_socket_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the path to temporary files is too long to meet a kernel by, they meet encrypted."""
    deep = tmp_path / ("d" * 80)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    assert forked.meeting(deep) != forked.meeting(Path(tmp_path.anchor))
    assert printed(tmp_path, "print(1)") == "1\n"


@pytest.mark.long
@pytest.mark.usefixtures("anew")
def test_a_killed_warm_process_is_replaced(tmp_path: Path) -> None:
    """A report whose warm process is killed is finished all the same, and the next one has a new one."""
    ask = "import os, signal; print(os.getppid())"
    first = printed(tmp_path, f"{ask}; os.kill(os.getppid(), signal.SIGKILL)")
    assert printed(tmp_path, ask) != first


@pytest.mark.long
@pytest.mark.parametrize("end", ["killed", "at its end"])
def test_nothing_is_left_running(tmp_path: Path, end: str) -> None:
    """Whether a program that makes reports is killed in the midst of one or comes to its end: no process is left."""
    sleep = "import os, time; print(open('kernel', 'w').write(str(os.getpid()))); time.sleep(0 if QUICK else 600)"
    template = notebook(tmp_path, sleep.replace("QUICK", str(end != "killed")))
    code = f"""
        from pathlib import Path
        from provision.render.notebook import run_report
        run_report(Path({str(template)!r}), Path({str(tmp_path / "run.ipynb")!r}), {{"data": "x"}}, language="vi")
    """
    surroundings = os.environ | {"PROVISION_TEST": str(tmp_path)}
    program = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], env=surroundings)
    try:
        wait_for((tmp_path / "kernel").exists)
        if end == "killed":
            wait_for(lambda: len(running(tmp_path)) == 3)  # the program, the warm process and the kernel
            program.kill()
        assert program.wait(WAIT) == (-signal.SIGKILL if end == "killed" else 0)
    finally:
        program.kill()
        program.wait()
    wait_for(lambda: not running(tmp_path))


def running(mark: Path) -> list[int]:
    """Return the processes that have been started, at whatever remove, with a mark in their surroundings."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PROVISION_TEST") == str(mark) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found
