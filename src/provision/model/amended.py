"""A plan whose purchases somebody changed: all that follows from them, and who pays as far as the money goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from provision.domain.accounts import coverage_of, promises_of, spending_of, upkeep_of
from provision.domain.plan import Payment, Plan, Purchase
from provision.domain.problem import Problem
from provision.errors import NoAnswer
from provision.model.offers import PaymentClass
from provision.model.payments import Invoice, invoices_of, pay, settle
from provision.model.relaxed import Relaxed
from provision.model.rules import state
from provision.model.solve import totals_of
from provision.model.variables import MILLION, declare_bills, expression

_SLIPS = (0, 20, 1_000, 100_000)
"""Whole VND by which what can be paid of a bill is taken lower at each try: the program's numbers are floats."""

_FACT, _PLANNED, _ADDED = 2.0, 1.001, 1.0
"""What an unpaid dong weighs: years carried out are paid first, and what is added is what stays unpaid."""

_Bill = tuple[PaymentClass, int]


def amended(plan: Plan, purchases: Iterable[Purchase]) -> Plan:
    """Return a plan with other purchases and the same moves, all that follows reckoned anew; rules may be broken.

    Where the funds cannot pay for everything, as much is paid as can be. What the plan proved of itself stays as it
    was, and is no longer about these purchases.
    """
    problem, bought = plan.problem, tuple(sorted(purchases))
    payments = _payments(problem, bought, plan)
    changed = replace(
        plan,
        purchases=bought,
        payments=payments,
        coverage=coverage_of(problem, bought, plan.transfers),
        spending=spending_of(problem, payments),
        upkeep=upkeep_of(problem, bought, plan.transfers, payments),
        promises=promises_of(problem, bought),
    )
    return replace(changed, totals=totals_of(changed))


def _payments(problem: Problem, purchases: Sequence[Purchase], plan: Plan) -> tuple[Payment, ...]:
    """Return the payments of everything where the funds can pay it, else of as much as they can."""
    try:
        return settle(problem, purchases, plan.transfers)
    except NoAnswer:
        invoices = invoices_of(problem, purchases, plan.transfers)
        before = _costs(invoices_of(problem, plan.purchases, plan.transfers))
    short = _short(problem, _costs(invoices), before)
    for slip in _SLIPS:
        left = {bill: amount + slip for bill, amount in short.items()}
        try:
            return pay(problem, _as_far(invoices, left, plan))
        except NoAnswer:
            continue
    raise NoAnswer("no_answer", status="payments")


def _costs(invoices: Iterable[Invoice]) -> dict[_Bill, int]:
    """Return what must be paid, and was bought in years carried out, in whole VND by bill."""
    costs: dict[_Bill, int] = {}
    for i in invoices:
        if i.must or i.kind == "purchase":
            costs[i.bill, i.year] = costs.get((i.bill, i.year), 0) + i.amount
    return costs


def _short(problem: Problem, costs: Mapping[_Bill, int], before: Mapping[_Bill, int]) -> dict[_Bill, int]:
    """Return the whole VND of each bill that the funds cannot pay: the least there can be in all."""
    owed = {bill: cost / MILLION for bill, cost in costs.items()}
    v = declare_bills(problem, owed, lenient=frozenset(problem.years))
    state(v)
    done = frozenset(problem.years) - frozenset(problem.open_years)

    def weight(bill: _Bill) -> float:
        return _FACT if bill[1] in done else _ADDED if costs[bill] > before.get(bill, 0) else _PLANNED

    v.program.setObjective(expression((x, weight(bill)) for bill, x in v.unpaid.items()))
    values = Relaxed(v.program).values
    unpaid = {bill: round(values[x.name] * MILLION) for bill, x in v.unpaid.items()}
    return {bill: unpaid[bill] for bill in owed if unpaid[bill] > 0 or costs[bill] > before.get(bill, 0)}


def _as_far(invoices: Sequence[Invoice], short: Mapping[_Bill, int], plan: Plan) -> list[Invoice]:
    """Return the invoices with what cannot be paid of each bill as what need not be; what is added comes first."""
    planned = {(p.school, p.year, p.option): p.cost for p in plan.purchases}
    left, found = dict(short), []

    def added(i: Invoice) -> int:
        return i.amount - planned.get((i.school, i.year, i.option), 0) if i.kind == "purchase" else 0

    for i in sorted(invoices, key=lambda i: (-added(i), i.year, i.school, i.option, i.item)):
        rest = min(i.amount, left.get((i.bill, i.year), 0)) if i.must else 0
        left[i.bill, i.year] = left.get((i.bill, i.year), 0) - rest
        parts = ((i.amount - rest, i.must), (rest, False))
        found += [replace(i, amount=amount, must=must) for amount, must in parts if amount]
    return found
