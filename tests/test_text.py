"""The texts of both languages, and numbers, money and shares as the reader writes them."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import provision
from provision.audit import AUDITS
from provision.commands import COMMANDS
from provision.domain.scenario import LEVERS, RUNGS
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake import read_roadmap
from provision.text import LANGUAGES, Key, Share, Words

SOURCE = Path(provision.__file__).parent
_HOLE = "\0"
_RAISED = {"ProvisionError", "NoAnswer", "BrokenPlan"}


@cache
def texts(language: str) -> dict[str, str]:
    """Return the texts of a language by dotted key."""

    def walk(prefix: str, node: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for key, value in node.items():
            yield from walk(f"{prefix}{key}.", value) if isinstance(value, dict) else [(prefix + key, value)]

    return dict(walk("", tomllib.loads((SOURCE / "text" / f"{language}.toml").read_text("utf-8"))))


def placeholders(text: str) -> set[str]:
    """Return the names of a text's placeholders."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# What the code says -----------------------------------------------------------------------------------------------


@cache
def trees() -> dict[str, ast.Module]:
    """Return every file of the library, parsed, by its path."""
    return {p.relative_to(SOURCE).as_posix(): ast.parse(p.read_text("utf-8")) for p in SOURCE.rglob("*.py")}


def nodes(kind: type[ast.AST]) -> Iterator[tuple[str, Any]]:
    """Yield every node of a kind with the file it stands in."""
    for file, tree in trees().items():
        yield from ((file, node) for node in ast.walk(tree) if isinstance(node, kind))


def spelt(node: ast.AST) -> list[str]:
    """Return the strings an expression may be: both of a choice; a hole where a value is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*spelt(node.body), *spelt(node.orelse)]
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(v.value) if isinstance(v, ast.Constant) else _HOLE for v in node.values)]
    return []


def calls(*names: str) -> Iterator[tuple[str, ast.Call, str]]:
    """Yield every call of some names with the string it is given first."""
    for file, call in nodes(ast.Call):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in names and call.args:
            yield from ((file, call, said) for said in spelt(call.args[0]))


def keys_of(pattern: str, language: str) -> list[str]:
    """Return the keys a string with holes may stand for."""
    if pattern == f"command.{_HOLE}":
        return [f"command.{name}" for name in COMMANDS]
    shape = re.compile("[^.]+".join(map(re.escape, pattern.split(_HOLE))))
    return [key for key in texts(language) if shape.fullmatch(key)]


def pairs() -> Iterator[tuple[str, str]]:
    """Yield every code that stands beside its details, with its file: warnings, and what is wrong with a value."""
    for file, pair in nodes(ast.Tuple):
        if len(pair.elts) == 2 and (isinstance(pair.elts[1], ast.Dict) or _is_details(pair.elts[1])):
            yield from ((file, code) for code in spelt(pair.elts[0]))


def _is_details(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in {"details", "bounds"}


# Both languages ---------------------------------------------------------------------------------------------------


def test_both_languages_have_the_same_texts() -> None:
    """Whatever is said in Vietnamese is said in English, with the same details."""
    vi, en = (texts(language) for language in ("vi", "en"))
    assert set(vi) == set(en)
    assert {key: placeholders(text) for key, text in vi.items()} == {k: placeholders(t) for k, t in en.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_says_something(language: str) -> None:
    """No text is empty, and none has a placeholder without a name."""
    for key, text in texts(language).items():
        assert text.strip(), key
        assert all(name.isidentifier() for name in placeholders(text)), key


def test_english_is_english() -> None:
    """No Vietnamese letter is left in an English text."""
    left = {
        key: text for key, text in texts("en").items() if not set(text) - set("“”…–×") <= set(map(chr, range(128)))
    }
    assert left == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_said_has_its_text(language: str) -> None:
    """Every text the code, the pages and the notebooks ask for is there."""
    said = {key for _, _, key in calls("words", "Key", "has", "self")}
    assert len(said) > 100
    assert {key for key in said if not keys_of(key, language)} == set()
    pages = (SOURCE / "render" / "templates").glob("*.j2")
    asked = {key for page in pages for key in re.findall(r'words\("([^"]+)"[,)]', page.read_text("utf-8"))}
    assert asked
    assert asked <= set(texts(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_has_its_words(language: str) -> None:
    """Every fault the code can tell says what was expected and what to do."""
    codes = {code for _, _, code in calls("Fault", "BadCell", "cell_fault", "Oddity", "fault")}
    codes |= {code for file, code in pairs() if file in {"intake/packs.py", "intake/scenarios.py"}}
    assigned = [node for _, node in nodes(ast.Assign) if getattr(node.targets[0], "id", "") == "code"]
    codes |= {code for node in assigned for code in spelt(node.value)}
    assert {"blank", "pack_no_section", "lever_cells", "pupils_absent"} <= codes
    for code in codes:
        assert {f"fault.{code}.expected", f"fault.{code}.remedy"} <= set(texts(language))
    told = {key.split(".")[1] for key in texts(language) if key.startswith("fault.") and key.count(".") == 2}
    assert told == codes


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_its_words(language: str) -> None:
    """Every error a planner can meet says what is wrong, and no detail of it is left out."""
    for file, call, code in calls(*_RAISED):
        given_to = {keyword.arg for keyword in call.keywords}
        assert placeholders(texts(language)[f"error.{code}"]) <= given_to, (file, code)
    assert Words(language)("error.faulty_input", count=3).count("3") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_warning_has_its_words(language: str) -> None:
    """Whatever is odd in the data is said in words."""
    codes = {code for file, code in pairs() if file not in {"intake/packs.py", "intake/scenarios.py"}}
    assert {"acquired_blank", f"class_size_{_HOLE}", "shared_fund", "stopped_by_time"} <= codes
    assert {code for code in codes if not keys_of(f"warning.{code}", language)} == set()
    said = {key for code in codes for key in keys_of(f"warning.{code}", language)}
    assert said == {key for key in texts(language) if key.startswith("warning.")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_detail_of_a_text_is_given(language: str) -> None:
    """Where a text is asked for by name, every placeholder of it is filled in."""
    for file, call, said in calls("words"):
        given_to = {keyword.arg for keyword in call.keywords}
        for key in {said} & set(texts(language)) if None not in given_to else ():
            assert placeholders(texts(language)[key]) <= given_to, (file, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_with_a_name_is_named(language: str) -> None:
    """Rungs, levers, rules, commands, levels, bases and the items of both packs have their names."""
    wanted = {f"rung.{rung}" for rung in RUNGS} | {f"lever.{lever.name}" for lever in LEVERS}
    wanted |= {f"rule.{audit.__name__}" for audit in AUDITS} | {f"command.{name}" for name in COMMANDS}
    wanted |= {f"basis.{basis}" for basis in ("covered", "enrolled")} | {"status.proven", "status.feasible"}
    wanted |= {f"level.{level}" for level in ("kindergarten", "primary", "lower_secondary", "combined")}
    minimums = [m for pack in ("gdpt-2018", "hiep-hoa-2017") for m in read_roadmap(pack).minimums]
    wanted |= {"item.pupil_computer"} | {f"item.{m.item}" for m in minimums}
    assert wanted <= set(texts(language))


def test_a_text_nobody_wrote_is_our_fault() -> None:
    """A key without a text is an error of the program, never an empty sentence."""
    with pytest.raises(KeyError):
        Words("vi")("verdict.nothing")
    with pytest.raises(KeyError):
        Words("vi")("command.index")
    assert not Words("en").has("verdict.nothing")


# Numbers ----------------------------------------------------------------------------------------------------------

NUMBERS = [
    (1234567.8, 1, "1.234.567,8", "1,234,567.8"),
    (1234567.8, 0, "1.234.568", "1,234,568"),
    (1234567, 2, "1.234.567", "1,234,567"),
    (0, 0, "0", "0"),
    (999, 0, "999", "999"),
    (1000, 0, "1.000", "1,000"),
    (-1234.5, 1, "-1.234,5", "-1,234.5"),
    (0.05, 2, "0,05", "0.05"),
    (Fraction(1, 3), 3, "0,333", "0.333"),
    (Decimal("12.50"), 2, "12,5", "12.5"),
    (897.65, 1, "897,7", "897.7"),
    (Fraction(5, 2), 0, "3", "3"),
    (-0.04, 1, "0", "0"),
]


@pytest.mark.parametrize(("number", "digits", "vi", "en"), NUMBERS)
def test_numbers(number: Any, digits: int, vi: str, en: str) -> None:
    """Vietnamese groups with dots and has a decimal comma, English the other way round; halves are rounded up."""
    assert (Words("vi").number(number, digits), Words("en").number(number, digits)) == (vi, en)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(number=st.integers(-(10**15), 10**15), language=st.sampled_from(LANGUAGES))
def test_a_whole_number_is_whole_to_the_last_digit(number: int, language: str) -> None:
    """Grouping in threes adds nothing and loses nothing, however large the amount."""
    written = Words(language).number(number)
    dot = "." if language == "vi" else ","
    assert int(written.replace(dot, "")) == number
    assert all(len(group) == 3 for group in written.lstrip("-").split(dot)[1:])


MONEY = [
    (1_234_500_000, "1.234,5 triệu đồng", "1,234.5 million VND"),
    (12_000_000, "12 triệu đồng", "12 million VND"),
    (0, "0 triệu đồng", "0 million VND"),
    (10_532_160_000, "10.532,2 triệu đồng", "10,532.2 million VND"),
    (897_650_000, "897,7 triệu đồng", "897.7 million VND"),
    (49_999, "49.999 đồng", "49,999 VND"),  # not nothing
    (-1, "-1 đồng", "-1 VND"),
]


@pytest.mark.parametrize(("dong", "vi", "en"), MONEY)
def test_money_is_said_in_millions(dong: int, vi: str, en: str) -> None:
    """Money is whole VND inside and million VND for the reader."""
    assert (Words("vi").money(dong), Words("en").money(dong)) == (vi, en)


def test_money_to_the_dong() -> None:
    """Where every dong counts, every dong is said."""
    assert Words("vi").exact_money(1_234_500_001) == "1.234.500.001 đồng"
    assert Words("en").exact_money(1_234_500_001) == "1,234,500,001 VND"


@pytest.mark.parametrize(
    ("share", "digits", "vi", "en"),
    [
        (0.125, 1, "12,5 %", "12.5 %"),
        (0.7, 0, "70 %", "70 %"),
        (Fraction(1, 3), 2, "33,33 %", "33.33 %"),
        (12, 0, "1.200 %", "1,200 %"),
        (0, 1, "0 %", "0 %"),
        (0.0005, 1, "0,1 %", "0.1 %"),
        (Fraction(1, 8), 0, "13 %", "13 %"),
        (1e-5, 4, "0,001 %", "0.001 %"),
    ],
)
def test_shares_are_said_as_percentages(share: float, digits: int, vi: str, en: str) -> None:
    """A share is a percentage with a space before its sign that no line break can part from it."""
    said = [Words(language).percent(share, digits) for language in ("vi", "en")]
    assert said == [vi.replace(" ", "\u00a0"), en.replace(" ", "\u00a0")]


def test_lists_are_said_as_in_a_sentence() -> None:
    """Parts are joined by commas, the last by the language's "and"."""
    assert Words("vi").listing(["a", "b", "c"]) == "a, b và c"
    assert Words("en").listing(["a", "b"]) == "a and b"
    assert [Words("vi").listing(parts) for parts in ([], ["a"])] == ["", "a"]


def test_details_are_said_in_the_readers_language() -> None:
    """Numbers, shares, lists and texts inside a text follow the language; a code without a text is said as it is."""
    details = {"limit": 1500, "rows": 2, "schools": 1.5}
    assert "1.500 học sinh" in Words("vi")("warning.class_size_primary", **details)
    assert "1,500 pupils" in Words("en")("warning.class_size_primary", **details)
    items = (Key("item.printer"), Key("item.scanner"))
    assert "máy in, scanner." in Words("vi")("warning.minimums_not_planned", items=items)
    assert "12,5\u00a0%" in Words("vi")("warning.shared_fund", year="2017-2018", share=Share(0.125))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(found=st.text(max_size=20), language=st.sampled_from(LANGUAGES))
def test_what_a_planner_wrote_is_said_as_it_stands(found: str, language: str) -> None:
    """Braces, quotes or signs of percent in a cell never break the words around them."""
    said = Fault("choice", "x.csv", 2, "level", found, details={"choices": found}).say(Words(language))
    assert said.startswith("x.csv, ")
    assert said.count(found) >= 2
    assert found in ProvisionError("unit_unknown", unit=found, known="").say(Words(language))


def test_a_fault_of_no_row_says_no_row() -> None:
    """A fault of a whole file names the file alone; several are counted and listed, a line each."""
    fault = Fault("file_missing", "units.csv")
    assert fault.say(Words("en")) == "units.csv: there is no such file. To fix: add the file to the data folder."
    lines = str(FaultyInput([fault, fault])).splitlines()
    assert (len(lines), lines[0].count("2")) == (3, 1)
