"""Deadlines of the packs: a table by date, and a calendar file that any program reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from worlds import World, roadmap

from provision.commands import main
from provision.documents import calendar
from provision.domain.plan import Plan
from provision.domain.roadmap import Deadline
from provision.domain.scenario import Scenario
from provision.intake import read_roadmap
from provision.model import solve
from provision.posing import pose
from provision.questions.deadlines import by_date, school_year
from provision.text import LANGUAGES, Words

VI = Words("vi")
DATES = {"hiep-hoa-2017": ["2018-05-10"], "ha-noi-2022": ["2022-10-15", "2023-01-30", "2023-05-31"]}
"""The days that the two documents with deadlines state."""


@cache
def small() -> Plan:
    """Return a plan of two school years, 2017-2018 and 2018-2019."""
    world = World().unit().school("a", pupils={3: [24, 24]}).option("pc", 10_000_000, 5).fund("main", [10_000_000, 0])
    with TemporaryDirectory() as folder:
        return solve(pose(world.load(Path(folder)), ["u"], roadmap({0: [3]}), Scenario(whole_machines=False)))


def due(*deadlines: Deadline, code: str = "test", document: str = "1/TEST") -> Plan:
    """Return the plan with some deadlines in its roadmap."""
    pack = replace(small().problem.roadmap, deadlines=deadlines, code=code, document=document)
    return replace(small(), problem=replace(small().problem, roadmap=pack))


# The table --------------------------------------------------------------------------------------------------------


def test_deadlines_stand_by_date_and_against_the_period() -> None:
    """Deadlines stand in order of date, each before, within or after the school years of the plan."""
    days = ("2019-10-15", "2017-07-31", "2017-08-01", "2019-07-31")
    rows = by_date(due(*(Deadline(day, f"Việc {day}", f"Thing {day}", "III") for day in days)), VI).frame
    assert list(rows[VI("deadline.day")]) == ["31/07/2017", "01/08/2017", "31/07/2019", "15/10/2019"]
    assert list(rows[VI("deadline.when")]) == ["trước kỳ", "trong kỳ", "trong kỳ", "sau kỳ"]
    assert list(rows[VI("table.year")]) == ["2016-2017", "2017-2018", "2018-2019", "2019-2020"]
    assert set(rows[VI("deadline.where")]) == {"1/TEST, III"}


def test_the_slip_of_the_letter_is_told() -> None:
    """The letter of 2017 writes 10/5/2017, before its own day: the table has 2018 and says what the source has."""
    pack = read_roadmap("hiep-hoa-2017")
    plan = replace(small(), problem=replace(small().problem, roadmap=pack))
    (row,) = by_date(plan, VI).frame.to_numpy()
    assert row[0] == "10/05/2018"
    assert "Bản gốc ghi 10/5/2017" in row[-1]
    assert "10/5/2017" in str(by_date(plan, Words("en")).frame.to_numpy()[0][-1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_deadlines_the_table_says_so(language: str) -> None:
    """A document that states no deadline is said to state none."""
    words = Words(language)
    assert by_date(small(), words).html == f"<p>{words('deadline.none', document='1/TEST')}</p>"
    assert VI("deadline.none", document="1/TEST").startswith("Không ghi")


def test_a_deadline_of_a_pack_below_names_its_own_document() -> None:
    """Where a pack extends another, an inherited deadline goes on naming the document that states it."""
    (row,) = by_date(due(Deadline("2018-05-10", "Nộp", "Send", "III", "495/HD-PGD&ĐT")), VI).frame.to_numpy()
    assert row[3] == "495/HD-PGD&ĐT, III"
    assert "Bản gốc" in row[-1]


@settings(derandomize=True, max_examples=100, deadline=None)
@given(day=st.dates(date(2010, 1, 1), date(2040, 12, 31)))
def test_a_day_lies_in_one_school_year(day: date) -> None:
    """A school year runs from August to July: the day a year later lies in the next one."""
    year = school_year(day.isoformat())
    assert date(year, 8, 1) <= day <= date(year + 1, 7, 31)


# The calendar file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pack", DATES)
def test_a_calendar_has_every_deadline_of_its_pack(pack: str, language: str) -> None:
    """Read back, the file has a whole day a deadline, in order, with its matter, document, section and two alarms."""
    found, words = read_roadmap(pack), Words(language)
    events = Calendar.from_ical(calendar(found, words)).walk("VEVENT")
    assert [event["DTSTART"].dt.isoformat() for event in events] == DATES[pack]
    for event, deadline in zip(events, sorted(found.deadlines, key=lambda d: d.date), strict=True):
        day = date.fromisoformat(deadline.date)
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (day, day + timedelta(days=1))
        assert str(event["SUMMARY"]) == (deadline.title_vi if language == "vi" else deadline.title_en)
        assert str(event["DESCRIPTION"]).split("\n")[0] == f"{found.document}, {deadline.section}"
        assert event["DTSTAMP"].dt == datetime.combine(date.fromisoformat(found.issued), datetime.min.time(), UTC)
        alarms = event.walk("VALARM")
        assert [alarm["TRIGGER"].dt for alarm in alarms] == [timedelta(days=-14), timedelta(days=-3)]
        assert all(str(event["SUMMARY"]) in str(alarm["DESCRIPTION"]) for alarm in alarms)


def test_the_same_roadmap_gives_the_same_bytes() -> None:
    """No clock and no chance is in the file; the two languages give a deadline the same name, others another one."""
    pack = read_roadmap("ha-noi-2022")
    assert calendar(pack, VI) == calendar(pack, Words("vi"))
    uids = [
        [str(event["UID"]) for event in Calendar.from_ical(calendar(pack, Words(language))).walk("VEVENT")]
        for language in LANGUAGES
    ]
    assert uids[0] == uids[1]
    assert len(set(uids[0])) == 3


def test_a_document_without_a_day_gives_the_deadlines_own() -> None:
    """Where the document's day is not stated, the file is stamped with the day of the deadline, never with today."""
    pack = replace(due(Deadline("2018-05-10", "Nộp", "Send", "III")).problem.roadmap, issued="không ghi")
    (event,) = Calendar.from_ical(calendar(pack, VI)).walk("VEVENT")
    assert event["DTSTAMP"].dt == datetime(2018, 5, 10, tzinfo=UTC)


_SAID = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=400)


@settings(derandomize=True, max_examples=25, deadline=None)
@given(title=st.one_of(_SAID, st.just("Báo cáo tổng kết, đánh giá; ứng dụng CNTT – chuyển đổi số " * 8)))
def test_long_vietnamese_lines_are_folded(title: str) -> None:
    """No line is longer than 75 bytes, no letter is cut in two, and what is read back is what was written."""
    pack = due(Deadline("2018-05-10", title, "Report", "III, 3; a")).problem.roadmap
    written = calendar(pack, VI)
    assert written.endswith(b"END:VCALENDAR\r\n")
    lines = written.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode("utf-8") is not None and b"\n" not in line for line in lines)
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert str(event["SUMMARY"]) == title


def _solved(folder: Path, pack: str) -> Path:
    """Return the folder of a plan made by a pack."""
    world = World().unit(roadmap=pack).option("pc", 10_000_000, 5).fund("main", [10_000_000])
    for code in ("th-duc-thang-1", "th-duc-thang-2", "th-thi-tran", "th-hoang-luong"):
        world.school(code, pupils={3: [24]})
    data = str(world.write(folder / "data"))
    assert main(["solve", data, "--unit", "u", "--out", str(folder / "plan"), "--set", "whole_machines=false"]) == 0
    return folder / "plan"


def test_the_command_writes_the_calendar_beside_the_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``report DIR --ics`` writes deadlines.ics into the plan's folder and names it; the plan holds as before."""
    folder = _solved(tmp_path, "hiep-hoa-2017")
    capsys.readouterr()
    assert main(["report", str(folder), "--ics"]) == 0
    assert capsys.readouterr().out.strip() == str(folder / "deadlines.ics")
    assert (folder / "deadlines.ics").read_bytes() == calendar(read_roadmap("hiep-hoa-2017"), VI)
    assert main(["verify", str(folder)]) == 0
    assert _solved(tmp_path, "hiep-hoa-2017") == folder  # a folder with its calendar is ours, and may be replaced


def test_the_command_says_where_there_is_no_deadline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By a document without deadlines nothing is written, and that is said."""
    folder = _solved(tmp_path, "gdpt-2018")
    capsys.readouterr()
    assert main(["report", str(folder), "--ics"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert VI("deadline.none", document=read_roadmap("gdpt-2018").document) in said.err
    assert not (folder / "deadlines.ics").exists()


def test_the_command_wants_one_of_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report or the deadlines: which, has to be said."""
    with pytest.raises(SystemExit):
        main(["report", str(tmp_path)])
    assert "--ics" in capsys.readouterr().err
