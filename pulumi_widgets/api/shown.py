"""What reads show of a deployment, against what was written or is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any


@dataclass
class Expected:
    """What reads have to show of a written deployment before it is settled."""

    content: Mapping[str, Any] | None
    """The fields that were sent, as the service spelled them in its answer; None: it is gone."""
    deadline: float
    began: int
    """How many writes had begun when this one had."""
    answered: int
    """How many writes had begun when this one was answered."""
    token: str | None = None
    is_confirmed: bool = False
    """Whether its own GET showed what a listing leaves out."""

    def is_shown(self, shown: Mapping[str, Any] | None) -> bool:
        """Whether what a read tells of the deployment, if it does, is what was written."""
        if self.content is None or shown is None:
            return self.content is None and shown is None
        there, written = _comparable(shown), _comparable(self.content)
        return all(there[key] == written[key] for key in written if key in there)

    def is_told(self, shown: Mapping[str, Any] | None, listed: Set[str]) -> bool:
        """Whether a listing tells all that was written; what is empty may be left out.

        Args:
            shown: the deployment in the listing.
            listed: the fields that the listing tells of any deployment.
        """
        if self.content is None or shown is None:
            return True
        written = _comparable(self.content)
        return written.keys() <= listed and not lacks(_comparable(shown), with_values(written))


def _comparable(deployment: Mapping[str, Any]) -> dict[str, Any]:
    """A deployment's fields without what has no meaning in them."""
    fields: dict[str, Any] = {
        key: value if isinstance(value, bool) else value or None
        for key, value in deployment.items()
    }
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
    """What has a value: a service may leave out what is empty."""
    return {
        field: with_values(value) if isinstance(value, Mapping) else value
        for field, value in held.items()
        if value
    }
