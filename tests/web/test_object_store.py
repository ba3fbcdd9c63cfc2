"""Photos and recordings in an object store: the same calls over HTTP to a server that speaks S3."""

import hashlib
import io

import pytest
from fsspec import get_filesystem_class
from PIL import Image

from lti_proctor import outbox
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.errors import Invalid, NotFound, Upstream
from lti_proctor.evidence import recordings, service, tasks
from lti_proctor.evidence.models import EvidenceKind
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.storage import Store, store
from tests.conftest import csrf_of
from tests.factories import make_recorded

HEAD = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"
NAME = "segment-1"


@pytest.fixture(scope="module")
def address():
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def in_bucket(app, monkeypatch, address):
    """The application keeps its files in a bucket of the server."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    get_filesystem_class("s3").clear_instance_cache()
    bucket = Store("s3://exams/site")
    if not bucket.fs.exists("exams"):
        bucket.fs.mkdir("exams")
    monkeypatch.setitem(app.extensions, "store", bucket)
    return bucket


@pytest.fixture
def attempt(in_bucket, now, time):
    return make_recorded(now, Addon.face)


@pytest.fixture
def send(sign_in, attempt):
    browser = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    headers = {"X-CSRFToken": csrf_of(browser), "Accept": "application/json"}

    def put(seq, offset, data):
        path = f"/attempts/{attempt.id}/recordings/camera/{NAME}/{seq}?offset={offset}"
        return browser.put(path, data=data, headers=headers)

    put.browser = browser
    return put


def test_bytes_come_back_are_replaced_and_go(in_bucket):
    in_bucket.put("attempts/1/a.jpg", b"\0\xff" * 1000)
    in_bucket.put("attempts/1/a.jpg", b"newer")
    assert in_bucket.get("attempts/1/a.jpg") == b"newer"
    in_bucket.delete("attempts/1/a.jpg")
    in_bucket.delete("attempts/1/a.jpg")
    with pytest.raises(NotFound):
        in_bucket.get("attempts/1/a.jpg")
    with pytest.raises(NotFound):
        in_bucket.open("attempts/1/a.jpg")


def test_pieces_become_one_object(in_bucket):
    in_bucket.put_pieces("packages/1/video", (bytes([n]) * 1_000_000 for n in range(7)))
    assert (
        hashlib.sha256(in_bucket.get("packages/1/video")).digest()
        == hashlib.sha256(b"".join(bytes([n]) * 1_000_000 for n in range(7))).digest()
    )


@pytest.mark.parametrize("reason", [Invalid("package_broken"), OSError("the upload is gone"), EOFError()], ids=repr)
def test_what_the_pieces_themselves_raise_comes_through_and_nothing_is_kept(in_bucket, reason):
    def breaking():
        yield b"first"
        raise reason

    with pytest.raises(type(reason)) as raised:
        in_bucket.put_pieces("packages/2/video", breaking())
    assert raised.value is reason
    assert not in_bucket.fs.exists(in_bucket._path("packages/2/video"))


def test_a_film_is_kept_joined_shown_in_parts_and_removed(send, attempt, time, settings, in_bucket):
    data = [HEAD + b"first", b"second" * 5000, b"third"]
    for seq, part in enumerate(data, 1):
        assert send(seq, sum(map(len, data[: seq - 1])), part).status_code == 200
    [recording] = recordings.recordings_of(attempt)
    address = f"/attempts/{attempt.id}/recordings/{recording.id}"
    assert send.browser.get(address).data == b"".join(data)

    recording.n_expected, attempt.status, attempt.stopped_at = 3, Status.submitted, time.now
    db.session.commit()
    tasks.join_recordings()
    outbox.deliver_due()
    assert not in_bucket.fs.exists(in_bucket._path(recordings.folder_of(attempt.id, recording.id)))
    assert recording.sha256 == hashlib.sha256(b"".join(data)).hexdigest()
    assert send.browser.get(address).data == b"".join(data)
    part = send.browser.get(address, headers={"Range": "bytes=10-29"})
    assert (part.status_code, part.data) == (206, b"".join(data)[10:30])

    key = recording.key
    time.passes(days=settings.keep_days + 1)
    tasks.expire()
    outbox.deliver_due()
    assert not in_bucket.fs.exists(in_bucket._path(key))


def test_a_photo_is_kept_and_removed(attempt, now, time, settings, in_bucket):
    out = io.BytesIO()
    Image.new("RGB", (640, 480)).save(out, "JPEG")
    learner = Actor(Role.learner, attempt.user_id)
    photo = service.keep_photo(attempt, EvidenceKind.face, out.getvalue(), actor=learner, now=now)
    db.session.commit()
    kept = store().get(photo.key)
    assert hashlib.sha256(kept).hexdigest() == photo.sha256
    key, attempt.status, attempt.stopped_at = photo.key, Status.submitted, time.now
    db.session.commit()
    time.passes(days=settings.keep_days + 1)
    tasks.expire()
    outbox.deliver_due()
    assert not in_bucket.fs.exists(in_bucket._path(key))


def test_a_server_that_is_away_acknowledges_nothing_and_the_next_try_is_kept(send, monkeypatch, app, in_bucket):
    from tests.ports import free_port

    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    get_filesystem_class("s3").clear_instance_cache()
    away = Store("s3://exams/site")
    with monkeypatch.context() as patch:
        patch.setitem(app.extensions, "store", away)
        assert send(1, 0, HEAD).status_code == 503

        def put_pieces(key):
            away.put_pieces(key, iter((b"x", b"y")))

        for ask in (away.get, away.delete, away.delete_folder, away.open, put_pieces):
            with pytest.raises(Upstream):
                ask("attempts/1/a.jpg")
    assert send(1, 0, HEAD).status_code == 200
