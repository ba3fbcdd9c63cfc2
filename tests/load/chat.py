"""CPU of the chat beside that of a pulse, in one process: `python -m tests.load.chat`

300 learners take an exam, each has written something that nobody has read; one conversation has 200 lines.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import count

from flask.testing import FlaskClient
from flask_migrate import upgrade

from lti_proctor import clock, serve_app
from lti_proctor.chat import service as chat
from lti_proctor.chat.models import Message, Side
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people import service as people
from lti_proctor.people.models import User
from lti_proctor.settings import ROOT, load
from lti_proctor.web.limits import Rate
from tests.conftest import csrf_of
from tests.factories import STAFF, make_attempt, make_recorded, make_user
from tests.load.launches import our_environ

LEARNERS, LINES, ROUNDS, CALLS = 300, 200, 5, 40


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        # Not behind a proxy: the cookies are those of the development.
        environ = {**our_environ(folder), "LTI_PROCTOR_DEVELOPMENT": "true", "LTI_PROCTOR_BASE_URL": "http://localhost"}
        app = serve_app(load(environ))
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            now = clock.now()
            attempt = make_recorded(now, Addon.chat)
            for n in range(LINES):
                side, actor = (Side.staff, STAFF) if n % 2 else (Side.learner, Actor(Role.learner, attempt.user_id))
                chat.write(attempt, f"Line {n} of what was said.", f"{n:016d}", side=side, actor=actor, now=now)
            for _ in range(LEARNERS - 1):
                other = make_attempt(
                    now, exam=attempt.exam, status=attempt.status, started_at=now, seen_at=now, config_version=1
                )
                db.session.add(
                    Message(attempt_id=other.id, side=Side.learner, key="0" * 16, text="Hello", salt="", written_at=now)
                )
            teacher = make_user(now)
            learner = browser(app.test_client(), attempt.user, attempt.exam.course_id, "learner")
            staff = browser(app.test_client(), teacher, attempt.exam.course_id, "instructor")
            db.session.commit()
            own, theirs = f"/attempts/{attempt.id}", f"/exams/{attempt.exam_id}/attempts/{attempt.id}/chat"
            exam, version = f"/exams/{attempt.exam_id}", attempt.chat_version
        token, number = csrf_of(learner), count(10**6)
        header = {"X-CSRFToken": token}

        def send() -> object:
            body = {"csrf_token": token, "text": "Is this right?", "key": f"{next(number):016d}"}
            return learner.post(f"{own}/messages", data=body, headers={"Accept": "application/json"})

        pulse = told("a pulse", lambda: learner.post(f"{own}/pulse", headers=header), None)
        told("the panel asks, nothing new", lambda: learner.get(f"{own}/messages?known={version}"), pulse)
        told("staff ask, nothing new", lambda: staff.get(f"{theirs}/messages?known={version}"), pulse)
        told(f"who waits, of {LEARNERS}", lambda: staff.get(f"{exam}/unread"), pulse)
        told(f"{LINES} lines", lambda: learner.get(f"{own}/messages"), pulse)
        # More than a person may send.
        app.extensions["rates"]["messages"] = Rate(app.extensions["failures"], "messages", 10**6)
        told("a message, answered with all lines", send, pulse)


def browser(client: FlaskClient, user: User, course_id: int, part: str) -> FlaskClient:
    token = people.new_token()
    people.open_sign_in(token, user_id=user.id, data={"parts": {str(course_id): part}}, hours=2, now=clock.now())
    client.set_cookie("lti-proctor", token, domain="localhost")
    return client


def told(words: str, call: Callable[[], object], pulse: float | None) -> float:
    """Milliseconds of CPU, the middle of some rounds."""
    rounds = []
    for _ in range(ROUNDS + 1):
        begun = time.process_time()
        for _ in range(CALLS):
            assert call().status_code == 200  # type: ignore[attr-defined]
        rounds.append((time.process_time() - begun) * 1000 / CALLS)
    found = statistics.median(rounds[1:])
    print(f"{words:36} {found:5.2f} ms" + (f"  {found / pulse:4.1f} pulses" if pulse else ""))
    return found


if __name__ == "__main__":
    main()
