"""Deployments that no stack holds, and what is known of them."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ... import mapping
from ...api import READING, Deployments, connect
from ...api.half_made import token_of
from ...errors import SettingsError, WidgetsError
from ...settings import Settings, given, known_orgs, unconfigured
from ..org import name_of, view
from ..shell.output import note
from ..stacks.holders import Holder, holdings, in_words
from ..stacks.stack import Managed, Stack

__all__ = ["Orphan", "orphans_of", "places"]


@dataclass(frozen=True)
class Orphan:
    """A deployment that no state of the named stacks holds."""

    id: str
    name: str
    """Its own; hidden where it is secret in the state of the stack that holds it."""
    org: str
    """The name of its org; empty for the one without."""
    deployments: Deployments
    """The connection that listed it."""
    half_made: datetime | None
    """When a create began that left it half made; None for others."""
    looks_like: tuple[Holder, ...]
    """Managed ones with the same content, which proves nothing about whose it is."""
    held_elsewhere: Holder | None
    """The stack that holds it though it was not named: of this project, or of another."""
    beside_ours: bool
    """Whether the stacks of the project hold anything in its org."""

    @property
    def called(self) -> str:
        """What it is called in a sentence."""
        org = f", org {self.org}" if self.org else ""
        return f"{self.name!r} ({self.id}{org})"

    @property
    def marks(self) -> str:
        """What is known of it, in words; may be nothing."""
        marks = []
        if self.held_elsewhere:
            stack, name = self.held_elsewhere
            marks.append(f"held by {in_words(stack)}, as {name!r}")
        if self.half_made:
            marks.append(f"half made at {self.half_made:%Y-%m-%d %H:%M:%S} UTC")
        if self.looks_like:
            like = ", ".join(f"{name!r} of stack {stack}" for stack, name in self.looks_like[:3])
            more = len(self.looks_like) - 3
            marks.append(f"looks like {like}{f' and {more} more' if more > 0 else ''}")
        return "; ".join(marks)


def places(
    stacks: Sequence[Stack], others: Sequence[Stack], org: str | None
) -> list[tuple[str, Deployments]]:
    """The orgs that the stacks' settings name, each once: its name, and the connection.

    An org that one of the stacks does not know may be another's: each has its own configuration.

    Args:
        stacks: whose configurations count, each over the environment; where there are none, the
            environment's settings do.
        others: the rest of the project, asked only about what these stacks do not know.
        org: the org's name; empty for the one without; None: all that they name.

    Raises:
        SettingsError: no stack has the settings of an org whole.
        StackError: a stack's configuration cannot be read.
    """
    found: dict[Settings, tuple[str, Deployments]] = {}
    loaded: set[str] = set()
    failed: dict[str, list[tuple[bool, str]]] = {}
    configs = [(f"stack {each.name}: ", each.config()) for each in stacks]
    for where, config in configs or [("", unconfigured)]:
        for name in ["", *known_orgs(config, os.environ)] if org is None else [org]:
            try:
                settings = Settings.load(config, os.environ, name)
            except SettingsError as error:
                is_meant = any(given(config, os.environ, name)[0].values())
                failed.setdefault(name, []).append((is_meant, f"{where}{error}"))
                continue
            loaded.add(name)
            if settings not in found:
                found[settings] = (name, connect(settings, note, policy=READING))
    for name in sorted(failed, key=lambda name: (not name, name)):
        meant = [problem for is_meant, problem in failed[name] if is_meant]
        # where there are orgs with names, the one without may be missing
        if name not in loaded and (not found or (name and not _any_loads(others, name))):
            raise SettingsError(meant[0] if meant else failed[name][0][1])
        for problem in meant:
            note(f"An org is left out: {problem}")
    return list(found.values())


def orphans_of(
    stacks: Sequence[Stack],
    others: Sequence[Stack],
    strange: Mapping[str, Managed],
    orgs: Sequence[tuple[str, Deployments]],
    ids: Collection[str] = (),
) -> tuple[list[Orphan], int]:
    """The deployments that no state of the stacks holds, and how many the orgs have in all.

    Args:
        stacks: the named ones.
        others: the rest of the project.
        strange: what other projects hold.
        orgs: where to look, as `places` gave it; each is listed once.
        ids: those alone; default: all.

    Raises:
        StackError: a state cannot be read.
        WidgetsError: an org cannot be listed, or one of `ids` is no orphan.
    """
    held, others_hold = holdings(stacks), holdings(others)
    elsewhere = {**strange, **others_hold}
    listed: dict[str, tuple[dict[str, Any], str, Deployments]] = {}
    for org, deployments in orgs:
        for id_, each in deployments.list().items():
            # two OAuth clients may be of the same org
            listed.setdefault(id_, (each, org, deployments))
    wanted = {id_.casefold(): id_ for id_ in ids}
    _are_orphans(wanted, listed, {**elsewhere, **held})
    managed: dict[str, list[Holder]] = {}
    ours = set()
    for id_, (each, _, deployments) in listed.items():
        if id_ in held:
            managed.setdefault(_content(each), []).append((held[id_].stack, held[id_].name))
        if id_ in held or id_ in others_hold:
            ours.add(deployments)
    found = []
    for id_, (each, org, deployments) in listed.items():
        if id_ in held or (wanted and id_ not in wanted):
            continue
        mark = token_of(each)
        holder = elsewhere.get(id_)
        found.append(
            Orphan(
                id=each["id"],
                name=name_of(view(each, holder)),
                org=org,
                deployments=deployments,
                half_made=mark[1] if mark else None,
                looks_like=tuple(sorted(managed.get(_content(each), ()))),
                held_elsewhere=(holder.stack, holder.name) if holder else None,
                beside_ours=deployments in ours,
            )
        )
    return sorted(found, key=lambda each: (each.name.casefold(), each.id)), len(listed)


def _are_orphans(
    wanted: Mapping[str, str], listed: Collection[str], held: Mapping[str, Managed]
) -> None:
    """Make sure of it.

    Args:
        wanted: the ids, in small letters → as they were given.
        listed: the ids that the orgs have.
        held: what any stack holds.

    Raises:
        WidgetsError: the orgs lack one, or a stack holds it; all such are told.
    """
    problems = []
    for id_, given_id in wanted.items():
        if id_ not in listed:
            problems.append(f"the org has no deployment of the id {given_id!r}")
        elif id_ in held:
            by = held[id_]
            problems.append(f"{in_words(by.stack)} manages {given_id!r}, as {by.name!r}")
    if problems:
        raise WidgetsError("; ".join(problems), hint="`pulumi-widgets orphans` shows all.")


def _any_loads(stacks: Sequence[Stack], org: str) -> bool:
    for each in stacks:
        try:
            each.settings(org)
        except SettingsError:
            continue
        return True
    return False


def _content(deployment: Mapping[str, Any]) -> str:
    """All that it says but who it is; domains in no order."""
    seen = mapping.told(deployment)
    content = {key: seen[key] for key in mapping.INPUTS.values() if key in seen}
    if "allowedDomains" in content:
        content["allowedDomains"] = sorted(content["allowedDomains"])
    return json.dumps(content, sort_keys=True)
