"""Every error a planner can meet. Each says what is wrong and what to do, in Vietnamese or English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from provision.text import Words


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


class NoAnswer(ProvisionError):  # noqa: N818 - the planner's word
    """The solver ended without an answer that may be read; ``by_time`` where more seconds might have found one."""

    def __init__(self, code: str, *, by_time: bool = False, **details: object) -> None:
        super().__init__(code, **details)
        self.by_time = by_time


class BrokenPlan(ProvisionError):  # noqa: N818 - the planner's word
    """A plan breaks a rule; it is not handed out."""
