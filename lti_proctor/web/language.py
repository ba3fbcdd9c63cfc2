"""Which language and time zone a page speaks: the reader's choice, then the launch, then the browser."""

from typing import Any
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from flask import Flask, has_request_context, request
from flask_babel import Domain, get_locale

from lti_proctor.extensions import babel
from lti_proctor.locales import FOLDER, available, known
from lti_proctor.settings import Settings
from lti_proctor.web.sessions import settings, visit

CHOSEN, LAUNCHED, TIMEZONE = "language", "launch_language", "timezone"


def init_app(app: Flask, site: Settings) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    app.config["BABEL_DEFAULT_LOCALE"] = site.default_locale
    app.config["BABEL_DEFAULT_TIMEZONE"] = site.default_timezone
    babel.init_app(app, locale_selector=choose_locale, timezone_selector=choose_timezone)
    babel.domain_instance = Catalogues()
    app.context_processor(
        lambda: {"languages": languages, "text_direction": text_direction, "language_tag": language_tag}
    )


class Catalogues(Domain):
    """A page asks for up to two hundred texts. To find the catalogue, Flask-Babel writes the name of the language for
    each of them, which takes longer than finding the text.
    """

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[Locale | None, Any] = {}

    def get_translations(self) -> Any:
        locale = get_locale()
        found = self._found.get(locale)
        if found is None:
            found = super().get_translations()
            if locale is not None:
                self._found[locale] = found
        return found


def choose_locale() -> str:
    if not has_request_context():
        return settings().default_locale
    return (
        known(visit().get(CHOSEN))
        or known(visit().get(LAUNCHED))
        or request.accept_languages.best_match(available())
        or settings().default_locale
    )


def choose_timezone() -> str:
    if not has_request_context():
        return settings().default_timezone
    found = request.cookies.get("timezone", "")
    return found if found in _zones() else settings().default_timezone


def languages() -> list[tuple[str, str]]:
    """Code and own name of each catalogue."""
    found = []
    for code in available():
        try:
            locale = Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            continue
        found.append((code, (locale.get_display_name(locale) or code).capitalize()))
    return found


def text_direction() -> str:
    locale = get_locale()
    return locale.text_direction if locale else "ltr"


def language_tag() -> str:
    return str(get_locale() or "en").replace("_", "-")


_ZONES: frozenset[str] = frozenset()


def _zones() -> frozenset[str]:
    global _ZONES  # noqa: PLW0603 - read from disk once
    if not _ZONES:
        _ZONES = frozenset(available_timezones())
    return _ZONES
