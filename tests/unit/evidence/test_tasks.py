"""What has been kept for as long as promised goes, bytes and row."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from lti_proctor import journal, outbox
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.service import subject_of
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence import tasks
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.storage import Store
from tests.factories import make_attempt, make_exam


@pytest.fixture
def files(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.extensions, "store", Store(f"file://{tmp_path / 'files'}"))
    return lambda: sorted(path.name for path in Path(tmp_path / "files").rglob("*") if path.is_file())


def with_photo(now, status=Status.verified, **values):
    exam = make_exam(now, addons=frozenset({Addon.face}), expires=10)
    attempt = make_attempt(now, exam=exam, status=status, **values)
    actor = Actor(Role.learner, attempt.user_id)
    evidence.give_consent(attempt, locale="en", actor=actor, now=now)
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "red").save(out, "JPEG")
    evidence.keep_photo(attempt, EvidenceKind.face, out.getvalue(), actor=actor, now=now)
    return attempt


def expire():
    db.session.commit()
    tasks.expire()
    outbox.deliver_due()
    db.session.expire_all()


def test_evidence_goes_when_its_time_is_over_and_the_bare_facts_stay(app, files, time, now):
    attempt = with_photo(now, stopped_at=now)
    time.passes(days=10, seconds=-1)
    expire()
    assert (len(files()), attempt.is_removed) == (1, False)
    time.passes(seconds=1)
    expire()
    assert (files(), db.session.query(Evidence).count()) == ([], 0)
    assert (attempt.is_removed, attempt.status, attempt.stopped_at) == (True, Status.verified, now)
    entry = journal.entries_of(subject_of(attempt))[-1]
    assert (entry.action, entry.actor_role) == ("evidence.removed", "timer")
    assert journal.broken_links(subject_of(attempt)) == []


def test_running_it_twice_is_fine(app, files, time, now):
    with_photo(now, stopped_at=now)
    time.passes(days=30)
    expire()
    expire()
    assert files() == []


def test_evidence_of_an_exam_that_runs_stays(app, files, time, now):
    attempt = with_photo(now, status=Status.paused)
    time.passes(days=400)
    expire()
    assert (len(files()), attempt.is_removed) == (1, False)


@pytest.mark.parametrize("status", [Status.expired, Status.declined])
def test_evidence_of_who_never_started_goes_as_well(app, files, time, now, status):
    with_photo(now, status=status)
    time.passes(days=400)
    expire()
    assert files() == []


def test_evidence_of_who_set_up_and_went_away_goes_as_well(app, files, time, now):
    with_photo(now, status=Status.download_software_clicked)
    time.passes(days=400)
    expire()
    assert files() == []


def test_one_file_that_is_gone_already_stops_nothing(app, files, time, now):
    first, second = with_photo(now, stopped_at=now), with_photo(now, stopped_at=now + timedelta(seconds=1))
    db.session.commit()
    app.extensions["store"].delete(evidence.photos_of(first)[0].key)
    time.passes(days=30)
    expire()
    assert (first.is_removed, second.is_removed) == (True, True)


def test_network_address_and_browser_go_when_the_evidence_does(app, time, now):
    attempt = make_attempt(now, status=Status.verified, stopped_at=now, ipaddress="192.0.2.1", useragent="A browser")
    db.session.commit()
    time.passes(days=59)
    tasks.forget_traces()
    assert attempt.ipaddress == "192.0.2.1"
    time.passes(days=2)
    tasks.forget_traces()
    assert (attempt.ipaddress, attempt.useragent) == (None, None)


def test_each_attempt_keeps_to_the_promise_that_it_was_taken_under(app, time, now):
    exam = make_exam(now, expires=10)
    early = make_attempt(now, exam=exam, status=Status.verified, stopped_at=now, config_version=1, ipaddress="a")
    exams.change_exam(
        exam, title=exam.title, kind=exam.kind, config=exam.config.model_copy(update={"expires": 30}),
        actor=journal.SYSTEM, now=now,
    )  # fmt: skip
    late = make_attempt(now, exam=exam, status=Status.verified, stopped_at=now, config_version=2, ipaddress="b")
    never_started = make_attempt(now, exam=exam, status=Status.declined, stopped_at=now, ipaddress="c")
    found = []
    for days in (9, 1, 19, 1):
        time.passes(days=days)
        tasks.forget_traces()
        db.session.expire_all()
        found.append([attempt.ipaddress for attempt in (early, late, never_started)])
    assert found == [["a", "b", "c"], [None, "b", "c"], [None, "b", "c"], [None, None, None]]
