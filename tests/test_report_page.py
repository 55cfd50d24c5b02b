"""The report as a page: its figures are the plan's, nobody is kept out, a phone shows it, and paper cuts nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from browsers import barriers, chromium, new_page, picture
from folders import save
from offices import printed_text
from worlds import World, roadmap

from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.questions import schools, tables
from provision.questions.verdict import is_school_money
from provision.render.notebook import report_plan
from provision.render.scrolling import scrolling
from provision.store import open_plan
from provision.text import LANGUAGES, Words

VI = Words("vi")
_MILLION = 1_000_000


class Tables(HTMLParser):
    """The tables of a page, each as its headings and its rows of text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[list[list[str]]] = []
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell; a heading says what it heads."""
        if tag == "table":
            self.found.append([])
        elif tag == "tr":
            self.found[-1].append([])
        elif tag in ("td", "th"):
            assert tag == "td" or ("scope", "col") in attrs or ("scope", "row") in attrs
            self.found[-1][-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        self._inside = self._inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        """Take what stands in a cell."""
        if self._inside:
            self.found[-1][-1][-1] += data


def with_heads(page: str, *heads: str) -> list[Mapping[str, str]]:
    """Return the rows of the one table of a page whose headings begin so, by heading."""
    (rows,) = (rows for rows in Tables(page).found if tuple(rows[0][: len(heads)]) == heads)
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def number(text: str, words: Words) -> float:
    """Return a number as a reader of the language reads it."""
    group = "." if words.point == "," else ","
    return float(text.replace(group, "").replace(words.point, "."))


def figures(page: str, plan: Plan, words: Words) -> int:
    """Check the page's figures by year and by school against the plan, and return how many there are."""
    years = with_heads(page, words("table.year"), words("table.need"), words("table.stock"))
    found = 0
    for row, (_, total) in zip(years, sorted(plan.totals["years"].items()), strict=True):
        for key in ("need", "have", "missing", "pupils_without"):
            assert number(row[words(f"table.{key}")], words) == total[key]
        assert number(row[words("table.spent")], words) * _MILLION == pytest.approx(total["spent"], abs=50_000)
        found += 5
    ends = {plan.problem.names[c.school]: c for c in plan.machines if c.year == plan.problem.years[-1]}
    head = f"{words('table.bought')} "
    for row in (r for rows in Tables(page).found if rows[0][1].startswith(head) for r in rows[1:-1]):
        told = ends[row[0]]
        assert [number(cell, words) for cell in row[-4:]] == [told.have, told.need, told.missing, told.pupils_without]
        found += 4
    return found + money(page, plan, words)


def money(page: str, plan: Plan, words: Words) -> int:
    """Check each fund's money by year, each school's payers and the year's upkeep; return how many figures."""
    own = words("chart.spending.others", count=sum(is_school_money(plan, f) for f in plan.problem.funds))
    funds: Counter[tuple[str, str, str]] = Counter()
    for s in plan.spending:
        name = own if is_school_money(plan, s.fund) else plan.problem.fund_name(s.fund, words.language)
        for part in ("budget", "carried_in", "spent", "carried_out"):
            funds[name, format_school_year(s.year), part] += getattr(s, part)
    paid: Counter[tuple[str, str]] = Counter()
    for p in plan.payments:
        common = plan.problem.fund_name(p.fund, words.language)
        fund = words("table.own_money") if is_school_money(plan, p.fund) else common
        paid[plan.problem.names[p.school], fund] += p.amount
        paid[plan.problem.names[p.school], words("table.total")] += p.amount
    heads = {part: words("table.in_millions", head=words(f"table.{part}")) for part in ("budget", "carried_in")}
    heads |= {
        "spent": words("table.spent"),
        "carried_out": words("table.in_millions", head=words("table.carried_out")),
    }
    told = [
        (row[head], funds[row[words("table.fund")], row[words("table.year")], part])
        for row in with_heads(page, words("table.fund"), words("table.year"), heads["budget"])
        for part, head in heads.items()
    ]
    payers = with_heads(
        page, words("table.school"), *(plan.problem.fund_name(("u", f"f{n}"), words.language) for n in (0, 1))
    )
    told += [(cell, paid[row[words("table.school")], head]) for row in payers for head, cell in list(row.items())[1:]]
    assert all(number(cell, words) * _MILLION == pytest.approx(dong, abs=50_000) for cell, dong in told)
    assert sum(dong for _, dong in told) == sum(paid.values()) + sum(funds.values())  # none is left out
    return len(told)


def world() -> World:
    """Return five schools with long names and signs in them, eleven funds, and not money enough for all."""
    made = World().unit(name="Huyện & <A>").option("pc", 9_500_000, 5, source="illustrative: x")
    for n in range(5):
        name = f"Trường Tiểu học và Trung học cơ sở <Nguyễn Bỉnh Khiêm> số {n + 1}, xã Thượng Lan & Đông Lỗ"
        made.school(f"s{n}", pupils={3: [60 + 24 * n] * 5}, name=name[:80])
        made.fund(f"own{n}", [9_500_000, 0, 9_600_000, 0, 0], schools=f"s{n}", name_vi=f"Nguồn riêng số {n}")
    for n in range(6):
        made.fund(f"f{n}", [20_000_000 + n] * 5, name_vi=f"Kinh phí chi thường xuyên thứ {n}", carry_over=0.5)
    return made


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Path, Plan]]:
    """Return the report of the world as a page in each language, with its plan."""
    saved = save(world(), roadmap({0: [3]}), tmp_path_factory.mktemp("page"))
    assert saved is not None
    found = {}
    for language in LANGUAGES:
        told = {"unit": "u", "scenario": "base", "language": language}
        page = report_plan(saved.folder, told, title="Kế hoạch", language=language)
        found[language] = page.rename(page.with_name(f"{language}.html")), open_plan(saved.folder).plan
    return found


def test_tables_and_charts_scroll_in_themselves() -> None:
    """A table is put into a part that scrolls and that keys can reach; its headings say that they head columns."""
    told = scrolling('<p>x</p><table class="dataframe sheet words1"><tr><th>a</th></tr></table>')
    inside = '<table class="dataframe sheet words1"><tr><th scope="col">a</th></tr></table>'
    assert told == f'<p>x</p><div class="scroll" tabindex="0">{inside}</div>'
    assert scrolling('<img alt="a" class="chart" src="b">').startswith('<div class="scroll" tabindex="0"><img')


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_of_the_page_are_the_plans(tmp_path: Path, language: str) -> None:
    """Read back from their HTML, the figures by year and by school are the plan's."""
    saved, words = save(world(), roadmap({0: [3]}), tmp_path), Words(language)
    assert saved is not None
    made = (tables.by_year, schools.by_school, tables.by_fund, tables.by_payer)
    page = "".join(table(saved.plan, words).html for table in made)
    assert figures(scrolling(page), saved.plan, words) >= 5 * 5 + 5 * 4 + 5 * 7 * 3


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_the_plans_figures(pages: Mapping[str, tuple[Path, Plan]], language: str) -> None:
    """The whole page, as it is sent, tells the figures of the plan."""
    page, plan = pages[language]
    assert figures(page.read_text("utf-8"), plan, Words(language)) >= 5 * 5 + 5 * 4 + 5 * 7 * 3


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_kept_out(pages: Mapping[str, tuple[Path, Plan]], language: str) -> None:
    """On a phone, a tablet and a desk: nothing keeps anybody out, the page does not scroll sideways, one title."""
    with chromium() as browser:
        page, watched = new_page(browser)
        page.goto(pages[language][0].as_uri())
        for width in (360, 768, 1300):
            page.set_viewport_size({"width": width, "height": 900})
            picture(page, f"report-{language}-{width}")
            assert barriers(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.documentElement.lang") == language
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
        assert (levels[0], levels.count(1)) == (1, 1)
        assert all(then <= now + 1 for now, then in pairwise(levels))
        assert page.evaluate("[...document.images].every(i => i.alt.length > 20)")
        assert (watched.errors, watched.asked) == ([], [pages[language][0].as_uri()])


@pytest.mark.long
def test_paper_cuts_nothing(pages: Mapping[str, tuple[Path, Plan]], tmp_path: Path) -> None:
    """Printed on A4 no table or chart is wider than the paper between its margins, and pages are numbered."""
    file = tmp_path / "report.pdf"
    with chromium() as browser:
        page, _ = new_page(browser, width=1300)
        page.goto(pages["vi"][0].as_uri())
        page.pdf(path=str(file), prefer_css_page_size=True)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 661, "height": 900})  # 175 mm between the margins
        right = "[...document.querySelectorAll('table, img')].map(x => x.getBoundingClientRect().right)"
        assert max(page.evaluate(right)) <= 662
    text = printed_text(file)
    assert "Kinh phí" in text
    last = [line for line in text.split("\f")[0].splitlines() if line.strip()][-1]
    assert last.strip() == "1"
