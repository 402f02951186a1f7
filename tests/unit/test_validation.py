"""The rules: each problem on its property, with exact words, all of them at once."""

from __future__ import annotations

import asyncio
import datetime
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from pulumi_widgets import mapping
from pulumi_widgets.validation import (
    MAX_DEPTH,
    dotted,
    problems,
    told,
    unspeakable,
    warnings,
    without_secrets,
)

from .strategies import INPUTS, JUNK, unknown

OK: dict[str, Any] = {"name": "Shop", "clientType": "v2"}
NAMES = (
    "name, description, authentication_required, disabled, flow_id, allowed_domains, client_type, "
    "client_config, org, adopt_id"
)
PARTS = "v1, v1_http, v2, third_party"
FIELDS = "web_chat_skin, authentication_url"
TYPES = "v1, v2, v1-http, third-party"
SKINS = "basic, modern-caret-skin"
BLANK_NAME = "must not be blank; leave it out and the resource's logical name is taken"
NO_URL = "must be a URL like https://www.example.com/authenticate"
TOO_BIG = "is past 2^53 - 1, where whole numbers lose digits; write it as a string"


MARK = "4dabf18193072939515e22adb298388d"
NOT_YET = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SURROGATE = "UTF-8 can hold; it has half a character (a surrogate)"


PYTHONS = "is Python's name, and Pulumi has another here (did you mean '{}'?)"


def told_of(given: dict[str, Any]) -> list[tuple[str, str]]:
    return [(dotted(problem.path), problem.reason) for problem in problems(given)]


def but(known: str, key: Any, like: str = "") -> str:
    return f"must have no keys but {known}, not {key!r}" + (
        f" (did you mean {like!r}?)" if like else ""
    )


def web_chat(part: str, **config: Any) -> dict[str, Any]:
    return {"clientConfig": {part: config}}


PROBLEMS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    # name
    ({"name": None}, [("name", BLANK_NAME)]),
    ({"name": ""}, [("name", BLANK_NAME)]),
    ({"name": " \t"}, [("name", BLANK_NAME)]),
    ({"name": 5}, [("name", "must be a string, not a number")]),
    ({"name": ["x"]}, [("name", "must be a string, not a list")]),
    # description
    ({"description": True}, [("description", "must be a string, not a boolean")]),
    ({"description": {}}, [("description", "must be a string, not an object")]),
    # flags
    ({"disabled": "true"}, [("disabled", "must be true or false, not a string")]),
    ({"disabled": 1}, [("disabled", "must be true or false, not a number")]),
    (
        {"authenticationRequired": []},
        [("authenticationRequired", "must be true or false, not a list")],
    ),
    # flow
    ({"flowId": 7.0}, [("flowId", "must be a string, not a number")]),
    (
        {"flowId": "my flow"},
        [("flowId", "must be a flow's id, which holds no white space, not 'my flow'")],
    ),
    (
        {"flowId": "\u00a0"},
        [("flowId", "must be a flow's id, which holds no white space, not '\\xa0'")],
    ),
    ({"flow": {"name": "x"}}, [("flow", "must have the flow's id; or give flow_id")]),
    ({"flow": "f"}, [("flow", "must have the flow's id; or give flow_id")]),
    ({"flow": {"id": "f"}}, [("flow", "is an output here: give the flow's id as flowId")]),
    ({"flow": unknown()}, [("flow", "is an output here: give the flow's id as flowId")]),
    # domains
    (
        {"allowedDomains": "a.example"},
        [("allowedDomains", "must be a list of strings, not a string")],
    ),
    (
        {"allowedDomains": {"a": 1}},
        [("allowedDomains", "must be a list of strings, not an object")],
    ),
    (
        {"allowedDomains": ["a.example", "", "b c", 5, None, " ", ["x"]]},
        [
            (
                "allowedDomains[1]",
                "must be a domain, like www.example.com; it is blank",
            ),
            (
                "allowedDomains[2]",
                "must be a domain, which holds no white space, not 'b c'",
            ),
            ("allowedDomains[3]", "must be a string, not a number"),
            ("allowedDomains[4]", "must be a string, not null"),
            (
                "allowedDomains[5]",
                "must be a domain, like www.example.com; it is blank",
            ),
            ("allowedDomains[6]", "must be a string, not a list"),
        ],
    ),
    # client type
    ({"clientType": None}, [("clientType", f"is required: one of {TYPES}")]),
    ({"clientType": ""}, [("clientType", f"is required: one of {TYPES}")]),
    ({"clientType": 2}, [("clientType", f"must be one of {TYPES}, not a number")]),
    (
        {"clientType": "V2"},
        [("clientType", f"must be one of {TYPES}, not 'V2' (did you mean 'v2'?)")],
    ),
    (
        {"clientType": "third_party"},
        [
            (
                "clientType",
                f"must be one of {TYPES}, not 'third_party' (did you mean 'third-party'?)",
            )
        ],
    ),
    ({"clientType": "other"}, [("clientType", f"must be one of {TYPES}, not 'other'")]),
    (
        {"clientType": "x" * 100},
        [("clientType", f"must be one of {TYPES}, not '{'x' * 57}...'")],
    ),
    # client config
    ({"clientConfig": "{}"}, [("clientConfig", "must be an object, not a string")]),
    ({"clientConfig": []}, [("clientConfig", "must be an object, not a list")]),
    (
        {"clientConfig": {"v2": "{}"}},
        [
            (
                "clientConfig.v2",
                "must be an object, not a string; give the object itself, not its JSON text",
            )
        ],
    ),
    (
        {"clientConfig": {"third-party": [1], "v1": True, "v1-http": 0}},
        [
            ("clientConfig.v1", "must be an object, not a boolean"),
            ("clientConfig.v1-http", "must be an object, not a number"),
            ("clientConfig.third-party", "must be an object, not a list"),
        ],
    ),
    (
        {"clientConfig": {"v1http": {}, "v3": {}}},
        [
            ("clientConfig", but(PARTS, "v1http", "v1_http")),
            ("clientConfig", but(PARTS, "v3")),
        ],
    ),
    (
        {"clientConfig": {"v1-http": {}, "v1_http": {}}},
        [("clientConfig.v1_http", "given twice: as 'v1_http' and as 'v1-http'")],
    ),
    (
        web_chat("v1", webChatSkin="basci", webChatSkn="basic"),
        [
            ("clientConfig.v1", but(FIELDS, "webChatSkn", "web_chat_skin")),
            (
                "clientConfig.v1.webChatSkin",
                f"must be one of {SKINS}, not 'basci' (did you mean 'basic'?)",
            ),
        ],
    ),
    (
        web_chat("v1-http", webChatSkin="modern_caret_skin"),
        [
            (
                "clientConfig.v1-http.webChatSkin",
                f"must be one of {SKINS}, not 'modern_caret_skin' "
                "(did you mean 'modern-caret-skin'?)",
            )
        ],
    ),
    *(
        (
            web_chat("v1", webChatSkin=wrong),
            [("clientConfig.v1.webChatSkin", f"must be one of {SKINS}, not {kind}")],
        )
        for wrong, kind in [
            (0, "a number"),
            (False, "a boolean"),
            ([], "a list"),
            ({}, "an object"),
        ]
    ),
    (
        web_chat("v1", authenticationUrl=5),
        [("clientConfig.v1.authenticationUrl", "must be a string, not a number")],
    ),
    *(
        (
            web_chat("v1-http", authenticationUrl=url),
            [("clientConfig.v1-http.authenticationUrl", NO_URL)],
        )
        for url in [
            *("www.example.com", "//x.example", "ftp://x.example", "https://", "mailto:a@b"),
            *("https://a b.example", "https://x.example/a b", "https://[::1", " https://x"),
            *("https://x:port", "https://x:99999", "javascript:alert(1)", "https:/x.example"),
        ]
    ),
    # free JSON
    (
        {
            "clientConfig": {
                "v2": {
                    "a": math.nan,
                    "b": [1, {"c": -math.inf}],
                    "d": 2.0**53,
                    "e": -(2**53) - 1,
                    "f": 10**400,
                }
            }
        },
        [
            ("clientConfig.v2.a", "must be a number that JSON has"),
            ("clientConfig.v2.b[1].c", "must be a number that JSON has"),
            ("clientConfig.v2.d", TOO_BIG),
            ("clientConfig.v2.e", TOO_BIG),
            ("clientConfig.v2.f", TOO_BIG),
        ],
    ),
    (
        {"clientConfig": {"third-party": {"a": datetime.date(2020, 1, 1), "b": {1}}}},
        [
            (
                "clientConfig.third-party.a",
                "must be JSON (object, list, string, number, boolean), not a value of type date",
            ),
            (
                "clientConfig.third-party.b",
                "must be JSON (object, list, string, number, boolean), not a value of type set",
            ),
        ],
    ),
    (
        {"clientConfig": {"v2": {"a": [{5: "x"}], None: {"b": 1}}}},
        [
            ("clientConfig.v2.a[0]", "must have strings for keys, not a number"),
            ("clientConfig.v2", "must have strings for keys, not null"),
        ],
    ),
    # keys
    ({"desciption": "x"}, [("", but(NAMES, "desciption", "description"))]),
    ({"qqq": "x"}, [("", but(NAMES, "qqq"))]),
    (dict[Any, Any]({5: "x"}), [("", but(NAMES, 5))]),
    # as a transform may put it in
    ({"flow_id": "f"}, [("flow_id", PYTHONS.format("flowId"))]),
    (
        web_chat("v1", web_chat_skin=1),
        [("clientConfig.v1.web_chat_skin", PYTHONS.format("webChatSkin"))],
    ),
    # what Pulumi's processes cannot tell each other
    (
        {"clientConfig": {"v2": {"a": [{MARK: "x"}]}}},
        [("clientConfig.v2.a[0]", f"must not have the key {MARK}, by which Pulumi marks secrets")],
    ),
    *(
        (
            {"allowedDomains": [text], "clientConfig": {"v2": {"a": text}}},
            [("allowedDomains[0]", reason), ("clientConfig.v2.a", reason)],
        )
        for text, reason in [
            (NOT_YET, f"must not be {NOT_YET}, by which Pulumi means what is not known yet"),
            ("a\ud800", f"must be text that {SURROGATE}"),
        ]
    ),
    (
        {"clientConfig": {"v2": {"\udfff": 1, "a": b"x", "b": None}}},
        [
            ("clientConfig.v2", f"must have keys that {SURROGATE}"),
            (
                "clientConfig.v2.a",
                "must be JSON (object, list, string, number, boolean), not bytes",
            ),
            (
                "clientConfig.v2.b",
                "must not be null, which Pulumi drops on the way: leave the key out",
            ),
        ],
    ),
    ({"description": b"x"}, [("description", "must be a string, not bytes")]),
    (
        {"flowId": "f", "flow_id": "g"},
        [("flow_id", "given twice: as 'flow_id' and as 'flowId'")],
    ),
    *(
        ({key: "x"}, [(key, "is set by the service; it is an output, no input")])
        for key in ("selfUri", "self_uri", "id")
    ),
]


@pytest.mark.parametrize(("given", "expected"), PROBLEMS)
def test_a_problem_is_told_on_its_property(
    given: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert told_of({**OK, **given}) == expected


def test_every_problem_is_told_at_once() -> None:
    given = {
        "name": " ",
        "desc": 1,
        "description": 1,
        "authenticationRequired": "no",
        "disabled": 0.0,
        "flowId": " ",
        "allowedDomains": [""],
        "clientType": "v4",
        "clientConfig": {"v1": {"webChatSkin": "x"}, "v2": []},
    }
    assert [path for path, _ in told_of(given)] == [
        "",
        "name",
        "description",
        "authenticationRequired",
        "disabled",
        "flowId",
        "allowedDomains[0]",
        "clientType",
        "clientConfig.v1.webChatSkin",
        "clientConfig.v2",
    ]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"name": "ü" * 1000},
        {"name": " padded "},
        {"description": ""},
        {"description": "two\nlines"},
        {"flowId": ""},
        {"allowedDomains": []},
        {"allowedDomains": ("a.example", "a.example")},
        {
            "allowedDomains": [
                *("https://a.example:8443/path", "*.b.example", "under_score.example", "*"),
                *(
                    "bücher.example",
                    "xn--bcher-kva.example",
                    "localhost",
                    "10.0.0.1",
                    "[::1]",
                    "a,b",
                ),
            ]
        },
        *({"clientType": type_} for type_ in ("v1", "v2", "v1-http", "third-party")),
        {"clientType": "v1", "clientConfig": {"third-party": {"a": 1}, "v2": {}}},
        {"clientType": "third-party", "clientConfig": {"v1": {"webChatSkin": "basic"}}},
        {"clientConfig": {}},
        {"clientConfig": {"v1": {}, "v1-http": None}},
        web_chat("v1", webChatSkin="", authenticationUrl=""),
        web_chat("v1", webChatSkin=None, authenticationUrl=None),
        web_chat("v1", authenticationUrl="http://intranet/login?next=/&a=b#top"),
        web_chat("v1", authenticationUrl="HTTPS://bücher.example:8443/ü"),
        web_chat("v1", authenticationUrl="https://user:password@[::1]/"),
        {"clientConfig": {"v2": {"a": [None, True, 0.1, -1, "x", {"b": []}], "v1_http": {}}}},
        {"clientConfig": {"v2": {"max": 2**53 - 1, "min": -(2**53) + 1, "tiny": 5e-324}}},
        {"clientConfig": {"third-party": {"__x": 1, "": 2, "a.b": 3}}},
        {"__provider": "x", "__secretFlow": True},
    ],
)
def test_what_a_real_org_may_hold_is_not_refused(given: dict[str, Any]) -> None:
    assert problems({**OK, **given}) == []


@pytest.mark.parametrize(
    "given",
    [
        *({key: unknown()} for key in mapping.INPUTS.values()),
        {"allowedDomains": ["a.example", unknown()]},
        *({"clientConfig": {part: unknown()}} for part in mapping.CLIENT_CONFIG.values()),
        *(
            web_chat(part, **{field: unknown()})
            for part in mapping.WEB_CHAT_PARTS
            for field in mapping.WEB_CHAT_CONFIG.values()
        ),
        {"clientConfig": {"v2": {"a": unknown(), "b": [unknown(), {"c": unknown()}]}}},
    ],
)
def test_an_unknown_value_is_no_problem(given: dict[str, Any]) -> None:
    assert problems({**OK, **given}) == []


def test_what_is_beside_an_unknown_value_is_still_looked_at() -> None:
    given = {
        "allowedDomains": [unknown(), ""],
        "clientConfig": {"v1": {"authenticationUrl": unknown(), "webChatSkin": "x"}},
    }
    assert [path for path, _ in told_of({**OK, **given})] == [
        "allowedDomains[1]",
        "clientConfig.v1.webChatSkin",
    ]


def test_no_reason_shows_the_contents_of_a_client_config_but_the_skin() -> None:
    given = {
        "v1": {"authenticationUrl": "hush://hush"},
        "v1-http": "hush",
        "v2": {"password": {"hush"}},
        "third-party": ["hush"],
    }
    found = problems({**OK, "description": ["hush"], "clientConfig": given})
    assert len(found) == 5
    assert "hush" not in repr(found)


def within(levels: int, value: Any, wrap: Callable[[Any], Any] = lambda each: [each]) -> Any:
    """A value in so many lists, or in other things."""
    for _ in range(levels):
        value = wrap(value)
    return value


@pytest.mark.parametrize("wrap", [lambda each: [each], lambda each: {"a": each}])
def test_what_is_nested_too_deeply_is_told_once(wrap: Callable[[Any], Any]) -> None:
    # the config, its part, and what is in that
    config = {"v2": {"a": within(MAX_DEPTH - 3, 1, wrap), "b": within(MAX_DEPTH - 4, [], wrap)}}
    assert problems({**OK, "clientConfig": config}) == []
    deep = within(MAX_DEPTH - 3, [1, [2]], wrap)
    [(path, reason)] = told_of({**OK, "clientConfig": {"v2": {"a": deep, "b": deep, "c": None}}})
    assert path == "clientConfig.v2.a" + ("[0]" if wrap(1) == [1] else ".a") * (MAX_DEPTH - 3)
    assert reason == "must not be nested in more than 64 levels"
    assert told_of({**OK, "description": within(2000, 1, wrap)})[0][1] == reason


def test_a_path_is_told_with_pythons_names() -> None:
    given = {
        "allowedDomains": [""],
        "clientConfig": {
            "v1-http": {"webChatSkin": "x", "other": 1},
            "v2": {"clientType": b"", "\ud800": b""},
        },
    }
    assert [told(problem).partition(": ")[0] for problem in problems({**OK, **given})] == [
        "client_config.v2",
        "allowed_domains[0]",
        "client_config.v1_http",
        "client_config.v1_http.web_chat_skin",
        "client_config.v2.clientType",
        "client_config.v2.\\ud800",
    ]


def test_what_an_org_holds_is_told_by_the_same_rule() -> None:
    held = {"flow": {"name": "a\ud800"}, "clientConfig": {"v2": {MARK: 1}}, "selfUri": "/x"}
    assert [told(problem) for problem in unspeakable((), held)] == [
        f"flow.name: must be text that {SURROGATE}",
        f"client_config.v2: must not have the key {MARK}, by which Pulumi marks secrets",
    ]


def marked(value: Any) -> Any:
    """A value whose texts and keys, but for the known ones, are all secret."""
    if isinstance(value, str):
        return f", not {value}hush"
    if isinstance(value, list):
        return [marked(item) for item in value]
    if isinstance(value, dict):
        known = {*mapping.CLIENT_CONFIG, *mapping.CLIENT_CONFIG.values()}
        known |= {*mapping.WEB_CHAT_CONFIG, *mapping.WEB_CHAT_CONFIG.values()}
        return {key if key in known else marked(key): marked(item) for key, item in value.items()}
    return value


@given(st.lists(JUNK, min_size=8, max_size=8))
def test_no_reason_for_a_secret_shows_what_was_given(junk: list[Any]) -> None:
    found = problems(
        {key: marked(each) for key, each in zip(mapping.INPUTS.values(), junk, strict=True)}
    )
    shown = [told(without_secrets(problem)) for problem in found]
    assert not [text for text in shown if "hush" in text]


@pytest.mark.parametrize(
    ("outside", "shown"),
    [(1, "client_config.v2"), (2, "client_config.v2"), (3, "client_config.v2.a[1]")],
)
def test_the_path_to_a_secret_is_told_and_what_is_within_it_is_not(
    outside: int, shown: str
) -> None:
    found = problems({**OK, "clientConfig": {"v2": {"a": [1, {"hush": math.nan}]}}})
    [line] = [told(without_secrets(problem, outside)) for problem in found]
    assert line == f"{shown}: must be a number that JSON has"


@given(JUNK)
def test_no_junk_makes_the_rules_fail(junk: Any) -> None:
    given = junk if isinstance(junk, dict) else {"clientConfig": {"v2": junk}, "name": junk}
    named = mapping.in_api_names(given)
    for found in (problems(given), problems(named)):
        for problem in found:
            told(problem).encode()
            assert len(told(problem).splitlines()) == 1
    if not problems(named):
        mapping.body(mapping.inputs(named, {}))


@given(st.lists(JUNK, min_size=8, max_size=8))
def test_no_junk_in_the_known_places_makes_the_rules_fail(junk: list[Any]) -> None:
    given = dict(zip(mapping.INPUTS.values(), junk, strict=True))
    if not problems(given):
        mapping.body(mapping.inputs(given, {}))


@given(INPUTS)
def test_what_passes_goes_through_pulumi_and_into_a_body(given: dict[str, Any]) -> None:
    assert problems(given) == []

    async def serialize() -> Any:
        return await rpc.serialize_properties(given, {})

    loop = asyncio.new_event_loop()
    try:
        arrived = rpc.deserialize_properties(loop.run_until_complete(serialize()), True)
    finally:
        loop.close()
    assert problems(arrived) == []
    assert mapping.body(mapping.inputs(arrived, {}))["name"] == given["name"]


@pytest.mark.parametrize(
    ("domain", "host"),
    [
        ("www.example.com", ""),
        ("*.example.com", ""),
        ("www.example.com:8080", ""),
        ("", ""),
        ("/", ""),
        ("https://", ""),
        ("https://www.example.com", "www.example.com"),
        ("https://www.example.com:8080/a/b", "www.example.com:8080"),
        ("www.example.com/", "www.example.com"),
        ("//www.example.com", "www.example.com"),
    ],
)
def test_a_domain_that_is_more_is_a_likely_mistake_and_no_problem(domain: str, host: str) -> None:
    said = f"{domain!r} is more than a domain (did you mean {host!r}?)"
    found = [told(problem) for problem in warnings({"allowedDomains": ["a.example", domain]})]
    assert found == ([f"allowed_domains[1]: {said}"] if host else [])
    assert domain == "" or problems({**OK, "allowedDomains": [domain]}) == []


@given(st.fixed_dictionaries({}, optional={"allowedDomains": JUNK}))
def test_what_is_no_list_of_domains_gets_no_warning(inputs: dict[str, Any]) -> None:
    assert isinstance(warnings(inputs), list)
