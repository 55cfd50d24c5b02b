"""What changed, in sentences: how much, who gains and who loses, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.questions.change import Change, Delivery, Line, Pair, Reason
from provision.questions.reason_told import reason_told
from provision.questions.verdict import SHOWN
from provision.questions.years import year_of
from provision.text import Words

_NAMED = 3
"""Reasons that are named before the rest is counted."""


def said(answer: Change, plan: Plan, words: Words) -> tuple[str, ...]:
    """Return what changed, who gains and who loses, why that may be, and how it was reckoned."""
    if answer.kind == "bought":
        lines = _bought(answer, words)
    elif not answer.years or (answer.kind == "years" and answer.years[0] == answer.years[-1]):
        return (words("changed.no_year" if answer.kind == "plans" else "changed.one_year"),)
    else:
        lines = [_head(answer, plan, words), *_who(answer, words, "changed"), *_why(answer, plan, words)]
    made_up = [words("changed.illustrative")] if answer.other and answer.other.illustrative else []
    return (*lines, *made_up, _how(answer, plan, words))


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


def _head(answer: Change, plan: Plan, words: Words) -> str:
    """Return the answer in a sentence: the machines missing, then the money."""
    first, last = answer.years[0], answer.years[-1]
    if answer.kind == "plans":
        span = words("compare.one_year" if first == last else "compare.years", **_span(answer))
        head = words("changed.head_plans", other=label(answer, words), years=span)
    else:
        head = words("changed.head_years", first=year_of(first, words, plan), last=year_of(last, words, plan))
    if not any(line.differs for line in (*answer.schools, *answer.items)):
        return words("changed.nothing", head=head)
    unit = words("changed.machine_years" if answer.kind == "plans" and first != last else "changed.machines")
    before, after = (sum(line.missing[at] for line in answer.schools) for at in (0, 1))
    parts = []
    if abs(after - before) < SHOWN:
        parts.append(words("changed.as_many", machines=words.number(before, 1), unit=unit))
    else:
        count, was, now = (words.number(n, 1) for n in (abs(after - before), before, after))
        key = "changed.more" if after > before else "changed.fewer"
        parts.append(words(key, count=count, before=was, after=now, unit=unit))
    cost = sum(line.paid[1] - line.paid[0] for line in answer.schools)
    told = words("changed.dearer" if cost > 0 else "changed.cheaper", amount=words.money(abs(cost)))
    parts.append(told if cost else words("changed.same_cost"))
    return words("changed.head", head=head, parts=words.listing(parts))


def _span(answer: Change) -> dict[str, str]:
    first, last = (format_school_year(answer.years[at]) for at in (0, -1))
    return {"year": first, "first": first, "last": last}


def _who(answer: Change, words: Words, room: str) -> list[str]:
    """Return how many schools miss more and how many less, with the school of the greatest change."""
    found = []
    for key, sign in ((f"{room}.lose", 1), (f"{room}.gain", -1)):
        some = {line: sign * change(line.missing) for line in answer.schools if sign * change(line.missing) >= SHOWN}
        if some:
            most = min(some, key=lambda line: (-some[line], line.code))
            name = most.names[words.language != "vi"]
            found.append(words(key, schools=len(some), school=name, machines=words.number(some[most], 1)))
    return [" ".join(found) or words(f"{room}.nobody")]


def _why(answer: Change, plan: Plan, words: Words) -> list[str]:
    """Return what differs in what was asked, and how many schools it reaches in which way."""
    if answer.kind == "plans":
        lines = list(filter(None, (_tables(answer, words), *(_kind(answer, k, plan, words) for k in _KINDS))))
        asked = any(reason.kind != "answer" for reason in answer.reasons)
        if not asked:
            lines.insert(0, words("changed.same_question"))
    else:
        lines = list(filter(None, (_kind(answer, "roadmap", plan, words),)))
    ways = Counter(line.why for line in answer.schools if line.why)
    parts = [words(f"changed.reach_{why}", schools=ways[why]) for why in _WAYS if ways[why]]
    return [*lines, words("changed.reach", schools=ways.total(), parts="; ".join(parts))] if parts else lines


_KINDS = ("lever", "roadmap", "answer")
_WAYS = ("own", "shared", "others", "plan", "answer")


def _tables(answer: Change, words: Words) -> str:
    """Return which input tables differ, and in how many rows."""
    parts = [
        words("changed.table", table=t.table, added=t.added, removed=t.removed, changed=t.changed)
        for t in answer.tables
    ]
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


def _how(answer: Change, plan: Plan, words: Words) -> str:
    """Return how the figures were reckoned, and how far each plan is proven."""
    if answer.kind != "plans" or answer.other is None:
        moved = answer.kind == "bought" and bool(plan.transfers)
        return words("changed.how_moved" if moved else f"changed.how_{answer.kind}")
    ours = _proven(plan.problem.scenario.whole_machines, plan.status, float(plan.certificate.gap), words)
    theirs = _proven(answer.other.whole, answer.other.status, answer.other.gap, words)
    return words("changed.how_plans", ours=ours, theirs=theirs)


def _proven(whole: bool, status: str, gap: float, words: Words) -> str:
    counted = words("changed.whole" if whole else "changed.fractions")
    return words("changed.proven", counted=counted, status=words(f"status.{status}"), gap=words.percent(gap, 1))


def _bought(answer: Change, words: Words) -> list[str]:
    """Return what came of the plan: items and money, what is short and what is over, and who stands worse for it."""
    rows = answer.deliveries
    planned, came = (sum(row.quantity[at] for row in rows) for at in (0, 1))
    cost, paid = (sum(row.paid[at] for row in rows) for at in (0, 1))
    money = words("changed.same_cost")
    if paid != cost:
        money = words("changed.dearer" if paid > cost else "changed.cheaper", amount=words.money(abs(paid - cost)))
    figures = {"planned": words.number(planned, 1), "bought": words.number(came, 1), "money": money}
    last = format_school_year(answer.years[-1])
    if not any(change(row.quantity) or row.paid[0] != row.paid[1] for row in rows):
        return [words("changed.as_planned", last=last, bought=figures["bought"], paid=words.money(paid))]
    lines = [words("changed.bought", last=last, paid=words.money(paid), cost=words.money(cost), **figures)]
    for key, sign in (("changed.under", -1), ("changed.over", 1)):
        lines += _delivered(key, [row for row in rows if sign * change(row.quantity) > 0], words)
    strangers = [row for row in rows if not row.quantity[0]], [row for row in rows if not row.quantity[1]]
    if any(strangers):
        lines.append(words("changed.strangers", unplanned=len(strangers[0]), unbought=len(strangers[1])))
    priced = sum(round(_dearer(row)) for row in rows)
    if priced:
        key = "changed.priced_more" if priced > 0 else "changed.priced_less"
        lines.append(words(key, amount=words.money(abs(priced))))
    return [*lines, *_who(answer, words, "delivered")]


def _delivered(key: str, rows: Sequence[Delivery], words: Words) -> list[str]:
    if not rows:
        return []
    count = words.number(abs(sum(change(row.quantity) for row in rows)), 1)
    amount = words.money(abs(sum(row.paid[1] - row.paid[0] for row in rows)))
    return [words(key, count=count, schools=len({row.school for row in rows}), amount=amount)]


def _dearer(row: Delivery) -> Fraction:
    """Return what the items bought cost more than they would have at the planned price, in VND; 0 where none was."""
    if not row.quantity[0] or not row.quantity[1]:
        return Fraction(0)
    return row.paid[1] - Fraction(row.paid[0]) / Fraction(row.quantity[0]) * Fraction(row.quantity[1])


def worst(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that differ, the greatest change of what is missing first, then of money."""
    return sorted(
        (line for line in lines if line.differs),
        key=lambda line: (-abs(change(line.missing)), -abs(line.paid[1] - line.paid[0]), line.code),
    )
