"""A fleet of orgs with Pulumi's Automation API: orgs from a file, a stack for each, side by side.

    export PULUMI_BACKEND_URL=s3://states    # where the states are; or postgres://user@host/states,
                                             # or file:///srv/states?metadata=skip
    export PULUMI_CONFIG_PASSPHRASE=         # these states hold no secret; else give a passphrase
    python deploy.py preview
    python deploy.py up --only eu            # one first
    python deploy.py up                      # then all
    python deploy.py up --retry-failed       # those that an `up` has left undone
    python deploy.py up --unlock             # after a crash: takes the locks of dead processes away

Stacks are independent: what fails in one org stops no other, and the exit code tells. Ctrl-C lets
the calls under way finish, and begins no other org.
"""

import argparse
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from fleet import COMMANDS, Result, Runner, reason
from orgs_file import FileError, read
from pulumi.automation import CommandError

# Rich: progress bars for many threads, tables that fold, and no escape codes in a log.
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

BACKENDS = ("file", "s3", "gs", "azblob", "postgres", "https")
UNFOLDED = 10_000
"""Columns of a log: what reads it wants an org a line."""


class Left:
    """The names of what is not done yet, in a file.

    The states cannot tell: a run that was killed has no line in a stack's history, nor has an org
    whose stack could not be made. All orgs of a run are in it before the first begins, and each
    leaves it when it is done: so it is right at any moment, after a crash too. Orgs of earlier runs
    stay in it.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def names(self) -> list[str]:
        """What is not done."""
        return self.file.read_text("utf-8").splitlines() if self.file.exists() else []

    def begin(self, orgs: Collection[str]) -> None:
        """Orgs are about to be run."""
        self._write([*(each for each in self.names() if each not in orgs), *orgs])

    def done(self, org: str) -> None:
        """One is done."""
        self._write([each for each in self.names() if each != org])

    def _write(self, orgs: Collection[str]) -> None:
        written = self.file.with_suffix(".new")
        written.write_text("".join(f"{org}\n" for org in orgs), "utf-8")
        written.replace(self.file)  # as a whole


@contextmanager
def alone() -> Iterator[None]:
    """Of this user's runs on this machine, only one may take locks away.

    `pulumi cancel` takes away all locks of a stack. If two runs saw the same lock of a process
    that has ended, the second would take away the one that the first has just taken.
    """
    import fcntl  # here: Windows has none, and needs none without --unlock

    home = os.open(Path.home(), os.O_RDONLY)
    try:
        fcntl.flock(home, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("another run with --unlock is under way on this machine")
    try:
        yield
    finally:
        os.close(home)


def deploy(runner: Runner, orgs: dict[str, Any], at_once: int, left: Left) -> int:
    """Run it for these orgs and show how far they are; the exit code."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Ctrl-C reaches the CLIs too, which end in order and give their locks back
        signal.signal(number, lambda *_: stopping.set())
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console.width = UNFOLDED
    results: dict[str, Result] = {}
    with bars(console) as progress, ThreadPoolExecutor(at_once) as pool:

        def run(org: str) -> Result:
            if stopping.is_set():
                return Result(org, error="not begun")
            bar = progress.add_task(org, total=len(orgs[org]["deployments"]))
            try:
                return runner.run(org, orgs[org], lambda: progress.advance(bar))
            finally:
                progress.remove_task(bar)

        whole = progress.add_task(f"{runner.command}: orgs", total=len(orgs))
        left.begin(orgs)
        for future in as_completed([pool.submit(run, org) for org in orgs]):
            result = future.result()
            results[result.org] = result
            if not result.error:
                left.done(result.org)
            progress.advance(whole)
            if not console.is_terminal:
                console.print("  ".join(row(result)))
    shown = Table("org", "result", "changes", "time", box=None, pad_edge=False)
    for org in orgs:
        shown.add_row(*row(results[org]), style="red" if results[org].error else None)
    console.print(shown)
    return 130 if stopping.is_set() else int(any(each.error for each in results.values()))


def bars(console: Console) -> Progress:
    """One for each org under way, in a terminal; nothing in a log."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def row(result: Result) -> tuple[str, str, str, str]:
    """What the table shows of an org."""
    changes = ", ".join(f"{count} {op}" for op, count in sorted(result.changes.items()))
    said = ("failed", result.error) if result.error else ("ok", changes)
    return (result.org, *said, f"{result.seconds:.1f} s")


def main() -> int:
    """Run the command for every org; 1 where any failed, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(description="Deploy chat to a fleet of orgs.")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--orgs", type=Path, default=Path(__file__).with_name("orgs.yaml"))
    parser.add_argument("--only", nargs="+", metavar="ORG", help="these, and no other")
    parser.add_argument(
        "--retry-failed", action="store_true", help="those that such runs have left undone"
    )
    parser.add_argument(
        "--unlock", action="store_true", help="what an ended process of this machine has locked"
    )
    parser.add_argument(
        "--at-once",
        type=int,
        # each is a Pulumi CLI with a Python process, and waits for the network half of its time
        default=2 * (os.cpu_count() or 1),
        help="stacks under way (default: %(default)s, two for each core)",
    )
    given = parser.parse_args()
    if given.command == "destroy" and not given.only:
        parser.error("destroy: say which, with --only")
    scheme = os.environ.get("PULUMI_BACKEND_URL", "").partition("://")[0]
    if scheme not in BACKENDS:  # the URL is not told: it may hold a password
        parser.error(
            f"PULUMI_BACKEND_URL: must say where the states are: {'://…, '.join(BACKENDS)}://…"
        )
    try:
        orgs = read(given.orgs)
    except FileError as error:
        sys.exit(str(error))
    left = Left(given.orgs.with_suffix(f".{given.command}.left"))
    if given.at_once < 1:
        parser.error("--at-once: 1 or more")
    if unknown := {*(given.only or ())} - orgs.keys():
        parser.error(f"{given.orgs} has no {', '.join(sorted(unknown))}")
    for chosen in (given.only, left.names() if given.retry_failed else None):
        if chosen is not None:
            orgs = {org: entry for org, entry in orgs.items() if org in chosen}
    if not orgs:
        sys.stdout.write(f"No org to run: none of these was left undone by `{given.command}`.\n")
        return 0
    with (
        alone() if given.unlock else nullcontext(),
        # after a crash one folder is left in the system's, not one for each org
        tempfile.TemporaryDirectory(prefix="fleet-") as folder,
    ):
        try:
            runner = Runner(given.command, Path(folder), given.unlock)
            runner.reach()
        except FileNotFoundError:
            sys.exit("no `pulumi` on PATH: install Pulumi's CLI")
        except CommandError as error:
            sys.exit(f"PULUMI_BACKEND_URL: {reason('', error, [])}")
        return deploy(runner, orgs, given.at_once, left)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # before the first org
        sys.exit(130)
    except OSError as error:  # no place for a file, or nobody who reads
        sys.exit(str(error))
