"""Waiting for a condition; no test waits for time."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["BRIEFLY", "eventually"]

BRIEFLY = {"GENESYSCLOUD_CONSISTENCY_SECONDS": "3"}
"""For a simulated org that lags by a second at most: what is gone is looked for so long."""


def eventually(condition: Callable[[], object], what: str, limit: float = 30.0) -> None:
    """Wait until `condition` holds; fails after `limit` seconds."""
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {limit:.0f} s"
        time.sleep(0.005)
