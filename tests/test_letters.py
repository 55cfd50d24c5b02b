"""The letters for Word: every figure read back, blanks marked, the decree's layout, templates of an office's own."""

from __future__ import annotations

import io
import re
import shutil
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache, partial, wraps
from hashlib import sha256
from pathlib import Path

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docxtpl import DocxTemplate
from folders import save
from letters import HOSTILE, long_name, paragraphs, said, small_world, solved, table, tables
from offices import converted, printed_text
from test_spelled import heard_en, heard_vi
from worlds import World, whole_world

from provision.charts import CHARTS, Chart
from provision.commands import main
from provision.documents import letter, letter_template, word
from provision.documents.word.fields import fields_of
from provision.documents.word.filled import fill
from provision.documents.word.paper import Column, Paper
from provision.domain.letter import BLANKS, LETTERS, LetterKind
from provision.domain.plan import Plan
from provision.errors import ProvisionError
from provision.intake.office import read_filling
from provision.questions.verdict import is_school_money
from provision.store import open_plan
from provision.store.opening import Opened
from provision.text import LANGUAGES, Words

VI, EN = Words("vi"), Words("en")
FILLED = {
    "superior": "UBND huyện Hiệp Hoà",
    "number": "12",
    "symbol": "PGDĐT",
    "day": "2017-02-05",
    "addressees": ("Hội đồng nhân dân huyện", "Uỷ ban nhân dân huyện"),
    "grounds": ("Luật & lệ <khác> {{ cost }}",),
    "authority": "KT. TRƯỞNG PHÒNG",
    "signatory_title": "Phó Trưởng phòng",
    "signatory": "Nguyễn Văn A",
    "recipients": ("Như kính gửi", "=Lưu"),
}


def once(draw: Callable[[Plan, Words], Chart]) -> Callable[[Plan, Words], Chart]:
    """Return what draws a chart of the first plan it is asked for, and shows it for all others."""
    drawn: dict[str, Chart] = {}

    @wraps(draw)
    def shown(plan: Plan, words: Words) -> Chart:
        if words.language not in drawn:
            drawn[words.language] = draw(plan, words)
        return drawn[words.language]

    return shown


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """Draw charts once, at a tenth of their dots, and lay each template out once: most of a letter's time."""
    save = Chart.save
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Chart, "save", cache(lambda chart, kind: save(chart, kind, dpi=30)))
        patch.setattr(word, "CHARTS", tuple(map(once, CHARTS)))
        laid = cache(lambda kind, language: letter_template(kind, Words(language)))
        patch.setattr(word, "letter_template", lambda kind, words: laid(kind, words.language))
        yield


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Return a small plan whose schools are named like formulas and tags."""
    return open_plan(solved(small_world(*HOSTILE), tmp_path_factory.mktemp("letters")))


@pytest.fixture(scope="module")
def written(opened: Opened) -> dict[str, bytes]:
    """Return both letters of the small plan."""
    return {kind: letter(opened, kind, VI) for kind in LETTERS}


def number(text: str, words: Words = VI) -> int:
    """Return a whole number as a reader of a language reads it."""
    return int(text.replace("." if words is VI else ",", ""))


# Every figure ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", LETTERS)
def test_every_figure_is_the_plans(opened: Opened, written: dict[str, bytes], kind: str) -> None:
    """Need, machines, money and shortage in the letters are the plan's own, to the dong."""
    figures_are_the_plans(opened, written[kind], VI)


def figures_are_the_plans(opened: Opened, content: bytes, words: Words) -> None:
    """Assert that each table of a letter says what the plan's tables say."""
    plan = opened.plan
    problem, totals = plan.problem, plan.totals

    def rows(name: str) -> list[list[str]]:
        return table(content, words(f"letter.table_{name}"))[1:]

    def read(cell: str) -> int:
        return number(cell, words)

    *years, total = rows("need")
    for year, row in zip(problem.years, years, strict=True):
        of_year, found = totals["years"][str(year)], [read(cell) for cell in row[1:]]
        assert found[0] == of_year["need"]
        assert found[1] == sum(c.stock for c in plan.machines if c.year == year)
        assert found[2] == sum(p.quantity for p in plan.machines_bought if p.year == year)
        assert found[3:] == [of_year[part] for part in ("have", "missing", "pupils_without", "spent")]
    assert read(total[-1]) == totals["cost"] == sum(p.amount for p in plan.payments)

    *funds, total = rows("money")
    spent: Counter[str] = Counter()
    for s in plan.spending:
        spent["" if is_school_money(plan, s.fund) else problem.fund_name(s.fund, words.language)] += s.spent
    assert Counter(read(row[2]) for row in funds if row[2] != "0") == Counter(filter(None, spent.values()))
    assert sum(read(row[1]) for row in funds) == read(total[1]) == totals["budget"]
    assert sum(read(row[2]) for row in funds) == read(total[2]) == totals["cost"]

    ends = [c for c in plan.machines if c.year == problem.years[-1]]
    *schools, total = rows("schools")
    spans = len(problem.years)
    bought = Counter({(p.school, p.year): 0 for p in plan.machines_bought})
    for p in plan.machines_bought:
        bought[p.school, p.year] += int(p.quantity)
    codes = {name: code for code, name in problem.names.items()}
    for _, name, *cells in schools:
        if name in codes:
            got = [bought[codes[name], year] for year in problem.years]
            end = next(c for c in ends if c.school == codes[name])
            assert [read(c) for c in cells] == [*got, end.have, end.need, end.missing, end.pupils_without]
    assert sum(read(c) for row in schools for c in row[2 : 2 + spans]) == sum(bought.values())
    assert read(total[-2]) == sum(c.missing for c in ends)

    *purchases, total = rows("purchases")
    assert sum(read(row[-1]) for row in purchases) == read(total[-1]) == sum(p.cost for p in plan.purchases)
    assert sum(read(row[4]) for row in purchases) == sum(p.quantity for p in plan.purchases)
    assert all(read(row[4]) * read(row[5]) == read(row[6]) for row in purchases)

    *spending, total = rows("spending")
    for at, part in enumerate(("budget", "carried_in", "spent", "carried_out"), 2):
        assert sum(read(row[at]) for row in spending) == sum(getattr(s, part) for s in plan.spending)
    assert [read(total[2]), read(total[4])] == [totals["budget"], totals["cost"]]

    *shares, total = rows("shares")
    paid: Counter[str] = Counter()
    for payment in plan.payments:
        paid[problem.names[payment.school]] += payment.amount
    assert Counter({row[1]: read(row[-1]) for row in shares}) == paid
    for row in shares:
        assert sum(read(amount) for amount in re.findall(r": ([\d.,]+)(?:;|$)", row[3])) == read(row[-1])
    assert read(total[-1]) == totals["cost"]


@pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
def test_money_is_told_in_words_beside_its_figures(opened: Opened, words: Words) -> None:
    """Every sum in words is the sum in figures beside it, in both languages."""
    content = letter(opened, "to-trinh", words)
    text = "\n".join(paragraphs(content))
    figures, mark, heard = (
        (r"([\d.]+) đồng", "bằng chữ", heard_vi) if words is VI else (r"([\d,]+) VND", "in words", heard_en)
    )
    pairs = re.findall(rf"{figures} \({mark}: ([^)]+) (?:đồng|dong)\)", text)
    assert len(pairs) >= 3 + len(opened.plan.problem.years)
    assert [heard(said.lower()) for _, said in pairs] == [number(figure, words) for figure, _ in pairs]
    for row in table(content, words("letter.table_money"))[1:]:
        assert heard(row[3].lower().rpartition(" ")[0]) == number(row[2], words)
    figures_are_the_plans(opened, content, words)


def test_what_a_planner_named_stays_text(opened: Opened, written: dict[str, bytes]) -> None:
    """Names like formulas, tags and markup stand in the letter letter by letter; nothing of them is carried out."""
    for content in written.values():
        listed = [row[1] for row in table(content, VI("letter.table_schools"))[1:-1]]
        assert set(listed) >= set(HOSTILE)
        assert any('Máy tính & màn hình <21">' in row for row in table(content, VI("letter.table_purchases"))[1:][0])
        assert 'Phòng Giáo dục và Đào tạo "Hiệp Hoà" & <Thắng>' in paragraphs(content)
        assert opened.plan.problem.unit_names[0] in " ".join(paragraphs(content))


# The decree's layout -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", LETTERS)
def test_how_far_the_plan_is_proven_is_told_to_who_decides(opened: Opened, kind: LetterKind) -> None:
    """An answer that is not proven says so in the letter's text, with its gap, and before anybody signs."""
    rungs = tuple(replace(r, bound=0.75 * r.value, gap=0.25) if r.name == "missing" else r for r in opened.plan.rungs)
    unproven = replace(opened, plan=replace(opened.plan, status="feasible", rungs=rungs))
    told = {name: paragraphs(letter(found, kind, VI)) for name, found in (("no", unproven), ("yes", opened))}
    until = {name: lines[: lines.index("Nơi nhận:")] for name, lines in told.items()}
    assert [line for line in until["no"] if "chưa chứng minh là tốt nhất" in line and "25\u00a0%" in line] != []
    assert not any("chưa chứng minh" in line for line in until["yes"])
    assert any("đã được chứng minh là tốt nhất" in line for line in until["yes"])


@pytest.mark.parametrize("kind", LETTERS)
def test_the_layout_is_the_decrees(written: dict[str, bytes], kind: str) -> None:
    """A4, the decree's margins, Times New Roman in black, motto and watchword, pages counted from the second."""
    document = Document(io.BytesIO(written[kind]))
    for section in document.sections:
        size = [round(length / Mm(1)) for length in (section.page_width, section.page_height)]
        assert size == ([297, 210] if section.orientation == WD_ORIENT.LANDSCAPE else [210, 297])
        assert 20 <= round(section.top_margin / Mm(1)) <= 25
        assert 20 <= round(section.bottom_margin / Mm(1)) <= 25
        assert 30 <= round(section.left_margin / Mm(1)) <= 35
        assert 15 <= round(section.right_margin / Mm(1)) <= 20
    assert {section.orientation for section in document.sections} == set(WD_ORIENT)
    text = paragraphs(written[kind])
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert {"to-trinh": "TỜ TRÌNH", "ke-hoach": "KẾ HOẠCH"}[kind] in text
    assert ("Kính gửi: [cơ quan nhận]." in text) == (kind == "to-trinh")
    used = {p.style.name for p in document.paragraphs}
    for name in used | {"Header", "Banner", "Motto", "Watchword", "Office", "Table Text", "Signed"}:
        style = document.styles[name]
        assert (style.font.name, style.font.color.rgb) in ((("Times New Roman"), (0, 0, 0)), (None, None))
    assert document.styles["Header"].font.size in (Pt(13), Pt(14))
    assert document.styles["Text"].font.size in (Pt(13), Pt(13.5), Pt(14))
    first = document.sections[0]
    assert first.different_first_page_header_footer
    pages = [h._element.findall(f".//{qn('w:fldSimple')}") for h in (first.header, first.first_page_header)]
    assert [[f.get(qn("w:instr")) for f in found] for found in pages] == [["PAGE"], []]
    assert all(
        s.header.is_linked_to_previous and not s.different_first_page_header_footer for s in document.sections[1:]
    )


@pytest.mark.parametrize("kind", LETTERS)
def test_tables_charts_and_appendices_can_be_found(written: dict[str, bytes], kind: str) -> None:
    """A table says its heading on every page, a chart says what it shows, captions count, appendices begin pages."""
    document = Document(io.BytesIO(written[kind]))
    captioned = [t for t in document.tables if t.style.name == "Table Grid"]
    assert len(captioned) >= 11
    for found in captioned:
        assert found.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in found.rows)
    pictures = list(document.element.iter(qn("wp:docPr")))
    assert len(pictures) == 3
    assert all(len(picture.get("descr")) > 30 for picture in pictures)
    assert len({picture.get("id") for picture in pictures}) == 3
    captions = [said(p._p) for p in document.paragraphs if p.style.name == "Caption"]
    for label in ("Bảng", "Hình"):
        counted = [c for c in captions if c.startswith(f"{label} ")]
        assert [c.split(".")[0] for c in counted] == [f"{label} {at}" for at in range(1, len(counted) + 1)]
    heads = [p.text for p in document.paragraphs if p.style.name == "Appendix"]
    assert heads == [f"Phụ lục {at}" for at in ("I", "II", "III", "IV", "V", "VI")]
    assert sum(p.style.name == "Source" and p.text.startswith("Nguồn: ") for p in document.paragraphs) == 3


def test_made_up_data_is_told_on_every_page(tmp_path: Path) -> None:
    """A letter made from illustrative rows says so under its title and at the top of every page."""
    world = small_world()
    world.schools[0]["source"] = "illustrative: invented"
    opened = open_plan(solved(world, tmp_path))
    document = Document(io.BytesIO(letter(opened, "ke-hoach", VI)))
    banner = VI("banner.illustrative")
    assert [p.text for p in document.paragraphs if p.style.name == "Warning"] == [banner]
    first = document.sections[0]
    assert all(banner in [p.text for p in h.paragraphs] for h in (first.header, first.first_page_header))


def test_real_data_are_not_called_made_up(written: dict[str, bytes]) -> None:
    """A letter of real rows has no such warning."""
    assert not any(VI("banner.illustrative") in text for text in paragraphs(written["to-trinh"]))


# Blanks ------------------------------------------------------------------------------------------------------------


def marked(content: bytes) -> list[str]:
    """Return the highlighted runs of a document's text."""
    runs = Document(io.BytesIO(content)).element.iter(qn("w:r"))
    return [said(run) for run in runs if run.rPr is not None and run.rPr.highlight_val == WD_COLOR_INDEX.YELLOW]


def test_what_nobody_filled_in_is_a_marked_blank(written: dict[str, bytes]) -> None:
    """Superior, number, day, addressee, grounds, signatory and recipients stand out until somebody fills them in."""
    known_of_the_unit = {"issuer", "place", "signatory_title", "authority"}
    blanks = {f"[{VI(f'letter_blank.{name}')}]" for name in BLANKS if name not in known_of_the_unit}
    assert set(marked(written["to-trinh"])) == blanks
    assert set(marked(written["ke-hoach"])) == blanks - {f"[{VI('letter_blank.addressees')}]"}
    assert not any("\ue000" in text or "\ue001" in text for text in paragraphs(written["to-trinh"]))


def test_what_is_filled_in_stands_in_its_place(opened: Opened) -> None:
    """Filled in, a letter has no blank left; the day is written as the decree wants it."""
    content = letter(opened, "to-trinh", VI, filling=FILLED)
    text = paragraphs(content)
    assert marked(content) == []
    assert "Số: 12/TTr-PGDĐT" in text
    assert "Hiệp Hoà, ngày 05 tháng 02 năm 2017" in text
    assert text[text.index("Kính gửi:") + 1 :][:2] == ["- Hội đồng nhân dân huyện", "- Uỷ ban nhân dân huyện"]
    assert "Luật & lệ <khác> {{ cost }}." in text
    assert text.index("KT. TRƯỞNG PHÒNG") < text.index("Phó Trưởng phòng") < text.index("Nguyễn Văn A")
    assert {"- Như kính gửi;", "- =Lưu;", "- Lưu: VT."} <= set(text)


def test_units_planned_together_share_no_letterhead(tmp_path: Path) -> None:
    """A plan of several units names them all; who issues and signs it is a blank where they do not agree."""
    world = small_world().unit("w", name="Việt Yên", issuer="Phòng khác", place="Hiệp Hoà")
    world.school("w1", pupils={3: [30, 30, 30]}, unit="w").fund("main", [9_000_000] * 3, unit="w")
    content = letter(open_plan(solved(world, tmp_path, "--unit", "u,w")), "ke-hoach", VI)
    assert f"[{VI('letter_blank.issuer')}]" in marked(content)
    assert f"[{VI('letter_blank.place')}]" not in marked(content)
    assert any("Hiệp Hoà & <Thắng> và Việt Yên" in text for text in paragraphs(content))


def test_one_school_writes_its_own_letter(tmp_path: Path) -> None:
    """A school planned alone is its own issuer, and its head signs."""
    opened = open_plan(solved(small_world("Trường & Một"), tmp_path, "--unit", "th-duc-thang-1"))
    content = letter(opened, "to-trinh", VI)
    text = paragraphs(content)
    assert "Trường & Một" in text
    assert VI("alone.signatory") in text
    own = paragraphs(letter(opened, "ke-hoach", VI))
    assert VI("letter.head_schools") in own
    assert VI("letter.head_office") not in own
    assert not any(caption.endswith(VI("letter.table_worst")) for caption, _ in tables(content))


def test_a_plan_without_money_writes_letters_too(tmp_path: Path) -> None:
    """Where nothing can be bought the letters say so, and all sums are nought."""
    world = World().unit().school("th-thi-tran", pupils={3: [30]}).option("pc", 9_000_000, 5).fund("main", [0])
    for school in ("th-duc-thang-1", "th-duc-thang-2", "th-hoang-luong"):
        world.school(school, pupils={1: [9]})
    opened = open_plan(solved(world, tmp_path))
    for kind in LETTERS:
        content = letter(opened, kind, VI)
        assert any("Tổng kinh phí thực hiện: 0 đồng (bằng chữ: Không đồng)" in text for text in paragraphs(content))


# The same plan, the same bytes -------------------------------------------------------------------------------------


def test_the_same_plan_gives_the_same_bytes(opened: Opened, written: dict[str, bytes]) -> None:
    """A letter written twice is the same file; its parts tell no time of writing."""
    again = letter(open_plan(opened.folder), "to-trinh", VI)
    assert sha256(again).digest() == sha256(written["to-trinh"]).digest()
    with zipfile.ZipFile(io.BytesIO(again)) as packed:
        assert {part.date_time for part in packed.infolist()} == {(2017, 9, 1, 0, 0, 0)}


# Templates ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(opened: Opened, tmp_path: Path) -> Path:
    """Return a copy of the plan's folder."""
    return shutil.copytree(opened.folder, tmp_path / "plan")


def edited(path: Path, change: str, into: str) -> Path:
    """Write a template in which one text is another; runs are joined as Word may split them."""
    document = Document(io.BytesIO(word.letter_template("to-trinh", VI)))
    found = [p for p in document.paragraphs if change in p.text]
    assert found
    for paragraph in found:
        paragraph.text = paragraph.text.replace(change, into)
    document.save(str(path))
    return path


def test_an_office_edits_the_template(folder: Path, tmp_path: Path) -> None:
    """A template with other words, a field more, a column less and its own margins is filled in as it stands."""
    assert main(["template", str(tmp_path / "mẫu.docx"), "--kind", "to-trinh"]) == 0
    document = Document(str(tmp_path / "mẫu.docx"))
    document.sections[0].left_margin = Mm(35)
    request = next(p for p in document.paragraphs if "{{ bought }}" in p.text)
    request.text = "Đề nghị duyệt "
    for piece in ("{{ need", "_last }}", " máy, ", "{{ cost }}"):  # Word cuts a field where somebody typed twice
        request.add_run(piece)
    worst = next(t for t in document.tables if "{%tr for row in worst %}" in said(t._tbl))
    for row in (worst.rows[0], worst.rows[2]):
        row._tr.remove(row._tr.tc_lst[-1])
    document.save(str(tmp_path / "mẫu.docx"))
    asked = ["report", str(folder), "--docx", "--kind", "to-trinh", "--template", str(tmp_path / "mẫu.docx")]
    assert main(asked) == 0
    content, plan = (folder / "to-trinh.docx").read_bytes(), open_plan(folder).plan
    need = plan.totals["years"][str(plan.problem.years[-1])]["need"]
    assert f"Đề nghị duyệt {need} máy, {VI.exact_money(plan.totals['cost'])}" in paragraphs(content)
    assert len(table(content, VI("letter.table_worst"))[0]) == 4
    assert Document(io.BytesIO(content)).sections[0].left_margin == pytest.approx(Mm(35), abs=Mm(0.1))
    assert not (folder / "ke-hoach.docx").exists()


BROKEN = {
    "an unknown field": ("{{ cost }}", "{{ coast }}", "coast"),
    "an unknown part": ("{{ row.spent }}", "{{ row.spend }}", "spend"),
    "a tag that does not end": ("{{ cost }}", "{{ cost", "{{ cost"),
    "a loop that does not end": ("{%p endfor %}", "", "endfor"),
    "a word that is no tag": ("{{ cost }}", "{% money %}", "money"),
    "a filter nobody has": ("{{ cost }}", "{{ cost|dollars }}", "dollars"),
    "a secret of the machine": ("{{ cost }}", "{{ cost.__class__.__mro__ }}", "__class__"),
    "a file through a picture": ("{{ cost }}", "{{ chart.need.tpl.save('stolen.docx') }}", "tpl"),
    "a file through a filter": ("{{ cost }}", "{{ (chart.need|attr('tpl')).save('stolen.docx') }}", "tpl"),
    "another file": ("{{ cost }}", "{% include '/etc/hostname' %}", "loader"),
    "money as a number": ("{{ cost }}", "{{ cost + 1 }}", "str"),
    "a division by nothing": ("{{ cost }}", "{{ 1 / 0 }}", "zero"),
    "a call of a field": ("{{ cost }}", "{{ cost() }}", "callable"),
    "more than a machine holds": ("{{ cost }}", "{{ 'a' * 10 ** 11 }}", "*"),
    "a number without an end": ("{{ cost }}", "{{ 10 ** 10 ** 10 }}", "**"),
    "a loop over nothing of the plan": ("{{ cost }}", "{{ range(99999) }}", "range"),
    "a rule that calls itself": ("{{ cost }}", "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "recursion"),
}


@pytest.fixture(scope="module")
def fields(opened: Opened) -> dict[str, object]:
    """Return what the small plan says in each field."""
    return fields_of(opened, {}, VI)


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_template_is_refused(
    case: str, fields: dict[str, object], opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A template with an unknown field, a broken tag or one that reaches for the machine is refused by name."""
    monkeypatch.chdir(tmp_path)
    charts = {draw.__name__.removeprefix("draw_"): partial(draw, opened.plan, VI) for draw in word.CHARTS}
    change, into, told = BROKEN[case]
    template = edited(tmp_path / "t.docx", change, into).read_bytes()
    with pytest.raises(ProvisionError) as refused:
        fill(template, fields, charts=charts, file="t.docx", title="", author="")
    for words in (VI, EN):
        assert told in refused.value.say(words)
        assert "t.docx" in refused.value.say(words)
    assert [file.name for file in tmp_path.iterdir()] == ["t.docx"]


def test_a_broken_template_writes_nothing(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command ends with the code of an input at fault, says what to do, and writes no letter."""
    path = edited(tmp_path / "t.docx", "{{ cost }}", "{{ coast }}")
    assert main(["report", str(folder), "--docx", "--kind", "to-trinh", "--template", str(path)]) == 2
    assert "coast" in capsys.readouterr().err
    assert not list(folder.glob("*.docx"))


def packed(*parts: str) -> bytes:
    """Return a packed file with such parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for part in parts:
            file.writestr(part, "<w:document>")
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK nothing",
        b"\xd0\xcf\x11\xe0 old word",
        packed("a.txt"),
        packed("word/document.xml", "word/vbaProject.bin"),
    ],
    ids=["empty", "broken", "old", "zip", "macros"],
)
def test_what_is_no_word_file_is_refused(
    content: bytes, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A template that is no .docx is refused in words, and so is one that is not there."""
    (tmp_path / "t.docx").write_bytes(content)
    for name in ("t.docx", "absent.docx"):
        path = tmp_path / name
        assert main(["report", str(folder), "--docx", "--kind", "to-trinh", "--template", str(path)]) == 2
        assert name in capsys.readouterr().err
    assert not list(folder.glob("*.docx"))


def test_a_packed_file_that_is_no_letter_is_refused(opened: Opened) -> None:
    """A zip with a document inside that is no Word document is refused, not a crash."""
    with pytest.raises(ProvisionError, match=r"t\.docx"):
        letter(opened, "to-trinh", VI, template=packed("word/document.xml"), file="t.docx")


@pytest.mark.parametrize("kind", LETTERS)
@pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
def test_the_template_explains_itself(kind: str, words: Words) -> None:
    """The template's last page names every field; it is nowhere in a letter."""
    text = paragraphs(word.letter_template(kind, words))
    at = text.index(words("letter_guide.title"))
    assert all(any(line.startswith(f"{name}: ") for line in text[at:]) for name in BLANKS)
    used = set(re.findall(r"{{ (?!row\.|line|one|total\.|chart)(\w+)", " ".join(text)))
    assert used <= {line.partition(":")[0] for line in text[at:]}


def test_the_guide_is_in_no_letter(written: dict[str, bytes]) -> None:
    """What explains the template is left out of the letter, and so is every tag."""
    for content in written.values():
        text = " ".join(paragraphs(content)).replace("{{ cost }}", "").replace("{% raw %}", "")
        assert VI("letter_guide.title") not in text
        assert not re.search(r"{%|{{|%}|}}", text)


# The command -------------------------------------------------------------------------------------------------------


def test_both_letters_are_written_beside_the_plan(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a kind both letters are written, filled in from a file."""
    fill = tmp_path / "điền.toml"
    fill.write_text('number = "7"\nday = 2018-10-15\naddressees = ["Uỷ ban nhân dân huyện"]\n', "utf-8")
    assert main(["report", str(folder), "--docx", "--fill", str(fill)]) == 0
    assert capsys.readouterr().out.split() == [str(folder / f"{kind}.docx") for kind in LETTERS]
    text = paragraphs((folder / "ke-hoach.docx").read_bytes())
    assert "Số: 7/KH-[chữ viết tắt]" in text
    assert "Hiệp Hoà, ngày 15 tháng 10 năm 2018" in text
    assert "Kính gửi: Uỷ ban nhân dân huyện." in paragraphs((folder / "to-trinh.docx").read_bytes())


def test_a_blank_nobody_knows_is_refused_with_those_there_are(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every line of the file that fills no blank, or not so, is told at once."""
    fill = tmp_path / "fill.toml"
    fill.write_text('numbr = "7"\nday = "5/10/2017"\naddressees = "UBND"\nnumber = 7\nsymbol = ""\n', "utf-8")
    assert main(["report", str(folder), "--docx", "--fill", str(fill)]) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in (*BLANKS, "numbr", "5/10/2017"))
    assert told.count("\n  - ") == 5
    for broken in ("number = ", 'number = "\\u0000"', f"number = {'9' * 5000}", f"number = {'[' * 5000}"):
        fill.write_text(broken, "utf-8")
        assert main(["report", str(folder), "--docx", "--fill", str(fill)]) == 2
    assert not list(folder.glob("*.docx"))


def test_a_fill_file_of_notepad_is_read(tmp_path: Path) -> None:
    """The mark that Notepad puts before a text is no part of it."""
    (tmp_path / "fill.toml").write_text('number = "7"', "utf-8-sig")
    assert read_filling(tmp_path / "fill.toml") == {"number": "7"}


def test_what_an_office_wrote_into_a_letter_is_not_lost(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A letter that Word saved stays as it is, and no other is written, unless one says that it may go."""
    kept = folder / "ke-hoach.docx"
    for language in LANGUAGES:  # what nobody touched since is written anew
        assert main(["report", str(folder), "--docx", "--kind", "ke-hoach", "--language", language]) == 0
    document = Document(str(kept))
    document.core_properties.modified = datetime(2018, 1, 2)
    document.save(str(kept))
    hers = kept.read_bytes()
    assert main(["report", str(folder), "--docx"]) == 2
    assert "--over" in capsys.readouterr().err
    assert [file.read_bytes() for file in folder.glob("*.docx")] == [hers]
    assert main(["report", str(folder), "--docx", "--over"]) == 0
    assert kept.read_bytes() != hers
    (folder / "to-trinh.docx").write_bytes(b"something else")
    assert main(["report", str(folder), "--docx", "--kind", "to-trinh"]) == 2


@pytest.mark.parametrize("more", [["--ics", "--kind", "to-trinh"], ["--docx", "--template", "t.docx"]])
def test_flags_that_need_another_say_so(more: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A kind without letters, or a template without a kind, is refused in words."""
    with pytest.raises(SystemExit):
        main(["report", str(folder), *more])
    assert "--kind" in capsys.readouterr().err


def test_a_template_is_not_written_over(tmp_path: Path) -> None:
    """A template that an office may have edited is not lost to the command that writes one."""
    path = tmp_path / "t.docx"
    assert main(["template", str(path)]) == 0
    assert main(["template", str(path)]) == 2
    assert main(["template", str(path), "--over"]) == 0
    assert main(["template", str(tmp_path / "t.txt")]) == 2


# In LibreOffice ----------------------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20, 30))
def test_whatever_was_planned_its_letters_say_so(seed: int, tmp_path: Path) -> None:
    """Mergers, moves, leases, years carried out, several units: every figure of both letters is the plan's."""
    world, pack, levers = whole_world(seed)
    kept = save(world, pack, tmp_path, **levers)
    if kept is None:
        return  # what was locked cannot all be had: there is no plan
    opened = open_plan(kept.folder)
    for kind, words in (("to-trinh", VI), ("ke-hoach", EN)):
        content = letter(opened, kind, words)  # type: ignore[arg-type]
        if opened.plan.problem.scenario.whole_machines:
            figures_are_the_plans(opened, content, words)


def printed(content: bytes, folder: Path) -> str:
    """Return the text of a letter's PDF as LibreOffice makes it."""
    (folder / "letter.docx").write_bytes(content)
    return printed_text(converted(folder / "letter.docx", "pdf", folder / "pdf"))


def lost(content: bytes, pdf: str) -> Counter[str]:
    """Return the letters and signs that a letter has more often than its PDF; capitals do not count."""
    shown, meant = (
        Counter(unicodedata.normalize("NFC", text).casefold()) for text in (pdf, "".join(paragraphs(content)))
    )
    return Counter({sign: n for sign, n in (meant - shown).items() if not sign.isspace()})


@pytest.mark.long
@pytest.mark.parametrize(("kind", "language"), [("to-trinh", "vi"), ("ke-hoach", "en")])
def test_no_letter_is_lost_on_the_way_to_paper(kind: str, language: str, opened: Opened, tmp_path: Path) -> None:
    """LibreOffice opens the letter and prints it: every letter and sign is on paper."""
    content = letter(opened, kind, Words(language), filling=FILLED)  # type: ignore[arg-type]
    pdf = printed(content, tmp_path)
    assert lost(content, pdf) == Counter()
    pages = pdf.split("\f")[:-1]
    assert not re.match(r"\s*\d+\s", pages[0])
    assert [page.split()[0] for page in pages[1:]] == [str(at) for at in range(2, len(pages) + 1)]


@pytest.mark.long
def test_no_page_is_left_empty(tmp_path: Path) -> None:
    """However many rows a table has, what ends its part of the letter does not stand on a page alone."""
    paper = Paper("vi")
    for rows in range(20, 60):  # a page across holds about thirty
        paper.begin("if true")
        paper.table(
            f"rows[:{rows}]", [Column("Số", "{{ row }}", 1), Column("Cộng", "", 1, total="1")], together=False
        )
        paper.finish("if true")
        paper.turn(landscape=True)
    paper.put("Hết.")
    template = DocxTemplate(io.BytesIO(paper.save("Bảng")))
    template.render({"rows": range(60)})
    template.save(tmp_path / "tables.docx")
    pages = printed_text(converted(tmp_path / "tables.docx", "pdf", tmp_path / "pdf")).split("\f")[:-1]
    assert len(pages) > 40
    assert [at for at, page in enumerate(pages, 1) if not page.strip()] == []


@pytest.mark.long
def test_five_hundred_schools_with_long_names_are_printed(tmp_path: Path) -> None:
    """A unit of 500 schools, named with 80 letters each, gets its letters: all are read back and none is lost."""
    names = [long_name(at) for at in range(500)]
    opened = open_plan(solved(small_world(*names), tmp_path))
    content = letter(opened, "ke-hoach", VI)
    figures_are_the_plans(opened, content, VI)
    pdf = printed(content, tmp_path)
    assert lost(content, pdf) == Counter()
    headed = [VI("letter_column.gets") in page for page in pdf.split("\f")]
    first, count = headed.index(True), sum(headed)
    assert count > 10
    assert all(headed[first : first + count]), "a table's heading stands on each of its pages"
