"""The fields of a letter: every name that a template may have, but for the tables'."""

from __future__ import annotations

from provision.domain.letter import BLANKS

SENTENCES = (
    *("banner", "unit", "period", "first_year", "last_year", "document", "addressee"),
    *("schools_first", "pupils_first", "learners_first", "schools_last", "pupils_last", "learners_last"),
    *("stock_first", "stock_last", "need_first", "need_last", "have_last", "missing_last", "without_last"),
    *("bought", "cost", "cost_in_words", "budget", "budget_in_words", "left", "left_in_words"),
    *("ratios", "basis", "aims", "gets", "missing", "fairness", "equipment", "optional", "staffed"),
    *("proof", "carried", "upkeep", "upkeep_unpaid", "lapsed", "chart_source"),
)
"""A number or a sentence each; what has nothing to say is empty."""

LISTS = ("sharing", "least", "tasks_office", "tasks_schools", "deadlines", "assumptions", "headcounts", "certificate")
"""Lines; empty where there is nothing to say."""

YEARLY = ("year", "grades", "machines", "things", "spent", "spent_in_words", "missing", "without")
"""The parts of a row of ``yearly``."""

TAGS = {
    **{name: f"{{{{ {name} }}}}" for name in (*BLANKS, *SENTENCES)},
    **{f"row_{part}": f"{{{{ row.{part} }}}}" for part in YEARLY},
}
"""What stands for each in a text of a template."""
