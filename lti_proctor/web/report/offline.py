"""What of a ZIP is for people: how to check it, and a page that plays it from a disk, without any network."""

import json
from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from markupsafe import Markup

from lti_proctor import clock
from lti_proctor.report.archive import Part, file_path, film_path, spoken_path, without_chat
from lti_proctor.report.data import Report
from lti_proctor.settings import ROOT
from lti_proctor.web import words
from lti_proctor.web.conversation import STAFF
from lti_proctor.web.report.player_words import player_texts
from lti_proctor.web.sessions import settings

#: Plays films in step; stands alone, so that it can lie in the page itself.
PLAYER = ROOT / "static" / "js" / "report" / "player.js"
SHEETS = ("tokens.css", "components.css", "product.css", "report-offline.css")
MINUTE = 60_000


def readme(report: Report, thumbprint: str) -> str:
    """How the ZIP is checked, in the reader's language."""
    return render_template("report/readme.txt", report=report, thumbprint=thumbprint)


def player_page(report: Report, parts: Collection[Part]) -> str:
    """One file: what it shows and plays lies beside it, its script and sheets in it."""
    if Part.chat not in parts:
        report = without_chat(report)
    started = report.attempt.started_at or report.attempt.created_at
    zone = ZoneInfo(report.exam.timezone or settings().default_timezone)
    return render_template(
        "report/offline.html",
        report=report,
        with_files=Part.chat in parts,
        with_spoken=Part.proctor in parts,
        file_path=file_path,
        spoken_path=spoken_path,
        staff_word=STAFF,
        badge=words.badge_of(report.attempt.status, report.exam.kind),
        metric_names=words.METRICS,
        tracks=[track for track in ("camera", "screen") if any(r.track == track for r in report.recordings)],
        zone=zone,
        begins=started,
        style=_inline("style", "\n".join((ROOT / "static" / "css" / name).read_text("utf-8") for name in SHEETS)),
        script=_inline("script", PLAYER.read_text("utf-8"), ' type="module"'),
        data=_inline("script", _json(_data(report, zone)), ' type="application/json" id="report-data"'),
    )


def _data(report: Report, zone: ZoneInfo) -> dict[str, Any]:
    """What the player asks for."""
    begins = clock.to_ms(report.attempt.started_at or report.attempt.created_at)
    ends = begins + max(round(report.attempt.seconds * 1000), 1000)
    tracks: dict[str, list[dict[str, Any]]] = {}
    for one in report.recordings:
        span = {"begins": clock.to_ms(one.begins_at), "ends": clock.to_ms(one.ends_at)}
        tracks.setdefault(one.track.value, []).append({"url": film_path(one.id, one.track.value), **span})
    return {
        "begins": begins, "ends": ends, "zone": str(zone), "tracks": tracks, "busy": _busy(report, begins),
        "texts": player_texts(),
    }  # fmt: skip


def _busy(report: Report, begins: int) -> list[list[int]]:
    """Minutes with a flag, the first and the one behind the last, joined."""
    found: list[list[int]] = []
    for flag in report.flags:
        first = max((clock.to_ms(flag.starts_at) - begins) // MINUTE, 0)
        behind = (clock.to_ms(flag.ends_at) - begins) // MINUTE + 1
        if found and first <= found[-1][1]:
            found[-1][1] = max(found[-1][1], behind)
        else:
            found.append([first, behind])
    return found


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _inline(tag: str, content: str, attributes: str = "") -> Markup:
    """Our own files, and JSON without any `<`: nothing here can end the element early."""
    if f"</{tag}" in content.lower():
        raise ValueError(f"holds </{tag}")
    return Markup(f"<{tag}{attributes}>{content}</{tag}>")  # noqa: S704
