"""A plan as the letters a council reads: a proposal (tờ trình) and a plan (kế hoạch), for Word."""

from __future__ import annotations

from functools import partial

from provision.charts import CHARTS
from provision.documents.word.fields import fields_of
from provision.documents.word.filled import fill
from provision.documents.word.template import letter_template
from provision.domain.letter import Filling, LetterKind
from provision.posing.alone import letterhead
from provision.store.opening import Opened
from provision.text import Words

__all__ = ["letter", "letter_template"]


def letter(
    opened: Opened,
    kind: LetterKind,
    words: Words,
    *,
    filling: Filling | None = None,
    template: bytes | None = None,
    file: str = "",
) -> bytes:
    """Return a letter as a .docx file: the template of its kind, or an office's own, filled in from a plan.

    Money is whole VND. What nobody filled in shows as a marked blank. The same plan gives the same bytes. ``file`` is
    what the office's template is called where it is at fault.

    Raises
    ------
    ProvisionError
        Where the template cannot be filled in.

    """
    fields = fields_of(opened, filling or {}, words)
    title = words(f"letter.{kind}.file_title", unit=fields["unit"])
    heads = {letterhead(opened.inputs, unit).issuer for unit in opened.plan.problem.units}
    own = template or letter_template(kind, words)
    charts = {draw.__name__.removeprefix("draw_"): partial(draw, opened.plan, words) for draw in CHARTS}
    return fill(own, fields, charts=charts, file=file or kind, title=title, author="; ".join(sorted(heads)))
