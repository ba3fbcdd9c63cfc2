"""A course with an exam, and those who open its pages."""

import re

import pytest
from sqlalchemy import event

from lti_proctor.extensions import db
from lti_proctor.people.models import CourseMember
from lti_proctor.people.roles import Part
from tests.factories import make_course, make_exam, make_user


@pytest.fixture
def course(app, now, time):
    return make_course(now)


@pytest.fixture
def exam(course, now):
    return make_exam(now, course, lifetime=60)


@pytest.fixture
def teacher(course, sign_in, now):
    return sign_in(make_user(now, name="Dr Vega"), {course.id: "instructor"})


@pytest.fixture
def assistant(course, sign_in, now):
    return sign_in(make_user(now, name="Ada Tutor"), {course.id: "assistant"})


@pytest.fixture
def member(course, now):
    """Put a learner on the roster of the course."""

    def add(name, *, is_active=True, **values):
        user = make_user(now, name=name, username=values.pop("username", name.lower()), **values)
        db.session.add(CourseMember(course_id=course.id, user_id=user.id, part=Part.learner, is_active=is_active))
        db.session.flush()
        return user

    return add


@pytest.fixture
def filters():
    """The filters of a page: what each is called, and how many it counts."""

    def read(page):
        row = re.search(r'<ul class="filters".*?</ul>', page, re.DOTALL).group()
        found = re.findall(r"(?:</svg>|>)([^<>]+?) <span class=\"num\">(\d+)</span>", row)
        return {name: int(n) for name, n in found}

    return read


@pytest.fixture
def statements(app):
    """What is asked of the database from now on."""
    asked = []

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)
