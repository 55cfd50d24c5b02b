"""How wrong is the projection? The last years given are left out, projected, and laid beside what was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from provision.domain.enrolment import Enrolment
from provision.domain.inputs import Inputs
from provision.domain.school import RatioLevel, grades_of_level, owner
from provision.domain.years import format_school_year
from provision.projection import project
from provision.text import Words

_LEFT_OUT = (1, 2)
_LEVELS: tuple[RatioLevel, ...] = ("primary", "lower_secondary")


@dataclass(frozen=True, slots=True)
class Miss:
    """Pupils given, and what two guesses made of them: the projection, and the last year known once more.

    ``off`` and ``off_again`` are how far each school is missed, more or less alike, in pupils of all schools.
    """

    schools: int
    given: int
    projected: int
    again: int
    off: int
    off_again: int

    @property
    def bias(self) -> Fraction:
        """The share by which all pupils together are projected too high, or, below 0, too low."""
        return Fraction(self.projected - self.given, self.given)

    @property
    def bias_again(self) -> Fraction:
        """The same of the last year known, once more."""
        return Fraction(self.again - self.given, self.given)

    @property
    def error(self) -> Fraction:
        """The share by which a school is missed, more or less alike, a school weighing by its pupils."""
        return Fraction(self.off, self.given)

    @property
    def error_again(self) -> Fraction:
        """The same of the last year known, once more."""
        return Fraction(self.off_again, self.given)


@dataclass(frozen=True, slots=True)
class Backtest:
    """The school year that was projected from those up to ``until``, and by how much it was missed.

    ``misses`` is by level, ``all`` first; a level without pupils is left out.
    """

    year: int
    until: int
    misses: Mapping[str, Miss]


def backtest(inputs: Inputs, units: Sequence[str]) -> tuple[Backtest, ...]:
    """Return how far the newest year given is missed, projected from one year before it and from two.

    Counted are schools with pupils given in that year and in the last year known. None where one year is given.
    """
    rows = [e for e in inputs.enrolment if inputs.schools[e.school].unit in units]
    years = sorted({e.year for e in rows})
    found = []
    for out in _LEFT_OUT:
        if len(years) <= out:
            break
        year, until = years[-1], years[-1 - out]
        known = [e for e in rows if e.year <= until]
        given = _by_school(inputs, (e for e in rows if e.year == year), year)
        ahead = _by_school(inputs, project(known, inputs.schools, [year]), year)
        again = _by_school(inputs, (e for e in known if e.year == until), year)
        schools = sorted(given.keys() & ahead.keys() & again.keys())
        grades: dict[str, range] = {"all": range(1, 10)} | {lvl: grades_of_level(lvl) for lvl in _LEVELS}
        misses = {level: _miss([(given[s], ahead[s], again[s]) for s in schools], g) for level, g in grades.items()}
        found.append(Backtest(year, until, {level: miss for level, miss in misses.items() if miss.given}))
    return tuple(test for test in found if test.misses)


def told(tests: Sequence[Backtest], words: Words, *, illustrative: bool) -> tuple[str, ...]:
    """Return the tests in sentences, a line each and under it a line a level; of made-up data they say little."""
    lines = [words("backtest.illustrative")] if illustrative and tests else []
    for test in tests:
        year, until = format_school_year(test.year), format_school_year(test.until)
        lines.append(words("backtest.year", year=year, until=until, schools=test.misses["all"].schools))
        lines += [
            words(
                f"backtest.{level}",
                said=words(
                    "backtest.miss",
                    until=until,
                    given=miss.given,
                    projected=miss.projected,
                    bias=_signed(miss.bias, words),
                    error=words.percent(miss.error, 1),
                    bias_again=_signed(miss.bias_again, words),
                    error_again=words.percent(miss.error_again, 1),
                ),
            )
            for level, miss in test.misses.items()
        ]
    return tuple(lines) or (words("backtest.none"),)


def as_plain(test: Backtest) -> dict[str, object]:
    """Return a test as plain values, shares as decimals, for programs to read."""
    levels = {
        level: {
            "schools": miss.schools,
            "given": miss.given,
            "projected": miss.projected,
            "last_year_again": miss.again,
            "bias": float(miss.bias),
            "error": float(miss.error),
            "bias_of_last_year_again": float(miss.bias_again),
            "error_of_last_year_again": float(miss.error_again),
        }
        for level, miss in test.misses.items()
    }
    return {"year": format_school_year(test.year), "until": format_school_year(test.until), "levels": levels}


def _by_school(inputs: Inputs, rows: Iterable[Enrolment], year: int) -> dict[str, dict[int, int]]:
    """Return pupils by who has them in a year, and grade."""
    found: dict[str, dict[int, int]] = {}
    for e in rows:
        heir = owner(inputs.schools, e.school, year)
        if heir is not None:
            grades = found.setdefault(heir, {})
            grades[e.grade] = grades.get(e.grade, 0) + e.pupils
    return found


def _miss(schools: Sequence[tuple[Mapping[int, int], ...]], grades: Iterable[int]) -> Miss:
    sums = [[sum(counts.get(g, 0) for g in grades) for counts in school] for school in schools]
    return Miss(
        schools=sum(any(row) for row in sums),
        given=sum(given for given, _, _ in sums),
        projected=sum(ahead for _, ahead, _ in sums),
        again=sum(again for _, _, again in sums),
        off=sum(abs(ahead - given) for given, ahead, _ in sums),
        off_again=sum(abs(again - given) for given, _, again in sums),
    )


def _signed(share: Fraction, words: Words) -> str:
    return "+" * (share > 0) + words.percent(share, 1)
