"""The program that an import prints: it declares what it was made of, formatted as by ruff."""

from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path
from typing import Any
from unittest import mock

import pulumi
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import pulumi_widgets
from pulumi_widgets import mapping, preflight
from pulumi_widgets.tool.imports.program import Declared, literal, program
from tests.unit.strategies import INPUTS

from .nasty import NAMES


def normal(inputs: dict[str, Any]) -> dict[str, Any]:
    """Inputs as the state holds them."""
    return mapping.inputs(inputs, {})


PROGRAMS = st.dictionaries(
    NAMES.filter(bool), st.tuples(INPUTS.map(normal), st.booleans()), max_size=6
).map(
    lambda made: [
        Declared(name, inputs, options={"protect": True} if protected else {})
        for name, (inputs, protected) in made.items()
    ]
)


def declared_by(text: str) -> dict[str, tuple[dict[str, Any], bool]]:
    """What a program declares: logical name → inputs in normal form, whether protected."""
    found: dict[str, tuple[dict[str, Any], bool]] = {}

    def record(
        resource_name: str, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> object:
        plain = preflight._plain(mapping.in_api_names(preflight._plain(inputs)))
        assert resource_name not in found
        found[resource_name] = (normal(mapping.in_api_names(plain)), bool(opts and opts.protect))
        return object()

    module = types.ModuleType("program")
    with mock.patch.object(pulumi_widgets, "WidgetDeployment", record):
        exec(compile(text, "program", "exec"), module.__dict__)
    variables = [name for name, value in vars(module).items() if type(value) is object]
    assert len(variables) == len(found)
    return found


@given(PROGRAMS)
def test_a_program_declares_what_it_was_made_of(declared: list[Declared]) -> None:
    assert declared_by(program(declared).text) == {
        each.name: (each.inputs, bool(each.options)) for each in declared
    }


@given(PROGRAMS)
def test_a_program_is_the_same_in_any_order(declared: list[Declared]) -> None:
    assert program(declared) == program(declared[::-1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formatted")


@given(st.lists(PROGRAMS, min_size=25, max_size=25))
@settings(
    max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
def test_ruff_leaves_a_program_as_it_is(folder: Path, many: list[list[Declared]]) -> None:
    """Twenty-five at once, for starting ruff takes longer than its work."""
    for number, declared in enumerate(many):
        (folder / f"p{number}.py").write_text(program(declared).text, "utf-8", newline="")
    for width in (80, 88, 100, 120):
        ruff("format", "--diff", "--config", f"line-length={width}", folder=folder)
    ruff("check", "--quiet", "--select", "E4,E7,E9,F,I,UP", folder=folder)


def ruff(*arguments: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "--isolated", "--no-cache", "."],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_literal_is_its_text(text: str) -> None:
    assert eval(literal(text)) == text
    assert literal(text).isprintable()


def test_as_a_person_would_write_it() -> None:
    declared = [
        Declared(
            "support-chat",
            normal(
                {
                    "name": 'Support "chat"',
                    "description": "Two\nlines",
                    "clientType": "v1-http",
                    "flowId": "6f1e0c52-0000-4000-8000-000000000000",
                    "allowedDomains": ["www.example.com"],
                    "disabled": True,
                    "org": "eu",
                    "clientConfig": {
                        "v1-http": {
                            "webChatSkin": "modern-caret-skin",
                            "authenticationUrl": "https://www.example.com/sign-in",
                        },
                        "v2": {"theme": "light", "sizes": [1, 2.5, None, True]},
                    },
                }
            ),
            options={"protect": True},
        ),
        Declared("class", normal({"name": "class", "clientType": "v2"})),
    ]
    assert program(declared).text == (
        """\
import pulumi
from pulumi_widgets import (
    ClientConfigArgs,
    ClientType,
    WebChatConfigArgs,
    WebChatSkin,
    WidgetDeployment,
)

class_ = WidgetDeployment(
    "class",
    client_type=ClientType.V2,
    name="class",
)

support_chat = WidgetDeployment(
    "support-chat",
    client_type=ClientType.V1_HTTP,
    name='Support "chat"',
    description="Two\\nlines",
    disabled=True,
    flow_id="6f1e0c52-0000-4000-8000-000000000000",
    allowed_domains=["www.example.com"],
    client_config=ClientConfigArgs(
        v1_http=WebChatConfigArgs(
            web_chat_skin=WebChatSkin.MODERN_CARET_SKIN,
            authentication_url="https://www.example.com/sign-in",
        ),
        v2={"theme": "light", "sizes": [1, 2.5, None, True]},
    ),
    org="eu",
    opts=pulumi.ResourceOptions(protect=True),
)
"""
    )


@given(INPUTS.map(normal))
def test_each_secret_is_taken_from_the_configuration_once(inputs: dict[str, Any]) -> None:
    secrets = frozenset(inputs) & {*mapping.INPUTS.values()}
    made = program([Declared("class", inputs, secrets=secrets)])
    compile(made.text, "program", "exec")
    assert {field for _, field in made.keys} == secrets
    for key in made.keys.values():
        assert made.text.count(f'("{key}")') == 1
        assert key.startswith("class-")
