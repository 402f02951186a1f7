"""What a page embeds: right for its client type, and nothing in it can leave its place."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_widgets.simulator import Reply, Simulator
from pulumi_widgets.tool.read.html import embedding

from .running import run

EVIL = "</script><script>alert(1)</script><!-- --> \" onload='x' \u2028 &quot; ]]> \x1b[0m"
KINDS = ["v1", "v1-http", "v2", "third-party"]


class Page(HTMLParser):
    """The tags, comments and scripts of a page as a browser reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[str] = []
        self.scripts: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            self.scripts[-1] += data
        else:
            self.words += data

    def value(self, name: str) -> Any:
        """The JSON value that a script gives to a name."""
        text = "\n".join(self.scripts)
        found = re.search(rf"{re.escape(name)} = ", text)
        assert found
        return json.JSONDecoder().raw_decode(text, found.end())[0]


def page(kind: str, **fields: Any) -> Page:
    body = {"id": "the-key", "name": "Support", "clientType": kind, **fields}
    return Page(embedding(body, "https://api.mypurecloud.de", "the-org", "Web chat"))


@pytest.mark.parametrize("kind", ["v1", "v1-http"])
def test_version_1(kind: str) -> None:
    made = page(kind)
    assert made.tags[0] == (
        "script",
        {
            "id": "purecloud-webchat-js",
            "type": "text/javascript",
            "src": "https://apps.mypurecloud.de/webchat/jsapi-v1.js",
            "region": "eu-central-1",
            "org-guid": "the-org",
            "deployment-key": "the-key",
        },
    )
    config = made.value("const chatConfig")
    assert config["webchatServiceUrl"] == "https://realtime.mypurecloud.de:443"
    assert (config["orgGuid"], config["queueName"]) == ("the-org", "Web chat")
    assert "ININ.webchat.create(chatConfig" in made.scripts[1]


def test_version_2() -> None:
    made = page("v2", clientConfig={"v2": {"theme": "dark"}, "v1": {"webChatSkin": "basic"}})
    assert made.value("window._genesys")["widgets"]["webchat"]["transport"] == {
        "type": "purecloud-v2-sockets",
        "dataURL": "https://api.mypurecloud.de",
        "deploymentKey": "the-key",
        "orgGuid": "the-org",
        "interactionData": {
            "routing": {"targetType": "QUEUE", "targetAddress": "Web chat", "priority": 2}
        },
    }
    assert made.value("const own") == {"theme": "dark"}
    # the configuration stands before what reads it
    assert made.tags[1][1] == {
        "src": "https://apps.mypurecloud.de/widgets/9.0/cxbus.min.js",
        "onload": 'CXBus.configure({debug: false, pluginsPath: "https://apps.mypurecloud.de'
        "/widgets/9.0/plugins/\"}); CXBus.loadPlugin('widgets-core');",
    }


def test_third_party() -> None:
    made = page("third-party", clientConfig={"third-party": {"a": [1, None]}})
    assert made.value("const chat") == {
        "organizationId": "the-org",
        "deploymentId": "the-key",
        "routingTarget": {"targetType": "QUEUE", "targetAddress": "Web chat"},
        "memberInfo": {"displayName": "Guest"},
    }
    assert made.value("const own") == {"a": [1, None]}
    assert '"https://api.mypurecloud.de/api/v2/webchat/guest/conversations"' in made.scripts[0]


@pytest.mark.parametrize("kind", KINDS)
@given(name=st.text() | st.just(EVIL), data=st.text() | st.just(EVIL))
def test_nothing_leaves_its_place(kind: str, name: str, data: str) -> None:
    config = {kind: {data: [data], "webChatSkin": data}}
    usual = page(kind, clientConfig={kind: {"x": ["x"]}})
    made = Page(
        embedding(
            {"id": data, "name": name, "clientType": kind, "clientConfig": config},
            "https://api.mypurecloud.de",
            data,
            data,
        )
    )
    assert [tag for tag, _ in made.tags] == [tag for tag, _ in usual.tags]
    assert [set(each) for _, each in made.tags] == [set(each) for _, each in usual.tags]
    assert (made.words, len(made.comments)) == (usual.words, len(usual.comments))
    assert all(script.isascii() for script in made.scripts)
    if kind in ("v2", "third-party"):
        assert made.value("const own") == config[kind]


def test_what_is_to_be_filled_in(
    simulated_org_environ: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    id_ = simulated_org_environ.add(
        {
            "name": "Support",
            "clientType": "v2",
            "disabled": True,
            "authenticationRequired": True,
            "allowedDomains": ["a.example.com"],
        }
    )
    ran = run("snippet", "Support")
    assert ran.code == 0
    assert Page(ran.out).value("window._genesys")["widgets"]["webchat"]["transport"][
        "deploymentKey"
    ] == (id_)
    assert ran.err.splitlines() == [
        "To be filled in: YOUR_REGION_DOMAIN, YOUR_ORG_GUID, YOUR_QUEUE.",
        "The deployment is disabled: it refuses every new chat.",
        "It wants customers who are signed in: the page has to add a signed JWT.",
        "Pages of these domains alone may use it: a.example.com.",
    ]
    given_all = run("snippet", id_, "--org-guid", "the-org", "--queue", "Web chat")
    assert "YOUR_ORG" not in given_all.out
    assert "YOUR_QUEUE" not in given_all.out


@pytest.mark.parametrize("kind", ["v3", None])
def test_a_client_type_that_nobody_knows(
    kind: str | None,
    simulated_org_environ: Simulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The HTML of another type would fail on the page, before the customers."""
    monkeypatch.chdir(tmp_path)
    id_ = simulated_org_environ.add({"name": "Support", "clientType": "v2"})
    reply = Reply.changed(lambda answer: {**answer, "clientType": kind})
    simulated_org_environ.script("GET", "/api/v2/widgets/deployments/*", reply)
    ran = run("snippet", "Support")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"Error: There is no snippet for the client type {kind!r} of deployment {id_}. "
        "There is one for v1, v2, v1-http, third-party.\n"
    )
