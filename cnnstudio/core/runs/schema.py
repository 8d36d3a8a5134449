"""The tables of the run store, and how its file is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cnnstudio.core.files import why
from cnnstudio.core.i18n import _

VERSION = 1
FILE = "runs.sqlite3"
_SECONDS_TO_WAIT = 10.0
"""For another process that writes at the same time."""

_TABLES = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    origin TEXT NOT NULL,
    data TEXT NOT NULL,
    created REAL NOT NULL,
    updated REAL NOT NULL,
    epochs INTEGER NOT NULL,
    batches INTEGER NOT NULL DEFAULT 0,
    batch_size INTEGER NOT NULL,
    done_epochs INTEGER NOT NULL DEFAULT 0,
    steps INTEGER NOT NULL DEFAULT 0,
    numbers TEXT NOT NULL DEFAULT '{}',
    best_epoch INTEGER,
    message TEXT NOT NULL DEFAULT '',
    deleted INTEGER NOT NULL DEFAULT 0,
    columns TEXT NOT NULL,
    fingerprint TEXT NOT NULL DEFAULT '',
    versions TEXT NOT NULL,
    design TEXT NOT NULL
);
CREATE INDEX runs_by_age ON runs (created);
CREATE TABLE points (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL,
    numbers BLOB NOT NULL,
    PRIMARY KEY (run, first)
);
CREATE TABLE epochs (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    numbers TEXT NOT NULL,
    is_best INTEGER NOT NULL,
    PRIMARY KEY (run, epoch)
) WITHOUT ROWID;
CREATE TABLE checkpoints (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    steps INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    file TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    is_best INTEGER NOT NULL,
    PRIMARY KEY (run, steps)
) WITHOUT ROWID;
"""


class StoreError(Exception):
    """The run store cannot be used; the text is for people and says what to do."""


def opened(folder: Path) -> sqlite3.Connection:
    """Open the store of a folder, which is made if there is none.

    The connection belongs to the thread that opens it. What has been committed is there again after
    a process was killed; after a power failure the last moments may be missing.

    Raises:
        StoreError: if it cannot be opened, is damaged or of a newer version.
    """
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            _("runs cannot be kept in {path}: {why}").format(path=folder, why=why(error))
        ) from error
    with explained(path):
        connection = sqlite3.connect(path, timeout=_SECONDS_TO_WAIT, isolation_level=None)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say in the person's words what SQLite objects to.

    Raises:
        StoreError: instead of SQLite's own errors.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(
            _(
                "the kept runs in {path} cannot be read or written ({why}): is the disk full, or "
                "the folder write-protected?"
            ).format(path=path, why=error)
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(
            _(
                "the kept runs in {path} are damaged ({why}): rename that file, and a new one is "
                "begun"
            ).format(path=path, why=error)
        ) from error


@contextmanager
def committed(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Do several statements wholly or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    version = _version(connection)
    if version == 0:
        with committed(connection):
            # Another process may have been first.
            if _version(connection) == 0:
                for statement in _TABLES.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {VERSION}")
    elif version > VERSION:
        raise StoreError(
            _(
                "the kept runs in {path} are of a newer CNN Studio: its version is {version}, this "
                "one knows {known}"
            ).format(path=path, version=version, known=VERSION)
        )


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
