"""State on disk: one SQLite file, a connection per use, so that threads and processes never share one."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lti_proctor.sandbox.world import FIRST_COURSE

SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS courses (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, label TEXT NOT NULL, title TEXT NOT NULL,
  ancestors TEXT NOT NULL DEFAULT '[]');
CREATE TABLE IF NOT EXISTS links (
  number INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, text TEXT NOT NULL, url TEXT NOT NULL,
  custom TEXT NOT NULL, dates TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS line_items (
  number INTEGER PRIMARY KEY AUTOINCREMENT, label TEXT NOT NULL, score_maximum REAL NOT NULL CHECK (score_maximum > 0),
  link_number INTEGER REFERENCES links (number) ON DELETE CASCADE, fields TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS grades (
  line_item INTEGER NOT NULL REFERENCES line_items (number) ON DELETE CASCADE, person_id TEXT NOT NULL,
  sent_at TEXT NOT NULL, score REAL, score_out_of REAL, comment TEXT, activity TEXT NOT NULL, grading TEXT NOT NULL,
  PRIMARY KEY (line_item, person_id));
CREATE TABLE IF NOT EXISTS calls (
  number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, service TEXT NOT NULL, method TEXT NOT NULL,
  path TEXT NOT NULL, line_item TEXT, person_id TEXT, body TEXT, status INTEGER, fault TEXT, reason TEXT);
CREATE TABLE IF NOT EXISTS launches (
  number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, message_type TEXT NOT NULL, person_id TEXT NOT NULL,
  link TEXT, target TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS faults (
  service TEXT PRIMARY KEY, mode TEXT NOT NULL, seconds REAL NOT NULL, calls_left INTEGER);
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, scopes TEXT NOT NULL, expires REAL NOT NULL);
CREATE TABLE IF NOT EXISTS attempts (
  number INTEGER PRIMARY KEY AUTOINCREMENT, link_number INTEGER NOT NULL REFERENCES links (number) ON DELETE CASCADE,
  person_id TEXT NOT NULL, attempt_number INTEGER NOT NULL, status TEXT NOT NULL DEFAULT 'none',
  target TEXT NOT NULL DEFAULT 'window', session_data TEXT NOT NULL DEFAULT '', actions TEXT NOT NULL DEFAULT '[]',
  minutes INTEGER NOT NULL, extra_minutes INTEGER NOT NULL DEFAULT 0, started_at TEXT, ended_at TEXT,
  verified_user TEXT NOT NULL DEFAULT 'null', wants_end INTEGER NOT NULL DEFAULT 0,
  said TEXT NOT NULL DEFAULT '{}', answers TEXT NOT NULL DEFAULT '{}', mark INTEGER,
  UNIQUE (link_number, person_id, attempt_number));
CREATE TABLE IF NOT EXISTS incidents (
  number INTEGER PRIMARY KEY AUTOINCREMENT, attempt INTEGER NOT NULL REFERENCES attempts (number) ON DELETE CASCADE,
  at TEXT NOT NULL, action TEXT NOT NULL, incident_time TEXT NOT NULL, incident_severity REAL NOT NULL,
  reason_code TEXT, reason_msg TEXT, extra_time INTEGER, status TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS registrations (
  number INTEGER PRIMARY KEY AUTOINCREMENT, client_id TEXT NOT NULL UNIQUE, deployment_id TEXT NOT NULL,
  document TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS connections (
  number INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, token TEXT NOT NULL UNIQUE, expires REAL NOT NULL,
  client_id TEXT, updates INTEGER NOT NULL DEFAULT 0, used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS used (kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, value));
"""
# Columns that came later: a folder from before keeps what is in it.
ADDED = (
    ("links", "proctoring", "TEXT NOT NULL DEFAULT 'null'"),
    ("links", "course_id", f"TEXT NOT NULL DEFAULT '{FIRST_COURSE.id}'"),
    ("links", "ancestors", "TEXT NOT NULL DEFAULT '[]'"),
    ("line_items", "course_id", f"TEXT NOT NULL DEFAULT '{FIRST_COURSE.id}'"),
)
EMPTIED_AT_RESET = (
    *("incidents", "attempts", "grades", "line_items", "links", "courses"),
    *("calls", "launches", "faults", "tokens", "used", "registrations", "connections"),
)
KEPT_AT_RESET = ("keys", "secret", "guid")


class Store:
    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(SCHEMA)
            for table, column, kind in ADDED:
                known = {row["name"] for row in connection.execute(f"PRAGMA table_info({table})")}
                if column not in known:
                    connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=15, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys=ON")
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that nobody else can write into: what is read in it stays true until its end."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self._connection() as connection:
            return list(connection.execute(query, values))

    def row(self, query: str, *values: object) -> sqlite3.Row | None:
        return next(iter(self.rows(query, *values)), None)

    def run(self, query: str, *values: object) -> int:
        """Write one thing; gives the number of rows that it changed."""
        with self.writing() as connection:
            return connection.execute(query, values).rowcount

    def add(self, query: str, *values: object) -> int:
        """Write one row; gives its number."""
        with self.writing() as connection:
            return int(connection.execute(query, values).lastrowid or 0)

    def fact(self, name: str) -> Any:
        row = self.row("SELECT value FROM facts WHERE name = ?", name)
        return None if row is None else json.loads(row["value"])

    def set_fact(self, name: str, value: object) -> None:
        self.run("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, json.dumps(value))

    def first_fact(self, name: str, value: object) -> Any:
        """What is there already, otherwise `value`: two processes that start together agree on it."""
        self.run("INSERT OR IGNORE INTO facts VALUES (?, ?)", name, json.dumps(value))
        return self.fact(name)

    def use_once(self, kind: str, value: str) -> bool:
        """True the first time, False for ever after."""
        return self.run("INSERT OR IGNORE INTO used VALUES (?, ?)", kind, value) == 1

    def empty(self) -> None:
        """Forget the course, but keep the keys: the tool need not be told anything new."""
        marks = ", ".join("?" for _ in KEPT_AT_RESET)
        with self.writing() as connection:
            for table in EMPTIED_AT_RESET:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  names from above
            connection.execute(f"DELETE FROM facts WHERE name NOT IN ({marks})", KEPT_AT_RESET)  # noqa: S608
