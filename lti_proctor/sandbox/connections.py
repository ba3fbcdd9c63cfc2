"""Invitations to register: one for each time that an administrator opens a tool's registration address."""

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import request

from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.store import Store

HOURS = 1


@dataclass(frozen=True)
class Connection:
    """`client_id` is of the registration that it led to, or of the one that it updates."""

    number: int
    url: str
    token: str
    expires: float
    client_id: str | None
    updates: bool
    used: bool


def _connection(row: sqlite3.Row) -> Connection:
    return Connection(**{**dict(row), "updates": bool(row["updates"]), "used": bool(row["used"])})


def open_connection(store: Store, url: str, now: datetime, *, updates: str | None = None) -> Connection:
    token, expires = secrets.token_urlsafe(32), (now + timedelta(hours=HOURS)).timestamp()
    number = store.add(
        "INSERT INTO connections (url, token, expires, client_id, updates) VALUES (?, ?, ?, ?, ?)",
        *(url, token, expires, updates, updates is not None),
    )
    return get_connection(store, number)


def get_connection(store: Store, number: int) -> Connection:
    row = store.row("SELECT * FROM connections WHERE number = ?", number)
    if row is None:
        raise Refusal("This connection does not exist (any more).", status=404, error="not_found")
    return _connection(row)


def finish(store: Store, connection: Connection, client_id: str) -> None:
    store.run("UPDATE connections SET client_id = ? WHERE number = ?", client_id, connection.number)


def take(store: Store, connection: Connection) -> None:
    """Two registrations at once never both get through."""
    if not store.run("UPDATE connections SET used = 1 WHERE number = ? AND used = 0", connection.number):
        raise _unauthorised("This registration token was used already.")


def has_bearer() -> bool:
    return "Authorization" in request.headers


def check_bearer(store: Store, now: datetime) -> Connection:
    """The connection whose token the request carries."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthorised("There is no registration token: send Authorization: Bearer ….")
    row = store.row("SELECT * FROM connections WHERE token = ?", token.strip())
    if row is None:
        raise _unauthorised("This registration token is unknown.")
    if row["expires"] <= now.timestamp():
        raise _unauthorised("This registration token has expired.")
    if row["used"]:
        raise _unauthorised("This registration token was used already.")
    return _connection(row)


def last_open(store: Store, now: datetime) -> Connection:
    """For platforms that give no token: the registration that an administrator waits for at this moment."""
    row = store.row(
        "SELECT * FROM connections WHERE used = 0 AND expires > ? ORDER BY number DESC LIMIT 1", now.timestamp()
    )
    if row is None:
        raise Refusal("No administrator is connecting a tool at the moment.", status=403, error="forbidden")
    return _connection(row)


def _unauthorised(reason: str) -> Refusal:
    headers = {"WWW-Authenticate": 'Bearer realm="practice-lms", error="invalid_token"'}
    return Refusal(reason, status=401, error="invalid_token", headers=headers)
