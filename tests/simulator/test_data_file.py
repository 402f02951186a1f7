"""The data file: it keeps what was answered, whatever happens to the process."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import requests

from pulumi_widgets.simulator import DataFileError, Simulator

from .conftest import Ask

SIMULATE = [
    sys.executable,
    "-c",
    "from pulumi_widgets.cli import main; main()",
    "simulate",
    "--rate-limit=0",
    "--limit=0",
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "org.json"


def test_it_lasts(data: Path, ask: Ask, deployment: dict[str, Any]) -> None:
    with Simulator(data=data) as org:
        first, second = org.add(deployment), org.add(deployment)
        ask(org, "PUT", first, json={**deployment, "name": "snow ☃"})
        org.remove(second)
        dump = org.dump()
    assert list(dump) == [first]
    with Simulator(data=data) as org:
        assert org.dump() == dump
        assert ask(org, "GET", first).json()["name"] == "snow ☃"
        assert org.add(deployment) not in (first, second)  # an id does not come twice
    assert len(data.read_bytes().splitlines()) == 2
    assert [p.name for p in data.parent.iterdir()] == [data.name]
    assert data.stat().st_mode & 0o77 == 0


def test_a_torn_last_line_was_never_answered(data: Path, deployment: dict[str, Any]) -> None:
    with Simulator(data=data) as org:
        org.add(deployment)
        dump = org.dump()
        org.add(deployment)
    whole = data.read_bytes()
    cut = whole[: whole.rindex(b"\n", 0, -1) + 1]
    for length in range(len(cut), len(whole), 37):
        data.write_bytes(whole[:length])
        with Simulator(data=data) as org:
            assert org.dump() == dump


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no JSON\n", "line 1 is not a data file"),
        (b"no JSON", "line 1 is not a data file"),
        (b"[]\n", "line 1 is not a data file"),
        (b'{"format": "other"}\n', "line 1 is not a data file"),
        (b"\xff\xfe\n", "line 1 is not a data file"),
        (
            b'{"format": "pulumi-widgets simulator 1", "issued": 0, "deployments": {}}\n{"x": 1}\n',
            "line 2 is not a write",
        ),
    ],
)
def test_a_bad_file_is_left_alone(data: Path, content: bytes, said: str) -> None:
    data.write_bytes(content)
    with pytest.raises(DataFileError, match=said):
        Simulator(data=data).start()
    assert data.read_bytes() == content
    assert [p.name for p in data.parent.iterdir()] == [data.name]


def test_an_empty_file_is_an_empty_org(data: Path) -> None:
    data.touch()
    with Simulator(data=data) as org:
        assert org.dump() == {}


def test_a_file_that_cannot_be(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "not a regular file"), (tmp_path / "no" / "x", "No such file")):
        with pytest.raises(DataFileError, match=said):
            Simulator(data=path).start()


@pytest.mark.parametrize("through_a_link", [False, True])
@pytest.mark.parametrize("kind", ["device", "pipe", "folder"])
def test_what_is_no_regular_file_stays(tmp_path: Path, kind: str, through_a_link: bool) -> None:
    path = given = tmp_path / kind
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        try:  # one like /dev/null: who is root and not careful loses the machine's
            os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3))
        except PermissionError:
            pytest.skip("only root can make a device")
    if through_a_link:
        given = tmp_path / "link"
        given.symlink_to(path)
    before = path.stat()
    with pytest.raises(DataFileError, match=f"^{given}: not a regular file$"):
        Simulator(data=given).start()
    assert path.stat() == before
    assert {each.name for each in tmp_path.iterdir()} == {path.name, given.name}


def test_a_link_stays_a_link(tmp_path: Path, deployment: dict[str, Any]) -> None:
    link, file = tmp_path / "link", tmp_path / "elsewhere" / "org.json"
    file.parent.mkdir()
    link.symlink_to(file)
    for _ in range(2):  # no file yet; then one
        with Simulator(data=link) as org:
            org.add(deployment)
            dump = org.dump()
            with pytest.raises(DataFileError, match="in use"):
                Simulator(data=file).start()
        assert link.is_symlink()
        assert file.is_file()
    with Simulator(data=file) as org:
        assert org.dump() == dump
    assert len(dump) == 2
    assert sorted(each.name for each in tmp_path.iterdir()) == ["elsewhere", "link"]
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_one_simulator_for_a_file(data: Path) -> None:
    with Simulator(data=data), pytest.raises(DataFileError, match="in use"):
        Simulator(data=data).start()
    with Simulator(data=data):
        pass


def test_a_full_disk(
    data: Path, ask: Ask, deployment: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write

    def full(fd: int, content: bytes) -> int:
        if b"Support" in content:
            real(fd, content[:10])
            raise OSError(errno.ENOSPC, "no space")
        return real(fd, content)

    with Simulator(data=data) as org:
        with monkeypatch.context() as patched:
            patched.setattr(os, "write", full)
            assert ask(org, "POST", json=deployment).status_code == 500
        assert org.dump() == {}
        org.add(deployment)
        dump = org.dump()
    with Simulator(data=data) as org:
        assert org.dump() == dump


class Writer(threading.Thread):
    """Makes deployments and deletes every third, till the service is gone."""

    def __init__(self, url: str, body: dict[str, Any], enough: int) -> None:
        super().__init__()
        self._url, self._body, self._enough = url, body, enough
        self.made: list[str] = []
        self.deletes_sent: list[str] = []
        self.deleted: list[str] = []
        self.reached = threading.Event()

    def run(self) -> None:
        with requests.Session() as session, contextlib.suppress(requests.RequestException):
            session.headers["Authorization"] = f"Bearer {self._login(session)}"
            at = f"{self._url}/api/v2/widgets/deployments"
            while True:
                self.made.append(session.post(at, json=self._body, timeout=20).json()["id"])
                if len(self.made) % 3 == 0:
                    self.deletes_sent.append(self.made[-1])
                    assert session.delete(f"{at}/{self.made[-1]}", timeout=20).status_code == 204
                    self.deleted.append(self.made[-1])
                if len(self.made) == self._enough:
                    self.reached.set()

    def _login(self, session: requests.Session) -> str:
        form = {"grant_type": "client_credentials"}
        auth = ("simulated-client", "simulated-secret")
        answer = session.post(f"{self._url}/oauth/token", data=form, auth=auth, timeout=20)
        token: str = answer.json()["access_token"]
        return token


@pytest.mark.parametrize("seed", range(3))
def test_kill_9(data: Path, deployment: dict[str, Any], seed: int) -> None:
    """Whatever was answered before the kill is in the file, and the file is whole."""
    chance = random.Random(seed)
    expected: set[str] = set()
    for _ in range(3):
        with subprocess.Popen([*SIMULATE, "--data", str(data)], stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            url = process.stdout.readline().decode().strip().partition("=")[2]
            writers = [Writer(url, deployment, chance.randrange(5, 30)) for _ in range(4)]
            for writer in writers:
                writer.start()
            assert chance.choice(writers).reached.wait(30)
            process.send_signal(signal.SIGKILL)
            for writer in writers:
                writer.join(30)
        with Simulator(data=data) as org:
            dump = org.dump()
        for writer in writers:
            expected |= set(writer.made) - set(writer.deletes_sent)
            assert not set(writer.deleted) & set(dump)
        assert expected <= set(dump)
        # at most one request of each writer was under way
        assert len(dump) - len(expected) <= 3 * len(writers)
        assert all(body == deployment for body in dump.values())
