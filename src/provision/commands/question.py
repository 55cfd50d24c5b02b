"""What every command that plans asks for: data, units, roadmap, scenario, moved levers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from provision.domain.inputs import Inputs
from provision.domain.roadmap import Roadmap
from provision.domain.years import parse_school_year
from provision.errors import Fault, FaultyInput
from provision.intake import load, read_roadmap
from provision.posing import default_roadmap
from provision.posing.alone import refuse_unknown
from provision.store.summary import MARK, read_summary
from provision.text import Words


def declare_data(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the data folder."""
    parser.add_argument("data", metavar="DATA", type=Path, help=words("command.data"))
    declare_mapping(parser, words)


def declare_mapping(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare by which mapping somebody else's tables are read as ours."""
    parser.add_argument("--mapping", metavar="FILE", help=words("command.mapping"))


def declare_roadmap(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the roadmap pack."""
    parser.add_argument("--roadmap", metavar="R", help=words("command.roadmap"))


def declare_levers(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare levers moved one by one."""
    parser.add_argument("--set", metavar="LEVER=VALUE", action="append", default=[], help=words("command.set"))


def declare_freeze(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the purchases of years carried out."""
    parser.add_argument("--freeze", metavar="FILE", help=words("command.freeze"))
    parser.add_argument("--until", metavar="YEAR", help=words("command.until"))


def declare_second_opinion(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare that what is solved is solved a second time."""
    parser.add_argument("--second-opinion", action="store_true", help=words("command.second_opinion"))


@contextmanager
def doubted(options: argparse.Namespace, words: Words) -> Iterator[None]:
    """Have what is solved inside solved a second time where that is asked for, and tell that both ways agree.

    Raises
    ------
    Disagreement
        Where they do not.
    """
    if not options.second_opinion:
        yield
        return
    from provision.model.doubt import second_opinion  # the solver is loaded only where it is needed

    with second_opinion(lambda rung: tell("  " + words("second.rung", rung=words(f"rung.{rung}")))) as opinion:
        yield
    found = [words("second.programs", count=opinion.linear)] if opinion.linear else []
    found += [words("second.searches", count=opinion.searches)] if opinion.searches else []
    found += [words("second.rungs", count=opinion.rungs, proven=opinion.proven)] if opinion.rungs else []
    found += [words("second.silent", count=opinion.silent)] if opinion.silent else []
    tell(words("second.agrees", found="; ".join(found) or words("second.nothing")))


def units_of(asked: str, inputs: Inputs) -> tuple[str, ...]:
    """Return who is asked for: ``all`` units, or codes of units or schools split by commas, each once.

    Raises
    ------
    ProvisionError
        Where one of them is not in the data, or none is asked for.
    """
    codes = list(inputs.units) if asked == "all" else [code.strip() for code in asked.split(",") if code.strip()]
    refuse_unknown(inputs, codes or [asked])
    return tuple(dict.fromkeys(codes))


def read_question(options: argparse.Namespace) -> tuple[Inputs, tuple[str, ...], str, Roadmap]:
    """Return the inputs, the units, the name their roadmap is read by, and the roadmap."""
    inputs = load(options.data, mapping=options.mapping, freeze=options.freeze, until=_until(options.until))
    units = units_of(options.unit, inputs)
    name = options.roadmap or _own_roadmap(options.data) or default_roadmap(inputs, units)
    return inputs, units, name, read_roadmap(name)


def _own_roadmap(data: Path) -> str | None:
    """Return the pack kept with a plan's own inputs: a plan is planned again by what it was planned by."""
    if data.resolve().name != "inputs" or not (data.resolve().parent / MARK).is_file():
        return None
    return str(data / "roadmap" / f"{read_summary(data.resolve().parent)['roadmap']['id']}.toml")


def _until(written: str | None) -> int | None:
    """Return the first year of the last school year carried out.

    Raises
    ------
    FaultyInput
        Where it is not written like 2018-2019.
    """
    try:
        return None if written is None else parse_school_year(written)
    except ValueError:
        raise FaultyInput([Fault("school_year", "--until", found=written or "")]) from None


def tell(*lines: str) -> None:
    """Say something to the person at the terminal, beside the results."""
    print(*lines, sep="\n", file=sys.stderr, flush=True)
