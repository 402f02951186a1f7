"""Every command where colleagues share the states of several projects: PostgreSQL and S3."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pulumi_widgets.simulator import Simulator
from tests.backends.kept import Backend, Database

from .project import Project, in_project
from .running import in_process, run
from .test_org import HUSHED


@pytest.fixture
def begin(
    org: Simulator, pulumi_cli: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Project]:
    """Begins a project in an environment with more variables."""
    return partial(in_project, tmp_path, org, pulumi_cli, monkeypatch)


def test_every_command(
    begin: Callable[..., Project], org: Simulator, tmp_path: Path, shared_backend: Backend
) -> None:
    project = begin(**shared_backend.environ)
    (tmp_path / "two").mkdir()
    two = Project(tmp_path / "two", org, "two", "pipe")
    two.write(HUSHED)
    two.up()
    [hushed] = {*org.dump()} - {"support-id", "sales-id", "sales-2-id"}
    project.imports("support", "support-id")
    project.pulumi("stack", "init", "prod")
    project.imports("sales", "sales-id")
    kept = shared_backend.stored()
    # only values are secret there
    assert [key for key, text in kept.items() if re.search(rb"hush(?!-key)", text)] == []

    held = {
        each["id"]: each["managed"] and (each["managed"]["stack"], each["managed"]["resource"])
        for each in project.json("list")["deployments"]
    }
    assert held == {
        "support-id": ("dev", "support"),
        "sales-id": ("prod", "sales"),
        hushed: ("organization/two/pipe", "chat"),
        "sales-2-id": None,
    }
    shown = project.json("show", hushed)
    assert (shown["managed"]["stack"], shown["name"]) == ("organization/two/pipe", "[secret]")
    assert "Left out, for a state keeps it secret: " in project.tool("snippet", hushed).err
    checks = project.json("doctor")["checks"]
    assert {each["status"] for each in checks} == {"ok"}
    assert "prod, which manages 1 deployment" in [each["message"] for each in checks]

    org.edit("support-id", disabled=True)
    dev, prod = project.json("drift", "--all-stacks", code=2)["stacks"]
    assert [each["resource"] for each in dev["drifted"]] == ["support"]
    assert (prod["managed"], prod["drifted"]) == (1, [])

    orphans = {each["id"]: each["heldBy"] for each in project.json("orphans")["orphans"]}
    assert orphans == {
        "sales-2-id": None,
        hushed: {"stack": "organization/two/pipe", "resource": "chat"},
    }
    project.tool("orphans", "sales-2-id", "--delete", "--yes")
    assert org.dump().keys() == {"support-id", "sales-id", hushed}
    # all of it has read: what is kept, locks among it, is as it was
    assert shared_backend.stored() == kept


def test_more_stacks_than_the_cli_has_connections_for(
    begin: Callable[..., Project], postgres: Database
) -> None:
    """It has two for each core, and asks for one for each stack while it holds as many."""
    project = begin(**postgres.environ, GOMAXPROCS="2")
    project.imports("support", "support-id")
    for stack in "abcd":
        project.pulumi("stack", "init", stack)
    ran = in_process("list", "--json")
    assert ran.code == 0, ran
    [support] = [each for each in json.loads(ran.out)["deployments"] if each["managed"]]
    assert support["managed"]["stack"] == "dev"


def test_no_password_is_told(
    begin: Callable[..., Project], monkeypatch: pytest.MonkeyPatch, postgres: Database
) -> None:
    """The CLI's own message has the whole URL of a database that it cannot open (v3.259)."""
    begin(**postgres.environ, COLUMNS="500")
    password = urlsplit(postgres.url).password
    assert password
    monkeypatch.setenv("PULUMI_BACKEND_URL", postgres.url.replace(password, "wrong-word"))
    for command in (["list"], ["drift"], ["orphans"], ["import", "--all", "--yes"], ["doctor"]):
        ran = run(*command)
        assert ran.code == 1, command
        said = ran.out + ran.err
        assert "wrong-word" not in said
        assert "postgres://****@127.0.0.1" in said
