"""What a program does in Python that `program.json` cannot say: transforms, subclasses, options."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import pytest

from pulumi_widgets.simulator.spelling import flow_name

from .engine import Outcome
from .lifecycle import LifeCycle
from .steps import THE_PROGRAM

_IMPORTS = """
import json
import pulumi
from pulumi_widgets import *

"""


class Programs:
    """A stack whose program is text."""

    def __init__(self, life: LifeCycle) -> None:
        self.life = life
        self.org, self.engine = life.org, life.engine

    def write(self, program: str) -> None:
        text = _IMPORTS + textwrap.dedent(program)
        (self.engine.folder / "__main__.py").write_text(text, "utf-8")

    def run(self, command: str, program: str | None = None, **options: Any) -> Outcome:
        """Run a command that succeeds and prints nothing of its own."""
        if program is not None:
            self.write(program)
        outcome = self.engine.run(command, **options)
        assert not outcome.failed, outcome.text
        assert outcome.remarks == [], outcome.text
        return outcome

    def fails(self, command: str, program: str) -> str:
        """Run a command whose program fails; the one clean error."""
        self.write(program)
        outcome = self.engine.run(command)
        assert outcome.failed, outcome.text
        assert "Traceback" not in outcome.text
        assert outcome.remarks == [], outcome.text
        error, *rest = outcome.errors.pop(THE_PROGRAM)
        # the language host's own: a program that failed is one with an exit code
        assert [each for each in rest if "exit code" not in each] == [], outcome.text
        assert outcome.errors == {}
        return error

    def is_settled(self) -> None:
        """Nothing is left to do, and a refresh finds nothing."""
        self.run("preview", refresh=True, expect_no_changes=True)

    def bodies(self) -> dict[str, dict[str, Any]]:
        """What the stack has in the org, by name."""
        others = self.life.others
        return {body["name"]: body for id_, body in self.org.dump().items() if id_ not in others}


@pytest.fixture
def programs(life: LifeCycle) -> Programs:
    return Programs(life)


def ops(outcome: Outcome) -> dict[str, str]:
    return {name: each.op for name, each in outcome.done.items()}


TRANSFORMED = """
    source = WidgetDeployment("source", client_type="v2")

    def transform(args):
        added = {"description": "added", "flowId": source.id, "clientConfig": {"v2": {"a": "b"}}}
        return pulumi.ResourceTransformResult({**args.props, **added}, args.opts)

    def transformation(args):
        added = {"description": "added", "flow_id": source.id, "client_config": {"v2": {"a": "b"}}}
        return pulumi.ResourceTransformationResult({**args.props, **added}, args.opts)

    for name, opts in (
        ("new", pulumi.ResourceOptions(transforms=[transform])),
        ("old", pulumi.ResourceOptions(transformations=[transformation])),
    ):
        one = WidgetDeployment(name, client_type="v2", opts=opts)
        WidgetDeployment(f"copy of {name}", client_type="v2",
            description=one.description, flow_id=one.flow_id, client_config=one.client_config)
        for output in ("description", "flow_id", "flow", "client_config", "allowed_domains"):
            pulumi.export(f"{name} {output}", getattr(one, output))
"""


def test_what_a_transform_adds_is_not_taken_for_unset(programs: Programs) -> None:
    shown = programs.run("preview", TRANSFORMED).text
    for name in ("new", "old"):
        assert f"{name} flow_id" in shown
        lines = {
            line.partition(":")[0].strip(): line.partition(": ")[2]
            for line in shown.splitlines()
            if line.strip().startswith(f"{name} ")
        }
        assert lines.get(f"{name} description") == '"added"', shown
        assert lines[f"{name} flow_id"] == "[unknown]"
        assert lines[f"{name} flow"] == "[unknown]"
        assert "[unknown]" not in lines[f"{name} client_config"]
        assert f"{name} allowed_domains" not in lines
    programs.run("up")
    programs.is_settled()
    bodies = programs.bodies()
    [source] = [id_ for id_, body in programs.org.dump().items() if body["name"] == "source"]
    for name in ("new", "old", "copy of new", "copy of old"):
        assert bodies[name]["description"] == "added"
        assert bodies[name]["flow"]["id"] == source
        assert bodies[name]["clientConfig"] == {"v2": {"a": "b"}}
    programs.run("destroy")
    assert programs.bodies() == {}


OUTPUTS = """
    shop = WidgetDeployment("shop", client_type="v1", flow_id="f",
        client_config={"v1_http": {"web_chat_skin": "basic"}, "v2": {"my_key": [True]}})
    gathered = pulumi.Output.all(shop.client_config, shop.flow)
    pulumi.export("json", pulumi.Output.json_dumps(shop.client_config))
    pulumi.export("flow", shop.flow)
    pulumi.export("config", shop.client_config)
    pulumi.export("skin", gathered.apply(lambda both: both[0].v1_http.web_chat_skin))
    pulumi.export("name", gathered.apply(lambda both: both[1].name))
    WidgetDeployment("copy", client_type="v1", flow=shop.flow, client_config=shop.client_config)
    WidgetDeployment("part", client_type="v1", flow_id=shop.flow.id,
        client_config={"v1": shop.client_config.v1_http, "v2": {"its": shop.client_config}})
    found = get_widget_deployment(name="Somebody else's")
    pulumi.export("found", json.dumps(found))
    pulumi.export("found text", str(get_widget_deployments()))
"""


def test_outputs_are_values(programs: Programs) -> None:
    programs.run("up", OUTPUTS)
    programs.is_settled()
    exported = programs.engine.stack.workspace.stack_outputs(programs.engine.stack.name)
    values = {name: each.value for name, each in exported.items()}
    config = {"v1_http": {"web_chat_skin": "basic"}, "v2": {"my_key": [True]}}
    assert values["json"] == json.dumps(config)
    assert values["flow"]["name"] == values["name"] == flow_name("f")
    assert values["skin"] == "basic"
    assert '"client_type": "v1"' in values["found"]
    assert "'name': \"Somebody else's\"" in values["found text"]
    bodies = programs.bodies()
    sent = {"v1-http": {"webChatSkin": "basic"}, "v2": {"my_key": [True]}}
    assert values["config"] in (sent, config)  # the API's names since SDK 3.260
    assert bodies["copy"]["clientConfig"] == bodies["shop"]["clientConfig"] == sent
    assert bodies["part"]["clientConfig"] == {"v1": {"webChatSkin": "basic"}, "v2": {"its": sent}}
    assert {bodies[name]["flow"]["id"] for name in ("shop", "copy", "part")} == {"f"}
    changed = OUTPUTS.replace('flow_id="f",', 'flow_id="f", description="new",')
    assert ops(programs.run("preview", changed)) == {
        "shop": "update",
        "copy": "same",
        "part": "same",
    }


SUBCLASS = """
    class OurChat(WidgetDeployment):
        def __init__(self, name, site, opts=None):
            super().__init__(name, opts, client_type="v2", allowed_domains=[site])

    class Special(OurChat):
        pass

    {made}
"""


def test_a_subclass_is_the_same_resource(programs: Programs) -> None:
    plain = 'WidgetDeployment("a", client_type="v2", allowed_domains=["a.example"])'
    programs.run("up", plain)
    for made in ('OurChat("a", "a.example")', 'Special("a", site="a.example")'):
        programs.run("preview", SUBCLASS.format(made=made), expect_no_changes=True)
        assert ops(programs.run("up")) == {"a": "same"}
    programs.is_settled()
    assert ops(programs.run("up", SUBCLASS.format(made='Special("a", "b.example")'))) == {
        "a": "update"
    }
    assert programs.bodies()["a"]["allowedDomains"] == ["b.example"]
    programs.run("destroy")
    assert programs.bodies() == {}


def test_one_that_an_older_version_gave_a_wrong_type_keeps_its_deployment(
    programs: Programs,
) -> None:
    old = 'OurChat._resource_type_name = "dynamic:Resource"; OurChat("a", "a.example")'
    programs.run("up", SUBCLASS.format(made=old))
    before = programs.org.dump()
    alias = 'pulumi.Alias(type_="pulumi-python:dynamic:Resource")'
    made = f'OurChat("a", "a.example", pulumi.ResourceOptions(aliases=[{alias}]))'
    assert ops(programs.run("up", SUBCLASS.format(made=made))) == {"a": "same"}
    assert ops(programs.run("up", SUBCLASS.format(made='OurChat("a", "a.example")'))) == {
        "a": "same"
    }
    assert programs.org.dump() == before


IGNORED = """
    WidgetDeployment("a", client_type="v2", description={text!r}, flow_id={text!r},
        client_config=ClientConfigArgs(
            v1=WebChatConfigArgs(authentication_url="https://{text}.example"),
            v1_http={{"web_chat_skin": "basic", "authentication_url": "https://{text}.example"}},
            v2={{"theme": {text!r}, "kept": {{"in_it": {text!r}, "its": {text!r}}}}},
        ),
        opts=pulumi.ResourceOptions(ignore_changes={ignored!r}, hide_diffs={hidden!r}))
"""
PATHS = [
    "flow_id",
    "client_config.v1.authentication_url",
    'client_config["v1_http"].authentication_url',
    "client_config.v2.theme",
    "client_config.v2.kept.in_it",
]


def test_changes_are_ignored_at_every_depth(programs: Programs) -> None:
    programs.run("up", IGNORED.format(text="one", ignored=PATHS, hidden=[]))
    before = programs.bodies()["a"]
    done = programs.run("up", IGNORED.format(text="two", ignored=PATHS, hidden=[])).done["a"]
    assert (done.op, done.properties) == ("update", {"~description", "~clientConfig.v2.kept.its"})
    after = programs.bodies()["a"]
    assert after["description"] == after["clientConfig"]["v2"]["kept"].pop("its") == "two"
    before["clientConfig"]["v2"]["kept"].pop("its")
    assert {**after, "description": "one"} == before
    shown = programs.run(
        "preview", IGNORED.format(text="three", ignored=PATHS[1:], hidden=["flow_id"]), diff=True
    )
    assert '~ description : "two" => "three"' in shown.text
    assert "~ flowId (hidden)" in shown.text


REPLACED = """
    WidgetDeployment("a", client_type="v1", description={text!r}, flow_id="f",
        client_config={{"v1_http": {{"web_chat_skin": {skin!r}}}}},
        opts=pulumi.ResourceOptions(
            replace_on_changes=["client_config.v1_http.web_chat_skin"],
            additional_secret_outputs=["client_config", "self_uri"]))
"""


def test_a_change_in_depth_replaces(programs: Programs) -> None:
    programs.run("up", REPLACED.format(text="one", skin="basic"))
    outputs = programs.life.stored("a")["outputs"]
    assert "ciphertext" in outputs["clientConfig"]
    assert "ciphertext" in outputs["selfUri"]
    assert ops(programs.run("up", REPLACED.format(text="two", skin="basic"))) == {"a": "update"}
    changed = programs.run("up", REPLACED.format(text="two", skin="modern-caret-skin"))
    assert ops(changed) == {"a": "replace"}
    programs.is_settled()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            'ignore_changes=["client_config.v2.a", "client_config.v1.skin"]',
            "ignore_changes: unknown name 'skin' in 'client_config.v1.skin'",
        ),
        (
            'import_="d-1"',
            "import_ cannot import it. Give adopt_id='d-1' in its place, or run"
            " `pulumi-widgets import a d-1`.",
        ),
    ],
)
def test_options_that_would_have_no_effect_are_one_error(
    programs: Programs, options: str, problem: str
) -> None:
    program = f'WidgetDeployment("a", client_type="v2", opts=pulumi.ResourceOptions({options}))'
    assert programs.fails("preview", program) == f"WidgetDeployment 'a': {problem}"


@pytest.mark.parametrize("id_", ["None", "pulumi.Output.from_input(None)"])
def test_a_get_without_an_id_is_one_error(programs: Programs, id_: str) -> None:
    program = f'pulumi.export("f", WidgetDeployment.get("g", {id_}).flow_id)'
    error = programs.fails("preview", program)
    assert error == "WidgetDeployment.get: 'g' needs the id of a deployment, not None"


def test_a_get_of_what_is_not_there_yet_is_unknown(programs: Programs) -> None:
    program = """
        made = WidgetDeployment("made", client_type="v2")
        found = WidgetDeployment.get("found", made.id)
        for output in ("name", "description", "flow", "client_config"):
            pulumi.export(output, getattr(found, output))
    """
    shown = programs.run("preview", program).text
    assert shown.count("[unknown]") == 4, shown
    assert ops(programs.run("up")) == {"made": "create", "found": "read"}
    assert "unknown" not in programs.run("preview", expect_no_changes=True).text


def test_a_wrong_resource_whose_outputs_are_used_is_one_error(programs: Programs) -> None:
    program = """
        a = WidgetDeployment("a", client_type="v3")
        WidgetDeployment("b", client_type="v2", description=a.description, flow=a.flow)
        pulumi.export("d", a.description)
        pulumi.export("flow", pulumi.Output.json_dumps(a.flow))
    """
    error = programs.fails("preview", program)
    assert error.startswith("WidgetDeployment: a problem\n  a: client_type: ")
