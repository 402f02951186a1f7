"""What the service makes of a value is no drift; what Pulumi cannot hold is told."""

from __future__ import annotations

from typing import Any

from .lifecycle import LifeCycle
from .programs import deployment, later
from .steps import CREATE, THE_PROGRAM, Step, edited, fail, faulty, update

MARK = "4dabf18193072939515e22adb298388d"
NOT_YET = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def _sent(**changes: Any) -> dict[str, Any]:
    return {
        "description": " padded ",
        "allowed_domains": ["B.Example", "a.example."],
        "client_config": {"v1": {"authentication_url": "https://login.example"}},
        **changes,
    }


def test_a_service_that_respells(life: LifeCycle) -> None:
    """Each step ends with a refresh and a preview that find nothing."""
    life.run(
        [
            Step(
                why="create",
                program={"a": deployment(**_sent())},
                before=(faulty(respells=True),),
                expect={"a": CREATE},
            ),
            Step(
                why="a change of one, and what it makes of that",
                program={"a": deployment(**_sent(allowed_domains=["C.Example", "a.example."]))},
                expect={"a": update("~allowedDomains[0]")},
            ),
            Step(
                why="drift is told beside it",
                before=(edited("a", description="by hand"),),
                command="refresh",
                expect={"a": update("~description")},
            ),
            Step(why="and put back", expect={"a": update("~description")}),
        ]
    )


def test_drift_that_the_program_takes_over_ends_what_was_remembered(life: LifeCycle) -> None:
    """What the service once made of another value is drift again."""
    of_ours = {"clientConfig": {"v1": {"webChatSkin": "basic"}}}
    taken = _sent(description="by hand", allowed_domains=["b.example"])
    life.run(
        [
            Step(
                why="create",
                program={"a": deployment(**_sent())},
                before=(faulty(respells=True, adds=of_ours),),
                expect={"a": CREATE},
            ),
            Step(
                why="drift is told",
                before=(edited("a", description="by hand", allowedDomains=["b.example"]),),
                command="refresh",
                expect={"a": update("~allowedDomains[0]", "-allowedDomains[1]", "~description")},
            ),
            Step(why="and taken over", program={"a": deployment(**taken)}),
            Step(
                why="so the service's spelling of what was before is drift",
                before=(edited("a", description="padded", allowedDomains=["b.example", "c.d"]),),
                command="refresh",
                expect={"a": update("+allowedDomains[1]", "~description")},
            ),
            Step(
                why="and put back",
                expect={"a": update("-allowedDomains[1]", "~description")},
            ),
        ]
    )


def test_what_the_service_still_shows_is_its_own(life: LifeCycle) -> None:
    basic = {"v1": {"web_chat_skin": "basic", "authentication_url": "https://login.example"}}
    without = {"v1": {"authentication_url": "https://login.example"}}
    life.run(
        [
            Step(
                why="given",
                program={"a": deployment(client_config=basic)},
                before=(faulty(adds={"clientConfig": {"v1": {"webChatSkin": "basic"}}}),),
                expect={"a": CREATE},
            ),
            Step(
                why="and given no more",
                program={"a": deployment(client_config=without)},
                expect={"a": update("-clientConfig.v1.webChatSkin")},
            ),
        ]
    )


CONFIGS: dict[str, tuple[dict[str, Any], str]] = {
    "null": ({"proactive": None}, "proactive: must not be null, which Pulumi drops on the way"),
    "mark": ({"a": {MARK: "x"}}, f"a: must not have the key {MARK}, by which Pulumi marks secrets"),
    "text": ({"b": [NOT_YET]}, f"b[0]: must not be {NOT_YET}, by which Pulumi means what is not"),
    "half": ({"c": "\ud800"}, "c: must be text that UTF-8 can hold; it has half a character"),
}


def test_what_would_not_arrive_is_told(life: LifeCycle) -> None:
    known = {
        name: deployment(client_config={"v2": config}) for name, (config, _) in CONFIGS.items()
    }
    whole = {key: value for config, _ in CONFIGS.values() for key, value in config.items()}
    late = {"late": deployment(client_config={"v2": later(whole)})}
    told = {name: f"client_config.v2.{reason}" for name, (_, reason) in CONFIGS.items()}
    life.run(
        [
            Step(
                why="a line each, of what the program knows and of outputs",
                program=program,
                command="preview",
                expect={THE_PROGRAM: fail("WidgetDeployment: 4 problems\n", *says)},
                calls={},
            )
            for program, says in (
                (known, [f"\n  {name}: {reason}" for name, reason in told.items()]),
                (late, [f"\n  late: {reason}" for reason in told.values()]),
            )
        ]
    )


def test_a_null_that_the_org_holds_is_told(life: LifeCycle) -> None:
    life.run([Step(why="create", program={"a": deployment()}, expect={"a": CREATE})], ends=False)
    edited("a", clientConfig={"v2": {"theme": "dark", "proactive": None}})(life)
    outcome = life.engine.run("refresh")
    assert not outcome.failed, outcome.text
    assert outcome.remarks == [
        f"the deployment {life.id('a')}: clientConfig.v2.proactive is null, which Pulumi cannot "
        "hold; an update drops it"
    ]
    life.run([Step(why="as the program has it", expect={"a": update("-clientConfig")})])


def _deep(levels: int) -> Any:
    return {"a": _deep(levels - 1)} if levels else 1


def test_what_the_org_holds_and_no_state_can_is_told(life: LifeCycle) -> None:
    program = {"a": deployment(), "b": deployment()}
    life.run(
        [Step(why="create", program=program, expect=dict.fromkeys(program, CREATE))], ends=False
    )
    for config, said in (
        ({MARK: "x"}, f"client_config.v2: must not have the key {MARK}, by which Pulumi marks"),
        ({"a": NOT_YET}, f"client_config.v2.a: must not be {NOT_YET}, by which Pulumi means"),
        ({"a": "\ud800"}, "client_config.v2.a: must be text that UTF-8 can hold; it has half a"),
        *((_deep(levels), f"client_config.v2{'.a' * 62}: must not be") for levels in (70, 300)),
    ):
        edited("a", clientConfig={"v2": config})(life)
        outcome = life.engine.run("refresh")
        assert outcome.failed
        [line] = [text.splitlines()[-1] for text in outcome.errors["a"]]
        assert line.startswith(
            f"pulumi_widgets.errors.WidgetsError: the deployment {life.id('a')} cannot be read: "
            + said
        )
    edited("a", clientConfig=None)(life)
    life.run([Step(why="once it is changed there, all is as it was", command="refresh")])
