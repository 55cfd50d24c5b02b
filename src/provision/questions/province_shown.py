"""The report of many units together: sentences and tables of what their plans come to."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from provision.domain.plan import PROVEN_GAP
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.years import format_school_year
from provision.questions.province import Province
from provision.questions.report import Passage
from provision.questions.sheets import Sheet, sheet
from provision.questions.verdict import SHOWN, gap_of
from provision.store.standing import Standing
from provision.text import Words

_WORST = 10


def heading(province: Province, words: Words) -> Passage:
    """Return the report's title, its scenario, and the banner where data is made up."""
    title = words("province.title", units=len(province.plans))
    banner = f'<p class="banner">{escape(words("banner.illustrative"))}</p>' if province.illustrative else ""
    packs = [plan.summary["roadmap"] for plan in province.plans]
    titles = dict.fromkeys(f"{pack[f'title_{words.language}']}, {pack['document']}" for pack in packs)
    scenario = words("province.scenario", scenario=province.label(words.language), roadmaps="; ".join(titles))
    return Passage(f"<h1>{escape(title)}</h1>{banner}<p>{escape(scenario)}</p>")


def findings(province: Province, words: Words) -> tuple[str, ...]:
    """Return what all plans come to, whom they leave worst served, and who has no plan."""
    last = province.years[-1]
    need, short = province.total(last, "need"), province.total(last, "missing")
    units = len(province.plans)
    said = [
        words(
            "province.gets",
            units=units,
            machines=words.number(sum(plan.obtained for plan in province.plans), 1),
            last=format_school_year(last),
            met=words.number(need - short, 1),
            need=words.number(need),
        ),
        words(
            "province.missing" if short >= SHOWN else "province.met",
            units=units,
            last=format_school_year(last),
            need=words.number(need),
            machines=words.number(short, 1),
            share=words.percent(short / need if need else 0),
            pupils=province.total(last, "pupils_without"),
            schools=province.total(last, "schools_short"),
        ),
        words("province.cost", cost=words.money(province.cost), units=units),
    ]
    if worst := worst_units(province)[:3]:
        named = [words("province.part", unit=p.name, share=words.percent(_share(p))) for p in worst]
        said.append(words("province.worst", last=format_school_year(last), units=words.listing(named)))
    said += [words("province.failed", unit=name) for name in province.failures]
    return (*_hurried(province, words), *said, *_certainty(province, words))


def _hurried(province: Province, words: Words) -> tuple[str, ...]:
    """Return what stands before all else where a clock ended the search of some plan."""
    limits = {p.summary["scenario"]["time_limit"] for p in province.plans if not p.summary["reproducible"]}
    return (words("province.hurried", seconds=max(limits)),) if limits else ()


def _certainty(province: Province, words: Words) -> tuple[str, ...]:
    """Return whether the parts are the whole, and how far what was planned is from the best there is."""
    said = []
    for joint in province.together:
        open_rungs = [rung for rung in province.rungs(joint) if rung.gap > PROVEN_GAP and rung.name != "tie"]
        gaps = [words("verdict.gap", rung=words(f"rung.{r.name}"), gap=gap_of(r, words)) for r in open_rungs]
        if gaps:
            said.append(words("province.gaps", units=len(joint.units), gaps=words.listing(gaps)))
    if province.together:
        units, found = sum(len(plan.units) for plan in province.together), province.differences()
        said.append(words("province.differs" if found else "province.reconciled", units=units, count=len(found)))
    if count := sum(plan.summary["status"] != "proven" for plan in province.plans):
        said.append(words("province.unproven", count=count, units=len(province.plans)))
    return tuple(said)


def conclusion(province: Province, words: Words) -> Passage:
    """Return the findings as they stand in a report."""
    return Passage("".join(f'<p class="verdict">{escape(line)}</p>' for line in findings(province, words)))


def worst_units(province: Province) -> Sequence[Standing]:
    """Return the plans in which something is missing in their last year, the largest share of the need first."""
    short = [p for p in province.plans if p.total(p.years[-1], "missing") >= SHOWN]
    return sorted(short, key=lambda p: (-_share(p), p.units))


def by_unit(province: Province, words: Words) -> Sheet:
    """Return what each unit's plan comes to, a row a unit in the order of codes, and the sum of all."""
    rows = [
        _unit_row(plan.name, [plan], words) | {words("province.proof"): _status(plan, words)}
        for plan in province.plans
    ]
    rows += [
        dict.fromkeys(rows[0], "")
        | {words("province.unit"): name, words("province.proof"): words("province.no_plan")}
        for name in province.failures
    ]
    rows.append(_unit_row(words("table.total"), province.plans, words) | {words("province.proof"): ""})
    return sheet(rows)


def by_year(province: Province, words: Words) -> Sheet:
    """Return need, machines, what is missing and what is spent by all units, a row a school year."""
    rows = [
        {
            words("table.year"): format_school_year(year),
            words("province.need_year"): words.number(province.total(year, "need")),
            words("province.missing_machines"): words.number(province.total(year, "missing"), 1),
            words("province.pupils"): words.number(province.total(year, "pupils_without")),
            words("province.spent"): words.millions(province.total(year, "spent")),
        }
        for year in province.years
    ]
    return sheet(rows, point=words.point)


def by_item(province: Province, words: Words) -> Sheet:
    """Return what the roadmap asks beyond pupil computers, needed and missing in the last year, a row an item."""
    found: dict[str, list[float]] = {}
    for plan in province.plans:
        for c in (c for c in plan.coverage if c.year == plan.years[-1] and c.item != PUPIL_COMPUTER):
            row = found.setdefault(c.item, [0, 0, 0])
            for n, count in enumerate((c.need, c.missing, c.missing >= SHOWN)):
                row[n] += count
    rows = [
        {
            words("table.item"): words(f"item.{item}") if words.has(f"item.{item}") else item,
            words("province.items_needed"): words.number(need),
            words("province.items_missing"): words.number(missing, 1),
            words("province.share"): words.percent(missing / need if need else 0),
            words("table.schools_short"): words.number(short),
        }
        for item, (need, missing, short) in sorted(found.items())
    ]
    return sheet(rows, words("table.no_item"))


def by_school(province: Province, words: Words) -> Sheet:
    """Return the schools of the whole province that are worst served in the last year of their plans."""
    rows = [
        (c, plan) for plan in province.plans for c in plan.machines if c.year == plan.years[-1] and c.missing >= SHOWN
    ]
    rows.sort(key=lambda row: (-row[0].missing / row[0].need, -row[0].missing, row[0].school))
    return sheet(
        [
            {
                words("table.school"): plan.names[c.school],
                words("province.unit"): plan.name,
                words("province.need"): words.number(c.need),
                words("province.missing_machines"): words.number(c.missing, 1),
                words("province.share"): words.percent(c.missing / c.need),
            }
            for c, plan in rows[:_WORST]
        ],
        words("province.nobody"),
        words=2,
    )


def caveats(province: Province, words: Words) -> Passage:
    """Return what the reader must know of the plans: each warning once, with the unit, or how many, it is of.

    Of warnings of one kind that each unit has with other numbers one is told as an example.
    """
    told: dict[str, dict[str, list[str]]] = {}
    for plan in province.plans:
        for code, text in dict.fromkeys((w["code"], str(w[words.language])) for w in plan.summary["warnings"]):
            told.setdefault(code, {}).setdefault(text, []).append(plan.name)
    lines = []
    for texts in told.values():
        (text, names), count = max(texts.items(), key=lambda row: len(row[1])), sum(map(len, texts.values()))
        if len(texts) > 1:
            lines.append(words("province.warned_alike", text=text, unit=names[0], count=count))
        elif count > 1:
            lines.append(words("province.warned", text=text, count=count))
        else:
            lines.append(words("province.warned_one", text=text, unit=names[0]))
    return Passage("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>")


def links(province: Province, words: Words) -> Passage:
    """Return where the units' reports lie, and the page of all, as seen from the folder of this report."""
    pages = [(f"../{plan.folder}/report.html", plan.name) for plan in province.plans]
    listed = "".join(f'<li><a href="{escape(quote(to))}">{escape(name)}</a></li>' for to, name in pages)
    return Passage(f'<p><a href="../../index.html">{escape(words("province.index"))}</a></p><ul>{listed}</ul>')


def _unit_row(name: str, plans: Sequence[Standing], words: Words) -> dict[str, str]:
    def end(what: str) -> float:
        return sum(plan.total(plan.years[-1], what) for plan in plans)

    need, missing = end("need"), end("missing")
    return {
        words("province.unit"): name,
        words("province.need"): words.number(need),
        words("province.missing_machines"): words.number(missing, 1),
        words("province.share"): words.percent(missing / need if need else 0),
        words("province.pupils"): words.number(end("pupils_without")),
        words("province.missing_all"): words.number(sum(p.summary["totals"]["missing"] for p in plans), 1),
        words("province.spent"): words.millions(sum(p.summary["totals"]["cost"] for p in plans)),
    }


def _status(plan: Standing, words: Words) -> str:
    return words(f"status.{plan.summary['status']}")


def _share(plan: Standing) -> float:
    """Return the share of the last year's need that is missing."""
    need = plan.total(plan.years[-1], "need")
    return plan.total(plan.years[-1], "missing") / need if need else 0.0
