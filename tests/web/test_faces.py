"""Faces at the doors: pictures during the exam, learners who are held, staff who let them through."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.evidence.snapshots import BYTES_MAX
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.extensions import db
from lti_proctor.faces import service as faces
from lti_proctor.faces import tasks
from lti_proctor.faces.looks import Look, Seen
from lti_proctor.faces.models import FaceProfile, Source
from lti_proctor.journal import Actor, Role
from tests.conftest import csrf_of
from tests.faces import face_at, jpeg
from tests.factories import make_attempt, make_exam, make_user


def learner(attempt):
    return Actor(Role.learner, attempt.user_id)


def photo_of(attempt, now):
    evidence.give_consent(attempt, locale="en", actor=learner(attempt), now=now)
    return evidence.keep_photo(attempt, EvidenceKind.face, jpeg(), actor=learner(attempt), now=now)


def give_profile(attempt, photo, distance, now):
    look = face_at(distance)
    profile = FaceProfile(
        user_id=attempt.user_id,
        evidence_id=photo.id,
        vector=look.vector,
        engine=look.engine,
        source=Source.staff,
        created_at=now,
    )
    db.session.add(profile)
    db.session.flush()


class Watched:
    """A running exam that takes pictures, and the browser of its learner."""

    def __init__(self, now, sign_in, **values):
        exam = make_exam(now, addons=frozenset({Addon.face, Addon.track}), metrics={Metric.c4: Decimal(1)}, lifetime=60)
        values = {
            "status": Status.started,
            "started_at": now,
            "seen_at": now,
            "deadline_at": now + timedelta(hours=1),
            **values,
        }
        self.attempt = make_attempt(now, exam=exam, **values)
        photo_of(self.attempt, now)
        self.browser = sign_in(self.attempt.user, {exam.course_id: "learner"})
        self.csrf = csrf_of(self.browser)
        self.now = now

    def send(self, body=None, *, at=0, browser=None, csrf=None, **options):
        headers = {
            "X-CSRFToken": csrf or self.csrf,
            "Content-Type": options.pop("content_type", "image/jpeg"),
            "Accept": "application/json",
        }
        moment = options.pop("taken_ms", round((self.now.timestamp() + at) * 1000))
        path = f"/attempts/{self.attempt.id}/snapshots?taken_ms={moment}"
        return (browser or self.browser).post(path, data=jpeg() if body is None else body, headers=headers, **options)


def n_snapshots():
    return db.session.scalar(select(func.count()).where(Evidence.kind == EvidenceKind.snapshot))


@pytest.fixture
def watched(app, compares, now, time, sign_in):
    compares(rest=face_at(0))
    return Watched(now, sign_in)


def test_a_picture_is_kept_and_its_check_queued(app, watched):
    assert watched.send().json == {"kept": True}
    assert n_snapshots() == 1
    assert app.extensions["jobs"].huey.pending_count() == 1


@pytest.mark.parametrize(
    ("body", "options", "status", "code"),
    [
        (b"", {}, 422, "picture_empty"),
        (b"no picture", {}, 422, "picture_unreadable"),
        (None, {"content_type": "text/plain"}, 422, "picture_unreadable"),
        (None, {"content_type": "multipart/form-data; boundary=x"}, 422, "picture_unreadable"),
        (b"\xff\xd8" + b"x" * BYTES_MAX, {}, 413, "status_413"),
        (None, {"taken_ms": ""}, 422, "snapshot_time"),
        (None, {"taken_ms": "-5"}, 422, "snapshot_time"),
        (None, {"taken_ms": "9" * 40}, 422, "snapshot_time"),
        (None, {"taken_ms": "999999999999999"}, 422, "snapshot_time"),
        (None, {"taken_ms": "NaN"}, 422, "snapshot_time"),
        (None, {"taken_ms": "٣"}, 422, "snapshot_time"),
        (None, {"at": 60}, 422, "snapshot_time"),
        (None, {"at": -600}, 422, "snapshot_time"),
    ],
)  # fmt: skip
def test_what_is_no_picture_of_now_is_refused_in_words(watched, body, options, status, code):
    answer = watched.send(body, **options)
    assert (answer.status_code, answer.json["error"]) == (status, code)
    assert n_snapshots() == 0


@pytest.mark.parametrize("status", [s for s in Status if s != Status.started])
def test_pictures_are_taken_only_while_the_exam_runs(app, compares, now, time, sign_in, status):
    compares()
    found = Watched(now, sign_in, status=status)
    assert found.send().status_code == 409
    assert n_snapshots() == 0


def test_nothing_is_taken_without_consent(watched):
    db.session.delete(evidence.consent_of(watched.attempt))
    answer = watched.send()
    assert (answer.status_code, answer.json["error"]) == (409, "no_consent")


def test_a_site_that_does_not_compare_faces_takes_no_pictures(app, now, time, sign_in):
    found = Watched(now, sign_in)
    assert found.send().json["error"] == "no_consent"
    assert '"snapshotSeconds": null' in found.browser.get(f"/attempts/{found.attempt.id}").text


def test_the_window_is_told_how_often(watched):
    assert '"snapshotSeconds": 15' in watched.browser.get(f"/attempts/{watched.attempt.id}").text


def test_too_many_pictures_in_a_minute_are_refused(watched):
    codes = [watched.send().status_code for _ in range(12)]
    assert codes == [200] * 10 + [429] * 2


def test_a_stranger_and_staff_send_no_pictures(watched, now, sign_in):
    course = watched.attempt.exam.course_id
    for part in ("learner", "instructor"):
        other = sign_in(make_user(now), {course: part})
        assert watched.send(browser=other, csrf=csrf_of(other)).status_code == 404
    assert watched.send(csrf="wrong").status_code == 400


@pytest.mark.parametrize(
    "body", [[0.1] * 128, {"vector": [0.1] * 128, "seen": "one"}, {"look": "one"}], ids=["list", "object", "look"]
)
def test_a_vector_from_a_browser_is_never_used(watched, body):
    headers = {"X-CSRFToken": watched.csrf}
    path = f"/attempts/{watched.attempt.id}"
    assert watched.browser.post(f"{path}/snapshots", json=body, headers=headers).status_code == 422
    watched.browser.post(f"{path}/pulse", json=body, headers=headers)
    watched.browser.post(f"{path}/steps/face", json=body, headers=headers)
    assert faces.reading_of(faces.start_photo(watched.attempt)) is None
    assert faces.profile_of(watched.attempt.user_id) is None


class SettingUp:
    """A learner at the face step of an exam with `verify`."""

    def __init__(self, now, sign_in, *addons):
        self.exam = make_exam(now, addons=frozenset({Addon.face, *addons}))
        self.attempt = make_attempt(now, exam=self.exam, status=Status.download_software_clicked)
        self.photo = photo_of(self.attempt, now)
        attempts.pass_step(self.attempt, StepKey.rules, actor=learner(self.attempt), now=now)
        self.browser = sign_in(self.attempt.user, {self.exam.course_id: "learner"})
        self.staff = sign_in(make_user(now, name="Hanna Lindqvist"), {self.exam.course_id: "instructor"})
        self.path = f"/attempts/{self.attempt.id}"
        self.staff_path = f"/exams/{self.exam.id}/attempts/{self.attempt.id}"

    def look(self):
        db.session.commit()
        tasks.look(self.photo.id)
        db.session.commit()

    def state(self):
        return self.browser.get(f"{self.path}/state").json


@pytest.fixture
def verified(app, compares, now, time, sign_in):
    compares(rest=face_at(0))
    found = SettingUp(now, sign_in, Addon.verify)
    before = make_attempt(now, user=found.attempt.user, exam=make_exam(now, addons=frozenset({Addon.face})))
    give_profile(found.attempt, photo_of(before, now), 0.9, now)
    return found


def test_a_learner_whose_face_differs_waits_on_a_kind_page(verified, post):
    verified.look()
    assert post(verified.browser, f"{verified.path}/steps/face").status_code == 303
    page = verified.browser.get(verified.path).text
    assert "does not match the one in your profile" in page
    assert 'role="status"' in page
    assert f"{verified.path}/steps/face" in page
    assert verified.state() == {"status": "download_software_clicked", "held": "face:different", "has_result": False}


def test_whoever_goes_on_at_once_waits_for_the_look(verified, post):
    post(verified.browser, f"{verified.path}/steps/face")
    assert verified.state()["held"] == "face:waiting"
    assert "We look at your photo" in verified.browser.get(verified.path).text
    verified.look()
    assert verified.state()["held"] == "face:different"


def test_a_look_that_does_not_come_lets_the_learner_go_on(verified, post, time):
    post(verified.browser, f"{verified.path}/steps/face")
    time.passes(seconds=30)
    assert verified.state() == {"status": "download_software_clicked", "held": None, "has_result": False}
    assert "Ready" in verified.browser.get(verified.path).text
    assert verified.attempt.status == Status.ready_to_start


def test_a_held_learner_can_t_start(verified, post):
    verified.look()
    post(verified.browser, f"{verified.path}/steps/face")
    assert post(verified.browser, f"{verified.path}/start").status_code == 409
    assert verified.attempt.started_at is None


def test_another_photo_is_another_chance(verified, post, compares):
    verified.look()
    post(verified.browser, f"{verified.path}/steps/face")
    compares(rest=face_at(0.9))
    post(verified.browser, f"{verified.path}/steps/face", photo=(io.BytesIO(jpeg()), "p.jpg"))
    verified.photo = faces.start_photo(verified.attempt)
    verified.look()
    post(verified.browser, f"{verified.path}/steps/face")
    assert verified.state()["held"] is None


def test_a_learner_may_ask_for_a_person_and_waits(verified, post):
    page = verified.browser.get(f"{verified.path}/steps/face").text
    assert "Ask a person to check" in page
    post(verified.browser, f"{verified.path}/steps/face", person="1")
    assert verified.state()["held"] == "face:asked"


def test_staff_let_the_learner_through(verified, post):
    verified.look()
    post(verified.browser, f"{verified.path}/steps/face")
    page = verified.staff.get(verified.staff_path).text
    assert "Let through" in page
    assert "The face seems to differ from the profile" in page
    answer = post(verified.staff, f"{verified.staff_path}/steps/face/let-through", reason="I know her")
    assert answer.status_code == 303
    assert verified.state()["held"] is None
    verified.browser.get(verified.path)
    assert verified.attempt.status == Status.ready_to_start
    row = next(step for step in verified.attempt.steps if step.step == StepKey.face)
    assert row.outcome == Outcome.let_through
    assert "let-through" not in verified.staff.get(verified.staff_path).text


@pytest.mark.parametrize(("step", "reason", "status"), [("face", "", 409), ("rules", "x", 409), ("nothing", "x", 404)])
def test_letting_through_needs_a_held_step_and_a_reason(verified, post, step, reason, status):
    verified.look()
    post(verified.browser, f"{verified.path}/steps/face")
    assert post(verified.staff, f"{verified.staff_path}/steps/{step}/let-through", reason=reason).status_code == status
    assert verified.state()["held"] == "face:different"


def test_who_only_reviews_lets_nobody_through(verified, post, now, sign_in):
    verified.look()
    post(verified.browser, f"{verified.path}/steps/face")
    assistant = sign_in(make_user(now), {verified.exam.course_id: "assistant"})
    assert post(assistant, f"{verified.staff_path}/steps/face/let-through", reason="x").status_code == 404
    assert "let-through" not in assistant.get(verified.staff_path).text


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (face_at(0), "One face can be seen well"),
        (Look(Seen.none), "We find no face"),
        (Look(Seen.several), "more than one face"),
        (Look(Seen.small), "too small"),
        (Look(Seen.unknown), "could not be analysed"),
    ],
)
def test_the_photo_page_says_what_is_seen_and_lets_everybody_go_on(compares, now, time, sign_in, post, look, words):
    compares(look)
    found = SettingUp(now, sign_in)
    address = f"{found.path}/photos/{found.photo.id}/look"
    assert found.browser.get(address).json == {"look": "waiting"}
    assert "We look whether" in found.browser.get(f"{found.path}/steps/face").text.split("<template")[0]
    found.look()
    assert found.browser.get(address).json == {"look": look.seen.value}
    page = found.browser.get(f"{found.path}/steps/face").text
    assert words in page.split("<template")[0]
    assert post(found.browser, f"{found.path}/steps/face").status_code == 303
    found.browser.get(found.path)
    assert found.attempt.status == Status.ready_to_start


def test_a_look_is_the_learner_s_own(verified, now, sign_in):
    address = f"{verified.path}/photos/{verified.photo.id}/look"
    other = sign_in(make_user(now), {verified.exam.course_id: "learner"})
    assert other.get(address).status_code == 404
    assert verified.browser.get(f"{verified.path}/photos/99999/look").status_code == 404


def test_staff_make_a_photo_the_one_of_the_profile(compares, now, time, sign_in, post):
    compares(rest=face_at(0))
    found = SettingUp(now, sign_in)
    address = f"{found.staff_path}/photos/{found.photo.id}/profile"
    assert post(found.staff, address).status_code == 409
    found.look()
    assert "Use as profile photo" not in found.staff.get(found.staff_path).text
    found.attempt.status = Status.submitted
    assert "Use as profile photo" in found.staff.get(found.staff_path).text
    assert post(found.staff, address).status_code == 303
    assert faces.profile_of(found.attempt.user_id).source == Source.staff
    page = found.staff.get(found.staff_path).text
    assert "Use as profile photo" not in page
    assert found.staff.get(f"{found.staff_path}/profile-photo").mimetype == "image/jpeg"
    assert found.browser.get(f"{found.staff_path}/profile-photo").status_code == 404
    assert post(found.browser, address).status_code == 404


def test_similar_people_of_other_courses_have_no_name_here(compares, now, time, sign_in):
    compares(rest=face_at(0), search=True)
    found, elsewhere = SettingUp(now, sign_in), SettingUp(now, sign_in)
    elsewhere.attempt.user.nickname = "Jonas Berg"
    for one, distance in ((found, 0.0), (elsewhere, 0.3)):
        give_profile(one.attempt, one.photo, distance, now)
    page = found.staff.get(found.staff_path).text
    assert "Similar profiles" in page
    assert "Jonas Berg" not in page
    make_attempt(now, exam=found.exam, user=elsewhere.attempt.user)
    assert "Jonas Berg" in found.staff.get(found.staff_path).text


def test_staff_and_learner_see_the_pictures_that_stay(watched, now, sign_in):
    tasks.look(faces.start_photo(watched.attempt).id)
    watched.send()
    snapshot = db.session.scalar(select(Evidence.id).where(Evidence.kind == EvidenceKind.snapshot))
    tasks.check(snapshot)
    db.session.commit()
    staff = sign_in(make_user(now), {watched.attempt.exam.course_id: "instructor"})
    page = staff.get(f"/exams/{watched.attempt.exam_id}/attempts/{watched.attempt.id}").text
    assert f"/attempts/{watched.attempt.id}/photos/{snapshot}" in page
    assert "With the photo from the start: matches" in page
    watched.attempt.status, watched.attempt.stopped_at = Status.submitted, now
    assert f"/photos/{snapshot}" in watched.browser.get(f"/attempts/{watched.attempt.id}").text


def test_the_rules_name_what_faces_take_only_where_faces_are_compared(app, compares, now, time, sign_in):
    found = SettingUp(now, sign_in)
    address = f"{found.path}/steps/rules"
    assert "compared by a computer" not in found.browser.get(address).text
    compares()
    assert "compared by a computer" in found.browser.get(address).text


@pytest.mark.parametrize("is_on", [True, False], ids=["faces compared", "not compared"])
@pytest.mark.parametrize("step", [StepKey.face, StepKey.passport])
def test_every_photo_step_shows_a_kept_photo(app, compares, now, time, sign_in, post, step, is_on):
    if is_on:
        compares()
    found = SettingUp(now, sign_in, Addon.passport)
    assert post(found.browser, f"{found.path}/steps/{step}", photo=(io.BytesIO(jpeg()), "p.jpg")).status_code == 303
    page = found.browser.get(f"{found.path}/steps/{step}").text
    assert "This photo is kept" in page
    assert ("We look whether" in page) == (is_on and step == StepKey.face)
