import smtplib
import ssl
from email import message_from_bytes, policy
from typing import ClassVar

import pytest
from jinja2 import ChoiceLoader, DictLoader

from lti_proctor import mail
from lti_proctor.errors import Upstream
from lti_proctor.web.mail_words import MAILS
from tests.factories import make_submitted


def compose(now, **more):
    values = {"to": "ines@northfield.example", "locale": "en", "learner": "Inés", "title": "Final", **more}
    return mail.compose("submitted", **values)


@pytest.fixture
def site(app, monkeypatch):
    """The application with other settings for this test."""

    def change(**changes):
        settings = app.extensions["settings"].model_copy(update=changes)
        monkeypatch.setitem(app.extensions, "settings", settings)
        return settings

    return change


def _checks(context):
    return ("verified",) if context is not None and context.verify_mode == ssl.CERT_REQUIRED else ()


@pytest.fixture
def smtp(monkeypatch):
    """What a mail server was told; it fails with what stands in `fails`."""

    class Server:
        calls: ClassVar[list] = []
        fails: Exception | None = None
        offers = ("starttls",)

        def __init__(self, host, port, timeout, context=None):
            self.calls.append(("connect", host, port, *_checks(context)))
            self.extensions = ()
            assert timeout > 0

        def __enter__(self):
            return self

        def __exit__(self, *problem):
            return None

        def ehlo_or_helo_if_needed(self):
            """As with a real server, nothing is known of its extensions before the greeting."""
            self.extensions = self.offers

        def has_extn(self, name):
            return name in self.extensions

        def starttls(self, *, context):
            self.calls.append(("starttls", *_checks(context)))

        def login(self, user, password):
            self.calls.append(("login", user, password))

        def send_message(self, message):
            if Server.fails:
                raise Server.fails
            self.calls.append(("send", message["To"]))

    Server.calls = []
    monkeypatch.setattr(mail.smtplib, "SMTP", Server)
    monkeypatch.setattr(mail.smtplib, "SMTP_SSL", Server)
    return Server


@pytest.mark.parametrize("name", sorted(MAILS))
def test_every_mail_has_a_subject_and_a_body_without_leftovers(app, name):
    message = mail.compose(
        name, to="a@b.example", locale="en", learner="Inés", title="Final exam", day="26 December 2026"
    )
    for kind in ("plain", "html"):
        body = message.get_body((kind,)).get_content()
        assert message["Subject"].strip()
        assert "Final exam" in str(message["Subject"]) + body
        assert not any(sign in body for sign in ("{{", "{%", "%(", "&lt;", "&#"))


def test_each_block_is_a_paragraph(app, now):
    text = compose(now).get_body(("plain",)).get_content()
    assert len(text.strip().split("\n\n")) == 5
    assert compose(now).get_body(("html",)).get_content().count("<p>") == 4


def test_a_name_is_no_markup_in_the_html_part(app, now):
    message = compose(now, learner="<b>Inés</b>")
    assert "<b>Inés</b>" in message.get_body(("plain",)).get_content()
    assert "&lt;b&gt;Inés&lt;/b&gt;" in message.get_body(("html",)).get_content()


def test_a_mail_reads_from_right_to_left_where_the_language_does(app, now):
    html = compose(now, locale="ar").get_body(("html",)).get_content()
    assert '<html lang="ar" dir="rtl">' in html


def test_a_provider_may_replace_a_block(app, now, monkeypatch):
    own = {
        "providers/watcher/mail/submitted/body.txt": '{% extends "mail/submitted/body.txt" %}'
        "{% block contact_information %}Call 555 0100{% endblock %}"
    }
    loader = ChoiceLoader([DictLoader(own), app.jinja_env.loader])
    monkeypatch.setattr(app.jinja_env, "loader", loader)
    text = compose(now, provider="watcher").get_body(("plain",)).get_content()
    assert "Call 555 0100" in text
    assert "is handed in" in text
    assert "555 0100" not in compose(now, provider="other").get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    "locale",
    [
        "es",
        "de",
        pytest.param("es-MX"),
        pytest.param("xx"),
    ],
)
def test_a_mail_is_written_whatever_language_the_exam_names(app, now, locale):
    assert str(compose(now, locale=locale)["Subject"])


@pytest.mark.parametrize("to", ["a@b.example\nBcc: c@d.example", "a@b.example\r\nX: y"])
def test_a_header_can_not_be_smuggled_in_by_an_address(app, now, to):
    with pytest.raises(ValueError, match=r"[Hh]eader"):
        compose(now, to=to)


def test_a_header_can_not_be_smuggled_in_by_a_title(app, now):
    message = compose(now, title="Final\nBcc: c@d.example")
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]


def test_without_an_address_there_is_no_mail(site):
    assert mail.is_on()
    site(mail_url="")
    assert not mail.is_on()


def test_mails_for_development_are_files_in_order(site, tmp_path, time, now):
    site(mail_url="file:outgoing", data_dir=tmp_path)
    for title in ("First", "Second"):
        mail.send(compose(now, title=title))
        time.passes(seconds=1)
    files = sorted((tmp_path / "outgoing").iterdir())
    kept = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert ["First" in str(m["Subject"]) for m in kept] == [True, False]
    assert kept[0]["To"] == "ines@northfield.example"


def test_two_mails_of_one_moment_are_two_files(site, tmp_path, time, now):
    site(mail_url="file:outgoing", data_dir=tmp_path)
    mail.send(compose(now))
    mail.send(compose(now))
    assert len(list((tmp_path / "outgoing").iterdir())) == 2


def test_a_server_is_spoken_to_in_secret_when_it_can(site, smtp, now):
    site(mail_url="smtp://us%40er:pa%2Fss@mail.example:587")
    mail.send(compose(now))
    assert smtp.calls == [
        ("connect", "mail.example", 587),
        ("starttls", "verified"),
        ("login", "us@er", "pa/ss"),
        ("send", "ines@northfield.example"),
    ]


def test_a_server_that_is_secret_from_the_start_is_not_asked_again(site, smtp, now):
    site(mail_url="smtps://mail.example")
    mail.send(compose(now))
    assert smtp.calls == [("connect", "mail.example", 0, "verified"), ("send", "ines@northfield.example")]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", ""])
def test_a_server_on_this_host_needs_no_certificate(site, smtp, now, host):
    site(mail_url=f"smtp://{host}:25")
    mail.send(compose(now))
    assert [call[0] for call in smtp.calls] == ["connect", "send"]


@pytest.mark.parametrize(
    ("failure", "code", "permanent"),
    [
        (smtplib.SMTPRecipientsRefused({"x": (550, b"no")}), "mail_refused", True),
        (smtplib.SMTPServerDisconnected("bye"), "mail_unreachable", False),
        (smtplib.SMTPAuthenticationError(535, b"no"), "mail_unreachable", False),
        (ConnectionRefusedError(), "mail_unreachable", False),
        (TimeoutError(), "mail_unreachable", False),
    ],
)
def test_a_mail_that_does_not_go_is_the_worker_s_problem(site, smtp, now, failure, code, permanent):
    site(mail_url="smtp://mail.example")
    smtp.fails = failure
    with pytest.raises(Upstream) as problem:
        mail.send(compose(now))
    assert (problem.value.code, problem.value.permanent) == (code, permanent)


def test_a_receiver_that_is_refused_for_now_is_tried_again(site, smtp, now):
    site(mail_url="smtp://mail.example")
    smtp.fails = smtplib.SMTPRecipientsRefused({"ines@northfield.example": (451, b"greylisted, try again later")})
    with pytest.raises(Upstream) as problem:
        mail.send(compose(now))
    assert not problem.value.permanent


def test_no_mail_is_written_during_the_request(app, time, now, tmp_path, site):
    site(mail_url="file:outgoing", data_dir=tmp_path)
    make_submitted(now)
    assert not (tmp_path / "outgoing").exists()
