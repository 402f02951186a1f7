"""``--debug``: each request on stderr, and nothing that is secret."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pulumi_widgets import cli
from pulumi_widgets.simulator import Reply, Simulator

from .running import in_process, in_terminal, run, screen

PATH = "/api/v2/widgets/deployments"


@pytest.fixture(autouse=True)
def org(
    simulated_org_environ: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    monkeypatch.chdir(tmp_path)
    simulated_org_environ.add({"name": "Support", "clientType": "v2"}, deployment_id="support-id")
    return simulated_org_environ


def test_each_request_is_told(org: Simulator) -> None:
    ran = in_process("show", "Support", "--json", "--debug")
    assert ran.code == 0
    assert json.loads(ran.out)["id"] == "support-id"
    host = urlsplit(org.url).netloc
    ends = r": 200 in \d+ ms \(correlation id [0-9a-f-]{36}\)$"
    lines = ran.err.splitlines()
    for line, call in zip(
        lines, [f"POST {host}/oauth/token", f"GET {PATH}", f"GET {PATH}/support-id"], strict=True
    ):
        assert re.fullmatch(re.escape(call) + ends, line)


def test_failures_and_retries_are_told(org: Simulator) -> None:
    org.script("GET", PATH, Reply.error(503), Reply.reset())
    err = run("list", "--debug").err
    assert re.search(rf"^GET {PATH}: 503 in \d+ ms \(correlation id .+\)$", err, re.MULTILINE)
    assert re.search(r"^Try 1 failed; the next one comes in 0\.\d s\.$", err, re.MULTILINE)
    assert re.search(rf"^GET {PATH}: the connection broke .*, after \d+ ms$", err, re.MULTILINE)


def test_no_secret_is_told(org: Simulator) -> None:
    secret = org.environ["GENESYSCLOUD_OAUTHCLIENT_SECRET"]
    org.script(
        "GET",
        PATH,
        Reply(503, json={"message": secret}, headers={"ININ-Correlation-Id": f"x-{secret}"}),
        Reply.passed(),
    )
    err = run("list", "--debug").err
    assert "(correlation id x-[secret])" in err
    for each in (secret, org.environ["GENESYSCLOUD_OAUTHCLIENT_ID"], "Bearer", "Basic"):
        assert each not in err


def test_it_ends_with_the_command(org: Simulator) -> None:
    assert run("list", "--debug").err
    assert run("list").err == ""
    assert not logging.getLogger("pulumi_widgets.api").isEnabledFor(logging.DEBUG)


def test_in_a_terminal() -> None:
    shown = screen(in_terminal("list", "--debug").out)
    assert f"\rGET {PATH}: 200 in" in shown


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_which_commands_have_it(name: str) -> None:
    assert ("--debug" in run(name, "--help").out) == (name != "simulate")
    assert run(name, "--help").out == run(name, "--help").out
