"""A council's questions: each has its command, its words, its chart and its page of the report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from folders import save
from worlds import World, roadmap, year

from provision.charts import ANSWER_CHARTS, answered
from provision.commands import main
from provision.errors import ProvisionError
from provision.questions.asking import Asked, Question
from provision.questions.council import QUESTIONS, kept_answer, put, question_of
from provision.questions.staircase import Staircase
from provision.store import open_plan
from provision.text import LANGUAGES, Words

_REPORT = Path(__file__).parents[1] / "notebooks" / "reports" / "10-report-unit.ipynb"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a small plan that leaves somebody without: two schools, one fund, two years."""
    world = World().unit().option("pc", 10_000_000, 5)
    for code, pupils in (("a", 120), ("b", 60)):
        world.school(code, pupils={3: [pupils, pupils]})
    world.fund("main", [20_000_000, 20_000_000])
    saved = save(world, roadmap({0: [3]}), tmp_path)
    assert saved is not None
    return saved.folder


def about(question: Question) -> list[str]:
    """Return what must be said of a question: of the small plan's schools, the first."""
    return ["a" for _ in question.needed]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.code)
def test_each_question_has_its_words_its_chart_and_its_page(question: Question) -> None:
    """A question can be asked in both languages, has a chart of its name and a page of the report."""
    assert question.code in ANSWER_CHARTS
    assert f'answered(\\"{question.code}\\", solved, words, plan)' in _REPORT.read_text("utf-8")
    for words in map(Words, LANGUAGES):
        assert words.has(f"ask.{question.code}")
        assert all(words.has(f"ask_help.{question.code}.{p.name}") for p in question.parameters)
        assert all(p.label(words) for p in question.parameters)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.code)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_told_kept_and_shown(
    question: Question, language: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the command prints is kept with the plan, and the report shows the same sentences."""
    assert main(["ask", question.code, str(folder), *about(question), "--language", language]) == 0
    told = capsys.readouterr().out
    plan, words = open_plan(folder).plan, Words(language)
    answer = kept_answer(question.code, folder)
    assert answer is not None
    sentences = question.said(answer, plan, words)
    assert sentences
    assert all(sentence in told for sentence in sentences)
    page = answered(question.code, plan, words, str(folder)).html
    assert 'class="chart"' in page
    assert "<script" not in page


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.code)
def test_an_answer_of_another_plan_is_not_shown(question: Question, folder: Path) -> None:
    """Once the plan is another one, the report says how to ask again."""
    assert main(["ask", question.code, str(folder), *about(question), "--json"]) == 0
    plan = open_plan(folder).plan
    (folder / "plan.json").write_text((folder / "plan.json").read_text("utf-8") + " ", "utf-8")
    assert kept_answer(question.code, folder) is None
    assert f"provision ask {question.code} {folder}" in answered(question.code, plan, Words("vi"), str(folder)).html


def test_json_tells_what_was_stated(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A program reads the question, what was stated with it, and the answer."""
    assert main(["ask", "next", str(folder), "--steps", "2", "--year", year(1), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["question"] == "next"
    assert told["stated"]["steps"] == 2
    assert {stair["year"] for stair in told["answer"]["stairs"]} == {2018}


def test_what_cannot_be_meant_is_told_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every flag that cannot be meant is told in one run, with what would be right; nothing is kept."""
    flags = ["--steps", "0", "--year", "2030-2031", "--fund", "nobody", "--whole", "maybe", "--step", "1.5"]
    assert main(["ask", "next", str(folder), *flags]) == 2
    told = capsys.readouterr().err
    assert all(flag in told for flag in flags[::2])
    assert not (folder / "answers").exists()


def test_an_answer_somebody_changed_is_asked_again(folder: Path) -> None:
    """A kept answer that names what the plan does not have, or says another number, is not shown as one."""
    assert main(["ask", "next", str(folder), "--json"]) == 0
    file = folder / "answers" / "next.json"
    before = file.read_text("utf-8")
    for changed in (before.replace('"main"', '"mine"'), before.replace('"missing": ', '"missing": 1'), before[:-9]):
        assert changed != before
        file.write_text(changed, "utf-8")
        assert kept_answer("next", folder) is None
        answered("next", open_plan(folder).plan, Words("vi"), str(folder))
    file.write_text(before, "utf-8")
    assert kept_answer("next", folder) is not None


def test_an_answer_belongs_to_the_plan_it_was_asked_of(folder: Path) -> None:
    """Where another plan comes into the folder while a question is answered, the answer is not told of that one."""

    def meanwhile(*_asked: object, **_stated: object) -> Staircase:
        (folder / "plan.json").write_text((folder / "plan.json").read_text("utf-8") + " ", "utf-8")
        return Staircase(1, whole=False, stairs=())

    question = replace(question_of("next"), ask=meanwhile)
    put(question, Asked.of(open_plan(folder)), folder, stated={})
    assert (folder / "answers" / "next.json").is_file()
    assert kept_answer("next", folder) is None


@pytest.mark.parametrize("blocked", ["folder", "file"])
def test_a_folder_that_cannot_be_written_is_refused_at_once(
    blocked: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for an answer that cannot be kept: the folder is refused before the question is put."""
    asked: list[object] = []
    question = replace(question_of("next"), ask=lambda *_given, **_stated: asked.append(1))
    if blocked == "file":
        (folder / "answers").write_text("", "utf-8")
    else:

        def refuse(*_given: object, **_how: object) -> None:
            raise PermissionError(13, "Permission denied", str(folder))

        monkeypatch.setattr("provision.store.answers.TemporaryFile", refuse)
    with pytest.raises(ProvisionError, match="answers") as refused:
        put(question, Asked.of(open_plan(folder)), folder, stated={})
    assert refused.value.code == "out_unwritable"
    assert asked == []


def test_a_folder_is_left_as_it_was_where_nothing_is_answered(folder: Path) -> None:
    """Where a question has no answer no folder of answers is left behind."""

    def fail(*_given: object, **_stated: object) -> None:
        raise ProvisionError("no_answer", status="infeasible")

    with pytest.raises(ProvisionError):
        put(replace(question_of("next"), ask=fail), Asked.of(open_plan(folder)), folder, stated={})
    assert not (folder / "answers").exists()


def test_a_chance_without_a_fund_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A chance of money is that of a fund: stated alone it is refused, not passed over."""
    assert main(["ask", "futures", str(folder), "--certainty", "0.5"]) == 2
    assert "--certainty" in capsys.readouterr().err


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.code)
def test_where_every_year_is_carried_out_nothing_is_planned_again(
    question: Question, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who asks about years still to be planned is told that there are none; what was done is told as ever."""
    world = World().unit().option("pc", 10_000_000, 5).fund("main", [20_000_000])
    world.school("a", pupils={3: [120]}).carried("a", 0, "pc", 2, 10_000_000)
    saved = save(world, roadmap({0: [3]}), tmp_path)
    assert saved is not None
    code = main(["ask", question.code, str(saved.folder), *about(question), "--language", "en"])
    assert code == (2 if question.ahead else 0)
    assert (Words("en")("error.nothing_open") in capsys.readouterr().err) is question.ahead
    page = answered(question.code, saved.plan, Words("en"), str(saved.folder)).html
    assert (Words("en")("ask.nothing_open") in page) is question.ahead
    assert ("provision ask" in page) is False
    assert {q.code for q in QUESTIONS if not q.ahead} == {"school", "compare"}
