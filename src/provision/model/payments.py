"""Who pays for what, to the dong: the funds' money flows to the bills in whole VND. The door of networkx."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor, inf
from types import MappingProxyType

import networkx as nx

from provision.domain.accounts import upkeep_costs
from provision.domain.plan import Payment, Purchase, Transfer
from provision.domain.problem import FundKey, Problem
from provision.errors import NoAnswer
from provision.model.doubt import minimise
from provision.model.highs import Effort
from provision.model.offers import PaymentClass
from provision.model.relaxed import Relaxed
from provision.model.rules import state
from provision.model.variables import MILLION, declare, declare_bills, expression

_SPARE = 20
"""Whole VND left in each purse while carry-over is found: rounding it to whole VND must leave no fund short."""

_FULL = Effort(gap=0, nodes=0, seconds=inf)


@dataclass(frozen=True, slots=True, order=True)
class Invoice:
    """What one school owes for one thing in one school year, in whole VND.

    ``must`` is paid in full or there is no plan; the rest is paid as far as money is left.
    """

    year: int
    school: str
    kind: str
    option: str
    item: str
    amount: int
    must: bool
    payers: frozenset[FundKey]
    mode: str

    @property
    def bill(self) -> PaymentClass:
        """The class of the invoice: those of one class may be paid by the same funds."""
        return (self.item, self.mode, self.payers)


def settle(problem: Problem, purchases: Sequence[Purchase], transfers: Sequence[Transfer]) -> tuple[Payment, ...]:
    """Return the payments of purchases, moves and upkeep, every dong once; money that may not be kept is spent first.

    Upkeep that is not reserved, and what was bought in years carried out, is paid as far as the money goes.

    Raises
    ------
    NoAnswer
        Where the funds cannot pay: the solver's tolerance let the purchases cost a few dong too much.

    """
    return pay(problem, invoices_of(problem, purchases, transfers))


def pay(problem: Problem, invoices: Sequence[Invoice]) -> tuple[Payment, ...]:
    """Return the payments of these invoices alone, as ``settle`` does.

    Raises
    ------
    NoAnswer
        Where the funds cannot pay what must be paid.

    """
    for tight, more in ((0, 0), (_SPARE, 0), (0, _SPARE)):
        try:
            return _settle(problem, invoices, tight, more)
        except NoAnswer:
            continue
    raise NoAnswer("no_answer", status="payments")


def invoices_of(
    problem: Problem, purchases: Sequence[Purchase], transfers: Sequence[Transfer]
) -> tuple[Invoice, ...]:
    """Return every invoice of a plan."""
    made: list[Invoice] = []

    def owe(school: str, kind: str, option: str, item: str, mode: str, year: int, amount: int, must: bool) -> None:
        if amount:
            payers = problem.payers(school=school, item=item, mode=mode, year=year)
            made.append(Invoice(year, school, kind, option, item, amount, must, payers, mode))

    ahead = frozenset(problem.open_years)
    for p in purchases:
        owe(p.school, "purchase", p.option, p.item, problem.options[p.option].mode, p.year, p.cost, p.year in ahead)
    for t in transfers:
        option, _ = problem.freight.get((t.item, t.year), ("", 0))
        owe(t.taker, "transfer", option, t.item, "move", t.year, t.cost, must=True)
    reserved: Mapping[tuple[str, str, int], int] = {}
    if problem.scenario.upkeep == "reserve":
        reserved = upkeep_costs(problem, [p for p in purchases if p.year in ahead], None)
    for (school, item, year), cost in upkeep_costs(problem, purchases, transfers).items():
        must = min(cost, reserved.get((school, item, year), 0))
        owe(school, "upkeep", "", item, "upkeep", year, must, must=True)
        owe(school, "upkeep", "", item, "upkeep", year, cost - must, must=False)
    return tuple(sorted(made, key=lambda i: (i.year, i.kind, i.school, i.option, i.item, not i.must, i.amount)))


def _settle(problem: Problem, invoices: Sequence[Invoice], tight: int, more: int) -> tuple[Payment, ...]:
    """Return the payments with what is carried over found on purses ``tight`` VND smaller, and ``more`` VND of it."""
    kept = _kept(tightened(problem, tight), invoices, more)
    payments: dict[tuple[FundKey, int, str, str, str, str], int] = {}
    carried = dict.fromkeys(problem.funds, 0)
    for year in problem.years:
        there = {fund: problem.purses[fund, year].amount + carried[fund] for fund in problem.funds}
        had = {fund: there[fund] - kept.get((fund, year), 0) for fund in problem.funds}
        due = [i for i in invoices if i.year == year]
        spent = dict.fromkeys(problem.funds, 0)
        loss = {fund: floor(100 * problem.purses[fund, year].carry_over) for fund in problem.funds}
        for fund, invoice, amount in _by_invoice(_flow(had, due, loss), due):
            key = (fund, year, invoice.school, invoice.kind, invoice.option, invoice.item)
            payments[key] = payments.get(key, 0) + amount
            spent[fund] += amount
        for fund in problem.funds:
            most = floor(problem.purses[fund, year].carry_over * there[fund])
            carried[fund] = max(0, min(there[fund] - spent[fund], most))
    return tuple(sorted(Payment(*key, amount) for key, amount in payments.items()))


def tightened(problem: Problem, margin: int) -> Problem:
    """Return a problem with so many VND less in each purse that has them."""
    purses = {key: replace(p, amount=max(0, p.amount - margin)) for key, p in problem.purses.items()}
    return replace(problem, purses=MappingProxyType(purses)) if margin else problem


def least_unpaid(problem: Problem, *, slip: float = 1 / MILLION) -> float | None:
    """Return the million VND and a ``slip`` that funds cannot pay of years carried out; None where there are none."""
    if not problem.facts:
        return None
    v = declare(replace(problem, locks=MappingProxyType({})), wanted=frozenset())
    state(v)
    v.program.setObjective(expression((x, 1.0) for x in v.unpaid.values()))
    return Relaxed(v.program).value + slip


def _kept(problem: Problem, invoices: Iterable[Invoice], more: int) -> dict[tuple[FundKey, int], int]:
    """Return what each fund must keep for the next year in whole VND: as little as pays for what must be paid.

    What was bought in years carried out is paid first, as far as the funds can.
    """
    done = frozenset(problem.years) - frozenset(problem.open_years)
    costs: dict[tuple[PaymentClass, int], int] = {}
    for i in invoices:
        if i.must or (i.kind == "purchase" and i.year in done):
            costs[i.bill, i.year] = costs.get((i.bill, i.year), 0) + i.amount
    v = declare_bills(problem, {bill: cost / MILLION for bill, cost in costs.items()}, lenient=done)
    state(v)
    if v.unpaid:
        v.program.setObjective(expression((x, 1.0) for x in v.unpaid.values()))
        least = minimise(v.program, effort=_FULL).value
        v.program.addConstraint(v.program.objective <= least + 1 / MILLION, "least_unpaid")
    v.program.setObjective(expression((x, 1.0) for x in v.carry.values()))
    values = minimise(v.program, effort=_FULL).values
    kept: dict[tuple[FundKey, int], int] = {}
    for (fund, year), variable in sorted(v.carry.items()):
        purse = problem.purses[fund, year]
        there = purse.amount + kept.get((fund, year - 1), 0)
        asked = round(values[variable.name] * MILLION)
        kept[fund, year] = min(asked + more if asked else 0, floor(purse.carry_over * there))
    return kept


def _flow(
    had: Mapping[FundKey, int], due: Sequence[Invoice], loss: Mapping[FundKey, int]
) -> dict[tuple[PaymentClass, bool], dict[FundKey, int]]:
    """Return what each fund pays of the bills of one year, in whole VND, what must be paid before the rest.

    ``loss`` is the hundredths of a fund's money that could be kept: what cannot be kept is spent first.
    """
    costs: dict[tuple[PaymentClass, bool], int] = {}
    for i in due:
        costs[i.bill, i.must] = costs.get((i.bill, i.must), 0) + i.amount
    # nodes are numbers, whose order in a set is the same in every process: of equal flows always the same is found
    money, paid, *rest = range(2 + len(had) + len(costs))
    at: dict[Hashable, int] = dict(zip((*had, *costs), rest, strict=True))
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from((money, paid))
    for fund, amount in had.items():
        graph.add_edge(money, at[fund], capacity=max(0, amount), weight=loss[fund])
    for (bill, must), cost in costs.items():
        weight = 0 if must else 2_000 if bill[1] == "upkeep" else 1_000
        graph.add_edge(at[bill, must], paid, capacity=cost, weight=weight)
        for fund in sorted(bill[2]):
            graph.add_edge(at[fund], at[bill, must], capacity=cost, weight=0)
    if all(must for _, must in costs) and len(set(loss.values())) == 1:
        _, flow = nx.maximum_flow(graph, money, paid)
    else:
        flow = nx.max_flow_min_cost(graph, money, paid)
    shares = {
        (bill, must): {f: n for f in sorted(bill[2]) if (n := flow[at[f]][at[bill, must]])} for bill, must in costs
    }
    short = sum(cost - sum(shares[key].values()) for key, cost in costs.items() if key[1])
    if short:
        raise NoAnswer("no_answer", status=f"{short} VND")
    return shares


def _by_invoice(
    shares: Mapping[tuple[PaymentClass, bool], Mapping[FundKey, int]], due: Sequence[Invoice]
) -> list[tuple[FundKey, Invoice, int]]:
    """Return who pays what of each invoice: funds in code order pay invoices in code order."""
    left = {key: dict(share) for key, share in shares.items()}
    paid = []
    for invoice in due:
        open_amount = invoice.amount
        purse = left[invoice.bill, invoice.must]
        for fund in sorted(purse):
            amount = min(open_amount, purse[fund])
            if amount:
                paid.append((fund, invoice, amount))
                purse[fund] -= amount
                open_amount -= amount
    return paid
