"""Every error a planner can meet. Each says what is wrong and what to do, in Vietnamese or English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Literal

from provision.text import Words
from provision.text.words import Key


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in what a planner gave: where, what stands there, what was expected, what to do.

    ``code`` names the text in ``text/*.toml`` under ``fault``; ``row`` counts as a spreadsheet does (the
    header is row 1). ``unit`` is the unit whose rows are at fault, blank where it is nobody's alone. ``sheet`` is the
    sheet of a workbook. A ``warning`` is odd, not wrong: it stops nothing. ``near`` are what may have been meant.
    """

    code: str
    file: str
    row: int | None = None
    column: str | None = None
    found: str | None = None
    unit: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    sheet: str | None = None
    warning: bool = False
    near: tuple[str, ...] = ()

    def say(self, words: Words) -> str:
        """Return the fault as one line for a planner."""
        place = [self.file]
        if self.sheet is not None:
            place.append(words("fault.sheet", sheet=self.sheet))
        if self.row is not None:
            place.append(words("fault.row", row=self.row))
        if self.column is not None:
            place.append(words("fault.column", column=self.column))
        found = "" if self.found is None else words("fault.found", found=self.found)
        body = words(f"fault.{self.code}.expected", **self.details)
        return f"{', '.join(place)}: {found}{body} {words('fault.remedy')} {self._remedy(words)}"

    def as_dict(self, words: Words) -> dict[str, object]:
        """Return the fault's parts for a program to read."""
        return {
            "code": self.code,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "found": self.found,
            "expected": words(f"fault.{self.code}.expected", **self.details),
            "remedy": self._remedy(words),
        }

    def _remedy(self, words: Words) -> str:
        """Return what to do, and what may have been meant."""
        remedy = words(f"fault.{self.code}.remedy", **self.details)
        return f"{remedy} {words('fault.near', near=self.near)}" if self.near else remedy


class ProvisionError(Exception):
    """An error a planner can meet, in words of ``text/*.toml``."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def say(self, words: Words) -> str:
        """Return the error in a language."""
        return words(f"error.{self.code}", **self.details)

    def __str__(self) -> str:
        return self.say(Words("vi"))


class FaultyInput(ProvisionError):  # noqa: N818 - the planner's word
    """The input is at fault; ``faults`` lists every one found, and nothing was planned or written."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("faulty_input", count=len(self.faults))

    def say(self, words: Words) -> str:
        """Return the count and every fault, a line each."""
        return "\n".join(
            [words("error.faulty_input", count=len(self.faults)), *(f"  - {f.say(words)}" for f in self.faults)]
        )


@dataclass(frozen=True, slots=True)
class Fixed:
    """One thing that stands fixed: a purchase locked (0 forbids it), a promise, or what a year carried out bought.

    ``thing`` is the option's code, of a promise the item's; ``names`` is what an option is called in Vietnamese and
    in English. ``count`` is items. A year carried out is of no school.
    """

    kind: Literal["lock", "promise", "done"]
    school_year: str
    school: str = ""
    name: str = ""
    thing: str = ""
    names: tuple[str, str] = ("", "")
    count: int = 0

    def say(self, words: Words) -> str:
        """Return what is fixed, as a part of a sentence."""
        thing = Key(f"item.{self.thing}") if self.kind == "promise" else self.names[words.language != "vi"]
        kind = "forbidden" if self.kind == "lock" and not self.count else self.kind
        return words(f"conflict.{kind}", school=self.name, thing=thing, year=self.school_year, count=self.count)


@dataclass(frozen=True, slots=True)
class Lack:
    """What would have to be there besides: whole VND of a fund, seats in rooms, things to repair or to refurbish.

    ``place`` is a school, or a fund as ``UNIT/CODE``, and ``names`` what it is called in Vietnamese and in English;
    ``thing`` is an item, blank for money. ``payer`` says that no fund may pay, ``option`` that no way to buy is left.
    """

    kind: Literal["money", "rooms", "repair", "refurbish", "payer", "option"]
    place: str = ""
    names: tuple[str, str] = ("", "")
    school_year: str = ""
    thing: str = ""
    amount: int = 0

    def say(self, words: Words) -> str:
        """Return what is lacking, as a part of a sentence."""
        amount = words.exact_money(self.amount) if self.kind == "money" else words.number(self.amount)
        name, thing = self.names[words.language != "vi"], Key(f"item.{self.thing}")
        return words(f"conflict.{self.kind}", amount=amount, name=name, thing=thing, year=self.school_year)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Things fixed that cannot all hold, though they can without any one of them.

    ``lacks`` are ways out: with all that one of them lists, everything that is fixed here could be had.
    """

    fixed: tuple[Fixed, ...]
    lacks: tuple[tuple[Lack, ...], ...]

    def say(self, words: Words, *, most: int | None = None) -> str:
        """Return one sentence: what cannot go together, and what it lacks; beyond ``most`` things are counted."""
        told = words("conflict.told", fixed=self.say_fixed(words, most=most), lacks=self.say_lacks(words))
        return told[0].upper() + told[1:]

    def say_fixed(self, words: Words, *, most: int | None = None) -> str:
        """Return what cannot go together, as a part of a sentence; beyond ``most`` things are counted."""
        rest = len(self.fixed[most:]) if most is not None else 0
        return words.listing(
            [one.say(words) for one in self.fixed[:most]] + ([words("conflict.more", count=rest)] if rest else [])
        )

    def say_lacks(self, words: Words) -> str:
        """Return the ways out, as a part of a sentence."""
        return words("conflict.or").join(words.listing([lack.say(words) for lack in way]) for way in self.lacks)


class Clash(ProvisionError):  # noqa: N818 - the planner's word
    """What a planner locked cannot all be had; ``conflicts`` says what of it cannot go together, and why."""

    def __init__(self, conflicts: Iterable[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__("locks_too_much", count=len(self.conflicts))

    def say(self, words: Words) -> str:
        """Return what to do and every conflict, a line each."""
        return "\n".join([words("error.locks_too_much"), *(f"  - {c.say(words)}" for c in self.conflicts)])


class Disagreement(ProvisionError):  # noqa: N818 - the planner's word
    """Two ways to solve one program cannot both be right; ``first`` and ``second`` are what each reached and proved.

    ``what`` is the key of the text that says what was sought. What is infinite was not reached, or not proved; where
    the bound is infinity there is no answer.
    """

    def __init__(self, what: str, first: tuple[float, float], second: tuple[float, float]) -> None:
        super().__init__("second_disagrees", what=Key(what), first=first, second=second)
        self.first, self.second = first, second

    def say(self, words: Words) -> str:
        """Return what was sought and both ways' numbers."""
        first, second = (self._way(*way, words) for way in (self.first, self.second))
        return words(f"error.{self.code}", what=self.details["what"], first=first, second=second)

    @staticmethod
    def _way(value: float, bound: float, words: Words) -> str:
        said = [words("second.found", value=words.number(value, 6))] if isfinite(value) else []
        said += [words("second.bound", bound=words.number(bound, 6))] if isfinite(bound) else []
        return words("second.impossible") if bound == inf else words.listing(said)


class NoAnswer(ProvisionError):  # noqa: N818 - the planner's word
    """The solver ended without an answer that may be read; ``by_time`` where more seconds might have found one.

    It is ``undecided`` where a limit of any kind ended the search: then nobody knows that there is none.
    """

    def __init__(self, code: str, *, by_time: bool = False, undecided: bool = False, **details: object) -> None:
        super().__init__(code, **details)
        self.by_time = by_time
        self.undecided = undecided


class BrokenPlan(ProvisionError):  # noqa: N818 - the planner's word
    """A plan breaks a rule; it is not handed out."""
