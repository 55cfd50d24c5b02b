"""Which rules does a plan keep, and what does it aim for? The model's own docstrings, printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from inspect import getdoc
from types import MappingProxyType
from typing import Any, Literal

from provision.text import Words

SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        r"s,\ i,\ o,\ f": "who",
        r"y,\ t,\ Y,\ k": "year",
        "e": "kin",
        "c": "bill",
        "x": "bought",
        "in,\\ out": "moves",
        "moved": "moved",
        "have": "have",
        "u": "missing",
        "v": "lacking",
        "b": "broken",
        "z": "rooms",
        "pay,\\ carry": "money",
        "N,\\ Q": "need",
        "E,\\ C,\\ R": "stock",
        "L_o": "life",
        "P": "promised",
        "p_{o,y},\\ freight,\\ a_o": "prices",
        "B,\\ k_{f,y}": "purse",
        "F_c": "payers",
        "seats,\\ labs,\\ ordinary": "seats",
        "w_i,\\ w_s": "weights",
        r"\theta,\ e_{\theta}": "bands",
        "owner,\\ holder,\\ serves,\\ unit": "whose",
    }
)
"""What stands in the formulas, each with the key of its words ``rulebook.symbol.KEY``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule or an objective: its sentence for a planner, its formula in LaTeX, why it is so, and who says so."""

    kind: Literal["rule", "objective"]
    name: str
    sentence: str
    formula: str
    promise: str
    why: str
    source: str


@dataclass(frozen=True)
class Markdown:
    """A text that shows itself, its formulas set, in JupyterLab."""

    text: str

    def _repr_markdown_(self) -> str:
        return self.text


def rulebook(words: Words) -> tuple[Entry, ...]:
    """Return every rule of the model, in the order of its rows, and every objective, in the order of the ladder."""
    from provision.model.objectives import OBJECTIVES  # the solver is loaded only where it is needed
    from provision.model.rules import RULES

    rules = [_entry("rule", rule.__name__, rule, words) for rule in RULES]
    return (*rules, *(_entry("objective", name, rung, words) for name, rung in OBJECTIVES.items()))


def printed(entries: Iterable[Entry], words: Words) -> Markdown:
    """Return entries as a page: sentence, formula, and in small print what the model says itself."""
    return Markdown("\n\n".join(_page(number, entry, words) for number, entry in enumerate(entries, start=1)))


def symbols(words: Words) -> Markdown:
    """Return what the letters of the formulas stand for, as a list."""
    rows = (f"- ${_set(symbol)}$: {_plain(words(f'rulebook.symbol.{key}'))}" for symbol, key in SYMBOLS.items())
    return Markdown("\n".join(rows))


def _entry(kind: Literal["rule", "objective"], name: str, function: Callable[..., Any], words: Words) -> Entry:
    """Return what a docstring says: its first line, its formula, its source, and the rest as the reason."""
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", getdoc(function) or "")]
    marked = {
        mark: [p.removeprefix(mark).strip() for p in parts if p.startswith(mark)] for mark in (".. math::", "Source:")
    }
    why = [part for part in parts[1:] if not part.startswith(tuple(marked))]
    sentence = words(f"rule.{name}") if kind == "rule" else words(f"rung.{name}")
    if kind == "objective":
        sentence = f"{sentence[0].upper()}{sentence[1:]} ({words(f'rung_unit.{name}')})"
    formula, source = ("".join(marked[mark]) for mark in (".. math::", "Source:"))
    return Entry(kind, name, sentence, formula, parts[0], " ".join(why), source)


def _page(number: int, entry: Entry, words: Words) -> str:
    parts = [f"### {number}. {_plain(entry.sentence)}"]
    if entry.formula:
        parts.append(f"$$\n{_set(entry.formula)}\n$$")
    parts.append(f"*{_plain(f'{entry.promise} {entry.why}'.strip())}*")
    told = words("rulebook.name", name=entry.name)
    parts.append(f"{told} {words('rulebook.source', source=_plain(entry.source))}" if entry.source else told)
    return "\n\n".join(parts)


def _set(formula: str) -> str:
    """Return a formula with its words set as words: ``pay`` is one name and no product of three."""
    return re.sub(r"(?<![\\A-Za-z])([a-z]{2,})(?![A-Za-z])", r"\\mathit{\1}", formula)


def _plain(text: str) -> str:
    """Return a text that Markdown leaves as it is; what the model's words quote as code stays code."""
    pieces = text.split("``")
    quoted = (
        f"`{piece}`" if n % 2 else re.sub(r"([\\*_\[\]#|])", r"\\\1", escape(piece, quote=False))
        for n, piece in enumerate(pieces)
    )
    return "".join(quoted)
