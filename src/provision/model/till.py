"""What each fund still has while things are bought one after another: whole VND by year, and what is carried over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from provision.domain.plan import Payment
from provision.domain.problem import FundKey, Problem
from provision.model.offers import Charge


class Till:
    """The money of all funds as a plan grows: whatever is paid here, all that was paid before can still be paid.

    ``free`` is what may be spent of a fund in a year, in whole VND: what is there less what later years have spent
    already. ``lapsing`` is what of it nobody could keep for the next year.
    """

    def __init__(self, problem: Problem, paid: Iterable[Payment]) -> None:
        """Open the till with what is paid in any case."""
        self._problem = problem
        self._spent: Counter[tuple[FundKey, int]] = Counter()
        for payment in paid:
            self._spent[payment.fund, payment.year] += payment.amount
        self.free: dict[tuple[FundKey, int], int] = {}
        self.lapsing: dict[tuple[FundKey, int], int] = {}
        for fund in problem.funds:
            self._count(fund)

    def pay(self, charges: Iterable[Charge], *, lapsing: bool = False) -> bool:
        """Pay all these charges, or none of them; ``lapsing`` spends only what could not be kept.

        Money that few may spend, on few things, is spent first; then money that lapses.
        """
        there = self.lapsing if lapsing else self.free
        done: list[tuple[FundKey, int, int]] = []
        for charge in charges:
            due = charge.amount
            for fund in sorted(charge.bill[2], key=lambda fund: self._breadth(fund, charge.year)):
                amount = min(due, max(0, there[fund, charge.year]))
                if amount:
                    self._spend(fund, charge.year, amount)
                    done.append((fund, charge.year, amount))
                    due -= amount
            if due:
                for fund, year, amount in done:
                    self._spend(fund, year, -amount)
                return False
        return True

    def _spend(self, fund: FundKey, year: int, amount: int) -> None:
        self._spent[fund, year] += amount
        self._count(fund)

    def _count(self, fund: FundKey) -> None:
        """Count anew what a fund has: forward what it carries over, backward what later years need of that."""
        years, needed = self._problem.years, 0
        purses = {year: self._problem.purses[fund, year] for year in years}
        kept: dict[int, int] = {}
        for year in reversed(years):
            kept[year] = needed
            over, under = purses[year].carry_over.as_integer_ratio()
            there = max(self._spent[fund, year] + needed, -(-needed * under // over) if needed else 0)
            needed = max(0, there - purses[year].amount)
        carried = 0
        for year in years:
            over, under = purses[year].carry_over.as_integer_ratio()
            there, spent = purses[year].amount + carried, self._spent[fund, year]
            most = over * there // under if year < years[-1] else 0
            self.free[fund, year] = there - spent - kept[year]
            self.lapsing[fund, year] = there - spent - max(kept[year], most)
            carried = max(0, min(there - spent, most))

    def _breadth(self, fund: FundKey, year: int) -> tuple[object, ...]:
        """Return how many things a fund may be spent on: few first."""
        purse = self._problem.purses[fund, year]
        schools = len(purse.schools) if purse.schools is not None else len(self._problem.schools) + 1
        return schools, purse.modes is None, purse.items is None, purse.carry_over, fund
