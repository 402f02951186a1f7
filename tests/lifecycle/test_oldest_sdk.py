"""With the oldest SDK, requests and Python that the package allows."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pulumi_widgets.simulator import Simulator
from pulumi_widgets.simulator.spelling import flow_name
from tests import oldest

from .conftest import NewLife
from .lifecycle import LifeCycle
from .programs import Program, deployment, existing, output_of, secret
from .steps import CREATE, READ, Step, given_up, update

pytestmark = pytest.mark.tree

CONFIG = {
    "v1": {"webChatSkin": "basic", "authenticationUrl": "https://a.example/v1"},
    "v1-http": {"webChatSkin": "modern-caret-skin"},
    "v2": {"__typename": "Config", "snake_case": [1, {"__nested": "deep"}]},
    "third-party": {"any": {"thing": True}},
}
FIELDS: dict[str, Any] = {
    "name": "Full",
    "description": "Every field",
    "client_type": "v1",
    "authentication_required": True,
    "disabled": True,
    "flow_id": "flow-1",
    "allowed_domains": ["b.example", "a.example"],
}
FLOW = {"id": "flow-1", "name": flow_name("flow-1"), "selfUri": "/api/v2/flows/flow-1"}


@pytest.fixture(scope="module")
def environment() -> Path:
    """What `virtualenv:` names."""
    return oldest.environment()


def test_a_life(new_life: NewLife, org: Simulator, environment: Path) -> None:
    org.add({"name": "Old", "clientType": "v2"}, deployment_id="old")
    life = new_life(secrets=("hush-",), virtualenv=environment)
    life.engine.environ["PYTHONPATH"] = str(oldest.CLONE)
    program: Program = {
        "full": deployment(**FIELDS, client_config=CONFIG),
        "secret-flow": deployment(flow_id=secret("hush-flow")),
        "secret-text": deployment(description=secret("hush-one")),
        "secret-domain": deployment(allowed_domains=["a.example", secret("hush-d.example")]),
        "secret-config": deployment(client_config={"v2": {"__key": [secret("hush-one")]}}),
        "linked": deployment(flow_id=output_of("full", "flow", "id")),
        "adopted": deployment(name="Old", adopt_id="old"),
        "theirs": existing("others"),
    }
    exports = {name: output_of("full", name) for name in ("client_config", "flow", "self_uri")}
    ours = [name for name in program if name != "theirs"]

    def is_what_was_declared(life: LifeCycle) -> None:
        full = life.id("full")
        assert life.org.dump()[full] == {
            "name": "Full",
            "description": "Every field",
            "clientType": "v1",
            "authenticationRequired": True,
            "disabled": True,
            "flow": {"id": "flow-1"},
            "allowedDomains": ["b.example", "a.example"],
            "clientConfig": CONFIG,
        }
        held = life.org.dump()
        assert held[life.id("secret-flow")]["flow"] == {"id": "hush-flow"}
        assert held[life.id("secret-config")]["clientConfig"] == {"v2": {"__key": ["hush-one"]}}
        assert life.id("adopted") == "old"
        assert json.loads(life.engine.cli("stack", "output", "--json")) == {
            "client_config": CONFIG,
            "flow": FLOW,
            "self_uri": f"/api/v2/widgets/deployments/{full}",
        }

    changed: Program = {
        **program,
        "full": deployment(**FIELDS, client_config={**CONFIG, "v2": {"__typename": "Other"}}),
        "linked": deployment(flow_id="flow-2"),
        "secret-text": deployment(description=secret("hush-hush")),
    }
    life.run(
        [
            Step(
                why="create",
                program=program,
                exports=exports,
                before=(given_up("old"),),
                expect={**dict.fromkeys(ours, CREATE), "theirs": READ},
            ),
            Step(
                why="update",
                before=(is_what_was_declared,),
                program=changed,
                expect={
                    "full": update("~clientConfig.v2.__typename", "-clientConfig.v2.snake_case"),
                    "linked": update("~flowId"),
                    "secret-text": update("~description"),
                    "theirs": READ,
                },
            ),
        ]
    )


def test_the_provider_in_its_process(environment: Path) -> None:
    done = subprocess.run(
        [
            environment / "bin" / "python",
            *("-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("-p", "pulumi_widgets.simulator.pytest_plugin"),
            "tests/provider/test_provider_process.py",
        ],
        cwd=oldest.CLONE,
        # the clone may hold the package's metadata, and with them the plugin, or not
        env={
            **os.environ,
            "PYTHONPATH": str(oldest.CLONE),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
