"""``pulumi-widgets import`` on the real CLI: what comes after it shows no change."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from pathlib import Path

import pytest

from pulumi_widgets.api.half_made import description_of
from pulumi_widgets.simulator import Simulator
from pulumi_widgets.tool.imports.run import Import
from pulumi_widgets.tool.stacks.stack import Stack

from .nasty import bodies
from .project import Project, content, in_project
from .running import in_terminal, screen

NAMED = ("a::b", "support-id", 'it\'s "so" {x} $1 日本 語', "sales-id")
"""Names that need care, and ids."""


def _round(project: Project, count: int) -> None:
    """Import everything, find no change, delete everything, and make the same org anew."""
    org = project.org
    for number, body in enumerate(bodies(count)):
        org.add(body, deployment_id=f"{number:08x}-nasty")
    before = org.dump()
    org.reset_calls()
    project.tool("import", "--all", "--out", "__main__.py.new")
    assert org.calls["GET /api/v2/widgets/deployments"] == 1
    assert org.calls.total() <= 1 + 1 + 5  # the token, the listing, samples
    project.write(Path("__main__.py.new").read_text("utf-8"))
    project.pulumi("preview", "--expect-no-changes")
    project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    project.up("--expect-no-changes")
    assert not project.writes()
    assert org.dump() == before
    assert len(project.resources()) == len(before)

    project.pulumi("destroy", "--yes", "--skip-preview", fails=True)
    assert org.dump() == before  # protected
    project.pulumi("state", "unprotect", "--all", "--yes")
    project.pulumi("destroy", "--yes", "--skip-preview")
    assert org.dump() == {}
    project.up()
    assert content(org.dump().values()) == content(before.values())


@pytest.mark.parametrize("count", [200, pytest.param(1000, marks=pytest.mark.soak)])
def test_an_org_of_nasty_names(
    count: int, pulumi_cli: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Simulator(seed=1, limit=None) as org:
        skip = {"PULUMI_SKIP_CHECKPOINTS": "true"}  # the engine's time, not ours
        _round(in_project(tmp_path, org, pulumi_cli, monkeypatch, **skip), count)


def test_into_a_stack_with_resources_and_secrets(project: Project, org: Simulator) -> None:
    project.pulumi("config", "set", "--secret", "other:word", "configured-word")
    first = """
old = WidgetDeployment(
    "old", client_type="v2", description=pulumi.Output.secret("hidden-word"), flow_id="f"
)
WidgetDeployment.get("sales", "sales-2-id")
pulumi.export("word", pulumi.Config("other").get_secret("word"))
"""
    header = "import pulumi\nfrom pulumi_widgets import WidgetDeployment\n"
    project.write(header + first)
    project.up()
    old = project.state("--show-secrets")["deployment"]["resources"]
    encrypted = project.state()
    ran = project.tool("import", *NAMED, "--no-protect")
    assert "protect" not in ran.out
    [backup] = project.backups()
    assert json.loads(backup.read_text("utf-8")) == encrypted
    assert "hidden-word" not in backup.read_text("utf-8")
    assert backup.stat().st_mode & 0o777 == 0o600

    after = project.state("--show-secrets")["deployment"]
    assert after["resources"][: len(old)] == old
    assert (
        after["secrets_providers"]["state"] == encrypted["deployment"]["secrets_providers"]["state"]
    )
    text = "".join(path.read_text("utf-8") for path in project.folder.parent.rglob("*.json"))
    assert "hidden-word" not in text
    assert "configured-word" not in text

    org.reset_calls()
    project.write(header + ran.out + first)
    project.is_settled()
    assert set(Stack.select().held().values()) == {"old", NAMED[0], NAMED[2]}
    assert '"sales-sales-2"' in project.tool("import", "--name", "Sales", "--generate-only").out
    assert not project.writes()

    # the way back
    project.pulumi("stack", "import", "--file", str(backup))
    assert {each["id"] for each in project.resources()} == {each["id"] for each in old[2:]}


def test_settings_and_secrets_of_the_stack_alone(
    project: Project, org: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into an empty stack: a plain refresh uses the configuration that the import stored."""
    for name in org.environ:
        monkeypatch.delenv(name)
    urls = {"baseUrl": org.url, "loginUrl": org.url, "oauthClientId": "simulated-client"}
    plain = [f"genesyscloud:{place}{key}={urls[key]}" for key in urls for place in ("", "orgs.eu.")]
    secret = [f"genesyscloud:{each}oauthClientSecret=simulated-secret" for each in ("", "orgs.eu.")]
    options = [("--plaintext", each) for each in plain]
    options += [("--secret", each) for each in (*secret, "other:word=configured-word")]
    project.pulumi("config", "set-all", "--path", *(each for pair in options for each in pair))
    first = project.tool("import", "--name", "Sup*")
    second = project.tool("import", "--all", "--org", "eu", "--no-protect")
    assert 'org="eu"' in second.out
    assert "Left out: 1 deployment that stack dev manages already." in second.err
    text = "".join(path.read_text("utf-8") for path in project.folder.parent.rglob("*.json"))
    assert "simulated-secret" not in text
    assert "configured-word" not in text
    org.reset_calls()
    project.write(first.out + second.out)
    project.is_settled()
    project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert not project.writes()
    names = {each["id"]: each["urn"].rpartition("::")[2] for each in project.resources()}
    assert names == {
        "support-id": "support",
        "sales-id": "sales-sales-id",
        "sales-2-id": "sales-sales-2",
    }
    # and it is the provider that an `up` would have made
    made = project.state("--show-secrets")["deployment"]["resources"][1]
    project.pulumi("stack", "init", "fresh", "--copy-config-from", "dev")
    project.declare(x="client_type='v1'")
    project.up()
    real = project.state("--show-secrets")["deployment"]["resources"][1]
    for kind in ("inputs", "outputs"):
        assert made[kind] == real[kind]


def test_generate_only_touches_no_state(project: Project, org: Simulator) -> None:
    before = project.state()
    program = project.tool("import", "--all", "--generate-only")
    assert 'name="Support"' in program.out
    assert program.err.splitlines() == ["Made the program of 3 deployments. No state was touched."]
    assert project.state() == before
    assert project.backups() == []
    # no stack, no project: the environment's settings do
    project.pulumi("stack", "unselect")
    assert project.tool("import", "--all", "--generate-only").out == program.out
    Path("Pulumi.yaml").unlink()
    assert project.tool("import", "--all", "--generate-only").out == program.out
    assert "no Pulumi project" in project.tool("import", "--all", code=1).err.replace("No", "no")
    document = project.json("import", "a", "support-id", "--generate-only")
    assert document["imported"] == [{"name": "a", "id": "support-id", "urn": None}]
    assert document["backup"] is None


def test_as_json(project: Project) -> None:
    document = project.json("import", "--all")
    assert document.pop("program").startswith("import pulumi\nfrom pulumi_widgets import (")
    assert Path(document.pop("backup")).exists()
    prefix = "urn:pulumi:dev::shop::pulumi-python:dynamic/genesyscloud:WidgetDeployment::"
    assert document == {
        "org": "",
        "stack": "dev",
        "imported": [
            {"name": name, "id": id_, "urn": prefix + name}
            for name, id_ in (
                ("sales-sales-2", "sales-2-id"),
                ("sales-sales-id", "sales-id"),
                ("support", "support-id"),
            )
        ],
        "leftOut": [],
        "protected": True,
    }
    again = project.json("import", "--all")
    assert again["imported"] == []
    assert again["program"] == ""
    assert {each["reason"] for each in again["leftOut"]} == {
        f"stack dev manages it already, as {name!r}"
        for name in ("support", "sales-sales-2", "sales-sales-id")
    }


def test_what_cannot_be_managed_is_left_out(project: Project, org: Simulator) -> None:
    made = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    org.add(
        {
            "name": "Half",
            "clientType": "v1",
            "disabled": True,
            "description": description_of("0" * 32, made),
        },
        deployment_id="half-id",
    )
    org.add({"name": " ", "clientType": "v1"}, deployment_id="blank-id")
    org.add({"name": "New", "clientType": "v3"}, deployment_id="new-id")
    ran = project.tool("import", "--all")
    assert [line for line in ran.err.splitlines() if line.startswith("Left out")] == [
        "Left out: ' ' (blank-id): no program can declare it: name: must not be blank; leave it "
        "out and the resource's logical name is taken",
        "Left out: 'Half' (half-id): it is half made, by a create of 2026-01-02 03:04 UTC that did "
        "not end",
        "Left out: 'New' (new-id): no program can declare it: client_type: must be one of v1, v2, "
        "v1-http, third-party, not 'v3'",
    ]
    assert {each["id"] for each in project.resources()} == {"support-id", "sales-id", "sales-2-id"}
    ran = project.tool("import", "half", "half-id", code=1)
    assert "it is half made" in ran.err


def test_what_is_refused(project: Project, org: Simulator) -> None:
    project.tool("import", "support", "support-id")
    project.pulumi("stack", "init", "prod")
    state = project.state()
    for arguments, says in (
        (["a", "support-id", "b", "x"], "manages it already, as 'support'; the org has no depl"),
        (["--stack", "dev", "support", "sales-id"], "has a WidgetDeployment 'support' already"),
        (["--stack", "nope", "--all"], "no stack is named 'nope'; this project has dev, prod"),
        (["--org", "nope", "--all"], "unknown org 'nope'"),
        (["--all", "--out", "no/such/folder/x.py"], "No such file or directory"),
    ):
        ran = project.tool("import", *arguments, code=1)
        assert says.lower() in ran.err.lower()
        assert len(ran.err.splitlines()) == 1
        assert ran.out == ""
    for arguments in (
        [],
        ["a"],
        ["--all", "a", "sales-id"],
        ["--all", "--name", "x"],
        ["--all", "--out", "Pulumi.yaml"],
    ):
        project.tool("import", *arguments, code=2)
    assert project.state() == state
    assert len(project.backups()) == 1
    assert not project.writes()


def test_a_stack_that_changes_meanwhile(project: Project) -> None:
    work = Import("", None, needs_stack=True)
    work.choose([("a", "sales-id")], None)
    project.declare(b="client_type='v1'")
    project.up()
    state = project.state()
    with pytest.raises(Exception, match="stack dev was changed meanwhile; nothing was imported"):
        work.write(protect=True)
    assert project.state() == state
    assert project.backups() == []


def test_operations_that_did_not_end(project: Project) -> None:
    project.declare(a="client_type='v1'")
    project.up()
    file = project.folder.parent / "state" / ".pulumi" / "stacks" / "shop" / "dev.json"
    stored = json.loads(file.read_text("utf-8"))
    latest = stored["checkpoint"]["latest"]
    resource = latest["resources"][-1]
    # `pulumi stack import` drops what is pending: it is for the engine to ask about
    latest["pending_operations"] = [
        {"resource": {**resource, "urn": resource["urn"] + "b"}, "type": "creating"}
    ]
    file.write_text(json.dumps(stored))
    ran = project.tool("import", "--all", code=1)
    assert "tack dev has operations that did not end: ab. Run `pulumi refresh`" in ran.err
    assert project.tool("import", "--all", "--generate-only").out


def test_a_wrong_passphrase(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.pulumi("config", "set", "--secret", "genesyscloud:oauthClientSecret", "x")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    ran = project.tool("import", "--all", code=1)
    assert re.search(
        "[Tt]he stack's passphrase is wrong. Correct PULUMI_CONFIG_PASSPHRASE", ran.err
    )
    assert len(ran.err.splitlines()) == 1


def test_many_however_the_service_spells_them(project: Project, org: Simulator) -> None:
    org.faults.reorders = True
    org.faults.empty_as = "missing"
    for number in range(20):
        org.add({"name": f"n{number}", "clientType": "v1"})
    ran = project.tool("import", "--all")
    assert 'description="Two\\nlines"' in ran.out
    project.write(ran.out)
    project.is_settled()
    assert not project.writes()


def test_a_lost_program_is_made_again(project: Project, org: Simulator) -> None:
    """What the stack manages keeps its name and its protection; what is secret stays so."""
    project.tool("import", "chat", "support-id", "first", "sales-id")
    project.pulumi("state", "unprotect", project.resources()[0]["urn"], "--yes")
    first = project.tool("import", "--all", "--generate-only")
    assert "Made the program of 3 deployments." in first.err
    assert first.out.count("protect=True") == 2
    project.tool("import", "--all")
    again = project.tool("import", "--all", "--generate-only", "--no-protect")
    assert again.out == first.out
    project.write(again.out)
    project.is_settled()
    one = project.tool("import", "chat", "support-id", "--generate-only")
    assert 'WidgetDeployment(\n    "chat"' in one.out
    ran = project.tool("import", "other", "support-id", "--generate-only", code=1)
    assert "stack dev manages it already, as 'chat'" in ran.err

    project.write(
        "import pulumi\nfrom pulumi_widgets import WidgetDeployment\n"
        'WidgetDeployment("hidden", client_type="v1",'
        ' description=pulumi.Output.secret("hidden-word"))\n'
        "class Shop(pulumi.ComponentResource):\n"
        "    def __init__(self):\n"
        '        super().__init__("shop:Shop", "shop")\n'
        "        opts = pulumi.ResourceOptions(parent=self)\n"
        '        WidgetDeployment("within", client_type="v1", opts=opts)\n'
        "Shop()\n" + again.out
    )
    project.up()
    ran = project.tool("import", "--all", "--generate-only")
    assert ran.out == again.out
    assert "the stack has secrets in it (description): declare it by hand" in ran.err
    assert "Left out: 1 deployment that stack dev manages already." in ran.err
    assert "hidden-word" not in ran.out + ran.err


def test_out_to_stdout(project: Project) -> None:
    ran = project.tool("import", "--all", "--generate-only", "--out", "-")
    assert ran.out == project.tool("import", "--all", "--generate-only").out
    assert ran.out
    assert not Path("-").exists()


def test_a_locked_stack(project: Project) -> None:
    locks = project.folder.parent / "state" / ".pulumi" / "locks" / "organization" / "shop" / "dev"
    locks.mkdir(parents=True, exist_ok=True)
    lock = {"pid": 1, "username": "u", "hostname": "h", "timestamp": "2026-01-02T03:04:05Z"}
    (locks / "6f1e0c52-8f6b-4f0e-9d1c-0a2b3c4d5e6f.json").write_text(json.dumps(lock))
    ran = project.tool("import", "--all", "--out", "new.py", code=1)
    assert re.search(r"the stack is currently locked.*Nothing was imported\.$", ran.err.rstrip())
    assert ran.err.count("\n") == 1
    assert project.backups() == []
    assert not Path("new.py").exists()


def test_in_a_terminal(project: Project, org: Simulator) -> None:
    org.add({"name": "bell\x07\x1b[31m", "clientType": "v1"}, deployment_id="bell-id")
    org.add({"name": "New\x1b[31m", "clientType": "v3"}, deployment_id="new-id")
    ran = in_terminal("import", "--all")
    assert ran.code == 0
    assert "Listing the org's deployments" in ran.out  # progress was shown
    assert "\x07" not in ran.out
    assert "\x1b[31m" not in ran.out
    shown = screen(ran.out)
    text = shown[shown.index("import pulumi\n") : shown.index("Left out: ")]
    assert "Imported 4 deployments into stack dev, protected." in shown
    project.write(text)
    project.is_settled()
