"""E-mail: rendered and sent from the outbox, in the language of the person who gets it.

Each mail is a folder `templates/mail/<name>/` with `subject.txt` and `body.txt`; the HTML part is made of the same
words. A provider may have its own in `templates/providers/<provider>/mail/<name>/`, which may extend ours and replace
single blocks: greeting, introduction, status_information, contact_information.
"""

import secrets
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from babel import Locale
from flask import current_app
from flask_babel import force_locale

from lti_proctor import clock, locales
from lti_proctor.errors import Upstream
from lti_proctor.extensions import current_settings

TIMEOUT = 20
#: Nobody listens on the way to these, and their certificates are seldom real.
THIS_HOST = frozenset({"localhost", "127.0.0.1", "::1"})


def is_on() -> bool:
    settings = current_settings()
    return bool(settings.mail_url)


@dataclass(frozen=True)
class Composed:
    """The words of a mail: subject, text, and the HTML of the same paragraphs."""

    subject: str
    text: str
    html: str


def write(name: str, *, locale: str, provider: str = "", **values: object) -> Composed:
    """A mail from the templates of that name, the provider's own first.

    The values are those that the templates use: `learner`, `title`, `contact` (an address, or empty).
    """
    settings = current_settings()
    spoken = locales.known(locale) or settings.default_locale
    values = {"contact": settings.contact_email, **values}

    def render(file: str) -> str:
        # Not `render_template`: there is no request behind a mail, and nothing that belongs to one may get into it.
        names = [f"providers/{provider}/mail/{name}/{file}"] if provider else []
        return current_app.jinja_env.select_template([*names, f"mail/{name}/{file}"]).render(site=settings, **values)

    with force_locale(spoken):
        subject = " ".join(render("subject.txt").split())
        paragraphs = [" ".join(part.split()) for part in render("body.txt").split("\n\n") if part.strip()]
        direction = Locale.parse(spoken, sep="_").text_direction
        frame = current_app.jinja_env.get_template("mail/_frame.html")
        html = frame.render(subject=subject, paragraphs=paragraphs, locale=spoken, direction=direction)
    return Composed(subject, "\n\n".join(paragraphs) + "\n", html)


def compose(name: str, *, to: str, locale: str, sender: str = "", **values: Any) -> EmailMessage:
    """A mail to one person (`write` says what else). Header injection is refused by EmailMessage itself."""
    words = write(name, locale=locale, **values)
    message = EmailMessage()
    message["Subject"] = words.subject
    message["From"] = sender or current_settings().mail_from
    message["To"] = to
    message.set_content(words.text)
    message.add_alternative(words.html, subtype="html")
    return message


def send(message: EmailMessage) -> None:
    """Hand a mail over; raises `Upstream`, permanent when the receiver does not exist."""
    settings = current_settings()
    url = urlsplit(settings.mail_url)
    if url.scheme == "file":
        _keep(message, settings.data_dir / (url.path.lstrip("/") or "mail"), clock.now())
        return
    host, port = url.hostname or "localhost", url.port or 0
    try:
        with _server(host, port, is_secret=url.scheme == "smtps") as server:
            # What a server can do is only known after the greeting.
            server.ehlo_or_helo_if_needed()
            if url.scheme == "smtp" and host not in THIS_HOST and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        # A server may put a receiver off for a while (4xx); only 5xx is a refusal for good.
        codes = [answer[0] for answer in error.recipients.values()]
        raise Upstream("mail_refused", permanent=all(code >= 500 for code in codes)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Upstream("mail_unreachable", permanent=False) from error


def _server(host: str, port: int, *, is_secret: bool) -> smtplib.SMTP:
    if is_secret:
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=TIMEOUT)


def _keep(message: EmailMessage, folder: Path, now: datetime) -> None:
    """For development: mails as files, oldest first by name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{now:%Y%m%d-%H%M%S-%f}-{secrets.token_hex(3)}.eml").write_bytes(message.as_bytes())
