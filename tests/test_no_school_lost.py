"""No school and no pupil is lost unsaid: rows lost, codes renamed, schools split and merged, units redrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from seeds import sample
from worlds import World, roadmap, year

from provision.domain.inputs import Inputs
from provision.domain.problem import Problem
from provision.domain.scenario import Scenario
from provision.errors import FaultyInput
from provision.intake import load
from provision.posing import pose
from provision.questions.headcounts import summed
from provision.text import Words

SPAN = 4
GRADES = {"primary": range(1, 6), "lower_secondary": range(6, 10)}
PACK = roadmap({0: [3], 1: [3, 6], 2: [3, 4, 6, 7], 3: [3, 4, 5, 6, 7, 8]})

Told = set[tuple[str, str]]
"""Faults by their code and what stands there."""


@dataclass
class Land:
    """A world of some schools in old districts, what must be told of it, and the pupils that go on being counted."""

    world: World
    random: Random
    schools: list[str]
    faults: Told = field(default_factory=set)
    late: Told = field(default_factory=set)
    warned: set[tuple[str, str]] = field(default_factory=set)
    ahead: set[str] = field(default_factory=set)
    redrawn: bool = False

    def take(self) -> str:
        """Return a school that nothing has happened to yet."""
        return self.schools.pop(self.random.randrange(len(self.schools)))

    def school(self, code: str) -> dict[str, object]:
        """Return a school's row."""
        return next(row for row in self.world.schools if row["school_id"] == code)

    def rows(self, code: str, since: int = 0) -> list[dict[str, object]]:
        """Return a school's pupils from the n-th year on."""
        first = year(since)
        return [r for r in self.world.enrolment if r["school_id"] == code and str(r["school_year"]) >= first]

    def drop(self, rows: Iterable[dict[str, object]]) -> None:
        """Lose rows of the enrolment table."""
        gone = [id(row) for row in rows]
        self.world.enrolment = [row for row in self.world.enrolment if id(row) not in gone]


def land(r: Random) -> Land:
    """Return a land of five to eight schools in two districts, nothing wrong with it."""
    world = World().unit("north").unit("south").option("new", 10_000_000, 4)
    world.fund("state", [50_000_000] * SPAN, unit="")
    codes = [f"s{n}" for n in range(r.randint(5, 8))]
    for n, code in enumerate(codes):
        level = "primary" if n % 3 else "lower_secondary"
        size = r.randint(40, 120)
        pupils = {g: [size + r.randint(-4, 4) for _ in range(SPAN)] for g in GRADES[level]}
        world.school(code, level, pupils=pupils, unit="north" if n % 2 else "south", name=f"Trường số {n}")
        world.stock(code, r.randint(1, 9), -1)
    return Land(world, r, codes)


def pupils_by_year(enrolment: Iterable[dict[str, object]]) -> dict[int, int]:
    """Return the pupils of enrolment rows by year of the plan."""
    return {
        n: sum(int(str(row["pupils"])) for row in enrolment if row["school_year"] == year(n)) for n in range(SPAN)
    }


# What can happen to a land, and what must be told of it ------------------------------------------------------------


def _lose_a_school(ground: Land) -> None:
    code = ground.take()
    ground.world.schools.remove(ground.school(code))
    ground.faults.add(("school_unknown", code))


def _lose_a_year(ground: Land) -> None:
    code, index = ground.take(), ground.random.randrange(SPAN - 1)
    ground.drop(row for row in ground.rows(code) if row["school_year"] == year(index))
    if index:  # the years before tell what it was
        ground.ahead.add(code)
    else:
        ground.late.add(("pupils_absent", code))


def _lose_all_pupils(ground: Land) -> None:
    code = ground.take()
    ground.drop(ground.rows(code))
    ground.late.add(("pupils_absent", code))


def _lose_a_grade(ground: Land) -> None:
    code = ground.take()
    row = ground.random.choice(ground.rows(code))
    ground.drop([row])
    ground.warned.add(("grade_absent", str(ground.school(code)["name"])))


def _rename_pupils(ground: Land) -> None:
    code = ground.take()
    since = ground.random.randrange(SPAN)
    for row in ground.rows(code, since):
        row["school_id"] = f"{code}x"
    ground.faults.add(("school_unknown", f"{code}x"))
    ground.late.add(("pupils_absent", code))


def _rename_everywhere(ground: Land) -> None:
    code = ground.take()
    for table in (ground.world.schools, ground.world.enrolment, ground.world.inventory, ground.world.crosswalk):
        for row in table:
            if row.get("school_id") == code:
                row["school_id"] = f"{code}-new"


def _split(ground: Land, mistake: str = "") -> None:
    """Part a school in two of its own codes; ``mistake`` names what the planner forgets."""
    code, since = ground.take(), ground.random.randint(1, SPAN - 1)
    one, other = f"{code}-a", f"{code}-b"
    whole = ground.school(code)
    for part in (one, other):
        if (part, mistake) != (other, "school"):
            ground.world.schools.append(
                dict(whole) | {"school_id": part, "name": f"Trường {part}", "open_from": year(since)}
            )
    for row in ground.rows(code, since):
        half = int(str(row["pupils"])) // 3
        row["school_id"], row["pupils"] = one, int(str(row["pupils"])) - half
        if mistake != "pupils":
            ground.world.enrolment.append(dict(row) | {"school_id": other, "pupils": half})
    for row in [r for r in ground.world.crosswalk if r["school_id"] == code]:
        ground.world.crosswalk += [
            dict(row) | {"school_id": p} for p in (one, other) if (p, mistake) != (other, "school")
        ]
    whole["open_until"] = year(since - 1)
    if mistake == "school":
        ground.faults.add(("school_unknown", other))
    elif mistake == "pupils" and ground.redrawn:  # the crosswalk names it too
        ground.late.add(("pupils_absent", other))
    elif mistake == "pupils":
        ground.faults.add(("school_alone", other))


def _split_without_its_second_school(ground: Land) -> None:
    _split(ground, "school")


def _split_without_its_second_half(ground: Land) -> None:
    _split(ground, "pupils")


def _merge(ground: Land, mistake: str = "") -> None:
    """Merge a school into another of its level and unit, where there is one; ``mistake`` names what goes wrong."""
    code = ground.take()
    mine = ground.school(code)
    fellows = [
        s
        for s in ground.schools
        if (ground.school(s)["level"], ground.school(s)["unit"]) == (mine["level"], mine["unit"])
    ]
    if not fellows:
        ground.schools.append(code)
        return
    heir, since = ground.random.choice(fellows), ground.random.randint(1, SPAN - 1)
    ground.schools.remove(heir)
    mine |= {"open_until": year(since - 1)} | ({} if mistake == "heir" else {"merged_into": heir})
    if mistake == "heir":  # its pupils go on being stated, under the code of a school that is no more
        ground.faults |= {("pupils_after_closing", year(n)) for n in range(since, SPAN)}
    elif mistake == "both":
        ground.faults.add(("pupils_on_both_sides", code))
    elif mistake == "pupils":
        ground.drop(ground.rows(code, since))
        ground.warned.add(("merged_away", str(mine["name"])))
    else:
        other = {(row["school_year"], row["grade"]): row for row in ground.rows(heir)}
        for row in ground.rows(code, since):
            sum_ = other[row["school_year"], row["grade"]]
            sum_["pupils"] = int(str(sum_["pupils"])) + int(str(row["pupils"]))
        ground.drop(ground.rows(code, since))


def _merge_and_state_both(ground: Land) -> None:
    _merge(ground, "both")


def _merge_into_nobody(ground: Land) -> None:
    _merge(ground, "heir")


def _merge_and_forget_the_pupils(ground: Land) -> None:
    _merge(ground, "pupils")


def _redraw(ground: Land, mistake: str = "") -> None:
    """Dissolve both districts into three communes by a crosswalk; ``mistake`` names what goes wrong."""
    ground.redrawn = True
    ground.world.units = []
    for name in ("c0", "c1", "c2"):
        ground.world.unit(name).fund("own", [1_000_000] * SPAN, unit=name)
    for row in ground.world.schools:
        to = ground.random.choice(["c0", "c1", "c2"])
        ground.world.crosswalk.append(
            {"unit_from": row["unit"], "school_id": row["school_id"], "unit_to": to, "source": "t"}
        )
    if not mistake:
        return
    code = ground.take()
    move = next(row for row in ground.world.crosswalk if row["school_id"] == code)
    if mistake == "row":
        ground.world.crosswalk.remove(move)
    elif mistake == "code":
        move["school_id"] = f"{code}0"
        ground.faults.add(("school_unknown", f"{code}0"))
    elif mistake == "unit":
        move["unit_to"] = "c9"
        ground.faults.add(("unit_unknown", "c9"))
    if mistake in ("row", "code"):
        ground.faults.add(("crosswalk_left_behind", str(ground.school(code)["unit"])))


HARMLESS: list[Callable[[Land], None]] = [_rename_everywhere, _split, _merge]
LOSSES: list[Callable[[Land], None]] = [
    _lose_a_school,
    _lose_a_year,
    _lose_all_pupils,
    _lose_a_grade,
    _rename_pupils,
    _split_without_its_second_school,
    _split_without_its_second_half,
    _merge_and_state_both,
    _merge_into_nobody,
    _merge_and_forget_the_pupils,
]
REDRAWN = ["", "row", "code", "unit"]


def changed(seed: int, *, losses: bool) -> Land:
    """Return a land after one to three random changes, redrawn or not."""
    r = Random(seed)
    found = land(r)
    if r.random() < 0.5:
        _redraw(found, r.choice(REDRAWN) if losses else "")
    for _ in range(r.randint(1, 3)):
        if len(found.schools) > 2:
            r.choice(LOSSES if losses and r.random() < 0.8 else HARMLESS)(found)
    return found


def posed(inputs: Inputs) -> Problem:
    """Return the question of all units together."""
    return pose(inputs, tuple(inputs.units), PACK, Scenario())


@pytest.mark.counted
@sample(range(1000), fast=40, long=160)
def test_every_lost_pupil_is_told(tmp_path: Path, seed: int) -> None:
    """Whatever is lost, renamed, split or merged by mistake is told by its code, and nothing else is."""
    found = changed(seed, losses=True)
    folder = found.world.write(tmp_path / "data")
    try:
        inputs = load(folder)
    except FaultyInput as faulty:
        assert {(f.code, f.found) for f in faulty.faults} == found.faults
        return
    assert not found.faults
    try:
        problem = posed(inputs)
    except FaultyInput as faulty:
        assert {(f.code, f.found) for f in faulty.faults} == found.late
        return
    assert not found.late
    told = [(code, str(details["schools"])) for code, details in problem.warnings if "schools" in details]
    for code, name in found.warned:
        assert any(code == said and name in schools for said, schools in told)
    counted = problem.reconciliation.headcounts
    assert [h.stated for h in counted] == list(pupils_by_year(found.world.enrolment).values())
    assert [h.planned for h in counted] == [h.stated + h.projected for h in counted]
    assert {school for school, _ in problem.projected} == found.ahead
    assert ("enrolment_projected" in dict(problem.warnings)) == bool(found.ahead)


@pytest.mark.counted
@sample(range(1000), fast=40, long=160)
def test_what_is_redrawn_rightly_loses_nobody(tmp_path: Path, seed: int) -> None:
    """Codes renamed everywhere, schools split and merged, districts made communes: the pupils of each year stay."""
    before = pupils_by_year(land(Random(seed)).world.enrolment)
    found = changed(seed, losses=False)
    inputs = found.world.load(tmp_path / "data")
    problem = posed(inputs)
    told = problem.reconciliation.headcounts
    assert [h.planned for h in told] == [h.stated for h in told] == list(before.values())
    assert [h.lost for h in told] == [0] * SPAN
    assert not {code for code, _ in problem.warnings} & {"merged_away", "grade_absent"}
    if found.redrawn:
        moved = {n: sum(h.came.values()) for n, h in enumerate(told)}
        assert moved == before  # every pupil came from one of the old districts
    merged = any(school.merged_into for school in inputs.schools.values())
    if not merged:
        apart = summed(
            h
            for unit in inputs.units
            for h in pose(inputs, [unit], PACK).reconciliation.headcounts
            if _has(inputs, unit)
        )
        assert [h.planned for h in apart] == list(before.values())


def _has(inputs: Inputs, unit: str) -> bool:
    return any(school.unit == unit for school in inputs.schools.values())


# By hand ----------------------------------------------------------------------------------------------------------


def small() -> World:
    """Return two schools, of which one merges into the other after the first year, and two years."""
    world = World().unit().option("new", 10_000_000, 4).fund("main", [1, 1])
    world.school("a", pupils={3: [30], 4: [20]}, open_until=year(0), merged_into="b")
    return world.school("b", pupils={3: [40, 75], 4: [10, 12]})


def test_the_steps_from_the_data_to_the_plan(tmp_path: Path) -> None:
    """A cell corrected and a growth assumed are steps of their own, and after them nobody is missing."""
    inputs = small().load(tmp_path)
    levers = Scenario(overrides={f"enrolment/b/{year(1)}/3": 80}, enrolment_growth=0.1)
    first, second = pose(inputs, ["u"], PACK, levers).reconciliation.headcounts
    assert (first.stated, first.corrected, first.grown, first.planned, first.mandatory) == (100, 0, 0, 100, 70)
    assert (second.stated, second.corrected) == (87, 5)
    assert (second.grown, second.planned) == (8 + 1, 88 + 13)  # 80 and 12 by a tenth, each rounded
    assert (second.mandatory, second.later, second.lost) == (88, 13, 0)


def test_pupils_stated_under_a_merged_code_are_its_successors(tmp_path: Path) -> None:
    """Pupils stated under the code of a school that has merged count at its successor, and are told as such."""
    world = small()
    for row in world.enrolment:
        if row["school_year"] == year(1):
            row["school_id"] = "a"
    first, second = posed(world.load(tmp_path)).reconciliation.headcounts
    assert (first.handed_on, second.handed_on, second.planned) == (0, 87, 87)


def test_rows_without_use_are_told_with_the_reason(tmp_path: Path) -> None:
    """A broken machine, one that has worn out, a printer nobody asks for, money of another year, an unused way."""
    world = small().stock("b", 2, -1, condition="broken").stock("b", 3, -9, life_years=4)
    world.stock("b", 1, 0, item="printer", life_years=4).stock("b", 1, 0).option(
        "print", 5_000_000, 4, item="printer"
    )
    world.budget.append(dict(world.budget[0]) | {"school_year": year(-3)})
    world.left_out.append({"file": "cu.xlsx", "reason": "Tư thục", "rows": 3, "pupils": 412, "school_year": year(0)})
    inputs = world.load(tmp_path)
    told = pose(inputs, ["u"], PACK, Scenario(horizon="2017-2018..2018-2019")).reconciliation
    assert {(u.table, u.reason, u.rows) for u in told.unused} == {
        ("inventory", "broken", 1),
        ("inventory", "worn_out", 1),
        ("inventory", "item_not_planned", 1),
        ("catalogue", "not_offered", 1),
        ("budget", "year_outside", 1),
    }
    assert told.read == {"units": 1, "schools": 2, "enrolment": 6, "inventory": 4, "catalogue": 2, "budget": 3}
    assert [(row.reason, row.rows, row.pupils) for row in told.left_out] == [("Tư thục", 3, 412)]
    vi = Words("vi")
    assert all(vi.has(f"unused.{u.reason}") for u in told.unused)


def test_a_whole_unit_moves_in_one_row(tmp_path: Path) -> None:
    """A row without a school moves all schools of the old unit but those that have a row of their own."""
    world = small().unit("v")
    for row in world.schools:
        row["unit"] = "old"
    world.school("c", pupils={3: [5, 5]}, unit="old")
    world.crosswalk = [
        {"unit_from": "old", "school_id": "", "unit_to": "u", "source": "t"},
        {"unit_from": "old", "school_id": "c", "unit_to": "v", "source": "t"},
    ]
    inputs = world.load(tmp_path)
    assert {code: (s.unit, s.unit_before) for code, s in inputs.schools.items()} == {
        "a": ("u", "old"),
        "b": ("u", "old"),
        "c": ("v", "old"),
    }
    assert [dict(h.came) for h in pose(inputs, ["u"], PACK).reconciliation.headcounts] == [{"old": 100}, {"old": 87}]


def test_money_of_a_unit_that_is_no_more_is_refused(tmp_path: Path) -> None:
    """Nobody shares an old unit's money out among the new ones unasked."""
    world = small().unit("v")
    world.units = [row for row in world.units if row["unit"] == "v"]
    world.crosswalk = [{"unit_from": "u", "school_id": "", "unit_to": "v", "source": "t"}]
    with pytest.raises(FaultyInput) as told:
        world.load(tmp_path)
    assert {(f.code, f.row) for f in told.value.faults} == {("money_of_old_unit", 2), ("money_of_old_unit", 3)}


def test_a_unit_that_loses_all_its_schools_is_told(tmp_path: Path) -> None:
    """A unit whose schools have all moved away, and that still is a unit, would keep its money for nobody."""
    world = small().unit("v").fund("rest", [500_000_000, 0])
    world.crosswalk = [{"unit_from": "u", "school_id": "", "unit_to": "v", "source": "t"}]
    with pytest.raises(FaultyInput) as told:
        world.load(tmp_path)
    assert {(f.code, f.file, f.found) for f in told.value.faults} == {("crosswalk_emptied", "units.csv", "u")}


def test_rows_may_end_before_their_blank_cells(tmp_path: Path) -> None:
    """A row whose last cells are blank may leave them out, whatever column stands last."""
    folder = small().write(tmp_path)
    lines = [line.split(",") for line in (folder / "budget.csv").read_text(encoding="utf-8").splitlines()]
    at = lines[0].index("unit")
    moved = [[*line[:at], *line[at + 1 :], line[at]] for line in lines]
    moved.append([*moved[1][:-1]])
    moved[-1][moved[0].index("fund")] = "shared"
    (folder / "budget.csv").write_text("".join(f"{','.join(line)}\n" for line in moved), encoding="utf-8")
    inputs = load(folder)
    assert {(g.unit, g.fund) for g in inputs.budget} == {("u", "main"), (None, "shared")}
    assert posed(inputs).reconciliation.read["budget"] == 3
