"""``pulumi-widgets import --from-terraform`` on the real CLI, with a state of CX as Code's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_widgets.simulator import Simulator

from .project import Project, in_project

STATE = Path(__file__).parent / "cx_as_code" / "terraform.tfstate"


@pytest.fixture
def org() -> Iterator[Simulator]:
    """The org that the state speaks of, as CX as Code made it."""
    with Simulator(seed=0) as simulator:
        for resource in json.loads(STATE.read_text("utf-8"))["resources"]:
            for instance in resource["instances"] if resource["mode"] == "managed" else ():
                held = instance["attributes"]
                config = {
                    "v2": held["v2_client_config"],
                    "third-party": held["third_party_client_config"],
                }
                simulator.add(
                    {
                        "name": held["name"],
                        "description": held["description"],
                        "authenticationRequired": held["authentication_required"],
                        "disabled": held["disabled"],
                        **({"flow": {"id": held["flow_id"]}} if held["flow_id"] else {}),
                        "allowedDomains": held["allowed_domains"] or [],
                        "clientType": held["client_type"],
                        "clientConfig": {part: each for part, each in config.items() if each},
                    },
                    deployment_id=held["id"],
                )
        yield simulator


@pytest.fixture
def project(
    org: Simulator, pulumi_cli: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Project:
    return in_project(tmp_path, org, pulumi_cli, monkeypatch)


@pytest.mark.parametrize("name", ["terraform.tfstate", "show.json"])
def test_what_terraform_has(project: Project, org: Simulator, name: str) -> None:
    before = org.dump()
    ran = project.imports("--from-terraform", str(STATE.with_name(name)), "--no-protect")
    names = {each["urn"].rpartition("::")[2]: each["id"] for each in project.resources()}
    assert set(names) == {
        "brand-north-chat",
        "brand-south-chat",
        "shop-de",
        "shop-fr-ca",
        "spare-0",
        "spare-1",
        "support",
    }
    assert set(names.values()) == set(before)
    assert "Left out" not in ran.err
    assert "Drift" not in ran.err
    project.write(ran.out)
    project.is_settled()
    project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert org.dump() == before
    forget = ran.err[ran.err.index("terraform state rm") :]
    assert forget.splitlines() == [
        "terraform state rm \\",
        "  'genesyscloud_widget_deployment.shop[\"de\"]' \\",
        "  'genesyscloud_widget_deployment.shop[\"fr-CA\"]' \\",
        "  'genesyscloud_widget_deployment.spare[0]' \\",
        "  'genesyscloud_widget_deployment.spare[1]' \\",
        "  genesyscloud_widget_deployment.support \\",
        "  'module.brand[\"north\"].genesyscloud_widget_deployment.chat' \\",
        "  'module.brand[\"south\"].genesyscloud_widget_deployment.chat'",
    ]
    again = project.imports("--from-terraform", str(STATE))
    assert "Left out: 7 deployments that stack dev manages already." in again.err
    assert "terraform state rm" in again.err


def test_what_is_not_as_terraform_says(project: Project, org: Simulator, tmp_path: Path) -> None:
    """What is gone, what drifted, what is sensitive, and one deployment of two resources."""
    state = json.loads(STATE.read_text("utf-8"))
    (support,) = [each for each in state["resources"] if each["name"] == "support"]
    (instance,) = support["instances"]
    instance["sensitive_attributes"] = [[{"type": "get_attr", "value": "description"}]]
    state["resources"].append({**support, "name": "twice"})
    file = tmp_path / "changed.tfstate"
    file.write_text(json.dumps(state), "utf-8")
    id_ = instance["attributes"]["id"]
    body = {key: value for key, value in org.dump()[id_].items() if key not in ("id", "selfUri")}
    org.remove(id_)
    org.add({**body, "description": "by hand", "disabled": True}, deployment_id=id_)
    org.remove("009a443b-faeb-4d34-bc06-c955023d721a")
    ran = project.imports("--from-terraform", str(file))
    assert [line for line in ran.err.splitlines() if line.startswith(("Left", "Drift"))] == [
        "Left out: 'genesyscloud_widget_deployment.spare[0]' "
        "(009a443b-faeb-4d34-bc06-c955023d721a): this org does not have it: it is deleted, or "
        "another org's (--org)",
        f"Left out: 'genesyscloud_widget_deployment.twice' ({id_}): it is "
        "genesyscloud_widget_deployment.support too: Terraform took one deployment for two",
        "Drift: genesyscloud_widget_deployment.support: disabled: true in the org, false in "
        "Terraform's state",
        "Drift: genesyscloud_widget_deployment.support: description: [secret] in the org, "
        "[secret] in Terraform's state",
    ]
    forget = ran.err[ran.err.index("terraform state rm") :]
    assert "spare[0]" not in forget
    assert "genesyscloud_widget_deployment.twice" in forget
    assert 'description=config.require_secret("support-description")' in ran.out
    written = "".join(each.read_text("utf-8") for each in project.folder.parent.rglob("*.json"))
    assert "by hand" not in ran.out + ran.err + written
