"""What an import of the package costs, and what it offers all the same."""

from __future__ import annotations

import pickle
import subprocess
import sys
from types import ModuleType

import pytest

import pulumi_widgets
from pulumi_widgets import PROVIDER, simulator


def said_by(program: str) -> str:
    """What a program prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("module", ["simulator.pytest_plugin", "cli", "simulator"])
def test_an_import_that_costs_nothing(module: str) -> None:
    """The plugin's is in every run of pytest, whatever that tests."""
    heavy = {"pulumi", "requests", "werkzeug"}
    program = f"import sys, pulumi_widgets.{module}; print({heavy} & set(sys.modules))"
    assert said_by(program) == "set()"


def test_a_state_finds_the_provider() -> None:
    """In a process that has imported nothing, as the one that runs it."""
    program = f"import pickle; print(type(pickle.loads({pickle.dumps(PROVIDER)!r})).__name__)"
    assert said_by(program) == "WidgetDeploymentProvider"


def test_a_command_that_changes_nothing_loads_no_http() -> None:
    """It is the one that is run most, and loading `requests` took a tenth of its time."""
    program = """
import os, sys
os.environ |= {"GENESYSCLOUD_REGION": "us-east-1", "GENESYSCLOUD_ACCESS_TOKEN": "t"}
from pulumi_widgets import PROVIDER
inputs = PROVIDER.check({}, {"name": "Web", "clientType": "v2"}).inputs
again = PROVIDER.check(inputs, {"name": "Web", "clientType": "v2"})
assert (again.inputs, again.failures) == (inputs, [])
assert PROVIDER.diff("id", inputs, inputs).changes is None
print({"requests", "pulumi_widgets.deployment", "pulumi_widgets.lookups"} & set(sys.modules))
"""
    assert said_by(program) == "set()"


@pytest.mark.parametrize("package", [pulumi_widgets, simulator], ids=lambda each: each.__name__)
def test_all_names_are_there(package: ModuleType) -> None:
    names = package.__all__
    program = (
        f"import {package.__name__} as p\nassert set(p.__all__) <= set(dir(p))\n"
        f"from {package.__name__} import *\nprint(*[n for n in p.__all__ if n in globals()])"
    )
    assert said_by(program).split() == list(names)


@pytest.mark.parametrize("package", [pulumi_widgets, simulator], ids=lambda each: each.__name__)
def test_a_name_that_is_not_there(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match=r"^module 'pulumi_widgets.*' has no attribute 'Nope'"):
        package.Nope  # noqa: B018
