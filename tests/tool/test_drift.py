"""``pulumi-widgets drift``: what a refresh would find, and nothing written."""

from __future__ import annotations

import pytest

from pulumi_widgets.simulator import Simulator

from .project import Project
from .running import in_terminal, screen

PROGRAM = """
import pulumi
from pulumi_widgets import WidgetDeployment

WidgetDeployment("plain", client_type="v1", name="Plain chat")
WidgetDeployment("gone", client_type="v1")
WidgetDeployment(
    "rich",
    client_type="v2",
    flow_id="f1",
    allowed_domains=["b.example", "a.example"],
    client_config={"v2": {"theme": {"dark": True, "size": 1}, "x": [1]}},
)
WidgetDeployment(
    "hidden",
    client_type="v2",
    name=pulumi.Output.secret("hidden-word"),
    description=pulumi.Output.secret("hidden-word"),
    client_config={"v2": {"hidden-key": pulumi.Output.secret("hidden-word")}},
)
WidgetDeployment("eu", client_type="v1", org="eu")
WidgetDeployment.get("theirs", "support-id")
"""


def _deployed(project: Project, org: Simulator, eu: Simulator, patch: pytest.MonkeyPatch) -> None:
    for name, value in eu.environ.items():
        patch.setenv(name.replace("GENESYSCLOUD_", "GENESYSCLOUD_EU_"), value)
    project.write(PROGRAM)
    project.up()
    org.reset_calls()
    eu.reset_calls()


def test_field_by_field(project: Project, org: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    org.faults.adds = {"clientConfig": {"v1": {"webChatSkin": "basic"}}}
    with Simulator(seed=1) as eu:
        _deployed(project, org, eu, monkeypatch)
        state = project.state()
        assert project.json("drift") == {"stack": "dev", "managed": 5, "drifted": []}
        for each in (org, eu):
            assert each.calls["GET /api/v2/widgets/deployments"] <= 1
        assert "No drift: 5 deployments" in project.tool("drift").out

        ids = {each["urn"].rpartition("::")[2]: each["id"] for each in project.resources()}
        org.edit("support-id", name="not ours")
        org.edit(ids["plain"], disabled=True, description="by hand")
        org.edit(
            ids["rich"],
            flow=None,
            allowedDomains=["a.example", "c.example"],
            clientConfig={"v2": {"theme": {"dark": 1, "size": 1}, "y": "new"}},
        )
        org.edit(
            ids["hidden"],
            description="drifted-word",
            clientConfig={"v2": {"drifted-key": "drifted-word"}},
        )
        eu.edit(ids["eu"], name="renamed")
        org.remove(ids["gone"])
        org.reset_calls()
        found = project.json("drift", "--stack", "dev", code=2)
        # one, and some more for the one that is gone
        assert 1 < org.calls["GET /api/v2/widgets/deployments"] < 8
        assert project.state() == state
        assert not project.writes()

        assert [(each["resource"], each["org"], each["status"]) for each in found["drifted"]] == [
            ("eu", "eu", "changed"),
            ("gone", "", "gone"),
            ("hidden", "", "changed"),
            ("plain", "", "changed"),
            ("rich", "", "changed"),
        ]
        changes = {
            (each["resource"], change["field"]): (change["state"], change["org"])
            for each in found["drifted"]
            for change in each["changes"]
        }
        assert changes == {
            ("eu", "name"): ("eu", "renamed"),
            ("hidden", "description"): ("[secret]", "[secret]"),
            ("hidden", "clientConfig"): ("[secret]", "[secret]"),
            ("plain", "description"): (None, "by hand"),
            ("plain", "disabled"): (False, True),
            ("rich", "flowId"): ("f1", None),
            ("rich", "allowedDomains"): (
                ["b.example", "a.example"],
                ["c.example", "a.example"],
            ),
            ("rich", "clientConfig.v2.theme.dark"): (True, 1),
            ("rich", "clientConfig.v2.x"): ([1], None),
            ("rich", "clientConfig.v2.y"): (None, "new"),
        }
        names = {each["resource"]: each["name"] for each in found["drifted"]}
        assert names == {
            **{"eu": "eu", "gone": "gone", "hidden": "[secret]", "plain": "Plain chat"},
            **{"rich": "rich"},
        }
        shown = project.tool("drift", code=2)
        assert "by hand" in shown.out
        assert shown.err == "Drifted: 5 of 5 deployments of stack dev.\n"
        lines = shown.out.splitlines()
        assert lines[0].split() == ["RESOURCE", "ORG", "FIELD", "STATE", "FOUND"]
        assert lines[1].split() == ["eu", "eu", "name", '"eu"', '"renamed"']
        assert [line.split() for line in lines[-2:]] == [
            ["GONE", "ORG", "ID"],
            ["gone", ids["gone"]],
        ]
        assert max(map(len, lines)) <= 80
        for secret in ("hidden-word", "drifted-word", "hidden-key", "drifted-key"):
            assert secret not in shown.out + shown.err

        # and it is what a refresh finds
        project.pulumi("refresh", "--yes", "--skip-preview")
        assert project.json("drift")["drifted"] == []


def test_of_one_org(project: Project, org: Simulator) -> None:
    name = "a-deployment-of-a-long-name-" * 3
    project.declare(**{name: "client_type='v1'"})
    project.up()
    [deployment] = project.resources()
    assert "No drift: 1 deployment of stack dev" in project.tool("drift").out
    org.edit(deployment["id"], disabled=True)
    in_a_terminal = in_terminal("drift")
    assert in_a_terminal.code == 2
    assert "Comparing states with orgs" in in_a_terminal.out  # progress was shown
    shown = screen(in_a_terminal.out)
    titles = shown[shown.index("RESOURCE") :].splitlines()[0]
    assert titles.split() == ["RESOURCE", "FIELD", "STATE", "FOUND"]
    assert "Drifted: 1 of 1 deployment of stack dev." in shown

    # the id of one that is gone can be copied
    org.remove(deployment["id"])
    for shown in (project.tool("drift", code=2).out, screen(in_terminal("drift").out)):
        assert deployment["id"] in shown
        assert "RESOURCE" not in shown


def test_what_cannot_be_told_is_1(
    project: Project, org: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No drift: 0 deployments" in project.tool("drift").out
    project.declare(a="client_type='v1'")
    project.up()
    assert "Usage" in project.tool("drift", "--no-such-option", code=1).err
    assert "no stack is named" in project.tool("drift", "--stack", "x", code=1).err.lower()
    org.permissions = []
    assert "403" in project.tool("drift", code=1).err
    monkeypatch.delenv("GENESYSCLOUD_OAUTHCLIENT_ID")
    assert "half an OAuth client" in project.tool("drift", code=1).err.replace("Half", "half")
    project.pulumi("stack", "unselect")
    assert "o stack is selected" in project.tool("drift", code=1).err
    monkeypatch.setenv("PATH", "")
    assert "not on PATH" in project.tool("drift", code=1).err


def test_another_org_is_not_one_where_all_is_gone(
    project: Project, org: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("""
from pulumi_widgets import WidgetDeployment

WidgetDeployment("plain", client_type="v1")
""")
    project.up()
    with Simulator(seed=1) as other:
        for name, value in other.environ.items():
            monkeypatch.setenv(name, value)
        ran = project.tool("drift", code=1)
        assert f"is in {org.url}, and the settings name {other.url}. Set the region" in ran.err
        assert len(ran.err.splitlines()) == 1


def test_all_stacks(project: Project, org: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = project.tool("drift", "--all-stacks", "--stack", "dev", code=1)
    assert ran.last == "Error: give --stack or --all-stacks, not both"
    assert "No drift: 0 deployments of 1 stack" in project.tool("drift", "--all-stacks").out
    project.imports("support", "support-id")
    project.pulumi("stack", "init", "prod")
    project.imports("sales", "sales-id")
    project.imports("sales-2", "sales-2-id")
    said = "No drift: 3 deployments of 2 stacks compared with the orgs.\n"
    assert project.tool("drift", "--all-stacks").out == said
    org.edit("support-id", disabled=True)
    org.remove("sales-id")
    org.reset_calls()
    ran = project.tool("drift", "--all-stacks", code=2)
    assert [line.split() for line in ran.out.splitlines()] == [
        ["STACK", "RESOURCE", "FIELD", "STATE", "FOUND"],
        ["dev", "support", "disabled", "false", "true"],
        [],
        ["STACK", "GONE", "ID"],
        ["prod", "sales", "sales-id"],
    ]
    assert ran.err == "Drifted: 2 of 3 deployments of 2 stacks.\n"
    assert not project.writes()
    dev, prod = project.json("drift", "--all-stacks", code=2)["stacks"]
    assert [dev] == [project.json("drift", "--stack", "dev", code=2)]
    assert (prod["stack"], prod["managed"], prod["drifted"][0]["name"]) == ("prod", 2, "Sales")

    # one that cannot be told is no obstacle to the others
    project.pulumi("config", "set", "--stack", "dev", "genesyscloud:region", "nowhere")
    ran = project.tool("drift", "--all-stacks", code=1)
    assert ran.out.splitlines()[-1].split() == ["prod", "sales", "sales-id"]
    told, count = ran.err.splitlines()
    assert told.startswith("Stack dev could not be told: ")
    assert "unknown region 'nowhere'" in told
    assert count == "Drifted: 1 of 2 deployments of 1 stack."
    stacks = project.json("drift", "--all-stacks", code=1)["stacks"]
    assert stacks[1] == prod
    assert list(stacks[0]) == ["stack", "error"]
