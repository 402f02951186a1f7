"""The mark of a deployment that a create has begun and not ended: its description says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

_MARK = re.compile(r"pulumi-widgets ([0-9a-f]{32}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def description_of(token: str, now: datetime) -> str:
    """The description that a half-made deployment has, a sentence for whoever finds it."""
    return (
        f"Half made: pulumi-widgets {token} {written(now)}. "
        "It refuses chats. An interrupted create left it if it is still here after some minutes; "
        "then it can be deleted."
    )


def token_of(deployment: Mapping[str, Any]) -> tuple[str, datetime] | None:
    """The token that a half-made deployment carries and when it was made; None for others.

    A description that only looks like ours, with a day that no calendar has, is another's.
    """
    found = _MARK.search(str(deployment.get("description") or ""))
    if not found:
        return None
    try:
        return found[1], datetime.strptime(found[2], _TIME).replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def written(moment: datetime) -> str:
    """A time of day, in UTC, as the description has it."""
    return moment.astimezone(timezone.utc).strftime(_TIME)
