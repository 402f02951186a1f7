"""An environment for the CLI, a project to run it in."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from .host_process import LANGUAGE_HOST

sys.path.insert(0, str(LANGUAGE_HOST.parent))  # as Python does for the host itself


@pytest.fixture
def pulumi_env(pulumi_cli: Path, tmp_path: Path) -> dict[str, str]:
    """An environment that shares nothing with the user's CLI; the state is in a file."""
    home, state = tmp_path / "pulumi-home", tmp_path / "pulumi-state"
    home.mkdir()
    state.mkdir()
    inherited = {key: text for key, text in os.environ.items() if not key.startswith("PULUMI_")}
    return {
        **inherited,
        "PATH": f"{pulumi_cli}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


@dataclass
class Project:
    """A Pulumi project whose program lies in `app/`, and its stack `dev`."""

    root: Path
    env: dict[str, str]

    def write(self, program: str, virtualenv: str = sys.prefix) -> None:
        """Write `Pulumi.yaml` and the program."""
        self.root.joinpath("app").mkdir(exist_ok=True)
        self.root.joinpath("app", "__main__.py").write_text(program)
        self.root.joinpath("Pulumi.yaml").write_text(
            f"name: tiny\nmain: app\nruntime:\n  name: python\n"
            f"  options:\n    virtualenv: {virtualenv}\n"
        )

    def pulumi(self, *arguments: str, code: int = 0) -> str:
        """Run the CLI and return what it shows; fails unless it ends with `code`."""
        with self.start(*arguments) as process:
            shown, _ = process.communicate()
        assert process.returncode == code, shown
        return shown

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start the CLI in a process group of its own, as a shell does."""
        return subprocess.Popen(
            ["pulumi", *arguments, "--non-interactive", "--color=never"],
            cwd=self.root,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


@pytest.fixture
def project(tmp_path: Path, pulumi_env: dict[str, str]) -> Project:
    """A project with a stack and no program yet."""
    root = tmp_path / "project"
    root.mkdir()
    new = Project(root, pulumi_env)
    new.write("")
    new.pulumi("stack", "init", "dev")
    return new
