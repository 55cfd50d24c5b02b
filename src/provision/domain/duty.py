"""A duty: one thing an official document asks, in our own words, and what of the library answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Force = Literal["must", "should", "may", "fact", "policy"]
Answer = Literal["need", "cost", "fund_rule", "deadline", "report", "checklist", "outside"]
Bearer = Literal["office", "kindergarten", "primary", "lower_secondary"]

FORCES: tuple[Force, ...] = ("must", "should", "may", "fact", "policy")
BEARERS: tuple[Bearer, ...] = ("office", "kindergarten", "primary", "lower_secondary")
LINES = ("buy", "lease", "repair", "refurbish", "setup", "move", "upkeep")
"""The lines of cost: what a fund may be asked to pay for."""

FUND_RULES = ("several", "own", "some_schools", "some_items", "repair", "lease", "carry_over")
"""What may be said of funds: there are several, one is a school's own, or is for some schools or things alone."""

NAMES: Mapping[str, str] = {
    "need": "item",
    "cost": "line",
    "fund_rule": "rule",
    "deadline": "date",
    "report": "place",
    "checklist": "",
    "outside": "",
}
"""What each answer names: items, lines of cost, rules of funds, dates of deadlines, functions of a report's sections.

What is done by hand, or not at all, says so in words.
"""


@dataclass(frozen=True, slots=True)
class Source:
    """A document that states duties; ``pack`` is the code of the roadmap that has its numbers."""

    number: str
    name_vi: str
    name_en: str
    pack: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What a document asks of whom, and the answer.

    ``named`` is what answers, by ``NAMES``. ``first`` and ``last`` are the school years it is about, inclusive; None
    is without a limit. ``told`` is a sentence beside the answer: the step by hand, the reason why it is outside, or a
    remark; "" where there is none.
    """

    number: int
    source: Source
    section: str
    force: Force
    who: tuple[Bearer, ...]
    national_standard: bool
    answer: Answer
    named: tuple[str, ...]
    first: int | None
    last: int | None
    subject_vi: str
    subject_en: str
    told_vi: str
    told_en: str

    def is_about(self, year: int) -> bool:
        """Say whether the duty is about a school year."""
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)
