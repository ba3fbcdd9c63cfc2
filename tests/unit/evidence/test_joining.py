"""Joining real films: they get a length and can be sought in, and nothing is encoded anew."""

import json
import shutil
import subprocess
from datetime import timedelta

import pytest

from lti_proctor import journal, outbox
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.evidence import joining, recordings
from lti_proctor.evidence.models import Track
from lti_proctor.evidence.recordings import Sent
from lti_proctor.journal import Actor, Role
from lti_proctor.storage import store
from tests.factories import make_recorded


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Three seconds as a browser records them: without a length, without an index."""
    path = tmp_path_factory.mktemp("film") / "live.webm"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=d=3:s=160x120:r=5", "-c:v", "libvpx"]
    subprocess.run([*command, "-f", "webm", "-live", "1", str(path)], check=True)
    return path.read_bytes()


def keep(attempt, data, now, size=4000):
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    learner = Actor(Role.learner, attempt.user_id)
    for n, piece in enumerate(pieces, 1):
        sent = Sent(Track.camera, "segment-1", n, (n - 1) * size, 0, piece)
        recordings.keep_chunk(attempt, sent, actor=learner, now=now)
    recordings.end(attempt, "segment-1", Track.camera, len(pieces))
    attempt.status, attempt.stopped_at = Status.submitted, now
    return recordings.recordings_of(attempt)[0]


def packets(path):
    asked = ["ffprobe", "-v", "error", "-show_packets", "-show_data_hash", "sha256", "-of", "json", str(path)]
    said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    return [packet["data_hash"] for packet in json.loads(said)["packets"]]


def test_a_joined_film_has_its_length_and_the_same_pictures(app, now, film, tmp_path):
    recording = keep(make_recorded(now), film, now)
    assert joining.due(now) == [recording.id]
    joining.join(recording, now=now)
    assert 2.5 < recording.seconds < 3.5
    whole, raw = tmp_path / "whole.webm", tmp_path / "raw.webm"
    whole.write_bytes(store().get(recording.key))
    raw.write_bytes(film)
    assert packets(whole) == packets(raw)
    assert b"\x1c\x53\xbb\x6b" in whole.read_bytes()[:2000], "the index stands in front"
    assert joining.due(now + timedelta(days=9)) == []
    [kept] = [e for e in journal.entries_of(f"attempt:{recording.attempt_id}") if e.action == "recording.kept"]
    assert (kept.data["head"], kept.data["sha256"]) == (recording.head, recording.sha256)


def test_a_part_that_is_not_what_was_recorded_is_left_out_and_the_record_says_so(app, now, film, tmp_path):
    attempt = make_recorded(now)
    recording = keep(attempt, film, now)
    changed = recordings.chunks_of(recording)[2]
    key = recordings.chunk_key(recording.attempt_id, recording.id, changed.seq, changed.sha256)
    store().put(key, bytes(len(store().get(key))))
    assert recordings.broken(attempt) == []
    joining.join(recording, now=now)
    kept, raw = tmp_path / "kept.webm", tmp_path / "raw.webm"
    kept.write_bytes(store().get(recording.key))
    raw.write_bytes(film)
    assert 0 < len(set(packets(kept)) & set(packets(raw))) < len(packets(raw))
    entries = journal.entries_of(f"attempt:{attempt.id}")
    [altered] = [e.data for e in entries if e.action == "recording.altered"]
    assert altered == {"recording": recording.id, "parts": [changed.seq]}
    assert recordings.broken(attempt) == [(recording.id, changed.seq)]
    assert joining.due(now + timedelta(days=9)) == []


@pytest.mark.parametrize("is_changed", [True, False])
def test_the_parts_of_a_changed_recording_stay_to_be_looked_at_until_it_is_removed(app, now, film, is_changed):
    recording = keep(make_recorded(now), film, now)
    first = recordings.chunks_of(recording)[0]
    key = recordings.chunk_key(recording.attempt_id, recording.id, first.seq, first.sha256)
    if is_changed:
        store().put(key, b"something else")
    joining.join(recording, now=now)
    outbox.deliver_due()
    assert store().fs.exists(store()._path(key)) is is_changed
    recordings.remove(recording, actor=journal.SYSTEM, now=now)
    outbox.deliver_due()
    assert not store().fs.exists(store()._path(key))


def test_without_the_program_the_film_stays_as_it_came(app, now, film, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    recording = keep(make_recorded(now), film, now)
    joining.join(recording, now=now)
    assert store().get(recording.key) == film
    assert recording.seconds is None


def test_a_film_that_breaks_off_in_the_middle_keeps_what_there_is(app, now, film):
    recording = keep(make_recorded(now), film[: len(film) * 2 // 3], now)
    joining.join(recording, now=now)
    assert 1 < recording.seconds < 3
