"""A batch that is killed, starved of disk or robbed of its workers: nothing half-written, all made later."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import psutil
import pytest
import tomli_w
from folders import packed
from test_apart import province
from test_batch import contents
from worlds import roadmap

from provision.questions.verify import verify
from provision.store.fingerprints import hashes_of

pytestmark = pytest.mark.long

_MAIN = [sys.executable, "-c", "import sys; from provision.commands import main; sys.exit(main())"]
_SOON = 30.0
"""Seconds in which something must have happened on a busy machine."""


class Ground:
    """Two units that share a fund, the command that renders them, and what it makes undisturbed."""

    def __init__(self, folder: Path) -> None:
        self.data = province().write(folder / "số liệu ' \" & <của> tỉnh")
        pack = folder / "test.toml"
        pack.write_text(tomli_w.dumps(packed(roadmap({0: [3]}))), encoding="utf-8")
        self.render = [*_MAIN, "render", str(self.data), "--roadmap", str(pack), "--ask", "next", "--resume"]
        self.whole = folder / "whole"
        started = time.monotonic()
        self.run(self.whole, "--jobs", "2")
        self.seconds = time.monotonic() - started

    def start(self, out: Path, *rest: str, limit: int | None = None) -> subprocess.Popen[str]:
        """Start the batch in a session of its own; no file may grow beyond ``limit`` bytes."""

        def starve() -> None:
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        return subprocess.Popen(
            [*self.render, "--out", str(out), *rest],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=starve,
        )

    def run(self, out: Path, *rest: str, exits: int = 0, limit: int | None = None) -> str:
        """Run the batch to its end and return what it told."""
        process = self.start(out, *rest, limit=limit)
        said, told = process.communicate(timeout=600)
        assert process.returncode == exits, said + told
        return said + told

    def is_whole(self, out: Path) -> bool:
        """Say whether a folder has what an undisturbed batch makes, byte for byte."""
        return contents(out) == contents(self.whole)


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """Return the ground of all these tests, which none of them changes."""
    return Ground(tmp_path_factory.mktemp("ground"))


def below(process: psutil.Process) -> list[psutil.Process]:
    """Return all processes a process has begun, and those begun by them."""
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def gone(processes: list[psutil.Process]) -> bool:
    """Say whether all processes end soon."""
    _, alive = psutil.wait_procs(processes, timeout=_SOON)
    return not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]


def told(out: Path) -> dict[str, dict[str, str]]:
    """Return the files that a batch's manifest says are there, by folder."""
    if not (out / "manifest.json").exists():
        return {}
    reports = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["reports"]
    return {name: row["outputs"] for name, row in reports.items()}


def kill_at_random(ground: Ground, out: Path, kills: int, seed: int) -> None:
    """Kill the batch at random moments, look each time, then let it end."""
    r = Random(seed)
    for _ in range(kills):
        process = ground.start(out, "--jobs", "2")
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=r.random() * ground.seconds)
        running = [psutil.Process(process.pid), *below(psutil.Process(process.pid))] if process.poll() is None else []
        process.kill()
        process.communicate()
        assert gone(running[1:])
        for name, files in told(out).items():
            assert hashes_of(out / name) == files  # what was said to be whole is whole
        for plan in out.glob("*/*/plan.json"):
            assert plan.parent.name.startswith(".") or verify(plan.parent).holds
    ground.run(out, "--jobs", "2")
    assert ground.is_whole(out)
    assert not list(out.rglob("*.part"))


def test_a_batch_killed_ten_times_ends_as_if_undisturbed(ground: Ground, tmp_path: Path) -> None:
    """After each kill what is there is whole and nobody runs on; the last run ends with the bytes of one alone."""
    kill_at_random(ground, tmp_path / "out", 10, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 21))
def test_a_batch_killed_many_times_ends_as_if_undisturbed(ground: Ground, tmp_path: Path, seed: int) -> None:
    """The same for 190 kills more."""
    kill_at_random(ground, tmp_path / "out", 10, seed=seed)


def test_a_killed_kernel_costs_one_report(ground: Ground, tmp_path: Path) -> None:
    """The report it was for is told as not made, the others are made; a second run makes it."""
    out = tmp_path / "out"
    process = ground.start(out, "--jobs", "1")
    for kernel in kernels(process):
        time.sleep(0.5)  # it has begun to run cells by then
        if kernel.is_running() and kernel.status() != psutil.STATUS_ZOMBIE:
            kernel.send_signal(signal.SIGKILL)
            break
    _, said = process.communicate(timeout=600)
    assert process.returncode == 1
    assert "Không lập được" in said
    assert sorted(name for name in told(out) if "/together" not in name) != []
    assert not (out / "base" / "a" / "report.html").exists() or not (out / "base" / "b" / "report.html").exists()
    ground.run(out, "--jobs", "1")
    assert ground.is_whole(out)


def kernels(process: subprocess.Popen[str]) -> Iterator[psutil.Process]:
    """Yield the kernels of a batch as they appear: what the warm process forked, or what was started for Jupyter."""
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        for child in below(psutil.Process(process.pid)):
            with suppress(psutil.NoSuchProcess):
                line, parent = " ".join(child.cmdline()), child.parent()
                warm = parent is not None and "provision.kernels.warm" in " ".join(parent.cmdline())
                if "ipykernel_launcher" in line or warm:
                    yield child
        time.sleep(0.05)


@pytest.mark.parametrize("limit", [50_000, 1_000])
def test_a_full_disk_loses_nothing(ground: Ground, tmp_path: Path, limit: int) -> None:
    """Where no file can grow beyond a few bytes nothing new is made, and what was there is there."""
    out = tmp_path / "out"
    shutil.copytree(ground.whole, out)
    ground.run(out, "--ask", "next,least", exits=1, limit=limit)  # one more question: every report is to be made anew
    assert {name: text for name, text in contents(out).items() if not name.startswith(("index", "manifest"))} == {
        name: text for name, text in contents(ground.whole).items() if not name.startswith(("index", "manifest"))
    }
    ground.run(out)
    assert ground.is_whole(out)


@contextmanager
def scheduler(folder: Path, *, threads: int = 1) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Yield the address of a Dask scheduler with two worker processes, and these."""
    meeting = folder / "scheduler.json"

    def start(what: str, *rest: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--scheduler-file", str(meeting)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([*command, "--no-dashboard", *rest], cwd=folder, **quiet)  # type: ignore[call-overload,no-any-return]

    running = [start("scheduler", "--host", "127.0.0.1", "--port", "0")]
    try:
        until = time.monotonic() + _SOON
        while not meeting.exists() and time.monotonic() < until:
            time.sleep(0.1)
        running += [start("worker", "--nthreads", str(threads), "--no-nanny") for _ in range(2)]
        yield json.loads(meeting.read_text(encoding="utf-8"))["address"], running[1:]
    finally:
        for process in running:
            process.kill()
            process.wait()


def test_a_cluster_makes_the_same_and_a_killed_worker_costs_time(ground: Ground, tmp_path: Path) -> None:
    """Two workers of a scheduler do what two processes do, to the byte, also where one is killed in the middle."""
    out = tmp_path / "out"
    with scheduler(tmp_path) as (address, workers):
        time.sleep(5)  # both are to be there
        process = ground.start(out, "--dask", address)
        until = time.monotonic() + 120
        while not list(out.glob("base/*/.*.part")) + list(out.glob("base/.*.part")) and time.monotonic() < until:
            time.sleep(0.05)
        workers[0].send_signal(signal.SIGKILL)
        said, told = process.communicate(timeout=600)
        assert process.returncode == 0, said + told
    assert ground.is_whole(out)


def test_workers_with_several_threads_are_refused(ground: Ground, tmp_path: Path) -> None:
    """A process is in one folder at a time, and a notebook runs in its own: it is told how to start workers."""
    with scheduler(tmp_path, threads=2) as (address, _):
        time.sleep(5)
        assert "--nthreads 1" in ground.run(tmp_path / "out", "--dask", address, exits=1)
