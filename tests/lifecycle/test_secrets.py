"""Secret inputs: nobody reads them, whatever happens (each step of a life cycle looks)."""

from __future__ import annotations

import json
from typing import Any

from .conftest import NewLife
from .lifecycle import LifeCycle
from .programs import Program, deployment, later, output_of, secret
from .steps import CREATE, THE_PROGRAM, Step, edited, fail, update
from .test_in_python import Programs

WORDS = (
    "hush-hush",
    "hidden-flow",
    "deep-one",
    "veiled.example",
    "masked-skin",
    "drifted-x",
    "tok3n",
)
_MARK = "4dabf18193072939515e22adb298388d"


def _program(**changes: Any) -> Program:
    return {
        "text": deployment(description=secret(changes.get("text", "hush-hush one"))),
        "flow": deployment(flow_id=secret(changes.get("flow", "hidden-flow-1"))),
        "domains": deployment(allowed_domains=["a.example", secret("veiled.example")]),
        "free": deployment(
            client_config={"v2": {"list": [1, {"key": secret(changes.get("free", "deep-one"))}]}}
        ),
        "from_output": deployment(flow_id=output_of("flow", "flow", "id")),
    }


def _is_secret(life: LifeCycle, name: str, *keys: str) -> None:
    stored = life.stored(name)
    for kind in ("inputs", "outputs"):
        for key in keys:
            if key in stored[kind]:
                assert f"'{_MARK}'" in repr(stored[kind][key]), (name, kind, key)


def _all_are_secret(life: LifeCycle) -> None:
    _is_secret(life, "text", "description")
    _is_secret(life, "flow", "flowId")
    _is_secret(life, "from_output", "flowId")
    _is_secret(life, "domains", "allowedDomains")
    _is_secret(life, "free", "clientConfig")


def test_secrets_stay_secret(new_life: NewLife) -> None:
    life = new_life(secrets=WORDS)
    program = _program()
    exports = {
        "text": output_of("text", "description"),
        "flow": output_of("flow", "flow"),
        "config": output_of("free", "client_config", "v2"),
        "domains": output_of("domains", "allowed_domains"),
    }
    changed = _program(text="hush-hush two", flow="hidden-flow-2", free="deep-one more")
    life.run(
        [
            Step(
                why="create",
                program=program,
                exports=exports,
                expect=dict.fromkeys(program, CREATE),
            ),
            Step(why="a refresh keeps them secret", command="refresh", before=(_all_are_secret,)),
            Step(
                why="what drifted where a secret was is secret too",
                before=(
                    _all_are_secret,
                    edited("text", description="drifted-x"),
                    edited("flow", flow={"id": "drifted-x"}),
                    edited("domains", allowedDomains=["drifted-x.example"]),
                    edited("free", clientConfig={"v2": {"moved": {"here": "drifted-x"}}}),
                ),
                command="refresh",
                expect={
                    "text": update("~description"),
                    "flow": update("~flowId"),
                    "domains": update(
                        "~allowedDomains", newer=("~allowedDomains[0]", "-allowedDomains[1]")
                    ),
                    "free": update("-clientConfig.v2.list", "+clientConfig.v2.moved"),
                },
            ),
            Step(
                why="put back and changed",
                program=changed,
                exports=exports,
                before=(_all_are_secret,),
                expect={
                    "text": update("~description"),
                    "flow": update("~flowId"),
                    "domains": update(
                        "~allowedDomains", newer=("~allowedDomains[0]", "+allowedDomains[1]")
                    ),
                    "free": update("+clientConfig.v2.list", "-clientConfig.v2.moved"),
                    "from_output": update("~flowId"),
                },
            ),
            Step(why="nothing to do", before=(_all_are_secret,), calls={}),
        ]
    )


def test_no_error_shows_a_secret(new_life: NewLife) -> None:
    life = new_life(secrets=WORDS)
    life.run(
        [
            Step(
                why="each problem is told without the value",
                program={
                    "a": deployment(
                        client_type=secret("tok3n"),
                        flow_id=secret("hidden-flow with blanks"),
                        allowed_domains=["a.example", secret("veiled.example with blanks")],
                        client_config={
                            "v1": {"web_chat_skin": secret("masked-skin")},
                            "v2": secret({"hush-hush": [1, "deep-one"]}),
                            "v1_http": secret({"deep-one": "hush-hush"}),
                        },
                        description=later(5),
                    )
                },
                command="preview",
                expect={
                    THE_PROGRAM: fail(
                        "WidgetDeployment: 6 problems\n  a: description: must be a string, not a n",
                        "a: flow_id: must be a flow's id, which holds no white space\n",
                        "a: allowed_domains[1]: must be a domain, which holds no white space\n",
                        "a: client_type: must be one of v1, v2, v1-http, third-party\n",
                        "a: client_config.v1.web_chat_skin: must be one of basic, modern-caret-",
                        "a: client_config.v1_http: must have no keys but web_chat_skin, authenti",
                    )
                },
                calls={},
            ),
            Step(
                why="those that the program knows beside secrets are told without them",
                program={
                    "a": deployment(
                        disabled="yes",
                        description=secret("hush-hush"),
                        client_config={"v1": {"web_chat_skin": secret("masked-skin"), "x": 1}},
                    )
                },
                command="preview",
                expect={
                    THE_PROGRAM: fail(
                        "WidgetDeployment: 2 problems\n  a: disabled: ",
                        "\n  a: client_config.v1: must have no keys but web_chat_skin, ",
                        "authentication_url, not 'x'",
                    )
                },
                calls={},
            ),
        ]
    )


def test_what_becomes_a_secret_becomes_one_in_the_state(new_life: NewLife) -> None:
    def program(hide: Any) -> Program:
        return {
            "text": deployment(description=hide("hush-hush")),
            "flow": deployment(flow_id=hide("hidden-flow")),
            "url": deployment(
                client_config={"v1_http": {"authentication_url": hide("https://deep-one.example/")}}
            ),
        }

    def all_are_secret(life: LifeCycle) -> None:
        _is_secret(life, "text", "description")
        _is_secret(life, "flow", "flowId")
        _is_secret(life, "url", "clientConfig")
        state = life.engine.state
        assert not [word for word in WORDS if word in state]

    changed = {
        "text": "~description",
        "flow": "~flowId",
        "url": '~clientConfig["v1-http"].authenticationUrl',
    }
    hidden, shown = (
        {
            name: update(path, f"{sign}__secrets[0]", newer=[f"{sign}__secrets[0]"])
            for name, path in changed.items()
        }
        for sign in "+-"
    )
    life = new_life()
    life.run(
        [
            Step(why="plain", program=program(str), expect=dict.fromkeys(program(str), CREATE)),
            Step(
                why="the same values, secret by now",
                program=program(secret),
                options={"diff": True},
                expect=hidden,
                calls={"POST": 0},
            ),
            Step(why="they stay so", command="refresh", before=(all_are_secret,)),
            Step(
                why="and plain again",
                before=(all_are_secret,),
                program=program(str),
                expect=shown,
            ),
        ]
    )


def test_a_field_with_a_secret_is_one_in_every_part(life: LifeCycle) -> None:
    """Another part that becomes a secret adds no name to `__secrets`: all are secret as outputs."""
    programs = Programs(life)
    program = """
    url = "https://deep-one.example/"
    config = {
        "v1": {"web_chat_skin": pulumi.Output.secret("basic")},
        "v1_http": {"authentication_url": URL},
        "v2": {"list": [1], "empty": {}, "n": 5},
    }
    for name, given in {"a": config, "whole": pulumi.Output.secret(config)}.items():
        one = WidgetDeployment(name, client_type="v2", client_config=given)
        pulumi.export(name, pulumi.Output.json_dumps(one.client_config))
    """
    programs.run("up", program.replace("URL", "url"))
    for each in ("a", "whole"):
        assert "deep-one" not in repr(life.stored(each)["outputs"])
    programs.run("up", program.replace("URL", "pulumi.Output.secret(url)"))
    for _ in range(2):
        assert "deep-one" not in life.engine.state
        programs.is_settled()
        programs.run("refresh")
    outputs = json.loads(life.engine.cli("stack", "output", "--json", "--show-secrets"))
    assert outputs["a"] == outputs["whole"]
    assert json.loads(outputs["a"]) == {
        "v1": {"web_chat_skin": "basic"},
        "v1_http": {"authentication_url": "https://deep-one.example/"},
        "v2": {"list": [1], "empty": {}, "n": 5},
    }
    programs.run("destroy")
