"""What the environment says: where state lives, and which database holds it."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def home() -> Path:
    """The folder that holds the clinic's state: $REPRIEVE_HOME, ./var when it is not set."""
    return Path(os.environ.get("REPRIEVE_HOME") or "var").absolute()


def database(url: str | None, sqlite_file: Path) -> dict[str, Any]:
    """Django's settings for one database; SQLite in `sqlite_file` when there is no URL.

    Raises:
        ValueError: a URL that is not `postgresql://user:password@host:port/name?option=value`.
    """
    return _postgresql(url) if url else _sqlite(sqlite_file)


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            # A transaction takes the write lock when it begins: two writers queue, neither fails half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ValueError("DATABASE_URL is not postgresql://user:password@host:port/name")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def address(text: str, port: int) -> tuple[str, int]:
    """`host:port` or `host`; an empty host when nothing is said."""
    host, _colon, said = text.rpartition(":") if ":" in text else (text, "", "")
    return host, int(said) if said.isdecimal() else port


def secret_key(folder: Path) -> str:
    """$REPRIEVE_SECRET_KEY, or the key this installation made for itself and keeps in `folder`."""
    if given := os.environ.get("REPRIEVE_SECRET_KEY"):
        return given
    from django.core.management.utils import get_random_secret_key

    file = folder / "secret_key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fresh, "w") as out:
            out.write(get_random_secret_key())
    return file.read_text().strip()


def words(name: str) -> list[str]:
    """A comma-separated variable as a list."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]
