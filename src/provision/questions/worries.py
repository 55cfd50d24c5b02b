"""What is to be feared most: each assumption alone at both its ends, the plan carried on as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provision.domain.future import Future, steady
from provision.domain.plan import Plan
from provision.domain.problem import FundKey
from provision.domain.scenario import exact
from provision.posing.outlook import Outlook
from provision.questions.unchanged import carried_on


@dataclass(frozen=True, slots=True)
class Worry:
    """One assumption alone at both its ends, all else as planned: machine-years missing within the horizon.

    ``of`` is ``pupils``, ``prices``, ``late`` or ``fund``; ``reach`` is the share a year may differ by, or how likely
    the money comes.
    """

    of: str
    fund: FundKey
    reach: float
    low: float
    high: float

    @property
    def span(self) -> float:
        """How far the assumption alone moves what is missing, in machine-years."""
        return abs(self.high - self.low)


def worries_of(plan: Plan, outlook: Outlook) -> Iterator[Worry]:
    """Yield what each assumption alone does to the plan as it is."""
    p, s, none = plan.problem, plan.problem.scenario, ("", "")
    later = p.open_years[1:]

    def ends(of: str, reach: float, low: Future, high: Future, fund: FundKey = none) -> Worry:
        return Worry(of, fund, reach, *(carried_on(plan, outlook.of(f)).within for f in (low, high)))

    if s.enrolment_range and later:
        low, high = (Future(pupils=steady(later, exact(s.enrolment_range) * sign)) for sign in (-1, 1))
        yield ends("pupils", s.enrolment_range, low, high)
    if s.price_range and later:
        low, high = (Future(prices=steady(later, exact(s.price_range) * sign)) for sign in (-1, 1))
        yield ends("prices", s.price_range, low, high)
    if s.late_share:
        yield ends("late", s.late_share, Future(), Future(late=frozenset(p.open_years)))
    for fund in p.funds:
        if later and (comes := s.certainty(fund)) < 1:
            yield ends("fund", comes, Future(), Future(unpaid=frozenset((fund, y) for y in later)), fund)
