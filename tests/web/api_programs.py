"""A program that uses the REST interface, for tests."""

from typing import Any

from flask.testing import FlaskClient

from lti_proctor import clock
from lti_proctor.extensions import db
from lti_proctor.people import tokens
from lti_proctor.people.scopes import Scope
from tests.factories import STAFF

ROOT = "/api/v1"


class Program:
    """Sends JSON with a token; `last` is the whole answer."""

    def __init__(self, browser: FlaskClient, *scopes: Scope, **options: Any) -> None:
        self.browser = browser
        self.token, self.row = tokens.make_token(
            "A program", scopes or tuple(Scope), days=None, actor=STAFF, now=clock.now(), **options
        )
        db.session.commit()

    def __call__(self, method: str, path: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        self.last = self.browser.open(ROOT + path, method=method, headers=headers, **options)
        return self.last.json if self.last.data else None

    def get(self, path: str, **query: Any) -> Any:
        return self("GET", path, query_string=query)

    def post(self, path: str, **body: Any) -> Any:
        return self("POST", path, json=body)


def problem(program, status, code):
    """The answer is a problem of this kind, in the form of RFC 9457."""
    answer = program.last
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    assert answer.json["code"] == code
    assert answer.json["status"] == status
    assert {"type", "title", "detail", "instance"} <= set(answer.json)
    return answer.json
