"""Need by hand: pupils, ratios and phases -> whole machines, in exact fractions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from worlds import World, roadmap, year

import provision
from provision.demand import grades_taught, levels_in_force, machines_needed, need_of_pupils, pupils_counted
from provision.domain.problem import PUPIL_COMPUTER, Problem
from provision.domain.roadmap import Phase, Roadmap
from provision.domain.scenario import Scenario
from provision.domain.school import grades_of_level, level_of_grade

RATIOS = {"primary": Fraction(24), "lower_secondary": Fraction(16)}
PILOT = ("th-duc-thang-1", "th-duc-thang-2", "th-hoang-luong", "th-thi-tran")
PILOT_PUPILS = 539

steady = settings(derandomize=True, max_examples=60, deadline=None)
splits = st.lists(st.integers(0, PILOT_PUPILS), min_size=3, max_size=3).map(
    lambda cuts: [b - a for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), PILOT_PUPILS], strict=True)]
)
counted = st.dictionaries(
    st.sampled_from("abcdef"),
    st.dictionaries(st.sampled_from(["primary", "lower_secondary"]), st.integers(0, 400), min_size=1),
    min_size=1,
)


def posed(world: World, pack: Roadmap, folder: Path, **levers: object) -> Problem:
    """Return the problem of a world, with a little money so that there is a horizon."""
    if not world.budget:
        world.fund("main", [0, 0])
    return provision.pose(world.load(folder / "data"), ["u"], pack, Scenario(**levers))


def needs(problem: Problem) -> dict[tuple[str, int], int]:
    """Return the mandatory machines by school and number of the year."""
    return {(s, y - problem.years[0]): d.mandatory for (s, _, y), d in problem.demand.items()}


def pilot_need(split: list[int], rounding: str) -> int:
    """Return the machines of the four pilot schools for one split of their pupils."""
    pupils = {school: {"primary": n} for school, n in zip(PILOT, split, strict=True)}
    return sum(machines_needed(pupils, RATIOS, rounding).values())


def test_the_pilot_year_needs_25_machines(bac_giang: Path) -> None:
    """The shipped split 145, 144, 104, 146 needs 7 + 6 + 5 + 7 = 25 machines in 2017-2018, no other school any."""
    problem = provision.pose(provision.load(bac_giang), ["hiep-hoa"], provision.read_roadmap("hiep-hoa-2017"))
    first = {s: d.mandatory for (s, item, y), d in problem.demand.items() if y == 2017 and item == PUPIL_COMPUTER}
    assert first == dict(zip(PILOT, (7, 6, 5, 7), strict=True))
    assert problem.basis_need["covered", 2017] == 25


@steady
@given(splits)
@example([1, 1, 1, 536])
@example([168, 168, 168, 35])
def test_any_split_of_the_pilot_needs_23_to_26_machines(split: list[int]) -> None:
    """Guidance 495 gives 539 pupils in four schools but no split; any split needs 23, 24, 25 or 26 machines.

    539 / 24 = 22.46, so 23 would do were the pupils together. Each school rounds up by at most 23/24 of a
    machine: four schools need at most 22.46 + 4 x 23/24 = 26.29, that is 26.
    """
    assert 23 <= pilot_need(split, "level") <= 26


@pytest.mark.parametrize(
    ("split", "machines"), [([168, 168, 168, 35], 23), ([145, 144, 146, 104], 25), ([1, 1, 1, 536], 26)]
)
def test_both_ends_of_the_pilot_are_reached(split: list[int], machines: int) -> None:
    """7 + 7 + 7 + 2 = 23 where three schools fill their machines; 1 + 1 + 1 + 23 = 26 where three have one pupil."""
    assert pilot_need(split, "level") == machines


@steady
@given(splits)
def test_the_pooled_pilot_needs_exactly_23_machines(split: list[int]) -> None:
    """Pooled over the unit and rounded once, 539 pupils need 23 machines however they are split."""
    assert pilot_need(split, "none") == 23


@pytest.mark.parametrize(("pupils", "machines"), [(0, 0), (1, 1), (24, 1), (25, 2), (48, 2), (49, 3)])
def test_a_school_rounds_up(pupils: int, machines: int) -> None:
    """24 pupils need one machine, the 25th needs a second; no pupils need none."""
    assert machines_needed({"a": {"primary": pupils}}, RATIOS, "level") == {"a": machines}


@pytest.mark.parametrize(("rounding", "machines"), [("level", 4), ("school", 3), ("none", 3)])
def test_a_combined_school_uses_both_ratios(rounding: str, machines: int) -> None:
    """30 / 24 = 1.25 and 20 / 16 = 1.25: rounded by level 2 + 2, rounded as one school 2.5 -> 3."""
    here = {"a": {"primary": 30, "lower_secondary": 20}}
    assert machines_needed(here, RATIOS, rounding) == {"a": machines}


def test_the_largest_remainder_gets_the_pooled_machine() -> None:
    """25, 40 and 30 pupils are 1.04, 1.67 and 1.25 machines, 3.96 -> 4 in all: the fourth goes to 0.67."""
    pupils = {"a": {"primary": 25}, "b": {"primary": 40}, "c": {"primary": 30}}
    assert machines_needed(pupils, RATIOS, "none") == {"a": 1, "b": 2, "c": 1}


def test_equal_remainders_go_to_the_first_code() -> None:
    """Three schools of 40 pupils need 5 pooled machines; the two spare ones go to the first two codes."""
    pupils = {code: {"primary": 40} for code in "cba"}
    assert machines_needed(pupils, RATIOS, "none") == {"a": 2, "b": 2, "c": 1}


@steady
@given(counted)
def test_pooling_loses_no_machine(pupils: dict[str, dict[str, int]]) -> None:
    """Pooled machines add up to the pooled need, and no school is a whole machine off its exact share."""
    exact = {s: sum(Fraction(n) / RATIOS[level] for level, n in by.items()) for s, by in pupils.items()}
    spread = machines_needed(pupils, RATIOS, "none")
    assert sum(spread.values()) == ceil(sum(exact.values()))
    assert all(abs(spread[s] - exact[s]) < 1 for s in pupils)


@steady
@given(counted)
def test_coarser_rounding_never_needs_more(pupils: dict[str, dict[str, int]]) -> None:
    """Rounding by level needs at least what rounding by school does, and that at least the pooled need."""
    level, school, none = (sum(machines_needed(pupils, RATIOS, how).values()) for how in ("level", "school", "none"))
    assert level >= school >= none


@steady
@given(counted, st.sampled_from("abcdef"), st.integers(1, 100))
def test_more_pupils_never_need_fewer_machines(pupils: dict[str, dict[str, int]], code: str, more: int) -> None:
    """A school that grows needs at least as many machines, and no other school is touched."""
    grown = {**pupils, code: {**pupils.get(code, {}), "primary": pupils.get(code, {}).get("primary", 0) + more}}
    before, after = machines_needed(pupils, RATIOS, "level"), machines_needed(grown, RATIOS, "level")
    assert after[code] >= before.get(code, 0)
    assert {s: n for s, n in after.items() if s != code} == {s: n for s, n in before.items() if s != code}


def test_a_written_ratio_is_meant_exactly(tmp_path: Path) -> None:
    """12 pupils at 1.2 pupils a machine are exactly 10 machines; the nearest binary number would make 11."""
    world = World().unit().school("a", pupils={3: [12, 12]})
    assert needs(posed(world, roadmap({0: [3]}), tmp_path, primary_ratio=1.2)) == {("a", 0): 10, ("a", 1): 10}


def test_grades_belong_to_one_level() -> None:
    """Grades 1-5 are primary, 6-9 lower secondary, and every grade is one of them."""
    levels = {grade: level_of_grade(grade) for grade in range(1, 10)}
    assert [g for g in levels if levels[g] == "primary"] == list(grades_of_level("primary")) == [1, 2, 3, 4, 5]
    assert [g for g in levels if levels[g] == "lower_secondary"] == list(grades_of_level("lower_secondary"))


def test_covered_counts_the_grades_taught() -> None:
    """With grade 3 taught, 24 pupils in each of grades 1-5 count as 24."""
    assert pupils_counted(dict.fromkeys(range(1, 6), 24), frozenset({3}), "covered") == {"primary": 24}


def test_enrolled_counts_the_level_once_a_grade_is_taught() -> None:
    """With grade 3 taught, the enrolled basis counts all of grades 1-5, and still nobody of grades 6-9."""
    everyone = dict.fromkeys(range(1, 10), 24)
    assert pupils_counted(everyone, frozenset({3}), "enrolled") == {"primary": 120}
    assert pupils_counted(everyone, frozenset({3, 9}), "enrolled") == {"primary": 120, "lower_secondary": 96}


@steady
@given(st.dictionaries(st.integers(1, 9), st.integers(0, 99)), st.frozensets(st.integers(1, 9)))
def test_enrolled_never_counts_fewer(pupils: dict[int, int], grades: frozenset[int]) -> None:
    """The enrolled basis counts at least the pupils the covered basis does, in the same levels."""
    covered, enrolled = pupils_counted(pupils, grades, "covered"), pupils_counted(pupils, grades, "enrolled")
    assert covered.keys() == enrolled.keys()
    assert all(enrolled[level] >= n for level, n in covered.items())


def test_both_bases_are_told(tmp_path: Path) -> None:
    """24 pupils in each of grades 1-5 need 1 machine covered and 5 enrolled; the lever says which one is planned."""
    world = World().unit().school("a", pupils={g: [24, 24] for g in range(1, 6)})
    problem = posed(world, roadmap({0: [3]}), tmp_path, ratio_basis="enrolled")
    assert needs(problem) == {("a", 0): 5, ("a", 1): 5}
    assert (problem.basis_need["covered", 2017], problem.basis_need["enrolled", 2017]) == (1, 5)


def test_optional_grades_come_on_top(tmp_path: Path) -> None:
    """30 pupils need 2 machines; 30 more in an optional grade make 60, that is 3: one optional machine."""
    world = World().unit().school("a", pupils={3: [30, 30], 4: [30, 30]})
    demand = posed(world, roadmap({0: [3]}, optional={0: [4]}), tmp_path).demand["a", PUPIL_COMPUTER, 2017]
    assert (demand.mandatory, demand.optional, demand.pupils) == (2, 1, 30)


def test_optional_pupils_may_fit_the_mandatory_machines(tmp_path: Path) -> None:
    """30 pupils leave room for 18 more on their 2 machines: 18 in an optional grade need none on top."""
    world = World().unit().school("a", pupils={3: [30, 30], 4: [18, 18]})
    demand = posed(world, roadmap({0: [3]}, optional={0: [4]}), tmp_path).demand["a", PUPIL_COMPUTER, 2017]
    assert (demand.mandatory, demand.optional) == (2, 0)


def test_a_mandatory_grade_is_not_optional_as_well() -> None:
    """Where two phases of a year name a grade, mandatory wins."""
    phases = [Phase(2017, frozenset({3}), (), "mandatory", "1"), Phase(2017, frozenset({3, 4}), (), "optional", "1")]
    assert grades_taught(phases, "a", "mandatory") == {3}
    assert grades_taught(phases, "a", "optional") == {4}


def test_phases_of_one_year_unite_by_school() -> None:
    """A phase that names a school adds to the one for all, for that school alone."""
    phases = [
        Phase(2017, frozenset({3}), (), "mandatory", "1"),
        Phase(2017, frozenset({4}), ("a",), "mandatory", "1"),
    ]
    assert grades_taught(phases, "a", "mandatory") == {3, 4}
    assert grades_taught(phases, "b", "mandatory") == {3}


def test_the_current_programme_needs_nothing() -> None:
    """A grade in the programme already in force is neither mandatory nor optional."""
    phases = [Phase(2017, frozenset({3}), (), "current", "1")]
    assert not grades_taught(phases, "a", "mandatory") | grades_taught(phases, "a", "optional")


def test_a_phase_replaces_the_earlier_ones_and_the_last_stays() -> None:
    """Grades 3 then 6: in the first year grade 3 counts, from the second on only grade 6, before both none."""
    pack = roadmap({0: [3], 1: [6]})
    pupils = {("a", y, g): 48 for y in range(2016, 2021) for g in (3, 6)}
    rest = {"roadmap": pack, "ratios": RATIOS, "basis": "covered", "rounding": "level"}
    need = {y: need_of_pupils(pupils, ["a"], y, **rest).get("a", (0,))[0] for y in range(2016, 2021)}
    assert need == {2016: 0, 2017: 2, 2018: 3, 2019: 3, 2020: 3}


def test_only_levels_taught_ask_for_a_ratio() -> None:
    """A calendar of grade 3 needs the primary ratio alone; once grade 6 comes, also the other."""
    pack = roadmap({0: [3], 1: [3, 6]})
    assert levels_in_force(pack, [2017]) == {"primary"}
    assert levels_in_force(pack, [2017, 2018]) == {"primary", "lower_secondary"}


def named_only(code: str) -> Roadmap:
    """Return a calendar in which one named school teaches grade 3 and nobody else does."""
    pack = roadmap({0: [3]})
    return replace(pack, phases=tuple(replace(phase, schools=(code,)) for phase in pack.phases))


def test_a_named_phase_binds_the_named_school(tmp_path: Path) -> None:
    """Where the pilot names one school, that school needs machines and its neighbour of the same size none."""
    world = World().unit().school("a", pupils={3: [48, 48]}).school("b", pupils={3: [48, 48]})
    assert needs(posed(world, named_only("a"), tmp_path)) == {("a", 0): 2, ("a", 1): 2}


def test_a_named_phase_follows_the_merger(tmp_path: Path) -> None:
    """A pilot school that merges brings the pilot to its successor: 48 + 24 pupils need 3 machines there."""
    world = World().unit().school("a", pupils={3: [48]}, open_until=year(0), merged_into="b")
    world.school("b", pupils={3: [24, 72]})
    assert needs(posed(world, named_only("a"), tmp_path)) == {("a", 0): 2, ("b", 1): 3}


def test_mergers_move_pupils_before_rounding(tmp_path: Path) -> None:
    """Two schools of 25 pupils need 2 + 2 machines; merged, 50 pupils under the old code need 3 at the successor."""
    world = World().unit().school("a", pupils={3: [25, 50]}, open_until=year(0), merged_into="b")
    world.school("b", pupils={3: [25]})
    assert needs(posed(world, roadmap({0: [3]}), tmp_path)) == {("a", 0): 2, ("b", 0): 2, ("b", 1): 3}


def test_mergers_are_followed_twice(tmp_path: Path) -> None:
    """Where a merges into b and b into c, pupils still stated under a need their machines at c."""
    world = World().unit().fund("main", [0, 0, 0])
    world.school("a", pupils={3: [24, 48, 72]}, open_until=year(0), merged_into="b")
    world.school("b", pupils={3: [24]}, open_until=year(1), merged_into="c").school("c", pupils={3: [24, 24]})
    need = needs(posed(world, roadmap({0: [3]}), tmp_path))
    assert need == {("a", 0): 1, ("b", 0): 1, ("c", 0): 1, ("b", 1): 2, ("c", 1): 1, ("c", 2): 3}


@pytest.mark.parametrize(
    ("pupils", "growth", "counted_pupils"),
    [(100, 0.1, [100, 110, 121, 133]), (5, 0.1, [5, 6, 6, 7]), (100, -0.5, [100, 50, 25, 13]), (7, 0, [7, 7, 7, 7])],
)
def test_enrolment_growth_compounds_and_rounds_half_up(
    tmp_path: Path, pupils: int, growth: float, counted_pupils: list[int]
) -> None:
    """100 at 10 % are 110, 121, 133.1 -> 133; 5 are 5.5 -> 6, 6.05 -> 6, 6.66 -> 7; 12.5 -> 13: halves up."""
    world = World().unit().school("a", pupils={3: [pupils] * 4}).fund("main", [0] * 4)
    problem = posed(world, roadmap({0: [3]}), tmp_path, enrolment_growth=growth)
    assert [problem.demand["a", PUPIL_COMPUTER, y].pupils for y in problem.years] == counted_pupils


def test_enrolment_growth_rounds_each_row(tmp_path: Path) -> None:
    """Two grades of 5 pupils at 10 % are 6 + 6 = 12 a year later, not 11: each stated row is rounded."""
    world = World().unit().school("a", pupils={3: [5, 5], 4: [5, 5]})
    problem = posed(world, roadmap({0: [3, 4]}), tmp_path, enrolment_growth=0.1)
    assert problem.demand["a", PUPIL_COMPUTER, 2018].pupils == 12


def test_each_unit_pools_alone(tmp_path: Path) -> None:
    """Two units of 25 pupils each need 2 machines pooled on their own, 4 planned together: no machine is shared."""
    world = World().unit().unit("w").school("a", pupils={3: [25]}).school("b", pupils={3: [25]}, unit="w")
    world.fund("main", [0])
    inputs = world.load(tmp_path / "data")
    problem = provision.pose(inputs, ["u", "w"], roadmap({0: [3]}), Scenario(rounding="none"))
    assert needs(problem) == {("a", 0): 2, ("b", 0): 2}


def test_one_unit_pools_its_schools(tmp_path: Path) -> None:
    """Two schools of 25 pupils in one unit need 3 machines pooled: the second goes to the first code."""
    world = World().unit().school("a", pupils={3: [25, 25]}).school("b", pupils={3: [25, 25]})
    problem = posed(world, roadmap({0: [3]}), tmp_path, rounding="none")
    assert [needs(problem)[s, 0] for s in "ab"] == [2, 1]


def test_a_kindergarten_needs_no_pupil_computer(tmp_path: Path) -> None:
    """A kindergarten has no grades: it needs nothing and no pupils are asked of it."""
    world = World().unit().school("a", pupils={3: [24, 24]}).school("k", "kindergarten")
    assert {s for s, _ in needs(posed(world, roadmap({0: [3]}), tmp_path))} == {"a"}


def needed(pupils: dict[tuple[str, int], int], pack: Roadmap, basis: str = "covered") -> dict[str, tuple[int, ...]]:
    """Return need, optional need and pupils counted by school, in 2017, for pupils by school and grade."""
    return need_of_pupils(
        {(school, 2017, grade): n for (school, grade), n in pupils.items()},
        {school for school, _ in pupils},
        2017,
        roadmap=pack,
        ratios=RATIOS,
        basis=basis,
        rounding="level",
    )


def test_each_school_rounds_up_its_own_sum() -> None:
    """Two schools of 25 pupils need two machines each where a school is rounded up, and three in all when pooled."""
    pupils = {code: {"primary": 25} for code in "ab"}
    assert machines_needed(pupils, RATIOS, "school") == {"a": 2, "b": 2}
    assert machines_needed(pupils, RATIOS, "none") == {"a": 2, "b": 1}


def test_a_grade_mandatory_at_one_school_is_optional_at_the_others() -> None:
    """Grade 3 is mandatory at school a alone and optional for all: at a it is not optional as well."""
    phases = [Phase(2017, frozenset({3}), ("a",), "mandatory", "1"), Phase(2017, frozenset({3}), (), "optional", "1")]
    assert [grades_taught(phases, school, "optional") for school in "ab"] == [frozenset(), frozenset({3})]


def test_grades_optional_at_one_school_are_needed_there_alone() -> None:
    """Grade 4 is optional at school a: there 12 pupils need one machine on top; at b nobody asks."""
    pack = replace(
        roadmap({0: [3]}),
        phases=(
            Phase(2017, frozenset({3}), (), "mandatory", "1"),
            Phase(2017, frozenset({4}), ("a",), "optional", "1"),
        ),
    )
    pupils = {("a", 3): 24, ("a", 4): 12, ("b", 3): 24, ("b", 4): 12}
    assert needed(pupils, pack) == {"a": (1, 1, 24), "b": (1, 0, 24)}


def test_schools_with_optional_grades_alone_have_a_need_of_their_own() -> None:
    """Two schools teach grade 4 as conditions allow, 12 pupils each: one optional machine each, none mandatory."""
    pack = roadmap({0: [3]}, optional={0: [4]})
    assert needed({("a", 4): 12, ("b", 4): 12}, pack) == {"a": (0, 1, 0), "b": (0, 1, 0)}


def test_the_optional_need_counts_as_the_mandatory_one() -> None:
    """Enrolled, grade 6 as an option makes grade 7 count too: 32 pupils need two machines; covered, 16 need one."""
    pack = roadmap({0: [3]}, optional={0: [6]})
    pupils = {("a", 3): 24, ("a", 6): 16, ("a", 7): 16}
    assert needed(pupils, pack, "enrolled") == {"a": (1, 2, 24)}
    assert needed(pupils, pack, "covered") == {"a": (1, 1, 24)}


def test_grades_that_are_taught_already_ask_for_no_ratio() -> None:
    """Grade 6 is only told as taught today: no ratio of its level is needed."""
    phases = (Phase(2017, frozenset({3}), (), "mandatory", "1"), Phase(2017, frozenset({6}), (), "current", "1"))
    assert levels_in_force(replace(roadmap({0: [3]}), phases=phases), [2017]) == {"primary"}
