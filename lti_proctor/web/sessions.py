"""Flask's session, kept on the server: the browser holds a random token and nothing else.

A visitor who only looks at a form gets a token without a row: the CSRF value is derived from the token.
"""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any, cast

from flask import Flask, Request, Response, current_app, session
from flask.sessions import SessionInterface, SessionMixin

from lti_proctor import clock
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.people.service import Person
from lti_proctor.settings import Settings
from lti_proctor.web import cookies

COOKIE = "lti-proctor"
CSRF = "csrf_token"
#: Parts of the session's data that hold something for each course.
BY_COURSE = ("parts", "returns")


class Visit(SessionMixin):
    """One browser's session. Read from the database at the first use only."""

    def __init__(self, token: str | None, settings: Settings) -> None:
        self._token = token
        self._settings = settings
        self._stored: people.Session | None = None
        self._data: dict[str, Any] | None = None
        self.hours = settings.session_hours
        self.modified = False
        self.accessed = False
        self.is_token_new = False
        self.is_ended = False

    @property
    def person(self) -> Person | None:
        self._load()
        return self._stored.person if self._stored else None

    @property
    def brought(self) -> str | None:
        """The token that the browser came with, whether there is a session for it or not."""
        return None if self.is_token_new else self._token

    @property
    def token(self) -> str:
        if self._token is None:
            self._token, self.is_token_new = people.new_token(), True
        return self._token

    def sign_in(self, user_id: int, data: dict[str, Any], *, hours: int) -> None:
        """Begin a session of this person under a new token. What the same person knew before comes along."""
        self._load()
        before = self._stored
        if before is not None:
            if before.person and before.person.user_id == user_id:
                # Pages that are open in other windows go on: what they know, and the value in their forms.
                by_course = {key: {**before.data.get(key, {}), **data.get(key, {})} for key in BY_COURSE}
                data = {**before.data, **data, **by_course, CSRF: self._csrf()}
            people.end_sign_in(before.id)
        self._token, self.is_token_new = people.new_token(), True
        people.open_sign_in(self._token, user_id=user_id, data=data, hours=hours, now=clock.now())
        # Whoever asks next in this request finds the new session.
        self._stored, self._data, self.hours = None, None, hours
        self.modified = False

    def end(self) -> None:
        self._load()
        if self._stored is not None:
            people.end_sign_in(self._stored.id)
        self._stored, self._data, self._token = None, {}, None
        self.is_ended, self.modified = True, False

    def save(self) -> None:
        """Write what changed, in a transaction of its own after the view's."""
        if self._data is None or not self.modified:
            return
        if self._stored is not None:
            people.update_sign_in(self._stored.id, self._data)
        elif self._data:
            people.open_sign_in(self.token, user_id=None, data=self._data, hours=self.hours, now=clock.now())
        db.session.commit()

    def _load(self) -> dict[str, Any]:
        if self._data is None:
            self._data = {}
            if self._token is not None:
                self._stored = people.find_sign_in(self._token, now=clock.now())
                self._data = dict(self._stored.data) if self._stored else {}
        return self._data

    def _csrf(self) -> str:
        carried: str | None = self._load().get(CSRF)
        if carried is not None:
            return carried
        key = b"csrf\0" + self._settings.secret_key.encode()
        return hmac.new(key, self.token.encode(), hashlib.sha256).hexdigest()

    def __getitem__(self, key: str) -> Any:
        self.accessed = True
        return self._csrf() if key == CSRF else self._load()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._load()[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self._load()[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())

    def __contains__(self, key: object) -> bool:
        return key == CSRF or key in self._load()


class ServerSessions(SessionInterface):
    """Opens a `Visit` for each request and stores it at the end."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        return Visit(cookies.read(request, COOKIE), app.extensions["settings"])

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        found = cast(Visit, session)
        found.save()
        if found.is_token_new:
            cookies.write(response, COOKIE, found.token, seconds=found.hours * 3600)
        elif found.is_ended:
            cookies.clear(response, COOKIE)


def visit() -> Visit:
    """The present session."""
    return cast(Visit, session._get_current_object())  # type: ignore[attr-defined]


def token_hash() -> bytes:
    """Under which the present session lies in the database; of a browser without one, under which none does."""
    return people.hash_token(visit().brought or "")


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
