"""What the Assessment Control Service answers when it is broken: each row waits or is put aside with a reason that has
words, nothing crashes, and nobody else waits for it.
"""

import pytest

from lti_proctor import outbox
from lti_proctor.attempts import commands
from lti_proctor.attempts.control import Action, Command
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.lti import service_tokens
from lti_proctor.outbox import Effect, State
from lti_proctor.people.models import Identity
from lti_proctor.web.gradebook_words import delivery_problem
from tests.factories import make_attempt, make_user
from tests.lti.hostile.host import told
from tests.lti.hostile.test_key_sets import WORST, bomb

WAITING, ASIDE, DONE = State.waiting, State.aside, State.done
UNREACHABLE = (WAITING, "outside_unreachable")


@pytest.fixture
def attempt(sender, platform, host, monkeypatch):
    """An attempt of an LMS whose control service is the host."""
    monkeypatch.setattr(service_tokens, "token_for", lambda *args, **named: "t-1")
    acs = {"actions": list(Action), "assessment_control_url": f"{host.url}/acs?x=1"}
    assert sender.post(platform.sign(sender.claims(**platform.proctoring(acs=acs)))).status_code == 303
    return db.session.query(Attempt).one()


def flag(attempt, now):
    assert commands.put(attempt, Command(Action.flag, 0.5, "flagged", "m"), now=now)
    db.session.commit()
    return db.session.query(Effect).filter_by(kind=commands.CONTROL).order_by(Effect.id.desc()).first()


def outcome(effect):
    outbox.deliver(effect.id)
    db.session.expire_all()
    return effect.state, effect.last_error


FINAL = [*range(300, 309), 400, 402, 403, 404, 405, 406, 409, 410, 413, 415, 418, 422, 426, 428, 431, 451, 501, 505, 506, 510]  # fmt: skip
PASSING = [401, 408, 425, 429, 500, 502, 503, 504, 507, 508, 511, 520, 521, 522, 524, 530, 599]
ANSWERS = {
    "a way inside": (told(b"", 302, Location="http://169.254.169.254/"), (ASIDE, "control_status_302")),
    "later, in words": (told(b"", 503, Retry_After="Fri, 31 Dec 1999 23:59:59 GMT"), (WAITING, "control_status_503")),
    "later, in nonsense": (told(b"", 429, Retry_After="-1e400"), (WAITING, "control_status_429")),
    "later, in a thousand years": (told(b"", 429, Retry_After="99999999999"), (WAITING, "control_status_429")),
    "a bomb": (told(bomb(), Content_Encoding="gzip"), (ASIDE, "outside_too_large")),
    "a bomb in a bomb": (told(bomb(2), Content_Encoding="gzip, gzip"), UNREACHABLE),
    "not what it says it is zipped as": (told(b"{}", Content_Encoding="gzip"), UNREACHABLE),
    "shorter than it says": ((200, b"{}", {"Content-Length": "500"}), UNREACHABLE),
    "two lengths": ((200, b"{}", {"Content-Length": "2", "content-length": "3"}), UNREACHABLE),
    "no number as status": ((-1, b"{}", {}), UNREACHABLE),
    "a status of four digits": ((2000, b"{}", {}), UNREACHABLE),
}  # fmt: skip


def says_it_is_tried_again(code):
    return "by itself" in str(delivery_problem(code))


@pytest.mark.parametrize(("answer", "expected"), ANSWERS.values(), ids=ANSWERS.keys())
def test_what_the_lms_does_not_take_waits_or_is_put_aside(attempt, host, now, answer, expected):
    host.answer = answer
    effect = flag(attempt, now)
    assert outcome(effect) == expected
    assert "answer" not in effect.payload
    assert says_it_is_tried_again(expected[1]) == (expected[0] == WAITING)


def test_each_status_waits_or_is_put_aside_and_staff_are_told_which(attempt, host, now):
    for code in [*FINAL, *PASSING]:
        expected = (WAITING if code in PASSING else ASIDE, f"control_status_{code}")
        host.answer = told({"status": "running"} if code != 304 else b"", code)
        effect = flag(attempt, now)
        assert outcome(effect) == expected
        assert says_it_is_tried_again(expected[1]) == (code in PASSING and code != 401), code
        effect.state = ASIDE
        db.session.commit()


@pytest.mark.parametrize("habit", WORST)
def test_a_service_with_bad_habits_is_tried_later(attempt, host, now, habit, patience):
    host.answer = habit
    effect = flag(attempt, now)
    state, code = outcome(effect)
    assert code in {"outside_timeout", "outside_unreachable", "outside_too_large"}
    assert state == (ASIDE if code == "outside_too_large" else WAITING)


BODIES = [
    b"", b" ", b"null", b"[]", b"5", b'"x"', b"true", b"<html>", b"\xff", b"{", b"[" * 100_000, b'{"status": 5}', b'{"status": []}',
    b'{"status": "\\u0000"}', b'{"status": "\\ud800"}', b'{"status": "RUNNING"}', b'{"status": "running", "extra_time": NaN}',
    b'{"status": "running", "extra_time": 1e400}', b'{"status": "running", "extra_time": "5"}', b'{"status": null}',
    b'{"status": "running", "extra_time": ' + b"9" * 4000 + b"}", b'{"status": "running", "extra_time": ' + b"9" * 9000 + b"}",
    b'{"status": "running", "extra_time": {"a": 1}}', b'{"status": "running", "status": "x"}', b'{"\\u0000": "\\u0000"}',
]  # fmt: skip


@pytest.mark.parametrize("code", [200, 201, 202, 203, 206])
def test_what_was_taken_is_done_whatever_the_answer_says(attempt, host, now, code):
    for body in BODIES:
        host.answer = told(body, code)
        effect = flag(attempt, now)
        assert outcome(effect) == (DONE, None), body[:50]
        assert set(effect.payload["answer"]) <= {"status", "extra_time"}
        assert effect.payload["answer"]["status"] in {None, "running"}


def test_an_answer_without_a_body_is_one(attempt, host, now):
    host.answer = told(b"", 204)
    assert outcome(flag(attempt, now)) == (DONE, None)


def test_staff_read_why_and_see_every_answer(attempt, host, now, sign_in):
    staff = sign_in(make_user(now), {attempt.exam.course_id: "instructor"})
    for answer in (told(b"", 403), told(b"", 503), told(BODIES[-1]), told({"status": "running", "extra_time": 10**9})):
        host.answer = answer
        outcome(flag(attempt, now))
        db.session.query(Effect).filter_by(state=WAITING).update({"due_at": now, "state": ASIDE})
        db.session.commit()
    page = staff.get(f"/exams/{attempt.exam_id}/attempts/{attempt.id}")
    assert page.status_code == 200
    assert "control_status_403" in page.text
    assert "does not allow this tool" in page.text


def no_link(attempt):
    attempt.link.deployment.registration.is_active = False
    attempt.resource_link_id = None


GONE = {
    "the link": no_link,
    "the person's name there": lambda attempt: db.session.query(Identity).delete(),
    "the service": lambda attempt: setattr(attempt.assessment, "control_url", None),
}


@pytest.mark.parametrize("change", GONE.values(), ids=GONE.keys())
def test_what_is_gone_is_put_aside(attempt, host, now, change):
    effect = flag(attempt, now)
    change(attempt)
    db.session.commit()
    assert outcome(effect) == (ASIDE, "gone")
    assert host.n_asked == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://[::1]/",
        "http://127.0.0.1:1/",
        "http://nobody.invalid/",
        "http://u:p@127.0.0.1/",
    ],
)
def test_a_service_inside_or_nowhere_is_not_called(attempt, now, url):
    attempt.assessment.control_url = url
    state, code = outcome(flag(attempt, now))
    assert (state, code) in {(ASIDE, "outside_forbidden"), UNREACHABLE, (ASIDE, "outside_address")}


@pytest.mark.parametrize("field", ["at", "severity", "action"])
def test_a_row_that_is_broken_itself_waits_for_somebody(attempt, now, field):
    effect = flag(attempt, now)
    effect.payload = {key: value for key, value in effect.payload.items() if key != field}
    db.session.commit()
    assert outcome(effect) == (WAITING, "internal")


def test_one_lane_does_not_stop_the_others(attempt, host, now, platform):
    """The one that hangs keeps its own order; the gradebook and other attempts go on."""
    first, second = flag(attempt, now), flag(attempt, now)
    other = make_attempt(now, exam=attempt.exam, user=make_user(now, platform=platform.registration), link=attempt.link)
    other.assessment = type(attempt.assessment)(
        session_data="s",
        start_url="https://lms.example/",
        control_url=f"{host.url}/acs",
        control_actions=["flag"],
        echoed={},
    )
    third = flag(other, now)
    host.answer = told(b"", 503)
    assert outcome(first) == (WAITING, "control_status_503")
    host.answer = told({"status": "running"})
    outbox.deliver_due()
    db.session.expire_all()
    assert [row.state for row in (first, second, third)] == [WAITING, WAITING, DONE]
    first.due_at = now
    db.session.commit()
    outbox.deliver_due()
    db.session.expire_all()
    assert [row.state for row in (first, second, third)] == [DONE] * 3


def test_what_is_put_aside_lets_the_next_through(attempt, host, now):
    first, second = flag(attempt, now), flag(attempt, now)
    host.answer = told(b"", 403)
    assert outcome(first) == (ASIDE, "control_status_403")
    host.answer = told({"status": "running"})
    assert outcome(second) == (DONE, None)
