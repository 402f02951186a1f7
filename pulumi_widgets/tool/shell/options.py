"""Options and arguments that several commands have, so that they are the same everywhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from . import completion
from .output import note

__all__ = ["DEBUG", "json_option", "not_empty", "org_option", "stack_option", "wanted_argument"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def not_empty(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """A callback that refuses empty text, the value of a script's variable that is not set.

    Raises:
        click.BadParameter: it, or one of several, was given and is empty.
    """
    given = value if isinstance(value, tuple) else (value,)
    if context.get_parameter_source(parameter.name or "") is not ParameterSource.DEFAULT and any(
        isinstance(each, str) and not each.strip() for each in given
    ):
        raise click.BadParameter("is empty")
    return value


def org_option(command: _Command) -> _Command:
    """``--org NAME``."""
    return click.option(
        "--org",
        metavar="NAME",
        default="",
        callback=not_empty,
        shell_complete=completion.orgs,
        help="One of several orgs in the settings. Default: the one without a name.",
    )(command)


def stack_option(command: _Command) -> _Command:
    """``--stack NAME``."""
    return click.option(
        "--stack",
        metavar="NAME",
        callback=not_empty,
        shell_complete=completion.stacks,
        help="A stack of this project. Default: the selected one.",
    )(command)


def json_option(command: _Command) -> _Command:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document, for scripts.")(
        command
    )


def wanted_argument(command: _Command) -> _Command:
    """``ID|NAME``."""
    return click.argument(
        "wanted", metavar="ID|NAME", callback=not_empty, shell_complete=completion.deployments
    )(command)


class _Notes(logging.Handler):
    """Tells what is logged on stderr, past what shows progress there."""

    def emit(self, record: logging.LogRecord) -> None:
        note(record.getMessage())


def _tell_requests(context: click.Context, _: click.Parameter, value: bool) -> None:
    """Log what `api` does, as long as the command runs. urllib3's log holds what it likes."""
    if value:
        log, notes = logging.getLogger("pulumi_widgets.api"), _Notes()
        log.setLevel(logging.DEBUG)
        log.addHandler(notes)
        context.call_on_close(lambda: log.removeHandler(notes))
        context.call_on_close(lambda: log.setLevel(logging.NOTSET))


DEBUG = click.Option(
    ["--debug"],
    is_flag=True,
    expose_value=False,
    callback=_tell_requests,
    help="Tell each request to the org on stderr: its status, its time and its correlation id.",
)
"""``--debug``, which `Tool` gives to the commands."""
