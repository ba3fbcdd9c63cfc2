"""The main job over real messages: deep linking, launch, exam, review, grade in the gradebook."""

import json
import re
from urllib.parse import parse_qs, urlsplit

from lti_proctor import clock, outbox
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.review.models import Conclusion
from tests.factories import make_incident
from tests.flows.conftest import INES, JONAS, LAYLA, TEACHER, World, form_of


def take_the_exam(world: World, person: str = JONAS, *, share: float = 0.75) -> str:
    """A learner goes from the course to "handed in"; the path of the attempt."""
    path = world.open_attempt(person)
    assert world.press(person, f"{path}/start").status_code == 303
    report_result(world, person, path, share)
    assert world.press(person, f"{path}/finish").status_code == 303
    assert world.press(person, f"{path}/submit").status_code == 303
    return path


def report_result(world: World, person: str, path: str, share: float) -> None:
    """What the exam's content does: post a statement with the token of its address."""
    page = world.tool(person).get(path).text
    source = re.search(r'<iframe[^>]*? src="([^"]+)"', page, re.S)
    assert source, page[:3000]
    query = parse_qs(urlsplit(source.group(1).replace("&amp;", "&")).query)
    statement = {
        "actor": json.loads(query["actor"][0]),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": query["activity_id"][0]},
        "result": {"score": {"scaled": share, "raw": share * 4, "min": 0, "max": 4}, "completion": True},
    }
    stranger = world.app.test_client()
    headers = {"Authorization": query["auth"][0], "X-Experience-API-Version": "1.0.3"}
    answer = stranger.post(f"{urlsplit(query['endpoint'][0]).path}statements", json=statement, headers=headers)
    assert answer.status_code == 200, answer.text


def conclude(world: World, path: str, **fields: str) -> None:
    world.launch(TEACHER)
    page = world.tool(TEACHER).get(path, follow_redirects=True)
    staff_path = page.request.path
    answer = world.press(TEACHER, f"{staff_path}/conclusion", **fields)
    assert answer.status_code == 303, answer.text


def test_from_the_launch_to_the_grade(world: World):
    path = take_the_exam(world, share=0.75)
    outbox.deliver_due()
    started, submitted = world.scores()
    assert (started["activityProgress"], started["gradingProgress"], "scoreGiven" in started) == (
        "InProgress",
        "NotReady",
        False,
    )
    assert (submitted["activityProgress"], submitted["gradingProgress"]) == ("Completed", "PendingManual")
    assert "scoreGiven" not in submitted
    conclude(world, path, verdict="positive", comment="All fine.")
    outbox.deliver_due()
    grade = world.scores()[-1]
    assert (grade["scoreGiven"], grade["scoreMaximum"], grade["gradingProgress"]) == (15, 20, "FullyGraded")
    assert "All fine." in world.tool(JONAS).get(path).text


def test_a_rejected_exam_shows_its_reason_and_takes_the_grade_away(world: World):
    path = take_the_exam(world)
    conclude(world, path, verdict="positive")
    with world.app.app_context():
        accepted = db.session.query(Conclusion).one()
        attempt = db.session.get_one(Attempt, accepted.attempt_id)
        make_incident(attempt, accepted.reviewer_id or 0, clock.now())
        db.session.commit()
    conclude(world, path, verdict="negative", reason="help_from_others", comment="A second voice at 10:56.")
    outbox.deliver_due()
    assert "scoreGiven" not in world.scores()[-1]
    page = world.tool(JONAS).get(path).text
    assert "Help from others" in page
    assert "A second voice at 10:56." in page


def test_deep_linking_makes_an_exam_that_learners_can_open(world: World):
    answer = world.launch(TEACHER, path="/lti/start-deep-linking")
    assert answer.status_code == 303, answer.text
    editor = urlsplit(answer.headers["Location"]).path
    assert "/deep-link/" in editor
    fields = {"title": "Midterm", "kind": "proctored", "preset": "honour", "lifetime": "45", "grade_maximum": "50",
              "grade_source": "accepted", "on_reject": "zero", "may_decline": "no", "attempt": "0"}  # fmt: skip
    page = world.press(TEACHER, editor, **fields)
    assert page.status_code == 200, page.text
    action, hidden = form_of(page.text)
    lms, _tool = world.browser(TEACHER)
    assert lms.post(action, data=hidden).status_code in {200, 302, 303}
    link = next(row for row in world.state()["links"] if row["title"] == "Midterm")
    assert set(link["custom"]) == {"exam", "link_history"}
    path = world.open_attempt(JONAS, link["id"])
    assert "45 minutes" in world.tool(JONAS).get(path).text


def test_deep_linking_can_be_cancelled(world: World):
    answer = world.launch(TEACHER, path="/lti/start-deep-linking")
    editor = urlsplit(answer.headers["Location"]).path
    page = world.press(TEACHER, f"{editor}/cancel")
    action, hidden = form_of(page.text)
    lms, _tool = world.browser(TEACHER)
    assert lms.post(action, data=hidden).status_code in {200, 302, 303}
    assert len(world.state()["links"]) == 1


def test_a_second_launch_finds_the_same_attempt(world: World):
    assert world.open_attempt(JONAS) == world.open_attempt(JONAS)


def test_a_launch_brings_the_language_of_the_learner(world: World):
    spanish, arabic = world.open_attempt(INES), world.open_attempt(LAYLA)
    assert '<html lang="es" dir="ltr">' in world.tool(INES).get(spanish).text
    assert '<html lang="ar" dir="rtl">' in world.tool(LAYLA).get(arabic).text
