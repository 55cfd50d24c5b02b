"""What every chart shares: paper, letters, colours that hold in grey, source line, banner. The door of matplotlib."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from provision.charts.letters import FAMILY, Weight, fitted, width_of, wrapped
from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.text import Words

INK, PAPER = "#1a1a1a", "#ffffff"
DARK, MIDDLE, LIGHT, WARM = "#1b4b7a", "#6f9fc8", "#cddff0", "#c0392b"
FUND_COLOURS = ("#1b4b7a", "#d9a441", "#dce9f3", "#7a7a7a", "#f3dfb8", "#9c5b3b", "#8fb996", "#f7f7f7")
"""Distinct in colour and, in this order, dark beside light when printed grey."""

HATCHES = ("", "///", "...")
"""What tells funds apart once the colours begin anew."""

MACHINE_LOOKS: dict[str, dict[str, Any]] = {
    "stock": {"facecolor": LIGHT, "edgecolor": DARK, "linewidth": 0.6},
    "bought": {"facecolor": DARK, "edgecolor": DARK, "linewidth": 0.6},
    "missing": {"facecolor": PAPER, "edgecolor": WARM, "linewidth": 0.8, "hatch": "////"},
}
"""How old machines look, those that come, and those that are missing."""

Kind = Literal["png", "svg", "pdf"]
KINDS: tuple[Kind, ...] = ("png", "svg", "pdf")
"""What a chart is written as: dots for Word, lines and real letters for large prints."""

Size = Literal["full", "half"]
SIZES: tuple[Size, ...] = ("full", "half")
"""The widths a chart is made for: the text of an A4 page with the decree's margins, or half of it beside another."""

WIDTHS: Mapping[Size, float] = MappingProxyType({"full": 6.3, "half": 3.05})
"""How wide a chart is, in inches."""

TALLEST = 9.2
"""How tall a chart may be to stand on one page with its caption, in inches."""

SMALL = 6.2
"""The size of the smallest letters, in points."""

_TITLE: Mapping[Size, float] = MappingProxyType({"full": 10.5, "half": 8.5})
_LETTERS: Mapping[Size, float] = MappingProxyType({"full": 8, "half": 7})
_EDGE, _LEADING = 0.05, 1.28 / 72
"""The inches that stay free around the words, and those of a line for each point of its letters."""

_SCENARIOS = 3.4
"""How much of the source line the scenarios' names may fill, in inches."""

_STYLE = {
    "font.family": ["sans-serif"],
    "font.sans-serif": FAMILY,  # a reader who lacks the first sees the next: only SVG leaves letters to the reader
    "text.hinting": "none",  # letters as wide on a screen as in print: what fits there fits here
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "provision",
}


class Paper(Figure):
    """A figure of one of two widths that knows where its figures come from, and what is told of them."""

    size: Size = "full"
    source: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_half(self) -> bool:
        """Whether it is half as wide as a page's text: what stands side by side stands one above the other."""
        return self.size == "half"

    @property
    def letters(self) -> float:
        """The size of its ordinary letters, in points."""
        return _LETTERS[self.size]


@dataclass(frozen=True)
class Chart:
    """A drawn figure with its name (for files), its finding in a sentence, and what who cannot see it is told."""

    name: str
    title: str
    caption: str
    alt: str
    figure: Paper

    @property
    def source(self) -> str:
        """Where its figures come from."""
        return self.figure.source

    def save(self, kind: Kind, *, dpi: int = 300) -> bytes:
        """Return the picture as bytes, the same bytes every time; ``dpi`` is dots per inch of a PNG."""
        stamps: dict[str, dict[str, str | None]] = {
            "png": {"Software": None},
            "svg": {"Date": None, "Creator": "provision", "Title": self.title, "Description": self.alt},
            "pdf": {
                "CreationDate": None,
                "Producer": None,
                "Creator": None,
                "Title": self.title,
                "Subject": self.alt,
            },
        }
        target = io.BytesIO()
        with mpl.rc_context(_STYLE):
            self.figure.savefig(target, format=kind, dpi=dpi, facecolor=PAPER, metadata=stamps[kind])
        return target.getvalue()

    def _repr_mimebundle_(self, **_asked: object) -> dict[str, str]:
        picture = base64.b64encode(self.save("png", dpi=160)).decode("ascii")
        html = f'<img class="chart" alt="{escape(self.alt, quote=True)}" src="data:image/png;base64,{picture}">'
        return {"text/html": html, "text/plain": self.alt}


@contextmanager
def drawing(
    plan: Plan, words: Words, *, title: str, height: float, size: Size = "full", beside: Sequence[Plan] = ()
) -> Iterator[Paper]:
    """Yield an empty figure; close it with title, source line and banner.

    ``height`` is what is drawn, in inches, without the words above and below; ``beside`` are plans drawn with the
    first. The banner stands on every chart that made-up rows have touched.
    """
    plans = (plan, *beside)
    with paper(
        words,
        title=title,
        height=height,
        source=source_line(plan, words, beside),
        illustrative=any(drawn.problem.illustrative for drawn in plans),
        projected=_is_projected(plans),
        size=size,
    ) as figure:
        yield figure


@contextmanager
def paper(
    words: Words, *, title: str, height: float, source: str, illustrative: bool, projected: bool, size: Size = "full"
) -> Iterator[Paper]:
    """Yield an empty figure, to be closed with what is told of its figures; ``height`` as in ``drawing``."""
    banner, note = words("banner.illustrative"), words("banner.projected")
    letters = {"font.size": _LETTERS[size], "axes.titlesize": _LETTERS[size] + (size == "full")}
    with mpl.rc_context(_STYLE | letters):
        figure = Paper(figsize=(WIDTHS[size], height))
        figure.size, figure.source = size, source
        figure.notes = (*[banner] * illustrative, *[note] * projected)
        yield figure
        head: list[_Told] = [(title, _TITLE[size], INK, "bold")]
        head += [(banner, _LETTERS[size] - 0.5, WARM, "bold")] * illustrative
        foot: list[_Told] = [(note, SMALL, WARM, "normal")] * projected
        _surround(figure, height, head, [*foot, (source, SMALL, "#555555", "normal")])


_Told = tuple[str, float, str, Weight]
"""Words around what is drawn: their size in points, colour and weight."""


def _surround(figure: Paper, height: float, head: Sequence[_Told], foot: Sequence[_Told]) -> None:
    """Put words above what is drawn, the legend and words below it, and give it the height that is asked for."""
    room = figure.get_figwidth() - 2 * _EDGE
    told = [[(wrapped(t, room, points, weight=w), points, c, w) for t, points, c, w in part] for part in (head, foot)]
    above, below = (sum(_tall(text, points) for text, points, *_ in part) + 1.5 * _EDGE for part in told)
    legend = sum(box.get_window_extent().height / figure.dpi + _EDGE for box in figure.legends)
    whole = above + height + legend + below
    figure.set_figheight(whole)
    for box in figure.legends:
        box.set_bbox_to_anchor((0.5, below / whole))
    for part, top in zip(told, (whole - _EDGE, below - 0.5 * _EDGE), strict=True):
        for text, points, colour, weight in part:
            look: dict[str, Any] = {"fontsize": points, "color": colour, "fontweight": weight, "linespacing": 1.15}
            figure.text(_EDGE / figure.get_figwidth(), top / whole, text, ha="left", va="top", **look)
            top -= _tall(text, points)
    # laid out once, whatever kinds and sizes it is saved in: a figure that keeps its engine draws twice each time
    ConstrainedLayoutEngine(rect=(0, (below + legend) / whole, 1, height / whole)).execute(figure)


def _tall(text: str, points: float) -> float:
    """Return how tall lines of text are, in inches."""
    return (text.count("\n") + 1) * points * _LEADING


def legend_below(figure: Paper, handles: Sequence[Any], *, columns: int) -> None:
    """Put a legend between the axes and what is told below them, in as many columns as there is room for."""
    points, room = figure.letters - 0.5, figure.get_figwidth() - 2 * _EDGE
    beside = 4.4 * points / 72  # the sign of an entry, and what stays free between two
    names = [handle.get_label() for handle in handles]
    widest = max((width_of(name, points) for name in names), default=0)
    fitting = min(columns, max(1, int(room / (widest + beside))))
    names = [wrapped(name, room / fitting - beside, points, lines=3) for name in names]
    figure.legend(handles, names, loc="lower center", ncols=fitting, fontsize=points, borderaxespad=0, borderpad=0)


def starred(year: int, *plans: Plan) -> str:
    """Return a school year with a star where some plan projects its pupils: a note below the chart says so."""
    return format_school_year(year) + "*" * any(year in p.problem.projected_years for p in plans)


def described(key: str, words: Words, *plans: Plan, seen: Sequence[str] = ()) -> str:
    """Return a chart's description: what is drawn, the figures that are seen, and what is told below the chart."""
    note = [words("banner.projected")] if _is_projected(plans) else []
    return " ".join([words(key), *[f"{'; '.join(seen)}."] * bool(seen), *note])


def _is_projected(plans: Sequence[Plan]) -> bool:
    return any(plan.problem.projected for plan in plans)


def source_line(plan: Plan, words: Words, beside: Sequence[Plan] = ()) -> str:
    """Return where a chart's figures come from: document, units, scenarios."""
    problem = plan.problem
    scenarios = dict.fromkeys(drawn.problem.scenario.label(words.language) for drawn in (plan, *beside))
    return words(
        "banner.source",
        document=problem.roadmap.document,
        units=", ".join(problem.unit_names),
        scenario=fitted("; ".join(scenarios), _SCENARIOS, SMALL),
    )


def mark_years(axes: Axes, years: Sequence[int], *plans: Plan, inches: float) -> None:
    """Mark school years along an axis that is so wide: in one line, in two, or upright where there are many."""
    points = mpl.rcParams["font.size"]
    room = inches / max(1, len(years)) - 0.02
    told = [starred(year, *plans).replace("-", "–") for year in years]
    if max(width_of(text, points) for text in told) > room:
        told = [text.replace("–", "–\n") for text in told]
    upright = max(width_of(line, points) for text in told for line in text.split("\n")) > room
    if upright:
        told = [text.replace("\n", "") for text in told]
    axes.set_xticks(range(len(years)), told, rotation=90 if upright else 0)
    axes.set_xlim(-0.6, len(years) - 0.4)


def write_over(
    axes: Axes, said: str, x: float, y: float, *, points: float, up: float = 2, colour: str = INK, turned: int = 0
) -> None:
    """Write a figure over a place that is told in the axes' own numbers, ``up`` points above it."""
    look: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": points, "color": colour, "rotation": turned}
    axes.annotate(said, (x, y), (0, up), textcoords="offset points", **look)


def count_axis(axes: Axes, words: Words, *, which: Literal["x", "y"] = "y", digits: int = 0) -> None:
    """Write an axis' numbers the reader's way, with a light grid behind the data."""
    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_formatter(lambda value, _position: words.number(round(value, 6), digits))
    axes.grid(axis=which, color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
