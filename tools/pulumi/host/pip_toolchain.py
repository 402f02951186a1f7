"""The Python that a program runs with: its virtual environment, its packages, `pip install`.

What the official language host calls the toolchain `pip`. Its others, `uv` and `poetry`, are
refused by name. Behaviour seen in the source of the official host (pulumi/pulumi,
sdk/python/toolchain) and kept: `virtualenv` is relative to the folder of `Pulumi.yaml`; without it
the Python is PULUMI_PYTHON_CMD, python3 or python from PATH; a virtual environment that is missing
or an empty folder is made, with everything in requirements.txt, before the first program runs.
"""

import json
import os
import re
import shutil
import sys
import threading
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
print(json.dumps({"executable": sys.executable, "version": number, "pip": pip}))
"""


class ToolchainError(Exception):
    """The program's Python cannot be used; the text tells the user why and what to do."""


class PipToolchain:
    """The Python of one program.

    Args:
        info: The program as the engine describes it; `options` are `runtime.options` of
            `Pulumi.yaml`.
        children: Starts the processes.

    Raises:
        ToolchainError: An option that this host does not know.
    """

    def __init__(self, info: language_pb2.ProgramInfo, children: Children) -> None:
        options = {key: info.options[key] for key in info.options}
        self._children = children
        self._option = options.get("virtualenv", "")
        if not isinstance(self._option, str):
            raise ToolchainError("Pulumi.yaml: the option 'virtualenv' must be a string")
        if options.get("toolchain", "pip") != "pip":
            raise _unsupported(f"toolchain: {options['toolchain']}")
        if "typechecker" in options:
            raise _unsupported(f"typechecker: {options['typechecker']}")
        self.name = "Pip" if "toolchain" in options else "Auto"  # as `pulumi about` has it
        self.virtualenv = Path(info.root_directory, self._option) if self._option else None

    def python(self) -> str:
        """The interpreter.

        Raises:
            ToolchainError: The virtual environment is none, or PATH has no Python.
        """
        if self.virtualenv is None:
            return _python_on_path()
        if not self._is_environment(self.virtualenv):
            state = "is no virtual environment" if self.virtualenv.exists() else "does not exist"
            raise ToolchainError(
                f"Pulumi.yaml: virtualenv: {self._option}: {self.virtualenv} {state}. "
                "Name another, or remove it and run `pulumi install`, which makes it and installs "
                "requirements.txt."
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

    def query(self, *arguments: str) -> Any:
        """Run the interpreter and return what it prints, as JSON.

        Raises:
            ToolchainError: It fails.
        """
        command = [self.python(), *arguments]
        process = self._children.start(command, self.environment(), piped=True)
        output, complaint = process.communicate()
        if process.returncode:
            last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
            what = " ".join(command) if arguments[0] == "-m" else command[0]
            raise ToolchainError(f"{what} failed: {last or process.returncode}")
        return json.loads(output)

    def ensure(self, directory: Path, output: Output) -> None:
        """Make the virtual environment if there is none and nothing is in its place."""
        if self.virtualenv is None or self._is_environment(self.virtualenv):
            return
        if self.virtualenv.is_file():
            raise ToolchainError(f"Pulumi.yaml: virtualenv: {self._option} is a file")
        if not self.virtualenv.exists() or not any(self.virtualenv.iterdir()):
            self.install(directory, output)

    def install(self, directory: Path, output: Output) -> None:
        """Make the virtual environment if missing, and install the program's requirements.

        Args:
            directory: The program's folder; only a requirements.txt there counts.
            output: Takes the commands' output as it comes.

        Raises:
            ToolchainError: A command fails.
        """
        if self.virtualenv is not None and not self._is_environment(self.virtualenv):
            output(f"Making the virtual environment {self.virtualenv}\n".encode(), False)
            command = [_python_on_path(), "-m", "venv", str(self.virtualenv)]
            self._run(command, dict(os.environ), directory, output)
        pip = [self.python(), "-m", "pip", "install"]
        self._run(
            [*pip, "--upgrade", "pip", "setuptools", "wheel"],
            self.environment(),
            directory,
            output,
        )
        if (directory / "requirements.txt").is_file():
            command = [*pip, "-r", "requirements.txt"]
            self._run(command, self.environment(), directory, output)

    def _run(
        self, command: list[str], environment: dict[str, str], directory: Path, output: Output
    ) -> None:
        process = self._children.start(command, environment, directory, piped=True)
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

    @staticmethod
    def _is_environment(path: Path) -> bool:
        return (_bin(path) / "python").is_file()


def canonical_name(name: str) -> str:
    """A distribution's name as PEP 503 writes it: `pulumi-widgets`."""
    return re.sub(r"[-_.]+", "-", name).lower()


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


def _unsupported(option: str) -> ToolchainError:
    return ToolchainError(
        f"Pulumi.yaml: {option}: this stand-in for the Python language host knows pip alone; the "
        "official CLI knows more: https://www.pulumi.com/docs/install/"
    )
