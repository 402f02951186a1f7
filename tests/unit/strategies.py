"""What a deployment can hold, as hypothesis strategies; inputs are in the API's names."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from pulumi.output import Unknown


def unknown() -> Any:
    """A value that a preview does not know yet; a new object each time, as the SDK makes them."""
    return Unknown()  # type: ignore[no-untyped-call]


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
NO_SPACE = WORDS.filter(lambda text: not any(map(str.isspace, text)))
KEYS = st.sampled_from(["a", "b", "flow_id", "webChatSkin", "élan", "__x"]) | WORDS


def objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects without nulls, which Pulumi's processes drop."""
    return st.dictionaries(KEYS, values.filter(lambda value: value is not None), max_size=3)


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e15, 1e15, allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | objects(inner),
    max_leaves=8,
)
OBJECTS = objects(JSON)

WEB_CHATS = st.fixed_dictionaries(
    {},
    optional={
        "webChatSkin": st.sampled_from(["basic", "modern-caret-skin", "", None]),
        "authenticationUrl": st.sampled_from(
            ["https://example.com/sign-in", "http://10.0.0.1:8080/", "https://bücher.example", ""]
        ),
    },
)
CLIENT_CONFIGS = st.fixed_dictionaries(
    {},
    optional={"v1": WEB_CHATS, "v1-http": WEB_CHATS, "v2": OBJECTS, "third-party": OBJECTS},
)
DOMAINS = st.sampled_from(
    ["a.example", "b.example", "https://c.example:8443", "*.d.example", "e_f.example", "ü.example"]
)

INPUTS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "name": WORDS.filter(str.strip),
        "clientType": st.sampled_from(["v1", "v2", "v1-http", "third-party"]),
    },
    optional={
        "description": st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
        "authenticationRequired": st.booleans() | st.none(),
        "disabled": st.booleans() | st.none(),
        "flowId": NO_SPACE | st.just("") | st.none(),
        "allowedDomains": st.lists(DOMAINS, max_size=6) | st.none(),
        "clientConfig": CLIENT_CONFIGS | st.none(),
    },
)
"""Everything that `pulumi_widgets.validation` lets pass."""

JUNK = st.recursive(
    LEAVES | st.floats() | st.integers(-(10**400), 10**400),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("name", "flowId", "flow_id", "flow", "id", "clientType", "client_type"),
                    *("clientConfig", "client_config", "v1", "v1_http", "v1-http", "v2"),
                    *("third-party", "third_party", "webChatSkin", "web_chat_skin", "selfUri"),
                    *("authenticationUrl", "allowedDomains", "disabled", "description", "__x"),
                ]
            )
            | KEYS,
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
