"""Submission review: the grade in the LMS leads to the report, for learners only to their own."""

import pytest
from sqlalchemy import func, select

from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.lti.claims import AGS_ENDPOINT, LTI
from tests.lti.conftest import GONE, INSTRUCTOR, LEARNER, Platform

REVIEW = {"message_type": "LtiSubmissionReviewRequest"}
COLUMN = {"lineitem": "https://lms.example/items/1", "lineitems": "https://lms.example/items", "scope": []}


def review(platform, client, *, whose="42", **changes):
    return platform.launch(client, **REVIEW, **{LTI + "for_user": {"user_id": whose}}, **changes)


@pytest.fixture
def taken(platform: Platform, app):
    """Learner 42 has opened the exam."""
    answer = platform.launch(app.test_client())
    return answer.headers["Location"].rsplit("/", 1)[1]


def test_a_reviewer_lands_on_the_report_of_the_attempt(platform: Platform, client, taken):
    answer = review(platform, client, sub="teacher", roles=[INSTRUCTOR])
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/attempts/{taken}")
    assert answer.headers["Location"].startswith("/exams/")
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_learner_lands_on_the_own_attempt(platform: Platform, client, taken):
    answer = review(platform, client, roles=[LEARNER])
    assert answer.headers["Location"] == f"/attempts/{taken}"


def test_a_learner_sees_nobody_else_s(platform: Platform, client, taken):
    answer = review(platform, client, sub="43", roles=[LEARNER], name="Somebody Else")
    assert answer.status_code == 403
    assert taken not in answer.headers.get("Location", "")


def test_the_column_alone_is_enough(platform: Platform, client, taken):
    answer = review(platform, client, sub="t", roles=[INSTRUCTOR], resource_link=GONE, **{AGS_ENDPOINT: COLUMN})
    assert answer.headers["Location"].endswith(f"/attempts/{taken}")


@pytest.mark.parametrize("roles", [[INSTRUCTOR], [LEARNER]])
def test_somebody_who_has_not_come_yet_has_nothing_to_review(platform: Platform, client, taken, roles):
    whose = "42" if roles == [INSTRUCTOR] else "77"
    sub = "teacher" if roles == [INSTRUCTOR] else "77"
    answer = review(platform, client, whose="nobody" if whose == "42" else whose, sub=sub, roles=roles)
    assert answer.status_code == 200
    assert "There is no attempt yet" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_the_latest_attempt_counts(platform: Platform, client, taken):
    first = db.session.get_one(Attempt, int(taken))
    again = Attempt(
        identifier="again", exam_id=first.exam_id, user_id=first.user_id, resource_link_id=first.resource_link_id,
        number=2, status="created", created_at=first.created_at,
    )  # fmt: skip
    db.session.add(again)
    db.session.commit()
    answer = review(platform, client, sub="teacher", roles=[INSTRUCTOR])
    assert answer.headers["Location"].endswith(f"/attempts/{again.id}")


MALFORMED = {
    "no for_user": {LTI + "for_user": GONE},
    "for_user a text": {LTI + "for_user": "42"},
    "for_user a list": {LTI + "for_user": ["42"]},
    "for_user without user_id": {LTI + "for_user": {"name": "x"}},
    "user_id a number": {LTI + "for_user": {"user_id": 42}},
    "user_id empty": {LTI + "for_user": {"user_id": ""}},
    "neither link nor column": {"resource_link": GONE, AGS_ENDPOINT: GONE},
    "a column that is no address": {"resource_link": GONE, AGS_ENDPOINT: {"lineitem": "x"}},
    "an unknown link": {"resource_link": {"id": "nobody"}, AGS_ENDPOINT: GONE},
    "an unknown column": {"resource_link": GONE, AGS_ENDPOINT: {"lineitem": "https://lms.example/items/9"}},
}


@pytest.mark.parametrize("changes", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_request_is_refused(platform: Platform, client, taken, changes):
    claims = {**REVIEW, LTI + "for_user": {"user_id": "42"}, "sub": "t", "roles": [INSTRUCTOR], **changes}
    answer = platform.launch(client, **claims)
    assert answer.status_code == 400
    assert 'id="reference"' in answer.text
