"""The roadmap packs that travel with the library, and how each fault of a pack is told."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import World

from provision.demand import grades_taught
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.roadmap import Lab, Roadmap
from provision.domain.scenario import Scenario
from provision.domain.years import format_school_year
from provision.errors import FaultyInput, ProvisionError
from provision.intake import read_roadmap
from provision.intake.packs import known_packs, pack_files
from provision.posing import pose
from provision.text import Words

PACKS = ("bo-2013", "bo-2021", "gdpt-2018", "ha-noi-2022", "hiep-hoa-2017", "nguyen-khuyen-2023")
_TABLES = ("phase", "ratio", "minimum", "lab", "deadline")

SOUND: dict[str, Any] = {
    "id": "tiny",
    "title_vi": "Thử",
    "title_en": "Test",
    "document": "1/KH",
    "issued": "2017-01-01",
    "phase": [
        {"school_year": "2017-2018", "grades": [3], "schools": ["a"], "status": "mandatory", "section": "1"},
        {"school_year": "2018-2019", "grades": [3, 6], "schools": "all", "status": "mandatory", "section": "1"},
    ],
    "ratio": [{"level": "primary", "pupils_per_machine": 22.5, "force": "must", "section": "2"}],
    "minimum": [{"item": "printer", "per": "school", "quantity": 1, "section": "3"}],
    "lab": [{"gate": False, "seats": 20, "weekly_periods": 25, "section": "4"}],
    "deadline": [{"date": "2018-05-10", "title_vi": "Báo cáo", "title_en": "Report", "section": "5"}],
}


def write(folder: Path, pack: dict[str, Any], name: str = "tiny") -> str:
    """Write a pack and return its path."""
    path = folder / f"{name}.toml"
    path.write_text(tomli_w.dumps(pack), encoding="utf-8")
    return str(path)


def told(path: str) -> set[tuple[str, str, str | None]]:
    """Return what is told of a pack: code, file, entry."""
    with pytest.raises(FaultyInput) as faulty:
        read_roadmap(path)
    assert all(fault.say(Words(language)) for fault in faulty.value.faults for language in ("vi", "en"))
    return {(fault.code, fault.file, fault.column) for fault in faulty.value.faults}


def calendar(pack: Roadmap, year: int, school: str) -> tuple[str, str]:
    """Return the grades a school must teach and may teach in a school year, as they are said: ``3 4 6 7``."""
    phases = pack.phases_in_force(year)
    must, may = (sorted(grades_taught(phases, school, status)) for status in ("mandatory", "optional"))
    return " ".join(map(str, must)), " ".join(map(str, may))


# The packs that travel --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PACKS)
def test_every_number_has_its_section(root: Path, name: str) -> None:
    """Every phase, ratio, minimum and deadline names the section of the document that states it."""
    raw = [tomllib.loads(file.read_text("utf-8")) for file in pack_files(name)]
    pack = read_roadmap(name)
    rows = (*pack.phases, *pack.ratios, *pack.minimums, *pack.labs, *pack.deadlines)
    assert len(rows) == sum(len(file.get(table, [])) for file in raw for table in _TABLES) > 0
    assert all(row.section.strip() for row in rows)
    own = len([row for row in rows if not row.document])
    assert 0 < own <= sum(len(raw[0].get(table, [])) for table in _TABLES)
    assert (root / "roadmap" / f"{name}.toml").is_file()
    assert pack.document
    assert pack.issued


HIEP_HOA = """
    year  a pilot school     another school    (mandatory / optional grades)
    2016  -                  -
    2017  3                  -
    2018  3 6 / 4 5 7 8 9    3 6 / 4 5 7 8 9
    2019  3 4 6 7 / 5 8 9    3 4 6 7 / 5 8 9
    2020  3 4 5 6 7 8 / 9    3 4 5 6 7 8 / 9
    2021  3 4 5 6 7 8 9      3 4 5 6 7 8 9
    2030  3 4 5 6 7 8 9      3 4 5 6 7 8 9
"""

GDPT = """
    year  any school         (mandatory grades; Informatics starts in grade 3)
    2020  -
    2021  6
    2022  3 6 7
    2023  3 4 6 7 8
    2024  3 4 5 6 7 8 9
    2040  3 4 5 6 7 8 9
"""


def rows_of(table: str) -> dict[int, list[str]]:
    """Return a table's cells by year; cells are two or more spaces apart."""
    lines = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in table.strip().splitlines()[1:]]
    return {int(year): cells for year, *cells in lines}


def said(grades: tuple[str, str]) -> str:
    """Return grades as the tables above write them."""
    must, may = grades
    return (f"{must} / {may}" if may else must) or "-"


def test_the_calendar_of_hiep_hoa() -> None:
    """Guidance 495 of 2017, II.7: a pilot in four schools, then 3+6, 3+4+6+7, 3-8, and all grades 3-9 at last."""
    pack = read_roadmap("hiep-hoa-2017")
    for year, (pilot, other) in rows_of(HIEP_HOA).items():
        assert said(calendar(pack, year, "th-thi-tran")) == pilot, year
        assert said(calendar(pack, year, "th-khac")) == other, year


def test_the_pilot_is_in_four_named_schools() -> None:
    """In 2017-2018 four schools teach Informatics by the roadmap; elsewhere the programme in force goes on."""
    pilot, elsewhere = read_roadmap("hiep-hoa-2017").phases_in_force(2017)
    assert set(pilot.schools) == {"th-duc-thang-1", "th-duc-thang-2", "th-thi-tran", "th-hoang-luong"}
    assert (elsewhere.status, elsewhere.schools, sorted(elsewhere.grades)) == ("current", (), list(range(3, 10)))


@pytest.mark.parametrize("name", ["gdpt-2018", "bo-2013", "bo-2021", "ha-noi-2022"])
def test_the_national_calendar(name: str) -> None:
    """The 2018 programme: grade 6 in 2021-2022, then 3 and 7, then 4 and 8, then 5 and 9; no grade is optional.

    The letters of 2013, 2021 and 2022 state no grades; their packs rest on this calendar.
    """
    pack = read_roadmap(name)
    for year, (grades,) in rows_of(GDPT).items():
        assert said(calendar(pack, year, "any")) == grades, year
    assert pack.bases == (() if name == "gdpt-2018" else ("gdpt-2018",))
    assert pack.overridden == ()


NGUYEN_KHUYEN = """
    year  the school         (its own plan: grades 3 and 4 by the new programme, all of grade 5)
    2022  -
    2023  3 4 5
    2030  3 4 5
"""


def test_the_calendar_of_one_school() -> None:
    """Nguyễn Khuyến's plan of 2023-2024, II.3: grades 3 to 5, and 24 pupils a machine as an aim."""
    pack = read_roadmap("nguyen-khuyen-2023")
    for year, (grades,) in rows_of(NGUYEN_KHUYEN).items():
        assert said(calendar(pack, year, "any")) == grades, year
    assert [(r.level, r.pupils_per_machine, r.force) for r in pack.ratios] == [("primary", 24, "target")]


@pytest.mark.parametrize(
    ("name", "force"),
    [("hiep-hoa-2017", "must"), *((name, "target") for name in ("gdpt-2018", "bo-2013", "bo-2021", "ha-noi-2022"))],
)
def test_the_ratios(name: str, force: str) -> None:
    """24 pupils a machine in primary grades, 16 in lower secondary: a duty in the district, an aim in the nation."""
    found = {r.level: (r.pupils_per_machine, r.force) for r in read_roadmap(name).ratios}
    assert found == {"primary": (24, force), "lower_secondary": (16, force)}


DEADLINES = """
    pack           day         stated in
    hiep-hoa-2017  2018-05-10  III (Tổ chức thực hiện).3
    ha-noi-2022    2022-10-15  III.1
    ha-noi-2022    2023-01-30  III.3
    ha-noi-2022    2023-05-31  III.4
"""


def test_the_deadlines() -> None:
    """What is due when: Hiệp Hoà's year report (2018, where the letter writes 2017) and three days of Hà Nội's."""
    lines = [line.split(maxsplit=2) for line in DEADLINES.strip().splitlines()[1:]]
    told = [
        [name, d.date, d.section] for name in ("hiep-hoa-2017", "ha-noi-2022") for d in read_roadmap(name).deadlines
    ]
    assert told == lines
    assert not any(read_roadmap(name).deadlines for name in ("bo-2013", "bo-2021", "gdpt-2018", "nguyen-khuyen-2023"))


MINIMUMS = {
    "hiep-hoa-2017": {
        ("internet_line", "school", 1, "all"),
        ("security_software", "machine", 1, "all"),
        ("lan", "lab", 1, "all"),
        ("office_computer", "school", 1, "all"),
        ("printer", "school", 1, "all"),
        ("webcam", "school", 1, "all"),
        ("pa_system", "school", 1, "all"),
        ("subject_group_computer", "subject_group", 1, "national_standard"),
    },
    "gdpt-2018": {
        ("office_computer", "school", 2, "all"),
        ("printer", "school", 1, "all"),
        ("webcam", "school", 1, "all"),
        ("subject_group_computer", "subject_group", 1, "all"),
    },
    "nguyen-khuyen-2023": {("lan", "lab", 1, "all")},
}
MINIMUMS |= {
    name: MINIMUMS["gdpt-2018"] | added
    for name, added in {
        "bo-2013": {
            (item, per, 1, "all") for item in ("central_server", "management_software") for per in ("unit", "school")
        },
        "ha-noi-2022": {("firewall", "school", 1, "all"), ("software_licence", "machine", 1, "all")},
        "bo-2021": {("internet_line", "school", 1, "all")},
    }.items()
}


def test_security_software_is_asked_of_office_computers() -> None:
    """Guidance 495, II.2.2 and II.2.1: software on each management computer, and a line at every school."""
    rows = {m.item: (m.per, m.machine, m.section) for m in read_roadmap("hiep-hoa-2017").minimums}
    assert rows["security_software"] == ("machine", "office_computer", "II.2.2")
    assert (rows["internet_line"][::2], rows["lan"][::2]) == (("school", "II.2.1"), ("lab", "II.2.3"))


@pytest.mark.parametrize("name", PACKS)
def test_the_minimums(name: str) -> None:
    """What every school must have beside pupils' machines; in 2017 subject groups only of standard schools."""
    assert {(m.item, m.per, m.quantity, m.where) for m in read_roadmap(name).minimums} == MINIMUMS[name]


def test_what_no_document_states_is_absent() -> None:
    """No document speaks of seats or periods, so no pack has a computer room; rounding is by level."""
    for name in PACKS:
        pack = read_roadmap(name)
        assert (pack.labs, pack.ratio_basis, pack.rounding) == ((), "covered", "level")


# Where a pack is found --------------------------------------------------------------------------------------------


def test_the_file_of_duties_is_no_pack() -> None:
    """Beside the packs lies what the documents ask: it is not offered as a roadmap."""
    assert known_packs() == PACKS


def test_a_pack_beside_the_planner_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is looked for in roadmap/ here or above, then among the packs that travel; a path is taken as it is."""
    monkeypatch.chdir(tmp_path)
    assert read_roadmap("gdpt-2018").document == "32/2018/TT-BGDĐT"
    (tmp_path / "roadmap").mkdir()
    write(tmp_path / "roadmap", SOUND, "gdpt-2018")
    assert read_roadmap("gdpt-2018").document == "1/KH"
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert read_roadmap("gdpt-2018").document == "1/KH"
    assert read_roadmap(write(tmp_path, SOUND | {"document": "2/KH"})).document == "2/KH"


@pytest.mark.parametrize("name", ["gdpt-2081", "gdpt-2081.toml", ""])
def test_an_unknown_pack_is_told_with_those_there_are(name: str) -> None:
    """A roadmap nobody has is told with the names of the packs that travel."""
    with pytest.raises(ProvisionError, match="gdpt-2018, ha-noi-2022, hiep-hoa-2017") as error:
        read_roadmap(name)
    assert error.value.code == "roadmap_unknown"


# The faults of a pack ---------------------------------------------------------------------------------------------

Spoil = Callable[[dict[str, Any]], Any]


def _in(table: str, key: str, value: object, row: int = 0) -> Spoil:
    return lambda pack: pack[table][row].__setitem__(key, value)


def _without(table: str, key: str) -> Spoil:
    return lambda pack: pack[table][0].pop(key)


FAULTS: list[tuple[str, str, Spoil]] = [
    ("pack_head", "document", lambda pack: pack.pop("document")),
    ("pack_head", "title_vi", lambda pack: pack.update(title_vi=" ")),
    ("pack_head", "issued", lambda pack: pack.update(issued=2017)),
    ("code", "id", lambda pack: pack.update(id="lộ trình")),
    ("pack_key_unknown", "ratio_bases", lambda pack: pack.update(ratio_bases="covered")),
    ("choice", "ratio_basis", lambda pack: pack.update(ratio_basis="all")),
    ("choice", "rounding", lambda pack: pack.update(rounding="down")),
    ("pack_table", "lab", lambda pack: pack.update(lab={"gate": True})),
    ("pack_table", "phase", lambda pack: pack.update(phase=[2017])),
    ("pack_ratio_twice", "ratio", lambda pack: pack["ratio"].append(pack["ratio"][0])),
    *[("pack_no_section", f"{table}[1].section", _without(table, "section")) for table in _TABLES],
    ("pack_no_section", "ratio[1].section", _in("ratio", "section", "  ")),
    ("pack_no_section", "phase[2].section", _in("phase", "section", 7, row=1)),
    ("pack_key_missing", "phase[1].grades", _without("phase", "grades")),
    ("pack_key_missing", "ratio[1].pupils_per_machine", _without("ratio", "pupils_per_machine")),
    ("pack_key_missing", "minimum[1].quantity", _without("minimum", "quantity")),
    ("pack_key_missing", "lab[1].gate", _without("lab", "gate")),
    ("pack_key_missing", "deadline[1].date", _without("deadline", "date")),
    ("day", "deadline[1].date", lambda pack: pack["deadline"][0].update(date="30/2/2018")),
    ("pack_key_unknown", "phase[2].grade", _in("phase", "grade", 3, row=1)),
    ("school_year", "phase[1].school_year", _in("phase", "school_year", 2017)),
    ("school_year", "phase[1].school_year", _in("phase", "school_year", "2017-2019")),
    ("pack_grades", "phase[1].grades", _in("phase", "grades", [0])),
    ("pack_grades", "phase[1].grades", _in("phase", "grades", [3, 10])),
    ("pack_grades", "phase[1].grades", _in("phase", "grades", [])),
    ("pack_grades", "phase[1].grades", _in("phase", "grades", "3-9")),
    ("pack_schools", "phase[1].schools", _in("phase", "schools", "a")),
    ("pack_schools", "phase[1].schools", _in("phase", "schools", [1])),
    ("choice", "phase[1].status", _in("phase", "status", "maybe")),
    ("choice", "ratio[1].level", _in("ratio", "level", "combined")),
    ("choice", "ratio[1].force", _in("ratio", "force", "may")),
    ("pack_number", "ratio[1].pupils_per_machine", _in("ratio", "pupils_per_machine", 0)),
    ("pack_number", "ratio[1].pupils_per_machine", _in("ratio", "pupils_per_machine", -24)),
    ("pack_number", "ratio[1].pupils_per_machine", _in("ratio", "pupils_per_machine", "24")),
    ("pack_number", "ratio[1].pupils_per_machine", _in("ratio", "pupils_per_machine", float("nan"))),
    ("pack_number", "ratio[1].pupils_per_machine", _in("ratio", "pupils_per_machine", float("inf"))),
    ("pack_number", "ratio[1].pupils_per_machine", _in("ratio", "pupils_per_machine", True)),
    ("pack_number", "minimum[1].weight", _in("minimum", "weight", 0)),
    ("whole", "minimum[1].quantity", _in("minimum", "quantity", 1.5)),
    ("whole", "lab[1].seats", _in("lab", "seats", 0)),
    ("whole", "lab[1].weekly_periods", _in("lab", "weekly_periods", "25")),
    ("choice", "minimum[1].per", _in("minimum", "per", "class")),
    ("choice", "minimum[1].where", _in("minimum", "where", "rich")),
    ("pack_levels", "minimum[1].levels", _in("minimum", "levels", "primary")),
    ("pack_levels", "minimum[1].levels", _in("minimum", "levels", ["primary", "high"])),
    ("pack_levels", "minimum[1].levels", _in("minimum", "levels", [["primary"]])),
    ("pack_levels", "minimum[1].levels", _in("minimum", "levels", [])),
    ("code", "minimum[1].item", _in("minimum", "item", "máy in")),
    ("code", "minimum[1].item", _in("minimum", "item", 1)),
    ("pack_flag", "lab[1].gate", _in("lab", "gate", "yes")),
    ("whole", "lab[1].periods_per_class", _in("lab", "periods_per_class", 0)),
    ("whole", "lab[1].periods_per_class", _in("lab", "periods_per_class", 11)),
    ("whole", "lab[1].periods_per_class", _in("lab", "periods_per_class", 1.0)),
    ("whole", "lab[1].ordinary_seats", _in("lab", "ordinary_seats", -1)),
    ("whole", "lab[1].ordinary_seats", _in("lab", "ordinary_seats", 1001)),
    ("whole", "lab[1].ordinary_seats", _in("lab", "ordinary_seats", True)),
    ("pack_lab_twice", "lab", lambda pack: pack["lab"].append(pack["lab"][0])),
    ("code", "minimum[1].with", lambda pack: pack["minimum"][0].update({"per": "machine", "with": "máy"})),
    ("pack_with", "minimum[1].with", _in("minimum", "with", "webcam")),
    ("pack_with", "minimum[1].with", lambda pack: pack["minimum"][0].update({"per": "machine", "with": "lab"})),
    ("pack_with", "minimum[1].with", lambda pack: pack["minimum"][0].update({"per": "machine", "with": "printer"})),
    ("pack_gate_seats", "lab[1].seats", lambda pack: pack.update(lab=[{"gate": True, "section": "4"}])),
]


def test_a_sound_pack_has_no_fault(tmp_path: Path) -> None:
    """The pack that the faults below are planted in loads, its numbers exact."""
    pack = read_roadmap(write(tmp_path, SOUND))
    assert pack.ratios[0].pupils_per_machine == Fraction(45, 2)
    assert calendar(pack, 2017, "a") == ("3", "")
    assert (pack.labs[0].seats, pack.deadlines[0].date) == (20, "2018-05-10")


LABS: list[tuple[dict[str, Any], Lab]] = [
    ({"gate": False}, Lab(gate=False, seats=None, weekly_periods=None, section="4")),
    ({"gate": True, "seats": 1}, Lab(gate=True, seats=1, weekly_periods=None, section="4")),
    (
        {"gate": True, "seats": 24, "weekly_periods": 30, "periods_per_class": 2, "ordinary_seats": 6},
        Lab(gate=True, seats=24, weekly_periods=30, section="4", periods_per_class=2, ordinary_seats=6),
    ),
    (
        {"gate": False, "periods_per_class": 10, "ordinary_seats": 1000},
        Lab(gate=False, seats=None, weekly_periods=None, section="4", periods_per_class=10, ordinary_seats=1000),
    ),
    (
        {"gate": False, "periods_per_class": 1, "ordinary_seats": 0},
        Lab(gate=False, seats=None, weekly_periods=None, section="4"),
    ),
]


@pytest.mark.parametrize(("row", "lab"), LABS)
def test_a_computer_room_is_read(tmp_path: Path, row: dict[str, Any], lab: Lab) -> None:
    """A room says what it holds and how many lessons a class takes; machines that wait for one need its seats."""
    assert read_roadmap(write(tmp_path, SOUND | {"lab": [row | {"section": "4"}]})).labs == (lab,)


def test_faults_of_two_computer_rooms_are_told_together(tmp_path: Path) -> None:
    """A second room is told even where one of the two cannot be read."""
    lab = [{"gate": True, "section": "4"}, {"gate": False, "section": ""}]
    assert told(write(tmp_path, SOUND | {"lab": lab})) == {
        ("pack_gate_seats", "tiny.toml", "lab[1].seats"),
        ("pack_no_section", "tiny.toml", "lab[2].section"),
        ("pack_lab_twice", "tiny.toml", "lab"),
    }


def test_minimums_of_one_item_add(tmp_path: Path) -> None:
    """Two rows for one item and place are both kept, with their levels."""
    printer = {"item": "printer", "per": "school", "section": "3"}
    levels = ["kindergarten", "primary", "lower_secondary", "combined"]
    rows = [printer | {"quantity": 1, "levels": levels}, printer | {"quantity": 2, "levels": levels[3:]}]
    found = read_roadmap(write(tmp_path, SOUND | {"minimum": rows})).minimums
    assert [(m.item, m.per, m.quantity, m.levels) for m in found] == [
        ("printer", "school", 1, tuple(levels)),
        ("printer", "school", 2, ("combined",)),
    ]


def test_what_a_minimum_comes_with_is_read(tmp_path: Path) -> None:
    """A licence per machine comes with pupil computers, or with the item that the pack names."""
    licence = {"item": "licence", "per": "machine", "quantity": 1, "section": "3"}
    rows = [licence, licence | {"with": "office_computer"}]
    found = read_roadmap(write(tmp_path, SOUND | {"minimum": rows})).minimums
    assert [m.machine for m in found] == [PUPIL_COMPUTER, "office_computer"]


@pytest.mark.parametrize(("code", "entry", "spoil"), FAULTS)
def test_a_fault_of_a_pack_is_told(tmp_path: Path, code: str, entry: str, spoil: Spoil) -> None:
    """Each fault is told with the pack's file and the entry, and nothing else is told."""
    pack = deepcopy(SOUND)
    spoil(pack)
    assert told(write(tmp_path, pack)) == {(code, "tiny.toml", entry)}


def test_a_pack_without_sections_does_not_load(tmp_path: Path) -> None:
    """A pack whose numbers name no section is refused, number by number."""
    pack = deepcopy(SOUND)
    for table in _TABLES:
        for row in pack[table]:
            del row["section"]
    entries = {f"{table}[{n}].section" for table in _TABLES for n, _ in enumerate(pack[table], start=1)}
    assert told(write(tmp_path, pack)) == {("pack_no_section", "tiny.toml", entry) for entry in entries}


def test_every_fault_of_a_pack_is_told_at_once(tmp_path: Path) -> None:
    """Faults in the head and in several entries are told together."""
    pack = deepcopy(SOUND)
    chosen = [fault for fault in FAULTS if fault[1] in {"document", "rounding", "phase[2].grade", "lab[1].gate"}][:4]
    for _, _, spoil in chosen:
        spoil(pack)
    assert told(write(tmp_path, pack)) == {(code, "tiny.toml", entry) for code, entry, _ in chosen}


@pytest.mark.parametrize("content", [b"id = ", b"id = 'tiny", b"\xff\xfe", "tên = 1".encode(), b"a = 1\na = 2"])
def test_a_file_that_is_no_toml_is_told(tmp_path: Path, content: bytes) -> None:
    """A pack that is not TOML, or not UTF-8, is told as such."""
    path = tmp_path / "tiny.toml"
    path.write_bytes(content)
    assert told(str(path)) == {("not_toml", "tiny.toml", None)}


def test_a_number_of_thousands_of_digits_is_told(tmp_path: Path) -> None:
    """A pack with a number no computer reads is told, not a crash."""
    path = tmp_path / "tiny.toml"
    path.write_text("id = " + "1" * 5000, "utf-8")
    assert {code for code, _, _ in told(str(path))} == {"not_toml"}


@pytest.mark.parametrize("code", ["../other", "a/b", "tên", " "])
def test_the_id_of_a_pack_is_a_code(tmp_path: Path, code: str) -> None:
    """A pack's id names a file in the plan folder, so it must be a code, never a path."""
    assert {entry for _, _, entry in told(write(tmp_path, SOUND | {"id": code}))} == {"id"}


_TEXT = st.text(st.characters(codec="utf-8"), max_size=5)
_VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.dates() | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=5,
)
_ENTRIES = [("lab", "periods_per_class"), ("lab", "ordinary_seats"), ("minimum", "levels")]
_ENTRIES += [("", key) for key in (*SOUND, "rounding", "note")] + [(t, key) for t in _TABLES for key in SOUND[t][0]]


@settings(derandomize=True, max_examples=100, deadline=None)
@given(entry=st.sampled_from(_ENTRIES), value=_VALUES)
def test_any_pack_is_read_or_told(entry: tuple[str, str], value: Any) -> None:
    """Whatever stands in an entry of a pack, the pack is read or told in words; nothing crashes."""
    table, key = entry
    pack = deepcopy(SOUND)
    (pack[table][0] if table else pack)[key] = value
    with TemporaryDirectory() as folder:
        try:
            assert read_roadmap(write(Path(folder), pack)).code
        except FaultyInput as faulty:
            assert faulty.say(Words("vi")).count("\n") >= 1


def test_every_fault_of_a_pack_is_planted_here(root: Path) -> None:
    """No fault of a pack is without a row above that plants it; the school it names is checked against the data."""
    source = root / "src" / "provision"
    calls = ast.walk(ast.parse((source / "intake" / "packs.py").read_text("utf-8")))
    raised = {c.args[0] for c in calls if isinstance(c, ast.Call) and getattr(c.func, "id", "") == "Fault"}
    told_of = {arg.value for arg in raised if isinstance(arg, ast.Constant)}
    texts = tomllib.loads((source / "text" / "en.toml").read_text("utf-8"))["fault"]
    planted = {code for code, _, _ in FAULTS} | {"not_toml", "pack_circle", "pack_base"}
    assert told_of | {code for code in texts if code.startswith("pack_")} <= planted | {"pack_school_unknown"}


# Packs that extend ------------------------------------------------------------------------------------------------


def test_a_pack_extends_another(tmp_path: Path) -> None:
    """A pack takes over what it does not state itself: here the calendar, but not the ratio."""
    write(tmp_path, SOUND, "base")
    ratio = [{"level": "primary", "pupils_per_machine": 20, "force": "target", "section": "9"}]
    path = write(tmp_path, {"id": "own", "extends": "base", "document": "3/KH", "ratio": ratio}, "own")
    pack = read_roadmap(path)
    assert (pack.code, pack.document, pack.title_vi, pack.ratios[0].pupils_per_machine) == ("own", "3/KH", "Thử", 20)
    assert calendar(pack, 2018, "b") == ("3 6", "")


def test_a_pack_extends_one_that_extends(tmp_path: Path) -> None:
    """The nearest pack's word holds along the whole line; the files of the line are known."""
    write(tmp_path, SOUND, "far")
    write(tmp_path, {"extends": "far", "document": "near", "title_en": "Near"}, "near")
    path = write(tmp_path, {"id": "own", "extends": "near", "document": "own"}, "own")
    pack = read_roadmap(path)
    assert (pack.document, pack.title_en, pack.title_vi) == ("own", "Near", "Thử")
    assert [file.stem for file in pack_files(path)] == ["own", "near", "far"]


def test_a_pack_extends_one_that_travels(tmp_path: Path) -> None:
    """A commune may extend the national calendar by its name alone."""
    pack = read_roadmap(write(tmp_path, {"id": "xa", "extends": "gdpt-2018", "rounding": "school"}))
    assert (pack.rounding, calendar(pack, 2022, "any")) == ("school", ("3 6 7", ""))


@pytest.mark.parametrize("own", [{}, {"id": "tiny"}])
def test_a_pack_that_extends_has_an_id_of_its_own(tmp_path: Path, own: dict[str, str]) -> None:
    """A pack is not the one it extends: without an id of its own, the plan folder could keep only one of the two."""
    write(tmp_path, SOUND)
    assert told(write(tmp_path, {"extends": "tiny", "document": "3/KH"} | own, "xa")) == {
        ("pack_head", "xa.toml", "id")
    }


@pytest.mark.parametrize(("first", "second"), [("tiny", "tiny"), ("tiny", "other")])
def test_packs_that_extend_one_another_are_told(tmp_path: Path, first: str, second: str) -> None:
    """A circle of packs is told, not followed."""
    write(tmp_path, SOUND | {"extends": first}, "other")
    assert told(write(tmp_path, SOUND | {"extends": second})) == {("pack_circle", "tiny.toml", "extends")}


def test_a_pack_rests_on_a_file_beside_it(tmp_path: Path) -> None:
    """A path elsewhere is refused: a plan's own copy of its packs lies in one folder."""
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub", SOUND, "base")
    found = told(write(tmp_path, {"id": "own", "extends": "sub/base.toml", "document": "3/KH"}, "own"))
    assert found == {("pack_base", "own.toml", "extends")}


def test_what_a_pack_states_itself_has_its_own_document(tmp_path: Path) -> None:
    """A row of a pack that names no document would be taken for its base's: that is refused."""
    printers = {"item": "printer", "per": "school", "quantity": 2, "section": "10"}
    found = told(write(tmp_path, {"id": "own", "extends": "gdpt-2018", "minimum": [printers]}, "own"))
    assert found == {("pack_head", "own.toml", "document")}


def test_a_default_that_is_written_out_is_the_same_statement(tmp_path: Path) -> None:
    """A minimum of pupil computers is the same with and without its default; one of another level is another."""
    software = {"item": "software_licence", "per": "machine", "quantity": 1, "section": "1"}
    levels = [
        {"item": "printer", "per": "school", "quantity": n, "levels": [level], "section": "2"}
        for n, level in ((1, "primary"), (2, "lower_secondary"))
    ]
    write(tmp_path, SOUND | {"minimum": [software, *levels]}, "base")
    own = [software | {"with": PUPIL_COMPUTER}, levels[0] | {"quantity": 3}]
    pack = read_roadmap(write(tmp_path, {"id": "own", "extends": "base", "document": "3/KH", "minimum": own}, "own"))
    assert sorted((m.item, m.levels, m.quantity) for m in pack.minimums) == [
        ("printer", ("lower_secondary",), 2),
        ("printer", ("primary",), 3),
        ("software_licence", (), 1),
    ]


def test_a_pack_that_extends_nothing_is_told(tmp_path: Path) -> None:
    """A pack that extends one nobody has is told with those there are."""
    with pytest.raises(ProvisionError, match="gdpt-2018"):
        read_roadmap(write(tmp_path, SOUND | {"extends": "nothing"}))


def test_what_a_pack_states_anew_is_told(tmp_path: Path) -> None:
    """A row replaces the row that states the same below; the others stay, and go on naming their document."""
    ratio = {"level": "lower_secondary", "pupils_per_machine": 20, "force": "must", "section": "9"}
    printers = {"item": "printer", "per": "school", "quantity": 2, "section": "10"}
    own = {"id": "xa", "extends": "gdpt-2018", "document": "3/KH", "rounding": "none", "ratio": [ratio]}
    pack = read_roadmap(write(tmp_path, own | {"minimum": [printers]}))
    assert pack.overridden == (("minimum", "printer"), ("pack", "rounding"), ("ratio", "lower_secondary"))
    assert [(m.item, m.quantity) for m in pack.minimums] == [
        ("office_computer", 2), ("webcam", 1), ("subject_group_computer", 1), ("printer", 2)
    ]  # fmt: skip
    assert [pack.stated_in(r) for r in sorted(pack.ratios, key=lambda r: r.level)] == [
        "3/KH, 9",
        "4622/BGDĐT-CNTT, văn bản ngày 20/9/2016, mục cần kiểm tra",
    ]
    assert {pack.stated_in(p).split(", ")[0] for p in pack.phases} == {"32/2018/TT-BGDĐT"}


def test_a_calendar_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """A pack with phases of its own has no other; each it replaces is told by its year."""
    phase = {"school_year": "2025-2026", "grades": [3], "schools": "all", "status": "mandatory", "section": "1"}
    pack = read_roadmap(write(tmp_path, {"id": "xa", "extends": "gdpt-2018", "document": "3/KH", "phase": [phase]}))
    assert calendar(pack, 2025, "any") == ("3", "")
    assert calendar(pack, 2024, "any") == ("", "")
    assert [of for _, of in pack.overridden] == ["2021-2022", "2022-2023", "2023-2024", "2024-2025"]


# Packs and the data -----------------------------------------------------------------------------------------------


def test_a_school_named_but_absent_is_a_fault_in_the_packs_own_unit(tmp_path: Path) -> None:
    """A pack that names a school the data lacks stops the unit whose pack it is; another unit is only warned."""
    world = World().unit(roadmap="tiny").school("b", pupils={3: [30]}).option("pc", 9_000_000, 5).fund("main", [1])
    pack = read_roadmap(write(tmp_path, SOUND))
    with pytest.raises(FaultyInput) as faulty:
        pose(world.load(tmp_path / "own"), ["u"], pack)
    assert [(f.code, f.file, f.found) for f in faulty.value.faults] == [("pack_school_unknown", "tiny.toml", "a")]
    world.units[0]["roadmap"] = "gdpt-2018"
    warnings = dict(pose(world.load(tmp_path / "other"), ["u"], pack).warnings)
    assert warnings["pack_school_unknown"] == {"schools": "a"}


def test_a_ratio_nobody_states_is_a_fault(tmp_path: Path) -> None:
    """A level that is taught without a ratio is told, unless the planner sets one."""
    world = World().unit(roadmap="tiny").school("a", pupils={3: [30, 30]}).option("pc", 9_000_000, 5)
    inputs = world.fund("main", [1, 1]).load(tmp_path)
    with pytest.raises(FaultyInput) as faulty:
        pose(inputs, ["u"], read_roadmap(write(tmp_path, SOUND)))
    assert [(f.code, f.found) for f in faulty.value.faults] == [("ratio_absent", "lower_secondary")]


# Needs by hand: two schools under each pack ------------------------------------------------------------------------


def two_schools(first: int) -> World:
    """Return a primary school of 50 a grade, a standard school of 40 a grade in 6-9, and all there is to buy."""
    world = World().unit().option("pc", 9_000_000, 5).option("lab", 40_000_000, 10, item="lab", mode="setup")
    for item in ("office_computer", "printer", "webcam", "pa_system", "subject_group_computer", "internet_line"):
        world.option(item, 3_000_000, 5, item=item)
    for item in ("central_server", "management_software", "firewall", "software_licence", "security_software", "lan"):
        world.option(item, 2_000_000, 5, item=item)
    world.school("a", pupils={g: [50] for g in range(1, 6)}, subject_groups=2)
    grades = {g: [40] for g in range(6, 10)}
    world.school("b", "lower_secondary", pupils=grades, subject_groups=3, national_standard=1)
    world.fund("main", [100_000_000])
    for table in (world.enrolment, world.budget, world.catalogue):
        for row in table:
            for column in {"school_year", "from_year"} & set(row):
                row[column] = format_school_year(first)
    return world


BASE = {("office_computer", "a"): 2, ("office_computer", "b"): 2, ("subject_group_computer", "a"): 2}
BASE |= {("subject_group_computer", "b"): 3} | {(i, s): 1 for i in ("printer", "webcam") for s in "ab"}
EVERYONE = {("pupil_computer", "a"): 7, ("pupil_computer", "b"): 10}
"""150 pupils of grades 3-5 at 24 a machine are 6.25, so 7; 160 of grades 6-9 at 16 are 10."""

NEEDS: dict[tuple[str, int, str], dict[tuple[str, str], int]] = {
    # 2019-2020: grades 3 and 4, 100 pupils, 4.2 machines; 6 and 7, 80 pupils, 5; groups of standard schools only
    ("hiep-hoa-2017", 2019, ""): {("pupil_computer", "a"): 5, ("pupil_computer", "b"): 5}
    | {(item, s): 1 for item in ("internet_line", "office_computer", "printer", "webcam", "pa_system") for s in "ab"}
    | {("subject_group_computer", "b"): 3},
    # 2022-2023: grade 3, 50 pupils, 2.1 machines; 6 and 7, 80 pupils, 5
    ("gdpt-2018", 2022, ""): BASE | {("pupil_computer", "a"): 3, ("pupil_computer", "b"): 5},
    ("gdpt-2018", 2024, ""): BASE | EVERYONE,
    ("bo-2013", 2024, ""): BASE | EVERYONE | {("central_server", "u"): 1, ("management_software", "u"): 1},
    ("bo-2013", 2024, "per_school"): BASE
    | EVERYONE
    | {(item, s): 1 for item in ("central_server", "management_software") for s in "ab"},
    ("bo-2021", 2024, ""): BASE | EVERYONE | {("internet_line", s): 1 for s in "ab"},
    ("ha-noi-2022", 2024, ""): BASE | EVERYONE | {("firewall", s): 1 for s in "ab"},
    # the school's own plan: grades 3-5; it states no ratio beyond primary, and is alone
    ("nguyen-khuyen-2023", 2023, ""): {("pupil_computer", "a"): 7},
}


@pytest.mark.parametrize(("name", "year", "arrangement"), NEEDS)
def test_the_needs_of_two_schools_by_hand(tmp_path: Path, name: str, year: int, arrangement: str) -> None:
    """What two schools need under each pack, reckoned by hand from its paragraphs."""
    world, pack = two_schools(year), read_roadmap(name)
    for code in sorted(pack.schools_named):
        world.school(code, "kindergarten")
    problem = pose(world.load(tmp_path), ["u"], pack, Scenario(arrangement=arrangement or None))
    needs = {(item, school): d.mandatory for (school, item, _), d in problem.demand.items() if school in "abu"}
    assert needs == NEEDS[name, year, arrangement]


def test_what_comes_along_in_ha_noi(tmp_path: Path) -> None:
    """3125/SGDĐT-CTTT-KHCN, I.3.a: every new pupil computer brings its licence."""
    problem = pose(two_schools(2024).load(tmp_path), ["u"], read_roadmap("ha-noi-2022"))
    assert problem.companions["pc", 2024] == (("software_licence", 1),)


def test_an_arrangement_of_a_pack_that_has_none_is_told(tmp_path: Path) -> None:
    """To choose where servers stand changes nothing under a pack without servers, and that is said."""
    inputs = two_schools(2024).load(tmp_path)
    told = dict(pose(inputs, ["u"], read_roadmap("gdpt-2018"), Scenario(arrangement="central")).warnings)
    assert told["arrangement_absent"] == {"roadmap": "gdpt-2018"}
    assert "arrangement_absent" not in dict(
        pose(inputs, ["u"], read_roadmap("bo-2013"), Scenario(arrangement="central")).warnings
    )


def test_the_packs_a_pack_rests_on_are_told(tmp_path: Path) -> None:
    """Every plan under a pack that extends another says so, and what the pack states otherwise."""
    ratio = {"level": "primary", "pupils_per_machine": 20, "force": "must", "section": "9"}
    pack = read_roadmap(write(tmp_path, {"id": "xa", "extends": "gdpt-2018", "document": "3/KH", "ratio": [ratio]}))
    told = dict(pose(two_schools(2024).load(tmp_path), ["u"], pack).warnings)
    assert (
        Words("vi")("warning.pack_extends", **told["pack_extends"])
        == "Lộ trình xa dựa trên gdpt-2018; những điều quy định khác đi: tỷ lệ học sinh/máy tiểu học."
    )
