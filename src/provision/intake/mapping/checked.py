"""One table of a mapping file while it is read: its values by kind, and a fault for each that is of another."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from provision.domain.years import parse_school_year
from provision.errors import Fault
from provision.intake.mapping.nouns import Field, Filling, Rule

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_FIELD = {"constant", "column", "add", "codes", "prefix", "above", "calendar", "blank", "unknown", "from", "until"}
_ORIGINS = ("constant", "column", "add")
_CONDITIONS = ("in", "not_in", "at_most")


@dataclass(frozen=True, slots=True)
class Checked:
    """A table of the file: its name as a planner finds it there, and where faults go."""

    file: str
    name: str
    raw: Mapping[str, Any]
    faults: list[Fault]

    def fault(self, code: str, key: str, found: object = None, **details: object) -> None:
        """Tell what is wrong with the value of a key."""
        shown = None if found is None else str(found)
        self.faults.append(Fault(code, self.file, column=self.at(key), found=shown, details=details))

    def at(self, key: str) -> str:
        """Return a key with the tables it stands in."""
        return f"{self.name}.{key}" if self.name else key

    def keys(self, allowed: Collection[str], *, needed: Collection[str] = ()) -> None:
        """Tell the keys nobody knows and those that are missing."""
        for key in sorted(set(self.raw) - set(allowed)):
            self.fault("mapping_key_unknown", key, known=", ".join(sorted(allowed)))
        for key in needed:
            if key not in self.raw:
                self.fault("pack_key_missing", key)

    def text(self, key: str, default: str = "") -> str:
        """Return a text, the default where the key is absent."""
        value = self.raw.get(key, default)
        if not isinstance(value, str) or (key in self.raw and not value.strip()):
            self.fault("mapping_text", key, value)
            return default
        return value

    def value(self, key: str) -> str:
        """Return a text or whole number as a cell would hold it."""
        return self._value(key, self.raw[key])

    def values(self, key: str) -> tuple[str, ...]:
        """Return texts or whole numbers of a list."""
        found = self.raw.get(key, [])
        if not isinstance(found, list):
            self.fault("mapping_list", key, found)
            return ()
        return tuple(self._value(key, one) for one in found)

    def _value(self, key: str, value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.fault("mapping_value", key, value)
            return ""
        return str(value).strip()

    def flag(self, key: str) -> bool:
        """Return true or false; false where the key is absent."""
        if not isinstance(self.raw.get(key, False), bool):
            self.fault("pack_flag", key, self.raw[key])
        return self.raw.get(key) is True

    def whole(self, key: str, default: int, *, low: int, high: int) -> int:
        """Return a whole number within bounds."""
        value = self.raw.get(key, default)
        if type(value) is not int or not low <= value <= high:
            self.fault("whole", key, value, low=low, high=high)
            return default
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """Return one of some words."""
        value = self.raw.get(key, None if key == "from" else default)
        if value not in choices:
            self.fault("choice", key, value, choices=", ".join(choices))
            return default
        return str(value)

    def encodings(self, key: str) -> tuple[str, ...]:
        """Return the names of encodings, to be tried in this order; UTF-8 where the key is absent."""
        said = self.raw.get(key, "utf-8")
        names = [said] if isinstance(said, str) else said
        if not isinstance(names, list) or not names or not all(map(_is_encoding, names)):
            self.fault("mapping_encoding", key, said)
            return ("utf-8",)
        return tuple(names)

    def year(self, key: str) -> int | None:
        """Return a school year by its first calendar year, None where the key is absent."""
        try:
            return parse_school_year(str(self.raw[key])) if key in self.raw else None
        except ValueError:
            self.fault("school_year", key, self.raw[key])
            return None

    def part(self, key: str) -> Checked:
        """Return a table within; an empty one where it is absent."""
        value = self.raw.get(key, {})
        if not isinstance(value, dict):
            self.fault("mapping_table", key, value)
            value = {}
        return Checked(self.file, self.at(key), value, self.faults)

    def parts(self, key: str) -> list[Checked]:
        """Return the tables of a list, or the one that stands alone."""
        value = self.raw.get(key, [])
        if isinstance(value, dict):
            return [self.part(key)]
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.fault("mapping_table", key, value)
            return []
        return [Checked(self.file, f"{self.at(key)}[{n}]", one, self.faults) for n, one in enumerate(value, start=1)]

    def named_parts(self, key: str) -> dict[str, Checked]:
        """Return the tables within a table, by name."""
        outer = self.part(key)
        return {name: outer.part(name) for name in outer.raw}


def filling_of(raw: Checked, key: str) -> Filling:
    """Return what fills a column: the name of a foreign column, a table, or several by school year."""
    said = raw.raw.get(key)
    if said is None:
        return ()
    if isinstance(said, str):
        return (Field(columns=(raw.text(key),)),)
    return tuple(field_of(part) for part in raw.parts(key))


def field_of(raw: Checked, *, allowed: Collection[str] = frozenset(_FIELD)) -> Field:
    """Return a field: exactly one of a constant, a column, columns to add up; then what their values stand for."""
    raw.keys(allowed)
    origins = [key for key in _ORIGINS if key in raw.raw]
    if len(origins) != 1:
        raw.fault("mapping_field", "column", ", ".join(origins) or None)
        return Field()
    if raw.raw.get("add") == []:
        raw.fault("mapping_list", "add")
    codes = raw.part("codes") if "codes" in raw.raw else None
    return Field(
        columns=raw.values("add") if "add" in raw.raw else (raw.text("column"),) if "column" in raw.raw else (),
        constant=raw.value("constant") if "constant" in raw.raw else None,
        codes={code: codes.value(code) for code in codes.raw} if codes else {},
        prefix=raw.text("prefix"),
        above=raw.whole("above", 0, low=0, high=10**9) if "above" in raw.raw else None,
        calendar=raw.flag("calendar"),
        blank=raw.value("blank") if "blank" in raw.raw else None,
        unknown=raw.value("unknown") if "unknown" in raw.raw else None,
        first=raw.year("from"),
        last=raw.year("until"),
    )


def rule_of(raw: Checked) -> Rule:
    """Return which rows are left out: by one condition, with its reason in both languages."""
    raw.keys({"column", "add", "blank", *_CONDITIONS, "reason_vi", "reason_en"}, needed=("reason_vi", "reason_en"))
    conditions = [key for key in _CONDITIONS if key in raw.raw]
    if len(conditions) != 1:
        raw.fault("mapping_condition", "in", ", ".join(conditions) or None)
    value = {key: raw.raw[key] for key in ("column", "add", "blank") if key in raw.raw}
    return Rule(
        field=field_of(Checked(raw.file, raw.name, value, raw.faults)),
        reason=" / ".join((raw.text("reason_vi"), raw.text("reason_en"))),
        values=frozenset(raw.values("in" if "in" in raw.raw else "not_in")),
        inside="in" in raw.raw,
        at_most=raw.whole("at_most", 0, low=0, high=10**9) if "at_most" in raw.raw else None,
    )


def _is_encoding(name: object) -> bool:
    try:
        return isinstance(name, str) and codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False
