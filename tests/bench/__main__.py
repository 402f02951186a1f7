"""What deployments cost: `make bench` prints it and writes it to RESULTS.md.

Nothing here fails for being slow. Times are compared with those of a provider that does nothing
(`nothing.py`), in the same run on the same machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from pulumi_widgets.simulator import Simulator

from .alone import import_milliseconds, writes_over_grpc
from .measure import Measured, Project

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "pulumi"))

import install  # noqa: E402  scripts' modules, see tests/conftest.py
import pins  # noqa: E402

RESULTS = Path(__file__).parent / "RESULTS.md"
LATENCY = 0.1
"""Seconds of each call."""
STEPS = (
    ("preview", "preview", "first"),
    ("create", "up", "first"),
    ("no-op", "up", "first"),
    ("refresh", "refresh", "first"),
    ("update", "up", "second"),
    ("destroy", "destroy", "second"),
)
"""What it is called, the command, what the program describes its deployments as."""
UNCHECKED = {"PULUMI_SKIP_CHECKPOINTS": "true"}


class Report:
    """Lines for the terminal and for the file."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def say(self, *lines: str) -> None:
        """Add lines."""
        for line in lines:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        self._lines += lines

    def table(self, *headings: str) -> None:
        """Begin a table; its first column holds names, the others numbers."""
        self.say("", f"| {' | '.join(headings)} |", f"| --- {'| ---: ' * (len(headings) - 1)}|")

    def row(self, *cells: object) -> None:
        """A row of it."""
        self.say(f"| {' | '.join(map(str, cells))} |")

    def write(self) -> None:
        """Write the file."""
        RESULTS.write_text("\n".join(self._lines) + "\n", "utf-8")


def life(
    folder: Path, cli: Path, program: str, count: int, latency: float, environ: dict[str, str]
) -> Iterator[tuple[str, Measured]]:
    """All commands of a stack, one after the other."""
    with Simulator(limit=None, latency=latency) as org:
        given = {**org.environ, **environ, "BENCH_LATENCY": str(latency)}
        project = Project(folder, cli, program, given)
        for name, command, description in STEPS:
            org.reset_calls()
            measured = project.run(command, count, description)
            calls = sum(n for route, n in org.calls.items() if not route.endswith("/oauth/token"))
            yield name, replace(measured, calls=calls)


def compare(report: Report, cli: Path, count: int, environ: dict[str, str]) -> None:
    """A table of both providers, by command."""
    without = ", without the engine's checkpoints" if environ else ""
    report.say("", f"### {count:,} deployment{'s' if count > 1 else ''}{without}")
    report.table(
        "command", "calls", "seconds", "do-nothing", "ratio", "program MiB", "provider MiB"
    )
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as nothing:
        lives = (
            life(Path(ours), cli, "ours", count, LATENCY, environ),
            life(Path(nothing), cli, "nothing", count, LATENCY, environ),
        )
        for (name, mine), (_, other) in zip(*lives, strict=True):
            ratio = f"{mine.seconds / other.seconds:.2f}"
            report.row(
                name,
                mine.calls,
                f"{mine.seconds:.1f}",
                f"{other.seconds:.1f}",
                ratio,
                mine.program or "",
                mine.provider or "",
            )


def many(report: Report, cli: Path, counts: tuple[int, ...]) -> None:
    """Tables of large programs, on a service without latency: what grows is our own cost."""
    report.say("", "## Large programs", "")
    report.say(
        "No latency, without the engine's checkpoints: what is left is processing, of which the "
        "do-nothing provider's is the SDK's and the engine's. MiB: peak memory of the program and "
        "of the provider's process."
    )
    seconds: dict[str, dict[tuple[int, str], float]] = {name: {} for name, _, _ in STEPS}
    for count in counts:
        report.say("", f"### {count:,} deployments")
        report.table("command", "seconds", "do-nothing", "program MiB", "provider MiB")
        with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as nothing:
            lives = (
                life(Path(ours), cli, "ours", count, 0.0, UNCHECKED),
                life(Path(nothing), cli, "nothing", count, 0.0, UNCHECKED),
            )
            for (name, mine), (_, other) in zip(*lives, strict=True):
                seconds[name] |= {(count, "ours"): mine.seconds, (count, "nothing"): other.seconds}
                report.row(
                    name,
                    f"{mine.seconds:.1f}",
                    f"{other.seconds:.1f}",
                    mine.program or "",
                    mine.provider or "",
                )
    small, large = min(counts), 4 * min(counts)
    if large in counts:
        report.say("", f"How the seconds grow from {small:,} to {large:,}:")
        report.table("command", "ours", "do-nothing")
        for name, found in seconds.items():
            growths = (found[large, who] / found[small, who] for who in ("ours", "nothing"))
            report.row(name, *(f"{growth:.2f}" for growth in growths))


def alone(report: Report) -> None:
    """What needs no engine."""
    report.say("", "## Without the engine", "")
    report.say(f"`import pulumi_widgets` over `import pulumi`: {import_milliseconds():.0f} ms.")
    report.say("", "Writes over gRPC, against calls x latency / 4 threads:")
    report.table("command", "number", "seconds", "least", "ratio")
    for count in (100, 1000):
        with tempfile.TemporaryDirectory() as folder:
            for name, (took, least) in writes_over_grpc(Path(folder), count, LATENCY).items():
                report.row(name, f"{count:,}", f"{took:.2f}", f"{least:.2f}", f"{took / least:.2f}")


def machine() -> str:
    """Its size."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--counts", type=int, nargs="*", default=[1, 10, 100, 1000], help="of the comparison"
    )
    parser.add_argument(
        "--many", type=int, nargs="*", default=[1000, 4000, 5000], help="of large programs"
    )
    parser.add_argument(
        "--checkpoints", action="store_true", help="with them for 1,000 too (10 minutes more)"
    )
    options = parser.parse_args()
    for name in list(os.environ):
        if name.startswith(("GENESYSCLOUD_", "PULUMI_")):
            del os.environ[name]
    cli = install.cli_directory()
    report = Report()
    report.say(
        "# What deployments cost",
        "",
        "Made by `make bench`; the service is the simulator, on the same machine. It and the "
        "machine's other work share the cores, so compare ratios, not seconds.",
        "",
        f"- {machine()}",
        f"- Python {platform.python_version()}, pulumi {version('pulumi')}, "
        f"CLI {pins.cli_version()}, pulumi-widgets {version('pulumi-widgets')}",
        "",
        "## Against a provider that does nothing",
        "",
        f"{LATENCY * 1000:.0f} ms latency. The do-nothing provider sleeps two latencies in a "
        "create, one in an update or delete, and answers at once otherwise. Calls: tokens not "
        "counted. MiB: peak memory of the program and of the provider's process.",
    )
    for count in options.counts:
        compare(report, cli, count, UNCHECKED if count >= 1000 else {})
        if count >= 1000 and options.checkpoints:
            compare(report, cli, count, {})
    alone(report)
    if options.many:
        many(report, cli, tuple(options.many))
    report.write()


if __name__ == "__main__":
    main()
