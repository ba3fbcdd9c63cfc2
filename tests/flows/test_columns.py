"""The column of an exam in the gradebook over real messages, and what the gradebook has beside what was sent."""

from typing import Any

import pytest

from lti_proctor import clock, jobs, outbox
from lti_proctor.exams import service as exams
from lti_proctor.exams.config import ExamConfig
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.lti import arrivals
from lti_proctor.platforms.models import ResourceLink
from tests.factories import STAFF
from tests.flows.conftest import INES, JONAS, TEACHER, World
from tests.flows.test_gradebook_trouble import deliver_until_quiet
from tests.flows.test_main_job import conclude, take_the_exam


def only(model: Any) -> Any:
    db.session.expire_all()
    return db.session.query(model).one()


def columns(world: World) -> list[dict[str, Any]]:
    return list(world.state()["line_items"])


def lose_the_column(world: World) -> None:
    """The link has no column of its own, as where the activity was made without a grade."""
    world.launch(TEACHER)
    link = only(ResourceLink)
    remove(world, link.line_item_url)
    arrivals.links.clear()
    link.line_item_url = None
    db.session.commit()


def remove(world: World, url: str) -> None:
    from lti_proctor.lti import columns as door

    registration = only(ResourceLink).deployment.registration
    door.remove_column(registration, url, now=clock.now())
    db.session.commit()


def change(**config: Any) -> None:
    exam = only(Exam)
    title = config.pop("title", exam.title)
    changed = ExamConfig.model_validate({**exam.config.model_dump(), **config})
    exams.change_exam(exam, title=title, kind=exam.kind, config=changed, actor=STAFF, now=clock.now())
    db.session.commit()


def page(world: World) -> str:
    path = world.launch(TEACHER).headers["Location"]
    return str(world.tool(TEACHER).get(f"{path}/grades").text)


def test_a_column_is_made_followed_and_removed(world: World):
    lose_the_column(world)
    assert columns(world) == []
    take_the_exam(world)
    deliver_until_quiet()
    (made,) = columns(world)
    exam, link = only(Exam), only(ResourceLink)
    assert (made["label"], made["scoreMaximum"], made["tag"]) == ("Statistics 1", 20, "exam")
    assert (made["resourceId"], made["resourceLinkId"]) == (exam.identifier, link.link_id)
    assert link.made_line_item_url == link.line_item_url == made["id"]
    change(title="Statistics 2", grade_maximum=40, close_at="2030-01-01T00:00:00Z")
    outbox.deliver_due()
    (changed,) = columns(world)
    assert changed == {
        **made, "label": "Statistics 2", "scoreMaximum": 40, "endDateTime": "2030-01-01T00:00:00Z"
    }  # fmt: skip
    assert "Title, points and dates of the column are brought up to date" in page(world)
    change(grade_source="nothing")
    outbox.deliver_due()
    assert columns(world) == []
    assert "The column is removed, as the exam sends no grades any more" in page(world)


def test_a_class_that_begins_together_makes_one_column(world: World):
    lose_the_column(world)
    take_the_exam(world, INES)
    take_the_exam(world, JONAS)
    deliver_until_quiet()
    assert len(columns(world)) == 1
    assert {body["userId"] for body in world.scores()} == {INES, JONAS}


def test_the_column_of_the_activity_follows_and_is_never_removed(world: World):
    take_the_exam(world)
    outbox.deliver_due()
    change(title="Statistics 2")
    outbox.deliver_due()
    change(grade_source="nothing")
    outbox.deliver_due()
    (column,) = columns(world)
    assert column["label"] == "Statistics 2"
    assert only(ResourceLink).line_item_url == column["id"]


def test_a_column_that_was_taken_away_puts_the_score_aside_until_there_is_one(world: World):
    path = take_the_exam(world)
    outbox.deliver_due()
    remove(world, columns(world)[0]["id"])
    conclude(world, path, verdict="positive")
    outbox.deliver_due()
    seen = page(world)
    assert "The column is not in the gradebook any more." in seen
    assert "score_status_404" in seen


@pytest.mark.parametrize(("mode", "words"), [("403", "does not allow this tool"), ("404", "is not in the gradebook")])
def test_a_change_that_is_refused_stands_in_the_queue_and_can_be_sent_again(world: World, mode: str, words: str):
    take_the_exam(world)
    outbox.deliver_due()
    change(title="Statistics 2")
    world.fault("ags", mode)
    outbox.deliver_due()
    seen = page(world)
    assert words in seen
    assert f"column_status_{mode}" in seen
    world.mend()
    path = world.launch(TEACHER).headers["Location"]
    effect = db.session.query(outbox.Effect).filter_by(kind="lti.column").one()
    assert world.press(TEACHER, f"{path}/grades/{effect.id}").status_code == 303
    outbox.deliver_due()
    assert columns(world)[0]["label"] == "Statistics 2"


def test_a_row_of_another_exam_can_not_be_sent_from_here(world: World):
    take_the_exam(world)
    path = world.launch(TEACHER).headers["Location"]
    effect_id = outbox.put("lti.column", lane="x", subject="exam:999999", payload={}, now=clock.now())
    db.session.commit()
    assert world.press(TEACHER, f"{path}/grades/{effect_id}").status_code == 404


# what the gradebook has


def compare(world: World) -> str:
    """Press the button, let the worker read, look again."""
    path = world.launch(TEACHER).headers["Location"]
    huey = world.app.extensions["jobs"].huey
    huey.flush()
    assert world.press(TEACHER, f"{path}/grades/compare").status_code == 303
    while (task := huey.dequeue()) is not None:
        name, args = task.args
        if name == "lti.results":
            jobs.run(name, args)
    return str(world.tool(TEACHER).get(f"{path}/grades").text)


def accept(world: World, person: str) -> None:
    conclude(world, take_the_exam(world, person), verdict="positive")
    deliver_until_quiet()


def test_the_same_grade_on_both_sides_is_said_so(world: World):
    accept(world, JONAS)
    assert "Not read from the course system yet." in page(world)
    seen = compare(world)
    assert "The same: 1" in seen
    assert "15.0 / 20.0" in seen
    assert "Read from the course system on" in seen


def test_a_grade_that_was_changed_by_hand_is_marked(world: World):
    accept(world, JONAS)
    accept(world, INES)
    effect = db.session.query(outbox.Effect).filter_by(kind="lti.score").order_by(outbox.Effect.id.desc()).first()
    assert effect is not None
    effect.payload = {**effect.payload, "given": "12"}
    db.session.commit()
    seen = compare(world)
    assert "Different: 1" in seen
    assert "The same: 1" in seen


def test_a_grade_that_one_side_does_not_have_is_marked(world: World):
    accept(world, JONAS)
    accept(world, INES)
    rows = db.session.query(outbox.Effect).filter_by(kind="lti.score")
    effect = next(row for row in rows if row.payload["given"] is not None)
    effect.payload = {**effect.payload, "given": None}
    db.session.commit()
    assert "In the gradebook, but not sent from here: 1" in compare(world)


@pytest.mark.parametrize(
    ("mode", "code", "words"),
    [
        ("403", "results_status_403", "does not allow this tool"),
        ("500", "results_status_500", "busy or being repaired"),
        ("malformed", "results_unreadable", "something that does not belong here"),
        ("down", "outside_unreachable", "does not answer"),
    ],
)
def test_a_gradebook_that_can_not_be_read_says_why(world: World, mode: str, code: str, words: str):
    accept(world, JONAS)
    world.fault("ags", mode)
    seen = compare(world)
    assert code in seen
    assert words in seen


def test_the_button_asks_once_in_a_minute_and_learners_have_none(world: World):
    accept(world, JONAS)
    path = world.launch(TEACHER).headers["Location"]
    huey = world.app.extensions["jobs"].huey
    huey.flush()
    for _ in range(3):
        world.press(TEACHER, f"{path}/grades/compare")
    assert 1 <= len([task for task in huey.pending() if task.args[0] == "lti.results"]) <= 2
    world.open_attempt(INES)
    assert world.press(INES, f"{path}/grades/compare").status_code == 404


def test_without_the_right_to_read_grades_the_page_says_so(world: World):
    accept(world, JONAS)
    link = only(ResourceLink)
    link.scopes = [scope for scope in link.scopes if "result" not in scope]
    jobs.run("lti.results", (link.id,))
    assert only(ResourceLink).results_error == "service_off_results"


def test_a_link_that_is_gone_has_no_results(world: World):
    jobs.run("lti.results", (999_999,))
