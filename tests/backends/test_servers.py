"""The servers themselves."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .kept import Backend


def test_the_cli_keeps_its_states_there(
    shared_backend: Backend, pulumi_cli: Path, tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", "utf-8")
    subprocess.run(
        [pulumi_cli / "pulumi", "stack", "init", "dev", "--non-interactive"],
        cwd=tmp_path,
        env={**os.environ, **shared_backend.environ, "PULUMI_CONFIG_PASSPHRASE": ""},
        check=True,
    )
    assert b'"checkpoint"' in shared_backend.stored()[".pulumi/stacks/shop/dev.json"]
