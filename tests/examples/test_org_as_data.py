"""Deployments from a YAML file."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pulumi_widgets import mapping, validation
from pulumi_widgets.preflight import problems
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

    program.replace(FILE, "[outlet.example.com]", "[outlet.example.com, 'https://x.example/']")
    printed = program.run("preview")
    said = "allowed_domains[1]: 'https://x.example/' is more than a domain (did you mean"
    told = [line for line in printed.splitlines() if "more than" in line]
    assert {line.partition("warning: ")[2] for line in told} == {
        f"{FILE}:31: outlet: {said} 'x.example'?)"
    }
    program.replace(FILE, "[outlet.example.com, 'https://x.example/']", "[outlet.example.com]")
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
    program.replace(FILE, "client_type: v2", "client_type: v3")
    program.replace(FILE, "modern-caret-skin", "modern")
    program.replace(FILE, "name: Outlet", "nam: Outlet")
    with (program.folder / FILE).open("a", encoding="utf-8") as file:
        file.write("help: v2\nshop: {client_type: v1}\nfar: {client_type: v1, org: ue}\n")
    printed = program.run("preview", fails=True)
    skin = "client_config.v1.web_chat_skin: must be one of basic, modern-caret-skin, not 'modern'"
    lines = [
        f"    error: {FILE}:8: support: client_type: must be one of {TYPES}, not 'v3'",
        f"    {FILE}:24: shop: {skin}",
        f"    {FILE}:24: outlet: {skin}",
        f"    {FILE}:30: outlet: must have no keys but {NAMES}, not 'nam' (did you mean 'name'?)",
        f"    {FILE}:32: help: must be a mapping of inputs",
        f"    {FILE}:33: 'shop' is there already, in line 15",
        f"    {FILE}:34: far: org: ",
    ]
    assert "\n".join(lines) in printed, printed
    assert "Traceback" not in printed


TYPES = "v1, v2, v1-http, third-party"
NAMES = (
    "name, description, authentication_required, disabled, flow_id, allowed_domains, client_type, "
    "client_config, org, adopt_id"
)
QUOTE = "; put it in quotes"


def deep(levels: int) -> str:
    return "{c: " * levels + "1" + "}" * levels


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: {client_type: v3}", [f"1: a: client_type: must be one of {TYPES}, not 'v3'"]),
        ("a: {clientType: v3}", [f"1: a: clientType: must be one of {TYPES}, not 'v3'"]),
        ("a:\n  client_type:\n    v3", [f"2: a: client_type: must be one of {TYPES}, not 'v3'"]),
        ("a: {client_type: v1, nam: b}", ["1: a: must have no keys but "]),
        ("a:\n  client_type: v1\n  7: b", ["3: a: must have no keys but "]),
        (
            "a:\n  client_type: v1\n  description: 5",
            [f"3: a: description: must be a string, not a number{QUOTE}"],
        ),
        (
            "a:\n  client_type: v1\n  description: yes",
            [f"3: a: description: must be a string, not a boolean{QUOTE}"],
        ),
        ("a: {client_type: v1, name: [b]}", ["1: a: name: must be a string, not a list"]),
        (
            'a:\n  client_type: v1\n  disabled: "no"',
            ["3: a: disabled: must be true or false, not a string"],
        ),
        (
            "a: {client_type: v1, allowed_domains: b.example.com}",
            ["1: a: allowed_domains: must be a list of strings, not a string"],
        ),
        (
            "a:\n  client_type: v1\n  allowed_domains:\n    - b.example.com\n    - 5\n    - ' '",
            [
                f"5: a: allowed_domains[1]: must be a string, not a number{QUOTE}",
                "6: a: allowed_domains[2]: must be a domain",
            ],
        ),
        (
            "a: {client_type: v1, client_config: v1}",
            ["1: a: client_config: must be an object, not a string"],
        ),
        (
            "a:\n  client_type: v1\n  client_config:\n    v1-http:\n      web_chat_skin: basic\n"
            "      authentication_url: nowhere",
            ["6: a: client_config.v1-http.authentication_url: must be a URL"],
        ),
        (
            "a:\n  client_type: v1\n  client_config:\n    v1_http:\n\n      authenticationUrl: x",
            ["6: a: client_config.v1_http.authenticationUrl: must be a URL"],
        ),
        (
            "a:\n  client_type: v2\n  client_config:\n    v2:\n      since:\n        - 1\n"
            "        - {a.b: .nan}\n      1: 2",
            [
                "4: a: client_config.v2: must have strings for keys, not a number",
                "7: a: client_config.v2.since[1].a.b: must be a number that JSON has",
            ],
        ),
        (
            "a: {client_type: v2, client_config: {v2: &b {c: [*b]}}}",
            [f"1: a: client_config.v2{'.c[0]' * 31}: must not be nested in more than 64 levels"],
        ),
        (
            f"a:\n  client_type: v2\n  client_config:\n    v2: {deep(100)}\nb: {{client_type: v3}}",
            [
                f"4: a: client_config.v2{'.c' * 62}: must not be nested in more than 64 levels",
                "5: b: client_type: must be one of ",
            ],
        ),
        (
            f"a:\n  client_type: v2\n  description: {deep(300)}\nb: v2",
            [
                f"3: a: description{'.c' * 63}: must not be nested in more than 64 levels",
                "4: b: must be a mapping of inputs",
            ],
        ),
        (f"a: {{client_type: v3}}\nb: {deep(600)}", ["2: YAML: nested too deeply"]),
        ("a: &a {<<: *a}\nb: v2", ["1: a: client_type: is ", "2: b: must be a mapping of inputs"]),
        (
            "a: {client_type: v1}\nb: {client_type: v1}\n\na: {client_type: v2}",
            ["4: 'a' is there already, in line 1"],
        ),
        (
            "a:\n  client_type: v1\n  client_type: v2",
            ["3: a: 'client_type' is there already, in line 2"],
        ),
        (
            "a: {client_type: v1, name: b, name: c}",
            ["1: a: 'name' is there already, in line 1"],
        ),
        (
            "a:\n  client_type: v2\n  client_config:\n    v2: &c\n      d: [{e: 1, e: 2}]\n"
            "b:\n  client_type: v2\n  client_config: {v2: *c}",
            ["5: a: 'e' is there already, in line 5"],
        ),
        ("b: {client_type: v1}\na:\n  name: c", ["2: a: client_type: is required: one of v1, "]),
        ("a:", ["1: a: must be a mapping of inputs"]),
        ("a: v1", ["1: a: must be a mapping of inputs"]),
        ("- client_type: v1", ["1: the file must be a mapping of logical names to inputs"]),
        ("yes: {client_type: v1}", ["1: yes: a logical name must be text; put it in quotes"]),
        (
            "a: {client_type: v1, nam: b}\nb: {name: 5}",
            [
                "1: a: must have no keys but ",
                f"2: b: name: must be a string, not a number{QUOTE}",
                "2: b: client_type: is required: one of v1, ",
            ],
        ),
        ("a: {client_type: v1", ["1: YAML: expected ',' or '}', but got '<stream end>'"]),
        ("a:\n\tclient_type: v1", ["2: YAML: found character '\\t' that cannot start any token"]),
        ("a: {<<: *b, client_type: v1}", ["1: YAML: found undefined alias 'b'"]),
        ("a: {<<: b, client_type: v1}", ["1: YAML: expected a mapping or list of mappings"]),
        ("a: {}\n---\nb: {}", ["2: YAML: but found another document"]),
        (
            "a: {client_type: !!python/name:os v1}\nb: v2",
            [
                "1: a: YAML: the tag !!python/name:os is not to be used here for 'v1'",
                "2: b: must be a mapping of inputs",
            ],
        ),
        (
            "a: !!set {client_type, 1}\nb: {client_type: v1, name: !!int 'x', description: =}\n"
            "c: {client_type: v1, disabled: !!bool x, name: !!binary eA==}",
            [
                "1: a: YAML: the tag !!set is not to be used here",
                "1: a: client_type: is required: one of v1, ",
                "2: b: YAML: the tag !!int is not to be used here for 'x'",
                "3: c: YAML: the tag !!bool is not to be used here for 'x'",
                "3: c: YAML: the tag !!binary is not to be used here for 'eA=='",
                "3: c: disabled: must be true or false, not a string",
            ],
        ),
        ("a: {[b]: v1}\nb: v2", ["1: YAML: found unhashable key", "2: b: must be a mapping"]),
        ("a: {client_type: v1}\nb: \x07", ["2: YAML: special characters are not allowed"]),
        ("? [a]\n: {client_type: v1}", ["1: ?: a logical name must be text"]),
    ],
)
def test_what_is_wrong_with_the_file(tmp_path: Path, text: str, lines: list[str]) -> None:
    file = tmp_path / FILE
    file.write_text(text, "utf-8")
    with pytest.raises(FileError) as error:
        read(file)
    told = str(error.value).splitlines()
    assert len(told) == len(lines), told
    for line, said in zip(told, lines, strict=True):
        separator = ":" if said[0].isdigit() else ": "
        assert line.startswith(f"{FILE}{separator}{said}")


def test_what_is_null_has_no_cure(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("a: {client_type: v1, allowed_domains: [~]}", "utf-8")
    with pytest.raises(FileError, match=r"a: allowed_domains\[0\]: must be a string, not null$"):
        read(tmp_path / FILE)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"^deployments\.yaml: No such file or directory$"):
        read(tmp_path / FILE)
    (tmp_path / FILE).write_bytes(b"a: \xff")
    with pytest.raises(FileError, match=r"^deployments\.yaml: is not text in UTF-8: "):
        read(tmp_path / FILE)


def test_what_looks_like_a_date_is_text(tmp_path: Path) -> None:
    text = "a: {client_type: v1, name: 2026-11-24, description: 2026-02-30}"
    (tmp_path / FILE).write_text(text, "utf-8")
    inputs = {"client_type": "v1", "name": "2026-11-24", "description": "2026-02-30"}
    assert read(tmp_path / FILE) == {"a": inputs}


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_a_file_without_entries_is_an_org_without_deployments(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    assert read(tmp_path / FILE) == {}


SCHEMA = json.loads((CLONE / FOLDER / "deployments.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


def entry(**inputs: Any) -> dict[str, Any]:
    return {"client_type": "v2", **inputs}


def v1(**config: Any) -> dict[str, Any]:
    return entry(client_config={"v1": config, "v1_http": {}})


@pytest.mark.parametrize(
    "inputs",
    [
        *(entry(client_type=each) for each in validation.CLIENT_TYPES),
        entry(**dict.fromkeys(("name", "description", "disabled", "flow_id", "client_config"))),
        entry(name="Chat", description="", authentication_required=True, disabled=False),
        entry(flow_id="f", allowed_domains=["a.example", "https://b.example/"], org="eu"),
        entry(adopt_id="6f1e0c52", allowed_domains=[], client_config={}),
        *(v1(web_chat_skin=each) for each in validation.WEB_CHAT_SKINS),
        v1(authentication_url="https://a.example:8080/in?b=c"),
        v1(authentication_url="", web_chat_skin=None),
        entry(client_config={"v2": {"a": [1, {"b": True, "c": 2**53 - 1}]}, "third_party": {}}),
    ],
)
def test_what_editors_let_pass_is_right(inputs: dict[str, Any]) -> None:
    VALIDATOR.validate({"a": inputs})
    assert problems("a", inputs) == []


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        entry(client_type="v3"),
        entry(client_type=None),
        entry(nam="Chat"),
        entry(name=" "),
        entry(name=5),
        entry(description=["a"]),
        entry(disabled="yes"),
        entry(authentication_required=1),
        entry(flow_id="a b"),
        entry(adopt_id=" "),
        entry(org=5),
        entry(allowed_domains="a.example"),
        *(entry(allowed_domains=["a.example", each]) for each in (5, "", " ", "a b")),
        entry(client_config="v2"),
        entry(client_config={"v3": {}}),
        entry(client_config={"v2": "{}"}),
        entry(client_config={"v2": {"a": [{"b": 2**53}]}}),
        entry(client_config={"third_party": {"a": -(2**53)}}),
        v1(skin="basic"),
        v1(web_chat_skin="modern"),
        v1(web_chat_skin=1),
        *(v1(authentication_url=each) for each in ("nowhere", "ftp://a.example", "https://", 5)),
    ],
)
def test_what_is_wrong_editors_mark(inputs: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid({"a": inputs})
    assert problems("a", inputs)


def test_the_schema_has_all_that_there_is() -> None:
    VALIDATOR.check_schema(SCHEMA)
    definitions = SCHEMA["definitions"]
    deployment = definitions["deployment"]["properties"]
    assert deployment.keys() == {*mapping.INPUTS, *mapping.HOW}
    assert deployment["client_config"]["properties"].keys() == mapping.CLIENT_CONFIG.keys()
    assert definitions["web_chat"]["properties"].keys() == mapping.WEB_CHAT_CONFIG.keys()
    first = (CLONE / FOLDER / FILE).read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=deployments.schema.json"
    VALIDATOR.validate(read(CLONE / FOLDER / FILE))
    VALIDATOR.validate(None)
