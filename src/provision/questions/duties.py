"""Which duties of the documents does a plan meet? A row a duty: met, planned, short, by hand, outside and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from provision.domain.duty import Duty
from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER, UNIT, FundKey, Purse
from provision.domain.years import format_school_year
from provision.intake.duties import read_duties
from provision.questions.deadlines import day, when
from provision.questions.remarks import item_name
from provision.questions.sheets import Sheet, sheet
from provision.questions.verdict import SHOWN, is_school_money
from provision.text import Key, Words

_ASKED = ("short", "unpaid", "unplanned", "unruled", "planned", "along", "costed", "ruled", "met", "void")
STANDINGS = (*_ASKED, "due", "told", "hand", "outside")
"""How a duty may stand; of several things that one duty asks, the one that stands first here counts."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing that a duty names stands, the text that says so, and its details."""

    standing: str
    key: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a duty stands in a plan; ``findings`` are empty where it names nothing."""

    duty: Duty
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """One of ``STANDINGS``: that of the worst finding."""
        if not self.findings:
            return "hand" if self.duty.answer == "checklist" else "outside"
        return min((f.standing for f in self.findings), key=STANDINGS.index)


def standings(plan: Plan, *, everything: bool = False) -> tuple[Standing, ...]:
    """Return how each duty stands that concerns the plan's units, by number; with ``everything``, all there are."""
    duties = read_duties()
    return tuple(Standing(d, tuple(_findings(plan, d))) for d in duties if everything or _concerns(plan, d))


def counts(found: Iterable[Standing]) -> dict[str, int]:
    """Return how many duties stand how, in order of ``STANDINGS``, those of none too."""
    names = [standing.name for standing in found]
    return {name: names.count(name) for name in STANDINGS}


def asked(duty: Duty, words: Words) -> str:
    """Return what a duty asks, after the school years it is about where it is not about all."""
    subject = duty.subject_vi if words.language == "vi" else duty.subject_en
    if duty.first is None and duty.last is None:
        return subject
    bounds = {"first": duty.first, "last": duty.last}
    told = {end: format_school_year(year) for end, year in bounds.items() if year is not None}
    span = (
        "in"
        if duty.first == duty.last
        else "from"
        if duty.last is None
        else "until"
        if duty.first is None
        else "span"
    )
    return words(f"duty.asked_{span}", subject=subject, **told)


def share_met(found: Iterable[Standing]) -> Fraction | None:
    """Return which share of the duties that ask the units for things is met in every year; None where none does."""
    asked = [s.name for s in found if s.duty.answer == "need" and s.name != "void"]
    return Fraction(asked.count("met"), len(asked)) if asked else None


def by_duty(plan: Plan, words: Words, *, everything: bool = False, advised: bool = True) -> Sheet:
    """Return a row a duty that concerns the plan's units: what is asked, where, of whom, how it stands and why.

    Without advice to who plans: where to look in the report, and remarks beside what the plan itself answers.
    """
    found = standings(plan, everything=everything)
    heads = [words(f"duty.{head}") for head in ("number", "subject", "where", "who", "standing", "detail")]
    rows = [dict(zip(heads, _cells(plan, standing, words, advised=advised), strict=True)) for standing in found]
    return sheet(rows, words("duty.none"), words=6)


def by_standing(plan: Plan, words: Words) -> Sheet:
    """Return how many duties stand how, and which; those of none are left out."""
    found = standings(plan)
    share = share_met(found)
    note = "" if share is None else words("duty.share", share=words.percent(share))
    rows = [
        {
            words("duty.standing"): words(f"duty.is_{name}"),
            words("duty.count"): words.number(count),
            words("duty.which"): ", ".join(str(s.duty.number) for s in found if s.name == name),
        }
        for name, count in counts(found).items()
        if count
    ]
    return sheet(rows, words("duty.none"), words=3, note=note)


def _concerns(plan: Plan, duty: Duty) -> bool:
    """Say whether the plan's roadmap rests on the duty's document, and somebody is there who bears it."""
    pack = plan.problem.roadmap
    is_cited = duty.source.pack in (pack.code, *pack.bases)
    return is_cited and ("office" in duty.who or any(_bears(plan, school, duty) for school in plan.problem.schools))


def _bears(plan: Plan, school: str, duty: Duty) -> bool:
    """Say whether a school, or a unit with things of its own, bears a duty."""
    level = plan.problem.levels[school]
    if level == UNIT:
        return "office" in duty.who
    return level in duty.who or (level == "combined" and bool({"primary", "lower_secondary"} & set(duty.who)))


def _findings(plan: Plan, duty: Duty) -> Iterator[Finding]:
    if duty.answer == "need":
        yield from (_need(plan, duty, item) for item in duty.named)
    elif duty.answer == "cost":
        yield from (_cost(plan, line) for line in duty.named)
    elif duty.answer == "fund_rule":
        yield from (_fund_rule(plan, rule) for rule in duty.named)
    elif duty.answer == "deadline":
        for date in duty.named:
            yield Finding("due", f"duty.due_{when(plan, date)}", {"day": day(date)})
    elif duty.answer == "report":
        places = tuple(Key(f"duty.place_{place.replace('.', '_')}") for place in duty.named)
        yield Finding("told", "duty.told", {"places": places})


def _need(plan: Plan, duty: Duty, item: str) -> Finding:
    """Return how far a need is met: in all years, from one on, or short at the last; in things and schools."""
    problem = plan.problem
    named: dict[str, object] = {"item": Key(f"item.{item}")}
    years = [y for y in problem.years if duty.is_about(y)]
    if not years:
        return Finding("void", "duty.beyond", named)
    rows = [
        c for c in plan.coverage if c.item == item and c.need and c.year in years and _bears(plan, c.school, duty)
    ]
    if not rows:
        return _unasked(plan, item, named)
    short = [y for y in years if sum(c.missing for c in rows if c.year == y) >= SHOWN]
    last = years[-1]
    if last in short:
        lacking = [c for c in rows if c.year == last and c.missing]
        details = {"count": sum(c.missing for c in lacking), "schools": len({c.school for c in lacking})}
        return Finding("short", "duty.short", named | details | {"year": format_school_year(last)})
    if short:
        return Finding("planned", "duty.planned", named | {"year": format_school_year(short[-1] + 1)})
    return Finding("met", "duty.met", named)


def _unasked(plan: Plan, item: str, named: Mapping[str, object]) -> Finding:
    """Return how an item stands that nobody needs for itself: it comes with others, is not planned, or not due."""
    problem = plan.problem
    coming = {problem.options[o].item for pairs in problem.companions.values() for o, _ in pairs if o}
    offered = {served for option in problem.options.values() for served in option.serves}
    asked = {m.per for m in problem.roadmap.minimums if m.item == item}
    if item in coming:
        return Finding("along", "duty.along", named)
    if asked and asked <= {"machine", "lab"} and item in offered:
        return Finding("unplanned", "duty.idle", named)
    if (asked and item in offered) or item == PUPIL_COMPUTER:
        return Finding("void", "duty.void", named)
    return Finding("unplanned", "duty.unplanned", named)


def _cost(plan: Plan, line: str) -> Finding:
    """Return what a line costs in all, in VND, and what of it no fund pays."""
    problem, unpaid = plan.problem, 0
    if line == "upkeep":
        cost, unpaid = sum(u.cost for u in plan.upkeep), sum(u.unpaid for u in plan.upkeep)
        is_there = cost > 0
    elif line == "move":
        cost, is_there = sum(t.cost for t in plan.transfers), bool(problem.freight)
    else:
        cost = sum(p.cost for p in plan.purchases if problem.options[p.option].mode == line)
        is_there = any(problem.options[option].mode == line for option, _ in problem.prices)
    named: dict[str, object] = {"line": Key(f"duty.line_{line}")}
    if not is_there:
        return Finding("unplanned", "duty.no_line", named)
    named["cost"] = _Million(cost)
    if unpaid:
        return Finding("unpaid", "duty.unpaid", named | {"unpaid": _Million(unpaid)})
    return Finding("costed", "duty.costed", named)


class _Million(int):
    """Whole VND that are said in millions."""


def _is_own(plan: Plan, fund: FundKey, _purse: Purse) -> bool:
    return is_school_money(plan, fund)


_RULES: Mapping[str, Callable[[Plan, FundKey, Purse], bool]] = {
    "several": lambda _plan, _fund, _purse: True,
    "own": _is_own,
    "some_schools": lambda plan, fund, purse: purse.schools is not None and not is_school_money(plan, fund),
    "some_items": lambda _plan, _fund, purse: purse.items is not None,
    "repair": lambda _plan, _fund, purse: purse.modes is None or "repair" in purse.modes,
    "lease": lambda _plan, _fund, purse: purse.modes is None or "lease" in purse.modes,
    "carry_over": lambda _plan, _fund, purse: purse.carry_over > 0,
}
"""By rule, whether a fund keeps it in a year in which it has money."""


def _fund_rule(plan: Plan, rule: str) -> Finding:
    """Return the funds with money that keep a rule: those of the unit by code, those of schools as a number."""
    problem = plan.problem
    purses = ((fund, purse) for (fund, _), purse in problem.purses.items() if purse.amount)
    found = {fund for fund, purse in purses if _RULES[rule](plan, fund, purse)}
    if not found or (rule == "several" and len(found) < 2):
        return Finding("unruled", "duty.unruled", {"rule": Key(f"duty.rule_{rule}")})
    common = tuple(sorted(fund for fund in found if not is_school_money(plan, fund)))
    return Finding("ruled", "duty.ruled", {"rule": Key(f"duty.rule_{rule}"), "funds": (common, len(found))})


def _cells(plan: Plan, standing: Standing, words: Words, *, advised: bool) -> tuple[str, ...]:
    duty, vietnamese = standing.duty, words.language == "vi"
    said = [_say(plan, f, words) for f in standing.findings if advised or f.standing != "told"]
    remark = duty.told_vi if vietnamese else duty.told_en
    return (
        str(duty.number),
        asked(duty, words),
        f"{duty.source.number}, {duty.section} ({words(f'duty.force_{duty.force}')})",
        _who(duty, words),
        words(f"duty.is_{standing.name}"),
        " ".join(filter(None, (*dict.fromkeys(said), remark if advised or not standing.findings else ""))),
    )


def _say(plan: Plan, finding: Finding, words: Words) -> str:
    details = dict(finding.details)
    if "item" in details:
        details["item"] = item_name(plan, str(details["item"]).removeprefix("item."), words)
    if isinstance(funds := details.get("funds"), tuple):
        common, count = funds
        names = [plan.problem.fund_name(fund, words.language) for fund in common]
        own = count - len(common)
        details["funds"] = "; ".join(names + ([words("duty.own_funds", count=own)] if own else []))
    if isinstance(count := details.get("count"), int | Fraction):
        details["count"] = words.number(count, 1)
    details |= {name: words.money(sum_) for name, sum_ in details.items() if isinstance(sum_, _Million)}
    said = words(finding.key, **details)
    return said[0].upper() + said[1:]


def _who(duty: Duty, words: Words) -> str:
    """Return who bears a duty: everybody, or the office and the kinds of schools."""
    if duty.national_standard:
        return words("duty.who_national_standard")
    schools = [level for level in duty.who if level != "office"]
    said = [words("duty.who_office")] if "office" in duty.who else []
    said += [words("duty.who_schools")] if len(schools) == 3 else [words(f"duty.who_{level}") for level in schools]
    return "; ".join(said)
