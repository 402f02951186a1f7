"""The dynamic resource provider: the engine's calls, each one call of the API.

It knows no HTTP and no names of fields: `mapping` and `validation` do, and `api` talks. One
object serves all resources of a command, from all threads of the provider's process.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.runtime import rpc

from . import hidden, mapping, sdk, validation
from .adoption import Adoptions
from .errors import HIDDEN, NotFoundError, OrgFullError, WidgetsError
from .orgs import Orgs, tell
from .redaction import hiding

_Method = TypeVar("_Method", bound=Callable[..., Any])


def _one_line(method: _Method) -> _Method:
    """Let a method's errors reach the user without the frames of where they were found.

    The engine prints an exception as a traceback; its last line is the message, and each frame
    above it is one that the user has to read past. This one frame is the least there can be. And no
    error shows a value of an input that is secret, though a server repeats it.
    """

    @functools.wraps(method)
    def call(*args: Any) -> Any:
        given = [each for each in args if isinstance(each, Mapping)]
        try:
            with hiding([text for each in given for text in mapping.secret_texts(each)]):
                return method(*args)
        except WidgetsError as error:
            raise error.with_traceback(None) from None

    return call  # type: ignore[return-value]  # it is called as the method is


def _outputs(wanted: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs after a write.

    What Pulumi's processes could not tell each other of the answer is the next read's to tell: an
    error would lose the id of what is done.
    """
    try:
        Struct().update(answer)  # its texts have to be UTF-8, its numbers floats
        is_speakable = not any(validation.unspeakable((), answer))
    except (ValueError, OverflowError):
        is_speakable = False
    told = answer if is_speakable else {**mapping.body(wanted), "selfUri": answer.get("selfUri")}
    outputs = mapping.outputs(wanted, told)
    return {**outputs, hidden.SET: mapping.are_set(outputs)}


class WidgetDeploymentProvider(ResourceProvider):
    """Maps the engine's calls to POST, GET, PUT and DELETE of ``/api/v2/widgets/deployments``.

    Programs do not use it; `WidgetDeployment` does. Any error of the API is raised as one of
    `pulumi_widgets.errors`, in one line.
    """

    # It holds nothing secret; and diffs stay readable, the state small, where it is plain.
    serialize_as_secret_always = False

    # The engine stores the pickled provider with each resource, in inputs and outputs. Pickled
    # as the name of `PROVIDER` in the package it takes 56 characters, holds no dict (which makes
    # the SDK's pickler recurse deeper with each resource, until it fails) and is configured once
    # a process. States hold this name: it must never move without leaving one behind.
    __module__ = "pulumi_widgets"

    def __reduce__(self) -> str:
        """Pickle as the name of the package's one provider."""
        return "PROVIDER"

    def __init__(self) -> None:
        super().__init__()
        self._orgs = Orgs()
        self._adoptions = Adoptions(self._orgs)

    def configure(self, req: ConfigureRequest) -> None:
        """Take in the stack configuration; no call is made before one is needed.

        What is wrong with it `check` tells, which can do so without a traceback.
        """
        self._orgs.configure(req.config.get)
        sdk.allow_more_threads()

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Report every problem of the inputs and the settings; bring inputs into normal form.

        The program has told the problems that it could see (`preflight`). What is told here came
        in by a transform, or only the settings and the org know it; and it may be a secret, while
        the engine prints the value of a property that a failure names. So none names one.
        """
        problems = [validation.without_secrets(each) for each in validation.problems(news)]
        told = [validation.told(each) for each in problems]
        may_be_secret = (news.get(hidden.PROGRAM) or {}).get("transforms")
        is_secret = "org" in (news.get(hidden.SECRETS) or ()) or bool(may_be_secret)
        told += self._orgs.problems(news.get("org"), is_secret=is_secret)
        wanted = mapping.inputs(news, _olds)
        # what another provider wrote the engine takes for a change anyhow
        is_ours = _olds.get("__provider") == news.get("__provider")
        if not is_ours or hidden.SECRETS in _olds or mapping.changes(_olds, wanted):
            # `adoptId` stays what it was (`adoption`), whatever the program says by now
            wanted[hidden.SECRETS] = sorted({*(news.get(hidden.SECRETS) or ())} - {"adoptId"})
        else:  # what an older version has, or lacks, the engine would take for a change
            wanted = {key: each for key, each in wanted.items() if key != hidden.SECRETS}
            wanted |= hidden.of(_olds)
        if not told:
            wanted, told = self._adoptions.check(wanted, news, _olds)
        return CheckResult(news if told else wanted, [CheckFailure("", each) for each in told])

    @_one_line
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Tell whether another org is wanted; all else the engine compares by itself.

        It compares the old inputs with the new ones, both in normal form, where the answer is
        neither "yes" nor "no". So it learns *which* properties change, which no field of the
        dynamic provider's answer can tell it, and it sees that another provider wrote the state, or
        that other inputs are secret (seen with CLI v3.259).
        """
        inputs = rpc.deserialize_properties(sdk.old_inputs() or Struct(), keep_unknowns=True)
        self._adoptions.saw_compared(_id, _olds, inputs)
        if self._orgs.has_moved(_olds, _news.get("org")):
            self._orgs.make_sure(_id, _olds)  # where it is to be deleted
            return DiffResult(changes=True, replaces=["org"])
        self._orgs.find(_id, {**_olds, "org": _news.get("org")})
        return DiffResult()

    @_one_line
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make the deployment, exactly once (`api.exactly_once`), or adopt the one it names."""
        wanted, mark = mapping.inputs(props, props), secrets.token_hex(4)
        if "adoptId" in wanted:
            answer = self._adoptions.adopt(wanted, mark)
        else:
            try:
                answer = self._orgs.deployments(wanted.get("org", "")).create(mapping.body(wanted))
            except OrgFullError as error:
                is_secret = "org" in (props.get(hidden.SECRETS) or ())
                self._adoptions.count(wanted.get("org", ""), error, is_secret=is_secret)
                raise
            self._adoptions.saw_created(answer["id"], mark)
        own = {hidden.MARK: mark, **self._orgs.remembered(wanted.get("org", ""), {})}
        outputs = mapping.veiled({**_outputs(wanted, answer), **own})
        return CreateResult(answer["id"], outputs)

    @_one_line
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read the deployment; what drifted goes into outputs and inputs.

        One that is gone leaves the state; one that a `get` names has to be there.
        """
        # A refresh comes with outputs, a `get` with the program's inputs. To a `get` that is
        # answered "gone" the engine (seen with v3.259) says nothing, and all outputs are None.
        is_get = "clientType" not in props
        is_managed = "clientType" in sdk.stored_inputs(props)
        try:
            with self._orgs.by_stored_settings(props):
                held = None if is_get else mapping.held(props)
                answer = self._orgs.home(id_, props).read(id_, held)
        except NotFoundError as error:
            if is_get:
                error.hint = "Correct the id that WidgetDeployment.get was given."
                raise
            self._orgs.believe(error, props)
            return ReadResult("", {})
        hides = "clientConfig" in (props.get(hidden.SECRETS) or ())
        for path in mapping.nulls(answer):
            where = f"{HIDDEN} in clientConfig" if hides else path
            told = f"{where} is null, which Pulumi cannot hold; an update drops it"
            tell(f"the deployment {id_}: {told}")
        outputs, inputs = mapping.refreshed(answer, props)
        for problem in validation.unspeakable((), {**outputs, hidden.ANSWERED: None}):
            problem = validation.without_secrets(problem) if hides else problem
            said = f"the deployment {id_} cannot be read: {validation.told(problem)}"
            raise WidgetsError(said, hint="Change it in the org.")
        if is_get:
            self._adoptions.saw_get(id_)
        own: dict[str, Any] = {}
        # of one that is only read, a refresh shows whatever it did not have before
        if is_managed or is_get or hidden.SET in props:
            own = self._orgs.remembered(props.get("org") or "", props)
            own[hidden.SET] = mapping.are_set(outputs)
        if is_managed:
            self._adoptions.saw_refresh(id_)
            own[hidden.MARK] = props.get(hidden.MARK) or secrets.token_hex(4)
        outputs |= own
        outputs, inputs = mapping.veiled(outputs), inputs and mapping.veiled(inputs)
        # drift among the inputs of what is only read would stand there in clear text
        return ReadResult(id_, outputs, inputs if is_managed else None)

    @_one_line
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """PUT the whole deployment."""
        wanted = mapping.inputs(_news, _news)
        org = {"org": wanted.get("org")}
        try:
            answer = self._orgs.home(_id, {**_olds, **org}).update(_id, mapping.body(wanted))
        except NotFoundError as error:
            self._orgs.believe(error, {**_olds, **org})
            raise
        lasting = {key: _olds[key] for key in (hidden.MARK,) if key in _olds}
        own = {**lasting, **self._orgs.remembered(wanted.get("org", ""), _olds)}
        return UpdateResult(mapping.veiled({**_outputs(wanted, answer), **own}))

    @_one_line
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """DELETE the deployment; one that is gone already is done.

        One that another resource of the program has, or is to adopt, stays (`adoption`).
        """
        if not self._adoptions.spares_delete(_id, _props):
            with self._orgs.by_stored_settings(_props):
                self._orgs.find(_id, _props)
                self._orgs.deployments(_props.get("org") or "").delete(_id)


PROVIDER = WidgetDeploymentProvider()
"""The provider of all `WidgetDeployment` resources; states hold its name."""
