"""Pulumi's resource options and commands, as they meet these resources."""

from __future__ import annotations

from pulumi_widgets.simulator import Reply

from .lifecycle import LifeCycle
from .programs import component, deployment, existing, output_of
from .steps import (
    CREATE,
    DELETE,
    DISCARD,
    PATH,
    READ,
    Step,
    edited,
    fail,
    replace,
    scripted,
    update,
)


def _dependencies_came_first(life: LifeCycle) -> None:
    names = [
        each.body["name"]
        for each in life.org.requests
        if (each.method, each.path) == ("POST", PATH)
    ]
    assert names.index("Child") < names.index("last")


def test_options_of_a_resource(life: LifeCycle) -> None:
    ignoring = {"ignore_changes": ["description", "clientConfig.v2.theirs", "allowedDomains"]}
    first = {
        "site": component(),
        "child": deployment({"parent": "site"}, name="Child"),
        "last": deployment({"depends_on": ["child", "site"]}),
        "ignoring": deployment(
            ignoring, description="one", client_config={"v2": {"theirs": 1, "ours": 1}}
        ),
        "replaced": deployment(
            {"replace_on_changes": ["description"], "delete_before_replace": True},
            description="one",
        ),
        "replaced_last": deployment({"replace_on_changes": ["clientConfig"]}),
        "old_name": deployment(name="Kept"),
        "kept": deployment({"retain_on_delete": True}),
    }
    second = {
        **first,
        "ignoring": deployment(
            ignoring,
            description="two",
            allowed_domains=["ignored.example"],
            client_config={"v2": {"theirs": 2, "ours": 2}},
        ),
        "replaced": deployment(first["replaced"].options, description="two"),
        "replaced_last": deployment(
            first["replaced_last"].options, client_config={"v2": {"new": [1]}}
        ),
        "new_name": deployment({"aliases": ["old_name"]}, name="Kept"),
    }
    del second["old_name"], second["kept"]
    life.run(
        [
            Step(
                why="create",
                program=first,
                expect={name: CREATE for name in first if name != "site"},
            ),
            Step(
                why="change",
                program=second,
                before=(_dependencies_came_first, lambda life: life.keeps("kept")),
                expect={
                    "ignoring": update("~clientConfig.v2.ours"),
                    "replaced": replace("~description", deleted_first=True),
                    "replaced_last": replace("+clientConfig"),
                    "kept": DELETE,
                },
            ),
        ]
    )


def test_protect_target_and_state_delete(life: LifeCycle) -> None:
    program = {name: deployment(description="one") for name in "abc"}
    protected = {**program, "a": deployment({"protect": True}, description="one")}
    changed = {name: deployment(description="two") for name in "abc"}
    life.run(
        [
            Step(why="create", program=protected, expect=dict.fromkeys(program, CREATE)),
            Step(
                why="what is protected is not deleted, and not replaced",
                program={name: program[name] for name in "bc"},
                command="preview",
                expect={"a": fail("cannot be deleted", "protected", op="delete")},
            ),
            Step(
                why="the target alone is updated",
                program=changed,
                targets=("b",),
                expect={"b": update("~description")},
                calls={"token": 1, "PUT": 1},
            ),
            Step(
                why="a forgotten one is nobody's any more, and the program makes another",
                before=(
                    lambda life: life.keeps("c"),
                    lambda life: life.engine.cli("state", "delete", life.engine.urn("c"), "--yes"),
                ),
                expect={"a": update("~description"), "c": CREATE},
            ),
        ]
    )


def test_one_that_is_managed_elsewhere_is_read_only(life: LifeCycle) -> None:
    program = {
        "theirs": existing("others"),
        "ours": deployment(description=output_of("theirs", "name")),
    }
    everything = {
        "name": "Everything",
        "description": "d",
        "clientType": "v1",
        "flow": {"id": "f"},
        "allowedDomains": ["a.example"],
        "clientConfig": {"v1": {"webChatSkin": "basic"}, "v2": {"a": [1]}},
    }
    life.others["more"] = everything
    life.org.add(everything, deployment_id="more")

    def changes(life: LifeCycle) -> None:
        life.org.edit("others", name="Renamed")
        life.others["others"]["name"] = "Renamed"

    life.run(
        [
            Step(
                why="read",
                program={**program, "more": existing("more")},
                exports={"config": output_of("more", "client_config", "v1", "web_chat_skin")},
                expect={"theirs": READ, "more": READ, "ours": CREATE},
                calls={"token": 1, "POST": 1},
            ),
            Step(why="read again", expect={"theirs": READ, "more": READ}),
            Step(
                why="its owner changes it",
                before=(changes,),
                expect={"theirs": READ, "more": READ, "ours": update("~description")},
            ),
            Step(
                why="an id that nobody has",
                program={**program, "none": existing("no-such-id")},
                command="preview",
                expect={
                    "none": fail("no-such-id: 404", "Correct the id", op="read"),
                    "theirs": READ,
                },
            ),
            Step(
                why="dropped from the program",
                program={"ours": deployment(description="x")},
                expect={"theirs": DISCARD, "more": DISCARD, "ours": update("~description")},
                calls={"token": 1, "PUT": 1},
            ),
            Step(
                why="and taken in again",
                program=program,
                expect={"theirs": READ, "ours": update("~description")},
            ),
        ]
    )


def test_own_drift_under_ignore_changes_is_left(life: LifeCycle) -> None:
    program = {"a": deployment({"ignore_changes": ["description"]}, description="ours")}
    life.run(
        [
            Step(why="create", program=program, expect={"a": CREATE}),
            Step(
                why="a colleague's description is kept",
                before=(edited("a", description="theirs"),),
                options={"refresh": True},
                # the engine hides the difference, and takes it into the state
                refreshed={"a": update()},
                calls={"token": 1, "PUT": 0},
            ),
            Step(
                why="also when another field changes",
                program={
                    "a": deployment(
                        {"ignore_changes": ["description"]}, description="ours", disabled=True
                    )
                },
                expect={"a": update("~disabled")},
            ),
        ]
    )


def test_custom_timeouts_do_not_reach_the_provider(life: LifeCycle) -> None:
    patient = {"slow": deployment({"custom_timeouts": {"create": "1s"}})}
    life.run(
        [
            Step(
                why="a create that takes longer",
                before=(scripted("POST", Reply.error(429, retry_after=2)),),
                program=patient,
                expect={"slow": CREATE},
                calls={"POST": 2},
            )
        ]
    )
