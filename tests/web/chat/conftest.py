"""A learner and a proctor in the chat of an attempt."""

import pytest

from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.people.site_roles import SiteRole
from tests.factories import make_recorded, make_user
from tests.web.chat.browsers import writer


@pytest.fixture
def attempt(app, now, time):
    found = make_recorded(now, Addon.chat, Addon.upload)
    db.session.commit()
    return found


@pytest.fixture
def proctor(attempt, sign_in, now):
    user = make_user(now, role=SiteRole.proctor, name="Pia Proctor")
    db.session.commit()
    return sign_in(user)


@pytest.fixture
def write(learner, attempt):
    return writer(learner, f"/attempts/{attempt.id}/messages")


@pytest.fixture
def answer(proctor, attempt):
    return writer(proctor, f"/exams/{attempt.exam_id}/attempts/{attempt.id}/chat")
