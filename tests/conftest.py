"""What tests share: the real CLI, and an environment that names no real org."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

# not a package: the programs in tools/pulumi import each other as scripts do
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools" / "pulumi"))

import install

# A shell starts what runs in the background with Ctrl-C ignored, and processes inherit that: those
# that tests interrupt would go on for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def pulumi_cli() -> Path:
    """The folder of the CLI: of the one on PATH, else ``tools/pulumi/bin``, built if need be."""
    return install.cli_directory()


@pytest.fixture(autouse=True, scope="session")
def _no_real_org() -> None:
    """No test reaches a real org or the user's own stacks by accident."""
    for name in list(os.environ):
        if name.startswith(("GENESYSCLOUD_", "PULUMI_")):
            del os.environ[name]
