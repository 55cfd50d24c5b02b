"""The house: who may import whom, by which door a library enters, and what every room owes its reader."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from worlds import World

import provision
from provision.commands import main

SOURCE = Path(provision.__file__).parent

ORDER = ["text", "errors", "domain", "demand", "projection", "intake", "audit", "posing", "model", "store"]
ORDER += ["questions", "charts", "documents", "kernels", "render", "widgets", "commands"]

# Each room with every room it imports. A new arrow is a decision: it is made here, and only downwards.
IMPORTS = {
    "text": "",
    "errors": "text",
    "domain": "",
    "demand": "domain",
    "projection": "domain",
    "intake": "text errors domain",
    "audit": "",
    "posing": "text errors domain demand projection intake",
    "model": "errors domain audit",
    "store": "text errors domain intake audit posing",
    "questions": "text errors domain projection intake audit posing model store",
    "charts": "text domain questions",
    "documents": "text errors domain intake posing store questions charts",
    "kernels": "text",
    "render": "text errors domain intake posing model store questions charts documents kernels",
    "widgets": "text errors domain intake posing store questions charts documents",
    "commands": "text errors domain intake posing model store questions documents render widgets",
}

# Each outside library with the files that may import it: its door.
DOORS = {
    "babel": "text/*.py",
    "pulp": "model/*.py",
    "highspy": "model/highs.py model/relaxed.py",
    "numpy": "model/highs.py model/relaxed.py",
    "networkx": "model/payments.py",
    "matplotlib": "charts/*.py",
    "pandas": "questions/sheets.py intake/plausibility.py",
    "pandera": "intake/plausibility.py",
    "papermill": "render/notebook.py",
    "nbconvert": "render/notebook.py",
    "nbformat": "render/notebook.py",
    "traitlets": "render/notebook.py widgets/*.py",
    "jinja2": "render/pages.py documents/word/filled.py",
    "jupyter_client": "kernels/forked.py",
    "ipykernel": "kernels/warm.py",
    "ipywidgets": "widgets/*.py",
    "anywidget": "widgets/reader.py",
    "itables": "widgets/schools.py",
    "tqdm": "commands/*.py",
    "distributed": "render/executors.py",
    "python_calamine": "intake/workbook.py",
    "tomli_w": "store/folder.py",
    "pydantic": "store/answers.py",
    "xlsxwriter": "documents/*.py",
    "icalendar": "documents/calendar.py",
    "docxtpl": "documents/word/filled.py",
    "docx": "documents/word/*.py",
}

FILES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))
_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@cache
def tree(file: str) -> ast.Module:
    """Return a file of the library, parsed."""
    return ast.parse((SOURCE / file).read_text("utf-8"))


def room(file: str) -> str:
    """Return the room a file stands in."""
    return file.split("/")[0].removesuffix(".py")


def imported(file: str) -> Iterator[str]:
    """Yield every module a file imports, at its top or inside a function, by its whole name."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are written in full"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def rooms_of(file: str) -> set[str]:
    """Return the other rooms a file imports."""
    names = [name.split(".") for name in imported(file) if name.startswith("provision.")]
    return {parts[1] for parts in names} - {room(file)}


# Who imports whom -------------------------------------------------------------------------------------------------


def test_every_file_has_its_room() -> None:
    """Every file stands in a room of the house; the front door stands before them all."""
    assert {room(file) for file in FILES} == {*ORDER, "__init__"}
    assert list(IMPORTS) == ORDER


@pytest.mark.parametrize("name", ORDER)
def test_imports_only_go_down(name: str) -> None:
    """A room imports rooms below it and no other: nothing flows back."""
    below = set(ORDER[: ORDER.index(name)])
    found = set().union(*(rooms_of(file) for file in FILES if room(file) == name))
    assert found <= below
    assert found == set(IMPORTS[name].split())


def test_the_front_door_names_what_it_opens() -> None:
    """The front door offers at most a dozen names, each of them there, described, and loaded when it is used."""
    assert 0 < len(provision.__all__) <= 12
    assert sorted(provision.__all__) == dir(provision)
    assert all(getattr(provision, name).__doc__ for name in provision.__all__)
    with pytest.raises(AttributeError, match="sovle"):
        provision.sovle  # noqa: B018 - the name is the question


def test_the_audit_knows_no_other_room() -> None:
    """What is right is said with the standard library alone, and shares no code with what makes a plan."""
    outside = {name.split(".")[0] for file in FILES if room(file) == "audit" for name in imported(file)}
    assert outside - {"provision"} <= sys.stdlib_module_names
    assert IMPORTS["audit"] == ""


def test_no_two_files_import_one_another() -> None:
    """Inside a room, too, imports run one way."""
    names = {
        f"provision.{file.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}": file for file in FILES
    }
    arrows = {file: {names[n] for n in _modules(file, names) if names[n] != file} for file in FILES}
    left = dict(arrows)
    while free := [file for file, below in left.items() if not below & set(left)]:
        left = {file: below for file, below in left.items() if file not in free}
    assert left == {}


def _modules(file: str, names: dict[str, str]) -> set[str]:
    """Return the modules of ours a file needs before it can be loaded; imports inside functions come later."""
    needed = set()
    for node in tree(file).body:
        if isinstance(node, ast.ImportFrom):
            needed |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return needed & set(names)


# Doors ------------------------------------------------------------------------------------------------------------


def test_each_library_enters_by_its_door() -> None:
    """An outside library is imported behind one door, so that it can be changed in one place."""
    found: dict[str, set[str]] = {}
    for file in FILES:
        for name in {name.split(".")[0] for name in imported(file)} - sys.stdlib_module_names - {"provision"}:
            found.setdefault(name, set()).add(file)
    assert set(found) == set(DOORS)
    wrong = {
        name: [f for f in files if not any(map(Path(f).match, DOORS[name].split()))] for name, files in found.items()
    }
    assert {name: files for name, files in wrong.items() if files} == {}


def test_every_door_is_a_dependency(root: Path) -> None:
    """Every library that is imported is asked for by the package; numpy comes with highspy, a cluster is an extra."""
    listed = set(
        re.findall(r'^    "([a-z0-9_-]+)[\[>=<]', (root / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    )
    wanted = {name.replace("_", "-") for name in DOORS} - {
        "numpy",
        "nbformat",
        "traitlets",
        "anywidget",
        "distributed",
        "docx",
    }
    assert wanted <= listed


@pytest.mark.parametrize(
    "library", ["pandas", "pandera", "pulp", "matplotlib", "highspy", "papermill", "ipywidgets", "babel"]
)
def test_importing_the_library_loads_nothing(library: str) -> None:
    """``import provision`` loads no outside library at all: it is there at once."""
    assert library not in _loaded_by("import provision")


@cache
def _loaded_by(code: str) -> frozenset[str]:
    """Return the outside modules a new interpreter has loaded after some code."""
    ask = f"import sys\n{code}\nimport json; print(json.dumps([m for m in sys.modules if '.' not in m]))"
    run = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, encoding="utf-8")
    return frozenset(json.loads(run.stdout.splitlines()[-1]))


def test_nothing_happens_at_import() -> None:
    """No file reads, writes, prints, draws or solves when it is imported: it only defines."""
    quiet = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    verbs = {
        "open",
        "read_text",
        "read_bytes",
        "write_text",
        "glob",
        "is_dir",
        "print",
        "load",
        "solve",
        "now",
        "use",
    }
    loud = []
    for file in FILES:
        for node in tree(file).body:
            is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            is_typing = isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
            calls = _calls(node) if isinstance(node, ast.Assign | ast.AnnAssign) else set()
            if not (isinstance(node, quiet) or is_text or is_typing) or calls & verbs:
                loud.append(f"{file}:{node.lineno}")
    assert loud == []


def _calls(node: ast.AST) -> set[str]:
    """Return the names of everything a piece of code calls."""
    calls = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    return {getattr(func, "attr", getattr(func, "id", "")) for func in calls}


def test_verify_never_loads_the_solver(tmp_path: Path) -> None:
    """A plan is verified where no solver can be loaded at all."""
    world = World().unit().option("pc", 9_000_000, 5).fund("main", [20_000_000])
    for school in ("th-duc-thang-1", "th-duc-thang-2", "th-hoang-luong", "th-thi-tran"):
        world.school(school, pupils={3: [40]})
    folder = world.write(tmp_path / "data")
    assert main(["solve", str(folder), "--unit", "u", "--out", str(tmp_path / "plan")]) == 0
    code = "import sys; sys.modules |= dict.fromkeys(['pulp', 'highspy', 'provision.model'])\n"
    code += f"from provision.commands import main; sys.exit(main(['verify', {str(tmp_path / 'plan')!r}]))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, b"")


def test_check_never_loads_the_solver(district: Path) -> None:
    """Data are checked without the solver, and without what draws; to read them, not even pandas is needed."""
    loaded = _loaded_by(f"from provision.commands import main; main(['check', {str(district)!r}, '--json'])")
    assert {"pulp", "highspy", "matplotlib", "papermill", "ipywidgets"} & loaded == set()
    assert {"babel", "pandera"} <= loaded
    read = _loaded_by(f"from provision.intake import load; load({str(district)!r})")
    assert {"pandas", "pandera", "pulp", "highspy"} & read == set()


# What every room owes its reader ----------------------------------------------------------------------------------


def test_everything_says_what_it_is_for() -> None:
    """Every file, and every function and class that others use, says in a sentence what it is for."""
    silent = [file for file in FILES if not (ast.get_docstring(tree(file)) or "").strip()]
    silent += [
        f"{file}: {node.name}" for file in FILES for node in _public(tree(file)) if not ast.get_docstring(node)
    ]
    assert silent == []


def _public(node: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for child in node.body:
        if isinstance(child, _DEFINITIONS) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from _public(child)


def test_no_room_is_too_large() -> None:
    """No file is longer than 300 lines: what is longer is two things."""
    lengths = {file: len((SOURCE / file).read_text("utf-8").splitlines()) for file in FILES}
    assert {file: length for file, length in lengths.items() if length > 300} == {}


def test_no_room_is_a_drawer() -> None:
    """No file is named after nothing in particular."""
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "tools", "base", "core"}
    assert {part for file in FILES for part in Path(file).with_suffix("").parts} & drawers == set()


def test_only_commands_print() -> None:
    """Results are returned; only a command speaks to the terminal."""
    assert {room(file) for file in FILES if "print" in _calls(tree(file))} == {"commands"}


def test_few_rooms_open_files() -> None:
    """Data and packs are opened by intake, plan folders by store, texts by text; pages by render and widgets."""
    verbs = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir"}
    rooms = {room(file) for file in FILES if verbs & _calls(tree(file))}
    assert rooms == {"intake", "store", "text", "render", "widgets"}


def test_every_rule_has_its_audit() -> None:
    """Every rule of the model has an audit of the same name in another room, and a source in its words."""
    from provision.audit import AUDITS
    from provision.model.rules import RULES

    assert {rule.__name__ for rule in RULES} <= {audit.__name__ for audit in AUDITS}
    assert all("Source:" in (rule.__doc__ or "") and ".. math::" in (rule.__doc__ or "") for rule in RULES)
