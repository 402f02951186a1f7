"""A Python language host for the Pulumi engine, in place of the official `pulumi-language-python`.

The engine starts it with its own address, reads a port from the first line of standard output,
calls `LanguageRuntime` there, and ends it with SIGINT to its process group. Whatever is printed
after that first line lands in the user's output.
"""

import argparse
import importlib.util
import os
import select
import signal
import stat
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def main() -> None:
    """Serve until the engine ends this process, or ends itself."""
    # First of all, because the imports below take a while and Ctrl-C may come then.
    wake_on = catch_signals()

    parser = argparse.ArgumentParser(prog="pulumi-language-python", allow_abbrev=False)
    parser.add_argument("--use-executor", "-use-executor", required=True)
    parser.add_argument("--version", required=True, help="the version of the CLI")
    # What the engine hands to every plugin when it traces or logs; Go's flags have one dash or two.
    parser.add_argument("--tracing", "-tracing")
    parser.add_argument("--logtostderr", "-logtostderr", action="store_true")
    parser.add_argument("-v", type=int)
    parser.add_argument("engine", nargs="?", default="", help="the engine's address")
    options = parser.parse_args()

    leave_out_the_sdk()
    try:
        import grpc
        from language_runtime import LanguageRuntime
        from pulumi.runtime.proto import language_pb2_grpc
    except ImportError as error:
        sys.exit(f"pulumi-language-python: {sys.executable}: {error}; install the package pulumi")

    runtime = LanguageRuntime(options.use_executor, options.version, options.engine)
    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    # A program occupies a thread from its start to its end; the other calls need some as well.
    server = grpc.server(ThreadPoolExecutor(max_workers=16), options=unlimited)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(runtime, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()

    wait_for_end(wake_on)
    runtime.children.end_all()
    server.stop(grace=None)
    # Quietly and at once: nothing is left to do, and gRPC's threads would have their say.
    os._exit(0)


def leave_out_the_sdk() -> None:
    """Have `pulumi.runtime.proto` imported without the packages that it is in.

    The engine's protocol is all that is needed here. The rest of the SDK takes half of the start,
    and the engine starts this host twice for each command.
    """
    found = importlib.util.find_spec("pulumi")
    folders = (found and found.submodule_search_locations) or ()
    for name in ("pulumi", "pulumi.runtime") if folders else ():
        bare = types.ModuleType(name)
        bare.__path__ = [str(Path(folder, *name.split(".")[1:])) for folder in folders]
        sys.modules[name] = bare


def catch_signals() -> int:
    """A file descriptor that can be read as soon as this process is told to end.

    Python runs a handler when the main thread gets to it, and a signal that another thread took
    does not wake one that waits: one in a hundred commands then took 5 s more, until the engine
    killed this process. What is written to the descriptor, the signal itself writes.
    """
    wake_on, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return wake_on


def wait_for_end(wake_on: int) -> None:
    """Wait for a signal, or for the end of an engine that can no longer send one.

    The engine holds the other end of standard input for as long as it lives (seen in v3.259,
    `ExecPlugin`), so that a killed one is noticed at once. The official host asks every 5 minutes.
    Standard input that is no pipe comes from someone who started this by hand, and says nothing.
    """
    sources = [wake_on]
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        sources.append(0)
    while True:
        ready, _, _ = select.select(sources, [], [])
        if wake_on in ready or not os.read(0, 4096):
            return


if __name__ == "__main__":
    main()
