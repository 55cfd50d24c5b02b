"""The tables of a report, in the reader's words and numbers."""

from __future__ import annotations

from pathlib import Path

from provision.audit import AUDITS, audit_plan
from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.years import format_school_year
from provision.questions.proof import bound_of, distance_of
from provision.questions.remarks import item_name
from provision.questions.sheets import Sheet, sheet
from provision.questions.verdict import gap_of, is_school_money
from provision.questions.years import year_of
from provision.store.certificate import CERTIFICATE, read_certificate
from provision.store.fingerprints import sha256, versions
from provision.text import Words


def by_year(plan: Plan, words: Words) -> Sheet:
    """Return need, machines, what is missing and what is spent, a row a school year."""
    rows = []
    for year in plan.problem.years:
        total = plan.totals["years"][str(year)]
        old = sum(c.stock for c in plan.machines if c.year == year)
        rows.append(
            {
                words("table.year"): year_of(year, words, plan),
                words("table.need"): words.number(total["need"]),
                words("table.stock"): words.number(old),
                words("table.have"): words.number(total["have"], 1),
                words("table.met"): words.number(total["need"] - total["missing"], 1),
                words("table.missing"): words.number(total["missing"], 1),
                words("table.pupils_without"): words.number(total["pupils_without"]),
                words("table.spent"): words.millions(total["spent"]),
            }
        )
    return sheet(rows, point=words.point)


def by_option(plan: Plan, words: Words) -> Sheet:
    """Return what is had of each option by year in items, with its price and cost in million VND and its life."""
    rows = []
    for option in sorted({p.option for p in plan.purchases}, key=lambda o: (plan.problem.options[o].item, o)):
        terms = plan.problem.options[option]
        bought = [p for p in plan.purchases if p.option == option]
        prices = [p.unit_price for p in bought]
        low, high = words.millions(min(prices), 2), words.millions(max(prices), 2)
        yearly = {y: sum(p.quantity for p in bought if p.year == y) for y in plan.problem.years}
        rows.append(
            {
                words("table.option"): terms.name(words.language),
                words("table.way"): words(f"way.{terms.mode}"),
                words("table.life"): words.number(terms.life_years),
                words("table.price"): low if low == high else f"{low}–{high}",
            }
            | {format_school_year(y): words.number(n, 1) for y, n in yearly.items()}
            | {words("table.cost"): words.millions(sum(p.cost for p in bought))}
        )
    return sheet(rows, words("table.no_purchase"), words=2, point=words.point)


def by_fund(plan: Plan, words: Words) -> Sheet:
    """Return every fund and year with money in million VND, what schools raised themselves in one."""
    own = words("chart.spending.others", count=sum(is_school_money(plan, f) for f in plan.problem.funds))
    found: dict[tuple[str, int], list[int]] = {}
    for s in sorted(plan.spending, key=lambda s: (is_school_money(plan, s.fund), s.fund, s.year)):
        name = own if is_school_money(plan, s.fund) else plan.problem.fund_name(s.fund, words.language)
        row = found.setdefault((name, s.year), [0, 0, 0, 0])
        for n, amount in enumerate((s.budget, s.carried_in, s.spent, s.carried_out)):
            row[n] += amount
    heads = [words("table.in_millions", head=words(f"table.{key}")) for key in ("budget", "carried_in")]
    heads += [words("table.spent"), words("table.in_millions", head=words("table.carried_out"))]
    rows = [
        {words("table.fund"): name, words("table.year"): format_school_year(year)}
        | {head: words.millions(amount) for head, amount in zip(heads, amounts, strict=True)}
        for (name, year), amounts in found.items()
        if amounts[0] or amounts[1]
    ]
    return sheet(rows, words=2, point=words.point)


def by_rung(plan: Plan, words: Words) -> Sheet:
    """Return every objective with its value, the bound no plan can beat, and the gap between them."""
    return sheet(
        [
            {
                words("table.rung"): f"{words(f'rung.{r.name}')} ({words(f'rung_unit.{r.name}')})",
                words("table.value"): words.number(round(r.value, 6), 2),  # 0.285 may come out as 0.28499999
                words("table.bound"): words.number(r.bound, 2),
                words("table.gap"): gap_of(r, words),
            }
            for r in plan.rungs
        ]
    )


def by_check(plan: Plan, words: Words, folder: str) -> Sheet:
    """Return what the certificate rests on: bounds, what is checked here once more, and with which programs.

    The fingerprint is that of ``certificate.json`` in ``folder``, which has those of all other files; a plan that is
    in no folder has none yet.
    """
    made_with = read_certificate(Path(folder))[1]["versions"] if folder else versions()
    told, unit = plan.certificate, words(f"certificate.{plan.problem.scenario.weigh}")
    figures = {
        "missing": f"{words.number(told.missing, 2)} {unit}",
        "least": f"{bound_of(plan, words)} {unit}",
        "gap": distance_of(plan, words),
        "solver": ", ".join(words.number(r.bound, 2) for r in plan.rungs if r.name == "missing"),
        "rules": words.number(len(AUDITS)),
        "purchases": words.number(len(plan.purchases)),
        "transfers": words.number(len(plan.transfers)),
        "payments": words.number(len(plan.payments)),
        "cost": words.exact_money(plan.totals["cost"]),
        "faults": words.number(len(audit_plan(plan, plan.problem))),
        "programs": ", ".join(f"{name} {number}" for name, number in made_with.items()),
        "fingerprint": sha256(Path(folder) / CERTIFICATE)[:12] if folder else "",
    }
    item, figure = words("certificate.item"), words("certificate.figure")
    rows = [{item: words(f"certificate.row_{name}"), figure: told} for name, told in figures.items() if told]
    return sheet(rows, words=2)


def by_item(plan: Plan, words: Words) -> Sheet:
    """Return what the roadmap asks beyond pupil computers: what stands in the last year, purchases, cost.

    What is beyond a need at its own school serves the years after the period, or nobody.
    """
    last = plan.problem.years[-1]
    items = sorted({c.item for c in plan.coverage} - {PUPIL_COMPUTER})
    rows = []
    for item in items:
        ends = [c for c in plan.coverage if (c.item, c.year) == (item, last)]
        bought = [p for p in plan.purchases if p.item == item]
        rows.append(
            {
                words("table.item"): item_name(plan, item, words),
                words("table.need"): words.number(sum(c.need for c in ends)),
                words("table.still"): words.number(sum(c.stock for c in ends)),
                words("table.met"): words.number(sum(c.need - c.missing for c in ends), 1),
                words("table.missing"): words.number(sum(c.missing for c in ends), 1),
                words("table.schools_short"): words.number(sum(c.missing > 0 for c in ends)),
                words("table.bought_in_all"): words.number(sum(p.quantity for p in bought), 1),
                words("table.beyond"): words.number(sum(max(0, c.have - c.need) for c in ends), 1),
                words("table.cost"): words.millions(sum(p.cost for p in bought)),
            }
        )
    return sheet(rows, words("table.no_item"), point=words.point)


def by_move(plan: Plan, words: Words) -> Sheet:
    """Return who gives how many machines to whom in which year, how long they last and what moving them costs."""
    names = plan.problem.names
    return sheet(
        (
            [
                {
                    words("table.year"): format_school_year(t.year),
                    words("table.giver"): names[t.giver],
                    words("table.taker"): names[t.taker],
                    words("table.item"): item_name(plan, t.item, words),
                    words("table.quantity"): words.number(t.quantity, 1),
                    words("table.last_year"): format_school_year(t.last_year),
                    words("table.cost"): words.millions(t.cost, 2),
                }
                for t in sorted(plan.transfers, key=lambda t: (t.year, t.giver, t.taker))
            ]
        ),
        words("table.no_move"),
        words=4,
    )


def by_payer(plan: Plan, words: Words) -> Sheet:
    """Return from whose money each school's bills are paid, in million VND, a column a fund; dearest school first."""
    common = [f for f in plan.problem.funds if not is_school_money(plan, f)]
    paid: dict[str, dict[str, int]] = {}
    for p in plan.payments:
        name = plan.problem.fund_name(p.fund, words.language) if p.fund in common else words("table.own_money")
        row = paid.setdefault(p.school, {})
        row[name] = row.get(name, 0) + p.amount
    columns = [plan.problem.fund_name(f, words.language) for f in common] + [words("table.own_money")]
    shown = [c for c in dict.fromkeys(columns) if any(c in row for row in paid.values())]
    rows = [
        {words("table.school"): plan.problem.names[school]}
        | {c: words.millions(row.get(c, 0)) for c in shown}
        | {words("table.total"): words.millions(sum(row.values()))}
        for school, row in sorted(paid.items(), key=lambda found: (-sum(found[1].values()), found[0]))
    ]
    return sheet(rows, point=words.point)


def by_upkeep(plan: Plan, words: Words) -> Sheet:
    """Return what keeping machines running costs each year in million VND, and what no fund pays of it."""
    rows = []
    for year in plan.problem.years:
        found = [u for u in plan.upkeep if u.year == year]
        cost, unpaid = sum(u.cost for u in found), sum(u.unpaid for u in found)
        rows.append(
            {
                words("table.year"): format_school_year(year),
                words("table.upkeep"): words.millions(cost),
                words("table.in_millions", head=words("table.paid")): words.millions(cost - unpaid),
                words("table.in_millions", head=words("table.unpaid")): words.millions(unpaid),
            }
        )
    return sheet(rows, point=words.point)


def by_price(plan: Plan, words: Words) -> Sheet:
    """Return the machine-years that a million VND more would save, a row a fund, a column a year.

    They are those of the period and, discounted, of the years after it. Funds that would save none are named below.
    """
    rows, idle = [], []
    for fund in plan.problem.funds:
        worth = {p.year: p.machine_years_per_million for p in plan.prices if p.fund == fund}
        if any(worth.values()):
            rows.append(
                {words("table.fund"): plan.problem.fund_name(fund, words.language)}
                | {format_school_year(y): words.number(worth[y], 3) for y in plan.problem.years}
            )
        else:
            idle.append(fund)
    schools = sum(is_school_money(plan, f) for f in idle)
    said = [plan.problem.fund_name(f, words.language) for f in idle if not is_school_money(plan, f)]
    if schools:
        said.append(words("table.school_funds", count=schools))
    note = words("table.idle_funds", funds="; ".join(said)) if said else ""
    return sheet(rows, words("table.no_price"), note=note, point=words.point)


def by_promise(plan: Plan, words: Words) -> Sheet:
    """Return the promises of the earlier plan that this one breaks."""
    return sheet(
        (
            [
                {
                    words("table.school"): plan.problem.names[p.school],
                    words("table.year"): format_school_year(p.year),
                    words("table.item"): item_name(plan, p.item, words),
                    words("table.promised"): words.number(p.promised),
                    words("table.planned"): words.number(p.planned, 1),
                    words("table.broken"): words.number(p.broken, 1),
                }
                for p in plan.promises
                if p.broken
            ]
        ),
        words("table.no_promise"),
        words=3,
    )
