"""The gradebook when the LMS is in trouble: nothing lost, nothing double, order kept, and staff see it."""

import pytest

from lti_proctor import clock, outbox
from lti_proctor.extensions import db
from lti_proctor.outbox import Effect, State
from tests.flows.conftest import INES, JONAS, TEACHER, World
from tests.flows.test_main_job import conclude, take_the_exam

PASSING = ["401", "429", "500", "503", "stored_then_500", "stored_then_closed", "down"]
FINAL = ["403", "404"]


def effects() -> list[Effect]:
    db.session.expire_all()
    return list(db.session.query(Effect).filter(Effect.kind == "lti.score").order_by(Effect.id))


def let_retries_come_due() -> None:
    for effect in effects():
        if effect.state == State.waiting:
            effect.due_at = clock.now()
    db.session.commit()


def deliver_until_quiet(rounds: int = 6) -> None:
    for _ in range(rounds):
        let_retries_come_due()
        outbox.deliver_due()


def grades(world: World) -> list[object]:
    return [body["scoreGiven"] for body in world.scores() if "scoreGiven" in body]


@pytest.mark.parametrize("mode", PASSING)
def test_what_passes_is_tried_again_and_arrives_once(world: World, mode: str):
    path = take_the_exam(world)
    outbox.deliver_due()
    conclude(world, path, verdict="positive")
    world.fault("score", mode, calls=1 if mode.startswith("stored") else 2)
    deliver_until_quiet()
    assert [e.state for e in effects()] == [State.done] * 3
    assert grades(world) == [15]


def test_a_score_that_arrived_without_an_answer_is_not_posted_twice(world: World):
    path = take_the_exam(world)
    outbox.deliver_due()
    conclude(world, path, verdict="positive")
    world.fault("score", "stored_then_500", calls=1)
    deliver_until_quiet()
    assert effects()[-1].tries == 2
    assert grades(world) == [15]


@pytest.mark.parametrize("mode", FINAL)
def test_what_is_refused_for_good_waits_for_staff_who_can_send_it(world: World, mode: str):
    path = take_the_exam(world)
    outbox.deliver_due()
    conclude(world, path, verdict="positive")
    world.fault("score", mode, calls=1)
    outbox.deliver_due()
    last = effects()[-1]
    assert last.state == State.aside
    exam = world.launch(TEACHER).headers["Location"]
    page = world.tool(TEACHER).get(f"{exam}/grades").text
    assert f"score_status_{mode}" in page
    assert world.press(TEACHER, f"{exam}/grades/{last.id}").status_code == 303
    outbox.deliver_due()
    assert effects()[-1].state == State.done
    assert grades(world) == [15]


def test_a_newer_timestamp_in_the_lms_is_overtaken(world: World):
    path = take_the_exam(world)
    conclude(world, path, verdict="positive")
    world.fault("score", "409", calls=1)
    deliver_until_quiet()
    assert grades(world) == [15]
    assert all(e.state == State.done for e in effects())


def test_a_token_endpoint_that_is_down_only_delays(world: World):
    path = take_the_exam(world)
    world.fault("token", "503", calls=2)
    conclude(world, path, verdict="positive")
    deliver_until_quiet()
    assert grades(world) == [15]


def test_order_is_kept_for_each_learner_and_others_do_not_wait(world: World):
    first, second = take_the_exam(world, INES), take_the_exam(world, JONAS)
    world.fault("score", "503", calls=1)
    conclude(world, first, verdict="positive")
    conclude(world, second, verdict="positive")
    deliver_until_quiet()
    for learner in (INES, JONAS):
        mine = [body for body in world.scores() if body["userId"] == learner]
        assert [body["activityProgress"] for body in mine] == ["InProgress", "Completed", "Completed"]
        stamps = [body["timestamp"] for body in mine]
        assert stamps == sorted(set(stamps))
        assert len({stamp[:19] for stamp in stamps}) == 3, "an LMS may compare whole seconds"


def test_a_queue_that_forgets_is_found_by_the_sweeper(world: World):
    take_the_exam(world)
    world.app.extensions["jobs"].huey.flush()
    outbox.sweep()
    lanes = {effect.lane for effect in db.session.query(Effect).filter(Effect.state == State.waiting)}
    assert world.app.extensions["jobs"].huey.pending_count() == len(lanes) > 0


def test_retry_after_is_respected(world: World):
    take_the_exam(world)
    world.fault("score", "429", seconds=120, calls=1)
    outbox.deliver_due()
    first = effects()[0]
    assert first.state == State.waiting
    assert (first.due_at - clock.now()).total_seconds() > 100
