"""The letters as templates that an office edits in Word: its words as text, what a plan says as fields."""

from __future__ import annotations

from provision.documents.word.grids import columns
from provision.documents.word.guide import write_guide
from provision.documents.word.known import TAGS
from provision.documents.word.paper import Paper
from provision.domain.letter import LetterKind
from provision.text import Words

_HEAD = (64, 96)
_END = (80, 80)
"""Millimetres of the two columns at the head and at the end of a letter."""


def letter_template(kind: LetterKind, words: Words) -> bytes:
    """Return the template of a letter as a .docx file; its last page tells the fields and is never filled in."""
    letter = _Letter(kind, words)
    letter.head()
    if kind == "to-trinh":
        letter.proposal()
    else:
        letter.plan()
    letter.end()
    letter.appendices()
    write_guide(letter.paper, words)
    return letter.paper.save(words(f"letter.{kind}.kind"))


class _Letter:
    """A letter in the making: what it says, part by part."""

    def __init__(self, kind: LetterKind, words: Words) -> None:
        self.kind = kind
        self.words = words
        self.paper = Paper(words.language)
        self.heads = 0

    def say(self, key: str) -> str:
        """Return a text of letters: that of this kind where it has one, with tags for what it tells of a plan."""
        own = f"letter.{self.kind}.{key}"
        return self.words(own if self.words.has(own) else f"letter.{key}", **TAGS)

    def chapter(self, key: str) -> None:
        """Write the heading of a chapter."""
        self.heads += 1
        self.paper.put(f"{_ROMAN[self.heads]}. {self.say(f'head_{key}').upper()}", style="Heading 1")

    def tell(self, *keys: str, style: str = "Text") -> None:
        """Write paragraphs."""
        self.paper.put(*map(self.say, keys), style=style)

    def listed(self, field: str, *, style: str = "Listed", mark: str = "- ") -> None:
        """Write a paragraph for each line of a list."""
        self.paper.where(f"for line in {field}", f"{mark}{{{{ line }}}}", style=style)

    def only(self, field: str) -> None:
        """Write a sentence that has not always something to say."""
        self.paper.where(f"if {field}", TAGS[field])

    def table(self, rows: str) -> None:
        """Write a table under its caption."""
        self.paper.caption(self.say("table"), self.say(f"table_{rows}"))
        self.paper.table(rows, columns(rows, self.words), together=rows in _SHORT)

    def figure(self, chart: str) -> None:
        """Write a chart with its caption and its source."""
        self.paper.picture(f"{{{{ chart.{chart} }}}}")
        self.paper.caption(self.say("figure"), f"{{{{ chart.{chart}.title }}}}")
        self.paper.put("{{ chart_source }}", style="Source")

    def head(self) -> None:
        """Write the letterhead, the kind and subject of the letter, and what it rests on."""
        paper, say = self.paper, self.say
        paper.number_pages("{{ banner }}")
        issuer = [("{{ superior }}", "Superior"), ("{{ issuer }}", "Office"), ("", "Rule")]
        motto = [(say("motto"), "Motto"), (say("watchword"), "Watchword"), ("", "Long Rule")]
        paper.beside(
            [*issuer, (say("number_line"), "Number")], [*motto, ("{{ place }}, {{ day }}", "Day")], widths=_HEAD
        )
        paper.put(say("kind"), style="Title")
        paper.put(say("subject"), style="Subtitle")
        paper.put("", style="Subject Rule")
        paper.where("if banner", "{{ banner }}", style="Warning")
        if self.kind == "to-trinh":
            paper.where("if addressees|length == 1", say("addressed"), style="Addressee")
            paper.where("if addressees|length > 1", say("addressed_many"), style="Addressees")
            paper.begin("if addressees|length > 1")
            self.listed("addressees", style="Addressees")
            paper.finish("if")
        self.paper.where("for line in grounds", "{{ line }}{{ '.' if loop.last else ';' }}", style="Ground")
        self.tell("opening")

    def proposal(self) -> None:
        """Write a proposal: how things stand, the need, the plan, the money, what is missing, the request."""
        self.situation("situation")
        self.need("need")
        self.chapter("plan")
        self.only("gets")
        self.paper.where("for row in yearly", self.say("year_line"), style="Listed")
        self.things()
        self.money("money")
        self.lacking("lacking")
        self.chapter("request")
        self.tell("request", "request_plan", "request_money")
        self.paper.where("if upkeep_unpaid", self.say("request_upkeep"))
        self.paper.where("if missing_last != '0'", self.say("request_more"), style="Closing")
        self.tell("closing", style="Closing")

    def plan(self) -> None:
        """Write what a plan says: aims, the way year by year, money, what is missing, who does what."""
        self.chapter("aims")
        self.paper.put(self.say("head_purpose"), style="Heading 2")
        self.tell("purpose")
        self.paper.put(self.say("head_demands"), style="Heading 2")
        self.tell("demand_order", "demand_money", "demand_fair")
        self.situation("situation")
        self.need("targets")
        self.chapter("road")
        self.only("gets")
        self.paper.begin("for row in yearly")
        self.paper.put(self.say("head_year"), style="Heading 2")
        self.paper.where("if row.grades", self.say("year_grades"), style="Listed")
        self.tell("year_machines", "year_things", "year_money", "year_missing", style="Listed")
        self.paper.finish("for")
        self.things()
        self.money("money")
        self.lacking("lacking")
        self.chapter("doing")
        for part in ("office", "schools"):
            self.paper.begin(f"if tasks_{part}")
            self.paper.put(self.say(f"head_{part}"), style="Heading 2")
            self.listed(f"tasks_{part}")
            self.paper.finish("if")
        self.paper.begin("if deadlines")
        self.paper.put(self.say("head_deadlines"), style="Heading 2")
        self.listed("deadlines")
        self.paper.finish("if")
        self.tell("closing", style="Closing")

    def situation(self, head: str) -> None:
        """Write how things stand: schools, pupils, machines that still work."""
        self.chapter(head)
        self.tell("scale")
        self.paper.where("if years|length > 1", self.say("scale_last"))
        self.tell("stock")
        self.listed("sharing")

    def need(self, head: str) -> None:
        """Write what is needed, by year, as a table and as a chart."""
        self.chapter(head)
        self.only("ratios")
        self.tell("need")
        self.paper.put("{{ basis }}")
        self.table("need")
        self.tell("spare")
        self.figure("need")

    def things(self) -> None:
        """Write what else the roadmap asks of every school."""
        self.paper.begin("if things")
        self.tell("things")
        self.table("things")
        self.paper.finish("if")

    def money(self, head: str) -> None:
        """Write what it costs and who pays, in figures and in words."""
        self.chapter(head)
        self.tell("cost", "budget")
        self.table("money")
        self.figure("spending")
        self.only("carried")
        self.only("upkeep")
        self.only("lapsed")

    def lacking(self, head: str) -> None:
        """Write what is still missing, and where most."""
        self.chapter(head)
        self.paper.put("{{ missing }}")
        self.paper.begin("if worst")
        self.table("worst")
        self.paper.finish("if")
        for field in ("fairness", "equipment", "optional", "staffed"):
            self.only(field)
        self.paper.put("{{ proof }}")

    def end(self) -> None:
        """Write who receives the letter and who signs it."""
        signs = [
            ("{%p if authority %}", "Signatory"),
            ("{{ authority }}", "Signatory"),
            ("{%p endif %}", "Signatory"),
        ]
        signs += [("{{ signatory_title }}", "Signatory"), ("{{ signatory }}", "Signed")]
        receive = [(self.say("recipients"), "Recipients Heading")]
        receive += [(self.say("above"), "Recipients")] if self.kind == "to-trinh" else []
        receive += [("{%p for line in recipients %}", "Recipients"), ("- {{ line }};", "Recipients")]
        receive += [("{%p endfor %}", "Recipients"), (self.say("archive"), "Recipients")]
        self.paper.beside(receive, signs, widths=_END)

    def appendices(self) -> None:
        """Write the appendices, each on a page of its own; wide tables lie across."""
        self.appendix("schools", landscape=True)
        self.table("schools")
        self.paper.turn(landscape=False)
        self.figure("pupils")
        self.appendix("purchases", landscape=True)
        self.table("purchases")
        self.paper.begin("if moves")
        self.table("moves")
        self.paper.finish("if")
        self.appendix("spending", landscape=True)
        self.tell("cost", "spending_note")
        self.table("spending")
        self.table("shares")
        self.appendix("duties", landscape=True)
        self.tell("duties_note")
        self.table("duties")
        self.appendix("assumptions", landscape=False)
        self.listed("assumptions")
        self.table("norms")
        self.table("sources")
        self.listed("headcounts", style="Listed")
        self.appendix("certificate", landscape=False)
        self.listed("certificate", style="Text", mark="")
        self.table("rungs")
        self.table("checks")

    def appendix(self, name: str, *, landscape: bool) -> None:
        """Begin an appendix on a new page."""
        at = _APPENDICES.index(name) + 1
        self.paper.turn(landscape=landscape)
        self.paper.put(f"{self.say('appendix')} {_ROMAN[at]}", style="Appendix")
        self.paper.put(self.say(f"appendix_{name}").upper(), style="Appendix Title")
        self.paper.put(self.say("attached"), style="Source")


_SHORT = ("need", "worst", "things")
"""Tables that stand on one page."""

_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII")
_APPENDICES = ("schools", "purchases", "spending", "duties", "assumptions", "certificate")
