"""What goes wrong: what the user reads, what is in the org and the state, and the next `up`."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pulumi_widgets import WidgetDeployment
from pulumi_widgets.simulator import Reply, Simulator

from .conftest import NewLife
from .lifecycle import LifeCycle
from .programs import Program, deployment, later
from .steps import CREATE, DELETE, THE_PROGRAM, Expected, Step, fail, scripted, update

ONE: Program = {name: deployment(description="one") for name in "abc"}
TWO: Program = {name: deployment(description="two") for name in "abc"}
REFUSED = Reply.error(400, "invalid.value", "not that text")


def _last_line(life: LifeCycle, step: Step) -> str:
    """The last line of the one error that a step ends with."""
    [said] = [
        text for texts in life.step(step).errors.values() for text in texts if "Error" in text
    ]
    assert said.count("\n  File ") <= 3, said  # two frames of the SDK, one of ours
    return said.rpartition("\n")[2]


def test_a_failure_in_the_middle_leaves_what_is_done_and_the_next_up_does_the_rest(
    life: LifeCycle,
) -> None:
    life.run(
        [
            Step(why="create", program=ONE, expect=dict.fromkeys(ONE, CREATE)),
            Step(
                why="one is refused, the others are updated",
                program=TWO,
                options={"continue_on_error": True},
                before=(scripted("PUT", REFUSED, name="b"),),
                expect={
                    "a": update("~description"),
                    "b": fail(
                        "PUT /api/v2/widgets/deployments/",
                        "400 invalid.value: not that text",
                        "(correlation id ",
                        op="update",
                        properties=("~description",),
                    ),
                    "c": update("~description"),
                },
            ),
            Step(
                why="the rest", expect={"b": update("~description")}, calls={"token": 1, "PUT": 1}
            ),
            Step(
                why="a delete and a create are refused",
                program={**{name: TWO[name] for name in "bc"}, "d": deployment()},
                options={"continue_on_error": True},
                before=(scripted("DELETE", REFUSED), scripted("POST", REFUSED)),
                expect={
                    "a": fail("DELETE ", "400", op="delete"),
                    "d": fail("POST ", "400", op="create"),
                },
            ),
            Step(
                why="both are done, in spite of errors and a lost answer",
                before=(
                    scripted("PUT", Reply.error(503), Reply.reset(commit=True)),
                    scripted("DELETE", Reply.reset(commit=True)),
                ),
                program={"b": TWO["b"], "c": ONE["c"], "d": deployment()},
                expect={"a": DELETE, "c": update("~description"), "d": CREATE},
            ),
        ]
    )


WRONG: dict[str, Any] = {
    "name": " ",
    "client_type": "v3",
    "disabled": "yes",
    "allowed_domains": ["a example"],
    "client_config": {"v1": {"authentication_url": "nowhere", "skin": 1}, "v3": {}},
}


def test_every_problem_that_the_program_knows_is_told_in_the_preview(life: LifeCycle) -> None:
    step = Step(
        why="of all resources at once, and no call for it",
        program={
            "wrong": deployment(**WRONG, allowed_domain=["a.example"]),
            "fine": deployment(),
            "short": deployment(description=5, flow_id=later(5)),
        },
        command="preview",
        expect={
            THE_PROGRAM: fail(
                "WidgetDeployment: 9 problems\n"
                "  wrong: allowed_domain: unknown key 'allowed_domain' (did you mean "
                "'allowed_domains'?)",
                "\n  wrong: name: must not be blank",
                "\n  wrong: disabled: must be true or false, not a string",
                "\n  wrong: allowedDomains[0]: must be a domain, which holds no white space, not ",
                "\n  wrong: clientType: must be one of v1, v2, v1-http, third-party, not 'v3'",
                "\n  wrong: clientConfig.v3: unknown key 'v3'",
                "\n  wrong: clientConfig.v1.skin: unknown key 'skin'",
                "\n  wrong: clientConfig.v1.authenticationUrl: must be a URL",
                "\n  short: description: must be a string, not a number",
            )
        },
        calls={},
    )
    said = life.step(step)
    assert said.errors.keys() == {THE_PROGRAM}
    assert "Traceback" not in said.text
    life.run([])


def test_two_programs_in_one_process_tell_each_its_own_problems(new_life: NewLife) -> None:
    lives = {name: new_life(name) for name in ("one", "two")}

    def preview(name: str) -> str:
        def program() -> None:
            WidgetDeployment(name, client_type="v3")  # type: ignore[call-overload]

        engine = lives[name].engine
        engine.stack.workspace.program = program
        return "\n".join(engine.run("preview").errors[THE_PROGRAM])

    for _ in range(2):
        with ThreadPoolExecutor() as pool:
            told = dict(zip(lives, pool.map(preview, lives), strict=True))
        for name, other in (("one", "two"), ("two", "one")):
            assert f"WidgetDeployment: a problem\n  {name}: clientType: " in told[name]
            assert f"  {other}: " not in told[name]


def test_every_problem_that_only_the_engine_knows_is_told_in_the_preview(life: LifeCycle) -> None:
    step = Step(
        why="of a resource at once, and no call for it",
        program={"wrong": deployment(**{key: later(value) for key, value in WRONG.items()})},
        command="preview",
        expect={
            "wrong": fail(
                "property name value",
                "property clientType value {v3} has a problem: must be one of v1, v2, ",
                "property disabled value",
                "property allowedDomains[0] value",
                "property clientConfig.v1.authenticationUrl value",
                "property clientConfig.v1.skin value",
                "property clientConfig.v3 value",
            )
        },
        calls={},
    )
    [said] = {len(texts) for texts in life.step(step).errors.values() if len(texts) > 1}
    assert said == 7
    life.run([])


def test_missing_credentials_are_told_in_the_preview(life: LifeCycle) -> None:
    _without_client(life)
    life.run(
        [
            Step(
                why="no credentials",
                program={"a": deployment()},
                command="preview",
                expect={
                    "a": fail("has a problem: no credentials: set GENESYSCLOUD_OAUTHCLIENT_ID")
                },
                calls={},
            )
        ]
    )


def _without_client(life: LifeCycle) -> None:
    for name in ("ID", "SECRET"):
        del life.engine.environ[f"GENESYSCLOUD_OAUTHCLIENT_{name}"]


def _forbidden(life: LifeCycle) -> None:
    life.org.permissions = ["widgets:deployment:view"]


def _unreachable(life: LifeCycle) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    life.engine.environ["GENESYSCLOUD_LOGIN_URL"] = f"http://127.0.0.1:{port}"


def _wrong_secret(life: LifeCycle) -> None:
    life.engine.environ["GENESYSCLOUD_OAUTHCLIENT_SECRET"] = "simulated-mistake"


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (
            _forbidden,
            ("ForbiddenError: POST /api/v2/widgets/deployments: 403", "widgets:deployment:add"),
        ),
        (_unreachable, ("UnreachableError: ", "127.0.0.1", "Check the region")),
        (_wrong_secret, ("UnauthorizedError: ", "The credentials were refused", "--run-program")),
    ],
)
def test_the_last_line_says_what_happened_and_what_to_do(
    new_life: NewLife, trouble: Callable[[LifeCycle], None], says: tuple[str, ...]
) -> None:
    life = new_life(secrets=["simulated-mistake"])
    line = _last_line(
        life,
        Step(
            why="trouble",
            program={"a": ONE["a"]},
            before=(trouble,),
            expect={"a": fail(*says, op="create")},
        ),
    )
    for text in says:
        assert text in line
    life.run([])


def test_a_secret_rotated_in_the_stack_configuration(new_life: NewLife, tmp_path: Path) -> None:
    """A plain destroy uses the configuration that the last `up` stored; the error has to say so."""
    life = new_life(secrets=["first-secret", "second-secret"])
    _without_client(life)
    program = {"a": deployment()}
    life.engine.config("genesyscloud:oauthClientId", "client")
    life.engine.config("genesyscloud:oauthClientSecret", "first-secret", secret=True)
    with Simulator(data=tmp_path / "org", clients={"client": "first-secret"}) as life.org:
        life.others = {}
        life.engine.environ.update(_urls(life.org))
        life.run([Step(why="create", program=program, expect={"a": CREATE})], ends=False)
    with Simulator(data=tmp_path / "org", clients={"client": "second-secret"}) as life.org:
        life.engine.environ.update(_urls(life.org))
        life.engine.config("genesyscloud:oauthClientSecret", "second-secret", secret=True)
        trapped = Step(
            why="rotated",
            command="destroy",
            expect={"a": fail("UnauthorizedError", "run it with --run-program", op="delete")},
        )
        assert "--run-program" in _last_line(life, trapped)
        life.run(
            [
                Step(
                    why="with the program, and so with its configuration",
                    command="destroy",
                    options={"run_program": True},
                    expect={"a": Expected(op="same+delete")},
                )
            ]
        )


def _urls(org: Simulator) -> dict[str, str]:
    return {name: value for name, value in org.environ.items() if name.endswith("URL")}
