"""The command that opens the desk, and the desk as a page without code in a real Voilà and a real browser."""

from __future__ import annotations

import base64
import hashlib
import inspect
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import nbformat
import psutil
import pytest
from browsers import Opened, barriers, chromium, desk_opened, new_page, picture
from voila import handler
from worlds import World

import provision
from provision.commands import desk, main
from provision.commands.desk import NOTEBOOK
from provision.text import Words
from provision.widgets import server

PAGE = Path(provision.__file__).parent / "widgets" / "page"
SERVED = {
    key: [Words(language)(f"served.{key}") for language in ("vi", "en")] for key in ("opening", "stopped", "failed")
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a planner's folder with the four pilot schools in data/small, and stand in it."""
    world = World().unit().option("pc", 10_000_000, 5).fund("main", [20_000_000, 10_000_000])
    for code in ("th-duc-thang-1", "th-duc-thang-2", "th-thi-tran", "th-hoang-luong"):
        world.school(code, pupils={3: [48, 48]})
    world.write(tmp_path / "data" / "small")
    monkeypatch.chdir(tmp_path)
    return tmp_path


# The command ------------------------------------------------------------------------------------------------------


def _serve_nothing(told: list[Any], *, ends: bool) -> Callable[..., Any]:
    """Return a server that only keeps what it was asked, and ends by itself or is ended."""

    def wait() -> None:
        if not ends:
            raise KeyboardInterrupt

    @contextmanager
    def served(notebook: Path, **asked: Any) -> Iterator[Any]:
        told.append((notebook, asked))
        yield SimpleNamespace(address="http://127.0.0.1:1/?token=x", wait=wait)

    return served


@pytest.mark.parametrize("words", [[], ["--page"]])
def test_faulty_data_is_told_before_anything_starts(
    words: list[str], project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The desk tells faulty data as ``check`` does, with the same code, and neither starts nor copies anything."""
    (project / "data" / "small" / "units.csv").write_text("unit\nu\n", encoding="utf-8")
    started: list[Any] = []
    monkeypatch.setattr(desk, "served", _serve_nothing(started, ends=True))
    assert main(["check", "data/small"]) == 2
    checked = capsys.readouterr()
    assert main(["desk", "data/small", *words]) == 2
    assert capsys.readouterr() == checked
    assert "units.csv" in checked.err
    assert started == []
    assert not (project / "notebooks").exists()


def test_a_faulty_scenario_is_told_too(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A scenario of the data that cannot be read is told before the desk is opened."""
    (project / "data" / "small" / "scenarios").mkdir(exist_ok=True)
    (project / "data" / "small" / "scenarios" / "odd.toml").write_text("no_lever = 1\n", encoding="utf-8")
    assert main(["desk", "data/small"]) == 2
    assert "no_lever" in capsys.readouterr().err


@pytest.mark.usefixtures("project")
def test_data_that_are_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is not there is told with its name."""
    assert main(["desk", "data/none"]) == 2
    assert "data/none" in capsys.readouterr().err


def test_the_notebook_is_told_where_the_data_are(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command hands on the data, the nearest one by default, the language, the port and the kind of page."""
    told: list[Any] = []
    monkeypatch.setattr(desk, "served", _serve_nothing(told, ends=False))
    assert main(["desk", "--no-browser"]) == 0
    assert main(["desk", "data/small", "--page", "--port", "8899", "--language", "en", "--no-browser"]) == 0
    (notebook, lab), (_, page) = told
    assert notebook == project / "notebooks" / NOTEBOOK
    assert lab == {"data": project / "data" / "small", "mapping": None, "language": "vi", "page": False, "port": None}
    assert page == {"data": Path("data/small"), "mapping": None, "language": "en", "page": True, "port": 8899}


@pytest.mark.usefixtures("project")
def test_the_browser_is_opened_unless_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The address with its token is the only result on stdout; the browser is sent there unless refused."""
    gone: list[str] = []
    monkeypatch.setattr(desk, "served", _serve_nothing([], ends=False))
    monkeypatch.setattr("webbrowser.open_new_tab", gone.append)
    assert main(["desk"]) == 0
    assert main(["desk", "--no-browser"]) == 0
    assert gone == ["http://127.0.0.1:1/?token=x"]
    assert capsys.readouterr().out == 2 * (Words()("command.desk_open", address=gone[0]) + "\n")


@pytest.mark.usefixtures("project")
def test_a_desk_that_stops_by_itself_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the server ends unasked the command says so, says that nothing saved is lost, and fails."""
    monkeypatch.setattr(desk, "served", _serve_nothing([], ends=True))
    assert main(["desk", "--no-browser"]) == 1
    assert Words()("command.desk_ended") in capsys.readouterr().err


def test_notebooks_are_copied_once(
    project: Path, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no notebook the library's own are copied and told; what a planner has is never overwritten."""
    monkeypatch.setattr(desk, "served", _serve_nothing([], ends=False))
    (project / "notebooks").mkdir()
    (project / "notebooks" / "00-start-here.ipynb").write_text("mine", encoding="utf-8")
    assert main(["desk", "--no-browser"]) == 0
    assert f"{NOTEBOOK}" in capsys.readouterr().err
    shipped = {path.name for path in (root / "notebooks").glob("*.ipynb")}
    assert {path.name for path in (project / "notebooks").iterdir()} == shipped | {"00-start-here.ipynb"}
    assert (project / "notebooks" / "00-start-here.ipynb").read_text("utf-8") == "mine"
    (project / "notebooks" / NOTEBOOK).write_text("mine too", encoding="utf-8")
    assert main(["desk", "--no-browser"]) == 0
    assert NOTEBOOK not in capsys.readouterr().err
    assert (project / "notebooks" / NOTEBOOK).read_text("utf-8") == "mine too"


def test_a_file_in_the_way_of_the_notebooks(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file where the folder of notebooks should stand is told, and left."""
    (project / "notebooks").write_text("mine", encoding="utf-8")
    assert main(["desk"]) == 1
    assert str(project / "notebooks") in capsys.readouterr().err
    assert (project / "notebooks").read_text("utf-8") == "mine"


@pytest.mark.usefixtures("project")
def test_the_page_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without its extra the page is not opened; the command says what to install."""
    monkeypatch.setattr(server, "find_spec", lambda _name: None)
    assert main(["desk", "--page"]) == 1
    assert 'pip install "provision[page]"' in capsys.readouterr().err


@pytest.mark.parametrize("port", [None, 70_000])
@pytest.mark.usefixtures("project")
def test_a_port_that_cannot_be_had_is_told(port: int | None, capsys: pytest.CaptureFixture[str]) -> None:
    """A port that is taken, or is none, is told by its number."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = port or taken.getsockname()[1]
        assert main(["desk", "--port", str(port)]) == 1
    assert str(port) in capsys.readouterr().err


@pytest.mark.usefixtures("project")
def test_a_server_that_never_answers_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the server ends before it answers, its last words are told."""
    monkeypatch.setattr(server.sys, "executable", shutil.which("false"))
    assert main(["desk"]) == 1
    assert Words()("error.desk_not_started", reason="") in capsys.readouterr().err


# The template -----------------------------------------------------------------------------------------------------


def test_nothing_of_the_page_names_another_server() -> None:
    """Neither the template nor its script nor its style holds an address."""
    files = [path for path in PAGE.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"index.html.j2", "page.js", "page.css", "conf.json"}
    assert [path for path in files if re.search(r"//\w+[.\w]*\.\w|@import", path.read_text("utf-8"))] == []


def test_the_page_allows_no_script_but_its_own() -> None:
    """The page's policy forbids every script written into it but the one by which Voilà says that it still works."""
    [written] = re.findall(r"<script>(.*?)</script>", inspect.getsource(handler))
    known = base64.b64encode(hashlib.sha256(written.encode()).digest()).decode()
    [template] = PAGE.rglob("index.html.j2")
    [scripts] = re.findall(r"script-src ([^;]*);", template.read_text("utf-8"))
    assert scripts == f"'self' blob: 'sha256-{known}'"


# Real servers and a real browser ----------------------------------------------------------------------------------


def _status(opened: Opened, path: str, *, host: str = "127.0.0.1") -> int:
    """Return what a server answers to somebody without its token who calls it by some name."""
    connection = HTTPConnection("127.0.0.1", int(urlsplit(opened.address).port or 0), timeout=20)
    connection.request("GET", path, headers={"Host": host})
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ([], {"/lab": 302, "/api/contents": 403, "/files/data/small/units.csv": 302}),
        (["--page"], {"/": 302, "/api/kernels/0-0-0-0-0": 403, "/voila/files/small.png": 403}),
    ],
)
def test_the_desk_is_for_this_machine_and_who_has_its_token(
    words: list[str], paths: dict[str, int], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both servers listen on 127.0.0.1 alone, answer nobody without the token, and leave no process behind.

    What the user's own Jupyter settings say changes nothing.
    """
    (project / "small.png").write_bytes(b"x")
    (project / ".jupyter").mkdir()
    for name in ("jupyter_server_config", "jupyter_lab_config", "jupyter_config", "voila"):
        (project / ".jupyter" / f"{name}.py").write_text("import sys; sys.exit(3)", encoding="utf-8")
    monkeypatch.setenv("HOME", str(project))
    with desk_opened(project, "data/small", *words) as opened:
        assert re.search(r"[?]token=[\w-]{30,}$", opened.address)
        assert {path: _status(opened, path) for path in paths} == paths
        assert {_status(opened, path, host="elsewhere.example") for path in paths} == {403}
        processes = opened.started
        listening = [c for p in processes for c in p.net_connections() if c.status == psutil.CONN_LISTEN]
        assert {c.laddr.ip for c in listening} == {"127.0.0.1"}
        token = opened.address.rpartition("=")[2]
        assert [p for p in processes if token in " ".join(p.cmdline())] == []
        assert opened.end() == 0
        assert [p for p in processes if p.is_running()] == []


@pytest.mark.long
def test_the_page_without_code(project: Path) -> None:
    """The desk opens as a page without code, asks nobody else, says when its kernel dies, and opens again."""
    with desk_opened(project, "data/small", "--page") as opened, chromium() as browser:
        page, watched = new_page(browser)
        page.goto(opened.address, wait_until="commit")
        opening = page.locator("#opening")
        opening.wait_for()
        assert opening.locator("p").all_inner_texts() == SERVED["opening"]
        chart = page.locator("main .jupyter-widgets img").first
        chart.wait_for(timeout=60_000)
        assert (page.title(), page.locator("html").get_attribute("lang")) == (Words()("served.title"), "vi")
        assert opening.is_hidden()
        assert page.get_by_text("provision.widgets").count() == 0  # no code
        assert "token" not in page.url
        assert barriers(page, exclude=".jupyter-widgets") == []
        picture(page, "page-wide")
        page.set_viewport_size({"width": 420, "height": 900})
        picture(page, "page-narrow")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")  # nothing to scroll sideways

        processes = opened.started
        [kernel] = opened.kernels
        kernel.kill()
        banner = page.get_by_role("alert")
        banner.wait_for(timeout=10_000)
        assert banner.locator("p").all_inner_texts() == SERVED["stopped"]
        assert barriers(page, include="#stopped") == []
        picture(page, "page-stopped")
        banner.get_by_role("button").press("Enter")
        page.locator("#stopped[hidden]").wait_for(state="attached")
        chart.wait_for(timeout=60_000)
        assert banner.is_hidden()
        left = opened.kernels
        page.reload()
        chart.wait_for(timeout=60_000)
        assert psutil.wait_procs(left, timeout=20)[1] == []  # a page that is left takes its kernel along
        assert len(opened.kernels) == 1
        assert watched.errors == []

        processes += opened.started
        assert opened.end() == 0
        banner.wait_for(timeout=10_000)  # the server is gone: said as well
        assert [p for p in processes if p.is_running()] == []
    assert watched.strangers == []


_TABLE = """\
import pandas as pd
from IPython.display import display
from itables.widget import ITable
display(ITable(pd.DataFrame({"n": ["<script>window.run = 1</script>", "<img src=x onerror='window.run = 2'>"]})))"""
_ERROR = """\
import sys; print("a warning", file=sys.stderr)
from provision.errors import ProvisionError
raise ProvisionError("data_unknown", data="<script>window.run = 3</script>")"""
_DEATH = "import os; os.kill(os.getpid(), 9)"
_LONG = "import time; time.sleep(600)"


def _notebook(project: Path, *cells: str) -> None:
    """Write a notebook of some cells where the desk's own would stand."""
    (project / "notebooks").mkdir(exist_ok=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(notebook, project / "notebooks" / NOTEBOOK)


@pytest.mark.long
def test_what_goes_wrong_in_a_cell_is_told_in_words(project: Path) -> None:
    """An error is told in words, a name in it or in a table stays text; a dead kernel and a server gone are told."""
    _notebook(project, _TABLE, _ERROR)
    with desk_opened(project, "data/small", "--page", "--language", "en") as opened, chromium() as browser:
        page, watched = new_page(browser)
        page.goto(opened.address)
        page.get_by_text("<script>window.run = 1</script>").wait_for(timeout=60_000)
        failed = page.locator(".failed")
        assert failed.locator("p[lang]").all_inner_texts() == SERVED["failed"][::-1]
        assert "<script>window.run = 3</script>" in failed.inner_text()
        assert page.locator("html").get_attribute("lang") == "en"
        said = page.locator("main").inner_text()
        assert not re.search("Traceback|a warning|ProvisionError", said)
        assert page.evaluate("window.run") is None
        assert watched.errors == []

        _notebook(project, _DEATH)
        page.goto(opened.address)
        banner = page.locator("#stopped")
        banner.wait_for(timeout=20_000)
        assert banner.locator("p").all_inner_texts() == SERVED["stopped"][::-1]
        assert "Kernel died" not in page.locator("body").inner_text()

        _notebook(project, _LONG)
        page.goto(opened.address, wait_until="commit")
        page.locator("#opening").wait_for()
        assert banner.is_hidden()
        assert opened.end() == 0  # the page breaks off in the middle
        banner.wait_for(timeout=10_000)
        assert page.locator("#opening").is_hidden()
    assert watched.strangers == []
