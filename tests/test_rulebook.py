"""The rulebook: every rule and objective is in it, with what its own docstring says, and its formulas can be set."""

from __future__ import annotations

import re
from inspect import getdoc

import pytest

from provision.domain.scenario import RUNGS
from provision.model.objectives import OBJECTIVES
from provision.model.rules import RULES
from provision.questions.rulebook import SYMBOLS, Entry, printed, rulebook, symbols
from provision.text import LANGUAGES, Words

_COMMANDS = {"sum", "substack", "le", "ge", "forall", "qquad", "max", "min", "cdot", "frac", "left", "right", "theta"}
_COMMANDS |= {"Bigl", "Bigr", "lfloor", "rfloor", "in"}
"""The commands of LaTeX that the formulas use; MathJax knows them all without an extension."""


def entries(language: str = "vi") -> tuple[Entry, ...]:
    """Return the rulebook in a language."""
    return rulebook(Words(language))


def letters(formula: str) -> set[str]:
    """Return the names in a formula: letters and words, without the commands of LaTeX."""
    return set(re.findall(r"[A-Za-z]+", re.sub(r"\\[A-Za-z]+", " ", formula)))


def test_every_rule_and_objective_is_in_it() -> None:
    """Nothing of the model is left out: its rules in their order, then all rungs of the ladder."""
    assert [e.name for e in entries() if e.kind == "rule"] == [rule.__name__ for rule in RULES]
    assert [e.name for e in entries() if e.kind == "objective"] == list(OBJECTIVES)
    assert set(RUNGS) | {"promises"} == {e.name for e in entries() if e.kind == "objective"}
    assert len(entries()) == len(RULES) + len(OBJECTIVES) > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_says_what_the_docstring_says(language: str) -> None:
    """Nothing of a docstring is lost: its promise, its reasons, its formula and its source are all there."""
    functions = {rule.__name__: rule for rule in RULES} | dict(OBJECTIVES)
    for entry in entries(language):
        told = (getdoc(functions[entry.name]) or "").replace(".. math::", "").replace("Source:", "")
        parts = f"{entry.promise} {entry.why} {entry.formula} {entry.source}"
        assert sorted(parts.split()) == sorted(told.split())
        assert entry.sentence
        assert entry.source if entry.kind == "rule" else True
        assert entry.formula or entry.name == "tie"


def test_the_planners_sentence_comes_first() -> None:
    """A rule begins with its sentence in the reader's language, an objective with its name and unit."""
    told = {entry.name: entry.sentence for entry in entries()}
    assert told["spend_within_budget"] == Words("vi")("rule.spend_within_budget")
    assert told["missing"].startswith("Số máy thiếu ít nhất (máy-năm")


def test_formulas_can_be_set() -> None:
    """Braces and brackets of every formula close, and it uses only commands that every MathJax knows."""
    for entry in entries():
        formula = re.sub(r"\\[{}]", "", entry.formula)
        assert formula.count("{") == formula.count("}")
        assert formula.count(r"\left") == formula.count(r"\right")
        assert set(re.findall(r"\\([A-Za-z]+)", formula)) <= _COMMANDS, entry.name
        assert "$" not in formula


def test_every_letter_is_explained() -> None:
    """Each letter and name in the formulas is in the list of symbols."""
    explained = set().union(*(letters(symbol) for symbol in SYMBOLS))
    assert {letter for entry in entries() for letter in letters(entry.formula)} - explained == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_itself(language: str) -> None:
    """Printed, each entry is a heading with its formula in a block of its own; words in formulas are one name."""
    words = Words(language)
    text = printed(rulebook(words), words)._repr_markdown_()
    assert len(re.findall(r"^### \d+\. ", text, re.MULTILINE)) == len(RULES) + len(OBJECTIVES)
    assert text.count("\n$$\n") == 2 * sum(bool(entry.formula) for entry in entries())
    assert r"\mathit{pay}_{f,c,y}" in text
    assert r"\mathit{sum}" not in text
    assert "`cover_need`" in text
    assert len(symbols(words)._repr_markdown_().splitlines()) == len(SYMBOLS)
