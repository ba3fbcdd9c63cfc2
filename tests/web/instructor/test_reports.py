"""The report of reviews as a file, and the way to the provider's own pages."""

import csv
import io

import pytest

from lti_proctor.attempts import allowing
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.allowances import Extra
from lti_proctor.extensions import db
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.providers import registry
from lti_proctor.providers.base import ReviewStatus
from lti_proctor.providers.models import ProviderReview
from lti_proctor.providers.registry import load
from lti_proctor.review.models import Conclusion, Reason, Verdict
from lti_proctor.web.instructor import findings_views
from tests.factories import STAFF, make_attempt, make_exam, make_user


@pytest.fixture
def review(now):
    """A review of a provider with remarks of these kinds."""

    def send(attempt, *kinds):
        comments = [{"comment": "Seen", "status": kind, "start": 0, "stop": 1, "duration": 1} for kind in kinds]
        db.session.add(
            ProviderReview(
                attempt_id=attempt.id, status=ReviewStatus.suspicious, comments=comments, payload={},
                outcome="reviewed", received_at=now,
            )
        )  # fmt: skip
        db.session.flush()

    return send


def rows_of(browser, path):
    answer = browser.get(path, buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.fixture
def attempts(exam, now):
    names = ("Ada", "Ben", "=cmd()")
    statuses = (Status.rejected, Status.submitted, Status.started)
    return [
        make_attempt(now, exam=exam, user=make_user(now, name=name), status=status, started_at=now, config_version=1)
        for name, status in zip(names, statuses, strict=True)
    ]


def test_every_attempt_is_a_line_with_what_was_found(exam, attempts, assistant, review, now):
    review(attempts[0], "Old kind")
    review(attempts[0], "Suspicious", "Rules Violation", "Suspicious")
    review(attempts[1], "Suspicious")
    db.session.add(Conclusion(attempt_id=attempts[0].id, verdict=Verdict.negative, reason=Reason.left_exam, at=now))
    allowing.grant(exam, attempts[1].user, Extra(30), actor=STAFF, now=now)
    rows = rows_of(assistant, f"/exams/{exam.id}/reviews.csv")
    kinds = ("comments: Rules Violation", "comments: Suspicious")
    assert [key for key in rows[0] if key.startswith("comments: ")] == list(kinds)
    facts = ("attempt_id", "status", "provider_status", "verdict", "reason", "comments", *kinds, "allowed_minutes")
    assert [[row[name] for name in facts] for row in rows] == [
        [str(attempts[0].id), "rejected", "suspicious", "negative", "left_exam", "3", "1", "2", "60"],
        [str(attempts[1].id), "submitted", "suspicious", "", "", "1", "0", "1", "90"],
        [str(attempts[2].id), "started", "", "", "", "0", "0", "0", "60"],
    ]
    assert [row["name"] for row in rows] == ["Ada", "Ben", "'=cmd()"]


def test_there_are_only_so_many_columns_and_all_comments_are_counted(exam, attempts, teacher, review, monkeypatch):
    monkeypatch.setattr(findings_views, "KINDS_MAX", 2)
    review(attempts[0], "A", "B", "B", "C", "C", "\n=D()")
    rows = rows_of(teacher, f"/exams/{exam.id}/reviews.csv")
    assert [key for key in rows[0] if key.startswith("comments")] == ["comments", "comments: B", "comments: C"]
    assert (rows[0]["comments"], rows[0]["comments: B"]) == ("6", "2")


def test_a_course_is_told_exam_by_exam_without_practice(course, exam, attempts, teacher, now):
    for kind in (Kind.practice, Kind.onboarding, Kind.timed):
        make_attempt(now, exam=make_exam(now, course, kind=kind, title=f"A {kind}"))
    make_attempt(now, exam=make_exam(now))
    rows = rows_of(teacher, f"/courses/{course.id}/reviews.csv")
    assert [row["exam"] for row in rows] == ["A timed", "Final", "Final", "Final"]
    assert f'href="/courses/{course.id}/reviews.csv"' in teacher.get(f"/courses/{course.id}").text
    assert f'href="/exams/{exam.id}/reviews.csv"' in teacher.get(f"/exams/{exam.id}").text


def test_a_proctor_gets_only_the_exams_that_are_his(course, exam, attempts, sign_in, now):
    exam.stored = {**exam.stored, "members": ["pia"]}
    make_attempt(now, exam=make_exam(now, course, title="Open to all"))
    pia, paul = (sign_in(make_user(now, username=name, role=SiteRole.proctor)) for name in ("pia", "paul"))
    assert len(rows_of(pia, f"/courses/{course.id}/reviews.csv")) == 4
    assert [row["exam"] for row in rows_of(paul, f"/courses/{course.id}/reviews.csv")] == ["Open to all"]
    assert paul.get(f"/exams/{exam.id}/reviews.csv").status_code == 404


def test_nothing_yet_is_a_file_with_heads_only(exam, course, teacher):
    for path in (f"/exams/{exam.id}/reviews.csv", f"/courses/{course.id}/reviews.csv"):
        answer = teacher.get(path, buffered=True)
        assert answer.text == "\ufeff" + ",".join(findings_views.HEADS) + "\r\n"


def test_a_long_report_is_read_in_parts_with_no_statement_for_each_attempt(exam, teacher, now, statements, monkeypatch):
    monkeypatch.setattr("lti_proctor.api.findings.AT_ONCE", 4)
    for _n in range(10):
        make_attempt(now, exam=exam)
    rows_of(teacher, f"/exams/{exam.id}/reviews.csv")
    statements.clear()
    assert len(rows_of(teacher, f"/exams/{exam.id}/reviews.csv")) == 10
    assert sum("FROM allowances" in statement for statement in statements) == 3


@pytest.fixture
def watcher(app):
    before = app.extensions["providers"], app.extensions["backends"]
    found = load("watcher", {"plugin": "mock", "has_dashboard": True, "verbose_name": "Watchers Ltd"})
    plain = load("plain", {"plugin": "mock"})
    registry.set_up(app.extensions, "builtin", {"builtin": load("builtin", {}), "watcher": found, "plain": plain})
    yield found
    app.extensions["providers"], app.extensions["backends"] = before


CASES = [("watcher", Kind.proctored, True), ("plain", Kind.proctored, False), ("", Kind.proctored, False),
         ("watcher", Kind.timed, False), ("nobody", Kind.proctored, False)]  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "is_there"), CASES)
def test_the_pages_of_an_exam_lead_to_its_provider_where_it_has_pages(
    course, watcher, teacher, now, name, kind, is_there
):
    exam = make_exam(now, course, provider=name, kind=kind)
    for page in ("", "/roster", "/settings", "/allowances", "/grades"):
        text = teacher.get(f"/exams/{exam.id}{page}").text
        assert (f'href="/exams/{exam.id}/provider"' in text) == is_there
        assert ("Watchers Ltd" in text) >= is_there


def test_a_provider_that_breaks_there_is_a_page_that_says_so(course, watcher, teacher, now, monkeypatch):
    exam = make_exam(now, course, provider="watcher")
    monkeypatch.setattr(watcher, "dashboard_address", lambda *_a, **_k: 1 / 0)
    answer = teacher.get(f"/exams/{exam.id}/provider")
    assert answer.status_code == 503
    assert "did not answer as it should" in answer.text
