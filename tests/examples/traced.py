"""A provider that writes down what it is asked: beside a test's program, not imported here.

What its inputs ask for, it does wrong.
"""

from __future__ import annotations

import json
import os
import threading
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

_meeting = threading.Condition()
_there, _most = 0, 0


def tell(call: str, **seen: Any) -> None:
    """Add a line to the file that `TRACE` names."""
    line = {"call": call, "pid": os.getpid(), **seen}
    with open(os.environ["TRACE"], "a", encoding="utf-8") as trace:
        trace.write(json.dumps(line, default=lambda _: "UNKNOWN") + "\n")


def _at_once() -> int:
    """Wait till four threads are here, and a little for a fifth; how many there were."""
    global _there, _most
    with _meeting:
        _there += 1
        _most = max(_most, _there)
        _meeting.notify_all()
        _meeting.wait_for(lambda: _most >= 4, 30.0)
        _meeting.wait_for(lambda: _most > 4, 0.5)
        _there -= 1
        return _most


class Traced(ResourceProvider):
    serialize_as_secret_always = False

    def __reduce__(self) -> str:
        return "PROVIDER"

    def configure(self, req: ConfigureRequest) -> None:
        tell("configure", config=req.config.get("traced:password"))

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        tell("check", olds=_olds, news=news)
        wrong = [CheckFailure(name, "is wrong") for name in news.get("wrong", ())]
        return CheckResult(news, wrong)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        tell("diff", olds=_olds, news=_news)
        if _olds.get("kind") != _news.get("kind"):
            return DiffResult(changes=True, replaces=["kind"])
        return DiffResult(changes=_news.get("says"))

    def create(self, props: dict[str, Any]) -> CreateResult:
        tell("create", news=props, at_once=_at_once() if "meets" in props else 1)
        if "ids" in props:
            ids: dict[str, Any] = {"none": None, "number": 5, "empty": ""}
            return CreateResult(ids[props["ids"]], props)
        outputs = {"made": True} if "forgets" in props else {**props, "made": True}
        if "password" in props:
            outputs["copy"] = props["password"]
        return CreateResult(props["name"], outputs)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        tell("read", olds=props)
        if id_ == "gone":
            return ReadResult("", {})
        return ReadResult("") if id_ == "gone wrongly" else ReadResult(id_, props)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        tell("update", olds=_olds, news=_news)
        return UpdateResult({**_news, "made": True})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        tell("delete", olds=_props)


PROVIDER = Traced()


class Thing(Resource, module="traced", name="Thing"):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **props: Any) -> None:
        given = {"name": name, "made": None, "copy": None, **props}
        super().__init__(PROVIDER, name, given, opts)


if "TRACE" in os.environ:
    tell("import")
