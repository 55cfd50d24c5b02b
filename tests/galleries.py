"""Plans to draw: of 5 schools or of 500, with long names full of signs, and everything that is drawn of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from folders import save
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from worlds import FIRST, World, roadmap

import provision
from provision.charts import ANSWER_CHARTS, GALLERY, Chart
from provision.domain.plan import Plan
from provision.domain.roadmap import Minimum, Phase, Roadmap
from provision.domain.scenario import Scenario
from provision.questions.asking import Asked
from provision.questions.council import QUESTIONS
from provision.store import open_plan
from provision.text import Words

SIGNS = "$x_1$ <b>&amp;</b> {0} =1+1"
_CALENDAR = {0: [3], 1: [3, 6], 2: [3, 4, 6, 7], 3: [3, 4, 5, 6, 7, 8], 4: [3, 4, 5, 6, 7, 8, 9]}
_GRADES = {"primary": (3, 4, 5), "lower_secondary": (6, 7, 8, 9), "combined": (3, 4, 5, 6, 7, 8, 9)}
_QUICK: dict[str, dict[str, Any]] = {"next": {"steps": 2}, "futures": {"futures": 4}, "school": {"school": "s001"}}


def world_of(schools: int) -> World:
    """Return a district of so many schools, all of their names of 80 letters, with too little money for all."""
    r, world = Random(7), World().unit(name="Huyện có một cái tên dài $<&={")
    for n in range(schools):
        level = tuple(_GRADES)[n % 3]
        name = f"Trường {'Tiểu học' if level == 'primary' else 'TH&THCS'} Xã thứ {n:03} {SIGNS} "
        pupils = {grade: [r.randint(20, 160)] * 5 for grade in _GRADES[level]}
        world.school(f"s{n:03}", level, pupils=pupils, name=name.ljust(77, "à") + f"{n:03}", source="illustrative: x")
        world.stock(f"s{n:03}", r.randint(0, 12), -r.randint(0, 7), life_years=8)
    for code, price, life, rest in (("pc", 10, 5, {}), ("used", 4, 2, {"mode": "refurbish"}), ("p", 3, 5, _PRINTER)):
        world.option(code, price * 1_000_000, life, name_vi=f"{code} $<&={{", name_en=f"{code} $<&={{", **rest)
    name = "Ngân sách $<&={ của huyện có tên rất dài, dài hơn cả một dòng của trang giấy A4"
    world.fund("district", [schools * 14_000_000] * 5, name_vi=name, name_en="Budget $<&={ of the district")
    world.fund("donor", [schools * 2_000_000 + 1] * 5, carry_over=1, name_vi="Nhà tài trợ", name_en="Donor")
    return world.fund("own", [30_000_000] * 5, schools="s000")


_PRINTER = {"item": "printer"}


def pack() -> Roadmap:
    """Return a roadmap that begins at two schools, goes on with what they may teach, and asks for printers."""
    found = roadmap(
        _CALENDAR, optional={1: [4]}, minimums=[Minimum("printer", "school", 1, Fraction(1), (), "all", "3")]
    )
    pilot = replace(found.phases[0], schools=("s000", "s002"))
    current = Phase(FIRST, frozenset(range(3, 10)), (), "current", "1")
    return replace(found, phases=(pilot, current, *found.phases[1:]))


def small(folder: Path) -> Asked:
    """Return the plan of five schools as it lies in its folder."""
    saved = save(world_of(5), pack(), folder)
    assert saved is not None
    return Asked.of(open_plan(saved.folder))


def large(folder: Path) -> Plan:
    """Return the plan of five hundred schools, in fractions of machines."""
    scenario = Scenario(whole_machines=False, ladder=("missing", "money"), horizon="2019-2020")
    return provision.solve(provision.pose(world_of(500).load(folder), ["u"], pack(), scenario))


def answers(asked: Asked) -> dict[str, Any]:
    """Return a quick answer to each question that has a chart, by its code."""
    return {q.code: q.ask(asked, **_QUICK.get(q.code, {})) for q in QUESTIONS}


def drawn(plan: Plan, words: Words, found: Mapping[str, Any], **size: str) -> Iterator[Chart]:
    """Yield every chart of the gallery, those of questions from the answers that are there."""
    for shown in GALLERY:
        if not isinstance(shown, str):
            yield shown(plan, words, **size)
        elif shown in found:
            yield ANSWER_CHARTS[shown](found[shown], plan, words, **size)


def texts(figure: Figure) -> list[Text]:
    """Return every text that is seen, of axes, legends and around them; marks beyond an axis' ends are not."""
    figure.draw_without_rendering()
    beyond = {id(label) for axes in figure.axes for label in _beyond(axes)}
    return [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip() and id(t) not in beyond]


def _beyond(axes: Axes) -> Iterator[Text]:
    """Yield the labels of marks that an axis does not reach."""
    for axis, ends in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            is_reached = min(ends) - 1e-9 <= tick.get_loc() <= max(ends) + 1e-9
            yield from (label for label in (tick.label1, tick.label2) if not (is_reached and axes.axison))


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Return every text that is seen with where it lies, in dots, as it is saved: letters without hinting."""
    with rc_context({"text.hinting": "none"}):
        return [(text.get_text(), text.get_window_extent()) for text in texts(figure)]


def cut(figure: Figure, seen: Sequence[tuple[str, Bbox]]) -> list[str]:
    """Return the texts that do not lie in the picture."""
    page = figure.bbox
    return [
        told
        for told, box in seen
        if box.x0 < page.x0 - 1 or box.y0 < page.y0 - 1 or box.x1 > page.x1 + 1 or box.y1 > page.y1 + 1
    ]


def covered(figure: Figure, seen: Sequence[tuple[str, Bbox]]) -> list[tuple[str, str]]:
    """Return the pairs of texts that lie on one another."""
    slack = figure.dpi * 0.012  # what a line of letters keeps free above and below them
    return [
        (one, other)
        for (one, a), (other, b) in combinations(seen, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > slack and min(a.y1, b.y1) - max(a.y0, b.y0) > slack
    ]
