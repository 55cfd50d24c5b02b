"""What a plan says in the fields of a letter: numbers, sentences, lists, tables, charts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from fractions import Fraction
from typing import Any, get_args

from provision.charts.chart import source_line
from provision.documents.word.filled import blank
from provision.documents.word.rows import rows_of
from provision.domain.duty import Bearer
from provision.domain.letter import BLANKS, Filling
from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER, UNIT
from provision.domain.roadmap import Norm
from provision.domain.school import RatioLevel
from provision.domain.years import format_school_year
from provision.posing.alone import letterhead
from provision.questions.council import kept_answer, question_of
from provision.questions.coverage import bases
from provision.questions.deadlines import day, in_order
from provision.questions.duties import asked, standings
from provision.questions.headcounts import lines
from provision.questions.ratios import BASES
from provision.questions.remarks import equipment, item_name, lapsed, optional, upkeep
from provision.questions.report import certificate_lines
from provision.questions.staff import staffed
from provision.questions.verdict import assumptions, fairness, missing, proof, verdict
from provision.store.opening import Opened
from provision.text import Words
from provision.text.spelled import money_in_words

_MAY_STAY_EMPTY = ("authority",)


def fields_of(opened: Opened, filling: Filling, words: Words) -> dict[str, Any]:
    """Return every field of a letter by its name; a blank that nobody filled in says what belongs there."""
    plan = opened.plan
    tables = rows_of(opened, words)
    fields: dict[str, Any] = dict(_blanks(opened, filling, words))
    fields |= _figures(plan, words) | _sentences(plan, words) | _lists(opened, words)
    fields |= {"addressee": words.listing(list(fields["addressees"])), "yearly": list(_yearly(plan, words))}
    fields["grounds"] = [*_grounds(plan, words), *fields["grounds"]]
    fields |= {name: rows for name, (rows, _) in tables.items()}
    fields["total"] = {name: total for name, (_, total) in tables.items()}
    fields["years"] = [format_school_year(year) for year in plan.problem.years]
    return fields | {"chart_source": source_line(plan, words), "guide": False}


def _blanks(opened: Opened, filling: Filling, words: Words) -> Iterator[tuple[str, object]]:
    """Yield every blank as it is filled in, as the units' own data say it, or marked."""
    heads = [letterhead(opened.inputs, unit) for unit in opened.plan.problem.units]
    for name, kind in BLANKS.items():
        told = filling.get(name)
        own = {getattr(head, name, "") for head in heads}  # what units planned together do not share is nobody's
        what = blank(words(f"letter_blank.{name}"))
        if isinstance(told, str) and kind == "day":
            yield name, _day(date.fromisoformat(told), words)
        elif told is not None:
            yield name, told
        elif len(own) == 1 and own != {""}:
            yield name, own.pop()
        elif name in _MAY_STAY_EMPTY:
            yield name, ""
        else:
            yield name, (what,) if kind == "list" else what


def _day(told: date, words: Words) -> str:
    """Return a day as the decree has it: days and the first two months in two digits."""
    month = f"{told.month:02}" if told.month < 3 else str(told.month)
    return words("letter.day", day=f"{told.day:02}", month=month, year=str(told.year))


def _grounds(plan: Plan, words: Words) -> Iterator[str]:
    """Yield the documents that state the roadmap's norms, with the sections that do."""
    pack = plan.problem.roadmap
    sections: dict[str, list[str]] = {pack.document: []}
    norms: Sequence[Norm] = (*pack.phases, *pack.ratios, *pack.minimums, *pack.labs, *pack.deadlines, *pack.teaching)
    for norm in norms:
        sections.setdefault(norm.document or pack.document, []).append(norm.section)
    named = {s.duty.source.number: s.duty.source for s in standings(plan, everything=True)}
    for document, told in sections.items():
        source, sections_said = named.get(document), ", ".join(sorted(dict.fromkeys(told)))
        issued = ""
        if document == pack.document:
            with suppress(ValueError):  # some documents tell no day
                issued = words("letter.ground_day", day=day(date.fromisoformat(pack.issued).isoformat()))
        name = (source.name_vi if words.language == "vi" else source.name_en) if source else ""
        yield words(
            "letter.ground",
            document=document if " " in document else words("letter.ground_number", document=document),
            issued=issued,
            name=words("letter.ground_name", name=name) if name and name != document else "",
            where=words("letter.ground_sections", sections=sections_said) if sections_said else "",
        )


def _figures(plan: Plan, words: Words) -> dict[str, str]:
    problem, totals = plan.problem, plan.totals
    ends = {"first": problem.years[0], "last": problem.years[-1]}
    heads = {h.year: h for h in problem.reconciliation.headcounts}
    found: dict[str, str] = {}
    for end, year in ends.items():
        of_year = totals["years"][str(year)]
        taught = [s for s in problem.schools if (s, year) in problem.open_schools and problem.levels[s] != UNIT]
        figures = {
            "schools": len(taught),
            "pupils": heads[year].planned if year in heads else 0,
            "learners": heads[year].mandatory if year in heads else 0,
            "stock": sum(c.stock for c in plan.machines if c.year == year),
            "need": of_year["need"],
            "have": of_year["have"],
            "missing": of_year["missing"],
            "without": of_year["pupils_without"],
        }
        found |= {f"{name}_{end}": words.number(figure, 1) for name, figure in figures.items()}
        found[f"{end}_year"] = format_school_year(year)
    for name, dong in {"cost": totals["cost"], "budget": totals["budget"]}.items():
        found |= {name: words.exact_money(dong), f"{name}_in_words": money_in_words(dong, words)}
    left = totals["budget"] - totals["cost"]
    found |= {"left": words.exact_money(left), "left_in_words": money_in_words(max(0, left), words)}
    return found | {"bought": words.number(sum(p.quantity for p in plan.machines_bought), 1)}


def _sentences(plan: Plan, words: Words) -> dict[str, str]:
    problem = plan.problem
    gets, _, _ = verdict(plan, words)
    return {
        "banner": words("banner.illustrative") if problem.illustrative else "",
        "unit": words.listing(list(problem.unit_names)),
        "period": words(
            "letter.period" if len(problem.years) > 1 else "letter.period_one",
            first=format_school_year(problem.years[0]),
            last=format_school_year(problem.years[-1]),
        ),
        "aims": words("letter.aims", aims="; ".join(words(f"rung.{r.name}") for r in plan.rungs if r.name != "tie")),
        "document": problem.roadmap.document,
        "ratios": _ratios(plan, words),
        "basis": assumptions(plan, words)[0],
        "gets": _sentence(gets),
        "missing": missing(plan, words),
        "proof": words("letter.proof", said=proof(plan, words, advised=False).rstrip(".")),
        "fairness": fairness(plan, words),
        "equipment": equipment(plan, words),
        "optional": optional(plan, words),
        "staffed": staffed(plan, words),
        "carried": words("letter.carried") if any(s.carried_in for s in plan.spending) else "",
        "upkeep": upkeep(plan, words),
        "upkeep_unpaid": words.exact_money(unpaid) if (unpaid := sum(u.unpaid for u in plan.upkeep)) else "",
        "lapsed": lapsed(plan, words),
    }


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _ratios(plan: Plan, words: Words) -> str:
    """Return how many pupils share a machine by the roadmap, a part a level; empty where it says nothing."""
    told = [(level, plan.problem.roadmap.ratio(level)) for level in get_args(RatioLevel)]
    parts = [
        words(
            "letter.ratio_part",
            level=words(f"level.{level}"),
            pupils=ratio.pupils_per_machine,
            where=plan.problem.roadmap.stated_in(ratio),
        )
        for level, ratio in told
        if ratio is not None
    ]
    return words("letter.ratios", parts=words.listing(parts)) if parts else ""


def _lists(opened: Opened, words: Words) -> dict[str, Sequence[str]]:
    plan = opened.plan
    told = plan.problem.reconciliation
    answer = kept_answer("least", opened.folder)
    return {
        "sharing": bases(plan, words)[: len(BASES)],
        "least": question_of("least").said(answer, plan, words) if answer else (),
        "tasks_office": _tasks(plan, words, office=True),
        "tasks_schools": _tasks(plan, words, office=False),
        "deadlines": [
            words(
                "letter.deadline",
                day=day(d.date),
                what=d.title_vi if words.language == "vi" else d.title_en,
                where=plan.problem.roadmap.stated_in(d),
            )
            for d in in_order(plan.problem.roadmap)
        ],
        "assumptions": assumptions(plan, words),
        "headcounts": lines(told.headcounts, told.left_out, words),
        "certificate": (proof(plan, words, advised=False), *certificate_lines(plan, words)),
    }


def _tasks(plan: Plan, words: Words, *, office: bool) -> list[str]:
    """Return what documents ask of the office, or of schools alone, as far as it is not outside a plan or void.

    A school that plans for itself has no office to tell: what both are asked is its own.
    """

    def is_told(who: tuple[Bearer, ...]) -> bool:
        alone = plan.problem.is_one_school
        return not office and who != ("office",) if alone else ("office" in who) == office

    return [
        words("letter.task", what=asked(s.duty, words).rstrip("."), where=f"{s.duty.source.number}, {s.duty.section}")
        for s in standings(plan)
        if s.duty.force == "must" and s.name not in ("outside", "void", "told") and is_told(s.duty.who)
    ]


def _yearly(plan: Plan, words: Words) -> Iterator[dict[str, str]]:
    """Yield what each year brings: grades that are due, machines by way, other things, money, what is missing."""
    problem = plan.problem
    for year in problem.years:
        phases = problem.roadmap.phases_in_force(year)
        grades = sorted({grade for p in phases if p.status == "mandatory" for grade in p.grades})
        ways: dict[str, int | Fraction] = {}
        things: dict[str, int | Fraction] = {}
        for p in plan.purchases:
            if p.year == year:
                mode = problem.options[p.option].mode
                into, key = (ways, mode) if p.item == PUPIL_COMPUTER else (things, item_name(plan, p.item, words))
                into[key] = into.get(key, 0) + p.quantity
        for t in plan.transfers:
            if t.year == year and t.item == PUPIL_COMPUTER:
                ways["move"] = ways.get("move", 0) + t.quantity
        machines = [words(f"letter.way_{way}", count=words.number(count, 1)) for way, count in ways.items()]
        total = plan.totals["years"][str(year)]
        yield {
            "year": format_school_year(year),
            "grades": ", ".join(map(str, grades)),
            "machines": words.listing(machines) or words("letter.none"),
            "things": words.listing(
                [words("letter.thing", count=words.number(count, 1), item=name) for name, count in things.items()]
            )
            or words("letter.none"),
            "spent": words.exact_money(total["spent"]),
            "spent_in_words": money_in_words(total["spent"], words),
            "missing": words.number(total["missing"], 1),
            "without": words.number(total["pupils_without"]),
        }
