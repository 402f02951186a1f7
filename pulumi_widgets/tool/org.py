"""An org as the commands see it: its deployments, and which of them the selected stack manages."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from .. import mapping
from ..errors import HIDDEN, NotFoundError, SettingsError, WidgetsError
from ..hints import closest
from ..settings import Settings, unconfigured
from .shell.output import note, progress
from .stacks.cli import NoStackError, PulumiCli
from .stacks.stack import Managed, Stack

__all__ = ["FIELDS", "Org", "selected_stack"]

FIELDS = (*mapping.INPUTS.values(), *mapping.OUTPUTS.values())
"""A deployment's fields in JSON, besides ``id``; each is always there, null where it is empty."""

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
        note(f"Without a stack's configuration and marks: {error}")
        return None


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
        from ..api import connect  # help and usage errors need no HTTP

        self.name = name
        with progress("Asking Pulumi for the stack …"):
            self.stack = selected_stack(stack)
            self.settings = (
                self.stack.settings(name)
                if self.stack
                else Settings.load(unconfigured, os.environ, name)
            )
        self._deployments = connect(self.settings, note)

    def managed(self) -> dict[str, Managed]:
        """What the stack manages in this org, by id in small letters; nothing without a stack."""
        if self.stack is None:
            return {}
        with progress("Asking Pulumi for the stack's state …"):
            managed = self.stack.managed()
        names = {each.org for each in managed}
        ours = {name for name in names if name == self.name or self._is_called(self.stack, name)}
        return {each.id.casefold(): each for each in managed if each.org in ours}

    def _is_called(self, stack: Stack, name: str) -> bool:
        """Whether the name is one of this org too: ``eu-west`` and ``eu_west`` share variables."""
        try:
            other = stack.settings(name)
        except SettingsError:
            return False
        return other.identity == self.settings.identity

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
        if not found and not _ID.fullmatch(wanted):
            hint = closest(wanted, map(name_of, listed))
            raise WidgetsError(
                f"no deployment has the id or the name {wanted!r}{hint}",
                hint="`pulumi-widgets list` shows all.",
            )
        with progress("Reading the deployment …"):
            try:
                # listings lag behind reads: an id that they lack may exist
                return self._deployments.get(found[0] if found else wanted)
            except NotFoundError as error:
                error.hint = "`pulumi-widgets list` shows all that there are."
                raise


def name_of(deployment: Mapping[str, Any]) -> str:
    """Its name, which an answer may lack."""
    return str(deployment.get("name") or "")


def document(
    deployment: Mapping[str, Any], managed: Managed | None, *, show_secrets: bool = False
) -> dict[str, Any]:
    """A deployment for ``--json``: its fields as the API spells them, and how it is managed.

    Fields that are secret in the stack's state are hidden, as Pulumi hides them.
    """
    held = mapping.told(deployment)
    fields: dict[str, Any] = {"id": deployment["id"]}
    fields |= {key: held.get(key) for key in FIELDS}
    secrets = () if managed is None or show_secrets else managed.secrets
    fields |= {key: HIDDEN for key in FIELDS if key in secrets}
    if "flowId" in secrets:
        fields["flow"] = HIDDEN
    fields["managed"] = managed and {
        "urn": managed.urn,
        "name": managed.name,
        "protected": managed.protected,
    }
    return fields


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
