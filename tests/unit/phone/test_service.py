"""Phones: links that open once, sessions of their own, and what their signs of life say."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lti_proctor import journal
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.steps import Outcome
from lti_proctor.errors import NotFound, Refused
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.extensions import db
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.models import SpanBatch
from lti_proctor.monitoring.spans import Batch
from lti_proctor.phone import service as phones
from lti_proctor.phone import tasks
from lti_proctor.phone.models import Phone, PhoneLink, Presence
from tests.factories import STAFF, make_attempt, make_exam
from tests.factories.phones import beats, join, learner, make_at_step, make_started


def seconds(n):
    return timedelta(seconds=n)


def refusal(secret, now):
    with pytest.raises(Refused) as refused:
        phones.join(secret, now=now)
    return refused.value.code


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_link_lets_one_phone_join_once(app, now):
    attempt = make_at_step(now)
    secret = phones.issue_link(attempt, now=now)
    phone, token = phones.join(secret, now=now)
    assert phone.attempt_id == attempt.id
    assert phones.find_phone(token, now=now) is phone
    assert refusal(secret, now) == "phone_link_used"
    assert refusal(secret, now + timedelta(days=1)) == "phone_link_used"


def test_only_hashes_of_secrets_are_kept_and_they_are_long(app, now):
    attempt = make_at_step(now)
    secret = phones.issue_link(attempt, now=now)
    link = db.session.scalars(select(PhoneLink)).one()
    assert len(secret) == 43
    assert link.secret_hash == phones.hashed(secret)
    assert secret.encode() not in link.secret_hash
    phone, token = phones.join(secret, now=now)
    assert phone.token_hash == phones.hashed(token)
    assert token != secret


def test_a_link_is_good_for_some_minutes_and_until_the_next_one(app, now):
    attempt = make_at_step(now)
    first = phones.issue_link(attempt, now=now)
    second = phones.issue_link(attempt, now=now)
    assert refusal(first, now) == "phone_link_expired"
    assert refusal(second, now + timedelta(minutes=10)) == "phone_link_expired"
    phones.join(second, now=now + timedelta(minutes=9))


@pytest.mark.parametrize("secret", ["", "a", "A" * 43, "\udcff".encode("utf-8", "replace").decode()])
def test_a_guessed_link_opens_nothing(app, now, secret):
    make_at_step(now)
    assert refusal(secret, now) == "phone_link_unknown"


def test_a_link_opens_nothing_once_the_exam_is_over(app, now):
    attempt, _ = make_started(now)
    secret = phones.issue_link(attempt, now=now)
    attempts.fire(attempt, Event.submit, actor=learner(attempt), now=now)
    assert refusal(secret, now) == "phone_over"
    with pytest.raises(Refused):
        phones.issue_link(attempt, now=now)


def test_no_link_without_consent_nor_where_the_exam_uses_no_phone(app, now):
    with pytest.raises(Refused, match="no_consent"):
        phones.issue_link(make_at_step(now, consent=False), now=now)
    with pytest.raises(NotFound):
        phones.issue_link(make_attempt(now, exam=make_exam(now, addons=frozenset({Addon.rules}))), now=now)


def test_the_next_phone_takes_the_place_of_the_one_before(app, now):
    attempt = make_at_step(now)
    first, second = join(attempt, now), join(attempt, now)
    db.session.refresh(first)
    assert first.ended_at == now
    assert second.ended_at is None


def test_a_session_ends_by_itself_and_with_a_locked_person(app, now):
    attempt = make_at_step(now)
    _, token = phones.join(phones.issue_link(attempt, now=now), now=now)
    assert phones.find_phone(token, now=now + timedelta(hours=12)) is None
    attempt.user.is_locked = True
    assert phones.find_phone(token, now=now) is None
    assert phones.find_phone("x", now=now) is None


def test_a_phone_is_connected_while_its_signs_follow_each_other(app, now):
    attempt = make_at_step(now)
    assert phones.state_of(attempt, now) == phones.PhoneState(False, False, None)
    phone = join(attempt, now)
    assert phones.state_of(attempt, now) == phones.PhoneState(True, False, None)
    beats(phone, now, 0, 5, 10)
    assert phones.state_of(attempt, now + seconds(25)).is_connected
    assert not phones.state_of(attempt, now + seconds(26)).is_connected
    phones.leave(phone, now=now + seconds(12))
    assert phones.state_of(attempt, now + seconds(12)) == phones.PhoneState(False, False, None)


def test_signs_that_follow_each_other_are_one_stretch(app, now):
    phone = join(make_at_step(now), now)
    beats(phone, now, 0, 5, 20, 36, 40)
    db.session.flush()
    found = db.session.execute(select(Presence.starts_at, Presence.ends_at).order_by(Presence.id)).all()
    assert [(start - now, end - now) for start, end in found] == [
        (seconds(0), seconds(20)), (seconds(36), seconds(40)),
    ]  # fmt: skip


def told(attempt):
    """What was said of n2, in seconds since the start."""
    begins = round(attempt.started_at.timestamp() * 1000)
    query = select(SpanBatch.spans).where(SpanBatch.client == "phone").order_by(SpanBatch.first_seq)
    return [(s, (a - begins) / 1000, (b - begins) / 1000) for row in db.session.scalars(query) for _, s, a, b in row]


def test_what_is_missing_is_told_once_and_in_order(app, now):
    attempt, phone = make_started(now)
    beats(phone, now, *range(-10, 41, 5))
    phones.tell(attempt, now=now + seconds(60))
    phones.tell(attempt, now=now + seconds(60))
    assert told(attempt) == [(0, 0, 55), (1, 55, 60)]
    beats(phone, now, 70, 75, 80)
    phones.tell(attempt, now=now + seconds(90))
    assert told(attempt)[2:] == [(1, 60, 70), (0, 70, 90)]
    monitoring.count(attempt, now=now + seconds(90))
    seen = monitoring.minutes_of(attempt)
    assert {key: (s.violated, s.told) for key, s in seen.items()} == {
        (0, Metric.n2): (5000, 60_000), (1, Metric.n2): (10_000, 30_000),
    }  # fmt: skip


def test_a_pause_is_not_counted(app, now):
    attempt, _ = make_started(now)
    attempts.fire(attempt, Event.pause, actor=STAFF, now=now + seconds(20), reason="Fire alarm")
    attempts.fire(attempt, Event.resume, actor=STAFF, now=now + seconds(50), reason="Over")
    phones.tell(attempt, now=now + seconds(60))
    assert told(attempt) == [(1, 0, 20), (1, 50, 60)]


def test_nothing_is_told_of_who_has_no_phone(app, now):
    attempt, _ = make_started(now, outcome=Outcome.person)
    phones.tell(attempt, now=now + seconds(60))
    assert told(attempt) == []


def test_nothing_is_told_where_the_metric_is_off(app, now):
    attempt, _ = make_started(now)
    exam_config = attempt.exam.config
    assert Metric.n2 in exam_config.metrics
    without = make_exam(now, addons=frozenset({Addon.track}), metrics=exam_config.metrics)
    assert Metric.n2 not in monitoring.weights_of(make_attempt(now, exam=without))


def test_no_browser_is_believed_in_what_phones_tell(app, now):
    attempt, _ = make_started(now)
    begins = round(now.timestamp() * 1000)
    monitoring.keep_batch(attempt.id, Batch("browser-1", 1, (["n2", 0, begins, begins + 5000],)), now=now)
    monitoring.count(attempt, now=now + seconds(60))
    assert monitoring.minutes_of(attempt) == {}


def test_at_the_end_the_rest_is_told_and_the_phone_is_off(app, now, time):
    attempt, phone = make_started(now)
    beats(phone, now, *range(0, 31, 5))
    time.passes(seconds=40)
    attempts.fire(attempt, Event.submit, actor=learner(attempt), now=time.now)
    db.session.commit()
    time.passes(seconds=30)
    tasks.tell()
    tasks.tell()
    assert told(attempt) == [(0, 0, 40)]
    assert phone.ended_at is not None
    assert count(Presence) == 0
    assert phones.to_be_told() == []


def test_one_attempt_that_fails_stops_no_other(app, now, time, monkeypatch):
    first, _ = make_started(now)
    second, _ = make_started(now)
    db.session.commit()
    real = phones.tell

    def breaks(attempt, *, now):
        if attempt.id == first.id:
            raise RuntimeError
        real(attempt, now=now)

    monkeypatch.setattr(phones, "tell", breaks)
    time.passes(seconds=60)
    tasks.tell()
    assert set(db.session.scalars(select(SpanBatch.attempt_id))) == {second.id}


def test_what_could_open_nothing_any_more_is_forgotten(app, now, time):
    attempt = make_at_step(now)
    join(attempt, now)
    db.session.commit()
    time.passes(hours=11)
    tasks.forget()
    assert (count(Phone), count(PhoneLink)) == (1, 1)
    time.passes(hours=14)
    tasks.forget()
    assert (count(Phone), count(PhoneLink)) == (0, 0)


def test_joining_and_leaving_stand_in_the_history_without_a_secret(app, now):
    attempt = make_at_step(now)
    secret = phones.issue_link(attempt, now=now)
    phone, token = phones.join(secret, now=now)
    phones.leave(phone, now=now)
    phones.leave(phone, now=now)
    entries = [e for e in journal.entries_of(f"attempt:{attempt.id}") if e.action.startswith("phone.")]
    assert [(e.action, e.data) for e in entries] == [
        ("phone.joined", {"phone": phone.id}), ("phone.left", {"phone": phone.id}),
    ]  # fmt: skip
    assert attempt.status == Status.download_software_clicked
    assert token not in str([e.data for e in entries])
