"""Is anybody forgotten? Pupils year by year from the data to the plan, and the rows the plan makes nothing of."""

from __future__ import annotations

from provision.domain.plan import Plan
from provision.domain.reconciliation import LeftOut
from provision.domain.years import format_school_year
from provision.intake.columns import TABLES
from provision.questions.headcounts import STEPS, balance
from provision.questions.sheets import Sheet, sheet
from provision.text import Words

_ALWAYS = ("stated", "planned", "mandatory", "later", "lost")
"""The steps that are shown also where they are 0 in every year."""


def by_headcount(plan: Plan, words: Words) -> Sheet:
    """Return pupils by school year: stated, step by step planned for, and who of them has Informatics."""
    told = plan.problem.reconciliation.headcounts
    steps = [step for step in STEPS if step in _ALWAYS or any(getattr(h, step) for h in told)]
    merged = any(h.handed_on for h in told)
    old = sorted({unit for h in told for unit in h.came})
    rows = [
        {words("table.year"): format_school_year(h.year)}
        | {words(f"reconciled.{step}"): words.number(getattr(h, step)) for step in steps}
        | ({words("reconciled.handed_on"): words.number(h.handed_on)} if merged else {})
        | {words("reconciled.came", unit=unit): words.number(h.came.get(unit, 0)) for unit in old}
        for h in told
    ]
    return sheet(rows, note=balance(told, words))


def by_table(plan: Plan, words: Words) -> Sheet:
    """Return how many rows of each table the plan uses, and how many it makes nothing of and why, a row a reason."""
    told = plan.problem.reconciliation
    rows = []
    for table in (table.name for table in TABLES if table.name in told.read):
        unused = [u for u in told.unused if u.table == table]
        rows.append(
            {
                words("reconciled.table"): words(f"template.table.{table}"),
                words("reconciled.why"): "",
                words("reconciled.read"): words.number(told.read[table]),
                words("reconciled.used"): words.number(told.read[table] - sum(u.rows for u in unused)),
                words("reconciled.unused"): words.number(sum(u.rows for u in unused)),
                words("reconciled.pupils"): "",
            }
        )
        rows += [
            {
                words("reconciled.table"): "",
                words("reconciled.why"): words(f"unused.{u.reason}"),
                words("reconciled.read"): "",
                words("reconciled.used"): "",
                words("reconciled.unused"): words.number(u.rows),
                words("reconciled.pupils"): words.number(u.pupils) if u.pupils else "",
            }
            for u in unused
        ]
    return sheet(rows, words=2)


def by_left_out(plan: Plan, words: Words) -> Sheet:
    """Return the rows of somebody else's file that never became rows of the tables, with who mapped them's reason."""
    rows = [_left_out(found, words) for found in plan.problem.reconciliation.left_out]
    return sheet(rows, words("reconciled.none_left_out"), words=2)


def _left_out(found: LeftOut, words: Words) -> dict[str, str]:
    return {
        words("reconciled.file"): found.file,
        words("reconciled.reason"): found.reason,
        words("table.year"): format_school_year(found.year) if found.year is not None else "",
        words("reconciled.read"): words.number(found.rows),
        words("reconciled.pupils"): words.number(found.pupils),
    }
