"""An org as the commands see it: its deployments, who manages each, and what of it is secret."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from .. import mapping
from ..errors import HIDDEN, NotFoundError, WidgetsError
from ..hints import closest
from ..settings import Settings, unconfigured
from .shell.output import note, progress
from .stacks.cli import NoStackError, PulumiCli
from .stacks.holders import everyone, holdings
from .stacks.stack import Managed, Stack

__all__ = ["FIELDS", "Org", "document", "name_of", "selected_stack", "settings_of", "view"]

FIELDS = (*mapping.INPUTS.values(), *mapping.OUTPUTS.values())
"""A deployment's fields in JSON, besides ``id``; each is always there, null where it is missing."""

_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def selected_stack(name: str | None = None) -> Stack | None:
    """The named stack, else the selected one; None where none is, which is said in a project.

    Raises:
        StackError: there is none of that name, or what is here cannot be read.
    """
    if name is not None:
        return Stack.select(name)
    try:
        PulumiCli().project()
    except NoStackError:
        return None
    try:
        return Stack.select()
    except NoStackError as error:
        note(f"Without a stack's configuration: {error}")
        return None


def settings_of(stack: Stack | None, org: str) -> Settings:
    """The settings of an org: a stack's, else the environment's.

    Raises:
        SettingsError: they do not name this org and credentials for it.
        StackError: the stack's configuration cannot be read.
    """
    return stack.settings(org) if stack else Settings.load(unconfigured, os.environ, org)


class Org:
    """The org of a name, with the settings that a stack and the environment give.

    Args:
        name: empty for the one without.
        stack: the stack's name; default: the selected one, where there is one.

    Raises:
        SettingsError: they do not name this org and credentials for it.
        StackError: there is no stack of that name, or it cannot be read.
    """

    def __init__(self, name: str, stack: str | None = None) -> None:
        from ..api import READING, connect  # help and usage errors need no HTTP

        self.name = name
        with progress("Asking Pulumi for the stack …"):
            self.stack = selected_stack(stack)
            self.settings = settings_of(self.stack, name)
        self._deployments = connect(self.settings, note, policy=READING)

    @cached_property
    def holders(self) -> dict[str, Managed] | None:
        """What the stacks of the backend hold, by id in small letters, which no two orgs share.

        Nothing is decrypted for it. What cannot be read is told. None where no project is, or no
        CLI that knows one.
        """
        try:
            PulumiCli().project()
            with progress("Asking Pulumi who manages what …"):
                return holdings(everyone(note, last=self.stack), note)
        except NoStackError:  # in a project, `selected_stack` has said so
            return None

    def holder(self, deployment: Mapping[str, Any]) -> Managed | None:
        """What a stack holds of a deployment; None where none is known to hold it."""
        return (self.holders or {}).get(deployment["id"].casefold())

    def list(self) -> list[dict[str, Any]]:
        """All deployments as the API lists them, by name."""
        with progress("Listing the org's deployments …"):
            listed = self._deployments.list().values()
        return sorted(listed, key=lambda each: (name_of(each).casefold(), each["id"]))

    def find(self, wanted: str) -> dict[str, Any]:
        """The deployment of an id or a name, as its own GET tells it.

        Raises:
            NotFoundError, WidgetsError: there is none, or several have the name.
        """
        listed = self.list()
        found = [each["id"] for each in listed if each["id"].casefold() == wanted.casefold()]
        found = found or [each["id"] for each in listed if name_of(each) == wanted]
        if len(found) > 1:
            raise WidgetsError(
                f"{len(found)} deployments are named {wanted!r}", hint=f"Give an id: {_some(found)}"
            )
        every = f"`pulumi-widgets list{f' --org {self.name}' if self.name else ''}` shows all."
        if not found and not _ID.fullmatch(wanted):
            seen = (name_of(view(each, self.holder(each))) for each in listed)
            hint = closest(wanted, (name for name in seen if name != HIDDEN))
            raise WidgetsError(f"no deployment has the id or the name {wanted!r}{hint}", hint=every)
        with progress("Reading the deployment …"):
            try:
                # listings lag behind reads: an id that they lack may exist
                return self._deployments.get(found[0] if found else wanted)
            except NotFoundError as error:
                error.hint = every
                raise


def name_of(deployment: Mapping[str, Any]) -> str:
    """Its name, which an answer may lack."""
    return str(deployment.get("name") or "")


def view(
    deployment: Mapping[str, Any], held: Managed | None, *, show_secrets: bool = False
) -> dict[str, Any]:
    """A deployment as whoever runs a command may see it, with the values that the API gives.

    `FIELDS` are always there, ``flowId`` beside the API's ``flow``, and then what else the API
    has. What is secret in the state of its holder is hidden, as Pulumi hides it.

    Args:
        deployment: the API's answer.
        held: what a stack holds of it.
        show_secrets: hide nothing.
    """
    flow = deployment.get("flow")
    shown: dict[str, Any] = {**dict.fromkeys(("id", *FIELDS)), **deployment}
    shown["flowId"] = flow.get("id") if isinstance(flow, Mapping) else None
    if held and not show_secrets:
        secrets = {*held.secrets, *(["flow"] if "flowId" in held.secrets else [])}
        shown |= dict.fromkeys(secrets.intersection(FIELDS), HIDDEN)
    return shown


def document(
    deployment: Mapping[str, Any], held: Managed | None, *, show_secrets: bool = False
) -> dict[str, Any]:
    """A deployment for ``--json``: its `view`, and how it is managed. Arguments as there."""
    managed = held and {
        "stack": held.stack,
        "resource": held.name,
        "urn": held.urn,
        "protected": held.protected,
    }
    return {**view(deployment, held, show_secrets=show_secrets), "managed": managed}


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
