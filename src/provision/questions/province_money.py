"""The money of many units together: fund by fund, who has what of the shared ones and why, what keeps it running."""

from __future__ import annotations

from provision.domain.years import format_school_year
from provision.questions.province import OF_SCHOOLS, Province
from provision.questions.sheets import Sheet, sheet
from provision.text import Words


def by_fund(province: Province, words: Words) -> Sheet:
    """Return every fund and year with money in million VND; the units' own funds of one code are one."""
    rows = []
    for m in province.money():
        if m.budget or m.spent:
            name = m.names[words.language != "vi"] or m.names[0] or m.fund
            name = words("province.of_schools") if m.fund == OF_SCHOOLS and not m.shared else name
            rows.append(
                {
                    words("table.fund"): words("province.shared", fund=name) if m.shared else name,
                    words("table.year"): format_school_year(m.year),
                    words("province.given"): words.millions(m.budget),
                    words("province.spent"): words.millions(m.spent),
                }
            )
    return sheet(rows, words=2, note=words("province.kept"), point=words.point)


def by_shared_fund(province: Province, words: Words) -> Sheet:
    """Return what each unit has of the funds that all share, in million VND by school year."""
    shared = {s.fund for plan in province.plans for s in plan.spending if s.fund[0] == "" and s.spent}
    rows = []
    for plan in province.plans if shared else ():
        spent = {
            year: sum(s.spent for s in plan.spending if s.fund in shared and s.year == year)
            for year in province.years
        }
        cells = {format_school_year(year): words.millions(n) for year, n in spent.items()}
        total = {words("province.sum"): words.millions(sum(spent.values()))}
        rows.append({words("province.unit"): plan.name} | cells | total)
    if rows:
        every = [m for m in province.money() if m.shared]
        whole = {year: sum(m.spent for m in every if m.year == year) for year in province.years}
        cells = {format_school_year(year): words.millions(n) for year, n in whole.items()}
        total = {words("province.sum"): words.millions(sum(whole.values()))}
        rows.append({words("province.unit"): words("table.total")} | cells | total)
    return sheet(rows, words("province.nothing_shared"), point=words.point)


def by_shortage(province: Province, words: Words) -> Sheet:
    """Return what each unit has of shared money beside its shortage, its own money, and a split by shortage alone.

    Money is million VND of all years. A unit's shortage is the machines its schools need in the last year beyond
    those they have now and that still work then.
    """
    plans = [plan for plan in province.plans if any(s.fund[0] == "" for s in plan.spending)]
    shared = {p.units: sum(s.spent for s in p.spending if s.fund[0] == "") for p in plans}
    if not sum(shared.values()):
        return sheet([], words("province.nothing_shared"))
    lacking = sum(plan.lacking for plan in plans)
    rows = []
    for plan in plans:
        own = sum(s.budget for s in plan.spending if s.fund[0])
        alike = sum(shared.values()) * plan.lacking / lacking if lacking else 0
        need, missing = plan.total(plan.years[-1], "need"), plan.total(plan.years[-1], "missing")
        rows.append(
            {
                words("province.unit"): plan.name,
                words("province.lacking"): words.number(plan.lacking),
                words("province.own_money"): words.millions(own),
                words("province.shared_money"): words.millions(shared[plan.units]),
                words("province.per_machine"): words.millions(
                    (own + shared[plan.units]) / plan.lacking if plan.lacking else 0
                ),
                words("province.by_shortage"): words.millions(alike),
                words("province.share"): words.percent(missing / need if need else 0),
            }
        )
    rungs = [words(f"rung.{rung['name']}") for rung in plans[0].summary["rungs"] if rung["name"] != "tie"]
    return sheet(rows, note=words("province.why_shared", rungs=words.listing(rungs)), point=words.point)


def by_upkeep(province: Province, words: Words) -> Sheet:
    """Return what keeping all units' machines running costs in million VND by school year, and what no fund pays."""
    rows = []
    for year in province.years:
        found = [u for plan in province.plans for u in plan.upkeep if u.year == year]
        cost, unpaid = sum(u.cost for u in found), sum(u.unpaid for u in found)
        rows.append(
            {
                words("table.year"): format_school_year(year),
                words("table.upkeep"): words.millions(cost),
                words("table.paid"): words.millions(cost - unpaid),
                words("table.unpaid"): words.millions(unpaid),
            }
        )
    return sheet(rows, point=words.point)
