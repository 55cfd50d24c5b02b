"""One report notebook, run to its end or refused."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import papermill
from nbconvert import HTMLExporter
from traitlets.config import Config

from provision.errors import ProvisionError
from provision.intake.shipped import shipped
from provision.kernels.forked import WarmManager, meeting
from provision.questions.report import COMPLETE
from provision.render.pages import page
from provision.render.scrolling import scrolling
from provision.store.atomic import write_whole

TEMPLATE, PROVINCE_TEMPLATE = "10-report-unit.ipynb", "20-report-province.ipynb"


def known_parameters(template: Path) -> tuple[str, ...]:
    """Return the names of a report notebook's parameters."""
    return tuple(papermill.inspect_notebook(str(template)))


def run_report(
    template: Path, target: Path, parameters: Mapping[str, str], *, language: str, cwd: Path | None = None
) -> None:
    """Run a report notebook with its parameters, in a folder (by default its own), and write it to ``target``.

    Cells of the other language are left out. Success is the last cell's own mark: after a dead kernel a saved
    notebook calls every cell completed. What is written tells no times.

    Raises
    ------
    ProvisionError
        For a parameter the notebook does not have (Papermill would only warn, and run the default), or where
        the notebook did not run to its end.

    """
    known = known_parameters(template)
    for name in parameters:
        if name not in known:
            raise ProvisionError("parameter_unknown", name=name, known=", ".join(known))
    source = nbformat.read(template, as_version=4)
    other = "vi" if language == "en" else "en"
    source.cells = [c for c in source.cells if f"lang-{other}" not in c.metadata.get("tags", ())]
    spoken = target.with_name(f".{target.name}")
    nbformat.write(source, spoken)
    try:
        with TemporaryDirectory(prefix="provision-") as place, warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", module="zmq|jupyter_client|papermill|nbclient"
            )  # theirs, not the planner's
            run = papermill.execute_notebook(
                str(spoken.resolve()),
                str(target.resolve()),
                dict(parameters),
                request_save_on_cell_execute=False,  # else it is written twice a cell
                kernel_name="python3",
                kernel_manager_class=WarmManager,
                shutdown_kernel="immediate",  # nothing is left to be done in it
                progress_bar=False,
                config=Config({"KernelManager": meeting(Path(place))}),
                cwd=str((cwd or target.parent).resolve()),
            )
    except papermill.PapermillExecutionError as error:
        raise ProvisionError("report_failed", reason=f"{error.ename}: {error.evalue}") from None
    except RuntimeError as error:
        raise ProvisionError("report_failed", reason=str(error)) from None
    finally:
        spoken.unlink(missing_ok=True)
    if not _is_complete(run):
        raise ProvisionError("report_failed", reason=target.name)
    nbformat.write(_timeless(run), target)


def report_plan(folder: Path, parameters: Mapping[str, str], *, title: str, language: str) -> Path:
    """Write report.ipynb and report.html into a plan folder, and return the page's path.

    Raises
    ------
    ProvisionError
        Where the notebook did not run to its end: the page that was there stays.

    """
    told = dict(parameters) | {"plan": "."}
    run_report(shipped("notebooks/reports") / TEMPLATE, folder / "report.ipynb", told, language=language)
    return _write_page(folder, title=title, language=language)


def report_province(folder: Path, parameters: Mapping[str, str], *, title: str, language: str) -> Path:
    """Write report.ipynb and report.html of many units' plans, whose folders are one up from where this will lie.

    Raises
    ------
    ProvisionError
        Where the notebook did not run to its end: the page that was there stays.

    """
    told, template = dict(parameters) | {"plan": ".."}, shipped("notebooks/reports") / PROVINCE_TEMPLATE
    run_report(template, folder / "report.ipynb", told, language=language, cwd=folder.parent)  # as far below for now
    return _write_page(folder, title=title, language=language)


def _write_page(folder: Path, *, title: str, language: str) -> Path:
    made = to_page(folder / "report.ipynb", title=title, language=language)
    write_whole(folder / "report.html", made.encode("utf-8"))
    return folder / "report.html"


def to_page(notebook: Path, *, title: str, language: str) -> str:
    """Return a run notebook as one self-contained page: no code, no script, nothing from elsewhere."""
    body, _ = _exporter().from_notebook_node(nbformat.read(notebook, as_version=4))
    return page("report.html.j2", title=title, body=scrolling(body), language=language)


@cache  # its templates are compiled once
def _exporter() -> HTMLExporter:
    leave_out = Config({"TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": {"setup"}}})
    exporter = HTMLExporter(config=leave_out, template_name="basic")
    exporter.exclude_input = True
    exporter.exclude_input_prompt = exporter.exclude_output_prompt = True
    exporter.optimistic_validation = True  # once, and not after each of its steps
    return exporter


def _timeless(run: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a run notebook without when and where it ran: the same report has the same bytes."""
    run.metadata.pop("papermill", None)
    for cell in run.cells:
        for stamp in ("papermill", "execution"):
            cell.metadata.pop(stamp, None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell.id = "injected"  # Papermill draws one
    return run


def _is_complete(run: nbformat.NotebookNode) -> bool:
    code = [c for c in run.cells if c.cell_type == "code"]
    shown = [o.get("data", {}).get("text/html", "") for o in code[-1].outputs] if code else []
    return any(COMPLETE in "".join(html) for html in shown)
