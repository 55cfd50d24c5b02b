"""What do the plans of many units come to together? The sums of what each unit's folder says, and who has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from provision.domain.plan import Rung
from provision.domain.scenario import Scenario
from provision.store.standing import Standing, read_list, read_standing

OF_SCHOOLS = "schools"
"""What all money that schools raised for themselves is called here."""

SUMS = ("need", "have", "missing", "pupils_without", "schools_short", "spent")
"""What is added up by school year: machines, pupils, schools, whole VND."""


@dataclass(frozen=True, slots=True)
class Money:
    """One fund in one school year, added up over units: whole VND given and spent.

    ``shared`` is a fund of all units: what is given is the whole fund, what units had of it is spent. What schools
    raised for themselves is one fund, ``OF_SCHOOLS``.
    """

    fund: str
    names: tuple[str, str]
    year: int
    shared: bool
    budget: int
    spent: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Two numbers of a school year that should be one: of the plan made together, and of its units added up."""

    what: str
    year: int
    together: float
    parts: float


@dataclass(frozen=True, slots=True)
class Province:
    """The plans of many units under one scenario, in order of unit code.

    ``together`` are the plans made for several at once, of which the units' are parts; ``failures`` are, by the name
    of a unit without a plan, the reasons.
    """

    plans: tuple[Standing, ...]
    together: tuple[Standing, ...]
    failures: Mapping[str, str]

    @property
    def years(self) -> tuple[int, ...]:
        """The school years of any of the plans."""
        return tuple(sorted({year for plan in self.plans for year in plan.years}))

    @property
    def illustrative(self) -> bool:
        """Say whether any of the plans rests on made-up rows."""
        return any(plan.summary["illustrative"] for plan in self.plans)

    @property
    def projected_years(self) -> tuple[str, ...]:
        """The school years in which some plan's pupils are projected."""
        return tuple(sorted({year for plan in self.plans for year in plan.summary["projected_years"]}))

    @property
    def cost(self) -> int:
        """The whole VND of all plans."""
        return sum(plan.summary["totals"]["cost"] for plan in self.plans)

    @property
    def missing(self) -> float:
        """The machine-years missing in all plans."""
        return float(sum(plan.summary["totals"]["missing"] for plan in self.plans))

    def total(self, year: int, what: str) -> float:
        """Return a sum over units in a school year, of what ``SUMS`` names."""
        return sum(plan.total(year, what) for plan in self.plans if year in plan.years)

    def label(self, language: str) -> str:
        """Return what a reader calls the scenario."""
        flat = self.plans[0].summary["scenario"]
        return Scenario(name=flat["name"], label_vi=flat["label_vi"], label_en=flat["label_en"]).label(language)

    def money(self) -> tuple[Money, ...]:
        """Return every fund by school year, those of all units first; the units' own of one code are added up.

        Of a shared fund a plan made together says how much there is for its units; a plan that is part of none, for
        its own.
        """
        given: dict[tuple[bool, str, int], list[int]] = {}
        names: dict[tuple[bool, str], tuple[str, str]] = {}
        parts = {unit for plan in self.together for unit in plan.units}
        for plan in self.plans:
            for s in plan.spending:
                shared = s.fund[0] == ""
                fund = OF_SCHOOLS if s.fund in plan.of_schools else s.fund[1]
                names.setdefault((shared, fund), ("", "") if fund == OF_SCHOOLS else plan.fund_names(s.fund))
                row = given.setdefault((shared, fund, s.year), [0, 0])
                row[0] += 0 if shared and parts.issuperset(plan.units) else s.budget
                row[1] += s.spent
        for plan in self.together:
            for s in (s for s in plan.spending if s.fund[0] == ""):
                given.setdefault((True, s.fund[1], s.year), [0, 0])[0] += s.budget
        return tuple(
            Money(fund, names.get((shared, fund), ("", "")), year, shared, *amounts)
            for (shared, fund, year), amounts in sorted(
                given.items(), key=lambda row: (not row[0][0], row[0][1] == OF_SCHOOLS, row[0][1:])
            )
        )

    def parts(self, whole: Standing) -> tuple[Standing, ...]:
        """Return the plans of the units of a plan made for several; none where one of them has no plan."""
        found = tuple(plan for plan in self.plans if set(plan.units) <= set(whole.units))
        return found if {unit for plan in found for unit in plan.units} == set(whole.units) else ()

    def differences(self) -> tuple[Difference, ...]:
        """Return where units and the plan that shared out their money do not fit: nowhere, if all is right.

        Each year's need is one need, each shared dong is given to one unit, and none spends more than it is given.
        """
        found = []
        for whole in self.together:
            parts = self.parts(whole)
            for year in whole.years if parts else ():  # a part that is absent is told by its failure
                pairs = [("need", whole.total(year, "need"), sum(p.total(year, "need") for p in parts))]
                for fund, n in _by_fund(whole, year, "spent").items():
                    given, spent = _of(parts, fund, year, "budget"), _of(parts, fund, year, "spent")
                    pairs += [(fund, n, given), (fund, given, max(given, spent))] if fund.startswith("/") else []
                found += [Difference(w, year, a, b) for w, a, b in pairs if abs(a - b) > _NEAR * (1 + len(parts))]
        return tuple(found)

    def rungs(self, whole: Standing) -> tuple[Rung, ...]:
        """Return what the units of a plan made for several reach together, with the bounds of all their plans.

        They are those that were proven for all planned as one, as far as what comes before is kept; what comes
        after is not told.
        """
        rungs = []
        parts = [{rung["name"]: rung["value"] for rung in plan.summary["rungs"]} for plan in self.parts(whole)]
        for rung in whole.summary["rungs"] if parts else ():
            value = sum(part.get(rung["name"], 0.0) for part in parts)
            bound = max(0.0, min(rung["bound"], value))
            rungs.append(Rung(rung["name"], value, bound, (value - bound) / value if value - bound > _NEAR else 0.0))
            if value > rung["value"] * (1 + _NEAR) + _NEAR:
                break
        return tuple(rungs)


_NEAR = 1e-5
"""How far sums may be apart where machines are fractions, each rounded to a millionth."""


def _by_fund(plan: Standing, year: int, what: str) -> dict[str, int]:
    return {"/".join(s.fund): getattr(s, what) for s in plan.spending if s.year == year}


def _of(parts: Sequence[Standing], fund: str, year: int, what: str) -> int:
    return sum(_by_fund(part, year, what).get(fund, 0) for part in parts)


def read_province(folder: str | Path) -> Province:
    """Read the plans of a scenario's folder by its list, and those made for several units at once that they are of.

    Raises
    ------
    ProvisionError, FaultyInput
        Where one of them cannot be read.

    """
    folder = Path(folder).resolve()
    rows = read_list(folder)
    return Province(
        plans=tuple(read_standing(folder / row["plan"]) for row in rows if row["plan"]),
        together=tuple(read_standing(folder / name) for name in sorted({row["together"] for row in rows} - {""})),
        failures={row["name"]: row["failure"] for row in rows if row["failure"]},
    )
