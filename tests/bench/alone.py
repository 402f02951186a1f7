"""What can be measured without the engine: the provider over gRPC, and the import."""

from __future__ import annotations

import functools
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from pulumi_widgets.simulator import Simulator

from ..provider.process import Provider

__all__ = ["import_milliseconds", "writes_over_grpc"]

THREADS = 4
"""Of the SDK's own provider process."""
_T = TypeVar("_T")


def writes_over_grpc(folder: Path, count: int, latency: float) -> dict[str, tuple[float, float]]:
    """Seconds of so many writes, and the least that so many calls can take, by command."""

    def timed(do: Callable[[Provider, _T], Any], items: Iterable[_T]) -> tuple[float, list[Any]]:
        with (
            Provider(org.environ_over(os.environ), folder) as provider,  # each command has its own
            ThreadPoolExecutor(2 * THREADS) as pool,  # as many as the engine has under way
        ):
            began = time.monotonic()
            results = list(pool.map(functools.partial(do, provider), items))
            return time.monotonic() - began, results

    def inputs(number: int, description: str) -> dict[str, Any]:
        return {
            "name": f"Web {number}",
            "description": description,
            "authenticationRequired": False,
            "disabled": False,
            "clientType": "v2",
        }

    least = count * latency / THREADS
    with Simulator(limit=None, latency=latency) as org:
        created, made = timed(lambda to, n: to.create(inputs(n, "a")), range(count))
        updated, _ = timed(
            lambda to, n: to.update(made[n][0], made[n][1], inputs(n, "b")), range(count)
        )
        deleted, _ = timed(lambda to, each: to.delete(*each), made)
    return {
        "create": (created, 2 * least),
        "update": (updated, least),
        "destroy": (deleted, least),
    }


def import_milliseconds(runs: int = 7) -> float:
    """What ``import pulumi_widgets`` costs over ``import pulumi``, the median of some runs."""
    found = []
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-c", "import pulumi; import pulumi_widgets"],
            capture_output=True,
            check=True,
            text=True,
        )
        [cumulative] = re.findall(r"\|\s+(\d+) \| pulumi_widgets$", done.stderr, re.MULTILINE)
        found.append(int(cumulative) / 1000)
    return statistics.median(found)
