"""What no provider can be faster than: it waits as long as the API's calls take, and no more.

In the SDK's four threads; in as many as ours where it is told so.
"""

import os
import time
import uuid
from typing import Any

from pulumi.dynamic import (
    ConfigureRequest,
    CreateResult,
    DiffResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from pulumi_widgets import sdk

LATENCY = float(os.environ.get("BENCH_LATENCY", "0"))
"""Seconds that one call takes."""


class NothingProvider(ResourceProvider):
    """Two calls for a create, one for an update or a delete."""

    serialize_as_secret_always = False

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return NothingProvider, ()

    def configure(self, req: ConfigureRequest) -> None:
        if "BENCH_MORE_THREADS" in os.environ:
            sdk.allow_more_threads()

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        return DiffResult() if _olds["description"] != _news["description"] else DiffResult(False)

    def create(self, props: dict[str, Any]) -> CreateResult:
        time.sleep(2 * LATENCY)
        return CreateResult(str(uuid.uuid4()), {**props, "selfUri": "/"})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        time.sleep(LATENCY)
        return UpdateResult({**_news, "selfUri": "/"})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        time.sleep(LATENCY)


class Nothing(Resource, module="bench", name="Nothing"):
    """A resource of it."""

    def __init__(self, name: str, props: dict[str, Any]) -> None:
        super().__init__(NothingProvider(), name, props)
