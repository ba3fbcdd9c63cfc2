"""The report page: one part at a time, so that none is heavy."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Request, render_template, request
from flask_babel import format_date
from flask_babel import gettext as _

from lti_proctor import clock
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import NotFound
from lti_proctor.evidence.models import EvidenceKind
from lti_proctor.monitoring.models import Disposition
from lti_proctor.report import data, drawing
from lti_proctor.report.gather import gather
from lti_proctor.report.models import ReportLink
from lti_proctor.review.appeals import Judged, may_answer
from lti_proctor.review.models import RemarkKind
from lti_proctor.web import face_words, history_words, words
from lti_proctor.web.conversation import STAFF
from lti_proctor.web.report import drawn, log, review_words
from lti_proctor.web.report.addresses import Addresses
from lti_proctor.web.report.log import Times
from lti_proctor.web.report.player_words import player_texts
from lti_proctor.web.sessions import settings

PARTS = ("recording", "pictures", "files", "setup", "history", "table")
#: So many seconds before a moment one begins to look.
BEFORE = 5
#: Flags that one page lists.
LISTED = 500
#: Pictures that one page shows.
SHOWN = 400
#: Pictures with a place of their own in the report.
IDENTITY = (EvidenceKind.face, EvidenceKind.passport, EvidenceKind.scan, EvidenceKind.extrapage)
#: No attempt lasts longer.
SECOND_MAX = 10**8
#: The ids of flags and others stay below what any database counts.
ID_MAX = 2**53


@dataclass(frozen=True)
class Asked:
    """What the address asks for; `second` of the exam, None for its beginning or the flag."""

    part: str
    flag: int
    zoom: int
    first: int
    second: int | None


def asked_of(given: Request) -> Asked:
    """Whatever is no number is none; raises `NotFound("page")` for a part that there is not."""
    part = given.args.get("part", PARTS[0])
    if part not in PARTS:
        raise NotFound("page")
    flag, first = (min(max(given.args.get(name, 0, int), 0), ID_MAX) for name in ("flag", "from"))
    zoom = given.args.get("zoom", 1, int)
    second = given.args.get("second", None, int)
    moment = None if second is None else min(max(second, 0), SECOND_MAX)
    return Asked(part, flag, zoom if zoom in drawn.ZOOMS else 1, first, moment)


def render_report(
    found: Attempt,
    *,
    for_learner: bool,
    link: ReportLink | None = None,
    judged: Judged | None = None,
    may_judge: bool = False,
    **more: object,
) -> str:
    """The page of the part that the address names; `more` goes to the templates as it is. Whoever reads by a `link`
    reads what the learner does, with nothing to fill in.
    """
    asked, now = asked_of(request), clock.now()
    report = gather(found, now=now, for_learner=for_learner, brief=asked.part != "history", judged=judged)
    parts = {
        "recording": _recording, "pictures": _pictures, "files": _conversation, "table": _table, "history": _history
    }  # fmt: skip
    addresses = Addresses(report.attempt, is_shared=link is not None)
    values = parts[asked.part](report, asked, addresses) if asked.part in parts else {}
    is_own = for_learner and link is None
    return render_template(
        "report/report.html",
        layout="report/_shared.html" if link else "report/_learner.html" if is_own else "shared/staff.html",
        link=link,
        is_own=is_own,
        addresses=addresses,
        report=report,
        found=found,
        asked=asked,
        part=asked.part,
        may_judge=may_judge,
        may_answer=is_own and may_answer(found),
        metric_names=log.metric_names(report),
        photo_names=words.PHOTOS,
        cause_words=review_words.CAUSES,
        said_words=review_words.SAID,
        meant_words=review_words.MEANT,
        keys=review_words.keys(may_judge=may_judge),
        zone=zone_of(report),
        times=Times(zone_of(report)),
        day=format_date((report.attempt.started_at or report.attempt.created_at).astimezone(zone_of(report)), "long"),
        n_pictures=sum(photo.kind != EvidenceKind.remark for photo in report.photos),
        **({} if for_learner else {"exam": found.exam}),
        **values,
        **{**_setup_words(), **more},
    )


def zone_of(report: data.Report) -> ZoneInfo:
    """The time zone of the exam, else of the site."""
    try:
        return ZoneInfo(report.exam.timezone or settings().default_timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings().default_timezone)


def scale_for(report: data.Report, zoom: int = 1) -> drawing.Scale:
    begins = report.attempt.started_at or report.attempt.created_at
    return drawing.scale_of(begins, report.attempt.seconds, zoom)


def _recording(report: data.Report, asked: Asked, addresses: Addresses) -> dict[str, Any]:
    zone, scale, names = zone_of(report), scale_for(report, asked.zoom), log.metric_names(report)
    current = log.current_of(report, asked.flag)
    times, place = Times(zone), report.flags.index(current) if current else 0
    first = asked.first if asked.first < len(report.flags) and not asked.flag else place // LISTED * LISTED
    others, flags = log.other_rows(report, times), log.flag_rows(report.flags, names, times)
    listed = flags[first : first + LISTED]
    key = f"flag-{current.id}" if current else ""
    discs = drawing.discs(scale, log.events(report, [*flags, *others]), key)
    metrics, minutes = drawn.minute_table(report)
    cursor = _cursor(scale, current, asked)
    minute = int((cursor - scale.begins).total_seconds() // 60)
    return {
        **drawn.timeline_values(report, scale, [*flags, *others], discs, zone),
        "rows": sorted([*listed, *others], key=lambda row: row.at),
        "current": current,
        "place": place,
        "before": report.flags[place - 1] if current and place else None,
        "after": report.flags[place + 1] if current and place + 1 < len(report.flags) else None,
        "first": first,
        "n_listed": len(listed),
        "listed_most": LISTED,
        "dispositions": _dispositions(),
        "length": times.length,
        "minute_metrics": metrics,
        "minute": minute,
        "minute_row": next((row for row in minutes if row[0] == minute), None),
        "cursor_x": scale.x(cursor),
        "cursor_at": cursor,
        "recorded": drawn.recorded_share(report, scale),
        "tracks_shown": drawn.shown_tracks(report),
        "pieces": {track: [r for r in report.recordings if r.track == track] for track in drawn.shown_tracks(report)},
        "identity": [photo for photo in report.photos if photo.kind in IDENTITY],
        "compared_words": face_words.COMPARED,
        "match_words": face_words.match_words,
        "finding_names": face_words.FINDING_NAMES,
        "n_confirmed": sum(flag.disposition == Disposition.confirmed for flag in report.flags),
        "to_ms": clock.to_ms,
        "payload": {
            **_payload(report, scale, first, addresses),
            "current": current.id if current else 0,
            "metrics": metrics,
            "minutes": minutes,
            "names": names,
        },
    }


def _cursor(scale: drawing.Scale, current: data.Flag | None, asked: Asked) -> datetime:
    """Where the films stand when the page opens."""
    if asked.second is not None:
        return scale.begins + timedelta(seconds=min(asked.second, scale.seconds))
    return current.starts_at if current and asked.flag else scale.begins


def _payload(report: data.Report, scale: drawing.Scale, first: int, addresses: Addresses) -> dict[str, Any]:
    """What the page's scripts read: all times in milliseconds since 1970. `edges`: the flags before and behind those
    that this page lists.
    """
    flags, behind = report.flags[first : first + LISTED], first + LISTED
    return {
        "first": first,
        "total": len(report.flags),
        "edges": [
            report.flags[first - 1].id if first else 0,
            report.flags[behind].id if behind < len(report.flags) else 0,
        ],
        "begins": clock.to_ms(scale.begins),
        "ends": clock.to_ms(scale.ends),
        "zone": zone_of(report).key,
        "busy": drawn.busy_minutes(report, scale),
        "tracks": {
            track.value: [
                {
                    "url": addresses.recording(one.id),
                    "begins": clock.to_ms(one.begins_at),
                    "ends": clock.to_ms(one.ends_at),
                }
                for one in report.recordings
                if one.track == track
            ]
            for track in drawn.shown_tracks(report)
        },
        "plot": {"left": drawing.LEFT, "width": drawing.PLOT},
        "flags": [log.flag_data(flag) for flag in flags],
        "photo": addresses.photo(0),
        "photos": [[clock.to_ms(one.at), one.id] for one in report.photos if one.kind in log.FROM_EXAM],
        "texts": _texts(is_shared=addresses.is_shared),
        "states": _dispositions(),
    }


def _dispositions() -> dict[str, tuple[str, str, str]]:
    """Looked up once, not for each row."""
    return {key.value: (icon, str(word), tone) for key, (icon, word, tone) in review_words.DISPOSITIONS.items()}


def _texts(*, is_shared: bool) -> dict[str, Any]:
    return {
        **player_texts(is_shared=is_shared),
        "said": _("{what}: {state}"),
        "last": _("{what}: {state}. This was the last open flag."),
        "undone": _("{what} is open again."),
        "failed": _("This could not be saved. Check your connection and try again."),
        "minute": _("Minute {time}"),
        "heat": _("{n} of 100 to look at"),
        "unknown": _("could not be analysed"),
        "noScore": _("No score"),
        "fromTo": _("{begins} to {ends}"),
        "place": _("Flag {n} of {total}"),
        "several": _("{begins} to {ends}"),
        "picture": _("Picture of {time}"),
        "noPicture": _("There is no picture of the recording at this moment; the note is saved without one."),
    }


def _pictures(report: data.Report, asked: Asked, _addresses: Addresses) -> dict[str, Any]:
    shown = [photo for photo in report.photos if photo.kind != EvidenceKind.remark]
    first = asked.first if asked.first < len(shown) else 0
    return {
        "pictures": shown[first : first + SHOWN],
        "first": first,
        "n_pictures_shown": len(shown[first : first + SHOWN]),
        "shown_most": SHOWN,
        "compared": {m: str(text) for m, text in face_words.COMPARED.items()},
        "match_words": face_words.match_words,
    }


def _conversation(report: data.Report, _asked: Asked, _addresses: Addresses) -> dict[str, Any]:
    """What was written and what was attached, in the order in which it came."""
    lines: list[tuple[str, Any]] = [("message", one) for one in report.messages or []]
    lines = sorted([*lines, *(("file", one) for one in report.files)], key=lambda line: line[1].at)
    begins = scale_for(report).begins
    seconds = [max(int((line.at - begins).total_seconds()) - BEFORE, 0) for _kind, line in lines]
    return {"conversation": list(zip(lines, seconds, strict=True)), "staff_word": STAFF}


def _table(report: data.Report, _asked: Asked, _addresses: Addresses) -> dict[str, Any]:
    """The figures behind the drawings."""
    zone, scale, names = zone_of(report), scale_for(report), log.metric_names(report)
    times = Times(zone)
    rows = [*log.flag_rows(report.flags[:LISTED], names, times), *log.other_rows(report, times)]
    metrics, minutes = drawn.minute_table(report)
    return {
        "rows": sorted(rows, key=lambda row: row.at),
        "minute_metrics": metrics,
        "minutes": minutes,
        "dispositions": _dispositions(),
        "tracks": [
            (track, drawing.joined(scale, drawn.pieces_of(report, track))) for track in drawn.shown_tracks(report)
        ],
        "track_words": {"camera": _("Camera"), "screen": _("Screen")},
    }


def _history(_report: data.Report, _asked: Asked, _addresses: Addresses) -> dict[str, Any]:
    return {"event_words": history_words.EVENTS, "opened_words": history_words.OPENED}


def _setup_words() -> dict[str, Any]:
    return {
        "addon_words": words.ADDONS,
        "step_names": words.STEPS,
        "reasons": words.REASONS,
        "reason_words": history_words.REASONS,
        "verdicts": words.VERDICTS,
        "reading_words": words.READINGS,
        "is_note": RemarkKind.note,
    }
