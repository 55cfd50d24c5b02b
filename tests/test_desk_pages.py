"""The planner's desk in real browsers: in a real JupyterLab, and in a real Voilà as a page without code."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from browsers import Opened, Watched, barriers, chromium, desk_opened, new_page, picture, run_notebook
from playwright.sync_api import Browser, Locator, Page, expect
from test_workbook import read
from worlds import World

from provision.commands import main
from provision.commands.desk import NOTEBOOK
from provision.documents import workbook
from provision.domain.scenario import GROUPS
from provision.intake import load, read_roadmap, read_scenario
from provision.model import solve
from provision.posing import pose
from provision.text import Words

pytestmark = pytest.mark.long

VI, EN = Words("vi"), Words("en")
PATIENCE = 60_000  # ms
SCRIPT = '<script>alert(1)</script> & "Trường"'
LONG = "Trường Tiểu học và Trung học cơ sở " * 3
SCHOOLS = {
    "th-duc-thang-1": SCRIPT,
    "th-duc-thang-2": LONG[:80],
    "th-thi-tran": "Tiểu học Thị trấn",
    "th-hoang-luong": "Tiểu học Hoàng Lương",
}
SAVED = ("Cắt 30 %", "Trước khi dừng")
VIEWS = ("overview", "schools", "pupils", "school", "assumptions", "ask", "compare", "take")
WIDE, NARROW = {"width": 1400, "height": 1300}, {"width": 420, "height": 900}


def _write(folder: Path) -> Path:
    """Write the four pilot schools with two funds, two ways to get a machine and three years."""
    world = World().unit(name="Hiệp Hoà <i>")
    world.option("new", 10_000_000, 3, name_vi="Máy mới", name_en="New machine")
    world.option("used", 6_000_000, 2, name_vi="Máy cũ <b>", name_en="Used <b>")
    world.fund("main", [20_000_000, 10_000_000, 30_000_000], name_vi="Ngân sách huyện", name_en="District")
    world.fund("gift", [5_000_000] * 3, name_vi="Tài trợ", name_en="Gift", carry_over=1)
    for code, name in SCHOOLS.items():
        world.school(code, pupils={3: [48, 48, 60], 4: [30] * 3, 5: [30] * 3}, name=name)
    return world.stock("th-thi-tran", 1, -1, life_years=4).write(folder)


# A desk that stands open -------------------------------------------------------------------------------------------


@dataclass
class Served:
    """A desk that is served, in JupyterLab or as a page, and the browser that looks at it."""

    kind: str
    opened: Opened
    browser: Browser
    data: Path
    windows: int = 0

    @contextmanager
    def shown(self, notebook: str = NOTEBOOK) -> Iterator[Desk]:
        """Yield the desk in a window of its own, once its quick answer stands there; watch it to the end."""
        page, watched = new_page(self.browser, **WIDE)
        desk = Desk(self, page, watched)
        page.on("dialog", desk.hear)
        try:
            page.goto(self._address(notebook))
            desk.run(levers=notebook == NOTEBOOK)
            yield desk
            assert desk.dialogs == []
            assert desk.complaints == []
            assert watched.strangers == []
        finally:
            picture(page, f"{self.kind}-end")
            if self.kind == "lab":  # a page that is closed leaves its kernel at work, and the next would get it
                self.opened.shut_kernels(page)
            page.close()

    def _address(self, notebook: str) -> str:
        # JupyterLab opens again what its workspace had open: each window has a workspace of its own
        self.windows += 1
        return self.opened.address.replace(NOTEBOOK, notebook).replace("/lab/", f"/lab/workspaces/{self.windows}/")


@dataclass
class Desk:
    """What a planner sees and does."""

    served: Served
    page: Page
    watched: Watched
    dialogs: list[str] = field(default_factory=list)

    def hear(self, dialog: object) -> None:
        """Keep what a dialog says; leaving a page that was changed is no matter."""
        if dialog.type != "beforeunload":
            self.dialogs.append(dialog.message)
        dialog.accept()

    def run(self, *, levers: bool = True) -> None:
        """Wait for the desk; in JupyterLab its notebook is run first, in a new kernel."""
        if self.served.kind == "lab":
            run_notebook(self.page, until=self.root)
        self.root.wait_for(timeout=PATIENCE)
        if levers:
            self.fold_out("money")

    @property
    def complaints(self) -> list[str]:
        """What the console says that is ours to mend."""
        return [error for error in self.watched.errors if not any(known in error for known in THIRD_PARTY)]

    @property
    def root(self) -> Locator:
        """The desk itself."""
        return self.page.locator(".provision-desk")

    @property
    def state(self) -> Locator:
        """What is happening."""
        return self.page.locator(".provision-answer [role=status]").first

    @property
    def school(self) -> Locator:
        """The list from which one school is chosen."""
        return self.page.locator(".provision-answer").get_by_role("combobox", name=VI("table.school"), exact=True)

    @property
    def verdict(self) -> Locator:
        """The verdict's sentences."""
        return self.page.locator(".provision-answer .provision-verdict:visible")

    def wait_whole(self) -> None:
        """Wait until whole machines are found."""
        expect(self.state).to_contain_text(_until(VI("desk.whole", status="\0")), timeout=PATIENCE)

    def wait_quick(self) -> None:
        """Wait for a quick answer that is marked as one."""
        expect(self.state).to_contain_text(VI("desk.linear"), timeout=PATIENCE)

    def button(self, name: str, *, exact: bool = True) -> Locator:
        """Return a button by its words."""
        return self.root.get_by_role("button", name=name, exact=exact)

    def number(self, lever: str, unit: str = "%") -> Locator:
        """Return the field of a lever that is a number."""
        label = VI(f"lever.{lever}")
        return self.root.get_by_role("textbox", name=label if unit in label else f"{label} ({unit})", exact=True)

    def barriers(self) -> list[str]:
        """Return what keeps somebody from reading the view turned to, once what was on its way has arrived."""
        until = time.monotonic() + 10
        while found := barriers(self.page, include=".provision-desk") + self.page.evaluate(_CUT_OFF):
            if time.monotonic() > until:
                break
        return found

    def fit(self, size: dict[str, int]) -> None:
        """Show the desk in a window of a size."""
        if self.served.kind == "lab" and size == NARROW:
            self.page.keyboard.press("Control+b")  # the list of files would take half of a narrow window
        self.page.set_viewport_size(size)

    def enter(self, part: Locator, typed: str) -> None:
        """Type into a field with the keyboard."""
        part.focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(typed)
        self.page.keyboard.press("Enter")

    def turn(self, view: str, words: Words = VI) -> None:
        """Turn to a view."""
        self.button(words(f"desk.view_{view}")).click()

    def fold_out(self, *groups: str) -> None:
        """Fold groups of levers out."""
        for group in groups:
            title = self.page.locator(".provision-group", has_text=VI(f"lever_group.{group}"))
            if "▸" in title.inner_text():
                title.click()
                expect(title).to_contain_text("▾")

    def saved(self, press: Locator) -> bytes:
        """Return the file that a link hands over."""
        press.wait_for(timeout=PATIENCE)
        with self.page.expect_download() as told:
            press.click()
        return Path(told.value.path()).read_bytes()


THIRD_PARTY = ("message before replies were done", "No kernel to restart", "Comm not found for comm id")
"""JupyterLab's own words where a kernel is started anew, as each test does first: what it had asked is left open.

A kernel that ends closes its widgets, those of an earlier page too, of which this page never heard.
"""


def _plain(text: str) -> str:
    """Return a text with plain blanks: ipywidgets keeps those of an option from breaking."""
    return text.replace("\xa0", " ")


def _until(sentence: str) -> str:
    """Return a sentence up to the part that was left open."""
    return sentence.partition("\0")[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yield one browser for all pages; each page has its own storage."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module", params=["page", "lab"])
def served(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Yield the desk as its command serves it: each test has a page and a kernel of its own."""
    home = tmp_path_factory.mktemp(request.param)
    data = _write(home / "data" / "small")
    with desk_opened(home, str(data), *(["--page"] if request.param == "page" else [])) as opened:
        yield Served(request.param, opened, browser, data)


PAGE_FIRST = pytest.mark.parametrize(
    "served", ["page", pytest.param("lab", marks=pytest.mark.soak)], indirect=True, scope="module"
)
"""What goes the same way in JupyterLab and without it: the soak looks at both."""


# What is seen -----------------------------------------------------------------------------------------------------


def test_whole_machines_follow_the_quick_answer_and_names_stay_text(served: Served) -> None:
    """A quick answer is marked as one, then whole machines follow; a name with a script in it stays text."""
    with served.shown() as desk:
        desk.wait_quick()
        desk.root.locator("img.provision-picture-need").wait_for(timeout=PATIENCE)
        desk.wait_whole()
        assert VI("desk.linear") not in desk.state.inner_text()
        assert VI("status.proven") in desk.state.inner_text()
        assert desk.root.locator("h2").first.inner_text().endswith(": Hiệp Hoà <i>")
        desk.turn("schools")
        row = desk.root.get_by_role("cell", name=SCRIPT, exact=True)
        expect(row).to_have_text(SCRIPT, timeout=PATIENCE)
        desk.turn("school")
        desk.school.select_option(SCRIPT)
        expect(desk.root.get_by_role("heading", name=SCRIPT, exact=True)).to_be_visible(timeout=PATIENCE)
        for view in VIEWS:
            desk.turn(view)
        desk.fold_out(*GROUPS)
        assert desk.root.locator("script, h2 i, p b:not(:only-child)").count() == 0
        assert desk.root.locator("select option", has_text=SCRIPT).count() >= 2
        if served.kind == "page":
            assert desk.page.get_by_text("provision.widgets").count() == 0  # no code


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_view_can_be_read_by_every_reader(served: Served, size: dict[str, int]) -> None:
    """On every view, wide and narrow, axe finds no barrier in the desk, and nothing is cut off at its side."""
    with served.shown() as desk:
        desk.wait_whole()
        desk.fold_out(*GROUPS)
        desk.fit(size)
        found = {}
        for view in VIEWS:
            desk.turn(view)
            if view == "schools":
                desk.root.locator("table.dataTable td").first.wait_for(timeout=PATIENCE)
            desk.page.evaluate(_STILL)
            found[view] = desk.barriers()
            picture(desk.page, f"{served.kind}-{size['width']}-{view}")
        assert {view: faults for view, faults in found.items() if faults} == {}


_STILL = """() => new Promise((still) => {
  const desk = document.querySelector('.provision-desk');
  let wait = setTimeout(still, 1000);
  new MutationObserver(() => { clearTimeout(wait); wait = setTimeout(still, 1000); }).observe(
    desk, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['class'] });
})"""
"""A view is painted when the kernel answers, on a busy machine long after the press: wait for a second of rest."""

_CUT_OFF = """() => {
  const root = document.querySelector('.provision-desk'), edge = root.getBoundingClientRect().right + 1;
  const rolls = (e) => /auto|scroll/.test(getComputedStyle(e).overflowX);
  const scrolls = (e) => e !== root && (rolls(e) || scrolls(e.parentElement));
  const beyond = (e) => e.getBoundingClientRect().width && e.getBoundingClientRect().right > edge;
  return [...root.querySelectorAll('button, input, select, td, th, p, img')]
    .filter((e) => beyond(e) && !scrolls(e.parentElement))
    .map((e) => 'cut off: ' + e.outerHTML.slice(0, 200));
}"""


# The keyboard alone -----------------------------------------------------------------------------------------------


def test_the_keyboard_moves_and_types(served: Served) -> None:
    """Arrow keys move the money; "1.234,5" is understood and echoed in words; "1.5" is explained, the plan stays."""
    with served.shown() as desk:
        budget = desk.number("budget_factor")
        desk.root.get_by_role("slider", name=VI("lever.budget_factor"), exact=False).first.focus()
        for _ in range(10):
            desk.page.keyboard.press("ArrowRight")
        expect(budget).to_have_value("150", timeout=PATIENCE)
        expect(desk.verdict.filter(has_text=VI.money(112_500_000))).to_be_visible(timeout=PATIENCE)
        desk.enter(budget, "1.234,5")
        said = VI("desk.budget_echo", share=VI.percent(12.345, 2), amount=VI.money(925_875_000))
        expect(desk.root.get_by_text(said, exact=True)).to_be_visible(timeout=PATIENCE)
        expect(desk.verdict.filter(has_text=VI.money(925_875_000))).to_be_visible(timeout=PATIENCE)
        desk.wait_whole()
        before = desk.verdict.all_inner_texts()
        desk.enter(budget, "1.5")
        fault = desk.root.locator(".provision-entry").first.get_by_role("alert")
        expect(fault).to_contain_text("“1.5”", timeout=PATIENCE)
        assert fault.inner_text().endswith(VI("desk.fault", fault="").strip())
        assert desk.verdict.all_inner_texts() == before
        desk.enter(budget, "100")
        expect(fault).to_have_count(0, timeout=PATIENCE)


_REACHABLE = """() => {
  const root = document.querySelector('.provision-desk');
  const all = [...root.querySelectorAll('button, input, select, textarea, a[href], [role=slider], [tabindex="0"]')];
  const shown = all.filter(
    (e) => !e.disabled && e.ariaDisabled !== 'true' && e.checkVisibility({ visibilityProperty: true }),
  );
  shown.forEach((e, n) => e.setAttribute('data-reach', n));
  return shown.length;
}"""
_FOCUSED = """() => {
  const e = document.activeElement, look = getComputedStyle(e);
  const seen = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
  return [e.getAttribute('data-reach'), seen, e.outerHTML.slice(0, 150)];
}"""


@pytest.mark.parametrize("view", ["schools", "compare"])
def test_tab_alone_reaches_every_control(served: Served, view: str) -> None:
    """Tab alone reaches every control that is shown, and where it stands is seen."""
    with served.shown() as desk:
        desk.wait_whole()
        desk.fold_out(*GROUPS)
        desk.turn(view)
        if view == "schools":
            desk.root.locator("table.dataTable td").first.wait_for(timeout=PATIENCE)
        shown = desk.page.evaluate(_REACHABLE)
        assert shown > 50
        desk.page.locator("[data-reach='0']").focus()
        desk.page.keyboard.press("Shift+Tab")  # to where a planner comes from
        reached, unseen = set(), set()
        for _ in range(shown + 10):
            desk.page.keyboard.press("Tab")
            at, seen, what = desk.page.evaluate(_FOCUSED)
            if at is not None:
                reached.add(int(at))
                unseen |= set() if seen else {what}
        missed = sorted(set(range(shown)) - reached)
        assert [
            desk.page.locator(f"[data-reach='{n}']").evaluate("e => e.outerHTML.slice(0, 200)") for n in missed
        ] == []
        assert unseen == set()


_KEEP_VERDICTS = """() => {
  window.verdicts = [];
  const panel = document.querySelector('.provision-answer');
  new MutationObserver(() => {
    const said = [...panel.querySelectorAll('.provision-verdict')].map((p) => p.textContent).join(' ');
    const last = window.verdicts.at(-1);
    if (said && (!last || last[1] !== said)) window.verdicts.push([performance.now(), said]);
  }).observe(panel, { childList: true, subtree: true, characterData: true });
  document.addEventListener('keydown', () => { window.pressed = performance.now(); }, true);
}"""


def test_a_slider_moved_quickly_ends_with_its_last_position(served: Served) -> None:
    """Twenty quick moves end soon with the answer to the last; no older answer comes after a newer."""
    with served.shown() as desk:
        desk.wait_whole()
        desk.page.evaluate(_KEEP_VERDICTS)
        desk.root.get_by_role("slider", name=VI("lever.budget_factor")).first.focus()
        for _ in range(20):
            desk.page.keyboard.press("ArrowRight")
        given = VI.money(150_000_000)
        expect(desk.verdict.filter(has_text=given)).to_be_visible(timeout=PATIENCE)
        expect(desk.number("budget_factor")).to_have_value("200")
        verdicts = desk.page.evaluate("window.verdicts")
        took = next(at for at, said in verdicts if given in said) - desk.page.evaluate("window.pressed")
        assert took < 20_000  # no queue of old questions: twenty of them would take longer
        desk.wait_whole()
        sums = [_given(said) for _, said in desk.page.evaluate("window.verdicts")]
        assert sums[-1] == 150
        assert all(earlier <= later for earlier, later in pairwise(sums))


def _given(verdict: str) -> float:
    """Return the million dong that a verdict says were given."""
    said = re.search(r"trong ([\d.,]+) triệu đồng của các nguồn", verdict)
    assert said, verdict
    return float(said[1].replace(".", "").replace(",", "."))


# Levers -----------------------------------------------------------------------------------------------------------


def test_what_is_off_its_default_stands_apart(served: Served) -> None:
    """Levers off their default are shown apart; one click takes one back, another all."""
    with served.shown() as desk:
        desk.fold_out("ways")
        desk.enter(desk.number("budget_factor"), "70")
        desk.enter(desk.number("price_growth"), "5")
        desk.root.get_by_role("checkbox", name=VI("lever.lease"), exact=True).check()
        apart = desk.root.locator(".provision-moved-levers")
        expect(apart.get_by_role("button")).to_have_count(4, timeout=PATIENCE)  # three, and one for all
        expect(desk.verdict.filter(has_text=VI.money(52_500_000))).to_be_visible(timeout=PATIENCE)
        apart.get_by_role("button", name=VI("lever.budget_factor"), exact=False).click()
        expect(apart.get_by_role("button")).to_have_count(3, timeout=PATIENCE)
        expect(desk.number("budget_factor")).to_have_value("100")
        expect(desk.number("price_growth")).to_have_value("5")
        desk.button(VI("desk.back_all")).click()
        expect(apart).to_have_text(VI("desk.none_moved"), timeout=PATIENCE)
        expect(desk.number("price_growth")).to_have_value("0")
        assert not desk.root.get_by_role("checkbox", name=VI("lever.lease"), exact=True).is_checked()


@PAGE_FIRST
def test_a_purchase_is_locked_and_one_forbidden(served: Served) -> None:
    """A lock is told with its price and the plan holds it; what is forbidden is not bought; one too many is told."""
    with served.shown() as desk:
        desk.wait_whole()
        desk.fold_out("cells")
        chosen = {"school": "Tiểu học Thị trấn", "option": "Máy mới", "year": "2017-2018"}
        for name, label in chosen.items():
            desk.root.get_by_role("combobox", name=VI(f"desk.cell_of_{name}"), exact=True).select_option(label)
        count = desk.root.get_by_role("textbox", name=VI("desk.cell_number_buy"), exact=True)
        desk.enter(count, "2")
        desk.button(VI("desk.lock")).click()
        where = ", ".join((chosen["school"], chosen["year"], chosen["option"]))
        price = _until(VI("locks.price", missing="\0", cost=""))
        expect(desk.root.get_by_text(VI("desk.locked", where=where, number=2), exact=True)).to_be_visible(
            timeout=PATIENCE
        )
        expect(desk.root.locator(".provision-levers").get_by_text(price)).to_be_visible(timeout=PATIENCE)
        desk.wait_whole()
        desk.turn("school")
        desk.school.select_option(chosen["school"])
        page = desk.root.locator("table.sheet:visible").first
        bought = page.get_by_role("row", name=re.compile("^2017"))
        expect(bought).to_contain_text(re.compile(r"Máy mới: 2\b"), timeout=PATIENCE)

        desk.button(VI("desk.forbid")).click()
        forbidden = desk.root.get_by_text(VI("desk.forbidden", where=where), exact=True)
        expect(forbidden).to_be_visible(timeout=PATIENCE)
        desk.wait_quick()
        expect(bought).not_to_contain_text("Máy mới", timeout=PATIENCE)

        good = desk.verdict.all_inner_texts()
        desk.enter(count, "9")  # 90 million of the 25 there are
        desk.button(VI("desk.lock")).click()
        failure = desk.root.locator(".provision-answer").get_by_role("alert").first
        expect(failure).to_contain_text(_until(VI("desk.failed", reason="\0")), timeout=PATIENCE)
        expect(desk.state).to_have_text(VI("desk.stale"))
        assert _given(" ".join(desk.verdict.all_inner_texts())) == _given(" ".join(good))
        desk.root.get_by_role("button", name=re.compile(f"^{VI('desk.undo')}")).last.click()
        expect(failure).to_have_count(0, timeout=PATIENCE)
        desk.wait_whole()


# Schools ----------------------------------------------------------------------------------------------------------


def test_the_schools_are_sorted_searched_and_opened(served: Served) -> None:
    """Headings sort by the keyboard, numbers as numbers; a search leaves who matches; a click opens a school."""
    with served.shown() as desk:
        desk.wait_whole()
        desk.turn("schools")
        table = desk.root.locator("table.dataTable")
        expect(table.locator("tbody tr")).to_have_count(4, timeout=PATIENCE)
        heads = table.locator("thead th").all_inner_texts()
        sort = table.locator("thead th").filter(has_text=re.compile(f"^{re.escape(VI('table.missing'))}$"))
        at = [head.strip() for head in heads].index(VI("table.missing"))

        def column() -> list[float]:
            cells = table.locator(f"tbody tr td:nth-child({at + 1})").all_inner_texts()
            return [float(cell.replace(",", ".")) for cell in cells]

        worst = column()
        assert worst[0] == max(worst) > min(worst)
        control = sort.locator("[tabindex='0']") if sort.locator("[tabindex='0']").count() else sort
        control.focus()
        desk.page.keyboard.press("Enter")
        expect(sort).to_have_attribute("aria-sort", "ascending")
        assert column() == sorted(worst)
        search = desk.root.get_by_role("searchbox")
        desk.enter(search, "thị trấn")
        rows = table.locator("tbody tr")
        expect(rows).to_have_count(1)
        desk.enter(desk.number("budget_factor"), "90")  # what is sorted and searched stays so in the next answer
        expect(desk.verdict.filter(has_text=VI.money(67_500_000))).to_be_visible(timeout=PATIENCE)
        desk.wait_whole()
        expect(sort).to_have_attribute("aria-sort", "ascending")
        expect(search).to_have_value("thị trấn")
        expect(rows).to_have_count(1)
        for _ in range(2):  # and a second time
            rows.first.locator("td").first.click()
            expect(desk.root.get_by_role("heading", name="Tiểu học Thị trấn", exact=True)).to_be_visible(
                timeout=PATIENCE
            )
            desk.turn("schools")
        expect(rows).to_have_count(1)


@PAGE_FIRST
def test_one_school_is_chosen_and_takes_its_report(served: Served) -> None:
    """A school chosen from its unit's has a desk of its own, wide and narrow, and its report bears its name."""
    with served.shown() as desk:
        desk.wait_quick()
        field = desk.root.get_by_role("combobox", name=VI("desk.one_school"), exact=True)
        field.select_option(SCHOOLS["th-thi-tran"])
        expect(desk.root.locator("h2").first).to_contain_text(SCHOOLS["th-thi-tran"], timeout=PATIENCE)
        desk.wait_whole()
        expect(desk.verdict.first).to_contain_text("nhà trường")
        for size in (WIDE, NARROW):
            desk.fit(size)
            picture(desk.page, f"{served.kind}-{size['width']}-one-school")
            assert desk.barriers() == []
        desk.turn("take")
        desk.button(VI("desk.take_report")).click()
        report = desk.saved(desk.root.locator("a[download='th-thi-tran-base.html']")).decode("utf-8")
        assert VI("report.title", units=SCHOOLS["th-thi-tran"]) in report
        expect(field).to_have_value(re.compile("."))
        field.select_option(VI("desk.whole_unit"))
        expect(desk.root.locator("h2").first).to_contain_text("Hiệp Hoà <i>", timeout=PATIENCE)
        desk.wait_quick()


# Saved, compared, taken away --------------------------------------------------------------------------------------


def test_a_scenario_is_saved_opened_and_compared(served: Served, tmp_path: Path) -> None:
    """A scenario saved under a Vietnamese name outlives the page, solves as it is, and is laid beside another."""
    with served.shown() as desk:
        desk.enter(desk.number("budget_factor"), "70")
        desk.turn("compare")
        desk.root.get_by_role("textbox", name=VI("desk.name"), exact=True).fill(SAVED[0])
        desk.button(VI("desk.save")).click()
        file = served.data / "scenarios" / "cat-30.toml"
        expect(desk.root.get_by_text(VI("desk.kept", path=str(file)))).to_be_visible(timeout=PATIENCE)
        kept = read_scenario(served.data, "cat-30")
        assert (kept.budget_factor, kept.label_vi) == (0.7, SAVED[0])
        desk.button(VI("desk.save")).click()
        expect(desk.root.get_by_text(VI("desk.name_taken", name="cat-30"))).to_be_visible(timeout=PATIENCE)

        desk.page.reload()
        desk.run()
        expect(desk.number("budget_factor")).to_have_value("100", timeout=PATIENCE)
        desk.turn("compare")
        desk.root.get_by_role("combobox", name=VI("desk.saved"), exact=True).select_option("Cắt 30 % (cat-30)")
        desk.button(VI("desk.open")).click()
        expect(desk.number("budget_factor")).to_have_value("70", timeout=PATIENCE)
        desk.enter(desk.number("budget_factor"), "100")
        _compare(desk, VI("desk.now"))
        picture(desk.page, f"{served.kind}-compared")
    asked = ["solve", str(served.data), "--unit", "u", "--scenario", "cat-30", "--out", str(tmp_path / "plan")]
    assert main(asked) == 0
    if served.kind == "lab":
        with served.shown("02-compare-scenarios.ipynb") as desk:
            _compare(desk, "Cơ sở (base)")


def _compare(desk: Desk, other: str) -> None:
    """Lay ``cat-30`` beside another scenario and read who gets less."""
    several = desk.root.get_by_role("listbox", name=VI("desk.several"), exact=True)
    expect(several.locator("option", has_text="cat-30")).to_have_count(1, timeout=PATIENCE)
    options = [_plain(option) for option in several.locator("option").all_inner_texts()]
    both = [at for at, option in enumerate(options) if "cat-30" in option or option == other]
    assert len(both) == 2
    several.select_option(index=both)
    desk.button(VI("desk.lay")).click()
    desk.root.locator("img.provision-picture-comparison").wait_for(timeout=PATIENCE)
    tables = desk.root.locator("table.sheet:visible")
    expect(tables.first).to_contain_text("Cắt 30 %", timeout=PATIENCE)
    assert tables.count() >= 3
    desk.root.get_by_role("combobox", name=VI("table.year"), exact=True).select_option("2018-2019")
    expect(desk.root.get_by_text("2018-2019").last).to_be_visible()


@PAGE_FIRST
def test_what_is_taken_away_is_the_plan(served: Served) -> None:
    """Tables, charts, scenario and report are handed over, and read back they are the plan that is shown."""
    with served.shown() as desk:
        desk.wait_whole()
        desk.turn("take")
        desk.button(VI("desk.take_tables")).click()
        inputs = load(served.data)
        plan = solve(pose(inputs, ["u"], read_roadmap("hiep-hoa-2017"), read_scenario(served.data, "base")))
        assert read(desk.saved(desk.root.locator("a[download$='.xlsx']"))) == read(workbook(plan, VI))

        desk.button(VI("desk.take_scenario")).click()
        told = tomllib.loads(desk.saved(desk.root.locator("a[download$='.toml']")).decode("utf-8"))
        assert told.get("budget_factor", 1.0) == 1.0

        desk.button(VI("desk.take_charts")).click()
        drawn = desk.saved(desk.root.locator("a[download$='need.svg']"))
        assert ElementTree.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - we made it ourselves
        assert desk.saved(desk.root.locator("a[download$='need.pdf']")).startswith(b"%PDF-")
        assert desk.saved(desk.root.locator("a[download$='need.png']")).startswith(b"\x89PNG")

        desk.button(VI("desk.take_report")).click()
        report = desk.saved(desk.root.locator("a[download$='.html']")).decode("utf-8")
        assert "Hiệp Hoà &lt;i&gt;" in report
        assert "<script>alert" not in report


@PAGE_FIRST
def test_a_question_is_put_and_answered(served: Served) -> None:
    """A council's question is chosen, put and answered on the page: sentences, a chart, a table, nothing cut off."""
    with served.shown() as desk:
        desk.wait_whole()
        desk.turn("ask")
        desk.enter(desk.root.get_by_role("textbox", name=VI("ask_label.step"), exact=True), "20")
        desk.button(VI("desk.ask_put")).click()
        chart = desk.root.locator("img.chart:visible")
        chart.wait_for(timeout=PATIENCE)
        assert VI("chart.next.alt") in str(chart.get_attribute("alt"))
        assert desk.root.locator("table.sheet:visible").count() == 2
        picture(desk.page, f"{served.kind}-asked")
        assert desk.barriers() == []


# The other language -----------------------------------------------------------------------------------------------

_OURS = "label, button, option, legend, th, p, h2, h3, summary"


@PAGE_FIRST
def test_in_english_no_word_of_the_desk_is_vietnamese(served: Served) -> None:
    """Switched to English, every label, button and sentence of the desk is English; only the data's names stay."""
    with served.shown() as desk:
        desk.wait_quick()
        desk.button(VI("desk.language_en")).click()
        expect(desk.button(EN("desk.count"))).to_be_attached(timeout=PATIENCE)
        for group in GROUPS:
            title = desk.page.locator(".provision-group", has_text=EN(f"lever_group.{group}"))
            if "▸" in title.inner_text():
                title.click()
        expect(desk.state).to_contain_text(_until(EN("desk.whole", status="\0")), timeout=PATIENCE)
        names = [*(name.strip() for name in SCHOOLS.values()), "Hiệp Hoà", *SAVED, VI("desk.language_vi")]
        names += ["Hà Nội", "Nguyễn Khuyến", "Hải Phòng"]  # in the titles of packs
        left = set()
        for view in VIEWS:
            desk.turn(view, EN)
            if view == "schools":
                desk.root.locator("table.dataTable td").first.wait_for(timeout=PATIENCE)
            for text in map(_plain, desk.root.locator(_OURS).all_text_contents()):
                for name in names:
                    text = text.replace(name, "")
                left |= {text} if re.search("[ăâđêôơưĂÂĐÊÔƠƯà-ỹ]", text) else set()
        assert left == set()


# What goes wrong --------------------------------------------------------------------------------------------------


def test_a_kernel_that_dies_is_told_and_saved_scenarios_stay(served: Served) -> None:
    """Within fifteen seconds of its kernel's death the page says so, and what was saved is still there as a file."""
    with served.shown() as desk:
        desk.wait_whole()
        desk.turn("compare")
        desk.root.get_by_role("textbox", name=VI("desk.name"), exact=True).fill(SAVED[1])
        desk.button(VI("desk.save")).click()
        file = served.data / "scenarios" / "truoc-khi-dung.toml"
        expect(desk.root.get_by_text(VI("desk.kept", path=str(file)))).to_be_visible(timeout=PATIENCE)
        for kernel in served.opened.kernels:
            kernel.kill()
        lost = desk.page.locator("#stopped" if served.kind == "page" else ".provision-lost")
        lost.wait_for(timeout=15_000)
        said = VI("served.stopped") if served.kind == "page" else VI("desk.lost", kept=str(file.parent))
        assert said in lost.inner_text()
        picture(desk.page, f"{served.kind}-lost")
        assert file.is_file()
        desk.page.reload()
        desk.run()
        desk.turn("compare")
        expect(desk.root.locator("option", has_text="(truoc-khi-dung)").first).to_be_attached(timeout=PATIENCE)
