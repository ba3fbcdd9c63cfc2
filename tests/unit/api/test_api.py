"""The interface for scripts and plugins."""

import inspect
import re
from datetime import timedelta

import pytest

from lti_proctor import api
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.onboarding import State
from lti_proctor.errors import DomainError, Forbidden, Invalid, NotFound, Refused, Upstream
from lti_proctor.exams.addons import Kind
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.models import CourseMember
from lti_proctor.people.roles import Part
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.providers import registry
from lti_proctor.providers import service as providers
from lti_proctor.providers.base import Comment, Review, ReviewStatus
from lti_proctor.providers.registry import load
from lti_proctor.review import service as review
from lti_proctor.review.models import Verdict
from lti_proctor.settings import ROOT
from tests.factories import (
    make_attempt,
    make_course,
    make_exam,
    make_link,
    make_submitted,
    make_user,
)

FUNCTIONS = [getattr(api, name) for name in api.__all__]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_every_function_is_typed_explained_and_in_the_table(function):
    assert inspect.getdoc(function)
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())
    table = (ROOT / "docs" / "api-from-edx.md").read_text("utf-8")
    assert re.search(rf"`{function.__name__}\b", table)


def test_nothing_commits(app, now, time):
    exam = make_exam(now)
    db.session.commit()
    api.change_exam(exam.id, title="Other")
    db.session.rollback()
    assert api.get_exam(exam.id).title == "Final"


@pytest.mark.parametrize(
    ("call", "error", "code"),
    [
        (lambda: api.get_exam(99), NotFound, "exam"),
        (lambda: api.get_attempt(99), NotFound, "attempt"),
        (lambda: api.get_attempt(10**30), NotFound, "attempt"),
        (lambda: api.find_attempt(code="x"), NotFound, "attempt"),
        (lambda: api.find_attempt(external_id="x"), NotFound, "attempt"),
        (lambda: api.find_attempt(identifier="x"), NotFound, "attempt"),
        (lambda: api.list_exams(page=0), Invalid, "page_range"),
        (lambda: api.create_exam(99, "T"), NotFound, "course"),
        (lambda: api.course_outline(99, 1), NotFound, "course"),
        (lambda: api.get_provider("nobody"), Refused, "provider_missing"),
        (lambda: api.may_fire(1, "explode"), Invalid, "unknown_event"),
    ],
)
def test_what_there_is_not_is_told_by_a_code(app, call, error, code):
    with pytest.raises(error, match=code):
        call()
    assert issubclass(error, DomainError)


def test_the_time_of_one_learner_counts_what_they_are_allowed(app, now, time):
    attempt = make_attempt(now, exam=make_exam(now, lifetime=60, close_at=now + timedelta(hours=2)))
    exam_id, user_id = attempt.exam_id, attempt.user_id
    api.grant_allowance(exam_id, attempt.user.username, additional_time=30)
    assert (api.allowed_minutes(exam_id), api.allowed_minutes(exam_id, user_id)) == (60, 90)
    time.passes(hours=2, minutes=10)
    assert (api.is_past_due(exam_id), api.is_past_due(exam_id, user_id)) == (True, False)
    assert api.find_exam(attempt.exam.identifier).id == exam_id
    assert api.find_exam("nothing") is None


def test_a_learner_gets_an_attempt_and_another_where_the_exam_allows_it(app, now, time):
    exam, user = make_exam(now, kind=Kind.practice), make_user(now)
    with pytest.raises(Refused, match="exam_no_link"):
        api.open_attempt(exam.id, user.id)
    make_link(exam)
    first = api.open_attempt(exam.id, user.id)
    assert api.open_attempt(exam.id, user.id).id == first.id
    learner = Actor(Role.learner, user.id)
    found = attempts.get_attempt(first.id)
    for event in (Event.finish_setup, Event.start):
        attempts.fire(found, event, actor=learner, now=now)
    assert api.active_attempt(user.id).id == first.id
    assert api.last_completion(user.id, exam.course_id) is None
    attempts.fire(found, Event.submit, actor=learner, now=now)
    assert api.last_completion(user.id, exam.course_id) == now
    second = api.open_attempt(exam.id, user.id)
    assert (second.number, second.status) == (2, Status.created)
    assert api.latest_attempt(exam.id, user.id).id == second.id
    assert api.active_attempt(user.id) is None
    assert api.find_attempt(identifier=second.identifier).id == second.id


@pytest.fixture
def member(app, now):
    def add(course, name, **more):
        user = make_user(now, name=name, username=name.lower())
        db.session.add(CourseMember(course_id=course.id, user_id=user.id, part=Part.learner, **more))
        return user

    return add


def onboard(now, exam, user, status, **values):
    return make_attempt(now, exam=exam, user=user, status=status, **values)


def test_the_onboarding_of_a_course_is_told_learner_by_learner(app, now, time, member):
    course, other = make_course(now), make_course(now)
    here, there = make_exam(now, course, kind=Kind.onboarding), make_exam(now, other, kind=Kind.onboarding)
    people = {name: member(course, name) for name in ("Ada", "Ben", "Cleo", "Dan", "Eve", "Fay")}
    member(course, "Gone", is_active=False)
    onboard(now, here, people["Ben"], Status.download_software_clicked)
    onboard(now, here, people["Cleo"], Status.verified, signed_at=now)
    onboard(now, here, people["Dan"], Status.verified, signed_at=now - timedelta(days=366))
    onboard(now, there, people["Eve"], Status.verified, signed_at=now)
    onboard(now, here, people["Fay"], Status.rejected)
    onboard(now, here, people["Fay"], Status.onboarding_reset, number=2)
    page = api.onboarding_of_course(course.id)
    assert [(row.learner.username, row.state) for row in page.items] == [
        ("ada", State.not_started), ("ben", State.setup_started), ("cleo", State.verified), ("dan", State.expired),
        ("eve", State.other_course_approved), ("fay", State.rejected),
    ]  # fmt: skip
    assert page.items[2].expires_at == now + timedelta(days=365)
    found = api.onboarding_of_course(course.id, states=[State.expired, State.rejected], limit=1, page=2)
    assert ([row.learner.username for row in found.items], found.total, found.pages) == (["fay"], 2, 2)
    assert [row.state for row in api.onboarding_of_course(course.id, search="CLE").items] == [State.verified]
    assert api.onboarding_of(course.id, people["Ada"].id).exam_id == here.id


def test_an_onboarding_with_another_provider_does_not_count(app, now, time, member):
    course = make_course(now)
    make_exam(now, course, kind=Kind.onboarding, provider="mock")
    user = member(course, "Ada")
    onboard(now, make_exam(now, kind=Kind.onboarding), user, Status.verified, signed_at=now)
    assert api.onboarding_of(course.id, user.id).state == State.not_started


def test_the_outline_goes_by_the_newest_attempt(app, now, time):
    course, user = make_course(now), make_user(now)
    first, second = make_exam(now, course), make_exam(now + timedelta(minutes=1), course, kind=Kind.timed)
    make_attempt(now, exam=first, user=user, status=Status.error)
    make_attempt(now, exam=first, user=user, status=Status.verified)
    items = api.course_outline(course.id, user.id)
    assert [(item.exam_id, item.status, item.summary.value) for item in items] == [
        (first.id, Status.verified, "accepted"), (second.id, None, "timed"),
    ]  # fmt: skip


@pytest.fixture
def watcher(app):
    before = app.extensions["providers"], app.extensions["backends"]
    found = load("watcher", {"plugin": "mock", "ready_after": -1, "has_dashboard": True})
    registry.set_up(app.extensions, "builtin", {"builtin": load("builtin", {}), "watcher": found})
    yield found
    app.extensions["providers"], app.extensions["backends"] = before


def test_violations_are_counted_by_what_the_provider_called_them(app, now, time, watcher):
    exam = make_exam(now, provider="watcher")
    attempt = make_attempt(
        now, exam=exam, provider="watcher", status=Status.submitted, started_at=now, stopped_at=now, config_version=1
    )
    make_submitted(now, exam=make_exam(now, attempt.exam.course, kind=Kind.practice))
    known = providers.announced(attempt)
    known.external_id = "ext-1"
    remarks = (Comment("Looked away", "Suspicious", 1, 2, 1), Comment("Phone", "Rules Violation"))
    providers.take_review(known, watcher, Review(ReviewStatus.suspicious, (*remarks, remarks[0])), now=now)
    (row,) = api.violations(attempt.exam.course_id).items
    assert (row.provider_status, row.counts) == ("suspicious", {"Suspicious": 2, "Rules Violation": 1})
    assert row.remarks["Rules Violation"] == ["Phone"]
    assert api.violations(attempt.exam.course_id, include_practice=True).total == 2
    (sent,) = api.list_reviews(attempt.id)
    assert (sent.source, sent.found, len(sent.remarks)) == ("provider", "suspicious", 3)
    assert api.find_attempt(external_id="ext-1").id == attempt.id
    assert api.find_attempt(code=known.code.lower()).provider_code == known.code


def test_who_may_review(app, now):
    exam = make_exam(now, members=("pia",))
    people = {
        "pia": make_user(now, username="pia", role=SiteRole.proctor),
        "paul": make_user(now, username="paul", role=SiteRole.proctor),
        "ann": make_user(now, username="ann", role=SiteRole.administrator),
        "lea": make_user(now, username="lea"),
        "off": make_user(now, username="off", role=SiteRole.administrator, is_locked=True),
    }
    assert {name: api.may_review(user.id, exam.id) for name, user in people.items()} == {
        "pia": True, "paul": False, "ann": True, "lea": False, "off": False,
    }  # fmt: skip
    with pytest.raises(Forbidden, match="reviewer"):
        api.conclude(make_submitted(now).id, Verdict.positive, by=people["lea"].id)


def test_who_concluded_is_told(app, now, time):
    attempt = make_submitted(now)
    reviewer = Actor(Role.reviewer, make_user(now).id)
    review.conclude(attempt, Verdict.positive, reason=None, comment="", actor=reviewer, now=now)
    assert [(row.source, row.found) for row in api.list_reviews(attempt.id)] == [("person", "positive")]


def test_the_pages_of_a_provider_and_what_goes_wrong_there(app, now, watcher, monkeypatch):
    exam, staff = make_exam(now, provider="watcher"), make_user(now)
    asked = []

    def address(course_id, who, **options):
        asked.append((course_id, who.email, options["is_configuration"]))
        return "https://watcher.example/one-time"

    monkeypatch.setattr(watcher, "dashboard_address", address)
    assert api.dashboard_address(exam.id, by=staff.id) == "https://watcher.example/one-time"
    assert asked == [(exam.course.context_id, staff.email, False)]
    assert api.dashboard_address(make_exam(now).id, by=staff.id) is None
    monkeypatch.setattr(watcher, "dashboard_address", lambda *_a, **_k: 1 / 0)
    with pytest.raises(Upstream, match="provider_broke"):
        api.dashboard_address(exam.id, by=staff.id)
    monkeypatch.setattr(watcher, "retire_user", lambda *_a: 1 / 0)
    assert api.retire_user(staff.id) == {"builtin": None, "watcher": False}


def test_many_allowances_have_a_limit(app, now, monkeypatch):
    exam = make_exam(now)
    with pytest.raises(Invalid, match="allowances_many"):
        api.grant_allowances([exam.id], [str(n) for n in range(5001)], additional_time=5)
    with pytest.raises(Invalid, match="allowance_empty"):
        api.grant_allowances([exam.id], ["x"])
    assert api.grant_allowances([exam.id, exam.id], ["x", " x ", ""], additional_time=5) == [
        api.grant_allowances([exam.id], ["x"], additional_time=5)[0]
    ]
