"""Backends that stacks of any test can have."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .kept import Backend, Database, Folder
from .servers import S3, MissingError, PostgreSQL

__all__ = ["postgres", "postgres_server", "s3", "s3_server", "shared_backend"]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgreSQL]:
    """A server of PostgreSQL, as long as the tests of this process run."""
    # not pytest's own folder for a session: no other user can go into it
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        try:
            server = PostgreSQL(Path(folder))
        except MissingError as missing:
            pytest.skip(str(missing))
        with server.running():
            yield server


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """A server of S3, as long as the tests of this process run."""
    try:
        server = S3(tmp_path_factory.mktemp("s3"))
    except MissingError as missing:
        pytest.skip(str(missing))
    with server.running():
        yield server


@pytest.fixture
def postgres(postgres_server: PostgreSQL) -> Database:
    """An empty database: ``postgres.environ`` is for the CLI."""
    return postgres_server.database()


@pytest.fixture
def s3(s3_server: S3) -> Folder:
    """An empty bucket: ``s3.environ`` is for the CLI."""
    return s3_server.bucket()


@pytest.fixture(params=["postgres", "s3"])
def shared_backend(request: pytest.FixtureRequest) -> Backend:
    """An empty one of each kind in turn, which several people could share."""
    backend: Backend = request.getfixturevalue(request.param)
    return backend
