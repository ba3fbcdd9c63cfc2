"""The timeline with its words: `report.drawing` says where things stand, this what they are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from lti_proctor import clock
from lti_proctor.evidence.models import Track
from lti_proctor.exams.addons import Addon
from lti_proctor.report import data, drawing
from lti_proctor.report.drawing import Disc, Scale
from lti_proctor.web.report.log import Row, Times
from lti_proctor.web.report.review_words import DISPOSITIONS

ZOOMS = (1, 2, 4, 8)
DAY = 86400
#: Lines of the second lane, from the top.
TRACK_TOP, TRACK_STEP = 92, 20
HEAT_BASE = 226


@dataclass(frozen=True, slots=True)
class Drawn:
    """A disc with its sign, words and the row that it leads to; `n` things stand in it. `at` and `to` are
    milliseconds.
    """

    x: float
    sign: str
    n: int
    classes: str
    is_current: bool
    label: str
    href: str
    at: int
    to: int


def timeline_values(
    report: data.Report, scale: Scale, rows: Sequence[Row], found: Sequence[Disc], zone: tzinfo
) -> dict[str, Any]:
    """For `report/_timeline.html`."""
    times, heat = Times(zone), {one.minute: one.heat for one in report.minutes}
    tracks, bars = _tracks(report, scale), drawing.bars(scale, heat) if report.scores.weights else []
    return {
        "scale": scale,
        "zooms": ZOOMS,
        "ticks": [(tick.x, _label(tick, scale)) for tick in drawing.ticks(scale, zone)],
        "tracks": tracks,
        "bars": drawing.paths(bars, HEAT_BASE),
        "peaks": [bar for bar in bars if bar.label],
        "discs": _discs(found, {row.key: row for row in rows}, times),
        "base": HEAT_BASE,
        "track_words": {Track.camera: _("Camera"), Track.screen: _("Screen")},
    }


def _label(tick: drawing.Tick, scale: Scale) -> str:
    if scale.seconds > DAY:
        return f"{tick.at:%d.%m. %H:%M}"
    return f"{tick.at:%H:%M:%S}" if tick.has_seconds else f"{tick.at:%H:%M}"


def shown_tracks(report: data.Report) -> list[Track]:
    """What was to be recorded, or was."""
    on = set(report.exam.addons)
    wanted = {Track.camera: Addon.record in on, Track.screen: {Addon.record, Addon.screen} <= on}
    recorded = {recording.track for recording in report.recordings}
    return [track for track in Track if wanted[track] or track in recorded]


def _tracks(report: data.Report, scale: Scale) -> list[tuple[Track, int, list[drawing.Stretch]]]:
    return [
        (track, TRACK_TOP + n * TRACK_STEP, drawing.track(scale, pieces_of(report, track)))
        for n, track in enumerate(shown_tracks(report))
    ]


def pieces_of(report: data.Report, track: Track) -> list[tuple[Any, Any]]:
    return [(one.begins_at, one.ends_at) for one in report.recordings if one.track == track]


def recorded_share(report: data.Report, scale: Scale) -> int | None:
    """How much of the attempt the camera has recorded, in per cent; None where nothing was to be."""
    tracks = shown_tracks(report)
    return round(100 * drawing.covered(scale, pieces_of(report, tracks[0]))) if tracks else None


def _discs(found: Sequence[Disc], rows: Mapping[str, Row], times: Times) -> list[Drawn]:
    return [_several(disc, rows, times) if len(disc.events) > 1 else _single(disc, rows, times) for disc in found]


def _single(disc: Disc, rows: Mapping[str, Row], times: Times) -> Drawn:
    [event] = disc.events
    row, at = rows.get(event.key), clock.to_ms(event.at)
    said = row.words if row else str(_("Picture"))
    label = str(_("%(time)s: %(what)s", time=times.of(event.at), what=said))
    if event.state:
        state = DISPOSITIONS[event.state][1]  # type: ignore[index]
        label = str(_("%(time)s: %(what)s. Flag: %(state)s", time=times.of(event.at), what=said, state=state))
    href = row.href if row else f"?part=pictures#{event.key}"
    return Drawn(disc.x, event.kind, 1, event.state, disc.is_current, label, href, at, at)


def _several(disc: Disc, rows: Mapping[str, Row], times: Times) -> Drawn:
    first, last, n = disc.events[0], disc.events[-1], len(disc.events)
    said = ngettext("%(num)s event", "%(num)s events", n)
    label = str(
        _("%(begins)s to %(ends)s: %(n)s, opens a list", begins=times.of(first.at), ends=times.of(last.at), n=said)
    )
    listed = next((rows[event.key].href for event in disc.events if event.key in rows), f"?part=pictures#{first.key}")
    at, to = clock.to_ms(first.at), clock.to_ms(last.at)
    return Drawn(disc.x, "several", n, disc.state, disc.is_current, label, listed, at, to)


def busy_minutes(report: data.Report, scale: Scale) -> list[list[int]]:
    """Stretches of minutes with flags that nobody has dismissed, `[first, behind the last]`: the rest is quiet."""
    last = int(scale.seconds // 60)
    minutes: set[int] = set()
    for flag in report.flags:
        if flag.disposition != "dismissed":
            start = int((flag.starts_at - scale.begins).total_seconds() // 60)
            end = int((flag.ends_at - scale.begins).total_seconds() // 60)
            minutes.update(range(min(max(start, 0), last), min(max(end, 0), last) + 1))
    found: list[list[int]] = []
    for minute in sorted(minutes):
        if found and found[-1][1] == minute:
            found[-1][1] = minute + 1
        else:
            found.append([minute, minute + 1])
    return found


def minute_table(report: data.Report) -> tuple[list[str], list[list[int | None]]]:
    """The metrics that count, and a row for each minute with a word about it: minute, heat, values."""
    metrics = sorted(report.scores.weights)
    rows = [
        [one.minute, _whole(one.heat), *(_whole(one.values.get(metric)) for metric in metrics)]
        for one in report.minutes
    ]
    return [metric.value for metric in metrics], rows


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
