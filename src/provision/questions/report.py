"""What a report notebook shows, a function a section: each returns something that shows itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from provision.domain.plan import Plan
from provision.domain.scenario import LEVERS
from provision.posing.sharing import moved_by_hand
from provision.questions.proof import certified
from provision.questions.remarks import remarks
from provision.questions.verdict import assumptions, fairness, headline, proof
from provision.text import Words

COMPLETE = "provision-report-complete"
"""The mark of the last cell: a notebook without it did not run to its end, whatever its cells say."""


@dataclass(frozen=True)
class Passage:
    """A piece of HTML whose text has been escaped."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def titles(plan: Plan, words: Words) -> tuple[str, ...]:
    """Return the title, the scenario and roadmap in a line, and where levers were moved a line of them."""
    problem, pack = plan.problem, plan.problem.roadmap
    day = "/".join(reversed(pack.issued.split("-")))
    title = words("report.title", units=", ".join(problem.unit_names))
    scenario = words(
        "report.scenario",
        scenario=problem.scenario.label(words.language),
        title=pack.title_vi if words.language == "vi" else pack.title_en,
        document=pack.document,
        issued=day,
    )
    return (title, scenario, *_moved(plan, words))


def heading(plan: Plan, words: Words) -> Passage:
    """Return the report's title, its scenario and roadmap, and the banner where data is made up."""
    title, *lines = titles(plan, words)
    banner = f'<p class="banner">{escape(words("banner.illustrative"))}</p>' if plan.problem.illustrative else ""
    return Passage(f"<h1>{escape(title)}</h1>{banner}{_paragraphs(lines)}")


def findings(plan: Plan, words: Words) -> tuple[str, ...]:
    """Return the three sentences a head of office repeats, and how far they are proven.

    A plan that another run may not give again is told before all else.
    """
    lines = [*headline(plan, words), fairness(plan, words), *remarks(plan, words), proof(plan, words)]
    return tuple(filter(None, lines))


def conclusion(plan: Plan, words: Words) -> Passage:
    """Return the findings as they stand in a report."""
    return Passage(_paragraphs(findings(plan, words), css="verdict"))


def certificate(plan: Plan, words: Words) -> Passage:
    """Return the certificate's lines as they stand in a report."""
    return Passage(_paragraphs(certificate_lines(plan, words)))


def certificate_lines(plan: Plan, words: Words) -> tuple[str, ...]:
    """Return what no plan can miss less than, who says so, what that means, and how to repeat it."""
    means = f"{words(f'certificate.is_{plan.problem.scenario.weigh}')} {words('certificate.means')}"
    carried = words("certificate.carried_out") if plan.problem.facts else ""
    return tuple(filter(None, (*certified(plan, words), means, carried, words("certificate.repeat"))))


def caveats(plan: Plan, words: Words) -> Passage:
    """Return what the figures rest on, as a list."""
    return Passage("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in assumptions(plan, words)) + "</ul>")


def end(words: Words) -> Passage:
    """Return the last line of a report that ran to its end."""
    return Passage(f'<p class="done" data-mark="{COMPLETE}">{escape(words("report.done"))}</p>')


def _moved(plan: Plan, words: Words) -> list[str]:
    moved = moved_by_hand(plan.problem.scenario)
    known = {lever.name for lever in LEVERS}
    parts = [
        words("report.lever_part", lever=words(f"lever.{name}"), value=lever_value(value, words))
        for name, value in moved.items()
        if name in known
    ]
    return [words("report.moved", levers="; ".join(parts))] if parts else []


def lever_value(value: object, words: Words) -> str:
    """Return what a lever stands at, in the reader's words and numbers."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return words.number(value, 4)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {lever_value(number, words)}" for key, number in value.items())
    if isinstance(value, tuple):
        return ", ".join(words(f"rung.{rung}") for rung in value)
    key = f"value.{str(value).lower()}"
    return words(key) if words.has(key) else str(value)


def _paragraphs(lines: Iterable[str], css: str = "") -> str:
    mark = f' class="{css}"' if css else ""
    return "".join(f"<p{mark}>{escape(line)}</p>" for line in lines)
