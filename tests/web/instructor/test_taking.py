"""The report as a file: who may take it, and what stands in the history then."""

import json

import jsonschema
import pytest

from lti_proctor import journal
from lti_proctor.attempts.service import subject_of
from lti_proctor.extensions import db
from lti_proctor.people.models import CourseMember
from lti_proctor.people.roles import Part
from lti_proctor.people.scopes import Scope
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.report.gather import gather
from lti_proctor.report.schema import EARLIER, json_schema, to_plain
from lti_proctor.review.models import Opening
from tests.factories import make_user
from tests.factories.reported import make_reported
from tests.web.api_programs import Program


@pytest.fixture
def attempt(app, now, time):
    found = make_reported(now)
    time.passes(hours=2)
    return found


@pytest.fixture
def teacher(attempt, sign_in, now):
    return sign_in(make_user(now, name="Dr Sol"), {attempt.exam.course_id: "instructor"})


@pytest.fixture
def path(attempt):
    return f"/exams/{attempt.exam_id}/attempts/{attempt.id}"


def taken(attempt):
    return journal.last_entry(subject_of(attempt), "report.taken")


def openings(attempt, user_id):
    return db.session.query(Opening).filter_by(attempt_id=attempt.id, reviewer_id=user_id).count()


def test_a_reviewer_takes_the_report_and_has_opened_the_evidence(attempt, teacher, path):
    answer = teacher.get(f"{path}/report.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="report-{attempt.id}.json"'
    assert (answer.json["learner"]["name"], answer.json["for_learner"]) == ("Inés Márquez", False)
    entry = taken(attempt)
    assert (entry.data, entry.actor_role) == ({"form": "json", "with": []}, "reviewer")
    assert answer.json["journal_head"] == entry.hash.hex()
    assert openings(attempt, entry.actor_id) == 1


def test_a_learner_does_not_take_it_here(attempt, sign_in, path):
    learner = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    assert learner.get(f"{path}/report.json").status_code == 404
    assert taken(attempt) is None


def test_the_schema_is_public_and_may_be_kept(client):
    answer = client.get("/api/report/schema/1.1")
    assert json.loads(answer.text) == json_schema()
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert "Set-Cookie" not in answer.headers
    assert client.get("/api/report/schema/9.9").status_code == 404
    assert client.get("/api/report/schema/..%2F1.0").status_code == 404


@pytest.mark.parametrize("path", sorted(EARLIER.glob("*.json")), ids=lambda path: path.stem)
def test_a_schema_stays_at_its_address_and_knows_the_reports_of_later_versions(client, attempt, now, path):
    schema = json.loads(client.get(f"/api/report/schema/{path.stem}").text)
    assert schema["$id"].endswith(f":{path.stem}")
    jsonschema.Draft202012Validator(schema).validate(to_plain(gather(attempt, now=now)))


@pytest.mark.parametrize(
    ("part", "role", "opened"),
    [(Part.instructor, SiteRole.student, True), (Part.learner, SiteRole.student, False),
     (None, SiteRole.administrator, True), (None, None, False)],
)  # fmt: skip
def test_a_program_reads_it_and_opens_it_for_an_owner_who_may_review(attempt, client, now, part, role, opened):
    owner = make_user(now, role=role) if role else None
    if part:
        member = {"part": part, "launched_part": part, "is_active": True}
        db.session.add(CourseMember(course_id=attempt.exam.course_id, user_id=owner.id, **member))
    program = Program(client, Scope.attempts_read, owner=owner)
    found = program.get(f"/attempts/{attempt.id}/report")
    assert found["attempt"]["identifier"] == attempt.identifier
    assert found["version"] == "1.1"
    assert taken(attempt) is not None
    assert openings(attempt, owner and owner.id) == opened
