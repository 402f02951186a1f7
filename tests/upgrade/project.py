"""A project that deploys to two orgs, on the real CLI."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pulumi_widgets.simulator import Simulator
from tests.waiting import BRIEFLY

__all__ = ["CLIENTS", "STACK", "Project"]

CLIENTS = {"upgrade-client": "hush-hush-client"}
"""Of the orgs; recordings hold them."""
PASSPHRASE = "open sesame"  # of the recordings
STACK = "dev"


class Project:
    """A project in a folder, with its state in a file.

    Args:
        folder: has `__main__.py`; may have the configuration of the stack.
        cli: the folder of the CLI.
        orgs: by the names that the program has for them, the one without first.
    """

    def __init__(self, folder: Path, cli: Path, orgs: Mapping[str, Simulator]) -> None:
        self.folder = folder
        self.backend = folder / "backend"
        self.backend.mkdir()
        runtime = f"{{name: python, options: {{virtualenv: '{sys.prefix}'}}}}"
        (folder / "Pulumi.yaml").write_text(f"name: upgrade\nruntime: {runtime}\n", "utf-8")
        self.environ = {
            **orgs[""].environ_over(os.environ),
            **BRIEFLY,
            "PATH": os.pathsep.join((str(cli), os.environ["PATH"])),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": self.backend.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        for name, org in orgs.items():
            # A secret in `genesyscloud:orgs` encrypts all that is in it: an address could not be
            # found in the recorded state.
            for what in ("BASE_URL", "LOGIN_URL") if name else ():
                self.environ[f"GENESYSCLOUD_{name.upper()}_{what}"] = org.url
        self.run("pulumi", "stack", "init", STACK)

    def run(self, *command: str, step: str = "recorded") -> str:
        """What a command prints, to both streams; it must succeed and show no secret."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environ, "STEP": step},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout
        assert "hush" not in done.stdout
        return done.stdout

    def pulumi(self, *command: str, step: str = "recorded") -> str:
        """The counts of a command of the engine, like ``3 unchanged``.

        Nothing else than the engine says a word, and no secret is in the state in clear text.
        """
        options = ("--non-interactive", "--color=never")
        printed = self.run("pulumi", *command, *options, step=step)
        assert "Diagnostics:" not in printed, printed
        for file in filter(Path.is_file, self.backend.rglob("*")):
            in_clear = re.sub(rb"v1:[\w+/=]+:[\w+/=]+", b"", file.read_bytes())
            assert not re.findall(rb".{0,50}hush.{0,50}", in_clear), file
        counts = re.search(r"^Resources:\n((?: +.+\n)+)", printed, re.MULTILINE)
        assert counts, printed
        return ", ".join(line.strip() for line in counts[1].splitlines())
