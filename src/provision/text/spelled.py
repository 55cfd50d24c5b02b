"""Whole numbers in words, as a voucher has them: ``một tỷ không trăm linh năm``. No library says them rightly."""

from __future__ import annotations

from provision.text.words import Words

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = {
    "vi": ("", "nghìn", "triệu", "tỷ"),
    "en": ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion"),
}
"""What each three digits more are called; beyond the last all begins anew: a billion billions is ``một tỷ tỷ``."""


def spelled(number: int, language: str) -> str:
    """Return a whole number in words; every number has its own, and each is read back as the number it was.

    Raises
    ------
    ValueError
        Where it is below zero: no plan has such money.

    """
    if number < 0:
        raise ValueError(f"{number} is below zero")
    zero = _DIGITS[0] if language == "vi" else _UNITS[0]
    return " ".join(_said(number, language, inside=False)) or zero


def money_in_words(dong: int, words: Words) -> str:
    """Return whole VND in words, as a sentence begins: ``Một tỷ hai trăm triệu đồng``."""
    said = words("money.in_words", amount=spelled(dong, words.language))
    return said[0].upper() + said[1:]


def _said(number: int, language: str, *, inside: bool) -> list[str]:
    """Return the words of a number, none for 0; ``inside`` another one something stands before it."""
    scales = _SCALES[language]
    above, rest = divmod(number, 1000 ** (len(scales) - 1))
    said = [*_said(above, language, inside=inside), scales[-1]] if above else []
    for power in reversed(range(len(scales) - 1)):
        group = rest // 1000**power % 1000
        if group:
            led = bool(said) or inside
            said += _group_vi(group, led=led) if language == "vi" else _group_en(group, led=led and not power)
            said += [scales[power]] if power else []
    return said


def _group_vi(group: int, *, led: bool) -> list[str]:
    """Return the words of 1 to 999; ``led`` by another group its hundreds are said even where there are none."""
    hundreds, tens, ones = group // 100, group // 10 % 10, group % 10
    said = [_DIGITS[hundreds], "trăm"] if hundreds or led else []
    if tens:
        said += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
        by_ones = {5: "lăm"} if tens == 1 else {1: "mốt", 4: "tư", 5: "lăm"}
        return said + ([by_ones.get(ones, _DIGITS[ones])] if ones else [])
    return said + (["linh"] if said and ones else []) + ([_DIGITS[ones]] if ones else [])


def _group_en(group: int, *, led: bool) -> list[str]:
    """Return the words of 1 to 999; ``led`` by a larger group, "and" stands before what has no hundreds."""
    hundreds, rest = divmod(group, 100)
    said = [_UNITS[hundreds], "hundred"] if hundreds else []
    if not rest:
        return said
    tens, ones = divmod(rest, 10)
    small = _UNITS[rest] if rest < len(_UNITS) else "-".join([_TENS[tens], *([_UNITS[ones]] if ones else [])])
    return [*said, *(["and"] if said or led else []), small]
