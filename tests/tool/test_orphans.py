"""``pulumi-widgets orphans``: what no stack holds, and only that is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from pulumi_widgets.api.exactly_once import description_of
from pulumi_widgets.simulator import Reply, Simulator

from .project import Project
from .running import in_terminal

IN_USE = Reply(status=409, json={"message": "in use", "code": "conflict", "status": 409})
MADE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


@pytest.fixture
def two_stacks(project: Project, org: Simulator) -> Iterator[Project]:
    """``dev`` holds Support, ``prod`` the first Sales; a twin and a half-made one besides."""
    project.tool("import", "support", "support-id")
    project.pulumi("stack", "init", "prod")
    project.tool("import", "sales", "sales-id")
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
    plain: dict[str, Any] = {"halfMade": None, "looksLike": [], "heldBy": None, "deleted": False}
    assert _found(document) == {
        "sales-2-id": {**plain, "name": "Sales"},
        "twin-id": {
            **plain,
            "name": "Support",
            "looksLike": [{"stack": "dev", "name": "support"}],
        },
        "half-id": {**plain, "name": "Half", "halfMade": "2026-01-02T03:04:05+00:00"},
    }
    assert org.calls["GET /api/v2/widgets/deployments"] == 1
    org.faults.listing_omits = ("description", "clientConfig", "flow", "allowedDomains")
    ran = two_stacks.tool("orphans")
    assert "half made at 2026-01-02 03:04:05 UTC" in " ".join(ran.out.split())
    assert "looks like 'support' of stack dev" in " ".join(ran.out.split())
    assert "equal content prove nothing" in ran.err

    # of one stack: what another holds is told
    document = two_stacks.json("orphans", "--stack", "dev")
    assert _found(document)["sales-id"]["heldBy"] == {"stack": "prod", "name": "sales"}

    # what a state that cannot be read holds is unknown: nothing is an orphan for sure
    file = two_stacks.folder.parent / "state" / ".pulumi" / "stacks" / "shop" / "prod.json"
    file.write_text("{")
    ran = two_stacks.tool("orphans", "--stack", "dev", "--delete", "--yes", code=1)
    assert len(ran.err.splitlines()) == 1
    assert not two_stacks.writes()


def test_deletion_without_a_terminal(two_stacks: Project, org: Simulator) -> None:
    assert "without a terminal, give --yes" in two_stacks.tool("orphans", "--delete", code=2).err
    assert "--yes is for --delete" in two_stacks.tool("orphans", "--yes", code=2).err
    assert len(org.dump()) == 5
    org.script("DELETE", "/api/v2/widgets/deployments/half-id", IN_USE)
    ran = two_stacks.tool("orphans", "--stack", "dev", "--delete", "--yes", code=1)
    assert "Kept: 'Sales' (sales-id): held by stack prod, as 'sales'" in ran.err
    assert "Not deleted: 'Half' (half-id): DELETE" in ran.err
    assert set(org.dump()) == {"support-id", "sales-id", "half-id"}
    document = two_stacks.json("orphans", "--delete", "--yes")
    assert _found(document)["half-id"]["deleted"] is True
    assert set(org.dump()) == {"support-id", "sales-id"}
    assert "All 2 deployments are held." in two_stacks.tool("orphans", "--delete", "--yes").err


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
        assert set(_found(two_stacks.json("orphans"))) == {
            "sales-2-id",
            "twin-id",
            "half-id",
            "eu-id",
        }
        assert set(_found(two_stacks.json("orphans", "--org", "eu"))) == {"eu-id"}
        assert "nknown org" in two_stacks.tool("orphans", "--org", "ue", code=1).err
        for name in org.environ:
            monkeypatch.delenv(name)
        assert set(_found(two_stacks.json("orphans"))) == {"eu-id"}
        monkeypatch.delenv("GENESYSCLOUD_EU_OAUTHCLIENT_SECRET")
        assert "half an oauth client" in two_stacks.tool("orphans", code=1).err.lower()
