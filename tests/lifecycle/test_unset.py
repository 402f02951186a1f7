"""Outputs that are unset: known to be None, also in previews."""

from __future__ import annotations

from typing import Any

from .lifecycle import LifeCycle
from .programs import Program, deployment, existing, later, output_of, secret
from .steps import CREATE, READ, Expected, Step, given_up, update

OPTIONAL = ("description", "flow_id", "allowed_domains", "client_config", "org")


def _program(**of_a: Any) -> Program:
    return {
        "a": deployment(**of_a),
        "copy": deployment(**{name: output_of("a", name) for name in OPTIONAL}),
        "copy_of_flow": deployment(flow=output_of("a", "flow")),
        "given_none": deployment(
            name=later(None), description=later(None), client_config=later(None)
        ),
        "copy_of_none": deployment(
            **{name: output_of("given_none", name) for name in (*OPTIONAL, "name")}
        ),
        "theirs": existing("others"),
        "copy_of_theirs": deployment(
            **{name: output_of("theirs", name) for name in (*OPTIONAL, "flow")[:-1]},
        ),
        "adopted": deployment(adopt_id="adopted", description="ours"),
        "copy_of_adopted": deployment(
            flow_id=output_of("adopted", "flow_id"), description=output_of("adopted", "description")
        ),
        "part": deployment(client_config={"v2": {"key": 1}}),
        "copy_of_part": deployment(
            client_config={
                part: output_of("part", "client_config", part)
                for part in ("v1", "v1_http", "v2", "third_party")
            }
        ),
    }


EXPORTS = {
    f"{name}_{key}": output_of(name, key)
    for name in ("a", "copy", "given_none", "theirs", "adopted")
    for key in (*OPTIONAL, "flow")
}


def test_what_is_unset_is_known_to_be(life: LifeCycle) -> None:
    def is_quiet(why: str, expect: dict[str, Expected], **options: Any) -> Step:
        return Step(why=why, command="preview", expect=expect, options=options, settles=False)

    first = _program()
    created: dict[str, Expected] = dict.fromkeys(first, CREATE) | {"theirs": READ}
    life.org.add({"name": "Theirs", "clientType": "v2"}, deployment_id="adopted")
    life.others["adopted"] = life.org.dump()["adopted"]
    adopting = 'adopting adopted: name "Theirs" → "adopted"; description none → "ours"'
    outcome = life.step(
        Step(
            why="the first preview",
            program=first,
            exports=EXPORTS,
            command="preview",
            expect=created,
            tells=(adopting,),
        )
    )
    assert "unknown" not in outcome.text, outcome.text
    life.run(
        [
            Step(why="create", before=(given_up("adopted"),), expect=created, tells=(adopting,)),
            is_quiet("nothing to do", {"theirs": READ}, expect_no_changes=True),
            Step(
                why="what is set is passed on, as the preview says",
                program=_program(description="new", flow_id="f", client_config={"v2": {"b": 1}}),
                exports=EXPORTS,
                expect={
                    "theirs": READ,
                    "a": update("+description", "+flowId", "+clientConfig"),
                    "copy": update("+description", "+flowId", "+clientConfig"),
                    "copy_of_flow": update("+flowId"),
                },
            ),
            Step(
                why="and cleared again",
                program=first,
                exports=EXPORTS,
                expect={
                    "theirs": READ,
                    "a": update("-description", "-flowId", "-clientConfig"),
                    "copy": update("-description", "-flowId", "-clientConfig"),
                    "copy_of_flow": update("-flowId"),
                },
            ),
            is_quiet("nothing to do", {"theirs": READ}, expect_no_changes=True),
        ]
    )


def test_what_only_the_service_will_tell_stays_unknown(life: LifeCycle) -> None:
    program = {
        "a": deployment(flow_id="f"),
        "uri": deployment(description=output_of("a", "self_uri")),
        "flow_name": deployment(description=output_of("a", "flow", "name")),
        "of_unknown": deployment(description=output_of("a", "id"), client_config=later({"v2": {}})),
        "copy": deployment(description=output_of("of_unknown", "description")),
        "plain": deployment(),
    }
    exports = {
        "whole": output_of("plain"),
        "uri": output_of("a", "self_uri"),
        "flow": output_of("a", "flow"),
        "description": output_of("copy", "description"),
        "unset": output_of("of_unknown", "flow_id"),
    }
    outcome = life.step(
        Step(
            why="the first preview",
            program=program,
            exports=exports,
            command="preview",
            expect=dict.fromkeys(program, CREATE),
        )
    )
    shown = [line.split(": ") for line in outcome.text.splitlines() if "[unknown]" in line]
    unknown = sorted(name.strip() for name, _ in shown)
    assert unknown == ["description", "flow", "id", "self_uri", "uri"], outcome.text
    life.run(
        [
            Step(why="create", expect=dict.fromkeys(program, CREATE)),
            Step(why="nothing to do", command="preview", options={"expect_no_changes": True}),
        ]
    )
    bodies = {each["name"]: each for each in life.org.dump().values()}
    assert bodies == {"Somebody else's": life.others["others"]}


def test_what_no_state_holds_is_unset_whatever_the_program_gave(life: LifeCycle) -> None:
    given = {
        "description": "new",
        "flow_id": "new",
        "allowed_domains": ["new.example"],
        "client_config": {"v2": {"new": 1}},
    }
    empty: dict[str, Any] = {"description": "", "allowed_domains": [], "client_config": {"v2": {}}}

    def program(opts: dict[str, Any], **of_a: Any) -> Program:
        return {
            "a": deployment(opts, **of_a),
            "empty": deployment(**empty),
            "empty_secret": deployment(description=secret(None), flow_id=secret("")),
            **{
                f"copy_of_{of}": deployment(
                    name=output_of(of, "description"),  # to be the default where it is unset
                    **{
                        name: output_of(of, name)
                        for name in (*OPTIONAL, "flow")
                        if name[-2:] != "id"
                    },
                )
                for of in ("a", "empty", "empty_secret")
            },
        }

    exports = {
        f"{name}_{key}": output_of(name, key)
        for name in ("a", "empty", "empty_secret")
        for key in (*OPTIONAL, "flow")
    }
    first = program({})
    quiet: dict[str, Any] = {
        "command": "preview",
        "options": {"expect_no_changes": True},
        "settles": False,
    }
    life.run(
        [
            Step(
                why="create",
                program=first,
                exports=exports,
                expect=dict.fromkeys(first, CREATE),
            ),
            Step(why="what is empty is unset", **quiet),
            Step(
                why="what is ignored was never sent: nobody gets it",
                program=program({"ignore_changes": list(given)}, **given),
                exports=exports,
            ),
            Step(why="nor in a preview", **quiet),
        ]
    )
