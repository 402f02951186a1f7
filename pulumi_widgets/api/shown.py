"""What reads show of a deployment, against what was written or is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .half_made import token_of


@dataclass
class Expected:
    """What reads have to show of a written deployment before it is settled."""

    id_: str
    """As the service spelled it."""
    written: float
    """When, by the clock."""
    again: float
    """From when on a deletion that is not shown is asked for again."""
    deadline: float
    """From when on it is not waited for."""
    token: str = ""
    """Of a create: that it is gone shows the PUT, which wrote all of the deployment at once."""
    contents: tuple[Mapping[str, Any], ...] = ()
    """Of an update: what was sent, and how the service spelled it in its answer."""
    deletes: int = 0
    """Of a deletion: how often it was asked for."""

    def is_shown(self, entity: Mapping[str, Any] | None) -> bool:
        """Whether what a read tells of the deployment, if it does, is what was written."""
        if self.deletes or entity is None:
            return bool(self.deletes) and entity is None
        if self.token:
            return (token_of(entity) or ("",))[0] != self.token
        there, *wanted = (_comparable(each) for each in (entity, *self.contents))
        return all(there.get(key) in [each.get(key) for each in wanted] for key in self.contents[0])


def _comparable(deployment: Mapping[str, Any]) -> dict[str, Any]:
    """A deployment's fields without what has no meaning in them, at any depth."""
    fields = with_values(deployment)
    if isinstance(fields.get("flow"), Mapping):
        fields["flow"] = fields["flow"].get("id")  # its name is not ours, and may change any time
    if isinstance(fields.get("allowedDomains"), list):
        fields["allowedDomains"] = sorted(map(str, fields["allowedDomains"]))
    return fields


def lacks(entity: Any, known: Mapping[str, Any]) -> bool:
    """Whether an entity leaves out a field that is known to be there, nested ones too."""
    return not isinstance(entity, Mapping) or any(
        field not in entity or (isinstance(value, Mapping) and lacks(entity[field], value))
        for field, value in known.items()
    )


def with_values(held: Mapping[str, Any]) -> dict[str, Any]:
    """What has a value, at any depth: a service may leave out what is empty."""
    found = {
        field: with_values(value) if isinstance(value, Mapping) else value
        for field, value in held.items()
    }
    return {field: value for field, value in found.items() if value}
