"""An exam of a site, from its announcement to the review that flows back; and what gets lost on the way."""

import json
from datetime import timedelta

import pytest

from lti_proctor import outbox
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring.models import Flag
from lti_proctor.outbox import Effect, State
from lti_proctor.people.models import User
from lti_proctor.providers.server import clients
from lti_proctor.review.models import Reason, Verdict
from lti_proctor.review.service import conclude
from tests.factories import STAFF, make_incident, make_user
from tests.web.provider.conftest import LEARNER, attempt_of

READY = "/api/edx_proctoring/v1/proctored_exam/attempt/{}/ready"
REVIEWED = "/api/edx_proctoring/v1/proctored_exam/attempt/{}/reviewed"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def exam(site):
    return site.exam()


@pytest.fixture
def attempt(site, exam):
    return site.attempt(exam)


def way_of(site, exam, attempt):
    return (
        site.call("GET", f"exam/{exam}/attempt/{attempt}/").json["download_url"].removeprefix("http://localhost:8000")
    )


def come(app, site, exam, attempt):
    """The learner's browser, inside."""
    browser, way = app.test_client(), way_of(site, exam, attempt)
    assert "Inés Márquez" in browser.get(way).text
    assert browser.post(way, headers=OURS).status_code == 303
    return browser


def set_up(browser, post, key):
    assert post(browser, f"/attempts/{key}/begin").status_code == 303
    assert post(browser, f"/attempts/{key}/steps/rules", rules="1", consent="1").status_code == 303


@pytest.fixture
def ready(app, site, exam, attempt, post):
    browser = come(app, site, exam, attempt)
    set_up(browser, post, attempt_of(attempt).id)
    outbox.deliver_due()
    return browser


def judge(attempt, verdict, reason=None, *, reviewer=None, now, comment=""):
    found = attempt_of(attempt)
    actor = Actor(Role.reviewer, reviewer)
    conclude(found, verdict, reason=reason, comment=comment, actor=actor, now=now)
    db.session.commit()
    outbox.deliver_due()


def test_the_whole_way(app, site, exam, attempt, lms, post, time):
    browser = come(app, site, exam, attempt)
    key = attempt_of(attempt).id
    assert "Final" in browser.get(f"/attempts/{key}").text
    set_up(browser, post, key)
    outbox.deliver_due()
    assert lms.heard == [(READY.format(attempt), "JWT t1", {"status": "ready"})]
    page = browser.get(f"/attempts/{key}").text
    assert "Go back to your course now and start the exam there." in page
    assert "jump_to/block-v1%3ANorth" in page
    assert f"/attempts/{key}/start" not in page
    time.passes(minutes=5)
    assert site.tell(exam, attempt, "started").json == {"status": "started"}
    found = attempt_of(attempt)
    assert (found.status, found.deadline_at) == (Status.started, time.now + timedelta(minutes=60))
    assert "Your exam is open in another window" in browser.get(f"/attempts/{key}").text
    time.passes(minutes=10)
    assert site.tell(exam, attempt, "submitted").json == {"status": "submitted"}
    assert "handed in" in browser.get(f"/attempts/{key}").text
    judge(attempt, Verdict.positive, now=time.now)
    assert lms.heard[1:] == [(REVIEWED.format(attempt), "JWT t1", {"status": "passed", "comments": []})]
    assert site.call("GET", f"exam/{exam}/attempt/{attempt}/").json["status"] == "verified"
    assert not db.session.query(Effect).filter(Effect.kind.in_(["lti.score", "mail.status"])).all()


def test_a_review_against_the_learner_says_why_and_what_was_noticed_once(site, exam, attempt, ready, lms, time):
    site.tell(exam, attempt, "started")
    found, begins = attempt_of(attempt), time.now
    config = found.exam.config.model_copy(
        update={"addons": frozenset({Addon.rules, Addon.track}), "metrics": {Metric.c2: 1}}
    )
    found.exam.stored, found.config_version = config.model_dump(mode="json"), None
    flag = {"starts_at": begins + timedelta(seconds=90), "ends_at": begins + timedelta(seconds=104.2)}
    db.session.add(Flag(attempt_id=found.id, metric=Metric.c2, violated_ms=14_200, pieces=[], **flag))
    time.passes(minutes=10)
    site.tell(exam, attempt, "submitted")
    reviewer = make_user(time.now).id
    make_incident(found, reviewer, time.now)
    judge(attempt, Verdict.negative, Reason.left_exam, reviewer=reviewer, now=time.now, comment="Twice.")
    judge(attempt, Verdict.positive, reviewer=reviewer, now=time.now)
    judge(attempt, Verdict.negative, Reason.other, reviewer=reviewer, now=time.now)
    first, passed, second = [body for path, _token, body in lms.heard if path.endswith("reviewed")]
    said = {"comment": "The exam was left. Twice.", "status": "Rules Violation", "start": 0, "stop": 0, "duration": 0}
    seen = {"comment": "No face is seen, or it is turned away", "status": "Suspicious", "start": 90, "stop": 105, "duration": 15}  # fmt: skip
    assert first == {"status": "violation", "comments": [said, seen]}
    assert passed == {"status": "passed", "comments": []}
    assert [comment["status"] for comment in second["comments"]] == ["Rules Violation"]


def test_only_people_of_the_site_are_named_as_reviewers(site, exam, attempt, ready, lms, time):
    other = site.attempt(site.exam(id=8), user_id="b" * 40, email="prof@northfield.example")
    site.tell(exam, attempt, "started")
    site.tell(exam, attempt, "submitted")
    judge(attempt, Verdict.positive, reviewer=attempt_of(other).user_id, now=time.now)
    assert lms.heard[-1][2]["reviewed_by"] == "prof@northfield.example"


def test_a_second_look_is_suspicious_until_it_is_done(site, exam, attempt, ready, lms, time):
    site.tell(exam, attempt, "started")
    site.tell(exam, attempt, "submitted")
    attempts.fire(attempt_of(attempt), Event.ask_second_review, actor=Actor(Role.reviewer, 1), now=time.now)
    db.session.commit()
    outbox.deliver_due()
    assert lms.heard[-1][2] == {"status": "suspicious", "comments": []}


def test_a_review_carries_the_address_of_our_page_where_the_site_wants_it(make_site, lms, app, post, time):
    site = make_site(lms.url, addons=frozenset(), sends_review_link=True)
    exam = site.exam()
    attempt = site.attempt(exam)
    browser, found = come(app, site, exam, attempt), attempt_of(attempt)
    post(browser, f"/attempts/{found.id}/begin")
    site.tell(exam, attempt, "started")
    site.tell(exam, attempt, "submitted")
    judge(attempt, Verdict.positive, now=time.now)
    page = f"http://localhost:8000/exams/{found.exam_id}/attempts/{found.id}"
    assert lms.heard[-1][2]["videoReviewLink"] == page


def test_what_breaks_here_is_told_as_not_reviewed_and_what_breaks_there_is_no_news(
    site, exam, attempt, ready, lms, time
):
    attempts.fire(attempt_of(attempt), Event.fail, actor=Actor(Role.staff), now=time.now, reason="camera")
    db.session.commit()
    outbox.deliver_due()
    assert lms.heard[-1][::2] == (REVIEWED.format(attempt), {"status": "not_reviewed", "comments": []})
    second = site.attempt(exam)
    n = len(lms.heard)
    assert site.tell(exam, second, "error").json == {"status": "error"}
    assert site.tell(exam, second, "error").json == {"status": "error"}
    outbox.deliver_due()
    assert len(lms.heard) == n
    assert attempt_of(second).error == "site_error"


def test_an_exam_that_nobody_watched_does_not_pass_for_a_clean_one(site, exam, attempt, lms):
    answer = site.tell(exam, attempt, "started")
    assert (answer.status_code, answer.json["error"], answer.json["status"]) == (409, "wrong_status", "created")
    assert site.tell(exam, attempt, "submitted").json == {"status": "error"}
    outbox.deliver_due()
    assert lms.heard[-1][2]["status"] == "not_reviewed"


def test_a_check_that_went_stale_does_not_keep_the_exam_from_being_watched(app, make_site, lms, post, time):
    site = make_site(lms.url, addons=frozenset({Addon.check}))
    exam = site.exam()
    attempt = site.attempt(exam)
    browser, found = come(app, site, exam, attempt), attempt_of(attempt)
    post(browser, f"/attempts/{found.id}/begin")
    post(browser, f"/attempts/{found.id}/steps/check", findings=json.dumps({}), person="1")
    assert attempt_of(attempt).status == Status.ready_to_start
    time.passes(hours=9)
    site.sign_in()
    browser = app.test_client()
    browser.post(way_of(site, exam, attempt), headers=OURS)
    browser.get(f"/attempts/{found.id}")
    assert attempt_of(attempt).status == Status.download_software_clicked
    assert site.tell(exam, attempt, "started").json == {"status": "started"}


def test_before_the_consent_learners_read_what_their_course_gets(app, make_site, lms, post):
    site = make_site(lms.url, addons=frozenset({Addon.rules, Addon.face}))
    exam = site.exam()
    attempt = site.attempt(exam)
    browser, key = come(app, site, exam, attempt), attempt_of(attempt).id
    post(browser, f"/attempts/{key}/begin")
    page = browser.get(f"/attempts/{key}").text
    assert "Your course gets the decision" in page
    assert "gets your photo" not in page


def test_a_running_exam_that_the_site_takes_back_ends_and_is_for_nobody_to_review(site, exam, attempt, ready, time):
    site.tell(exam, attempt, "started")
    assert site.call("DELETE", f"exam/{exam}/attempt/{attempt}/").json == {"status": "deleted"}
    found = attempt_of(attempt)
    assert (found.status, found.error, found.stopped_at) == (Status.error, "site_removed", time.now)
    assert site.tell(exam, attempt, "submitted").status_code == 404


def test_time_that_is_over_ends_the_watching_by_itself(site, exam, attempt, ready, time):
    site.tell(exam, attempt, "started")
    time.passes(minutes=61)
    site.sign_in()
    assert site.tell(exam, attempt, "submitted").json == {"status": "submitted"}
    assert (attempt_of(attempt).ended_by, site.tell(exam, attempt, "started").status_code) == (Role.timer, 409)


def test_a_learner_who_ends_it_first_is_not_ended_twice(site, exam, attempt, ready, post):
    site.tell(exam, attempt, "started")
    key = attempt_of(attempt).id
    for action in ("finish", "submit"):
        assert post(ready, f"/attempts/{key}/{action}").status_code == 303
    assert site.tell(exam, attempt, "submitted").json == {"status": "submitted"}
    assert attempt_of(attempt).ended_by == Role.learner


def test_the_learner_can_not_start_here(site, exam, attempt, ready, post):
    answer = post(ready, f"/attempts/{attempt_of(attempt).id}/start")
    assert answer.status_code == 409
    assert "This exam is started in your course" in answer.text
    assert attempt_of(attempt).started_at is None
    assert ready.get(f"/attempts/{attempt_of(attempt).id}/assessment").status_code == 409


# callbacks


def test_a_site_that_is_down_hears_it_later(app, site, exam, attempt, lms, post, time):
    lms.answers = [503, 500]
    browser = come(app, site, exam, attempt)
    set_up(browser, post, attempt_of(attempt).id)
    outbox.deliver_due()
    row = db.session.query(Effect).filter_by(kind="site.ready").one()
    assert (row.state, row.last_error) == (State.waiting, "site_status_503")
    time.passes(minutes=5)
    outbox.deliver_due()
    time.passes(minutes=5)
    outbox.deliver_due()
    assert len(lms.heard) == 3
    db.session.refresh(row)
    assert row.state == State.done


@pytest.mark.parametrize(
    ("status", "state"),
    [(404, State.aside), (400, State.aside), (412, State.aside), (403, State.waiting), (429, State.waiting)],
)
def test_what_the_site_answers_decides_whether_it_is_tried_again(app, site, exam, attempt, lms, post, status, state):
    lms.answers = [status]
    set_up(come(app, site, exam, attempt), post, attempt_of(attempt).id)
    outbox.deliver_due()
    row = db.session.query(Effect).filter_by(kind="site.ready").one()
    assert (row.state, row.last_error) == (state, f"site_status_{status}")


def test_a_token_that_is_not_taken_any_more_is_fetched_anew_once(app, site, exam, attempt, lms, post):
    lms.answers = [401]
    set_up(come(app, site, exam, attempt), post, attempt_of(attempt).id)
    outbox.deliver_due()
    assert [token for _path, token, _body in lms.heard] == ["JWT t1", "JWT t2"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [((403, b"{}"), "site_token_status_403"), ((200, b"<html>"), "site_token_unreadable"),
     ((200, b"[]"), "site_token_unreadable"), ((200, b'{"access_token": "a b"}'), "site_token_unreadable"),
     ((200, b"[" * 50_000), "site_token_unreadable"), ((200, b"x" * 100_000), "outside_too_large")],
)  # fmt: skip
def test_rubbish_in_place_of_a_token_is_noted(app, site, exam, attempt, lms, post, answer, code):
    lms.token_answer = answer
    set_up(come(app, site, exam, attempt), post, attempt_of(attempt).id)
    outbox.deliver_due()
    assert db.session.query(Effect).filter_by(kind="site.ready").one().last_error == code


def test_without_credentials_news_waits_until_they_are_entered(app, make_site, lms, post, time):
    site = make_site(lms.url, callback_client_id="", callback_secret="")
    exam = site.exam()
    attempt = site.attempt(exam)
    set_up(come(app, site, exam, attempt), post, attempt_of(attempt).id)
    outbox.deliver_due()
    assert db.session.query(Effect).filter_by(kind="site.ready").one().last_error == "site_no_credentials"
    details = clients.ClientDetails(name="N", site_url=lms.url, callback_client_id="ours", callback_secret="theirs")
    clients.change_client(site.client, details, actor=STAFF, now=time.now)
    db.session.commit()
    time.passes(minutes=5)
    outbox.deliver_due()
    assert len(lms.heard) == 1


def test_news_of_an_attempt_that_was_taken_back_are_put_aside(app, site, exam, attempt, lms, post):
    set_up(come(app, site, exam, attempt), post, attempt_of(attempt).id)
    assert site.call("DELETE", f"exam/{exam}/attempt/{attempt}/").json == {"status": "deleted"}
    outbox.deliver_due()
    row = db.session.query(Effect).filter_by(kind="site.ready").one()
    assert (row.state, row.last_error, lms.heard) == (State.aside, "gone", [])


def test_a_worker_that_dies_in_the_middle_loses_nothing(app, site, exam, attempt, lms, post, time):
    set_up(come(app, site, exam, attempt), post, attempt_of(attempt).id)
    row = db.session.query(Effect).filter_by(kind="site.ready").one()
    assert outbox._claim(row.id, time.now) is not None  # and then nothing more is heard of that worker
    outbox.deliver_due()
    assert lms.heard == []
    time.passes(minutes=6)
    outbox.deliver_due()
    assert len(lms.heard) == 1


# the learner's way in


def test_the_way_in_asks_whether_it_is_the_right_person(app, site, exam, attempt):
    way, browser = way_of(site, exam, attempt), app.test_client()
    assert browser.get(way).status_code == 200
    assert browser.get(f"/attempts/{attempt_of(attempt).id}").status_code == 401
    assert browser.post(way).status_code == 409
    assert browser.post(way, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 409
    assert browser.get(f"/attempts/{attempt_of(attempt).id}").status_code == 401
    assert browser.post(way, headers=OURS).status_code == 303
    again = browser.get(way)
    assert (again.status_code, again.headers["Location"]) == (303, f"/attempts/{attempt_of(attempt).id}")


def test_a_way_in_leads_to_one_attempt_and_nowhere_else(app, site, exam, attempt):
    other = site.attempt(exam, user_id="b" * 40, full_name="Omar")
    browser = come(app, site, exam, attempt)
    assert browser.get(f"/attempts/{attempt_of(other).id}").status_code == 404
    found = attempt_of(attempt)
    assert browser.get(f"/exams/{found.exam_id}").status_code == 404
    assert browser.get(f"/courses/{found.exam.course_id}").status_code == 404


@pytest.mark.parametrize("token", ["x", "IngiCg.AAAA", "a" * 3000])
def test_a_made_up_way_in_leads_nowhere(app, site, token):
    answer = app.test_client().get(f"/provider/enter/{token}")
    assert answer.status_code == 404
    assert "text/html" in answer.content_type


def test_a_way_in_ends_with_its_attempt_its_site_and_its_person(app, site, exam, attempt, time):
    way = way_of(site, exam, attempt)
    clients.set_active(site.client, False, actor=STAFF, now=time.now)
    assert app.test_client().get(way).status_code == 409
    clients.set_active(site.client, True, actor=STAFF, now=time.now)
    user = db.session.get_one(User, attempt_of(attempt).user_id)
    user.is_locked = True
    assert app.test_client().post(way, headers=OURS).status_code == 403
    user.is_locked = False
    site.tell(exam, attempt, "error")
    answer = app.test_client().get(way)
    assert answer.status_code == 409
    assert "This exam is over here" in answer.text


def test_somebody_who_guesses_ways_in_has_to_wait(app, site):
    browser = app.test_client()
    answers = [browser.get(f"/provider/enter/guess{n}").status_code for n in range(62)]
    assert (answers[0], answers[-1]) == (404, 429)


def test_a_site_that_knows_one_address_only_leads_to_a_page_that_helps(app, site):
    address = site.call("GET", "config/").json["download_url"]
    page = app.test_client().get(address.removeprefix("http://localhost:8000"))
    assert "Open the proctoring from your exam" in page.text


def test_names_follow_what_the_site_says_last(site, exam, attempt):
    site.attempt(exam, full_name="Inés M. Soto", email="soto@northfield.example")
    user = attempt_of(attempt).user
    assert (user.name, user.email, user.provider) == ("Inés M. Soto", "soto@northfield.example", "site")
    assert LEARNER["full_name"] != user.name
