import io
import random
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lti_proctor import jobs, outbox
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event
from lti_proctor.content import codes, documents, records, service
from lti_proctor.content.conditions import NO_CONDITION
from lti_proctor.content.documents import Place
from lti_proctor.content.models import Document, DocumentKind, Package, PackageFile, Statement
from lti_proctor.content.statements import read_statement
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.exams.config import Delivery
from lti_proctor.exams.service import create_exam
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role, entries_of
from lti_proctor.storage import store
from tests.factories import STAFF, make_attempt, make_course, make_exam, make_running
from tests.factories.packages import ACTIVITY, xapi_package, zip_of


def put(exam, now, data=None, name="quiz.zip"):
    return service.put_on(exam, io.BytesIO(data or xapi_package()), name, actor=STAFF, now=now)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_an_upload_becomes_the_questions_of_the_exam(app, now):
    exam = make_exam(now, url="https://elsewhere.example/")
    package = put(exam, now)
    assert (exam.config.delivery, exam.config.package) == (Delivery.hosted, package.identifier)
    assert (package.activity, package.start_path, package.n_files, package.name) == (
        ACTIVITY,
        "index.html",
        5,
        "quiz.zip",
    )
    found = service.get_file(package.identifier, "code/run.js")
    assert b"XMLHttpRequest" in store().get(found.key)
    assert sum(file.n_bytes for file in service.files_of(package)) == package.n_bytes


def test_one_page_is_kept_as_the_first_one(app, now):
    package = put(make_exam(now), now, b"<p>Hello", "..\\My quiz.HTML")
    assert (package.name, package.n_files, service.start_of(package)) == ("My quiz.HTML", 1, "index.html")


@pytest.mark.parametrize("name", ["a.html", "a.zip"])
def test_a_refused_upload_leaves_nothing_behind(app, now, name):
    exam = make_exam(now, url="https://elsewhere.example/")
    before = set(store().fs.find(store().root))
    bad = {"a.html": b"", "a.zip": zip_of({"a.html": "x", "b.html": bytes(5_000_000)})}[name]
    with pytest.raises(Invalid):
        put(exam, now, bad or b"", name) if bad else service.put_on(exam, io.BytesIO(), name, actor=STAFF, now=now)
    assert set(store().fs.find(store().root)) == before
    assert exam.config.delivery == Delivery.framed


def test_bytes_that_break_off_in_the_middle_leave_nothing_behind(app, now):
    before = set(store().fs.find(store().root))
    data = bytearray(zip_of({"index.html": "x", "z.bin": random.Random(1).randbytes(500_000)}))
    data[300_000] ^= 0xFF
    with pytest.raises(Invalid, match="package_unreadable"):
        put(make_exam(now), now, bytes(data))
    assert set(store().fs.find(store().root)) == before


def test_files_that_nothing_names_go_after_an_hour(app, now, time):
    exam = make_exam(now)
    old = put(exam, now)
    folder = service.folder_of(old.identifier)
    new = put(exam, now)
    time.passes(minutes=59)
    jobs.run("content.sweep", ())
    assert count(Package) == 2
    time.passes(minutes=2)
    jobs.run("content.sweep", ())
    outbox.deliver_due()
    assert db.session.scalars(select(Package.identifier)).all() == [new.identifier]
    assert count(PackageFile) == 5
    assert not store().fs.exists(f"{store().root}/{folder}")
    assert store().get(service.get_file(new.identifier, "index.html").key)


def test_a_running_attempt_keeps_the_files_it_began_with(app, now, time):
    exam = make_exam(now)
    package = put(exam, now)
    attempt = make_running(now, exam=exam)
    service.take_off(exam, actor=STAFF, now=now)
    time.passes(hours=2)
    jobs.run("content.sweep", ())
    assert service.package_of(attempts.config_of(attempt)) is package
    attempts.fire(attempt, Event.submit, actor=Actor(Role.learner, attempt.user_id), now=time.now)
    jobs.run("content.sweep", ())
    assert count(Package) == 0


def test_a_copied_exam_keeps_the_files_alive(app, now, time):
    exam = make_exam(now)
    put(exam, now)
    create_exam(title="Copy", kind=exam.kind, config=exam.config, course_id=make_course(now).id, actor=STAFF, now=now)
    service.take_off(exam, actor=STAFF, now=now)
    time.passes(hours=2)
    jobs.run("content.sweep", ())
    assert count(Package) == 1


def report(attempt, now, share=0.5, *, verb="completed", activity=None, identifier=None, **result):
    if share is not None:
        result["score"] = {"scaled": share}
    statement = {
        "actor": {"mbox": "mailto:a@x.example"},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
        "object": {"id": activity or records.activity_of(attempt)},
        "result": result,
        **({"id": identifier} if identifier else {}),
    }
    return records.keep(attempt, [read_statement(statement)], actor=Actor(Role.learner), now=now)[0]


def test_the_result_of_the_root_activity_is_that_of_the_attempt(app, now):
    exam = make_exam(now)
    put(exam, now)
    attempt = make_running(now, exam=exam)
    assert records.activity_of(attempt) == ACTIVITY
    report(attempt, now, 0.5)
    report(attempt, now, 1.0, activity=f"{ACTIVITY}/q1")
    assert attempt.result == Decimal("0.5")
    assert count(Statement) == 2


def test_completed_without_a_score_does_not_undo_a_score(app, now):
    attempt = make_running(now)
    report(attempt, now, None, success=False)
    assert attempt.result == 0
    report(attempt, now, 0.85, verb="passed")
    report(attempt, now, None, success=True)
    assert attempt.result == Decimal("0.85")


def test_a_statement_that_comes_twice_counts_once(app, now):
    attempt = make_running(now)
    identifier = report(attempt, now, 0.5)
    report(attempt, now, 0.9)
    assert report(attempt, now, 0.5, identifier=identifier) == identifier
    assert attempt.result == Decimal("0.9")
    with pytest.raises(Refused, match="xapi_conflict"):
        report(attempt, now, 0.6, identifier=identifier)


def test_an_attempt_keeps_so_many_things_at_most(app, now, monkeypatch):
    attempt = make_running(now)
    monkeypatch.setattr(records, "PER_ATTEMPT", 1)
    monkeypatch.setattr(documents, "PER_ATTEMPT", 1)
    report(attempt, now)
    with pytest.raises(Invalid, match="xapi_too_large"):
        report(attempt, now)
    keep_state(attempt, now, "one")
    keep_state(attempt, now, "one")
    with pytest.raises(Invalid, match="xapi_too_large"):
        keep_state(attempt, now, "two")
    with pytest.raises(Invalid, match="xapi_too_large"):
        keep_state(attempt, now, "one", b"x" * 500_001)


def keep_state(attempt, now, name, content=b"{}"):
    place = Place(DocumentKind.state, ACTIVITY, None, name)
    documents.put(attempt, place, content, "application/json", NO_CONDITION, is_careful=False, now=now)


def test_statements_and_documents_go_with_the_evidence(app, now, time):
    mine, other = make_running(now, expires=10), make_running(now, expires=20)
    for attempt in (mine, other):
        report(attempt, now)
        keep_state(attempt, now, "one")
        attempts.fire(attempt, Event.submit, actor=Actor(Role.learner, attempt.user_id), now=now)
    time.passes(days=9)
    jobs.run("content.expire", ())
    assert (count(Statement), count(Document)) == (2, 2)
    time.passes(days=2)
    jobs.run("content.expire", ())
    assert db.session.scalars(select(Statement.attempt_id)).all() == [other.id]
    assert db.session.scalars(select(Document.attempt_id)).all() == [other.id]


def test_what_a_running_attempt_keeps_stays(app, now, time):
    attempt = make_running(now, expires=1)
    keep_state(attempt, now, "one")
    time.passes(days=30)
    jobs.run("content.expire", ())
    assert count(Document) == 1


@pytest.mark.parametrize(
    ("delivery", "action"), [(Delivery.window, "attempt.code_shown"), (Delivery.framed, "attempt.code_handed")]
)
def test_the_access_code_is_given_after_the_start_and_noted_once(app, now, delivery, action):
    config = {"delivery": delivery, "url": "https://lms.example/quiz", "code": "sesame"}
    attempt = make_running(now, **config)
    actor = Actor(Role.learner, attempt.user_id)
    assert [codes.give_code(attempt, actor=actor, now=now) for _ in range(2)] == ["sesame", "sesame"]
    noted = [entry for entry in entries_of(f"attempt:{attempt.id}") if entry.action.startswith("attempt.code")]
    assert [(entry.action, entry.data) for entry in noted] == [(action, {})]
    attempts.fire(attempt, Event.submit, actor=actor, now=now)
    with pytest.raises(Refused):
        codes.give_code(attempt, actor=actor, now=now)


def test_no_code_before_the_start_and_none_where_there_is_none(app, now):
    exam = make_exam(now, delivery=Delivery.window, url="https://lms.example/quiz", code="sesame")
    with pytest.raises(Refused):
        codes.give_code(make_attempt(now, exam=exam), actor=Actor(Role.learner), now=now)
    with pytest.raises(NotFound):
        codes.give_code(make_running(now), actor=Actor(Role.learner), now=now)


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("https://x.example/q", "https://x.example/q"),
        ("https://x.example/q?p={code}&r=1", "https://x.example/q?p=a%2Fb%26%3F%20%C3%A4&r=1"),
        ("https://x.example/{code}/{code}", "https://x.example/a%2Fb%26%3F%20%C3%A4/a%2Fb%26%3F%20%C3%A4"),
    ],
)
def test_the_code_takes_its_place_in_the_address_and_stays_one_value(address, whole):
    assert codes.with_code(address, "a/b&? ä") == whole
