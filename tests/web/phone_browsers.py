"""The two browsers of an exam with a second camera, for tests at the door."""

import re

from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event
from lti_proctor.extensions import db
from tests.conftest import csrf_of
from tests.faces import jpeg
from tests.factories.phones import learner, make_at_step

ADDRESS = re.compile(r'<code id="phone-address" dir="ltr">([^<]+)</code>')


class Handset:
    """The browser of a phone."""

    def __init__(self, app):
        self.browser = app.test_client()
        self.csrf = csrf_of(self.browser)

    def join(self, secret):
        return self.browser.post("/phone/join", data={"csrf_token": self.csrf, "secret": secret})

    def sign(self, *, camera=True):
        return self.browser.post("/phone/sign", json={"camera": camera}, headers={"X-CSRFToken": self.csrf})

    def send(self, at, path="pictures", body=None, content_type="image/jpeg"):
        headers = {"X-CSRFToken": self.csrf, "Content-Type": content_type, "Accept": "application/json"}
        query = f"?taken_ms={round(at.timestamp() * 1000)}"
        return self.browser.post(f"/phone/{path}{query}", data=jpeg() if body is None else body, headers=headers)


class Computer:
    """A learner at the step of the phone."""

    def __init__(self, now, sign_in, *addons, **config):
        self.attempt = make_at_step(now, *addons, **config)
        self.browser = sign_in(self.attempt.user, {self.attempt.exam.course_id: "learner"})
        self.csrf = csrf_of(self.browser)
        self.path = f"/attempts/{self.attempt.id}"

    def link(self):
        return self.browser.post(f"{self.path}/phone/link", headers={"X-CSRFToken": self.csrf})

    def secret(self):
        return ADDRESS.search(self.link().text).group(1).partition("#")[2]

    def state(self):
        return self.browser.get(f"{self.path}/phone").json

    def go_on(self, step="qrcode", **fields):
        return self.browser.post(f"{self.path}/steps/{step}", data={"csrf_token": self.csrf, **fields})

    def start(self):
        with_actor = {"actor": learner(self.attempt), "now": self.attempt.created_at}
        attempts.fire(self.attempt, Event.start, **with_actor)
        db.session.commit()


def outcome(computer, step):
    return next((row.outcome for row in computer.attempt.steps if row.step == step), None)
