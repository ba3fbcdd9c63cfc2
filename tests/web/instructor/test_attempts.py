"""The list of attempts: one filter for each status, counted in one statement."""

import pytest

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.addons import Kind
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.web.words import BADGES
from tests.factories import make_attempt, make_exam, make_user


@pytest.fixture
def each(exam, now):
    """An attempt in each status, two of them paused."""
    for status in (*Status, Status.paused):
        make_attempt(now, exam=exam, user=make_user(now, name=f"In {status}"), status=status)


def names_on(page):
    return {status for status in Status if f">In {status}<" in page}


def test_each_status_has_a_filter_that_shows_those_in_it(exam, each, teacher):
    for status in Status:
        page = teacher.get(f"/exams/{exam.id}?show={status}").text
        assert names_on(page) == {status}
        assert f'show={status}" aria-current="true"' in page


def test_filters_are_counted_and_named_as_the_rows_are(exam, each, teacher, filters):
    found = filters(teacher.get(f"/exams/{exam.id}").text)
    assert found == {"All": 20, **{str(badge.word): 1 for badge in BADGES.values()}, "Paused": 2}


def test_only_statuses_that_occur_have_a_filter_and_a_search_counts_too(exam, teacher, now, filters):
    for name, status in (("Ada 50%", Status.started), ("Ben", Status.started), ("Ada B", Status.error)):
        make_attempt(now, exam=exam, user=make_user(now, name=name), status=status)
    assert filters(teacher.get(f"/exams/{exam.id}").text) == {"All": 3, "In progress": 2, "Technical problem": 1}
    assert filters(teacher.get(f"/exams/{exam.id}?q=ada").text) == {"All": 2, "In progress": 1, "Technical problem": 1}
    assert filters(teacher.get(f"/exams/{exam.id}?q=0%25").text) == {"All": 1, "In progress": 1}
    nothing = teacher.get(f"/exams/{exam.id}?q=ben&show=error").text
    assert "No attempt fits this" in nothing
    assert filters(nothing) == {"All": 1, "In progress": 1, "Technical problem": 0}


def test_a_filter_that_does_not_exist_shows_all(exam, each, teacher):
    for given in ("all", "nonsense", "", "STARTED", "started'--"):
        assert names_on(teacher.get(f"/exams/{exam.id}", query_string={"show": given}).text) == set(Status)


def test_where_nobody_reviews_nothing_waits_for_a_review(course, teacher, now, filters):
    exam = make_exam(now, course, kind=Kind.timed)
    make_attempt(now, exam=exam, status=Status.submitted)
    page = teacher.get(f"/exams/{exam.id}").text
    assert filters(page) == {"All": 1, "Handed in": 1}
    assert "for a review" not in page


def test_all_counts_come_from_one_statement(exam, each, teacher, statements):
    teacher.get(f"/exams/{exam.id}")
    statements.clear()
    teacher.get(f"/exams/{exam.id}")
    assert sum("GROUP BY attempts.status" in statement for statement in statements) == 1


def test_proctors_filter_the_attempts_of_all_exams(exam, each, sign_in, now, filters):
    make_attempt(now, exam=make_exam(now), status=Status.paused)
    page = sign_in(make_user(now, role=SiteRole.proctor)).get("/supervision/?show=paused").text
    assert filters(page)["Paused"] == 3
    assert names_on(page) == {Status.paused}
