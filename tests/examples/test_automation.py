"""A fleet of orgs: what fails in one stops no other, and what a crash leaves is taken up again."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from pulumi_widgets.simulator import Reply, Simulator
from tests.backends.kept import Database
from tests.tool.running import in_terminal, screen
from tests.waiting import eventually

from .conftest import named

DEPLOYMENTS = "/api/v2/widgets/deployments"
DOWN = "http://127.0.0.1:9"
ORG = """
{}:
  region: eu-central-1
  deployments:
    support: {{client_type: v2}}
"""


class Fleet:
    """The example with its own file of orgs, in an environment that is not activated.

    Args:
        folder: an empty one.
        script: the clone's `deploy.py`.
        environ: of the CLI.
        names: of the orgs.
    """

    def __init__(
        self, folder: Path, script: Path, environ: Mapping[str, str], names: list[str]
    ) -> None:
        self.folder = folder
        self.file = folder / "orgs.yaml"
        self.temporary = folder / "tmp"
        self.temporary.mkdir(parents=True)
        self.orgs = {name: Simulator(seed=seed) for seed, name in enumerate(names)}
        self._script = script
        ours = Path(sys.executable).parent
        path = [each for each in environ["PATH"].split(os.pathsep) if Path(each) != ours]
        self.environ = {**environ, "PATH": os.pathsep.join(path), "TMPDIR": str(self.temporary)}

    def __enter__(self) -> Fleet:
        with ExitStack() as stack:
            for org, simulator in self.orgs.items():
                self.environ.update(named(org, stack.enter_context(simulator)))
            self._stack = stack.pop_all()
        self.file.write_text("".join(map(ORG.format, self.orgs)), "utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def command(self, *arguments: str) -> list[str]:
        """Its command line."""
        return [sys.executable, str(self._script), *arguments, "--orgs", str(self.file)]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin it, as a shell does: in a session, and a process group, of its own."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def ended(self, *arguments: str) -> tuple[int, str, str]:
        """Run it: its exit code, and what it printed to stdout and stderr."""
        with self.start(*arguments) as process:
            out, err = process.communicate()
        return process.returncode, out, err

    def run(self, *arguments: str, code: int = 0, left: int = 0) -> dict[str, tuple[str, str]]:
        """Run it: each org's result, and its changes or the reason.

        Args:
            arguments: the command and its options.
            code: how it ends.
            left: folders in the system's for temporary ones.
        """
        ended, out, err = self.ended(*arguments)
        assert (ended, err) == (code, ""), out + err
        assert len(list(self.temporary.iterdir())) == left
        return table(out)

    def nothing_to_do(self, *arguments: str) -> bool:
        """Whether it says that no org is left, and ends well."""
        code, out, err = self.ended(*arguments)
        return (code, err) == (0, "") and out.startswith("No org to run: ")

    def slow(self, reply: Reply, *orgs: str) -> None:
        """The next POST of each of these gets this reply."""
        for org in orgs:
            self.orgs[org].script("POST", DEPLOYMENTS, reply)

    def posting(self) -> None:
        """Wait till these POSTs are there."""
        eventually(lambda: not any(each.scripted for each in self.orgs.values()), "POSTs", 120)

    def held(self) -> dict[str, int]:
        """How many deployments each org holds."""
        return {name: len(org.dump()) for name, org in self.orgs.items()}


def table(out: str) -> dict[str, tuple[str, str]]:
    """What the table at the end says; before it comes the same line for each org, once done."""
    assert "\x1b" not in out
    lines, head, rows = out.partition("org ")
    assert head, out
    cells = [re.split(r"  +", row.strip()) for row in rows.splitlines()[1:]]
    assert sorted(line.split() for line in lines.splitlines()) == sorted(
        " ".join(row).split() for row in cells
    )
    return {org: (result, "".join(told[:-1])) for org, result, *told in cells}


def kill_all(leader: int) -> None:
    """What a crash of the machine does to a session; providers have groups of their own in it."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,sess="], capture_output=True, check=True)
    for line in listed.stdout.splitlines():
        pid, session = map(int, line.split())
        if session == leader:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def script(clone: Path) -> Path:
    return clone / "examples/automation/deploy.py"


@pytest.fixture
def fleet(script: Path, environ: Mapping[str, str], tmp_path: Path) -> Iterator[Fleet]:
    """Three orgs, states in a folder."""
    with Fleet(tmp_path / "fleet", script, environ, ["eu", "us", "au"]) as orgs:
        yield orgs


def test_a_crash_then_one_that_is_down(
    script: Path, environ: Mapping[str, str], postgres: Database, tmp_path: Path
) -> None:
    names = [f"org{number:02}" for number in range(20)]
    before, crashed, down, rest = names[:2], names[2:6], names[6], names[7:]
    with Fleet(tmp_path / "fleet", script, {**environ, **postgres.environ}, names) as fleet:
        fleet.slow(Reply.hang(), *crashed)
        with fleet.start("up", "--at-once", "4") as process:
            fleet.posting()
            kill_all(process.pid)
            out, _ = process.communicate()
        made = {name: int(name in before) for name in names}
        assert fleet.held() == made, out

        url = fleet.environ[f"GENESYSCLOUD_{down.upper()}_LOGIN_URL"]
        fleet.environ[f"GENESYSCLOUD_{down.upper()}_LOGIN_URL"] = DOWN
        results = fleet.run("up", "--at-once", "4", code=1, left=1)
        assert list(results) == names
        for name in crashed:
            result, reason = results[name]
            assert result == "failed"
            us = f"locked by {getpass.getuser()}@{socket.gethostname()} (pid "
            assert reason.startswith(us), reason
            assert reason.endswith("which has ended: add --unlock")
        assert results[down][0] == "failed"
        assert "127.0.0.1:9 refused the connection" in results[down][1]
        assert {results[name] for name in before} == {("ok", "2 same")}
        assert {results[name] for name in rest} == {("ok", "2 create")}

        fleet.environ[f"GENESYSCLOUD_{down.upper()}_LOGIN_URL"] = url
        for org in fleet.orgs.values():
            org.reset_calls()
        results = fleet.run("up", "--retry-failed", "--unlock", left=1)
        assert list(results) == [*crashed, down]
        assert {result for result, _ in results.values()} == {"ok"}
        assert fleet.held() == dict.fromkeys(names, 1)
        assert [name for name, org in fleet.orgs.items() if org.requests] == list(results)
        assert not postgres.stored(".pulumi/locks")
        assert fleet.nothing_to_do("up", "--retry-failed")


def test_ctrl_c_ends_in_order(fleet: Fleet, tmp_path: Path) -> None:
    fleet.slow(Reply.drip(0.01), "eu", "us")  # byte by byte, for seconds
    with fleet.start("up", "--at-once", "2") as process:
        fleet.posting()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole group
        out, err = process.communicate()
    assert (process.returncode, err) == (130, "")
    assert table(out) == {
        "eu": ("failed", "update canceled"),
        "us": ("failed", "update canceled"),
        "au": ("failed", "not begun"),
    }
    assert not list((tmp_path / "state").rglob("locks/**/*.json"))
    assert not list(fleet.temporary.iterdir())

    fleet.run("up", "--retry-failed")
    assert fleet.held() == {"eu": 1, "us": 1, "au": 1}


def test_a_life(fleet: Fleet) -> None:
    assert fleet.run("preview", "--only", "eu", "us") == {
        "eu": ("ok", "2 create"),
        "us": ("ok", "2 create"),
    }
    assert fleet.held() == {"eu": 0, "us": 0, "au": 0}
    fleet.run("up", "--only", "eu")
    assert fleet.held() == {"eu": 1, "us": 0, "au": 0}
    [id_] = fleet.orgs["eu"].dump()
    fleet.orgs["eu"].edit(id_, description="by hand")
    assert fleet.run("refresh", "--only", "eu") == {"eu": ("ok", "1 same, 1 update")}

    ran = in_terminal(
        "up", "--orgs", str(fleet.file), "--only", "eu",
        environ=fleet.environ, program=fleet.command()[:2],
    )  # fmt: skip
    assert ran.code == 0
    assert re.search("^eu +━+ 1/1 ", screen(ran.out), re.MULTILINE)
    assert screen(ran.out).splitlines()[-1].split()[:5] == ["eu", "ok", "1", "same,", "1"]

    assert fleet.run("destroy", "--only", "eu") == {"eu": ("ok", "2 delete")}
    assert fleet.held() == {"eu": 0, "us": 0, "au": 0}


def test_what_failed_is_remembered_until_it_is_done(fleet: Fleet) -> None:
    url = fleet.environ["GENESYSCLOUD_US_LOGIN_URL"]
    fleet.environ["GENESYSCLOUD_US_LOGIN_URL"] = DOWN
    assert fleet.run("up", "--only", "eu", "us", code=1)["eu"][0] == "ok"
    assert fleet.nothing_to_do("up", "--retry-failed", "--only", "eu")
    fleet.run("up", "--only", "au")
    fleet.environ["GENESYSCLOUD_US_LOGIN_URL"] = url
    assert fleet.run("up", "--retry-failed") == {"us": ("ok", "1 create, 1 same")}
    assert fleet.nothing_to_do("up", "--retry-failed")


def test_a_killed_cli_is_told(fleet: Fleet) -> None:
    fleet.slow(Reply.hang(), "eu")
    with fleet.start("up", "--only", "eu") as process:
        fleet.posting()
        listed = subprocess.run(
            ["pgrep", "--session", str(process.pid), "--full", "pulumi --non-interactive up"],
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
        for pid in listed.stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        out, _ = process.communicate()
        kill_all(process.pid)
    said = "its Pulumi CLI was killed (signal 9): run it again with --unlock"
    assert table(out) == {"eu": ("failed", said)}


@pytest.mark.parametrize("url", [None, "postgresql://user:hush@127.0.0.1/states"])
def test_where_the_states_are_has_to_be_said(fleet: Fleet, url: str | None) -> None:
    """Else a run would make all orgs' deployments a second time, in states of its own."""
    fleet.environ.pop("PULUMI_BACKEND_URL")
    if url:
        fleet.environ["PULUMI_BACKEND_URL"] = url
    code, out, err = fleet.ended("up")
    assert (code, out) == (2, "")
    assert "PULUMI_BACKEND_URL: must say where the states are" in err
    assert "hush" not in err


def test_where_the_states_are_is_not_to_be_reached(fleet: Fleet) -> None:
    fleet.environ["PULUMI_BACKEND_URL"] = "postgres://user:hush@127.0.0.1:9/states"
    code, out, err = fleet.ended("up")
    assert (code, out) == (1, "")
    assert err.startswith("PULUMI_BACKEND_URL: ")
    assert "refused" in err
    assert err.count("\n") == 1
    assert "hush" not in err


def test_a_lock_that_may_be_of_a_live_run_stays(fleet: Fleet, tmp_path: Path) -> None:
    """Only what a process of ours on this machine has left is taken away."""
    fleet.run("up", "--only", "eu")
    locks = tmp_path / "state/.pulumi/locks/organization/chat/eu"
    with subprocess.Popen(["true"]) as ended:
        pass
    dead = {
        "pid": ended.pid,
        "username": getpass.getuser(),
        "hostname": socket.gethostname(),
        "timestamp": "2026-01-02T03:04:05Z",
    }
    for name, value in (("hostname", "elsewhere"), ("username", "them"), ("pid", os.getpid())):
        for number, content in enumerate((dead, {**dead, name: value})):
            locks.joinpath(f"{number}.json").write_text(json.dumps(content), "utf-8")
        [(result, reason)] = fleet.run("up", "--only", "eu", "--unlock", code=1).values()
        assert result == "failed", name
        assert reason.startswith("locked by "), name
        end = "has ended: pulumi cancel --stack organization/chat/eu"
        assert reason.endswith(end), name
        assert len(list(locks.iterdir())) == 2, name
    locks.joinpath("1.json").unlink()
    assert fleet.run("up", "--only", "eu", "--unlock") == {"eu": ("ok", "2 same")}
    assert not list(locks.iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["destroy"], "destroy: say which, with --only"),
        (["up", "--only", "ue"], "orgs.yaml has no ue"),
        (["up", "--at-once", "0"], "--at-once: 1 or more"),
        (["up", "--unlock"], "another run with --unlock is under way on this machine"),
    ],
)
def test_what_it_refuses(fleet: Fleet, arguments: list[str], said: str) -> None:
    fleet.environ["HOME"] = str(fleet.folder)
    home = os.open(fleet.folder, os.O_RDONLY)
    try:
        fcntl.flock(home, fcntl.LOCK_EX)
        code, out, err = fleet.ended(*arguments)
    finally:
        os.close(home)
    assert (code, out) in ((1, ""), (2, ""))
    assert said in err.splitlines()[-1]
    assert "Traceback" not in err
    assert fleet.held() == {"eu": 0, "us": 0, "au": 0}


NO_ORGS = "must be a mapping of orgs, each with region and deployments"
TWO = """
eu-1: {region: eu-central-1, deployments: {a: {client_type: v2}}}
eu.1: {region: eu-central-1, deployments: {a: {client_type: v2}}}
"""
WRONG = """
eu:
  region: eu-central-1
  deployments: {a: {client_typ: v2}, b: , c: {client_type: v2, org: us}, 1: {client_type: v2}}
us: {region: us-east-1, deployments: }
au: {region: us-east-1, deployments: {}, oauthClientId: xx}
../ap: {}
no: {}
"""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{}", [NO_ORGS]),
        ("", [NO_ORGS]),
        ("[eu, us]", [NO_ORGS]),
        ("eu: [", ["no YAML: while parsing a flow node "]),
        ("eu: {}\nus: {}\neu: {}", ["no YAML: eu stands twice in "]),
        (TWO, ["eu.1: eu-1 has the same variables, GENESYSCLOUD_EU_1_…"]),
        (
            WRONG,
            [
                "eu: a: client_typ: ",
                "eu: a: client_type: ",
                "eu: b: must be a text with a mapping of inputs",
                "eu: c: org: it is the one under which it stands",
                "eu: 1: must be a text with a mapping of inputs",
                "us: deployments must be a mapping of names",
                "au: needs region and deployments, and nothing else",
                "../ap: an org's name is letters, digits, - and . ",
                "False: an org's name is letters, digits, - and . (in quotes, if it is no text)",
            ],
        ),
        (None, ["No such file or directory"]),
    ],
)
def test_a_file_that_cannot_be_used(
    content: str | None,
    said: list[str],
    script: Path,
    environ: Mapping[str, str],
    tmp_path: Path,
) -> None:
    file = tmp_path / "orgs.yaml"
    if content is not None:
        file.write_text(content, "utf-8")
    done = subprocess.run(
        [sys.executable, script, "up", "--orgs", file.name],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert len(lines) == len(said), done.stderr
    for line, each in zip(lines, said, strict=True):
        assert line.startswith(f"orgs.yaml: {each}"), done.stderr
