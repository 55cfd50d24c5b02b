"""Vietnamese before Unicode: what is read, what is recognised and told, and what must never be taken for it."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import World

from provision.errors import Fault, FaultyInput
from provision.intake import load
from provision.intake.cells import BadCell, clean_text, read_cell
from provision.intake.columns import Column
from provision.intake.encodings import Old, decode, is_lost, old_coding
from provision.text import LANGUAGES, Words

_SMALL = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
_GREAT = "ĂÂĐÊÔƠƯ"
_TCVN3 = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦"
_VNI = re.findall(
    "[aeouyôöAEO][øùûõïêèéúüëâàáåãä]|.",
    "aøaùaûaõaïaêaèaéaúaüaëaâaàaáaåaãaäñeøeùeûeõeïeâeàeáeåeãeäìíæóòoøoùoûoõoïoâoàoáoåoãoäôôøôùôûôõôï"
    "uøuùuûuõuïööøöùöûöõöïyøyùyûyõîAÊAÂÑEÂOÂÔÖ".replace("AÊ", "Aê").replace("Â", "â"),
)
_VISCII = bytes.fromhex(
    "E0E1E4E3D5 E5A2A1C6C7A3 E2A5A4A6E7A7 F0 E8E9EBA8A9 EAABAAACADAE ECEDEFEEB8 F2F3F6F5F7 F4B0AFB1B2B5 BDB6BEB7DEFE"
    "F9FAFCFBF8 DFD7D1D8E6F1 CFFDD6DBDC C5C2D0CAD4B4BF"
).decode("latin-1")
ENCODERS = {
    coding: str.maketrans(dict(zip(_SMALL + _GREAT, letters, strict=True)))
    for coding, letters in (("tcvn3", _TCVN3), ("vni", _VNI), ("viscii", _VISCII))
}
"""How a text is written in each old coding: tables of their own, beside those of the library."""

NAMES = """
Trường Tiểu học Hoàng Lương, Trường Tiểu học Thị trấn Thắng, Trường Mầm non Đức Thắng, Xã Hiệp Hoà, Hoàng Vân, Xã
Hợp Thịnh, Xuân Cẩm, Mai Đình, Hương Lâm, Châu Minh, Đông Lỗ, Đoan Bái, Danh Thắng, Lương Phong, Ngọc Sơn, Thái Sơn,
Hoà Sơn, Quang Minh, Đại Thành, Hùng Sơn, Thường Thắng, Bắc Lý, Thanh Vân, Hoàng An, Đồng Tân, Mai Trung, Phường Tân
An, Xã Yên Dũng, Tân Liễu, Cảnh Thụy, Đồng Việt, Nham Biền, Lục Nam, Bảo Đài, Nghĩa Phương, Trường Sơn, Lục Sơn, Cẩm
Lý, Đông Phú, Sơn Động, Tây Yên Tử, Dương Hưu, Yên Định, An Lạc, Vân Sơn, Đại Sơn, Tuấn Đạo, Biển Động, Lục Ngạn,
Đèo Gia, Sơn Hải, Tân Sơn, Biên Sơn, Sa Lý, Nam Dương, Kiên Lao, Phượng Sơn, Tân Yên, Việt Lập, Ngọc Thiện, Nhã Nam,
Phúc Hoà, Quang Trung, Yên Thế, Bố Hạ, Đồng Kỳ, Xuân Lương, Tam Tiến, Vôi, Kép, Tiên Lục, Mỹ Thái, Tân Dĩnh, Hà Nội,
Hải Phòng, Thành phố Hồ Chí Minh, Cần Thơ, Đà Nẵng, Huế, Quảng Ninh, Điện Biên, Lào Cai, Thái Nguyên, Phú Thọ, Nghệ
An, Hà Tĩnh, Quảng Trị, Quảng Ngãi, Gia Lai, Khánh Hoà, Lâm Đồng, Đắk Lắk, Đồng Nai, Tây Ninh, Vĩnh Long, Đồng Tháp,
Cà Mau, An Giang, Trường Tiểu học và Trung học cơ sở Nguyễn Thị Minh Khai, Trường THCS Trần Quốc Toản, Phòng Giáo
dục và Đào tạo Hiệp Hoà, Uỷ ban nhân dân xã Đức Giang, Sở GD&ĐT Bắc Ninh, Trường Phổ thông dân tộc bán trú Mường
Nhé, Trường THPT Chuyên Lê Khiết, Krông Pắc, Đăk Tô, Đắk Glong, Mù Cang Chải, Si Ma Cai, Sìn Hồ, Mường Tè, Phong
Thổ, Nậm Pồ, Tủa Chùa, Xín Mần, Quản Bạ, Chủ tịch, Phó Chủ tịch, Giám đốc, Trưởng phòng, Số liệu nhà trường báo cáo,
Sổ tài sản cố định, Quyết định số 8352
"""
VIETNAMESE = re.split(r",\s+", NAMES.strip())

OTHERS = """
São José da Laje; Água Branca; Escola Municipal Antônio; Olho d'Água do Casado; Maceió; União dos Palmares; Coité do
Nóia; Pão de Açúcar; Piaçabuçu; Jequiá da Praia; Porto Real do Colégio; Conceição; ESCOLA DE 1ª E 2ª GRAUS; ESCOLA
DE 1º E 2º GRAUS JOÃO PAULO II; PROFª Mª DAS GRAÇAS; Nº 18; École élémentaire Béla Bartók; Lycée français; Noël;
Collège Émile-Zola; Hôtel-Dieu; Loïc; Köln; Düsseldorf; Škoda; Málaga; Coruña; Ñuñoa; Łódź; Ærøskøbing; Tromsø;
Ålesund; Ea H'leo; Ia Lâu; Krông Nô; Y Tý; A Xan; Hồ Thầu; Plei Kần; Đăk Lăk; Đắk Đoa; Buôn Đôn; Kon Plông; Ea Súp;
Chư Pưh; Mường; Hoà; Xã Hoà Bình; Bình Hoà; Thái Hoà; Hà Nam; Tân Hoà; Vân Hoà; An Bình; Phú Hoà – 25m²; 30 °C; 20m²
– 30m²; “Tân Hoà”; € 100; 5 × 7; ½; ± 2; 100 µm; naïve café; garçon à Nîmes; https://x.vn/a?b=c&d=é; Có không?; Đúng
không?Chưa rõ; A&B
"""
UNICODE = re.split(r";\s+", OTHERS.strip())


def cp1258(text: str) -> bytes:
    """Return a text in Windows-1258: letters with their shape, each tone after its letter."""
    spread = unicodedata.normalize("NFD", text)
    for shape in ("â", "ê", "ô", "ă", "ơ", "ư"):
        for letter in (shape, shape.upper()):
            base, mark = unicodedata.normalize("NFD", letter)
            spread = spread.replace(f"{base}\u0323{mark}", f"{letter}\u0323").replace(base + mark, letter)
    return spread.encode("cp1258")


def found(written: str) -> tuple[str, ...] | None:
    """Return the code of a text that is refused in a column of names, and how it reads."""
    try:
        read_cell(clean_text(written), Column("name", "text"))
    except BadCell as bad:
        return bad.code, *(
            str(bad.details[k]).removeprefix("coding.") for k in ("coding", "reads") if k in bad.details
        )
    return None


# A cell that was taken for Unicode --------------------------------------------------------------------------------


def test_names_in_unicode_are_never_refused() -> None:
    """No name of a commune or school, minority or foreign, is taken for an old coding, in NFC or NFD."""
    assert len(set(VIETNAMESE)) > 120
    forms = [unicodedata.normalize(form, name) for name in (*VIETNAMESE, *UNICODE) for form in ("NFC", "NFD")]
    assert [form for form in forms if found(form)] == []


def test_the_tables_that_travel_are_never_refused(bac_giang: Path) -> None:
    """No cell of the district's tables is taken for an old coding or for lost letters."""
    texts = [path.read_text("utf-8") for path in bac_giang.glob("*.csv")]
    cells = {cell for text in texts for row in csv.reader(text.splitlines()) for cell in row}
    assert len(cells) > 500
    assert [cell for cell in cells if old_coding(cell) or is_lost(cell)] == []


@pytest.mark.parametrize(("coding", "missed", "misread"), [("tcvn3", 20, 0), ("vni", 40, 0), ("viscii", 40, 20)])
def test_an_old_name_is_told_with_how_it_reads(coding: str, missed: int, misread: int) -> None:
    """Most names in an old coding are told as they read; some are too short to tell, or VISCII reads as TCVN3 too."""
    told = {name: old_coding(name.translate(ENCODERS[coding])) for name in VIETNAMESE}
    told = {name: old for name, old in told.items() if name.translate(ENCODERS[coding]) != name}
    assert sum(old is None for old in told.values()) <= missed
    assert sum(old not in (None, Old(coding, name)) for name, old in told.items()) <= misread


_ONSETS = ["", "b", "ch", "d", "đ", "h", "kh", "l", "m", "nh", "ph", "t", "th", "tr", "v", "x"]
_RHYMES = ["ường", "iểu", "ọc", "oàng", "ắc", "ệp", "oà", "ấn", "ũng", "ịnh", "ăng", "âm", "uyện", "ước", "ột", "ơn"]
_SYLLABLES = st.tuples(st.sampled_from(_ONSETS), st.sampled_from(_RHYMES)).map("".join)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(words=st.lists(_SYLLABLES, min_size=1, max_size=8), coding=st.sampled_from(sorted(ENCODERS)))
def test_vietnamese_is_never_taken_for_an_old_coding(words: list[str], coding: str) -> None:
    """Syllables in Unicode are never refused; a sentence of them in an old coding is told as it reads."""
    text = " ".join(words)
    assert old_coding(text) is None
    told = old_coding(text.translate(ENCODERS[coding]))
    assert len(words) < 5 or told is None or told == Old(coding, text)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_any_text_has_one_coding_or_none(text: str) -> None:
    """Whatever stands in a cell, looking for its coding ends, and what is told reads otherwise than it stands."""
    told = old_coding(text)
    assert told is None or told.reads != text
    assert not text.isascii() or told is None


def test_capitals_of_the_fonts_are_read_as_capitals() -> None:
    """A heading typed in a font of capitals reads in capitals."""
    assert old_coding("TR¦êNG TIÓU HäC") == Old("tcvn3", "TRƯỜNG TIỂU HỌC")
    assert old_coding("TRÖÔØNG TIEÅU HOÏC") == Old("vni", "TRƯỜNG TIỂU HỌC")


@pytest.mark.parametrize("name", ["Trường Tiểu học Hoàng Lương", "Xã Đức Thắng", "TRƯỜNG MẦM NON SỐ 1"])
@pytest.mark.parametrize("seen_by", ["cp1252", "latin-1"])
def test_unicode_read_as_something_else_is_told(name: str, seen_by: str) -> None:
    """UTF-8 that a program opened in another coding and saved again is told, with what it was."""
    if seen_by == "latin-1":
        seen = name.encode("utf-8").decode("latin-1")
    else:
        shown = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in name.encode("utf-8")]
        seen = "".join(shown)
    assert found(seen) == ("text_twice", name)


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("Tr??ng Ti?u h?c", True),
        ("Xã Hi?p Hòa, huy?n L?c Nam", True),
        ("Có máy không?", False),
        ("Đúng không?Chưa rõ", False),
        ("https://x.vn/tim?a=1&b=c?d=e", False),
        ("?? ??", False),
    ],
)
def test_lost_letters_are_told(text: str, lost: bool) -> None:
    """Question marks inside words are letters that were lost; those of questions and addresses are not."""
    assert is_lost(text) == lost


# A whole file ------------------------------------------------------------------------------------------------------


def world() -> World:
    """Return clean tables with Vietnamese names."""
    made = World().unit(name="Xã Hiệp Hoà", issuer="Uỷ ban nhân dân xã Hiệp Hoà", place="Hiệp Hoà")
    for at, name in enumerate(VIETNAMESE[:12]):
        made.school(f"s{at}", name=name, pupils={3: [30]}, source="Số liệu nhà trường báo cáo")
    return made.option("pc", 9_000_000, 5).fund("main", [20_000_000])


def faults(folder: Path) -> list[Fault]:
    """Return the faults of a folder; each has its words."""
    with pytest.raises(FaultyInput) as faulty:
        load(folder)
    assert all(fault.say(Words(language)) for fault in faulty.value.faults for language in LANGUAGES)
    return list(faulty.value.faults)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_windows_1258_is_read(tmp_path: Path, end: str) -> None:
    """A table saved in Windows-1258 says what the same table says in UTF-8, whatever ends its rows."""
    plain, folder = load(world().write(tmp_path / "plain")), world().write(tmp_path / "old")
    for name in ("schools.csv", "units.csv"):
        text = (folder / name).read_text("utf-8")
        (folder / name).write_bytes(cp1258(text.replace("\n", end)))
    read = load(folder)
    assert (read.schools, read.units) == (plain.schools, plain.units)


@pytest.mark.parametrize("coding", ENCODERS)
@pytest.mark.parametrize("end", ["\n", "\r"])
def test_an_old_file_is_told_with_its_first_row(tmp_path: Path, coding: str, end: str) -> None:
    """A table in an old coding is told once: the first row that shows it, what stands there and how it reads."""
    folder = world().write(tmp_path)
    text = (folder / "schools.csv").read_text("utf-8")
    (folder / "schools.csv").write_bytes(text.translate(ENCODERS[coding]).replace("\n", end).encode("latin-1"))
    (fault,) = [fault for fault in faults(folder) if fault.file == "schools.csv"]
    assert (fault.code, fault.row, fault.details["reads"]) == ("text_old", 2, VIETNAMESE[0])
    assert VIETNAMESE[0] in fault.say(Words("vi"))
    assert fault.details["coding"] == f"coding.{coding}"


@pytest.mark.parametrize(
    "raw", [b"Ho\xe0", "São José da Laje, Água Branca".encode("latin-1"), b"\x80\x81\x82", b"a\0b"]
)
def test_what_nobody_can_tell_is_not_guessed(raw: bytes) -> None:
    """A file too short to tell, in another language or of no text at all is told to be no UTF-8."""
    with pytest.raises(FaultyInput) as faulty:
        decode(b"x\r" + raw, "x.csv")
    assert [(fault.code, fault.row) for fault in faulty.value.faults] == [("not_utf8", 2)]


# What nobody sees -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Hoà\u00a0Bình\u00a0", "Hoà Bình"),
        ("Ho\u200bà\ufeff", "Hoà"),
        ("\u200eHoà \u2060Bình\u200f", "Hoà Bình"),
        ("Hoà\u2003Bình\u3000", "Hoà Bình"),
        ("Hoà\r\nBình", "Hoà Bình"),
        (unicodedata.normalize("NFD", "Hoà Bình"), "Hoà Bình"),
    ],
)
def test_what_nobody_sees_is_no_part_of_a_name(written: str, read: str) -> None:
    """Spaces of every width are one gap, marks of no width are nothing, letters are composed."""
    assert clean_text(written) == read


@pytest.mark.parametrize("code", ["01", "NA", "null", "1e5", "0x10", "TRUE", "1.0", "nan"])
def test_codes_stay_as_they_are_written(tmp_path: Path, code: str) -> None:
    """A code that looks like a number or like nothing is the code as it is written."""
    made = World().unit().school(code, pupils={3: [30]}).option(code, 9_000_000, 5).fund("main", [1])
    inputs = made.load(tmp_path)
    assert (list(inputs.schools), inputs.catalogue[0].code) == ([code], code)


@pytest.mark.parametrize("written", ["“th-1”", "‘01’", "th\u20101", "ｔｈ1", "０１"])
def test_codes_in_other_signs_are_told(tmp_path: Path, written: str) -> None:
    """A code in quotes of a word processor, with another hyphen or in wide letters is told as it stands."""
    folder = World().unit().school(written).option("pc", 9, 5).fund("main", [1]).write(tmp_path)
    assert ("code", "schools.csv", 2, "school_id", written) in {
        (f.code, f.file, f.row, f.column, f.found) for f in faults(folder)
    }
