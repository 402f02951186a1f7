"""``pulumi-widgets orphans``: what no stack holds, and only that is deleted."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from pulumi_widgets.api.half_made import description_of
from pulumi_widgets.simulator import Reply, Simulator

from .project import Project
from .running import in_terminal, screen

IN_USE = Reply.error(400, "bad.request", "in use")
SECRET_NAME = """
import pulumi
from pulumi_widgets import WidgetDeployment

WidgetDeployment("chat", client_type="v1", name=pulumi.Output.secret("hush"))
"""
MADE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


@pytest.fixture
def two_stacks(project: Project, org: Simulator) -> Iterator[Project]:
    """``dev`` holds Support, ``prod`` the first Sales; a twin and a half-made one besides."""
    project.imports("support", "support-id")
    project.pulumi("stack", "init", "prod")
    project.imports("sales", "sales-id")
    twin = {**org.dump()["support-id"], "allowedDomains": ["a.example", "b.example"]}
    org.add(twin, deployment_id="twin-id")
    half = {
        "name": "Half",
        "clientType": "v1",
        "disabled": True,
        "description": description_of("0" * 32, MADE),
    }
    org.add(half, deployment_id="half-id")
    org.reset_calls()
    yield project
    assert {"support-id", "sales-id"} <= set(org.dump())


def _found(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each.pop("id"): each for each in document["orphans"]}


def test_what_is_known_of_them(two_stacks: Project, org: Simulator) -> None:
    document = two_stacks.json("orphans")
    assert document["stacks"] == ["dev", "prod"]
    assert document["deployments"] == 5
    plain: dict[str, Any] = {
        **{"org": "", "halfMade": None, "looksLike": [], "heldBy": None},
        **{"deleted": False, "problem": None},
    }
    assert _found(document) == {
        "sales-2-id": {**plain, "name": "Sales"},
        "twin-id": {
            **plain,
            "name": "Support",
            "looksLike": [{"stack": "dev", "resource": "support"}],
        },
        "half-id": {**plain, "name": "Half", "halfMade": "2026-01-02T03:04:05+00:00"},
    }
    assert org.calls["GET /api/v2/widgets/deployments"] == 1
    ran = two_stacks.tool("orphans")
    assert "half made at 2026-01-02 03:04:05 UTC" in " ".join(ran.out.split())
    assert "looks like 'support' of stack dev" in " ".join(ran.out.split())
    assert "equal content prove nothing" in ran.err

    # of one stack: what another holds is told
    document = two_stacks.json("orphans", "--stack", "dev")
    assert _found(document)["sales-id"]["heldBy"] == {"stack": "prod", "resource": "sales"}

    # what a state that cannot be read holds is unknown: nothing is an orphan for sure
    file = two_stacks.folder.parent / "state" / ".pulumi" / "stacks" / "shop" / "prod.json"
    file.write_text("{")
    ran = two_stacks.tool("orphans", "--stack", "dev", "--half-made", "--delete", "--yes", code=1)
    assert len(ran.err.splitlines()) == 1
    assert not two_stacks.writes()


def test_deletion_without_a_terminal(two_stacks: Project, org: Simulator) -> None:
    for options, said in (
        (["--delete"], "without a terminal, give --yes and IDs or --half-made"),
        (["--yes"], "--yes is for --delete"),
        (["--delete", "--yes"], "--delete --yes does not ask: give the IDs, or --half-made"),
        (["twin-id", "--half-made"], "give IDs or --half-made, not both"),
        (["twin-id", ""], "Invalid value for '[ID]...': is empty"),
    ):
        assert said in two_stacks.tool("orphans", *options, code=2).err
    three = ("half-id", "TWIN-ID", "sales-2-id")
    org.script("DELETE", "/api/v2/widgets/deployments/half-id", IN_USE)
    ran = two_stacks.tool("orphans", "--stack", "dev", *three, "--delete", "--yes", code=1)
    assert "Orphans asked for: 3 of 5 deployments. Another backend" in ran.err
    assert "Not deleted: 'Half' (half-id): DELETE" in ran.err
    assert set(org.dump()) == {"support-id", "sales-id", "half-id"}
    org.script("DELETE", "/api/v2/widgets/deployments/half-id", IN_USE)
    found = _found(two_stacks.json("orphans", "half-id", "--delete", "--yes", code=1))
    assert found["half-id"]["deleted"] is False
    assert "400" in found["half-id"]["problem"]
    found = _found(two_stacks.json("orphans", "half-id", "--delete", "--yes"))
    assert (found["half-id"]["deleted"], found["half-id"]["problem"]) == (True, None)
    assert set(org.dump()) == {"support-id", "sales-id"}
    assert two_stacks.tool("orphans").err == "No orphans among 2 deployments.\n"


def test_those_that_are_named(two_stacks: Project, org: Simulator) -> None:
    assert set(_found(two_stacks.json("orphans", "twin-id", "HALF-ID"))) == {"twin-id", "half-id"}
    wrong = ["twin-id", "Sales-ID", "no-id", "support-id"]
    for options in ([], ["--delete", "--yes"], ["--stack", "dev"]):
        ran = two_stacks.tool("orphans", *wrong, *options, code=1)
        assert (ran.out, ran.err) == (
            "",
            "Error: Stack prod manages 'Sales-ID', as 'sales'; the org has no deployment of the "
            "id 'no-id'; stack dev manages 'support-id', as 'support'. `pulumi-widgets orphans` "
            "shows all.\n",
        )
    assert not two_stacks.writes()


def test_a_job_at_night(two_stacks: Project, org: Simulator) -> None:
    """It removes what interrupted creates left, and nothing that a create may be at."""
    young = {**org.dump()["half-id"], "description": description_of("1" * 32, _now())}
    org.add(young, deployment_id="young-id")
    ran = two_stacks.tool("orphans", "--half-made")
    told = "Left out: 1 half-made deployment of the last 10 minutes, which may be in the making."
    assert ran.err.splitlines()[0] == told
    assert ran.err.splitlines()[1].startswith("Half-made orphans: 1 of 6 deployments. ")
    assert not two_stacks.writes()
    ran = two_stacks.tool("orphans", "--half-made", "--delete", "--yes")
    assert ran.err.endswith("\nDeleted: 'Half' (half-id)\n")
    assert {"sales-2-id", "twin-id", "young-id"} < set(org.dump())
    assert "half-id" not in org.dump()
    ran = two_stacks.tool("orphans", "--half-made", "--delete", "--yes")
    assert ran.err.splitlines() == [told, "No half-made orphans among 5 deployments."]


def _now() -> datetime:
    return datetime.now(timezone.utc)


def test_deletion_asks_for_each(two_stacks: Project, org: Simulator) -> None:
    ran = in_terminal("orphans", "--delete", prompt="[y/N]: ", answers="yny")
    assert ran.code == 0, ran
    # by name: Half, Sales, Support
    assert set(org.dump()) == {"support-id", "sales-id", "sales-2-id"}


def test_stacks_of_several_orgs(
    two_stacks: Project, org: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Simulator(seed=1) as eu:
        eu.add({"name": "Euro", "clientType": "v1"}, deployment_id="eu-id")
        for name, value in eu.environ.items():
            monkeypatch.setenv(name.replace("GENESYSCLOUD_", "GENESYSCLOUD_EU_"), value)
        found = _found(two_stacks.json("orphans"))
        assert {id_: each["org"] for id_, each in found.items()} == {
            "sales-2-id": "",
            "twin-id": "",
            "half-id": "",
            "eu-id": "eu",
        }
        ran = two_stacks.tool("orphans")
        assert ran.out.splitlines()[0].split() == ["NAME", "ORG", "ID", "WHAT", "IS", "KNOWN"]
        assert "ORG" not in two_stacks.tool("orphans", "--org", "eu").out
        # an org in which the project holds nothing may be another backend's
        org.remove("half-id")
        ran = two_stacks.tool("orphans", "eu-id", "--delete", "--yes", code=1)
        assert ran.err.startswith("Error: No stack of this project holds anything in org 'eu'.")
        assert not two_stacks.writes()
        two_stacks.imports("--stack", "dev", "--org", "eu", "euro", "eu-id")
        eu.add({"name": "Euro", "clientType": "v1"}, deployment_id="eu-id-2")
        ran = in_terminal("orphans", "--delete", "--org", "eu", prompt="[y/N]: ", answers="y")
        assert "Delete 'Euro' (eu-id-2, org eu)? [y/N]: y" in screen(ran.out)
        assert set(eu.dump()) == {"eu-id"}
        two_stacks.pulumi("state", "delete", "--stack", "dev", "--all", "--force", "--yes")
        assert set(_found(two_stacks.json("orphans", "--org", "eu"))) == {"eu-id"}
        assert "nknown org" in two_stacks.tool("orphans", "--org", "ue", code=1).err
        for name in org.environ:
            monkeypatch.delenv(name)
        assert set(_found(two_stacks.json("orphans"))) == {"eu-id"}
        monkeypatch.delenv("GENESYSCLOUD_EU_OAUTHCLIENT_SECRET")
        assert "half an oauth client" in two_stacks.tool("orphans", code=1).err.lower()


def test_one_that_is_not_there(two_stacks: Project) -> None:
    ran = two_stacks.tool("orphans", "--stack", "nope", code=1)
    assert ran.err == "Error: No stack is named 'nope'; this project has dev, prod\n"


def test_each_stack_has_an_org_of_its_own(
    two_stacks: Project, org: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one stack's configuration lacks of an org may be another's affair."""
    with Simulator(seed=1) as us:
        us.add({"name": "States", "clientType": "v1"}, deployment_id="us-id")
        for name in org.environ:
            monkeypatch.delenv(name)
            for place in ("EU_", "US_"):
                if "OAUTHCLIENT" in name:
                    there = name.replace("GENESYSCLOUD_", f"GENESYSCLOUD_{place}")
                    monkeypatch.setenv(there, org.environ[name])
        for stack, place, url in (("dev", "eu", org.url), ("prod", "us", us.url)):
            options = [f"genesyscloud:orgs.{place}.{key}={url}" for key in ("baseUrl", "loginUrl")]
            two_stacks.pulumi(
                *("config", "set-all", "--stack", stack, "--path"),
                *(each for option in options for each in ("--plaintext", option)),
            )
        eu_ids = {"sales-2-id", "twin-id", "half-id"}
        ran = two_stacks.tool("orphans", "--json")
        assert ran.err == ""
        found = _found(json.loads(ran.out))
        assert {id_ for id_, each in found.items() if each["org"] == "eu"} == eu_ids
        assert {id_ for id_, each in found.items() if each["org"] == "us"} == {"us-id"}
        assert set(_found(two_stacks.json("orphans", "--org", "us"))) == {"us-id"}
        assert set(_found(two_stacks.json("orphans", "--stack", "dev"))) == {*eu_ids, "sales-id"}

        # a stack that means an org, and has it not whole
        two_stacks.pulumi(
            *("config", "set", "--stack", "dev", "--path"),
            *("genesyscloud:orgs.us.region", "nowhere"),
        )
        ran = two_stacks.tool("orphans")
        assert "An org is left out: stack dev: unknown region 'nowhere'" in ran.err
        ran = two_stacks.tool("orphans", "--stack", "dev", "--org", "us", code=1)
        assert ran.err.startswith("Error: Stack dev: unknown region 'nowhere'")
        # and an org that no stack has whole
        monkeypatch.setenv("GENESYSCLOUD_ASIA_OAUTHCLIENT_ID", "simulated-client")
        ran = two_stacks.tool("orphans", code=1)
        assert "GENESYSCLOUD_ASIA_REGION" in ran.err
        assert ran.err.count("\n") == 1


def test_the_wrong_backend(
    two_stacks: Project, org: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("PULUMI_BACKEND_URL", other.as_uri())
    half = org.dump()["half-id"]
    org.remove("half-id")
    for stack in ("dev", "prod"):
        assert len(_found(two_stacks.json("orphans"))) == 4
        for options in ([], ["--json"]):
            ran = two_stacks.tool("orphans", "twin-id", "--delete", "--yes", *options, code=1)
            assert (ran.out, ran.err) == (
                "",
                "Error: No stack of this project holds anything in this org. Is it the right "
                "backend (`pulumi whoami -v`)? Nothing was deleted.\n",
            )
        two_stacks.pulumi("stack", "init", stack)  # and a stack that holds nothing
    assert not two_stacks.writes()
    # but for what says by itself that no state has it, and that nobody is at it any more
    org.add(half, deployment_id="half-id")
    young = {**half, "description": description_of("1" * 32, _now())}
    org.add(young, deployment_id="young-id")
    three = ("half-id", "twin-id", "young-id")
    ran = two_stacks.tool("orphans", *three, "--delete", "--yes")
    assert "Only what is half made is deleted: no stack of this project holds" in ran.err
    assert org.dump().keys() == {"support-id", "sales-id", "sales-2-id", "twin-id", "young-id"}


def test_what_another_project_holds(
    two_stacks: Project, org: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    two = Project(folder, org, "two", "pipe")
    two.write(SECRET_NAME)
    two.up()
    [id_] = [each["id"] for each in two.resources()]
    org.reset_calls()
    held = {"stack": "organization/two/pipe", "resource": "chat"}
    found = _found(two_stacks.json("orphans"))[id_]
    assert (found["heldBy"], found["name"]) == (held, "[secret]")
    ran = two_stacks.tool("orphans")
    assert "held by stack pipe of project two, as 'chat'" in " ".join(ran.out.split())
    assert "hush" not in ran.out + ran.err
    assert ran.err.startswith(
        "Orphans: 3 of 6 deployments. Listed too, and never deleted: 1 that another stack holds. "
        "Another backend, "
    )
    ran = two_stacks.tool("orphans", id_, code=1)
    assert ran.err.startswith(f"Error: Stack pipe of project two manages '{id_}', as 'chat'. ")
    before = org.dump()

    ran = two_stacks.imports("chat", id_, code=1)
    assert f"he deployment {id_}: stack pipe of project two manages it already, as 'c" in ran.err
    ran = two_stacks.imports("--name", "hush*")
    assert "Left out: 1 deployment that stack pipe of project two manages already." in ran.err

    # a stack that may be seen but not read, as another team's
    pulumi = shutil.which("pulumi")
    wrapper = tmp_path / "bin" / "pulumi"
    wrapper.parent.mkdir()
    wrapper.write_text(
        '#!/bin/sh\ncase "$*" in "stack export --stack organization/two/"*)\n'
        f'echo "error: [403] Forbidden" >&2; exit 255;; esac\nexec "{pulumi}" "$@"\n'
    )
    wrapper.chmod(0o755)
    unread = "hat stack pipe of project two holds is unknown: "
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
        ran = two_stacks.tool("orphans")
        assert ran.err.startswith(f"W{unread}")
        assert id_ in ran.out
        ran = two_stacks.tool("orphans", "--half-made", "--delete", "--yes", code=1)
        assert ran.err.startswith(f"Error: W{unread}")
        assert ran.err.endswith("403] Forbidden. Nothing was deleted.\n")
        assert ran.err.count("\n") == 1
        assert unread in two_stacks.imports("--all", "--generate-only").err

    # and a backend that does not even list them
    file = two_stacks.folder.parent / "state" / ".pulumi" / "stacks" / "two" / "pipe.json"
    state = file.read_text("utf-8")
    file.write_text("{")
    assert "hat the stacks of other projects hold is unknown" in two_stacks.tool("orphans").err
    ran = two_stacks.tool("orphans", "half-id", "--delete", "--yes", code=1)
    assert "hat the stacks of other projects hold is unknown" in ran.err
    assert not two_stacks.writes()
    assert org.dump() == before

    file.write_text(state)
    ran = in_terminal("orphans", "--delete", prompt="[y/N]: ", answers="yyy")
    assert ran.code == 0, ran
    assert set(org.dump()) == {"support-id", "sales-id", id_}
