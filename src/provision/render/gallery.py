"""Every chart of a plan as files: two widths, three kinds, with their captions in a text beside them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from provision.charts import Chart, exhibits
from provision.charts.chart import KINDS, SIZES
from provision.domain.plan import Plan
from provision.errors import ProvisionError
from provision.store.atomic import whole_folder
from provision.text import Words

CHARTS = "charts"
"""The folder in a plan folder."""

CAPTIONS = "captions.txt"
"""The file that says of each chart what it shows, and of each that is not drawn, why."""

_OURS = re.compile(rf"{re.escape(CAPTIONS)}|\d\d-[a-z]+(-\d+)?-({'|'.join(SIZES)})\.({'|'.join(KINDS)})")


def export_charts(plan: Plan, folder: Path, words: Words) -> Path:
    """Write every chart of a plan into its folder, whole or not at all, and return where they are.

    What else lies there stays: the charts of a rendered report, a planner's own.

    Raises
    ------
    ProvisionError
        Where nothing can be written there.

    """
    place = folder / CHARTS
    try:
        with whole_folder(place, mark=".") as new:  # all that is there stays, so that no mark is asked for
            _keep(place, new)
            told, undrawn = list[str](), list[str]()
            for exhibit in exhibits(plan, words, str(folder)):
                for again, draw in enumerate(exhibit.draws, 1):
                    charts = {size: draw(size=size) for size in SIZES}
                    stem = f"{exhibit.number:02}-{charts['full'].name}" + f"-{again}" * (again > 1)
                    files = {f"{stem}-{size}.{kind}": (size, kind) for size in SIZES for kind in KINDS}
                    for name, (size, kind) in files.items():
                        (new / name).write_bytes(charts[size].save(kind))
                    told.append(_told(exhibit.number, charts["full"], list(files), words))
                if not exhibit.draws:
                    undrawn.append(f"{exhibit.number}. {exhibit.title}. {exhibit.why}")
            (new / CAPTIONS).write_text(_text(plan, told, undrawn, words), encoding="utf-8")
    except OSError as error:
        raise ProvisionError("out_unwritable", out=str(place), reason=error.strerror or str(error)) from None
    return place


def _keep(place: Path, new: Path) -> None:
    """Copy what is there and no chart of the gallery."""
    for path in sorted(place.iterdir()) if place.is_dir() else ():
        if path.is_dir():
            shutil.copytree(path, new / path.name)
        elif not _OURS.fullmatch(path.name):
            shutil.copy2(path, new / path.name)


def _told(number: int, chart: Chart, files: list[str], words: Words) -> str:
    """Return what stands below a chart, as lines."""
    lines = [
        f"{number}. {chart.title}",
        words("gallery.caption", caption=chart.caption),
        words("gallery.alt", alt=chart.alt),
        chart.source,
        *chart.figure.notes,
        words("gallery.files", files=", ".join(files)),
    ]
    return "\n".join(lines)


def _text(plan: Plan, told: list[str], undrawn: list[str], words: Words) -> str:
    units, scenario = ", ".join(plan.problem.unit_names), plan.problem.scenario.label(words.language)
    head = f"{words('gallery.heading', units=units, scenario=scenario)}\n{words('gallery.use')}"
    rest = ["\n".join([words("gallery.undrawn"), *undrawn])] if undrawn else []
    return "\n\n".join([head, *told, *rest]) + "\n"
