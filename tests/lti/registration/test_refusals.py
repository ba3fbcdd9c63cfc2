"""Dynamic registration with all the wrong invitations, parameters and answers we can think of."""

from time import monotonic

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from lti_proctor.extensions import db
from lti_proctor.lti.tool_documents import TOOL
from lti_proctor.platforms.invites import PlatformInvite
from lti_proctor.platforms.models import Deployment, Registration
from tests.lti.registration.lms import GONE


def assert_refused(answer):
    """A page for people, with a reason in the log; nothing stored, and the invitation still good."""
    assert 400 <= answer.status_code < 500, answer.status
    assert 'id="reference"' in answer.text
    assert answer.mimetype == "text/html"
    assert db.session.scalars(select(Registration)).all() == []
    assert db.session.scalars(select(Deployment)).all() == []
    assert [row.used_at for row in db.session.scalars(select(PlatformInvite)) if row.used_at] == []


def refused(register, code, **changes):
    with capture_logs() as logs:
        answer = register(**changes)
    assert_refused(answer)
    assert [entry["code"] for entry in logs if entry["event"] == "refused"] == [code]
    return answer


@pytest.mark.parametrize("token", [None, "", "nonsense", "ü"])
def test_without_an_invitation_nothing_is_fetched(register, lms, token):
    refused(register, "invite_unknown", invite=token)
    assert lms.asked == []


def test_an_invitation_expires(register, lms, invite, time):
    token = invite(hours=2)
    time.passes(hours=2)
    refused(register, "invite_expired", invite=token)
    assert lms.asked == []


@pytest.mark.parametrize(
    "changes",
    [
        {"openid_configuration": None},
        {"openid_configuration": "config"},
        {"openid_configuration": "javascript:alert(1)"},
        {"openid_configuration": "file:///etc/passwd"},
        {"openid_configuration": "http://[::1"},
        {"openid_configuration": "http://lms.example/\r\nX: y"},
        {"openid_configuration": "http://lms.example/" + "x" * 3000},
        {"registration_token": "a\r\nX-Evil: 1"},
        {"registration_token": "ñ"},
        {"registration_token": "x" * 9000},
    ],
)
def test_a_broken_parameter_is_refused_before_anything_is_fetched(register, lms, changes):
    refused(register, "registration_incomplete", **changes)
    assert lms.asked == []


def test_an_issuer_on_another_host_is_refused(register, lms):
    lms.change(issuer="https://lms.example")
    refused(register, "registration_issuer")
    assert len(lms.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>", {}),
        (200, b"", {}),
        (200, b"[]", {}),
        (200, b"[" * 100_000, {}),
        (200, b"null", {}),
        (200, b"{}", {}),
        (200, b"\xff\xfe{", {}),
        (404, b"{}", {}),
        (401, b"{}", {}),
        (500, b"", {}),
        (302, b"", {"Location": "http://169.254.169.254/latest/"}),
        (301, b"{}", {"Location": "/config"}),
        (307, b"", {"Location": "http://localhost:1/"}),
        (204, b"", {}),
        (206, b"{}", {}),
        (200, b"5", {}),
        (200, b'"text"', {}),
        (200, b'{"issuer":', {}),
        (200, b'{"issuer": NaN}', {}),
        (200, b'{"a":' * 50_000, {}),
        (200, b"\x00", {}),
        (200, "{}".encode("utf-16"), {}),
    ],
)
def test_a_configuration_that_cannot_be_read_is_refused(register, lms, answer):
    lms.config_answer = answer
    refused(register, "registration_unreadable")
    assert len(lms.asked) == 1


ADDRESSES = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")
WRONG = (GONE, None, 5, [], {}, "", "javascript:alert(1)", "/here", "http://127.0.0.1/\ud800", "http://127.0.0.1/\0")


@pytest.mark.parametrize("field", ADDRESSES)
@pytest.mark.parametrize("value", [*WRONG, "http://127.0.0.1/" + "x" * 3000], ids=lambda v: ascii(v)[:20])
def test_an_address_of_the_configuration_must_be_one(register, lms, field, value):
    lms.change(**{field: value})
    answer = refused(register, "registration_unreadable")
    assert field in answer.text
    assert len(lms.asked) == 1


def test_a_configuration_that_is_too_large_is_refused(register, lms):
    lms.change(filling="x" * 1_100_000)
    refused(register, "registration_unreachable")


def test_a_platform_that_hangs_is_left(register, lms, app, monkeypatch):
    client = app.extensions["outside"]
    monkeypatch.setattr(client, "settings", client.settings.model_copy(update={"outside_timeout_seconds": 0.2}))
    lms.config_answer = "hang"
    refused(register, "registration_unreachable")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("slow", ["hang", "drip"])
def test_a_platform_that_never_comes_to_an_end_is_left_in_time(register, lms, app, monkeypatch, method, slow):
    client = app.extensions["outside"]
    monkeypatch.setattr(client, "settings", client.settings.model_copy(update={"outside_timeout_seconds": 0.3}))
    if method == "GET":
        lms.config_answer = slow
    else:
        lms.registration_answer = slow
    began = monotonic()
    refused(register, "registration_unreachable")
    assert monotonic() - began < 3


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"", {}),
        (200, b"<html>", {}),
        (200, b"[" * 100_000, {}),
        (201, b"\xff", {}),
        (200, b'"client-7"', {}),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused(register, lms, answer):
    lms.registration_answer = answer
    refused(register, "registration_unreadable")


def test_an_answer_that_is_too_large_is_refused(register, lms):
    lms.registration_answer = (200, b'{"client_id": "' + b"x" * 1_100_000, {})
    refused(register, "registration_unreachable")


INSIDE = (
    "http://10.0.0.1/x", "http://172.16.3.4/", "http://192.168.1.1/", "http://169.254.169.254/latest/", "http://[::1]/",
    "http://0.0.0.0/", "http://[::ffff:10.0.0.1]/", "http://[fd00::1]/", "http://[fe80::1]/", "http://0x7f.1/",
    "http://2130706433/", "http://127.1/", "http://017700000001/", "http://100.64.0.1/", "http://[64:ff9b::a00:1]/",
)  # fmt: skip


@pytest.mark.parametrize("inside", INSIDE)
def test_no_configuration_is_fetched_from_an_address_inside(register, lms, inside):
    answer = refused(register, "registration_unreachable", openid_configuration=inside)
    assert "outside_forbidden" in answer.text


@pytest.mark.parametrize("inside", INSIDE)
def test_no_registration_is_sent_to_an_address_inside(register, lms, inside):
    lms.change(registration_endpoint=inside)
    refused(register, "registration_unreachable")


@pytest.mark.parametrize(
    "address",
    ["https://lms.example@127.0.0.1/", "https://lms.invalid/", "https://127.0.0.1:1/", "http://lms.example:99999/"],
)
def test_an_address_that_leads_nowhere_is_refused(register, lms, address):
    with capture_logs() as logs:
        assert_refused(register(openid_configuration=address))
    assert next(e["code"] for e in logs if e["event"] == "refused") in {
        "registration_unreachable",
        "registration_incomplete",
    }
    assert lms.asked == []


def test_a_host_that_was_not_allowed_is_not_called(register, lms, app, monkeypatch):
    monkeypatch.setattr(app.extensions["outside"], "allowed", frozenset())
    refused(register, "registration_unreachable")
    assert lms.asked == []


@pytest.mark.parametrize("status", [400, 401, 302, 500])
def test_a_platform_that_says_no_is_told_apart(register, lms, status):
    lms.registration_status = status
    refused(register, "registration_refused")


@pytest.mark.parametrize(
    "reply",
    [{}, {"client_id": None}, {"client_id": 5}, {"client_id": ""}, {"client_id": " "}, {"client_id": "x" * 300},
     {"client_id": "a\0b"}, {"client_id": "\ud800"}, {"client_id": ["client-7"]}, {"client_id": {"id": "client-7"}},
     {"client_id": True}, {"client_id": "a\nb"}, {"Client_Id": "client-7"}, {"error": "invalid_client_metadata"},
     {TOOL: {"client_id": "client-7"}}, [], [{"client_id": "client-7"}], "client-7", None, 7],
)  # fmt: skip
def test_an_answer_without_a_client_id_is_refused(register, lms, reply):
    lms.reply = reply
    refused(register, "registration_unreadable")


def test_an_invitation_is_still_good_after_a_refusal(register, lms, invite):
    token = invite()
    lms.registration_status = 400
    refused(register, "registration_refused", invite=token)
    lms.registration_status = 200
    assert register(invite=token).status_code == 200
