"""A stack's life where colleagues can share its state: in PostgreSQL and in S3."""

from __future__ import annotations

from ..backends.kept import Backend
from .conftest import NewLife
from .programs import deployment, secret
from .steps import CREATE, DELETE, Step, edited, update


def test_a_life(new_life: NewLife, shared_backend: Backend) -> None:
    """After each step, as anywhere: the state is the org's, and no secret stands in the backend."""
    life = new_life(secrets=("hush-hush",), backend=shared_backend)
    life.engine.config("word", "hush-hush", secret=True)
    hushed = secret("hush-hush")
    first = {"chat": deployment(description=hushed), "old": deployment(flow_id="flow-1")}
    then = {"chat": deployment(description=hushed, disabled=True)}
    life.run(
        [
            Step(why="create", program=first, expect=dict.fromkeys(first, CREATE)),
            Step(
                why="somebody changes it by hand",
                before=(edited("old", flow={"id": "flow-2"}),),
                command="refresh",
                expect={"old": update("~flowId")},
            ),
            Step(
                why="update",
                program=then,
                expect={"chat": update("~disabled"), "old": DELETE},
                settles=False,  # looked at after the first step
            ),
        ]
    )
