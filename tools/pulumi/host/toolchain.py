"""The Python that a program runs with, whatever toolchain manages it, and the toolchain `pip`.

Behaviour seen in the source of the official host (pulumi/pulumi, sdk/python/toolchain) and kept.
Of pip: `virtualenv` is relative to the folder of `Pulumi.yaml`; without it the Python is
PULUMI_PYTHON_CMD, python3 or python from PATH; a virtual environment that is missing or an empty
folder is made, with everything in requirements.txt, before the first program runs.
"""

import json
import os
import shutil
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from children import Children
from pulumi.runtime.proto import language_pb2

Output = Callable[[bytes, bool], None]
"""Takes a piece of a command's output, and whether it was standard error."""

# Run by the program's Python. Without sys.path[0], which is the working folder under -c: an
# egg-info that lies there is not an installed package. find_spec does look there, as it does for
# the official host.
PACKAGES = """
import importlib.metadata, importlib.util, json, os, sys
packages = {}
for found in importlib.metadata.distributions(path=sys.path[1:]):
    name, plugin = found.metadata["Name"], None
    if not name or name in packages:
        continue
    try:
        spec = importlib.util.find_spec(name.replace("-", "_"))
        for folder in (spec and spec.submodule_search_locations) or ():
            path = os.path.join(folder, "pulumi-plugin.json")
            if os.path.isfile(path):
                plugin = path
                break
    except Exception:
        pass
    packages[name] = {"name": name, "version": found.version, "plugin": plugin}
print(json.dumps(list(packages.values())))
"""
ABOUT = """
import importlib.metadata, json, sys
try:
    pip = importlib.metadata.version("pip")
except importlib.metadata.PackageNotFoundError:
    pip = ""
number, level = "%d.%d.%d" % sys.version_info[:3], sys.version_info.releaselevel
if level != "final":
    number += "-%s.%d" % (level.replace("candidate", "rc"), sys.version_info.serial)
print(json.dumps({"executable": sys.executable, "version": number, "toolchain": pip}))
"""


class ToolchainError(Exception):
    """The program's Python cannot be used; the text tells the user why and what to do."""


class Toolchain(ABC):
    """The Python of one program.

    Args:
        info: The program as the engine describes it.
        virtualenv: The option of that name in `Pulumi.yaml`, or nothing.
        children: Starts the processes.
    """

    def __init__(self, info: language_pb2.ProgramInfo, virtualenv: str, children: Children) -> None:
        self.name = (
            info.options["toolchain"].capitalize() if "toolchain" in info.options else "Auto"
        )
        self._root, self._program = Path(info.root_directory), Path(info.program_directory)
        self._option = virtualenv
        self._children = children

    @property
    @abstractmethod
    def virtualenv(self) -> Path | None:
        """The virtual environment, whether it is there or not; None for the Python on PATH."""

    @abstractmethod
    def ensure(self, output: Output) -> None:
        """Make the virtual environment if there is none."""

    @abstractmethod
    def install(self, output: Output) -> None:
        """Install what the program requires, as `pulumi install` does.

        Args:
            output: Takes the commands' output as it comes.

        Raises:
            ToolchainError: A command fails.
        """

    @abstractmethod
    def dependencies(self, *, transitive: bool) -> list[Any]:
        """The program's packages, as `installed` has them; or those alone that it names itself."""

    def python(self) -> str:
        """The interpreter.

        Raises:
            ToolchainError: The virtual environment is none, or PATH has no Python.
        """
        if self.virtualenv is None:
            return _python_on_path()
        if not self._is_made():
            named = f"Pulumi.yaml: virtualenv: {self._option}: " if self._option else ""
            state = "is no virtual environment" if self.virtualenv.exists() else "does not exist"
            raise ToolchainError(
                f"{named}{self.virtualenv} {state}. Name another, or remove it and run "
                "`pulumi install`, which makes it and installs what the program requires."
            )
        return str(_bin(self.virtualenv) / "python")

    def environment(self) -> dict[str, str]:
        """This process's environment as an activated virtual environment changes it."""
        environment = dict(os.environ)
        if self.virtualenv is not None:
            path = environment.get("PATH")
            folder = str(_bin(self.virtualenv))
            environment["PATH"] = f"{folder}{os.pathsep}{path}" if path else folder
            environment["VIRTUAL_ENV"] = str(self.virtualenv)
            environment.pop("PYTHONHOME", None)
        return environment

    def settings(self) -> dict[str, str]:
        """The environment of the commands that are not the interpreter's."""
        return dict(os.environ)

    def about(self) -> Any:
        """The interpreter's path and version, and the toolchain's version."""
        return self._query("-c", ABOUT)

    def installed(self) -> list[Any]:
        """The packages, each `{"name", "version", "plugin": path or None}`."""
        packages: list[Any] = self._query("-c", PACKAGES)
        return packages

    def _query(self, *arguments: str) -> Any:
        """What the interpreter prints, which is JSON."""
        return json.loads(self._output(self.python(), *arguments, environment=self.environment()))

    def _output(self, *command: str, environment: dict[str, str] | None = None) -> str:
        """What a command prints, run in the program's folder.

        Raises:
            ToolchainError: It fails.
        """
        process = self._children.start(
            list(command), environment or self.settings(), self._program, piped=True
        )
        output, complaint = process.communicate()
        if process.returncode:
            lines = complaint.decode(errors="replace").split("\n")
            said = lines[-2:] if lines[0].startswith("Traceback") else lines
            what = command[0] if "-c" in command else " ".join(command)
            why = " ".join(" ".join(said).split()) or f"exit code {process.returncode}"
            raise ToolchainError(f"{what} failed: {why}")
        return output.decode()

    def _run(
        self,
        output: Output,
        *command: str,
        environment: dict[str, str] | None = None,
        directory: Path | None = None,
    ) -> None:
        """Run a command, in the program's folder or another, and pass its output on."""
        process = self._children.start(
            list(command),
            environment or self.settings(),
            directory or self._program,
            piped=True,
        )
        readers = [
            threading.Thread(target=_forward, args=(stream, output, stream is process.stderr))
            for stream in (process.stdout, process.stderr)
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        if code := process.wait():
            raise ToolchainError(f"{' '.join(command)} ended with exit code {code}")

    def _is_made(self) -> bool:
        return self.virtualenv is not None and (_bin(self.virtualenv) / "python").is_file()


class Pip(Toolchain):
    """A virtual environment that `Pulumi.yaml` names, or the Python on PATH; requirements.txt."""

    @property
    def virtualenv(self) -> Path | None:
        """What `Pulumi.yaml` names."""
        return self._root / self._option if self._option else None

    def ensure(self, output: Output) -> None:
        """Make the virtual environment if there is none and nothing is in its place."""
        if self.virtualenv is None or self._is_made():
            return
        if self.virtualenv.is_file():
            raise ToolchainError(f"Pulumi.yaml: virtualenv: {self._option} is a file")
        if not self.virtualenv.exists() or not any(self.virtualenv.iterdir()):
            self.install(output)

    def install(self, output: Output) -> None:
        """Make the virtual environment if missing, and install the program's requirements.txt."""
        if self.virtualenv is not None and not self._is_made():
            output(f"Making the virtual environment {self.virtualenv}\n".encode(), False)
            self._run(output, _python_on_path(), "-m", "venv", str(self.virtualenv))
        wanted: list[tuple[str, ...]] = [("--upgrade", "pip", "setuptools", "wheel")]
        if (self._program / "requirements.txt").is_file():
            wanted.append(("-r", "requirements.txt"))
        for each in wanted:
            command = (self.python(), "-m", "pip", "install", *each)
            self._run(output, *command, environment=self.environment())

    def dependencies(self, *, transitive: bool) -> list[Any]:
        """The installed packages; those that no other needs, unless all are asked for."""
        direct = () if transitive else ("--not-required",)
        command = ("-m", "pip", "--disable-pip-version-check", "list", "--format", "json", *direct)
        packages: list[Any] = self._query(*command)
        return packages


def _forward(stream: "IO[bytes]", output: Output, is_error: bool) -> None:
    with stream:
        while piece := os.read(stream.fileno(), 65536):
            output(piece, is_error)


def _bin(environment: Path) -> Path:
    return environment / ("Scripts" if sys.platform == "win32" else "bin")


def _python_on_path() -> str:
    named = os.environ.get("PULUMI_PYTHON_CMD")
    names = [named] if named else ["python3", "python"]
    for name in names:
        if found := shutil.which(name):
            return found
    raise ToolchainError(f"found no {' or '.join(names)} on PATH")
