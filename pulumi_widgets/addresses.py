"""Where requests may go: the regions of Genesys Cloud, and what URL a server can have.

The program's process and the client go by the same rules; nothing here sends anything.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from .errors import SettingsError

REGIONS: Mapping[str, str] = {
    "us-east-1": "mypurecloud.com",
    "us-east-2": "use2.us-gov-pure.cloud",
    "us-west-2": "usw2.pure.cloud",
    "ca-central-1": "cac1.pure.cloud",
    "sa-east-1": "sae1.pure.cloud",
    "eu-west-1": "mypurecloud.ie",
    "eu-west-2": "euw2.pure.cloud",
    "eu-central-1": "mypurecloud.de",
    "eu-central-2": "euc2.pure.cloud",
    "me-central-1": "mec1.pure.cloud",
    "ap-south-1": "aps1.pure.cloud",
    "ap-southeast-2": "mypurecloud.com.au",
    "ap-northeast-1": "mypurecloud.jp",
    "ap-northeast-2": "apne2.pure.cloud",
    "ap-northeast-3": "apne3.pure.cloud",
    "ap-southeast-1": "apse1.pure.cloud",
    "mx-central-1": "mxc1.pure.cloud",
}
"""Genesys Cloud's regions and the domain of each; a region may be given by either."""


_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NEWER = re.compile(
    rf"(?!(?:api|apps|login)\.)(?:{_LABEL}\.)+pure\.cloud", re.ASCII | re.IGNORECASE
)
"""A domain under the vendor's own, where all newer regions are; and no server's of a region."""


def is_region(domain: str) -> bool:
    """Whether a domain is a region's, in any case: of the list, or one newer than the list."""
    return domain.lower() in REGIONS.values() or bool(_NEWER.fullmatch(domain))


def unlisted(region: str) -> str:
    """A sentence about a region that is newer than the list, or misspelt; empty for others."""
    domain = region.lower()
    if domain in REGIONS.values() or not is_region(region):
        return ""
    return (
        f"the region {domain} is not in the list of this version: taken as it is, for "
        "a newer one under pure.cloud"
    )


def server_url(setting: str, url: str) -> str:
    """A base URL, fit for paths to be added, always spelled alike.

    In small letters, without a closing slash and without the port that its scheme has anyway.

    Args:
        setting: what the URL is called, for the error; the URL itself may hold a password.
        url: as a user wrote it.

    Raises:
        SettingsError: it is no http(s) URL of plain characters; or it is plain http to another
            machine, where the token could be read on the way.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    # Plain characters only: where urlsplit and urllib3 read a URL differently, the check below
    # would be about another host than the one that is asked.
    if (
        parts.scheme not in ("http", "https")
        or not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", host)
        or not re.fullmatch(r"[A-Za-z0-9/._~-]*", parts.path)
        or any(map(str.isspace, url))  # urlsplit drops line breaks
    ):
        raise SettingsError(f"{setting} is no URL; one is like https://api.mypurecloud.com")
    if "@" in parts.netloc or "?" in url or "#" in url:  # empty ones too
        raise SettingsError(f"{setting} must hold no user, query or fragment")
    if parts.scheme == "http" and not _is_loopback(host):
        raise SettingsError(
            f"{setting} must be https: plain http is for this machine alone (127.0.0.1)"
        )
    name = f"[{host}]" if ":" in host else host
    usual = {"https": 443, "http": 80}[parts.scheme]
    at = "" if port in (None, usual) else f":{port}"
    return f"{parts.scheme}://{name}{at}{parts.path.rstrip('/')}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
