"""``provision desk [DATA]``: the planner's desk in JupyterLab, or with ``--page`` as a page without code."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path

from provision.commands.check import pose_all
from provision.commands.question import declare_mapping, tell
from provision.intake import find_data, find_mapping_named, hand_out_notebooks, load
from provision.text import Words
from provision.widgets.server import served

NOTEBOOK = "01-plan-a-unit.ipynb"


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the command's arguments."""
    parser.add_argument("data", metavar="DATA", type=Path, nargs="?", help=words("command.desk_data"))
    declare_mapping(parser, words)
    parser.add_argument("--page", action="store_true", help=words("command.page"))
    parser.add_argument("--port", metavar="N", type=int, help=words("command.port"))
    parser.add_argument("--no-browser", action="store_true", help=words("command.no_browser"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Check the data, open the desk, and keep it open until it is asked to end."""
    data = options.data or find_data()
    mapping = options.mapping or (find_mapping_named() if options.data is None else None)
    inputs = load(data, mapping=mapping)
    pose_all(inputs, tuple(inputs.units), data)
    notebook = _notebook(words)
    tell(words("command.desk_opening"))
    try:
        with served(
            notebook, data=data, mapping=mapping, language=words.language, page=options.page, port=options.port
        ) as server:
            print(words("command.desk_open", address=server.address), flush=True)
            tell(words("command.desk_close"))
            if not options.no_browser:
                webbrowser.open_new_tab(server.address)
            server.wait()
    except KeyboardInterrupt:
        tell(words("command.desk_closed"))
        return 0
    tell(words("command.desk_ended"))
    return 1


def _notebook(words: Words) -> Path:
    """Return the desk's notebook in ``./notebooks``; where it is not there, the notebooks are copied and told."""
    folder = Path.cwd() / "notebooks"
    if not (folder / NOTEBOOK).is_file():
        names = ", ".join(path.name for path in hand_out_notebooks(folder))
        tell(words("command.desk_copied", folder=str(folder), names=names))
    return folder / NOTEBOOK
