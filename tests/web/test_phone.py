"""The phone at its door, and the learner's pages beside it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.evidence.snapshots import BYTES_MAX
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.phone import service as phones
from lti_proctor.phone.models import Phone
from lti_proctor.web.phone import session
from tests.faces import jpeg
from tests.factories import STAFF, make_user
from tests.factories.phones import learner
from tests.web.phone_browsers import ADDRESS, Computer, Handset, outcome


@pytest.fixture
def computer(app, now, time, sign_in):
    return Computer(now, sign_in)


@pytest.fixture
def handset(app, now, time):
    return Handset(app)


def n_pictures():
    return db.session.scalar(select(func.count()).select_from(Evidence).where(Evidence.kind == EvidenceKind.phone))


def test_a_phone_joins_shows_its_picture_and_the_learner_goes_on(computer, handset, now):
    answer = handset.join(computer.secret())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/phone/")
    assert "Second camera" in handset.browser.get("/phone/").text
    assert computer.state() | {"joined": True, "connected": False, "picture": None} == computer.state()
    assert handset.sign().json["place"] == "before"
    assert handset.send(now).json == {"kept": True}
    state = computer.state()
    assert (state["joined"], state["connected"], bool(state["picture"])) == (True, True, True)
    picture = computer.browser.get(f"{computer.path}/phone/picture")
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert computer.go_on().status_code == 303
    assert outcome(computer, StepKey.qrcode) == Outcome.done
    assert computer.attempt.status == Status.ready_to_start


def test_the_step_waits_for_a_phone_whose_camera_is_on(computer, handset):
    assert computer.go_on().status_code == 422
    handset.join(computer.secret())
    handset.sign(camera=False)
    refused = computer.go_on()
    assert refused.status_code == 422
    assert "Your phone is not connected yet" in refused.text
    assert outcome(computer, StepKey.qrcode) is None


def test_who_has_no_phone_goes_on_by_a_person(computer):
    assert computer.go_on(person="1").status_code == 303
    assert outcome(computer, StepKey.qrcode) == Outcome.person
    assert computer.attempt.status == Status.ready_to_start


def test_looking_at_a_link_uses_nothing_up_and_no_server_sees_its_secret(computer, handset, app):
    page = computer.link()
    address = ADDRESS.search(page.text).group(1)
    path, _, secret = address.partition("#")
    assert path == "http://localhost:8000/phone/"
    assert len(secret) == 43
    for _ in range(3):
        looked = app.test_client().get("/phone/")
        assert looked.status_code == 200
        assert "Use this phone as second camera" in looked.text
    assert handset.join(secret).status_code == 303


def test_the_code_is_drawn_in_black_on_white_with_its_quiet_zone(computer):
    page = computer.link().text
    assert 'viewBox="0 0 45 45"' in page
    assert '<path fill="#fff" d="M0 0h45v45h-45z"/>' in page
    assert re.search(r'stroke="#000" d="M4 4\.5h7', page)
    assert "style=" not in page


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("used", "This code was used already"),
        ("old", "This code is too old"),
        ("replaced", "This code is too old"),
        ("guessed", "This is not a code of ours"),
        ("empty", "This is not a code of ours"),
        ("endless", "This is not a code of ours"),
        ("over", "No phone is needed any more"),
    ],
)
def test_a_link_that_opens_nothing_says_what_to_do(app, computer, handset, time, spoil, words):
    secret = computer.secret()
    if spoil == "used":
        Handset(app).join(secret)
    elif spoil == "old":
        time.passes(minutes=11)
    elif spoil == "replaced":
        computer.link()
    elif spoil == "over":
        attempts.fire(computer.attempt, Event.decline, actor=STAFF, now=time.now, reason="Ill")
    secret = {"guessed": "A" * 43, "empty": "", "endless": secret + "a" * 10_000}.get(spoil, secret)
    answer = handset.join(secret)
    assert answer.status_code == 409
    assert words in answer.text
    assert "lti-proctor-phone" not in str(answer.headers.getlist("Set-Cookie"))
    assert db.session.scalar(select(func.count()).select_from(Phone)) == (1 if spoil == "used" else 0)


def test_who_guesses_too_often_has_to_wait(app, computer, handset, settings):
    secret = computer.secret()
    most = int(settings.limit_failures.split()[0])
    answers = [handset.join(f"guess-{n}").status_code for n in range(most + 1)]
    assert answers == [409] * most + [429]
    assert handset.join(secret).status_code == 429


def test_the_cookie_of_a_phone_is_its_own_and_goes_nowhere_else(computer, handset):
    (cookie,) = [c for c in handset.join(computer.secret()).headers.getlist("Set-Cookie") if "-phone=" in c]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert f"Path={session.PATH}" in cookie
    for path in (computer.path, f"{computer.path}/phone", f"{computer.path}/phone/picture", "/courses/1", "/exams/1"):
        assert handset.browser.get(path).status_code in {302, 401}


@pytest.mark.parametrize("path", ["sign", "pictures", "room/desk", "leave"])
def test_nobody_without_a_phone_gets_in(app, computer, handset, path, now):
    assert handset.send(now, path).status_code == 403
    assert computer.browser.post(f"/phone/{path}", headers={"X-CSRFToken": computer.csrf}).status_code == 403


def test_a_changed_cookie_is_none(app, computer, handset, now):
    handset.join(computer.secret())
    cookie = handset.browser.get_cookie("lti-proctor-phone", path="/phone")
    assert cookie is not None
    token = cookie.value.rpartition(".")[0]
    for value in (token, f"{token}.x", "é", "", cookie.value[:-1]):
        handset.browser.set_cookie("lti-proctor-phone", value, path="/phone")
        assert handset.sign().status_code == 403, value


def test_the_phone_before_is_off_once_another_has_joined(app, computer, handset, now):
    handset.join(computer.secret())
    other = Handset(app)
    other.join(computer.secret())
    assert handset.sign().status_code == 403
    assert handset.send(now).status_code == 403
    assert "This phone is not connected any more" in handset.browser.get("/phone/").text
    assert other.sign().status_code == 200


def test_a_phone_that_joins_elsewhere_leaves_where_it_was(app, now, time, sign_in, handset):
    first, second = Computer(now, sign_in), Computer(now, sign_in)
    handset.join(first.secret())
    handset.sign()
    handset.join(second.secret())
    handset.sign()
    assert not first.state()["joined"]
    assert second.state()["connected"]


def test_a_phone_can_be_taken_off(computer, handset):
    handset.join(computer.secret())
    handset.sign()
    answer = handset.browser.post("/phone/leave", data={"csrf_token": handset.csrf})
    assert answer.status_code == 303
    assert not computer.state()["joined"]
    assert "Use this phone as second camera" in handset.browser.get("/phone/").text


def test_after_the_exam_the_phone_is_thanked_and_nothing_is_taken(computer, handset, time):
    handset.join(computer.secret())
    handset.sign()
    computer.go_on()
    computer.start()
    assert handset.sign().json["place"] == "exam"
    attempts.fire(computer.attempt, Event.submit, actor=learner(computer.attempt), now=time.now)
    assert handset.sign().json["place"] == "over"
    assert handset.send(time.now).status_code == 409
    assert "The exam is over" in handset.browser.get("/phone/").text
    assert computer.link().status_code == 409


def test_a_pause_is_told_to_the_phone(computer, handset, time):
    handset.join(computer.secret())
    handset.sign()
    computer.go_on()
    computer.start()
    attempts.fire(computer.attempt, Event.pause, actor=STAFF, now=time.now, reason="Fire alarm")
    assert handset.sign().json["place"] == "paused"


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "image/jpeg", 422),
        (b"not a picture", "image/jpeg", 422),
        (None, "image/png", 422),
        (None, "text/html", 422),
        (b"\xff" * (BYTES_MAX + 1), "image/jpeg", 413),
    ],
)
def test_what_is_no_small_jpeg_is_refused(computer, handset, now, body, content_type, status):
    handset.join(computer.secret())
    assert handset.send(now, body=body, content_type=content_type).status_code == status
    assert n_pictures() == 0


@pytest.mark.parametrize("taken", ["", "x", "-1", "9" * 20])
def test_a_picture_without_a_moment_is_refused(computer, handset, now, taken):
    handset.join(computer.secret())
    headers = {"X-CSRFToken": handset.csrf, "Content-Type": "image/jpeg", "Accept": "application/json"}
    answer = handset.browser.post(f"/phone/pictures?taken_ms={taken}", data=jpeg(), headers=headers)
    assert answer.status_code == 422


def test_too_many_pictures_are_refused(computer, handset, now, settings):
    handset.join(computer.secret())
    most = 120 // settings.phone_picture_seconds + 2
    answers = [handset.send(now).status_code for _ in range(most + 1)]
    assert answers == [200] * most + [429]
    assert n_pictures() == most


def test_too_many_links_are_refused(computer):
    answers = [computer.link().status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


def test_staff_see_the_newest_pictures_and_the_room(app, now, time, sign_in, handset):
    computer = Computer(now, sign_in, Addon.overview)
    handset.join(computer.secret())
    handset.send(now)
    handset.send(now, "room/desk")
    staff = sign_in(make_user(now), {computer.attempt.exam.course_id: "instructor"})
    page = staff.get(f"/exams/{computer.attempt.exam_id}/attempts/{computer.attempt.id}").text
    assert "The phone is connected." in page
    assert "1 picture is kept." in page
    for kind in (EvidenceKind.phone, EvidenceKind.overview):
        kept = db.session.scalar(select(Evidence.id).where(Evidence.kind == kind))
        assert page.count(f"/photos/{kept}") == 1
    assert staff.get(f"{computer.path}/phone/picture").status_code == 200
    assert staff.get(f"{computer.path}/phone").status_code == 404


def test_the_exam_window_watches_the_phone_only_of_who_has_one(computer, app, now, time, sign_in, handset):
    handset.join(computer.secret())
    handset.sign()
    computer.go_on()
    computer.start()
    assert 'id="phone-live"' in computer.browser.get(computer.path).text
    without = Computer(now, sign_in)
    without.go_on(person="1")
    without.start()
    page = without.browser.get(without.path).text
    assert 'id="questions"' in page or "Take the exam where" in page
    assert 'id="phone-live"' not in page


def test_on_https_the_cookie_travels_on_https_only(app, settings, monkeypatch):
    secure = settings.model_copy(update={"base_url": "https://exams.example"})
    monkeypatch.setitem(app.extensions, "settings", secure)
    answer = app.response_class()
    session.write(answer, "token")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Secure-lti-proctor-phone=token.")
    assert "Secure" in cookie.split("; ")


def test_the_history_is_not_full_of_pictures(app, now, time, sign_in, handset):
    computer = Computer(now, sign_in, Addon.overview)
    handset.join(computer.secret())
    handset.send(now, "room/desk")
    staff = sign_in(make_user(now), {computer.attempt.exam.course_id: "instructor"})
    page = staff.get(f"/exams/{computer.attempt.exam_id}/attempts/{computer.attempt.id}").text
    assert "A phone joined as second camera" in page
    assert "A photo was kept" not in page


def test_the_locked_person_s_phone_is_off(computer, handset):
    handset.join(computer.secret())
    computer.attempt.user.is_locked = True
    assert handset.sign().status_code == 403


def test_a_phone_s_session_ends_by_itself(computer, handset, time):
    handset.join(computer.secret())
    time.passes(hours=13)
    assert handset.sign().status_code == 403
    assert phones.grace() == timedelta(seconds=15)
