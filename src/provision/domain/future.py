"""A future: how the years ahead may turn out otherwise than planned, drawn from a seed within a scenario's ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from provision.domain.problem import FundKey, Problem
from provision.domain.scenario import exact


@dataclass(frozen=True, slots=True)
class Future:
    """What differs from the plan's own question. The first year still to be planned is known, but for its deliveries.

    ``pupils`` and ``prices`` are factors by school year on those of the plan's question, absent where they are as
    planned; ``unpaid`` are the funds and years whose money does not come; ``late`` are the years whose purchases
    come a year later.
    """

    pupils: Mapping[int, Fraction] = field(default_factory=dict)
    prices: Mapping[int, Fraction] = field(default_factory=dict)
    unpaid: frozenset[tuple[FundKey, int]] = frozenset()
    late: frozenset[int] = frozenset()


def drawn(problem: Problem, number: int) -> Future:
    """Return the future of a number, by the ranges and the seed of a problem's scenario.

    Each thing that is uncertain has numbers of its own, so that a future is the same however many are drawn, and
    that moving one range leaves what is drawn for the others.
    """
    s, (first, *later) = problem.scenario, problem.open_years
    unpaid: set[tuple[FundKey, int]] = set()
    for fund in problem.funds:
        chance = _chance(s.seed, number, "/".join(fund))
        comes = [(year, chance.random() < s.certainty(fund)) for year in later]
        unpaid |= {(fund, year) for year, paid in comes if not paid}
    chance = _chance(s.seed, number, "late")
    return Future(
        pupils=_drifting(later, s.enrolment_range, _chance(s.seed, number, "pupils")),
        prices=_drifting(later, s.price_range, _chance(s.seed, number, "prices")),
        unpaid=frozenset(unpaid),
        late=frozenset(year for year in (first, *later) if chance.random() < s.late_share),
    )


def steady(years: Sequence[int], by: Fraction) -> dict[int, Fraction]:
    """Return the factors of years that each differ by the same share from what the year before tells."""
    return {year: (1 + by) ** n for n, year in enumerate(years, start=1)}


def _drifting(years: Sequence[int], reach: float, chance: Random) -> dict[int, Fraction]:
    """Return the factors of years that each differ by their own share, to a millionth, within the reach."""
    factors, factor = {}, Fraction(1)
    for year in years:
        factor *= 1 + exact(reach) * Fraction(chance.randint(-1_000_000, 1_000_000), 1_000_000)
        factors[year] = factor
    return factors


def _chance(seed: int, number: int, of: str) -> Random:
    return Random(f"{seed}/{number}/{of}")
