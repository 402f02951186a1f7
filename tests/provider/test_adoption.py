"""Adoption as the engine orders it, call by call, in the provider's own process."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from pulumi_widgets.simulator import Reply, Simulator

from .process import UNKNOWN, Provider

PATH = "/api/v2/widgets/deployments"
PLAIN = {"clientType": "v2", "authenticationRequired": False, "disabled": False}
HELD = {"name": "Web", **PLAIN}
ADOPTING = {"name": "Web", "clientType": "v2", "adoptId": "d-1"}


@pytest.fixture
def restarted(org: Simulator, tmp_path: Path) -> Callable[[], Provider]:
    """The process of the next command."""
    return lambda: Provider(org.environ_over(os.environ), tmp_path)


def last_line(error: pytest.ExceptionInfo[grpc.RpcError]) -> str:
    return str(error.value.details()).strip().splitlines()[-1]


def adopted(provider: Provider, **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The inputs and outputs that the state holds after an adoption."""
    inputs, failures = provider.check({**ADOPTING, **changes})
    assert not failures
    id_, outputs = provider.create(inputs)
    assert id_ == inputs["adoptId"]
    return inputs, outputs


def test_one_that_is_as_wanted_is_read_and_not_written(provider: Provider, org: Simulator) -> None:
    org.add(HELD, deployment_id="d-1")
    inputs, outputs = adopted(provider)
    assert outputs == {**HELD, "adoptId": "d-1", "selfUri": f"{PATH}/d-1"}
    # by the check, which a preview makes too, and by the create
    assert [(each.method, each.path) for each in org.requests if "oauth" not in each.path] == [
        ("GET", f"{PATH}/d-1")
    ] * 2
    assert provider.diff("d-1", outputs, inputs) == "DIFF_NONE"
    assert provider.read("d-1", outputs) == ("d-1", outputs, {})


@pytest.mark.parametrize("spelling", ["as-sent", "null", "missing", "empty"])
def test_how_the_service_spells_what_is_empty_is_no_difference(
    provider: Provider, org: Simulator, spelling: str
) -> None:
    org.add(HELD, deployment_id="d-1")
    org.faults.empty_as, org.faults.reorders = spelling, True
    adopted(provider)
    assert org.calls[f"PUT {PATH}/{{deploymentId}}"] == 0


def test_one_that_differs_is_written_whole_and_once(provider: Provider, org: Simulator) -> None:
    org.add({**HELD, "description": "theirs", "flow": {"id": "f"}}, deployment_id="d-1")
    _, outputs = adopted(provider, allowedDomains=["a.example"])
    assert org.dump()["d-1"] == {
        **HELD,
        "description": "",
        "allowedDomains": ["a.example"],
        "clientConfig": {},
    }
    assert org.calls[f"PUT {PATH}/{{deploymentId}}"] == 1
    assert org.calls[f"POST {PATH}"] == 0
    assert "description" not in outputs
    assert provider.read("d-1", outputs) == ("d-1", outputs, {})


def test_what_the_program_says_later_is_no_change(provider: Provider, org: Simulator) -> None:
    org.add(HELD, deployment_id="d-1")
    inputs, outputs = adopted(provider)
    for later in (None, "d-1", "d-2", UNKNOWN):
        again, _ = provider.check({**ADOPTING, "adoptId": later}, inputs)
        assert again == inputs
        assert provider.diff("d-1", outputs, again) == "DIFF_NONE"
    changed, _ = provider.check({**ADOPTING, "adoptId": None, "disabled": True}, inputs)
    updated = provider.update("d-1", outputs, changed)
    assert updated == {**outputs, "disabled": True}


def test_one_that_was_made_is_not_adopted_afterwards(provider: Provider) -> None:
    inputs, _ = provider.check(HELD)
    id_, outputs = provider.create(inputs)
    again, _ = provider.check(ADOPTING, inputs)
    assert again == inputs
    assert provider.diff(id_, outputs, again) == "DIFF_NONE"


def test_drift_is_exact(provider: Provider, org: Simulator) -> None:
    org.add(HELD, deployment_id="d-1")
    inputs, outputs = adopted(provider)
    org.edit("d-1", description="by hand")
    _, seen, drifted = provider.read("d-1", outputs)
    assert seen == {**outputs, "description": "by hand"}
    assert drifted == {**inputs, "description": "by hand"}


@pytest.mark.parametrize(
    ("adopt_id", "reason"),
    [
        ("a b", "must be a deployment's id, which holds no white space, not 'a b'"),
        (5, "must be a string, not a number"),
    ],
)
def test_what_is_no_id_is_told_by_check(provider: Provider, adopt_id: Any, reason: str) -> None:
    _, failures = provider.check({**ADOPTING, "adoptId": adopt_id})
    assert failures == [("adoptId", reason)]


def test_an_id_that_nobody_has_is_told_by_check(provider: Provider, org: Simulator) -> None:
    reason = "the org has no such deployment: correct the id, or leave it out to make one"
    assert provider.check(ADOPTING)[1] == [("adoptId", reason)]
    _, failures = provider.check({**ADOPTING, "__secrets": ["adoptId"]})
    assert failures == [("", f"adoptId: {reason}; it is a secret")]
    org.add(HELD, deployment_id="d-1")
    assert provider.check(ADOPTING)[1] == []
    assert provider.check({**ADOPTING, "adoptId": UNKNOWN})[1] == []


def test_what_cannot_be_looked_up_is_told_by_check(provider: Provider, org: Simulator) -> None:
    org.script("GET", f"{PATH}/d-1", Reply.error(403, "missing.permission", "no"))
    [(path, reason)] = provider.check(ADOPTING)[1]
    assert path == "adoptId"
    assert reason.startswith(f"cannot be looked up: GET {PATH}/d-1: 403 missing.permission")
    assert "\n" not in reason
    org.script("GET", f"{PATH}/d-1", Reply.error(403, "missing.permission", "no"))
    [(path, reason)] = provider.check({**ADOPTING, "__secrets": ["adoptId"]})[1]
    assert path == ""
    assert f"cannot be looked up: GET {PATH}/[secret]: 403" in reason
    assert "d-1" not in reason


def test_many_are_looked_up_with_one_listing(provider: Provider, org: Simulator) -> None:
    ids = [org.add(HELD) for _ in range(20)]
    for id_ in ids:
        assert provider.check({**ADOPTING, "adoptId": id_})[1] == []
    assert org.calls[f"GET {PATH}"] == 1
    assert org.calls[f"GET {PATH}/{{deploymentId}}"] == 2


def test_one_that_is_gone_by_now_is_an_error_that_says_so(
    provider: Provider, org: Simulator
) -> None:
    org.add(HELD, deployment_id="d-1")
    inputs, failures = provider.check(ADOPTING)
    assert not failures
    org.remove("d-1")
    with pytest.raises(grpc.RpcError) as caught:
        provider.create(inputs)
    line = last_line(caught)
    assert line.startswith(f"pulumi_widgets.errors.NotFoundError: GET {PATH}/d-1: 404")
    assert line.endswith("Correct adopt_id, or leave it out and a deployment is made.")
    assert org.dump() == {}


def test_a_refused_write_leaves_it_as_it_was(provider: Provider, org: Simulator) -> None:
    org.add(HELD, deployment_id="d-1")
    org.script("PUT", f"{PATH}/d-1", Reply.error(400, "invalid.value", "no"))
    with pytest.raises(grpc.RpcError):
        adopted(provider, description="ours")
    assert org.dump() == {"d-1": HELD}


def test_two_resources_cannot_adopt_one_deployment(provider: Provider, org: Simulator) -> None:
    org.add(HELD, deployment_id="d-1")
    adopted(provider)
    with pytest.raises(grpc.RpcError) as caught:
        adopted(provider, description="of another")
    assert last_line(caught) == (
        "pulumi_widgets.errors.WidgetsError: adopt_id 'd-1': another resource of this program has "
        "this deployment. Each deployment belongs to one resource."
    )
    assert org.dump() == {"d-1": HELD}


class TestItIsNotDeletedWhileTheProgramAdoptsIt:
    """What the engine deletes then is the place that it had before."""

    def test_under_its_older_name(self, provider: Provider, org: Simulator) -> None:
        org.add(HELD, deployment_id="d-1")
        _, outputs = adopted(provider)
        provider.delete("d-1", outputs)
        assert org.dump() == {"d-1": HELD}

    def test_when_it_is_replaced(self, restarted: Callable[[], Provider], org: Simulator) -> None:
        org.add(HELD, deployment_id="d-1")
        with restarted() as provider:
            inputs, outputs = adopted(provider)
        with restarted() as provider:
            changed, _ = provider.check({**ADOPTING, "description": "new"}, inputs)
            assert provider.diff("d-1", outputs, changed) == "DIFF_UNKNOWN"
            adopted(provider, description="new")
            provider.delete("d-1", outputs)
            assert org.dump()["d-1"]["description"] == "new"

    def test_when_it_is_deleted_before_it_is_replaced(
        self, restarted: Callable[[], Provider], org: Simulator
    ) -> None:
        org.add(HELD, deployment_id="d-1")
        with restarted() as provider:
            inputs, outputs = adopted(provider)
        with restarted() as provider:
            provider.check({**ADOPTING, "description": "new"}, inputs)
            again, _ = provider.check({**ADOPTING, "description": "new"})
            provider.delete("d-1", outputs)
            assert provider.create(again)[0] == "d-1"
            assert org.dump()["d-1"]["description"] == "new"

    def test_when_the_delete_comes_with_the_next_command(
        self, restarted: Callable[[], Provider], org: Simulator
    ) -> None:
        # the first was interrupted between the create and the delete of what it replaces
        org.add(HELD, deployment_id="d-1")
        with restarted() as provider:
            inputs, outputs = adopted(provider)
        with restarted() as provider:
            again, _ = provider.check(ADOPTING, inputs)
            assert provider.diff("d-1", outputs, again) == "DIFF_NONE"
            provider.delete("d-1", {**HELD, "selfUri": f"{PATH}/d-1"})
            assert org.dump() == {"d-1": HELD}


class TestItIsDeletedAsAnyOther:
    def test_when_the_program_does_not_hold_it_any_more(
        self, restarted: Callable[[], Provider], org: Simulator
    ) -> None:
        org.add(HELD, deployment_id="d-1")
        with restarted() as provider:
            inputs, outputs = adopted(provider)
        with restarted() as provider:  # as `up --refresh` does
            provider.read("d-1", outputs)
            provider.diff("d-1", outputs, inputs)
            provider.delete("d-1", outputs)
        assert org.dump() == {}

    @pytest.mark.parametrize("later", [None, "d-2"])
    def test_when_it_is_replaced_by_a_new_one(
        self, restarted: Callable[[], Provider], org: Simulator, later: str | None
    ) -> None:
        org.add(HELD, deployment_id="d-1")
        org.add(HELD, deployment_id="d-2")
        with restarted() as provider:
            inputs, outputs = adopted(provider)
        with restarted() as provider:
            provider.check({**ADOPTING, "adoptId": later}, inputs)
            again, _ = provider.check({**ADOPTING, "adoptId": later})
            id_, _ = provider.create(again)
            provider.delete("d-1", outputs)
        assert org.dump().keys() == {"d-2", id_}
        assert id_ != "d-1"

    def test_when_another_holds_it_than_the_one_that_names_it_too_late(
        self, restarted: Callable[[], Provider], org: Simulator
    ) -> None:
        org.add(HELD, deployment_id="d-1")
        org.add(HELD, deployment_id="d-2")
        with restarted() as provider:
            inputs, _ = adopted(provider)
            _, outputs = adopted(provider, adoptId="d-2")
        with restarted() as provider:
            provider.check({**ADOPTING, "adoptId": "d-2"}, inputs)
            provider.delete("d-2", outputs)
        assert org.dump().keys() == {"d-1"}


class TestWhatAnotherResourceHasIsNotAdopted:
    """One that was imported, made, or adopted without the input by now."""

    def held(self, provider: Provider, org: Simulator) -> tuple[dict[str, Any], dict[str, Any]]:
        org.add(HELD, deployment_id="d-1")
        inputs, failures = provider.check(HELD, HELD)
        assert not failures
        return inputs, {**HELD, "selfUri": f"{PATH}/d-1"}

    def test_when_the_one_that_has_it_comes_first(self, provider: Provider, org: Simulator) -> None:
        inputs, outputs = self.held(provider, org)
        assert provider.diff("d-1", outputs, inputs) == "DIFF_NONE"
        dup, failures = provider.check(ADOPTING)
        reason = "this stack manages this deployment already, as another resource"
        assert failures == [("adoptId", reason)]
        with pytest.raises(grpc.RpcError) as caught:
            provider.create(dup)
        assert "another resource of this program has this deployment" in last_line(caught)
        provider.delete("d-1", outputs)  # of the one that has it
        assert org.dump() == {}

    def test_when_it_comes_second(self, provider: Provider, org: Simulator) -> None:
        inputs, outputs = self.held(provider, org)
        assert provider.check(ADOPTING)[1] == []
        with pytest.raises(grpc.RpcError) as caught:
            provider.diff("d-1", outputs, inputs)
        assert last_line(caught) == (
            "pulumi_widgets.errors.WidgetsError: adopt_id 'd-1': another resource of this program "
            "is to adopt this deployment, which this one manages. Each deployment belongs to one "
            "resource."
        )

    def test_and_where_it_was_nevertheless_it_is_not_deleted_with_the_other(
        self, provider: Provider, org: Simulator
    ) -> None:
        inputs, outputs = self.held(provider, org)
        assert provider.diff("d-1", outputs, inputs) == "DIFF_NONE"
        provider.delete("d-1", {**outputs, "adoptId": "d-1"})
        assert org.dump() == {"d-1": HELD}

    def test_but_under_another_name_it_is(self, provider: Provider, org: Simulator) -> None:
        inputs, outputs = self.held(provider, org)
        provider.read("d-1", outputs)  # as `up --refresh` does
        assert provider.diff("d-1", outputs, inputs) == "DIFF_NONE"
        adopted(provider)
        provider.delete("d-1", outputs)  # of the old name
        assert org.dump() == {"d-1": HELD}

    def test_but_in_its_own_place_it_is(self, provider: Provider, org: Simulator) -> None:
        _, outputs = self.held(provider, org)
        changed, _ = provider.check({**ADOPTING, "description": "new"}, HELD)
        assert provider.diff("d-1", outputs, changed) == "DIFF_UNKNOWN"
        adopted(provider, description="new")
        provider.delete("d-1", outputs)
        assert org.dump()["d-1"]["description"] == "new"


def test_an_adoption_is_of_one_org(org: Simulator, tmp_path: Path) -> None:
    with Simulator() as europe:
        variables = {
            name.replace("GENESYSCLOUD_", "GENESYSCLOUD_EU_"): value
            for name, value in europe.environ.items()
        }
        europe.add(HELD, deployment_id="d-1")
        org.add(HELD, deployment_id="d-1")
        environ = {**org.environ_over(os.environ), **variables}
        with Provider(environ, tmp_path) as provider:
            inputs, outputs = adopted(provider, org="eu")
            assert outputs["org"] == "eu"
            assert provider.replaces("d-1", outputs, {**HELD, "adoptId": "d-1"}) == ["org"]
            assert provider.replaces("d-1", outputs, inputs) == []
            moved, _ = provider.check({**ADOPTING, "org": UNKNOWN}, inputs)
            assert provider.replaces("d-1", outputs, moved) == ["org"]
            provider.delete("d-1", outputs)  # the other org's is another deployment
            provider.delete("d-1", {**HELD})
        assert europe.dump() == {"d-1": HELD}
        assert org.dump() == {}
        assert europe.calls["POST /oauth/token"] == org.calls["POST /oauth/token"] == 1


def test_the_state_of_who_names_no_org_is_what_it_was(provider: Provider, org: Simulator) -> None:
    inputs, _ = provider.check({"name": "Web", "clientType": "v2", "org": None, "adoptId": None})
    id_, outputs = provider.create(inputs)
    assert inputs == HELD
    assert outputs == {**HELD, "selfUri": f"{PATH}/{id_}"}
    assert provider.read(id_, outputs) == (id_, outputs, {})


class TestAnOrgThatGetsAName:
    """The same org under another name: nothing is replaced."""

    def environ(self, **orgs: dict[str, str]) -> dict[str, str]:
        named = {
            name.replace("GENESYSCLOUD_", f"GENESYSCLOUD_{org}_"): value
            for org, variables in orgs.items()
            for name, value in variables.items()
        }
        return {**os.environ, **named}

    def test_is_an_update(self, org: Simulator, tmp_path: Path) -> None:
        org.add(HELD, deployment_id="d-1")
        outputs = {**HELD, "selfUri": f"{PATH}/d-1"}
        environ = {**self.environ(US=org.environ), **org.environ}
        with Provider(environ, tmp_path) as provider:
            for old, new in ((None, "us"), ("us", "US"), ("us", None)):
                olds, news = ({**HELD, **({"org": each} if each else {})} for each in (old, new))
                assert provider.diff("d-1", {**outputs, **olds}, news) == "DIFF_UNKNOWN"
            named = provider.update("d-1", outputs, {**HELD, "org": "us"})
            assert named == {**outputs, "org": "us"}
            assert provider.read("d-1", named)[:2] == ("d-1", named)
            provider.delete("d-1", outputs)
        assert org.dump() == {}

    @pytest.mark.parametrize(
        "changed", ["GENESYSCLOUD_BASE_URL", "GENESYSCLOUD_OAUTHCLIENT_ID", ""]
    )
    def test_but_another_org_is_a_replacement(
        self, org: Simulator, tmp_path: Path, changed: str
    ) -> None:
        variables = {**org.environ, **({changed: "http://127.0.0.1:9"} if changed else {})}
        unnamed = org.environ if changed else {}  # or the old name has no settings any more
        with Provider({**self.environ(US=variables), **unnamed}, tmp_path) as provider:
            assert provider.replaces("d-1", HELD, {**HELD, "org": "us"}) == ["org"]

    def test_keeps_what_is_adopted_under_the_new_name(self, org: Simulator, tmp_path: Path) -> None:
        org.add(HELD, deployment_id="d-1")
        environ = {**self.environ(US=org.environ), **org.environ}
        with Provider(environ, tmp_path) as provider:
            adopted(provider, org="us")
            provider.delete("d-1", {**HELD, "adoptId": "d-1"})  # of the old name of the resource
        assert org.dump() == {"d-1": HELD}
