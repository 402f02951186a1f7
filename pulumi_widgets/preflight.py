"""What can be said of a program's inputs before the engine sees them.

The engine stops at the first resource whose `check` fails (seen with CLI v3.259, with
``--continue-on-error`` too) and tells a provider nothing of secrets. So what is wrong with values
that the program itself knows is found here, by the same rules, for all its resources at once; and
`check` is told which inputs are secret, so that no message shows them.
"""

from collections.abc import Awaitable, Iterator, Mapping, MutableMapping
from enum import Enum
from inspect import isawaitable
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_root_resource

from . import mapping, validation

_found: MutableMapping[pulumi.Resource, list[str]] = WeakKeyDictionary()
"""The problems of each program that runs in this process, by its stack."""

_adopters: MutableMapping[pulumi.Resource, dict[tuple[str, str], str]] = WeakKeyDictionary()
"""Which resource of each program adopts which deployment, by org and id."""


def problems(resource_name: str, props: Mapping[str, Any]) -> Awaitable[None] | None:
    """Look for problems in what is known of a resource's inputs.

    Returns:
        None where there are none. Else an input that fails the program, as soon as all its
        resources are declared, with a `pulumi.RunError` that tells all problems of all of them.
    """
    given = mapping.in_api_names(_known(props))
    found = [f"{resource_name}: {path}: {reason}" for path, reason in validation.problems(given)]
    root = get_root_resource()
    found += _adopted_twice(root, resource_name, given)
    if not found:
        return None
    lines = found if root is None else _found.setdefault(root, [])
    if root is not None:
        lines += found
    return _fail(lines)


def _adopted_twice(
    root: pulumi.Resource | None, resource_name: str, given: Mapping[str, Any]
) -> Iterator[str]:
    org, id_ = given.get("org") or "", given.get("adoptId")
    if root is None or not isinstance(org, str) or not isinstance(id_, str):
        return
    first = _adopters.setdefault(root, {}).setdefault((org, id_), resource_name)
    if first != resource_name:
        yield f"{resource_name}: adoptId: {first!r} adopts this deployment already"


async def _fail(lines: list[str]) -> None:
    count = "a problem" if len(lines) == 1 else f"{len(lines)} problems"
    raise pulumi.RunError("\n  ".join([f"WidgetDeployment: {count}", *lines]))


async def secrets(props: Mapping[str, Any]) -> list[str] | None:
    """The names of the inputs that hold a secret, in the API's spelling; None where none does."""
    names = []
    for key, value in mapping.in_api_names(props).items():
        for output in _outputs(value):
            if await output.is_secret():
                names.append(key)
                break
    return names or None


def _fields(value: Any) -> Mapping[str, Any] | None:
    """An object's fields: of a mapping, or of one of the Args classes."""
    if isinstance(value, Mapping):
        return value
    # asked of the class: an Output has any attribute
    return vars(value) if hasattr(type(value), "_pulumi_input_type") else None


def _known(value: Any) -> Any:
    """A value in plain types; what only the engine will tell is unknown."""
    if isinstance(value, pulumi.Output) or isawaitable(value):
        return pulumi.UNKNOWN
    if isinstance(value, Enum):
        return value.value
    fields = _fields(value)
    if fields is not None:
        return {key: _known(item) for key, item in fields.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_known(item) for item in value]
    return value


def _outputs(value: Any) -> Iterator[pulumi.Output[Any]]:
    """Every output within a value."""
    if isinstance(value, pulumi.Output):
        yield value
        return
    fields = _fields(value)
    if fields is not None or isinstance(value, (list, tuple)):
        for item in value if fields is None else fields.values():
            yield from _outputs(item)
