"""Pupils of years ahead, from the years given: each cohort moves up a grade. Exact fractions, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from provision.domain.enrolment import Enrolment
from provision.domain.school import School, owner, teaches

PRIOR = 500
"""Pupils counted beside a school's own, as if they had moved at its unit's rate: a small school has too few to tell.

As many are counted beside a unit's own, as if all had moved up. Least wrong on the census beside 300 and 1000.
"""
MOVED_UP = (Fraction(1, 2), Fraction(3, 2))
"""The bounds of pupils of a grade to those of the grade below it the year before."""
TAKEN_IN = (Fraction(9, 10), Fraction(11, 10))
"""The bounds of an entry grade's pupils to those of the year before: no trend of a few years is believed beyond."""

_FIRST_OF_LOWER_SECONDARY = 6
_Key = tuple[str, str, bool, int]
"""A unit, a school of it ("" is the whole unit), whether its grade is one that takes pupils in, and the grade."""


def project(rows: Iterable[Enrolment], schools: Mapping[str, School], years: Sequence[int]) -> tuple[Enrolment, ...]:
    """Return rows for the years and schools no row is given for, in whole pupils and classes; given rows stay.

    A cohort moves up at the rate at which pupils moved up in the years given, its school's and its unit's weighed by
    pupils. The lowest grade goes on as it moved from year to year; grade 6 moves as the unit's grade 5 did the year
    before. Classes keep the last size a school gave. Nothing is projected for a year before a school's first given,
    for a school without any, nor where pupils of a school that merged would be of a grade its successor has not.
    """
    rows, last = tuple(rows), max(years)
    heirs = {key: owner(schools, *key) for key in {(e.school, e.year) for e in rows if e.year <= last}}
    teaching = {code: school for code, school in schools.items() if school.level != "kindergarten"}
    absent = {(s, y) for s, school in teaching.items() for y in years if school.is_open(y)}
    absent -= {(heir, y) for (_, y), heir in heirs.items() if heir is not None}
    if not absent or not heirs:
        return ()
    stated: dict[tuple[str, int], dict[int, tuple[int, int]]] = {}
    for e in rows:
        heir = heirs.get((e.school, e.year))
        if heir is not None:
            grades = stated.setdefault((heir, e.year), {})
            pupils, classes = grades.get(e.grade, (0, 0))
            grades[e.grade] = (pupils + e.pupils, classes + e.classes)
    walk = _Walk(schools, teaching, range(min(y for _, y in heirs), last + 1))
    walk.learn(stated)
    for year in walk.years[1:]:
        walk.step(year)
    return tuple(
        Enrolment(school, year, grade, pupils, walk.classes(school, grade, pupils), "projected", projected=True)
        for school, year in sorted(absent & walk.pupils.keys())
        for grade, pupils in sorted(walk.pupils[school, year].items())
    )


@dataclass(frozen=True)
class _Walk:
    """The pupils of every school from the first year given, by school, year and grade, and what moves them on."""

    schools: Mapping[str, School]
    teaching: Mapping[str, School]
    years: range
    pupils: dict[tuple[str, int], dict[int, int]] = field(default_factory=dict)
    moved: dict[_Key, tuple[int, int]] = field(default_factory=dict)
    rates: dict[_Key, Fraction] = field(default_factory=dict)
    sizes: dict[str, dict[int, Fraction]] = field(default_factory=dict)
    grades: dict[str, set[int]] = field(default_factory=dict)

    def learn(self, stated: Mapping[tuple[str, int], Mapping[int, tuple[int, int]]]) -> None:
        """Take what is given: pupils, class sizes (the last ones hold), the grades of each school, and rates."""
        for (school, year), grades in sorted(stated.items(), key=lambda found: found[0][1]):
            self.pupils[school, year] = {grade: n for grade, (n, _) in grades.items()}
            self.grades.setdefault(school, set()).update(grades)
            sizes = {grade: Fraction(n, classes) for grade, (n, classes) in grades.items() if n and classes}
            self.sizes.setdefault(school, {}).update(sizes)
        for year in self.years[1:]:
            for school, members in self._members(year).items():
                if (school, year) in stated:
                    self._compare(school, members, year)

    def _compare(self, school: str, members: Sequence[str], year: int) -> None:
        """Count how many pupils of a grade there were and how many came of them, for a school and its unit."""
        before = [self.pupils[m, year - 1] for m in members]
        for grade, came in self.pupils[school, year].items():
            enters = _takes_in(grade, set().union(*before))
            source = grade if enters else grade - 1
            if not any(source in grades for grades in before):
                continue
            were = sum(grades.get(source, 0) for grades in before)
            for place in (school, ""):
                key = (self.schools[school].unit, place, enters, grade)
                base, arrived = self.moved.get(key, (0, 0))
                self.moved[key] = (base + were, arrived + came)

    def step(self, year: int) -> None:
        """Move every school without rows of its own on by a year."""
        fifth = self._fifth(year)
        for school, members in self._members(year).items():
            for member in members:
                self.grades[school] = self.grades.get(school, set()) | self.grades[member]
                self.sizes[school] = self.sizes[member] | self.sizes.get(school, {})
            if (school, year) in self.pupils:
                continue
            found: dict[int, Fraction] = {}
            for member in members:
                for grade, n in self._ahead(member, year, fifth):
                    found[grade] = found[grade] + n if grade in found else n
            if found and all(teaches(self.schools[school].level, grade) for grade in found):
                self.pupils[school, year] = {grade: _half_up(n) for grade, n in found.items()}

    def _ahead(self, school: str, year: int, fifth: Mapping[str, Fraction]) -> list[tuple[int, Fraction]]:
        """Return the pupils a school will have in a year by grade, not rounded, as if it stayed by itself."""
        before = self.pupils[school, year - 1]
        unit = self.schools[school].unit
        found = []
        for grade in sorted(self.grades[school]):
            enters = _takes_in(grade, before)
            source = grade if enters else grade - 1
            if source in before:
                known = grade == _FIRST_OF_LOWER_SECONDARY and unit in fifth
                rate = fifth[unit] if known else self._rate((unit, school, enters, grade))
                found.append((grade, before[source] * rate))
        return found

    def _rate(self, key: _Key) -> Fraction:
        """Return how a grade stands to what it comes of, as it was seen beside what is taken for granted."""
        if key not in self.rates:
            unit, school, enters, grade = key
            prior = self._rate((unit, "", enters, grade)) if school else Fraction(1)
            were, came = self.moved.get(key, (0, 0))
            self.rates[key] = _within(TAKEN_IN if enters else MOVED_UP, (came + PRIOR * prior) / (were + PRIOR))
        return self.rates[key]

    def _fifth(self, year: int) -> dict[str, Fraction]:
        """Return by unit how grade 5 of the year before stands to that of two years before, at the same schools."""
        sums: dict[str, tuple[int, int]] = {}
        for school, members in self._members(year - 1).items():
            then = [self.pupils[m, year - 2].get(5) for m in members]
            now = self.pupils.get((school, year - 1), {}).get(5)
            if now is not None and any(n is not None for n in then):
                unit = self.schools[school].unit
                old, new = sums.get(unit, (0, 0))
                sums[unit] = (old + sum(n or 0 for n in then), new + now)
        return {unit: _within(MOVED_UP, Fraction(new, old)) for unit, (old, new) in sums.items() if old}

    def _members(self, year: int) -> dict[str, list[str]]:
        """Return who had, the year before, the pupils a school has in a year; only where those of all are known."""
        found: dict[str, list[str]] = {}
        for code, school in self.teaching.items():
            heir = owner(self.schools, code, year) if school.is_open(year - 1) else None
            if heir is not None and self.schools[heir].is_open(year):
                found.setdefault(heir, []).append(code)
        return {heir: codes for heir, codes in found.items() if all((c, year - 1) in self.pupils for c in codes)}

    def classes(self, school: str, grade: int, pupils: int) -> int:
        """Return the classes of so many pupils, of the last size given: the grade's, else the school's largest."""
        sizes = self.sizes[school]
        size = sizes.get(grade) or max(sizes.values(), default=None)
        return -(-pupils * size.denominator // size.numerator) if size else 0


def _takes_in(grade: int, before: Iterable[int]) -> bool:
    """Say whether a grade's pupils come from elsewhere: the lowest of those there were, and grade 6 in any school."""
    return grade - 1 not in before or grade == _FIRST_OF_LOWER_SECONDARY


def _half_up(n: Fraction) -> int:
    return (2 * n.numerator + n.denominator) // (2 * n.denominator)


def _within(bounds: tuple[Fraction, Fraction], rate: Fraction) -> Fraction:
    return min(max(rate, bounds[0]), bounds[1])
