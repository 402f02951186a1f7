"""The root's own program: `pulumi up` in a clone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pulumi_widgets.simulator import Simulator

from .conftest import Program, counts

MAIN = "examples/quickstart/__main__.py"


def test_life(clone: Path, environ: Mapping[str, str], simulated_org: Simulator) -> None:
    program = Program(clone, environ)

    assert counts(program.run("preview")) == "+ 3 to create"
    assert simulated_org.dump() == {}

    assert program.up() == "+ 3 created"
    keys = program.outputs()
    assert sorted(keys) == ["checkout_key", "support_key"]
    dump = simulated_org.dump()
    assert set(dump) == set(keys.values())
    assert dump[keys["support_key"]]["clientConfig"]["v2"]["proactive"] == {"afterSeconds": 30}
    assert dump[keys["checkout_key"]]["description"].endswith(keys["support_key"])

    assert program.up() == "3 unchanged"

    program.replace(MAIN, "Chat on the support pages", "Chat on our support pages")
    program.replace(MAIN, '"support.example.com"', '"help.example.com"')
    preview = program.run("preview", "--diff")
    assert '[1]: "support.example.com" => "help.example.com"' in preview
    assert "+ checkout" not in preview
    assert program.up() == "~ 1 updated, 2 unchanged"
    support = simulated_org.dump()[keys["support_key"]]
    assert support["description"] == "Chat on our support pages"
    assert support["allowedDomains"] == ["www.example.com", "help.example.com"]

    assert counts(program.run("destroy", "--yes", "--skip-preview")) == "- 3 deleted"
    assert simulated_org.dump() == {}
