"""The checks of `doctor` that ask no server: Pulumi, the stack, the environment, the settings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from ...errors import SettingsError, StackError
from ...hints import closest
from ...settings import KEYS, Names, Settings, given, known_orgs, unconfigured, unread_keys
from ..shell.output import number_of
from ..stacks.cli import NoStackError, PulumiCli
from ..stacks.stack import Stack
from .findings import Finding, failed

__all__ = ["cli", "environment", "settings", "stack"]

_CREDENTIALS = ("oauthClientId", "oauthClientSecret", "accessToken")
_SECRET = ("oauthClientSecret", "accessToken")
_PREFIX = "GENESYSCLOUD_"
_NAMESPACE = "genesyscloud:"
_RENAME = "Rename it, if it is meant for this."


def cli() -> Iterator[Finding]:
    """The Pulumi CLI and its language host for Python."""
    found = shutil.which("pulumi")
    if found is None:
        yield Finding(
            "pulumi",
            "problem",
            "no Pulumi CLI on PATH",
            "Install it (https://www.pulumi.com/docs/install/), or put its folder on PATH.",
        )
        return
    try:
        version = PulumiCli().run("version").strip()
    except StackError as error:
        yield failed("pulumi", error)
        return
    if not version.startswith("v3."):
        todo = "Install version 3 if something fails."
        yield Finding("pulumi", "warning", f"{version} at {found}; tried is version 3", todo)
    else:
        yield Finding("pulumi", "ok", f"{version} at {found}")
    host = "pulumi-language-python"
    beside = Path(found).resolve().parent / host
    if not (beside.is_file() or shutil.which(host)):
        yield Finding(
            "pulumi",
            "problem",
            f"{host} is neither beside the CLI nor on PATH: no program in Python can run",
            "Install the whole distribution of Pulumi, not the CLI alone.",
        )


def stack(name: str | None = None) -> tuple[Stack | None, Finding]:
    """The named stack, else the selected one, and what it manages."""
    try:
        selected = Stack.select(name)
        selected.configuration()
        count = len(selected.managed(decrypted=False))
    except NoStackError as error:
        return None, failed("stack", error, "warning" if name is None else "problem")
    except StackError as error:
        return None, failed("stack", error)
    return selected, Finding(
        "stack", "ok", f"{selected.name}, which manages {number_of(count, 'deployment')}"
    )


def environment(org: str, selected: Stack | None) -> Iterator[Finding]:
    """Which variables are there, and which of them nobody reads; never a value."""
    orgs = known_orgs(selected.config() if selected else unconfigured, os.environ)
    known = {Names(each).variable(key) for each in ("", org, *orgs) for key in KEYS}
    present = sorted(name for name, value in os.environ.items() if name.startswith(_PREFIX))
    read = [name for name in present if name in known and os.environ[name].strip()]
    yield Finding("environment", "ok", f"set: {', '.join(read)}" if read else "none is set")
    rests = [name.removeprefix(_PREFIX) for name in known]
    for name in present:
        # other tools have variables with this prefix too
        if name not in known and (hint := closest(name.removeprefix(_PREFIX), rests)):
            said = f"{name} is not read{hint.replace(chr(39), chr(39) + _PREFIX, 1)}"
            yield Finding("environment", "warning", said, _RENAME)
        elif name in known and not os.environ[name].strip():
            yield Finding("environment", "warning", f"{name} is empty, which counts as not set")


def settings(org: str, selected: Stack | None) -> tuple[Settings | None, list[Finding]]:
    """Which place each setting comes from, and what is wrong with them."""
    config = selected.config() if selected else unconfigured
    unread = list(_not_read(selected))
    findings = [
        *_in_the_clear(org, config, selected),
        *(Finding("settings", "warning", each, _RENAME) for each in unread),
    ]
    try:
        loaded = Settings.load(config, os.environ, org)
    except SettingsError as error:
        problems = [
            Finding("settings", "problem", each) for each in error.problems if each not in unread
        ]
        return None, [*problems, *findings]
    said = "; ".join(_origins(org, config))
    return loaded, [Finding("settings", "ok", said), *findings]


def _origins(org: str, config: Callable[[str], object]) -> Iterator[str]:
    """Where the settings come from, as `Settings.load` chooses; those of one place together."""
    names = Names(org)
    configured, ambient = given(config, os.environ, org)
    by_config = any(configured[key] for key in _CREDENTIALS)
    wins = configured if by_config else ambient
    kind = ("accessToken",) if wins["accessToken"] else ("oauthClientId", "oauthClientSecret")
    from_config = [key for key in KEYS if configured[key]]
    if from_config:
        yield f"{', '.join(from_config)} from the stack configuration"
    for key in KEYS:
        variable = names.variable(key)
        if key in _CREDENTIALS and key not in kind:
            if ambient[key]:
                yield f"{variable} is not looked at: the stack configuration has other credentials"
        elif configured[key] and ambient[key]:
            yield f"there {key} wins over {variable}"
        elif ambient[key]:
            yield f"{key} from {variable}"


def _in_the_clear(
    org: str, config: Callable[[str], object], selected: Stack | None
) -> Iterator[Finding]:
    """Credentials that the stack configuration does not encrypt."""
    names = Names(org)
    configured, _ = given(config, {}, org)
    for key in _SECRET:
        if selected and configured[key] and not selected.is_secret(names.key(key)):
            yield Finding(
                "settings",
                "warning",
                f"{names.key(key)} is in plain text in the stack configuration",
                f"Set it anew, and better a new one: {names.command(key, '…')}",
            )


def _not_read(selected: Stack | None) -> Iterator[str]:
    """Keys of the stack configuration that look like settings of ours, and are none."""
    if selected is None:
        return
    values = {key: value for key, (value, _) in selected.configuration().items()}
    yield from unread_keys(values)
    for key in KEYS:
        lost = f"{selected.cli.project()}:{key}"  # where a key without a namespace lands
        if lost in values:
            yield f"{lost} is not read (did you mean '{_NAMESPACE}{key}'?)"
