"""Objects that are taken from rows of prepared statements are those that the session would have loaded itself."""

import pytest
from sqlalchemy import bindparam, event, inspect

from lti_proctor.attempts.models import Assessment, Attempt
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db, execute, table_of
from lti_proctor.objects import Chain
from lti_proctor.platforms.models import Course
from tests.factories import make_attempt, make_exam

CHAIN = Chain(Attempt, (Attempt, "assessment", Assessment), (Attempt, "exam", Exam), (Exam, "course", Course))
BY_ID = CHAIN.where(table_of(Attempt).c.id == bindparam("attempt_id"))


@pytest.fixture
def attempt_id(app, now):
    attempt = make_attempt(now, exam=make_exam(now, title="Optics"), started_at=now, spared=["face"])
    db.session.commit()
    return attempt.id


@pytest.fixture
def statements(app):
    """What is sent to the database."""
    sent = []

    def note(_connection, _cursor, statement, *_more):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def taken(attempt_id):
    return CHAIN.objects(execute(BY_ID, attempt_id=attempt_id).one())


def values(row):
    return {one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs}


def test_every_value_is_the_one_that_the_session_loads(attempt_id):
    db.session.remove()
    found = taken(attempt_id)
    ours = [values(row) for row in (found, found.exam, found.exam.course)]
    db.session.remove()
    loaded = db.session.get_one(Attempt, attempt_id)
    assert [values(row) for row in (loaded, loaded.exam, loaded.exam.course)] == ours


def test_what_hangs_on_it_needs_no_further_query(attempt_id, statements):
    db.session.remove()
    found = taken(attempt_id)
    assert (found.exam.title, found.exam.course is not None, found.assessment) == ("Optics", True, None)
    assert statements == []
    with db.session.no_autoflush:
        assert found not in db.session.dirty


def test_what_the_session_holds_stays_as_it_is(attempt_id):
    held = db.session.get_one(Attempt, attempt_id)
    held.error = "not written yet"
    with db.session.no_autoflush:
        assert taken(attempt_id) is held
    assert held.error == "not written yet"


def test_a_change_is_written(attempt_id):
    db.session.remove()
    taken(attempt_id).error = "broken"
    db.session.commit()
    db.session.remove()
    assert db.session.get_one(Attempt, attempt_id).error == "broken"
