"""What every chart shares: paper, letters, colours that hold in grey, source line, banner. The door of matplotlib."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

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

WIDTH = 6.3
"""The text width of an A4 page with the decree's margins, in inches."""

_SOURCE_HEIGHT, _NOTE_HEIGHT, _LEGEND_HEIGHT = 0.24, 0.16, 0.19
_LETTERS = 60
"""What of the scenarios' names fits into the source line."""

_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "axes.titlesize": 9,
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
    "svg.fonttype": "path",
    "svg.hashsalt": "provision",
}


@dataclass(frozen=True)
class Chart:
    """A drawn figure with its name (for files) and its description (for who cannot see it)."""

    name: str
    title: str
    alt: str
    figure: Figure

    def save(self, kind: Literal["png", "svg", "pdf"], *, dpi: int = 300) -> bytes:
        """Return the picture as bytes, the same bytes every time; ``dpi`` is dots per inch of a PNG."""
        stamps: dict[str, dict[str, str | None]] = {
            "png": {"Software": None},
            "svg": {"Date": None, "Creator": "provision"},
            "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
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
    plan: Plan, words: Words, *, title: str, height: float, legend_rows: int = 1, beside: Sequence[Plan] = ()
) -> Iterator[Figure]:
    """Yield an empty figure of the page's width; close it with title, source line and banner.

    ``height`` is in inches; ``legend_rows`` keeps room for ``legend_below``; ``beside`` are plans drawn with the
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
        legend_rows=legend_rows,
    ) as figure:
        yield figure


@contextmanager
def paper(
    words: Words, *, title: str, height: float, source: str, illustrative: bool, projected: bool, legend_rows: int = 1
) -> Iterator[Figure]:
    """Yield an empty figure of the page's width, to be closed with what is told of its figures; height in inches."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH, height))
        above = 0.28 + (0.17 if illustrative else 0)
        below = _foot(projected) + _LEGEND_HEIGHT * legend_rows
        yield figure
        figure.text(0.012, 1 - 0.06 / height, title, ha="left", va="top", fontsize=10.5, fontweight="bold", color=INK)
        if illustrative:
            banner = words("banner.illustrative")
            figure.text(
                0.012, 1 - 0.27 / height, banner, ha="left", va="top", fontsize=7.5, color=WARM, fontweight="bold"
            )
        figure.text(0.012, 0.05 / height, source, ha="left", va="bottom", fontsize=6.2, color="#555555")
        if projected:
            note = words("banner.projected")
            figure.text(0.012, _SOURCE_HEIGHT / height, note, ha="left", va="bottom", fontsize=6.2, color=WARM)
        # laid out once, whatever kinds and sizes it is saved in: a figure that keeps its engine draws twice each time
        ConstrainedLayoutEngine(rect=(0, below / height, 1, 1 - (above + below) / height)).execute(figure)


def legend_below(figure: Figure, handles: Sequence[Any], *plans: Plan, columns: int) -> None:
    """Put the legend between the axes and what stands below: the source line, the note on projected years."""
    legend_above_foot(figure, handles, projected=_is_projected(plans), columns=columns)


def legend_above_foot(figure: Figure, handles: Sequence[Any], *, projected: bool, columns: int) -> None:
    """Put the legend where ``legend_below`` does, for figures of no single plan."""
    where = (0.5, _foot(projected) / figure.get_figheight())
    figure.legend(
        handles=handles, loc="lower center", bbox_to_anchor=where, ncols=columns, fontsize=7.5, borderaxespad=0
    )


def starred(year: int, *plans: Plan) -> str:
    """Return a school year with a star where some plan projects its pupils: a note below the chart says so."""
    return format_school_year(year) + "*" * any(year in p.problem.projected_years for p in plans)


def described(key: str, words: Words, *plans: Plan) -> str:
    """Return a chart's description, with the note on projected years where it stands below the chart."""
    return f"{words(key)} {words('banner.projected')}" if _is_projected(plans) else words(key)


def _is_projected(plans: Sequence[Plan]) -> bool:
    return any(plan.problem.projected for plan in plans)


def _foot(projected: bool) -> float:
    """Return the height of what stands below the legend, in inches."""
    return _SOURCE_HEIGHT + _NOTE_HEIGHT * projected


def shorten(name: str, letters: int) -> str:
    """Return a name of at most so many letters; what is cut shows as an ellipsis."""
    return name if len(name) <= letters else name[: letters - 1].rstrip() + "…"


def source_line(plan: Plan, words: Words, beside: Sequence[Plan] = ()) -> str:
    """Return where a chart's figures come from: document, units, scenarios."""
    problem = plan.problem
    scenarios = dict.fromkeys(drawn.problem.scenario.label(words.language) for drawn in (plan, *beside))
    return words(
        "banner.source",
        document=problem.roadmap.document,
        units=", ".join(problem.unit_names),
        scenario=shorten("; ".join(scenarios), _LETTERS),
    )


def count_axis(axes: Axes, words: Words, *, which: Literal["x", "y"] = "y", digits: int = 0) -> None:
    """Write an axis' numbers the reader's way, with a light grid behind the data."""
    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_formatter(lambda value, _position: words.number(round(value, 6), digits))
    axes.grid(axis=which, color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
