"""What `doctor` finds: each thing that a new user gets wrong, and what to do about it."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from pulumi_widgets.simulator import Simulator
from pulumi_widgets.simulator.replies import Reply

from .running import run

LISTING = "/api/v2/widgets/deployments"
SECRET = "recognisable-s3cret-value"
Set = Callable[..., None]


@pytest.fixture
def org(
    simulated_org_environ: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    """No project, no CLI; the environment points to the org."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    return simulated_org_environ


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> Set:
    def environ(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(f"GENESYSCLOUD_{name}", value)

    return environ


def diagnosis(org: str = "") -> dict[str, list[tuple[str, str, str]]]:
    """The checks by name: status, message, what to do; and that the exit code fits."""
    ran = run("doctor", "--json", *(["--org", org] if org else []))
    found = json.loads(ran.out)
    checks: dict[str, list[tuple[str, str, str]]] = {}
    for each in found["checks"]:
        entry = (each["status"], each["message"], each["todo"] or "")
        checks.setdefault(each["check"], []).append(entry)
    bad = any(each["status"] == "problem" for each in found["checks"])
    assert (ran.code, found["ok"]) == (int(bad), not bad)
    assert "only a write shows that" in found["unproven"][0]
    assert "the vendor removed it from its description in August 2026" in found["unproven"][2]
    assert SECRET not in ran.out + ran.err
    return checks


def only(checks: dict[str, list[tuple[str, str, str]]], check: str) -> tuple[str, str, str]:
    (found,) = checks[check]
    return found


def test_a_table_for_people(org: Simulator) -> None:
    ran = run("doctor")
    assert (ran.code, ran.err) == (1, "")  # there is no CLI
    lines = ran.out.splitlines()
    assert lines[0].split() == ["CHECK", "STATUS"]
    assert lines[1] == "pulumi       problem  no Pulumi CLI on PATH"
    assert lines[2].strip().startswith("-> Install it")
    assert lines[-1] == "1 problem, 2 warnings."
    assert "Not proven:" in lines
    assert all(len(line) <= 80 for line in lines)


def test_all_is_well_but_for_pulumi(org: Simulator) -> None:
    org.add({"name": "Support", "clientType": "v2"})
    checks = diagnosis()
    assert {name: [status for status, _, _ in each] for name, each in checks.items()} == {
        "pulumi": ["problem"],
        "project": ["warning"],
        "stack": ["warning"],
        **{name: ["ok"] for name in ("environment", "settings", "region", "dns")},
        **{name: ["ok"] for name in ("connection", "clock", "token", "view")},
    }
    assert only(checks, "view")[1].startswith("1 deployment, listed in ")
    assert "simulated-secret" not in json.dumps(checks)


@pytest.mark.parametrize(
    ("variables", "check", "said"),
    [
        ({"BASE_URL": ""}, "settings", "no region: set GENESYSCLOUD_REGION"),
        ({"BASE_URL": "", "REGION": "eu-central1"}, "settings", "unknown region 'eu-central1'"),
        ({"OAUTHCLIENT_SECRET": ""}, "settings", "half an OAuth client: "),
        ({"ACCESS_TOKEN": SECRET}, "settings", "contradictory credentials in the environment"),
        ({"BASE_URL": "http://api.example.com"}, "settings", "genesyscloud:baseUrl (GENESYSCLOUD_"),
        ({"OAUTHCLIENT_SECRET": SECRET}, "token", "POST 127.0.0.1:"),
        ({"BASE_URL": "https://no.such.host.invalid"}, "dns", "no.such.host.invalid has no add"),
        ({"BASE_URL": "http://127.0.0.1:9"}, "connection", "GET 127.0.0.1:9: 127.0.0.1:9 refused"),
    ],
)
def test_wrong_settings(
    org: Simulator, environ: Set, variables: dict[str, str], check: str, said: str
) -> None:
    environ(**variables)
    checks = diagnosis()
    problems = [each for each in checks[check] if each[0] == "problem"]
    assert problems
    assert problems[0][1].startswith(said)
    assert check == "settings" or problems[0][2]
    assert ("view" in checks) == (check != "settings")


def test_a_region_that_is_newer_than_the_list(
    org: Simulator, environ: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # no test asks a name server
    environ(REGION="abc1.pure.cloud", BASE_URL="", LOGIN_URL="")
    checks = diagnosis()
    assert only(checks, "region") == (
        "warning",
        "the region abc1.pure.cloud is not in the list of this version: taken as it is, for a "
        "newer one under pure.cloud: https://api.abc1.pure.cloud",
        "Check its spelling.",
    )
    assert [each[1] for each in checks["dns"]] == [
        "api.abc1.pure.cloud has no address",
        "login.abc1.pure.cloud has no address",
    ]


def test_a_login_server_that_is_not_there(org: Simulator, environ: Set) -> None:
    environ(LOGIN_URL="http://127.0.0.1:9")
    _, (status, said, todo) = diagnosis()["connection"]
    assert status == "problem"
    assert said.endswith("127.0.0.1:9 refused the connection")
    assert todo == "Check the region (or the login URL) and the network."
    environ(LOGIN_URL="https://no.such.host.invalid")
    assert "(or the login URL), and DNS" in diagnosis()["dns"][1][2]


@pytest.mark.parametrize(
    ("proxy", "said", "todo"),
    [
        (
            "http://us:p4ssword@no.such.host.invalid:3128",
            "the proxy no.such.host.invalid:3128 (ALL_PROXY) has no address",
            "Correct ALL_PROXY.",
        ),
        (
            "no.such.host.invalid:3128",
            "the proxy no.such.host.invalid:3128 (ALL_PROXY) has no address",
            "Correct ALL_PROXY.",
        ),
        ("http://", "the proxy in ALL_PROXY is no URL that can be used", "Correct ALL_PROXY."),
    ],
)
def test_a_proxy_without_an_address(
    org: Simulator,
    environ: Set,
    monkeypatch: pytest.MonkeyPatch,
    proxy: str,
    said: str,
    todo: str,
) -> None:
    for name in ("HTTPS_PROXY", "NO_PROXY", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALL_PROXY", proxy)
    environ(BASE_URL="https://api.example.com")
    assert diagnosis()["dns"][0] == ("problem", said, todo)


def test_a_variable_with_another_name(org: Simulator, environ: Set) -> None:
    environ(CLIENT_SECRET=SECRET, TOKEN_POOL_SIZE="10", REGION=" ")
    checks = diagnosis()
    assert checks["environment"][1:] == [
        (
            "warning",
            "GENESYSCLOUD_CLIENT_SECRET is not read (did you mean "
            "'GENESYSCLOUD_OAUTHCLIENT_SECRET'?)",
            "Rename it, if it is meant for this.",
        ),
        ("warning", "GENESYSCLOUD_REGION is empty, which counts as not set", ""),
    ]


def test_orgs_with_names(org: Simulator, environ: Set) -> None:
    environ(EU_REGION="eu-west-1", BASE_URL="")
    assert "--org eu for the tool" in diagnosis()["settings"][0][1]


def test_a_variable_of_an_org_with_another_name(org: Simulator, environ: Set) -> None:
    environ(EU_ACCESS_TOKEN=SECRET, EU_REGIN="eu-west-1")
    assert diagnosis()["environment"][1][1] == (
        "GENESYSCLOUD_EU_REGIN is not read (did you mean 'GENESYSCLOUD_EU_REGION'?)"
    )


def test_the_token_is_refused(org: Simulator, environ: Set) -> None:
    environ(OAUTHCLIENT_ID="", OAUTHCLIENT_SECRET="", ACCESS_TOKEN=SECRET)
    checks = diagnosis()
    assert only(checks, "token")[0] == "problem"
    assert "401" in only(checks, "token")[1]
    assert only(checks, "view")[0] == "skipped"
    environ(ACCESS_TOKEN=org.token())
    assert only(diagnosis(), "token")[1] == "the given one is accepted; how long, it does not tell"


def test_no_permission_to_view(org: Simulator) -> None:
    org.permissions = ["widgets:deployment:add"]
    status, said, todo = only(diagnosis(), "view")
    assert status == "problem"
    assert "403" in said
    assert "widgets:deployment:view" in todo


def test_the_api_is_gone(org: Simulator) -> None:
    org.script("GET", LISTING, Reply.error(401), Reply.error(404, "not.found", "HTTP 404"))
    checks = diagnosis()
    status, said, todo = only(checks, "view")
    assert (status, only(checks, "token")[0]) == ("problem", "ok")
    assert said.startswith("GET /api/v2/widgets/deployments: 404")
    assert todo == (
        "This host does not serve the Widgets API: check the region (or the base URL). The vendor "
        "removed the API from its description in August 2026 (announced end: June 2025)."
    )


@pytest.mark.parametrize(
    ("date", "status", "said"),
    [
        ("Thu, 01 Jan 2015 00:00:00 GMT", "warning", " s ahead of the server's"),
        ("Thu, 01 Jan 2099 00:00:00 GMT", "warning", " s behind the server's"),
        ("yesterday", "skipped", "does not tell the time"),
    ],
)
def test_the_clock(org: Simulator, date: str, status: str, said: str) -> None:
    org.script("GET", LISTING, Reply(401, {}, headers={"Date": date}))
    found = only(diagnosis(), "clock")
    assert found[0] == status
    assert found[1].endswith(said)


@pytest.fixture
def untrusted() -> Iterator[str]:
    """The URL of a server whose certificate nobody here knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    try:
                        context.wrap_socket(connection, server_side=True).close()
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://localhost:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_certificate_that_is_not_trusted(org: Simulator, environ: Set, untrusted: str) -> None:
    environ(BASE_URL=untrusted)
    checks = diagnosis()
    status, said, todo = checks["connection"][0]
    assert status == "problem"
    assert "no TLS connection to localhost" in said
    assert "REQUESTS_CA_BUNDLE" in todo
    assert only(checks, "token")[0] == "skipped"
    assert not any(SECRET in str(request) for request in org.requests)


def environment(folder: Path) -> Path:
    """Make a virtual environment; where its packages are to be put."""
    venv.create(folder, symlinks=True, clear=True)
    (packages,) = folder.glob("lib/python3*/site-packages")
    return packages


def metadata(packages: Path, name: str, version: str, *requires: str) -> None:
    """What an installation says of a package, without the package."""
    folder = packages / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir()
    required = "".join(f"Requires-Dist: {each}\n" for each in requires)
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{required}"
    (folder / "METADATA").write_text(text)


def package(folder: Path) -> None:
    """A package that must not be run."""
    (folder / "pulumi_widgets").mkdir(parents=True)
    (folder / "pulumi_widgets" / "__init__.py").write_text("raise SystemExit('was run')\n")


def installed(packages: Path, sdk: str = "3.268.0") -> None:
    """Put the package and an SDK into an environment."""
    package(packages)
    metadata(packages, "pulumi-widgets", "1.2", "requests>=2.31", "pulumi>=3.268")
    if sdk:
        metadata(packages, "pulumi", sdk)


def linked(packages: Path) -> None:
    """As an editable installation is: the package is elsewhere."""
    elsewhere = packages.parents[3] / "elsewhere"
    package(elsewhere)
    (packages / "linked.pth").write_text(f"{elsewhere}\n")
    metadata(packages, "pulumi", "3.300.0")


def uninstalled(packages: Path) -> None:
    """The package is gone; what is left of it is not the package."""
    metadata(packages, "pulumi-widgets", "1.2")
    (packages / "pulumi_widgets" / "__pycache__").mkdir(parents=True)


def script(file: Path, *lines: str) -> None:
    """A command on `PATH`."""
    file.write_text("\n".join(("#!/bin/sh", *lines, "")))
    file.chmod(0o755)


def of_project(
    folder: Path, options: object = None, *, runtime: str = "python", **more: object
) -> list[tuple[str, str, str]]:
    """What is said of a project, besides its name."""
    file = folder / "Pulumi.yaml"
    content = {"name": "shop", "runtime": {"name": runtime, "options": options or {}}, **more}
    file.write_text(json.dumps(content))
    first, *rest = diagnosis()["project"]
    assert first == ("ok", f"shop ({file})", "")
    return rest


@pytest.mark.parametrize(
    ("fill", "status", "said", "todo"),
    [
        (lambda _: None, "problem", "no pulumi-widgets", "Install the package into it."),
        (installed, "ok", "pulumi-widgets 1.2 and pulumi 3.268.0", ""),
        (linked, "ok", "pulumi-widgets and pulumi 3.300.0", ""),
        (uninstalled, "problem", "no pulumi-widgets", "Install the package into it."),
        (
            lambda packages: installed(packages, "3.99.0"),
            "problem",
            "pulumi-widgets 1.2, which requires pulumi>=3.268, and pulumi 3.99.0",
            "Install pulumi>=3.268 into it.",
        ),
        (
            lambda packages: installed(packages, ""),
            "problem",
            "pulumi-widgets 1.2, which requires pulumi>=3.268, and no pulumi",
            "Install pulumi>=3.268 into it.",
        ),
    ],
)
def test_what_an_environment_has(
    org: Simulator,
    tmp_path: Path,
    fill: Callable[[Path], None],
    status: str,
    said: str,
    todo: str,
) -> None:
    """Its interpreter is asked, and nothing of the project is run."""
    fill(environment(tmp_path / "v"))
    (tmp_path / "json.py").write_text("raise SystemExit('was run')")
    folder = tmp_path / "v"
    found = of_project(tmp_path, {"virtualenv": "v"})
    assert found == [(status, f"its virtual environment {folder} has {said}", todo)]


MAKE = "Make it: `pulumi install`."
ANEW = "Name another in Pulumi.yaml, or remove it and run `pulumi install`."


def test_an_environment_that_is_none(org: Simulator, tmp_path: Path) -> None:
    folder = tmp_path / "v"
    python = folder / "bin" / "python"
    it = f"its virtual environment {folder}"

    def found() -> tuple[str, str, str]:
        (found,) = of_project(tmp_path, {"virtualenv": "v"})
        return found

    assert found() == ("problem", f"{it} does not exist", MAKE)
    folder.touch()
    assert found() == ("problem", f"{it} is a file", ANEW)
    folder.unlink()
    folder.mkdir()
    assert found() == ("problem", f"{it} is none: it has no bin/python", ANEW)
    environment(folder)
    python.unlink()
    python.symlink_to("python3.8")
    (folder / "bin" / "python3.8").symlink_to(tmp_path / "gone")
    said = f"{it} is broken: {python} leads to {tmp_path / 'gone'}, which is gone"
    assert found() == ("problem", said, ANEW)
    python.unlink()
    script(python, "echo noise >&2", "echo No module named encodings >&2", "exit 1")
    assert found() == ("problem", f"{it}: it fails: No module named encodings", ANEW)
    for answer in ("true", "echo 3", "echo Python"):
        script(python, answer)
        assert found() == ("problem", f"{it}: {python} does not answer as Python does", ANEW)
    python.chmod(0o644)
    assert found() == ("problem", f"{it}: it fails: Permission denied", ANEW)


def test_an_interpreter_that_does_not_answer(
    org: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulumi_widgets.tool.doctor.project.PATIENCE", 0.2)
    (tmp_path / "v" / "bin").mkdir(parents=True)
    script(tmp_path / "v" / "bin" / "python", "exec /bin/sleep 60")
    ((_, said, todo),) = of_project(tmp_path, {"virtualenv": "v"})
    assert said.endswith(": it fails: no answer within 0.2 s")
    assert todo == ANEW


@pytest.mark.parametrize(
    ("content", "said", "todo"),
    [
        (
            {"runtime": "nodejs"},
            "its runtime is 'nodejs': this package is for programs in Python",
            "Set `runtime: python` in Pulumi.yaml.",
        ),
        (
            {"options": {"toolchain": "conda"}},
            "its toolchain is 'conda'",
            "Pulumi knows pip, uv and poetry.",
        ),
        (
            {"main": "nowhere"},
            "its program {folder}/nowhere does not exist",
            "Correct `main:` in Pulumi.yaml.",
        ),
    ],
)
def test_a_project_that_cannot_run(
    org: Simulator, tmp_path: Path, content: dict[str, Any], said: str, todo: str
) -> None:
    (found,) = of_project(tmp_path, **content)
    assert found == ("problem", said.format(folder=tmp_path), todo)


def test_no_virtual_environment_is_named(
    org: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned = (
        "warning",
        "it names no virtual environment: Pulumi takes the `python3` that PATH has",
        "Name a virtual environment in Pulumi.yaml: runtime.options.virtualenv.",
    )
    assert of_project(tmp_path) == [warned, ("problem", "no `python3` on PATH", warned[2])]
    packages = environment(tmp_path / "v")
    python = tmp_path / "v" / "bin" / "python3"
    monkeypatch.setenv("PATH", os.fspath(python.parent))
    missing = (
        "problem",
        f"`python3` ({python}) has no pulumi-widgets",
        "Install the package into it.",
    )
    assert of_project(tmp_path) == [warned, missing]
    metadata(packages, "pulumi", "3.268.0")
    package(tmp_path / "on-python-path")
    monkeypatch.setenv("PYTHONPATH", os.fspath(tmp_path / "on-python-path"))
    there = ("ok", f"`python3` ({python}) has pulumi-widgets and pulumi 3.268.0", "")
    assert of_project(tmp_path, {"toolchain": "pip"}) == [warned, there]


def test_what_the_user_has_installed_for_no_environment(
    org: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = Path(sys.base_prefix) / "bin" / "python3"
    monkeypatch.setenv("PATH", os.fspath(base.parent))
    monkeypatch.setenv("PYTHONUSERBASE", os.fspath(tmp_path))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = tmp_path / "lib" / version / "site-packages"
    installed(packages)
    _, found = of_project(tmp_path)
    assert found == ("ok", f"`python3` ({base}) has pulumi-widgets 1.2 and pulumi 3.268.0", "")


@pytest.mark.parametrize(
    "marks", [["uv.lock"], ["pyproject.toml"], ["uv.lock", "p/pyproject.toml"]]
)
def test_an_environment_of_uv(
    org: Simulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    marks: list[str],
) -> None:
    """It is beside the nearest lock file, else beside the nearest pyproject.toml."""
    project = tmp_path / "p"
    project.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.delenv("UV_PROJECT_ENVIRONMENT", raising=False)
    for each in marks:
        (tmp_path / each).touch()
    options = {"toolchain": "uv"}
    absent = (
        "problem",
        "its toolchain, `uv`, is not on PATH",
        "Install it, or put its folder on PATH.",
    )
    venv_ = f"its virtual environment {tmp_path / '.venv'}"
    assert of_project(project, options) == [absent, ("problem", f"{venv_} does not exist", MAKE)]
    script(tmp_path / "uv")
    packages = environment(tmp_path / ".venv")
    missing, lost = of_project(project, options)
    assert missing == ("problem", f"{venv_} has no pulumi-widgets", "Install the package into it.")
    assert lost == (
        "problem",
        f"the provider takes {project / '.venv'} instead, which does not exist",
        f"Make it a link to {tmp_path / '.venv'}.",
    )
    installed(packages)
    (project / ".venv").symlink_to(tmp_path / ".venv")
    there = ("ok", f"{venv_} has pulumi-widgets 1.2 and pulumi 3.268.0", "")
    assert of_project(project, options) == [there]

    environment(tmp_path / "named")
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", "named")
    assert f"environment {tmp_path / 'named'} has no" in of_project(project, options)[0][1]
    ((_, said, _),) = of_project(project, {**options, "virtualenv": ".venv"})
    assert said.startswith(f"its virtual environment {project / '.venv'} has pulumi-widgets 1.2")


def test_a_lock_file_without_its_toolchain_in_the_project(
    org: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program is run by uv then; the provider's process knows of no lock file."""
    (tmp_path / "uv.lock").touch()
    script(tmp_path / "uv")
    installed(environment(tmp_path / ".venv"))
    program, warned, provider = of_project(tmp_path)
    assert program[0] == "ok"
    assert warned == (
        "warning",
        "uv.lock is for the program alone: the provider takes the `python3` that PATH has",
        "Name the toolchain in Pulumi.yaml: runtime.options.toolchain: uv.",
    )
    assert provider[:2] == ("problem", "no `python3` on PATH")


def test_an_environment_of_poetry(
    org: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program"
    program.mkdir()
    poetry = tmp_path / "poetry"

    def found() -> tuple[str, str, str]:
        (found,) = of_project(tmp_path, {"toolchain": "poetry"}, main="program")
        return found

    assert found()[1] == "its toolchain, `poetry`, is not on PATH"
    asked, make = "`poetry env info --path`", "Make its environment: `pulumi install`."
    script(poetry, "exit 1")
    assert found() == ("problem", f"{asked}: it fails: exit code 1", make)
    script(poetry)
    assert found() == ("problem", f"{asked}: it tells no environment", make)
    installed(environment(tmp_path / "cached"))
    script(poetry, f'[ "$*$PWD" = "env info --path{program}" ] && echo {tmp_path / "cached"}')
    assert found()[:2] == (
        "ok",
        f"its virtual environment {tmp_path / 'cached'} has pulumi-widgets 1.2 and pulumi 3.268.0",
    )
    monkeypatch.setattr("pulumi_widgets.tool.doctor.project.PATIENCE", 0.2)
    script(poetry, "exec /bin/sleep 60")
    assert found() == ("problem", f"{asked}: it fails: no answer within 0.2 s", make)


def test_a_program_in_a_folder_of_its_own(org: Simulator, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.mkdir()
    installed(environment(tmp_path / "v"))
    there, lost = of_project(tmp_path, {"virtualenv": "v"}, main="program")
    assert there[0] == "ok"
    assert lost == (
        "problem",
        f"the provider takes {program / 'v'} instead, which does not exist",
        f"Make it a link to {tmp_path / 'v'}.",
    )
    (program / "v").symlink_to(tmp_path / "v")
    assert of_project(tmp_path, {"virtualenv": "v"}, main="program") == [there]


def test_a_cli_that_is_half_there(org: Simulator, tmp_path: Path) -> None:
    pulumi = tmp_path / "pulumi"
    script(pulumi, "echo v4.0.0")
    version, host = diagnosis()["pulumi"]
    assert version[:2] == ("warning", f"v4.0.0 at {pulumi}; tried is version 3")
    assert host[0] == "problem"
    assert host[1].startswith("pulumi-language-python is neither")


class Shell:
    """A project with a stack, and the real CLI."""

    def __init__(self, folder: Path, cli: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        program = folder / "program"
        (folder / "state").mkdir()
        program.mkdir()
        options = json.dumps({"name": "python", "options": {"virtualenv": sys.prefix}})
        (program / "Pulumi.yaml").write_text(f"name: shop\nruntime: {options}\n")
        (program / "__main__.py").write_text(
            "import pulumi, pulumi_widgets as w\n"
            "w.WidgetDeployment('chat', name='Support', client_type='v2',"
            f" description=pulumi.Output.secret({SECRET!r}),"
            f" client_config={{'v2': pulumi.Output.secret({{'key': {SECRET!r}}})}})\n"
        )
        monkeypatch.chdir(program)
        for name, value in {
            "PATH": os.pathsep.join((str(cli), os.environ["PATH"])),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }.items():
            monkeypatch.setenv(name, value)

    def __call__(self, *arguments: str) -> None:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_stack_configuration_has_under_another_name(
    simulated_org_environ: Simulator,
    pulumi_cli: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pulumi = Shell(tmp_path, pulumi_cli, monkeypatch)
    pulumi("stack", "init", "dev")
    url = simulated_org_environ.url
    for key, value, *options in (
        ("genesyscloud:regoin", "eu-central-1"),
        ("genesyscloud:oauthClientID", "an-id"),
        ("genesyscloud:logLevel", "debug"),
        ("region", "eu-central-1"),
        ("aws:region", "eu-central-1"),
        ("genesyscloud:orgs.us.accessToken", SECRET, "--secret", "--path"),
        ("genesyscloud:orgs.eu-west.oauthClientId", "simulated-client", "--path"),
        ("genesyscloud:orgs.eu-west.oauthClientSecret", SECRET, "--plaintext", "--path"),
        ("genesyscloud:orgs.eu-west.baseUrl", url, "--path"),
        ("genesyscloud:orgs.eu-west.loginUrl", url, "--path"),
        ("genesyscloud:orgs.eu-west.regoin", "eu-central-1", "--path"),
    ):
        pulumi("config", "set", key, value, *options)
    of_the_stack = {
        "genesyscloud:oauthClientID is not read (did you mean 'oauthClientId'?)",
        "genesyscloud:regoin is not read (did you mean 'region'?)",
        "genesyscloud:logLevel is not read",
        "genesyscloud:orgs.eu-west.regoin is not read (did you mean 'region'?)",
        "shop:region is not read (did you mean 'genesyscloud:region'?)",
    }

    def warned(org: str) -> set[str]:
        return {
            said
            for status, said, todo in diagnosis(org)["settings"]
            if status == "warning" and todo
        }

    assert warned("") == of_the_stack
    assert warned("eu-west") == {
        *of_the_stack,
        "genesyscloud:orgs.eu-west.oauthClientSecret is in plain text in the stack configuration",
    }
    assert warned("us") == of_the_stack


def test_with_a_stack(
    simulated_org_environ: Simulator,
    pulumi_cli: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    org = simulated_org_environ
    pulumi = Shell(tmp_path, pulumi_cli, monkeypatch)
    pulumi("stack", "init", "dev")
    pulumi("config", "set", "genesyscloud:oauthClientId", "simulated-client")
    pulumi("config", "set", "genesyscloud:oauthClientSecret", "simulated-secret")
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", SECRET)  # which does not win
    pulumi("up", "--yes", "--skip-preview")
    (id_,) = org.dump()
    other = org.add({"name": "By hand", "clientType": "v1"})

    checks = diagnosis()
    assert {status for each in checks.values() for status, _, _ in each} == {"ok", "warning"}
    assert only(checks, "stack")[1] == "dev, which manages 1 deployment"
    origins, clear = checks["settings"]
    assert origins[1] == (
        "oauthClientId, oauthClientSecret from the stack configuration; there oauthClientId wins "
        "over GENESYSCLOUD_OAUTHCLIENT_ID; there oauthClientSecret wins over "
        "GENESYSCLOUD_OAUTHCLIENT_SECRET; baseUrl from GENESYSCLOUD_BASE_URL; loginUrl from "
        "GENESYSCLOUD_LOGIN_URL"
    )
    assert clear[0] == "warning"
    assert "config set --secret genesyscloud:oauthClientSecret" in clear[2]

    listed = run("list")
    assert listed.out.splitlines() == [
        "NAME     TYPE  CHATS  MANAGED BY  ID",
        f"By hand  v1    on                 {other}",
        f"Support  v2    on     dev: chat   {id_}",
        "",
        "Managed: 1 of 2, 1 of them by stack dev.",
    ]
    document: dict[str, Any] = json.loads(run("list", "--json").out)
    assert document["stack"] == "dev"
    hand, support = document["deployments"]
    assert hand["managed"] is None
    assert (support["managed"]["resource"], support["description"]) == ("chat", "[secret]")

    shown = run("show", "Support")
    assert "managed by               stack dev, as 'chat'" in shown.out
    assert "description              [secret]" in shown.out
    assert SECRET in run("show", "Support", "--show-secrets").out
    assert "no stack of this backend" in run("show", other).out
    embedded = run("snippet", "Support")
    assert "keeps it secret: clientConfig." in embedded.err
    for ran in (listed, shown, embedded, run("show", "Support", "--json")):
        assert SECRET not in ran.out + ran.err

    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    assert run("list") == listed  # nothing is decrypted for it
    # nothing that it asks of the stack is a secret: the state's are not decrypted
    assert only(diagnosis(), "stack")[:2] == ("ok", "dev, which manages 1 deployment")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    pulumi("config", "set", "--secret", "genesyscloud:accessToken", SECRET)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    checks = diagnosis()
    assert only(checks, "stack")[1] == "the stack's passphrase is wrong"
    assert only(checks, "settings")[0] == "skipped"
