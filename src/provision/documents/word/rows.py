"""The rows of a letter's tables: what the plan's tables say, money to the dong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from provision.domain.inputs import ILLUSTRATIVE
from provision.domain.plan import Plan, Quantity, Spending
from provision.domain.problem import PUPIL_COMPUTER, FundKey
from provision.domain.years import format_school_year
from provision.intake.columns import TABLES
from provision.questions.duties import by_duty
from provision.questions.norms import norms
from provision.questions.remarks import item_name
from provision.questions.schools import by_school
from provision.questions.sheets import Sheet
from provision.questions.tables import by_check, by_rung
from provision.questions.verdict import SHOWN, is_school_money
from provision.questions.years import year_of
from provision.store.opening import Opened
from provision.text import Words
from provision.text.spelled import money_in_words

Row = Mapping[str, Any]
Rows = tuple[Sequence[Row], Row]
"""A table's rows, and what of them is summed up."""

_MOST_NAMED = 10


def rows_of(opened: Opened, words: Words) -> dict[str, Rows]:
    """Return every table of a letter by its field: its rows, and what of them is summed up."""
    plan = opened.plan
    found = {"need": _need, "money": _money, "worst": _worst, "things": _things, "schools": _schools}
    found |= {"purchases": _purchases, "moves": _moves, "spending": _spending, "shares": _shares}
    tables: dict[str, Rows] = {name: rows(plan, words) for name, rows in found.items()}
    told = {
        "duties": (by_duty(plan, words, advised=False), ("no", "subject", "where", "who", "standing", "detail")),
        "norms": (norms(plan.problem.roadmap, words), ("what", "of", "value", "where")),
        "rungs": (by_rung(plan, words), ("objective", "reached", "bound", "gap")),
        "checks": (by_check(plan, words, str(opened.folder)), ("what", "figure")),
    }
    tables |= {name: (_named(sheet, parts), {}) for name, (sheet, parts) in told.items()}
    duties = [dict(row) | {"no": str(at)} for at, row in enumerate(tables["duties"][0], 1)]
    return tables | {"duties": (duties, {}), "sources": (_sources(opened, words), {})}


def _named(sheet: Sheet, parts: Sequence[str]) -> list[Row]:
    return [dict(zip(parts, map(str, cells), strict=True)) for cells in sheet.frame.values]


def _need(plan: Plan, words: Words) -> Rows:
    rows = []
    bought: Quantity = 0
    for year in plan.problem.years:
        total = plan.totals["years"][str(year)]
        came: Quantity = sum(p.quantity for p in plan.machines_bought if p.year == year)
        bought += came
        rows.append(
            {
                "year": year_of(year, words, plan),
                "need": words.number(total["need"]),
                "stock": words.number(sum(c.stock for c in plan.machines if c.year == year)),
                "bought": words.number(came, 1),
                "have": words.number(total["have"], 1),
                "missing": words.number(total["missing"], 1),
                "without": words.number(total["pupils_without"]),
                "spent": words.number(total["spent"]),
            }
        )
    return rows, {"bought": words.number(bought, 1), "spent": words.number(plan.totals["cost"])}


def fund_of(plan: Plan, fund: FundKey, words: Words) -> str:
    """Return the name a fund goes by in a letter: what schools raised themselves is one."""
    if is_school_money(plan, fund):
        return words("chart.spending.others", count=sum(is_school_money(plan, f) for f in plan.problem.funds))
    return plan.problem.fund_name(fund, words.language)


def _money(plan: Plan, words: Words) -> Rows:
    given: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    for s in sorted(plan.spending, key=lambda s: is_school_money(plan, s.fund)):
        given[fund_of(plan, s.fund, words)] += s.budget
        spent[fund_of(plan, s.fund, words)] += s.spent
    rows = [
        {
            "fund": fund,
            "budget": words.number(given[fund]),
            "spent": words.number(spent[fund]),
            "in_words": money_in_words(spent[fund], words),
        }
        for fund in sorted(given, key=lambda fund: -spent[fund])
        if given[fund] or spent[fund]
    ]
    budget, cost = plan.totals["budget"], plan.totals["cost"]
    total = {"budget": words.number(budget), "spent": words.number(cost), "in_words": money_in_words(cost, words)}
    return rows, total


def _worst(plan: Plan, words: Words) -> Rows:
    """Return the schools that miss most in the last year; one school alone is no table."""
    names, last = plan.problem.names, plan.problem.years[-1]
    short = [c for c in plan.machines if c.year == last and c.missing >= SHOWN and not plan.problem.is_one_school]
    short.sort(key=lambda c: (-c.missing, names[c.school]))
    rows = [
        {
            "name": names[c.school],
            "need": words.number(c.need),
            "have": words.number(c.have, 1),
            "missing": words.number(c.missing, 1),
            "without": words.number(c.pupils_without),
        }
        for c in short[:_MOST_NAMED]
    ]
    return rows, {}


def _things(plan: Plan, words: Words) -> Rows:
    """Return what the roadmap asks beside pupil computers: need and what stands in the last year, bought in all."""
    rows = []
    for item in sorted({c.item for c in plan.coverage} - {PUPIL_COMPUTER}):
        ends = [c for c in plan.coverage if (c.item, c.year) == (item, plan.problem.years[-1])]
        bought = [p for p in plan.purchases if p.item == item]
        name = item_name(plan, item, words)
        rows.append(
            {
                "item": name[0].upper() + name[1:],
                "need": words.number(sum(c.need for c in ends)),
                "stock": words.number(sum(c.stock for c in ends)),
                "bought": words.number(sum(p.quantity for p in bought), 1),
                "missing": words.number(sum(c.missing for c in ends), 1),
                "schools_short": words.number(sum(c.missing > 0 for c in ends)),
                "cost": words.number(sum(p.cost for p in bought)),
            }
        )
    return rows, {}


def _schools(plan: Plan, words: Words) -> Rows:
    years = len(plan.problem.years)
    told = [[str(cell) for cell in cells] for cells in by_school(plan, words).frame.values]
    rows: list[Row] = [
        {"no": str(at), "name": name, "got": rest[:years]} | dict(zip(_END, rest[years:], strict=True))
        for at, (name, *rest) in enumerate(told, 1)
    ]
    return (rows[:-1], rows[-1]) if rows else ([], dict.fromkeys(_END, "") | {"got": [""] * years})


_END = ("have", "need", "missing", "without")


def _purchases(plan: Plan, words: Words) -> Rows:
    """Return what is bought each year, a row for each option and price."""
    found: dict[tuple[int, str, str, int], list[Any]] = {}
    for p in plan.purchases:
        found.setdefault((p.year, p.item, p.option, p.unit_price), []).append(p)
    rows = [
        {
            "year": format_school_year(year),
            "item": plan.problem.options[option].name(words.language),
            "way": words(f"way.{plan.problem.options[option].mode}"),
            "schools": words.number(len({p.school for p in bought})),
            "quantity": words.number(sum(p.quantity for p in bought), 1),
            "price": words.number(price),
            "cost": words.number(sum(p.cost for p in bought)),
        }
        for (year, _, option, price), bought in sorted(found.items())
    ]
    return rows, {"cost": words.number(sum(p.cost for p in plan.purchases))}


def _moves(plan: Plan, words: Words) -> Rows:
    names = plan.problem.names
    rows = [
        {
            "year": format_school_year(t.year),
            "giver": names[t.giver],
            "taker": names[t.taker],
            "item": item_name(plan, t.item, words),
            "quantity": words.number(t.quantity, 1),
            "cost": words.number(t.cost),
        }
        for t in sorted(plan.transfers, key=lambda t: (t.year, t.giver, t.taker, t.item))
    ]
    return rows, {}


def _spending(plan: Plan, words: Words) -> Rows:
    def sums(found: Iterable[Spending]) -> list[int]:
        told = [(s.budget, s.carried_in, s.spent, s.carried_out) for s in found]
        budget, carried_in, spent, carried_out = (sum(column) for column in zip(*told, strict=True))
        return [budget, carried_in, spent, carried_out, budget + carried_in - spent - carried_out]

    found: dict[tuple[str, int], list[Spending]] = {}
    for s in sorted(plan.spending, key=lambda s: (is_school_money(plan, s.fund), s.fund, s.year)):
        found.setdefault((fund_of(plan, s.fund, words), s.year), []).append(s)
    parts = ("budget", "carried_in", "spent", "carried_out", "lapsed")
    rows = [
        {"fund": fund, "year": format_school_year(year)} | dict(zip(parts, map(words.number, amounts), strict=True))
        for (fund, year), amounts in ((key, sums(some)) for key, some in found.items())
        if any(amounts)
    ]
    total = sums(plan.spending) if plan.spending else [0] * len(parts)
    return rows, dict(zip(parts, map(words.number, total), strict=True))


def _shares(plan: Plan, words: Words) -> Rows:
    """Return what each school is given in all, and who pays for it; the dearest first."""
    names = plan.problem.names
    got: dict[str, dict[str, Quantity]] = {}
    for p in sorted(plan.purchases, key=lambda p: (p.item != PUPIL_COMPUTER, p.item, p.option)):
        things, name = got.setdefault(p.school, {}), plan.problem.options[p.option].name(words.language)
        things[name] = things.get(name, 0) + p.quantity
    paid: dict[str, Counter[str]] = {school: Counter() for school in got}
    for payment in plan.payments:
        own = is_school_money(plan, payment.fund)
        fund = words("table.own_money") if own else plan.problem.fund_name(payment.fund, words.language)
        paid.setdefault(payment.school, Counter())[fund] += payment.amount
    order = sorted(paid, key=lambda school: (-paid[school].total(), names[school]))
    rows = [
        {
            "no": str(at),
            "name": names[school],
            "gets": "; ".join(f"{name}: {words.number(count, 1)}" for name, count in got.get(school, {}).items()),
            "payers": "; ".join(
                f"{fund}: {words.number(amount)}" for fund, amount in paid[school].most_common() if amount
            ),
            "cost": words.number(paid[school].total()),
        }
        for at, school in enumerate(order, 1)
    ]
    return rows, {"cost": words.number(plan.totals["cost"])}


def _sources(opened: Opened, words: Words) -> Sequence[Row]:
    """Return where the data's rows come from, a row for every source that a table names."""
    rows: list[Row] = []
    for table in TABLES:
        told = Counter(_source(row, words) for row in opened.inputs.tables.get(table.name, ()))
        rows += [
            {"table": words(f"template.table.{table.name}"), "source": source, "rows": words.number(count)}
            for source, count in told.most_common()
            if source
        ]
    return rows


def _source(row: Mapping[str, str], words: Words) -> str:
    """Return where a row comes from; that it is made up is said in the letter's language."""
    source = row.get("source", "")
    made_up = source.startswith(ILLUSTRATIVE)
    return words("letter.illustrative") + source.removeprefix(ILLUSTRATIVE) if made_up else source
