"""A state knows its org: other settings never make it look like an empty one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pulumi_widgets.simulator import Simulator

from .lifecycle import LifeCycle
from .programs import Program, deployment
from .steps import CREATE, Hand, Step, update

PROGRAM: Program = {"a": deployment(), "b": deployment(description="b")}
CREATED = Step(why="create", program=PROGRAM, expect=dict.fromkeys(PROGRAM, CREATE))
NAMES = ("BASE_URL", "LOGIN_URL", "OAUTHCLIENT_ID", "OAUTHCLIENT_SECRET")


@pytest.fixture
def elsewhere() -> Iterator[Simulator]:
    """Another org, with another client."""
    with Simulator(seed=1, clients={"another-client": "simulated-secret"}) as simulator:
        yield simulator


def settings_of(org: Simulator, *names: str) -> Hand:
    """The environment names this org from now on."""
    wanted = {f"GENESYSCLOUD_{name}" for name in names or NAMES}
    values = {name: value for name, value in org.environ.items() if name in wanted}
    return lambda life: life.engine.environ.update(values)


def _nobody_is_lost(life: LifeCycle) -> None:
    assert len(life.org.dump()) == len(PROGRAM) + 1
    assert {life.id(name) for name in PROGRAM} <= life.org.dump().keys()


def test_another_address_is_told(life: LifeCycle, elsewhere: Simulator) -> None:
    life.run(
        [Step(why="create", program=PROGRAM, expect=dict.fromkeys(PROGRAM, CREATE))], ends=False
    )
    settings_of(elsewhere)(life)
    told = (
        f"pulumi_widgets.errors.ElsewhereError: the deployment {life.id('a')} is in {life.org.url}"
        f", and the settings name {elsewhere.url}. Set the region or the base URL back. If the org "
        "itself moved to the new address, set genesyscloud:formerBaseUrl "
        "(GENESYSCLOUD_FORMER_BASE_URL) to the old one."
    )
    for command in ("preview", "up", "refresh", "destroy"):
        outcome = life.engine.run(command)
        assert outcome.failed, outcome.text
        said = {error.splitlines()[-1] for errors in outcome.errors.values() for error in errors}
        assert told in said or told.replace(life.id("a"), life.id("b")) in said, outcome.text
        assert elsewhere.dump() == {}
        _nobody_is_lost(life)
    settings_of(life.org)(life)
    life.run([Step(why="with the right settings nothing was lost")])


def test_an_org_that_moved(life: LifeCycle, elsewhere: Simulator) -> None:
    """The same deployments at another address: a state takes note of it, and of nothing else."""

    def move(life: LifeCycle) -> None:
        for id_, body in life.org.dump().items():
            elsewhere.add(body, deployment_id=id_)
        life.engine.environ["GENESYSCLOUD_FORMER_BASE_URL"] = f"{life.org.url}/"
        settings_of(elsewhere)(life)
        life.org = elsewhere

    def has_moved(life: LifeCycle) -> None:
        del life.engine.environ["GENESYSCLOUD_FORMER_BASE_URL"]
        for name in PROGRAM:
            assert life.stored(name)["outputs"]["__place"]["baseUrl"] == elsewhere.url

    life.run(
        [
            CREATED,
            Step(why="it moved", before=(move,), command="refresh"),
            Step(
                why="it is there for good",
                before=(has_moved,),
                program={**PROGRAM, "a": deployment(description="a")},
                expect={"a": update("+description")},
            ),
        ]
    )


class TestAnotherClient:
    """At the same address, it may be another org's, or a new one of the same."""

    @pytest.fixture
    def both(self) -> Iterator[Simulator]:
        with Simulator(seed=1, clients={"one": "s-one", "two": "s-two"}) as simulator:
            yield simulator

    def use(self, client: str) -> Callable[[LifeCycle], object]:
        values = {"OAUTHCLIENT_ID": client, "OAUTHCLIENT_SECRET": f"s-{client}"}
        environ = {f"GENESYSCLOUD_{name}": value for name, value in values.items()}
        return lambda life: life.engine.environ.update(environ)

    def test_of_the_same_org_changes_nothing(self, life: LifeCycle, both: Simulator) -> None:
        life.org, life.others = both, {}
        life.run(
            [
                Step(
                    why="create with one",
                    program=PROGRAM,
                    before=(settings_of(both), self.use("one")),
                    expect=dict.fromkeys(PROGRAM, CREATE),
                ),
                Step(
                    why="update with the other",
                    before=(self.use("two"),),
                    program={**PROGRAM, "a": deployment(description="a")},
                    expect={"a": update("+description")},
                    settles=False,
                ),
                Step(why="which a refresh takes note of, unseen", command="refresh"),
                Step(why="nothing to do"),
            ]
        )

    def test_of_another_org_is_told(self, life: LifeCycle, both: Simulator) -> None:
        # this address has the other org's deployments, to who asks with its client
        life.org, life.others = both, {}
        life.run(
            [
                Step(
                    why="create with one",
                    program=PROGRAM,
                    before=(settings_of(both), self.use("one")),
                    expect=dict.fromkeys(PROGRAM, CREATE),
                )
            ],
            ends=False,
        )
        held = both.dump()
        for id_ in held:
            both.remove(id_)

        def use_token(life: LifeCycle) -> None:
            for name in ("ID", "SECRET"):
                del life.engine.environ[f"GENESYSCLOUD_OAUTHCLIENT_{name}"]
            life.engine.environ["GENESYSCLOUD_ACCESS_TOKEN"] = both.token()

        use_two = self.use("two")
        for settings, command in (
            (use_two, "preview"),
            (use_two, "up"),
            (use_two, "refresh"),
            (use_two, "destroy"),
            (use_token, "refresh"),
        ):
            settings(life)
            outcome = life.engine.run(command)
            assert outcome.failed, outcome.text
            assert "has no such deployment, and the state was written with another" in outcome.text
        for id_, body in held.items():
            both.add(body, deployment_id=id_)
        del life.engine.environ["GENESYSCLOUD_ACCESS_TOKEN"]
        self.use("one")(life)
        life.run([Step(why="with the right client nothing was lost")])


def test_two_names_of_one_address_are_one(life: LifeCycle) -> None:
    def respelled(life: LifeCycle) -> None:
        life.engine.environ["GENESYSCLOUD_BASE_URL"] = life.org.url.replace("http", "HTTP") + "/"

    life.run(
        [
            CREATED,
            Step(why="the same address", before=(respelled,), command="refresh"),
            Step(why="nothing to do"),
        ]
    )


def test_an_older_state_takes_note_of_its_org(life: LifeCycle) -> None:
    def forget(life: LifeCycle) -> None:
        stack = life.engine.stack
        exported = stack.export_stack()
        for resource in (exported.deployment or {})["resources"]:
            for name in ("__place", "__mark", "__set"):
                resource.get("outputs", {}).pop(name, None)
        stack.import_stack(exported)

    def is_known(*names: str) -> Hand:
        def hand(life: LifeCycle) -> None:
            for name in names:
                assert life.stored(name)["outputs"]["__place"]["baseUrl"] == life.org.url

        return hand

    life.run(
        [
            CREATED,
            Step(
                why="by a write",
                before=(forget,),
                program={**PROGRAM, "a": deployment(description="a")},
                expect={"a": update("+description")},
                settles=False,
            ),
            Step(why="by a refresh", before=(is_known("a"), forget), command="refresh"),
            Step(
                why="both are known",
                before=(is_known("a", "b"),),
                program=PROGRAM,
                expect={"a": update("-description")},
            ),
        ]
    )
