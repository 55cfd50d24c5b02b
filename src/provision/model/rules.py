r"""The rules of money and need: why, the formula, the same in code. Each has its audit of the same name.

A rule's first line is the sentence a planner reads; its formula is what the model notebook prints; its name is
the row of the program, the golden, the audit and the test. The rules of things that move, are mended or stand in
rooms are next door, in ``things``; ``RULES`` are all of them.
"""

from __future__ import annotations

from typing import Any

from provision.model.offers import Place, bundle
from provision.model.things import THINGS, Rows, Rule
from provision.model.variables import MILLION, Bill, Terms, Variables, all_kept, expression, row_name


def cover_need(v: Variables) -> Rows:
    r"""What a school has and what it misses together meet its need.

    A machine is had from the school year it is bought in (later by the scenario's delivery lag) until its life
    ends; what a merged school bought goes to its successor. The need of the last year goes on in the tail, or the
    last year would buy what dies at once. Need is net of the opening stock and of years carried out.

    .. math:: \sum_{\substack{s', o, t:\ owner(s', y) = s \\ i \in serves(o),\ t \le y < t + L_o}} x_{s',o,t}
        + moved_{s,i,y} + u_{s,i,y} \ge N_{s,i,y} - E_{s,i,y} \qquad \forall s, i, y

    Source: 495/HD-PGD&ĐT, II.2.2 and II.2.3 (what every school is equipped with; the ratio of each level).
    """
    for key, gap in v.gap.items():
        yield key, expression([*v.brought.get(key, ()), (v.missing[key], 1.0)]) >= gap


def cover_optional(v: Variables) -> Rows:
    r"""Where the optional grades are planned, what a school has and misses meets their need as well.

    .. math:: have_{s,i,y} + u_{s,i,y} + v_{s,i,y} \ge N_{s,i,y} + Q_{s,i,y} \qquad \forall s, i, y

    Source: 495/HD-PGD&ĐT, II.7 (the other grades, where conditions allow).
    """
    for key, wider in v.wider.items():
        missing = [(v.missing[key], 1.0)] if key in v.missing else []
        yield key, expression([*v.brought.get(key, ()), *missing, (v.lacking[key], 1.0)]) >= wider


def keep_promises(v: Variables) -> Rows:
    r"""What an earlier plan promised to a school for a year is bought, or counted as broken.

    .. math:: \sum_{o \in i} x_{s,o,t} + b_{s,i,t} \ge P_{s,i,t} \qquad \forall s, i, t

    Source: the earlier plan's table of purchases.
    """
    kept = promised_terms(v)
    for key, broken in v.broken.items():
        yield key, expression([*kept.get(key, ()), (broken, 1.0)]) >= v.problem.promised[key]


def promised_terms(v: Variables) -> dict[Place, Terms]:
    """Return what is bought by school, item and year, with what must come with it."""
    kept: dict[Place, Terms] = {}
    for (school, option, year), variable in v.buy.items():
        for code, count in bundle(v.problem, option, year):
            kept.setdefault((school, v.problem.options[code].item, year), []).append((variable, float(count)))
    return kept


def pay_every_bill(v: Variables) -> Rows:
    r"""Every purchase and every move is paid, and only by funds that may pay for it.

    Bills that the same funds may pay are one class: who pays inside it is settled afterwards, to the dong, and
    cannot change what can be bought. What must come with a machine is paid with it. Bills of years carried out
    are facts: they are paid first, and what no fund had for them stands as unpaid.

    .. math:: \sum_{(s,o) \in c} p_{o,y}\, x_{s,o,y} + \sum_{(s,e) \in c} freight_{e,y}\, in_{s,e,y}
        = \sum_{f \in F_c} pay_{f,c,y} \qquad \forall c, y

    Source: 495/HD-PGD&ĐT, III.5 (budget together with socialised money, as the law allows).
    """
    yield from _paid(v, upkeep=False)
    if v.most_unpaid is not None:
        yield ("unpaid",), expression((x, 1.0) for x in v.unpaid.values()) <= v.most_unpaid


def reserve_upkeep(v: Variables) -> Rows:
    r"""Where upkeep is reserved, a machine is bought only if its upkeep is paid in every year of the horizon.

    What schools own already never stops a purchase; its upkeep is paid afterwards from what is left.

    .. math:: \sum_{(s,o) \in c} a_o \sum_{t:\ t \le y < t + L_o} x_{s,o,t} = \sum_{f \in F_c} pay_{f,c,y}
        \qquad \forall c, y

    Source: the scenario's lever ``upkeep``; 495/HD-PGD&ĐT, II.2.3 (machines are to be kept in working order).
    """
    yield from _paid(v, upkeep=True)


def _paid(v: Variables, *, upkeep: bool) -> Rows:
    """Yield a row a bill, of those for upkeep or of all others: what it costs is what the funds pay."""
    paid: dict[Bill, Terms] = {}
    for (_, payment_class, year), variable in v.pay.items():
        paid.setdefault((payment_class, year), []).append((variable, -1.0))
    for number, (bill, due) in enumerate(v.due.items()):
        if (bill[0][1] == "upkeep") is upkeep:
            short = [(v.unpaid[bill], -1.0)] if bill in v.unpaid else []
            yield (number, bill[1]), expression([*due, *paid.get(bill, ()), *short]) == -v.owed.get(bill, 0.0)


def spend_within_budget(v: Variables) -> Rows:
    r"""No fund spends and keeps more in a year than it has.

    .. math:: \sum_c pay_{f,c,y} + carry_{f,y} \le B_{f,y} + carry_{f,y-1} \qquad \forall f, y

    Source: 495/HD-PGD&ĐT, III.5 (estimates are drawn up and money is set by year).
    """
    spent: dict[Any, Terms] = {}
    for (fund, _, year), variable in v.pay.items():
        spent.setdefault((fund, year), []).append((variable, 1.0))
    for (fund, year), purse in v.problem.purses.items():
        out = [(v.carry[fund, year], 1.0)] if (fund, year) in v.carry else []
        carried = [(v.carry[fund, year - 1], -1.0)] if (fund, year - 1) in v.carry else []
        terms = [*spent.get((fund, year), ()), *out, *carried]
        if terms:
            yield (*fund, year), expression(terms) <= purse.amount / MILLION


def carry_within_share(v: Variables) -> Rows:
    r"""A fund keeps for the next year at most its carry-over share of what it had.

    .. math:: carry_{f,y} \le k_{f,y} (B_{f,y} + carry_{f,y-1}) \qquad \forall f, y

    Source: the fund's own row of the budget table.
    """
    for (fund, year), variable in v.carry.items():
        purse = v.problem.purses[fund, year]
        share = float(purse.carry_over)
        carried = [(v.carry[fund, year - 1], -share)] if (fund, year - 1) in v.carry else []
        yield (*fund, year), expression([(variable, 1.0), *carried]) <= share * purse.amount / MILLION


RULES: tuple[Rule, ...] = (
    cover_need,
    cover_optional,
    keep_promises,
    *THINGS,
    pay_every_bill,
    reserve_upkeep,
    spend_within_budget,
    carry_within_share,
)


@all_kept()
def state(v: Variables) -> dict[str, tuple[str, tuple[Any, ...]]]:
    """Add the rows of every rule to the program; return by each row's name the rule and what it holds for."""
    stated = {}
    for rule in RULES:
        for key, row in rule(v):
            name = row_name(rule.__name__, *key)
            v.program.addConstraint(row, name)
            stated[name] = (rule.__name__, key)
    return stated
