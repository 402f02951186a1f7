"""Settings of several orgs: their names, which source wins, what is wrong with them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi import automation

from pulumi_widgets.errors import SettingsError
from pulumi_widgets.settings import KEYS, Names, Settings, known_orgs

FRANKFURT = {"region": "eu-central-1"}
CLIENT = {"oauthClientId": "id", "oauthClientSecret": "hush"}
SYDNEY = {
    "GENESYSCLOUD_AU_REGION": "ap-southeast-2",
    "GENESYSCLOUD_AU_OAUTHCLIENT_ID": "au-id",
    "GENESYSCLOUD_AU_OAUTHCLIENT_SECRET": "au-hush",
}


def config_of(orgs: Any, **single: str) -> dict[str, Any]:
    """A stack configuration; the engine hands objects over as JSON text."""
    table = {f"genesyscloud:{key}": value for key, value in single.items()}
    return table if orgs is None else {**table, "genesyscloud:orgs": json.dumps(orgs)}


def load(org: str, orgs: Any = None, environ: Mapping[str, str] | None = None) -> Settings:
    return Settings.load(config_of(orgs).get, environ or {}, org)


def problems(org: str, orgs: Any = None, environ: Mapping[str, str] | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(org, orgs, environ)
    return list(caught.value.problems)


@pytest.mark.parametrize("text", [True, False])
def test_a_named_org_is_read_from_the_stack_configuration(text: bool) -> None:
    orgs: Any = {"eu": {**FRANKFURT, **CLIENT, "consistencySeconds": 5}}
    config = {"genesyscloud:orgs": json.dumps(orgs) if text else orgs}
    settings = Settings.load(config.get, {}, "eu")
    assert settings.base_url == "https://api.mypurecloud.de"
    assert (settings.client_id, settings.client_secret) == ("id", "hush")
    assert settings.consistency_seconds == 5
    assert "hush" not in repr(settings)


def test_a_named_org_is_read_from_the_environment() -> None:
    settings = load("au", environ=SYDNEY)
    assert settings.base_url == "https://api.mypurecloud.com.au"
    assert (settings.client_id, settings.client_secret) == ("au-id", "au-hush")


def test_the_stack_configuration_wins_over_the_environment_key_by_key() -> None:
    settings = load("au", {"au": {**FRANKFURT, "oauthClientId": "ours"}}, SYDNEY)
    assert settings.base_url == "https://api.mypurecloud.de"
    assert (settings.client_id, settings.client_secret) == ("ours", "au-hush")


def test_nothing_of_one_org_counts_for_another() -> None:
    single = {f"genesyscloud:{key}": value for key, value in {**FRANKFURT, **CLIENT}.items()}
    environ = {"GENESYSCLOUD_ACCESS_TOKEN": "token", **SYDNEY}
    config = {**single, "genesyscloud:orgs": json.dumps({"eu": FRANKFURT})}
    with pytest.raises(SettingsError) as caught:
        Settings.load(config.get, environ, "eu")
    assert caught.value.problems == (
        "no credentials: set GENESYSCLOUD_EU_OAUTHCLIENT_ID and "
        "GENESYSCLOUD_EU_OAUTHCLIENT_SECRET, or GENESYSCLOUD_EU_ACCESS_TOKEN, in the environment; "
        "or `pulumi config set --path 'genesyscloud:orgs.eu.oauthClientId' ID` and `pulumi config "
        "set --secret --path 'genesyscloud:orgs.eu.oauthClientSecret' SECRET`",
    )


@pytest.mark.parametrize("orgs", [None, {}, {"eu": {**FRANKFURT, **CLIENT}}])
def test_who_names_no_org_has_what_he_had(orgs: Any) -> None:
    config = config_of(orgs, **FRANKFURT, **CLIENT)
    assert Settings.load(config.get, SYDNEY) == Settings.load(
        config_of(None, **FRANKFURT).get,
        {"GENESYSCLOUD_OAUTHCLIENT_ID": "id", "GENESYSCLOUD_OAUTHCLIENT_SECRET": "hush"},
    )


@pytest.mark.parametrize(
    ("org", "variable"),
    [
        ("eu", "GENESYSCLOUD_EU_REGION"),
        ("EU", "GENESYSCLOUD_EU_REGION"),
        ("eu-west", "GENESYSCLOUD_EU_WEST_REGION"),
        ("eu west.2", "GENESYSCLOUD_EU_WEST_2_REGION"),
        ("münchen", "GENESYSCLOUD_M_NCHEN_REGION"),
        ("", "GENESYSCLOUD_REGION"),
    ],
)
def test_the_variable_of_a_name_is_one_that_every_shell_can_set(org: str, variable: str) -> None:
    assert Names(org).variable("region") == variable
    environ = {variable: "eu-central-1", Names(org).variable("accessToken"): "token"}
    assert load(org, environ=environ).base_url == "https://api.mypurecloud.de"


@pytest.mark.parametrize(
    ("org", "key"),
    [
        ("eu", "genesyscloud:orgs.eu.region"),
        ("eu-west_2", "genesyscloud:orgs.eu-west_2.region"),
        ("münchen", "genesyscloud:orgs.münchen.region"),
        ("eu.west", 'genesyscloud:orgs["eu.west"].region'),
        ("eu west", 'genesyscloud:orgs["eu west"].region'),
        ("[eu]", 'genesyscloud:orgs["[eu]"].region'),
        ('"eu"', 'genesyscloud:orgs["\\"eu\\""].region'),
        ("eu's", 'genesyscloud:orgs["eu\'s"].region'),
        ("", "genesyscloud:region"),
    ],
)
def test_the_key_and_the_command_are_what_the_cli_takes(org: str, key: str) -> None:
    assert Names(org).key("region") == key
    command = shlex.split(Names(org).command("region", "VALUE").strip("`"))
    assert command == ["pulumi", "config", "set", *(["--path"] if org else []), key, "VALUE"]


def test_the_cli_does_take_them(
    pulumi_cli: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One call of the real CLI for all names that are hard to write."""
    names = ["eu-west_2", "münchen", "eu.west", "eu west", "[eu]", '"eu"', "eu's", "7"]
    monkeypatch.setenv("PATH", str(pulumi_cli), prepend=":")
    monkeypatch.setenv("PULUMI_BACKEND_URL", tmp_path.as_uri())
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    workspace = automation.LocalWorkspace(
        str(tmp_path), project_settings=automation.ProjectSettings("names", "python")
    )
    stack = automation.Stack.create("dev", workspace)
    values = {Names(org).key("region"): automation.ConfigValue(org) for org in names}
    stack.set_all_config(values, path=True)
    text = stack.get_config("genesyscloud:orgs").value
    assert known_orgs({"genesyscloud:orgs": text}.get, {}) == sorted(names)
    # the CLI makes a number of what looks like one
    assert {org: str(each["region"]) for org, each in json.loads(text).items()} == {
        org: org for org in names
    }


EU_UNKNOWN = (
    "set GENESYSCLOUD_EUU_REGION and its credentials in the environment, or `pulumi config set "
    "--path 'genesyscloud:orgs.euu.region' eu-central-1` (or yours) and so on"
)


@pytest.mark.parametrize(
    ("orgs", "environ", "known"),
    [
        ({"eu": FRANKFURT, "us": {}}, {}, " (did you mean 'eu'?); known are eu, us"),
        ({"eu": FRANKFURT}, SYDNEY, " (did you mean 'eu'?); known are au, eu"),
        ({}, SYDNEY, "; known are au"),
        (None, {}, "; known are none"),
        ("text", {}, "; known are none"),
        ({"eu": "text"}, {}, "; known are none"),
    ],
)
def test_an_unknown_org_is_told_with_the_known_ones(
    orgs: Any, environ: Mapping[str, str], known: str
) -> None:
    assert problems("euu", orgs, environ) == [f"unknown org 'euu'{known}: {EU_UNKNOWN}"]


def test_an_org_that_is_there_is_known_whatever_it_lacks() -> None:
    told = problems("eu", {"eu": {"regoin": "eu-central-1", "accessToken": "token"}})
    assert told[0].startswith("no region: set GENESYSCLOUD_EU_REGION")
    assert told[1:] == ["genesyscloud:orgs.eu.regoin is not read (did you mean 'region'?)"]
    assert problems("eu", {"eu": {}})[0].startswith("no region: ")
    assert problems("eu", None, {"GENESYSCLOUD_EU_REGION": ""})[0].startswith("no region: ")


def test_who_names_no_org_is_told_which_have_names() -> None:
    told = problems("", {"us": {}}, SYDNEY)[0]
    assert told.endswith(
        '; or name one of the orgs au, us: org="au" in a program, --org au for the tool'
    )
    assert "name one of" not in problems("eu", {"eu": {}, "us": {}})[0]


def test_what_is_wrong_with_an_org_is_told_by_its_own_keys() -> None:
    orgs = {
        "eu": {
            "region": "eu-centrl-1",
            "accessToken": "token",
            "oauthClientId": "id",
            "baseUrl": "nowhere",
            "consistencySeconds": "soon",
        }
    }
    told = problems("eu", orgs)
    assert [each.partition(" is ")[0] for each in told[1:2]] == [
        "genesyscloud:orgs.eu.baseUrl (GENESYSCLOUD_EU_BASE_URL)"
    ]
    assert told[0].startswith("unknown region 'eu-centrl-1' (did you mean 'eu-central-1'?)")
    assert (
        "an access token and an OAuth client (genesyscloud:orgs.eu.oauthClientId, "
        "genesyscloud:orgs.eu.accessToken); remove one" in told[2]
    )
    assert told[3].startswith("genesyscloud:orgs.eu.consistencySeconds (GENESYSCLOUD_EU_CONSIST")
    assert problems("eu", {"eu": {"oauthClientId": "id"}})[0].startswith(
        "no region: set GENESYSCLOUD_EU_REGION, or `pulumi config set --path "
        "'genesyscloud:orgs.eu.region' eu-central-1`"
    )


def test_the_known_orgs_are_those_of_both_places_each_once() -> None:
    environ = {
        **SYDNEY,
        "GENESYSCLOUD_EU_WEST_ACCESS_TOKEN": "token",
        "GENESYSCLOUD_REGION": "eu-central-1",
        "GENESYSCLOUD_OAUTHCLIENT_ID": "id",
        "GENESYSCLOUD_OAUTHCLIENT_SECRET": "hush",
        "GENESYSCLOUD_AU_SOMETHING": "else",
        "GENESYSCLOUD_HOME": "/x",
    }
    assert known_orgs(config_of({"eu-west": {}, "us": {}}).get, environ) == ["au", "eu-west", "us"]
    assert known_orgs(config_of(None).get, {}) == []


@given(
    st.text(min_size=1, max_size=8),
    st.dictionaries(st.text(max_size=8), st.dictionaries(st.sampled_from(list(KEYS)), st.text())),
)
def test_any_name_is_settings_or_a_settings_error_of_one_line(
    org: str, orgs: dict[str, dict[str, str]]
) -> None:
    try:
        told = load(org, orgs).base_url
    except SettingsError as error:
        told = str(error)
    assert len(told.splitlines()) == 1
