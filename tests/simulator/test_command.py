"""``pulumi-widgets simulate`` as a user runs it: in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from pulumi_widgets.simulator import Faults, Simulator

PROGRAM = [sys.executable, "-c", "from pulumi_widgets.cli import main; main()"]
SIMULATE = [*PROGRAM, "simulate"]
# a command that says how it was interrupted, after it has said that it can be; signals that it
# blocks wait for it, so none is lost between two of its steps
PATIENT = """
import os, signal, sys, urllib.request
signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
print("ready", flush=True)
got = signal.sigwait(signals)
url = os.environ["GENESYSCLOUD_BASE_URL"] + "/_simulator/calls"
status = urllib.request.urlopen(url).status
print("got", got.name, status, *signal.sigpending() & signals, flush=True)
sys.exit(3)
"""
COUNTING = """
import signal
signals = {signal.SIGTERM, signal.SIGHUP}
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
print("ready", flush=True)
while (got := signal.sigwait(signals)) != signal.SIGHUP:
    print(got.name, flush=True)
print(got.name, *signal.sigpending() & signals, flush=True)
"""
DEFAULT = """
import signal, time
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, flush=True)
while True:
    time.sleep(0.05)
"""


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SIMULATE, *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, **environ},
    )


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """``start("--", …)``: the command in a process group of its own, as a shell makes one."""
    running: list[subprocess.Popen[str]] = []

    def kill() -> None:
        for process in running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*SIMULATE, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        running.append(process)
        return process

    # a process that never says what a test waits for ends, and the test with it
    timer = threading.Timer(60, kill)
    timer.start()
    yield start
    timer.cancel()
    kill()
    for process in running:
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_a_command_sees_the_org_and_nothing_else() -> None:
    show = "import json, os; print(json.dumps(dict(os.environ)))"
    done = run(
        "--",
        sys.executable,
        "-c",
        show,
        GENESYSCLOUD_ACCESS_TOKEN="real",
        GENESYSCLOUD_OAUTHCLIENT_SECRET="real",
        GENESYSCLOUD_REGION="eu-west-1",
        OTHER="kept",
    )
    seen = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert seen["OTHER"] == "kept"
    ours = {k: v for k, v in seen.items() if k.startswith("GENESYSCLOUD_")}
    assert set(ours) == {
        f"GENESYSCLOUD_{name}"
        for name in ("BASE_URL", "LOGIN_URL", "OAUTHCLIENT_ID", "OAUTHCLIENT_SECRET")
    }
    assert "real" not in ours.values()


def test_a_data_file_has_an_address_of_its_own(tmp_path: Path) -> None:
    """A state remembers where its org is, and finds it there with the next command."""

    def address(*arguments: str) -> str:
        return run(*arguments, "--", "sh", "-c", "echo $GENESYSCLOUD_BASE_URL").stdout.strip()

    (tmp_path / "link").symlink_to(tmp_path / "one")
    data = [str(tmp_path / name) for name in ("one", "one", "link", "other")]
    one, again, linked, other = [address("--data", each) for each in data]
    assert one == again == linked != other
    with socket.create_server(("127.0.0.1", int(one.rpartition(":")[2]))):
        done = run("--data", data[0], "--", "true")
        assert done.returncode == 2
        assert done.stderr.endswith("Address already in use; --port chooses another\n")
    assert address("--data", data[0], "--port", "0") != one


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["sh", "-c", "exit 7"], 7),
        (["sh", "-c", "kill -9 $$"], 137),
        (["--", "sh", "-c", "cat; exit 5"], 5),
    ],
)
def test_the_exit_code_is_the_commands(command: list[str], code: int) -> None:
    done = run(*command)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")


def test_no_such_command() -> None:
    done = run("--", "no-such-command")
    assert (done.returncode, done.stdout) == (127, "")
    assert done.stderr == "Error: no-such-command: No such file or directory\n"
    assert run("--", "/").returncode == 126


def test_ctrl_c_goes_to_the_command(start: Callable[..., subprocess.Popen[str]]) -> None:
    process = start("--", sys.executable, "-c", PATIENT)
    assert line(process) == "ready"
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole group
    # once, and the org still answers while the command ends
    assert line(process) == "got SIGINT 200"
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (3, "", "")


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_are_passed_on(
    start: Callable[..., subprocess.Popen[str]], signum: signal.Signals
) -> None:
    process = start("--", sys.executable, "-c", PATIENT)
    assert line(process) == "ready"
    process.send_signal(signum)
    assert line(process) == f"got {signum.name} 200"
    assert process.wait(20) == 3


def test_a_signal_is_passed_on_once(start: Callable[..., subprocess.Popen[str]]) -> None:
    """To Pulumi, a second one means "now"; ``timeout`` signals the process and its group."""
    process = start("--", sys.executable, "-c", COUNTING)
    assert line(process) == "ready"
    process.send_signal(signal.SIGTERM)
    assert line(process) == "SIGTERM"
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGHUP)
    assert line(process) == "SIGHUP"
    assert process.communicate(timeout=20)[0] == ""


def test_a_command_is_interruptible_as_usual(start: Callable[..., subprocess.Popen[str]]) -> None:
    process = start("--", sys.executable, "-c", DEFAULT)
    assert line(process) == "True"
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(20) == 130


def test_ctrl_c_on_a_real_terminal() -> None:
    """The command has the terminal, and ^C typed there reaches it once."""
    # a process with one thread makes the terminal: to fork one with threads is deprecated
    terminal = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    with subprocess.Popen(
        [sys.executable, "-c", terminal, *SIMULATE, "--", sys.executable, "-c", PATIENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == b"ready\r\n"
        process.stdin.write(b"\x03")
        assert process.stdout.readline().strip() == b"^Cgot SIGINT 200"
        assert process.wait(20) == 3
        assert process.stdout.read() == b""


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_alone_it_serves_till_ctrl_c(
    start: Callable[..., subprocess.Popen[str]], signum: signal.Signals
) -> None:
    process = start("--double-post", "2", "--read-lag", "1.5")
    lines = [line(process) for _ in range(5)]
    assert lines[0] == "unset GENESYSCLOUD_REGION GENESYSCLOUD_ACCESS_TOKEN"
    exports = dict(each.removeprefix("export ").split("=", 1) for each in lines[1:])
    faults = requests.get(f"{exports['GENESYSCLOUD_BASE_URL']}/_simulator/faults", timeout=10)
    control = requests.get(f"{exports['GENESYSCLOUD_BASE_URL']}/_simulator/", timeout=10)
    seed = control.json()["seed"]
    assert {"double_post": 2, "read_lag": 1.5}.items() <= faults.json().items()
    process.send_signal(signum)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "")
    url = exports["GENESYSCLOUD_BASE_URL"]
    assert err == (
        f"A simulated org is at {url} till Ctrl-C; a browser shows it there. --seed {seed} "
        "repeats it.\n"
    )


def test_no_page(start: Callable[..., subprocess.Popen[str]]) -> None:
    process = start("--no-page")
    exports = [line(process) for _ in range(5)]
    url = exports[1].partition("=")[2]
    assert requests.get(f"{url}/", timeout=10).status_code == 404
    assert requests.get(f"{url}/_simulator/events", timeout=10).status_code == 404
    assert requests.get(f"{url}/_simulator/deployments", timeout=10).json() == {}
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert err.startswith(f"A simulated org is at {url} till Ctrl-C. --seed")


def test_a_command_runs_in_the_org_that_serves_already(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    data, link = tmp_path / "org", tmp_path / "link"
    process = start("--data", str(data), "--port", "0")
    url = [line(process) for _ in range(5)][1].partition("=")[2]
    link.symlink_to(data)
    add = """
        import os, urllib.request as r
        url = os.environ["GENESYSCLOUD_BASE_URL"] + "/_simulator/deployments"
        r.urlopen(r.Request(url, method="POST", data=b'{"name": "by the command"}'))
        raise SystemExit(len([name for name in os.environ if name.startswith("GENESYSCLOUD_")]))
    """
    command = ["--", sys.executable, "-c", textwrap.dedent(add)]
    done = run("--data", str(link), *command, GENESYSCLOUD_ACCESS_TOKEN="real")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == f"{link}: its org is at {url} already; the command runs there.\n"
    (body,) = requests.get(f"{url}/_simulator/deployments", timeout=10).json().values()
    assert body == {"name": "by the command"}

    # an org with other settings was asked for
    done = run("--data", str(data), "--errors", "1", "--no-page", *command)
    said = f"Error: {data}: its org is at {url} already"
    assert (done.returncode, done.stderr) == (
        2,
        f"{said}, and was started without: --no-page, --errors\n",
    )
    done = run("--data", str(data))
    assert (done.returncode, done.stderr) == (2, f"{said}\n")
    # a file of another org, though this one's port is named
    with Simulator(data=tmp_path / "held"):
        done = run("--data", str(tmp_path / "held"), "--port", url.rpartition(":")[2], *command)
        assert (done.returncode, done.stderr) == (
            2,
            f"Error: {tmp_path / 'held'}: in use by another simulator, around a command: wait till "
            "that ends\n",
        )
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert run("--data", str(data), *command).returncode == 4  # in one of its own again


def test_the_file_of_an_org_that_serves_is_gone(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    data = tmp_path / "org"
    process = start("--data", str(data))
    url = [line(process) for _ in range(5)][1].partition("=")[2]
    data.unlink()
    done = run("--data", str(data), "--", "true")
    said = f"Error: {data}: its org is at port {url.rpartition(':')[2]}, without this file\n"
    assert (done.returncode, done.stderr) == (2, said)


def test_an_org_around_a_command_is_that_commands_alone(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    """It ends with the command, whoever else is in it."""
    data = str(tmp_path / "org")
    process = start("--data", data, "--", sys.executable, "-c", PATIENT)
    assert line(process) == "ready"
    done = run("--data", data, "--", "true")
    said = f"Error: {data}: in use by another simulator, around a command: wait till that ends\n"
    assert (done.returncode, done.stderr) == (2, said)


def test_every_fault_is_a_switch() -> None:
    show = """
        import os, sys, urllib.request as r
        url = os.environ["GENESYSCLOUD_BASE_URL"] + "/_simulator/faults"
        sys.stdout.write(r.urlopen(url).read().decode())
    """
    switches = """
        --double-post=5 --read-lag=2 --delete-lag=3 --listing-lag=4 --get-lag=6 --uneven-lags
        --late-twins=7.5 --delete-404=8 --conflicts=0.08 --lost-answers=0.2
        --lost-as=reset --lost-as=hang --hang=9 --errors=0.05 --resets=0.06 --throttle=0.07
        --retry-after=2 --on-login --empty-as=null --adds={"a":1} --listing-omits=flow
        --listing-omits=clientConfig --reorders --respells
    """
    done = run(*switches.split(), "--", sys.executable, "-c", textwrap.dedent(show))
    assert json.loads(done.stdout) == {
        "double_post": 5,
        "read_lag": 2,
        "delete_lag": 3,
        "listing_lag": 4,
        "get_lag": 6,
        "uneven_lags": True,
        "late_twins": 7.5,
        "delete_404": 8,
        "conflicts": 0.08,
        "lost_answers": 0.2,
        "lost_as": ["reset", "hang"],
        "hang": 9,
        "errors": 0.05,
        "resets": 0.06,
        "throttle": 0.07,
        "retry_after": 2,
        "on_login": True,
        "empty_as": "null",
        "adds": {"a": 1},
        "listing_omits": ["flow", "clientConfig"],
        "reorders": True,
        "respells": True,
    }


def test_a_fault_is_described_once() -> None:
    """What the switch says is what Python and the control endpoint say."""
    shown = " ".join(run("--help").stdout.split())
    for name, said in Faults.described().items():
        assert f"--{name.replace('_', '-')}" in shown
        assert f"{name}: {said}" in (Faults.__doc__ or "")
        assert said.rpartition(" (")[0] in shown


def test_limit_scopes_and_seed() -> None:
    """The switches that are no faults, as the org obeys them."""
    tries = """
        import json, os, base64, urllib.request as r, urllib.error as e
        env, answers = os.environ, []
        url = env["GENESYSCLOUD_BASE_URL"]
        login = env["GENESYSCLOUD_OAUTHCLIENT_ID"] + ":" + env["GENESYSCLOUD_OAUTHCLIENT_SECRET"]
        def ask(path, body, headers):
            try:
                return json.load(r.urlopen(r.Request(url + path, body, headers)))
            except e.HTTPError as error:
                return json.load(error)
        basic = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()}
        token = ask("/oauth/token", b"grant_type=client_credentials", basic)["access_token"]
        sent = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
        made = [ask("/api/v2/widgets/deployments", b"{}", sent) for _ in range(12)]
        print(json.dumps([each.get("id", each.get("code")) for each in made]))
    """

    def made(*arguments: str) -> list[str]:
        done = run(*arguments, "--", sys.executable, "-c", textwrap.dedent(tries))
        assert done.returncode == 0, done.stderr
        answers: list[str] = json.loads(done.stdout)
        return answers

    full, scope = "maximum.deployments.exceeded", "app.not.authorized.for.scope"
    first, second = made(), made("--scope=widgets")
    assert first[10:] == second[10:] == [full] * 2
    assert set(first) & set(second) == {full}
    few, many = made("--seed=3", "--limit=3"), made("--seed=3", "--limit=0")
    assert few == many[:3] + [full] * 9
    assert full not in many
    assert made("--scope=widgets:readonly") == [scope] * 12


def test_it_cannot_start(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("no JSON")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        cases = [
            (
                ["--port", port],
                f"Error: port {port}: Address already in use; --port chooses another\n",
            ),
            (["--data", str(pipe)], f"Error: {pipe}: not a regular file\n"),
            (["--data", str(bad)], f"Error: {bad}: line 1 is not a data file of the simulator\n"),
            (
                ["--data", str(tmp_path / "no" / "x")],
                f"Error: {tmp_path / 'no' / 'x'}: No such file or directory\n",
            ),
            (
                ["--double-post", "2.5"],
                "Error: double_post is a whole number or a probability, not 2.5\n",
            ),
        ]
        for arguments, said in cases:
            done = run(*arguments, "--", "true")
            assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


@pytest.mark.parametrize("missing", ["click", "rich", "werkzeug"])
def test_an_extra_that_is_not_installed(missing: str) -> None:
    program = f"import sys; sys.modules[{missing!r}] = None; {PROGRAM[2]}"
    done = subprocess.run(
        [sys.executable, "-c", program, "simulate"], capture_output=True, text=True, timeout=30
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert 'pip install "path/to/the/checkout[cli]"' in done.stderr


def test_the_fixtures(tmp_path: Path) -> None:
    """A user's test, run by pytest in a process of its own, finds them without any import."""
    (tmp_path / "test_program.py").write_text(
        textwrap.dedent(
            """
            import os, sys, pytest

            @pytest.fixture(scope="session", autouse=True)
            def nothing_is_imported_before_it_is_asked_for():
                assert "werkzeug" not in sys.modules

            def test_alone(simulated_org):
                assert "GENESYSCLOUD_BASE_URL" not in os.environ
                assert os.environ["GENESYSCLOUD_REGION"] == "eu-west-1"
                simulated_org.add({"name": "x", "clientType": "v1"})
                assert simulated_org.seed == 0  # the same ids in each run

            def test_with_the_environment(simulated_org_environ):
                assert os.environ["GENESYSCLOUD_BASE_URL"] == simulated_org_environ.url
                assert "GENESYSCLOUD_REGION" not in os.environ
                assert simulated_org_environ.dump() == {}

            def test_afterwards():
                assert os.environ["GENESYSCLOUD_REGION"] == "eu-west-1"
            """
        )
    )
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("GENESYSCLOUD_", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"],
        cwd=tmp_path,
        env={**environ, "GENESYSCLOUD_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
