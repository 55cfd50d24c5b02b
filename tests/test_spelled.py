"""Money in words: every whole number has its own words, and they are read back as the number."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provision.text import Words
from provision.text.spelled import money_in_words, spelled

# By hand -----------------------------------------------------------------------------------------------------------

VIETNAMESE = {
    0: "không",
    1: "một",
    4: "bốn",
    5: "năm",
    10: "mười",
    11: "mười một",
    14: "mười bốn",
    15: "mười lăm",
    20: "hai mươi",
    21: "hai mươi mốt",
    24: "hai mươi tư",
    25: "hai mươi lăm",
    55: "năm mươi lăm",
    100: "một trăm",
    101: "một trăm linh một",
    104: "một trăm linh bốn",
    105: "một trăm linh năm",
    110: "một trăm mười",
    115: "một trăm mười lăm",
    121: "một trăm hai mươi mốt",
    999: "chín trăm chín mươi chín",
    1_000: "một nghìn",
    1_001: "một nghìn không trăm linh một",
    1_015: "một nghìn không trăm mười lăm",
    10_000: "mười nghìn",
    21_021: "hai mươi mốt nghìn không trăm hai mươi mốt",
    100_500: "một trăm nghìn năm trăm",
    1_000_005: "một triệu không trăm linh năm",
    1_050_000: "một triệu không trăm năm mươi nghìn",
    15_184_500_000: "mười lăm tỷ một trăm tám mươi tư triệu năm trăm nghìn",
    1_000_000_000: "một tỷ",
    1_200_000_000: "một tỷ hai trăm triệu",
    4_004_004_004: "bốn tỷ không trăm linh bốn triệu không trăm linh bốn nghìn không trăm linh bốn",
    10**12: "một nghìn tỷ",
    10**15: "một triệu tỷ",
    10**18: "một tỷ tỷ",
    2 * 10**18 + 3: "hai tỷ tỷ không trăm linh ba",
    10**12 + 10**9: "một nghìn không trăm linh một tỷ",
}
ENGLISH = {
    0: "zero",
    7: "seven",
    19: "nineteen",
    20: "twenty",
    21: "twenty-one",
    100: "one hundred",
    105: "one hundred and five",
    342: "three hundred and forty-two",
    1_000: "one thousand",
    1_005: "one thousand and five",
    1_500: "one thousand five hundred",
    12_012: "twelve thousand and twelve",
    100_500: "one hundred thousand five hundred",
    15_184_500_000: "fifteen billion one hundred and eighty-four million five hundred thousand",
    10**12: "one trillion",
    10**18: "one quintillion",
    10**21 + 1: "one thousand quintillion and one",
}


@pytest.mark.parametrize(("number", "said"), VIETNAMESE.items())
def test_vietnamese_by_hand(number: int, said: str) -> None:
    """Numbers are said as a Vietnamese accountant says them: không trăm, linh, mốt, tư, lăm, nghìn tỷ."""
    assert spelled(number, "vi") == said


@pytest.mark.parametrize(("number", "said"), ENGLISH.items())
def test_english_by_hand(number: int, said: str) -> None:
    """Numbers are said in English as on a cheque."""
    assert spelled(number, "en") == said


def test_money_begins_like_a_sentence() -> None:
    """Money in words begins with a capital letter and ends with its unit."""
    assert money_in_words(1_200_000_000, Words("vi")) == "Một tỷ hai trăm triệu đồng"
    assert money_in_words(0, Words("vi")) == "Không đồng"
    assert money_in_words(21, Words("en")) == "Twenty-one dong"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_money_is_below_zero(language: str) -> None:
    """A sum below zero is refused: no document has one."""
    with pytest.raises(ValueError, match="below zero"):
        spelled(-1, language)


# Read back ---------------------------------------------------------------------------------------------------------

NUMBERS = st.integers(0, 10**18) | st.integers(0, 10**40) | st.integers(0, 36).map(lambda power: 10**power)
NUMBERS |= st.lists(st.sampled_from([0, 0, 0, 1, 4, 5, 10, 15, 21, 100, 104, 110, 999]), max_size=8).map(
    lambda groups: sum(group * 1000**at for at, group in enumerate(groups))
)


@settings(max_examples=500, deadline=None)
@given(NUMBERS)
def test_vietnamese_is_read_back(number: int) -> None:
    """Every whole number is read back from its Vietnamese words."""
    assert heard_vi(spelled(number, "vi")) == number


@settings(max_examples=500, deadline=None)
@given(NUMBERS)
def test_english_is_read_back(number: int) -> None:
    """Every whole number is read back from its English words."""
    assert heard_en(spelled(number, "en")) == number


@settings(max_examples=300, deadline=None)
@given(NUMBERS)
def test_the_words_are_well_formed(number: int) -> None:
    """Mốt and tư stand only behind mươi, lăm behind mươi or mười, linh only behind trăm and before a digit."""
    words = ["", *spelled(number, "vi").split(), ""]
    for before, word, after in zip(words, words[1:], words[2:], strict=False):
        if word in ("mốt", "tư"):
            assert before == "mươi"
        if word == "lăm":
            assert before in ("mươi", "mười")
        if word == "linh":
            assert before == "trăm"
            assert after in DIGITS[1:]
        if before == "mươi":
            assert word not in ("một", "bốn", "năm")
        if before == "mười":
            assert word != "năm"
        if before == "không":
            assert word == "trăm" or words == ["", "không", ""]


DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def heard_vi(said: str) -> int:
    """Return the number that Vietnamese words say, read from the left: a digit waits for what it counts."""
    billions, block, group, digit = 0, 0, 0, 0
    for word in said.split():
        if word in DIGITS or word in ("mốt", "tư", "lăm"):
            digit = {"mốt": 1, "tư": 4, "lăm": 5}.get(word) or DIGITS.index(word)
            group, waiting = group + digit, digit
        elif word == "trăm":
            group += waiting * 99
        elif word == "mươi":
            group += waiting * 9
        elif word == "mười":
            group += 10
        elif word in ("nghìn", "triệu"):
            block, group = block + group * (1000 if word == "nghìn" else 1_000_000), 0
        elif word == "tỷ":
            billions, block, group = (billions + block + group) * 10**9, 0, 0
        else:
            assert word == "linh"
    return billions + block + group


def heard_en(said: str) -> int:
    """Return the number that English words say, read from the left."""
    small = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    small = f"{small} seventeen eighteen nineteen"
    values = {word: n for n, word in enumerate(small.split())}
    tens = "twenty thirty forty fifty sixty seventy eighty ninety"
    values |= {word: 10 * n for n, word in enumerate(tens.split(), start=2)}
    large = "thousand million billion trillion quadrillion"
    scales = {word: 1000**n for n, word in enumerate(large.split(), start=1)}
    above, block, group = 0, 0, 0
    for word in said.replace("-", " ").split():
        if word in values:
            group += values[word]
        elif word == "hundred":
            group *= 100
        elif word in scales:
            block, group = block + group * scales[word], 0
        elif word == "quintillion":
            above, block, group = (above + block + group) * 10**18, 0, 0
        else:
            assert word == "and"
    return above + block + group
