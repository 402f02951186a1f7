"""``pulumi-widgets import``: what ``pulumi import`` cannot do for Python dynamic resources.

The deployments are written into the stack's state, as the provider would have left them after
creating them, and the program that declares them is printed. The org is only read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..shell import output
from ..shell.options import json_option, org_option, stack_option

if TYPE_CHECKING:
    from ..stacks.stack import Stack
    from .choice import Choice
    from .run import Written

__all__ = ["import_"]


@click.command(
    "import", short_help="Bring existing deployments into the stack, and print their program."
)
@click.argument("pairs", metavar="[NAME ID]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All of the org that no stack manages.")
@click.option("--name", "pattern", metavar="GLOB", help="Those whose name fits, like 'support*'.")
@org_option
@stack_option
@click.option(
    "--protect/--no-protect",
    default=True,
    show_default=True,
    help="Whether Pulumi refuses to delete them, as after `pulumi import`.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A new file for the program. Default, and with -: it is printed.",
)
@click.option(
    "--generate-only",
    is_flag=True,
    help="Make the program, also of what the stack manages, and touch no state.",
)
@json_option
def import_(
    pairs: tuple[str, ...],
    everything: bool,
    pattern: str | None,
    org: str,
    stack: str | None,
    protect: bool,
    out: Path | None,
    generate_only: bool,
    as_json: bool,
) -> None:
    r"""Bring existing deployments into the stack's state, and print the program for them.

    NAME is the resource's name in the program. With --all or --name, names are made of the
    deployments' own. The state before is kept in a file; the org is not written to.

    \b
    pulumi-widgets import support 6f1e0c52-8f6b-4f0e-9d1c-0a2b3c4d5e6f
    pulumi-widgets import --all --out deployments.py
    pulumi-widgets import --name 'support*' --org eu --no-protect
    pulumi-widgets import --all --generate-only

    Add the program to yours, then `pulumi preview` shows no change.
    """
    if len(pairs) % 2:
        raise click.UsageError("give a NAME and an ID for each deployment")
    if sum((bool(pairs), everything, pattern is not None)) != 1:
        raise click.UsageError("give one of: NAME ID pairs, --all, --name")
    if out == Path("-"):
        out = None
    if out is not None and out.exists():
        raise click.UsageError(f"{out} exists already; name a new file")

    from .program import Declared, program
    from .run import Import  # help and usage errors need none of it

    work = Import(org, stack, needs_stack=not generate_only)
    choice = work.choose(list(zip(pairs[::2], pairs[1::2], strict=True)), pattern)
    text = program(
        [
            Declared(each.name, each.inputs, protect if each.protected is None else each.protected)
            for each in choice.chosen
        ]
    )
    done: Written | None = None
    if choice.chosen:
        with _kept(out, text):
            done = None if generate_only else work.write(protect)
    if as_json:
        output.write_json(
            {
                "org": org,
                "stack": work.stack and work.stack.name,
                "imported": [
                    {"name": each.name, "id": each.id, "urn": done and done.urns[each.name]}
                    for each in choice.chosen
                ],
                "leftOut": [
                    {"id": each.id, "name": each.name, "reason": each.reason}
                    for each in choice.left_out
                ],
                "protected": protect,
                "backup": done and str(done.backup),
                "program": text if choice.chosen else "",
            }
        )
        return
    if out is None and choice.chosen:
        click.echo(text, nl=False)
    _tell(choice, work.stack, done, out, protect=protect)


@contextmanager
def _kept(out: Path | None, text: str) -> Iterator[None]:
    """Write the program before the state, and take it back if the state cannot be written."""
    if out is None:
        yield
        return
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}") from None
    try:
        yield
    except BaseException:
        out.unlink(missing_ok=True)
        raise


def _tell(
    choice: Choice, stack: Stack | None, done: Written | None, out: Path | None, *, protect: bool
) -> None:
    """Say beside the program what was done, and what comes next."""
    from ..stacks.holders import in_words

    managed = Counter(each.holder[0] for each in choice.left_out if each.holder)
    for name, number in sorted(managed.items()):
        what = output.number_of(number, "deployment")
        output.note(f"Left out: {what} that {in_words(name)} manages already.")
    for each in choice.left_out:
        if each.holder:
            continue
        output.note(f"Left out: {each.name!r} ({each.id}): {each.reason}")
    what = output.number_of(len(choice.chosen), "deployment")
    if not choice.chosen:
        output.note("Nothing to import.")
    elif done is None or stack is None:
        output.note(f"Made the program of {what}. No state was touched.")
    else:
        protected = ", protected" if protect else ""
        output.note(f"Imported {what} into stack {stack.name}{protected}.")
        output.note(
            f"The state before is in {done.backup}; `pulumi stack import --stack {stack.name} "
            f"--file {done.backup}` puts it back."
        )
        where = out or "above"
        output.note(f"Add the program ({where}) to yours; `pulumi preview` then shows no change.")
