"""What is wider than a phone scrolls in itself, also for who has only keys; headings of tables say what they head."""

from __future__ import annotations

import re

_WIDE = re.compile(r'<table class="dataframe.*?</table>|<img [^>]*class="chart"[^>]*>', re.DOTALL)


def scrolling(body: str) -> str:
    """Return the HTML of a page with each table and chart in a part that scrolls by itself."""
    return _WIDE.sub(lambda found: f'<div class="scroll" tabindex="0">{_headed(found[0])}</div>', body)


def _headed(wide: str) -> str:
    return wide.replace("<th>", '<th scope="col">')
