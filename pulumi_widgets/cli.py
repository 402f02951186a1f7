"""``pulumi-widgets …``: the command line. Its commands are in the modules of what they are about.

Click is the field's command-line library: help, completion and usage errors come with it.
"""

from __future__ import annotations

import importlib.util
import sys
from typing import Final

__all__ = ["main"]

_NEEDED: Final = ("click", "werkzeug")


def main() -> None:
    """The entry point; exits with 2 where an extra is not installed."""
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        sys.stderr.write(
            'pulumi-widgets: the command line is an extra; run: pip install "pulumi-widgets[cli]"\n'
        )
        sys.exit(2)
    import click  # here, and the commands too: they need what was just looked for

    from pulumi_widgets.simulator.command import simulate

    click.Group(
        "pulumi-widgets",
        help="Genesys Cloud widget deployments as code.",
        commands=[simulate],
    )(prog_name="pulumi-widgets")
