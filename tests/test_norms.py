"""Every number a council may ask about is shown with the paragraph that states it."""

from __future__ import annotations

import pytest

from provision.intake import read_roadmap
from provision.intake.packs import known_packs
from provision.questions.norms import norms
from provision.text import Words


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", known_packs())
def test_each_norm_is_shown_with_its_paragraph(name: str, language: str) -> None:
    """A row a phase, ratio and minimum, each with document and section; what nobody states says so."""
    pack, words = read_roadmap(name), Words(language)
    rows = norms(pack, words).frame.itertuples(index=False, name=None)
    stated = [pack.stated_in(norm) for norm in (*pack.phases, *pack.ratios, *pack.minimums)]
    told = list(rows)
    assert sorted(where for *_, where in told if where) == sorted(stated)
    unstated = [what for what, _, value, where in told if not where]
    assert all(value == words("norm.none") for *_, value, where in told if not where)
    assert words("norm.seats_of")[1:] in {what[1:] for what in unstated}


def test_a_ratio_nobody_states_is_shown_as_such() -> None:
    """A level that is taught and has no ratio says "không ghi"; one that is not taught has no row."""
    words = Words("vi")
    told = norms(read_roadmap("nguyen-khuyen-2023"), words).frame
    assert list(told[words("norm.value")]) == [
        "bắt buộc: khối 3, 4, 5",
        "24 học sinh/máy (phấn đấu)",
        "1",
        "không ghi",
    ]
