"""The mails that this site sends, to look at: each in every language, and with a provider's own words."""

from datetime import timedelta

from flask import Blueprint, Response, make_response, request, url_for
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from lti_proctor import clock, mail
from lti_proctor.backends import backends
from lti_proctor.errors import NotFound
from lti_proctor.web.admin.shared import administrator, page
from lti_proctor.web.headers import use_policy
from lti_proctor.web.language import languages
from lti_proctor.web.mail_words import MAILS

#: Nothing of a mail is fetched or run, and its styles stand in it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/mails", "mails", mails)
    bp.add_url_rule("/mails/<name>/html", "mail_html", mail_html)


def mails() -> str:
    """One mail, chosen by name, language and provider."""
    administrator()
    name = request.args.get("mail", next(iter(MAILS)))
    composed = _composed(name)
    return page(
        "admin/mails.html",
        mails=MAILS,
        chosen=name,
        locale=_locale(),
        locales=languages(),
        provider=_provider(),
        providers=[one for one in backends().by_name.values() if not one.watches_here],
        composed=composed,
        html_url=url_for("admin.mail_html", name=name, locale=_locale(), provider=_provider()),
        is_on=mail.is_on(),
    )


def mail_html(name: str) -> Response:
    """The HTML part alone, shut in, for the frame of the page."""
    administrator()
    answer = make_response(_composed(name).html)
    use_policy(POLICY)
    return answer


def _composed(name: str) -> mail.Composed:
    if name not in MAILS:
        raise NotFound("page")
    day = format_date(clock.now() + timedelta(days=28))
    example = {"learner": _("Inés Márquez"), "title": _("Statistics: final exam"), "day": day}
    return mail.write(name, locale=_locale(), provider=_provider(), **example)


def _locale() -> str:
    given = request.args.get("locale", "")
    return given if given in dict(languages()) else str(get_locale())


def _provider() -> str:
    given = request.args.get("provider", "")
    return given if given in backends().by_name else ""
