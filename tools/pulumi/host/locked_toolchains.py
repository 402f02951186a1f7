"""The toolchains `uv` and `poetry`: a pyproject.toml, and a lock of all that the program needs.

Behaviour seen in the source of the official host (v3.274.1, sdk/python/toolchain) and kept. Of uv:
the environment is what the option `virtualenv` names, relative to the folder of `Pulumi.yaml`, else
UV_PROJECT_ENVIRONMENT or `.venv` beside the nearest uv.lock, else pyproject.toml, upward from the
program; before the program's Python is used, `uv sync --inexact` has it follow pyproject.toml; then
that Python is run itself, without `uv run`. Of poetry: it alone says where the environment is, and
one that there is is not brought up to date but by `pulumi install`. With both, this moves what a
requirements.txt asks for into a pyproject.toml where there is none.
"""

import json
import os
import re
import shutil
from abc import abstractmethod
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from children import Children
from pulumi.runtime.proto import language_pb2
from pyproject import above, asked_by, canonical_name, has_project, read_toml
from toolchain import Output, Toolchain, ToolchainError


class LockedToolchain(Toolchain):
    """What uv and poetry have in common.

    Args:
        info: The program as the engine describes it.
        virtualenv: The option of that name in `Pulumi.yaml`, or nothing.
        children: Starts the processes.

    Raises:
        ToolchainError: The tool is not on PATH, or is too old.
    """

    tool: ClassVar[str]
    says_version: ClassVar[tuple[str, ...]] = ("--version",)
    oldest: ClassVar[tuple[int, ...]]
    manifest: ClassVar[str]
    """The file beside which the pyproject.toml is that tells what the program itself asks for."""
    maker: ClassVar[str]
    """What makes that file."""

    def __init__(self, info: language_pb2.ProgramInfo, virtualenv: str, children: Children) -> None:
        super().__init__(info, virtualenv, children)
        if shutil.which(self.tool) is None:
            raise ToolchainError(
                f"found no `{self.tool}` on PATH, which manages this program's packages: install "
                "it, or name another toolchain in Pulumi.yaml"
            )
        said = self._output(self.tool, *self.says_version)
        found = re.search(r"\d+(\.\d+)+", said)
        if found is None:
            raise ToolchainError(f"`{self.tool} --version` says no version: {said.strip()}")
        self.version = tuple(map(int, found[0].split(".")))
        if self.version < self.oldest:
            oldest = ".".join(map(str, self.oldest))
            raise ToolchainError(f"{self.tool} {found[0]} is too old: Pulumi needs {oldest}")

    @abstractmethod
    def _locked(self, folder: Path) -> Any:
        """The packages that the lock has for the pyproject.toml there, each with a `name`."""

    def about(self) -> Any:
        """The interpreter's path and version, and the tool's version."""
        return {**super().about(), "toolchain": ".".join(map(str, self.version))}

    def installed(self) -> list[Any]:
        """The packages that the lock names and that are installed.

        The official host lists those too that poetry.lock has for other machines.
        """
        packages = super().installed()
        return _among(packages, {each["name"] for each in self._locked(self._folder())})

    def dependencies(self, *, transitive: bool) -> list[Any]:
        """The program's packages; those that pyproject.toml names, unless all are asked for."""
        packages = self.installed()
        if transitive:
            return packages
        return _among(packages, set(asked_by(read_toml(self._folder() / "pyproject.toml"))))

    def _folder(self) -> Path:
        if folder := above(self._program, self.manifest):
            return folder
        raise ToolchainError(f"{self._program} has no {self.manifest}: {self.maker} makes one")

    def _name(self) -> str:
        """The name of the Pulumi project."""
        import yaml  # here, because few starts of this host need it

        files = [file.read_text("utf-8") for file in self._root.glob("Pulumi.y*ml")]
        return str(yaml.safe_load(files[0])["name"]) if files else self._root.name

    def _move(self, output: Output, folder: Path, *add: str) -> None:
        """Have the tool add what requirements.txt asks for, which is deleted then."""
        self._run(output, self.tool, *add, directory=folder)
        (folder / "requirements.txt").unlink()
        output(b"Deleted requirements.txt: pyproject.toml has what it asked for\n", False)


class Uv(LockedToolchain):
    """`uv sync` and its uv.lock."""

    tool, oldest, manifest = "uv", (0, 6, 15), "pyproject.toml"
    maker = "`uv init --bare`, or of a requirements.txt `pulumi install`,"

    @property
    def virtualenv(self) -> Path:
        """What `Pulumi.yaml` names, else where uv itself has it."""
        if self._option:
            return self._root / self._option
        beside = (above(self._program, name) for name in ("uv.lock", "pyproject.toml"))
        folder = next(filter(None, beside), self._program)
        return folder / (os.environ.get("UV_PROJECT_ENVIRONMENT") or ".venv")

    def settings(self) -> dict[str, str]:
        """This process's environment, with the place of the virtual environment."""
        return {**os.environ, "UV_PROJECT_ENVIRONMENT": str(self.virtualenv)}

    def python(self) -> str:
        """The interpreter, in an environment that has all that pyproject.toml asks for."""
        if above(self._program, "pyproject.toml"):
            self._check()
            self._output("uv", "sync", "--inexact")
        return super().python()

    def ensure(self, output: Output) -> None:
        """Make the virtual environment if there is none."""
        if not self._is_made():
            self._run(output, "uv", "venv", "--quiet", "--allow-existing", str(self.virtualenv))

    def install(self, output: Output) -> None:
        """Lock if need be, and have the environment hold exactly what is locked."""
        if not above(self._program, "uv.lock"):
            self._prepare(output)
        self._check()
        self._run(output, "uv", "sync")

    def _prepare(self, output: Output) -> None:
        folder = above(self._program, "pyproject.toml")
        if folder is None:
            folder = above(self._program, "requirements.txt") or self._program
            init = ("init", "--bare", "--no-package", "--no-pin-python", "--name", self._name())
            self._run(output, "uv", *init, directory=folder)
        elif has_project(folder) or not (folder / "requirements.txt").is_file():
            return
        else:
            with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
                file.write(f'\n[project]\nname = {json.dumps(self._name())}\nversion = "0.1.0"\n')
        if (folder / "requirements.txt").is_file():
            # uv 0.8 and newer take a folder that lies beneath for a member of a workspace
            apart = ("--no-workspace",) if self.version >= (0, 8) else ()
            self._move(output, folder, "add", "--no-sync", *apart, "-r", "requirements.txt")

    def _check(self) -> None:
        folder = above(self._program, "pyproject.toml")
        if folder and not above(self._program, "uv.lock") and not has_project(folder):
            raise ToolchainError(
                f"{folder / 'pyproject.toml'} has no section [project], which uv needs: add one "
                "with a name, a version and dependencies"
            )

    def _locked(self, folder: Path) -> Any:
        name = read_toml(folder / "pyproject.toml").get("project", {}).get("name", "")
        # of this one project, where several share a lock and an environment
        export = ("export", "--package", name, "--locked", "--format", "pylock.toml")
        return read_toml("pylock.toml", self._output("uv", *export)).get("packages", ())


class Poetry(LockedToolchain):
    """`poetry install` and its poetry.lock."""

    tool, oldest, manifest = "poetry", (1, 8), "poetry.lock"
    maker = "`pulumi install`"
    says_version = ("--version", "--no-plugins")  # a tenth of the time

    @cached_property
    def virtualenv(self) -> Path:
        """What poetry says.

        Raises:
            ToolchainError: It knows none.
        """
        try:
            return Path(self._output("poetry", "env", "info", "--path").strip())
        except ToolchainError as error:
            raise ToolchainError(f"{error}: `pulumi install` makes the environment") from None

    def ensure(self, output: Output) -> None:
        """Install all, where poetry knows no virtual environment."""
        try:
            _ = self.virtualenv
        except ToolchainError:
            self.install(output)

    def install(self, output: Output) -> None:
        """Make the virtual environment and the lock if missing, and install what is locked."""
        if not above(self._program, "pyproject.toml"):
            self._prepare(output)
        self._run(output, "poetry", "install", "--no-ansi")

    def _prepare(self, output: Output) -> None:
        asking = above(self._program, "requirements.txt")
        folder = asking or self._program
        project = folder / "pyproject.toml"
        project.write_text(
            f"[project]\nname = {json.dumps(self._name())}\n\n"
            '[build-system]\nrequires = ["poetry-core"]\n'
            'build-backend = "poetry.core.masonry.api"\n\n'
            '[tool.poetry]\npackage-mode = false\n\n[tool.poetry.dependencies]\npython = "^3.10"\n',
            "utf-8",
        )
        if asking:
            lines = (asking / "requirements.txt").read_text("utf-8").splitlines()
            wanted = [line.partition("#")[0].strip() for line in lines]
            try:
                self._move(output, folder, "add", "--lock", "--no-ansi", *filter(None, wanted))
            except ToolchainError:
                project.unlink()  # with it, the next try would find nothing left to do
                raise

    def _locked(self, folder: Path) -> Any:
        return read_toml(folder / "poetry.lock").get("package", ())


def _among(packages: list[Any], names: set[str]) -> list[Any]:
    wanted = {canonical_name(name) for name in names}
    return [package for package in packages if canonical_name(package["name"]) in wanted]
