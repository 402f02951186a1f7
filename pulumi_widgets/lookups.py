"""Lookups: what the org holds already, in previews too.

They run in the program's process, with the provider's settings. However many a program makes, an
org is listed once.
"""

import os
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_root_resource

from . import mapping
from .deployment import ClientConfig, Flow, Values, WebChatConfig, output_type
from .errors import NotFoundError, WidgetsError
from .settings import Settings, closest

if TYPE_CHECKING:
    from .api import Deployments

_Result = TypeVar("_Result")


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
    client_type: str = pulumi.property("clientType", default="")
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
) -> GetWidgetDeploymentResult:
    """Look one deployment up, by its id or by its name.

    Args:
        id: the deployment key.
        name: the whole name; it must be the only one of that name.
        org: the name of one of several orgs in the settings.

    Raises:
        pulumi.RunError: there is none, there are several of that name, not exactly one of ``id``
            and ``name`` is given, or the org cannot be asked.
    """
    if (id is None) == (name is None):
        raise pulumi.RunError("get_widget_deployment: give either id or name")
    if id is not None:
        wanted = id  # so that the type checker knows it within the function

        def one() -> GetWidgetDeploymentResult:
            try:
                return _result(_deployments(org).get(wanted))
            except NotFoundError as error:
                error.hint = "Correct the id that get_widget_deployment was given."
                raise

        return _told(one)
    found = [each for each in _listed(org) if each.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(each.id for each in found)
        raise pulumi.RunError(
            f"get_widget_deployment: {len(found)} deployments are named {name!r}: ids {ids}; look "
            "it up by id"
        )
    hint = closest(name or "", [each.name for each in _listed(org)])
    raise pulumi.RunError(f"get_widget_deployment: no deployment is named {name!r}{hint}")


def get_widget_deployments(
    name: str | None = None,
    client_type: str | None = None,
    disabled: bool | None = None,
    org: str | None = None,
) -> GetWidgetDeploymentsResult:
    """Look up the deployments that fit all that is given; all of the org's where nothing is.

    Args:
        name: the name, or a pattern of it: ``*`` is any text, ``?`` any character.
        client_type: a value of `ClientType`.
        disabled: whether it refuses new chats.
        org: the name of one of several orgs in the settings.

    Raises:
        pulumi.RunError: the org cannot be asked.
    """
    return GetWidgetDeploymentsResult(
        deployments=[
            each
            for each in _listed(org)
            if (name is None or each.name == name or fnmatchcase(each.name, name))
            and (client_type is None or each.client_type == client_type)
            and (disabled is None or each.disabled == disabled)
        ]
    )


def get_widget_deployment_output(
    id: pulumi.Input[str] | None = None,  # noqa: A002 -- as above
    name: pulumi.Input[str] | None = None,
    org: pulumi.Input[str] | None = None,
) -> pulumi.Output[GetWidgetDeploymentResult]:
    """`get_widget_deployment` for outputs of other resources; in a preview it may be unknown."""
    return pulumi.Output.all(id=id, name=name, org=org).apply(
        lambda given: get_widget_deployment(**given)
    )


def get_widget_deployments_output(
    name: pulumi.Input[str] | None = None,
    client_type: pulumi.Input[str] | None = None,
    disabled: pulumi.Input[bool] | None = None,
    org: pulumi.Input[str] | None = None,
) -> pulumi.Output[GetWidgetDeploymentsResult]:
    """`get_widget_deployments` for outputs of other resources; in a preview it may be unknown."""
    return pulumi.Output.all(name=name, client_type=client_type, disabled=disabled, org=org).apply(
        lambda given: get_widget_deployments(**given)
    )


_by_program: MutableMapping[pulumi.Resource, dict[str, "Deployments"]] = WeakKeyDictionary()
"""The connections of each program that runs in this process, by its stack and the org."""


def _deployments(org: str | None) -> "Deployments":
    """An org's deployments, for this program."""
    from .api import connect  # a program without lookups needs no HTTP

    root = get_root_resource()
    known: dict[str, Deployments] = {} if root is None else _by_program.setdefault(root, {})
    if (org or "") not in known:
        known[org or ""] = connect(
            Settings.load(_configured, os.environ, org or ""), pulumi.log.warn
        )
    return known[org or ""]


def _configured(key: str) -> str | None:
    namespace, _, name = key.partition(":")
    return pulumi.Config(namespace).get(name)


def _listed(org: str | None) -> list[GetWidgetDeploymentResult]:
    listed = _told(lambda: [_result(each) for each in _deployments(org).list().values()])
    return sorted(listed, key=lambda each: (each.name, each.id))


def _told(look: Callable[[], _Result]) -> _Result:
    """What a lookup finds; its error is shown without a traceback."""
    try:
        return look()
    except WidgetsError as error:
        message = str(error)
    raise pulumi.RunError(message)


def _result(answer: Mapping[str, Any]) -> GetWidgetDeploymentResult:
    fields = mapping.in_python_names(mapping.refreshed(answer, {})[0])
    config = fields.pop("client_config", None) or {}
    flow = fields.pop("flow", None)
    parts: dict[str, Any] = {
        name: WebChatConfig(
            web_chat_skin=config[part].get("webChatSkin"),
            authentication_url=config[part].get("authenticationUrl"),
        )
        if part in mapping.WEB_CHAT_PARTS
        else config[part]
        for name, part in mapping.CLIENT_CONFIG.items()
        if part in config
    }
    return GetWidgetDeploymentResult(
        id=answer["id"],
        client_config=ClientConfig(**parts) if parts else None,
        flow=Flow(id=flow["id"], name=flow.get("name"), self_uri=flow.get("selfUri"))
        if flow
        else None,
        **{"name": "", **fields},
    )
