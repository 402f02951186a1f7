"""A language host started as the engine starts it, and what the tests of it share."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import grpc
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

TOOLS = Path(__file__).resolve().parents[2] / "tools" / "pulumi"
LANGUAGE_HOST = TOOLS / "host" / "language_host.py"
VERSION = "v3.2.1"
# Imported so because the package comes without types.
EMPTY = import_module("google.protobuf.empty_pb2").Empty()


def is_alive(pid: int) -> bool:
    """Whether a process runs. One that has ended and waits for its parent to notice does not."""
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(shown.stdout.strip()) and not shown.stdout.startswith("Z")


@dataclass
class Host:
    """A language host that runs, and a client of it."""

    process: "subprocess.Popen[str]"
    stub: language_pb2_grpc.LanguageRuntimeStub


@contextmanager
def start_host(
    executor: Path, engine: str = "127.0.0.1:1", env: dict[str, str] | None = None
) -> Iterator[Host]:
    """Start `language_host.py` as the engine does: address last, port read from the first line."""
    options = ["--version", VERSION, "--use-executor", str(executor)]
    process = subprocess.Popen(
        [sys.executable, str(LANGUAGE_HOST), *options, engine],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        text=True,
        start_new_session=True,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    with process.stdin, process.stdout, process.stderr:
        try:
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield Host(process, language_pb2_grpc.LanguageRuntimeStub(channel))
        finally:
            process.kill()
            process.wait()


def program_info(root: Path, **options: str) -> language_pb2.ProgramInfo:
    """A program in `root`, with `runtime.options` as `Pulumi.yaml` would have them."""
    info = language_pb2.ProgramInfo(
        root_directory=str(root), program_directory=str(root), entry_point="."
    )
    info.options.update(options)
    return info
