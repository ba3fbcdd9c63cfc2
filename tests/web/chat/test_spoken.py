"""Messages that a proctor says: what is kept of them, what is refused, and who hears them."""

import io

import pytest

from lti_proctor import journal
from lti_proctor.attempts.service import subject_of
from lti_proctor.chat import service as chat
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Evidence
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Role
from tests.factories import make_user
from tests.web.chat.browsers import conversation, film


@pytest.mark.parametrize("picture", [True, False])
def test_a_proctor_may_say_it_as_well(answer, learner, proctor, attempt, tmp_path, picture):
    said = (io.BytesIO(film(tmp_path, picture=picture)), "said.webm")
    assert answer("Please show your desk.", spoken=said).status_code == 200
    [line] = conversation(learner, attempt)["lines"]
    assert (line["text"], line["hasPicture"]) == ("Please show your desk.", picture)
    for browser in (learner, proctor):
        back = browser.get(line["spoken"])
        assert (back.status_code, back.content_type) == (200, "video/webm")
    [entry] = [e for e in journal.entries_of(subject_of(attempt), of="evidence.kept") if e.data["kind"] == "spoken"]
    assert entry.actor_role == Role.proctor


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "spoken_unreadable"),
        (b"<svg onload=alert(1)>", "spoken_unreadable"),
        (b"\x1a\x45\xdf\xa3\x42\x82\x84webm" + b"\0" * 500, "spoken_unreadable"),
    ],
)
def test_what_is_no_recording_is_refused_and_the_text_is_not_sent(answer, attempt, data, problem):
    found = answer("Hello", spoken=(io.BytesIO(data), "said.webm"))
    assert (found.status_code, found.json) == (422, {"problem": problem})
    assert chat.messages_of(attempt) == []


def test_a_recording_has_a_longest_length_and_size(answer, attempt, tmp_path, monkeypatch):
    said = film(tmp_path, 9)
    settings = current_settings()
    monkeypatch.setattr(
        "lti_proctor.chat.spoken.current_settings", lambda: settings.model_copy(update={"spoken_seconds": 3})
    )
    assert answer("Hello", spoken=(io.BytesIO(said), "x")).json == {"problem": "spoken_long"}
    monkeypatch.setattr(
        "lti_proctor.chat.spoken.current_settings", lambda: settings.model_copy(update={"spoken_max_bytes": 99})
    )
    assert answer("Hello", spoken=(io.BytesIO(said), "x")).json == {"problem": "spoken_large"}


def test_a_recording_without_text_is_refused_and_nothing_stays(answer, attempt, tmp_path):
    assert answer(" ", spoken=(io.BytesIO(film(tmp_path)), "x")).json == {"problem": "message_empty"}
    assert evidence.photos_of(attempt) == []
    assert journal.entries_of(subject_of(attempt), of="evidence.") == []


def test_others_find_no_recording(answer, attempt, tmp_path, sign_in, now):
    answer("Hello", spoken=(io.BytesIO(film(tmp_path)), "x"))
    [message] = chat.messages_of(attempt)
    stranger = make_user(now)
    db.session.commit()
    browser = sign_in(stranger, {attempt.exam.course_id: "learner"})
    assert browser.get(f"/attempts/{attempt.id}/spoken/{message.evidence_id}").status_code == 404


def files_in(folder):
    return sorted(path for path in folder.rglob("spoken-*") if path.is_file())


def test_of_a_recording_whose_text_is_refused_no_byte_is_kept(answer, attempt, tmp_path):
    folder, said = current_settings().data_dir, film(tmp_path)
    before = files_in(folder)
    answer(" ", spoken=(io.BytesIO(said), "x"))
    assert files_in(folder) == before
    answer("Hello", spoken=(io.BytesIO(said), "x"))
    assert len(files_in(folder)) == len(before) + 1


def test_of_two_recordings_of_one_message_at_once_one_stays(answer, attempt, tmp_path, monkeypatch):
    said = film(tmp_path)
    answer("Hello", spoken=(io.BytesIO(said), "x"))
    monkeypatch.setattr(chat, "find", lambda _attempt, _key: None)
    assert answer("Hello", spoken=(io.BytesIO(said), "x")).status_code == 200
    [kept] = db.session.query(Evidence).all()
    assert [message.evidence_id for message in chat.messages_of(attempt)] == [kept.id]
