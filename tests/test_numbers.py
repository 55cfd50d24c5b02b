"""Numbers as they are typed: read as they are written, or refused with what to write instead."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.text import LANGUAGES, Unreadable, Words, parse_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1.234,5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1.500", "1500"),
        (" 0,05 ", "0.05"),
        ("−3,5", "-3.5"),
        ("007", "7"),
    ],
)
def test_vietnamese_numbers_are_read(typed: str, number: str) -> None:
    """A point groups three digits, a comma is decimal; spaces around do not matter."""
    assert parse_number(typed, "vi") == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1.5", "grouping"),
        ("12,345.6", "grouping"),
        ("1.23.4", "form"),
        ("1,234", "ambiguous"),
        ("", "form"),
        ("   ", "form"),
        ("1e5", "form"),
        ("năm", "form"),
        ("1.234.56", "form"),
        ("٣", "form"),
        ("1" * 41, "form"),
        ("<script>", "form"),
        ("1 234", "form"),
        ("--1", "form"),
        (",5", "form"),
    ],
)
def test_what_is_no_number_is_refused(typed: str, code: str) -> None:
    """Whatever is not written so is refused, in words of both languages."""
    with pytest.raises(Unreadable) as refused:
        parse_number(typed, "vi")
    assert refused.value.code == code
    for language in LANGUAGES:
        assert Words(language)(f"number.{code}", **refused.value.details)


def test_an_ambiguous_number_is_refused_with_both_readings() -> None:
    """``1,500`` is one and a half here, fifteen hundred elsewhere: both are offered, each in a form that is clear."""
    with pytest.raises(Unreadable) as refused:
        parse_number("1,500", "vi")
    said = Words("vi")(f"number.{refused.value.code}", **refused.value.details)
    assert "1,5 hoặc 1500" in said
    assert parse_number("1,5", "vi") == Decimal("1.5")
    assert parse_number("1500", "vi") == 1500


@given(st.from_regex(r"-?[1-9][0-9]{0,2},[0-9]{3}", fullmatch=True))
def test_each_reading_that_is_offered_is_read_as_it_says(typed: str) -> None:
    """What is offered for an ambiguous number is itself read, as the two numbers it may have meant."""
    with pytest.raises(Unreadable) as refused:
        parse_number(typed, "vi")
    offered = refused.value.details
    assert parse_number(str(offered["small"]), "vi") == Decimal(typed.replace(",", "."))
    assert parse_number(str(offered["large"]), "vi") == Decimal(typed.replace(",", ""))


@pytest.mark.parametrize("language", LANGUAGES)
@given(number=st.decimals(-(10**12), 10**12, places=4))
def test_a_number_that_is_shown_is_read_back(language: str, number: Decimal) -> None:
    """What the desk writes into a field is read as the same number, or said to be ambiguous, never as another."""
    shown = Words(language).number(number, 4)
    try:
        assert parse_number(shown, language) == number
    except Unreadable as refused:
        assert refused.code == "ambiguous"


@pytest.mark.parametrize("language", LANGUAGES)
@given(typed=st.text(alphabet="0123456789.,- ", max_size=12))
def test_nothing_is_guessed(language: str, typed: str) -> None:
    """A text is refused, or its digits are exactly those of the number it is read as."""
    try:
        number = parse_number(typed, language)
    except Unreadable:
        return
    digits = "".join(c for c in typed if c.isdigit())
    assert digits.lstrip("0") == "".join(c for c in format(number, "f") if c.isdigit()).lstrip("0")
