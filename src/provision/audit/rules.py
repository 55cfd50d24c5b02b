"""The rules of a plan as promises that are checked, each named after the rule of the model it audits.

Whole numbers and exact fractions; the standard library alone; no other room is imported. A plan and a problem are
taken as they are, by the names of their parts, so that the same checks serve a plan in memory and one read back
from its folder.
"""

from __future__ import annotations

from provision.audit.coverage import cover_need, cover_optional, fit_the_rooms
from provision.audit.given import keep_promises, keep_to_the_facts, keep_to_the_locks
from provision.audit.money import (
    carry_within_share,
    pay_every_bill,
    price_every_purse,
    reserve_upkeep,
    spend_within_budget,
)
from provision.audit.purchases import (
    accompany,
    buy_where_open,
    pay_the_price,
    refurbish_what_ages,
    repair_what_is_there,
)
from provision.audit.reckoning import Audit
from provision.audit.totals import add_up
from provision.audit.transfers import balance_transfers, give_own_stock, give_what_is_spare, take_what_is_lacking

GATES: tuple[Audit, ...] = (buy_where_open, balance_transfers)
"""The rules that know every school, option and year a plan names: what they refuse cannot be added up."""

RULES: tuple[Audit, ...] = (
    *GATES,
    keep_to_the_facts,
    keep_to_the_locks,
    keep_promises,
    pay_the_price,
    accompany,
    repair_what_is_there,
    refurbish_what_ages,
    take_what_is_lacking,
    give_own_stock,
    give_what_is_spare,
    cover_need,
    cover_optional,
    fit_the_rooms,
    pay_every_bill,
    reserve_upkeep,
    spend_within_budget,
    carry_within_share,
    price_every_purse,
    add_up,
)
