"""`WidgetDeployment`, the resource.

Where a docstring says "API:", it names the field of the API's WidgetDeployment
(``/api/v2/widgets/deployments``) that the property stands for.
"""

import copy
from collections.abc import Mapping, Sequence
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, overload

import pulumi
from pulumi.dynamic import Resource

from . import hidden, mapping, names, preflight, waiting
from .provider import PROVIDER
from .types import (
    ClientConfig,
    ClientTypeName,
    DataInput,
    Flow,
    Values,
    WidgetDeploymentArgs,
    WidgetDeploymentArgsDict,
    described,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack


@pulumi.input_type
class _Properties(dict[str, Any]):
    """All properties of a resource under Python's names, those that Pulumi names otherwise told.

    Given an input type, the SDK translates names at this level and leaves the keys of free JSON
    objects alone; and being a dict, it can take ``__provider`` in. ``Any``, for a wrong type is to
    be told by `check`, not by the SDK.
    """

    authentication_required: Any = pulumi.property("authenticationRequired", default=None)
    flow_id: Any = pulumi.property("flowId", default=None)
    allowed_domains: Any = pulumi.property("allowedDomains", default=None)
    client_type: Any = pulumi.property("clientType", default=None)
    client_config: Any = pulumi.property("clientConfig", default=None)
    adopt_id: Any = pulumi.property("adoptId", default=None)
    self_uri: Any = pulumi.property("selfUri", default=None)


@described
class WidgetDeployment(Resource, module="genesyscloud", name="WidgetDeployment"):
    """A Genesys Cloud widget deployment: what a web page embeds to offer chat.

    Its ``id`` is the deployment key that the page embeds.
    """

    def __init_subclass__(cls, **named: Any) -> None:
        """Keep the type token, which the SDK replaces, unless the class line asks for another."""
        inherited = cls._resource_type_name
        super().__init_subclass__(**named)
        if not named.keys() & {"module", "name"}:
            cls._resource_type_name = inherited

    @overload
    def __init__(
        self,
        resource_name: str,
        args: WidgetDeploymentArgs | WidgetDeploymentArgsDict | DataInput,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        **inputs: "Unpack[WidgetDeploymentArgsDict]",
    ) -> None: ...

    def __init__(self, resource_name: str, *args: Any, **inputs: Any) -> None:
        """Declare a widget deployment.

        Args:
            resource_name: The resource's logical name in the stack.
            *args: The inputs as `WidgetDeploymentArgs` or a dict, and Pulumi's resource options.
            **inputs: Or ``opts``, and each input by its name:
            client_type: `ClientType`, or ``v1``, ``v2``, ``v1-http`` or ``third-party``.
            name: Default: the resource's logical name.
            description: Default: none.
            authentication_required: Whether a customer who starts a chat must present a signed
                JWT. Default: False.
            disabled: Whether every new chat is refused. Default: False.
            flow_id: The id of the inbound chat flow that runs for new chats. Default: none.
            flow: In place of ``flow_id``: another deployment's `Flow`.
            allowed_domains: The domains that may use it, in any order. Default: none.
            client_config: The configuration of each client type. Default: none.
            org: The name of one of several orgs in the settings. Default: the one without a name.
            adopt_id: The id of an existing deployment that the first ``up`` takes over.

        Wrong values are reported when the program's resources are all declared, all of them at
        once (`pulumi.RunError`); those that the program does not know yet, by the preview.

        Raises:
            TypeError: the arguments are given twice or as something else.
            pulumi.RunError: the options name what is not there, or ``import_``.
        """
        given, opts = _arguments(args, inputs)
        if opts is not None:
            opts = _options(resource_name, opts)
        props = _Properties()
        # A property has to be named here, if only as None, to exist as an output. Each costs the
        # SDK a twentieth of a millisecond and more, so there is none too many.
        props.update(dict.fromkeys((*mapping.INPUTS, "org", *mapping.OUTPUTS, hidden.SET)))
        props.update(mapping.in_python_names(given))
        for key, value in props.items():
            if isawaitable(value):
                props[key] = pulumi.Output.from_input(value)
        if props["flow"] is not None and props["flow_id"] is not None:
            raise TypeError("WidgetDeployment: given twice: as 'flow' and as 'flow_id'")
        if isinstance(props["flow"], pulumi.Output):
            # its id may be known where its name is not
            props["flow_id"], props["flow"] = props["flow"].apply(_id_of, True), None
        props["client_config"] = names.client_config(props["client_config"])
        is_read = opts is not None and opts.id is not None
        if not is_read:
            if isinstance(props["name"], pulumi.Output):
                props["name"] = props["name"].apply(
                    lambda name: resource_name if name is None else name
                )
            elif props["name"] is None:
                props["name"] = resource_name
            preflight.check(resource_name, props, given, opts)
        preflight.check_settings(resource_name, props, opts)
        super().__init__(PROVIDER, resource_name, props, opts)
        outputs = dict(vars(self))
        for name in {*mapping.OPTIONAL, hidden.SET} - outputs.keys():
            outputs[name] = pulumi.Output.from_input(None)  # a transformation took it away
        waiting.take_note(self, props.get("org"), props.get("name"), is_read=is_read)
        vars(self).pop(hidden.SET, None)
        for name in mapping.OPTIONAL:
            vars(self)[name] = _none_if_unset(name, outputs)
        whole = pulumi.Output.all(vars(self)["flow_id"], vars(self)["flow"])
        vars(self)["flow"] = whole.apply(_flow, run_with_unknowns=True)
        preflight.warn(self, props, given)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 -- Pulumi's own name for it
        opts: pulumi.ResourceOptions | None = None,
        *,
        org: pulumi.Input[str | None] = None,
    ) -> "WidgetDeployment":
        """Read a deployment that is managed elsewhere.

        It is read on every ``up`` and never changed or deleted.

        Args:
            resource_name: The logical name that it gets in this stack.
            id: The deployment key.
            opts: Pulumi's resource options.
            org: The name of one of several orgs in the settings.

        Raises:
            pulumi.RunError: there is no id.
        """

        def checked(found: Any) -> Any:
            if isinstance(found, pulumi.Output) or isawaitable(found):
                return pulumi.Output.from_input(found).apply(checked)
            if not found:
                raise pulumi.RunError(
                    f"WidgetDeployment.get: {resource_name!r} needs the id of a deployment, "
                    f"not {found!r}"
                )
            return found

        known = checked(id)
        if isinstance(known, pulumi.Output):
            # ids are plain in every state, and the SDK cannot send one that is a secret
            known = pulumi.Output.unsecret(known)
        merged = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=known))
        inputs: Any = {"org": org}
        return WidgetDeployment(resource_name, inputs, merged)

    @property
    @pulumi.getter
    def name(self) -> pulumi.Output[str]:
        """The deployment's name. Default: the resource's logical name. API: ``name``."""
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
    def client_type(self) -> pulumi.Output[ClientTypeName]:
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
        """The flow that runs for new chats; as an input, another deployment's. API: ``flow``."""
        return pulumi.get(self, "flow")


def _flow(given: Sequence[Any]) -> Any:
    id_, told = given
    if not id_ or pulumi.contains_unknowns(id_):
        return id_ or None
    if pulumi.contains_unknowns(told):
        told = {"name": told}
    held = told or {}  # a state of the first version has all three
    uri = held.get("self_uri") or f"/api/v2/flows/{id_}"
    return Flow(id=id_, name=held.get("name"), self_uri=uri)


def _none_if_unset(name: str, outputs: Mapping[str, pulumi.Output[Any]]) -> pulumi.Output[Any]:
    """An optional output, known to be None where it is unset.

    The state says which are set. In a preview of what is made or changed no state does: the engine
    answers with the checked inputs, what transforms put in and what is unknown among them, or with
    nothing where it knows nothing (v3.259). So what is missing in such an answer is unset; the
    engine drops what is None, and the SDK takes what is missing for unknown.

    Args:
        name: the output's.
        outputs: all, as the SDK made them.
    """
    output = outputs[name]
    given = outputs["flow_id"] if name == "flow" else output

    async def is_missing(one: pulumi.Output[Any]) -> bool:
        return await one.future(with_unknowns=True) is None

    async def is_unset() -> bool:
        those_set = await outputs[hidden.SET].future()
        if those_set is not None:
            return mapping.OPTIONAL[name] not in those_set
        if not pulumi.runtime.is_dry_run():
            return False
        is_answered = not await is_missing(outputs["client_type"])
        return is_answered and await is_missing(output) and await is_missing(given)

    async def value() -> Any:
        held = await output.future()
        if isinstance(held, ClientConfig):
            free = (key for key, each in held.items() if not isinstance(each, Values))
            held.update({key: mapping.settled(held[key]) for key in free})
        if await is_unset():
            return None
        return held if await output.is_known() else pulumi.UNKNOWN

    async def is_known() -> bool:
        return await output.is_known() or await is_unset()

    async def is_secret() -> bool:
        return await output.is_secret() and not await is_unset()

    later = preflight.Later
    return pulumi.Output(later(output.resources), later(value), later(is_known), later(is_secret))


def _id_of(flow: Any) -> Any:
    # one without an id stays as it is, which `validation` tells
    return flow.get("id", flow) if isinstance(flow, Mapping) else flow


def _options(resource_name: str, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """The options with the API's names; what would be of no effect is told."""
    if opts.import_:
        raise pulumi.RunError(
            f"WidgetDeployment {resource_name!r}: import_ cannot import it. Give "
            f"adopt_id={opts.import_!r} in its place, or run `pulumi-widgets import "
            f"{resource_name} {opts.import_}`."
        )
    opts = copy.copy(opts)
    try:
        names.translate(opts)
    except ValueError as error:
        raise pulumi.RunError(f"WidgetDeployment {resource_name!r}: {error}") from None
    return opts


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
        return {**vars(given)}, opts
    if isinstance(given, Mapping):
        return given, opts
    raise TypeError(
        f"WidgetDeployment: args must be WidgetDeploymentArgs or a dict, not {type(given).__name__}"
    )
