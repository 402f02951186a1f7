"""What deployments cost: `make bench` measures it, and writes it down with a picture.

Nothing here fails for being slow. Times are compared with those of a provider that does nothing
(`nothing.py`), in the same run on the same machine. `--only` without groups measures nothing, and
makes the page and the picture anew.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from . import page, picture, results
from .cases import EXTRA, GROUPS
from .groups import MEASURED, Row

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "pulumi"))

import install  # noqa: E402  scripts' modules, see tests/conftest.py
import pins  # noqa: E402

_SHOWN = ("orgs", "each", "parallel", "command", "fault", "what", "number", "seconds", "nothing")


def main() -> None:
    """Measure, write."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--only",
        nargs="*",
        choices=[*GROUPS, *EXTRA],
        metavar="GROUP",
        help=f"some of {', '.join((*GROUPS, *EXTRA))}; the other groups' numbers stay",
    )
    parser.add_argument(
        "--many",
        action="store_true",
        help=f"{', '.join(EXTRA)} too (three quarters of an hour more)",
    )
    options = parser.parse_args()
    groups = GROUPS if options.only is None else tuple(options.only)
    measure((*groups, *EXTRA) if options.many else groups)
    found = results.read()
    page.FILE.write_text(page.text(found), "utf-8")
    picture.FILE.write_text(picture.svg(found), "utf-8")


def measure(groups: tuple[str, ...]) -> None:
    """Measure groups; each one's numbers are written when it ends.

    Args:
        groups: their names.
    """
    for name in list(os.environ):
        if name.startswith(("GENESYSCLOUD_", "PULUMI_")):
            del os.environ[name]
    cli = install.cli_directory()
    for group in dict.fromkeys(groups):
        rows: list[Row] = []
        for row in MEASURED[group](cli):
            shown = (f"{key} {row[key]}" for key in _SHOWN if row.get(key) is not None)
            sys.stderr.write(f"{group}: {', '.join(shown)}\n")
            rows.append(row)
        results.replace(group, results.conditions(cli, pins.cli_version()), rows)


if __name__ == "__main__":
    main()
