"""One program, two orgs: one by the stack configuration, one by the environment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pulumi_widgets.simulator import Simulator

from .conftest import Program, counts, named

FOLDER = Path("examples/several_orgs")


def test_life(clone: Path, environ: Mapping[str, str], simulated_org: Simulator) -> None:
    with Simulator(seed=1) as europe:
        program = Program(clone / FOLDER, {**environ, **named("us", simulated_org)})
        printed = program.run("preview", fails=True)
        assert "unknown org 'eu' (did you mean 'us'?)" in printed or "known are us" in printed

        client_id, secret = list(europe.environ.values())[2:]
        for key, value in (
            ("region", "eu-central-1"),
            ("baseUrl", europe.url),
            ("loginUrl", europe.url),
            ("oauthClientId", client_id),
        ):
            program.run("config", "set", "--path", f"genesyscloud:orgs.eu.{key}", value)
        program.run(
            "config", "set", "--secret", "--path", "genesyscloud:orgs.eu.oauthClientSecret", secret
        )
        assert program.up() == "+ 3 created"
        keys = program.outputs()["keys"]
        for org, simulator in (("eu", europe), ("us", simulated_org)):
            assert {
                id_: (body["name"], body["allowedDomains"])
                for id_, body in simulator.dump().items()
            } == {keys[org]: ("Chat", [f"{org}.example.com"])}
            assert simulator.calls["POST /oauth/token"] == 1
        state = program.run("stack", "export")
        assert json.loads(state)["deployment"]["resources"]
        assert secret not in state

        assert counts(program.run("destroy", "--yes", "--skip-preview")) == "- 3 deleted"
        assert europe.dump() == simulated_org.dump() == {}
