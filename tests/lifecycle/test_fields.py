"""Each field by itself: set, changed, cleared, drifted; one resource a field, one life for all."""

from __future__ import annotations

from collections.abc import Mapping

from .lifecycle import LifeCycle
from .programs import Program, deployment
from .steps import CREATE, Expected, Step, edited, update
from .truth import deployments, size_beyond

SKIN = {"web_chat_skin": "basic", "authentication_url": "https://a.example/login"}
FREE = {"list": [1, 2.5, {"deep": "x"}], "flag": False, "zero": 0, "map": {"none": {}}}

UNSET: Program = {
    name: deployment()
    for name in ("text", "auth", "off", "flow", "domains", "kind", "skin", "free", "third", "http")
}
FIRST: Program = {
    "text": deployment(description="first"),
    "auth": deployment(authentication_required=True),
    "off": deployment(disabled=True),
    "flow": deployment(flow_id="flow-1"),
    "domains": deployment(allowed_domains=["a.example", "b.example", "c.example"]),
    "kind": deployment(client_type="v1"),
    "skin": deployment(client_config={"v1": SKIN}),
    "free": deployment(client_config={"v2": FREE}),
    "third": deployment(client_config={"third_party": {"a": 1}}),
    "http": deployment(client_config={"v1_http": {"web_chat_skin": "basic"}}),
}
SECOND: Program = {
    "text": deployment(description="second"),
    "auth": deployment(authentication_required=False),
    "off": deployment(disabled=False),
    "flow": deployment(flow_id="flow-2"),
    "domains": deployment(allowed_domains=["c.example", "d.example", "a.example"]),
    "kind": deployment(client_type="v1-http"),
    "skin": deployment(client_config={"v1": {**SKIN, "web_chat_skin": "modern-caret-skin"}}),
    "free": deployment(client_config={"v2": {**FREE, "list": [1, 2.5, {"deep": "y"}]}}),
    "third": deployment(client_config={"third_party": {"a": 1, "b": True}}),
    "http": deployment(client_config={"v1-http": {"authenticationUrl": "https://b.example"}}),
}
# what the preview of SECOND after FIRST shows; the order of domains is no difference
CHANGES = {
    "text": update("~description"),
    "auth": update("~authenticationRequired"),
    "off": update("~disabled"),
    "flow": update("~flowId"),
    "domains": update("~allowedDomains[1]"),
    "kind": update("~clientType"),
    "skin": update("~clientConfig.v1.webChatSkin"),
    "free": update("~clientConfig.v2.list[2].deep"),
    "third": update('+clientConfig["third-party"].b'),
    "http": update(
        '-clientConfig["v1-http"].webChatSkin', '+clientConfig["v1-http"].authenticationUrl'
    ),
}
SET = {
    **CHANGES,
    "text": update("+description"),
    "flow": update("+flowId"),
    "domains": update("+allowedDomains"),
    "skin": update("+clientConfig"),
    "free": update("+clientConfig"),
    "third": update("+clientConfig"),
    "http": update("+clientConfig"),
}
CLEARED = {
    **CHANGES,
    "text": update("-description"),
    "auth": update("~authenticationRequired"),
    "flow": update("-flowId"),
    "domains": update("-allowedDomains"),
    "skin": update("-clientConfig"),
    "free": update("-clientConfig"),
    "third": update("-clientConfig"),
    "http": update("-clientConfig"),
}
BY_COLLEAGUE = (
    edited("text", description="theirs"),
    edited("auth", authenticationRequired=True),
    edited("off", disabled=True),
    edited("flow", flow={"id": "theirs"}),
    edited("domains", allowedDomains=["theirs.example"]),
    edited("kind", clientType="third-party"),
    edited("skin", clientConfig={"v1": {"webChatSkin": "basic"}}),
    edited("free", clientConfig={"v2": {"theirs": [1]}}),
    edited("third", clientConfig={"third-party": {"theirs": 1}}),
    edited("http", clientConfig={"v1-http": {"webChatSkin": "basic"}}),
)
TEN = len(UNSET)


def _reversed(changes: Mapping[str, Expected]) -> dict[str, Expected]:
    """What the way back shows."""
    signs = str.maketrans("+-", "-+")
    return {
        name: update(*(change[0].translate(signs) + change[1:] for change in each.properties))
        for name, each in changes.items()
    }


def _is_small(life: LifeCycle) -> None:
    """Inputs and outputs are a deployment's own data and at most 400 bytes more."""
    for resource in deployments(life.engine):
        assert 0 < size_beyond(resource) <= 400, resource


def test_fields_that_were_never_set_can_be_set_and_drift(life: LifeCycle) -> None:
    life.run(
        [
            Step(
                why="create",
                program=UNSET,
                expect=dict.fromkeys(UNSET, CREATE),
                calls={"token": 1, "POST": TEN},
            ),
            Step(why="nothing to do", calls={}),
            Step(
                why="each field drifts; the refresh takes it in",
                before=BY_COLLEAGUE,
                command="refresh",
                expect=SET,
                calls={"token": 1, "PUT": 0},
            ),
            Step(
                why="the preview shows how it would be put back",
                command="preview",
                options={"diff": True},
                expect=CLEARED,
                calls={},
                shows=('- description: "theirs"', "- flowId: ", "- clientConfig: {"),
            ),
            Step(why="and the next up does it", expect=CLEARED, calls={"token": 1, "PUT": TEN}),
        ]
    )


# ... and how the same is put back from what SECOND says
PUT_BACK = {
    "text": update("~description"),
    "auth": update("~authenticationRequired"),
    "off": update("~disabled"),
    "flow": update("~flowId"),
    "domains": update("~allowedDomains[0]", "+allowedDomains[1]", "+allowedDomains[2]"),
    "kind": update("~clientType"),
    "skin": update("~clientConfig.v1.webChatSkin", "+clientConfig.v1.authenticationUrl"),
    "free": update(
        "-clientConfig.v2.theirs",
        *(f"+clientConfig.v2.{key}" for key in ("list", "flag", "zero", "map")),
    ),
    "third": update(
        *(
            f'{change[0]}clientConfig["third-party"].{change[1:]}'
            for change in ("-theirs", "+a", "+b")
        )
    ),
    "http": update(
        '-clientConfig["v1-http"].webChatSkin', '+clientConfig["v1-http"].authenticationUrl'
    ),
}
GONE = {
    "text": update("+description"),
    "flow": update("+flowId"),
    "domains": update("+allowedDomains"),
    **dict.fromkeys(("skin", "free", "third", "http"), update("+clientConfig")),
}
RENAMED = {
    name: deployment(**{**each.inputs, "name": f"New {name}"}) for name, each in UNSET.items()
}


def test_each_field_is_changed_put_back_and_cleared(life: LifeCycle) -> None:
    life.run(
        [
            Step(why="create", program=FIRST, expect=dict.fromkeys(FIRST, CREATE)),
            Step(
                why="each field changes",
                program=SECOND,
                expect=CHANGES,
                calls={"token": 1, "PUT": TEN},
            ),
            Step(why="what the state holds is small", before=(_is_small,), calls={}, settles=False),
            Step(
                why="each field drifts, and is put back by one command",
                before=BY_COLLEAGUE,
                options={"refresh": True},
                refreshed=_reversed(PUT_BACK),
                expect=PUT_BACK,
                calls={"token": 1, "PUT": TEN},
            ),
            Step(
                why="a colleague clears each field",
                before=tuple(
                    edited(name, **{key: None})
                    for name, key in (
                        ("text", "description"),
                        ("flow", "flow"),
                        ("domains", "allowedDomains"),
                        ("skin", "clientConfig"),
                        ("free", "clientConfig"),
                        ("third", "clientConfig"),
                        ("http", "clientConfig"),
                    )
                ),
                options={"refresh": True},
                refreshed=_reversed(GONE),
                expect=GONE,
            ),
            Step(
                why="the program clears each field",
                program=UNSET,
                expect={
                    **_reversed(GONE),
                    "kind": update("~clientType"),
                },
                calls={"token": 1, "PUT": TEN - 2},
            ),
            Step(
                why="rename",
                program=RENAMED,
                expect=dict.fromkeys(RENAMED, update("~name")),
                calls={"token": 1, "PUT": TEN},
            ),
        ]
    )
