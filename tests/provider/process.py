"""The provider in its own process, called over gRPC as the engine calls it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import grpc
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_widgets import PROVIDER

__all__ = ["UNKNOWN", "Provider", "public"]

UNKNOWN = rpc.UNKNOWN
"""What stands for an unknown value on the wire."""
URN = "urn:pulumi:dev::p::pulumi-python:dynamic/genesyscloud:WidgetDeployment::a"


def public(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Properties without those that the provider keeps for itself."""
    return {key: value for key, value in outputs.items() if not key.startswith("__")}


class Provider:
    """A provider process; a context manager.

    Args:
        environ: its whole environment.
        folder: for what it prints.
        config: the stack configuration, keys like ``genesyscloud:region``.
        command: starts it; default: as the SDK does.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        folder: Path,
        config: Mapping[str, str] | None = None,
        command: Sequence[str | Path] = (sys.executable, "-u", "-m", "pulumi.dynamic"),
    ) -> None:
        self._stderr = folder / "provider.stderr"
        with self._stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                command,
                env=environ,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        assert self._process.stdout is not None
        port = int(self._process.stdout.readline())
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._stub.Configure(
            provider_pb2.ConfigureRequest(args=_struct(config or {}), acceptSecrets=True)
        )

    def __enter__(self) -> Provider:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def printed(self) -> bytes:
        """End it; all that it printed after the port."""
        self._process.terminate()
        assert self._process.stdout is not None
        rest = self._process.stdout.read()
        self._process.wait()
        return rest + self._stderr.read_bytes()

    def check(
        self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], list[str]]:
        """The checked inputs, and each failure's reason."""
        # of a resource that is to be created there is nothing, not even the provider
        before = None if olds is None else _props(olds)
        answer = self._stub.Check(
            provider_pb2.CheckRequest(urn=URN, olds=before, news=_props(news))
        )
        # the engine would print the value of a property that is named
        assert not any(each.property for each in answer.failures)
        return _plain(answer.inputs), [each.reason for each in answer.failures]

    def diff(
        self,
        id_: str,
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
        inputs: Mapping[str, Any] | None = None,
    ) -> str:
        """``DIFF_NONE``, ``DIFF_SOME`` or ``DIFF_UNKNOWN``; ``inputs`` are the state's."""
        answer = self._compared(id_, olds, news, inputs)
        assert not answer.replaces
        return str(provider_pb2.DiffResponse.DiffChanges.Name(answer.changes))

    def replaces(
        self,
        id_: str,
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
        inputs: Mapping[str, Any] | None = None,
    ) -> list[str]:
        """The properties that a replacement is for; ``inputs`` are the state's."""
        return list(self._compared(id_, olds, news, inputs).replaces)

    def _compared(
        self,
        id_: str,
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
        inputs: Mapping[str, Any] | None,
    ) -> Any:
        before = None if inputs is None else _props(inputs)
        return self._stub.Diff(
            provider_pb2.DiffRequest(
                id=id_, urn=URN, olds=_props(olds), news=_props(news), old_inputs=before
            )
        )

    def create(self, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The id and the outputs."""
        answer = self.creating(inputs).result()
        return answer.id, _plain(answer.properties)

    def creating(self, inputs: Mapping[str, Any]) -> Any:
        """A create under way, which can be cancelled."""
        request = provider_pb2.CreateRequest(urn=URN, properties=_props(inputs))
        return self._stub.Create.future(request, timeout=60)

    def read(
        self, id_: str, outputs: Mapping[str, Any], inputs: Mapping[str, Any] | None = None
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """The id (empty: it is gone), the outputs, and the inputs where they drifted."""
        given = None if inputs is None else _props(inputs)
        properties = _props(outputs) if outputs else None
        answer = self._stub.Read(
            provider_pb2.ReadRequest(id=id_, urn=URN, properties=properties, inputs=given)
        )
        return answer.id, _plain(answer.properties), _plain(answer.inputs)

    def update(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        """The outputs."""
        answer = self._stub.Update(
            provider_pb2.UpdateRequest(id=id_, urn=URN, olds=_props(olds), news=_props(news))
        )
        return _plain(answer.properties)

    def delete(self, id_: str, outputs: Mapping[str, Any]) -> None:
        """Delete it."""
        self._stub.Delete(provider_pb2.DeleteRequest(id=id_, urn=URN, properties=_props(outputs)))


def _props(properties: Mapping[str, Any]) -> Any:
    return _struct({"__provider": serialize_provider(PROVIDER), **properties})


def _struct(properties: Mapping[str, Any]) -> Any:
    return asyncio.run(rpc.serialize_properties(dict(properties), {}))


def _plain(struct: Any) -> dict[str, Any]:
    """Properties as the SDK reads them; without the provider."""
    plain: dict[str, Any] = rpc.deserialize_properties(struct, keep_unknowns=True)
    plain.pop("__provider", None)
    # the provider takes no secrets: the engine hands it the plain values
    return {key: rpc.unwrap_rpc_secret(value) for key, value in plain.items()}
