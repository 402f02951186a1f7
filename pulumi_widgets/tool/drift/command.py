"""``pulumi-widgets drift``: what differs between the stack's state and the org."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from ...errors import HIDDEN
from ..shell import output
from ..shell.options import json_option, stack_option

if TYPE_CHECKING:
    from .compare import Drifted

__all__ = ["drift"]

_FOUND = 2
"""Exit code where there is drift."""


class _WrongUse(click.UsageError):
    exit_code = 1


class _Command(click.Command):
    """Wrong usage ends with 1, for 2 has a meaning of its own here."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            problem = _WrongUse(error.format_message(), error.ctx)
        raise problem


@click.command(
    "drift", cls=_Command, short_help="What differs between the stack's state and the org."
)
@stack_option
@json_option
def drift(stack: str | None, as_json: bool) -> None:
    r"""Compare the deployments that the stack manages with the org, field by field.

    It is what `pulumi refresh` would bring into the state, but the state is not touched. How the
    service spells what is empty, the order of domains, and what it adds by itself are no drift.

    \b
    pulumi-widgets drift
    pulumi-widgets drift --stack prod --json

    Exit codes: 0 no drift, 2 drift, 1 it could not be told (or wrong usage).
    """
    from ..stacks.stack import Stack
    from .compare import drifted

    with output.progress("Comparing the stack's state with the org …") as tell:
        asked = Stack.select(stack)
        found, count = drifted(asked, tell)
    managed = output.number_of(count, "deployment")
    if as_json:
        output.write_json(
            {"stack": asked.name, "managed": count, "drifted": [_document(each) for each in found]}
        )
    elif found:
        _show(found)
        output.note(f"Drifted: {len(found):,} of {managed} of stack {asked.name}.")
    else:
        output.line(f"No drift: {managed} of stack {asked.name} compared with the org.")
    sys.exit(_FOUND if found else 0)


def _show(found: list[Drifted]) -> None:
    several = any(each.managed.org for each in found)

    def cells(each: Drifted) -> tuple[str, ...]:
        return (each.managed.name, *([each.managed.org] if several else []))

    org = [output.Column("ORG")] if several else []
    changed = [
        (
            *cells(each),
            change.field,
            HIDDEN if change.is_secret else _value(change.state),
            f"{HIDDEN} (another)" if change.is_secret else _value(change.org),
        )
        for each in found
        for change in each.changes
    ]
    gone = [(*cells(each), each.managed.id) for each in found if each.gone]
    if changed:
        output.table(
            [
                *(output.Column("DEPLOYMENT"), *org, output.Column("FIELD")),
                *(output.Column(title, limit=200) for title in ("STATE", "FOUND")),
            ],
            changed,
        )
    if changed and gone:
        output.line()
    if gone:
        output.table(
            [output.Column("GONE", style="red"), *org, output.Column("ID", whole=True)], gone
        )


def _value(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _document(each: Drifted) -> dict[str, Any]:
    managed = each.managed
    return {
        "name": managed.name,
        "urn": managed.urn,
        "id": managed.id,
        "org": managed.org,
        "status": "gone" if each.gone else "changed",
        "changes": [
            {
                "field": change.field,
                "state": HIDDEN if change.is_secret else change.state,
                "org": HIDDEN if change.is_secret else change.org,
                "secret": change.is_secret,
            }
            for change in each.changes
        ],
    }
