"""Sentences as HTML: whatever stands in a name stays text."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable
from html import escape

from provision.text import Words

_KINDS = {
    "csv": "text/csv",
    "html": "text/html",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "toml": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def paragraphs(lines: Iterable[str], *, look: str = "") -> str:
    """Return sentences as paragraphs; blank ones are left out."""
    return "".join(f'<p class="{look}">{escape(line)}</p>' for line in lines if line)


def bullets(lines: Iterable[str]) -> str:
    """Return sentences as a list."""
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def apart(named: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return names and codes to choose from, by name; those that share a name are told apart by their codes."""
    pairs = sorted(named)
    count = Counter(name for name, _ in pairs)
    return [(name if count[name] == 1 else f"{name} ({code})", code) for name, code in pairs]


def wrong(text: str) -> str:
    """Return what went wrong, a paragraph a line, announced at once."""
    return f'<div role="alert">{paragraphs(text.splitlines(), look="provision-fault")}</div>'


def ours(error: Exception, words: Words) -> str:
    """Return an error of the program, not of the data, so that a planner can read it to somebody."""
    return words("command.failed", reason=f"{type(error).__name__}: {error}")


def download(name: str, content: bytes, label: str) -> str:
    """Return a link that hands a file over, the file in itself: it needs no server and works wherever HTML does."""
    kind = _KINDS.get(name.rpartition(".")[2], "application/octet-stream")
    address = f"data:{kind};base64,{b64encode(content).decode('ascii')}"
    return f'<a class="provision-file" download="{escape(name, quote=True)}" href="{address}">{escape(label)}</a>'
