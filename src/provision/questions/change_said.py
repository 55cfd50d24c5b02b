"""What changed, in sentences: how much, who gains and who loses, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.years import format_school_year
from provision.questions.change import Change, Delivery, Line, Pair, Reason
from provision.questions.reason_told import reason_told
from provision.questions.verdict import SHOWN
from provision.questions.years import year_of
from provision.text import Words

_NAMED = 3
"""Reasons that are named before the rest is counted."""
_LEAST = 50_000
"""The VND that are said as 0,1 million, and not as nothing."""


def said(answer: Change, plan: Plan, words: Words) -> tuple[str, ...]:
    """Return what changed, who gains and who loses, why that may be, and how it was reckoned."""
    if answer.kind == "bought":
        lines = _bought(answer, words)
    elif not answer.years or (answer.kind == "years" and answer.years[0] == answer.years[-1]):
        return (words("changed.no_year" if answer.kind == "plans" else "changed.one_year"),)
    else:
        lines = [head(answer, plan, words), *who(answer, words, "changed"), *because(answer, plan, words)]
    if answer.other and answer.other.illustrative and not plan.problem.illustrative:
        lines.append(words("changed.illustrative"))
    return (*lines, how(answer, plan, words))


def change(pair: Pair) -> float:
    """Return by how much what is after exceeds what was before."""
    return round(pair[1] - pair[0], 6)


def label(answer: Change, words: Words) -> str:
    """Return how the other plan is called: its folder, and its scenario where that says more."""
    other = answer.other
    if other is None:
        return ""
    name = other.labels[words.language != "vi"]
    return words("changed.label", folder=other.folder, scenario=name) if other.folder else name


def head(answer: Change, plan: Plan, words: Words) -> str:
    """Return the answer in a sentence: the machines missing, then the money."""
    begun = against(answer, plan, words)
    if not any(line.differs for line in (*answer.schools, *answer.items)):
        return words("changed.nothing", head=begun)
    unit = unit_of(answer, words)
    before, after = (sum(line.missing[at] for line in answer.schools) for at in (0, 1))
    parts = []
    if abs(after - before) < SHOWN:
        parts.append(words("changed.as_many", machines=words.number(before, 1), unit=unit))
    else:
        count, was, now = (words.number(n, 1) for n in (abs(after - before), before, after))
        key = "changed.more" if after > before else "changed.fewer"
        parts.append(words(key, count=count, before=was, after=now, unit=unit))
    parts.append(cost_told(sum(line.paid[1] - line.paid[0] for line in answer.schools), words))
    return words("changed.head", head=begun, parts=words.listing(parts))


def unit_of(answer: Change, words: Words) -> str:
    """Return what missing machines are counted in: machines of one year, or machine-years of several."""
    return words("changed.machine_years" if adds_years(answer) else "changed.machines")


def adds_years(answer: Change) -> bool:
    """Say whether each figure is of several years added up."""
    return answer.kind != "years" and answer.years[0] != answer.years[-1]


def cost_told(more: int, words: Words) -> str:
    """Return by how many VND more or less is paid; to the dong where millions would say nothing."""
    if not more:
        return words("changed.same_cost")
    amount = words.money(abs(more)) if abs(more) >= _LEAST else words.exact_money(abs(more))
    return words("changed.dearer" if more > 0 else "changed.cheaper", amount=amount)


def against(answer: Change, plan: Plan, words: Words) -> str:
    """Return what is compared with what: how the sentence of the answer begins."""
    first, last = (year_of(answer.years[at], words, plan) for at in (0, -1))
    if answer.kind == "years":
        return words("changed.head_years", first=first, last=last)
    if answer.kind in ("bought", "edited"):
        return words(f"changed.head_{answer.kind}", last=last)
    alone = words("compare.one_year", year=first)
    span = alone if first == last else words("compare.years", first=first, last=last)
    return words("changed.head_plans", other=label(answer, words), years=span)


def who(answer: Change, words: Words, room: str) -> list[str]:
    """Return how many schools miss more and how many less, with the one that changed most, then other items."""
    if not any(line.differs for line in (*answer.schools, *answer.items)):
        return []
    found, unit = [], unit_of(answer, words)
    for key, sign in ((f"{room}.lose", 1), (f"{room}.gain", -1)):
        some = {line: sign * change(line.missing) for line in answer.schools if sign * change(line.missing) >= SHOWN}
        if some:
            most = min(some, key=lambda line: (-some[line], line.code))
            name = most.names[words.language != "vi"]
            found.append(words(key, schools=len(some), school=name, machines=words.number(some[most], 1), unit=unit))
    parts = []
    for line in answer.items:
        if line.code != PUPIL_COMPUTER and abs(more := change(line.missing)) >= SHOWN:
            key, name = "changed.item_more" if more > 0 else "changed.item_fewer", line.names[words.language != "vi"]
            parts.append(words(key, item=name, count=words.number(abs(more), 1)))
    others = [words("changed.items", parts=words.listing(parts))] if parts else []
    return [" ".join(found) or words(f"{room}.nobody"), *others]


def because(answer: Change, plan: Plan, words: Words) -> list[str]:
    """Return what differs in what was asked, and how many schools it reaches in which way."""
    if answer.kind == "plans":
        lines = [_tables(answer, words), *(_kind(answer, kind, plan, words) for kind in _KINDS)]
        if answer.reasons and all(reason.kind == "answer" for reason in answer.reasons):
            lines.insert(0, words("changed.same_question"))
    else:
        lines = [_kind(answer, "roadmap", plan, words)]
    data = [r for at, r in enumerate(answer.reasons) if at in shared_by_all(answer) and r.kind not in _KINDS]
    lines += [words("changed.common", parts=listed(data, plan, words))] if data else []
    lines = list(filter(None, lines))
    if plan.problem.is_one_school:  # it need not be told how many schools that reaches
        return lines
    ways = Counter(line.why for line in answer.schools if line.why)
    parts = [words(f"changed.reach_{why}", schools=ways[why]) for why in _WAYS if ways[why]]
    return [*lines, words("changed.reach", schools=ways.total(), parts="; ".join(parts))] if parts else lines


def shared_by_all(answer: Change) -> frozenset[int]:
    """Return the places of the reasons that touch every school that changed; of one school none is shared."""
    touched = [frozenset(line.touched) for line in answer.schools if line.why]
    return frozenset.intersection(*touched) if len(touched) > 1 else frozenset()


_KINDS = ("lever", "roadmap", "answer")
_WAYS = ("own", "shared", "others", "plan", "answer")


def _tables(answer: Change, words: Words) -> str:
    """Return which input tables differ, and in how many rows."""
    parts = []
    for t in answer.tables:
        rows = {"changed": t.changed, "added": t.added, "removed": t.removed}
        told = ", ".join(words(f"changed.rows_{how}", count=count) for how, count in rows.items() if count)
        parts.append(words("changed.table", table=words(f"template.table.{t.table}"), parts=told))
    return words("changed.tables", tables="; ".join(parts)) if parts else ""


def _kind(answer: Change, kind: str, plan: Plan, words: Words) -> str:
    """Return the reasons of one kind in a sentence; empty without any."""
    parts = listed([reason for reason in answer.reasons if reason.kind == kind], plan, words)
    return words(f"changed.by_{kind}", parts=parts) if parts else ""


def listed(reasons: Sequence[Reason], plan: Plan, words: Words, *, school: str = "") -> str:
    """Return the first reasons in words, and how many more there are; ``school`` is whose they are."""
    parts = [reason_told(reason, plan, words, school=school) for reason in reasons[:_NAMED]]
    rest = len(reasons) - len(parts)
    return "; ".join([*parts, words("changed.others", count=rest)] if rest else parts)


def how(answer: Change, plan: Plan, words: Words) -> str:
    """Return how the figures were reckoned, and how far each plan is proven."""
    if answer.kind != "plans" or answer.other is None:
        moved = answer.kind == "bought" and bool(plan.transfers)
        return words("changed.how_moved" if moved else f"changed.how_{answer.kind}")
    ours = _proven(plan.problem.scenario.whole_machines, plan.status, float(plan.certificate.gap), words)
    theirs = _proven(answer.other.whole, answer.other.status, answer.other.gap, words)
    return words("changed.how_plans", ours=ours, theirs=theirs)


def _proven(whole: bool, status: str, gap: float, words: Words) -> str:
    """Return how a plan is counted and proven; what is said to be within a gap is, so that it is rounded up."""
    counted, told = words("changed.whole" if whole else "changed.fractions"), words(f"status.{status}")
    if status == "proven" or gap <= 0:
        return words("changed.proven", counted=counted, status=told)
    return words(
        "changed.near", counted=counted, status=told, gap=words.percent(ceil(Fraction(gap) * 1000) / 1000, 1)
    )


def _bought(answer: Change, words: Words) -> list[str]:
    """Return what came of the plan: items and money, what is short and what is over, and who stands worse for it."""
    rows = answer.deliveries
    planned, came = (sum(row.quantity[at] for row in rows) for at in (0, 1))
    cost, paid = (sum(row.paid[at] for row in rows) for at in (0, 1))
    figures = {
        "planned": words.number(planned, 1),
        "bought": words.number(came, 1),
        "money": cost_told(paid - cost, words),
    }
    last = format_school_year(answer.years[-1])
    if not any(change(row.quantity) or row.paid[0] != row.paid[1] for row in rows):
        return [words("changed.as_planned", last=last, bought=figures["bought"], paid=words.money(paid))]
    lines = [words("changed.bought", last=last, paid=words.money(paid), cost=words.money(cost), **figures)]
    shares = {row: shared_out(row) for row in rows}
    for at, key in enumerate(("changed.under", "changed.over")):
        some = [row for row in rows if shares[row][at]]
        if some:
            count = words.number(abs(sum(change(row.quantity) for row in some)), 1)
            amount = words.money(round(abs(sum((shares[row][at] for row in some), Fraction(0)))))
            lines.append(words(key, count=count, schools=len({row.school for row in some}), amount=amount))
    strangers = [row for row in rows if not row.quantity[0]], [row for row in rows if not row.quantity[1]]
    if any(strangers):
        lines.append(words("changed.strangers", unplanned=len(strangers[0]), unbought=len(strangers[1])))
    priced = round(sum((dearer for _, _, dearer in shares.values()), Fraction(0)))
    if priced:
        key = "changed.priced_more" if priced > 0 else "changed.priced_less"
        lines.append(words(key, amount=words.money(abs(priced))))
    return [*lines, *who(answer, words, "delivered")]


def shared_out(row: Delivery) -> tuple[Fraction, Fraction, Fraction]:
    """Return what a purchase was paid more than planned in three parts that add up to it, in VND.

    What is short at its planned price (below zero), what is over at its real price, and what both have in common by
    which its price differs.
    """
    planned, came = map(Fraction, row.quantity)
    price = Fraction(row.paid[0]) / planned if planned else Fraction(0)
    real = Fraction(row.paid[1]) / came if came else Fraction(0)
    return (
        min(came - planned, Fraction(0)) * price,
        max(came - planned, Fraction(0)) * real,
        min(planned, came) * (real - price),
    )


def worst(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that differ, the greatest change of what is missing first, then of money."""
    return sorted(
        (line for line in lines if line.differs),
        key=lambda line: (-abs(change(line.missing)), -abs(line.paid[1] - line.paid[0]), line.code),
    )
