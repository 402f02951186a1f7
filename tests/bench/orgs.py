"""Simulated orgs in one process of their own, so that serving shares no interpreter with measuring.

The process prints a JSON line for each line that it reads: `counts` is what was called since the
last time, `stop` ends the first org's server. It ends with its input.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

from pulumi_widgets.simulator import Reply, Simulator

from .measure import ROOT

__all__ = ["FAULTS", "Orgs", "name_of"]

FAULTS = {
    "answers 503": Reply.error(503, "service.unavailable", "down"),
    "never answers": Reply.hang(3600),
}
"""Of the first org, for each of its calls, logins too."""
_MORE_THAN_EVER_COME = 20_000


def name_of(number: int) -> str:
    """What programs call an org where there are several."""
    return f"org{number}"


class Orgs:
    """So many of them; a context manager.

    Args:
        count: one has no name, several have.
        latency: seconds of each call.
        rate_limit: calls that each takes in a minute; ``None``: any.
        limit: deployments that each may hold; ``None``: any.
        fault: the first org's, one of `FAULTS`; "": none.
    """

    def __init__(
        self,
        count: int,
        latency: float,
        rate_limit: int | None = None,
        limit: int | None = None,
        fault: str = "",
    ) -> None:
        given = {"latency": latency, "rate_limit": rate_limit, "limit": limit}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.orgs", json.dumps([count, fault, given])],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self.environ: dict[str, str] = self._answer()
        """Variables with the settings of all."""

    def __enter__(self) -> Orgs:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def counts(self) -> dict[str, int]:
        """Calls and tokens of all orgs since the last time."""
        counts: dict[str, int] = self._ask("counts")
        return counts

    def stop_first(self) -> None:
        """Nothing listens any more where the first org was."""
        self._ask("stop")

    def _ask(self, question: str) -> Any:
        assert self._process.stdin
        self._process.stdin.write(f"{question}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())


def _serve(count: int, fault: str, given: dict[str, Any]) -> None:
    with ExitStack() as stack:
        orgs = [
            stack.enter_context(Simulator(clients={f"client-{n}": f"secret-{n}"}, **given))
            for n in range(count)
        ]
        if fault:
            orgs[0].script("*", "*", FAULTS[fault], times=_MORE_THAN_EVER_COME)
        print(json.dumps(_environ(orgs)), flush=True)  # noqa: T201 -- it is what it is for
        for line in sys.stdin:
            if line.strip() == "stop":
                orgs[0].stop()
            counts = {"calls": 0, "tokens": 0}
            for org in orgs:
                for route, times in org.calls.items():
                    counts["tokens" if route.endswith("/oauth/token") else "calls"] += times
                org.reset_calls()
            print(json.dumps(counts), flush=True)  # noqa: T201


def _environ(orgs: list[Simulator]) -> dict[str, str]:
    if len(orgs) == 1:
        return orgs[0].environ
    return {
        name.replace("GENESYSCLOUD_", f"GENESYSCLOUD_{name_of(number).upper()}_"): value
        for number, org in enumerate(orgs)
        for name, value in org.environ.items()
    }


if __name__ == "__main__":
    _serve(*json.loads(sys.argv[1]))
