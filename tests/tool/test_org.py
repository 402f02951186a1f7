"""Which org and which stack `list`, `show`, `snippet` and `doctor` ask."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pulumi_widgets.simulator import Simulator

from .project import Project
from .running import run


def name_org(patch: pytest.MonkeyPatch, name: str, org: Simulator) -> None:
    """Set the variables of an org with a name."""
    for variable, value in org.environ.items():
        patch.setenv(variable.replace("GENESYSCLOUD_", f"GENESYSCLOUD_{name}_"), value)


def test_an_org_with_a_name(
    simulated_org_environ: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Simulator(seed=1) as europe:
        name_org(monkeypatch, "EU", europe)
        europe.add({"name": "Kundendienst", "clientType": "v2"}, deployment_id="eu-id")
        listed = json.loads(run("list", "--org", "eu", "--json").out)
        assert (listed["org"], listed["stack"]) == ("eu", None)
        assert [each["id"] for each in listed["deployments"]] == ["eu-id"]
        assert "Kundendienst" in run("list", "--org", "eu").out
        shown = run("show", "Kundendienst", "--org", "eu")
        assert (shown.code, shown.out.split()[:2]) == (0, ["id", "eu-id"])
        embedded = run("snippet", "Kundendienst", "--org", "eu")
        assert (embedded.code, '"deploymentKey": "eu-id"' in embedded.out) == (0, True)
    assert run("list").out == "The org has no widget deployments.\n"


def test_one_org_under_several_names(
    project: Project, org: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a stack manages is marked, however the program and the user spell the org."""
    name_org(monkeypatch, "EU_WEST", org)
    project.declare(west='name="West", client_type="v1", org="eu-west"')
    project.up()
    [resource] = project.resources()
    for asked in (["--org", "eu-west"], ["--org", "eu_west"], ["--org", "EU-WEST"], []):
        listed = project.json("list", "--name", "West", *asked)["deployments"]
        assert [each["managed"] and each["managed"]["name"] for each in listed] == ["west"], asked
        assert "stack dev, as 'west'" in " ".join(project.tool("show", "West", *asked).out.split())
    assert "* managed by stack dev: 1 of 4" in project.tool("list", "--org", "eu_west").out

    with Simulator(seed=1) as another:
        # the very id in another org is another deployment
        another.add({"name": "West", "clientType": "v1"}, deployment_id=resource["id"])
        name_org(monkeypatch, "US", another)
        [listed] = project.json("list", "--org", "us")["deployments"]
        assert (listed["id"], listed["managed"]) == (resource["id"], None)

    # a name whose settings are gone is no name of this org
    monkeypatch.setenv("GENESYSCLOUD_EU_WEST_BASE_URL", "")
    assert project.tool("list").out.endswith("* managed by stack dev: 0 of 4\n")


def test_the_stack_that_is_named(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.declare(sales='client_type="v1", adopt_id="sales-id", name="Sales"')
    project.up()
    project.pulumi("stack", "init", "prod")
    for options, stack, managed in (([], "prod", 0), (["--stack", "dev"], "dev", 1)):
        assert f"* managed by stack {stack}: {managed} of 3" in project.tool("list", *options).out
        assert project.json("list", *options)["stack"] == stack
        assert project.json("show", "sales-id", *options)["stack"] == stack
        assert project.tool("snippet", "sales-id", *options).out
        [said] = [
            each["message"]
            for each in json.loads(run("doctor", "--json", *options).out)["checks"]
            if each["check"] == "stack"
        ]
        assert said.startswith(f"{stack}, which manages {managed} ")

    project.pulumi("stack", "unselect")
    # what the note proposes is possible
    assert project.tool("list").err == (
        "Without a stack's configuration and marks: no stack is selected. Select one with "
        "`pulumi stack select`, or name one with --stack.\n"
    )
    assert project.tool("list", "--stack", "dev").err == ""
    for command in (["list"], ["show", "sales-id"], ["snippet", "sales-id"]):
        ran = project.tool(*command, "--stack", "de", code=1)
        assert ran.err.startswith("Error: No stack is named 'de' (did you mean 'dev'?); this proje")
    monkeypatch.chdir(tmp_path)
    ran = project.tool("list", "--stack", "dev", code=1)
    assert ran.err.startswith("Error: No Pulumi project: no Pulumi.yaml in ")


def test_an_error_of_the_cli_names_its_command(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///no/such/folder")
    ran = project.tool("list", code=1)
    assert ran.err.startswith("Error: `pulumi stack --show-name`: ")
