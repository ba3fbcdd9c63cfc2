"""The chat: who may write and read, what is refused, what the other side sees, and what stays of it."""

import io
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import delete

from lti_proctor import journal
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.service import subject_of
from lti_proctor.chat import service as chat
from lti_proctor.chat import tasks
from lti_proctor.chat.models import Message, Side
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Consent, Evidence
from lti_proctor.exams import service as exams
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.models import User
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.providers.server import forgetting
from lti_proctor.schedule import service as schedule
from lti_proctor.storage import store
from tests.conftest import csrf_of
from tests.factories import make_attempt, make_running, make_user
from tests.web.chat.browsers import KEY, conversation, film, writer


def texts(told):
    return [(line["isOwn"], line["who"], line["text"]) for line in told["lines"]]


def test_both_sides_read_what_the_other_writes_and_learners_learn_no_names(write, answer, learner, proctor, attempt):
    name = attempt.user.name
    assert write("Is the clock right?").status_code == 200
    assert answer("Yes.\nGo on.", "b" * 16).status_code == 200
    assert texts(conversation(learner, attempt)) == [
        (True, name, "Is the clock right?"),
        (False, "Proctor", "Yes.\nGo on."),
    ]
    assert texts(conversation(proctor, attempt)) == [
        (False, name, "Is the clock right?"),
        (True, "Pia Proctor", "Yes.\nGo on."),
    ]


def test_a_message_that_is_sent_twice_is_written_once(write, attempt):
    write("Once")
    again = write("Once")
    assert (again.status_code, len(again.json["lines"])) == (200, 1)


def test_two_requests_with_the_same_message_at_once_write_it_once(write, attempt, monkeypatch):
    write("Once")
    monkeypatch.setattr(chat, "find", lambda _attempt, _key: None)
    assert len(write("Once").json["lines"]) == 1
    assert len(journal.entries_of(subject_of(attempt), of="message.")) == 1


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        ("", KEY, "message_empty"),
        (" \n\t ", KEY, "message_empty"),
        ("x" * 2001, KEY, "message_long"),
        ("Hello", "", "message_key"),
        ("Hello", "../../../etc/passwd", "message_key"),
        ("Hello", "k" * 65, "message_key"),
    ],
)
def test_what_is_no_message_is_refused_and_nothing_is_kept(write, attempt, text, key, problem):
    found = write(text, key)
    assert (found.status_code, found.json) == (422, {"problem": problem})
    assert chat.messages_of(attempt) == []


def test_a_chat_that_is_full_takes_no_more(write, monkeypatch):
    monkeypatch.setattr(chat, "MOST", 1)
    write("One", "a" * 16)
    assert write("Two", "b" * 16).json == {"problem": "too_many_messages"}


def test_whoever_writes_very_often_is_slowed_down(write):
    answers = {write("Hello", f"{n:016d}").status_code for n in range(40)}
    assert answers == {200, 429}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.ready_to_start, 409),
        (Status.started, 200),
        (Status.paused, 200),
        (Status.ready_to_submit, 200),
        (Status.submitted, 409),
        (Status.verified, 409),
    ],
)
def test_messages_come_and_go_from_the_start_to_the_end(write, answer, attempt, status, code, now):
    attempt.status = status
    if status == Status.paused:
        attempt.paused_by, attempt.paused_at = Role.proctor, now
    db.session.commit()
    assert write("From here").status_code == code
    assert answer("From there", "b" * 16).status_code == code


def test_an_exam_without_the_add_on_has_no_chat(sign_in, now, time):
    found = make_running(now)
    db.session.commit()
    browser = sign_in(found.user, {found.exam.course_id: "learner"})
    assert writer(browser, f"/attempts/{found.id}/messages")("Hello").status_code == 409
    assert b"open-chat" not in browser.get(f"/attempts/{found.id}").data


def test_the_page_of_an_exam_without_a_chat_says_so_and_runs_nothing(sign_in, now, time):
    found = make_running(now)
    browser = sign_in(make_user(now), {found.exam.course_id: "instructor"})
    page = browser.get(f"/exams/{found.exam_id}/attempts/{found.id}/chat").text
    assert "This exam has no chat" in page
    assert "staffchat.js" not in page


def test_nothing_is_kept_of_a_learner_who_was_not_told(write, attempt):
    db.session.execute(delete(Consent))
    db.session.commit()
    assert write("Hello").status_code == 409
    assert chat.messages_of(attempt) == []


@pytest.mark.parametrize(
    ("role", "part", "reads", "writes"),
    [
        (SiteRole.administrator, None, 200, 200),
        (SiteRole.proctor, None, 200, 200),
        (SiteRole.student, "instructor", 200, 200),
        (SiteRole.student, "assistant", 200, 200),
        (SiteRole.student, "visitor", 404, 404),
        (SiteRole.student, "learner", 404, 404),
    ],
)
def test_who_may_read_and_answer(attempt, sign_in, now, role, part, reads, writes):
    user = make_user(now, role=role)
    db.session.commit()
    browser = sign_in(user, {attempt.exam.course_id: part} if part else {})
    base = f"/exams/{attempt.exam_id}/attempts/{attempt.id}/chat"
    assert browser.get(base).status_code == reads
    assert browser.get(f"{base}/messages").status_code == reads
    assert writer(browser, base)("Hello").status_code == writes
    assert browser.get(f"/attempts/{attempt.id}/messages").status_code == 404


def test_each_side_sees_what_the_other_has_read(write, answer, learner, proctor, attempt):
    told = write("Can you hear me?").json
    assert (told["lines"][0]["isRead"], told["unread"]) == (False, 0)
    proctor.get(f"/exams/{attempt.exam_id}/attempts/{attempt.id}/chat")
    told = conversation(learner, attempt)
    assert told["lines"][0]["isRead"]
    last = answer("Yes", "b" * 16).json
    assert not last["lines"][1]["isRead"]
    assert conversation(learner, attempt)["unread"] == 1
    seen = {"csrf_token": csrf_of(learner), "last": conversation(learner, attempt)["last"]}
    assert learner.post(f"/attempts/{attempt.id}/messages/seen", data=seen).json["unread"] == 0
    assert conversation(proctor, attempt)["lines"][1]["isRead"]


def test_who_knows_the_newest_version_hears_no_more(write, learner, proctor, attempt):
    version = write("Hello").json["version"]
    for browser, path in (
        (learner, f"/attempts/{attempt.id}/messages"),
        (proctor, f"/exams/{attempt.exam_id}/attempts/{attempt.id}/chat/messages"),
    ):
        assert "lines" not in browser.get(f"{path}?known={version}").json
        for other in (version - 1, version + 1, "", "x", "9" * 40):
            assert len(browser.get(f"{path}?known={other}").json["lines"]) == 1


@pytest.mark.parametrize("last", ["", "x", "-1", str(2**63), "1.5"])
def test_what_was_read_is_a_number(learner, attempt, last):
    body = {"csrf_token": csrf_of(learner), "last": last}
    assert learner.post(f"/attempts/{attempt.id}/messages/seen", data=body).status_code in {400, 422}


def test_the_pulse_tells_that_there_is_something_new(learner, answer, attempt):
    body = {"headers": {"X-CSRFToken": csrf_of(learner)}}
    before = learner.post(f"/attempts/{attempt.id}/pulse", **body).json["chat"]
    answer("Please look into the camera.")
    assert learner.post(f"/attempts/{attempt.id}/pulse", **body).json["chat"] == before + 1


def test_who_waits_for_an_answer_stands_on_the_pages_of_staff_until_it_is_read(write, proctor, attempt):
    unread = f"/exams/{attempt.exam_id}/unread"
    assert proctor.get(unread).json == {"waiting": []}
    write("Help", "a" * 16)
    write("Please", "b" * 16)
    [waits] = proctor.get(unread).json["waiting"]
    assert (waits["name"], waits["n"]) == (attempt.user.name, 2)
    assert proctor.get("/supervision/unread").json["waiting"] == [waits]
    for page in (f"/exams/{attempt.exam_id}", "/supervision/"):
        assert waits["url"].encode() in proctor.get(page).data
    assert b"(2 unread)" in proctor.get(f"/exams/{attempt.exam_id}/attempts/{attempt.id}").data
    proctor.get(waits["url"])
    assert proctor.get(unread).json == {"waiting": []}


def test_a_page_without_a_script_sends_and_shows_as_well(proctor, attempt):
    base = f"/exams/{attempt.exam_id}/attempts/{attempt.id}/chat"
    body = {"csrf_token": csrf_of(proctor), "text": "<b>Hello</b>", "key": KEY}
    found = proctor.post(base, data=body)
    assert (found.status_code, found.location) == (303, base)
    page = proctor.get(base).get_data(as_text=True)
    assert "&lt;b&gt;Hello&lt;/b&gt;" in page
    assert "<b>Hello" not in page
    assert proctor.post(base, data={**body, "text": "", "key": "b" * 16}).status_code == 422


def test_the_journal_holds_a_salted_hash_and_no_text(write, attempt):
    write("A secret")
    [message] = chat.messages_of(attempt)
    [entry] = journal.entries_of(subject_of(attempt), of="message.")
    assert entry.data == {"message": message.id, "sha256": chat.digest(message.salt, "A secret")}
    assert "secret" not in str(entry.data)


def test_the_attached_file_stands_in_the_chat_of_both(write, learner, proctor, attempt, time):
    write("Here is my sheet")
    time.passes(seconds=2)
    picture = io.BytesIO()
    Image.new("RGB", (200, 200)).save(picture, "PNG")
    body = {"csrf_token": csrf_of(learner), "file": (io.BytesIO(picture.getvalue()), "sheet.png")}
    before = conversation(proctor, attempt)["version"]
    learner.post(f"/attempts/{attempt.id}/files", data=body)
    told = conversation(proctor, attempt)
    assert told["version"] > before
    assert [line["file"] and line["file"]["name"] for line in told["lines"]] == [None, "sheet.jpg"]
    assert proctor.get(told["lines"][1]["file"]["url"]).status_code == 200


def test_a_learner_who_writes_very_often_keeps_nobody_from_answering(write, answer):
    while write("Hello").status_code == 200:
        pass
    assert answer("One after the other, please.", "b" * 16).status_code == 200


def test_a_page_that_asks_by_itself_is_no_sign_of_somebody(attempt, proctor, now, time):
    base = f"/exams/{attempt.exam_id}/attempts/{attempt.id}/chat"
    proctor.get(base)
    here = db.session.query(User).filter_by(role=SiteRole.proctor).one()
    seen = here.seen_at
    time.passes(minutes=50)
    for path in (f"{base}/messages", f"/exams/{attempt.exam_id}/unread", "/supervision/unread"):
        assert proctor.get(path).status_code == 200
    db.session.expire_all()
    assert here.seen_at == seen
    proctor.get(base)
    db.session.expire_all()
    assert here.seen_at > seen


def test_whoever_sees_one_attempt_by_an_appointment_learns_no_names_of_others(attempt, now, time, sign_in, monkeypatch):
    config = attempt.exam.config.model_copy(update={"members": ("somebody-else",)})
    exams.change_exam(
        attempt.exam, title="Final", kind=attempt.exam.kind, config=config, actor=Actor(Role.staff), now=now
    )
    other = make_attempt(
        now, exam=attempt.exam, user=make_user(now, name="Jonas Berg"), status=Status.started, started_at=now,
        config_version=1, deadline_at=attempt.deadline_at,
    )  # fmt: skip
    evidence.give_consent(other, locale="en", actor=Actor(Role.learner, other.user_id), now=now)
    for one in (attempt, other):
        actor = Actor(Role.learner, one.user_id)
        chat.write(one, "Hello", KEY, side=Side.learner, actor=actor, now=now)
    guest = make_user(now, role=SiteRole.proctor)
    monkeypatch.setattr(
        schedule, "watches", lambda attempt_id, user_id: (attempt_id, user_id) == (attempt.id, guest.id)
    )
    monkeypatch.setattr(schedule, "attempts_watched_by", lambda user_id: [attempt.id] if user_id == guest.id else [])
    db.session.commit()
    base = f"/exams/{attempt.exam_id}/attempts/{attempt.id}/chat"
    browser = sign_in(guest)
    assert browser.get(base).status_code == 200
    assert "Jonas Berg" not in browser.get(base).text
    assert browser.get(f"{base}/messages").json["others"] == []


def test_what_was_written_goes_when_its_time_is_over(write, answer, attempt, tmp_path, time, now):
    write("Hello")
    answer("Hello", "b" * 16, spoken=(io.BytesIO(film(tmp_path)), "x"))
    key = chat.messages_of(attempt)[1].spoken.key
    attempt.status, attempt.stopped_at = Status.verified, now
    db.session.commit()
    time.passes(days=current_settings().keep_days - 1)
    tasks.forget()
    assert len(chat.messages_of(attempt)) == 2
    time.passes(days=2)
    tasks.forget()
    db.session.expire_all()
    assert chat.messages_of(attempt) == []
    assert attempt.is_removed
    assert len(journal.entries_of(subject_of(attempt), of="message.")) == 2
    evidence.remove_expired(attempt, actor=journal.SYSTEM, now=now + timedelta(days=90))
    db.session.commit()
    assert store().get(key)  # Until the effect has run.


def test_a_site_that_takes_an_attempt_back_takes_its_chat_as_well(write, answer, attempt, tmp_path, now):
    write("Hello")
    answer("Hello", "b" * 16, spoken=(io.BytesIO(film(tmp_path)), "x"))
    forgetting.remove_evidence(attempt, actor=journal.SYSTEM, now=now)
    db.session.commit()
    assert chat.messages_of(attempt) == []
    assert db.session.query(Evidence).count() == 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_different_texts_and_salts_have_different_hashes(one, other):
    assert (chat.digest("a", one) == chat.digest("a", other)) == (one == other)
    assert chat.digest("a", one) != chat.digest("b", one)


def test_messages_are_read_by_the_other_side_only(attempt, now):
    actor = Actor(Role.learner, attempt.user_id)
    message = chat.write(attempt, "Hello", KEY, side=Side.learner, actor=actor, now=now)
    chat.note_read(attempt, Side.learner, message.id, now=now)
    assert db.session.get_one(Message, message.id).read_at is None
    chat.note_read(attempt, Side.staff, message.id - 1, now=now)
    db.session.expire_all()
    assert db.session.get_one(Message, message.id).read_at is None
    chat.note_read(attempt, Side.staff, message.id, now=now)
    db.session.expire_all()
    assert db.session.get_one(Message, message.id).read_at == now
