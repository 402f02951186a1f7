"""The command ``pulumi-widgets`` itself: imports a command when it is needed, and tells errors.

A command is imported only when it runs, or its help is shown: `simulate` needs nothing that talks
to a real org, and nothing that needs the Pulumi CLI.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NoReturn

import click

from ...errors import WidgetsError
from ...hints import closest
from .options import DEBUG
from .output import harmless
from .streams import usable_streams

__all__ = ["Tool"]


class _Interrupted(click.ClickException):
    """Ctrl-C; the exit code is what a shell gives to a process that the signal ended."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("Interrupted.")

    def show(self, file: Any = None) -> None:
        """Begin a line of its own, for a terminal has shown ``^C``."""
        sys.stderr.write("\n" * sys.stderr.isatty() + f"{self.message}\n")


class Tool(click.Group):
    """A group whose commands are named by module and function, like ``"package.module:list_"``.

    An error that the package raises on purpose ends a command with one line and exit code 1;
    wrong usage ends it with Click's own line and exit code 2.
    """

    def __init__(self, *args: Any, places: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are given: what a user meets first comes first."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import it."""
        if cmd_name not in self._places:
            return None
        module, _, name = self._places[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        if cmd_name != "simulate" and DEBUG not in command.params:  # it calls no org
            command.params.append(DEBUG)
        if command.help:
            # Click's mark of lines that stay as they are; docstrings with a backslash are raw
            command.help = command.help.replace("\\b\n", "\b\n")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named; a typo gets a hint."""
        if args[0] not in self._places and not args[0].startswith("-"):
            hint = closest(args[0], self._places) or f" (there are {', '.join(self._places)})"
            ctx.fail(f"no such command {harmless(args[0])!r}{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; its errors become lines."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ending: click.ClickException = _Interrupted()
        except WidgetsError as error:
            ending = click.ClickException(harmless(_sentence(str(error))))
        except FileNotFoundError:
            if _is_somewhere():
                raise
            ending = click.ClickException(
                "The current folder does not exist any more. Go to another."
            )
        raise ending  # outside of "except": no traceback and no cause hangs on it

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """The entry point."""
        with usable_streams():
            super().main(*args, **kwargs)
        sys.exit(0)


def _is_somewhere() -> bool:
    """Whether this process's folder is still there."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return False
    return True


def _sentence(message: str) -> str:
    """With a capital where it begins with a word, not with a key, a path or a command."""
    return message[:1].upper() + message[1:] if message.partition(" ")[0].isalpha() else message
