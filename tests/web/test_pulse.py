"""The exam window's sign of life: what it keeps, what it answers, and what does not confuse it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.addons import Metric
from lti_proctor.extensions import db
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.models import MinuteSample, SpanBatch
from lti_proctor.people import service as people
from tests.conftest import csrf_of
from tests.factories import make_user, make_watched

CLIENT = "browser-1"


@pytest.fixture
def attempt(app, now, time):
    return make_watched(now, metrics={Metric.b2: Decimal(1)})


@pytest.fixture
def beat(sign_in, attempt):
    browser = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    headers = {"X-CSRFToken": csrf_of(browser)}

    def send(body=None, **options):
        return browser.post(f"/attempts/{attempt.id}/pulse", json=body, headers=headers, **options)

    send.browser = browser
    return send


def spans(attempt, state, start, end, first=1):
    base = round(attempt.started_at.timestamp() * 1000)
    return {"client": CLIENT, "first": first, "spans": [["b2", state, base + start * 1000, base + end * 1000]]}


def test_a_pulse_tells_the_time_left_and_what_is_kept(beat, attempt, now, time):
    time.passes(seconds=10)
    answer = beat(spans(attempt, 1, 0, 10)).json
    assert (answer["status"], answer["seconds_left"], answer["kept"]) == ("started", 1790, 1)
    assert answer["now_ms"] == round(time.now.timestamp() * 1000)
    monitoring.count(attempt, now=time.now)
    assert monitoring.minutes_of(attempt)[(0, Metric.b2)].violated == 10_000


def test_a_pulse_without_anything_noticed_is_a_sign_of_life(beat, attempt, time):
    time.passes(seconds=60)
    assert beat().json["kept"] is None
    assert attempt.seen_at == time.now


def test_a_sign_of_life_is_not_written_down_at_each_pulse(beat, attempt, time):
    before = attempt.seen_at
    time.passes(seconds=5)
    beat()
    assert attempt.seen_at == before


def test_the_same_batch_again_is_acknowledged_and_kept_once(beat, attempt):
    for _ in range(3):
        assert beat(spans(attempt, 1, 0, 1)).json["kept"] == 1
    assert db.session.scalar(select(func.count()).select_from(SpanBatch)) == 1


def test_a_batch_with_a_gap_is_asked_for_from_the_start(beat, attempt):
    assert beat(spans(attempt, 1, 0, 1, first=9)).json["kept"] == 0


def test_the_end_of_the_time_comes_with_a_pulse_and_what_it_brought_is_kept(beat, attempt, time):
    time.passes(minutes=31)
    answer = beat(spans(attempt, 0, 0, 10)).json
    assert (answer["status"], answer["kept"]) == ("submitted", 1)


def test_a_pulse_after_a_lost_connection_lets_the_exam_go_on(beat, attempt, time):
    from lti_proctor.attempts import tasks

    time.passes(minutes=5)
    tasks.pass_time()
    assert attempt.status == "paused"
    assert beat().json["status"] == "started"


@pytest.mark.parametrize(
    "body", [[], "x", 5, {"client": "x"}, {"client": CLIENT, "first": "1", "spans": [[]]}, {"spans": []}], ids=repr
)
def test_a_broken_batch_is_refused_in_words_and_nothing_is_kept(beat, body):
    answer = beat(body)
    assert answer.status_code == 422
    assert answer.json["error"] == "batch"
    assert db.session.scalar(select(func.count()).select_from(SpanBatch)) == 0


def test_a_body_that_is_no_json_is_an_ordinary_pulse(beat, attempt):
    headers = {"X-CSRFToken": csrf_of(beat.browser), "Content-Type": "application/json"}
    answer = beat.browser.post(f"/attempts/{attempt.id}/pulse", data=b"{", headers=headers)
    assert (answer.status_code, answer.json["kept"]) == (200, None)


def test_a_stranger_has_no_pulse_here(app, attempt, now, sign_in):
    other = sign_in(make_user(now), {attempt.exam.course_id: "learner"})
    headers = {"X-CSRFToken": csrf_of(other)}
    answer = other.post(f"/attempts/{attempt.id}/pulse", json=spans(attempt, 0, 0, 1), headers=headers)
    assert answer.status_code == 404
    assert db.session.scalar(select(func.count()).select_from(SpanBatch)) == 0


def test_a_token_that_passed_is_good_for_its_own_session_alone(beat, attempt, sign_in):
    assert beat().status_code == 200
    token = csrf_of(beat.browser)
    other = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    for headers in ({"X-CSRFToken": token}, {"X-CSRFToken": f"{token}x"}, {}):
        assert other.post(f"/attempts/{attempt.id}/pulse", headers=headers).status_code == 400
    assert other.post(f"/attempts/{attempt.id}/pulse", headers={"X-CSRFToken": csrf_of(other)}).status_code == 200


def locked(attempt, _time):
    attempt.user.is_locked = True


def signed_out(attempt, _time):
    people.end_all_sign_ins(attempt.user_id)


def expired(_attempt, time):
    time.passes(hours=13)


@pytest.mark.parametrize("why", [locked, signed_out, expired])
def test_a_session_that_is_over_has_no_pulse_at_once(beat, attempt, time, why):
    assert beat(spans(attempt, 0, 0, 1)).status_code == 200
    why(attempt, time)
    assert beat(spans(attempt, 0, 1, 2, first=2)).status_code == 401
    assert db.session.scalar(select(func.count()).select_from(SpanBatch)) == 1


def test_a_batch_that_is_too_large_is_refused_before_it_is_read(beat, attempt):
    rows = [["b2", 0, 1, 2]] * 100_000
    answer = beat({"client": CLIENT, "first": 1, "spans": rows})
    assert (answer.status_code, answer.json["error"]) == (422, "batch")


def test_what_was_noticed_goes_when_the_promise_is_over(beat, attempt, time, settings):
    from lti_proctor.monitoring import tasks

    beat(spans(attempt, 1, 0, 10))
    tasks.count_all()
    time.passes(minutes=31)
    beat()
    time.now += timedelta(days=2)
    tasks.forget()
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(SpanBatch)) == 0
    assert monitoring.minutes_of(attempt) != {}
    time.now += timedelta(days=settings.keep_days)
    tasks.forget()
    assert monitoring.minutes_of(attempt) == {}


def test_a_long_promise_does_not_hold_up_a_short_one(app, time, monkeypatch):
    from lti_proctor.monitoring import tasks

    long, short = (make_watched(time.now, metrics={Metric.b2: Decimal(1)}, expires=days) for days in (3650, 1))
    for place, watched in enumerate((long, short)):
        db.session.add(MinuteSample(attempt_id=watched.id, minute=0, metric=Metric.b2, violated_ms=1, told_ms=1))
        watched.status, watched.stopped_at = Status.submitted, time.now + timedelta(minutes=place)
    db.session.commit()
    monkeypatch.setattr(tasks, "AT_ONCE", 1)
    time.passes(days=2)
    tasks.forget()
    assert (monitoring.minutes_of(long) != {}, monitoring.minutes_of(short)) == (True, {})
