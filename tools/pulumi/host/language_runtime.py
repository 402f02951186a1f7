"""The calls of the engine to the Python language host.

Not reproduced from the official one, and refused or left unimplemented: type checkers, the
debugger, plugins and policy packs written in Python, code generation.
"""

import json
import queue
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from children import CancelledError, Children
from pulumi.runtime.proto import (
    LanguageRuntimeServicer,
    engine_pb2,
    engine_pb2_grpc,
    language_pb2,
    plugin_pb2,
)
from pyproject import canonical_name
from required_packages import required_packages
from toolchain import Output, Toolchain, ToolchainError
from toolchains import toolchain_of

# The exec script ends with this after it has shown the user what was wrong.
EXPLAINED = 32


class LanguageRuntime(LanguageRuntimeServicer):
    """One language host, for one run of the CLI.

    GetRequiredPlugins stays unimplemented, as in the official host: GetRequiredPackages has
    taken its place.

    Args:
        executor: The script `pulumi-language-python-exec`.
        version: The version of the CLI.
        engine: The engine's address, empty until the handshake if the engine attaches.
    """

    def __init__(self, executor: str, version: str, engine: str) -> None:
        self.children = Children()
        self._executor = executor
        self._version = version
        self._engine = engine
        self._toolchains: dict[bytes, Toolchain] = {}

    def Handshake(  # noqa: N802
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        """Learn the engine's address, when the engine attached instead of starting this host."""
        self._engine = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(  # noqa: N802
        self, request: Any, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """The CLI's version, because both come from one distribution."""
        return plugin_pb2.PluginInfo(version=self._version)

    def GetRequiredPackages(  # noqa: N802
        self, request: language_pb2.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        """Make the virtual environment if there is none, and say what plugins it asks for."""
        with _explained(context):
            toolchain = self._toolchain(request.info)
            toolchain.ensure(self._engine_log())
            packages = required_packages(toolchain.installed())
            return language_pb2.GetRequiredPackagesResponse(packages=packages)

    def Run(  # noqa: N802
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        """Run the program to its end."""
        with _explained(context):
            if not self._engine:
                raise ToolchainError("no engine: start this host with its address, or shake hands")
            if request.attach_debugger:
                return language_pb2.RunResponse(error="this language host has no debugger")
            toolchain = self._toolchain(request.info)
            environment = toolchain.environment()
            if request.config:
                environment["PULUMI_CONFIG"] = json.dumps(dict(request.config))
            environment["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(list(request.configSecretKeys))
            # -u, which the official host does without: what the program prints is seen at once,
            # not at its end.
            command = [toolchain.python(), "-u", self._executor, *self._arguments(request)]
            try:
                process = self.children.start(command, environment)
            except OSError as error:
                return language_pb2.RunResponse(error=f"the program does not start: {error}")
            # The engine has gone, or has given up on this call.
            if not context.add_callback(lambda: self.children.end(process)):
                self.children.end(process)
            return _run_response(process.wait())

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """End what runs: the engine calls this on Ctrl-C, and before it ends the host."""
        # Not waited for: the engine does not expect a call to take as long as a program's end.
        threading.Thread(target=self.children.end_all).start()
        return request  # the answer, too, is an Empty

    def About(  # noqa: N802
        self, request: language_pb2.AboutRequest, context: grpc.ServicerContext
    ) -> language_pb2.AboutResponse:
        """What `pulumi about` shows of the program's Python."""
        with _explained(context):
            toolchain = self._toolchain(request.info)
            about = toolchain.about()
            return language_pb2.AboutResponse(
                executable=about["executable"],
                version=about["version"],
                metadata={
                    "toolchain": toolchain.name,
                    "toolchainVersion": about["toolchain"],
                    "typechecker": "None",
                },
            )

    def GetProgramDependencies(  # noqa: N802
        self, request: language_pb2.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        """The program's packages; those that it names itself, unless all are asked for."""
        with _explained(context):
            toolchain = self._toolchain(request.info)
            packages = toolchain.dependencies(transitive=request.transitiveDependencies)
            return language_pb2.GetProgramDependenciesResponse(
                dependencies=[
                    language_pb2.DependencyInfo(
                        name=canonical_name(package["name"]), version=package["version"]
                    )
                    for package in packages
                ]
            )

    def InstallDependencies(  # noqa: N802
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """`pulumi install`: the commands' output is streamed as it comes."""
        # None ends the stream, an exception fails it.
        responses: queue.Queue[language_pb2.InstallDependenciesResponse | Exception | None]
        responses = queue.Queue()

        def output(piece: bytes, is_error: bool) -> None:
            stream = "stderr" if is_error else "stdout"
            responses.put(language_pb2.InstallDependenciesResponse(**{stream: piece}))

        def work() -> None:
            try:
                self._toolchain(request.info).install(output)
            except Exception as error:
                responses.put(error)
            else:
                responses.put(None)

        threading.Thread(target=work, daemon=True).start()
        with _explained(context):
            while (response := responses.get()) is not None:
                if isinstance(response, Exception):
                    raise response
                yield response

    def _toolchain(self, info: language_pb2.ProgramInfo) -> Toolchain:
        """The program's, looked for once: poetry takes seconds to say where its environment is."""
        key = info.SerializeToString(deterministic=True)
        if key not in self._toolchains:
            self._toolchains[key] = toolchain_of(info, self.children)
        return self._toolchains[key]

    def _arguments(self, request: language_pb2.RunRequest) -> Iterator[str]:
        """The command line of the exec script."""
        named = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        for name, value in named.items():
            if value:
                yield from (f"--{name}", value)
        yield request.info.entry_point
        yield from request.args

    def _engine_log(self) -> Output:
        """Shows output in the engine's passing messages, where a call has no stream of its own."""

        def output(piece: bytes, is_error: bool) -> None:
            severity = engine_pb2.ERROR if is_error else engine_pb2.INFO
            text = piece.decode("utf-8", "replace")
            with grpc.insecure_channel(self._engine) as channel:
                engine_pb2_grpc.EngineStub(channel).Log(
                    engine_pb2.LogRequest(severity=severity, message=text, ephemeral=True)
                )

        return output


def _run_response(code: int) -> language_pb2.RunResponse:
    if code == EXPLAINED:
        return language_pb2.RunResponse(bail=True)
    if code < 0:
        name = signal.Signals(-code).name
        return language_pb2.RunResponse(error=f"the program was ended by {name}")
    if code:
        return language_pb2.RunResponse(error=f"the program ended with exit code {code}")
    return language_pb2.RunResponse()


@contextmanager
def _explained(context: grpc.ServicerContext) -> Iterator[None]:
    """Answer a call that cannot be served with one line, which the engine shows as it is."""
    try:
        yield
    except ToolchainError as error:
        context.abort(grpc.StatusCode.UNKNOWN, str(error))
    except CancelledError:
        context.abort(grpc.StatusCode.CANCELLED, "cancelled")
