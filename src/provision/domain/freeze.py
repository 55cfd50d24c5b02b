"""Years carried out: what was really bought is a fact, what an earlier plan said of later years is a promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["done", "promised"]


@dataclass(frozen=True, slots=True)
class Carried:
    """A purchase of an earlier plan: ``done`` to the dong, or ``promised`` to a school for a later year."""

    school: str
    year: int
    option: str
    item: str
    quantity: int
    unit_price: int
    state: State
