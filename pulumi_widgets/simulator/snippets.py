"""What a user copies to point a program at the org."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from ..settings import KEYS

__all__ = ["configuration", "environment"]


def environment(environ: Mapping[str, str]) -> str:
    """Lines for a POSIX shell."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in environ.items()]
    # what a real org's user has set would go before the simulated client, or contradict it
    return "\n".join(["unset GENESYSCLOUD_REGION GENESYSCLOUD_ACCESS_TOKEN", *lines])


def configuration(environ: Mapping[str, str]) -> str:
    """The same as configuration of the stack that is selected."""
    return "\n".join(
        f"pulumi config set{' --secret' if key.endswith('Secret') else ''} "
        f"genesyscloud:{key} {shlex.quote(environ[name])}"
        for key, name in KEYS.items()
        if name in environ
    )
