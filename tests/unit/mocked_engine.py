"""Runs a Pulumi program under Pulumi's own mocks, as its documentation teaches, and clears up."""

from __future__ import annotations

import asyncio
import contextlib
import copy
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pulumi
from pulumi.runtime import rpc

from pulumi_widgets import mapping

Registered = dict[str, pulumi.runtime.MockResourceArgs]


class Org(pulumi.runtime.Mocks):
    """Takes resources in and answers as the provider does."""

    def __init__(self) -> None:
        self.registered: Registered = {}

    def new_resource(
        self, args: pulumi.runtime.MockResourceArgs
    ) -> tuple[str | None, dict[Any, Any]]:
        self.registered[args.name] = copy.deepcopy(args)
        given = mapping.in_api_names({k: rpc.unwrap_rpc_secret(v) for k, v in args.inputs.items()})
        outputs = mapping.inputs(given, {}) | {"selfUri": f"/{args.name}"}
        if "flowId" in outputs:
            outputs["flow"] = {"id": outputs["flowId"], "name": "Flow", "selfUri": "/flow"}
        return args.resource_id or f"{args.name}-id", outputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], None]:
        raise NotImplementedError(args.token)


def run(
    program: Callable[[], Any], org: Org | None = None, *, preview: bool = False
) -> tuple[Registered, Any]:
    """What a program registers, and what the outputs that it returns come to."""
    org = org or Org()
    outcome: list[Any] = []
    with mocked(org, preview=preview):

        @pulumi.runtime.test  # type: ignore[untyped-decorator]
        def test() -> Any:
            return pulumi.Output.from_input(program()).apply(outcome.append)

        test()
    return org.registered, outcome[0]


@contextlib.contextmanager
def mocked(org: Org, *, preview: bool = False) -> Iterator[None]:
    """The SDK with an org for the engine.

    It closes the event loops that the SDK opens, one in each thread, and leaves open.
    """
    opened: list[asyncio.AbstractEventLoop] = []
    new_event_loop = asyncio.new_event_loop

    def opening() -> asyncio.AbstractEventLoop:
        loop = new_event_loop()
        # as Pulumi's own language host does: what nobody awaits is no news when a program failed
        loop.set_exception_handler(lambda *_: None)
        opened.append(loop)
        return loop

    with mock.patch("asyncio.new_event_loop", opening):
        asyncio.set_event_loop(opening())
        try:
            pulumi.runtime.set_mocks(org, preview=preview)
            yield
        finally:
            asyncio.set_event_loop(None)
            for loop in opened:
                if left := asyncio.all_tasks(loop):
                    loop.run_until_complete(asyncio.wait(left))
                loop.run_until_complete(loop.shutdown_default_executor())
                loop.close()
