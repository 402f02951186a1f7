"""What a program types against: enums, arguments and output types.

Where a docstring says "API:", it names the field of the API's WidgetDeployment
(``/api/v2/widgets/deployments``) that the property stands for.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypedDict, TypeVar

import pulumi

if TYPE_CHECKING:
    from typing_extensions import Required, Self, dataclass_transform
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
    """Mark an output type, as Pulumi's decorator of this name does, and `Values`."""
    marked: Any = pulumi.output_type(cls)
    marked._pulumi_input_type = True
    return cls


@dataclass_transform(eq_default=False)
def described(cls: type[_Class]) -> type[_Class]:
    """Let editors take the sentence of a constructor's keyword from the property of its name.

    Of overloaded constructors pyright knows none, unless it takes the class for a dataclass; and it
    takes no subclass for one (seen with 1.1.414).
    """
    return cls


class Values(dict[str, Any]):
    """An output type's fields: a dict under Python's names, as in generated SDKs.

    `json.dumps` takes it, and its text shows the values. Out of `pulumi.Output.all` the SDK gives
    a plain dict back for any dict. Input types it builds anew from their ``__dict__``, and sends
    under the API's names (SDK 3.235 to 3.272): so these are marked as such, and are their own
    ``__dict__``.
    """

    def __new__(cls, *_: Any, **__: Any) -> "Self":
        """Make an empty one; the SDK's constructor fills it."""
        made = super().__new__(cls)
        made.__dict__ = made
        return made


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
that is known at run time alone goes through ``ClientType(text)``, or comes as an output. (As the
type of an output it holds whatever the service says: SDK 3.268 to 3.272.)"""


class WebChatSkin(str, Enum):
    """How a version 1 web chat looks. API: ``webChatSkin``."""

    BASIC = "basic"
    """The plain skin."""
    MODERN_CARET_SKIN = "modern-caret-skin"
    """The modern skin."""


WebChatSkinName: TypeAlias = Literal["basic", "modern-caret-skin"]
"""The strings of `WebChatSkin`."""


@output_type
class WebChatConfig(Values):
    """How a version 1 web chat looks and signs in. API: ``clientConfig.v1``, ``….v1-http``."""

    web_chat_skin: WebChatSkinName | None = pulumi.property("webChatSkin", default=None)
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


class Strings(Protocol):
    """A sequence of strings or outputs, and no string: to a string, only strings can belong."""

    def __contains__(self, item: object, /) -> bool: ...
    def __getitem__(self, index: int, /) -> pulumi.Input[str]: ...
    def __iter__(self) -> Iterator[pulumi.Input[str]]: ...
    def __len__(self) -> int: ...


class UncheckedValue:
    """Of this type is nothing but what is ``Any``: the values of data that a program has read.

    So type checkers check a dict that is written down, and take one that comes from a file.
    """


class DataInput(Protocol):
    """A mapping of them, or one of the output types.

    Beside a `Mapping` in a union, pyright completes no keys of a nested `TypedDict`, and beside a
    class that is a dict it shows none (1.1.414).
    """

    def __getitem__(self, key: str, /) -> UncheckedValue: ...


ClientTypeInput: TypeAlias = pulumi.Input[ClientType | ClientTypeName] | pulumi.Output[str]
SkinInput: TypeAlias = (
    pulumi.Input[WebChatSkin | WebChatSkinName | None] | pulumi.Output[str | None]
)
TextInput: TypeAlias = pulumi.Input[str | None]
FlagInput: TypeAlias = pulumi.Input[bool | None]
StringsInput: TypeAlias = pulumi.Input[Strings | None] | pulumi.Output[Sequence[str] | None]
JsonInput: TypeAlias = pulumi.Input[Mapping[str, Any] | None]
FlowInput: TypeAlias = pulumi.Input[Flow | Mapping[str, Any] | None]


@_input_type
class WebChatConfigArgs:
    """How a version 1 web chat looks and signs in. API: ``clientConfig.v1``, ``….v1-http``."""

    web_chat_skin: SkinInput = pulumi.property("webChatSkin", default=None)
    """`WebChatSkin`, or ``basic`` or ``modern-caret-skin``. API: ``webChatSkin``."""
    authentication_url: TextInput = pulumi.property("authenticationUrl", default=None)
    """The http(s) URL where a customer signs in. API: ``authenticationUrl``."""


class WebChatConfigArgsDict(TypedDict, total=False):
    """`WebChatConfigArgs` as a dict."""

    web_chat_skin: SkinInput
    """`WebChatSkin`, or ``basic`` or ``modern-caret-skin``. API: ``webChatSkin``."""
    authentication_url: TextInput
    """The http(s) URL where a customer signs in. API: ``authenticationUrl``."""


WebChatInput: TypeAlias = (
    pulumi.Input[WebChatConfigArgs | WebChatConfigArgsDict | DataInput | None]
    | pulumi.Output[Mapping[str, Any] | None]
)


@_input_type
class ClientConfigArgs:
    """The configuration of each client type. API: ``clientConfig``.

    A deployment may hold configurations of other types than its own.
    """

    v1: WebChatInput = pulumi.property("v1", default=None)
    """For ``v1``. API: ``v1``."""
    v1_http: WebChatInput = pulumi.property("v1-http", default=None)
    """For ``v1-http``. API: ``v1-http``."""
    v2: JsonInput = pulumi.property("v2", default=None)
    """For ``v2``: any JSON object. API: ``v2``."""
    third_party: JsonInput = pulumi.property("third-party", default=None)
    """For ``third-party``: any JSON object. API: ``third-party``."""


class ClientConfigArgsDict(TypedDict, total=False):
    """`ClientConfigArgs` as a dict."""

    v1: WebChatInput
    """For ``v1``. API: ``v1``."""
    v1_http: WebChatInput
    """For ``v1-http``. API: ``v1-http``."""
    v2: JsonInput
    """For ``v2``: any JSON object. API: ``v2``."""
    third_party: JsonInput
    """For ``third-party``: any JSON object. API: ``third-party``."""


ClientConfigInput: TypeAlias = (
    pulumi.Input[ClientConfigArgs | ClientConfigArgsDict | DataInput | None]
    | pulumi.Output[Mapping[str, Any] | None]
)


@_input_type
class WidgetDeploymentArgs:
    """A widget deployment's inputs."""

    client_type: ClientTypeInput = pulumi.property("clientType")
    """`ClientType`, or ``v1``, ``v2``, ``v1-http`` or ``third-party``. API: ``clientType``."""
    name: TextInput = pulumi.property("name", default=None)
    """Default: the resource's logical name. API: ``name``."""
    description: TextInput = pulumi.property("description", default=None)
    """Default: none. API: ``description``."""
    authentication_required: FlagInput = pulumi.property("authenticationRequired", default=None)
    """Whether a customer who starts a chat must present a signed JWT. Default: False.
    API: ``authenticationRequired``."""
    disabled: FlagInput = pulumi.property("disabled", default=None)
    """Whether every new chat is refused. Default: False. API: ``disabled``."""
    flow_id: TextInput = pulumi.property("flowId", default=None)
    """The id of the inbound chat flow that runs for new chats. Default: none. API: ``flow.id``."""
    flow: FlowInput = pulumi.property("flow", default=None)
    """In place of ``flow_id``: another deployment's `Flow`. Default: none."""
    allowed_domains: StringsInput = pulumi.property("allowedDomains", default=None)
    """The domains that may use it, in any order. Default: none. API: ``allowedDomains``."""
    client_config: ClientConfigInput = pulumi.property("clientConfig", default=None)
    """The configuration of each client type. Default: none. API: ``clientConfig``."""
    org: TextInput = pulumi.property("org", default=None)
    """The name of one of several orgs in the settings; moving it to another replaces the
    deployment. Default: the org whose settings have no name."""
    adopt_id: TextInput = pulumi.property("adoptId", default=None)
    """The id of an existing deployment that the first ``up`` takes over instead of making one; it
    may be removed afterwards. Default: none."""


class WidgetDeploymentArgsDict(TypedDict, total=False):
    """`WidgetDeploymentArgs` as a dict, or as the constructor's keyword arguments."""

    client_type: "Required[ClientTypeInput]"
    """`ClientType`, or ``v1``, ``v2``, ``v1-http`` or ``third-party``. API: ``clientType``."""
    name: TextInput
    """Default: the resource's logical name. API: ``name``."""
    description: TextInput
    """Default: none. API: ``description``."""
    authentication_required: FlagInput
    """Whether a customer who starts a chat must present a signed JWT. Default: False.
    API: ``authenticationRequired``."""
    disabled: FlagInput
    """Whether every new chat is refused. Default: False. API: ``disabled``."""
    flow_id: TextInput
    """The id of the inbound chat flow that runs for new chats. Default: none. API: ``flow.id``."""
    flow: FlowInput
    """In place of ``flow_id``: another deployment's `Flow`. Default: none."""
    allowed_domains: StringsInput
    """The domains that may use it, in any order. Default: none. API: ``allowedDomains``."""
    client_config: ClientConfigInput
    """The configuration of each client type. Default: none. API: ``clientConfig``."""
    org: TextInput
    """The name of one of several orgs in the settings; moving it to another replaces the
    deployment. Default: the org whose settings have no name."""
    adopt_id: TextInput
    """The id of an existing deployment that the first ``up`` takes over instead of making one; it
    may be removed afterwards. Default: none."""
