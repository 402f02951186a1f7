"""``pulumi-widgets drift``: what differs between the stack's state and the org."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from . import output
from .options import json_option, stack_option

if TYPE_CHECKING:
    from .drifting import Drifted

__all__ = ["drift"]

_HIDDEN = "[secret]"
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
    from .drifting import drifted
    from .stack import Stack

    with output.progress("Comparing the stack's state with the org …") as tell:
        asked = Stack.select(stack)
        found, count = drifted(asked, tell)
    if as_json:
        output.write_json(
            {"stack": asked.name, "managed": count, "drifted": [_document(each) for each in found]}
        )
    elif found:
        _show(found)
        output.note(f"{len(found)} of {count} deployments of stack {asked.name} drifted.")
    else:
        output.line(f"No drift: {count} deployments of stack {asked.name} are as its state says.")
    sys.exit(_FOUND if found else 0)


def _show(found: list[Drifted]) -> None:
    rows: list[tuple[object, ...]] = []
    for each in found:
        name = each.managed.name
        if each.gone:
            rows.append((name, ("gone", "red"), each.managed.id, ""))
        rows += [
            (name, change.field, _value(change.state), _value(change.org))
            if not change.is_secret
            else (name, change.field, _HIDDEN, f"{_HIDDEN} (another)")
            for change in each.changes
        ]
    output.table(
        [
            output.Column("DEPLOYMENT"),
            output.Column("FIELD"),
            output.Column("STATE", limit=200),
            output.Column("ORG", limit=200),
        ],
        rows,
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
                "state": _HIDDEN if change.is_secret else change.state,
                "org": _HIDDEN if change.is_secret else change.org,
                "secret": change.is_secret,
            }
            for change in each.changes
        ],
    }
