"""LibreOffice, for the tests that look at what an office opens."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

from books import repacked
from python_calamine import CalamineWorkbook

Sheets = dict[str, list[list[object]]]

_FORMULA = re.compile(r"(<f>[^<]*</f>)<v>[^<]*</v>")


def converted(file: Path, kind: str, folder: Path) -> Path:
    """Return a file as LibreOffice opens it and saves it in another kind."""
    office = shutil.which("soffice")
    assert office, "LibreOffice is needed: apt-get install libreoffice-calc-nogui libreoffice-writer-nogui"
    folder.mkdir(parents=True, exist_ok=True)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    run = [office, profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(file)]
    subprocess.run(run, check=True, capture_output=True, timeout=300)
    made = folder / f"{file.stem}.{kind}"
    assert made.is_file(), f"LibreOffice made no {kind} of {file.name}"
    return made


def printed_text(file: Path) -> str:
    """Return the text of a PDF as it stands on its pages."""
    program = shutil.which("pdftotext")
    assert program, "Debian's package poppler-utils is needed: apt-get install poppler-utils"
    return subprocess.run([program, "-layout", str(file), "-"], check=True, capture_output=True).stdout.decode(
        "utf-8"
    )


def unreckoned(file: Path) -> Path:
    """Take the value from behind every formula of a workbook, so that it must be reckoned anew."""
    with ZipFile(file) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        parts: dict[str, bytes | None] = {n: _FORMULA.sub(r"\1", book.read(n).decode()).encode() for n in sheets}
    return repacked(file, parts)


def cells(file: Path) -> Sheets:
    """Return the cells of every sheet as they show, from row 1 and column A on."""
    book = CalamineWorkbook.from_path(file)
    return {
        name: [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in book.sheet_names
    }
