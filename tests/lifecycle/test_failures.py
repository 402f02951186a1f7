"""What goes wrong: what the user reads, what is in the org and the state, and the next `up`."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
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


PROBLEMS = (
    "name: must not be blank",
    "disabled: must be true or false, not a string",
    "allowed_domains[0]: must be a domain, which holds no white space, not 'a example'",
    "client_type: must be one of v1, v2, v1-http, third-party, not 'v3'",
    "client_config: must have no keys but v1, v1_http, v2, third_party, not 'v3'",
    "client_config.v1: must have no keys but web_chat_skin, authentication_url, not 'skin'",
    "client_config.v1.authentication_url: must be a URL",
)


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
                "WidgetDeployment: 9 problems\n",
                "\n  wrong: must have no keys but name, ",
                ", not 'allowed_domain' (did you mean 'allowed_domains'?)\n",
                *(f"\n  wrong: {problem}" for problem in PROBLEMS),
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
            assert f"WidgetDeployment: a problem\n  {name}: client_type: " in told[name]
            assert f"  {other}: " not in told[name]


def test_every_problem_that_only_outputs_show_is_told_in_the_preview(life: LifeCycle) -> None:
    step = Step(
        why="of a resource at once, and no call for it",
        program={"wrong": deployment(**{key: later(value) for key, value in WRONG.items()})},
        command="preview",
        expect={
            THE_PROGRAM: fail(
                "WidgetDeployment: 7 problems\n", *(f"  wrong: {problem}" for problem in PROBLEMS)
            )
        },
        calls={},
    )
    assert "Traceback" not in life.step(step).text
    life.run([])


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
        (
            _wrong_secret,
            (
                "UnauthorizedError: ",
                "The credentials were refused: check the OAuth client's id "
                "(GENESYSCLOUD_OAUTHCLIENT_ID) and secret (GENESYSCLOUD_OAUTHCLIENT_SECRET), and "
                "the region.",
            ),
        ),
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
    # that is of the stack configuration, or of another command
    assert "--run-program" not in line
    life.run([])


@pytest.mark.parametrize("cure", ["--run-program", "PULUMI_RUN_PROGRAM", "up"])
def test_a_secret_rotated_in_the_stack_configuration(
    new_life: NewLife, tmp_path: Path, cure: str
) -> None:
    """What does not run the program uses the configuration that the last `up` stored."""
    life = new_life(secrets=["first-secret", "second-secret"])
    _without_client(life)
    program = {"a": deployment()}
    life.engine.config("genesyscloud:oauthClientId", "client")
    life.engine.config("genesyscloud:oauthClientSecret", "first-secret", secret=True)
    with Simulator(seed=0, data=tmp_path / "org", clients={"client": "first-secret"}) as life.org:
        life.others = {}
        life.engine.environ.update(_urls(life.org))
        life.run([Step(why="create", program=program, expect={"a": CREATE})], ends=False)
    port = int(life.org.url.rpartition(":")[2])  # or it would be another place
    clients = {"client": "second-secret"}
    with Simulator(port, seed=0, data=tmp_path / "org", clients=clients) as life.org:
        life.engine.environ.update(_urls(life.org))
        life.engine.config("genesyscloud:oauthClientSecret", "second-secret", secret=True)
        for command, options, op in (
            ("refresh", {}, ""),
            ("up", {"refresh": True}, ""),
            ("destroy", {}, "delete"),
        ):
            expect = {"a": fail("UnauthorizedError", op=op)}
            line = _last_line(
                life, Step(why="rotated", command=command, options=options, expect=expect)
            )
            assert line.endswith(
                "The credentials were refused: check the OAuth client's id "
                "(genesyscloud:oauthClientId) and secret (genesyscloud:oauthClientSecret), and the "
                "region. A refresh or destroy uses the configuration stored at the last up, unless "
                "it runs the program: after rotating a secret in it, add --run-program, or set "
                "PULUMI_RUN_PROGRAM=true."
            )
        ends = Step(why="with the configuration that is now", command="destroy")
        if cure == "--run-program":
            ends = replace(ends, options={"run_program": True})
        elif cure == "PULUMI_RUN_PROGRAM":
            life.engine.environ["PULUMI_RUN_PROGRAM"] = "true"
        else:
            life.run([Step(why="an up has it, and stores it")], ends=False)
        op = "delete" if cure == "up" else "same+delete"
        life.run([replace(ends, expect={"a": Expected(op=op)})])


def _urls(org: Simulator) -> dict[str, str]:
    return {name: value for name, value in org.environ.items() if name.endswith("URL")}
