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
        wrong = run("show", "none", "--org", "eu")
        assert wrong.last.endswith("'none'. `pulumi-widgets list --org eu` shows all.")
    assert run("list").out == "The org has no widget deployments.\n"


def test_one_org_under_several_names(
    project: Project, org: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a stack manages is marked, however the program and the user spell the org."""
    name_org(monkeypatch, "EU_WEST", org)
    hidden = 'pulumi.Output.secret("hush")'
    west = f'name="West", client_type="v1", org="eu-west", description={hidden}'
    project.declare(west=west)
    project.up()
    for asked in (["--org", "eu-west"], ["--org", "eu_west"], ["--org", "EU-WEST"], []):
        listed = project.json("list", "--name", "West", *asked)["deployments"]
        assert [each["managed"]["resource"] for each in listed] == ["west"], asked
        assert "stack dev, as 'west'" in " ".join(project.tool("show", "West", *asked).out.split())
    said = "Managed: 1 of 4, 1 of them by stack dev.\n"
    assert project.tool("list", "--org", "eu_west").out.endswith(said)

    # the address may be another by now, or a gateway's; what is secret is hidden all the same
    name_org(monkeypatch, "GATE", org)
    url = org.url.replace("127.0.0.1", "localhost")
    monkeypatch.setenv("GENESYSCLOUD_GATE_BASE_URL", url)
    [listed] = project.json("list", "--org", "gate", "--name", "West")["deployments"]
    assert listed["managed"]["resource"] == "west"
    assert listed["description"] == "[secret]"

    # the state says where it is, also where the name has no settings any more
    monkeypatch.setenv("GENESYSCLOUD_EU_WEST_BASE_URL", "")
    assert project.tool("list").out.endswith(said)


def test_the_stack_that_is_named(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.declare(sales='client_type="v1", adopt_id="sales-id", name="Sales"')
    project.up()
    project.pulumi("stack", "init", "prod")
    for options, stack, managed in (([], "prod", 0), (["--stack", "dev"], "dev", 1)):
        said = f"Managed: 1 of 3, {managed} of them by stack {stack}.\n"
        assert project.tool("list", *options).out.endswith(said)
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
        "Without a stack's configuration: no stack is selected. Select one with "
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


HUSHED = """
import pulumi
from pulumi_widgets import WidgetDeployment

hush = pulumi.Output.secret
WidgetDeployment(
    "chat",
    client_type="v2",
    name=hush("hush-name"),
    description=hush("hush-text"),
    flow_id=hush("hush-flow"),
    allowed_domains=[hush("hush.example")],
    client_config={"v2": {"hush-key": hush("hush-word")}},
)
"""


def test_who_manages_what(
    project: Project, org: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all stacks of the backend; what is secret in its holder's state is shown by none."""
    monkeypatch.setenv("COLUMNS", "200")
    folder = tmp_path / "two"
    folder.mkdir()
    two = Project(folder, org, "two", "pipe")
    two.write(HUSHED)
    two.up()
    [hushed] = [each["id"] for each in two.resources()]
    project.imports("support", "support-id")
    project.pulumi("stack", "init", "prod")
    project.imports("--no-protect", "sales", "sales-id")
    state = project.state()

    listed = project.json("list")
    assert (listed["org"], listed["stack"]) == ("", "prod")
    [sales] = project.resources()
    managed = {each["id"]: each["managed"] for each in listed["deployments"]}
    assert managed["sales-id"] == {
        **{"stack": "prod", "resource": "sales", "urn": sales["urn"], "protected": False}
    }
    assert (managed["support-id"]["stack"], managed["support-id"]["protected"]) == ("dev", True)
    assert managed["sales-2-id"] is None
    assert managed[hushed]["stack"] == "organization/two/pipe"
    assert managed[hushed]["resource"] == "chat"
    ran = project.tool("list")
    rows = {line.split()[-1]: line.split() for line in ran.out.splitlines() if line}
    assert rows["ID"] == ["NAME", "TYPE", "CHATS", "MANAGED", "BY", "ID"]
    assert rows["sales-id"] == ["Sales", "v1", "on", "prod:", "sales", "sales-id"]
    assert rows["support-id"] == ["Support", "v2", "on", "dev:", "support", "support-id"]
    assert rows["sales-2-id"] == ["Sales", "v1", "off", "sales-2-id"]
    assert rows[hushed] == ["[secret]", "v2", "on", "two/pipe:", "chat", hushed]
    assert ran.out.endswith("Managed: 3 of 4, 1 of them by stack prod.\n")
    assert ran.err == ""

    shown = project.json("show", hushed)
    assert {key: shown[key] for key in shown if shown[key] == "[secret]"}.keys() == {
        *("name", "description", "flowId", "allowedDomains", "clientConfig", "flow"),
    }
    assert shown["managed"] == managed[hushed]
    table = project.tool("show", hushed)
    assert "stack pipe of project two, as 'chat'" in table.out
    embedded = project.tool("snippet", hushed)
    assert (
        "Left out, for a state keeps it secret: name, allowedDomains, clientConfig." in embedded.err
    )
    wrong = project.tool("show", "hush-names", code=1)
    for each in (ran, table, embedded, project.tool("list", "--json")):
        assert "hush" not in each.out + each.err, each
    assert "mean" not in wrong.err

    # and all of it, for who wants to take it elsewhere
    for command in (["list", "--json"], ["show", hushed, "--json"], ["show", hushed]):
        whole = project.tool(*command, "--show-secrets").out
        for word in ("-name", "-text", "-flow", ".example", "-key", "-word"):
            assert f"hush{word}" in whole
    assert "hush-name" in project.tool("list", "--show-secrets").out

    # nothing is decrypted for it
    with monkeypatch.context() as patch:
        patch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
        assert project.json("list") == listed
        assert project.json("show", hushed) == shown
        assert project.tool("snippet", hushed).out == embedded.out

    project.pulumi("stack", "unselect")
    ran = project.tool("list")
    assert ran.out.endswith("Managed: 3 of 4.\n")
    assert project.json("list")["stack"] is None
    assert state == project.state("--stack", "prod")

    # what cannot be read is told, and the rest is shown
    file = project.folder.parent / "state" / ".pulumi" / "stacks" / "two" / "pipe.json"
    file.write_text("{")
    ran = project.tool("list", "--stack", "prod")
    assert "dev: support" in " ".join(ran.out.split())
    assert ran.err.startswith("What the stacks of other projects hold is unknown: ")
    assert ran.err.count("\n") == 1
