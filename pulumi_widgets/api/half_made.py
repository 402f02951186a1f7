"""Deployments that a create has begun and not ended: their mark, and what the create knows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

_MARK = re.compile(r"pulumi-widgets ([0-9a-f]{32}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")
OLD = timedelta(minutes=10)
"""From this age on a half-made deployment is taken for one that nobody is making any more."""
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass
class Create:
    """What is known of one create of this process, for as long as it lives."""

    kept: str | None = None
    """The id that it keeps; "" for none, None while that is open."""
    made: dict[str, str] = field(default_factory=dict)
    """The ids that an answer or a listing showed with its token, as the service spelled them."""
    posts: int = 0
    """POSTs that were carried out, or may yet be."""
    until: float = float("-inf")
    """By when a lost one is done, if ever, and shown."""


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


def is_marked(token: str, deployment: Mapping[str, Any]) -> bool:
    """Whether a deployment carries this token."""
    return (token_of(deployment) or ("",))[0] == token


def leftover(ids: Sequence[str]) -> str:
    """What a failed create tells of what it could not delete; of nothing, nothing."""
    if not ids:
        return ""
    return (
        f" What it began could not be deleted and takes a place: {', '.join(ids)}. It refuses "
        "chats; `pulumi-widgets orphans --delete` deletes it."
    )


def written(moment: datetime) -> str:
    """A time of day, in UTC, as the description has it."""
    return moment.astimezone(timezone.utc).strftime(_TIME)
