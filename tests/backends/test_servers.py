"""The servers themselves, with the CLI as their client."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ..real_cli import pulumi
from .kept import Backend, Database, Folder
from .servers import PostgreSQL

Init = Callable[..., str]


@pytest.fixture
def init(pulumi_cli: Path, tmp_path: Path) -> Init:
    """Makes a stack in a backend; what the CLI says to it, to both streams."""
    path = os.pathsep.join((str(pulumi_cli), os.environ["PATH"]))
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", "utf-8")

    def run(*, fails: bool = False, **environ: str) -> str:
        given = {**os.environ, "PATH": path, "PULUMI_CONFIG_PASSPHRASE": "", **environ}
        return pulumi("stack", "init", "dev", cwd=tmp_path, environ=given, fails=fails)

    return run


def test_a_state_is_kept(init: Init, shared_backend: Backend) -> None:
    init(**shared_backend.environ)
    assert b'"checkpoint"' in shared_backend.stored()[".pulumi/stacks/shop/dev.json"]


def test_the_url_needs_no_password(init: Init, postgres: Database) -> None:
    """What stands in a URL is told by `pulumi whoami -v`, and where the database does not open."""
    password = urlsplit(postgres.url).password
    assert password
    url = postgres.url.replace(f":{password}", "")
    init(PULUMI_BACKEND_URL=url, PGPASSWORD=password)
    assert ".pulumi/stacks/shop/dev.json" in postgres.stored()


def test_a_wrong_key_is_refused(init: Init, s3: Folder) -> None:
    said = init(**{**s3.environ, "AWS_SECRET_ACCESS_KEY": "wrong"}, fails=True)
    assert "SignatureDoesNotMatch" in said


def test_a_machine_without_postgresql_gets_one(init: Init) -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = PostgreSQL(Path(folder), path="")
        with server.running():
            database = server.database()
            init(**database.environ)
            assert ".pulumi/stacks/shop/dev.json" in database.stored()
