"""RESULTS.md, from the numbers alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from .cases import EXTRA, GROUPS, GROWTH
from .results import Results

__all__ = ["FILE", "text"]

FILE = Path(__file__).with_name("RESULTS.md")
Row = dict[str, Any]
Columns = Sequence[tuple[str, Callable[[Row], str]]]
_INTRODUCTION = """\
# What deployments cost

Made by `make bench` from `results.json`. The orgs are simulated, in one process of their own, which
shares the machine's cores with all else: compare ratios, not seconds. A call takes 100 ms. The
do-nothing provider sleeps for two calls in a create and for one in an update or delete, and answers
at once otherwise, in the four threads of Pulumi's SDK; and then in 32, which shows what the engine
leaves to be gained. All run in turn; the best time counts, and the most calls and memory (MiB:
peaks of the program and of the provider's process).

A goal is the most that a ratio may be; **one that is not reached is bold**.

Real orgs hold ten deployments at most: 100 and more in one org are a stress test.
"""
_SECTIONS = {
    "one": (
        "One org",
        "What is over the do-nothing provider is waited for in a row, so that it counts most for "
        "few deployments: the token (100 ms), the listing after the last write (100 ms, and 50 ms "
        "in which more may come), loading `requests` (70 ms), and our modules in the program and "
        "in the provider's process (60 ms). A refresh asks for a token and a listing, where the "
        "do-nothing provider asks nobody. With 100 the engine writes the whole state after each "
        "step, one after the other: more threads gain no more than the do-nothing provider's in "
        "the last column.",
    ),
    "fleet": (
        "A fleet in one program",
        "Each org has its own client, token and limit of 300 calls a minute. A file backend gets "
        "the whole state anew after each step, which takes longer than the calls do in 32 "
        "threads: with 200 resources the do-nothing provider's update gains nothing at all. What "
        "is left without that (`PULUMI_SKIP_CHECKPOINTS`) stands below. A refresh asks each org "
        "for a token and a listing, and 32 reads at once are of three or four orgs.",
    ),
    "stacks": (
        "A fleet of 20 as stacks",
        "A stack for each org by the Automation API, 8 at a time: each stack and command is some "
        "processes of its own, whose start is most of the time. MiB: peak of all processes "
        "together, where what they share counts for each.",
    ),
    "stacks-100": ("A fleet of 100 as stacks", ""),
    "down": (
        "One org of the fleet is down",
        "`up --continue-on-error`; the org that is down is declared first. Seconds till the last "
        "deployment of the others is there, at best. Then the server that is down goes "
        "away, after 120 seconds anyhow, for the command to end.",
    ),
    "limit": (
        "Under the rate limit (stress test)",
        "300 calls a minute and no latency, against what the limit dictates.",
    ),
    "thousand": ("1,000 in one org (stress test)", ""),
    "alone": (
        "Without the engine",
        "The import is what `import pulumi_widgets` costs over `import pulumi`. Writes are over "
        "gRPC, against calls x latency / 4, the threads of the SDK.",
    ),
    "many": (
        "Large programs (stress test)",
        "Without latency: what is left is processing, of which the do-nothing provider's is the "
        "SDK's and the engine's.",
    ),
}


def _number(key: str, digits: int = 0) -> Callable[[Row], str]:
    return lambda row: f"{row[key]:,.{digits}f}" if row.get(key) is not None else ""


def _size(key: str) -> Callable[[Row], str]:
    return lambda row: str(row[key] or "")


def _ratio(row: Row) -> str:
    return f"{row['seconds'] / row['against']:.2f}" if row.get("against") else ""


def _goal(row: Row) -> str:
    if row.get("goal") is None:
        return ""
    reached = row["seconds"] / row["against"] <= row["goal"]
    return f"{row['goal']:.2f}" if reached else f"**{row['goal']:.2f}**"


def _complete(row: Row) -> str:
    told = f"{row['created']} of {row['others']}"
    return told if row["created"] == row["others"] else f"**{told}**"


_RATIO: Columns = (("ratio", _ratio), ("goal", _goal))
_CALLS: Columns = (
    ("calls", _number("calls")),
    ("expected", _number("expected_calls")),
    ("tokens", _number("tokens")),
    ("expected", _number("expected_tokens")),
)
_COMPARED: Columns = (
    ("command", lambda row: str(row["command"])),
    *_CALLS,
    ("seconds", _number("seconds", 1)),
    ("do-nothing", _number("nothing", 1)),
    *_RATIO,
    ("do-nothing, 32 threads", _number("floor", 1)),
    ("program MiB", _size("program")),
    ("provider MiB", _size("provider")),
)
_STACKS: Columns = (
    ("command", lambda row: str(row["command"])),
    *_CALLS,
    ("seconds", _number("seconds", 1)),
    ("MiB", _size("together")),
)
_COLUMNS: dict[str, Columns] = {
    "stacks": _STACKS,
    "stacks-100": _STACKS,
    "down": (
        ("the org", lambda row: row["fault"] or "works"),
        ("seconds", _number("seconds", 1)),
        *_RATIO,
        ("of others created", _complete),
        ("of others failed", _number("failed")),
        ("its own failed", _number("own_failed")),
    ),
    "limit": (
        ("deployments", _number("each")),
        *_CALLS,
        ("seconds", _number("seconds", 1)),
        ("dictated", _number("least")),
        *_RATIO,
    ),
    "alone": (
        ("what", lambda row: str(row["what"])),
        ("number", _number("number")),
        ("seconds", _number("seconds", 3)),
        ("least", _number("least", 2)),
        *_RATIO,
    ),
}
"""Of the groups that do not compare."""
_GROWN: Columns = (
    ("command", lambda row: str(row["command"])),
    ("ours", _ratio),
    ("do-nothing", lambda row: f"{row['nothing'] / row['nothing_against']:.2f}"),
    ("goal", _goal),
)


def text(results: Results) -> str:
    """The page.

    Args:
        results: as `results.json` holds them.
    """
    lines = [_INTRODUCTION.rstrip()]
    for group in (*GROUPS, *EXTRA):
        if group in results:
            lines += _section(group, results[group]["made"], results[group]["rows"])
    return "\n".join(lines) + "\n"


def _section(group: str, made: Row, rows: list[Row]) -> Iterator[str]:
    title, words = _SECTIONS[group]
    yield from ("", f"## {title}", "")
    if words:
        yield from (words, "")
    yield f"{made['date']}: {made['machine']}; {made['versions']}."
    if group in _COLUMNS:
        first = rows[0]
        against = {"down": first["seconds"]} if group == "down" else {}
        yield from _table(
            _COLUMNS[group],
            ({"against": against.get(group, row.get("least")), **row} for row in rows),
        )
        return
    cases = [list(found) for _, found in groupby(rows, key=_size_of)]
    for found in cases:
        yield from ("", f"### {_titled(found[0], made)}")
        yield from _table(_COMPARED, ({"against": row["nothing"], **row} for row in found))
    if len(cases) > 1 and group in GROWTH:
        small, large = cases[-2:]
        few, many = (f"{found[0]['orgs'] * found[0]['each']:,}" for found in (small, large))
        yield from ("", f"How many times the seconds grow from {few} deployments to {many}:")
        yield from _table(
            _GROWN,
            (
                {
                    **after,
                    "against": before["seconds"],
                    "nothing_against": before["nothing"],
                    "goal": GROWTH[group],
                }
                for before, after in zip(small, large, strict=True)
            ),
        )


def _size_of(row: Row) -> tuple[Any, ...]:
    return row["orgs"], row["each"], row["parallel"], row["checkpoints"]


def _titled(row: Row, made: Row) -> str:
    parallel = f"`--parallel {row['parallel'] or made['parallel']}`"
    default = "" if row["parallel"] else ", the CLI's default"
    stress = "; a stress test" if row["each"] > 10 else ""
    stress += "" if row["checkpoints"] else "; without checkpoints"
    orgs = f"{row['orgs']} org{'s' if row['orgs'] > 1 else ''}"
    return f"{orgs} of {row['each']:,} ({parallel}{default}; best of {row['runs']}{stress})"


def _table(columns: Columns, rows: Iterable[Row]) -> Iterator[str]:
    yield from ("", f"| {' | '.join(heading for heading, _ in columns)} |")
    yield f"| --- {'| ---: ' * (len(columns) - 1)}|"
    for row in rows:
        yield f"| {' | '.join(cell(row) for _, cell in columns)} |"
