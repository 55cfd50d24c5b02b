"""From whose money what is paid: a band from each fund to each thing, as wide as the sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from provision.charts.chart import FUND_COLOURS, INK, SMALL, WIDTHS, Chart, Size, described, drawing
from provision.charts.letters import wrapped
from provision.domain.plan import Payment, Plan
from provision.questions.remarks import item_name
from provision.questions.verdict import is_school_money
from provision.text import Words

Flows = Mapping[tuple[str, str], int]
"""Whole VND by the name of who pays and the name of what is paid."""

_MOST = 8
"""The ends on one side that are drawn apart: the smallest of more stand together."""
_TALL, _GAP, _LINE, _NODE = 2.4, 0.07, 0.115, 0.07
"""In inches: all bands together, what is free between two ends, a line of a name, the width of an end."""
_SIDE: Mapping[Size, float] = MappingProxyType({"full": 1.75, "half": 0.98})
"""The inches of the names on each side."""


@dataclass(frozen=True, slots=True)
class _End:
    """Where bands begin or end: its name, the lines beside it, where it begins and how tall it is, in inches."""

    name: str
    told: str
    top: float
    tall: float


def draw_flow(plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw what each fund pays for in all years, in million VND; money of schools is one fund."""
    title, flows = words("chart.flow.title"), flows_of(plan, words)
    drawn = _fewer(_fewer(flows, 0, words), 1, words)
    whole = sum(drawn.values())
    sides = [_ends(drawn, side, whole, size, words) for side in (0, 1)]
    tall = max((ends[-1].top + max(ends[-1].tall, _needed(ends[-1])) for ends in sides if ends), default=0.6)
    with drawing(plan, words, title=title, height=tall + 0.2, size=size) as figure:
        ax = figure.subplots()
        wide = WIDTHS[size]
        ax.set(xlim=(0, wide), ylim=(tall + 0.05, -0.05))
        ax.axis("off")
        if not whole:
            ax.text(wide / 2, tall / 2, words("chart.flow.nothing"), ha="center", fontsize=figure.letters)
        _bands(ax, drawn, sides, wide, _SIDE[size])
    seen = [f"{fund} → {thing}: {words.money(amount)}" for (fund, thing), amount in drawn.items()]
    alt = described("chart.flow.alt", words, plan, seen=seen)
    return Chart("flow", title, _caption(flows, words), alt, figure)


def flows_of(plan: Plan, words: Words) -> Flows:
    """Return what each fund pays for each thing or service in all years, to the dong, the greatest sums first."""
    problem, found = plan.problem, dict[tuple[str, str], int]()
    own = [fund for fund in problem.funds if is_school_money(plan, fund)]
    others = words("chart.spending.others", count=len(own))
    for p in plan.payments:
        fund = others if p.fund in own else problem.fund_name(p.fund, words.language)
        key = (fund, _paid_for(plan, p, words))
        found[key] = found.get(key, 0) + p.amount
    return {key: amount for key, amount in sorted(found.items(), key=lambda flow: (-flow[1], flow[0])) if amount}


def _paid_for(plan: Plan, payment: Payment, words: Words) -> str:
    """Return what a payment is for: a thing, with how it is had where it is not bought new; moving, or upkeep."""
    if payment.kind != "purchase":
        return words("duty.line_move" if payment.kind == "transfer" else "duty.line_upkeep")
    name, mode = item_name(plan, payment.item, words), plan.problem.options[payment.option].mode
    return name if mode in ("buy", "setup") else f"{name} ({words(f'duty.line_{mode}')})"


def _sums(flows: Flows, side: int) -> dict[str, int]:
    """Return what goes through each end of a side, the greatest first."""
    sums: dict[str, int] = {}
    for names, amount in flows.items():
        sums[names[side]] = sums.get(names[side], 0) + amount
    return dict(sorted(sums.items(), key=lambda row: (-row[1], row[0])))


def _fewer(flows: Flows, side: int, words: Words) -> Flows:
    """Return the flows with the smallest ends of a side, where there are many, as one."""
    names = list(_sums(flows, side))
    if len(names) <= _MOST:
        return flows
    rest = set(names[_MOST - 1 :])
    together = words("chart.flow.rest", count=len(rest))
    found: dict[tuple[str, str], int] = {}
    for ends, amount in flows.items():
        fund, thing = (together if at == side and name in rest else name for at, name in enumerate(ends))
        found[fund, thing] = found.get((fund, thing), 0) + amount
    return found


def _ends(flows: Flows, side: int, whole: int, size: Size, words: Words) -> list[_End]:
    """Return the ends of a side from the top down, each with room for its name."""
    ends, top, sums = list[_End](), 0.0, _sums(flows, side)
    for name, amount in sums.items():
        share = (
            words.percent(Fraction(amount, whole), 1) if 2000 * amount >= whole else f"< {words.percent(0.001, 1)}"
        )
        told = (
            wrapped(name[0].upper() + name[1:], _SIDE[size], SMALL, lines=3)
            + "\n"
            + wrapped(words("chart.flow.amount", amount=words.millions(amount), share=share), _SIDE[size], SMALL)
        )
        end = _End(name, told, top, _TALL * amount / whole)
        ends.append(end)
        top += max(end.tall, _needed(end)) + _GAP
    return ends


def _needed(end: _End) -> float:
    """Return the inches that an end's name takes."""
    return _LINE * (end.told.count("\n") + 1)


def _bands(ax: Axes, flows: Flows, sides: Sequence[Sequence[_End]], wide: float, names: float) -> None:
    left, right = names + 0.06, wide - names - 0.06
    edge: dict[str, Any] = {"edgecolor": INK, "linewidth": 0.4}
    done: list[dict[str, float]] = [{}, {}]
    for end, x, ha, at in [
        *((e, left, "right", left - 0.05) for e in sides[0]),
        *((e, right - _NODE, "left", right + 0.05) for e in sides[1]),
    ]:
        ax.add_patch(Rectangle((x, end.top), _NODE, end.tall, facecolor=INK, linewidth=0))
        middle = end.top + max(end.tall, _needed(end)) / 2
        ax.text(at, middle, end.told, ha=ha, va="center", fontsize=SMALL, linespacing=1.1)
    order = [{end.name: n for n, end in enumerate(ends)} for ends in sides]
    for names_of, amount in sorted(flows.items(), key=lambda flow: (order[0][flow[0][0]], order[1][flow[0][1]])):
        tall, tops = _TALL * amount / sum(flows.values()), list[float]()
        for side, name in enumerate(names_of):
            end = sides[side][order[side][name]]
            used = done[side].get(name, 0.0)
            tops.append(end.top + used)
            done[side][name] = used + tall
        colour = FUND_COLOURS[order[0][names_of[0]] % len(FUND_COLOURS)]
        ax.add_patch(PathPatch(_ribbon((left + _NODE, right - _NODE), tops, tall), facecolor=colour, **edge))


def _ribbon(across: tuple[float, float], tops: Sequence[float], tall: float) -> Path:
    """Return the outline of a band that leaves and arrives level."""
    (left, right), (begin, end) = across, tops
    half = (left + right) / 2
    over = [(left, begin), (half, begin), (half, end), (right, end)]
    back = [(right, end + tall), (half, end + tall), (half, begin + tall), (left, begin + tall)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return Path([*over, *back, (left, begin)], codes)


def _caption(flows: Flows, words: Words) -> str:
    funds, things, whole = _sums(flows, 0), _sums(flows, 1), sum(flows.values())
    if not whole:
        return words("chart.flow.nothing")
    (fund, paid), (thing, cost) = next(iter(funds.items())), next(iter(things.items()))
    return words(
        "finding.flow",
        whole=words.money(whole),
        thing=thing,
        cost=words.money(cost),
        of_thing=words.percent(Fraction(cost, whole)),
        fund=fund,
        paid=words.money(paid),
        of_fund=words.percent(Fraction(paid, whole)),
    )
