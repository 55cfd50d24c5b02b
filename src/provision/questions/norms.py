"""Which paragraph does a number come from? The roadmap's norms, each with the document and section that state it."""

from __future__ import annotations

from collections.abc import Iterator

from provision.domain.roadmap import Minimum, Phase, Roadmap
from provision.domain.school import PRIMARY_GRADES
from provision.domain.years import format_school_year
from provision.questions.sheets import Sheet, sheet
from provision.text import Words

_LEVELS = ("primary", "lower_secondary")


def norms(roadmap: Roadmap, words: Words) -> Sheet:
    """Return a row a norm: the calendar, ratios, minimums and rooms; what no document states says so."""
    heads = [words(f"norm.{head}") for head in ("what", "of", "value", "where")]
    rows = [*_calendar(roadmap, words), *_ratios(roadmap, words), *_minimums(roadmap, words), *_rooms(roadmap, words)]
    capital = ((what[:1].upper() + what[1:], *rest) for what, *rest in rows)
    return sheet([dict(zip(heads, row, strict=True)) for row in capital], words=4)


Row = tuple[str, str, str, str]


def _calendar(roadmap: Roadmap, words: Words) -> Iterator[Row]:
    for phase in sorted(roadmap.phases, key=lambda p: (p.year, p.status, p.schools)):
        grades = ", ".join(map(str, sorted(phase.grades)))
        yield (
            words("norm.calendar"),
            f"{format_school_year(phase.year)}, {_who(phase, words)}",
            words(f"norm.{phase.status}", grades=grades),
            roadmap.stated_in(phase),
        )


def _who(phase: Phase, words: Words) -> str:
    named = len(phase.schools)
    return words("norm.named_schools", count=named) if named else words("norm.all_schools")


def _ratios(roadmap: Roadmap, words: Words) -> Iterator[Row]:
    for level in _LEVELS:
        ratio = roadmap.ratio("primary" if level == "primary" else "lower_secondary")
        name = words(f"norm.ratio_{level}")
        grades = words(f"level.{level}")
        if ratio is not None:
            told = words("norm.pupils_per_machine", count=ratio.pupils_per_machine)
            yield name, grades, f"{told} ({words(f'norm.{ratio.force}')})", roadmap.stated_in(ratio)
        elif any(_taught(phase, level) for phase in roadmap.phases):
            yield name, grades, words("norm.none"), ""


def _taught(phase: Phase, level: str) -> bool:
    return any((grade in PRIMARY_GRADES) == (level == "primary") for grade in phase.grades)


def _minimums(roadmap: Roadmap, words: Words) -> Iterator[Row]:
    for m in roadmap.minimums:
        key = f"item.{m.item}"
        item = words(key) if words.has(key) else m.item
        yield item, _of(m, words), words("norm.quantity", count=m.quantity), roadmap.stated_in(m)


def _of(m: Minimum, words: Words) -> str:
    machine = words(f"item.{m.machine}") if words.has(f"item.{m.machine}") else m.machine
    parts = [words(f"norm.per_{m.per}", machine=machine)]
    parts += [words(f"norm.{m.where}")] if m.where != "all" else []
    parts += [words(f"level.{level}") for level in m.levels]
    parts += [words(f"value.{m.arrangement}")] if m.arrangement else []
    return ", ".join(parts)


def _rooms(roadmap: Roadmap, words: Words) -> Iterator[Row]:
    name, of = words("norm.seats_of"), words("norm.per_lab")
    for lab in roadmap.labs:
        seats = words("norm.seats", count=lab.seats) if lab.seats is not None else words("norm.none")
        yield name, of, seats, roadmap.stated_in(lab)
    if not roadmap.labs:
        yield name, of, words("norm.none"), ""
