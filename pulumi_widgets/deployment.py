"""What a program types against: `WidgetDeployment`, its arguments, enums and output types.

Where a docstring says "API:", it names the field of the API's WidgetDeployment
(``/api/v2/widgets/deployments``) that the property stands for.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, overload

import pulumi
from pulumi.dynamic import Resource

from . import mapping, preflight
from .provider import PROVIDER

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Any:
        """Do nothing: only type checkers read it."""
        return lambda decorator: decorator


_Class = TypeVar("_Class")


# Pulumi's own decorators make the constructors, but do not tell type checkers and editors so.
@dataclass_transform(kw_only_default=True, field_specifiers=(pulumi.property,))
def _input_type(cls: type[_Class]) -> type[_Class]:
    return pulumi.input_type(cls)


@dataclass_transform(kw_only_default=True, field_specifiers=(pulumi.property,))
def output_type(cls: type[_Class]) -> type[_Class]:
    """Mark an output type, as Pulumi's decorator of this name does."""
    return pulumi.output_type(cls)


class Values(Mapping[str, Any]):
    """An output type's fields as a mapping.

    The SDK takes an output type for another resource's input only where it is a mapping; a dict
    (what generated SDKs have) would lose its attributes in `pulumi.Output.all`.
    """

    def __getitem__(self, key: str) -> Any:
        return self.__dict__[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__)

    def __len__(self) -> int:
        return len(self.__dict__)


class ClientType(str, Enum):
    """Which widget the page shows. API: ``clientType``."""

    V1 = "v1"
    """Web chat, version 1."""
    V2 = "v2"
    """Web chat, version 2 (Genesys Widgets)."""
    V1_HTTP = "v1-http"
    """Web chat, version 1, over HTTP calls alone."""
    THIRD_PARTY = "third-party"
    """A client of your own."""


ClientTypeName: TypeAlias = Literal["v1", "v2", "v1-http", "third-party"]
"""The strings of `ClientType`, for editors to complete and type checkers to refuse others. Text
that is known at run time alone goes through ``ClientType(text)``, or comes as an output."""


class WebChatSkin(str, Enum):
    """How a version 1 web chat looks. API: ``webChatSkin``."""

    BASIC = "basic"
    """The plain skin."""
    MODERN_CARET_SKIN = "modern-caret-skin"
    """The modern skin."""


WebChatSkinName: TypeAlias = Literal["basic", "modern-caret-skin"]
"""The strings of `WebChatSkin`."""


@_input_type
class WebChatConfigArgs:
    """How a version 1 web chat looks and signs in. API: ``clientConfig.v1``, ``….v1-http``."""

    web_chat_skin: (
        pulumi.Input[WebChatSkin | WebChatSkinName] | pulumi.Output[str | None] | None
    ) = pulumi.property("webChatSkin", default=None)
    """`WebChatSkin`, or ``basic`` or ``modern-caret-skin``. API: ``webChatSkin``."""
    authentication_url: pulumi.Input[str] | None = pulumi.property(
        "authenticationUrl", default=None
    )
    """The http(s) URL where a customer signs in. API: ``authenticationUrl``."""


@_input_type
class ClientConfigArgs:
    """The configuration of each client type. API: ``clientConfig``.

    A deployment may hold configurations of other types than its own.
    """

    v1: pulumi.Input[pulumi.InputType[WebChatConfigArgs]] | None = pulumi.property(
        "v1", default=None
    )
    """For ``v1``. API: ``v1``."""
    v1_http: pulumi.Input[pulumi.InputType[WebChatConfigArgs]] | None = pulumi.property(
        "v1-http", default=None
    )
    """For ``v1-http``. API: ``v1-http``."""
    v2: pulumi.Input[Mapping[str, Any]] | None = pulumi.property("v2", default=None)
    """For ``v2``: any JSON object. API: ``v2``."""
    third_party: pulumi.Input[Mapping[str, Any]] | None = pulumi.property(
        "third-party", default=None
    )
    """For ``third-party``: any JSON object. API: ``third-party``."""


@_input_type
class WidgetDeploymentArgs:
    """A widget deployment's inputs. Plain dicts with the same or the API's keys do as well."""

    client_type: pulumi.Input[ClientType | ClientTypeName] | pulumi.Output[str] = pulumi.property(
        "clientType"
    )
    """`ClientType`, or ``v1``, ``v2``, ``v1-http`` or ``third-party``. API: ``clientType``."""
    name: pulumi.Input[str] | None = pulumi.property("name", default=None)
    """Default: the resource's logical name. API: ``name``."""
    description: pulumi.Input[str] | None = pulumi.property("description", default=None)
    """Default: none. API: ``description``."""
    authentication_required: pulumi.Input[bool] | None = pulumi.property(
        "authenticationRequired", default=None
    )
    """Whether a customer who starts a chat must present a signed JWT. Default: False.
    API: ``authenticationRequired``."""
    disabled: pulumi.Input[bool] | None = pulumi.property("disabled", default=None)
    """Whether every new chat is refused. Default: False. API: ``disabled``."""
    flow_id: pulumi.Input[str] | None = pulumi.property("flowId", default=None)
    """The id of the inbound chat flow that runs for new chats. Default: none. API: ``flow.id``."""
    allowed_domains: pulumi.Input[Sequence[pulumi.Input[str]]] | None = pulumi.property(
        "allowedDomains", default=None
    )
    """The domains that may use it, in any order. Default: none. API: ``allowedDomains``."""
    client_config: pulumi.Input[pulumi.InputType[ClientConfigArgs]] | None = pulumi.property(
        "clientConfig", default=None
    )
    """The configuration of each client type. Default: none. API: ``clientConfig``."""
    org: pulumi.Input[str] | None = pulumi.property("org", default=None)
    """The name of one of several orgs in the settings; moving it to another replaces the
    deployment. Default: the org whose settings have no name."""
    adopt_id: pulumi.Input[str] | None = pulumi.property("adoptId", default=None)
    """The id of an existing deployment that the first ``up`` takes over instead of making one; it
    may be removed afterwards. Default: none."""


@output_type
class WebChatConfig(Values):
    """How a version 1 web chat looks and signs in. API: ``clientConfig.v1``, ``….v1-http``."""

    web_chat_skin: str | None = pulumi.property("webChatSkin", default=None)
    """``basic`` or ``modern-caret-skin``. API: ``webChatSkin``."""
    authentication_url: str | None = pulumi.property("authenticationUrl", default=None)
    """The URL where a customer signs in. API: ``authenticationUrl``."""


@output_type
class ClientConfig(Values):
    """The configuration of each client type. API: ``clientConfig``."""

    v1: WebChatConfig | None = pulumi.property("v1", default=None)
    """For ``v1``. API: ``v1``."""
    v1_http: WebChatConfig | None = pulumi.property("v1-http", default=None)
    """For ``v1-http``. API: ``v1-http``."""
    v2: Mapping[str, Any] | None = pulumi.property("v2", default=None)
    """For ``v2``. API: ``v2``."""
    third_party: Mapping[str, Any] | None = pulumi.property("third-party", default=None)
    """For ``third-party``. API: ``third-party``."""


@output_type
class Flow(Values):
    """The inbound chat flow of a deployment. API: ``flow``."""

    id: str = pulumi.property("id")
    """The flow's id. API: ``flow.id``."""
    name: str | None = pulumi.property("name", default=None)
    """The flow's name, as the service tells it. API: ``flow.name``."""
    self_uri: str | None = pulumi.property("selfUri", default=None)
    """The flow's path in the API. API: ``flow.selfUri``."""


@pulumi.input_type
class _Properties(dict[str, Any]):
    """All properties of a resource under Python's names, those that Pulumi names otherwise told.

    Given an input type, the SDK translates names at this level (in ``ignore_changes`` and its
    like too) and leaves the keys of free JSON objects alone; and being a dict, it can take
    ``__provider`` in. ``Any``, for a wrong type is to be told by `check`, not by the SDK.
    """

    authentication_required: Any = pulumi.property("authenticationRequired", default=None)
    flow_id: Any = pulumi.property("flowId", default=None)
    allowed_domains: Any = pulumi.property("allowedDomains", default=None)
    client_type: Any = pulumi.property("clientType", default=None)
    client_config: Any = pulumi.property("clientConfig", default=None)
    adopt_id: Any = pulumi.property("adoptId", default=None)
    self_uri: Any = pulumi.property("selfUri", default=None)


class WidgetDeployment(Resource, module="genesyscloud", name="WidgetDeployment"):
    """A Genesys Cloud widget deployment: what a web page embeds to offer chat.

    Its ``id`` is the deployment key that the page embeds.
    """

    @overload
    def __init__(
        self,
        resource_name: str,
        args: pulumi.InputType[WidgetDeploymentArgs],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        client_type: pulumi.Input[ClientType | ClientTypeName] | pulumi.Output[str],
        name: pulumi.Input[str] | None = None,
        description: pulumi.Input[str] | None = None,
        authentication_required: pulumi.Input[bool] | None = None,
        disabled: pulumi.Input[bool] | None = None,
        flow_id: pulumi.Input[str] | None = None,
        allowed_domains: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        client_config: pulumi.Input[pulumi.InputType[ClientConfigArgs]] | None = None,
        org: pulumi.Input[str] | None = None,
        adopt_id: pulumi.Input[str] | None = None,
    ) -> None: ...

    def __init__(self, resource_name: str, *args: Any, **inputs: Any) -> None:
        """Declare a widget deployment.

        Args:
            resource_name: the resource's logical name in the stack.
            args: `WidgetDeploymentArgs` or a dict; or its fields as keyword arguments.
            opts: Pulumi's resource options.
            inputs: the fields of `WidgetDeploymentArgs`.

        Wrong values are reported when the program's resources are all declared, all of them at
        once (`pulumi.RunError`); those that the program does not know yet, by the preview.

        Raises:
            TypeError: the arguments are given twice or as something else.
        """
        given, opts = _arguments(args, inputs)
        props = _Properties()
        # A property has to be named here, if only as None, to exist as an output. Each costs the
        # SDK a twentieth of a millisecond and more, so there is none too many.
        props.update(dict.fromkeys((*mapping.INPUTS, "org", *mapping.OUTPUTS)))
        props.update(mapping.in_python_names(given))
        for key, value in props.items():
            if isawaitable(value):
                props[key] = pulumi.Output.from_input(value)
        if isinstance(props["flow"], pulumi.Output):
            props["flow_id"], props["flow"] = props["flow"].apply(_id_of), None
        if opts is None or opts.id is None:
            if props["name"] is None:
                props["name"] = resource_name
            preflight.check(resource_name, props, given)
        preflight.check_settings(resource_name, props, opts)
        super().__init__(PROVIDER, resource_name, props, opts)
        preflight.warn(self, props, given)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 -- Pulumi's own name for it
        opts: pulumi.ResourceOptions | None = None,
        *,
        org: pulumi.Input[str] | None = None,
    ) -> "WidgetDeployment":
        """Read a deployment that is managed elsewhere.

        It is read on every ``up`` and never changed or deleted.

        Args:
            resource_name: the logical name that it gets in this stack.
            id: the deployment key.
            opts: Pulumi's resource options.
            org: the name of one of several orgs in the settings.
        """
        merged = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        return WidgetDeployment(resource_name, {"org": org}, merged)

    @property
    @pulumi.getter
    def name(self) -> pulumi.Output[str]:
        """The deployment's name. API: ``name``."""
        return pulumi.get(self, "name")

    @property
    @pulumi.getter
    def description(self) -> pulumi.Output[str | None]:
        """The deployment's description. API: ``description``."""
        return pulumi.get(self, "description")

    @property
    @pulumi.getter(name="authenticationRequired")
    def authentication_required(self) -> pulumi.Output[bool]:
        """Whether a customer must present a signed JWT. API: ``authenticationRequired``."""
        return pulumi.get(self, "authentication_required")

    @property
    @pulumi.getter
    def disabled(self) -> pulumi.Output[bool]:
        """Whether every new chat is refused. API: ``disabled``."""
        return pulumi.get(self, "disabled")

    @property
    @pulumi.getter(name="flowId")
    def flow_id(self) -> pulumi.Output[str | None]:
        """The id of the flow that runs for new chats. API: ``flow.id``."""
        return pulumi.get(self, "flow_id")

    @property
    @pulumi.getter(name="allowedDomains")
    def allowed_domains(self) -> pulumi.Output[Sequence[str] | None]:
        """The domains that may use it. API: ``allowedDomains``."""
        return pulumi.get(self, "allowed_domains")

    @property
    @pulumi.getter(name="clientType")
    def client_type(self) -> pulumi.Output[str]:
        """Which widget the page shows, a value of `ClientType`. API: ``clientType``."""
        return pulumi.get(self, "client_type")

    @property
    @pulumi.getter(name="clientConfig")
    def client_config(self) -> pulumi.Output[ClientConfig | None]:
        """The configuration of each client type. API: ``clientConfig``."""
        return pulumi.get(self, "client_config")

    @property
    @pulumi.getter
    def org(self) -> pulumi.Output[str | None]:
        """The name of the org that holds it, where the settings name several."""
        return pulumi.get(self, "org")

    @property
    @pulumi.getter(name="selfUri")
    def self_uri(self) -> pulumi.Output[str]:
        """The deployment's path in the API. API: ``selfUri``."""
        return pulumi.get(self, "self_uri")

    @property
    @pulumi.getter
    def flow(self) -> pulumi.Output[Flow | None]:
        """The flow that runs for new chats, as the service tells it. API: ``flow``."""
        return pulumi.Output.all(self.flow_id, pulumi.get(self, "flow")).apply(_flow)


def _flow(given: Sequence[Any]) -> Flow | None:
    id_, told = given
    if not id_:
        return None
    return Flow(id=id_, name=(told or {}).get("name"), self_uri=f"/api/v2/flows/{id_}")


def _id_of(flow: Any) -> Any:
    return flow.get("id") if isinstance(flow, Mapping) else flow


def _arguments(
    args: tuple[Any, ...], inputs: dict[str, Any]
) -> tuple[Mapping[str, Any], pulumi.ResourceOptions | None]:
    """The inputs and the options, from either of the constructor's forms."""
    opts = inputs.pop("opts", None)
    given = inputs.pop("args", None)
    for arg in args:
        if isinstance(arg, pulumi.ResourceOptions) and opts is None:
            opts = arg
        elif arg is not None and given is None:
            given = arg
        elif arg is not None:
            raise TypeError(f"WidgetDeployment: unexpected argument of type {type(arg).__name__}")
    if given is not None and inputs:
        raise TypeError("WidgetDeployment: give args or keyword arguments, not both")
    if opts is not None and not isinstance(opts, pulumi.ResourceOptions):
        raise TypeError("WidgetDeployment: opts must be pulumi.ResourceOptions")
    if given is None:
        return inputs, opts
    if isinstance(given, WidgetDeploymentArgs):
        return {name: pulumi.get(given, name) for name in (*mapping.INPUTS, *mapping.HOW)}, opts
    if isinstance(given, Mapping):
        return given, opts
    raise TypeError(
        f"WidgetDeployment: args must be WidgetDeploymentArgs or a dict, not {type(given).__name__}"
    )
