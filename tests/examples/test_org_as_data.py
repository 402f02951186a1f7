"""Deployments from a YAML file."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from pulumi_widgets.simulator import Simulator

from .conftest import CLONE, Program, counts

sys.path.append(str(CLONE / "examples" / "org_as_data"))  # the program's own folder, as it sees it

from deployments_file import FileError, read

FOLDER = Path("examples/org_as_data")
FILE = "deployments.yaml"


def test_life(clone: Path, environ: Mapping[str, str], simulated_org: Simulator) -> None:
    program = Program(clone / FOLDER, environ)

    assert counts(program.run("preview")) == "+ 4 to create"
    assert program.up() == "+ 4 created"
    keys = program.outputs()["keys"]
    dump = simulated_org.dump()
    assert {key: dump[id_]["name"] for key, id_ in keys.items()} == {
        "support": "support",
        "shop": "Shop",
        "outlet": "Outlet",
    }
    assert dump[keys["outlet"]]["clientConfig"] == dump[keys["shop"]]["clientConfig"]

    assert program.up() == "4 unchanged"

    program.replace(FILE, "Chat on the support pages", "Chat on our support pages")
    program.replace(FILE, "\noutlet:", "\nfactory:")
    assert program.up() == "+ 1 created, ~ 1 updated, - 1 deleted, 3 changes. 2 unchanged"
    after = simulated_org.dump()
    assert after[keys["support"]]["description"] == "Chat on our support pages"
    assert keys["outlet"] not in after

    assert counts(program.run("destroy", "--yes", "--skip-preview")) == "- 4 deleted"
    assert simulated_org.dump() == {}


def test_all_mistakes_of_the_file_are_one_error(clone: Path, environ: Mapping[str, str]) -> None:
    program = Program(clone / FOLDER, environ)
    (program.folder / FILE).write_text("shop: {client: v1}\nhelp: v2\n", "utf-8")
    printed = program.run("preview", fails=True)
    assert "error: deployments.yaml:1: shop: client_type is missing\n" in printed
    assert "deployments.yaml:1: shop: unknown key 'client' (did you mean 'client_type'?)" in printed
    assert "deployments.yaml:2: help: must be a mapping of inputs, not text" in printed
    assert "Traceback" not in printed


def test_values_are_the_resources_to_check(clone: Path, environ: Mapping[str, str]) -> None:
    program = Program(clone / FOLDER, environ)
    program.replace(FILE, "client_type: v2", "client_type: v3")
    program.replace(FILE, "modern-caret-skin", "modern")
    printed = program.run("preview", fails=True)
    for problem in (
        "support: clientType: must be one of v1, v2, v1-http, third-party, not 'v3'",
        "shop: clientConfig.v1.webChatSkin: must be one of basic, modern-caret-skin, not 'modern'",
        "outlet: clientConfig.v1.webChatSkin: must be one of basic, modern-caret-skin",
    ):
        assert problem in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: {client_type: v1, nam: b}", ["1: a: unknown key 'nam' (did you mean 'name'?)"]),
        (
            "a: {client_type: v1, allowedDomains: []}",
            ["1: a: unknown key 'allowedDomains' (did you mean 'allowed_domains'?)"],
        ),
        (
            "a: {client_type: v1, colour: red}",
            [
                "1: a: unknown key 'colour'; known are name, description, "
                "authentication_required, disabled, flow_id, allowed_domains, client_type, "
                "client_config"
            ],
        ),
        (
            "a:\n  client_type: v1\n  description: 5",
            ["3: a: description must be text, not a number; put it in quotes"],
        ),
        (
            "a:\n  client_type: v1\n  name: 2026-11-24",
            ["3: a: name must be text, not a date; put it in quotes"],
        ),
        (
            "a:\n  client_type: v1\n  description: yes",
            ["3: a: description must be text, not true or false; put it in quotes"],
        ),
        ("a: {client_type: v1, name: [b]}", ["1: a: name must be text, not a list"]),
        (
            'a:\n  client_type: v1\n  disabled: "no"',
            ["3: a: disabled must be true or false, not text"],
        ),
        (
            "a: {client_type: v1, allowed_domains: b.example.com}",
            ["1: a: allowed_domains must be a list of text, not text"],
        ),
        (
            "a:\n  client_type: v1\n  allowed_domains:\n    - b.example.com\n    - 5",
            ["5: a: allowed_domains must be a list of text, not a number"],
        ),
        ("a: {client_type: v1, client_config: v1}", ["1: a: client_config must be a mapping"]),
        (
            "a:\n  client_type: v2\n  client_config:\n    v2: {from: 2026-11-24, 1: 2}",
            [
                "4: a: client_config: a key must be text, not a number",
                "4: a: client_config: a date is not JSON; put it in quotes",
            ],
        ),
        (
            "a: {client_type: v2, client_config: {v2: &b {c: [*b]}}}",
            ["1: a: client_config: a value cannot hold itself"],
        ),
        (
            "a: {client_type: v1}\nb: {client_type: v1}\n\na: {client_type: v2}",
            ["4: 'a' is there already, in line 1"],
        ),
        (
            "a:\n  client_type: v1\n  client_type: v2",
            ["3: a: 'client_type' is there already, in line 2"],
        ),
        ("b: {client_type: v1}\na:\n  name: c", ["2: a: client_type is missing"]),
        ("a:", ["1: a: must be a mapping of inputs, not nothing"]),
        ("a: v1", ["1: a: must be a mapping of inputs, not text"]),
        ("- client_type: v1", ["1: the file must be a mapping of logical names to inputs"]),
        ("yes: {client_type: v1}", ["1: a key must be text, not true or false"]),
        (
            "a: {client_type: v1, nam: b}\nb: {name: 5}",
            [
                "1: a: unknown key 'nam' (did you mean 'name'?)",
                "2: b: client_type is missing",
                "2: b: name must be text, not a number; put it in quotes",
            ],
        ),
        ("a: {client_type: v1", ["1: YAML: expected ',' or '}', but got '<stream end>'"]),
        ("a:\n\tclient_type: v1", ["2: YAML: found character '\\t' that cannot start any token"]),
        ("a: {<<: *b, client_type: v1}", ["1: YAML: found undefined alias 'b'"]),
        ("a: {<<: b, client_type: v1}", ["1: YAML: expected a mapping or list of mappings"]),
        ("a: {}\n---\nb: {}", ["2: YAML: but found another document"]),
        ("a: {client_type: !!python/name:os v1}", ["1: YAML: could not determine a constructor"]),
        ("a: \x00", ["is not text in UTF-8"]),
    ],
)
def test_what_is_wrong_with_the_file(tmp_path: Path, text: str, problems: list[str]) -> None:
    file = tmp_path / FILE
    file.write_text(text, "utf-8")
    with pytest.raises(FileError) as error:
        read(file)
    lines = str(error.value).splitlines()
    assert len(lines) == len(problems), lines
    for line, problem in zip(lines, problems, strict=True):
        separator = ":" if problem[0].isdigit() else ": "
        assert line.startswith(f"{FILE}{separator}{problem}")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"^deployments\.yaml: No such file or directory$"):
        read(tmp_path / FILE)
    (tmp_path / FILE).write_bytes(b"a: \xff")
    with pytest.raises(FileError, match=r"^deployments\.yaml: is not text in UTF-8: "):
        read(tmp_path / FILE)


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_a_file_without_entries_is_an_org_without_deployments(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    assert read(tmp_path / FILE) == {}
