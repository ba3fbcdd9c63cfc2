"""Dynamic registration with all the wrong invitations, parameters and answers we can think of."""

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from lti_proctor.extensions import db
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


@pytest.mark.parametrize("field", ["openid_configuration", "registration_endpoint"])
def test_no_address_inside_is_called(register, lms, field):
    inside = "http://10.0.0.1/x"
    if field == "registration_endpoint":
        lms.change(registration_endpoint=inside)
        refused(register, "registration_unreachable")
    else:
        answer = refused(register, "registration_unreachable", openid_configuration=inside)
        assert "outside_forbidden" in answer.text


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
     {"client_id": "a\0b"}, {"client_id": "\ud800"}, [], "client-7", None],
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
