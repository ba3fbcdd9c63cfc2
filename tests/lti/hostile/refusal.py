"""The one question that every wrong message is asked: was it refused as the requirement says?"""

import json
import re
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from sqlalchemy import text
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from lti_proctor.attempts.models import Assessment, Attempt
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.journal.models import Entry
from lti_proctor.once import UsedToken
from lti_proctor.outbox import Effect
from lti_proctor.people.models import Identity, SignIn, User
from lti_proctor.platforms.models import Course, ResourceLink
from lti_proctor.web.problem_words import PROBLEMS
from lti_proctor.web.sessions import COOKIE

TABLES = (
    User, Identity, SignIn, Attempt, Course, ResourceLink, Exam, Assessment, UsedToken, Entry, Effect,
)  # fmt: skip
REFERENCE = re.compile(r'<code id="reference">([2-9A-Z]{4}-[2-9A-Z]{4})</code>')
LANGUAGE = re.compile(r'<html lang="([^"]*)"')
#: What every browser of these tests wants to read.
SPANISH = {"Accept-Language": "es"}
#: The slowest refusal, in seconds.
AT_MOST = 1.0


COUNTS = text(f"SELECT {', '.join(f'(SELECT count(*) FROM {t.__tablename__})' for t in TABLES)}")


def rows() -> dict[str, int]:
    """How many rows each table has that a message could leave something in."""
    found = db.session.execute(COUNTS).one()
    return {t.__tablename__: count for t, count in zip(TABLES, found, strict=True)}


def assert_refused(
    send: Callable[[], TestResponse],
    code: str | Iterable[str],
    *,
    status: int | None = None,
    language: str = "es",
    secrets: Iterable[str] = (),
    within: float = AT_MOST,
) -> TestResponse:
    """Send it, and see a readable page, its reference in the log, nothing kept and nothing told, in time."""
    before = rows()
    with capture_logs() as lines:
        began = monotonic()
        answer = send()
        took = monotonic() - began
    _assert_page(answer, status, language)
    _assert_logged(answer, lines, {code} if isinstance(code, str) else set(code))
    _assert_silent(answer, lines, secrets)
    assert rows() == before
    if took >= within:
        # A busy machine may have been the reason; a refusal that is slow is slow again.
        began = monotonic()
        send()
        assert monotonic() - began < within
    return answer


def _assert_page(answer: TestResponse, status: int | None, language: str) -> None:
    assert 400 <= answer.status_code < 500, (answer.status, answer.text[:600])
    assert status is None or answer.status_code == status
    assert answer.mimetype == "text/html"
    assert LANGUAGE.search(answer.text)[1] == language
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text
    cookies = answer.headers.getlist("Set-Cookie")
    assert [c for c in cookies if c.split("=")[0].removeprefix("__Host-").startswith((f"{COOKIE}", "session"))] == []


def _assert_logged(answer: TestResponse, lines: list[Any], codes: set[str]) -> None:
    refusals = [line for line in lines if line["event"] == "refused"]
    assert [line["reference"] for line in refusals] == REFERENCE.findall(answer.text)
    assert len(refusals) == 1
    assert refusals[0]["code"] in codes
    assert refusals[0]["status"] == answer.status_code
    assert refusals[0]["code"] in PROBLEMS
    assert not [line for line in lines if line["log_level"] in {"error", "critical"}]


def _assert_silent(answer: TestResponse, lines: list[Any], secrets: Iterable[str]) -> None:
    logged = json.dumps(lines, default=repr, ensure_ascii=False)
    for secret in secrets:
        assert secret not in logged
        assert secret not in answer.text
