"""Rows for tests, as the program itself would make them."""

import itertools
import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.evidence import service as evidence
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Addon, Kind, Metric
from lti_proctor.exams.config import ExamConfig
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.models import Identity, User
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.platforms import service as platforms
from lti_proctor.platforms.models import Course, Registration, ResourceLink
from lti_proctor.review.models import Cause, Remark, RemarkKind
from lti_proctor.review.remarks import write
from lti_proctor.review.service import note_opened

_count = itertools.count(1)
STAFF = Actor(Role.staff)
SCOPES = [f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}" for name in ("lineitem", "score", "result.readonly")]


def make_platform(
    now: datetime, *, issuer: str = "https://lms.example", client_id: str = "client-1", **more: Any
) -> Registration:
    host = issuer if issuer.startswith("http") else "https://lms.example"
    details = platforms.PlatformDetails(
        name="An LMS",
        issuer=issuer,
        client_id=client_id,
        auth_login_url=more.get("auth_login_url", f"{host}/auth"),
        auth_token_url=more.get("auth_token_url", f"{host}/token"),
        key_set_url=more.get("key_set_url", f"{host}/keys"),
        deployment_ids=tuple(more.get("deployment_ids", ("1",))),
    )
    return platforms.add_platform(details, actor=STAFF, now=now)


def make_course(now: datetime, platform: Registration | None = None, *, label: str = "STAT 101") -> Course:
    platform = platform or make_platform(now, client_id=f"client-{next(_count)}")
    course = Course(
        deployment_id=platform.deployments[0].id, context_id=f"c{next(_count)}", label=label, title="Statistics"
    )
    db.session.add(course)
    db.session.flush()
    return course


def make_user(
    now: datetime,
    *,
    name: str = "Inés Márquez",
    role: SiteRole = SiteRole.student,
    platform: Registration | None = None,
    **more: Any,
) -> User:
    n = next(_count)
    user = User(
        username=more.pop("username", f"user-{n}"), nickname=name, email=f"u{n}@northfield.example", role=role,
        old_passwords=[], created_at=now, **more,
    )  # fmt: skip
    db.session.add(user)
    db.session.flush()
    if platform is not None:
        db.session.add(Identity(registration_id=platform.id, user_id=user.id, subject=f"sub-{n}"))
        db.session.flush()
    return user


def make_exam(
    now: datetime, course: Course | None = None, *, kind: Kind = Kind.proctored, title: str = "Final", **config: Any
) -> Exam:
    course = course or make_course(now)
    return exams.create_exam(
        title=title, kind=kind, config=ExamConfig(**config), course_id=course.id, actor=STAFF, now=now
    )


def make_link(exam: Exam, **more: Any) -> ResourceLink:
    assert exam.course is not None
    values = {
        "line_item_url": "https://lms.example/items/1?type_id=1",
        "line_items_url": "https://lms.example/items?type_id=1",
        "scopes": SCOPES,
        **more,
    }
    link = ResourceLink(
        deployment_id=exam.course.deployment_id,
        course_id=exam.course_id,
        exam_id=exam.id,
        link_id=f"link-{next(_count)}",
        **values,
    )
    db.session.add(link)
    db.session.flush()
    return link


def make_attempt(
    now: datetime, *, exam: Exam | None = None, user: User | None = None, link: ResourceLink | None = None,
    status: Status = Status.created, **values: Any,
) -> Attempt:  # fmt: skip
    """An attempt put into a status directly: only for tests of what happens from there."""
    exam = exam or make_exam(now)
    assert exam.course is not None
    user = user or make_user(now, platform=exam.course.deployment.registration)
    link = link or make_link(exam)
    number = values.pop("number", 1)
    attempt = Attempt(
        identifier=secrets.token_urlsafe(12), exam_id=exam.id, user_id=user.id, resource_link_id=link.id, number=number,
        status=status, created_at=now, **values,
    )  # fmt: skip
    db.session.add(attempt)
    db.session.flush()
    return attempt


def make_running(now: datetime, *, exam: Exam | None = None, user: User | None = None, **config: Any) -> Attempt:
    """An attempt that went the learner's way to the exam; the exam has no steps."""
    exam = exam or make_exam(now, **config)
    attempt = make_attempt(now, exam=exam, user=user)
    learner = Actor(Role.learner, attempt.user_id)
    attempts.fire(attempt, Event.finish_setup, actor=learner, now=now)
    attempts.fire(attempt, Event.start, actor=learner, now=now)
    return attempt


def make_watched(now: datetime, *, metrics: dict[Metric, Decimal], lifetime: int = 30, **config: Any) -> Attempt:
    """An attempt that runs and is watched: its steps are behind it."""
    exam = make_exam(now, addons=frozenset({Addon.track}), metrics=metrics, lifetime=lifetime, **config)
    deadline = now + timedelta(minutes=lifetime)
    return make_attempt(
        now, exam=exam, status=Status.started, started_at=now, seen_at=now, deadline_at=deadline, config_version=1
    )


def make_recorded(now: datetime, *addons: Addon, lifetime: int = 30, **config: Any) -> Attempt:
    """An attempt that runs and is recorded: its learner agreed to it."""
    on = frozenset({Addon.record, *addons})
    exam = make_exam(now, addons=on, lifetime=lifetime, **config)
    attempt = make_attempt(
        now, exam=exam, status=Status.started, started_at=now, seen_at=now, config_version=1,
        deadline_at=now + timedelta(minutes=lifetime),
    )  # fmt: skip
    evidence.give_consent(attempt, locale="en", actor=Actor(Role.learner, attempt.user_id), now=now)
    return attempt


def make_submitted(now: datetime, *, result: str | None = "0.85", **config: Any) -> Attempt:
    """An attempt that was handed in, with the share that the exam's content reported."""
    attempt = make_running(now, **config)
    learner = Actor(Role.learner, attempt.user_id)
    if result is not None:
        attempts.record_result(attempt, Decimal(result), {"score": {}}, actor=learner, now=now)
    attempts.fire(attempt, Event.submit, actor=learner, now=now)
    return attempt


def make_incident(attempt: Attempt, reviewer: int, now: datetime, text: str = "Another voice was heard.") -> Remark:
    """A reviewer has looked at the evidence and written down what may stand behind a negative conclusion."""
    actor = Actor(Role.reviewer, reviewer)
    note_opened(attempt, actor=actor, now=now)
    return write(attempt, RemarkKind.incident, text, cause=Cause.learner, actor=actor, now=now)
