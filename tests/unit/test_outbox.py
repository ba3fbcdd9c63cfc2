"""Effects that must never be lost, and never happen twice."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor import outbox
from lti_proctor.errors import Upstream
from lti_proctor.extensions import db
from lti_proctor.outbox import Effect, State, deliver, deliver_due, retry_delay


def put(now, lane="lane", kind="test", **payload):
    return db.session.get_one(Effect, outbox.put(kind, lane=lane, subject="attempt:1", payload=payload, now=now))


def queued(app):
    return [task.args for task in app.extensions["jobs"].huey.pending()]


@pytest.fixture
def failing(monkeypatch):
    """Deliveries fail with whatever stands in the list, and succeed when it is empty."""
    problems = []

    def handle(effect):
        if problems:
            raise problems.pop(0)

    monkeypatch.setitem(outbox.HANDLERS, "test", handle)
    return problems


def test_an_effect_is_delivered_once_however_often_it_is_tried(app, time, now, delivered):
    effect = put(now)
    db.session.commit()
    for _ in range(3):
        deliver(effect.id)
    assert len(delivered) == 1
    assert (effect.state, effect.done_at, effect.tries) == (State.done, now, 1)


def test_an_effect_waits_for_its_time(app, time, now, delivered):
    effect = put(now + timedelta(minutes=5))
    db.session.commit()
    deliver(effect.id)
    assert delivered == []
    time.passes(minutes=5)
    deliver(effect.id)
    assert len(delivered) == 1


def test_a_row_in_one_worker_s_hands_is_not_taken_by_another(app, time, now, monkeypatch):
    calls = []

    def handle(effect):
        calls.append(effect.id)
        if len(calls) < 3:
            deliver(effect.id)

    monkeypatch.setitem(outbox.HANDLERS, "test", handle)
    effect = put(now)
    db.session.commit()
    deliver(effect.id)
    assert calls == [effect.id]


def test_a_row_whose_worker_died_is_taken_again_after_a_while(app, time, now, delivered):
    effect = put(now)
    effect.claimed_until = now + outbox.CLAIM
    db.session.commit()
    deliver(effect.id)
    assert delivered == []
    time.passes(seconds=outbox.CLAIM.total_seconds() + 1)
    deliver(effect.id)
    assert len(delivered) == 1


def test_a_lane_keeps_its_order_and_another_lane_does_not_wait(app, time, now, delivered, failing, monkeypatch):
    first, second, other = put(now, n=1), put(now, n=2), put(now, "other", n=3)
    db.session.commit()
    failing.append(Upstream("outside_timeout", permanent=False))
    deliver(first.id)
    deliver(second.id)
    monkeypatch.setitem(outbox.HANDLERS, "test", delivered.append)
    deliver(second.id)
    deliver(other.id)
    assert [effect.payload["n"] for effect in delivered] == [3]
    time.passes(hours=2)
    assert deliver_due() == 2
    assert [effect.payload["n"] for effect in delivered] == [3, 1, 2]


def test_everything_due_is_delivered_in_the_order_it_was_written(app, time, now, delivered):
    for n in range(20):
        put(now, f"lane {n % 3}", n=n)
    db.session.commit()
    assert deliver_due() == 20
    for lane in range(3):
        assert [e.payload["n"] for e in delivered if e.payload["n"] % 3 == lane] == list(range(lane, 20, 3))
    assert deliver_due() == 0


def test_a_passing_problem_is_tried_again_later_each_time(app, time, now, failing):
    effect = put(now)
    db.session.commit()
    waits = []
    for _ in range(4):
        failing.append(Upstream("outside_timeout", permanent=False))
        deliver(effect.id)
        waits.append((effect.due_at - time.now).total_seconds())
        time.passes(hours=1)
    assert (effect.state, effect.last_error, effect.tries) == (State.waiting, "outside_timeout", 4)
    assert all(later > earlier for earlier, later in itertools.pairwise(waits))
    deliver(effect.id)
    assert (effect.state, effect.last_error) == (State.done, None)


def test_the_other_side_s_wish_to_wait_is_kept(app, time, now, failing):
    effect = put(now)
    db.session.commit()
    failing.append(Upstream("score_status_429", permanent=False, retry_after=900))
    deliver(effect.id)
    assert effect.due_at >= now + timedelta(seconds=900)
    task = app.extensions["jobs"].huey.pending()[-1]
    assert (task.args, task.eta) == (("outbox.deliver", (effect.id,)), effect.due_at.replace(tzinfo=None))


def test_a_problem_for_good_puts_the_row_aside_and_lets_the_lane_go_on(app, time, now, failing):
    first, second = put(now), put(now)
    db.session.commit()
    failing.append(Upstream("score_status_403", permanent=True))
    deliver(first.id)
    assert (first.state, first.last_error) == (State.aside, "score_status_403")
    assert queued(app)[-1] == ("outbox.deliver", (second.id,))
    deliver(second.id)
    assert second.state == State.done


def test_what_found_nobody_for_too_long_is_put_aside(app, time, now, failing):
    effect = put(now)
    db.session.commit()
    time.passes(days=15)
    failing.append(Upstream("outside_unreachable", permanent=False))
    deliver(effect.id)
    assert effect.state == State.aside


def test_a_bug_in_a_handler_is_a_passing_problem_and_undoes_what_it_did(app, time, now, failing):
    effect = put(now)
    db.session.commit()
    failing.append(ZeroDivisionError("oops"))
    deliver(effect.id)
    assert (effect.state, effect.last_error, effect.claimed_until) == (State.waiting, "internal", None)


def test_staff_send_a_row_again_that_was_put_aside(app, time, now, failing):
    effect = put(now)
    db.session.commit()
    failing.append(Upstream("gone", permanent=True))
    deliver(effect.id)
    app.extensions["jobs"].huey.flush()
    outbox.send_again(effect, now=time.passes(hours=1))
    db.session.commit()
    assert queued(app) == [("outbox.deliver", (effect.id,))]
    deliver(effect.id)
    assert effect.state == State.done


# the queue


def test_a_row_is_queued_after_the_commit_and_not_before(app, now):
    effect = put(now)
    assert queued(app) == []
    db.session.commit()
    assert queued(app) == [("outbox.deliver", (effect.id,))]


def test_a_row_for_later_is_queued_for_its_moment(app, now):
    years = timedelta(days=3650)  # the queue has a clock of its own
    effect_id = outbox.put("test", lane="l", subject="s", payload={}, now=now, after=years)
    db.session.commit()
    (task,) = app.extensions["jobs"].huey.pending()
    assert task.args == ("outbox.deliver", (effect_id,))
    assert task.eta.year == (now + years).year
    outbox.put("test", lane="l", subject="s", payload={}, now=now, after=years)
    db.session.rollback()
    db.session.commit()
    assert len(queued(app)) == 1


def test_a_rolled_back_row_is_forgotten(app, now):
    put(now)
    db.session.rollback()
    db.session.commit()
    assert (queued(app), outbox.of("attempt:1")) == ([], [])


def test_a_queue_that_is_away_does_not_break_the_request(app, now, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError("no queue")

    monkeypatch.setattr(outbox.jobs, "put", refuse)
    put(now)
    db.session.commit()
    assert len(outbox.of("attempt:1")) == 1


def test_the_sweeper_finds_what_the_queue_lost(app, time, now):
    first, _second, other = put(now), put(now), put(now, "other")
    later = put(now + timedelta(hours=1), "later")
    db.session.commit()
    app.extensions["jobs"].huey.flush()
    outbox.sweep()
    assert {args[1][0] for args in queued(app)} == {first.id, other.id}
    assert later.state == State.waiting


def test_a_savepoint_does_not_queue_a_row_before_the_commit(app, now):
    put(now)
    with db.session.begin_nested():
        pass
    assert queued(app) == []
    db.session.commit()
    assert len(queued(app)) == 1


def test_a_savepoint_that_is_rolled_back_does_not_forget_the_rows_before_it(app, now):
    put(now)
    db.session.begin_nested().rollback()
    db.session.commit()
    assert len(queued(app)) == 1


def test_two_handlers_of_one_kind_are_a_mistake():
    outbox.handles("only here")(print)
    try:
        with pytest.raises(RuntimeError):
            outbox.handles("only here")(repr)
        assert outbox.handles("only here")(print) is print
    finally:
        del outbox.HANDLERS["only here"]


@given(st.integers(1, 500), st.none() | st.floats(0, 10**6))
def test_the_delay_grows_to_its_limit_and_is_never_shorter_than_asked_for(settings, tries, asked):
    first, most = settings.outbox_first_retry_seconds, settings.outbox_max_retry_seconds
    delay = retry_delay(tries, asked, settings)
    growing = min(first * 2 ** min(tries - 1, 20), most)
    assert delay >= max(growing, min(asked or 0, 86400))
    assert delay <= max(growing * 1.1, min(asked or 0, 86400))


def test_the_database_refuses_a_row_that_was_tried_less_than_never(app, now):
    effect = put(now)
    effect.tries = -1
    with pytest.raises(Exception, match="tries"):
        db.session.flush()
    assert isinstance(effect, Effect)
