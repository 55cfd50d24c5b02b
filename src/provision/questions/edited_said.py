"""What a planner's own quantities would do, in sentences: each change, what it costs, and the rules it breaks."""

from __future__ import annotations

from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.questions.change import Broken, Change, Delivery, Pair
from provision.questions.change_said import change, how, who
from provision.text import Words

_MOST_FUNDS = 3
"""Funds that are named before the rest is counted."""


def edits_said(answer: Change, plan: Plan, words: Words) -> tuple[str, ...]:
    """Return what the edited quantities come to, which rules they break, and a sentence a change, the worst first."""
    if not answer.deliveries:
        return (words("edited.nothing"),)
    before, after = (sum(line.missing[at] for line in answer.schools) for at in (0, 1))
    told = [_paid(sum(map(_more, answer.deliveries)), words), _from_to("machines", (before, after), words)]
    lines = [words("edited.count", count=len(answer.deliveries), told="; ".join(told))]
    rules = {broken.rule for broken in answer.broken}
    if rules:
        lines.append(words("edited.broken", rules=len(rules), places=len(answer.broken)))
        lines += [words(f"rule.{rule}") for rule in sorted(rules)]
    else:
        lines.append(words("edited.sound"))
    touched = {at: [b for b in answer.broken if at in b.touched] for at in range(len(answer.deliveries))}
    order = sorted(touched, key=lambda at: (not touched[at], -abs(_more(answer.deliveries[at])), at))
    lines += [_change(answer.deliveries[at], touched[at], plan, words) for at in order]
    return (*lines, *who(answer, words, "changed"), how(answer, plan, words))


def _more(d: Delivery) -> int:
    """Return the whole VND that a change costs."""
    return d.paid[1] - d.paid[0]


def _change(d: Delivery, broken: list[Broken], plan: Plan, words: Words) -> str:
    """Return one change: who, what, when, from, to, the dong, what is missing by it, and the rules it breaks."""
    name = d.names[words.language != "vi"]
    told = [_from_to("quantity", d.quantity, words), _paid(_more(d), words)]
    told.append(_from_to("missing", d.missing, words))
    told += [words("edited.idle", count=words.number(d.idle, 1))] if d.idle else []
    told += [_from_to("unkept", d.unkept, words)] if change(d.unkept) else []
    said = words(
        "edited.change",
        school=plan.problem.names[d.school],
        thing=name,
        year=format_school_year(d.year),
        told="; ".join(told),
    )
    if not broken:
        return f"{said} {words('edited.allowed')}"
    return f"{said} {words('edited.breaks', parts='; '.join(_breach(b, words) for b in broken))}"


def _breach(broken: Broken, words: Words) -> str:
    """Return which rule is broken, by how much, and with how many other changes together."""
    is_money = broken.kind in ("money", "nobody", "upkeep")
    amount = words.exact_money(int(broken.amount)) if is_money else words.number(broken.amount, 6)
    names = [payer[words.language != "vi"] or payer[0] for payer in broken.payers]
    rest = len(names) - _MOST_FUNDS
    told = words(
        f"broken.{broken.kind}",
        rule=words(f"rule.{broken.rule}"),
        thing=broken.names[words.language != "vi"],
        year=format_school_year(broken.year) if broken.year else "",
        have=words.number(broken.have, 6),
        right=words.number(broken.right, 6),
        amount=amount,
        payers=", ".join(names[:_MOST_FUNDS]) + (f" {words('edited.more_funds', count=rest)}" if rest > 0 else ""),
    )
    others = len(broken.touched) - 1
    return f"{told} {words('edited.together', count=others)}" if others > 0 else told


def _paid(dong: int, words: Words) -> str:
    """Return by how many VND more or less is paid, to the dong."""
    if not dong:
        return words("changed.same_cost")
    return words("changed.dearer" if dong > 0 else "changed.cheaper", amount=words.exact_money(abs(dong)))


def _from_to(what: str, pair: Pair, words: Words) -> str:
    """Return from what to what something rose or fell, or at what it stays."""
    way = "up" if pair[1] > pair[0] else "down" if pair[1] < pair[0] else "same"
    before, after = (words.number(n, 6) for n in pair)
    return words(f"edited.{what}_{way}", before=before, after=after)
