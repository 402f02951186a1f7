"""Lookups: what the org holds already, in previews too.

They run in the program's process, with the provider's settings. However many a program makes, an
org is listed once, and two deployments are asked for to see whether the listing tells all.

An output form waits for resources, and in an `apply` some are made: then it needs a newer listing
(see `waiting`).

An inline program of the Automation API runs in its caller's process, to which the environment
variables of its workspace are unknown: there, the stack configuration counts for both.
"""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pulumi

from . import mapping, preflight, validation
from .errors import NotFoundError, WidgetsError
from .hints import closest
from .patterns import is_like
from .settings import Settings
from .surroundings import configured
from .types import (
    ClientConfig,
    ClientType,
    ClientTypeInput,
    ClientTypeName,
    FlagInput,
    Flow,
    TextInput,
    Values,
    WebChatConfig,
    output_type,
)
from .waiting import Made, made_so_far, running, when_made

if TYPE_CHECKING:
    from .api import Deployments


@output_type
class GetWidgetDeploymentResult(Values):
    """A widget deployment of the org."""

    id: str = pulumi.property("id")
    """The deployment key that a page embeds. API: ``id``."""
    name: str = pulumi.property("name")
    """API: ``name``."""
    description: str | None = pulumi.property("description", default=None)
    """API: ``description``."""
    authentication_required: bool = pulumi.property("authenticationRequired", default=False)
    """Whether a customer must present a signed JWT. API: ``authenticationRequired``."""
    disabled: bool = pulumi.property("disabled", default=False)
    """Whether every new chat is refused. API: ``disabled``."""
    flow_id: str | None = pulumi.property("flowId", default=None)
    """The id of the flow that runs for new chats. API: ``flow.id``."""
    allowed_domains: Sequence[str] | None = pulumi.property("allowedDomains", default=None)
    """The domains that may use it. API: ``allowedDomains``."""
    client_type: ClientTypeName = pulumi.property("clientType", default="")
    """Which widget the page shows, a value of `ClientType`. API: ``clientType``."""
    client_config: ClientConfig | None = pulumi.property("clientConfig", default=None)
    """The configuration of each client type. API: ``clientConfig``."""
    self_uri: str | None = pulumi.property("selfUri", default=None)
    """The deployment's path in the API. API: ``selfUri``."""
    flow: Flow | None = pulumi.property("flow", default=None)
    """The flow that runs for new chats. API: ``flow``."""


@output_type
class GetWidgetDeploymentsResult(Values):
    """Widget deployments of the org."""

    deployments: Sequence[GetWidgetDeploymentResult] = pulumi.property("deployments")
    """Those that fit, by name and then by id."""


def get_widget_deployment(
    id: str | None = None,  # noqa: A002 -- the API's name, as generated SDKs have it
    name: str | None = None,
    org: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> GetWidgetDeploymentResult:
    """Look one deployment up, by its id or by its name.

    Args:
        id: the deployment key.
        name: the whole name; it must be the only one of that name.
        org: the name of one of several orgs in the settings.
        opts: as generated SDKs take them; no provider, for ``org`` says which settings count.

    Raises:
        pulumi.RunError: there is none, there are several of that name, not exactly one of ``id``
            and ``name`` is given, or the org cannot be asked.
    """
    _does_not_wait("get_widget_deployment", opts)
    return _deployment(made_so_far(), id=id, name=name, org=org)


def get_widget_deployments(
    name: str | None = None,
    client_type: ClientType | ClientTypeName | None = None,
    disabled: bool | None = None,
    org: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> GetWidgetDeploymentsResult:
    """Look up the deployments that fit all that is given; all of the org's where nothing is.

    Args:
        name: the name, or a pattern of it: ``*`` is any text, ``?`` any character.
        client_type: a value of `ClientType`.
        disabled: whether it refuses new chats.
        org: the name of one of several orgs in the settings.
        opts: as generated SDKs take them; no provider, for ``org`` says which settings count.

    Raises:
        pulumi.RunError: there is no such client type, or the org cannot be asked.
    """
    _does_not_wait("get_widget_deployments", opts)
    return _deployments(
        made_so_far(), name=name, client_type=client_type, disabled=disabled, org=org
    )


def get_widget_deployment_output(
    id: TextInput = None,  # noqa: A002 -- as above
    name: TextInput = None,
    org: TextInput = None,
    opts: pulumi.InvokeOptions | pulumi.InvokeOutputOptions | None = None,
) -> pulumi.Output[GetWidgetDeploymentResult]:
    """`get_widget_deployment` when the resources are made that the arguments come from.

    With ``pulumi.InvokeOutputOptions(depends_on=…)`` those too. It sees what they wrote; in a
    preview that is yet to write them, it is unknown. Of several of a name, the one that it waits
    for is meant.
    """
    needed = _depends_on("get_widget_deployment_output", opts)
    return when_made(_deployment, {"id": id, "name": name, "org": org}, needed)


def get_widget_deployments_output(
    name: TextInput = None,
    client_type: ClientTypeInput | pulumi.Output[ClientType | str | None] | None = None,
    disabled: FlagInput = None,
    org: TextInput = None,
    opts: pulumi.InvokeOptions | pulumi.InvokeOutputOptions | None = None,
) -> pulumi.Output[GetWidgetDeploymentsResult]:
    """`get_widget_deployments`, likewise when the resources are made that it waits for."""
    given = {"name": name, "client_type": client_type, "disabled": disabled, "org": org}
    needed = _depends_on("get_widget_deployments_output", opts)
    return when_made(_deployments, given, needed)


def _deployment(
    made: Made,
    *,
    id: str | None,  # noqa: A002 -- as above
    name: str | None,
    org: str | None,
) -> GetWidgetDeploymentResult:
    """The one deployment, as it is after what was made."""
    with _told("get_widget_deployment", id=id, name=name, org=org):
        if (id is None) == (name is None):
            raise _LookupError("give either id or name")
        asked, made = _asked(org, made)
        return _one(asked, _only(asked, name or "", made) if id is None else id, made)


def _deployments(
    made: Made,
    *,
    name: str | None,
    client_type: str | None,
    disabled: bool | None,
    org: str | None,
) -> GetWidgetDeploymentsResult:
    """Those that fit, likewise."""
    given = {"name": name, "client_type": client_type, "disabled": disabled, "org": org}
    with _told("get_widget_deployments", **given):
        if client_type is not None and client_type not in validation.CLIENT_TYPES:
            allowed = ", ".join(validation.CLIENT_TYPES)
            hint = closest(client_type, validation.CLIENT_TYPES)
            raise _LookupError(f"client_type is one of {allowed}, not {client_type!r}{hint}")
        asked, made = _asked(org, made)
        listed = asked.list(made.since)
        named = _named(listed, made, lambda its: name is None or is_like(its, name))
        found = [
            each
            for each in map(listed.__getitem__, named)
            if (client_type is None or each.get("clientType") == client_type)
            and (disabled is None or bool(each.get("disabled")) is disabled)
        ]
        found.sort(key=lambda each: (str(each.get("name", "")), each["id"]))
        return GetWidgetDeploymentsResult(deployments=[_result(each) for each in found])


def _depends_on(function: str, opts: pulumi.InvokeOptions | None) -> Any:
    """What the options wait for; None: nothing."""
    if opts is not None and opts.provider is not None:
        raise pulumi.RunError(f"{function}: a provider counts for resources only; give org")
    return getattr(opts, "depends_on", None)


def _does_not_wait(function: str, opts: pulumi.InvokeOptions | None) -> None:
    if _depends_on(function, opts) is not None:
        raise pulumi.RunError(f"{function}: depends_on has to wait: call {function}_output")


def _only(deployments: "Deployments", name: str, made: Made) -> str:
    """The id of the one deployment of a name; of several, the program's own is meant.

    What that replaces is there until the program has ended.
    """
    listed = deployments.list(made.since)
    found = _named(listed, made, name.__eq__)
    for ours in (made.awaited, made.all):
        if len(its := ours.keys() & found) == 1:
            return its.pop()
    if len(found) > 1:
        ids = ", ".join(sorted(found))
        raise _LookupError(f"{len(found)} deployments are named {name!r}: ids {ids}; give the id")
    if not found:
        hint = closest(name, [str(each.get("name", "")) for each in listed.values()])
        raise _LookupError(f"no deployment is named {name!r}{hint}")
    return found.pop()


def _named(
    listed: Mapping[str, Mapping[str, Any]], made: Made, fits: Callable[[str], bool]
) -> set[str]:
    """Those whose name fits: the service's, or the program's, which may be spelled otherwise."""
    told = {id_ for id_, each in listed.items() if fits(str(each.get("name", "")))}
    return told | {id_ for id_, ours in made.all.items() if id_ in listed and fits(ours.name)}


def _one(deployments: "Deployments", id_: str, made: Made) -> GetWidgetDeploymentResult:
    """A deployment with all its fields."""
    try:
        return _result(deployments.read(id_, since=made.since))
    except NotFoundError as error:
        error.hint = "Correct the id."
        raise


_connecting = threading.Lock()


def _asked(org: str | None, made: Made) -> tuple["Deployments", Made]:
    """An org's deployments, for this program, and what was made there, since listings show it."""
    from .api import connect  # a program without lookups needs no HTTP

    name, known = org or "", running().orgs
    with _connecting:
        if name not in known:
            settings = Settings.load(configured, os.environ, name)
            preflight.warn_of_region(name)
            known[name] = connect(settings, pulumi.log.warn)
    asked: Deployments = known[name]
    made = made.there(org)
    if made.since is not None:
        made = replace(made, since=asked.shown_since(made.all.keys(), made.since))
    return asked, made


class _LookupError(WidgetsError):
    """What is asked for has no answer."""


@contextlib.contextmanager
def _told(function: str, **given: object) -> Iterator[None]:
    """Show the error of a lookup without a traceback."""
    for key, value in given.items():
        if isinstance(value, pulumi.Output):
            raise pulumi.RunError(f"{function}: {key} is an output: call {function}_output")
        kind, wanted = (bool, "True or False") if key == "disabled" else (str, "a string")
        if value is not None and not isinstance(value, kind):
            raise pulumi.RunError(
                f"{function}: {key} must be {wanted}, not {validation.kind_of(value)}"
            )
    try:
        yield
    except WidgetsError as error:
        message = f"{function}: {error}"
    else:
        return
    raise pulumi.RunError(message)


def _result(answer: Mapping[str, Any]) -> GetWidgetDeploymentResult:
    fields = mapping.in_python_names(mapping.told(answer))
    config = fields.pop("client_config", None) or {}
    flow = fields.pop("flow", None)
    parts: dict[str, Any] = {
        name: WebChatConfig(
            web_chat_skin=config[part].get("webChatSkin"),
            authentication_url=config[part].get("authenticationUrl"),
        )
        if part in mapping.WEB_CHAT_PARTS
        else mapping.settled(config[part])
        for name, part in mapping.CLIENT_CONFIG.items()
        if part in config
        and (part not in mapping.WEB_CHAT_PARTS or isinstance(config[part], Mapping))
    }
    return GetWidgetDeploymentResult(
        id=answer["id"],
        client_config=ClientConfig(**parts) if parts else None,
        flow=Flow(id=flow["id"], name=flow.get("name"), self_uri=flow.get("selfUri"))
        if flow
        else None,
        **{"name": "", **fields},
    )
