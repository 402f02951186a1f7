"""The one program of all life cycles: it declares what `program.json` says (see `programs.py`)."""

import functools
import json
from pathlib import Path
from typing import Any

import pulumi

from pulumi_widgets import (
    WidgetDeployment,
    get_widget_deployment,
    get_widget_deployment_output,
    get_widget_deployments,
    get_widget_deployments_output,
)

declared: dict[str, Any] = {}


def value(given: Any) -> Any:
    """A value as the program means it: secrets and other resources' outputs are Outputs."""
    if isinstance(given, list):
        return [value(item) for item in given]
    if not isinstance(given, dict):
        return given
    if "$later" in given:
        return pulumi.Output.from_input(value(given["$later"]))
    if "$secret" in given:
        return pulumi.Output.secret(value(given["$secret"]))
    if "$output" in given:
        name, *path = given["$output"]
        return functools.reduce(part, path, declared[name])
    if "$after" in given:
        name, then = given["$after"]
        return declared[name].id.apply(lambda _: then)
    return {key: value(item) for key, item in given.items()}


def part(of: Any, step: str | int) -> Any:
    """An item of a list, or an attribute."""
    return of[step] if isinstance(step, int) else getattr(of, step)


def look(plain: Any, output: Any, each: dict[str, Any]) -> Any:
    """Look up by the form that its inputs and options need."""
    given = value(each["inputs"])
    if needed := [declared[name] for name in each["options"]["depends_on"]]:
        return output(**given, opts=pulumi.InvokeOutputOptions(depends_on=needed))
    waits = any(isinstance(item, pulumi.Output) for item in given.values())
    form = output if waits else plain
    if inside := each["inside"]:
        return declared[inside].id.apply(lambda _: form(**given))
    return form(**given)


def options(given: dict[str, Any]) -> pulumi.ResourceOptions:
    """Resource options; resources by their names."""
    named: dict[str, Any] = {}
    if "parent" in given:
        named["parent"] = declared[given["parent"]]
    if "depends_on" in given:
        named["depends_on"] = [declared[name] for name in given["depends_on"]]
    if "aliases" in given:
        named["aliases"] = [pulumi.Alias(name=name) for name in given["aliases"]]
    if "custom_timeouts" in given:
        named["custom_timeouts"] = pulumi.CustomTimeouts(**given["custom_timeouts"])
    return pulumi.ResourceOptions(**{**given, **named})


program = json.loads(Path("program.json").read_text("utf-8"))
for name, each in program["resources"].items():
    opts = options(each["options"])
    if each["kind"] == "component":
        declared[name] = pulumi.ComponentResource("tests:index:Site", name, None, opts)
    elif each["kind"] == "existing":
        declared[name] = WidgetDeployment.get(name, each["id"], opts, **value(each["inputs"]))
    elif each["kind"] == "lookup":
        declared[name] = look(get_widget_deployment, get_widget_deployment_output, each)
    elif each["kind"] == "lookups":
        declared[name] = look(get_widget_deployments, get_widget_deployments_output, each)
    else:
        declared[name] = WidgetDeployment(name, value(each["inputs"]), opts)
for name, each in program["exports"].items():
    pulumi.export(name, value(each))
