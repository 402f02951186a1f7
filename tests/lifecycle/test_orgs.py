"""Several orgs in one program, and what it looks up in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_widgets.simulator import Simulator

from .conftest import NewLife
from .lifecycle import LifeCycle
from .programs import Program, deployment, existing, lookup, lookups, output_of
from .steps import CREATE, PATH, READ, THE_PROGRAM, Step, added, fail, replace, update

V1 = {"clientType": "v1", "clientConfig": {"v1": {"webChatSkin": "basic"}}}


@pytest.fixture
def europe() -> Iterator[Simulator]:
    """Another org, where a colleague has a deployment of the same id as in the first."""
    with Simulator(seed=1) as simulator:
        simulator.add({"name": "Theirs", "clientType": "v1"}, deployment_id="others")
        yield simulator


@pytest.fixture
def life(new_life: NewLife, europe: Simulator) -> LifeCycle:
    """A stack that knows both: one by the environment, one by its configuration."""
    life = new_life(secrets=("simulated-secret",), named={"eu": europe})
    configure(life, "eu", europe)
    return life


def configure(life: LifeCycle, name: str, org: Simulator) -> None:
    """Let the stack's configuration name an org."""
    client_id, secret = list(org.environ.values())[2:]
    for key, value, hidden in (
        ("baseUrl", org.url, False),
        ("loginUrl", org.url, False),
        ("oauthClientId", client_id, False),
        ("oauthClientSecret", secret, True),
    ):
        life.engine.cli(
            "config",
            "set",
            "--path",
            f"genesyscloud:orgs.{name}.{key}",
            value,
            *(["--secret"] if hidden else []),
        )


def test_each_deployment_lives_in_its_org(life: LifeCycle, europe: Simulator) -> None:
    name: dict[str, Any] = {"name": "Chat"}
    here = {f"here-{n}": deployment(**name) for n in range(3)}
    there = {f"there-{n}": deployment(org="eu", **name) for n in range(3)}
    moving = {"moving": deployment(org="eu", adopt_id="", description="m")}
    elsewhere = {"elsewhere": existing("others", org="eu")}
    first: Program = {**here, **there, **moving, **elsewhere}
    known = dict.fromkeys((*here, *there, "moving"), CREATE)

    def each_has_its_own(life: LifeCycle) -> None:
        assert len(life.org.dump()) == 1 + 3
        assert len(europe.dump()) == 1 + 4
        for org in life.orgs.values():
            assert org.calls["POST /oauth/token"] == 1
        # who names no org has in the state what he always had
        stored = life.stored("here-0")
        assert stored["inputs"].keys() == {
            *("__provider", "name", "clientType", "authenticationRequired", "disabled"),
            "__secrets",
        }
        own = {"__place", "__mark", "__set"}
        assert stored["outputs"].keys() == {*stored["inputs"], "selfUri", *own}

    def drifts(life: LifeCycle) -> None:
        life.org.edit(life.id("here-1"), description="by hand")
        europe.edit(life.id("there-1"), description="by hand")

    def one_listing_each(life: LifeCycle) -> None:
        for org in life.orgs.values():
            assert org.calls[f"GET {PATH}"] == 1

    def foresees_it(life: LifeCycle) -> None:
        planned = life.engine.run("preview").done["moving"]
        assert planned.op == "replace"

    typo = {**first, "typo": deployment(org="ue")}
    unknown = {
        **first,
        "moving": deployment(org=output_of("here-0", "description"), description="m"),
        "here-0": deployment(**name, description="eu"),
    }
    life.run(
        [
            Step(
                why="a name that nobody knows",
                program=typo,
                command="preview",
                expect={
                    THE_PROGRAM: fail(
                        "typo: org: unknown org 'ue'; known are eu: set GENESYSCLOUD_UE_REGION"
                    ),
                },
                calls={"POST": 0},
            ),
            Step(
                why="create in both",
                program=first,
                exports={"org": output_of("elsewhere", "org")},
                expect={**known, "elsewhere": READ},
                settles=False,
            ),
            Step(
                why="refresh both",
                before=(each_has_its_own, drifts),
                command="refresh",
                expect={"here-1": update("+description"), "there-1": update("+description")},
                calls={"token": 2},
            ),
            Step(
                why="put back in both; it moves to the org of no name",
                before=(one_listing_each,),
                program={**first, "moving": deployment(description="m")},
                expect={
                    "here-1": update("-description"),
                    "there-1": update("-description"),
                    "moving": replace(),
                    "elsewhere": READ,
                },
                calls={"token": 2, "DELETE": 1},
            ),
            Step(
                why="into an org that is another resource's output",
                before=(
                    lambda life: _lives_in(life, "moving", life.org, europe),
                    foresees_it,
                ),
                program=unknown,
                options={"diff": True},
                expect={
                    "here-0": update("+description"),
                    "moving": replace(),
                    "elsewhere": READ,
                },
            ),
        ]
    )


def _lives_in(life: LifeCycle, name: str, there: Simulator, not_there: Simulator) -> None:
    # both orgs number alike: an id of one is another deployment's in the other
    assert there.dump()[life.id(name)]["description"] == "m"
    assert "m" not in {body.get("description") for body in not_there.dump().values()}


def test_an_org_gets_its_name(life: LifeCycle) -> None:
    ids: list[str] = []

    def is_named(life: LifeCycle) -> None:
        ids.append(life.id("chat"))
        configure(life, "us", life.org)
        life.orgs["us"], life.theirs["us"] = life.orgs.pop(""), life.theirs.pop("")

    def is_the_same(life: LifeCycle) -> None:
        assert [life.id("chat")] == ids

    life.run(
        [
            Step(
                why="its settings have no name",
                program={"chat": deployment(name="Chat")},
                expect={"chat": CREATE},
            ),
            Step(
                why="it gets its name: nothing is replaced",
                before=(is_named,),
                program={"chat": deployment(name="Chat", org="us")},
                options={"diff": True},
                expect={"chat": update("+org")},
                calls={"POST": 0, "PUT": 1, "DELETE": 0},
            ),
            Step(
                why="another org is another one",
                before=(is_the_same,),
                program={"chat": deployment(name="Chat", org="eu")},
                expect={"chat": replace()},
                calls={"POST": 1, "DELETE": 1},
            ),
        ]
    )


def test_many_lookups_make_one_listing(life: LifeCycle) -> None:
    names = [f"n {number}" for number in range(30)]
    life.run(
        [
            Step(
                why="as many as there are",
                program={name: lookup(name=name) for name in names},
                before=tuple(added(name.replace(" ", "-"), name=name, **V1) for name in names),
                command="preview",
                calls={"token": 1, "GET": 1},
            ),
        ]
    )


def test_lookups_in_both_orgs(life: LifeCycle, europe: Simulator) -> None:
    for org in life.orgs.values():
        for number in range(2):
            org.add({"name": "Twin", "clientType": "v2"}, deployment_id=f"twin-{number}")
    life.theirs.update({name: each.dump() for name, each in life.orgs.items()})
    life.others = life.theirs[""]
    program: Program = {
        "by_id": lookup(id="others"),
        "by_name": lookup(name="Somebody else's"),
        "there": lookup(name="Theirs", org="eu"),
        "twins": lookups(name="Tw*", client_type="v2"),
        "source": deployment(description=output_of("by_name", "client_type")),
        "later": lookup(id=output_of("source", "id")),
        "ours": deployment(description=output_of("later", "name"), org="eu"),
    }
    life.run(
        [
            Step(
                why="in a preview too, but for what is unknown",
                program=program,
                command="preview",
                expect={"source": CREATE, "ours": CREATE},
                calls={"token": 2},
            ),
            Step(
                why="what is found goes into the deployments",
                exports={"theirs": output_of("there", "id")},
                expect={"source": CREATE, "ours": CREATE},
                settles=False,
            ),
            Step(
                why="there are two of that name",
                program={**program, "twin": lookup(name="Twin", org="eu")},
                command="preview",
                expect={
                    "": fail(
                        "get_widget_deployment: 2 deployments are named 'Twin': ids twin-0, "
                        "twin-1; give the id"
                    )
                },
            ),
            Step(
                why="an id that nobody has, known to the engine alone",
                program={**program, "none": lookup(id=output_of("ours", "name"))},
                command="preview",
                expect={"": fail("get_widget_deployment: GET ", ": 404", "Correct the id.")},
            ),
        ]
    )
