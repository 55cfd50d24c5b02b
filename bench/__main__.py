"""Measure all rows, print the table, keep the numbers: ``python -m bench [--quick] [--only WORD] [--out FILE]``."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from bench.alone import LONGEST, RowError, alone
from bench.lines import Line, aligned, exponent, machine

SEED = 1
SIZES = (60, 250, 700, 2_500, 25_000)


class Bench:
    """One run: what was measured so far, and how many rounds each row takes."""

    def __init__(self, *, quick: bool) -> None:
        """Start with nothing measured."""
        self.quick, self.lines, self.raw = quick, list[Line](), dict[str, Any]()

    def measure(self, name: str, row: str, *, longest: float = LONGEST, **given: Any) -> Any:
        """Return what a row answers in an interpreter of its own, and keep it with what was asked."""
        found = alone(row, longest=longest, **given)
        self.raw.setdefault(name, []).append({"row": row, **given, "found": found})
        return found

    def lever(self) -> Iterator[Line]:
        """A lever is moved: how soon the linear solution follows."""
        for kind, least in (("reference", 20), ("full", 8)):
            work = f"60 schools, {kind}: a lever moved"
            seconds = _medians(
                self.measure("lever", "lever", kind=kind, seed=SEED, schools=60, rounds=1 if self.quick else 5)
            )
            yield Line(work, "ours", 1000 * seconds["ours"], "ms")
            yield Line(work, "against highspy's own re-solve", seconds["ours"] / seconds["bare"], "x", most=3)
            yield Line(work, "faster than PuLP anew", seconds["stock"] / seconds["ours"], "x", least=least)

    def desk(self) -> Iterator[Line]:
        """A slider of the planner's desk in a real browser, until the chart is repainted."""
        seconds = _medians(self.measure("desk", "repaint", rounds=8 if self.quick else 40))
        work = "Hiệp Hoà on the desk: a slider moved"
        yield Line(work, "chart repainted", 1000 * seconds["desk"], "ms")
        yield Line(work, "against a slider that draws it", seconds["desk"] / seconds["bare"], "x", most=1.5)
        yield Line(work, "against a picture that is there", seconds["desk"] / seconds["still"], "x")

    def linear(self) -> Iterator[Line]:
        """A province's linear solution, from nouns in memory."""
        work = "700 schools, linear"
        seconds = _medians(self.measure("linear", "linear", seed=SEED, schools=700, rounds=1 if self.quick else 5))
        linopy = min(seconds["linopy"], seconds["linopy by file"])
        yield Line(work, "ours, from a problem", seconds["ours"], "s")
        yield Line(work, "against highspy on arrays", seconds["ours"] / seconds["bare"], "x", most=2.5)
        yield Line(work, "against its interior point", seconds["ours"] / seconds["bare, interior point"], "x")
        yield Line(work, "faster than linopy", linopy / seconds["ours"], "x", least=8)
        yield Line(work, "ours, from the nouns", seconds["ours from nouns"], "s")
        yield Line(
            work, "against highspy from the nouns", seconds["ours from nouns"] / seconds["bare from nouns"], "x"
        )

    def district(self) -> Iterator[Line]:
        """Whole machines of a district, all rungs: the median of many worlds."""
        worlds = range(SEED, SEED + (3 if self.quick else 20))
        for kind, limit in (("reference", 3.0), ("full", 15.0)):
            work = f"60 schools, {kind}: whole machines"
            found = [self.measure("district", "whole", kind=kind, schools=60, seed=s, seconds=limit) for s in worlds]
            missing = [f["rungs"]["missing"] for f in found]
            if kind == "reference":
                short = median(m["value"] - m["bound"] for m in missing)
                yield Line(work, "`missing` from its bound, median", short, "machines", most=1)
            else:
                yield Line(work, "gap of `missing`, median", median(m["gap"] for m in missing), most=5e-3)
                yield Line(work, "gap of `missing`, worst", max(m["gap"] for m in missing))
            yield Line(work, "all rungs, median", median(f["solve"] for f in found), "s", most=limit)
            yield Line(work, "all rungs, worst", max(f["solve"] for f in found), "s")

    def province(self) -> Iterator[Line]:
        """Whole machines of a province."""
        for kind, gap, limit in (("reference", 5e-4, 15.0), ("full", 0.02, 60.0)):
            work = f"700 schools, {kind}: whole machines"
            found = self.measure("province", "whole", kind=kind, schools=700, seed=SEED, seconds=limit)
            yield Line(work, "gap of `missing`", found["rungs"]["missing"]["gap"], most=gap)
            yield Line(work, "largest gap of all rungs", max(rung["gap"] for rung in found["rungs"].values()))
            yield Line(work, "all rungs", found["solve"], "s", most=limit)
            yield Line(work, "memory", found["megabytes"], "MB")

    def futures(self) -> Iterator[Line]:
        """A plan of a district in 200 futures: carried on, the best with each known, some first years tried."""
        for kind in ("reference", "full"):
            found = self.measure("futures", "futures", kind=kind, schools=60, seed=SEED, count=200)
            work = f"60 schools, {kind}: 200 futures"
            yield Line(work, "first years tried", found["tried"])
            yield Line(work, "linear", found["seconds"], "s", most=60)
            yield Line(work, "linear, of the processor", found["processor"], "s")

    def sizes(self) -> Iterator[Line]:
        """Time and memory by size; a country of 25,000 schools under one fund is the largest."""
        times, memories = [], []
        for schools in SIZES[:-1] if self.quick else SIZES:
            found = self.measure("sizes", "size", who="ours", seed=SEED, schools=schools)
            yield Line(f"{schools:,} schools, one fund", "pose", found["read"], "s")
            yield Line(f"{schools:,} schools, one fund", "linear solution", found["solve"], "s")
            yield Line(f"{schools:,} schools, one fund", "memory", found["megabytes"], "MB")
            times.append((schools, found["read"] + found["solve"]))
            memories.append((schools, found["megabytes"] - found["before"]))
        if not self.quick:
            yield from self._country(SIZES[-1], found)
        yield Line("growth with the schools", "time, exponent", exponent(times))
        yield Line("growth with the schools", "memory, exponent", exponent(memories))

    def _country(self, schools: int, ours: dict[str, Any]) -> Iterator[Line]:
        """The largest beside highspy's best method: simplex has lost where it needs more than the interior point."""
        best, who = self.measure("sizes", "size", who="ipm", seed=SEED, schools=schools), "interior point"
        try:
            given = {"seed": SEED, "schools": schools, "seconds": best["solve"]}
            best, who = self.measure("sizes", "size", who="simplex", **given), "simplex"
        except RowError as error:
            self.raw["sizes"].append({"who": "simplex", "lost": str(error)})
        work = f"{schools:,} schools, one fund"
        yield Line(work, f"against highspy's {who}", ours["solve"] / best["solve"], "x", most=2)
        everything = (ours["read"] + ours["solve"]) / (best["read"] + best["solve"])
        yield Line(work, "the same, from the nouns", everything, "x")
        yield Line(work, f"memory of highspy's {who}", best["megabytes"], "MB")

    def proof(self) -> Iterator[Line]:
        """A plan is checked without the solver: every rule, every dong, and what none can miss less than."""
        given = {"seed": SEED, "schools": 700, "purchases": 10_000, "rounds": 3 if self.quick else 11}
        seconds = _medians(self.measure("proof", "proof", **given))
        work = "10,000 purchases checked, with the bound"
        yield Line(work, "ours, of the processor", seconds["ours"], "s", most=0.5)

    def reports(self) -> Iterator[Line]:
        """Reports of many plans, two at a time, against a loop of the stock command; they show the same."""
        sizes = [4, 12, 24, 40] if self.quick else list(range(6, 66, 2))
        found = self.measure("reports", "reports", longest=4 * LONGEST, seed=SEED, sizes=sizes)
        work, seconds = f"{len(sizes)} reports, {sizes[0]} to {sizes[-1]} schools", found["seconds"]
        least = None if self.quick else 6  # of few reports, what each of the two workers loads is most
        yield Line(work, "ours", seconds["ours"], "s")
        yield Line(work, "faster than the papermill command", seconds["stock"] / seconds["ours"], "x", least=least)
        for part, took in found["of_one"].items():
            yield Line(work, f"of one: {part}", 1000 * took, "ms")

    def batch(self) -> Iterator[Line]:
        """A whole run: units that share a fund planned as one, each with its report, and what all come to."""
        units = ("son-dong", "yen-the") if self.quick else ("son-dong", "yen-the", "viet-yen", "yen-dung")
        found = self.measure("whole run", "whole_run", longest=4 * LONGEST, units=units)
        yield Line(f"{len(units)} units, solved and rendered", "ours", found["seconds"], "s")

    def imports(self) -> Iterator[Line]:
        """How soon the library is there."""
        seconds = _medians(self.measure("imports", "imports", rounds=3 if self.quick else 11))
        yield Line("import provision", "ours", 1000 * seconds["ours"], "ms")
        yield Line("import provision", "against import pandas", seconds["ours"] / seconds["pandas"], "x", most=1.3)
        yield Line("import provision", "with all that planning loads", 1000 * seconds["planning"], "ms")


ROWS: tuple[Callable[[Bench], Iterator[Line]], ...] = (
    Bench.imports,
    Bench.proof,
    Bench.lever,
    Bench.desk,
    Bench.linear,
    Bench.district,
    Bench.province,
    Bench.futures,
    Bench.sizes,
    Bench.reports,
    Bench.batch,
)


def main() -> int:
    """Return 0 where every row could be measured; a missed target is told, no failure."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and worlds, and no country")
    parser.add_argument("--only", default="", metavar="ROW", help="one of " + ", ".join(r.__name__ for r in ROWS))
    parser.add_argument("--out", type=Path, default=Path("out/bench.json"), metavar="FILE")
    asked = parser.parse_args()
    bench, on, start, failed = Bench(quick=asked.quick), machine(), time.monotonic(), {}
    for row in (r for r in ROWS if asked.only in ("", r.__name__)):
        print(f"{time.monotonic() - start:5.0f} s  {(row.__doc__ or '').splitlines()[0]}", flush=True)
        try:
            for line in row(bench):
                bench.lines.append(line)
        except RowError as error:
            failed[row.__name__] = str(error)
    took = time.monotonic() - start
    print(f"\n{aligned(bench.lines)}\n")
    for row_name, error in failed.items():
        print(f"not measured: {row_name}: {error}")
    print(f"{on['processor']}, {on['cores']} cores; {took:.0f} s; {asked.out}")
    if on["load_before"] > on["cores"] / 2:
        print(f"the machine was busy before (load {on['load_before']}): trust the ratios, not the seconds")
    lines = [asdict(line) | {"met": line.met} for line in bench.lines]
    told = {"machine": on, "quick": asked.quick, "seed": SEED, "seconds": round(took, 1), "lines": lines}
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(told | {"failed": failed, "measured": bench.raw}, indent=1) + "\n", "utf-8")
    return 1 if failed else 0


def _medians(found: dict[str, Any]) -> dict[str, float]:
    """Return the median seconds by who took them."""
    return {who: median(seconds) for who, seconds in found["seconds"].items()}


if __name__ == "__main__":
    raise SystemExit(main())
