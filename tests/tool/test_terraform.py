"""What is read of Terraform's states: real ones, nasty ones, and what is none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_widgets.errors import WidgetsError
from pulumi_widgets.tool.imports.naming import slug
from pulumi_widgets.tool.imports.terraform import Held, drift, forget, names, read

from .nasty import NAMES

# written by OpenTofu 1.11.9 with the last release of CX as Code, of the program beside them
STATE, SHOWN = (
    Path(__file__).parent / "cx_as_code" / n for n in ("terraform.tfstate", "show.json")
)
TYPE = "genesyscloud_widget_deployment"

KEYS = {
    'a"b': r'"a\"b"',
    "back\\slash": r'"back\\slash"',
    "${x}": '"$${x}"',
    "%{y}": '"%%{y}"',
    "$${": '"$$${"',
    "$x %": '"$x %"',
    "line\nbreak": r'"line\nbreak"',
    "cr\rtab\t": r'"cr\rtab\t"',
    "esc\x1b[31m": r'"esc\u001b[31m"',
    "\u202e\u00a0\u0085\x7f\ue000": r'"\u202e\u00a0\u0085\u007f\ue000"',
    "\U000e0041": r'"\U000e0041"',
    "👩\u200d👧": r'"👩\u200d👧"',
    "é 日本": '"é 日本"',
    "a.b]c[": '"a.b]c["',
    "": '""',
}
"""Keys, as `terraform state list` of 1.11.4 prints them."""

ATTRIBUTES: dict[str, Any] = {
    "allowed_domains": ["b.example", "a.example"],
    "authentication_required": True,
    "client_config": [],
    "client_type": "v2",
    "description": "x",
    "disabled": False,
    "flow_id": "",
    "id": "one",
    "name": "One",
    "third_party_client_config": None,
    "v2_client_config": {"theme": "light"},
}


def state(
    key: Any = None, module: str | None = None, attributes: Any = None, **more: Any
) -> dict[str, Any]:
    """A state of one instance, as Terraform stores it."""
    instance = {"index_key": key, "attributes": {**ATTRIBUTES, **(attributes or {})}, **more}
    resource = {"mode": "managed", "type": TYPE, "name": "chat", "instances": [instance]}
    if module is not None:
        resource["module"] = module
    return {"version": 4, "terraform_version": "1.11.4", "lineage": "x", "resources": [resource]}


def shown(
    key: Any = None, module: str | None = None, attributes: Any = None, **more: Any
) -> dict[str, Any]:
    """The same, as Terraform shows it."""
    resource = {
        **{"address": "of old versions, without the key", "mode": "managed", "type": TYPE},
        **{"name": "chat", "index": key, "values": {**ATTRIBUTES, **(attributes or {})}, **more},
    }
    held: dict[str, Any] = {"resources": [resource]}
    if module is not None:
        outer = module.rpartition(".module.")[0]
        held = {"child_modules": [{"address": module, **held}]}
        if outer:
            held = {"child_modules": [{"address": outer, **held}]}
    return {"format_version": "1.0", "values": {"root_module": held}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a file"


def read_as(file: Path, document: Any, encoding: str = "utf-8") -> list[Held]:
    file.write_text(json.dumps(document, ensure_ascii=False), encoding=encoding)
    return read(file)


def test_a_real_state() -> None:
    held = {each.address: each for each in read(STATE)}
    assert {address: each.name for address, each in held.items()} == {
        f'{TYPE}.shop["de"]': "shop-de",
        f'{TYPE}.shop["fr-CA"]': "shop-fr-ca",
        f"{TYPE}.spare[0]": "spare-0",
        f"{TYPE}.spare[1]": "spare-1",
        f"{TYPE}.support": "support",
        f'module.brand["north"].{TYPE}.chat': "brand-north-chat",
        f'module.brand["south"].{TYPE}.chat': "brand-south-chat",
    }
    assert held[f"{TYPE}.support"] == Held(
        f"{TYPE}.support",
        "ba914a6b-7f64-4b40-8c5f-ac93fbef9493",
        "support",
        {
            "name": "Support chat",
            "description": "Chat on the support pages",
            "authenticationRequired": False,
            "disabled": False,
            "flowId": "6f1e0c52-8f6b-4f0e-9d1c-0a2b3c4d5e6f",
            "allowedDomains": ["www.example.com", "support.example.com"],
            "clientType": "v2",
            "clientConfig": {"v2": {"theme": "light", "size": "large"}},
        },
        frozenset(),
    )
    assert held[f'{TYPE}.shop["de"]'].inputs == {
        "name": "Shop de",
        "authenticationRequired": True,
        "disabled": True,
        "clientType": "third-party",
        "clientConfig": {"third-party": {"color": "blue"}},
    }
    assert names(list(held.values()), set()) == [each.name for each in held.values()]


def test_what_terraform_shows_reads_the_same(file: Path) -> None:
    held = read(STATE)
    assert read(SHOWN) == held
    document = json.loads(SHOWN.read_text())
    plan = {"format_version": "1.2", "planned_values": {}, "prior_state": document}
    assert read_as(file, plan) == held


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(file: Path, encoding: str) -> None:
    (held,) = read_as(file, state(attributes={"name": "Élan 🎉"}), encoding)
    assert held.inputs["name"] == "Élan 🎉"


@pytest.mark.parametrize(("key", "spelled"), KEYS.items())
def test_keys_are_spelled_as_terraform_does(file: Path, key: str, spelled: str) -> None:
    (held,) = read_as(file, state(key))
    assert held.address == f"{TYPE}.chat[{spelled}]"
    (within,) = read_as(file, state(module=f"module.m[{spelled}]"))
    assert within.address == f"module.m[{spelled}].{TYPE}.chat"


@given(
    NAMES | st.integers(0) | st.none(), NAMES, st.lists(st.sampled_from(sorted(KEYS)), max_size=2)
)
def test_both_kinds_of_file_agree(
    tmp_path_factory: pytest.TempPathFactory, key: Any, name: str, keys: list[str]
) -> None:
    file = tmp_path_factory.getbasetemp() / "state"
    module = ".".join(f"module.हिन्दी_{n}[{KEYS[each]}]" for n, each in enumerate(keys)) or None
    attributes = {"name": name, "v2_client_config": {name: name, "null": None}}
    (held,) = read_as(file, state(key, module, attributes))
    assert read_as(file, shown(key, module, attributes)) == [held]
    assert held.address.startswith(module or TYPE)
    assert held.address.isprintable()


def pasted(line: str, folder: Path) -> list[str]:
    """What a command is called with, when a line is pasted into a shell."""
    telling = 'terraform() { printf "%s\\0" "$@"; }\n'
    ran = subprocess.run(
        ["sh", "-c", telling + line], cwd=folder, capture_output=True, check=True, text=True
    )
    return ran.stdout.split("\0")[:-1]


def test_the_command_that_forgets_can_be_pasted(tmp_path: Path) -> None:
    assert forget([f'module.brand["north"].{TYPE}.chat', f"{TYPE}.support"]) == (
        f"terraform state rm \\\n  'module.brand[\"north\"].{TYPE}.chat' \\\n  {TYPE}.support"
    )
    nasty = [f"{TYPE}.chat[{each}]" for each in (*KEYS.values(), '"it\'s"', '"`id` $HOME !!"')]
    assert pasted(forget(nasty), tmp_path) == ["state", "rm", *nasty]


@pytest.mark.skipif(not shutil.which("terraform"), reason="no Terraform on this machine")
def test_terraform_itself_spells_them_so_and_forgets_them(tmp_path: Path) -> None:
    file = tmp_path / "terraform.tfstate"
    keys = [*KEYS, "it's", "`id` $HOME !!", "\ufeff", "\ufffd", "$", "$$ {"]
    document = state()
    (resource,) = document["resources"]
    (instance,) = resource["instances"]
    resource["each"] = "map"
    resource["provider"] = 'provider["registry.terraform.io/mypurecloud/genesyscloud"]'
    resource["instances"] = [{**instance, "schema_version": 1, "index_key": key} for key in keys]
    held = read_as(file, {**document, "serial": 1})
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}

    def run(*command: str) -> str:
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, check=True, text=True
        ).stdout

    assert sorted(run("terraform", "state", "list").splitlines()) == [e.address for e in held]
    run("sh", "-c", forget(each.address for each in held))
    assert run("terraform", "state", "list") == ""
    assert read(file) == []


@pytest.mark.parametrize(
    "document",
    [
        {"version": 4, "terraform_version": "1.11.4", "resources": []},
        {"version": 4, "terraform_version": "1.11.4"},
        {"format_version": "1.0"},
        {"format_version": "1.0", "values": {"root_module": {}}},
        {"format_version": "1.2", "planned_values": {"root_module": {"resources": [{}]}}},
        state(deposed="a1b2c3d4"),
        shown(deposed_key="a1b2c3d4"),
        state(attributes={"id": ""}),
        state(attributes={"id": None}),
        shown(attributes={"id": None}),
    ],
)
def test_nothing_is_held(file: Path, document: Any) -> None:
    assert read_as(file, document) == []


def test_what_is_tainted_is_held(file: Path) -> None:
    assert [each.id for each in read_as(file, state(status="tainted"))] == ["one"]


def test_one_deployment_of_two_resources_is_told_twice(file: Path) -> None:
    document = state()
    document["resources"].append({**document["resources"][0], "name": "again"})
    assert [each.address for each in read_as(file, document)] == [f"{TYPE}.again", f"{TYPE}.chat"]


@pytest.mark.parametrize(
    ("client_type", "expected"),
    [
        ("v1", {"v1": {"webChatSkin": "basic", "authenticationUrl": "https://a.example"}}),
        (
            "v1-http",
            {"v1-http": {"webChatSkin": "basic", "authenticationUrl": "https://a.example"}},
        ),
        ("v2", None),
    ],
)
def test_the_block_of_old(file: Path, client_type: str, expected: Any) -> None:
    block = {"webchat_skin": "basic", "authentication_url": "https://a.example"}
    attributes = {"client_type": client_type, "client_config": [block], "v2_client_config": None}
    (held,) = read_as(file, state(attributes=attributes))
    assert held.inputs.get("clientConfig") == expected


def step(value: Any, kind: str = "get_attr") -> dict[str, Any]:
    return {"type": kind, "value": value}


@pytest.mark.parametrize(
    ("stored", "told", "expected"),
    [
        ([], {"allowed_domains": [False, False], "v2_client_config": {}}, set()),
        ([[step("flow_id")]], {"flow_id": True}, {"flowId"}),
        ([step("flow_id")], {"flow_id": True}, {"flowId"}),
        (
            [[step("v2_client_config"), step({"value": "theme", "type": "string"}, "index")]],
            {"v2_client_config": {"theme": True}},
            {"clientConfig"},
        ),
        (
            [
                [step("allowed_domains"), step({"value": 1, "type": "number"}, "index")],
                [step("third_party_client_config")],
                [step("authentication_required")],
                [step("id")],
            ],
            {
                "allowed_domains": [False, True],
                "third_party_client_config": True,
                "authentication_required": True,
                "id": True,
            },
            {"allowedDomains", "clientConfig", "authenticationRequired"},
        ),
    ],
)
def test_secrets(file: Path, stored: Any, told: Any, expected: set[str]) -> None:
    (held,) = read_as(file, state(sensitive_attributes=stored))
    assert held.secrets == expected
    assert read_as(file, shown(sensitive_values=told)) == [held]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is no JSON. Give what `terraform state pull` (0.12 or newer) or"),
        (b"PK\x03\x04\xff", "it is no JSON. Give what"),
        (b"\xff\xfe\x00", "it is no JSON"),
        (b'{"@level":"info"}\n{"@level":"info"}', "it is no JSON"),
        (b"[" * 100_000, "it is no JSON"),
        (b"[]", "it is no object"),
        (b"{}", "it is no state of Terraform. Give what"),
        (b'{"version": 3, "deployment": {}}', "it is no state of Terraform"),
        (
            b'{"version": 3, "terraform_version": "0.11.14", "modules": []}',
            "it is a state of version 3, not 4. Give what `terraform state pull` (0.12 or newer)",
        ),
        (b'{"version": "4", "terraform_version": "1"}', "it is a state of version '4', not 4"),
        (
            b'{"serial": 1, "lineage": "x", "encrypted_data": "eA==", "encryption_version": "v0"}',
            "OpenTofu has encrypted it. Give what `tofu state pull` or `tofu show -json` prints.",
        ),
    ],
)
def test_what_is_no_state(file: Path, content: bytes, says: str) -> None:
    file.write_bytes(content)
    with pytest.raises(WidgetsError) as raised:
        read(file)
    assert str(raised.value).startswith(f"{file}: {says}")
    assert "\n" not in str(raised.value)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(WidgetsError) as raised:
            read(path)
        assert str(raised.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (state(True), "is no address of a resource"),
        (state(1.5), "is no address of a resource"),
        (state(module="module."), "is no address of a resource"),
        (state(module='module.m["a'), "is no address of a resource"),
        (state(module="module.m; rm -rf /"), "is no address of a resource"),
        (state(module="module.m\n"), "is no address of a resource"),
        (state(attributes={"name": 1}), "'name' is no text"),
        (state(attributes={"disabled": "true"}), "'disabled' is no boolean"),
        (state(attributes={"allowed_domains": ["a", 1]}), "'allowed_domains' is no list of texts"),
        (state(attributes={"v2_client_config": {"a": {}}}), "'v2_client_config' is no object of"),
        (state(sensitive_attributes=[[]]), "'sensitive_attributes' is no list of objects"),
        (state(sensitive_attributes=[[step(0, "index")]]), "'value' is no text"),
    ],
)
def test_what_is_malformed(file: Path, document: Any, says: str) -> None:
    with pytest.raises(WidgetsError) as raised:
        read_as(file, document)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


def spots(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a document: what it is in, and its key there."""
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    return [spot for key in keys for spot in [(value, key), *spots(value[key])]]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda each: st.lists(each, max_size=2) | st.dictionaries(st.text(), each, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from([STATE, SHOWN]), st.integers(0), JSON)
def test_whatever_stands_anywhere_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, real: Path, number: int, value: Any
) -> None:
    document = json.loads(real.read_text())
    places = spots(document)
    parent, key = places[number % len(places)]
    parent[key] = value
    file = tmp_path_factory.getbasetemp() / "broken"
    told = ""
    held: list[Held] = []
    try:
        held = read_as(file, document)
    except WidgetsError as error:
        told = str(error)
    assert held or not told or told.startswith(f"{file}: ")
    assert len(set(names(held, set()))) == len(held)
    assert [line for each in held for line in drift(each, each.inputs)] == []


def one(address: str, id_: str, name: str) -> Held:
    return Held(address, id_, name, {}, frozenset())


def test_names_that_clash() -> None:
    held = [
        one(f"module.brand.{TYPE}.chat", "1a2b3c4d-1", "brand-chat"),
        one(f'{TYPE}.brand["chat"]', "2a2b3c4d-2", "brand-chat"),
        one(f'{TYPE}.shop["de"]', "3a2b3c4d-3", "shop-de"),
        one(f'{TYPE}.shop["DE"]', "4a2b3c4d-4", "shop-de"),
        one(f"{TYPE}.taken", "5a2b3c4d-5", "taken"),
        one(f"{TYPE}.free", "6a2b3c4d-6", "free"),
        # another state of the same program
        one(f"{TYPE}.both", "7a2b3c4d-7", "both"),
        one(f"{TYPE}.both", "8a2b3c4d-8", "both"),
        # two resources of one deployment, of which the caller tells
        one(f'{TYPE}.a["b"]', "9a2b3c4d-9", "a-b"),
        one(f'{TYPE}.a["B"]', "9a2b3c4d-9", "a-b"),
        one(f"{TYPE}.___", "aa2b3c4d-a", ""),
    ]
    named = names(held, {"taken"})
    assert named[:8] == [
        *("module-brand-chat", "brand-chat", "shop-de-3a2b3c4d", "shop-de-4a2b3c4d"),
        *("taken-5a2b3c4d", "free", "both-7a2b3c4d", "both-8a2b3c4d"),
    ]
    assert named[8].startswith("a-b-")
    assert named[9].startswith("a-b-")
    assert named[10] == "deployment"
    assert len(set(named)) == len(held)
    # the same file given twice
    assert names([*held, *held], {"taken"}) == [*named, *named]


@given(
    st.lists(st.tuples(NAMES, st.sampled_from("123")), max_size=6, unique=True),
    st.sets(NAMES.map(slug), max_size=3),
)
def test_names_are_unique_and_stable(
    tmp_path_factory: pytest.TempPathFactory, keys: list[tuple[str, str]], taken: set[str]
) -> None:
    file = tmp_path_factory.getbasetemp() / "keys"
    held = [each for key, id_ in keys for each in read_as(file, state(key, None, {"id": id_}))]
    made = names(held, taken)
    assert len(set(made)) == len(held)
    assert all(made)
    assert not taken & set(made)
    assert names(held[::-1], taken) == made[::-1]


def test_drift(file: Path) -> None:
    attributes = {"v2_client_config": {"n": "3", "on": "true", "gone": "x", "other": "1"}}
    (held,) = read_as(file, state(attributes=attributes))
    org: dict[str, Any] = {
        **{"name": "One", "description": "x", "authenticationRequired": True, "disabled": False},
        **{"org": "eu", "clientType": "v2", "allowedDomains": ["a.example", "b.example"]},
        "clientConfig": {"v2": {"n": 3, "on": True, "gone": "x", "other": "1"}},
    }
    assert drift(held, org) == []
    changed = {
        **{**org, "description": "by\n“hand”", "disabled": True, "flowId": "flow-1"},
        "allowedDomains": ["c.example"],
        "clientConfig": {"v2": {"n": 3, "on": True, "other": 2.5, "new": {"a": True}}},
    }
    told = {
        'description: "by\\n“hand”" in the org, "x" in Terraform\'s state',
        "disabled: true in the org, false in Terraform's state",
        'flowId: "flow-1" in the org, nothing in Terraform\'s state',
        'allowedDomains: ["c.example"] in the org, ["b.example", "a.example"]'
        " in Terraform's state",
        'clientConfig.v2.gone: nothing in the org, "x" in Terraform\'s state',
        'clientConfig.v2.other: 2.5 in the org, "1" in Terraform\'s state',
        'clientConfig.v2.new: {"a": true} in the org, nothing in Terraform\'s state',
    }
    lines = drift(held, changed)
    assert set(lines) == told
    assert len(lines) == len(told)


def test_drift_shows_no_secret(file: Path) -> None:
    stored = [[step("v2_client_config"), step("theme")], [step("description")]]
    (held,) = read_as(file, state(sensitive_attributes=stored))
    inputs: Mapping[str, Any] = {**held.inputs, "clientConfig": {"v2": {"theme": "dark"}}}
    assert drift(held, {**inputs, "name": "Two"}) == [
        'name: "Two" in the org, "One" in Terraform\'s state',
        "clientConfig: [secret] in the org, [secret] in Terraform's state",
    ]
    assert drift(held, held.inputs) == []
