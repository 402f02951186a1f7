"""Deployments that no stack holds, and what is known of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .. import mapping
from ..api import Deployments, connect
from ..api.exactly_once import token_of
from ..errors import SettingsError
from ..settings import Settings
from .holders import Holder, holders
from .output import note
from .reading import read_all
from .stack import Stack

__all__ = ["Orphan", "orphans_of", "places"]


@dataclass(frozen=True)
class Orphan:
    """A deployment that no state of the named stacks holds."""

    id: str
    name: str
    deployments: Deployments
    """The connection that listed it."""
    half_made: datetime | None
    """When a create began that left it half made; None for others."""
    looks_like: tuple[Holder, ...]
    """Managed ones with the same content, which proves nothing about whose it is."""
    held_elsewhere: Holder | None
    """The stack of the project that holds it though it was not named."""


def places(stacks: Sequence[Stack], org: str | None) -> list[Deployments]:
    """The orgs that the stacks' settings name, each once.

    Args:
        stacks: whose configurations count, each over the environment.
        org: the org's name; empty for the one without; None: all that they name.

    Raises:
        SettingsError: a stack names no org that can be asked.
        StackError: a stack's configuration cannot be read.
    """
    found: dict[Settings, Deployments] = {}
    for stack in stacks:
        named = stack.orgs() if org is None else []
        for each in ["", *named] if org is None else [org]:
            try:
                settings = stack.settings(each)
            except SettingsError as error:
                # where orgs have names, the one without may be missing
                if each or not named:
                    raise SettingsError(f"stack {stack.name}: {error}") from None
                continue
            if settings not in found:
                found[settings] = connect(settings, note)
    if not stacks:
        settings = Settings.load(lambda _: None, os.environ, org or "")
        found[settings] = connect(settings, note)
    return list(found.values())


def orphans_of(
    stacks: Sequence[Stack],
    others: Sequence[Stack],
    orgs: Sequence[Deployments],
    tell: Callable[[str], object],
) -> tuple[list[Orphan], int]:
    """The deployments that no state of the stacks holds, and how many the orgs have in all.

    Args:
        stacks: the named ones.
        others: the rest of the project.
        orgs: where to look; each is listed once.
        tell: gets how far it is, where it takes long.

    Raises:
        StackError: a state cannot be read.
        WidgetsError: an org cannot be listed.
    """
    held, elsewhere = holders(stacks), holders(others)
    listed: dict[str, tuple[Mapping[str, Any], Deployments]] = {}
    for org in orgs:
        for id_, deployment in read_all(org, list(org.list()), tell).items():
            listed.setdefault(id_, (deployment, org))  # two OAuth clients may be of the same org
    managed: dict[str, list[Holder]] = {}
    for id_, (each, _) in listed.items():
        if id_ in held:
            managed.setdefault(_content(each), []).append(held[id_])
    found = []
    for id_, (each, org) in listed.items():
        if id_ in held:
            continue
        mark = token_of(each)
        found.append(
            Orphan(
                id=id_,
                name=str(each.get("name") or ""),
                deployments=org,
                half_made=mark[1] if mark else None,
                looks_like=tuple(sorted(managed.get(_content(each), ()))),
                held_elsewhere=elsewhere.get(id_),
            )
        )
    return sorted(found, key=lambda each: (each.name.casefold(), each.id)), len(listed)


def _content(deployment: Mapping[str, Any]) -> str:
    """All that it says but who it is; domains in no order."""
    seen, _ = mapping.refreshed(deployment, {})
    content = {key: seen[key] for key in mapping.INPUTS.values() if key in seen}
    if "allowedDomains" in content:
        content["allowedDomains"] = sorted(content["allowedDomains"])
    return json.dumps(content, sort_keys=True)
