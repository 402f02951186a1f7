"""The proxy that the environment puts before a server, and what a user calls it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from requests.utils import get_environ_proxies, select_proxy
from urllib3.util import parse_url


@dataclass(frozen=True)
class Proxy:
    """A proxy of the environment."""

    host: str
    """With its port, and never its user and password; empty where its URL cannot be used."""
    place: str
    """Where it is set: an environment variable, or the system's settings (macOS, Windows)."""

    def __str__(self) -> str:
        return f"the proxy {self.host} ({self.place})"


def proxy_before(url: str) -> Proxy | None:
    """The proxy between this machine and a server, as `requests` chooses it."""
    if not url.startswith("https:"):
        return None  # see `transport`
    value = select_proxy(url, get_environ_proxies(url))
    if not value:
        return None
    wins = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    place = next((name for name in wins if os.environ.get(name) == value), "the system's settings")
    try:
        parts = parse_url(value if "://" in value else f"http://{value}")
    except ValueError:
        return Proxy("", place)
    # a password with a slash in it ends the host too early: what is in front is not to be shown
    is_torn = "@" in f"{parts.path}{parts.query}{parts.fragment}"
    return Proxy("" if is_torn else parts.netloc or "", place)
