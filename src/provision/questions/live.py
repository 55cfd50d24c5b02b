"""What if? One unit's question asked again and again as levers move, answered at once in fractions of machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from provision.domain.inputs import Inputs
from provision.domain.plan import Plan
from provision.domain.problem import Problem
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario
from provision.errors import NoAnswer
from provision.model.conflicts import refuse_locks
from provision.model.preview import Preview
from provision.posing import pose
from provision.posing.moved import repose


class Live:
    """The linear answer to a question, kept so that the next one need not start anew where only numbers move.

    Levers that change who needs what, or what can be had, are posed anew: that takes a second where the others take
    a tenth.
    """

    def __init__(self, inputs: Inputs, units: Sequence[str], roadmap: Roadmap) -> None:
        self._inputs, self._units, self._roadmap = inputs, tuple(units), roadmap
        self._problem: Problem | None = None
        self._preview: Preview | None = None

    def ask(self, scenario: Scenario) -> Preview:
        """Return the answer to a scenario, in fractions of machines whatever it says of whole ones.

        Raises
        ------
        ProvisionError, FaultyInput
            Where the scenario cannot be answered; the next one is posed anew.

        """
        scenario = replace(scenario, whole_machines=False)
        kept, self._preview = self._preview, None  # a program that failed is not gone on from
        moved = None if kept is None or self._problem is None else repose(self._problem, self._inputs, scenario)
        self._problem = moved or pose(self._inputs, self._units, self._roadmap, scenario)
        try:
            if kept is not None and moved is not None:
                kept.move(moved)
            else:
                kept = Preview(self._problem)
        except NoAnswer:
            refuse_locks(self._problem)  # says which, where they are why
            raise
        self._preview = kept
        return kept

    def plan(self, scenario: Scenario) -> Plan:
        """Return the plan of a scenario in fractions of machines, with payments to the dong.

        Raises
        ------
        ProvisionError, FaultyInput
            Where the scenario cannot be answered.

        """
        return self.ask(scenario).plan()
