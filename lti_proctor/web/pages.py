"""What every template may use, and where templates come from: a site's own folder first, then ours."""

import os
from datetime import datetime
from typing import Any

from flask import Flask, current_app, g, has_request_context
from flask_babel import format_date, format_time, get_translations, pgettext
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, StrictUndefined

from lti_proctor.settings import ROOT, Settings
from lti_proctor.web import words
from lti_proctor.web.language import choose_timezone
from lti_proctor.web.sessions import visit

THEMES = ("light", "dark")
STATIC = str(ROOT / "static")


def init_app(app: Flask, settings: Settings) -> None:
    loaders: list[BaseLoader] = [FileSystemLoader(str(ROOT / "templates"))]
    if settings.templates_dir:
        loaders.insert(0, FileSystemLoader(settings.templates_dir))
    app.jinja_loader = ChoiceLoader(loaders)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(translated, counted, newstyle=True, pgettext=pgettext)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(moment=moment, day=day, clock=clock, minutes=minutes, duration=duration)
    with app.test_request_context():
        app.jinja_env.globals.update(
            asset=asset, icons=asset("img/icons.svg"), badge_of=words.badge_of, kinds=words.KINDS
        )
        app.jinja_env.globals.update(roles=words.ROLES, checks=words.CHECKS)
    app.context_processor(lambda: _common(settings))


def _common(settings: Settings) -> dict[str, Any]:
    return {
        "site": settings,
        "timezone_name": choose_timezone().replace("_", " "),
        "theme": _theme(),
        "person": None if g.get("is_plain") else visit().person,
    }


def _catalogue() -> Any:
    """The catalogue of the page's language, looked up once for each request: a page has some sixty texts."""
    if not has_request_context():
        return get_translations()
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def translated(text: str) -> str:
    return str(_catalogue().gettext(text))


def counted(one: str, many: str, n: int) -> str:
    return str(_catalogue().ngettext(one, many, n))


def asset(name: str) -> str:
    """The address of a static file, with its age in it so that a new one is fetched. Put together here: every page has
    half a dozen, and `url_for` took a tenth of a page's time for them.
    """
    return f"{current_app.static_url_path}/{name}?v={_version(f'{STATIC}/{name}')}"


def _theme() -> str:
    theme = visit().get("theme", "")
    return theme if theme in THEMES else ""


def _version(path: str) -> str:
    try:
        return format(int(os.stat(path).st_mtime), "x")
    except OSError:
        return "0"


def moment(at: datetime) -> str:
    """Day and time in the reader's language and zone: 24 November 2026, 10:03."""
    return f"{format_date(at, 'long')}, {format_time(at, 'short')}"


def day(at: datetime) -> str:
    return str(format_date(at, "full"))


def clock(at: datetime) -> str:
    return str(format_time(at, "short"))


def minutes(seconds: int) -> int:
    """Whole minutes, rounded up, as people say how much time there is."""
    return -(-seconds // 60)


def duration(seconds: int) -> str:
    """A length as a clock shows it: 1:20, 1:10:05."""
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
