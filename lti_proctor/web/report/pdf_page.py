"""The report as a PDF: its page in the attempt's language, direction and time zone, and the pictures on it."""

import io
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import segno
from babel import Locale
from babel.dates import format_date, format_time
from flask import current_app, g
from flask_babel import force_locale
from flask_babel import gettext as _

from lti_proctor import locales
from lti_proctor.attempts.models import Attempt
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.extensions import db
from lti_proctor.monitoring.models import Disposition
from lti_proctor.report import data, drawing, pdf
from lti_proctor.review.models import RemarkKind
from lti_proctor.settings import ROOT
from lti_proctor.web import face_words, history_words, words
from lti_proctor.web.sessions import settings

SHEET = ROOT / "static" / "css" / "report-pdf.css"
#: More are on the page of the attempt, and in the ZIP.
PICTURES, FLAGS, ENTRIES, REMARKS = 60, 60, 40, 200
IDENTITY = (EvidenceKind.face, EvidenceKind.passport, EvidenceKind.scan, EvidenceKind.extrapage)
#: What happened to the attempt; each photo and each part of a recording are not told one by one.
HISTORY = ("attempt.", "assessment.", "consent.", "seb.", "evidence.asked", "evidence.shown", "report.", "review.")
#: The light ramp of the pages (tokens.css), as drawings can't read style sheets.
HEAT = ("#e6edef", "#bfd8de", "#8fbdc9", "#5b9db0", "#2b7b92", "#0b5a72")


def sheet() -> str:
    return SHEET.read_text("utf-8")


def page_of(attempt: Attempt, report: data.Report) -> tuple[str, dict[str, tuple[str, bytes]]]:
    """The page and what it may show."""
    wanted = (report.exam.locale, attempt.user.locale, settings().default_locale)
    spoken = next((found for tag in wanted if (found := locales.known(tag))), "en")
    zone = ZoneInfo(report.exam.timezone or settings().default_timezone)
    shown = _pictures(report)
    assets = _small(shown)
    with force_locale(spoken):
        # The catalogue of the reader's language is remembered for the request: this page has its own.
        g.pop("catalogue", None)
        assets["qr.svg"] = ("image/svg+xml", _qr(report.attempt.identifier))
        template = current_app.jinja_env.get_template("report/pdf.html")
        values = _values(report, _Moments(Locale.parse(spoken, sep="_"), zone), assets)
        scale = drawing.scale_of(report.attempt.started_at or report.attempt.created_at, report.attempt.seconds)
        chart = current_app.jinja_env.get_template("report/pdf_heat.svg")
        drawn = chart.render(
            scale=scale, ticks=drawing.ticks(scale, zone), colours=HEAT, base=92,
            bars=drawing.bars(scale, {minute.minute: minute.heat for minute in report.minutes}),
        )  # fmt: skip
        assets["heat.svg"] = ("image/svg+xml", drawn.encode())
        html = template.render(site=settings(), report=report, **values)
        g.pop("catalogue", None)
    return html, assets


class _Moments:
    """Times in the language and zone of the attempt."""

    def __init__(self, locale: Locale, zone: ZoneInfo) -> None:
        self.locale, self.zone = locale, zone

    def moment(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        return f"{format_date(local, 'long', locale=self.locale)}, {format_time(local, 'short', locale=self.locale)}"

    def clock(self, at: datetime) -> str:
        return str(format_time(at.astimezone(self.zone), "medium", locale=self.locale))


def _pictures(report: data.Report) -> list[data.Photo]:
    """Who it was, then what was written down; at most so many."""
    who = [photo for photo in report.photos if photo.kind in IDENTITY][-8:]
    profile = [report.profile_photo] if report.profile_photo is not None else []
    beside = {remark.photo for remark in report.remarks[:REMARKS]}
    written = [photo for photo in report.photos if photo.id in beside]
    return [*profile, *who, *written][:PICTURES]


def _small(photos: Iterable[data.Photo]) -> dict[str, tuple[str, bytes]]:
    found = {}
    for photo in photos:
        small = pdf.small_picture(db.session.get_one(Evidence, photo.id).key)
        if small is not None:
            found[f"photo-{photo.id}.jpg"] = ("image/jpeg", small)
    return found


def _values(report: data.Report, moments: _Moments, assets: dict[str, Any]) -> dict[str, Any]:
    history = [entry for entry in report.history if entry.action.startswith(HISTORY)]
    told = [flag for flag in report.flags if flag.disposition == Disposition.confirmed or flag.answer]
    return {
        "language": str(moments.locale).replace("_", "-"),
        "direction": moments.locale.text_direction,
        "moment": moments.moment,
        "clock": moments.clock,
        "zone_name": str(moments.zone).replace("_", " "),
        "assets": assets,
        "identity": [photo for photo in report.photos if photo.kind in IDENTITY],
        "compared_words": face_words.COMPARED,
        "match_words": face_words.match_words,
        "badge": words.badge_of(report.attempt.status, report.exam.kind),
        "photo_names": words.PHOTOS,
        "metric_names": words.METRICS,
        "reasons": words.REASONS,
        "verdicts": words.VERDICTS,
        "roles": words.ROLES,
        "happenings": history_words.EVENTS,
        "kind_words": {RemarkKind.note: _("Note"), RemarkKind.incident: _("Incident")},
        "counts": Counter((flag.metric, flag.disposition) for flag in report.flags),
        "flags": told[:FLAGS],
        "flags_left": max(len(told) - FLAGS, 0),
        "history": history[-ENTRIES:],
        "history_left": max(len(history) - ENTRIES, 0),
        "remarks": report.remarks[:REMARKS],
    }


def _qr(identifier: str) -> bytes:
    out = io.BytesIO()
    segno.make(identifier, error="m", micro=False).save(out, kind="svg", border=4, dark="#000", light="#fff")
    return out.getvalue()
