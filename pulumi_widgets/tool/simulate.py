"""``pulumi-widgets simulate``: a simulated org for a shell, or around one command."""

from __future__ import annotations

import http.client
import json
import os
import sys
import threading
import zlib
from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Literal, NoReturn, cast

import click
from click.core import ParameterSource

from ..simulator.contract import ALL_PERMISSIONS, ALL_SCOPES
from ..simulator.faults import Faults, Rule
from ..simulator.journal import DataFileError, DataFileInUseError, served
from ..simulator.records import json_value
from .shell.child import on_signals, run_child, wait_for

if TYPE_CHECKING:
    from ..simulator import Simulator

__all__ = ["simulate"]

SECONDS = click.FloatRange(0)


class _OneLineError(click.ClickException):
    exit_code = 2


def _value(_: click.Context, __: click.Parameter, text: Any) -> Any:
    """A value in JSON. What is none stays text, which the fault then refuses in its own words."""
    try:
        return json_value(text) if isinstance(text, str) else text
    except ValueError:
        return text


def _switches_of_faults(command: Callable[..., Any]) -> Callable[..., Any]:
    """A switch for each field of `Faults`, as it is described there."""
    off = Faults()
    for each in reversed(fields(Faults)):  # Click shows them the other way round
        rule: Rule = each.metadata["rule"]
        default = getattr(off, each.name)
        in_json = not (rule.options or rule.many)
        command = click.option(
            f"--{each.name.replace('_', '-')}",
            default=default,
            show_default=bool(default) and not rule.many,
            is_flag=default is False,
            multiple=rule.many,
            metavar=rule.metavar,
            type=click.Choice(rule.options) if rule.options else click.UNPROCESSED,
            callback=_value if in_json else None,
            help=each.metadata["help"],
        )(command)
    return command


@click.command(
    short_help="A simulated org, for a shell or around one command.",
    # options end where the command begins: its own are not ours
    context_settings={"allow_interspersed_args": False, "max_content_width": 100},
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Default: always the same for a data file; without one, one that is free.",
)
@click.option(
    "--data",
    metavar="FILE",
    help="Keep the deployments in this file. Default: memory only.",
)
@click.option("--seed", type=int, help="Of ids and of chance. Default: another one each time.")
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    metavar="N",
    help="Deployments that the org may hold; 0: no limit.",
)
@click.option("--latency", type=SECONDS, default=0.0, metavar="S", help="Seconds a request takes.")
@click.option(
    "--rate-limit",
    type=click.IntRange(0),
    default=300,
    show_default=True,
    metavar="N",
    help="Requests in 60 seconds; 0: no limit.",
)
@click.option(
    "--rate-limit-by",
    type=click.Choice(["client", "token"]),
    default="client",
    show_default=True,
    help="What the limit counts by.",
)
@click.option(
    "--expires-in", type=SECONDS, default=86400.0, metavar="S", help="Seconds a token is good for."
)
@click.option(
    "--permission",
    "permissions",
    type=click.Choice(ALL_PERMISSIONS),
    multiple=True,
    default=ALL_PERMISSIONS,
    metavar="NAME",
    help="What the client may do, once for each. Default: everything.",
)
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(ALL_SCOPES),
    multiple=True,
    default=ALL_SCOPES,
    metavar="NAME",
    help="What the client's tokens are good for, once for each. Default: everything.",
)
@click.option("--page/--no-page", default=True, help="Show the org in a browser. Default: yes.")
@_switches_of_faults
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def simulate(
    port: int | None,
    data: str | None,
    seed: int | None,
    limit: int,
    latency: float,
    rate_limit: int,
    rate_limit_by: str,
    expires_in: float,
    permissions: tuple[str, ...],
    scopes: tuple[str, ...],
    page: bool,
    command: tuple[str, ...],
    **faults: Any,
) -> NoReturn:
    r"""Run a simulated Genesys Cloud org on 127.0.0.1, as well or as badly behaved as you like.

    With a COMMAND after `--`, run it with the environment set to the org, and end with it, with
    its exit code. No other GENESYSCLOUD_ variable reaches it. Without, serve till Ctrl-C: print
    the address of the page that shows the org, and what to paste into another shell. While it
    serves, a command in the org of the same data file runs in this one.

    \b
    pulumi-widgets simulate -- pulumi up
    pulumi-widgets simulate --data org.journal --double-post 5 --read-lag 2
    pulumi-widgets simulate --data org.journal -- pulumi up
    """
    from ..simulator import Simulator  # help and usage errors need no server

    try:
        chosen = Faults(**faults)
    except ValueError as error:
        raise _OneLineError(str(error)) from None
    if port is None:
        port = _port_of(data) if data else 0
    org = Simulator(
        port,
        data,
        seed,
        chosen,
        limit=limit or None,
        rate_limit=rate_limit or None,
        rate_limit_by=cast(Literal["client", "token"], rate_limit_by),
        permissions=permissions,
        scopes=scopes,
        page=page,
        joinable=not command,
        latency=latency,
        expires_in=expires_in,
    )
    try:
        org.start()
    except DataFileInUseError as error:
        sys.exit(_in_the_running_one(error, data or "", command))
    except DataFileError as error:
        raise _OneLineError(str(error)) from None
    except OSError as error:
        if data and _about(f"http://127.0.0.1:{port}").get("data") == os.path.realpath(data):
            # its file was moved or removed, and the lock with it
            raise _OneLineError(f"{data}: its org is at port {port}, without this file") from None
        reason = os.strerror(error.errno or 0)
        raise _OneLineError(f"port {port}: {reason}; --port chooses another") from None
    try:
        code = run_child(command, org.environ_over(os.environ)) if command else _alone(org, page)
    finally:
        org.stop()
    sys.exit(code)


def _port_of(data: str) -> int:
    """A port that goes with a data file, since states remember the address of the org.

    Below those that systems hand out by themselves.
    """
    return 20_000 + zlib.crc32(os.fsencode(os.path.realpath(data))) % 12_000


def _alone(org: Simulator, page: bool) -> int:
    from ..simulator.snippets import environment

    over = threading.Event()
    with on_signals(lambda *_: over.set(), "SIGINT", "SIGTERM", "SIGHUP"):
        see = "; a browser shows it there" if page else ""
        said = f"A simulated org is at {org.url} till Ctrl-C{see}. --seed {org.seed} repeats it."
        click.echo(said, err=True)
        click.echo(environment(org.environ))
        wait_for(over)
    return 0


def _in_the_running_one(error: Exception, data: str, command: tuple[str, ...]) -> int:
    """Run the command in the org that has the data file open, if that one lets others in."""
    from ..simulator.org import environ_over

    url = served(data)
    if not url:
        raise _OneLineError(f"{error}, around a command: wait till that ends")
    said = f"{data}: its org is at {url} already"
    if not command:
        raise _OneLineError(said)
    environ = _about(url).get("environ")
    if not environ:
        raise _OneLineError(f"{said}, and does not answer")
    context = click.get_current_context()
    given = [
        (parameter.opts if context.params[str(parameter.name)] else parameter.secondary_opts)[0]
        for parameter in context.command.params
        if parameter.name not in ("port", "data", "command")
        and context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE
    ]
    if given:
        raise _OneLineError(f"{said}, and was started without: {', '.join(given)}")
    click.echo(f"{said}; the command runs there.", err=True)
    return run_child(command, environ_over(os.environ, environ))


def _about(url: str) -> dict[str, Any]:
    """What the org at an address says of itself; nothing: there is none, or it says nothing."""
    connection = http.client.HTTPConnection(url.rpartition("/")[2], timeout=10)
    try:
        connection.request("GET", "/_simulator/")
        return dict(json.loads(connection.getresponse().read()))
    except (OSError, http.client.HTTPException, ValueError, TypeError):
        return {}
    finally:
        connection.close()
