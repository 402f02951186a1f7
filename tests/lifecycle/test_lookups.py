"""Lookups see what the program itself makes; and in a preview, that it is yet to be made."""

from __future__ import annotations

from typing import Any

from pulumi_widgets.simulator import Reply

from .lifecycle import LifeCycle
from .programs import Program, after, component, deployment, later, lookup, lookups, output_of
from .steps import CREATE, PATH, Step, fail, faulty, replace, scripted, update

LOOKUPS: Program = {
    "by_name": lookup(name=after("shop", "shop")),
    "by_pattern": lookups(name=after("shop", "sh*")),
    "by_its_name": lookup(name=output_of("shop", "name")),
    "by_id": lookup(id=output_of("shop", "id")),
    "told": lookup(name="shop", depends_on=["shop"]),
    "all_told": lookups(name="s?op", depends_on=["shop"]),
    "inside": lookup(name="shop", inside="shop"),
    "later_inside": lookup(name=later("shop"), inside="shop"),
    "all_inside": lookups(name=later("sh*"), inside="shop"),
}
FOUND = {
    name: output_of(name, *path, "description")
    for name, each in LOOKUPS.items()
    for path in [("deployments", 0) if each.kind == "lookups" else ()]
}
COPY = deployment(client_config={"v2": FOUND})
"""What the lookups found, and what a preview knows of it."""
UNKNOWN = update(*[f"~clientConfig.v2.{name}" for name in FOUND])
UNKNOWN_YET = update(*[f"~clientConfig.v2.{name}" for name in FOUND if "inside" not in name])
"""An id is known before an update, and so the program in an `apply` of it runs."""


def _program(options: dict[str, Any] | None = None, **inputs: Any) -> Program:
    return {
        "all": lookups(),
        "shop": deployment(options, name="shop", **inputs),
        **LOOKUPS,
        "copy": COPY,
    }


def all_see(description: str) -> Any:
    """Look at what each lookup found in the `up` before."""

    def seen(life: LifeCycle) -> None:
        copy = life.org.dump()[life.id("copy")]
        assert copy["clientConfig"]["v2"] == dict.fromkeys(FOUND, description)

    return seen


def lists(times: int) -> Any:
    """Look at how often the `up` before listed: the program's lookups, and its provider."""

    def listed(life: LifeCycle) -> None:
        assert life.org.calls[f"GET {PATH}"] == times

    return listed


def test_lookups_see_the_programs_own_work(life: LifeCycle) -> None:
    again = {"delete_before_replace": True, "replace_on_changes": ["description"]}
    changed = update("~description")
    replaced = replace("~description", deleted_first=True)
    life.run(
        [
            Step(
                why="it is yet to be made",
                program=_program(description="first"),
                command="preview",
                expect={"shop": CREATE, "copy": CREATE},
            ),
            Step(
                why="the first listing is older: one for all that wait, and the provider's two",
                expect={"shop": CREATE, "copy": CREATE},
                settles=False,
            ),
            Step(
                why="it is yet to be updated",
                before=(all_see("first"), lists(1 + 1 + 2)),
                program=_program(description="second"),
                command="preview",
                expect={"shop": changed, "copy": UNKNOWN_YET},
            ),
            Step(why="it is updated", expect={"shop": changed, "copy": UNKNOWN}),
            Step(
                why="it is yet to be replaced",
                before=(all_see("second"),),
                program=_program(again, description="third"),
                command="preview",
                expect={"shop": replaced, "copy": UNKNOWN},
            ),
            Step(why="it is replaced", expect={"shop": replaced, "copy": UNKNOWN}),
            Step(why="nothing is left to do", before=(all_see("third"),)),
            Step(
                why="what is replaced is still there, but not meant",
                program={
                    "shop": deployment(
                        {"replace_on_changes": ["disabled"]}, name="shop", disabled=True
                    ),
                    "found": lookup(name=output_of("shop", "name")),
                    "copy": deployment(disabled=output_of("found", "disabled")),
                },
                expect={
                    "shop": replace("~disabled", "-description"),
                    "copy": update("~disabled", "-clientConfig"),
                },
            ),
        ]
    )


def test_what_lookups_wait_for(life: LifeCycle) -> None:
    chats = {f"chat-{n}": deployment(name=f"Chat {n}", description=f"of {n}") for n in range(6)}
    found = {f"found-{n}": lookup(name=output_of(f"chat-{n}", "name")) for n in range(6)}
    copied = {f"{n}": output_of(f"found-{n}", "description") for n in range(6)}
    inside: dict[str, Any] = {"opts": {"parent": "site"}, "description": "in it"}
    site: Program = {
        "site": component(),
        "inside": deployment(**inside, name="Inside"),
        "in_site": lookup(name="Inside", depends_on=["site"]),
    }
    program: Program = {"all": lookups(), **chats, **found, **site}
    exports = {**copied, "in_site": output_of("in_site", "description")}
    renamed: Program = {
        "inside": deployment(**inside, name="Renamed"),
        "in_site": lookup(name=output_of("inside", "name")),
    }
    life.run(
        [
            Step(
                why="for what is in a component",
                program=program,
                exports=exports,
                command="preview",
                expect=dict.fromkeys((*chats, "inside"), CREATE),
                shows=("in_site: [unknown]",),
            ),
            Step(
                why="for listings that show it, where they lag behind writes",
                before=(faulty(read_lag=1.0),),
                expect=dict.fromkeys((*chats, "inside"), CREATE),
                shows=(*(f': "of {n}"' for n in range(6)), 'in_site: "in it"'),
            ),
            Step(
                why="for a name that nobody has yet",
                before=(faulty(read_lag=0),),
                program={**program, **renamed},
                exports=exports,
                command="preview",
                expect={"inside": update("~name")},
            ),
            Step(
                why="it has it now",
                expect={"inside": update("~name")},
                shows=('in_site: "in it"',),
            ),
        ]
    )


def test_no_lookup_waits_for_what_is_not_made(life: LifeCycle) -> None:
    program: Program = {
        "shop": deployment(name="Shop "),
        "found": lookup(name=output_of("shop", "name")),
        "chat": deployment(name="Chat"),
    }
    life.run(
        [
            Step(
                why="it is no target",
                before=(faulty(respells=True),),
                program=program,
                exports={"found": output_of("found", "id")},
                targets=("chat",),
                expect={"chat": CREATE},
                shows=("found: [unknown]",),
            ),
            Step(
                why="it cannot be made: nothing is said of the lookup",
                before=(scripted("POST", Reply.error(400, "bad.request", "not this one")),),
                expect={"shop": fail("not this one", op="create")},
            ),
            Step(
                why="now it is, and the service spells its name otherwise",
                expect={"shop": CREATE},
                shows=('=> "',),
            ),
        ]
    )
