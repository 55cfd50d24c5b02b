"""The index page of a batch: a table a scenario, a row a unit, what all come to, and what could not be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from provision.questions.verdict import fairness, headline, proof
from provision.render.pages import page
from provision.render.tasks import PROVINCE, Report, RollUp, Task
from provision.store import open_plan
from provision.store.standing import Standing, read_standing
from provision.text import Words


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table that can be sorted: what it says, and the number or text it is sorted by."""

    text: str
    by: str


def index_page(reports: Sequence[Report], words: Words) -> str:
    """Return the page: every unit and scenario, with a link to its report or the reason why there is none."""
    made = {
        r.task.folder: read_standing(r.task.folder) for r in reports if isinstance(r.task, Task) and not r.failure
    }
    sections = []
    for name in dict.fromkeys(report.task.name for report in reports):
        rows = [r for r in reports if r.task.name == name]
        plans = [made[r.task.folder] for r in rows if r.task.folder in made]
        scenario = plans[0].summary["scenario"] if plans else {"label_vi": name, "label_en": name}
        label = scenario[f"label_{words.language}"] or scenario["label_vi"] or name
        rolled = next((r for r in rows if isinstance(r.task, RollUp) and not r.failure), None)
        sections.append(
            {
                "title": words("page.of_scenario", scenario=label),
                "rows": [_row(r.task, r.failure, made, words) for r in rows if isinstance(r.task, Task)],
                "total": _cells(plans, words) if len(rows) > 1 and plans else (),
                "province": f"{name}/{PROVINCE}/report.html" if rolled else "",
                "verdict": _verdict(rows[0], words) if len(rows) == 1 and plans else (),
            }
        )
    return page(
        "index.html.j2",
        sections=sections,
        words=words,
        language=words.language,
        illustrative=any(plan.summary["illustrative"] for plan in made.values()),
        failed=sum(bool(r.failure) for r in reports if isinstance(r.task, Task)),
        version=version("provision"),
    )


def _row(task: Task, failure: str, made: Mapping[Path, Standing], words: Words) -> dict[str, object]:
    """Return one unit's row."""
    if failure:
        return {"unit": task.called, "failure": failure}
    plan = made[task.folder]
    worst = plan.worst
    said = ""
    if worst is not None:
        share = words.percent(worst.missing / worst.need)
        said = words("page.worst_school", school=plan.names[worst.school], share=share)
    return {
        "unit": plan.name,
        "failure": "",
        "cells": _cells([plan], words),
        "worst": Cell(said, str(float(worst.missing / worst.need) if worst else 0.0)),
        "status": words(f"status.{plan.summary['status']}"),
        "link": f"{task.name}/{task.unit}/report.html",
    }


def _cells(plans: Sequence[Standing], words: Words) -> tuple[Cell, ...]:
    """Return what some plans miss in their last year, of what they need then, and in all, and what they cost."""
    last, need = (sum(plan.total(plan.years[-1], what) for plan in plans) for what in ("missing", "need"))
    missing, cost = (sum(plan.summary["totals"][key] for plan in plans) for key in ("missing", "cost"))
    told = (
        (words.number(last, 1), last),
        (words.percent(last / need if need else 0), last / need if need else 0),
        (words.number(missing, 1), missing),
        (words.millions(cost), cost),
    )
    return tuple(Cell(text, str(by)) for text, by in told)


def _verdict(report: Report, words: Words) -> tuple[str, ...]:
    """Return the sentences of a plan, for a page of one unit."""
    plan = open_plan(report.task.folder).plan
    return tuple(filter(None, (*headline(plan, words), fairness(plan, words), proof(plan, words))))
