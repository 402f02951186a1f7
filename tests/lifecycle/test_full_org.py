"""An org holds ten deployments at most, and what our own POSTs make too many counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_widgets.simulator import Simulator

from .conftest import NewLife
from .lifecycle import LifeCycle
from .programs import Program, deployment, secret
from .steps import CREATE, Step, fail, faulty, given_up, replace, update
from .test_orgs import configure

FULL = "409 maximum.deployments.exceeded: No more than 10 deployments allowed"
THEIRS = {"name": "Theirs", "clientType": "v1"}


@pytest.fixture
def org() -> Iterator[Simulator]:
    """An org as the vendor limits it, where a colleague already has a deployment."""
    with Simulator(seed=0) as simulator:
        simulator.add(THEIRS, deployment_id="others")
        yield simulator


def chats(*numbers: int, opts: dict[str, Any] | None = None, **inputs: Any) -> Program:
    """Deployments by their numbers."""
    return {f"d{n}": deployment(opts, name=f"Chat {n}", **inputs) for n in numbers}


def test_nine_fit_beside_one_however_the_service_misbehaves(life: LifeCycle) -> None:
    """After each step the org, the state and what a fresh refresh reads are one."""
    nine = range(1, 10)
    given: dict[str, Any] = {"allowed_domains": ["Shop.Example"], "description": " It "}
    every = faulty(
        double_post=2,
        respells=True,
        read_lag=1.0,
        delete_lag=1.0,
        get_lag=1.0,
        uneven_lags=True,
        late_twins=0.5,
        conflicts=0.2,
        empty_as="missing",
    )
    program = chats(*nine, **given)
    life.run(
        [
            Step(
                why="create",
                program=program,
                before=(every,),
                expect=dict.fromkeys(program, CREATE),
            ),
            Step(
                why="update",
                program=chats(*nine, **{**given, "description": ""}),
                expect={name: update("-description") for name in program},
            ),
        ]
    )


def test_what_does_not_fit_is_refused_and_the_rest_is_whole(life: LifeCycle) -> None:
    first = chats(*range(1, 9))
    theirs = {"theirs": deployment(adopt_id="others", name="Theirs", client_type="v1")}
    life.run(
        [
            Step(why="eight of nine", program=first, expect=dict.fromkeys(first, CREATE)),
            Step(
                why="one of two more is refused",
                program={**first, **chats(9), **chats(10, opts={"depends_on": ["d9"]})},
                expect={
                    "d9": CREATE,
                    "d10": fail(
                        FULL,
                        "The org holds 10: at least 9 of this stack, at most 1 of others. "
                        "`pulumi-widgets list` names who manages each, `pulumi-widgets orphans` "
                        "names what no stack has. Delete a deployment that nobody needs, or adopt "
                        "one (adopt_id). What a program takes out is deleted last: `pulumi up "
                        "--target` it first. A replacement within the org needs the resource "
                        "option delete_before_replace; a move needs room in its new org.",
                        op="create",
                    ),
                },
            ),
            Step(
                why="a replacement needs a place more than there is",
                program={**first, **chats(9)},
                options={"replace": ["**::d9"]},
                expect={"d9": fail(FULL, op="replace")},
            ),
            Step(
                why="and goes where the old one goes first",
                program={**first, **chats(9, opts={"delete_before_replace": True})},
                options={"replace": ["**::d9"]},
                expect={"d9": replace(deleted_first=True)},
            ),
            Step(
                why="adopting takes no place",
                program={
                    **first,
                    **chats(9),
                    **theirs,
                },
                before=(given_up("others"),),
                expect={"theirs": CREATE},
            ),
        ]
    )


def test_moves_between_full_orgs(new_life: NewLife) -> None:
    """What moves goes first where both are full, and only then."""
    with Simulator(seed=1) as europe:
        life = new_life(named={"eu": europe})
        configure(life, "eu", europe)
        here, there = chats(*range(1, 10)), chats(*range(11, 21), org="eu")
        life.run(
            [
                Step(
                    why="both full",
                    program={**here, **there},
                    expect=dict.fromkeys({**here, **there}, CREATE),
                ),
                Step(
                    why="no room there",
                    program={**here, **there, **chats(1, org="eu")},
                    expect={
                        "d1": fail(
                            FULL, "The org 'eu' holds 10: at least 10 of this stack", op="replace"
                        )
                    },
                ),
                Step(
                    why="a secret stays one",
                    program={**here, **there, **chats(1, org=secret("eu"))},
                    expect={
                        "d1": fail(FULL, "The org holds 10: at least 10 of this", op="replace")
                    },
                ),
                Step(
                    why="two swap their orgs, each out of the other's way first",
                    program={
                        **{name: each for name, each in here.items() if name != "d1"},
                        **{name: each for name, each in there.items() if name != "d11"},
                        **chats(1, org="eu", opts={"delete_before_replace": True}),
                        **chats(11, opts={"delete_before_replace": True, "depends_on": ["d2"]}),
                    },
                    expect={
                        "d1": replace(deleted_first=True),
                        "d11": replace(deleted_first=True),
                    },
                ),
            ]
        )
