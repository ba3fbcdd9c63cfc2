"""The look around the room at the door: by the computer, by the phone, by a file, or not at all."""

import io

import pytest

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.evidence import room
from lti_proctor.evidence.models import Turn
from lti_proctor.exams.addons import Addon
from tests.faces import jpeg
from tests.web.phone_browsers import Computer, Handset, outcome


@pytest.fixture
def handset(app, now, time):
    return Handset(app)


@pytest.fixture
def computer(app, now, time, sign_in):
    found = Computer(now, sign_in, Addon.overview)
    found.go_on(person="1")
    return found


def take(computer, turn, body=None):
    headers = {"X-CSRFToken": computer.csrf, "Content-Type": "image/jpeg", "Accept": "application/json"}
    return computer.browser.post(f"{computer.path}/room/{turn}", data=body or jpeg(), headers=headers)


def test_all_turns_make_the_step(computer):
    for n, turn in enumerate(Turn, 1):
        assert take(computer, turn).json["room"] == [t.value for t in list(Turn)[:n]]
        assert computer.go_on("overview").status_code == (303 if n == len(Turn) else 422)
    assert outcome(computer, StepKey.overview) == Outcome.done
    assert computer.attempt.status == Status.ready_to_start


def test_the_phone_takes_them_as_well(computer, handset, now):
    handset.join(computer.secret())
    assert "First show your room" in handset.browser.get("/phone/").text
    assert handset.send(now, "room/left").json == {"room": ["left"]}
    assert computer.state()["room"] == ["left"]
    assert handset.sign().json["room"] == ["left"]
    assert handset.send(now, "room/up").status_code == 404


def test_a_file_can_be_sent_instead(computer):
    answer = computer.go_on("overview", turn="desk", photo=(io.BytesIO(jpeg()), "desk.jpg"))
    assert answer.status_code == 303
    assert list(room.turns_of(computer.attempt)) == [Turn.desk]
    refused = computer.go_on("overview", turn="desk", photo=(io.BytesIO(b"x"), "desk.jpg"))
    assert refused.status_code == 422
    assert "The file is not a picture that we can use" in refused.text


def test_who_would_rather_not_asks_a_person(computer):
    assert "I would rather not" in computer.browser.get(f"{computer.path}/steps/overview").text
    assert computer.go_on("overview", person="1").status_code == 303
    assert outcome(computer, StepKey.overview) == Outcome.person


def test_unless_the_exam_does_not_allow_it(app, now, time, sign_in):
    strict = Computer(now, sign_in, Addon.overview, overview_by_person=False)
    strict.go_on(person="1")
    assert "I would rather not" not in strict.browser.get(f"{strict.path}/steps/overview").text
    refused = strict.go_on("overview", person="1")
    assert refused.status_code == 422
    assert "This exam needs the pictures of your room" in refused.text
    assert outcome(strict, StepKey.overview) is None


@pytest.mark.parametrize(("turn", "body", "status"), [("up", None, 404), ("desk", b"x", 422)])
def test_what_is_wrong_is_refused(computer, turn, body, status):
    assert take(computer, turn, body).status_code == status


def test_nothing_is_taken_after_the_start(computer):
    computer.go_on("overview", person="1")
    computer.start()
    assert take(computer, "desk").status_code == 409
