"""The HTML with which a web page embeds a deployment, for each client type.

Sources, both the vendor's: for version 2, "Widget - Version 2" of the developer center
(``developer.genesys.cloud/commdigital/digital/webchat/widget-version2``), whose window._genesys
and CXBus lines these are; for version 1, the page that the public repository
MyPureCloud/developer-tools makes (``app/controllers/webchat.js``), with its script tag's
attributes and ``ININ.webchat.create``. Neither has a page for ``v1-http``; the API gives it the
fields of ``v1``, so it gets its tag. For ``third-party`` there is no widget: the page makes chats
by the Guest Chat API, with the body CreateWebChatConversationRequest of the official clients.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ...addresses import REGIONS, is_region
from ...errors import WidgetsError
from ..shell.output import harmless

__all__ = ["DOMAIN", "ORG", "QUEUE", "embedding"]

ORG = "YOUR_ORG_GUID"
QUEUE = "YOUR_QUEUE"
DOMAIN = "YOUR_REGION_DOMAIN"
"""Placeholders; the API of deployments knows none of these."""


def embedding(
    deployment: Mapping[str, Any], base_url: str, org_guid: str = ORG, queue: str = QUEUE
) -> str:
    """The snippet, lines that end with a line break. Nothing in it can leave its place.

    Args:
        deployment: as the API answers.
        base_url: of the API; where it is no region's (a gateway's), the domain is a placeholder.
        org_guid: the organization's id.
        queue: the name of the queue that gets the chats.

    Raises:
        WidgetsError: the deployment has none of these client types.
    """
    domain = (urlsplit(base_url).hostname or "").removeprefix("api.")
    domain = domain if is_region(domain) else DOMAIN
    kind = deployment.get("clientType")
    make = _MAKERS.get(str(kind))
    if make is None:
        raise WidgetsError(
            f"there is no snippet for the client type {kind!r} of deployment {deployment['id']}",
            hint=f"There is one for {', '.join(_MAKERS)}.",
        )
    config = (deployment.get("clientConfig") or {}).get(kind) or {}
    lines = [
        f"<!-- {_comment(deployment.get('name') or deployment['id'])}: a web chat of Genesys "
        f"Cloud, {_comment(kind)} -->",
        *make(domain, str(deployment["id"]), org_guid, queue, config),
    ]
    return "\n".join(lines) + "\n"


def _version_1(
    domain: str, key: str, org_guid: str, queue: str, config: Mapping[str, Any]
) -> list[str]:
    region = next((name for name, each in REGIONS.items() if each == domain), "YOUR_REGION")
    chat = {
        "webchatAppUrl": f"https://apps.{domain}/webchat",
        "webchatServiceUrl": f"https://realtime.{domain}:443",
        "orgGuid": org_guid,
        "orgName": "YOUR_ORG_NAME",
        "queueName": queue,
        "locale": "en",
        "cssClass": "webchat-frame",
        "css": {"width": "100%", "height": "100%"},
    }
    return [
        "<script",
        '  id="purecloud-webchat-js"',
        '  type="text/javascript"',
        f'  src="{_attribute(f"https://apps.{domain}/webchat/jsapi-v1.js")}"',
        f'  region="{_attribute(region)}"',
        f'  org-guid="{_attribute(org_guid)}"',
        f'  deployment-key="{_attribute(key)}"',
        "></script>",
        "<script>",
        f"  const chatConfig = {_script(chat)};",
        "  function startChat() {",
        "    ININ.webchat.create(chatConfig, function (error, webchat) {",
        "      if (error) throw error;",
        '      webchat.renderPopup({ width: 400, height: 400, title: "Chat" });',
        "    });",
        "  }",
        "</script>",
        '<button type="button" onclick="startChat()">Chat</button>',
    ]


def _version_2(
    domain: str, key: str, org_guid: str, queue: str, config: Mapping[str, Any]
) -> list[str]:
    transport = {
        "type": "purecloud-v2-sockets",
        "dataURL": f"https://api.{domain}",
        "deploymentKey": key,
        "orgGuid": org_guid,
        "interactionData": {
            "routing": {"targetType": "QUEUE", "targetAddress": queue, "priority": 2}
        },
    }
    widgets = {"widgets": {"webchat": {"transport": transport, "userData": {}}}}
    plugins = f"https://apps.{domain}/widgets/9.0/plugins/"
    start = (
        f"CXBus.configure({{debug: false, pluginsPath: {_script(plugins)}}}); "
        "CXBus.loadPlugin('widgets-core');"
    )
    return [
        "<script>",
        f"  window._genesys = {_script(widgets)};",
        *_own_config("v2", config),
        "</script>",
        "<script",
        f'  src="{_attribute(f"https://apps.{domain}/widgets/9.0/cxbus.min.js")}"',
        f'  onload="{_attribute(start)}"',
        "></script>",
        '<button type="button" onclick="CXBus.command(\'WebChat.open\', {})">Chat</button>',
    ]


def _third_party(
    domain: str, key: str, org_guid: str, queue: str, config: Mapping[str, Any]
) -> list[str]:
    chat = {
        "organizationId": org_guid,
        "deploymentId": key,
        "routingTarget": {"targetType": "QUEUE", "targetAddress": queue},
        "memberInfo": {"displayName": "Guest"},
    }
    return [
        "<!-- third-party: the page brings a widget of its own. It starts a chat with the call",
        "     below, and shows the messages that come by the eventStreamUri of the answer. -->",
        "<script>",
        f"  const chat = {_script(chat)};",
        *_own_config("third-party", config),
        "  async function startChat() {",
        "    const answer = await fetch(",
        f"      {_script(f'https://api.{domain}/api/v2/webchat/guest/conversations')},",
        '      { method: "POST", headers: { "Content-Type": "application/json" },',
        "        body: JSON.stringify(chat) });",
        "    if (!answer.ok) throw new Error(`The chat was refused: ${answer.status}`);",
        "    return answer.json();",
        "  }",
        "</script>",
    ]


_MAKERS = {
    "v1": _version_1,
    "v2": _version_2,
    "v1-http": _version_1,
    "third-party": _third_party,
}


def _own_config(kind: str, config: Mapping[str, Any]) -> list[str]:
    """The deployment's free JSON, for a page that wants it: the service keeps it, no more."""
    if not config:
        return []
    return [f"  // clientConfig.{kind} of the deployment", f"  const own = {_script(config)};"]


def _attribute(text: str) -> str:
    """For an HTML attribute between double quotes."""
    return html.escape(harmless(text))


def _comment(text: object) -> str:
    """For an HTML comment: without ``>`` it cannot end."""
    return html.escape(harmless(text)[:200])


def _script(value: object) -> str:
    """A JSON value for a script: ASCII, and without what ends a script or begins a comment."""
    text = json.dumps(value, indent=2).replace("\n", "\n  ")
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
