"""What a new user tries first: each ends in one clear line and the right exit code."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pulumi_widgets.simulator import Simulator

from .running import run

ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def org(
    simulated_org_environ: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    monkeypatch.chdir(tmp_path)
    for name in ("Support", "Twin", "Twin"):
        simulated_org_environ.add({"name": name, "clientType": "v2"})
    return simulated_org_environ


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        ("lst", 2, "Error: no such command 'lst' (did you mean 'list'?)"),
        ("deploy", 2, "Error: no such command 'deploy' (there are doctor, list, show, "),
        ("--verbose", 2, "Error: No such option '--verbose'."),
        ("list all", 2, "Error: Got unexpected extra argument (all)"),
        ("list --client-type v3", 2, "Error: Invalid value for '--client-type': 'v3' is not one"),
        ("list --client-type", 2, "Error: Option '--client-type' requires an argument."),
        ("list --name", 2, "Error: Option '--name' requires an argument."),
        ("list --org", 2, "Error: Option '--org' requires an argument."),
        ("list --jsn", 2, "Error: No such option '--jsn'"),
        ("list --enabled=yes", 2, "Error: Option '--enabled' does not take a value."),
        ("list --org eu", 1, "Error: Unknown org 'eu'; known are none: set GENESYSCLOUD_EU_REGION"),
        ("list --org \x1b[31m", 1, r"Error: Unknown org '\x1b[31m'"),
        ("show", 2, "Error: Missing argument 'ID|NAME'."),
        ("show Support Twin", 2, "Error: Got unexpected extra argument (Twin)"),
        (
            "show Suport",
            1,
            "Error: No deployment has the id or the name 'Suport' (did you mean 'Support'?). "
            "`pulumi-widgets list` shows all.",
        ),
        ("show Twin", 1, "Error: 2 deployments are named 'Twin'. Give an id: "),
        (f"show {ID}", 1, f"Error: GET /api/v2/widgets/deployments/{ID}: 404 "),
        ("show Support --org eu", 1, "Error: Unknown org 'eu'"),
        ("show --show-secrets", 2, "Error: Missing argument 'ID|NAME'."),
        ("snippet", 2, "Error: Missing argument 'ID|NAME'."),
        ("snippet Suport", 1, "Error: No deployment has the id or the name 'Suport'"),
        ("snippet Support --queue", 2, "Error: Option '--queue' requires an argument."),
        ("snippet Support --org-guid", 2, "Error: Option '--org-guid' requires an argument."),
        ("snippet Support --json", 2, "Error: No such option '--json'"),
        ("doctor Support", 2, "Error: Got unexpected extra argument (Support)"),
        ("doctor --fix", 2, "Error: No such option '--fix'"),
        (
            "simulate --port 99999",
            2,
            "Error: Invalid value for '--port': 99999 is not in the range",
        ),
        ("simulate --adds [] -- true", 2, "Error: adds is an object, not []"),
    ],
)
def test_wrong_use(arguments: str, code: int, line: str) -> None:
    ran = run(*arguments.split(" "))
    assert (ran.code, ran.out) == (code, "")
    assert ran.last.startswith(line), ran.err
    assert "Traceback" not in ran.err
    # a usage error comes with its usage and where help is; any other is this one line
    assert ran.err.count("\n") == (4 if code == 2 and "Usage: " in ran.err else 1)


@pytest.mark.parametrize("command", [["list"], ["show", "Support"], ["snippet", "Support"]])
@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"GENESYSCLOUD_BASE_URL": ""}, "Error: No region: set GENESYSCLOUD_REGION, or `pulumi"),
        (
            {"GENESYSCLOUD_REGION": "eu-central1", "GENESYSCLOUD_BASE_URL": ""},
            "Error: Unknown region 'eu-central1' (did you mean 'eu-central-1'?); the regions are ",
        ),
        (
            {"GENESYSCLOUD_OAUTHCLIENT_SECRET": "wrong-and-recognisable"},
            "Error: POST 127.0.0.1:",
        ),
        (
            {"GENESYSCLOUD_OAUTHCLIENT_SECRET": ""},
            "Error: Half an OAuth client: genesyscloud:oauthClientSecret ",
        ),
        (
            {"GENESYSCLOUD_ACCESS_TOKEN": "recognisable"},
            "Error: Contradictory credentials in the environment: an access token and an OAuth ",
        ),
        (
            {
                "GENESYSCLOUD_ACCESS_TOKEN": "recognisable token",
                "GENESYSCLOUD_OAUTHCLIENT_ID": "",
                "GENESYSCLOUD_OAUTHCLIENT_SECRET": "",
            },
            "Error: The access token holds white space",
        ),
    ],
)
def test_wrong_settings(
    command: list[str], change: dict[str, str], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in change.items():
        monkeypatch.setenv(name, value)
    ran = run(*command)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert ran.err.startswith(line)
    assert "recognisable" not in ran.err


def test_no_permission(org: Simulator) -> None:
    org.permissions = []
    ran = run("list")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert ran.err.startswith("Error: GET /api/v2/widgets/deployments: 403 missing.any.permissions")
    assert "widgets:deployment:view" in ran.err


def test_a_project_without_pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a stack the environment says which org, and the user is told so."""
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    ran = run("list")
    assert ran.code == 0
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("Without a stack's configuration: the Pulumi CLI")


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        ("list --org=", "--org"),
        ("list --stack=", "--stack"),
        ("list --name=", "--name"),
        ("show ", "ID|NAME"),
        ("show Support --org=", "--org"),
        ("show Support --stack=", "--stack"),
        ("snippet ", "ID|NAME"),
        ("snippet Support --stack=", "--stack"),
        ("doctor --org=", "--org"),
        ("doctor --stack=", "--stack"),
        ("import --all --org=", "--org"),
        ("import --all --stack=", "--stack"),
        ("drift --stack=", "--stack"),
        ("orphans --org=", "--org"),
        ("orphans --stack dev --stack=", "--stack"),
    ],
)
def test_an_empty_value(arguments: str, option: str) -> None:
    """A script's variable that is not set asks for nothing: no org and no stack stand in."""
    ran = run(*arguments.split(" "))
    assert (ran.code, ran.out) == (1 if arguments.startswith("drift") else 2, "")
    assert ran.last == f"Error: Invalid value for '{option}': is empty"


@pytest.mark.parametrize("command", [["list"], ["show", "Support"], ["snippet", "Support"]])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name: shop\nruntime: [python\n", ":3: no YAML: expected ',' or ']', but got "),
        (b"runtime: python\n", ": it names no project. Give it a `name:`."),
        (b"", ": it names no project. Give it a `name:`."),
        (b"name: \xff\n", ": no YAML in UTF-8. Correct the project file."),
    ],
)
def test_a_broken_project_file(
    command: list[str], content: bytes, said: str, tmp_path: Path
) -> None:
    """The environment's org does not stand in for the stack's."""
    file = tmp_path / "Pulumi.yaml"
    file.write_bytes(content)
    ran = run(*command)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert ran.err.startswith(f"Error: {file}{said}")
    checks = json.loads(run("doctor", "--json").out)["checks"]
    assert [each["status"] for each in checks if each["check"] == "project"] == ["problem"]


@pytest.mark.parametrize(
    "command",
    ["list", "show Support", "snippet Support", "doctor", "import --all --yes", "drift", "orphans"],
)
def test_a_folder_that_is_deleted(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    ran = run(*command.split(" "))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "Error: The current folder does not exist any more. Go to another.\n"
    assert run(command.split(" ")[0], "--help").code == 0


def test_an_error_keeps_the_spelling_of_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENESYSCLOUD_CONSISTENCY_SECONDS", "soon")
    assert run("list").err.startswith("Error: genesyscloud:consistencySeconds (")
