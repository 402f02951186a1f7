"""A refresh: what is no drift, and deployments that are gone."""

from __future__ import annotations

from typing import Any

from .lifecycle import LifeCycle
from .programs import Program, deployment
from .steps import CREATE, DELETE, Step, edited, faulty, removed, update

PROGRAM: Program = {
    "bare": deployment(),
    "empties": deployment(
        description="",
        flow_id="",
        allowed_domains=[],
        client_config={"v1": {}, "v2": {}, "v1_http": {"web_chat_skin": ""}},
    ),
    "full": deployment(
        description="Full",
        authentication_required=True,
        disabled=True,
        flow_id="flow-1",
        allowed_domains=["b.example", "a.example", "b.example"],
        client_type="v1",
        client_config={
            "v1": {"web_chat_skin": "basic"},
            "v1_http": {"authentication_url": "https://a.example/login"},
            "v2": {"empty": {"map": {}, "list": [], "text": "", "no": False, "zero": 0}},
            "third_party": {"numbers": [1, 2.5, -3, 10000000]},
        },
    ),
}
ADDS: dict[str, Any] = {
    "dateModified": "2020-01-01T00:00:00Z",
    "version": 7,
    "clientConfig": {"v1": {"theme": "blue"}, "v3": {"a": 1}},
}


def test_without_drift_a_refresh_finds_none_however_the_service_spells(life: LifeCycle) -> None:
    def refresh(why: str, **faults: Any) -> Step:
        # settled: here by a plain refresh, and by a preview with one
        return Step(why=why, before=(faulty(**faults),), command="refresh", settles=True)

    life.run(
        [
            Step(why="create", program=PROGRAM, expect=dict.fromkeys(PROGRAM, CREATE)),
            refresh("as null", empty_as="null"),
            refresh("not there", empty_as="missing"),
            refresh("as empty", empty_as="empty", reorders=True),
            refresh("with fields that nobody sent", adds=ADDS),
        ]
    )


def test_what_the_service_adds_when_it_is_written_to_is_no_drift(life: LifeCycle) -> None:
    adds = {**ADDS, "description": "By default", "clientConfig": {"v1": {"webChatSkin": "basic"}}}
    url = {"authentication_url": "https://a.example/login"}
    program = {"a": deployment(client_config={"v1": url}), "b": deployment(description="Mine")}
    life.run(
        [
            Step(
                why="create",
                program=program,
                before=(faulty(adds=adds, empty_as="null"),),
                expect={"a": CREATE, "b": CREATE},
            ),
            Step(
                why="the program says so itself",
                program={**program, "b": deployment(description="By default")},
                expect={"b": update("~description")},
            ),
            Step(
                why="and changes what was added",
                program={**program, "a": deployment(description="Mine", client_config={"v1": url})},
                expect={"a": update("+description"), "b": update("~description")},
            ),
        ]
    )


def test_what_is_gone_is_made_again(life: LifeCycle) -> None:
    program = {"a": deployment(), "b": deployment(), "c": deployment(description="x")}
    life.run(
        [
            Step(why="create", program=program, expect=dict.fromkeys(program, CREATE)),
            Step(
                why="the refresh drops it",
                before=(removed("a"), edited("c", description="y")),
                command="refresh",
                expect={"a": DELETE, "c": update("~description")},
            ),
            Step(why="the next up makes it", expect={"a": CREATE, "c": update("~description")}),
            Step(
                why="what the program drops as well is no error",
                before=(removed("b"),),
                program={"a": program["a"], "c": program["c"]},
                expect={"b": DELETE},
                calls={"token": 1, "DELETE": 1},
            ),
        ],
        ends=False,
    )
    life.org.remove(life.id("c"))
    life.run([])  # destroys, where one is gone already


def test_reads_that_lag_behind_writes_do_no_harm(life: LifeCycle) -> None:
    life.org.faults.read_lag = 0.5
    life.run([Step(why="create", program=PROGRAM, expect=dict.fromkeys(PROGRAM, CREATE))])
