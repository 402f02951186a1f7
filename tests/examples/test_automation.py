"""Many stacks at once; one of them fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pulumi_widgets.simulator import Simulator

from .conftest import named

FOLDER = Path("examples/automation")
BROKEN = """
au:
  region: ap-southeast-2
  deployments:
    support: {client_type: v2}
"""


def test_life(clone: Path, environ: Mapping[str, str], simulated_org: Simulator) -> None:
    folder = clone / FOLDER
    with Simulator() as europe, Simulator() as australia:
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
