"""A mapping file (TOML) -> what it says, with every fault of it told by its key."""

from __future__ import annotations

import tomllib
from pathlib import Path

from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake.cells import is_code
from provision.intake.columns import TABLES, Table
from provision.intake.mapping.checked import Checked, filling_of, rule_of
from provision.intake.mapping.nouns import Block, Grades, Label, Mapped, Source

_HEAD = ("id", "title_vi", "title_en", "note")
_LATEST = frozenset({"units", "schools", "inventory"})
"""Tables that tell what is, not what is in a school year: of several years' rows the newest is taken."""

_LARGEST_SHARE = 10**6
_TAKE = ("newest", "oldest", "every")
_NUMBERS = ("plain", "vi", "en")
_SOURCE = ("name", "files", "encodings", "separator", "header", "sheet", "year", "numbers", "unknown")
_RARE = ("leave_out", "labels", "may_lack")


def shipped_mappings() -> tuple[str, ...]:
    """Return the names of the mappings that travel with the library."""
    return tuple(sorted(path.stem for path in _shipped().glob("*.toml")))


def find_mapping(name: str | Path) -> Path:
    """Return the file of a mapping: a path, or the name of one that travels with the library.

    Raises
    ------
    ProvisionError
        Where there is none; its words list those that travel with the library.

    """
    for path in (Path(name), _shipped() / f"{name}.toml"):
        if path.suffix == ".toml" and path.is_file():
            return path
    raise ProvisionError("mapping_unknown", mapping=str(name), known=", ".join(shipped_mappings()))


def _shipped() -> Path:
    return Path(__file__).resolve().parent / "shipped"


def read_mapping(name: str | Path) -> Mapped:
    """Read a mapping by name or path.

    Raises
    ------
    FaultyInput
        With every fault of the file: its key, what is expected there, what to do.

    """
    path = find_mapping(name)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise FaultyInput([Fault("not_toml", path.name, found=str(error))]) from None
    faults: list[Fault] = []
    mapped = _mapped(path, Checked(path.name, "", raw, faults))
    if faults:
        raise FaultyInput(faults)
    return mapped


def _mapped(path: Path, raw: Checked) -> Mapped:
    tables = {table.name: table for table in TABLES if table.name != "left_out"}
    raw.keys({*_HEAD, *tables, "source", "rows", "fill"}, needed=("id", "title_vi", "title_en", "source"))
    code = raw.text("id")
    if code and not is_code(code):
        raw.fault("code", "id", code)
    for key in ("title_vi", "title_en"):
        raw.text(key)
    sources = [_source(part) for part in raw.parts("source")]
    names = [source.name for source in sources]
    for name in sorted({name for name in names if names.count(name) > 1}):
        raw.fault("mapping_twice", "source.name", name)
    enrolled = "enrolment" in raw.raw
    blocks = [_block(p, t, names, enrolled=enrolled) for t in tables.values() for p in raw.parts(t.name)]
    rows = raw.part("rows")
    rows.keys(set(tables) - {block.table for block in blocks})
    fills = raw.part("fill")
    fills.keys(set(tables) - {block.table for block in blocks} - set(rows.raw))
    return Mapped(
        path=path,
        code=code,
        sources={source.name: source for source in sources},
        blocks=tuple(blocks),
        rows={name: tuple(_row(p, tables[name]) for p in rows.parts(name)) for name in tables if name in rows.raw},
        fills=tuple(_fill(p, table, names) for table in tables.values() for p in fills.parts(table.name)),
    )


def _source(raw: Checked) -> Source:
    raw.keys((*_SOURCE, *_RARE), needed=("name", "files"))
    files = raw.text("files")
    if files.startswith(("/", "\\", "~")) or ".." in files.replace("\\", "/").split("/") or ":" in files:
        raw.fault("mapping_files", "files", files)
    separator = raw.text("separator", ",")
    if len(separator) != 1 and "separator" in raw.raw:
        raw.fault("mapping_separator", "separator", separator)
    form = {key: _label(part) for key, part in raw.named_parts("labels").items()} if "labels" in raw.raw else None
    return Source(
        name=raw.text("name"),
        files=files or "*",
        encodings=raw.encodings("encodings"),
        separator=separator or ",",
        header=raw.whole("header", 1, low=1, high=100),
        sheet=raw.text("sheet", ""),
        year=filling_of(raw, "year") if "year" in raw.raw else (),
        numbers=raw.choice("numbers", _NUMBERS, "vi" if form else "plain"),
        unknown=frozenset(raw.values("unknown")),
        left_out=tuple(rule_of(part) for part in raw.parts("leave_out")),
        labels=form,
        may_lack=raw.flag("may_lack"),
    )


def _label(raw: Checked) -> Label:
    raw.keys({"words", "column", "units", "may_lack"}, needed=("words", "column"))
    needed = not raw.flag("may_lack")
    return Label(raw.text("words"), raw.text("column"), needed=needed, units=raw.values("units"))


def _block(raw: Checked, table: Table, sources: list[str], *, enrolled: bool) -> Block:
    columns = {column.name for column in table.columns}
    own = {"from", "take"} | ({"spans"} if table.name == "schools" else set())
    own |= {"grades"} if table.name == "enrolment" else set()
    stated = {c.name for c in table.columns if c.needed} - {"source", "school_year"}
    if table.name in ("budget", "frozen"):
        stated.add("school_year")
    if table.name == "schools" and enrolled:
        stated.discard("level")  # told by whom the school teaches
    if raw.raw.get("grades"):
        stated -= {"grade", "pupils", "classes"}
    raw.keys(columns | own, needed=sorted(stated))
    return Block(
        table=table.name,
        source=_from(raw, sources),
        cells={name: filling_of(raw, name) for name in raw.raw if name in columns},
        take=raw.choice("take", _TAKE, "newest" if table.name in _LATEST else "every"),
        spans=raw.flag("spans"),
        grades=tuple(_grades(part) for part in raw.parts("grades")),
    )


def _from(raw: Checked, sources: list[str]) -> str:
    """Return the source of a block: the only one, or the one it names."""
    if "from" not in raw.raw and len(sources) == 1:
        return sources[0]
    return raw.choice("from", tuple(sources), sources[0] if sources else "")


def _grades(raw: Checked) -> Grades:
    raw.keys({"grades", "split", "pupils", "classes"}, needed=("grades", "pupils", "classes"))
    grades = raw.raw.get("grades")
    if not (isinstance(grades, list) and grades and all(type(g) is int and 1 <= g <= 9 for g in grades)):
        raw.fault("pack_grades", "grades", grades)
        grades = [1]
    split = raw.raw.get("split", None if len(grades) > 1 else "even")
    shares = [1] * len(grades) if split == "even" else split
    if not _are_shares(shares, len(grades)):
        raw.fault("mapping_split", "split", split, grades=len(grades))
        shares = [1] * len(grades)
    return Grades(tuple(grades), tuple(shares), filling_of(raw, "pupils"), filling_of(raw, "classes"))


def _are_shares(said: object, count: int) -> bool:
    """Say whether a list holds a whole number for each of some grades, not all of them 0."""
    if not isinstance(said, list) or len(said) != count:
        return False
    return all(type(n) is int and 0 <= n <= _LARGEST_SHARE for n in said) and any(said)


def _row(raw: Checked, table: Table) -> dict[str, str]:
    """Return a row that stands in the mapping as it is in our table."""
    raw.keys({column.name for column in table.columns})
    return {key: raw.value(key) for key in raw.raw}


def _fill(raw: Checked, table: Table, sources: list[str]) -> Block:
    """Return what fills the blank cells of a table that lies beside: its key, and the columns filled."""
    raw.keys({column.name for column in table.columns} | {"from"}, needed=(table.columns[0].name,))
    cells = {name: filling_of(raw, name) for name in raw.raw if name != "from"}
    return Block(table.name, _from(raw, sources), cells, take="newest")
