"""Transforms, transformations and aliases: what comes past the constructor."""

from __future__ import annotations

import json

import pytest

from .engine import TYPE
from .lifecycle import LifeCycle
from .test_in_python import Programs

SECRETS = """
    def transform(args):
        hidden = {
            "flowId": pulumi.Output.secret("hush-flow"),
            "description": pulumi.Output.secret("hush-text"),
            "clientConfig": {"v1": {"authenticationUrl": pulumi.Output.secret("https://hush.example")}},
        }
        return pulumi.ResourceTransformResult({**args.props, **hidden}, args.opts)

    def transformation(args):
        hidden = {
            "flow_id": pulumi.Output.secret("hush-flow"),
            "description": pulumi.Output.secret("hush-text"),
        }
        return pulumi.ResourceTransformationResult({**args.props, **hidden}, args.opts)

    def same(args):
        hidden = {"flowId": pulumi.Output.secret(args.props["flowId"])}
        return pulumi.ResourceTransformResult({**args.props, **hidden}, args.opts)

    def deployment(name, flow_id=None, **opts):
        one = WidgetDeployment(name, client_type="v2", flow_id=flow_id,
            opts=pulumi.ResourceOptions(**opts))
        pulumi.export(name, one.flow)
        pulumi.export(f"{name} config", one.client_config)
"""


@pytest.fixture
def programs(life: LifeCycle) -> Programs:
    return Programs(life)


def _is_hidden(programs: Programs, text: str) -> None:
    state = programs.engine.state
    assert "hush" not in text, text
    assert "hush" not in state, state


def test_secrets_of_transforms_are_secret(programs: Programs) -> None:
    program = (
        SECRETS
        + """
    deployment("new", transforms=[transform])
    deployment("old", transformations=[transformation])
    deployment("replaced", flow_id="plain", transforms=[transform])
    deployment("wrapped", flow_id="hush-flow", transforms=[same])
    """
    )
    for command in ("preview", "up", "refresh", "preview"):
        _is_hidden(programs, programs.run(command, program).text)
    assert {body["flow"]["id"] for body in programs.bodies().values()} == {"hush-flow"}
    outputs = json.loads(programs.engine.cli("stack", "output", "--json"))
    assert {name: outputs[name] for name in ("new", "old", "replaced", "wrapped")} == dict.fromkeys(
        ("new", "old", "replaced", "wrapped"), "[secret]"
    )
    programs.is_settled()
    programs.run("destroy")


WRONG = """
    def transform(args):
        wrong = {
            "clientType": pulumi.Output.secret("hush"),
            "allowedDomains": [pulumi.Output.secret("hush hush"), 5],
            "flow_id": "hush-flow",
            "clientConfig": {
                "v1": {"web_chat_skin": "basic"},
                "v2": pulumi.Output.secret({"hush": 2**60}),
            },
        }
        return pulumi.ResourceTransformResult({**args.props, **wrong}, args.opts)

    pulumi.runtime.register_resource_transform(transform)
    WidgetDeployment("a", client_type="v2")
"""


def test_what_a_transform_puts_in_is_checked(programs: Programs) -> None:
    programs.write(WRONG)
    for command in ("preview", "up"):
        outcome = programs.engine.run(command)
        assert outcome.failed
        reasons = [text.partition(" has a problem: ")[2] for text in outcome.errors["a"]]
        assert reasons == [
            "flow_id: is Python's name, and Pulumi has another here (did you mean 'flowId'?)",
            "allowed_domains[0]: must be a domain, which holds no white space",
            "allowed_domains[1]: must be a string, not a number",
            "client_type: must be one of v1, v2, v1-http, third-party",
            "client_config.v1.web_chat_skin: is Python's name, and Pulumi has another here "
            "(did you mean 'webChatSkin'?)",
            "client_config.v2: is past 2^53 - 1, where whole numbers lose digits; write it as a "
            "string",
        ]
        assert "hush" not in outcome.text
    assert programs.bodies() == {}


def test_one_that_was_a_resource_of_the_programs_own(programs: Programs) -> None:
    """Its old code, which lies in the state, does not run any more."""
    programs.org.add({"name": "a", "clientType": "v2"}, deployment_id="made")
    programs.run(
        "up",
        """
        from pulumi.dynamic import CreateResult, Resource, ResourceProvider

        class Chats(ResourceProvider):
            def create(self, props):
                return CreateResult("made", props)

            def delete(self, id_, props):
                raise RuntimeError("the old code")

        class Chat(Resource):
            def __init__(self, name, props):
                super().__init__(Chats(), name, props)

        Chat("a", {"name": "a", "clientType": "v2"})
        """,
    )
    program = """
        alias = pulumi.Alias(type_="pulumi-python:dynamic:Resource")
        opts = pulumi.ResourceOptions(aliases=[alias], ignore_changes=["*"])
        WidgetDeployment("a", client_type="v2", opts=opts)
    """
    assert programs.run("preview", program).text.count("1 to update") == 1
    outcome = programs.run("up", program)
    assert outcome.done["a"].op == "update"
    programs.is_settled()
    state = programs.engine.state
    [resource] = [
        each
        for each in json.loads(state)["checkpoint"]["latest"]["resources"]
        if each.get("id") == "made"
    ]
    assert resource["type"] == TYPE
    assert resource["inputs"]["__secrets"] == []
    programs.run("destroy")
    assert "made" not in programs.org.dump()


def test_a_get_keeps_secret_what_it_is_told_to(programs: Programs) -> None:
    programs.org.add(
        {"name": "x", "clientType": "v2", "flow": {"id": "hush-flow"}, "description": "hush"},
        deployment_id="theirs",
    )
    programs.run(
        "up",
        """
        names = ["flow_id", "description"]
        opts = pulumi.ResourceOptions(additional_secret_outputs=names)
        theirs = WidgetDeployment.get("theirs", "theirs", opts)
        pulumi.export("flow", theirs.flow)
        pulumi.export("text", theirs.description)
        """,
    )
    _is_hidden(programs, programs.run("refresh").text)
    programs.org.edit("theirs", disabled=True)  # drift of what is only read
    _is_hidden(programs, programs.run("refresh").text)
    outputs = json.loads(programs.engine.cli("stack", "output", "--json"))
    assert outputs == {"flow": "[secret]", "text": "[secret]"}
    programs.run("destroy")
