"""Rows that are added and never changed, held to it by the database itself.

The triggers are put in place after every migration, because a migration that rebuilds a table
(SQLite) takes its triggers away. `/readyz` refuses while one is missing.
"""

from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from simple_history.models import HistoricalChanges

REFUSED = "append-only: add a row that corrects it"


class AppendOnly(models.Model):
    """Base of every table whose rows stand as they were written."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is {REFUSED}")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"{type(self).__name__} is {REFUSED}")


def append_only_tables() -> list[str]:
    """Tables of AppendOnly models, and of the row histories, which say how a row was."""
    kinds = (AppendOnly, HistoricalChanges)
    return sorted(m._meta.db_table for m in apps.get_models() if issubclass(m, kinds))


def protect_tables(using: str = "default", **_: Any) -> None:
    """Put the triggers on every append-only table that exists."""
    connection = connections[using]
    missing = unprotected_tables(connection)
    with connection.cursor() as cursor:
        if missing and connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
        for table in missing:
            for statement in _statements(connection, table):
                cursor.execute(statement)


def lift_protection(using: str = "default") -> None:
    """Take the triggers away: for a migration that must mend history, and between tests."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table in append_only_tables():
            for name in _names(table):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def unprotected_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Append-only tables of which a trigger is missing."""
    known = set(connection.introspection.table_names())
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [t for t in append_only_tables() if t in known and not set(_names(t)) <= present]


def _names(table: str) -> tuple[str, str]:
    return f"{table}_no_update", f"{table}_no_delete"


def _statements(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    no_update, no_delete = _names(table)
    if connection.vendor == "sqlite":
        body = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        return [
            f"CREATE TRIGGER IF NOT EXISTS {no_update} BEFORE UPDATE ON {table} {body}",
            f"CREATE TRIGGER IF NOT EXISTS {no_delete} BEFORE DELETE ON {table} {body}",
        ]
    run = f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION reprieve_append_only()"
    return [
        f"CREATE OR REPLACE TRIGGER {no_update} BEFORE UPDATE {run}",
        f"CREATE OR REPLACE TRIGGER {no_delete} BEFORE DELETE OR TRUNCATE {run}",
    ]


_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION reprieve_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
