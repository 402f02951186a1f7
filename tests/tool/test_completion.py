"""Completion in a project: of stacks, orgs and deployments; and silence where it cannot be."""

from __future__ import annotations

import pytest

from pulumi_widgets.simulator import Reply, Simulator

from .project import Project
from .running import in_process

PATH = "/api/v2/widgets/deployments"


def offered(words: str, **environ: str) -> set[str]:
    """What bash is given for the last word."""
    line = f"pulumi-widgets {words}"
    ran = in_process(
        _PULUMI_WIDGETS_COMPLETE="bash_complete",
        COMP_WORDS=line,
        COMP_CWORD=str(len(line.split(" ")) - 1),
        **environ,
    )
    assert ran.err == ""
    return {each.partition(",")[2] for each in ran.out.splitlines() if each}


def test_in_a_project(project: Project, org: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    project.pulumi("stack", "init", "prod")
    org.add({"name": "Steer\x1b[31m\nme", "clientType": "v1"}, deployment_id="z")
    for stack, names in (("dev", ["eu"]), ("prod", ["eu", "us"])):
        for name in names:
            key = f"genesyscloud:orgs.{name}.baseUrl"
            project.pulumi("config", "set", "--path", key, org.url, "--stack", stack)
    project.pulumi("stack", "select", "dev")
    assert offered("list --stack ") == {"dev", "prod"}
    assert offered("drift --stack p") == {"prod"}
    assert offered("show --org ") == {"eu"}
    assert offered("show --stack prod --org ") == {"eu", "us"}
    assert offered("show S") == {"Support", "Sales"}
    assert offered("snippet s") == {"support-id", "sales-id", "sales-2-id"}
    with Simulator() as other:
        other.add({"name": "Euro", "clientType": "v1"}, deployment_id="eu-id")
        for name, value in other.environ.items():
            monkeypatch.setenv(name.replace("GENESYSCLOUD_", "GENESYSCLOUD_EU_"), value)
        project.pulumi("config", "rm", "--path", "genesyscloud:orgs", "--stack", "dev")
        assert offered("show --org eu ") == {"Euro", "eu-id"}


def test_what_cannot_be_offered(project: Project, org: Simulator) -> None:
    org.script("GET", PATH, Reply.error(503), times=9)
    assert offered("show ") == set()
    assert org.scripted == 8
    assert offered("show ", GENESYSCLOUD_OAUTHCLIENT_SECRET="") == set()
    assert offered("show --org nope ") == set()
    assert offered("show --stack nope ") == set()
    assert offered("list --stack ", PATH="/nowhere") == set()
    (project.folder / "Pulumi.yaml").write_text("name: [")
    assert offered("list --stack ") == set()
    assert offered("show --org ") == set()
