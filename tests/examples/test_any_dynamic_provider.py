"""What the engine and the SDK do with any dynamic provider: facts of docs/dynamic-providers.md."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pulumi.dynamic import Resource

from .conftest import Program

Calls = list[dict[str, Any]]
SECRET = "4dabf18193072939515e22adb298388d"


class Traced:
    """A stack of a program whose provider writes down what it is asked (`traced.py`)."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        shutil.copy(Path(__file__).with_name("traced.py"), folder)
        (folder / "Pulumi.yaml").write_text(
            f"name: traced\nruntime: {{name: python, options: {{virtualenv: '{sys.prefix}'}}}}\n"
        )
        self._trace = folder / "trace"
        self._folder = folder
        self.project = Program(folder, {**environ, "TRACE": str(self._trace)})

    def run(self, command: str, *options: str, fails: bool = False) -> str:
        """Run the CLI; what it prints."""
        self._trace.write_text("")
        asks = {"preview": [], "import": ["--yes"]}.get(command, ["--yes", "--skip-preview"])
        return self.project.run(command, *asks, *options, fails=fails)

    def up(self, program: str, *options: str, command: str = "up", fails: bool = False) -> str:
        """Run another program."""
        text = f"import pulumi\nfrom traced import *\nfrom traced import PROVIDER\n{program}\n"
        (self._folder / "__main__.py").write_text(text, "utf-8")
        return self.run(command, *options, fails=fails)

    @property
    def calls(self) -> Calls:
        """Those of the last command."""
        return [json.loads(line) for line in self._trace.read_text("utf-8").splitlines()]

    def told(self, call: str, name: str = "a") -> dict[str, Any]:
        """The one call of the last command about a resource."""
        [found] = [each for each in self.calls if _named(each) == f"{call} {name}"]
        return found

    @property
    def order(self) -> list[str]:
        """The calls of the last command, with the resources' names."""
        return [_named(each) for each in self.calls if each["call"] != "import"]

    @property
    def processes(self) -> int:
        """How many imported the provider for the last command."""
        return len({each["pid"] for each in self.calls})

    @property
    def state(self) -> list[dict[str, Any]]:
        """The resources in the state, secrets encrypted."""
        exported = json.loads(self.project.run("stack", "export"))
        return list(exported["deployment"]["resources"])

    def stored(self, name: str = "a") -> dict[str, Any]:
        """One of them."""
        [found] = [each for each in self.state if each["urn"].endswith(f"::{name}")]
        return found


def _named(call: dict[str, Any]) -> str:
    name = (call.get("news") or call.get("olds") or {}).get("name", "")
    return f"{call['call']} {name}".strip()


@pytest.fixture
def traced(tmp_path: Path, environ: Mapping[str, str]) -> Traced:
    folder = tmp_path / "program"
    folder.mkdir()
    return Traced(folder, environ)


def test_who_is_called_and_when(traced: Traced) -> None:
    begin = ["configure", "check a"]
    traced.up('Thing("a", kind="one")', command="preview")
    assert (traced.order, traced.processes) == (begin, 2)
    assert not traced.told("check")["olds"]
    traced.run("up")
    assert (traced.order, traced.processes) == ([*begin, "create a"], 2)
    traced.run("preview")
    assert traced.order == [*begin, "diff a"]
    traced.up('Thing("a", kind="one", text="x")')
    assert traced.order == [*begin, "diff a", "update a"]
    # old outputs, new inputs
    assert {"made", "__provider"} <= traced.told("diff")["olds"].keys()
    assert traced.told("diff")["news"].keys() == {"name", "kind", "text", "__provider"}
    # the program does not run; and a refresh compares
    traced.run("refresh")
    assert (traced.order, traced.processes) == (["configure", "read a", "diff a"], 1)
    assert "made" in traced.told("read")["olds"]
    # checked twice, the second time as a new one
    traced.up('Thing("a", kind="two", text="x")')
    assert traced.order == [*begin, "diff a", "check a", "create a", "delete a"]
    assert [bool(each["olds"]) for each in traced.calls if each["call"] == "check"] == [True, False]
    first = "opts=pulumi.ResourceOptions(delete_before_replace=True)"
    traced.up(f'Thing("a", kind="three", {first})')
    assert traced.order == [*begin, "diff a", "check a", "delete a", "create a"]
    # what the program has no more goes last
    traced.up('Thing("b", kind="two")')
    assert traced.order == ["configure", "check b", "create b", "delete a"]
    traced.run("destroy")
    assert (traced.order, traced.processes) == (["configure", "delete b"], 1)


def test_what_values_become_on_the_way(traced: Traced) -> None:
    program = """
a = Thing("a", number=5, none=None, deep={"none": None, "list": [1, None]})
Thing("b", text=a.id, deep={"list": [a.id]})
"""
    traced.up(program, command="preview")
    assert traced.told("check", "b")["news"]["text"] == "UNKNOWN"
    assert traced.told("check", "b")["news"]["deep"] == {"list": ["UNKNOWN"]}
    traced.run("up")
    seen = traced.told("create")["news"]
    assert (seen["number"], type(seen["number"])) == (5.0, float)
    assert seen["deep"] == {"list": [1.0, None]}
    assert seen.keys() == {"name", "number", "deep", "__provider"}
    assert traced.told("create", "b")["news"]["deep"] == {"list": ["a"]}


def test_an_output_that_is_none_is_unknown_in_every_preview(traced: Traced) -> None:
    program = 'Thing("b", text=Thing("a", unset=None).unset)'
    traced.up(program)
    assert "~ 1 to update" in traced.run("preview")
    assert "3 unchanged" in traced.run("up")


def test_what_diff_may_say(traced: Traced) -> None:
    def program(text: str) -> str:
        says = "Thing({0!r}, says={1}, text={2!r})"
        each = (("yes", True), ("no", False), ("unknown", None))
        return "\n".join(says.format(*names, text) for names in each)

    traced.up(program("one"))
    traced.up(program("two"))
    assert {each for each in traced.order if "update" in each} == {"update yes", "update unknown"}
    assert traced.stored("no")["outputs"]["text"] == "one"
    traced.up(program("two"))
    assert [each for each in traced.order if "update" in each] == ["update yes"]


def test_an_id_is_a_text_that_is_not_empty(traced: Traced) -> None:
    kinds = ("none", "number", "empty")
    program = "\n".join(f'Thing("{kind}", ids="{kind}")' for kind in kinds)
    traced.up(program, "--continue-on-error", fails=True)
    assert not [each for each in traced.state if "traced:Thing" in each["type"]]
    for kind in kinds:
        assert f"create {kind}" in traced.order


def test_what_create_does_not_return_is_in_no_state(traced: Traced) -> None:
    traced.up('Thing("a", text="x", forgets=True)')
    assert traced.stored()["outputs"].keys() == {"made", "__provider"}
    assert traced.stored()["inputs"]["text"] == "x"


def test_secrets_come_in_clear_and_what_is_made_of_them_is_none(traced: Traced) -> None:
    traced.project.run("config", "set", "--secret", "traced:password", "hush-hush")
    traced.up(
        """
hidden = pulumi.Output.secret("hush")
Thing("a", password=hidden)
Thing("b", password=hidden, opts=pulumi.ResourceOptions(additional_secret_outputs=["copy"]))
"""
    )
    [configured] = [each for each in traced.calls if each["call"] == "configure"]
    assert configured["config"] == "hush-hush"
    for call in ("check", "create"):
        assert traced.told(call)["news"]["password"] == "hush"
    one, other = traced.stored("a"), traced.stored("b")
    for each in (one, other):
        assert SECRET in each["inputs"]["password"]
        assert SECRET in each["outputs"]["password"]
    assert one["outputs"]["copy"] == "hush"
    assert SECRET in other["outputs"]["copy"]


def test_a_failure_that_names_a_property_shows_its_value(traced: Traced) -> None:
    hidden = 'text=pulumi.Output.secret("hush")'
    said = traced.up(f'Thing("a", wrong=["text"], {hidden})', command="preview", fails=True)
    # a newer CLI hides it (3.259, 3.274)
    assert ("value {&{{hush}}}" in said) != ("value {[secret]}" in said)
    said = traced.up(f'Thing("a", wrong=[""], {hidden})', command="preview", fails=True)
    assert "resource 'a' has a problem: is wrong" in said
    assert "hush" not in said
    assert "Traceback" not in said


def test_the_first_resource_that_fails_is_the_last_that_is_checked(traced: Traced) -> None:
    program = "\n".join(f'Thing("{name}", wrong=[""])' for name in "abc")
    traced.up(program, "--continue-on-error", fails=True)
    assert len([each for each in traced.order if "check" in each]) == 1


def test_the_engine_cannot_import_one_by_its_id(traced: Traced) -> None:
    traced.up("")
    kind = "pulumi-python:dynamic/traced:Thing"
    assert "KeyError: '__provider'" in traced.run("import", kind, "a", "a", fails=True)
    said = traced.up('Thing("a", opts=pulumi.ResourceOptions(import_="a"))', fails=True)
    assert "KeyError: '__provider'" in said


def test_what_is_gone_is_an_empty_id_and_a_get_does_not_notice(traced: Traced) -> None:
    get = 'pulumi.export("made", Thing("a", opts=pulumi.ResourceOptions(id="{}")).made)'
    for command in ("preview", "up"):
        traced.up(get.format("gone"), command=command)
        assert traced.order == ["configure", "read a"]
    assert traced.project.outputs().get("made") is None
    assert "TypeError" in traced.up(get.format("gone wrongly"), fails=True)


def test_four_calls_at_once(traced: Traced) -> None:
    traced.up('[Thing(f"{n}", meets=True) for n in range(8)]', "--parallel", "16")
    assert max(each.get("at_once", 0) for each in traced.calls) == 4
    assert traced.order.count("configure") == 1


def test_the_given_properties_are_changed(traced: Traced) -> None:
    program = """
class Other(Resource):
    def __init__(self, name):
        super().__init__(PROVIDER, name, given)

given = {"name": "a"}
Other("a")
Other("b")
"""
    said = traced.up(program, command="preview", fails=True)
    assert "must not define the __provider key" in said


def test_a_subclass_gets_another_type() -> None:
    class Thing(Resource, module="traced", name="Thing"):
        """One."""

    class Ours(Thing):
        """Another."""

    assert Thing._resource_type_name == "dynamic/traced:Thing"
    assert Ours._resource_type_name == "dynamic:Resource"


SIZES = """
from pulumi.dynamic import CreateResult, ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
import traced

class Here(ResourceProvider):
    def create(self, props):
        return CreateResult("id", props)

print(*[len(serialize_provider(each)) for each in (Here(), traced.PROVIDER)])
"""


def test_a_class_of_the_program_is_pickled_whole() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SIZES],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=True,
    )
    by_value, by_name = map(int, done.stdout.split())
    assert by_name < 60
    assert by_value > 10 * by_name
