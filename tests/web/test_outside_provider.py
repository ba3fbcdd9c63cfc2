"""An exam that an outside provider watches, from the launch to the verdict, and what goes wrong on the way."""

import pytest

from lti_proctor import outbox
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.exams.addons import Addon, Kind, Metric
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.outbox import Effect, State
from lti_proctor.providers import registry
from lti_proctor.providers import service as providers
from lti_proctor.providers.base import Comment, Review, ReviewStatus
from lti_proctor.providers.models import ProviderAttempt, ProviderExam, Stage
from lti_proctor.providers.registry import load
from lti_proctor.review.mails import contact_of
from lti_proctor.review.models import Verdict
from lti_proctor.review.service import conclude
from tests.conftest import csrf_of
from tests.factories import STAFF, make_attempt, make_exam, make_user


@pytest.fixture
def told(app, monkeypatch):
    """A provider of our own with options; what it was told, in order."""
    heard = []
    before = app.extensions["providers"], app.extensions["backends"]

    def set_up(**options):
        found = load("watcher", {"plugin": "mock", "ready_after": 0, "review_after": 0, **options})
        for method in ("on_exam_saved", "register_attempt", "start_attempt", "stop_attempt", "mark_erroneous",
                       "remove_attempt"):  # fmt: skip
            monkeypatch.setattr(found, method, _noting(heard, method, getattr(found, method)))
        registry.set_up(app.extensions, "builtin", {"builtin": load("builtin", {}), "watcher": found})
        return heard

    set_up()
    yield set_up
    app.extensions["providers"], app.extensions["backends"] = before


def _noting(heard, name, method):
    def call(*given):
        heard.append((name, *given))
        return method(*given)

    return call


@pytest.fixture
def exam(told, now, time):
    on = frozenset({Addon.track, Addon.face, Addon.finish})
    return make_exam(now, provider="watcher", lifetime=30, addons=on, metrics={Metric.c2: 1}, may_decline=True)


@pytest.fixture
def attempt(exam, now):
    return make_attempt(now, exam=exam)


@pytest.fixture
def known(attempt):
    """What the provider knows of the attempt, as it is now."""

    def read():
        db.session.expire_all()
        return db.session.query(ProviderAttempt).filter_by(attempt_id=attempt.id).one()

    return read


def work(time):
    """Every job until none is due."""
    outbox.deliver_due()
    time.passes(seconds=1)
    outbox.deliver_due()


def go(post, browser, attempt, *actions):
    for action in actions:
        assert post(browser, f"/attempts/{attempt.id}/{action}").status_code in {200, 303}


def names(heard):
    return [name for name, *_given in heard]


def test_the_whole_way_with_a_provider_that_acts_by_itself(learner, attempt, told, post, time):
    heard = told()
    go(post, learner, attempt, "begin")
    assert "Your exam is being announced" in learner.get(f"/attempts/{attempt.id}").text
    outbox.deliver_due()
    time.passes(seconds=1)
    outbox.deliver_due()
    assert attempt.status == Status.ready_to_start
    assert "You are ready to start" in learner.get(f"/attempts/{attempt.id}").text
    go(post, learner, attempt, "start")
    page = learner.get(f"/attempts/{attempt.id}").text
    assert "preview" not in page  # our own engine takes nothing
    go(post, learner, attempt, "finish", "submit")
    work(time)
    assert attempt.status == Status.verified
    assert names(heard) == ["on_exam_saved", "register_attempt", "start_attempt", "stop_attempt"]
    registration = heard[1][2]
    assert (registration.minutes, registration.is_sample, len(registration.user_id)) == (30, False, 40)


def test_learners_cannot_say_themselves_that_the_provider_is_ready(learner, attempt, told, post, time):
    told(ready_after=-1)
    go(post, learner, attempt, "begin")
    work(time)
    sent = learner.post(f"/attempts/{attempt.id}/steps/provider", data={"csrf_token": csrf_of(learner), "person": "1"})
    assert sent.status_code == 303
    refused = post(learner, f"/attempts/{attempt.id}/start")
    assert refused.status_code == 409
    assert attempt.started_at is None
    page = learner.get(f"/attempts/{attempt.id}").text
    assert "Set up the proctoring" in page
    assert "There is nothing to install." in page


def test_a_provider_that_is_down_delays_and_does_not_block(learner, attempt, told, known, post, time):
    told(fails="down", fails_at=("register_attempt",))
    go(post, learner, attempt, "begin")
    outbox.deliver_due()
    row = db.session.query(Effect).filter_by(kind="provider.register").one()
    assert (row.state, row.last_error) == (State.waiting, "outside_unreachable")
    assert "Your exam is being announced" in learner.get(f"/attempts/{attempt.id}").text
    told()
    time.passes(minutes=5)
    work(time)
    assert known().stage == Stage.registered
    assert attempt.status == Status.ready_to_start


@pytest.mark.parametrize(("fails", "status"), [("refuses", "403"), ("no_id", "200")])
def test_a_refusal_is_told_and_can_be_tried_again(learner, attempt, told, known, post, time, fails, status):
    told(fails=fails, fails_at=("register_attempt",))
    go(post, learner, attempt, "begin")
    work(time)
    page = learner.get(f"/attempts/{attempt.id}").text
    assert "This exam can’t be set up yet" in page
    assert status in page
    told()
    go(post, learner, attempt, "provider")
    work(time)
    assert attempt.status == Status.ready_to_start
    assert post(learner, f"/attempts/{attempt.id}/provider").status_code == 409


@pytest.mark.parametrize("state", ["missing", "pending", "failed", "expired"])
def test_an_onboarding_that_is_wanted_first_holds_the_learner(learner, attempt, told, post, time, state):
    told(fails=f"onboarding_{state}", fails_at=("register_attempt",))
    go(post, learner, attempt, "begin")
    work(time)
    assert attempt.status == Status[f"onboarding_{state}"]
    assert learner.get(f"/attempts/{attempt.id}").status_code == 200
    told()
    go(post, learner, attempt, "provider")
    work(time)
    assert attempt.status == Status.ready_to_start


def test_a_plugin_that_raises_everywhere_loses_nothing(learner, attempt, told, post, time):
    told(fails="breaks")
    go(post, learner, attempt, "begin")
    work(time)
    row = db.session.query(Effect).filter_by(kind="provider.register").one()
    assert (row.state, row.last_error) == (State.waiting, "provider_broke")
    told()
    time.passes(minutes=5)
    work(time)
    told(fails="breaks")
    go(post, learner, attempt, "start", "finish", "submit")
    work(time)
    assert attempt.status == Status.submitted
    assert learner.get(f"/attempts/{attempt.id}").status_code == 200
    told()
    for _ in range(3):
        time.passes(minutes=10)
        work(time)
    assert attempt.status == Status.verified


def test_the_start_says_which_provider_is_missing(told, sign_in, now, post):
    attempt = make_attempt(now, exam=make_exam(now, provider="elsewhere"))
    browser = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    answer = post(browser, f"/attempts/{attempt.id}/begin")
    assert answer.status_code == 409
    assert "elsewhere" in answer.text
    assert attempt.status == Status.created


def test_a_provider_hears_of_changes_and_of_being_left(exam, told, now, time):
    from lti_proctor.exams import service as exams

    heard = told()
    work(time)
    exams.change_exam(
        exam,
        title="Other",
        kind=exam.kind,
        config=exam.config.model_copy(update={"lifetime": 40}),
        actor=STAFF,
        now=now,
    )
    db.session.commit()
    work(time)
    exams.change_exam(
        exam, title="Other", kind=Kind.timed, config=exam.config, actor=STAFF, now=now
    )  # a timed exam is watched by nobody
    db.session.commit()
    work(time)
    said = [(given.name, given.time_limit_minutes, given.is_active, given.external_id) for _name, given in heard]
    assert said == [
        ("Final", 30, True, None),
        ("Other", 40, True, f"mock-{exam.id}"),
        ("Other", 40, False, f"mock-{exam.id}"),
    ]
    assert db.session.query(ProviderExam).count() == 1


def test_declining_has_the_provider_forget_the_attempt(learner, attempt, told, known, post, time):
    told(ready_after=-1)
    go(post, learner, attempt, "begin")
    work(time)
    heard = told(ready_after=-1)
    go(post, learner, attempt, "decline")
    work(time)
    assert names(heard)[-1] == "remove_attempt"
    assert known().stage == Stage.gone


def _submitted(learner, attempt, told, post, time, **options):
    told(review_after=-1, **options)
    go(post, learner, attempt, "begin")
    work(time)
    go(post, learner, attempt, "start", "finish", "submit")
    work(time)


def review(known, now, status, **more):
    providers.take_review(known(), registry.provider_of("watcher"), Review(status, **more), now=now)
    db.session.commit()


def test_reviews_move_the_attempt_in_the_order_of_their_rules(learner, attempt, told, known, post, time, now):
    _submitted(learner, attempt, told, post, time)
    noticed = (Comment("Someone speaks", "Suspicious", 5, 9, 4),)
    review(known, now, ReviewStatus.suspicious, comments=noticed)
    assert attempt.status == Status.second_review_required
    review(known, now, ReviewStatus.violation)
    assert attempt.status == Status.second_review_required
    review(known, now, ReviewStatus.not_reviewed)
    assert attempt.status == Status.error
    review(known, now, ReviewStatus.passed)
    assert attempt.status == Status.verified


def test_pages_say_who_reviews(learner, attempt, told, known, post, time, now):
    def page():
        return learner.get(f"/attempts/{attempt.id}").text

    _submitted(learner, attempt, told, post, time)
    assert "Practice provider reviews the exam" in page()
    assert "A person reviews" not in page()
    review(known, now, ReviewStatus.passed)
    assert "Practice provider reviewed it." in page()
    review(known, now, ReviewStatus.suspicious)
    assert "A person reviews the exam" in page()
    reviewer = Actor(Role.reviewer, make_user(now).id)
    conclude(attempt, Verdict.positive, reason=None, comment="", actor=reviewer, now=now)
    db.session.commit()
    assert "A person reviewed it." in page()


def test_the_same_review_twice_is_one(learner, attempt, told, known, post, time, now):
    _submitted(learner, attempt, told, post, time)
    review(known, now, ReviewStatus.passed)
    n_rows = db.session.query(Effect).count()
    review(known, now, ReviewStatus.passed)
    assert len(providers.reviews_of(attempt)) == 1
    assert db.session.query(Effect).count() == n_rows


def test_only_a_person_who_may_review_rejects(learner, attempt, told, known, post, time, now):
    _submitted(learner, attempt, told, post, time)
    other = make_user(now, name="A learner")
    review(known, now, ReviewStatus.violation, reviewed_by=other.email)
    assert attempt.status == Status.second_review_required
    from lti_proctor.people.site_roles import SiteRole

    proctor = make_user(now, role=SiteRole.proctor)
    review(known, now, ReviewStatus.violation, reviewed_by=proctor.email)
    assert attempt.status == Status.rejected
    assert "Practice provider reviewed the exam and did not accept it." in learner.get(f"/attempts/{attempt.id}").text


def test_a_pass_for_what_was_never_handed_in_is_an_error(learner, attempt, told, known, post, time, now):
    told(review_after=-1)
    go(post, learner, attempt, "begin")
    work(time)
    go(post, learner, attempt, "start")
    work(time)
    review(known, now, ReviewStatus.passed)
    assert attempt.status == Status.error
    assert attempts.may(attempt, Event.allow_resume, STAFF, now)


@pytest.fixture
def teacher(exam, sign_in, now):
    return sign_in(make_user(now, name="A teacher"), {exam.course_id: "instructor"})


def test_staff_see_the_provider_its_review_and_what_did_not_arrive(
    learner, attempt, teacher, told, known, post, time, now
):
    _submitted(learner, attempt, told, post, time)
    told(review_after=-1, fails="down", fails_at=("remove_attempt",))
    review(known, now, ReviewStatus.suspicious, comments=(Comment("<b>Someone</b> speaks", "Suspicious", 65, 70, 5),))
    page = teacher.get(f"/exams/{attempt.exam_id}/attempts/{attempt.id}").text
    assert "Looks suspicious" in page
    assert "&lt;b&gt;Someone&lt;/b&gt; speaks" in page
    assert "1:05" in page
    row = db.session.query(Effect).filter_by(kind="provider.stop").one()
    row.state, row.last_error = State.aside, "outside_unreachable"
    db.session.commit()
    path = f"/exams/{attempt.exam_id}/attempts/{attempt.id}"
    assert "The provider does not answer" in teacher.get(path).text
    assert post(teacher, f"{path}/provider/{row.id}").status_code == 303
    db.session.expire_all()
    assert row.state == State.waiting
    assert post(teacher, f"{path}/provider/999999").status_code == 404
    assert post(learner, f"{path}/provider/{row.id}").status_code == 404
    assert teacher.get(f"{path}/provider").status_code == 404  # it has no pages of its own


def test_the_editor_offers_the_providers_and_what_they_need(exam, teacher, told, post, app):
    path = f"/exams/{exam.id}/settings"
    page = teacher.get(path).text
    assert "Who watches over the exam?" in page
    assert "Rules for those who review" in page
    told(requires_escalation_email=True, show_review_rules=False)
    assert 'id="review-rules" hidden' in teacher.get(path).text
    fields = {"title": "Final", "kind": "proctored", "preset": "own", "grade_source": "nothing", "delivery": "framed",
              "grade_maximum": "100", "on_reject": "withhold"}  # fmt: skip
    answer = post(teacher, path, **fields, provider="watcher")
    assert answer.status_code == 422
    assert "needs an address for urgent questions" in answer.text
    assert post(teacher, path, **fields, provider="watcher", escalation_email="no address").status_code == 422
    assert post(teacher, path, **fields, provider="nobody").status_code == 422
    assert post(teacher, path, **fields, provider="watcher", escalation_email="help@example.edu").status_code == 303
    db.session.expire_all()
    assert (exam.config.provider, exam.config.escalation_email) == ("watcher", "help@example.edu")
    assert post(teacher, path, **fields).status_code == 303
    db.session.expire_all()
    assert exam.config.provider == ""


def test_questions_go_to_the_exam_s_address_then_the_provider_s_then_the_site_s(attempt, told, app):
    assert contact_of(attempt) == app.extensions["settings"].contact_email
    told(LINK_URLS={"contact": "help@watcher.example"})
    assert contact_of(attempt) == "help@watcher.example"
    config = attempt.exam.config.model_copy(update={"escalation_email": "teacher@example.edu"})
    attempt.exam.stored = config.model_dump(mode="json")
    assert contact_of(attempt) == "teacher@example.edu"


@pytest.mark.parametrize(
    ("body", "status"), [({"problem": "silent", "detail": "x" * 9000}, 200), ({"problem": "bored"}, 422), ([], 422)]
)
def test_software_that_went_away_breaks_the_attempt_off(learner, attempt, told, post, time, body, status):
    told(worker_address="https://watch.example/worker.js")
    go(post, learner, attempt, "begin")
    work(time)
    ready = learner.get(f"/attempts/{attempt.id}")
    assert "script-src 'self' blob: https://watch.example" in ready.headers["Content-Security-Policy"]
    go(post, learner, attempt, "start")
    headers = {"X-CSRFToken": csrf_of(learner)}
    answer = learner.post(f"/attempts/{attempt.id}/provider/failed", json=body, headers=headers)
    assert answer.status_code == status
    assert attempt.status == (Status.error if status == 200 else Status.started)


def test_a_provider_may_let_exams_go_on_without_its_software(learner, attempt, told, post, time):
    told(worker_address="/worker.js", ping_failure_passthrough=True)
    go(post, learner, attempt, "begin")
    work(time)
    go(post, learner, attempt, "start")
    headers = {"X-CSRFToken": csrf_of(learner)}
    answer = learner.post(f"/attempts/{attempt.id}/provider/failed", json={"problem": "silent"}, headers=headers)
    assert answer.json == {"status": "started"}
