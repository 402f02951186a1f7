"""Stack configuration and environment: which wins, what is wrong, what stays hidden."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_widgets.addresses import REGIONS, unlisted
from pulumi_widgets.errors import SettingsError
from pulumi_widgets.hints import closest
from pulumi_widgets.settings import KEYS, Settings, unread_keys

FRANKFURT = {"region": "eu-central-1"}
CLIENT = {"oauthClientId": "id", "oauthClientSecret": "hush"}
TOKEN = {"accessToken": "token"}
REGION_LIST = ", ".join(f"{name} ({domain})" for name, domain in REGIONS.items())

NO_REGION = (
    "no region: set GENESYSCLOUD_REGION, or `pulumi config set genesyscloud:region eu-central-1` "
    "(or yours); a gateway's address goes into genesyscloud:baseUrl"
)
NO_CREDENTIALS = (
    "no credentials: set GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, or "
    "GENESYSCLOUD_ACCESS_TOKEN, in the environment; or `pulumi config set "
    "genesyscloud:oauthClientId ID` and `pulumi config set --secret "
    "genesyscloud:oauthClientSecret SECRET`"
)
NO_LOGIN = (
    "no login URL: with genesyscloud:baseUrl and an OAuth client, give the region or "
    "genesyscloud:loginUrl (GENESYSCLOUD_LOGIN_URL) too"
)

NO_SECONDS = (
    "genesyscloud:consistencySeconds (GENESYSCLOUD_CONSISTENCY_SECONDS) must be seconds from 0 to "
    "600"
)


def load(config: dict[str, Any] | None = None, environ: dict[str, str] | None = None) -> Settings:
    """Settings of the keys that are configured and the keys whose variables are set."""
    configured = {f"genesyscloud:{key}": value for key, value in (config or {}).items()}
    return Settings.load(
        configured.get, {KEYS[key]: value for key, value in (environ or {}).items()}
    )


def problems(config: dict[str, Any] | None = None, **environ: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(config, environ)
    assert str(caught.value) == "; ".join(caught.value.problems)
    return list(caught.value.problems)


@pytest.mark.parametrize(("name", "domain"), REGIONS.items())
def test_a_region_may_be_given_by_name_or_domain_in_any_case(name: str, domain: str) -> None:
    for region in (name, domain, name.upper(), f" {domain} "):
        settings = load({"region": region, **CLIENT})
        assert settings.base_url == f"https://api.{domain}"
        assert settings.login_url == f"https://login.{domain}"


def test_the_regions_are_those_of_the_vendor() -> None:
    assert len(REGIONS) == len(set(REGIONS.values())) == 17
    assert REGIONS["mx-central-1"] == "mxc1.pure.cloud"
    assert REGIONS["ap-southeast-1"] == "apse1.pure.cloud"


@pytest.mark.parametrize(
    "region",
    [
        "abc1.pure.cloud",
        " ABC1.Pure.Cloud ",
        "a-b.pure.cloud",
        "b.c.pure.cloud",
        "x" * 63 + ".pure.cloud",
    ],
)
def test_a_region_that_is_newer_than_the_list_is_taken_as_it_is(region: str) -> None:
    domain = region.strip().lower()
    settings = load({"region": region, **CLIENT})
    assert settings.base_url == f"https://api.{domain}"
    assert settings.login_url == f"https://login.{domain}"
    assert unlisted(region.strip()) == (
        f"the region {domain} is not in the list of this version: taken as it is, for "
        "a newer one under pure.cloud"
    )


@pytest.mark.parametrize("region", ["", "mars", *REGIONS, *REGIONS.values()])
def test_of_a_region_of_the_list_nothing_is_said(region: str) -> None:
    assert unlisted(region) == unlisted(region.upper()) == ""


@pytest.mark.parametrize(
    "region",
    [
        "pure.cloud",
        ".pure.cloud",
        "a..pure.cloud",
        "evilpure.cloud",
        "abc1.evilpure.cloud",
        "abc1.pure.cloud.",
        "abc1.pure.cloud.example",
        "abc1.pure.cloud:443",
        "abc1.pure.cloud/path",
        "abc1.pure.cloud?a",
        "abc1.pure.cloud#a",
        "abc1.pure.cloud@evil.example",
        "evil.example/.pure.cloud",
        "evil.example#.pure.cloud",
        "user@abc1.pure.cloud",
        "https://abc1.pure.cloud",
        "api.abc1.pure.cloud",
        "login.abc1.pure.cloud",
        "apps.abc1.pure.cloud",
        "-abc1.pure.cloud",
        "abc1-.pure.cloud",
        "a_b.pure.cloud",
        "a b.pure.cloud",
        "a%2e.pure.cloud",
        "\u00e4bc1.pure.cloud",
        "\u212abc1.pure.cloud",
        "abc1.pure\u3002cloud",
        "abc1\n.pure.cloud",
        "x" * 64 + ".pure.cloud",
        "abc1.us-gov-pure.cloud",
    ],
)
def test_what_is_no_domain_under_the_vendors_is_refused(region: str) -> None:
    [problem] = problems({"region": region, **TOKEN})
    assert problem.startswith(f"unknown region {region!r}")
    assert unlisted(region) == ""


@pytest.mark.parametrize(
    ("config", "environ", "base_url", "credentials"),
    [
        ({**FRANKFURT, **CLIENT}, {}, "https://api.mypurecloud.de", ("id", "hush", "")),
        ({}, {**FRANKFURT, **CLIENT}, "https://api.mypurecloud.de", ("id", "hush", "")),
        ({}, {**FRANKFURT, **TOKEN}, "https://api.mypurecloud.de", ("", "", "token")),
        (
            FRANKFURT,
            {"region": "us-east-1", **CLIENT},
            "https://api.mypurecloud.de",
            ("id", "hush", ""),
        ),
        (TOKEN, {**FRANKFURT, **CLIENT}, "https://api.mypurecloud.de", ("", "", "token")),
        (CLIENT, {**FRANKFURT, **TOKEN}, "https://api.mypurecloud.de", ("id", "hush", "")),
        (
            {"oauthClientId": "mine"},
            {**FRANKFURT, **CLIENT},
            "https://api.mypurecloud.de",
            ("mine", "hush", ""),
        ),
        (
            {"oauthClientSecret": "mine"},
            {**FRANKFURT, **CLIENT},
            "https://api.mypurecloud.de",
            ("id", "mine", ""),
        ),
        (
            {"region": "", "oauthClientId": " ", "accessToken": None},
            {**FRANKFURT, **CLIENT},
            "https://api.mypurecloud.de",
            ("id", "hush", ""),
        ),
        (
            {"baseUrl": "https://api.gateway.example"},
            {**FRANKFURT, **TOKEN},
            "https://api.gateway.example",
            ("", "", "token"),
        ),
        (
            {},
            {"baseUrl": "http://127.0.0.1:8080/", **FRANKFURT, **TOKEN},
            "http://127.0.0.1:8080",
            ("", "", "token"),
        ),
        ({**FRANKFURT, "accessToken": 5}, {}, "https://api.mypurecloud.de", ("", "", "5")),
    ],
)
def test_the_stack_configuration_wins_over_the_environment_key_by_key(
    config: dict[str, Any],
    environ: dict[str, str],
    base_url: str,
    credentials: tuple[str, str, str],
) -> None:
    settings = load(config, environ)
    assert settings.base_url == base_url
    assert (settings.client_id, settings.client_secret, settings.access_token) == credentials


@pytest.mark.parametrize(
    ("config", "login_url"),
    [
        (FRANKFURT, "https://login.mypurecloud.de"),
        ({**FRANKFURT, "baseUrl": "https://api.gateway.example"}, "https://login.mypurecloud.de"),
        ({"baseUrl": "https://api.gateway.example/"}, "https://login.gateway.example"),
        ({**FRANKFURT, "loginUrl": "https://sso.example/"}, "https://sso.example"),
        (
            {"baseUrl": "http://127.0.0.1:1", "loginUrl": "http://127.0.0.1:2"},
            "http://127.0.0.1:2",
        ),
    ],
)
def test_the_login_url_follows_from_what_is_given(config: dict[str, str], login_url: str) -> None:
    assert load({**config, **CLIENT}).login_url == login_url


def test_an_access_token_needs_no_login_url() -> None:
    assert load({"baseUrl": "http://127.0.0.1:1", **TOKEN}).login_url == ""


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, [NO_REGION, NO_CREDENTIALS]),
        ({"region": "  ", "accessToken": ""}, [NO_REGION, NO_CREDENTIALS]),
        (CLIENT, [NO_REGION]),
        (FRANKFURT, [NO_CREDENTIALS]),
        (
            {"region": "eu-centrl-1", **TOKEN},
            [
                "unknown region 'eu-centrl-1' (did you mean 'eu-central-1'?); the regions are "
                + REGION_LIST
            ],
        ),
        (
            {"region": "api.mypurecloud.ie", **TOKEN},
            [
                "unknown region 'api.mypurecloud.ie' (did you mean 'mypurecloud.ie'?); "
                "the regions are " + REGION_LIST
            ],
        ),
        ({"region": "mars", **TOKEN}, ["unknown region 'mars'; the regions are " + REGION_LIST]),
        (
            {**FRANKFURT, "oauthClientId": "id"},
            [
                "half an OAuth client: genesyscloud:oauthClientSecret "
                "(GENESYSCLOUD_OAUTHCLIENT_SECRET) is missing"
            ],
        ),
        (
            {**FRANKFURT, "oauthClientSecret": "hush"},
            [
                "half an OAuth client: genesyscloud:oauthClientId "
                "(GENESYSCLOUD_OAUTHCLIENT_ID) is missing"
            ],
        ),
        (
            {**FRANKFURT, **CLIENT, **TOKEN},
            [
                "contradictory credentials in the stack configuration: an access token and an "
                "OAuth client (genesyscloud:oauthClientId, genesyscloud:oauthClientSecret, "
                "genesyscloud:accessToken); remove one"
            ],
        ),
        ({"baseUrl": "http://127.0.0.1:1", **CLIENT}, [NO_LOGIN]),
        ({"baseUrl": "https://gateway.example", **CLIENT}, [NO_LOGIN]),
        (
            {"region": "mars", "oauthClientId": "id", "loginUrl": "login"},
            [
                "unknown region 'mars'; the regions are " + REGION_LIST,
                "genesyscloud:loginUrl (GENESYSCLOUD_LOGIN_URL) is no URL; "
                "one is like https://api.mypurecloud.com",
                "half an OAuth client: genesyscloud:oauthClientSecret "
                "(GENESYSCLOUD_OAUTHCLIENT_SECRET) is missing",
            ],
        ),
        (
            {**FRANKFURT, "consistencySeconds": "soon"},
            [NO_CREDENTIALS, NO_SECONDS],
        ),
        # the login URL is told to be wrong, and not missing as well
        (
            {"baseUrl": "https://gateway.example", "loginUrl": "login", **CLIENT},
            [
                "genesyscloud:loginUrl (GENESYSCLOUD_LOGIN_URL) is no URL; "
                "one is like https://api.mypurecloud.com"
            ],
        ),
    ],
)
def test_every_problem_is_told_at_once(config: dict[str, Any], expected: list[str]) -> None:
    assert problems(config) == expected


def test_contradictory_credentials_in_the_environment_are_told_by_their_variables() -> None:
    assert problems({}, **FRANKFURT, oauthClientId="id", **TOKEN) == [
        "contradictory credentials in the environment: an access token and an OAuth client "
        "(GENESYSCLOUD_OAUTHCLIENT_ID, GENESYSCLOUD_ACCESS_TOKEN); remove one"
    ]


@pytest.mark.parametrize(
    ("configured", "environ", "seconds"),
    [
        ({}, {}, 15.0),
        ({"consistencySeconds": ""}, {"consistencySeconds": " "}, 15.0),
        ({"consistencySeconds": "0"}, {}, 0.0),
        ({"consistencySeconds": 0}, {"consistencySeconds": "30"}, 0.0),
        ({}, {"consistencySeconds": "2.5"}, 2.5),
        ({"consistencySeconds": " 600 "}, {"consistencySeconds": "x"}, 600.0),
    ],
)
def test_how_long_the_service_may_lag_is_in_seconds(
    configured: dict[str, Any], environ: dict[str, str], seconds: float
) -> None:
    settings = load({**FRANKFURT, **TOKEN, **configured}, environ)
    assert settings.consistency_seconds == seconds


@pytest.mark.parametrize(
    "given", ["soon", "15s", "-1", "-0.1", "600.1", "nan", "inf", "-inf", "1e9", "1,5", "true"]
)
def test_a_lag_that_is_none_is_refused(given: str) -> None:
    assert problems({**FRANKFURT, **TOKEN, "consistencySeconds": given}) == [NO_SECONDS]
    assert problems({**FRANKFURT, **TOKEN}, consistencySeconds=given) == [NO_SECONDS]


NO_URL = "is no URL; one is like https://api.mypurecloud.com"
EXTRA = "must hold no user, query or fragment"
HTTPS = "must be https: plain http is for this machine alone (127.0.0.1)"


@pytest.mark.parametrize("key", ["baseUrl", "loginUrl"])
@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("api.mypurecloud.com", NO_URL),
        ("//api.mypurecloud.com", NO_URL),
        ("ftp://api.mypurecloud.com", NO_URL),
        ("https://", NO_URL),
        ("https:///path", NO_URL),
        ("https://host:port", NO_URL),
        ("https://host:99999", NO_URL),
        ("https://[::1", NO_URL),
        ("https://ho st", NO_URL),
        ("https://host/a b", NO_URL),
        ("https://host\n.example", NO_URL),
        ("https://user@host", EXTRA),
        ("https://user:hush@host", EXTRA),
        ("https://:hush@host", EXTRA),
        ("https://@host", EXTRA),
        ("https://host?query", EXTRA),
        ("https://host/?", EXTRA),
        ("https://host/#top", EXTRA),
        ("https://host/#", EXTRA),
        ("http://api.mypurecloud.com", HTTPS),
        ("http://192.168.0.1", HTTPS),
        ("http://127.0.0.1.example", HTTPS),
        ("http://localhost.example", HTTPS),
        ("http://[fe80::1]", HTTPS),
        ("http://0.0.0.0", HTTPS),
    ],
)
def test_a_url_that_cannot_be_is_refused_and_not_shown(key: str, url: str, problem: str) -> None:
    found = problems({**FRANKFURT, **TOKEN, key: url})
    assert found == [f"genesyscloud:{key} ({KEYS[key]}) {problem}"]
    assert "hush" not in found[0]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://api.mypurecloud.com", "https://api.mypurecloud.com"),
        ("https://api.mypurecloud.com///", "https://api.mypurecloud.com"),
        ("https://gateway.example/genesys/", "https://gateway.example/genesys"),
        ("https://gateway.example:8443", "https://gateway.example:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.9.1", "http://127.8.9.1"),
        ("http://localhost:1/", "http://localhost:1"),
        ("HTTP://LOCALHOST", "http://localhost"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        (" https://gateway.example ", "https://gateway.example"),
    ],
)
def test_a_url_that_can_be_is_kept_without_its_closing_slash(url: str, kept: str) -> None:
    assert load({**FRANKFURT, **TOKEN, "baseUrl": url}).base_url == kept
    assert load({**FRANKFURT, **TOKEN, "loginUrl": url}).login_url == kept


def test_a_base_url_in_capitals_leads_to_its_login_url() -> None:
    settings = load({"baseUrl": "HTTPS://API.gateway.example", **CLIENT})
    assert settings.login_url == "https://login.gateway.example"


def test_nothing_secret_is_in_the_repr() -> None:
    settings = [load({**FRANKFURT, **CLIENT}), load({**FRANKFURT, "accessToken": "whisper"})]
    assert "hush" not in repr(settings)
    assert "whisper" not in repr(settings)
    assert "client_id='id'" in repr(settings)


@pytest.mark.parametrize(
    ("config", "environ", "origin", "is_stored"),
    [
        ({}, TOKEN, "the access token (GENESYSCLOUD_ACCESS_TOKEN)", False),
        (TOKEN, CLIENT, "the access token (genesyscloud:accessToken)", True),
        (
            {},
            CLIENT,
            "the OAuth client's id (GENESYSCLOUD_OAUTHCLIENT_ID) and secret "
            "(GENESYSCLOUD_OAUTHCLIENT_SECRET)",
            False,
        ),
        (
            {"oauthClientId": "x"},
            {**CLIENT, **TOKEN},
            "the OAuth client's id (genesyscloud:oauthClientId) and secret "
            "(GENESYSCLOUD_OAUTHCLIENT_SECRET)",
            True,
        ),
    ],
)
def test_where_credentials_come_from_is_told(
    config: dict[str, Any], environ: dict[str, str], origin: str, is_stored: bool
) -> None:
    settings = load({**FRANKFURT, **config}, environ)
    assert (settings.origin, settings.is_stored) == (origin, is_stored)


@pytest.mark.parametrize(
    ("configuration", "told"),
    [
        ({f"genesyscloud:{key}": "x" for key in (*KEYS, "orgs")}, []),
        ({"other:oauthClientSecrett": "x", "region": "x", "genesys:region": "x"}, []),
        (
            {"genesyscloud:oauthClientSecrett": "hush", "genesyscloud:tokenPoolSize": 5},
            [
                "genesyscloud:oauthClientSecrett is not read (did you mean 'oauthClientSecret'?)",
                "genesyscloud:tokenPoolSize is not read",
            ],
        ),
        ({"genesyscloud:org": "{}"}, ["genesyscloud:org is not read (did you mean 'orgs'?)"]),
        (
            {'genesyscloud:orgs["e.u"].region': "x"},
            [
                'genesyscloud:orgs["e.u"].region is not read: `pulumi config set` sets an '
                "org's with --path"
            ],
        ),
        (
            {"genesyscloud:orgs": '{"eu": {"regoin": "x", "region": "y"}, "us": {"a": 1}, "x": 2}'},
            [
                "genesyscloud:orgs.eu.regoin is not read (did you mean 'region'?)",
                "genesyscloud:orgs.us.a is not read",
            ],
        ),
    ],
)
def test_a_key_that_nobody_reads_is_told(configuration: dict[str, Any], told: list[str]) -> None:
    assert unread_keys(configuration) == told


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        load({**FRANKFURT, **TOKEN}).base_url = "https://x"  # type: ignore[misc]


@given(
    st.dictionaries(st.sampled_from(list(KEYS)), st.text(max_size=20)),
    st.dictionaries(st.sampled_from(list(KEYS)), st.text(max_size=20)),
)
def test_whatever_is_configured_is_settings_or_a_settings_error(
    config: dict[str, str], environ: dict[str, str]
) -> None:
    try:
        settings = load(config, environ)
    except SettingsError as error:
        told = error.problems
    else:
        told = ("",)
        assert settings.base_url
        assert settings.access_token or (settings.client_id and settings.client_secret)
    assert told
    assert all(len(problem.splitlines()) < 2 for problem in told)


@pytest.mark.parametrize(
    ("given", "allowed", "hint"),
    [
        ("basci", ["basic", "modern"], " (did you mean 'basic'?)"),
        ("V2", ["v1", "v2"], " (did you mean 'v2'?)"),
        ("xyz", ["basic"], ""),
        ("", ["basic"], ""),
    ],
)
def test_the_closest_allowed_word_is_proposed(given: str, allowed: list[str], hint: str) -> None:
    assert closest(given, allowed) == hint
