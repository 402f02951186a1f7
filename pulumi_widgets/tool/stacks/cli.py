"""The Pulumi CLI as a subprocess: the tool's way to projects, stacks, configuration and state.

The CLI knows every backend and every secrets provider; the tool knows none.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi_widgets.errors import StackError
from pulumi_widgets.hints import closest

from .project import NoStackError, Project, no_project

__all__ = ["NoStackError", "PulumiCli"]

# Of a PostgreSQL the CLI lists stacks with two connections for each core. Each stack that it reads
# at once holds one and asks for another: where all are held, it waits for ever (v3.259, v3.274).
_FEW_AT_ONCE = "3" if (os.cpu_count() or 1) > 1 else "1"


class PulumiCli:
    """The CLI in a folder.

    Args:
        folder: where it runs; default: the current one.
        environ: its whole environment; default: this process's.
    """

    def __init__(self, folder: Path | None = None, environ: Mapping[str, str] | None = None):
        self.folder = folder or Path.cwd()
        self._environ = dict(os.environ if environ is None else environ)

    def run(self, *arguments: str) -> str:
        """Run a command of it; what it prints.

        Raises:
            StackError: it failed; in one line, with what to do about it.
        """
        try:
            done = subprocess.run(
                ["pulumi", *arguments, "--non-interactive", "--color", "never"],  # noqa: S607 -- the user's own
                cwd=self.folder,
                env={
                    "PULUMI_DIY_BACKEND_PARALLEL": _FEW_AT_ONCE,
                    **self._environ,
                    "PULUMI_SKIP_UPDATE_CHECK": "true",
                },
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        except FileNotFoundError:
            raise NoStackError(
                "the Pulumi CLI, `pulumi`, is not on PATH",
                hint="Install it, or put its folder on PATH.",
            ) from None
        except OSError as error:
            raise NoStackError(f"the Pulumi CLI, `pulumi`: {error.strerror}") from None
        if done.returncode:
            # of a database that it cannot open the CLI prints the whole URL (v3.259)
            said = re.sub(r"(?<=://)[^/\s]+@", "****@", done.stderr or done.stdout)
            raise self._failure(arguments, said)
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """What a command prints, as JSON.

        Raises:
            StackError: it failed, or printed no JSON.
        """
        printed = self.run(*arguments)
        try:
            return json.loads(printed)
        except ValueError:
            raise StackError(
                f"`pulumi {arguments[0]}`: no JSON came",
                hint="This version of the Pulumi CLI is not one that the tool knows; update it.",
            ) from None

    def project(self) -> str:
        """The name of the project that the folder belongs to.

        Raises:
            StackError: as `Project.find`.
        """
        return Project.find(self.folder).name

    def stacks(self, *, everywhere: bool = False) -> list[str]:
        """The names of all stacks of the project.

        Args:
            everywhere: those of the backend's other projects too. Their names have owner and
                project in front: ``organization/two/dev`` (seen with CLI v3.259).

        Raises:
            StackError: the CLI cannot tell.
        """
        options = ("--all",) if everywhere else ()
        return [str(each["name"]) for each in self.json("stack", "ls", "--json", *options)]

    def _failure(self, arguments: tuple[str, ...], printed: str) -> StackError:
        """What the CLI said went wrong, and what to do about it."""
        lines = [line.strip() for line in printed.splitlines() if line.strip()]
        errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
        said = (errors or lines or ["no reason given"])[0]
        if "no stack selected" in said or "no current stack" in said:
            return NoStackError(
                "no stack is selected",
                hint="Select one with `pulumi stack select`, or name one with --stack.",
            )
        # the last: what the CLI says of --stack NAME outside of a project (v3.259)
        signs = ("no Pulumi.yaml", "no project file", "pass the fully qualified name")
        if any(sign in said for sign in signs):
            return no_project(self.folder)
        if "no stack named" in said:
            return self._no_such_stack(said, arguments)
        if "incorrect passphrase" in said:
            return StackError(
                "the stack's passphrase is wrong",
                hint="Correct PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
            )
        if "passphrase must be set" in said:
            return StackError(
                "the stack's passphrase is needed for its secrets",
                hint="Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
            )
        if "PULUMI_ACCESS_TOKEN must be set" in said:
            return NoStackError(
                "nobody is logged in to a Pulumi backend",
                hint="Run `pulumi login`, or set PULUMI_ACCESS_TOKEN or PULUMI_BACKEND_URL.",
            )
        return StackError(f"`pulumi {' '.join(arguments[:2])}`", said)

    def _no_such_stack(self, said: str, arguments: tuple[str, ...]) -> StackError:
        try:
            known = self.stacks()
        except StackError:
            return StackError(said)
        named = arguments[arguments.index("--stack") + 1] if "--stack" in arguments else ""
        return StackError(
            f"no stack is named {named!r}{closest(named, known)}; this project has "
            f"{', '.join(known) or 'none'}"
        )
