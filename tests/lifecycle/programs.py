"""Programs as data: what `program/__main__.py` declares."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = [
    "Program",
    "after",
    "component",
    "deployment",
    "existing",
    "later",
    "lookup",
    "lookups",
    "output_of",
    "secret",
    "text_of",
]


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A resource of a program."""

    kind: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    inside: str = ""
    """Of a lookup: it is called in an `apply` of this resource's id."""


Program = Mapping[str, Declared]
"""Logical name → resource, in the order of the declarations."""


def deployment(opts: Mapping[str, Any] | None = None, **inputs: Any) -> Declared:
    """A `WidgetDeployment`.

    Args:
        opts: as `pulumi.ResourceOptions` takes them; ``parent`` and ``depends_on`` by name,
            ``aliases`` by the old names.
        inputs: ``client_type`` is ``v2`` unless given.
    """
    return Declared(
        kind="deployment", inputs={"client_type": "v2", **inputs}, options=dict(opts or {})
    )


def existing(deployment_id: str, **inputs: Any) -> Declared:
    """What `WidgetDeployment.get` reads; ``inputs``: its ``org``."""
    return Declared(kind="existing", id=deployment_id, inputs=inputs)


def lookup(depends_on: Sequence[str] = (), inside: str = "", **inputs: Any) -> Declared:
    """What `get_widget_deployment` finds, or its output form where it has to wait.

    Args:
        depends_on: what it waits for, by name.
        inside: as of `Declared`.
        inputs: its arguments.
    """
    options = {"depends_on": list(depends_on)}
    return Declared(kind="lookup", inputs=inputs, options=options, inside=inside)


def lookups(depends_on: Sequence[str] = (), inside: str = "", **inputs: Any) -> Declared:
    """What `get_widget_deployments` finds, or its output form; as above."""
    options = {"depends_on": list(depends_on)}
    return Declared(kind="lookups", inputs=inputs, options=options, inside=inside)


def component() -> Declared:
    """A component resource, for a parent."""
    return Declared(kind="component")


def later(value: Any) -> dict[str, Any]:
    """`pulumi.Output.from_input` of a value: the program itself does not know it."""
    return {"$later": value}


def secret(value: Any) -> dict[str, Any]:
    """`pulumi.Output.secret` of a value."""
    return {"$secret": value}


def output_of(name: str, *path: str | int) -> dict[str, Any]:
    """An output of a resource declared before, like ``output_of("a", "self_uri")``."""
    return {"$output": [name, *path]}


def after(name: str, value: Any) -> dict[str, Any]:
    """An output that has a value when the id of a resource declared before is known."""
    return {"$after": [name, value]}


def text_of(program: Program, exports: Mapping[str, Any]) -> str:
    """The text of `program.json`."""
    resources = {name: asdict(each) for name, each in program.items()}
    return json.dumps({"resources": resources, "exports": dict(exports)})
