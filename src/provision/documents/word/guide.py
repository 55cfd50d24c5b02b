"""The guide at the end of a template: what its fields mean. It stands in the template alone, never in a letter."""

from __future__ import annotations

from provision.charts import CHARTS
from provision.documents.word.grids import GRIDS
from provision.documents.word.known import LISTS, SENTENCES, YEARLY
from provision.documents.word.paper import Paper
from provision.domain.letter import BLANKS
from provision.text import Words


def write_guide(paper: Paper, words: Words) -> None:
    """Write a page that tells every field; it is left out where the template is filled in."""
    paper.begin("if guide")
    paper.put(words("letter_guide.title"), style="Heading 1", new_page=True)
    paper.put(*(words(f"letter_guide.{part}") for part in ("how", "edit", "lines", "rows", "check")))
    told = [(words("letter_guide.blanks"), BLANKS), (words("letter_guide.sentences"), SENTENCES)]
    told += [(words("letter_guide.lists"), LISTS)]
    for head, names in told:
        paper.put(head, style="Heading 2")
        paper.put(*(f"{name}: {words(f'letter_field.{name}')}" for name in names), style="Listed")
    paper.put(words("letter_guide.tables"), style="Heading 2")
    paper.put(f"yearly: {words('letter_field.yearly')} {', '.join(f'row.{p}' for p in YEARLY)}", style="Listed")
    for name, parts in GRIDS.items():
        said = "; ".join(f"row.{part} ({words(f'letter_column.{part}')})" for part in parts)
        paper.put(f"{name}: {words(f'letter.table_{name}')}. {said}", style="Listed")
    paper.put(words("letter_guide.charts"), style="Heading 2")
    names = [draw.__name__.removeprefix("draw_") for draw in CHARTS]
    paper.put(", ".join(f"chart.{name}, chart.{name}.title" for name in names), style="Listed")
    paper.finish("if")
