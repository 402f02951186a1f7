"""Groups of measurements; each makes rows, ready for JSON."""

from __future__ import annotations

import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from . import alone, cases
from .cases import Case
from .measure import ROOT, Project, engine_environ, watched
from .orgs import FAULTS, Orgs

__all__ = ["MEASURED", "Row"]

Row = dict[str, Any]
_REAL: dict[str, Any] = {"rate_limit": cases.RATE_LIMIT, "limit": 10}
"""A real org's limits."""


def compared(group: str, cli: Path) -> Iterator[Row]:
    """Our provider and the one that does nothing, by case and command."""
    for case in cases.COMPARED[group]:
        found: dict[str, list[tuple[Row, ...]]] = {name: [] for name, *_ in cases.STEPS}
        for _ in range(case.runs):
            lives = (
                life(case, "ours", cli),
                life(case, "nothing", cli),
                life(case, "nothing", cli, BENCH_MORE_THREADS="1"),
            )
            for (name, *_), *measured in zip(cases.STEPS, *lives, strict=True):
                found[name].append(tuple(measured))
        for name, runs in found.items():
            ours, nothing, floor = zip(*runs, strict=True)
            yield {
                **case.facts(name),
                "seconds": min(each["seconds"] for each in ours),
                "nothing": min(each["seconds"] for each in nothing),
                "floor": min(each["seconds"] for each in floor),
                **{
                    what: max(each[what] for each in ours)
                    for what in ("calls", "tokens", "program", "provider")
                },
            }


def life(case: Case, program: str, cli: Path, **environ: str) -> Iterator[Row]:
    """All commands of a stack, one after the other."""
    limits = _REAL if case.orgs > 1 else {}
    with tempfile.TemporaryDirectory() as folder, Orgs(case.orgs, case.latency, **limits) as orgs:
        project = _project(Path(folder), cli, case, orgs, program, **environ)
        for _, command, description in cases.STEPS:
            orgs.counts()
            measured = project.run(*command, *_parallel(case), description=description)
            yield {**asdict(measured), **orgs.counts()}


def _project(
    folder: Path, cli: Path, case: Case, orgs: Orgs, program: str = "ours", **more: str
) -> Project:
    environ = {
        **more,
        **orgs.environ,
        "BENCH_ORGS": str(case.orgs),
        "BENCH_EACH": str(case.each),
        "BENCH_LATENCY": str(case.latency),
        **({} if case.checkpoints else {"PULUMI_SKIP_CHECKPOINTS": "true"}),
    }
    return Project(folder, cli, program, environ)


def _parallel(case: Case) -> list[str]:
    return ["--parallel", str(case.parallel)] if case.parallel else []


def stacks(group: str, cli: Path) -> Iterator[Row]:
    """A stack for each org, by the Automation API."""
    case = cases.STACKS[group]
    with tempfile.TemporaryDirectory() as folder, Orgs(case.orgs, case.latency, **_REAL) as orgs:
        # the SDK leaves a temporary folder behind for each stack
        environ = {**engine_environ(Path(folder), cli), **orgs.environ, "TMPDIR": folder}
        for name in ("create", "no-op", "refresh", "destroy"):
            orgs.counts()
            command = [sys.executable, "-m", "tests.bench.stacks", name, f"{case.orgs}"]
            measured = watched([*command, f"{case.each}"], ROOT, environ)
            yield {
                **case.facts(name),
                "at_once": cases.STACKS_AT_ONCE,
                **asdict(measured),
                **orgs.counts(),
            }


def down(cli: Path) -> Iterator[Row]:
    """The first org is down: when the others' deployments are there, and what fails."""
    faults = ("", *FAULTS)
    runs = [
        {fault: _with_first_down(cli, fault) for fault in faults} for _ in range(cases.DOWN.runs)
    ]
    for fault in faults:
        found = [run[fault] for run in runs]
        yield {
            **cases.DOWN.facts("create"),
            "goal": cases.DOWN_GOAL if fault else None,
            "fault": fault,
            "seconds": min(each.seconds for each in found),
            "others": found[0].count,
            "created": min(each.created for each in found),
            "failed": max(each.failed for each in found),
            "own_failed": max(each.own_failed for each in found),
        }


def _with_first_down(cli: Path, fault: str) -> _Others:
    case = cases.DOWN
    with (
        tempfile.TemporaryDirectory() as folder,
        Orgs(case.orgs, case.latency, **_REAL, fault=fault) as orgs,
    ):
        project = _project(Path(folder), cli, case, orgs)
        with _Others((case.orgs - 1) * case.each, orgs.stop_first if fault else None) as others:
            project.run(
                *("up", "--yes", "--skip-preview", "--continue-on-error"),
                *_parallel(case),
                description="first",
                on_line=others.read,
                may_fail=bool(fault),
            )
    return others


class _Others:
    """Reads what the CLI prints; a context manager.

    Once the other orgs' deployments are there, and after `DOWN_PATIENCE` anyhow, the server of the
    one that is down ends: else the command would go on for the minutes of its last tries.

    Args:
        count: of the others' deployments.
        end: ends that server; ``None``: none is down.
    """

    def __init__(self, count: int, end: Callable[[], None] | None) -> None:
        self.count = count
        self._end = end
        self._timer = threading.Timer(cases.DOWN_PATIENCE, self._end_once)
        self._lock = threading.Lock()
        self.created = self.failed = self.own_failed = 0
        self.seconds = 0.0
        """Till the last of the others that was created."""

    def __enter__(self) -> _Others:
        self._began = time.monotonic()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _end_once(self) -> None:
        with self._lock:
            end, self._end = self._end, None
            if end:
                end()

    def read(self, line: str) -> None:
        """Count what a line tells."""
        told = re.search(r" web-(\d+)-\d+ (created|\*\*creating failed)", line)
        if not told:
            return
        if told[1] == "0":
            self.own_failed += told[2] != "created"
        elif told[2] != "created":
            self.failed += 1
        else:
            self.created += 1
            self.seconds = time.monotonic() - self._began
        if self.created == self.count:
            self._end_once()


def limited(cli: Path) -> Iterator[Row]:
    """As many creates in one org as take minutes under the real limit."""
    case, limit = cases.LIMITED, cases.RATE_LIMIT
    with tempfile.TemporaryDirectory() as folder, Orgs(1, case.latency, rate_limit=limit) as orgs:
        project = _project(Path(folder), cli, case, orgs)
        measured = project.run("up", "--yes", "--skip-preview", description="first")
        facts = case.facts("create")
        yield {
            **facts,
            "rate_limit": limit,
            "seconds": measured.seconds,
            # the first calls begin at once; the last one waits for all minutes but its own
            "least": 60 * ((facts["expected_calls"] - 1) // limit),
            **orgs.counts(),
        }


def without_engine(_: Path) -> Iterator[Row]:
    """The import, and writes over gRPC."""
    yield {"what": "import", "number": 1, "seconds": alone.import_milliseconds() / 1000}
    for count in (100, 1000):
        with tempfile.TemporaryDirectory() as folder:
            found = alone.writes_over_grpc(Path(folder), count, cases.LATENCY)
        for name, (seconds, least) in found.items():
            yield {"what": name, "number": count, "seconds": seconds, "least": least}


MEASURED: dict[str, Callable[[Path], Iterator[Row]]] = {
    **{group: partial(compared, group) for group in cases.COMPARED},
    **{group: partial(stacks, group) for group in cases.STACKS},
    "down": down,
    "limit": limited,
    "alone": without_engine,
}
"""By group; each gets the folder of the CLI."""
