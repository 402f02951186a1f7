"""How two values of a state compare: plain JSON, in normal form, and what a preview lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.output import Unknown


def is_unknown(value: object) -> bool:
    """Whether this is a value that a preview does not know yet."""
    return isinstance(value, Unknown)


def departures(answered: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Where an answer says otherwise than was sent: objects within objects, lists at their ends.

    A list holds the answer's value, or nothing where the answer has none.
    """
    found: dict[str, Any] = {}
    for key in {**sent, **answered}:
        ours, theirs = sent.get(key), answered.get(key)
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            if nested := departures(theirs, ours):
                found[key] = nested
        elif key not in answered or not same(ours, theirs):
            found[key] = [theirs] if key in answered else []
    return found


def still_seen(departed: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the `departures` that are seen now: seen otherwise, a value is no answer of ours."""
    left: dict[str, Any] = {}
    for key, answered in departed.items():
        if isinstance(answered, Mapping):
            now = seen.get(key)
            if nested := still_seen(answered, now) if isinstance(now, Mapping) else {}:
                left[key] = nested
        elif same([seen[key]] if key in seen else [], answered):
            left[key] = answered
    return left


def as_sent(
    seen: Mapping[str, Any], sent: Mapping[str, Any], departed: Mapping[str, Any]
) -> dict[str, Any]:
    """What is seen now, with what was sent wherever it is what the answer to that had departed to.

    Args:
        seen: what a read says.
        sent: what was sent.
        departed: the `departures` of the answer to it that are `still_seen`.
    """
    left = dict(seen)
    for key, answered in departed.items():
        ours = sent.get(key)
        if isinstance(answered, Mapping):
            left[key] = as_sent(seen[key], ours if isinstance(ours, Mapping) else {}, answered)
            if not left[key] and key not in sent:
                del left[key]
        else:
            left.pop(key, None)
            if key in sent:
                left[key] = ours
    return left


def differences(path: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    """Where two values differ, objects field by field, lists as one: a path, and what is there."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in {**one, **other}:
            yield from differences(f"{path}.{key}", one.get(key), other.get(key))
    elif not same(one, other):
        yield path, one, other


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; Python's own ``==`` takes True for 1."""
    if is_unknown(one) or is_unknown(other):
        return False
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)
