"""What changed? Between two plans, two years, a plan and what was bought, or edited; with the reason where one is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from provision.domain.plan import Plan
from provision.errors import Fault, FaultyInput
from provision.intake import read_bought
from provision.intake.edited import read_edited
from provision.questions import bought as deliveries
from provision.questions.asking import Asked, Parameter, Progress, Question, in_silence
from provision.questions.between import between
from provision.questions.change import (
    Change,
    Line,
    Money,
    Other,
    Purse,
    Reason,
    by_item,
    by_purse,
    by_school,
    side_of,
)
from provision.questions.change_said import said
from provision.questions.change_shown import shown
from provision.questions.compare import common_years
from provision.questions.edited import NOBODY, broken_rules, changed_quantities, unpaid_of, with_quantities
from provision.questions.edited_said import edits_said
from provision.questions.reasons import answers, counted, is_own, kin_of, reaching, reasons
from provision.questions.remarks import item_name
from provision.store import open_plan
from provision.store.columns import mark_of
from provision.text import LANGUAGES, Words

_Names = tuple[str, str]


def ask(
    asked: Asked,
    *,
    other: str | None = None,
    years: tuple[int, int] | None = None,
    bought: str | None = None,
    edited: str | None = None,
    progress: Progress = in_silence,
) -> Change:
    """Return what changed from another plan to this one, from a year to another, or from the plan to what was bought.

    ``other`` is a plan folder, ``bought`` a file of purchases, ``edited`` the plan's own workbook with quantities
    changed; with none of them, the first and last year are compared.

    Raises
    ------
    FaultyInput
        Where more than one of them is stated, or with every fault of the file.
    ProvisionError
        Where there is no other plan.

    """
    stated = {"other": other, "--years": years, "--bought": bought, "--edited": edited}
    given = [name for name, value in stated.items() if value is not None]
    if len(given) > 1:
        raise FaultyInput([Fault("asked_together", given[-1], details={"names": ", ".join(given)})])
    if other is not None:
        return between_plans(asked, Asked.of(open_plan(other)), progress=progress)
    if bought is not None:
        return _bought(asked, bought)
    if edited is not None:
        return _edited(asked, edited)
    span = asked.plan.problem.years
    first, last = sorted(years or (span[0], span[-1]))
    return _years(asked, first, last, progress)


def between_plans(after: Asked, before: Asked, *, progress: Progress = in_silence) -> Change:
    """Return what changed from one plan to another in the school years they have in common, with the reasons."""
    plans = (before.plan, after.plan)
    years = common_years(plans)
    sides = side_of(before.plan, years), side_of(after.plan, years)
    given: dict[Purse, Money] = {}
    for at, plan in enumerate(plans):
        for (fund, year), purse in plan.problem.purses.items():
            if year in years:
                was, now = given.get((*fund, year), (0, 0))
                given[*fund, year] = (was + purse.amount * (at == 0), now + purse.amount * (at == 1))
    lines = by_school(sides, dict(before.plan.problem.names) | dict(after.plan.problem.names))
    found = reasons(before, after)
    if any(line.differs for line in lines):
        found = (*found, *answers(before, after)) or (Reason("answer", "unknown"),)
    scenario = before.plan.problem.scenario
    told = Change(
        kind="plans",
        years=tuple(years),
        other=Other(
            folder=before.folder.name if before.folder else "",
            labels=(scenario.label("vi"), scenario.label("en")),
            whole=scenario.whole_machines,
            status=before.plan.status,
            gap=float(before.plan.certificate.gap),
            illustrative=before.plan.problem.illustrative,
        ),
        tables=counted(before.inputs, after.inputs),
        reasons=found,
        schools=lines,
        items=by_item(sides, _items(*plans)),
        money=by_purse(sides, _funds(*plans), given),
    )
    problems = [plan.problem for plan in plans]
    rest = "others" if any(reason.kind != "answer" for reason in found) else "answer"
    return replace(told, schools=_reasoned(told, reaching(found, kin_of(*problems), *problems), rest, progress))


def _years(asked: Asked, first: int, last: int, progress: Progress) -> Change:
    plan, problem = asked.plan, asked.plan.problem
    sides = side_of(plan, [first], yearly=False), side_of(plan, [last], yearly=False)
    found = between(plan, asked.roadmap, first, last) if first != last else ()
    given: dict[Purse, Money] = {
        (*fund, 0): (problem.purses[fund, first].amount, problem.purses[fund, last].amount) for fund in problem.funds
    }
    told = Change(
        kind="years",
        years=(first, last),
        other=None,
        tables=(),
        reasons=found,
        schools=by_school(sides, problem.names),
        items=by_item(sides, _items(plan)),
        money=by_purse(sides, _funds(plan), given),
    )
    return replace(told, schools=_reasoned(told, reaching(found, {}, problem), "plan", progress))


def _bought(asked: Asked, file: str) -> Change:
    plan, problem = asked.plan, asked.plan.problem
    carried = read_bought(file, asked.inputs, places=problem.schools, years=problem.years)
    years, sides = deliveries.sides(asked, carried)
    return Change(
        kind="bought",
        years=years,
        other=None,
        tables=(),
        reasons=(),
        schools=by_school(sides, problem.names),
        items=by_item(sides, _items(plan)),
        money=by_purse(sides, {}, {}),
        deliveries=deliveries.deliveries(asked, carried, years),
    )


def _edited(asked: Asked, file: str) -> Change:
    plan, problem = asked.plan, asked.plan.problem
    sheets = [Words(language)("workbook.edit") for language in LANGUAGES]
    changed = with_quantities(plan, read_edited(file, plan, mark=mark_of(plan), sheets=sheets))
    changes = changed_quantities(plan, changed)
    after, left = side_of(changed, problem.years), unpaid_of(changed)
    sides = side_of(plan, problem.years), replace(after, paid={**after.paid, **left})
    nobody = Words("vi")("edited.unpaid"), Words("en")("edited.unpaid")
    given = {(*fund, year): (purse.amount, purse.amount) for (fund, year), purse in problem.purses.items()}
    return Change(
        kind="edited",
        years=problem.years,
        other=None,
        tables=(),
        reasons=(),
        schools=by_school(sides, problem.names),
        items=by_item(sides, _items(plan)),
        money=by_purse(sides, {**_funds(plan), NOBODY: nobody}, given),
        deliveries=changes,
        broken=broken_rules(changed, changes) if changes else (),
    )


def _reasoned(
    told: Change, reached: Callable[[str], tuple[int, ...]], rest: str, progress: Progress
) -> tuple[Line, ...]:
    """Return the schools with what touches those that differ, ``rest`` where nothing does; own reasons come first."""
    lines = []
    for done, line in enumerate(told.schools, start=1):
        at = reached(line.code) if line.differs else ()
        own = tuple(n for n in at if is_own(told.reasons[n]))
        why = "" if not line.differs else "own" if own else "shared" if at else rest
        lines.append(replace(line, why=why, touched=(*own, *(n for n in at if n not in own))))
        progress(done, len(told.schools))
    return tuple(lines)


def _items(*plans: Plan) -> Mapping[str, _Names]:
    """Return the items of all plans by their names in both languages; the last plan's stand."""
    spoken = [Words(language) for language in LANGUAGES]
    found: dict[str, _Names] = {}
    for plan in plans:
        for item in {c.item for c in plan.coverage} | {o.item for o in plan.problem.options.values()}:
            vi, en = (item_name(plan, item, words) for words in spoken)
            found[item] = (vi, en)
    return found


def _funds(*plans: Plan) -> Mapping[tuple[str, str], _Names]:
    return {fund: names for plan in plans for fund, names in plan.problem.fund_names.items()}


def _told(answer: Change, plan: Plan, words: Words) -> tuple[str, ...]:
    """Return the answer in sentences."""
    return edits_said(answer, plan, words) if answer.kind == "edited" else said(answer, plan, words)


QUESTION = Question(
    code="compare",
    answers=Change,
    ask=ask,
    said=_told,
    shown=shown,
    parameters=(
        Parameter("other", "folder"),
        Parameter("years", "years"),
        Parameter("bought", "file"),
        Parameter("edited", "file"),
    ),
    ahead=False,
)
