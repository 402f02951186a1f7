"""The Pulumi side: stacks, what they manage, and one line for whatever is wrong."""

from __future__ import annotations

import base64
import pickle
from pathlib import Path
from typing import Any

import pytest

from pulumi_widgets import PROVIDER
from pulumi_widgets.errors import StackError
from pulumi_widgets.simulator import Simulator
from pulumi_widgets.tool.stacks.cli import PulumiCli
from pulumi_widgets.tool.stacks.stack import TYPE, NoStackError, Stack

from .project import Project


def test_what_a_stack_tells(project: Project, org: Simulator) -> None:
    project.pulumi("stack", "init", "prod")
    project.pulumi(
        *("config", "set-all", "--path", "--plaintext", f"genesyscloud:orgs.eu.baseUrl={org.url}"),
        *("--plaintext", f"genesyscloud:orgs.eu.loginUrl={org.url}"),
        *("--plaintext", "genesyscloud:orgs.eu.oauthClientId=simulated-client"),
        *("--secret", "genesyscloud:orgs.eu.oauthClientSecret=simulated-secret"),
        *("--plaintext", "genesyscloud:oauthClientId=from-the-stack"),
    )
    project.write(
        "import pulumi\nfrom pulumi_widgets import WidgetDeployment\n"
        'WidgetDeployment("a::b", client_type="v1", org="eu",'
        ' description=pulumi.Output.secret("hush"), opts=pulumi.ResourceOptions(protect=True))\n'
        'WidgetDeployment.get("theirs", "sales-id", org="eu")\n'
    )
    project.up()
    stack = Stack.select()
    assert stack.name == "prod"
    assert [each.name for each in Stack.every()] == ["dev", "prod"]
    assert stack.orgs() == ["eu"]
    assert stack.settings("eu").client_secret == "simulated-secret"
    assert stack.settings().client_id == "from-the-stack"
    assert stack.settings().client_secret == "simulated-secret"  # the environment's
    assert Stack.select("dev").settings().client_id == "simulated-client"
    [managed] = stack.managed()
    assert managed.name == "a::b"
    assert managed.org == "eu"
    assert managed.protected
    assert managed.inputs["description"] == "hush"
    assert managed.secrets == {"description"}
    assert {id_: each.name for id_, each in stack.holdings().items()} == {managed.id: "a::b"}
    assert Stack.select("dev").managed() == []


def test_one_line_for_what_is_wrong(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StackError, match=r"^no stack is named 'de' \(did you mean 'dev'\?\); this"):
        Stack.select("de")
    project.pulumi("config", "set", "--secret", "other:word", "hush")
    with monkeypatch.context() as patch:
        patch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
        assert Stack.select().settings()  # no secret of ours
    project.pulumi("config", "set", "--secret", "genesyscloud:accessToken", "hush-hush")
    with monkeypatch.context() as patch:
        patch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
        with pytest.raises(StackError, match=r"^the stack's passphrase is wrong\. Correct PULUMI_"):
            Stack.select().settings()
        patch.delenv("PULUMI_CONFIG_PASSPHRASE")
        with pytest.raises(StackError, match=r"^the stack's passphrase is needed"):
            Stack.select().settings()
    with monkeypatch.context() as patch:
        patch.delenv("PULUMI_BACKEND_URL")
        with pytest.raises(NoStackError, match="nobody is logged in"):
            Stack.select()
        patch.setenv("PULUMI_BACKEND_URL", "file:///no/such/folder")
        with pytest.raises(StackError, match="no such file or directory"):
            Stack.select()
    project.pulumi("stack", "unselect")
    with pytest.raises(NoStackError, match=r"^no stack is selected\. Select one with `pulumi stac"):
        Stack.select()
    with monkeypatch.context() as patch:
        patch.chdir(tmp_path)
        with pytest.raises(NoStackError, match=r"^no Pulumi project: no Pulumi\.yaml in "):
            Stack.select()
        (tmp_path / "Pulumi.yaml").write_text("runtime: [")
        with pytest.raises(StackError, match=r"Pulumi\.yaml:1: no YAML: expected ") as caught:
            PulumiCli().project()
        # commands that need no stack go on without one, but never without one that is broken
        assert not isinstance(caught.value, NoStackError)
        patch.setenv("PATH", "")
        with pytest.raises(NoStackError, match=r"^the Pulumi CLI, `pulumi`, is not on PATH\. Inst"):
            Stack.select()


OF_ANY_TYPE = """
from pulumi_widgets import WidgetDeployment

class Old(WidgetDeployment):
    pass

Old._resource_type_name = "dynamic:Resource"  # as a subclass had it in older versions

class Ours(WidgetDeployment, module="ours", name="Chat"):
    pass

Old("old", client_type="v1")
Ours("ours", client_type="v1")
"""


def test_what_has_our_provider_is_held_whatever_its_type(project: Project, org: Simulator) -> None:
    project.write(OF_ANY_TYPE)
    project.up()
    held = {each["name"]: id_ for id_, each in org.dump().items() if not id_.endswith("-id")}
    assert set(held) == {"old", "ours"}
    stack = Stack.select()
    found = {each.name: id_ for id_, each in stack.holdings().items()}
    assert found == held
    assert {each.id for each in stack.managed()} == set(held.values())
    orphans = {each["id"] for each in project.json("orphans")["orphans"]}
    assert not orphans & set(held.values())
    project.tool("orphans", *orphans, "--delete", "--yes")
    assert set(org.dump()) == set(held.values())
    org.edit(held["old"], description="by hand")
    [drifted] = project.json("drift", code=2)["drifted"]
    assert drifted["resource"] == "old"
    listed = {
        each["id"]: each["managed"]["resource"] for each in project.json("list")["deployments"]
    }
    assert listed == {id_: name for name, id_ in held.items()}


def test_the_provider_is_ours_whichever_python_pickled_it(project: Project) -> None:
    def state(provider: object, kind: str = "pulumi-python:dynamic:Resource") -> dict[str, Any]:
        urn = f"urn:pulumi:dev::shop::{kind}::a"
        inputs = {"__provider": provider, "name": "a"}
        resource = {"urn": urn, "type": kind, "id": "d-1", "inputs": inputs, "outputs": inputs}
        return {"deployment": {"resources": [resource]}}

    stack = Stack.select()
    for protocol in (4, 5):  # of Python 3.8, of 3.14
        text = base64.b64encode(pickle.dumps(PROVIDER, protocol)).decode()
        assert stack.holdings(state(text))["d-1"].name == "a"
        assert [each.id for each in stack.managed(state(text))] == ["d-1"]
    theirs = base64.b64encode(pickle.dumps("PROVIDER of pulumi_widgets")).decode()
    for other in (theirs, "", None, 5, {"ciphertext": "x"}):
        assert stack.holdings(state(other)) == {}
        assert stack.holdings(state(other, TYPE))["d-1"].name == "a"
