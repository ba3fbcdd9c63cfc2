"""Who looks at the attempt of a test: its learner, and a teacher of its course."""

import pytest

from tests.factories import make_user


@pytest.fixture
def learner(attempt, sign_in):
    return sign_in(attempt.user, {attempt.exam.course_id: "learner"})


@pytest.fixture
def teacher(attempt, sign_in, now):
    return sign_in(make_user(now, name="Dr Sol"), {attempt.exam.course_id: "instructor"})
