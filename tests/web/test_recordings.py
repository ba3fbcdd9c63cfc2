"""Chunks of recordings over HTTP: what is kept, what is refused, and that nothing is acknowledged that is not kept."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lti_proctor import journal, outbox
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.errors import Upstream
from lti_proctor.evidence import joining, recordings, tasks
from lti_proctor.evidence.models import Chunk, Recording
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.storage import Store, store
from tests.conftest import csrf_of
from tests.factories import make_recorded, make_running, make_user

HEAD = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"
NAME = "segment-1"


@pytest.fixture
def attempt(app, now, time):
    return make_recorded(now, Addon.screen)


@pytest.fixture
def put(sign_in, attempt):
    browser = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    headers = {"X-CSRFToken": csrf_of(browser), "Accept": "application/json"}
    sent = {}

    def send(seq, data, *, name=NAME, track="camera", offset=None, begins=None, of=attempt.id):
        before = sum(len(part) for number, part in sent.get(name, {}).items() if number < seq)
        sent.setdefault(name, {})[seq] = data
        query = {"offset": before if offset is None else offset, "begins": begins or 0}
        address = f"/attempts/{of}/recordings/{track}/{name}/{seq}"
        return browser.put(address, data=data, query_string=query, headers=headers)

    send.browser, send.headers = browser, headers
    return send


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def film(*parts):
    return [HEAD + b"first", *parts]


def test_chunks_are_kept_in_order_and_come_back_byte_by_byte(put, attempt):
    data = film(b"second", b"third")
    answers = [put(n, part) for n, part in enumerate(data, 1)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.json["have"] for answer in answers] == [1, 2, 3]
    [recording] = recordings.recordings_of(attempt)
    film_address = f"/attempts/{attempt.id}/recordings/{recording.id}"
    answer = put.browser.get(film_address)
    assert (answer.data, answer.mimetype) == (b"".join(data), "video/webm")


def test_the_chain_begins_at_the_journal_and_shows_a_changed_chunk(put, attempt):
    for n, part in enumerate(film(b"b", b"c"), 1):
        answer = put(n, part)
    [recording] = recordings.recordings_of(attempt)
    begun = next(e for e in journal.entries_of(f"attempt:{attempt.id}") if e.action == "recording.begun")
    head = begun.hash.hex()
    for part in film(b"b", b"c"):
        head = hashlib.sha256(bytes.fromhex(head) + hashlib.sha256(part).digest()).hexdigest()
    assert recording.head == answer.json["head"] == head
    assert recordings.broken(attempt) == []
    recordings.chunks_of(recording)[1].sha256 = "0" * 64
    assert recordings.broken(attempt) == [(recording.id, 2)]


@pytest.mark.parametrize("times", [2, 3])
def test_a_chunk_that_was_kept_is_acknowledged_again_and_kept_once(put, times):
    assert [put(1, HEAD).status_code for _ in range(times)] == [200] + [208] * (times - 1)
    assert count(Chunk) == 1


@pytest.mark.parametrize(("seq", "offset"), [(3, None), (9, None), (2, 5), (2, 10**9), (2, -1)])
def test_what_does_not_follow_is_answered_with_what_is_wanted(put, seq, offset):
    put(1, HEAD)
    answer = put(seq, b"later", offset=offset)
    assert (answer.status_code, answer.json["have"], answer.json["want"]) == (409, 1, 2)
    assert count(Chunk) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "chunk_empty"),
        (b"not a film", "chunk_not_webm"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 60, "chunk_not_webm"),
        (b"\x1a\x45\xdf\xa3\x42\x82\x88matroska", "chunk_not_webm"),
        (b"\0\0\0\x18ftypmp42", "chunk_not_webm"),
        (HEAD + bytes(2_000_000), "chunk_too_large"),
    ],
    ids=["empty", "text", "no type", "matroska", "mp4", "too large"],
)
def test_what_is_no_film_is_refused_in_words_and_nothing_is_kept(put, data, code):
    answer = put(1, data)
    assert (answer.status_code, answer.json["error"]) == (422, code)
    assert count(Recording) == count(Chunk) == 0


def test_a_chunk_that_broke_off_on_its_way_is_not_kept(put, attempt):
    """As gunicorn hands it over: it says that it ends the body, and the line was cut before the end."""
    address = f"/attempts/{attempt.id}/recordings/camera/{NAME}/1?offset=0"
    told = {"CONTENT_LENGTH": "1000", "wsgi.input_terminated": True}
    answer = put.browser.put(address, data=HEAD + b"first", headers=put.headers, environ_overrides=told)
    assert answer.status_code == 400
    assert count(Recording) == count(Chunk) == 0


def test_names_that_are_no_names_have_no_address(put):
    for name in ("short", "a" * 41, "with.dots-in", "späße-hier"):
        assert put(1, HEAD, name=name).status_code == 404


def test_a_stranger_can_neither_add_nor_look(put, attempt, now, sign_in):
    put(1, HEAD)
    [recording] = recordings.recordings_of(attempt)
    other = sign_in(make_user(now), {attempt.exam.course_id: "learner"})
    headers = {"X-CSRFToken": csrf_of(other)}
    address = f"/attempts/{attempt.id}/recordings"
    for name in (NAME, "segment-2"):
        answer = other.put(f"{address}/camera/{name}/2", data=HEAD, query_string={"offset": 0}, headers=headers)
        assert answer.status_code == 404
    assert other.get(f"{address}/{recording.id}").status_code == 404
    assert other.post(f"{address}/camera/{NAME}/end", json={"chunks": 1}, headers=headers).status_code == 404


def test_a_recording_of_another_attempt_is_not_shown_with_this_one(put, attempt, now):
    put(1, HEAD)
    [recording] = recordings.recordings_of(attempt)
    another = make_running(now, user=attempt.user)
    assert put.browser.get(f"/attempts/{another.id}/recordings/{recording.id}").status_code == 404


def test_without_the_token_of_the_page_nothing_is_kept(put, attempt):
    answer = put.browser.put(f"/attempts/{attempt.id}/recordings/camera/{NAME}/1?offset=0", data=HEAD)
    assert answer.status_code == 400


def test_what_the_exam_does_not_record_is_refused(put, now, attempt):
    without = make_recorded(now)
    without.user_id = attempt.user_id
    answer = put(1, HEAD, track="screen", of=without.id)
    assert (answer.status_code, answer.json["error"]) == (409, "not_recorded")


def test_without_consent_nothing_is_kept(put, attempt):
    from lti_proctor.evidence.models import Consent

    db.session.query(Consent).delete()
    answer = put(1, HEAD)
    assert (answer.status_code, answer.json["error"]) == (409, "no_consent")


def set_limit(app, monkeypatch, **limits):
    changed = app.extensions["settings"].model_copy(update=limits)
    monkeypatch.setitem(app.extensions, "settings", changed)


@pytest.mark.parametrize(("hours", "status"), [(1, 200), (4, 200), (4.1, 410)])
def test_what_waited_for_the_connection_may_come_for_hours_after_the_end(
    put, app, monkeypatch, attempt, time, hours, status
):
    set_limit(app, monkeypatch, recording_late_hours=4)
    put(1, HEAD)
    attempt.status, attempt.stopped_at = Status.submitted, time.now
    time.passes(hours=hours)
    assert put(2, b"late").status_code == status


def test_the_word_of_a_wrong_clock_is_not_taken_for_the_beginning(put, attempt, time):
    time.passes(minutes=5)
    for name, begins in (("an-hour-ago", -3600_000), ("in-an-hour", 3600_000), ("nonsense", 2**60)):
        put(1, HEAD, name=name, begins=round(time.now.timestamp() * 1000) + begins)
    for recording in recordings.recordings_of(attempt):
        assert attempt.started_at - recordings.SLACK <= recording.begins_at <= time.now


def test_a_full_or_absent_store_acknowledges_nothing_and_the_next_try_is_kept(put, monkeypatch):
    def full(*_args):
        raise Upstream("storage_unavailable", permanent=False)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "put", full)
        assert put(1, HEAD).status_code == 503
    assert count(Chunk) == 0
    assert put(1, HEAD).status_code == 200


def test_the_size_of_an_attempt_has_a_limit(put, app, monkeypatch):
    set_limit(app, monkeypatch, recording_max_bytes=1_000_000)
    assert put(1, HEAD + bytes(600_000)).status_code == 200
    answer = put(2, bytes(600_000))
    assert (answer.status_code, answer.json["error"]) == (409, "recording_full")


def finish(put, attempt, chunks, time):
    answer = put.browser.post(
        f"/attempts/{attempt.id}/recordings/camera/{NAME}/end", json={"chunks": chunks}, headers=put.headers
    )
    assert answer.status_code == 200
    attempt.status, attempt.stopped_at = Status.submitted, time.now
    db.session.commit()


def test_after_the_end_the_chunks_become_one_file_and_the_parts_go(put, attempt, time):
    data = film(b"x" * 500)
    for n, part in enumerate(data, 1):
        put(n, part)
    finish(put, attempt, 2, time)
    tasks.join_recordings()
    [recording] = recordings.recordings_of(attempt)
    # These bytes are no real film, so they stay as they came.
    assert store().get(recording.key) == b"".join(data)
    assert recording.sha256 == hashlib.sha256(b"".join(data)).hexdigest()
    outbox.deliver_due()
    assert not store().fs.exists(store()._path(recordings.folder_of(attempt.id, recording.id)))
    assert put(3, b"more").status_code == 410
    assert put(2, data[1]).status_code == 208


def test_a_browser_may_ask_for_a_part_of_the_film(put, attempt, time):
    put(1, HEAD + b"0123456789")
    finish(put, attempt, 1, time)
    tasks.join_recordings()
    [recording] = recordings.recordings_of(attempt)
    address = f"/attempts/{attempt.id}/recordings/{recording.id}"
    answer = put.browser.get(address, headers={"Range": "bytes=-4"})
    assert (answer.status_code, answer.data) == (206, b"6789")
    assert put.browser.get(address, headers={"Range": "bytes=9999-"}).status_code == 416


def test_nothing_is_joined_while_parts_are_missing(put, attempt, time):
    put(1, HEAD)
    finish(put, attempt, 2, time)
    assert joining.due(time.now) == []
    assert joining.due(time.now + timedelta(hours=25)) != []


@pytest.mark.parametrize(
    "body", [None, {}, {"chunks": 0}, {"chunks": -1}, {"chunks": "2"}, {"chunks": True}, {"chunks": 10**9}]
)
def test_an_end_without_a_number_is_refused(put, attempt, body):
    address = f"/attempts/{attempt.id}/recordings/camera/{NAME}/end"
    assert put.browser.post(address, json=body, headers=put.headers).status_code == 422


def test_recordings_go_when_the_promise_is_over(put, attempt, time, settings):
    put(1, HEAD)
    finish(put, attempt, 1, time)
    tasks.join_recordings()
    [recording] = recordings.recordings_of(attempt)
    key = recording.key
    time.now += timedelta(days=settings.keep_days + 1)
    tasks.expire()
    outbox.deliver_due()
    assert count(Recording) == count(Chunk) == 0
    assert not store().fs.exists(store()._path(key))
    assert attempt.is_removed
