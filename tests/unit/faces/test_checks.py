"""Pictures during an exam: each counts once, their spans never overlap, and only what shows something stays."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from lti_proctor import journal
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.errors import Invalid, NotFound, Refused, Upstream
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence import snapshots
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.extensions import db
from lti_proctor.faces import checks, service, tasks
from lti_proctor.faces.looks import Look, Seen
from lti_proctor.faces.models import FaceProfile, FaceReading, Source
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.metrics import SERVER
from lti_proctor.monitoring.models import SpanBatch
from lti_proctor.monitoring.spans import Batch, believable
from lti_proctor.storage import Store
from tests.faces import face_at, jpeg
from tests.factories import make_attempt, make_exam, make_user

c4, c5, c6 = Metric.c4, Metric.c5, Metric.c6
FINE, VIOLATED, UNKNOWN = 0, 1, 2
BEGINS = 1_000_000


@pytest.fixture
def files(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.extensions, "store", Store(f"file://{tmp_path / 'files'}"))
    return lambda: [path for path in Path(tmp_path / "files").rglob("*") if path.is_file()]


@pytest.fixture
def start(app, files, compares, now, time):
    """A running exam that watches faces: the photo from the start is `face_at(0)`, the profile `face_at(0.2)`."""

    def running(*looks, metrics=(c4, c6), search=False, profile=0.2, **options):
        engine = compares(face_at(0), *looks, search=search, **options)
        exam = make_exam(
            now, addons=frozenset({Addon.face, Addon.track}), metrics={m: Decimal(1) for m in metrics}, lifetime=60
        )
        attempt = make_attempt(now, exam=exam, status=Status.started, started_at=now, seen_at=now)
        learner = Actor(Role.learner, attempt.user_id)
        evidence.give_consent(attempt, locale="en", actor=learner, now=now)
        photo = evidence.keep_photo(attempt, EvidenceKind.face, jpeg(), actor=learner, now=now)
        service.look_at(photo, now=now)
        if profile is not None:
            add_profile(attempt.user_id, photo, profile, now)
        attempt.engine = engine
        return attempt

    return running


def add_profile(user_id, photo, distance, now):
    look = face_at(distance)
    row = FaceProfile(
        user_id=user_id, evidence_id=photo.id, vector=look.vector, engine=look.engine, source=Source.staff,
        created_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()


def shoot(attempt, seconds):
    taken = attempt.started_at + timedelta(seconds=seconds)
    return snapshots.keep_snapshot(attempt, jpeg(), taken=taken, now=taken).id


def check(attempt, seconds):
    """Take a picture and check it; whether it stays."""
    key = shoot(attempt, seconds)
    checks.check(key, now=attempt.started_at + timedelta(seconds=seconds))
    return db.session.scalar(select(Evidence.id).where(Evidence.id == key)) is not None


def spans(attempt, metric):
    """Spans of the server in seconds since the start, in order."""
    base = round(attempt.started_at.timestamp() * 1000)
    rows = monitoring.latest_spans(attempt.id, SERVER, batches=1000)
    found = [(s, (a - base) / 1000, (b - base) / 1000) for m, s, a, b in rows if m == metric]
    return sorted(found, key=lambda span: span[1])


@pytest.mark.parametrize(
    ("look", "with_start", "with_profile"),
    [
        (face_at(0.1), FINE, FINE),
        (face_at(0.55), UNKNOWN, FINE),
        (face_at(0.75), VIOLATED, UNKNOWN),
        (face_at(2), VIOLATED, VIOLATED),
        (Look(Seen.none), UNKNOWN, UNKNOWN),
        (Look(Seen.several), UNKNOWN, UNKNOWN),
        (Look(Seen.small), UNKNOWN, UNKNOWN),
        (Look(Seen.unknown), UNKNOWN, UNKNOWN),
    ],
)
def test_a_picture_is_compared_with_the_start_and_the_profile(start, look, with_start, with_profile):
    attempt = start(look)
    check(attempt, 30)
    assert spans(attempt, c4) == [(with_start, 30, 45)]
    assert spans(attempt, c6) == [(with_profile, 30, 45)]


def test_without_a_profile_only_the_photo_from_the_start_tells(start):
    attempt = start(face_at(2), profile=None)
    check(attempt, 0)
    assert (spans(attempt, c4), spans(attempt, c6)) == ([(VIOLATED, 0, 15)], [(UNKNOWN, 0, 15)])


@pytest.mark.parametrize(("search", "wanted"), [(True, [(VIOLATED, 0, 15)]), (False, [])])
def test_other_profiles_are_searched_only_where_site_and_exam_want_it(start, now, search, wanted):
    attempt = start(face_at(0.1), metrics=(c4, c5), search=search)
    add_profile(make_user(now).id, service.start_photo(attempt), 0.3, now)
    check(attempt, 0)
    assert spans(attempt, c5) == wanted


def test_a_search_that_finds_nobody_is_fine_and_the_learner_s_own_profile_is_nobody(start):
    attempt = start(face_at(0.2), metrics=(c5,), search=True)
    check(attempt, 0)
    assert spans(attempt, c5) == [(FINE, 0, 15)]


def test_what_was_found_reaches_minutes_flags_and_score(start, now):
    attempt = start(face_at(0.1), face_at(2), rest=face_at(0.1))
    for seconds in range(0, 120, 15):
        check(attempt, seconds)
    monitoring.count(attempt, now=now + timedelta(seconds=120))
    seen = monitoring.minutes_of(attempt)
    assert (seen[(0, c4)].violated, seen[(0, c4)].told, seen[(1, c4)].violated) == (15_000, 60_000, 0)
    assert [flag.metric for flag in monitoring.flags_of(attempt)] == [c4, c6]
    assert attempt.score == Decimal("75.00")


def test_a_picture_counts_once_however_often_its_job_runs(start, now):
    attempt = start(face_at(2))
    key = shoot(attempt, 10)
    for _ in range(3):
        checks.check(key, now=now)
    assert len(spans(attempt, c4)) == 1
    assert db.session.scalar(select(func.count()).select_from(SpanBatch)) == 1
    assert attempt.engine.n_asked == 2


def test_one_a_minute_stays_and_what_shows_something(start, files):
    attempt = start(*[face_at(0.1)] * 5, face_at(2), face_at(0.1), Look(Seen.none))
    kept = [check(attempt, seconds) for seconds in (0, 15, 30, 45, 60, 75, 90, 105)]
    assert kept == [True, False, False, False, True, True, False, False]
    assert len(files()) == 1 + 3
    readings = db.session.scalars(
        select(FaceReading).join(Evidence).where(Evidence.kind == "snapshot").order_by(FaceReading.id)
    ).all()
    assert [reading.vector for reading in readings] == [None] * 3
    assert readings[1 + 1].findings["c4"] == {"match": "different", "distance": 2.0}


def test_the_hash_of_a_picture_that_stays_is_in_the_record_and_others_leave_no_entry(start):
    attempt = start(rest=face_at(0.1))
    before = len(journal.entries_of(f"attempt:{attempt.id}"))
    check(attempt, 0)
    check(attempt, 15)
    entries = journal.entries_of(f"attempt:{attempt.id}")[before:]
    assert [(entry.action, entry.data["kind"]) for entry in entries] == [("evidence.kept", "snapshot")]


def test_a_check_that_somebody_overtakes_looks_again(start, now, monkeypatch):
    """Between reading the last number and writing the next one, another check has written it."""
    attempt = start(face_at(0.1), face_at(0.1))
    first, second = shoot(attempt, 0), shoot(attempt, 10)
    real, calls = monitoring.last_kept, []

    def overtaken(attempt_id, client):
        found = real(attempt_id, client)
        calls.append(found)
        if len(calls) == 1:
            checks.check(second, now=now)
        return found

    monkeypatch.setattr(monitoring, "last_kept", overtaken)
    checks.check(first, now=now)
    assert spans(attempt, c4) == [(FINE, 0, 10), (FINE, 10, 25)]
    rows = db.session.execute(select(SpanBatch.first_seq, SpanBatch.last_seq).order_by(SpanBatch.first_seq)).all()
    assert [tuple(row) for row in rows] == [(1, 2), (3, 4)]


def test_the_same_picture_checked_by_two_at_once_counts_once(start, now, monkeypatch):
    attempt = start(rest=face_at(2))
    key, real, calls = shoot(attempt, 0), monitoring.last_kept, []

    def overtaken(attempt_id, client):
        found = real(attempt_id, client)
        calls.append(found)
        if len(calls) == 1:
            checks.check(key, now=now)
        return found

    monkeypatch.setattr(monitoring, "last_kept", overtaken)
    checks.check(key, now=now)
    assert len(spans(attempt, c4)) == 1


def test_a_check_that_is_always_overtaken_gives_up_and_may_run_again(start, now, monkeypatch):
    attempt = start(face_at(0.1))
    key = shoot(attempt, 0)
    monkeypatch.setattr(monitoring, "add_batch", lambda *args, **values: False)
    with pytest.raises(Upstream):
        checks.check(key, now=now)
    assert checks.pending(before=now + timedelta(seconds=1), at_once=9) == [key]


pieces = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 40)).map(lambda p: (p[0], p[0] + p[1])), max_size=8
)  # fmt: skip


@given(st.integers(0, 200), st.integers(1, 40), pieces)
def test_what_is_free_is_what_nothing_covers(start, length, taken):
    end = start + length
    found = checks.free(start, end, taken)
    covered = {n for a, b in taken for n in range(a, b)}
    assert [n for a, b in found for n in range(a, b)] == [n for n in range(start, end) if n not in covered]
    assert all(a < b for a, b in found)


@given(st.permutations([0, 7, 15, 29, 45, 46, 100, 104]))
def test_in_whatever_order_pictures_are_checked_no_second_counts_twice(moments):
    known = []
    for moment in moments:
        known += checks.free(moment, moment + 15, known)
    seconds = [n for a, b in known for n in range(a, b)]
    assert len(seconds) == len(set(seconds))
    assert set(seconds) == {n for moment in moments for n in range(moment, moment + 15)}


def test_pictures_in_another_order_cover_the_same_time(start):
    attempt = start(rest=face_at(2))
    keys = {seconds: shoot(attempt, seconds) for seconds in (0, 10, 20)}
    for seconds in (20, 0, 10):
        checks.check(keys[seconds], now=attempt.started_at)
    assert spans(attempt, c4) == [(VIOLATED, 0, 15), (VIOLATED, 15, 20), (VIOLATED, 20, 35)]


def test_a_picture_that_waited_too_long_is_not_analysed(start, now):
    attempt = start(face_at(2))
    key = shoot(attempt, 0)
    checks.check(key, now=now + checks.STALE + timedelta(seconds=1))
    assert spans(attempt, c4) == [(UNKNOWN, 0, 15)]
    assert attempt.engine.n_asked == 1


def test_a_picture_whose_bytes_are_gone_could_not_be_analysed(start, app, now):
    attempt = start(face_at(2))
    key = shoot(attempt, 0)
    app.extensions["store"].delete(db.session.get(Evidence, key).key)
    checks.check(key, now=now)
    assert spans(attempt, c4) == [(UNKNOWN, 0, 15)]


def test_a_lost_check_is_found_by_the_sweeper(start, time):
    attempt = start(rest=face_at(0.1))
    shoot(attempt, 0)
    second = shoot(attempt, 10)
    db.session.commit()
    time.passes(seconds=30)
    tasks.sweep()
    assert spans(attempt, c4) == []
    time.passes(seconds=41)
    tasks.sweep()
    assert spans(attempt, c4) == [(FINE, 0, 15), (FINE, 15, 25)]
    assert db.session.scalar(select(Evidence.id).where(Evidence.id == second)) is None


def test_no_browser_is_believed_in_what_the_server_finds(start, now):
    attempt = start(metrics=(c4, Metric.b2))
    base = round(now.timestamp() * 1000)
    rows = tuple([name, FINE, base, base + 10_000] for name in ("c4", "b2"))
    monitoring.keep_batch(attempt.id, Batch("browser-1", 1, rows), now=now)
    monitoring.keep_batch(attempt.id, Batch(SERVER, 1, rows), now=now)
    monitoring.count(attempt, now=now + timedelta(minutes=1))
    seen = monitoring.minutes_of(attempt)
    assert (seen[(0, c4)].told, seen[(0, Metric.b2)].told) == (10_000, 10_000)


def test_every_span_of_the_server_is_believable(start, now):
    attempt = start(rest=face_at(2))
    check(attempt, 0)
    rows = monitoring.latest_spans(attempt.id, SERVER, batches=9)
    begins = round(now.timestamp() * 1000)
    assert len(list(believable(rows, metrics={c4, c6}, begins=begins, ends=begins + 60_000))) == len(rows) == 2


@pytest.mark.parametrize(
    ("change", "seconds", "error"),
    [
        ({"status": Status.paused}, 0, Refused("wrong_status")),
        ({"status": Status.submitted}, 0, Refused("wrong_status")),
        ({}, -30, Invalid("snapshot_time")),
        ({}, 11, Invalid("snapshot_time")),
    ],
)
def test_only_pictures_of_the_running_exam_are_taken(start, now, change, seconds, error):
    attempt = start()
    for name, value in change.items():
        setattr(attempt, name, value)
    with pytest.raises(type(error), match=error.code):
        snapshots.keep_snapshot(attempt, jpeg(), taken=now + timedelta(seconds=seconds), now=now)


def test_nothing_is_taken_without_consent(start, app, now):
    attempt = start()
    db.session.delete(evidence.consent_of(attempt))
    db.session.flush()
    with pytest.raises(Refused, match="no_consent"):
        shoot(attempt, 0)


def test_a_picture_is_made_anew(start):
    attempt = start()
    key = shoot(attempt, 0)
    row = db.session.get(Evidence, key)
    assert (row.media_type, row.width, row.height) == ("image/jpeg", 320, 240)
    with pytest.raises(NotFound):
        evidence.get_evidence(key + 1)
