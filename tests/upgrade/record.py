"""``python -m tests.upgrade.record NAME``: records the state that this version writes."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

# not a package: the programs in tools/pulumi import each other as scripts do
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "pulumi"))

import install

from pulumi_widgets.simulator import Faults, Simulator

from .project import CLIENTS, STACK, Project
from .recording import RECORDED, Recording

PROGRAM = Path(__file__).parent / "program" / "__main__.py"
ADDS = {"clientConfig": {"v1": {"webChatSkin": "basic"}}}
BEFORE: dict[str, dict[str, Any]] = {
    "theirs": {
        "name": "Theirs",
        "clientType": "v1",
        "description": "somebody else's",
        "flow": {"id": "flow-3"},
        "allowedDomains": ["theirs.example"],
    },
    "adopted": {"name": "Adopted", "clientType": "v1", "description": "as recorded"},
    "adopted-once": {"name": "Before", "clientType": "v2"},
    "adopted-secretly": {"name": "Before", "clientType": "v2"},
    "imported": {
        "name": "Imported",
        "clientType": "v2",
        "description": "as recorded",
        "flow": {"id": "flow-2"},
        "allowedDomains": ["www.example.com"],
        "clientConfig": {"v2": {"theme": "dark"}, "v1": {"webChatSkin": "basic"}},
    },
}
"""What the org without a name holds before."""


def record(recording: Recording) -> None:
    """Deploy the program to new orgs, and write down what the stack and they hold then.

    Raises:
        FileExistsError: it is there already.
    """
    name = recording.folder.name
    if recording.folder.exists():
        raise FileExistsError(f"{name}: a recording never changes; give another name")
    with (
        tempfile.TemporaryDirectory() as made,
        Simulator(seed=1, clients=CLIENTS, limit=None) as nameless,
        Simulator(seed=2, clients=CLIENTS, faults=Faults(adds=ADDS)) as eu,
    ):
        orgs = {"": nameless, "eu": eu}
        for id_, body in BEFORE.items():
            nameless.add(body, deployment_id=id_)
        eu.add(BEFORE["theirs"], deployment_id="theirs")
        eu.add(BEFORE["adopted-once"], deployment_id="adopted-in-eu")

        folder = Path(made)
        shutil.copy(PROGRAM, folder)
        project = Project(folder, install.cli_directory(), orgs)
        [(client, secret)] = CLIENTS.items()
        path = "genesyscloud:orgs.eu.oauthClient"
        project.run("pulumi", "config", "set", "--path", f"{path}Id", client)
        project.run("pulumi", "config", "set", "--path", "--secret", f"{path}Secret", secret)
        project.run("pulumi", "up", "--yes", "--skip-preview", step="adopt")
        tool = (sys.executable, "-c", "from pulumi_widgets.cli import main; main()")
        project.run(*tool, "import", "--yes", "imported", "imported")
        project.pulumi("up", "--yes", "--skip-preview")

        files = {
            each: (folder / each).read_text("utf-8")
            for each in ("__main__.py", f"Pulumi.{STACK}.yaml")
        }
        recording.write(files, json.loads(project.run("pulumi", "stack", "export")), orgs)


if __name__ == "__main__":
    [given] = sys.argv[1:]
    record(Recording(RECORDED / given))
