"""Two stacks, and a colleague, in one org."""

from __future__ import annotations

from .conftest import NewLife
from .programs import deployment
from .steps import CREATE, DELETE, Step, update


def test_stacks_with_deployments_of_one_name_leave_each_other_alone(new_life: NewLife) -> None:
    program = {"web": deployment(name="Web"), "same": deployment(name="Somebody else's")}
    blue = new_life("blue")
    blue.run(
        [Step(why="create", program=program, expect=dict.fromkeys(program, CREATE))], ends=False
    )
    # what is there when a life begins belongs to others: they are compared after every step
    green = new_life("green")
    green.run(
        [
            Step(why="create", program=program, expect=dict.fromkeys(program, CREATE)),
            Step(
                why="change",
                program={"web": deployment(name="Web", description="green")},
                expect={"web": update("+description"), "same": DELETE},
            ),
        ]
    )
    blue.run([Step(why="nothing happened", calls={})])
