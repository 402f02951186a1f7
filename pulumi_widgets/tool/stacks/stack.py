"""A stack as the tool sees it: its state, what it manages, and the settings of its orgs."""

from __future__ import annotations

import base64
import os
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi_widgets import PROVIDER
from pulumi_widgets.settings import Settings, known_orgs

from .cli import NoStackError, PulumiCli
from .secret_values import is_encrypted, is_secret, plain

__all__ = ["TYPE", "Managed", "NoStackError", "Stack", "name_in", "names", "resources"]

TYPE = "pulumi-python:dynamic/genesyscloud:WidgetDeployment"
"""The type token of a `WidgetDeployment` in states (chosen in its class line)."""

_PROVIDERS = {base64.b64encode(pickle.dumps(PROVIDER, protocol)).decode() for protocol in (4, 5)}
"""The provider as states hold it. Which protocol the SDK uses is Python's default: 5 since 3.14."""


@dataclass(frozen=True)
class Managed:
    """A widget deployment that a stack manages."""

    stack: str
    """The stack's name, as the CLI takes it here."""
    urn: str
    name: str
    """The resource's logical name."""
    id: str
    """The deployment key."""
    org: str
    """The name of its org; empty for the one without."""
    protected: bool
    inputs: Mapping[str, Any]
    """As the state has them, without ``__provider``; secrets are decrypted if so asked for."""
    outputs: Mapping[str, Any]
    """Likewise."""
    secrets: frozenset[str] = frozenset()
    """The names of the properties that hold a secret; their values are never to be shown."""


class Stack:
    """A stack of the project in a folder.

    Args:
        cli: the CLI in the project's folder.
        name: the stack's, as ``pulumi stack select`` takes it.
    """

    def __init__(self, cli: PulumiCli, name: str) -> None:
        self.cli = cli
        self.name = name
        self._config: dict[str, tuple[Any, bool]] | None = None

    @classmethod
    def select(cls, name: str | None = None, folder: Path | None = None) -> Stack:
        """The named stack, else the one that is selected, of the project in a folder.

        Args:
            name: default: the selected one.
            folder: default: the current one.

        Raises:
            NoStackError: there is no CLI, no project, or no stack is selected. Commands that
                need none can go on without.
            StackError: the CLI cannot tell, or it has no such stack.
        """
        cli = PulumiCli(folder)
        given = ("--stack", name) if name else ()
        shown = cli.run("stack", "--show-name", *given).strip()
        return cls(cli, name or shown)  # what was given may name the organization too

    @classmethod
    def every(cls, folder: Path | None = None) -> list[Stack]:
        """All stacks of the project.

        Raises:
            StackError: the CLI cannot tell.
        """
        cli = PulumiCli(folder)
        return [cls(cli, name) for name in cli.stacks()]

    def export(self, *, decrypted: bool = False) -> dict[str, Any]:
        """The whole state as ``pulumi stack export`` prints it.

        Args:
            decrypted: with secrets in the clear; never to be stored or shown.

        Raises:
            StackError: the CLI cannot tell; or the passphrase is wrong where it is needed.
        """
        options = ("--show-secrets",) if decrypted else ()
        state: dict[str, Any] = self.cli.json("stack", "export", "--stack", self.name, *options)
        return state

    def managed(
        self, state: Mapping[str, Any] | None = None, *, decrypted: bool = True
    ) -> list[Managed]:
        """The deployments that it manages.

        Those that it reads only (`WidgetDeployment.get`) and those that wait for their deletion
        after a replacement are not among them.

        Args:
            state: as `export` gave it; default: the present one.
            decrypted: with secret values decrypted; else they are None.

        Raises:
            StackError: as `export`.
        """
        found = _ours(self.export() if state is None else state)
        if decrypted and any(is_encrypted(each) for each in found):
            found = _ours(self.export(decrypted=True))
        return [_managed(each, self.name) for each in found if not each.get("delete")]

    def holdings(self, state: Mapping[str, Any] | None = None) -> dict[str, Managed]:
        """Id, in small letters → all deployments in its state; nothing is decrypted for it.

        Those that wait for their deletion after a replacement are among them: they are in the
        org, and the stack's to delete.

        Args:
            state: as `export` gave it; default: the present one.

        Raises:
            StackError: as `export`.
        """
        found = _ours(self.export() if state is None else state)
        return {str(each.get("id")).casefold(): _managed(each, self.name) for each in found}

    def config(self) -> Callable[[str], object]:
        """The lookup of a full key in the stack configuration, for `Settings.load`.

        Raises:
            StackError: the CLI cannot tell; or the passphrase is wrong and a secret of ours or
                of no namespace of ours needs it.
        """
        values = self.configuration()
        return lambda key: values.get(key, (None, False))[0]

    def configuration(self) -> dict[str, tuple[Any, bool]]:
        """The stack configuration: full key → its value, and whether it is a secret.

        It is decrypted only where there are secrets of ours.

        Raises:
            StackError: as `config`.
        """
        if self._config is None:
            arguments = ("config", "--json", "--stack", self.name)
            shown = self.cli.json(*arguments)
            if any(
                each.get("secret") and key.startswith("genesyscloud:")
                for key, each in shown.items()
            ):
                shown = self.cli.json(*arguments, "--show-secrets")
            self._config = {
                key: (each.get("value"), bool(each.get("secret"))) for key, each in shown.items()
            }
        return self._config

    def is_secret(self, path: str) -> bool:
        """Whether the stack configuration encrypts what it has at a path, like ``ns:orgs.eu.key``.

        Of a whole object `configuration` says so as soon as one of its values is a secret.

        Raises:
            StackError: as `config`.
        """
        found = self.cli.json("config", "get", "--json", "--path", path, "--stack", self.name)
        return bool(found.get("secret"))

    def settings(self, org: str = "") -> Settings:
        """The settings of an org for this stack: its configuration over the environment.

        Raises:
            SettingsError: they do not name this org and credentials for it.
            StackError: as `config`.
        """
        return Settings.load(self.config(), os.environ, org)

    def orgs(self) -> list[str]:
        """The names of the orgs that the stack configuration or the environment names.

        Raises:
            StackError: as `config`.
        """
        return known_orgs(self.config(), os.environ)


def resources(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The resources of an exported state."""
    found: list[dict[str, Any]] = (state.get("deployment") or {}).get("resources") or []
    return found


def _is_ours(resource: Mapping[str, Any]) -> bool:
    """Whether it is a deployment: by its type, or by its provider where a class has another type.

    Subclasses have one of their own where they ask for it, and had one in older versions.
    """
    provider = (resource.get("outputs") or {}).get("__provider")
    return resource.get("type") == TYPE or (isinstance(provider, str) and provider in _PROVIDERS)


def name_in(urn: str) -> str:
    """The logical name in a URN, which may hold ``::`` itself."""
    return urn.split("::", 3)[3]


def names(state: Mapping[str, Any]) -> set[str]:
    """The logical names that deployments have in an exported state, those only read too."""
    return {name_in(each["urn"]) for each in resources(state) if _is_ours(each)}


def _ours(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each for each in resources(state) if _is_ours(each) and not each.get("external")]


def _managed(resource: Mapping[str, Any], stack: str) -> Managed:
    held = {
        kind: {key: each for key, each in (resource.get(kind) or {}).items() if key != "__provider"}
        for kind in ("inputs", "outputs")
    }
    inputs, outputs = plain(held["inputs"]), plain(held["outputs"])
    return Managed(
        stack=stack,
        urn=resource["urn"],
        name=name_in(resource["urn"]),
        id=str(resource.get("id", "")),
        org=str(outputs.get("org") or ""),
        protected=bool(resource.get("protect")),
        inputs={key: each for key, each in inputs.items() if not key.startswith("__")},
        outputs=outputs,
        secrets=frozenset(
            key
            for part in held.values()
            for key, value in part.items()
            if is_secret(value) and not key.startswith("__")
        ),
    )
