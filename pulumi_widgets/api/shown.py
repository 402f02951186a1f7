"""What reads show of a deployment, against what was written or is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .half_made import is_marked


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
            return not is_marked(self.token, entity)
        there, *wanted = (_comparable(each) for each in (entity, *self.contents))
        return all(there.get(key) in [each.get(key) for each in wanted] for key in self.contents[0])


def not_shown(given_up: Iterable[Expected], why: str) -> list[str]:
    """What the user is told of writes that listings do not show, a line for each kind."""
    several = list(given_up)
    there = [each for each in several if not each.deletes]
    gone = [each for each in several if each.deletes]
    lines = []
    if there:
        lines.append(
            f"Written, but the org's listing could not confirm it: {_named(there)} ({why}). Wait a "
            "little before the next refresh. `pulumi-widgets orphans` names twins that POSTs left."
        )
    if gone:
        lines.append(
            f"Deleted {max(each.deletes for each in gone)} times, but the org's listing still "
            f"shows it: {_named(gone)} ({why}). `pulumi-widgets orphans` tells if it stays."
        )
    return lines


def _named(several: list[Expected]) -> str:
    first, more = ", ".join(sorted(each.id_ for each in several)[:10]), len(several) - 10
    return first + (f" and {more} more" if more > 0 else "")


def _comparable(deployment: Mapping[str, Any]) -> dict[str, Any]:
    """A deployment's fields without what has no meaning in them, at any depth."""
    fields = with_values(deployment)
    if isinstance(fields.get("flow"), Mapping):
        fields["flow"] = fields["flow"].get("id")  # its name is not ours, and may change any time
    if isinstance(fields.get("allowedDomains"), list):
        fields["allowedDomains"] = sorted(map(str, fields["allowedDomains"]))
    return fields


def lacks(entity: Any, known: Mapping[str, Any]) -> bool:
    """Whether an entity leaves out a field that is known to be there, or says null; nested too."""
    return not isinstance(entity, Mapping) or any(
        entity.get(field) is None or (isinstance(value, Mapping) and lacks(entity[field], value))
        for field, value in known.items()
    )


def with_values(held: Mapping[str, Any]) -> dict[str, Any]:
    """What has a value, at any depth: a service may leave out what is empty."""
    found = {
        field: with_values(value) if isinstance(value, Mapping) else value
        for field, value in held.items()
    }
    return {field: value for field, value in found.items() if value}
