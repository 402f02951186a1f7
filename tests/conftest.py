"""What tests share: the real CLI, and an environment that names no real org."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

# not packages: the programs in there import each other as scripts do
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools" / "pulumi"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools" / "picture"))

import browser
import install

from .backends.fixtures import postgres, postgres_server, s3, s3_server, shared_backend

__all__ = ["postgres", "postgres_server", "pulumi_cli", "s3", "s3_server", "shared_backend"]

# In the background (`&`, nohup) what a shell starts ignores these, and so does all that it starts:
# what the tests interrupt would go on for ever. A handler is not inherited, and does nothing here.
for _signal in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(_signal) is signal.SIG_IGN:
        signal.signal(_signal, lambda *_: None)


collect_ignore = [] if browser.executable() else ["page"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for all that is left out without a browser."""
    if collect_ignore and terminalreporter.config.args == ["tests"]:
        terminalreporter.write_line(f"LEFT OUT tests/page: {browser.MISSING}", yellow=True)


@pytest.fixture(scope="session")
def pulumi_cli() -> Path:
    """The folder of the CLI: of the one on PATH, else ``tools/pulumi/bin``, built if need be."""
    return install.cli_directory()


@pytest.fixture(autouse=True, scope="session")
def _no_real_org(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reaches a real org or the user's own stacks and logs by accident."""
    for name in list(os.environ):
        if name.startswith(("GENESYSCLOUD_", "PULUMI_")):
            del os.environ[name]
    # uv trusts whom pip trusts: who is behind a proxy has its certificate in the machine's store
    os.environ.setdefault("UV_SYSTEM_CERTS", "true")
    os.environ["PULUMI_HOME"] = str(tmp_path_factory.mktemp("pulumi-home"))
