"""What else does the plan do, and leave undone? Other items, sharing, upkeep, promises, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from provision.domain.accounts import STARVED, starving
from provision.domain.plan import PROVEN_GAP, Coverage, Plan
from provision.domain.years import format_school_year
from provision.questions.staff import staffed
from provision.questions.verdict import SHOWN, is_school_money
from provision.text import Words

_LEAST = 50_000
"""The VND that are said as 0,1 million, and not as nothing."""
_NAMED = 5
"""How many schools, or lapsed amounts, are named before the rest is counted."""


def remarks(plan: Plan, words: Words) -> tuple[str, ...]:
    """Return the sentences that have something to say, in a council's order."""
    said = (
        equipment(plan, words),
        shared(plan, words),
        carried_out(plan, words),
        lapsed(plan, words),
        upkeep(plan, words),
        optional(plan, words),
        staffed(plan, words),
    )
    return tuple(filter(None, said))


def item_name(plan: Plan, item: str, words: Words) -> str:
    """Return an item's name: ours, or that of the first option that gets it where we have none."""
    if words.has(f"item.{item}"):
        return words(f"item.{item}")
    options = sorted((o for o in plan.problem.options.values() if o.item == item), key=lambda o: o.code)
    names = [o.name(words.language) for o in options]
    return names[0] if names else item


def equipment(plan: Plan, words: Words) -> str:
    """Return one sentence on what else the roadmap asks of schools and is missing at the end; empty without any."""
    items = plan.totals["items"]
    if not items:
        return ""
    last = format_school_year(plan.problem.years[-1])
    short = [
        words(
            "remark.item_part",
            item=item_name(plan, item, words),
            count=words.number(row["missing"], 1),
            need=row["need"],
        )
        for item, row in items.items()
        if row["missing"] >= SHOWN
    ]
    if not short:
        return words("remark.equipped", last=last, items=words.listing(_names(plan, items, words)))
    return words("remark.equipment", last=last, items=words.listing(short))


def shared(plan: Plan, words: Words) -> str:
    """Return what sharing fairly changed inside the same total, and who still lacks most; empty if nobody did."""
    before, rows = plan.starved_before, starving(plan.coverage)
    if before is None or not (before or rows) or plan.problem.is_one_school:
        return ""
    after = len(rows)
    proven = all(r.gap <= PROVEN_GAP for r in plan.rungs if r.name == "fairness")
    counts: dict[str, object] = {"share": words.percent(STARVED), "before": before, "after": after}
    counts["schools"] = len({c.school for c in rows})
    if after < before:
        said = [words("remark.shared", **counts)]
    else:
        said = [words("remark.shared_same" if proven else "remark.shared_no_less", **counts)]
    if not proven:
        said.append(words("remark.shared_unproven"))
    if rows:
        said.append(words("remark.starved", share=counts["share"], schools=_named(plan, rows, words)))
    return " ".join(said)


def _named(plan: Plan, rows: Iterable[Coverage], words: Words) -> str:
    """Return the schools of some rows with their years, missing of need; who misses most machines stands first."""
    found: dict[str, list[Coverage]] = {}
    for c in sorted(rows, key=lambda c: c.year):
        found.setdefault(c.school, []).append(c)
    worst = sorted(found, key=lambda school: (-sum(c.missing for c in found[school]), school))
    named = []
    for school in worst[:_NAMED]:
        years = [
            words(
                "remark.starved_year",
                year=format_school_year(c.year),
                missing=words.number(c.missing, 1),
                need=words.number(c.need),
            )
            for c in found[school]
        ]
        named.append(words("remark.starved_part", school=plan.problem.names[school], years=", ".join(years)))
    if len(worst) > _NAMED:
        return "; ".join(named) + " " + words("list.more", count=len(worst) - _NAMED)
    return "; ".join(named)


def carried_out(plan: Plan, words: Words) -> str:
    """Return what is known of years carried out: what the funds did not have, and how many promises are broken."""
    problem = plan.problem
    if problem.frozen_until is None:
        return ""
    cost = sum(p.cost for p in plan.purchases if p.year <= problem.frozen_until)
    paid = sum(p.amount for p in plan.payments if p.kind == "purchase" and p.year <= problem.frozen_until)
    said = [words("remark.frozen", year=format_school_year(problem.frozen_until), cost=words.money(cost))]
    if cost > paid:
        said.append(words("remark.frozen_unpaid", amount=words.money(cost - paid)))
    if plan.promises:
        broken = sum(p.broken for p in plan.promises)
        promised = sum(p.promised for p in plan.promises)
        schools = len({p.school for p in plan.promises if p.broken})
        count = words.number(broken, 1)
        said.append(words("remark.promises", promised=promised, broken=count, schools=schools))
    return " ".join(said)


def lapsed(plan: Plan, words: Words) -> str:
    """Return which money is lost because it was neither spent nor may be carried over; empty where none is.

    What schools raised themselves is one fund.
    """
    own = words("chart.spending.others", count=sum(is_school_money(plan, f) for f in plan.problem.funds))
    lost: dict[str, Counter[int]] = {}
    for s in plan.spending:
        name = own if is_school_money(plan, s.fund) else plan.problem.fund_name(s.fund, words.language)
        if (amount := s.budget + s.carried_in - s.spent - s.carried_out) > 0:
            lost.setdefault(name, Counter())[s.year] += amount
    total = sum(years.total() for years in lost.values())
    if total < _LEAST:
        return ""
    most = sorted(lost.items(), key=lambda row: (-row[1].total(), row[0]))
    told = [row for row in most[:_NAMED] if row[1].total() >= _LEAST]
    parts = [_lapsed_of(fund, years, words) for fund, years in told]
    rest = [years.total() for _, years in most[len(told) :]]
    if sum(rest) >= _LEAST:
        parts.append(words("remark.lapsed_rest", count=len(rest), amount=words.money(sum(rest))))
    return words("remark.lapsed", amount=words.money(total), parts="; ".join(parts))


def _lapsed_of(fund: str, years: Mapping[int, int], words: Words) -> str:
    amount = words.money(sum(years.values()))
    if len(years) == 1:
        return words("remark.lapsed_part", fund=fund, year=format_school_year(*years), amount=amount)
    told = "; ".join(f"{format_school_year(year)}: {words.millions(lost)}" for year, lost in sorted(years.items()))
    return words("remark.lapsed_years", fund=fund, amount=amount, years=told)


def upkeep(plan: Plan, words: Words) -> str:
    """Return one sentence on what keeping machines running costs, and what of it no fund pays; empty at no cost."""
    cost, unpaid = sum(u.cost for u in plan.upkeep), sum(u.unpaid for u in plan.upkeep)
    if not cost:
        return ""
    told = words("remark.upkeep", cost=words.money(cost), unpaid=words.money(unpaid))
    return f"{told} {words('remark.reserved')}" if plan.problem.scenario.upkeep == "reserve" else told


def optional(plan: Plan, words: Words) -> str:
    """Return one sentence on the grades taught as conditions allow: what they would cost, or still miss."""
    cost = plan.optional_cost if plan.optional_cost >= _LEAST else 0  # less is what fractions leave
    if not cost and not any(c.optional_need for c in plan.machines):
        return ""
    if not plan.problem.scenario.optional_grades:
        return words("remark.optional_off", cost=words.money(cost))
    short = sum(c.optional_missing for c in plan.machines)
    return words("remark.optional_on", missing=words.number(short, 1), cost=words.money(cost))


def _names(plan: Plan, items: Iterable[str], words: Words) -> list[str]:
    return [item_name(plan, item, words) for item in items]
