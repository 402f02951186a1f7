"""Which org, and who asks: stack configuration and environment become one frozen `Settings`.

The program's process and the provider's process read the same settings by the same rules:

- The stack configuration (``genesyscloud:region`` and the rest of `KEYS`) wins over the
  environment (``GENESYSCLOUD_REGION`` and the rest), key by key. An empty value counts as none.
- Credentials are an OAuth client (id and secret) or an access token. Where the stack
  configuration names one kind, the environment's other kind is not looked at. Both kinds in
  one place contradict each other.
- ``baseUrl`` and ``loginUrl`` override what the region says. With a base URL and no region, the
  login URL follows from ``api.`` in front of it; else it has to be given.
- A program may have several orgs, each with a name: org "eu" has the stack configuration
  ``genesyscloud:orgs.eu.region`` … and the environment ``GENESYSCLOUD_EU_REGION`` …, by the same
  rules. Nothing of one org counts for another.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .addresses import REGIONS, is_region, server_url
from .errors import SettingsError
from .hints import closest

KEYS: Mapping[str, str] = {
    "region": "GENESYSCLOUD_REGION",
    "oauthClientId": "GENESYSCLOUD_OAUTHCLIENT_ID",
    "oauthClientSecret": "GENESYSCLOUD_OAUTHCLIENT_SECRET",
    "accessToken": "GENESYSCLOUD_ACCESS_TOKEN",
    "baseUrl": "GENESYSCLOUD_BASE_URL",
    "loginUrl": "GENESYSCLOUD_LOGIN_URL",
    "formerBaseUrl": "GENESYSCLOUD_FORMER_BASE_URL",
    "consistencySeconds": "GENESYSCLOUD_CONSISTENCY_SECONDS",
}
"""Stack configuration key (in the namespace ``genesyscloud:``) → environment variable; `Names`
has those of a named org."""

_NAMESPACE = "genesyscloud:"
_PREFIX = "GENESYSCLOUD_"


@dataclass(frozen=True)
class Names:
    """What the settings of one org are called; the unnamed org's name is empty."""

    org: str

    def key(self, key: str) -> str:
        """The full key in the stack configuration."""
        if not self.org:
            return f"genesyscloud:{key}"
        # the CLI's paths: a name that holds what they mean something by goes in brackets
        org = f".{self.org}" if re.fullmatch(r"[\w-]+", self.org) else f"[{_quoted(self.org)}]"
        return f"genesyscloud:orgs{org}.{key}"

    def variable(self, key: str) -> str:
        """The environment variable."""
        org = re.sub(r"[^A-Z0-9]", "_", self.org.upper()) + "_" if self.org else ""
        return _PREFIX + org + KEYS[key].removeprefix(_PREFIX)

    def both(self, key: str) -> str:
        """Both, for a sentence."""
        return f"{self.key(key)} ({self.variable(key)})"

    def command(self, key: str, value: str) -> str:
        """The command that sets it in the stack configuration."""
        options = "--secret " if key in ("oauthClientSecret", "accessToken") else ""
        path = self.key(key)
        if self.org:
            path = "--path '" + path.replace("'", "'\\''") + "'"
        return f"`pulumi config set {options}{path} {value}`"


@dataclass(frozen=True)
class Settings:
    """One org and the credentials for it.

    Either ``access_token`` or both ``client_id`` and ``client_secret`` are non-empty.
    """

    base_url: str
    """Where the API answers, without a slash at the end: ``https://api.mypurecloud.com``."""
    login_url: str
    """Where tokens come from: ``https://login.mypurecloud.com``; empty with an access token
    and no region, where nothing needs it."""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    consistency_seconds: float = 15.0
    """The longest time, in seconds, that the service may take to show a write in its answers to
    reads; from 0 to 600."""
    former_base_url: str = ""
    """Where the API of the same org answered before; empty where it never moved."""
    origin: str = field(default="", compare=False)
    """What the credentials are and where they come from, for a sentence: ``the access token
    (GENESYSCLOUD_ACCESS_TOKEN)``."""
    is_stored: bool = field(default=False, compare=False)
    """Whether some of them come from the stack configuration, of which the engine keeps a copy."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """Which org, and who asks: the same for all names of one org. It holds a token."""
        return self.base_url, self.client_id, self.access_token

    @property
    def place(self) -> dict[str, str]:
        """What a state keeps of where a deployment lives: the base URL, and a mark of the client.

        The mark tells one client's id from another's, and not what it is. A token has none.
        """
        mark = hashlib.sha256(self.client_id.encode()).hexdigest()[:12] if self.client_id else ""
        return {"baseUrl": self.base_url, "client": mark}

    @classmethod
    def load(
        cls, config: Callable[[str], object], environ: Mapping[str, str], org: str = ""
    ) -> Settings:
        """Read the settings of one org.

        Args:
            config: the stack configuration's lookup by full key, like ``pulumi.Config`` and the
                provider's ``ConfigureRequest.config`` offer it; None where a key is not set.
            environ: the environment variables.
            org: its name; empty for the one without.

        Raises:
            SettingsError: with every problem at once, in ``problems``.
        """
        names = Names(org)
        configured, ambient = given(config, environ, org)
        known = known_orgs(config, environ)
        if org and org not in known and not any((*configured.values(), *ambient.values())):
            raise SettingsError(_unknown_org(org, known))
        problems: list[str] = []
        chosen = {key: configured[key] or ambient[key] for key in KEYS}
        base_url, login_url = _urls(chosen, names, problems, [] if org else known)
        no_login = bool(base_url) and not login_url and not problems
        credentials = _credentials(configured, ambient, names, problems)
        if no_login and not credentials["accessToken"]:
            problems.append(
                f"no login URL: with {names.key('baseUrl')} and an OAuth client, give the region "
                f"or {names.both('loginUrl')} too"
            )
        seconds = _seconds(
            names.both("consistencySeconds"), chosen["consistencySeconds"] or "15", problems
        )
        former = _url(names.both("formerBaseUrl"), chosen["formerBaseUrl"], problems)
        if problems:
            raise SettingsError(*problems, *unknown_keys(config, org))
        return cls(
            base_url,
            login_url,
            credentials["oauthClientId"],
            credentials["oauthClientSecret"],
            credentials["accessToken"],
            seconds,
            former,
            *_origin(configured, credentials, names),
        )


def unconfigured(_key: str) -> None:
    """A stack configuration that holds nothing: where there is no stack."""


def given(
    config: Callable[[str], object], environ: Mapping[str, str], org: str = ""
) -> tuple[dict[str, str], dict[str, str]]:
    """What the stack configuration and the environment hold for an org, by `KEYS`; "" is none."""
    names = Names(org)
    table = _orgs(config).get(org, {}) if org else None
    configured = {
        key: _text(config(names.key(key)) if table is None else table.get(key)) for key in KEYS
    }
    return configured, {key: _text(environ.get(names.variable(key))) for key in KEYS}


def unknown_keys(config: Callable[[str], object], org: str) -> list[str]:
    """What an org's table in the stack configuration holds and nobody reads: a sentence each."""
    names, table = Names(org), _orgs(config).get(org, {})
    return [f"{names.key(key)} is not read{closest(key, KEYS)}" for key in table if key not in KEYS]


def unread_keys(configuration: Mapping[str, object]) -> list[str]:
    """What of a whole stack configuration nobody reads, in our namespace: a sentence each.

    Other tools may have keys there too.
    """
    found = []
    for full in configuration:
        key = full.removeprefix(_NAMESPACE)
        if key == full or key in (*KEYS, "orgs"):
            continue
        if re.match(r"orgs[.\[]", key):
            hint = ": `pulumi config set` sets an org's with --path"
        else:
            hint = closest(key, (*KEYS, "orgs"))
        found.append(f"{full} is not read{hint}")
    for org in _orgs(configuration.get):
        found += unknown_keys(configuration.get, org)
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '\\"') + '"'


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _orgs(config: Callable[[str], object]) -> Mapping[str, Mapping[str, object]]:
    """The named orgs of the stack configuration; the engine hands an object over as JSON text."""
    orgs = config("genesyscloud:orgs")
    if isinstance(orgs, (str, bytes)):
        try:
            orgs = json.loads(orgs)
        except ValueError:
            orgs = None
    if not isinstance(orgs, Mapping):
        return {}
    return {str(org): table for org, table in orgs.items() if isinstance(table, Mapping)}


def known_orgs(config: Callable[[str], object], environ: Mapping[str, str]) -> list[str]:
    """The names of all orgs that the stack configuration or the environment names."""
    named = set(_orgs(config))
    spelled = {Names(org).variable("region") for org in named}
    endings = "|".join(variable.removeprefix(_PREFIX) for variable in KEYS.values())
    for variable in environ:
        found = re.fullmatch(rf"{_PREFIX}([A-Z0-9_]+?)_({endings})", variable)
        if found and Names(found[1]).variable("region") not in spelled:
            named.add(found[1].lower())
    return sorted(named)


def _unknown_org(org: str, known: Sequence[str]) -> str:
    names = Names(org)
    return (
        f"unknown org {org!r}{closest(org, known)}; known are {', '.join(known) or 'none'}: set "
        f"{names.variable('region')} and its credentials in the environment, or "
        f"{names.command('region', 'eu-central-1')} (or yours) and so on"
    )


def _urls(
    chosen: Mapping[str, str], names: Names, problems: list[str], others: Sequence[str]
) -> tuple[str, str]:
    """The base and the login URL; problems are added to the list.

    Args:
        chosen: the settings.
        names: what they are called.
        problems: to add to.
        others: the orgs that may be meant where there is no region.
    """
    domain = _domain(chosen["region"], problems) if chosen["region"] else ""
    base_url = _url(names.both("baseUrl"), chosen["baseUrl"], problems) or (
        domain and f"https://api.{domain}"
    )
    login_url = _url(names.both("loginUrl"), chosen["loginUrl"], problems)
    if not login_url and domain:
        login_url = f"https://login.{domain}"
    elif not login_url and base_url.startswith("https://api."):
        login_url = "https://login." + base_url.removeprefix("https://api.")
    if not (chosen["region"] or chosen["baseUrl"]):
        problems.append(
            f"no region: set {names.variable('region')}, or "
            f"{names.command('region', 'eu-central-1')} (or yours); a gateway's address goes into "
            f"{names.key('baseUrl')}"
            + (
                f'; or name one of the orgs {", ".join(others)}: org="{others[0]}" in a program, '
                f"--org {others[0]} for the tool"
                if others
                else ""
            )
        )
    return base_url, login_url


def _domain(region: str, problems: list[str]) -> str:
    """The domain of a region given by its name or its domain."""
    name = region.lower()
    if name in REGIONS:
        return REGIONS[name]
    if is_region(region):
        return name
    names = ", ".join(f"{key} ({domain})" for key, domain in REGIONS.items())
    hint = closest(name, [*REGIONS, *REGIONS.values()])
    problems.append(f"unknown region {region!r}{hint}; the regions are {names}")
    return ""


def _url(where: str, value: str, problems: list[str]) -> str:
    """A configured URL, or nothing and perhaps a problem."""
    try:
        return server_url(where, value) if value else ""
    except SettingsError as error:
        problems += error.problems
        return ""


def _seconds(where: str, value: str, problems: list[str]) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 600:
        problems.append(f"{where} must be seconds from 0 to 600")
    return seconds


def _origin(
    configured: Mapping[str, str], credentials: Mapping[str, str], names: Names
) -> tuple[str, bool]:
    """What the credentials are, with their places; whether one is the stack configuration."""
    words = {
        "oauthClientId": "the OAuth client's id",
        "oauthClientSecret": "secret",
        "accessToken": "the access token",
    }
    used = {key: bool(configured[key]) for key in words if credentials[key]}
    said = [
        f"{words[key]} ({names.key(key) if stored else names.variable(key)})"
        for key, stored in used.items()
    ]
    return " and ".join(said), any(used.values())


def _credentials(
    configured: Mapping[str, str], ambient: Mapping[str, str], names: Names, problems: list[str]
) -> dict[str, str]:
    """An access token alone, or an OAuth client's id and secret."""
    client, token = ("oauthClientId", "oauthClientSecret"), "accessToken"
    for source, place in ((configured, "stack configuration"), (ambient, "environment")):
        by_client, by_token = any(source[key] for key in client), bool(source[token])
        if by_client and by_token:
            name = names.key if source is configured else names.variable
            given = ", ".join(name(key) for key in (*client, token) if source[key])
            problems.append(
                f"contradictory credentials in the {place}: an access token and an OAuth client "
                f"({given}); remove one"
            )
            break
        if by_token:
            return {token: source[token]} | dict.fromkeys(client, "")
        if by_client:
            # a half that this place lacks may stand in the next: an id in the configuration and
            # its secret in the CI's environment is common
            found = {key: source[key] or ambient[key] for key in client}
            for key in client:
                if not found[key]:
                    problems.append(f"half an OAuth client: {names.both(key)} is missing")
            return found | {token: ""}
    else:
        client_id, client_secret = client
        problems.append(
            f"no credentials: set {names.variable(client_id)} and "
            f"{names.variable(client_secret)}, or {names.variable(token)}, in the environment; or "
            f"{names.command(client_id, 'ID')} and {names.command(client_secret, 'SECRET')}"
        )
    return dict.fromkeys(KEYS, "")
