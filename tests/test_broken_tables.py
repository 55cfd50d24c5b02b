"""Hundreds of broken provinces: every planted fault is told at its place, and nothing else is."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from planters import ODD, SPOILS, WHOLE, Plant, settle
from scenes import Scene, Told, Unfit, scene
from seeds import sample
from test_text import spelt

from provision.errors import Fault, FaultyInput
from provision.intake import load, oddities
from provision.text import LANGUAGES, Words

_ELSEWHERE = {
    "decimal": "no input table has such a column (a plan's tables do)",
    "signed": "no input table has such a column (a plan's tables do)",
    "file_too_large": "half a gigabyte: tests/test_intake.py lowers the limit",
    "freeze_missing": "a file beside the tables: tests/test_intake.py",
    "staff_not_teaching": "tests/test_staff.py",
    "sheet_twice": "nothing else of the workbook is told: tests/test_workbook_intake.py",
    "workbook_empty": "nothing else of the workbook is told: tests/test_workbook_intake.py",
    **dict.fromkeys(
        ("workbook_unreadable", "workbook_old", "workbook_locked", "workbook_macros", "workbook_too_large"),
        "the file is refused unread: tests/hostile.py",
    ),
    **dict.fromkeys(
        ("text_old", "text_twice", "text_lost", "file_utf16"), "letters of another coding: tests/test_encodings.py"
    ),
}
"""Faults of input tables that are not planted here, and why."""


def plant(s: Scene, plants: Mapping[str, Plant], count: int) -> Counter[str]:
    """Plant some faults of different kinds in a scene; return how often each was planted."""
    planted: Counter[str] = Counter()
    for name in s.r.sample(sorted(plants), len(plants)):
        if planted.total() == count:
            break
        try:
            plants[name](s)
        except Unfit:
            continue
        planted[name] += 1
    return planted


def broken(seed: int) -> tuple[Scene, Counter[str]]:
    """Return a province with one to six planted faults; in a third of them one that spoils a whole table."""
    s, chance = scene(seed), Random(seed)
    planted = plant(s, WHOLE, 1) if chance.random() < 0.35 else Counter()
    planted += plant(s, SPOILS, chance.randint(1, 6 - planted.total()))
    settle(s)
    return s, planted


def told(faults: Iterable[Fault]) -> Counter[Told]:
    """Return what is told, how often; each fault has its words in both languages."""
    every = tuple(faults)
    for fault in every:
        lines = [fault.say(Words(language)) for language in LANGUAGES]
        assert len(set(lines)) == 2
        assert all(fault.file in line for line in lines)
    return Counter((f.code, f.file, f.sheet, f.row, f.column, f.found) for f in every)


def faults_of(data: Path) -> tuple[Fault, ...]:
    """Return the faults of tables."""
    try:
        load(data)
    except FaultyInput as faulty:
        return faulty.faults
    return ()


@pytest.mark.counted
@sample(range(3000), fast=300, long=0)
def test_every_planted_fault_is_told_and_none_else(seed: int) -> None:
    """A province, a folder or a workbook, with one to six faults: all are told where they stand, none is invented."""
    s, _ = broken(seed)
    with TemporaryDirectory() as folder:
        assert told(faults_of(s.write(Path(folder)))) == Counter(s.expected())


@pytest.mark.counted
@sample(range(300), fast=40, long=0)
def test_everything_odd_is_told_and_none_else(seed: int) -> None:
    """A province with one to five odd things has no fault: these are told where they stand, and nothing else."""
    s = scene(seed)
    plant(s, ODD, Random(seed).randint(1, 5))
    with TemporaryDirectory() as folder:
        data = s.write(Path(folder))
        assert faults_of(data) == ()
        assert told(oddities(data)) == Counter(s.expected())


@pytest.mark.counted
@sample(range(300), fast=25, long=0)
def test_nothing_is_told_of_clean_tables(seed: int) -> None:
    """A province without a fault or anything odd: nothing is told."""
    with TemporaryDirectory() as folder:
        data = scene(seed).write(Path(folder))
        assert (faults_of(data), oddities(data)) == ((), ())


def test_every_fault_of_a_table_is_planted(root: Path) -> None:
    """Each fault that the tables can have is planted among the quick seeds, or is listed with where it is."""
    names = (
        "cells",
        "codes",
        "crosschecks",
        "encodings",
        "parcel",
        "plausibility",
        "scale",
        "tables",
        "typed",
        "workbook",
    )
    raised = set()
    for name in names:
        tree = ast.parse((root / "src" / "provision" / "intake" / f"{name}.py").read_text("utf-8"))
        calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name))
        named = [call.args[0] for call in calls if call.func.id in {"Fault", "BadCell", "Oddity"}]  # type: ignore[attr-defined]
        raised |= {code for node in named for code in spelt(node)}
        assigned = [n.value for n in ast.walk(tree) if isinstance(n, ast.Assign) and _is_code(n.targets[0])]
        raised |= {code for node in assigned for code in spelt(node)}
    planted = {code for seed in range(300) for code, *_ in broken(seed)[0].found} | set(ODD)
    assert raised - planted == set(_ELSEWHERE)
    assert planted - raised == set()
    assert not planted & set(_ELSEWHERE)


def _is_code(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "code"
