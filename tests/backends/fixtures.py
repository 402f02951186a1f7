"""Backends that stacks of any test can have."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .kept import Database
from .servers import MissingError, PostgreSQL

__all__ = ["postgres", "postgres_server"]


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


@pytest.fixture
def postgres(postgres_server: PostgreSQL) -> Database:
    """An empty database: ``postgres.url`` is for ``PULUMI_BACKEND_URL``."""
    return postgres_server.database()
