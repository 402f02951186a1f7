"""The language host with a real uv and a real poetry.

Without a network: what a program requires is a file, or a folder of files.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import language_pb2

from .. import poetry
from .conftest import Project
from .host_process import Host, program_info, start_host
from .wheels import offline_pip, wheel

TOOLS = ["uv", "poetry"]
PYPROJECT = '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.10"\n'
# Stands in for the exec script.
EXECUTOR = """
import importlib.util, os, sys
open(__file__ + ".said", "w").write(f"{sys.executable} {os.environ['VIRTUAL_ENV']}")
sys.exit(importlib.util.find_spec("tiny") is None)
"""


@pytest.fixture(scope="session")
def tools() -> str:
    """What PATH begins with."""
    return os.pathsep.join((str(Path(sys.executable).parent), str(poetry.folder())))


@pytest.fixture
def env(tools: str, tmp_path: Path) -> dict[str, str]:
    """An environment in which the tools find no network and leave nothing behind."""
    return {
        **os.environ,
        **offline_pip(tmp_path / "links"),
        "PATH": os.pathsep.join((tools, os.environ["PATH"])),
        "UV_PYTHON": sys.executable,
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "POETRY_CACHE_DIR": str(tmp_path / "cache"),
        "POETRY_CONFIG_DIR": str(tmp_path / "nothing"),
    }


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The folder of a program, within that of its project."""
    folder = tmp_path / "project" / "app"
    folder.mkdir(parents=True)
    folder.with_name("Pulumi.yaml").write_text("name: from-pulumi\n")
    (folder / "requirements.txt").write_text("# one\n../../links/tiny-999-py3-none-any.whl\n")
    return folder


@pytest.fixture
def executor(tmp_path: Path) -> Path:
    path = tmp_path / "executor.py"
    path.write_text(EXECUTOR)
    return path


@pytest.fixture
def host(executor: Path, env: dict[str, str]) -> Iterator[Host]:
    with start_host(executor, env=env) as host:
        yield host


def described(program: Path, **options: str) -> language_pb2.ProgramInfo:
    info = program_info(program, **options)
    info.root_directory = str(program.parent)
    return info


def install(host: Host, info: language_pb2.ProgramInfo) -> str:
    """`pulumi install`: what is shown."""
    request = language_pb2.InstallDependenciesRequest(info=info)
    pieces = list(host.stub.InstallDependencies(request))
    return b"".join(piece.stdout + piece.stderr for piece in pieces).decode()


def dependencies(host: Host, info: language_pb2.ProgramInfo, *, transitive: bool) -> set[str]:
    request = language_pb2.GetProgramDependenciesRequest(
        info=info, transitiveDependencies=transitive
    )
    found = host.stub.GetProgramDependencies(request).dependencies
    return {f"{each.name} {each.version}" for each in found}


def refusal(host: Host, info: language_pb2.ProgramInfo) -> str:
    """The one line with which `pulumi up` ends before the program starts."""
    with pytest.raises(grpc.RpcError) as failure:
        host.stub.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest(info=info))
    assert "\n" not in failure.value.details()
    return str(failure.value.details())


@pytest.mark.parametrize("tool", TOOLS)
def test_requirements_become_a_project(
    tool: str, host: Host, program: Path, executor: Path, tmp_path: Path
) -> None:
    wheel(tmp_path / "links", "tiny", "other")
    other = wheel(tmp_path / "links", "other")
    if tool == "poetry":  # which knows no folder of packages
        with (program / "requirements.txt").open("a") as file:
            file.write(f"{os.path.relpath(other, program)}\n")
    info = described(program, toolchain=tool)
    assert "Deleted requirements.txt" in install(host, info)
    assert not (program / "requirements.txt").exists()
    assert (program / f"{tool}.lock").is_file()
    assert 'name = "from-pulumi"' in (program / "pyproject.toml").read_text()

    # From here on the toolchain is the one whose lock is found.
    (program / "deeper").mkdir()
    info = described(program / "deeper")
    about = host.stub.About(language_pb2.AboutRequest(info=info))
    assert about.metadata["toolchain"] == "Auto"
    assert re.fullmatch(r"\d+\.\d+\.\d+", about.metadata["toolchainVersion"])
    assert about.version.startswith("{}.{}.{}".format(*sys.version_info))

    every, direct = (dependencies(host, info, transitive=whole) for whole in (True, False))
    assert every == {"tiny 999", "other 999"}
    assert direct == (every if tool == "poetry" else {"tiny 999"})

    assert host.stub.Run(language_pb2.RunRequest(info=info)) == language_pb2.RunResponse()
    python, virtualenv = Path(f"{executor}.said").read_text().split()
    assert python == about.executable == f"{virtualenv}/bin/python"
    assert not Path(virtualenv).is_relative_to(sys.prefix)
    if tool == "uv":
        assert virtualenv == str(program / ".venv")


def test_uv_brings_the_environment_up_to_date(host: Host, program: Path) -> None:
    (program / "requirements.txt").unlink()
    project = program / "pyproject.toml"
    project.write_text(PYPROJECT)
    info = described(program, toolchain="uv")
    # A clone in which nobody has said `pulumi install`.
    host.stub.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest(info=info))
    assert host.stub.Run(language_pb2.RunRequest(info=info)).error
    project.write_text(f'{PYPROJECT}dependencies = ["tiny"]\n')
    assert not host.stub.Run(language_pb2.RunRequest(info=info)).error
    # What it does not know of is left alone, until it is installed anew.
    project.write_text(PYPROJECT)
    assert not host.stub.Run(language_pb2.RunRequest(info=info)).error
    assert dependencies(host, info, transitive=True) == set()
    install(host, info)
    assert host.stub.Run(language_pb2.RunRequest(info=info)).error


def test_where_uv_has_the_environment(
    executor: Path, program: Path, env: dict[str, str], tmp_path: Path
) -> None:
    def place(name: str, **options: str) -> str:
        with start_host(executor, env={**env, "UV_PROJECT_ENVIRONMENT": name}) as host:
            about = host.stub.About(
                language_pb2.AboutRequest(info=described(program, toolchain="uv", **options))
            )
        return os.path.relpath(about.executable, tmp_path / "project")

    (tmp_path / "project" / "pyproject.toml").write_text(PYPROJECT)
    assert place("") == ".venv/bin/python"
    assert place("named") == "named/bin/python"
    assert place("named", virtualenv="option") == "option/bin/python"


def test_a_pyproject_that_is_for_other_tools(host: Host, program: Path) -> None:
    project = program / "pyproject.toml"
    project.write_text("[tool.ruff]\nline-length = 100")
    info = described(program, toolchain="uv")
    assert "has no section [project], which uv needs: add one" in refusal(host, info)
    install(host, info)
    assert "line-length = 100\n" in project.read_text()
    assert 'name = "from-pulumi"' in project.read_text()
    assert dependencies(host, info, transitive=False) == {"tiny 999"}


def test_requirements_that_poetry_does_not_take(host: Host, program: Path) -> None:
    (program / "requirements.txt").write_text("./nowhere-999-py3-none-any.whl\n")
    with pytest.raises(grpc.RpcError) as failure:
        install(host, described(program, toolchain="poetry"))
    assert failure.value.details().endswith("nowhere-999-py3-none-any.whl ended with exit code 1")
    assert [file.name for file in program.iterdir()] == ["requirements.txt"]


@pytest.mark.parametrize("tool", TOOLS)
def test_what_cannot_be_had_is_said_in_one_line(tool: str, host: Host, program: Path) -> None:
    missing = '["tiny @ file:///nowhere/tiny-999-py3-none-any.whl"]'
    (program / "pyproject.toml").write_text(f"{PYPROJECT}dependencies = {missing}\n")
    assert f"{tool} " in refusal(host, described(program, toolchain=tool))


@pytest.mark.parametrize(
    ("tool", "says", "text"),
    [
        ("uv", None, "found no `uv` on PATH, which manages this program's packages: install it"),
        ("poetry", None, "found no `poetry` on PATH, which manages this program's packages: ins"),
        ("uv", "uv 0.6.14 (a3b4 2025-04-09)", "uv 0.6.14 is too old: Pulumi needs 0.6.15"),
        ("poetry", "Poetry (version 1.7.1)", "poetry 1.7.1 is too old: Pulumi needs 1.8"),
        ("uv", "hello", "`uv --version` says no version: hello"),
    ],
)
def test_a_tool_that_cannot_be_used(
    tool: str, says: str | None, text: str, executor: Path, program: Path, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    if says:
        (tmp_path / "bin" / tool).write_text(f"#!/bin/sh\necho '{says}'\n")
        (tmp_path / "bin" / tool).chmod(0o755)
    with start_host(executor, env={**os.environ, "PATH": str(tmp_path / "bin")}) as host:
        assert refusal(host, described(program, toolchain=tool)).startswith(text)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_life(
    tool: str, project: Project, tools: str, env: dict[str, str], tmp_path: Path
) -> None:
    """The dynamic provider, which the engine starts, has the environment of the program."""
    project.env.update({key: text for key, text in env.items() if key.startswith(("UV_", "POE"))})
    project.env["PATH"] = os.pathsep.join((tools, project.env["PATH"]))
    project.write("""
import sys
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Provider(ResourceProvider):
    def create(self, props):
        return CreateResult("1", {"prefix": sys.prefix})

class Here(Resource):
    prefix: pulumi.Output[str]

    def __init__(self, name):
        super().__init__(Provider(), name, {"prefix": None})

pulumi.export("provider", Here("here").prefix)
pulumi.export("program", sys.prefix)
""")
    lender = wheel(tmp_path / "links", "lender", lends=True)
    source = f"lender = {{ path = '{lender}' }}"
    (project.root / "app" / "pyproject.toml").write_text(
        f'{PYPROJECT}dependencies = ["lender"]\n\n[tool.uv.sources]\n{source}\n\n'
        f"[tool.poetry]\npackage-mode = false\n\n[tool.poetry.dependencies]\n{source}\n"
    )
    (project.root / "Pulumi.yaml").write_text(
        f"name: tiny\nmain: app\nruntime: {{name: python, options: {{toolchain: {tool}}}}}\n"
    )
    assert "lender" in project.pulumi("install")
    project.pulumi("up", "--yes", "--skip-preview")
    prefixes = json.loads(project.pulumi("stack", "output", "--json"))
    assert prefixes["provider"] == prefixes["program"] != sys.prefix
    assert "2 unchanged" in project.pulumi("preview", "--expect-no-changes")
    about = json.loads(project.pulumi("about", "--json"))
    assert about["runtime"]["executable"] == str(Path(prefixes["program"], "bin", "python"))
    assert about["runtime"]["toolchain"] == tool.capitalize()
    assert about["dependencies"] == [{"name": "lender", "version": "999"}]
