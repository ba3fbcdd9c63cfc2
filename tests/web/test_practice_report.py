"""A practice ends with the learner's own report: all that a proctor would have seen, at once, and for nobody else."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from PIL import Image

from lti_proctor import clock
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.models import AttemptStep
from lti_proctor.attempts.service import fire
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import EvidenceKind, Recording, Track
from lti_proctor.exams.addons import Addon, Kind, Metric
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.spans import Batch
from tests.factories import make_attempt, make_exam, make_user

ADDONS = frozenset({Addon.track, Addon.face, Addon.record})


@pytest.fixture
def attempt(app, now, time):
    exam = make_exam(now, kind=Kind.practice, addons=ADDONS, metrics={Metric.b2: Decimal(1), Metric.b3: Decimal(1)})
    found = make_attempt(now, exam=exam, status=Status.download_software_clicked)
    actor = Actor(Role.learner, found.user_id)
    evidence.give_consent(found, locale="en", actor=actor, now=now)
    out = io.BytesIO()
    Image.new("RGB", (100, 100)).save(out, "JPEG")
    evidence.keep_photo(found, EvidenceKind.face, out.getvalue(), actor=actor, now=now)
    found.steps.append(AttemptStep(step=StepKey.face, outcome=Outcome.person, at=now, data={}))
    found.status, found.started_at, found.config_version, found.ipaddress = Status.started, now, 1, "198.51.100.7"
    begins = clock.to_ms(now)
    spans = (["b2", 1, begins, begins + 30_000], ["b2", 0, begins + 30_000, begins + 60_000])
    monitoring.keep_batch(found.id, Batch("browser-1", 1, spans), now=now)
    times = {"begins_at": now, "last_at": now}
    db.session.add(
        Recording(attempt_id=found.id, track=Track.camera, name="segment-1", head="00", n_chunks=1, n_bytes=9, **times)
    )
    fire(found, Event.submit, actor=actor, now=time.passes(minutes=2))
    db.session.commit()
    return found


@pytest.fixture
def page(attempt, sign_in):
    return sign_in(attempt.user, {attempt.exam.course_id: "learner"}).get(f"/attempts/{attempt.id}").text


@pytest.mark.parametrize(
    "words",
    [
        "What a proctor would have seen of you",
        "50.00",
        "The exam is not in front",
        "30 seconds",
        "Minute by minute",
        "198.51.100.7",
        "Photo of the face",
        "<video",
        "A person checks",
    ],
)
def test_all_that_staff_would_see_is_there_at_once(page, words):
    assert words in page


def test_each_minute_shows_each_metric_and_a_dash_where_nothing_could_be_told(page, attempt):
    rows = monitoring.minutes_of(attempt)
    assert {minute for minute, _metric in rows} == {0}
    assert '<th scope="row" class="num">1</th><td class="num">50</td><td class="num">–</td>' in page


def test_what_is_shown_is_counted_for_good(page, attempt):
    assert attempt.score == 50
    assert monitoring.uncounted_attempts() == []


def test_a_real_exam_shows_no_such_report(attempt, sign_in):
    attempt.exam.kind = Kind.proctored
    page = sign_in(attempt.user, {attempt.exam.course_id: "learner"}).get(f"/attempts/{attempt.id}").text
    assert "would have seen" not in page
    assert attempt.score is None


def test_others_do_not_see_it(attempt, sign_in, now):
    stranger = sign_in(make_user(now), {attempt.exam.course_id: "learner"})
    assert stranger.get(f"/attempts/{attempt.id}").status_code == 404


def test_after_the_evidence_is_gone_the_page_still_opens(attempt, sign_in, now, time):
    later = time.passes(days=90)
    evidence.remove_expired(attempt, actor=Actor(Role.timer), now=later + timedelta(days=1))
    monitoring.remove_all(attempt)
    page = sign_in(attempt.user, {attempt.exam.course_id: "learner"}).get(f"/attempts/{attempt.id}").text
    assert "Nothing was noticed, or nothing has arrived yet." in page
