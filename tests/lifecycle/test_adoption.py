"""Existing deployments, adopted by a program."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from .lifecycle import LifeCycle
from .programs import Program, deployment, existing, lookup, output_of, secret, text_of
from .steps import CREATE, DELETE, READ, Step, edited, fail, given_up, replace, update

V2 = {"clientType": "v2"}
TWICE = (
    "adopt_id: another resource of this program has this deployment|"
    "two resources of this program have, or are to adopt, the deployment"
)


def _made_by_others(life: LifeCycle, **bodies: dict[str, Any]) -> None:
    for id_, body in bodies.items():
        life.org.add({"name": id_, **V2, **body}, deployment_id=id_)
    life.others.update({id_: life.org.dump()[id_] for id_ in bodies})


def _ids(life: LifeCycle, *names: str) -> None:
    assert [life.id(name) for name in names] == list(names)


def test_it_is_taken_over_and_lives_on_as_any_other(life: LifeCycle) -> None:
    _made_by_others(
        life,
        same={"flow": {"id": "f"}, "allowedDomains": ["b.example", "a.example"]},
        differs={"description": "theirs", "disabled": True},
        found={"name": "By its name"},
        hidden={},
        kept={},
        guarded={},
    )

    def program(adopt: bool, **changes: str) -> Program:
        def adopting(id_: Any) -> dict[str, Any]:
            return {"adopt_id": id_} if adopt else {}

        return {
            "by_name": lookup(name="By its name"),
            "same": deployment(
                flow_id="f", allowed_domains=["a.example", "b.example"], **adopting("same")
            ),
            "differs": deployment(description="ours", disabled=False, **adopting("differs")),
            "found": deployment(name="By its name", **adopting(output_of("by_name", "id"))),
            "hidden": deployment(**adopting(secret("hidden"))),
            "kept": deployment({"retain_on_delete": True}, **adopting("kept")),
            "guarded": deployment({"protect": True}, **adopting("guarded"), **changes),
        }

    differs = ('adopting differs: description "theirs" → "ours"; disabled true → false',)
    names = [name for name in program(True) if name != "by_name"]
    adopted = program(True)
    without_kept = {
        name: each for name, each in program(False, description="x").items() if name != "kept"
    }
    life.run(
        [
            Step(
                why="a preview touches nothing",
                program=adopted,
                command="preview",
                options={"diff": True},
                expect=dict.fromkeys(names, CREATE),
                # of the lookup, in the program; the provider finds out whether they are there
                calls={"token": 2, "GET": 1 + 1, "POST": 0, "PUT": 0, "DELETE": 0},
                shows=(': "same"', ': "found"', ": [secret]"),
                tells=differs,
            ),
            Step(
                why="each is read, and written where it differs",
                before=(given_up(*names),),
                expect=dict.fromkeys(names, CREATE),
                calls={"POST": 0, "PUT": 1, "DELETE": 0},
                tells=differs,
            ),
            Step(
                why="the input goes, and a field drifted: nothing but that is seen",
                program=program(False),
                before=(
                    lambda life: _ids(life, *names),
                    edited("same", description="by hand"),
                ),
                options={"refresh": True, "diff": True},
                refreshed={"same": update("+description")},
                expect={"same": update("-description")},
                calls={"POST": 0, "PUT": 1, "DELETE": 0},
            ),
            Step(
                why="another id is no change, a field is",
                program={
                    **program(False, description="x"),
                    "same": deployment(
                        adopt_id="others",
                        flow_id="f",
                        allowed_domains=["a.example", "b.example"],
                    ),
                },
                options={"diff": True},
                expect={"guarded": update("+description")},
                calls={"PUT": 1},
            ),
            Step(
                why="what is protected stays, what is to be retained too",
                program={name: each for name, each in without_kept.items() if name != "guarded"},
                command="preview",
                expect={
                    "kept": DELETE,
                    "guarded": fail("cannot be deleted", "protected", op="delete"),
                },
            ),
            Step(
                why="it leaves the state, and stays in the org",
                program={**without_kept, "guarded": deployment(description="x")},
                before=(lambda life: life.keeps("kept"),),
                expect={"kept": DELETE},
                calls={"DELETE": 0},
            ),
        ]
    )


def _interrupted(name: str) -> Any:
    """The last command ended between a create and the delete of what it replaces."""

    def hand(life: LifeCycle) -> None:
        stack = life.engine.stack
        exported = stack.export_stack()
        resources = (exported.deployment or {})["resources"]
        [at] = [n for n, each in enumerate(resources) if each["urn"].endswith(f"::{name}")]
        resources.insert(at + 1, {**copy.deepcopy(resources[at]), "delete": True})
        stack.import_stack(exported)

    return hand


def test_it_is_never_deleted_for_its_own_successor(life: LifeCycle) -> None:
    _made_by_others(life, **{each: {} for each in ("last", "first", "renamed", "interrupted")})

    def program(text: str, old: str, **inputs: Any) -> Program:
        replaced = {"replace_on_changes": ["description"]}
        return {
            "last": deployment(replaced, description=text, **(inputs or {"adopt_id": "last"})),
            "first": deployment(
                {**replaced, "delete_before_replace": True},
                description=text,
                adopt_id="first",
            ),
            old: deployment(name="renamed", adopt_id="renamed"),
            "interrupted": deployment(adopt_id="interrupted"),
        }

    def told(old: str, new: str) -> tuple[str, ...]:
        return tuple(f'adopting {id_}: description {old} → "{new}"' for id_ in ("last", "first"))

    def all_are_there(life: LifeCycle) -> None:
        ids = {"last", "first", "renamed", "interrupted"}
        assert life.org.dump().keys() - {"others"} == ids

    life.run(
        [
            Step(
                why="adopt",
                program=program("one", "old"),
                before=(given_up("last", "first", "renamed", "interrupted"),),
                expect=dict.fromkeys(program("", "old"), CREATE),
                tells=tuple(
                    f'adopting {id_}: description none → "one"' for id_ in ("last", "first")
                ),
                settles=False,
            ),
            Step(
                why="replaced by itself, after and before its delete; renamed; and a late delete",
                program=program("two", "new"),
                before=(_interrupted("interrupted"),),
                expect={
                    "last": replace("~description"),
                    "first": replace("~description", deleted_first=True),
                    "old": DELETE,
                    "new": CREATE,
                    "interrupted": replace(),
                },
                calls={"POST": 0, "DELETE": 0},
                tells=told('"one"', "two"),
            ),
            Step(
                why="without the input it is replaced by a new one",
                program=program("three", "new", name="last"),
                before=(all_are_there,),
                expect={
                    "last": replace("~description"),
                    "first": replace("~description", deleted_first=True),
                },
                calls={"POST": 1, "DELETE": 1},
                tells=told('"two"', "three")[1:],
            ),
        ]
    )


def test_what_the_stack_manages_is_not_adopted_by_another(life: LifeCycle) -> None:
    original = {"original": deployment(description="x")}
    life.run([Step(why="make it", program=original, expect={"original": CREATE})], ends=False)
    id_ = life.id("original")
    twice = {"dup": deployment(name="original", description="x", adopt_id=id_)}

    # the engine checks and compares resources in any order: the second of the two is told
    for program in ({**original, **twice}, {**twice, **original}):
        life.engine.write_program(text_of(program, {}))
        for options in ({}, {"refresh": True}):
            outcome = life.engine.run("preview", **options)
            assert outcome.failed
            assert re.search(TWICE, outcome.text), outcome.text

    def adopted_nevertheless(life: LifeCycle) -> None:
        life.engine.write_program(text_of({**original, **twice}, {}))
        assert not life.engine.run("up", target=[life.engine.urn("dup")]).failed
        life.engine.write_program(text_of(original, {}))

    life.run(
        [
            Step(
                why="the engine was told to look at the other alone; that goes, the first stays",
                before=(adopted_nevertheless,),
                expect={"dup": DELETE},
                calls={"POST": 0, "PUT": 0, "DELETE": 0},
            ),
            Step(
                why="it gets another name, and stays",
                program={"renamed": deployment(name="original", adopt_id=id_)},
                options={"refresh": True},
                expect={"original": DELETE, "renamed": CREATE},
                calls={"POST": 0, "PUT": 1, "DELETE": 0},
                tells=(f'adopting {id_}: description "x" → none',),
            ),
        ]
    )


def test_what_cannot_be_adopted_is_told(life: LifeCycle) -> None:
    _made_by_others(life, one={}, two={})
    life.run(
        [
            Step(
                why="twice in one program",
                program={
                    "a": deployment(adopt_id="one"),
                    "b": deployment(adopt_id="one"),
                },
                command="preview",
                expect={"": fail("b: adopt_id: 'a' adopts this deployment already")},
                calls={},
            ),
            Step(
                why="an id that nobody has",
                program={"a": deployment(adopt_id="none")},
                command="preview",
                expect={
                    "a": fail(
                        "the org has no such deployment: correct the id, or leave it out to make"
                    )
                },
                calls={"token": 1, "GET": 3},
            ),
        ]
    )


def test_a_chat_is_not_disarmed_unseen(life: LifeCycle) -> None:
    _made_by_others(
        life,
        hand={
            "authenticationRequired": True,
            "disabled": True,
            "allowedDomains": ["shop.example.com"],
            "description": "by hand",
            "clientConfig": {"v2": {"theme": "dark"}},
        },
    )
    armed = {"hand": deployment(adopt_id="hand", authentication_required=True, disabled=False)}
    changes = 'description "by hand" → none; allowedDomains [shop.example.com] → none; '
    config = 'clientConfig.v2 {"theme": "dark"} → none'
    life.run(
        [
            Step(
                why="what turns sign-in off, or a chat on, has to be in the program",
                program={"hand": deployment(name="hand", adopt_id="hand")},
                command=command,
                expect={
                    "hand": fail(
                        "authentication_required: adopting hand: the org has true; say so in the",
                        "disabled: adopting hand: the org has true; say so in the program, or say",
                    )
                },
                calls={"POST": 0, "PUT": 0},
            )
            for command in ("preview", "up")
        ]
        + [
            Step(
                why="it is: what else it changes is told by preview and up",
                program=armed,
                before=(given_up("hand"),) if command == "up" else (),
                command=command,
                expect={"hand": CREATE},
                tells=(
                    "adopting hand: "
                    + changes.replace("; allowed", "; disabled true → false; allowed")
                    + config,
                ),
            )
            for command in ("preview", "up")
        ]
    )


@pytest.mark.parametrize(
    "how", ["the other depends on it", "side by side", "with a refresh", "and one that only reads"]
)
def test_two_resources_never_have_one_deployment(life: LifeCycle, how: str) -> None:
    _made_by_others(life, shared={})
    first = {"a": deployment(name="shared")}
    depends = {"depends_on": ["b"]} if how == "the other depends on it" else {}
    read = {"c": existing("shared")} if how == "and one that only reads" else {}
    adopting = {"b": deployment(name="shared", adopt_id="shared")}
    both: Program = {**read, **adopting, "a": deployment(depends, name="shared")}
    adopt = Step(
        why="one adopts it",
        program={"a": deployment(name="shared", adopt_id="shared")},
        before=(given_up("shared"),),
        expect={"a": CREATE},
    )
    life.run([adopt], ends=False)
    life.engine.write_program(text_of(both, {}))
    for command in ("preview", "up"):
        outcome = life.engine.run(command, refresh=how == "with a refresh")
        assert outcome.failed, outcome.text
        assert re.search(TWICE, outcome.text), outcome.text
    for refresh in (False, True):
        life.engine.write_program(text_of(first, {}))
        outcome = life.engine.run("up", refresh=refresh)
        assert not outcome.failed, outcome.text
        assert life.org.dump().keys() == {"others", "shared"}
    life.run([Step(why="the first has it still", program=first)])


def test_it_stays_when_what_it_depends_on_is_deleted_before_it_is_replaced(
    life: LifeCycle,
) -> None:
    _made_by_others(life, kept={}, moved={}, read={})
    again = {"delete_before_replace": True, "replace_on_changes": ["disabled"]}
    hides = {"additional_secret_outputs": ["description"]}
    follows = {**hides, "replace_on_changes": ["description"]}

    def program(name: str, *, disabled: bool) -> Program:
        its_id = output_of("first", "id")
        return {
            "first": deployment(again, disabled=disabled),
            "kept": deployment(follows, description=its_id, adopt_id="kept"),
            name: deployment(hides, name="moved", description=its_id, adopt_id="moved"),
        }

    adopting = tuple(
        f"adopting {each}: description [secret] → [secret]" for each in ("kept", "moved")
    )
    before: Program = program("old", disabled=False)
    after = {**program("new", disabled=True), "theirs": existing("read")}
    life.run(
        [
            Step(
                why="adopt",
                program={**before, "mine": deployment(name="read", adopt_id="read")},
                before=(given_up("kept", "moved", "read"),),
                expect=dict.fromkeys(("first", "kept", "old", "mine"), CREATE),
                tells=adopting,
            ),
            Step(
                why="one is replaced, one gets another name, one is only read from now on",
                before=(lambda life: life.keeps("mine"),),
                program=after,
                expect={
                    "first": replace("~disabled", deleted_first=True),
                    "kept": replace(deleted_first=True),
                    "old": DELETE,
                    "new": CREATE,
                    "mine": DELETE,
                    "theirs": READ,
                },
                tells=(
                    *adopting,
                    "the deployment read stays in the org: the program reads it, with a get",
                ),
                settles=False,
            ),
            Step(why="nothing is left to do", command="preview", expect={"theirs": READ}),
        ]
    )
