"""The check of `doctor` that looks at the project: which Python runs it, and what that one has.

Which one it is, Pulumi chooses: its language host does for the program (sdk/python/toolchain in
pulumi/pulumi), and ``pulumi-resource-pulumi-python`` for the provider; here as v3.274 does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from packaging.requirements import Requirement  # comes with pulumi

from ...errors import StackError
from ..stacks.project import NoStackError, Project
from .findings import Finding, failed

__all__ = ["PATIENCE", "project"]

PATIENCE = 10.0
"""Seconds that a command which is asked for something may take."""

_ANEW = "Name another in Pulumi.yaml, or remove it and run `pulumi install`."
_NAME_ONE = "Name a virtual environment in Pulumi.yaml: runtime.options.virtualenv."

# the lines on the path undo what `-I` leaves out of it, after the imports: nothing there is run
_ASK = """
import importlib.metadata, importlib.util, json, os, site, sys
if sys.prefix == sys.base_prefix:
    site.addsitedir(site.getusersitepackages())
sys.path += filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
def metadata(name):
    try:
        found = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return "", []
    return found.version, found.requires or []
spec = importlib.util.find_spec("pulumi_widgets")
found = bool(spec and spec.origin)  # a folder that an uninstallation left has no origin
print(json.dumps([found, *metadata("pulumi-widgets"), metadata("pulumi")[0]]))
"""


def project(folder: Path) -> Iterator[Finding]:
    """The project that the folder belongs to, and whether its Python has this package."""
    try:
        found = Project.find(folder)
        yield Finding("project", "ok", f"{found.name} ({found.file})")
        yield from _python(found)
    except NoStackError as error:
        said = failed("project", error).said
        todo = "Go to your program's folder. Here, the environment alone says which org."
        yield Finding("project", "warning", said, todo)
    except StackError as error:
        yield failed("project", error)


def _python(project: Project) -> Iterator[Finding]:
    """What is said of the Python that runs the program, and of that which runs the provider.

    Raises:
        StackError: it cannot be used.
    """
    runtime = project.content.get("runtime")
    runtime = runtime if isinstance(runtime, Mapping) else {"name": runtime}
    if runtime.get("name") != "python":
        raise StackError(
            f"its runtime is {runtime.get('name')!r}: this package is for programs in Python",
            hint="Set `runtime: python` in Pulumi.yaml.",
        )
    options = runtime.get("options")
    options = options if isinstance(options, Mapping) else {}
    named, chosen = (str(options.get(each) or "") for each in ("virtualenv", "toolchain"))
    folder = project.file.parent
    main = folder / str(project.content.get("main") or "")
    if not main.exists():
        raise StackError(
            f"its program {main} does not exist", hint="Correct `main:` in Pulumi.yaml."
        )
    program = Path(os.path.normpath(main if main.is_dir() else main.parent))

    locked = (each for each in ("uv", "poetry") if _above(program, f"{each}.lock"))
    toolchain = chosen or next(locked, "pip")
    if toolchain not in ("pip", "uv", "poetry"):
        raise StackError(f"its toolchain is {toolchain!r}", hint="Pulumi knows pip, uv and poetry.")
    if toolchain != "pip" and not shutil.which(toolchain):
        said = f"its toolchain, `{toolchain}`, is not on PATH"
        yield Finding("project", "problem", said, "Install it, or put its folder on PATH.")
        if toolchain == "poetry":  # which alone knows where the environment is
            return
    environment = folder / named if named else None
    if toolchain == "poetry":
        environment = _of_poetry(program)
    elif toolchain == "uv" and not named:
        environment = _of_uv(program)
    if environment:
        what = f"its virtual environment {environment}"
        yield _installed(what, _interpreter(environment), program, _ANEW)

    if not named and chosen in ("", "pip"):
        said, todo = "it names no virtual environment: Pulumi takes", _NAME_ONE
        if environment:
            said = f"{toolchain}.lock is for the program alone: the provider takes"
            todo = f"Name the toolchain in Pulumi.yaml: runtime.options.toolchain: {toolchain}."
        yield Finding("project", "warning", f"{said} the `python3` that PATH has", todo)
        yield _installed_on_path(program)
    elif environment and (named or toolchain == "uv"):
        provider = program / (named or ".venv")  # where it looks, wherever the program's is
        if not provider.is_dir():
            said = f"the provider takes {provider} instead, which does not exist"
            yield Finding("project", "problem", said, f"Make it a link to {environment}.")


def _above(folder: Path, name: str) -> Path | None:
    """The nearest folder, this one or one above it, that has a file of the name."""
    return next((each for each in (folder, *folder.parents) if (each / name).exists()), None)


def _of_uv(program: Path) -> Path:
    folder = _above(program, "uv.lock") or _above(program, "pyproject.toml") or program
    return folder / (os.environ.get("UV_PROJECT_ENVIRONMENT") or ".venv")


def _of_poetry(program: Path) -> Path:
    """What poetry says.

    Raises:
        StackError: it says none.
    """
    command = (shutil.which("poetry") or "", "env", "info", "--path")
    todo = "Make its environment: `pulumi install`."
    printed = _run("`poetry env info --path`", command, program, todo).strip()
    if not printed:
        raise StackError("`poetry env info --path`: it tells no environment", hint=todo)
    return Path(printed)


def _interpreter(environment: Path) -> Path:
    """That of a virtual environment.

    Raises:
        StackError: it has none.
    """
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.is_file():
        return python
    said, todo = "does not exist", "Make it: `pulumi install`."
    if python.is_symlink():  # so does an upgrade of Python leave it
        said, todo = (
            f"is broken: {python} leads to {os.path.realpath(python)}, which is gone",
            _ANEW,
        )
    elif environment.is_dir():
        said, todo = f"is none: it has no {python.relative_to(environment)}", _ANEW
    elif environment.exists():
        said, todo = "is a file", _ANEW
    raise StackError(f"its virtual environment {environment} {said}", hint=todo)


def _installed_on_path(program: Path) -> Finding:
    """What the Python has that is taken where there is no virtual environment.

    Raises:
        StackError: there is none.
    """
    name = os.environ.get("PULUMI_PYTHON_CMD") or ("python" if os.name == "nt" else "python3")
    python = shutil.which(name)
    if not python:
        raise StackError(f"no `{name}` on PATH", hint=_NAME_ONE)
    return _installed(f"`{name}` ({python})", python, program, _NAME_ONE)


def _installed(what: str, python: str | Path, folder: Path, todo: str) -> Finding:
    """Whether a Python has this package, and a Pulumi SDK that is new enough for it.

    Args:
        what: the Python, for people.
        python: its interpreter.
        folder: where to ask it; the stand-ins of version managers answer by folder.
        todo: what to do where it does not answer.

    Raises:
        StackError: it does not answer.
    """
    printed = _run(what, (python, "-I", "-c", _ASK), folder, todo)
    try:
        found, version, requires, sdk = json.loads(printed.splitlines()[-1])
    except (IndexError, TypeError, ValueError):
        raise StackError(f"{what}: {python} does not answer as Python does", hint=todo) from None
    if not found:
        said = f"{what} has no pulumi-widgets"
        return Finding("project", "problem", said, "Install the package into it.")
    ours, theirs = f"pulumi-widgets {version}".rstrip(), f"pulumi {sdk}" if sdk else "no pulumi"
    known = (each for each in map(Requirement, requires) if each.name == "pulumi")
    required = next(known, Requirement("pulumi"))
    if not sdk or not required.specifier.contains(sdk, prereleases=True):
        said = f"{what} has {ours}, which requires {required}, and {theirs}"
        return Finding("project", "problem", said, f"Install {required} into it.")
    return Finding("project", "ok", f"{what} has {ours} and {theirs}")


def _run(what: str, command: Sequence[str | Path], folder: Path, todo: str) -> str:
    """What a command prints.

    Raises:
        StackError: it fails, or takes too long.
    """
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except OSError as error:
        why = error.strerror
    except subprocess.TimeoutExpired:
        why = f"no answer within {PATIENCE:g} s"
    else:
        if not done.returncode:
            return done.stdout
        why = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    raise StackError(f"{what}: it fails: {why}", hint=todo)
