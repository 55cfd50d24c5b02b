"""Why not a rule of thumb? Four honest ones on the same data, under the same rules, audited like the plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provision.domain.accounts import starving
from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.years import format_school_year
from provision.questions.asking import Asked, Progress, Question, in_silence
from provision.questions.coverage import share_missing
from provision.questions.sheets import Sheet, sheet
from provision.questions.verdict import SHOWN
from provision.text import Words

MODEL = "model"
"""The code of the plan itself, beside those of the rules of thumb."""

NAMED = 3
"""Worst-served schools that are named for each way."""

_LITTLE = 0.01
"""The share of what is missing below which the model is said to gain little."""


@dataclass(frozen=True, slots=True)
class Worst:
    """A school that misses much in the last year: machines, and their share of its need."""

    school: str
    missing: float
    share: float


@dataclass(frozen=True, slots=True)
class Way:
    """What one way of planning comes to.

    ``objective`` is what is missing as the plan counts it, with the years after the horizon; ``missing`` is
    machine-years within the horizon. Of its last year are ``last`` machines missing, ``pupils`` without one,
    ``starved`` schools that miss more than three quarters, ``others`` further items missing, and the ``worst``.
    ``cost`` and ``left`` are whole VND.
    """

    code: str
    objective: float
    missing: float
    last: float
    pupils: int
    starved: int
    others: float
    worst: tuple[Worst, ...]
    cost: int
    left: int


@dataclass(frozen=True, slots=True)
class Baselines:
    """The plan itself, then the rules of thumb; ``bound`` is what no plan can miss less than, as ``objective``."""

    bound: float
    ways: tuple[Way, ...]

    @property
    def plan(self) -> Way:
        """The plan itself."""
        return self.ways[0]

    @property
    def best(self) -> Way:
        """The rule of thumb that leaves least missing; the first of those that are equal."""
        return min(self.ways[1:], key=lambda way: way.objective)

    @property
    def gain(self) -> float:
        """What the plan misses less than the best rule of thumb; below 0 where that misses less."""
        return self.best.objective - self.plan.objective


def ask(asked: Asked, *, progress: Progress = in_silence) -> Baselines:
    """Return the plan beside what four rules of thumb make of the same question."""
    from provision.model.thumb import THUMBS, by_thumb  # the solver is loaded only where it is needed

    ways = [_way(MODEL, asked.plan)]
    for done, (code, thumb) in enumerate(THUMBS.items(), start=1):
        ways.append(_way(code, by_thumb(asked.plan, thumb)))
        progress(done, len(THUMBS))
    return Baselines(float(asked.plan.certificate.bound), tuple(ways))


def _way(code: str, plan: Plan) -> Way:
    last = plan.problem.years[-1]
    ends = [c for c in plan.coverage if c.year == last]
    short = [c for c in ends if c.item == PUPIL_COMPUTER and c.missing >= SHOWN]
    worst = sorted(short, key=lambda c: (-share_missing(c), -c.missing, c.school))[:NAMED]
    return Way(
        code=code,
        objective=round(float(plan.certificate.missing), 6),
        missing=float(plan.totals["missing"]),
        last=float(sum(c.missing for c in ends if c.item == PUPIL_COMPUTER)),
        pupils=sum(c.pupils_without for c in ends),
        starved=sum(c.year == last for c in starving(plan.coverage)),
        others=float(sum(c.missing for c in ends if c.item != PUPIL_COMPUTER)),
        worst=tuple(Worst(c.school, float(c.missing), float(share_missing(c))) for c in worst),
        cost=plan.totals["cost"],
        left=plan.totals["budget"] - plan.totals["cost"],
    )


def said(answer: Baselines, plan: Plan, words: Words) -> tuple[str, ...]:
    """Return what the plan gains on the best rule of thumb, who is worst served under each, and how that was made."""
    first, *rest = _gain(answer, plan, words)
    horizon = _horizon(answer, words)
    is_dear = answer.plan.missing >= min(way.missing for way in answer.ways[1:]) + SHOWN
    told = (horizon, *rest) if is_dear else (*rest, horizon)  # a gain that is reaped later is told beside its cost
    return first, *told, _worst_served(answer, plan, words), words("baselines.how")


def _gain(answer: Baselines, plan: Plan, words: Words) -> Iterator[str]:
    model, best, gain = answer.plan, answer.best, answer.gain
    counts = {
        "way": words(f"baselines.way_{best.code}"),
        "missing": words.number(model.objective, 1),
        "best": words.number(best.objective, 1),
        "gain": words.number(abs(gain), 1),
        "bound": words.number(answer.bound, 1),
        "unit": words(f"baselines.of_{plan.problem.scenario.weigh}"),
    }
    if best.objective < SHOWN and model.objective < SHOWN:
        yield words("baselines.met", way=counts["way"])
    elif gain <= -SHOWN:
        yield words("baselines.beaten", **counts)
        free = plan.problem.rungs[0] == "missing" and not plan.problem.scenario.hold
        yield words("baselines.beaten_open" if free else "baselines.beaten_order", **counts)
    elif gain < max(1.0, _LITTLE * best.objective):
        yield words("baselines.little", **counts)
        yield words("baselines.still", **counts)
    else:
        yield words("baselines.gain", share=words.percent(gain / best.objective, 1), **counts)
        yield words("baselines.still", **counts)


def _horizon(answer: Baselines, words: Words) -> str:
    """Return what is missing within the horizon alone, which no way brings to its least for itself."""
    missing = [words.number(n, 1) for n in sorted(way.missing for way in answer.ways[1:])]
    few = missing[0] if missing[0] == missing[-1] else words("baselines.between", few=missing[0], many=missing[-1])
    return words("baselines.horizon", missing=words.number(answer.plan.missing, 1), few=few)


def _worst_served(answer: Baselines, plan: Plan, words: Words) -> str:
    """Return who is worst served in the last year by the plan, and by the rule of thumb that is mildest to them."""
    mildest = min(answer.ways[1:], key=lambda way: way.worst[0].share if way.worst else 0.0)
    return words(
        "baselines.worst",
        year=format_school_year(plan.problem.years[-1]),
        plan=_named(answer.plan, plan, words, 1),
        way=words(f"baselines.way_{mildest.code}"),
        mildest=_named(mildest, plan, words, 1),
    )


def _named(way: Way, plan: Plan, words: Words, most: int) -> str:
    """Return the worst-served schools of a way with the share they miss."""
    names = plan.problem.names
    parts = (
        words("baselines.school", school=names[w.school], share=words.percent(w.share, 1)) for w in way.worst[:most]
    )
    return "; ".join(parts) or words("baselines.nobody")


def shown(answer: Baselines, plan: Plan, words: Words) -> tuple[Sheet, ...]:
    """Return the ways side by side, and who is worst served under each."""
    return (
        sheet(
            (_figures(way, plan, words) for way in answer.ways),
            words=1,
            note=words("baselines.note"),
            point=words.point,
        ),
        sheet((_served(way, plan, words) for way in answer.ways), words=2, point=words.point),
    )


def _figures(way: Way, plan: Plan, words: Words) -> dict[str, str]:
    year = format_school_year(plan.problem.years[-1])
    return {
        words("baselines.way"): words(f"baselines.way_{way.code}"),
        words(f"baselines.missing_{plan.problem.scenario.weigh}"): words.number(way.objective, 1),
        words("baselines.missing"): words.number(way.missing, 1),
        words("baselines.last", year=year): words.number(way.last, 1),
        words("baselines.pupils", year=year): words.number(way.pupils),
        words("baselines.others", year=year): words.number(way.others, 1),
        words("baselines.cost"): words.millions(way.cost),
        words("baselines.left"): words.millions(way.left),
    }


def _served(way: Way, plan: Plan, words: Words) -> dict[str, str]:
    return {
        words("baselines.way"): words(f"baselines.way_{way.code}"),
        words("baselines.served"): _named(way, plan, words, NAMED),
        words("baselines.starved"): words.number(way.starved),
    }


QUESTION = Question(code="baselines", answers=Baselines, ask=ask, said=said, shown=shown, routine=True)
