"""Why do others come first? A school's place in a year before anything is bought in it, and who gets machines."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from provision.domain.plan import Plan, Quantity
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.years import format_school_year
from provision.text import Words


@dataclass(frozen=True, slots=True)
class Order:
    """A school among all in one school year, before the machines of that year arrive.

    ``share`` of its need is missing then, which is number ``place`` of ``schools``. Of the ``others`` that get
    machines, ``elsewhere`` are paid by money that may not pay for this school, ``needier`` miss a larger share,
    ``longer`` lack machines for more years; for the rest nothing of this is so.
    """

    year: int
    share: float
    place: int
    schools: int
    others: int
    elsewhere: int
    needier: int
    longer: int

    @property
    def rest(self) -> int:
        """The schools that come first for none of these reasons."""
        return self.others - self.elsewhere - self.needier - self.longer


def order_of(plan: Plan, school: str, year: int) -> Order:
    """Return a school's place in a school year in which it needs machines."""
    arrived = _arrived(plan, year)
    share = {
        c.school: Fraction(max(0, c.need - (c.have - arrived.get(c.school, 0)))) / c.need
        for c in plan.machines
        if c.year == year and c.need
    }
    others = [s for s in share if s != school and arrived.get(s, 0)]
    reasons = [_reason(plan, s, school, year, share) for s in others]
    return Order(
        year=year,
        share=float(share[school]),
        place=1 + sum(round(other, 3) > round(share[school], 3) for other in share.values()),  # as shares are told
        schools=len(share),
        others=len(others),
        elsewhere=reasons.count("elsewhere"),
        needier=reasons.count("needier"),
        longer=reasons.count("longer"),
    )


def _arrived(plan: Plan, year: int) -> dict[str, Quantity]:
    """Return the pupil computers bought that work from a school year on, in items by owner."""
    problem = plan.problem
    found: dict[str, Quantity] = {}
    for p in plan.purchases:
        heir = problem.owner(p.school, year)
        serves = PUPIL_COMPUTER in problem.options[p.option].serves
        if serves and heir is not None and problem.working_years(p.option, p.year)[0] == year:
            found[heir] = found.get(heir, 0) + p.quantity
    return found


def _reason(plan: Plan, other: str, school: str, year: int, share: dict[str, Fraction]) -> str:
    """Return why another school gets machines before this one: the first reason that holds, "" for none."""
    problem = plan.problem
    bought = [
        pay
        for pay in plan.payments
        if pay.kind == "purchase"
        and problem.owner(pay.school, year) == other
        and PUPIL_COMPUTER in problem.options[pay.option].serves
        and problem.working_years(pay.option, pay.year)[0] == year
    ]
    if bought and not any(
        problem.purses[pay.fund, pay.year].may_pay(
            school=school, item=pay.item, mode=problem.options[pay.option].mode
        )
        for pay in bought
    ):
        return "elsewhere"
    if share[other] > share[school]:
        return "needier"
    return "longer" if _lacking_years(plan, other, year) > _lacking_years(plan, school, year) else ""


def _lacking_years(plan: Plan, school: str, year: int) -> int:
    """Return in how many years from one on a school's old machines do not meet its need, after the horizon too."""
    problem = plan.problem
    return sum(
        problem.need(school, PUPIL_COMPUTER, at) > problem.stock.get((school, PUPIL_COMPUTER, at), 0)
        for at in problem.years_of(PUPIL_COMPUTER)
        if at >= year
    )


def said_of(order: Order, words: Words) -> tuple[str, ...]:
    """Return a school's place before anything is bought, and why others get machines that year."""
    year = format_school_year(order.year)
    counts = {"place": order.place, "schools": order.schools, "share": words.percent(order.share, 1)}
    first = words("turn.place", year=year, **counts)
    if not order.others:
        return first, words("turn.nobody", year=year)
    reasons = {name: getattr(order, name) for name in ("needier", "longer", "elsewhere", "rest")}
    parts = [words(f"turn.{name}", schools=words.number(n)) for name, n in reasons.items() if n]
    return first, words("turn.others", year=year, schools=words.number(order.others), reasons="; ".join(parts))
