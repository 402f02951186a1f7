"""Adoption as the engine orders it, call by call, in the provider's own process."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import grpc
import pytest

from pulumi_widgets.simulator import Reply, Simulator

from .process import UNKNOWN, Provider, public

PATH = "/api/v2/widgets/deployments"
PLAIN = {"clientType": "v2", "authenticationRequired": False, "disabled": False}
HELD = {"name": "Web", **PLAIN}
ADOPTING = {"name": "Web", "clientType": "v2", "adoptId": "d-1"}


def last_line(error: pytest.ExceptionInfo[grpc.RpcError]) -> str:
    return str(error.value.details()).strip().splitlines()[-1]


def adopted(
    provider: Provider, by: str = "Web", **changes: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The inputs and outputs that the state holds after an adoption by a resource."""
    adopter = {"mark": by, "plain": {**ADOPTING, **changes}}
    inputs, failures = provider.check({**ADOPTING, **changes, "__program": adopter})
    assert not failures
    id_, outputs = provider.create(inputs)
    assert id_ == inputs["adoptId"]
    return inputs, outputs


def test_one_that_is_as_wanted_is_read_and_not_written(provider: Provider, org: Simulator) -> None:
    org.add(HELD, deployment_id="d-1")
    inputs, outputs = adopted(provider)
    assert public(outputs) == {**HELD, "adoptId": "d-1", "selfUri": f"{PATH}/d-1"}
    # by the check, which a preview makes too, and by the create
    assert [(each.method, each.path) for each in org.requests if "oauth" not in each.path] == [
        ("GET", PATH),
        ("GET", f"{PATH}/d-1"),
    ]
    assert provider.diff("d-1", outputs, inputs) == "DIFF_UNKNOWN"
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
        assert provider.diff("d-1", outputs, again) == "DIFF_UNKNOWN"
    changed, _ = provider.check({**ADOPTING, "adoptId": None, "disabled": True}, inputs)
    updated = provider.update("d-1", outputs, changed)
    assert updated == {**outputs, "disabled": True}


def test_one_that_was_made_is_not_adopted_afterwards(provider: Provider) -> None:
    inputs, _ = provider.check(HELD)
    id_, outputs = provider.create(inputs)
    again, _ = provider.check(ADOPTING, inputs)
    assert again == inputs
    assert provider.diff(id_, outputs, again) == "DIFF_UNKNOWN"


def test_drift_is_exact(provider: Provider, org: Simulator, tmp_path: Path) -> None:
    org.add(HELD, deployment_id="d-1")
    inputs, outputs = adopted(provider)
    org.edit("d-1", description="by hand")
    with Provider(org.environ_over(os.environ), tmp_path) as of_the_next_command:
        _, seen, drifted = of_the_next_command.read("d-1", outputs)
    assert public(seen) == public({**outputs, "description": "by hand"})
    assert drifted == {**inputs, "description": "by hand"}


@pytest.mark.parametrize(
    ("adopt_id", "reason"),
    [
        ("a b", "must be a deployment's id, which holds no white space"),
        (5, "must be a string, not a number"),
    ],
)
def test_what_is_no_id_is_told_by_check(provider: Provider, adopt_id: Any, reason: str) -> None:
    _, failures = provider.check({**ADOPTING, "adoptId": adopt_id})
    assert failures == [f"adopt_id: {reason}"]


def test_an_id_that_nobody_has_is_told_by_check(provider: Provider, org: Simulator) -> None:
    reason = "adopt_id: the org has no such deployment: correct the id, or leave it out to make one"
    assert provider.check(ADOPTING)[1] == [reason]
    org.add(HELD, deployment_id="d-1")
    assert provider.check(ADOPTING)[1] == []
    assert provider.check({**ADOPTING, "adoptId": UNKNOWN})[1] == []


def test_what_cannot_be_looked_up_is_told_by_check(provider: Provider, org: Simulator) -> None:
    org.script("GET", f"{PATH}/d-1", Reply.error(403, "missing.permission", "no"))
    [reason] = provider.check(told(ADOPTING))[1]
    assert reason.startswith(
        f"adopt_id: cannot be looked up: GET {PATH}/d-1: 403 missing.permission"
    )
    assert "\n" not in reason
    org.script("GET", f"{PATH}/d-1", Reply.error(403, "missing.permission", "no"))
    [reason] = provider.check(told(ADOPTING, "adoptId"))[1]
    assert f"cannot be looked up: GET {PATH}/[secret]: 403" in reason
    assert "d-1" not in reason


def told(inputs: dict[str, Any], *secrets: str) -> dict[str, Any]:
    """Inputs as the program sends them, with what it tells of itself."""
    plain = {key: value for key, value in inputs.items() if key not in secrets}
    return {**inputs, "__program": {"mark": inputs["name"], "plain": plain}}


class TestWhatItChangesIsTold:
    """In a preview, for `check` is all that it calls."""

    THEIRS: ClassVar[dict[str, Any]] = {
        **HELD,
        "description": "theirs",
        "authenticationRequired": True,
        "disabled": True,
        "flow": {"id": "f-1"},
        "allowedDomains": ["shop.example.com", "b.example"],
        "clientConfig": {"v1": {"webChatSkin": "basic"}, "v2": {"theme": "dark"}},
    }

    def test_old_and_new(self, provider: Provider, org: Simulator) -> None:
        org.add(self.THEIRS, deployment_id="d-1")
        ours = {
            **ADOPTING,
            "authenticationRequired": False,
            "disabled": True,
            "flowId": UNKNOWN,
            "clientConfig": {"v2": {"theme": "light"}},
        }
        assert provider.check(told(ours))[1] == []
        assert provider.printed().decode() == (
            'adopting d-1: description "theirs" → none; authenticationRequired true → false; '
            'flowId "f-1" → not known yet; allowedDomains [shop.example.com, b.example] → none; '
            'clientConfig.v1 {"webChatSkin": "basic"} → none; '
            'clientConfig.v2.theme "dark" → "light"\n'
        )

    def test_secrets_are_not(self, provider: Provider, org: Simulator) -> None:
        org.add(self.THEIRS, deployment_id="d-1")
        same = {"authenticationRequired": True, "disabled": True, "allowedDomains": []}
        ours = {**ADOPTING, **same, "description": "hush", "flowId": "hush", "clientConfig": {}}
        assert provider.check(told(ours, "adoptId", "description"))[1] == []
        said = provider.printed().decode()
        assert said.startswith("adopting [secret]: description [secret] → [secret]; flowId ")
        assert "d-1" not in said
        assert "theirs" not in said

    def test_what_a_transform_put_in_is_not(self, provider: Provider, org: Simulator) -> None:
        org.add({**HELD, "description": "theirs"}, deployment_id="d-1")
        assert provider.check({**told(ADOPTING), "description": "hush"})[1] == []
        assert provider.printed() == b"adopting d-1: description [secret] \xe2\x86\x92 [secret]\n"

    def test_what_is_to_be_secret_as_an_output_is_not(
        self, provider: Provider, org: Simulator
    ) -> None:
        org.add({**HELD, "description": "theirs", "allowedDomains": ["a\n"]}, deployment_id="d-1")
        inputs = told({**ADOPTING, "name": "x" * 70})
        inputs["__program"]["secret"] = ["description"]
        assert provider.check(inputs)[1] == []
        assert provider.printed().decode() == (
            f'adopting d-1: name "Web" → "{"x" * 59}...; '
            'description [secret] → [secret]; allowedDomains ["a\\n"] → none\n'
        )

    def test_of_what_is_long_that_part_which_differs(
        self, provider: Provider, org: Simulator
    ) -> None:
        domains = [f"shop{n}.example.com" for n in range(9)]
        long = {"nested": {"same": "x" * 99, "text": "x" * 99 + "old" + "y" * 99, "gone": None}}
        theirs = {**HELD, "allowedDomains": domains, "clientConfig": {"v2": long}}
        org.add(theirs, deployment_id="d-1")
        ours = {**ADOPTING, "allowedDomains": [*domains[:4], "evil.example.com", *domains[5:]]}
        nested = {"same": "x" * 99, "text": "x" * 99 + "new" + "y" * 99}
        assert provider.check(told({**ours, "clientConfig": {"v2": {"nested": nested}}}))[1] == []
        x, y = "x" * 15, "y" * 42
        assert provider.printed().decode() == (
            "adopting d-1: allowedDomains [shop4.example.com, ...] → [evil.example.com, ...]; "
            f"clientConfig.v2.nested.text ...{x}old{y}... → ...{x}new{y}...; "
            "clientConfig.v2.nested.gone null → none\n"
        )

    def test_nothing_where_nothing_changes(self, provider: Provider, org: Simulator) -> None:
        org.add({**HELD, "allowedDomains": ["b", "a"]}, deployment_id="d-1")
        assert provider.check(told({**ADOPTING, "allowedDomains": ["a", "b"]}))[1] == []
        assert provider.printed() == b""

    @pytest.mark.parametrize("flag", ["authenticationRequired", "disabled"])
    def test_a_flag_is_not_turned_off_by_leaving_it_out(
        self, provider: Provider, org: Simulator, flag: str
    ) -> None:
        org.add({**HELD, flag: True}, deployment_id="d-1")
        [reason] = provider.check(told(ADOPTING))[1]
        name = {"authenticationRequired": "authentication_required"}.get(flag, flag)
        assert reason == (
            f"{name}: adopting d-1: the org has true; say so in the program, or say false"
        )
        for said in (True, False, UNKNOWN):
            assert provider.check(told({**ADOPTING, flag: said}))[1] == []


def test_many_are_looked_up_with_one_listing(provider: Provider, org: Simulator) -> None:
    ids = [org.add(HELD) for _ in range(20)]
    for id_ in ids:
        assert provider.check({**ADOPTING, "adoptId": id_})[1] == []
    assert org.calls[f"GET {PATH}"] == 1
    assert org.calls[f"GET {PATH}/{{deploymentId}}"] == 0


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


TAKEN = (
    "pulumi_widgets.errors.WidgetsError: two resources of this program have, or are to adopt, the "
    "deployment 'd-1'. Each deployment belongs to one: take one of them out, or its adopt_id."
)


WRITTEN = "Then `pulumi up --refresh`: the other one may have changed it."


def test_two_resources_cannot_adopt_one_deployment(provider: Provider, org: Simulator) -> None:
    org.add(HELD, deployment_id="d-1")
    one, _ = provider.check({**ADOPTING, "description": "of one"})
    other, failures = provider.check({**ADOPTING, "description": "of another"})
    assert failures == ["adopt_id: another resource of this program has this deployment"]
    provider.create(one)
    with pytest.raises(grpc.RpcError) as caught:
        provider.create(other)
    assert last_line(caught) == TAKEN
    assert org.dump()["d-1"]["description"] == "of one"
    assert provider.check({**ADOPTING, "description": "of a third"})[1] == [
        "adopt_id: another resource of this program has this deployment"
    ]


def test_what_another_has_just_made_is_not_adopted(provider: Provider, org: Simulator) -> None:
    id_, _ = provider.create(provider.check(HELD)[0])
    assert provider.check({**ADOPTING, "adoptId": id_})[1] == [
        "adopt_id: another resource of this program has this deployment"
    ]


def test_what_was_armed_since_it_was_looked_at_is_not_disarmed(
    provider: Provider, org: Simulator
) -> None:
    org.add(HELD, deployment_id="d-1")
    inputs, _ = provider.check(told(ADOPTING))
    org.edit("d-1", authenticationRequired=True)
    with pytest.raises(grpc.RpcError) as caught:
        provider.create(inputs)
    assert "the deployment was changed since it was looked at. Run again" in last_line(caught)
    assert org.dump()["d-1"]["authenticationRequired"] is True


def test_one_org_by_two_names_and_clients_is_one_place(tmp_path: Path) -> None:
    """Its replacement under the other name keeps it."""
    with Simulator(seed=1, clients={"one": "s-one", "two": "s-two"}) as org:
        org.add(HELD, deployment_id="d-1")
        two = {**org.environ, "GENESYSCLOUD_OAUTHCLIENT_ID": "two"}
        two["GENESYSCLOUD_OAUTHCLIENT_SECRET"] = "s-two"
        named = {key.replace("GENESYSCLOUD_", "GENESYSCLOUD_EU_"): two[key] for key in two}
        environ = {**org.environ_over(os.environ), **named}
        with Provider(environ, tmp_path) as provider:
            inputs, outputs = adopted(provider)
        with Provider(environ, tmp_path) as provider:
            moved = {**ADOPTING, "org": "eu"}
            provider.check(told(moved), inputs)
            changed = {**inputs, "org": "eu"}
            assert provider.replaces("d-1", outputs, changed, inputs) == ["org"]
            provider.create(provider.check(told(moved))[0])
            provider.delete("d-1", outputs)
        assert org.dump().keys() == {"d-1"}


MAY_BE_NAMED = (
    "the deployment d-1 stays in the org: the program may name it for adoption, or else it is an "
    "orphan now\n"
)


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
            changed, _ = provider.check(told({**ADOPTING, "description": "new"}), inputs)
            assert provider.diff("d-1", outputs, changed, inputs) == "DIFF_UNKNOWN"
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
            provider.check(told({**ADOPTING, "description": "new"}), inputs)
            again, _ = provider.check(told({**ADOPTING, "description": "new"}))
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
            assert provider.diff("d-1", outputs, again, inputs) == "DIFF_UNKNOWN"
            provider.delete("d-1", {**HELD, "selfUri": f"{PATH}/d-1"})
            assert org.dump() == {"d-1": HELD}

    @pytest.mark.parametrize("is_compared", [True, False])
    def test_when_it_goes_before_the_program_is_asked_for_it(
        self, restarted: Callable[[], Provider], org: Simulator, *, is_compared: bool
    ) -> None:
        """As with what it depends on, which is deleted before it is replaced."""
        org.add(HELD, deployment_id="d-1")
        with restarted() as provider:
            inputs, outputs = adopted(provider)
        with restarted() as provider:
            provider.check({**HELD, "__program": {"mark": "another", "adopts": ["D-1"]}})
            if is_compared:
                assert provider.diff("d-1", outputs, inputs, inputs) == "DIFF_UNKNOWN"
            provider.delete("d-1", outputs)
            adopted(provider, description="new")
            assert org.dump()["d-1"]["description"] == "new"

    def test_when_nothing_is_known_of_the_program_yet(
        self, restarted: Callable[[], Provider], org: Simulator
    ) -> None:
        org.add(HELD, deployment_id="d-1")
        with restarted() as provider:
            inputs, outputs = adopted(provider)
        with restarted() as provider:
            provider.diff("d-1", outputs, inputs, inputs)
            provider.delete("d-1", outputs)
            assert org.dump() == {"d-1": HELD}
            assert provider.printed().decode() == MAY_BE_NAMED

    def test_when_the_program_does_not_know_yet_what_it_names(
        self, restarted: Callable[[], Provider], org: Simulator
    ) -> None:
        """A secret, or another resource's output."""
        org.add(HELD, deployment_id="d-1")
        with restarted() as provider:
            inputs, outputs = adopted(provider)
        with restarted() as provider:
            provider.check({**HELD, "__program": {"mark": "another", "adopts": [""]}})
            provider.diff("d-1", outputs, inputs, inputs)
            provider.delete("d-1", {**outputs, "adoptId": "D-1"})
            assert org.dump() == {"d-1": HELD}
            assert provider.printed().decode() == MAY_BE_NAMED

    def test_while_the_program_reads_it(
        self, restarted: Callable[[], Provider], org: Simulator
    ) -> None:
        org.add(HELD, deployment_id="d-1")
        with restarted() as provider:
            _, outputs = adopted(provider)
        with restarted() as provider:
            provider.check(HELD)
            provider.read("d-1", {}, {})
            provider.delete("d-1", outputs)
            assert org.dump() == {"d-1": HELD}
            told = b"the deployment d-1 stays in the org: the program reads it, with a get\n"
            assert provider.printed() == told
        with restarted() as provider:  # as `destroy --run-program` does, which checks nothing
            provider.read("d-1", {}, {})
            provider.delete("d-1", outputs)
            assert org.dump() == {}


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

    def test_when_its_adopter_has_another(
        self, restarted: Callable[[], Provider], org: Simulator
    ) -> None:
        org.add(HELD, deployment_id="d-1")
        org.add(HELD, deployment_id="d-2")
        with restarted() as provider:
            first, has_first = adopted(provider)
            _, has_second = adopted(provider, adoptId="d-2")
        with restarted() as provider:
            program = {"mark": "first", "adopts": ["d-2"]}
            inputs, _ = provider.check({**ADOPTING, "adoptId": "d-2", "__program": program}, first)
            provider.diff("d-1", has_first, inputs, first)
            provider.delete("d-2", has_second)
        assert org.dump().keys() == {"d-1"}

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
        assert provider.diff("d-1", outputs, inputs) == "DIFF_UNKNOWN"
        dup, failures = provider.check(ADOPTING)
        assert failures == ["adopt_id: another resource of this program has this deployment"]
        with pytest.raises(grpc.RpcError) as caught:
            provider.create(dup)
        assert last_line(caught) == TAKEN
        provider.delete("d-1", outputs)  # of the one that has it
        assert org.dump() == {}

    def test_when_the_one_that_names_it_has_another(
        self, restarted: Callable[[], Provider], org: Simulator
    ) -> None:
        """And is to be replaced."""
        org.add(HELD, deployment_id="d-2")
        with restarted() as provider:
            second, has_second = adopted(provider, by="second", adoptId="d-2")
        with restarted() as provider:
            inputs, outputs = self.held(provider, org)
            assert provider.diff("d-1", outputs, inputs, HELD) == "DIFF_UNKNOWN"
            names = told({**ADOPTING, "description": "new"})
            changed, _ = provider.check(names, second)
            assert provider.diff("d-2", has_second, changed, second) == "DIFF_UNKNOWN"
            assert provider.check(names)[1] == [
                "adopt_id: another resource of this program has this deployment"
            ]

    def test_but_what_the_program_may_not_have_any_more_is(
        self, provider: Provider, org: Simulator
    ) -> None:
        """It is compared, for what it depends on is replaced, and was not checked."""
        org.add(HELD, deployment_id="d-1")
        old = {**HELD, "adoptId": "d-1"}
        assert provider.diff("d-1", {**old, "selfUri": f"{PATH}/d-1"}, old, old) == "DIFF_UNKNOWN"
        assert provider.check(told(ADOPTING))[1] == []

    def test_when_it_comes_second(self, provider: Provider, org: Simulator) -> None:
        inputs, outputs = self.held(provider, org)
        assert provider.check(ADOPTING)[1] == []
        with pytest.raises(grpc.RpcError) as caught:
            provider.diff("d-1", outputs, inputs)
        assert last_line(caught) == TAKEN

    def test_when_it_comes_after_the_create_of_the_other(
        self, restarted: Callable[[], Provider], org: Simulator
    ) -> None:
        """As where the one that has it depends on the other, and no preview was made."""
        org.add(HELD, deployment_id="d-1")
        with restarted() as provider:
            _, first = adopted(provider, by="first")
        with restarted() as provider:
            # the first resource does not name it any more
            inputs, second = adopted(provider, by="second")
            with pytest.raises(grpc.RpcError) as caught:
                provider.diff("d-1", first, {**HELD, "adoptId": "d-1"})
            assert last_line(caught) == f"{TAKEN} {WRITTEN}"
        for has_it, goes in ((first, second), (second, first)):
            with restarted() as provider:
                assert provider.diff("d-1", has_it, inputs) == "DIFF_UNKNOWN"
                provider.delete("d-1", goes)
                assert org.dump().keys() == {"d-1"}
        with restarted() as provider:
            provider.diff("d-1", first, inputs)
            with pytest.raises(grpc.RpcError) as caught:
                provider.diff("d-1", second, inputs)
            assert last_line(caught) == TAKEN

    def test_where_another_only_reads_it(self, provider: Provider, org: Simulator) -> None:
        inputs, outputs = self.held(provider, org)
        _, got, _ = provider.read("d-1", {}, {})
        provider.read("d-1", got, {"org": ""})  # a refresh of that, which compares nothing
        assert provider.diff("d-1", outputs, inputs) == "DIFF_UNKNOWN"
        assert provider.check(ADOPTING)[1] != []

    def test_after_a_refresh_of_two_that_have_it(
        self, restarted: Callable[[], Provider], org: Simulator
    ) -> None:
        org.add(HELD, deployment_id="d-1")
        old = {**HELD, "adoptId": "d-1", "selfUri": f"{PATH}/d-1"}  # an older version's, both
        with restarted() as provider:
            seen = [provider.read("d-1", old)[1] for _ in range(2)]
            assert seen[0] != seen[1]
            for each in seen:
                provider.diff("d-1", each, old)
            provider.diff("d-1", seen[0], old)
            provider.delete("d-1", seen[1])
            assert org.dump().keys() == {"d-1"}

    def test_and_where_it_was_nevertheless_it_is_not_deleted_with_the_other(
        self, provider: Provider, org: Simulator
    ) -> None:
        inputs, outputs = self.held(provider, org)
        assert provider.diff("d-1", outputs, inputs) == "DIFF_UNKNOWN"
        provider.delete("d-1", {**outputs, "adoptId": "d-1"})
        assert org.dump() == {"d-1": HELD}

    def test_but_under_another_name_it_is(self, provider: Provider, org: Simulator) -> None:
        inputs, outputs = self.held(provider, org)
        provider.read("d-1", outputs)  # as `up --refresh` does
        assert provider.diff("d-1", outputs, inputs) == "DIFF_UNKNOWN"
        adopted(provider)
        provider.delete("d-1", outputs)  # of the old name
        assert org.dump() == {"d-1": HELD}

    def test_but_in_its_own_place_it_is_beside_one_that_looks_the_same(
        self, provider: Provider, org: Simulator
    ) -> None:
        _, outputs = self.held(provider, org)
        org.add(HELD, deployment_id="d-2")
        for named in (None, "d-1"):
            given = told({**ADOPTING, "adoptId": named})
            given["__program"]["mark"] = f"names {named}"
            provider.check(given, HELD)
        provider.diff("d-2", {**outputs, "selfUri": f"{PATH}/d-2"}, HELD, HELD)
        provider.diff("d-1", outputs, HELD, HELD)
        again = told({**ADOPTING, "description": "new"})
        again["__program"]["mark"] = "names d-1"
        assert provider.check(again)[1] == []

    def test_but_in_its_own_place_it_is(self, provider: Provider, org: Simulator) -> None:
        _, outputs = self.held(provider, org)
        changed, _ = provider.check(told({**ADOPTING, "description": "new"}), HELD)
        assert provider.diff("d-1", outputs, changed, HELD) == "DIFF_UNKNOWN"
        adopted(provider, description="new")
        provider.delete("d-1", outputs)
        assert org.dump()["d-1"]["description"] == "new"


def test_an_adoption_is_of_one_org(org: Simulator, tmp_path: Path) -> None:
    with Simulator(seed=1) as europe:
        variables = {
            name.replace("GENESYSCLOUD_", "GENESYSCLOUD_EU_"): value
            for name, value in europe.environ.items()
        }
        europe.add(HELD, deployment_id="d-1")
        org.add(HELD, deployment_id="d-2")
        environ = {**org.environ_over(os.environ), **variables}
        with Provider(environ, tmp_path) as provider:
            inputs, outputs = adopted(provider, org="eu")
            assert outputs["org"] == "eu"
            assert provider.replaces("d-1", outputs, {**HELD, "adoptId": "d-1"}) == ["org"]
            assert provider.replaces("d-1", outputs, inputs) == []
            moved, _ = provider.check({**ADOPTING, "org": UNKNOWN}, inputs)
            assert provider.replaces("d-1", outputs, moved) == ["org"]
            provider.delete("d-1", outputs)
            provider.delete("d-2", {**HELD})
        assert europe.dump() == {"d-1": HELD}
        assert org.dump() == {}
        assert europe.calls["POST /oauth/token"] == org.calls["POST /oauth/token"] == 1


def test_the_state_of_who_names_no_org_is_what_it_was(provider: Provider, org: Simulator) -> None:
    inputs, _ = provider.check({"name": "Web", "clientType": "v2", "org": None, "adoptId": None})
    id_, outputs = provider.create(inputs)
    assert inputs == {**HELD, "__secrets": []}
    assert public(outputs) == {**HELD, "selfUri": f"{PATH}/{id_}"}
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
        outputs = {**HELD, "selfUri": f"{PATH}/d-1", "__mark": "m"}
        environ = {**self.environ(US=org.environ), **org.environ}
        with Provider(environ, tmp_path) as provider:
            for old, new in ((None, "us"), ("us", "US"), ("us", None)):
                olds, news = ({**HELD, **({"org": each} if each else {})} for each in (old, new))
                assert provider.diff("d-1", {**outputs, **olds}, news) == "DIFF_UNKNOWN"
            named = provider.update("d-1", outputs, {**HELD, "org": "us"})
            assert public(named) == public({**outputs, "org": "us"})
            assert provider.read("d-1", named)[:2] == ("d-1", named)
            provider.delete("d-1", outputs)
        assert org.dump() == {}

    @pytest.mark.parametrize("changed", ["BASE_URL", "OAUTHCLIENT_ID"])
    def test_but_another_org_is_a_replacement(
        self, org: Simulator, tmp_path: Path, changed: str
    ) -> None:
        variables = {**org.environ, f"GENESYSCLOUD_{changed}": "http://127.0.0.1:9"}
        with Provider({**self.environ(US=variables), **org.environ}, tmp_path) as provider:
            assert provider.replaces("d-1", HELD, {**HELD, "org": "us"}) == ["org"]

    def test_without_the_old_settings_its_place_tells(self, org: Simulator, tmp_path: Path) -> None:
        with Provider(self.environ(US=org.environ), tmp_path) as provider:
            id_, outputs = provider.create(provider.check({**HELD, "org": "us"})[0])
            unnamed = {key: each for key, each in outputs.items() if key != "org"}
            assert provider.diff(id_, unnamed, outputs) == "DIFF_UNKNOWN"
        with Provider(self.environ(US=org.environ), tmp_path) as provider:
            # a state that does not say where it is: it could be made, and then not be deleted
            with pytest.raises(grpc.RpcError) as caught:
                provider.replaces(id_, public(unnamed), {**HELD, "org": "us"})
            assert last_line(caught).startswith("pulumi_widgets.errors.SettingsError: no region")

    def test_and_one_that_is_elsewhere_is_told_before(self, org: Simulator, tmp_path: Path) -> None:
        environ = {**self.environ(US=org.environ), **org.environ}
        place = {"baseUrl": "https://api.mypurecloud.de", "client": "x"}
        with Provider(environ, tmp_path) as provider:
            for olds, news in ((HELD, {**HELD, "org": "us"}), (HELD, HELD)):
                with pytest.raises(grpc.RpcError) as caught:
                    provider.diff("d-1", {**olds, "__place": place}, news)
                assert "ElsewhereError: the deployment d-1 is in https" in last_line(caught)

    def test_keeps_what_is_adopted_under_the_new_name(self, org: Simulator, tmp_path: Path) -> None:
        org.add(HELD, deployment_id="d-1")
        environ = {**self.environ(US=org.environ), **org.environ}
        with Provider(environ, tmp_path) as provider:
            adopted(provider, org="us")
            provider.delete("d-1", {**HELD, "adoptId": "d-1"})  # of the old name of the resource
        assert org.dump() == {"d-1": HELD}
