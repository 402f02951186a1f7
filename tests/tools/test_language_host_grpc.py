"""The language host by itself, called as the engine calls it."""

import json
import os
import signal
import subprocess
import sys
import threading
import venv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import engine_pb2_grpc, language_pb2
from required_packages import plugin_version, required_packages

from ..waiting import eventually
from .host_process import EMPTY, LANGUAGE_HOST, VERSION, Host, is_alive, program_info, start_host
from .wheels import offline_pip

# Stands in for the exec script: reports how it was started, and ends as its arguments say.
EXECUTOR = """
import json, os, pathlib, sys, time
report = {"argv": sys.argv[1:], "executable": sys.executable, "pid": os.getpid(),
          "env": dict(os.environ), "unbuffered": sys.stdout.write_through}
target = pathlib.Path(__file__).with_name("report.json")
target.with_suffix(".new").write_text(json.dumps(report))
target.with_suffix(".new").replace(target)
what = sys.argv[-1]
if what == "sleep":
    time.sleep(600)
if what == "stubborn":
    import signal
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    target.with_name("stubborn").touch()
    time.sleep(600)
if what.startswith("exit="):
    sys.exit(int(what.removeprefix("exit=")))
if what == "abort":
    os.abort()
"""


@pytest.fixture
def executor(tmp_path: Path) -> Path:
    path = tmp_path / "exec" / "executor.py"
    path.parent.mkdir()
    path.write_text(EXECUTOR)
    return path


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A virtual environment without anything in it, not even pip."""
    path = tmp_path / "venv"
    venv.create(path, with_pip=False)
    return path


def report(executor: Path) -> Any:
    return json.loads(executor.with_name("report.json").read_text())


def run_in_background(host: Host, request: language_pb2.RunRequest) -> list[Any]:
    """Call Run in a thread; the list gets its result, or its error."""
    result: list[Any] = []

    def call() -> None:
        try:
            result.append(host.stub.Run(request))
        except grpc.RpcError as error:
            result.append(error)

    threading.Thread(target=call, daemon=True).start()
    return result


def test_says_its_version_and_answers_the_handshake(executor: Path) -> None:
    with start_host(executor) as host:
        assert host.stub.GetPluginInfo(EMPTY).version == VERSION
        host.stub.Handshake(language_pb2.LanguageHandshakeRequest(engine_address="127.0.0.1:2"))
        info = program_info(executor.parent)
        host.stub.Run(language_pb2.RunRequest(info=info))
    argv = report(executor)["argv"]
    assert argv[argv.index("--engine") + 1] == "127.0.0.1:2"


def test_run_passes_everything_on(executor: Path, environment: Path) -> None:
    info = program_info(environment.parent, virtualenv="venv")
    info.entry_point = "app"
    request = language_pb2.RunRequest(
        info=info,
        project="widgets",
        stack="dev",
        organization="acme",
        pwd="/",
        dryRun=True,
        parallel=7,
        monitor_address="127.0.0.1:3",
        config={"genesyscloud:region": "mypurecloud.de", "widgets:x": "ü"},
        configSecretKeys=["genesyscloud:oauthClientSecret"],
        args=["one", "two words"],
    )
    env = {**os.environ, "PATH": os.environ["PATH"]}
    with start_host(executor, "127.0.0.1:4", env) as host:
        assert host.stub.Run(request) == language_pb2.RunResponse()
    seen = report(executor)
    assert seen["argv"] == [
        *("--monitor", "127.0.0.1:3", "--engine", "127.0.0.1:4", "--project", "widgets"),
        *("--root_directory", str(environment.parent), "--stack", "dev", "--pwd", "/"),
        *("--dry_run", "true", "--parallel", "7", "--organization", "acme"),
        *("app", "one", "two words"),
    ]
    assert seen["executable"] == str(environment / "bin" / "python")
    assert seen["unbuffered"] is True
    assert json.loads(seen["env"]["PULUMI_CONFIG"]) == dict(request.config)
    assert json.loads(seen["env"]["PULUMI_CONFIG_SECRET_KEYS"]) == list(request.configSecretKeys)
    assert seen["env"]["VIRTUAL_ENV"] == str(environment)
    assert seen["env"]["PATH"].split(os.pathsep)[0] == str(environment / "bin")


def test_run_without_virtualenv_takes_the_python_on_path(executor: Path, tmp_path: Path) -> None:
    folder = tmp_path / "path"
    folder.mkdir()
    (folder / "python3").symlink_to(sys.executable)
    with start_host(executor, env={**os.environ, "PATH": str(folder)}) as host:
        host.stub.Run(language_pb2.RunRequest(info=program_info(tmp_path)))
    assert report(executor)["env"]["PATH"] == str(folder)
    with start_host(executor, env={**os.environ, "PATH": "/nowhere"}) as host:
        with pytest.raises(grpc.RpcError) as failure:
            host.stub.Run(language_pb2.RunRequest(info=program_info(tmp_path)))
        assert failure.value.details() == "found no python3 or python on PATH"


def test_how_a_program_ends(executor: Path, tmp_path: Path) -> None:
    def end(how: str) -> language_pb2.RunResponse:
        info = program_info(tmp_path, virtualenv=sys.prefix)
        response: language_pb2.RunResponse
        response = host.stub.Run(language_pb2.RunRequest(info=info, args=[how]))
        return response

    with start_host(executor) as host:
        assert end("exit=0") == language_pb2.RunResponse()
        assert end("exit=32") == language_pb2.RunResponse(bail=True)
        assert end("exit=1").error == "the program ended with exit code 1"
        assert end("abort").error == "the program was ended by SIGABRT"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"virtualenv": "missing"}, "missing does not exist. Name another, or remove it"),
        ({"virtualenv": "exec"}, "exec is no virtual environment. Name another"),
        ({"toolchain": "conda"}, "Pulumi.yaml: toolchain: conda: Pulumi knows pip, uv and poetry"),
        ({"typechecker": "mypy"}, "Pulumi.yaml: typechecker: mypy: this stand-in"),
    ],
)
def test_options_that_do_not_work(
    executor: Path, tmp_path: Path, options: dict[str, str], text: str
) -> None:
    with start_host(executor) as host, pytest.raises(grpc.RpcError) as failure:
        host.stub.Run(language_pb2.RunRequest(info=program_info(tmp_path, **options)))
    assert text in failure.value.details()
    assert "\n" not in failure.value.details()


def test_calls_that_the_official_host_lacks_too(executor: Path) -> None:
    with start_host(executor) as host, pytest.raises(grpc.RpcError) as failure:
        host.stub.GetRequiredPlugins(language_pb2.GetRequiredPluginsRequest())
    assert failure.value.code() == grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("way", ["Cancel", "SIGINT", "SIGTERM", "engine gone", "call given up"])
def test_the_program_ends_with_the_host_and_quietly(
    executor: Path, tmp_path: Path, way: str
) -> None:
    request = language_pb2.RunRequest(info=program_info(tmp_path), args=["sleep"])
    with start_host(executor) as host:
        if way == "call given up":
            call = host.stub.Run.future(request)
        else:
            result = run_in_background(host, request)
        eventually(executor.with_name("report.json").exists, "the program starts")
        pid = report(executor)["pid"]
        assert is_alive(pid)
        if way == "Cancel":
            host.stub.Cancel(EMPTY)
            eventually(lambda: bool(result), "Run returns")
            assert result[0].error == "the program was ended by SIGINT"
            host.process.send_signal(signal.SIGINT)
        elif way == "engine gone":
            assert host.process.stdin
            host.process.stdin.close()
        elif way == "call given up":
            call.cancel()
            eventually(lambda: not is_alive(pid), "the program ends")
            host.process.send_signal(signal.SIGINT)
        else:
            host.process.send_signal(signal.Signals[way])
        assert host.process.wait(20) == 0
        assert not is_alive(pid)
        assert host.process.stdout
        assert host.process.stdout.read() == ""
        assert host.process.stderr
        said = host.process.stderr.read()
        # All that is said is what Python says of the program, which the official host lets through.
        assert said.count("Traceback") == said.count("KeyboardInterrupt") <= 1


TAKEN_BY_ANOTHER_THREAD = """
import os, signal, sys, threading
import language_host

wake_on = language_host.catch_signals()
main = threading.get_ident()

def take():
    while sys._current_frames()[main].f_code is not language_host.wait_for_end.__code__:
        pass
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)

threading.Thread(target=take).start()
language_host.wait_for_end(wake_on)
"""


def test_a_signal_that_another_thread_took_ends_the_host() -> None:
    """Seen in one of a hundred commands: they took 5 s more, until the engine killed the host."""
    done = subprocess.run(
        [sys.executable, "-c", TAKEN_BY_ANOTHER_THREAD],
        cwd=LANGUAGE_HOST.parent,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=20,
    )
    assert done.returncode == 0


def test_a_program_that_ignores_the_interrupt_is_killed(executor: Path, tmp_path: Path) -> None:
    request = language_pb2.RunRequest(info=program_info(tmp_path), args=["stubborn"])
    with start_host(executor) as host:
        run_in_background(host, request)
        eventually(executor.with_name("stubborn").exists, "the program ignores interrupts")
        host.process.send_signal(signal.SIGTERM)
        assert host.process.wait(20) == 0
        assert not is_alive(report(executor)["pid"])


def test_nothing_starts_after_cancel(executor: Path, tmp_path: Path) -> None:
    with start_host(executor) as host:
        host.stub.Cancel(EMPTY)

        def refused() -> bool:
            try:
                host.stub.Run(language_pb2.RunRequest(info=program_info(tmp_path)))
            except grpc.RpcError as error:
                return bool(error.code() == grpc.StatusCode.CANCELLED)
            return False

        eventually(refused, "Run is refused")  # Cancel answers before it has taken effect


def test_about_and_dependencies(executor: Path, tmp_path: Path) -> None:
    info = program_info(tmp_path, virtualenv=sys.prefix, toolchain="pip")
    with start_host(executor) as host:
        about = host.stub.About(language_pb2.AboutRequest(info=info))

        def dependencies(transitive: bool) -> set[str]:
            request = language_pb2.GetProgramDependenciesRequest(
                info=info, transitiveDependencies=transitive
            )
            return {found.name for found in host.stub.GetProgramDependencies(request).dependencies}

        every, direct = dependencies(transitive=True), dependencies(transitive=False)
    assert about.executable == str(Path(sys.prefix, "bin", "python"))
    assert about.version.startswith("{}.{}.{}".format(*sys.version_info))
    assert about.metadata["toolchain"] == "Pip"
    assert about.metadata["toolchainVersion"]
    assert direct < every
    assert "grpcio" in every - direct


def test_no_pip_is_said_in_one_line(executor: Path, environment: Path) -> None:
    info = program_info(environment.parent, virtualenv="venv")
    with start_host(executor) as host, pytest.raises(grpc.RpcError) as failure:
        host.stub.GetProgramDependencies(language_pb2.GetProgramDependenciesRequest(info=info))
    assert failure.value.details().endswith("No module named pip")
    assert "\n" not in failure.value.details()


def distribution(environment: Path, name: str, version: str, plugin: str | None = None) -> None:
    """Lay an installed distribution into an environment, with a `pulumi-plugin.json` or without."""
    [packages] = environment.glob("lib/python*/site-packages")
    (packages / f"{name}-{version}.dist-info").mkdir()
    (packages / f"{name}-{version}.dist-info" / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    )
    (packages / name).mkdir()
    (packages / name / "__init__.py").touch()
    if plugin is not None:
        (packages / name / "pulumi-plugin.json").write_text(plugin)


def test_required_packages(executor: Path, environment: Path) -> None:
    distribution(environment, "requests", "2.31")
    distribution(environment, "pulumi_policy", "1.0")
    distribution(environment, "pulumi_widgets", "0.1.0", '{"resource": false}')
    distribution(environment, "pulumi_guessed", "4.0rc1")
    distribution(environment, "acme_cloud", "1.2", '{"resource": true, "name": "acme"}')
    distribution(
        environment,
        "pulumi_terraform",
        "1.0",
        json.dumps(
            {
                "resource": True,
                "name": "terraform-provider",
                "version": "v0.4.0",
                "server": "s3://plugins",
                "parameterization": {"name": "b2", "version": "0.9", "value": "e30="},
            }
        ),
    )
    info = program_info(environment.parent, virtualenv="venv")
    with start_host(executor) as host:
        request = language_pb2.GetRequiredPackagesRequest(info=info)
        packages = {found.name: found for found in host.stub.GetRequiredPackages(request).packages}
    assert {name: found.version for name, found in packages.items()} == {
        "guessed": "v4.0.0-rc.1",
        "acme": "v1.2.0",
        "terraform-provider": "v0.4.0",
    }
    assert {found.kind for found in packages.values()} == {"resource"}
    assert packages["terraform-provider"].server == "s3://plugins"
    assert packages["terraform-provider"].parameterization.value == b"{}"
    assert required_packages([]) == []


@pytest.mark.parametrize(
    ("python", "plugin"),
    [
        ("1", "1.0.0"),
        ("1.2.3", "1.2.3"),
        ("1.2.3.4", "1.2.3.4"),
        ("1.2a4", "1.2.0-alpha.4"),
        ("1.2.3b5", "1.2.3-beta.5"),
        ("1.2.3rc6", "1.2.3-rc.6"),
        ("1.2.3.post4", "1.2.3+post4"),
        ("1.2.3.dev5", "1.2.3+dev5"),
        ("1.2.3rc6.post4.dev5", "1.2.3-rc.6+post4dev5"),
        ("1!2.3", None),
        ("1.2+local", None),
        ("", None),
    ],
)
def test_plugin_version(python: str, plugin: str | None) -> None:
    assert plugin_version(python) == plugin


@pytest.fixture
def offline(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, **offline_pip(tmp_path / "links")}


class Engine(engine_pb2_grpc.EngineServicer):
    """An engine that notes what is logged."""

    def __init__(self) -> None:
        self.logged: list[Any] = []
        self.address = ""

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.logged.append(request)
        return EMPTY


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine, server = Engine(), grpc.server(ThreadPoolExecutor(1))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    engine.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    yield engine
    server.stop(None).wait()


def test_the_environment_is_made_and_filled(
    executor: Path, tmp_path: Path, offline: dict[str, str], engine: Engine
) -> None:
    program = tmp_path / "program"
    (program / "empty").mkdir(parents=True)
    requirements = program / "requirements.txt"
    requirements.write_text("tiny\n")
    info = program_info(program, virtualenv="empty")
    with start_host(executor, engine.address, offline) as host:
        # Before the first run, as passing messages of the engine ...
        host.stub.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest(info=info))
        text = "".join(request.message for request in engine.logged)
        assert text.startswith(f"Making the virtual environment {program / 'empty'}\n")
        assert "Successfully installed tiny-999" in text
        assert all(request.ephemeral for request in engine.logged)

        # ... and by `pulumi install`, streamed: what is there is kept, a failure names its command.
        requirements.write_text("tiny\nnowhere-to-be-found\n")
        pieces, problem = [], ""
        try:
            request = language_pb2.InstallDependenciesRequest(info=info)
            for piece in host.stub.InstallDependencies(request):
                pieces.append(piece)
        except grpc.RpcError as error:
            problem = error.details()
    assert problem.endswith("-m pip install -r requirements.txt ended with exit code 1")
    output = b"".join(piece.stdout for piece in pieces)
    assert b"Making" not in output
    assert b"Requirement already satisfied: tiny" in output
    assert b"No matching distribution" in b"".join(piece.stderr for piece in pieces)


def test_without_pulumi_the_host_says_what_it_lacks(environment: Path) -> None:
    result = subprocess.run(
        [environment / "bin" / "python", LANGUAGE_HOST, "--version", "v1", "--use-executor", "x"],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert result.returncode == 1
    assert "install the package pulumi" in result.stderr
    assert len(result.stderr.splitlines()) == 1
