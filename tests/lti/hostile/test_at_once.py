"""The same message many times at once, through a real server with threads: one of them counts."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import func, select
from werkzeug.serving import make_server

from lti_proctor.attempts.models import Assessment, Attempt
from lti_proctor.extensions import db
from lti_proctor.journal.models import Entry
from lti_proctor.lti.claims import LTI
from lti_proctor.once import UsedToken
from lti_proctor.people.models import Identity, User
from lti_proctor.platforms.models import Course, ResourceLink
from tests.conftest import csrf_of
from tests.lti.conftest import CLIENT, ISSUER, Platform
from tests.lti.hostile.conftest import PERSON
from tests.lti.hostile.refusal import REFERENCE

AT_ONCE = 8
TOGETHER = {"timeout": 30, "follow_redirects": False}


@pytest.fixture
def server(platform: Platform):
    """The application behind a server, each request in a thread."""
    db.session.commit()
    found = make_server("127.0.0.1", 0, platform.app, threaded=True)
    found.log_request = lambda *args: None
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{found.server_port}"
    found.shutdown()
    thread.join()
    found.server_close()


class Crowd:
    """Browsers with a login each, and what they post at the same moment."""

    def __init__(self, server: str, platform: Platform) -> None:
        self.server, self.platform = server, platform

    def login(self) -> tuple[str, str, str]:
        """State, nonce and cookie of one login."""
        query = {
            "iss": ISSUER,
            "client_id": CLIENT,
            "login_hint": "42",
            "target_link_uri": "http://localhost:8000/lti/launch",
        }
        answer = httpx.get(f"{self.server}/lti/login", params=query, **TOGETHER)
        told = parse_qs(urlsplit(answer.headers["Location"]).query)
        return told["state"][0], told["nonce"][0], answer.cookies["lti-browser"]

    def message(self, **changes) -> tuple[dict[str, str], str]:
        state, nonce, cookie = self.login()
        token = self.platform.sign(self.platform.claims(nonce, **{**PERSON, **changes}))
        return {"state": state, "id_token": token}, cookie

    def post(self, messages: list[tuple[dict[str, str], str]]) -> list[httpx.Response]:
        barrier = threading.Barrier(len(messages))

        def send(message: tuple[dict[str, str], str]) -> httpx.Response:
            form, cookie = message
            barrier.wait(10)
            return httpx.post(
                f"{self.server}/lti/launch", data=form, headers={"Cookie": f"lti-browser={cookie}"}, **TOGETHER
            )

        with ThreadPoolExecutor(len(messages)) as pool:
            return list(pool.map(send, messages))


@pytest.fixture
def crowd(server: str, platform: Platform) -> Crowd:
    return Crowd(server, platform)


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def statuses(answers) -> Counter[int]:
    for answer in answers:
        assert answer.status_code == 303 or REFERENCE.search(answer.text)
    return Counter(answer.status_code for answer in answers)


def actions(name: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Entry).where(Entry.action == name))


def test_one_launch_posted_many_times_counts_once(crowd):
    answers = crowd.post([crowd.message()] * AT_ONCE)
    assert statuses(answers) == {303: 1, 400: AT_ONCE - 1}
    assert (count(User), count(Identity), count(Attempt), count(UsedToken)) == (1, 1, 1, 1)


def test_many_first_launches_of_one_learner_are_one_person_with_one_attempt(crowd):
    answers = crowd.post([crowd.message() for _ in range(AT_ONCE)])
    assert statuses(answers) == {303: AT_ONCE}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert (count(User), count(Identity), count(Attempt)) == (1, 1, 1)


def test_many_first_launches_of_a_class_make_one_course_and_one_link(crowd):
    answers = crowd.post([crowd.message(sub=f"learner-{n}") for n in range(AT_ONCE)])
    assert statuses(answers) == {303: AT_ONCE}
    assert (count(User), count(Attempt), count(Course), count(ResourceLink)) == (AT_ONCE, AT_ONCE, 1, 1)
    assert len(set(db.session.scalars(select(Attempt.exam_id)))) == 1


def test_many_starts_of_the_same_number_are_one_attempt_with_one_assessment(crowd, platform):
    answers = crowd.post([crowd.message(**platform.proctoring()) for _ in range(AT_ONCE)])
    assert set(statuses(answers)) <= {303, 409}
    assert statuses(answers)[303] >= 1
    assert (count(User), count(Attempt), count(Assessment)) == (1, 1, 1)


def test_starts_of_two_numbers_at_once_leave_one_attempt_that_can_run(crowd, platform):
    numbers = [1, 2] * (AT_ONCE // 2)
    answers = crowd.post([crowd.message(**platform.proctoring(attempt_number=n)) for n in numbers])
    assert set(statuses(answers)) <= {303, 409}
    assert sorted(db.session.scalars(select(Attempt.number))) == [1, 2]
    assert count(Assessment) == 2


@pytest.fixture
def running(platform: Platform, client, server):
    """An attempt of the LMS that has begun."""
    launched = platform.launch(client, **{**PERSON, **platform.proctoring()})
    path = launched.headers["Location"]
    assert client.post(f"{path}/start", data={"csrf_token": csrf_of(client)}).status_code == 303
    return int(path.rsplit("/", 1)[1])


@pytest.mark.parametrize("n", [2, AT_ONCE])
def test_many_ends_at_once_end_it_once(crowd, platform, running, n):
    back = {LTI + "launch_presentation": {"return_url": "https://lms.example/back"}}
    answers = crowd.post([crowd.message(**platform.end(), **back) for _ in range(n)])
    assert set(statuses(answers)) <= {303, 409}
    assert statuses(answers)[303] >= 1
    assert db.session.get_one(Attempt, running).status == "submitted"
    assert (actions("assessment.ended"), actions("attempt.submit")) == (1, 1)


def test_an_end_and_a_new_start_at_once_leave_the_old_attempt_ended_once(crowd, platform, running):
    messages = [crowd.message(**platform.end()), crowd.message(**platform.proctoring(attempt_number=2))]
    assert set(statuses(crowd.post(messages))) <= {303, 409}
    assert db.session.get_one(Attempt, running).status == "submitted"
    assert actions("attempt.submit") == 1
