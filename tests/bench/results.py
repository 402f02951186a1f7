"""The numbers: `results.json`, a group's rows beside what they were measured with."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

__all__ = ["FILE", "Results", "conditions", "read", "replace"]

FILE = Path(__file__).with_name("results.json")
Results = Mapping[str, Mapping[str, Any]]
"""By group: `made`, and `rows`."""


def read() -> Results:
    """What was measured so far."""
    results: Results = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    return results


def replace(group: str, made: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a group's numbers in place of those that it had; the other groups' stay.

    Args:
        group: its name.
        made: `conditions`.
        rows: its numbers.
    """
    rounded = [
        {key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()}
        for row in rows
    ]
    results = {**read(), group: {"made": made, "rows": rounded}}
    FILE.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", "utf-8")


def conditions(cli: Path, cli_version: str) -> dict[str, Any]:
    """The machine, the versions, the date.

    Args:
        cli: the folder of the CLI.
        cli_version: its version.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    described = subprocess.run(
        [cli / "pulumi", "up", "--help"], capture_output=True, check=True, encoding="utf-8"
    )
    [parallel] = re.findall(r"--parallel .*\(default (\d+)\)", described.stdout)
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()} {platform.machine()}",
        "versions": f"Python {platform.python_version()}, pulumi {version('pulumi')}, "
        f"CLI {cli_version}, pulumi-widgets {version('pulumi-widgets')}",
        "parallel": int(parallel),
    }
