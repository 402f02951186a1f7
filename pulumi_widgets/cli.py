"""``pulumi-widgets …``: the command line. Its commands are in modules of `tool` and `simulator`.

Click is the field's command-line library: help, completion and usage errors come with it.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import click

__all__ = ["COMMANDS", "command", "main"]

COMMANDS: Final[Mapping[str, str]] = {
    "doctor": "pulumi_widgets.tool.doctor.command:doctor",
    "list": "pulumi_widgets.tool.read.list:list_",
    "show": "pulumi_widgets.tool.read.show:show",
    "snippet": "pulumi_widgets.tool.read.snippet:snippet",
    "import": "pulumi_widgets.tool.imports.command:import_",
    "drift": "pulumi_widgets.tool.drift.command:drift",
    "orphans": "pulumi_widgets.tool.orphans.command:orphans",
    "simulate": "pulumi_widgets.tool.simulate:simulate",
}
"""Each command, in the order of ``--help``, and where it is; imported when it is asked for."""

_NEEDED: Final = ("click", "werkzeug", "rich")
_HELP: Final = """Genesys Cloud widget deployments as code.

In a Pulumi project, the selected stack's configuration says which org; its settings win over the
environment's (GENESYSCLOUD_REGION, GENESYSCLOUD_OAUTHCLIENT_ID, …), which are enough elsewhere.

\b
  pulumi-widgets doctor                 is everything set up?
  pulumi-widgets list                   what is in the org, and is it managed?
  pulumi-widgets simulate -- pulumi up  try it without an org
"""
_EPILOG: Final = """Exit codes: 0 done, 1 failed, 2 wrong usage, or what a command's --help says.

\b
Completion of commands, options, stacks, orgs and deployments, for this shell;
to keep it, put the line into the shell's start file:
  bash  eval "$(_PULUMI_WIDGETS_COMPLETE=bash_source pulumi-widgets)"
  zsh   eval "$(_PULUMI_WIDGETS_COMPLETE=zsh_source pulumi-widgets)"
  fish  _PULUMI_WIDGETS_COMPLETE=fish_source pulumi-widgets | source
"""


def command() -> click.Group:
    """The whole command line."""
    import click  # not at the top, and no command either: `main` looks first whether it is there

    from .tool.shell.group import Tool

    tool = Tool(
        "pulumi-widgets",
        help=_HELP,
        epilog=_EPILOG,
        places=COMMANDS,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    return click.version_option(package_name="pulumi-widgets", message="%(prog)s %(version)s")(tool)


def main() -> None:
    """The entry point; exits with 2 where an extra is not installed."""
    try:
        if any(importlib.util.find_spec(name) is None for name in _NEEDED):
            sys.stderr.write(
                "pulumi-widgets: the command line is an extra; run: "
                'pip install "path/to/the/checkout[cli]", or '
                "uv add path/to/the/checkout --extra cli\n"
            )
            sys.exit(2)
        run = command()
    except KeyboardInterrupt:  # later ones are the group's
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
    run(prog_name="pulumi-widgets")
