"""Many stacks at once; one of them fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from pulumi_widgets.simulator import Simulator

from .conftest import named

FOLDER = Path("examples/automation")
BROKEN = """
au:
  region: ap-southeast-2
  deployments:
    support: {client_type: v2}
"""
ODD = """
no:
  region: eu-central-1
  deployments:
    support: {client_type: v2}
empty:
us:
  region: us-east-1
  deployments:
    support: {client_type: v2}
"""


def test_life(clone: Path, environ: Mapping[str, str], simulated_org: Simulator) -> None:
    folder = clone / FOLDER
    with Simulator(seed=1) as europe, Simulator(seed=2) as australia:
        orgs = {"eu": europe, "us": simulated_org, "au": australia}
        variables = {
            name: value
            for org, simulator in orgs.items()
            for name, value in named(org, simulator).items()
        }
        variables["GENESYSCLOUD_AU_OAUTHCLIENT_SECRET"] = "wrong"

        def deploy(command: str, code: int) -> list[str]:
            done = subprocess.run(
                [sys.executable, "deploy.py", command],
                cwd=folder,
                env={**environ, **variables},
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            assert done.returncode == code, done.stdout + done.stderr
            return done.stdout.splitlines()

        assert deploy("preview", 0) == [
            "org  result  changes",
            "eu   ok      3 create",
            "us   ok      2 create",
        ]
        assert not any(each.dump() for each in orgs.values())

        with (folder / "orgs.yaml").open("a", encoding="utf-8") as file:
            file.write(BROKEN)
        _, eu, us, au = deploy("up", 1)
        assert (eu, us) == ("eu   ok      3 create", "us   ok      2 create")
        assert au.startswith("au   failed  pulumi_widgets.errors.UnauthorizedError: POST 127.0.0.1")
        assert {org: len(each.dump()) for org, each in orgs.items()} == {"eu": 2, "us": 1, "au": 0}
        states = folder / "state" / ".pulumi" / "stacks" / "chat"
        assert {each.stem for each in states.glob("*.json")} == orgs.keys()

        del variables["GENESYSCLOUD_AU_OAUTHCLIENT_SECRET"]
        variables.update(named("au", australia))
        _, eu, us, au = deploy("up", 0)
        assert (eu, us) == ("eu   ok      3 same", "us   ok      2 same")
        assert au.startswith("au   ok      ")
        assert len(australia.dump()) == 1


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("{}", 0, ""),
        ("", 1, "orgs.yaml: must be a mapping of orgs, each with region and deployments\n"),
        ("[eu, us]", 1, "orgs.yaml: must be a mapping of orgs, each with region and deployments\n"),
        ("eu: [", 1, "orgs.yaml: no YAML: while parsing a flow node "),
        (None, 1, "orgs.yaml: No such file or directory\n"),
    ],
)
def test_a_file_of_no_orgs(
    content: str | None, code: int, said: str, clone: Path, tmp_path: Path
) -> None:
    file = tmp_path / "orgs.yaml"
    if content is not None:
        file.write_text(content, "utf-8")
    done = subprocess.run(
        [sys.executable, clone / FOLDER / "deploy.py", "preview", "--orgs", file.name],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr[: len(said)]) == (code, said), done.stderr
    assert done.stderr.count("\n") == code
    assert done.stdout == ("" if code else "org  result  changes\n")


def test_odd_entries_stop_no_other(
    clone: Path, environ: Mapping[str, str], simulated_org: Simulator, tmp_path: Path
) -> None:
    """YAML takes the key `no` for false, and an entry may be empty."""
    file = tmp_path / "orgs.yaml"
    file.write_text(ODD, "utf-8")
    done = subprocess.run(
        [sys.executable, "deploy.py", "preview", "--orgs", file],
        cwd=clone / FOLDER,
        env={**environ, **named("us", simulated_org)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stderr
    _, no, empty, us = done.stdout.splitlines()
    assert no.startswith("False  failed  ")
    assert empty.startswith("empty  failed  ")
    assert us == "us     ok      2 create"
