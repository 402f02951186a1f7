"""Output at 80 columns, without colour, and harmless whatever a name holds."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pulumi_widgets.simulator import Simulator
from pulumi_widgets.tool.shell.output import harmless, number_of

from .running import in_process, run

NASTY = {
    "control": "red \x1b[31m\x07\x9b2J\x00\x7f end",
    "lines": "two\nlines\r\n\ttab\u2028sep",
    "direction": "abc\u202edcba\u2066 שלום مرحبا",
    "long": "x" * 300,
    "wide": "家" * 100,
    "emoji": "chat 💬 👨\u200d👩\u200d👧 🇩🇪",
    "html": "<script>alert('&')</script>",
    "markup": "[bold red]not bold[/bold red] [link=http://x]y[/link] :smile:",
    "stacked": "a" + "\u0301" * 200,
}


@pytest.fixture
def org(
    simulated_org_environ: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in NASTY.values():
        simulated_org_environ.add({"name": name, "clientType": "third-party"})
    return simulated_org_environ


def width(line: str) -> int:
    """The columns that a terminal gives it: 2 to wide signs, none to what is joined or stacked."""
    return cell_len(line)


def is_harmless(text: str) -> bool:
    return all(char.isprintable() or char in "\n\u200c\u200d" for char in text)


@given(st.text())
def test_whatever_the_text(text: str) -> None:
    shown = harmless(text)
    assert "\n" not in shown
    assert is_harmless(shown)
    assert harmless(shown) == shown
    if text.isprintable() and all(unicodedata.combining(char) == 0 for char in text):
        assert shown == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Süd <b> 家 שלום", "Süd <b> 家 שלום"),
        ("a\x1b[0m\n", r"a\x1b[0m\n"),
        ("a\u202eb\ud800", r"a\u202eb\ud800"),
        ("म\u200cन", "म\u200cन"),
        ("a" + "\u0301" * 9, "a" + "\u0301" * 4 + "…"),
    ],
)
def test_harmless(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_a_list_of_nasty_names(org: Simulator) -> None:
    ran = run("list")
    assert (ran.code, ran.err) == (0, "")
    assert is_harmless(ran.out)
    lines = ran.out.splitlines()
    assert lines[0].split() == ["NAME", "TYPE", "CHATS", "ID"]
    place = lines[0].index("ID")
    # the ids stand whole in their column, one for each deployment
    assert {line[-36:] for line in lines if line.endswith(tuple(org.dump()))} == set(org.dump())
    for line in lines:
        assert width(line) <= 80
        assert line == line.rstrip()
        if line.isascii() and line.endswith(tuple(org.dump())):
            assert len(line) == place + 36
    assert r"\x1b[31m" in ran.out
    assert "[link=http://x]y" in ran.out
    assert "xxx…" in ran.out


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
def test_one_with_a_nasty_name(org: Simulator, name: str) -> None:
    shown = run("show", name)
    assert (shown.code, shown.err) == (0, "")
    assert is_harmless(shown.out)
    assert all(width(line) <= 80 for line in shown.out.splitlines())
    embedded = run("snippet", name)
    assert embedded.code == 0
    assert is_harmless(embedded.out + embedded.err)
    document = json.loads(run("show", name, "--json").out)
    assert document["name"] == name


def test_json_is_one_document_in_ascii(org: Simulator) -> None:
    ran = run("list", "--json")
    assert ran.out.isascii()
    listed = json.loads(ran.out)
    assert set(listed) == {"org", "stack", "deployments"}
    assert {each["name"] for each in listed["deployments"]} == set(NASTY.values())
    for each in listed["deployments"]:
        assert list(each) == [
            "id",
            "name",
            "description",
            "authenticationRequired",
            "disabled",
            "flowId",
            "allowedDomains",
            "clientType",
            "clientConfig",
            "selfUri",
            "flow",
            "managed",
        ]


def test_an_encoding_that_lacks_the_signs(org: Simulator) -> None:
    ran = in_process("list", PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.isascii()
    assert r"\u5bb6" in ran.out


def test_filters(org: Simulator) -> None:
    org.add({"name": "Shop [x]", "clientType": "v1", "disabled": True})
    for arguments, names in [
        (["--client-type", "v1"], ["Shop [x]"]),
        (["--disabled"], ["Shop [x]"]),
        (["--name", "Shop *"], ["Shop [x]"]),
        (["--name", "Shop [x]"], ["Shop [x]"]),
        (["--name", "S*[x]"], ["Shop [x]"]),
        (["--name", "shop*"], []),
        (["--client-type", "v1", "--enabled"], []),
    ]:
        listed = json.loads(run("list", "--json", *arguments).out)["deployments"]
        assert [each["name"] for each in listed] == names, arguments
    assert run("list", "--name", "no").out == "None fits: the org has 10 deployments.\n"
    assert run("list", "--disabled").out.splitlines()[1].split()[:4] == ["Shop", "[x]", "v1", "off"]


def test_an_empty_org(simulated_org_environ: Simulator) -> None:
    assert run("list").out == "The org has no widget deployments.\n"


def test_show(org: Simulator) -> None:
    id_ = org.add(
        {
            "name": "Support",
            "clientType": "v2",
            "authenticationRequired": False,
            "disabled": False,
            "flow": {"id": "f1"},
            "allowedDomains": ["a.example.com", "b.example.com"],
            "clientConfig": {"v2": {"theme": "light"}},
        }
    )
    assert (
        run("show", id_).out
        == f"""\
id                       {id_}
name                     Support
authentication_required  False
disabled                 False
flow_id                  f1
allowed_domains          a.example.com
                         b.example.com
client_type              v2
client_config            {{
                           "v2": {{
                             "theme": "light"
                           }}
                         }}
self_uri                 /api/v2/widgets/deployments/{id_[:27]}
                         {id_[27:]}
flow.name                Flow 5380
"""
    )


def test_values_are_the_orgs_own(simulated_org_environ: Simulator, tmp_path: Path) -> None:
    """Not as Pulumi could hold them: who takes them elsewhere wants what is there."""
    org = simulated_org_environ
    org.faults.adds = {"newField": [1.0], "client_type": "new"}
    config: dict[str, Any] = {
        "v2": {"big": 1152921504606846977, "whole": 1.0, "none": None, "e": {}},
        "v1": None,
    }
    id_ = org.add({"name": "Süd", "clientType": "v2", "clientConfig": config, "allowedDomains": []})
    shown = run("show", id_, "--json").out
    for said in ('"big": 1152921504606846977', '"whole": 1.0', '"none": null', "1.0\n  ]"):
        assert said in shown
    document = json.loads(shown)
    assert (document["clientConfig"], document["allowedDomains"]) == (config, [])
    assert (document["flow"], document["flowId"], document["description"]) == (None, None, None)
    assert (document["client_type"], document["newField"]) == ("new", [1.0])
    [listed] = json.loads(run("list", "--json").out)["deployments"]
    assert {**listed, "org": "", "stack": None} == document
    table = " ".join(run("show", id_).out.split())
    for said in ('"big": 1152921504606846977, "whole": 1.0, "none": null', "newField [ 1.0 ]"):
        assert said in table


def test_numbers() -> None:
    said = [number_of(count, "deployment") for count in (0, 1, 2, 1000)]
    assert said == ["0 deployments", "1 deployment", "2 deployments", "1,000 deployments"]


@pytest.mark.parametrize("columns", ["40", "30"])
def test_what_has_no_room_is_folded(
    columns: str, simulated_org_environ: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not cut: an id of which the end is missing is none."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", columns)
    body = {"name": "Support", "clientType": "third-party", "authenticationRequired": False}
    id_ = simulated_org_environ.add(body)
    lines = run("list").out.splitlines()
    assert all(len(line) <= int(columns) for line in lines)
    # the id is the last column, under its title
    place = next(line.index("ID") for line in lines if line.endswith("ID"))
    assert id_ in "".join(line[place:].strip() for line in lines)
    none = run("list", "--name", "no").out.split()
    assert " ".join(none) == "None fits: the org has 1 deployment."
    shown = run("show", id_).out.splitlines()
    assert all(len(line) <= int(columns) for line in shown)
    assert id_ in "".join(line[25:].strip() for line in shown)
