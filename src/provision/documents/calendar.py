"""A roadmap's deadlines as a calendar file (RFC 5545), for a phone or a mail program. The door of icalendar."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from icalendar import Alarm, Calendar, Event

from provision.domain.roadmap import Deadline, Roadmap
from provision.questions.deadlines import in_order, remarks
from provision.text import Words

_WARNED = (14, 3)
"""How many days before a deadline it is called to mind."""


def calendar(roadmap: Roadmap, words: Words) -> bytes:
    """Return an .ics file: a whole day a deadline, called to mind 14 and 3 days before.

    The same roadmap gives the same bytes; a deadline keeps its UID in every language, so that a calendar into which
    the file is read twice has it once.
    """
    book, notes = Calendar(), remarks(roadmap, words)
    book.add("prodid", "-//provision//deadlines//VI" if words.language == "vi" else "-//provision//deadlines//EN")
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", roadmap.title_vi if words.language == "vi" else roadmap.title_en)
    for deadline in in_order(roadmap):
        book.add_component(_event(roadmap, deadline, notes.get(deadline, ""), words))
    return bytes(book.to_ical())


def _event(roadmap: Roadmap, deadline: Deadline, note: str, words: Words) -> Event:
    event, day = Event(), date.fromisoformat(deadline.date)
    summary = deadline.title_vi if words.language == "vi" else deadline.title_en
    event.add("uid", _uid(roadmap, deadline))
    event.add("dtstamp", _stamp(roadmap, day))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", "\n".join(filter(None, (roadmap.stated_in(deadline), note))))
    event.add("transp", "TRANSPARENT")
    for days in _WARNED:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", timedelta(days=-days))
        alarm.add("description", words("deadline.alarm", days=days, what=summary))
        event.add_component(alarm)
    return event


def _uid(roadmap: Roadmap, deadline: Deadline) -> str:
    """Return what names a deadline for ever: made from the document, the section, the day and the matter."""
    told = "\n".join((roadmap.stated_in(deadline), deadline.date, deadline.title_vi))
    return f"{sha256(told.encode()).hexdigest()[:32]}@provision"


def _stamp(roadmap: Roadmap, day: date) -> datetime:
    """Return midnight of the day the document was issued; where it tells none, that of the deadline itself."""
    with suppress(ValueError):
        day = date.fromisoformat(roadmap.issued)
    return datetime.combine(day, time(), UTC)
