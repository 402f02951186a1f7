"""Lookups in a simulated org: what they find, what they cost, what they say."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import pulumi
import pytest
from pulumi.runtime import config

from pulumi_widgets import (
    ClientConfig,
    ClientType,
    Flow,
    GetWidgetDeploymentResult,
    WebChatConfig,
    WidgetDeployment,
    get_widget_deployment,
    get_widget_deployment_output,
    get_widget_deployments,
    get_widget_deployments_output,
    waiting,
)
from pulumi_widgets.api.half_made import description_of
from pulumi_widgets.simulator import Reply, Simulator
from pulumi_widgets.simulator.spelling import flow_name

from .mocked_engine import Org, run

PATH = "/api/v2/widgets/deployments"
EVERYTHING: dict[str, Any] = {
    "name": "Shop",
    "description": "of the shop",
    "authenticationRequired": True,
    "disabled": True,
    "flow": {"id": "flow-1"},
    "allowedDomains": ["b.example", "a.example"],
    "clientType": "v1-http",
    "clientConfig": {
        "v1": {"webChatSkin": "basic"},
        "v1-http": {"authenticationUrl": "https://a.example/in"},
        "v2": {"flow_id": {"clientType": 1}},
        "third-party": {"a": [1, None, True]},
    },
}
OTHERS: dict[str, dict[str, Any]] = {
    "d-2": {"name": "Twin", "clientType": "v2"},
    "d-3": {"name": "Twin", "clientType": "v2", "disabled": True},
    "d-4": {"name": "Support [EU]", "clientType": "v1"},
    "d-5": {"name": "Support EU\nsecond line", "clientType": "v1"},
    "d-6": {"name": "*", "clientType": "third-party"},
}


class Program:
    """What stands for the stack of a running program."""


Runs = Callable[[], None]


@pytest.fixture
def org(simulated_org_environ: Simulator) -> Simulator:
    """The org of the environment."""
    simulated_org_environ.add(EVERYTHING, deployment_id="d-1")
    for id_, body in OTHERS.items():
        simulated_org_environ.add(body, deployment_id=id_)
    return simulated_org_environ


@pytest.fixture(autouse=True)
def another_program(monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    """A program runs in this process; called, another one does."""
    running: list[Program] = []

    def begin() -> None:
        running[:] = [Program()]

    monkeypatch.setattr(waiting, "get_root_resource", lambda: running[0])
    begin()
    yield begin
    config.set_all_config({})


def refused(look: Callable[..., Any], **given: Any) -> str:
    with pytest.raises(pulumi.RunError) as caught:
        look(**given)
    said = str(caught.value)
    assert "\n" not in said
    assert "simulated-secret" not in said
    return said


@pytest.mark.parametrize("given", [{"id": "d-1"}, {"name": "Shop"}])
def test_a_deployment_is_found_with_all_its_fields_typed(
    org: Simulator, given: dict[str, Any]
) -> None:
    assert get_widget_deployment(id="d-2").client_config is None
    assert get_widget_deployment(name="*").client_config is None
    assert get_widget_deployment(**given) == GetWidgetDeploymentResult(
        id="d-1",
        name="Shop",
        description="of the shop",
        authentication_required=True,
        disabled=True,
        flow_id="flow-1",
        allowed_domains=["b.example", "a.example"],
        client_type="v1-http",
        client_config=ClientConfig(
            v1=WebChatConfig(web_chat_skin="basic"),
            v1_http=WebChatConfig(authentication_url="https://a.example/in"),
            v2={"flow_id": {"clientType": 1}},
            third_party={"a": [1, None, True]},
        ),
        self_uri=f"{PATH}/d-1",
        flow=Flow(id="flow-1", name=flow_name("flow-1"), self_uri="/api/v2/flows/flow-1"),
    )


@pytest.mark.parametrize("empty_as", ["as-sent", "null", "missing", "empty"])
def test_what_is_empty_is_none_however_the_service_spells_it(org: Simulator, empty_as: str) -> None:
    org.faults.empty_as = empty_as
    assert get_widget_deployment("d-2") == GetWidgetDeploymentResult(
        id="d-2", name="Twin", client_type="v2", self_uri=f"{PATH}/d-2"
    )


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ({}, ["d-6", "d-1", "d-5", "d-4", "d-2", "d-3"]),  # by name, then by id
        ({"name": "Twin"}, ["d-2", "d-3"]),
        ({"name": "Support*"}, ["d-5", "d-4"]),
        ({"name": "Support [EU]"}, ["d-4"]),
        ({"name": "Support ????"}, ["d-4"]),
        ({"name": "*[EU]"}, ["d-4"]),
        ({"name": "?"}, ["d-6"]),
        ({"name": "twin"}, []),
        ({"name": ""}, []),
        ({"client_type": "v1"}, ["d-5", "d-4"]),
        ({"client_type": ClientType.V1_HTTP}, ["d-1"]),
        ({"disabled": True}, ["d-1", "d-3"]),
        ({"disabled": False, "client_type": "v2"}, ["d-2"]),
        ({"name": "Twin", "disabled": True}, ["d-3"]),
    ],
)
def test_several_are_found_by_what_all_of_them_fit(
    org: Simulator, given: dict[str, Any], ids: list[str]
) -> None:
    assert [each.id for each in get_widget_deployments(**given).deployments] == ids


@pytest.mark.parametrize(
    ("look", "given", "says"),
    [
        (get_widget_deployment, {}, "get_widget_deployment: give either id or name"),
        (
            get_widget_deployment,
            {"id": "d-1", "name": "Shop"},
            "get_widget_deployment: give either id or name",
        ),
        (
            get_widget_deployment,
            {"name": "Shopp"},
            "get_widget_deployment: no deployment is named 'Shopp' (did you mean 'Shop'?)",
        ),
        (
            get_widget_deployment,
            {"name": "Zzz"},
            "get_widget_deployment: no deployment is named 'Zzz'",
        ),
        (
            get_widget_deployment,
            {"name": "Twin"},
            "get_widget_deployment: 2 deployments are named 'Twin': ids d-2, d-3; give the id",
        ),
        (
            get_widget_deployment,
            {"id": ""},
            "get_widget_deployment: ",
        ),
        (
            get_widget_deployments,
            {"client_type": "v1_http"},
            "get_widget_deployments: client_type is one of v1, v2, v1-http, third-party, not "
            "'v1_http' (did you mean 'v1-http'?)",
        ),
        (
            get_widget_deployments,
            {"disabled": "false"},
            "get_widget_deployments: disabled must be True or False, not a string",
        ),
        (
            get_widget_deployments,
            {"name": 5},
            "get_widget_deployments: name must be a string, not a number",
        ),
        (
            get_widget_deployments,
            {"client_type": 5},
            "get_widget_deployments: client_type must be a string, not a number",
        ),
        (
            get_widget_deployment,
            {"id": ["d-1"]},
            "get_widget_deployment: id must be a string, not a list",
        ),
        (
            get_widget_deployment,
            {"id": "d-1", "org": 5},
            "get_widget_deployment: org must be a string, not a number",
        ),
        (
            get_widget_deployments,
            {"org": "eu"},
            "get_widget_deployments: unknown org 'eu'; known are none: set GENESYSCLOUD_EU_REGION",
        ),
    ],
)
def test_what_has_no_answer_is_told_in_a_line(
    org: Simulator, look: Callable[..., Any], given: dict[str, Any], says: str
) -> None:
    assert refused(look, **given).startswith(says)


def test_an_unknown_id_is_told_with_the_apis_own_words(org: Simulator) -> None:
    said = refused(get_widget_deployment, id="d-9")
    assert said.startswith(f"get_widget_deployment: GET {PATH}/d-9: 404 not.found: ")
    assert said.endswith("Correct the id.")


def test_an_org_that_refuses_is_told_with_what_to_do(org: Simulator) -> None:
    org.permissions = ()
    said = refused(get_widget_deployments)
    assert said.startswith(f"get_widget_deployments: GET {PATH}: 403 ")
    assert "widgets:deployment:view" in said


@pytest.mark.parametrize("look", [get_widget_deployment, get_widget_deployments])
def test_an_output_is_sent_to_the_other_form(org: Simulator, look: Callable[..., Any]) -> None:
    def program() -> None:
        said = refused(look, name=pulumi.Output.from_input("Shop"))
        assert said == f"{look.__name__}: name is an output: call {look.__name__}_output"

    run(program)


def test_a_config_of_another_shape_is_no_error(org: Simulator) -> None:
    org.faults.adds = {"clientConfig": {"v1-http": 7}}
    org.edit("d-2", clientConfig={"v1": 7, "v2": [1]})
    found = get_widget_deployment(id="d-2").client_config
    assert found
    assert (found.v1, found.v1_http) == (None, None)


@pytest.mark.parametrize("empty_as", ["as-sent", "null", "missing", "empty"])
def test_however_many_lookups_make_one_login_and_one_listing(
    simulated_org_environ: Simulator, empty_as: str
) -> None:
    org = simulated_org_environ
    org.faults.empty_as = empty_as
    for number in range(300):
        org.add({"name": f"n {number}", "clientType": "v2"}, deployment_id=f"n-{number}")
    for number in range(300):
        assert get_widget_deployment(name=f"n {number}").id == f"n-{number}"
        assert get_widget_deployment(id=f"n-{number}").name == f"n {number}"
    assert len(get_widget_deployments(name="n *").deployments) == 300
    calls = dict(org.calls)
    assert calls == {"POST /oauth/token": 1, f"GET {PATH}": 1}


def test_two_programs_of_one_process_share_nothing(
    org: Simulator, another_program: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert get_widget_deployment(name="Shop").id == "d-1"
    with Simulator(seed=1) as second:
        second.add({"name": "Shop", "clientType": "v2"}, deployment_id="of-the-second")
        another_program()
        for name, value in second.environ.items():
            monkeypatch.setenv(name, value)
        assert get_widget_deployment(name="Shop").id == "of-the-second"
        assert second.calls["POST /oauth/token"] == org.calls["POST /oauth/token"] == 1


def test_each_org_has_its_own_login_and_listing(org: Simulator) -> None:
    with Simulator(seed=1) as europe:
        europe.add({"name": "Shop", "clientType": "v2"}, deployment_id="eu-1")
        config.set_all_config(
            {
                "genesyscloud:orgs": json.dumps(
                    {"eu": {"baseUrl": europe.url, "accessToken": europe.token()}}
                )
            }
        )
        for _ in range(3):
            assert get_widget_deployment(name="Shop").id == "d-1"
            assert get_widget_deployment(name="Shop", org="eu").id == "eu-1"
            assert get_widget_deployment("eu-1", org="eu").client_type == "v2"
            found = get_widget_deployments(client_type="v2", org="eu")
            assert [each.id for each in found.deployments] == ["eu-1"]
        assert europe.calls[f"GET {PATH}"] == org.calls[f"GET {PATH}"] == 1
        said = refused(get_widget_deployment, name="Shop", org="ue")
        assert "unknown org 'ue'; known are eu: set" in said or "did you mean 'eu'" in said


def test_output_forms_wait_for_what_they_are_given(org: Simulator) -> None:
    def program() -> pulumi.Output[Any]:
        name = pulumi.Output.from_input("Shop")
        shop = get_widget_deployment_output(name=name, org=pulumi.Output.from_input(""))
        twins = get_widget_deployments_output(
            name=pulumi.Output.concat("Tw", "in"), disabled=True, client_type=ClientType.V2
        )
        by_id = get_widget_deployment_output(pulumi.Output.secret("d-2"))
        return pulumi.Output.all(shop.id, shop.flow, twins.deployments[0].id, by_id.name)

    _, (id_, flow, twin, name) = run(program)
    assert (id_, flow.id, twin, name) == ("d-1", "flow-1", "d-3", "Twin")


def test_output_forms_of_what_is_unknown_ask_nobody(org: Simulator) -> None:
    def program() -> pulumi.Output[Any]:
        nothing: pulumi.Output[Any] = pulumi.Output.from_input(pulumi.UNKNOWN)
        found = [
            get_widget_deployment_output(id=nothing),
            get_widget_deployments_output(name=nothing).deployments[0],
        ]
        return pulumi.Output.all(*[_told(each.is_known()) for each in found])

    assert run(program)[1] == [False, False]
    assert org.calls == {}


def test_a_secret_name_makes_the_answer_secret(org: Simulator) -> None:
    def program() -> pulumi.Output[Any]:
        found = get_widget_deployment_output(name=pulumi.Output.secret("Shop"))
        return _told(found.is_secret())

    assert run(program)[1] is True


class Provider(Org):
    """Makes deployments in the simulated org."""

    def __init__(self, org: Simulator) -> None:
        super().__init__()
        self._org = org

    def new_resource(
        self, args: pulumi.runtime.MockResourceArgs
    ) -> tuple[str | None, dict[Any, Any]]:
        made = {"name": args.inputs["name"], "clientType": args.inputs["clientType"]}
        self._org.add(made, deployment_id=f"{args.name}-id")
        return super().new_resource(args)


def test_all_that_wait_for_one_resource_share_a_new_listing(org: Simulator) -> None:
    def program() -> pulumi.Output[Any]:
        assert get_widget_deployments(name="New*").deployments == []
        new = WidgetDeployment("new", name="New", client_type="v2")
        waits = pulumi.InvokeOutputOptions(depends_on=[new])
        found = [
            pulumi.Output.all(
                get_widget_deployment_output(name=new.name),
                get_widget_deployment_output(id=new.id),
                get_widget_deployment_output(name=new.id.apply(lambda _: "New")),
                get_widget_deployment_output(name="New", opts=waits),
                get_widget_deployments_output(name="N*", opts=waits).deployments[0],
            )
            for _ in range(20)
        ]
        return pulumi.Output.all(*found)

    _, found = run(program, Provider(org))
    assert {each.id for five in found for each in five} == {"new-id"}
    assert org.calls[f"GET {PATH}"] == 2
    assert org.calls["POST /oauth/token"] == 1


def in_an_apply(output: pulumi.Output[Any], look: Callable[[], Any]) -> pulumi.Output[Any]:
    return output.apply(lambda _: look())


IN_AN_APPLY: list[Callable[[], Any]] = [
    lambda: get_widget_deployment(name="New"),
    lambda: get_widget_deployment(id="new-id"),
    lambda: get_widget_deployments(name="N*").deployments[0],
    lambda: get_widget_deployment_output(name="New"),
    lambda: get_widget_deployments_output(name="N*").deployments[0],
]


@pytest.mark.parametrize("output", ["urn", "id", "name", "flow"])
def test_lookups_in_an_apply_see_what_is_made(org: Simulator, output: str) -> None:
    def program() -> pulumi.Output[Any]:
        assert get_widget_deployments(name="New*").deployments == []
        new = WidgetDeployment("new", name="New", client_type="v2")
        other = WidgetDeployment("other", client_type="v2", flow_id=new.id)
        looked = [in_an_apply(getattr(new, output), each) for each in IN_AN_APPLY]
        return pulumi.Output.all(*looked, other.id.apply(get_widget_deployment))

    _, [*found, other] = run(program, Provider(org))
    assert {each.id for each in found} == {"new-id"}
    assert other.id == "other-id"
    assert org.calls[f"GET {PATH}"] == 3


def test_lookups_in_an_apply_see_what_is_updated(org: Simulator) -> None:
    class Updates(Provider):
        def new_resource(
            self, args: pulumi.runtime.MockResourceArgs
        ) -> tuple[str | None, dict[Any, Any]]:
            org.edit("d-2", description=args.inputs["description"])
            return "d-2", Org.new_resource(self, args)[1]

    def program() -> pulumi.Output[Any]:
        assert get_widget_deployment(id="d-2").description is None
        its = WidgetDeployment("its", name="Twin", client_type="v2", description="new")
        looked = (
            lambda: get_widget_deployment(id="d-2"),
            lambda: get_widget_deployment(name="Twin"),  # of two, what the program made is meant
            lambda: get_widget_deployment_output(name="Twin"),
        )
        return pulumi.Output.all(*[in_an_apply(its.id, each) for each in looked])

    assert [each.description for each in run(program, Updates(org))[1]] == ["new"] * 3
    assert org.calls[f"GET {PATH}"] == 2


def test_what_is_read_is_not_made(org: Simulator) -> None:
    class Reads(Org):
        def new_resource(
            self, args: pulumi.runtime.MockResourceArgs
        ) -> tuple[str | None, dict[Any, Any]]:
            return args.resource_id, {"name": "Shop", "clientType": "v2", "selfUri": "/"}

    def program() -> pulumi.Output[str]:
        assert get_widget_deployment("d-1").name == "Shop"
        shop = WidgetDeployment.get("shop", "d-1")
        return shop.id.apply(lambda id_: get_widget_deployment(id_).name)

    assert run(program, Reads())[1] == "Shop"
    assert org.calls[f"GET {PATH}"] == 1


def test_what_another_provider_makes_is_in_no_org_of_ours(org: Simulator) -> None:
    class Elsewhere(Org):
        """Makes nothing in the org."""

    def program() -> pulumi.Output[str]:
        assert get_widget_deployment("d-1").name == "Shop"
        provider = pulumi.ProviderResource("pulumi-python", "eu", {})
        theirs = WidgetDeployment(
            "theirs", client_type="v2", opts=pulumi.ResourceOptions(provider=provider)
        )
        return theirs.id.apply(lambda _: get_widget_deployment("d-1").name)

    assert run(program, Elsewhere())[1] == "Shop"
    assert org.calls[f"GET {PATH}"] == 1


@pytest.mark.parametrize("preview", [False, True])
def test_a_name_that_the_service_respells_means_what_has_it_in_the_program(
    org: Simulator, preview: bool
) -> None:
    org.faults.respells = True
    org.add({"name": "New", "clientType": "v1"}, deployment_id="a-twin")
    if preview:  # which finds it made
        org.add({"name": " New ", "clientType": "v2"}, deployment_id="new-id")

    def program() -> pulumi.Output[Any]:
        new = WidgetDeployment("new", name=" New ", client_type="v2")
        return pulumi.Output.all(
            get_widget_deployment_output(name=new.name),
            get_widget_deployments_output(name=new.name).deployments[0],
            get_widget_deployment_output(name=new.name.apply(str.strip)),
            in_an_apply(new.name, lambda: get_widget_deployment(name=" New ")),
            in_an_apply(new.name, lambda: get_widget_deployment_output(name=" New ")),
        )

    provider = Org() if preview else Provider(org)
    _, found = run(program, provider, preview=preview)
    assert [(each.id, each.name) for each in found] == [("new-id", "New")] * 5


def test_lookups_that_wait_for_nothing_share_the_old_one(org: Simulator) -> None:
    def program() -> pulumi.Output[Any]:
        names: list[Any] = [
            "Shop",
            pulumi.Output.from_input("Shop"),
            pulumi.Output.secret("Shop"),
        ] * 10
        first = get_widget_deployment(name="Shop", opts=pulumi.InvokeOptions())
        assert first.id == "d-1"
        nothing = pulumi.InvokeOutputOptions(depends_on=[])
        found = [get_widget_deployment_output(name=name, opts=nothing).id for name in names]
        return pulumi.Output.all(*found)

    assert set(run(program)[1]) == {"d-1"}
    assert org.calls[f"GET {PATH}"] == 1


def test_an_answer_depends_on_all_that_it_waited_for(org: Simulator) -> None:
    def program() -> pulumi.Output[Any]:
        one, two, three = (WidgetDeployment(n, name=n, client_type="v2") for n in ("1", "2", "3"))
        later = pulumi.Output.from_input(three)
        ways: list[Any] = [three, [three], (three,), [later], later, pulumi.Output.all(three)]
        for depends_on in ways:
            found = get_widget_deployments_output(
                name=one.name,
                disabled=two.disabled,
                opts=pulumi.InvokeOutputOptions(depends_on=depends_on),
            )
            needed.append((found.resources(), {one, two, three}))
        return pulumi.Output.all(*[_told(_is(*each)) for each in needed])

    needed: list[Any] = []
    assert run(program, Provider(org))[1] == [True] * 6


def test_a_half_made_deployment_is_waited_for(org: Simulator) -> None:
    half_made = {"description": description_of("0" * 32, datetime.now(timezone.utc))}

    def lagging(listing: dict[str, Any]) -> dict[str, Any]:
        return {**listing, "entities": [each | half_made for each in listing["entities"]]}

    org.script("GET", PATH, Reply.changed(lagging))

    def program() -> pulumi.Output[Any]:
        new = WidgetDeployment("new", name="New", client_type="v2")
        return get_widget_deployment_output(name=new.name).description

    assert run(program, Provider(org))[1] is None
    assert org.calls[f"GET {PATH}"] == 2


def test_what_is_made_in_one_org_is_not_waited_for_in_another(org: Simulator) -> None:
    def program() -> pulumi.Output[Any]:
        new = WidgetDeployment("new", name="New", client_type="v2")
        waits = pulumi.InvokeOutputOptions(depends_on=[new])
        here = get_widget_deployment_output(name="New", opts=waits).id
        return pulumi.Output.all(
            here, get_widget_deployment_output(name="New", org="eu", opts=waits).id
        )

    with Simulator(seed=1) as europe:
        europe.add({"name": "New", "clientType": "v2"}, deployment_id="eu-1")
        orgs = {"eu": {"baseUrl": europe.url, "accessToken": europe.token()}}
        config.set_all_config({"genesyscloud:orgs": json.dumps(orgs)})
        assert run(program, Provider(org))[1] == ["new-id", "eu-1"]
        assert europe.calls[f"GET {PATH}"] == org.calls[f"GET {PATH}"] == 1


def test_of_several_of_a_name_the_one_that_was_waited_for_is_meant(org: Simulator) -> None:
    def program() -> pulumi.Output[Any]:
        triplet = WidgetDeployment("triplet", name="Twin", client_type="v2")
        return get_widget_deployment_output(name=triplet.name).id

    assert run(program, Provider(org))[1] == "triplet-id"


def test_the_plain_forms_do_not_wait(org: Simulator) -> None:
    def program() -> None:
        new = WidgetDeployment("new", name="New", client_type="v2")
        waits = pulumi.InvokeOutputOptions(depends_on=new)
        for look in (get_widget_deployment, get_widget_deployments):
            said = refused(look, name="New", opts=waits)
            assert said == f"{look.__name__}: depends_on has to wait: call {look.__name__}_output"

    run(program, Provider(org))


@pytest.mark.parametrize(
    "look",
    [
        get_widget_deployment,
        get_widget_deployments,
        get_widget_deployment_output,
        get_widget_deployments_output,
    ],
)
def test_a_provider_is_refused_for_its_settings_would_not_count(
    org: Simulator, look: Callable[..., Any]
) -> None:
    def program() -> None:
        provider = pulumi.ProviderResource("pulumi-python", "eu", {})
        said = refused(look, name="Shop", opts=pulumi.InvokeOptions(provider=provider))
        assert said == f"{look.__name__}: a provider counts for resources only; give org"

    run(program)


@pytest.mark.parametrize("key", ["name", "id"])
def test_a_secret_that_is_not_found_is_not_told(org: Simulator, key: str) -> None:
    def program() -> pulumi.Output[Any]:
        given: dict[str, Any] = {key: pulumi.Output.secret("hush hush's")}
        return get_widget_deployment_output(**given)

    with pytest.raises(pulumi.RunError, match=r"^get_widget_deployment: .*\[secret\]") as caught:
        run(program)
    assert "hush" not in str(caught.value)


async def _is(one: Awaitable[Any], other: Any) -> bool:
    return bool(await one == other)


def _told(fact: Awaitable[bool]) -> pulumi.Output[bool]:
    return pulumi.Output.from_input(fact)
