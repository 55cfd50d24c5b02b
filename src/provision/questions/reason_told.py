"""A reason in the reader's words: which row, lever or norm, and what stood there before and after."""

from __future__ import annotations

from decimal import Decimal

from provision.domain.plan import Plan
from provision.questions.change import Reason, Value
from provision.questions.reasons import ROW_OF
from provision.questions.remarks import item_name
from provision.questions.report import lever_value
from provision.text import Words


def reason_told(reason: Reason, plan: Plan, words: Words, *, school: str = "") -> str:
    """Return a reason in a few words: what differs, from what to what, and the section where a norm is stated.

    ``school`` is whose page it stands on: a row of another school, which merges into it, is told with its name.
    """
    cells = {side: cell_told(getattr(reason, side), words) for side in ("before", "after")}
    if reason.table == "closed":
        heir = plan.problem.names.get(reason.key[1], "")
        return words("reason_data.closed", other=heir) if heir else words("reason_data.gone")
    if reason.kind in ("answer", "plan"):
        return words(f"reason_{reason.kind}.{reason.table}", program="".join(reason.key), **cells)
    if reason.kind == "lever":
        lever = " ".join([words(f"lever.{reason.table}"), "/".join(reason.key)]).strip()
        told = {side: words("compare.blank") for side in cells if getattr(reason, side) in (None, ())}
        return words("reason.lever", lever=lever, **(cells | told))
    if reason.kind == "roadmap":
        section = words("reason.section", section=reason.section) if reason.section else ""
        return words("reason.norm", norm=_norm(reason, plan, words), section=section, **cells)
    key: dict[str, str] = dict(zip(ROW_OF.get(reason.table, ("school_id", "other")), reason.key, strict=False))
    names = plan.problem.names
    key |= {name: names.get(key[name], key[name]) for name in ("school_id", "other") if name in key}
    if "item" in key:
        key["item"] = item_name(plan, key["item"], words)
    if "fund" in key:
        known = plan.problem.fund_names.get((key["unit"], key["fund"]))
        key["fund"] = known[words.language != "vi"] if known else key["fund"]
    if "option" in key and key["option"] in plan.problem.options:
        option = plan.problem.options[key["option"]]
        key["option"] = option.name(words.language)
    if "condition" in key:
        key["condition"] = words(f"template.choice.{key['condition']}")
        key["acquired"] = key["acquired"] or words("reason.undated")
    said = words(f"reason_data.{reason.table}", column=words(f"template.heading.{reason.column}"), **key, **cells)
    other = "school_id" in key and reason.key[0] != school
    return words("reason.of_school", school=key["school_id"], reason=said) if other else said


def cell_told(value: Value, words: Words) -> str:
    """Return what stands in a cell, in the reader's words and numbers."""
    if value is None:
        return words("reason.none")
    if value in ("", ()):
        return words("reason.blank")
    if isinstance(value, tuple):
        return ", ".join(words(f"rung.{part}") if words.has(f"rung.{part}") else part for part in value)
    if isinstance(value, str) and value.replace(".", "", 1).isdigit():
        return words.number(Decimal(value), 4)
    return words(f"level.{value}") if words.has(f"level.{value}") else lever_value(value, words)


def _norm(reason: Reason, plan: Plan, words: Words) -> str:
    """Return which norm it is, with what it is of."""
    kind, key = reason.table, reason.key
    if kind == "counting":
        return words(f"lever.{reason.column}")
    of = ""
    if kind == "phase":
        named = [plan.problem.names.get(code, code) for code in key[2].split(";") if code]
        of = " ".join([key[0], words(f"reason_norm.{key[1]}"), ", ".join(named)]).strip()
    elif kind == "ratio":
        of = words(f"level.{key[0]}")
    elif kind == "minimum":
        of = ", ".join([item_name(plan, key[0], words), words(f"reason_norm.{reason.column}")])
    elif kind == "lab":
        of = words(f"reason_norm.{reason.column}")
    return ", ".join(filter(None, [words(f"reason_norm.{kind}"), of]))
