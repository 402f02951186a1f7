"""``pulumi-widgets drift``: what differs between stacks' states and the org."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ...errors import HIDDEN
from ..shell import output
from ..shell.options import json_option, stack_option

if TYPE_CHECKING:
    from .compare import Compared, Drifted

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
@click.option("--all-stacks", is_flag=True, help="Compare all stacks of the project.")
@json_option
def drift(stack: str | None, all_stacks: bool, as_json: bool) -> None:
    r"""Compare the deployments that the stack manages with the org, field by field.

    It is what `pulumi refresh` would bring into the state, but the state is not touched. How the
    service spells what is empty, the order of domains, and what it adds by itself are no drift.

    \b
    pulumi-widgets drift
    pulumi-widgets drift --stack prod --json
    pulumi-widgets drift --all-stacks

    Of all stacks, one that cannot be told does not keep the others from being compared.

    Exit codes: 0 no drift, 2 drift, 1 it could not be told (or wrong usage).
    """
    if all_stacks and stack is not None:
        raise _WrongUse("give --stack or --all-stacks, not both")

    from ..stacks.stack import Stack
    from .compare import compared, drifted

    with output.progress("Comparing states with orgs …") as tell:
        if all_stacks:
            results = compared(Stack.every(), tell)
        else:
            results = [drifted(Stack.select(stack), tell)]
    if as_json:
        documents = [_of_stack(each) for each in results]
        output.write_json({"stacks": documents} if all_stacks else documents[0])
    else:
        _tell(results, several=all_stacks)
    failed = any(each.error for each in results)
    sys.exit(1 if failed else _FOUND if any(each.drifted for each in results) else 0)


def _tell(results: Sequence[Compared], *, several: bool) -> None:
    """Print what was found."""
    found = [drifted for each in results for drifted in each.drifted]
    if found:
        _show(found, several=several)
    for each in results:
        if each.error:
            output.note(f"Stack {each.stack} could not be told: {each.error}")
    told = [each for each in results if not each.error]
    managed = output.number_of(sum(each.managed for each in told), "deployment")
    of = output.number_of(len(told), "stack") if several else f"stack {results[0].stack}"
    if found:
        output.note(f"Drifted: {len(found):,} of {managed} of {of}.")
    else:
        output.line(f"No drift: {managed} of {of} compared with the org{'s' * several}.")


def _show(found: Sequence[Drifted], *, several: bool) -> None:
    orgs = any(each.managed.org for each in found)

    def cells(each: Drifted) -> tuple[str, ...]:
        return (
            *([each.managed.stack] if several else []),
            each.managed.name,
            *([each.org] if orgs else []),
        )

    stack = [output.Column("STACK")] if several else []
    org = [output.Column("ORG")] if orgs else []
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
                *(*stack, output.Column("RESOURCE"), *org, output.Column("FIELD")),
                *(output.Column(title, limit=200) for title in ("STATE", "FOUND")),
            ],
            changed,
        )
    if changed and gone:
        output.line()
    if gone:
        output.table(
            [*stack, output.Column("GONE", style="red"), *org, output.Column("ID", whole=True)],
            gone,
        )


def _value(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _of_stack(result: Compared) -> dict[str, Any]:
    if result.error:
        return {"stack": result.stack, "error": result.error}
    drifted = [_document(each) for each in result.drifted]
    return {"stack": result.stack, "managed": result.managed, "drifted": drifted}


def _document(each: Drifted) -> dict[str, Any]:
    managed = each.managed
    return {
        "name": each.name,
        "resource": managed.name,
        "urn": managed.urn,
        "id": managed.id,
        "org": each.org,
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
