"""Inputs that are other resources' outputs: unknown in a preview, nested ones too."""

from __future__ import annotations

from .lifecycle import LifeCycle
from .programs import Program, deployment, output_of
from .steps import CREATE, Step, replace, update


def _program(source_description: str) -> Program:
    source, uri = output_of("source", "id"), output_of("source", "self_uri")
    return {
        "source": deployment(
            {"replace_on_changes": ["description"]}, description=source_description
        ),
        "text": deployment(description=uri),
        "flow": deployment(flow_id=source),
        "domains": deployment(allowed_domains=["a.example", source, "b.example"]),
        "free": deployment(
            client_config={"v2": {"list": [1, {"deep": uri}, [source]], "same": "x"}}
        ),
        "whole": deployment(
            client_config={"third_party": output_of("free", "client_config", "v2")}
        ),
        "known": deployment(description=output_of("source", "client_type")),
    }


CHANGES = {
    "source": replace("~description"),
    "text": update("~description"),
    "flow": update("~flowId"),
    "domains": update("~allowedDomains[1]"),
    "free": update("~clientConfig.v2.list[1].deep", "~clientConfig.v2.list[2][0]"),
}


def test_unknown_inputs_count_as_changed_and_pass_through(life: LifeCycle) -> None:
    program = _program("one")
    life.run(
        [
            Step(
                why="all is unknown before the first up",
                program=program,
                command="preview",
                expect=dict.fromkeys(program, CREATE),
                calls={},
            ),
            Step(
                why="create",
                exports={"uri": output_of("text", "description")},
                program=program,
                expect=dict.fromkeys(program, CREATE),
            ),
            Step(
                why="the source will be another one, and its outputs are unknown",
                program=_program("two"),
                command="preview",
                options={"diff": True},
                expect={
                    **CHANGES,
                    "whole": update('~clientConfig["third-party"]'),
                },
                calls={},
            ),
            Step(
                why="the up does just that; what turns out to be the same is not sent",
                expect={
                    **CHANGES,
                    "whole": update(
                        '~clientConfig["third-party"].list[1].deep',
                        '~clientConfig["third-party"].list[2][0]',
                    ),
                },
                calls={"token": 1, "POST": 1, "DELETE": 1},
            ),
        ]
    )
