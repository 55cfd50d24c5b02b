"""What does one school get, when and from whose money? A page for its head."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.years import format_school_year
from provision.questions.coverage import share_missing
from provision.questions.history import SchoolYear, brings, joining, paid_by, school_years
from provision.questions.remarks import item_name
from provision.questions.report import Passage
from provision.questions.sheets import Sheet, sheet
from provision.questions.verdict import SHOWN
from provision.questions.years import year_of
from provision.text import Words


def schools_of(plan: Plan) -> tuple[str, ...]:
    """Return the codes of who has a page: whoever has a need, things, a purchase or a move, in order of name."""
    found = {c.school for c in plan.coverage} | {p.school for p in plan.purchases}
    found |= {t.giver for t in plan.transfers} | {t.taker for t in plan.transfers}
    return tuple(sorted(found, key=lambda school: (plan.problem.names[school], school)))


def school_page(plan: Plan, school: str, words: Words) -> Passage:
    """Return a school's page as HTML: what it gets each year, who pays, what else it needs, where it stands."""
    problem = plan.problem
    lines = [where(plan, school, words), gist(plan, school, words), *told(plan, school, words)]
    parts = [f"<h2>{escape(problem.names[school])}</h2>", *(f"<p>{escape(line)}</p>" for line in lines if line)]
    if problem.illustrative:
        parts.insert(1, f'<p class="banner">{escape(words("banner.illustrative"))}</p>')
    return Passage("".join([*parts, *(table.html for table in tables(plan, school, words))]))


def where(plan: Plan, school: str, words: Words) -> str:
    """Return a school's unit and level; empty where it plans for itself."""
    problem = plan.problem
    if problem.is_one_school:
        return ""
    units = dict(zip(problem.units, problem.unit_names, strict=True))
    level = words(f"level.{problem.levels[school]}")
    return words("school.where", unit=units[problem.unit_of[school]], level=level)


def told(plan: Plan, school: str, words: Words) -> tuple[str, ...]:
    """Return a school's place among all, and what became of it or came to it by mergers."""
    return tuple(filter(None, (_place(plan, school, words), *_kin(plan, school, words))))


def tables(plan: Plan, school: str, words: Words) -> tuple[Sheet, ...]:
    """Return a school's years where it has any, who pays, and what else it needs."""
    rows = school_years(plan, school)
    years = (_yearly(plan, school, rows, words),) if rows else ()
    return (*years, _paid(plan, school, words), _others(plan, school, words))


def gist(plan: Plan, school: str, words: Words) -> str:
    """Return one sentence for a head of school: what comes in all, and what stands at the end."""
    rows = [c for c in plan.machines if c.school == school]
    got = [p for p in plan.purchases if p.school == school and _is_computer(plan, p.option)]
    leased = sum(p.quantity for p in got if plan.problem.options[p.option].mode == "lease")
    bought = sum(p.quantity for p in got) - leased
    arrived = sum(t.quantity for t in plan.transfers if t.item == PUPIL_COMPUTER and t.taker == school)
    left = sum(t.quantity for t in plan.transfers if t.item == PUPIL_COMPUTER and t.giver == school)
    counts = {"bought": bought, "leased": leased, "arrived": arrived, "left": left}
    if not (rows or got or any(counts.values())):
        return ""
    parts = [words(f"school.{way}", machines=words.number(n, 1)) for way, n in counts.items() if n]
    gets = words("school.gets", parts=words.listing(parts)) if parts else words("school.gets_nothing")
    if not rows:
        return gets
    end = max(rows, key=lambda c: c.year)
    short = end.missing >= SHOWN
    key = "school.end_missing" if short else "school.end_met" if end.need else "school.end_no_need"
    return f"{gets} " + words(
        key,
        year=year_of(end.year, words, plan, school=school),
        have=words.number(end.have, 1),
        need=words.number(end.need),
        missing=words.number(end.missing, 1),
        pupils=words.number(end.pupils_without),
    )


def _place(plan: Plan, school: str, words: Words) -> str:
    """Return a school's place by the share of its need that is missing at the end; empty where it needs nothing."""
    last = plan.problem.years[-1]
    ends = {c.school: share_missing(c) for c in plan.machines if c.year == last and c.need}
    if school not in ends or plan.problem.is_one_school:
        return ""
    worse = sum(round(share, 3) > round(ends[school], 3) for share in ends.values())  # as the shares are told
    if not round(ends[school], 3):
        return words("school.place_met", year=format_school_year(last), schools=len(ends), met=len(ends) - worse)
    return words(
        "school.place",
        year=format_school_year(last),
        share=words.percent(ends[school], 1),
        place=worse + 1,
        schools=len(ends),
    )


def _kin(plan: Plan, school: str, words: Words) -> Iterator[str]:
    """Yield what became of a school that is gone, and which schools have merged into it with what."""
    problem = plan.problem
    gone = [y for y in problem.years[1:] if problem.owner(school, y) != school == problem.owner(school, y - 1)]
    for year in gone:
        heir, things = problem.owner(school, year), _brought(plan, school, year, words)
        if heir is None:
            yield words("school.closed", year=format_school_year(year), things=things)
        else:
            yield words("school.merged", year=format_school_year(year), heir=problem.names[heir], things=things)
    for year in problem.years:
        for other in joining(plan, school, year):
            things = _brought(plan, other, year, words)
            yield words("school.joined", year=format_school_year(year), school=problem.names[other], things=things)


def _brought(plan: Plan, school: str, year: int, words: Words) -> str:
    """Return what a school that merges or closes had and still works, as a list in words."""
    things = brings(plan, school, year)
    parts = [
        words("school.things", count=words.number(n, 1), what=item_name(plan, i, words)) for i, n in things.items()
    ]
    return words.listing(parts) or words("school.nothing")


def _is_computer(plan: Plan, option: str) -> bool:
    return PUPIL_COMPUTER in plan.problem.options[option].serves


def _yearly(plan: Plan, school: str, rows: tuple[SchoolYear, ...], words: Words) -> Sheet:
    """Return the years of a school, a row each."""
    problem = plan.problem

    def got(row: SchoolYear) -> str:
        named = {o: t.name(words.language) for o, t in problem.options.items()}
        parts = [words("school.of", count=words.number(n, 1), what=named[option]) for option, n in row.got]
        counts = {"joined": row.joined, "arrived": row.arrived, "left": row.left}
        parts += [words(f"school.cell_{way}", machines=words.number(n, 1)) for way, n in counts.items() if n]
        return "; ".join(parts)

    def cells(row: SchoolYear) -> dict[str, str]:
        counts = {"pupils": row.pupils, "need": row.need, "stock": row.stock, "aged": row.aged}
        ends = {
            "have": row.have,
            "missing": row.missing,
            "pupils_without": row.pupils_without if row.missing >= SHOWN else 0,
        }
        said = {key: words.number(n, 1) if row.is_open else "–" for key, n in (counts | ends).items()}
        year = year_of(row.year, words, plan, school=school)
        done = problem.frozen_until is not None and row.year <= problem.frozen_until
        return {"year": words("school.done", year=year) if done else year, "got": got(row)} | said

    order = ("table.year", "school.got", "school.pupils", "table.need", "table.stock", "school.aged")
    heads = {words(key): key.split(".")[1] for key in (*order, "table.have", "table.missing", "table.pupils_without")}
    late = problem.scenario.delivery_lag
    note = words("school.late", years=late) if late else ""
    return sheet(
        ({head: cells(row)[key] for head, key in heads.items()} for row in rows),
        words=2,
        note=note,
        point=words.point,
    )


def _paid(plan: Plan, school: str, words: Words) -> Sheet:
    """Return who pays for a school, a row a fund, a column a year, in million VND; the total is to the dong."""
    paid = paid_by(plan, school)
    rows = []
    for fund in dict.fromkeys(fund for _, fund in paid):
        amounts = [paid.get((year, fund), 0) for year in plan.problem.years]
        row = {words("school.amount"): plan.problem.fund_name(fund, words.language)}
        row |= {format_school_year(y): words.millions(n) for y, n in zip(plan.problem.years, amounts, strict=True)}
        rows.append(row | {words("table.total"): words.millions(sum(amounts))})
    total = words("school.paid", amount=words.exact_money(sum(paid.values())))
    return sheet(rows, words("school.unpaid"), note=total, point=words.point)


def _others(plan: Plan, school: str, words: Words) -> Sheet:
    """Return what else a school needs and has in the last year it teaches, in items."""
    rows = [c for c in plan.coverage if c.school == school]
    last = max((c.year for c in rows), default=None)
    return sheet(
        [
            {
                words("school.other", year=format_school_year(c.year)): item_name(plan, c.item, words),
                words("table.need"): words.number(c.need),
                words("table.have"): words.number(c.have, 1),
                words("table.missing"): words.number(c.missing, 1),
            }
            for c in rows
            if c.item != PUPIL_COMPUTER and c.year == last
        ],
        words("school.no_other"),
        point=words.point,
    )
