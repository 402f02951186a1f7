"""Looked up and taken over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pulumi_widgets.simulator import Simulator

from .conftest import Program, counts

FOLDER = Path("examples/existing_org")
MAIN = "__main__.py"


def test_life(clone: Path, environ: Mapping[str, str], simulated_org: Simulator) -> None:
    program = Program(clone / FOLDER, environ)
    printed = program.run("preview", fails=True)
    assert "error: get_widget_deployment: no deployment is named 'Support'\n" in printed
    assert "Traceback" not in printed

    theirs = {"name": "Support", "clientType": "v2", "disabled": True}
    key = simulated_org.add(theirs)
    other = simulated_org.add({"name": "Other", "clientType": "v1", "disabled": True})
    assert counts(program.run("preview")) == "+ 2 to create"
    assert simulated_org.dump()[key] == theirs

    assert program.up() == "+ 2 created"
    assert program.outputs() == {
        "support_key": key,
        "disabled": {key: "Support", other: "Other"},
    }
    assert simulated_org.dump()[key]["description"] == "Chat on the support pages"
    assert simulated_org.dump()[key]["disabled"] is False

    # as its comment says
    program.replace(MAIN, "    adopt_id=found.id,\n", "")
    program.replace(MAIN, 'found = get_widget_deployment(name="Support")\n', "")
    assert program.up() == "2 unchanged"

    printed = program.run("destroy", "--yes", "--skip-preview", fails=True)
    assert "protected" in printed
    assert simulated_org.dump().keys() == {key, other}
