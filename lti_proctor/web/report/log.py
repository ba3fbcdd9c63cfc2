"""What happened in an attempt as rows of a list and discs of a drawing: flags, notes, pictures, milestones."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from flask_babel import gettext as _

from lti_proctor import clock
from lti_proctor.attempts.lifecycle import Event as Happening
from lti_proctor.chat.models import Side
from lti_proctor.evidence.models import EvidenceKind
from lti_proctor.faces.looks import Match
from lti_proctor.monitoring.models import Disposition
from lti_proctor.report import data
from lti_proctor.report.drawing import Event
from lti_proctor.review.models import RemarkKind
from lti_proctor.web import history_words, words
from lti_proctor.web.report.review_words import SAID

#: The sign of each milestone; the rest of the history is on a page of its own.
MILESTONES: Mapping[str, str] = {
    f"attempt.{Happening.start}": "play",
    f"attempt.{Happening.pause}": "pause",
    f"attempt.{Happening.resume}": "play",
    f"attempt.{Happening.ask_to_submit}": "dash",
    f"attempt.{Happening.go_back}": "play",
    f"attempt.{Happening.submit}": "check",
    f"attempt.{Happening.terminate}": "check",
    f"attempt.{Happening.time_out}": "check",
    f"attempt.{Happening.fail}": "alert",
    f"attempt.{Happening.extend}": "play",
}
#: Pictures from the exam itself; those from before it show who somebody is.
FROM_EXAM = frozenset({EvidenceKind.snapshot, EvidenceKind.phone})
#: So much of a message stands in a row.
SHORT = 80
TO_LOOK_AT = frozenset({Match.doubtful, Match.different})


class Row(NamedTuple):
    """`at` in milliseconds; `flag` is the id of a flag, else 0; `href` is where it leads without script. A tuple, as a
    page has hundreds.
    """

    key: str
    at: int
    time: str
    icon: str
    words: str
    href: str
    flag: int = 0
    state: str = ""


class Times:
    """The time on the wall of the attempt, and lengths. Formatting by the reader's language, and looking the sentence
    up each time, would take most of a page's time.
    """

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self._minutes, self._seconds = _("%(minutes)s min %(seconds)s s"), _("%(seconds)s s")

    def of(self, at: datetime) -> str:
        return at.astimezone(self.zone).isoformat(" ", "seconds")[11:19]

    def length(self, seconds: float) -> str:
        minutes, rest = divmod(max(round(seconds), 1), 60)
        return str((self._minutes if minutes else self._seconds) % {"minutes": minutes, "seconds": rest})


def metric_names(report: data.Report) -> dict[str, str]:
    used = {flag.metric for flag in report.flags} | {row.metric for row in report.averages} | set(report.scores.weights)
    return {metric.value: str(words.METRICS[metric]) for metric in sorted(used)}


def flag_rows(flags: Iterable[data.Flag], names: Mapping[str, str], times: Times) -> list[Row]:
    return [
        Row(
            key=f"flag-{flag.id}",
            at=clock.to_ms(flag.starts_at),
            time=times.of(flag.starts_at),
            icon="flag",
            words=f"{names[flag.metric]}, {times.length(flag.seconds)}",
            href=f"?flag={flag.id}",
            flag=flag.id,
            state=flag.disposition.value,
        )
        for flag in flags
    ]


def other_rows(report: data.Report, times: Times) -> list[Row]:
    """Milestones, notes and incidents, pictures that somebody should look at, and the chat."""
    return [*_milestones(report, times), *_remarks(report, times), *_pictures(report, times), *_chat(report, times)]


def _milestones(report: data.Report, times: Times) -> Iterable[Row]:
    for entry in report.history:
        sign = MILESTONES.get(entry.action)
        if sign is not None:
            key, said = f"entry-{entry.place}", str(history_words.EVENTS[entry.action])
            yield Row(key, clock.to_ms(entry.at), times.of(entry.at), sign, said, f"#{key}")


def _remarks(report: data.Report, times: Times) -> Iterable[Row]:
    said = {kind: str(text) for kind, text in SAID.items()}
    for remark in report.remarks:
        if remark.moment is not None:
            key = f"remark-{remark.id}"
            sign = "edit" if remark.kind == RemarkKind.note else "alert"
            yield Row(key, clock.to_ms(remark.moment), times.of(remark.moment), sign, said[remark.kind], f"#{key}")


def _pictures(report: data.Report, times: Times) -> Iterable[Row]:
    for photo in report.photos:
        if photo.kind in FROM_EXAM and any(one.match in TO_LOOK_AT for one in photo.comparisons):
            key = f"photo-{photo.id}"
            href = f"?part=pictures#{key}"
            yield Row(key, clock.to_ms(photo.at), times.of(photo.at), "photo", str(_("Picture: please look")), href)


def _chat(report: data.Report, times: Times) -> Iterable[Row]:
    words = {Side.learner: _("Learner: “%(text)s”"), Side.staff: _("Proctor: “%(text)s”")} if report.messages else {}
    for one in report.messages or []:
        key, text = f"message-{one.id}", " ".join(one.text.split())
        said = str(words[one.side]) % {"text": text if len(text) <= SHORT else f"{text[:SHORT].rstrip()}…"}
        yield Row(key, clock.to_ms(one.at), times.of(one.at), "chat", said, f"?part=files#{key}")


def events(report: data.Report, rows: Iterable[Row]) -> list[Event]:
    """For the first lane of the drawing: every row, and every picture from the exam."""
    listed = [Event(clock.from_ms(row.at), row.icon, row.key, row.state) for row in rows if row.icon != "photo"]
    pictures = [Event(one.at, "photo", f"photo-{one.id}") for one in report.photos if one.kind in FROM_EXAM]
    return [*listed, *pictures]


def current_of(report: data.Report, wanted: int) -> data.Flag | None:
    """The flag that was asked for, else the first open one, else the first."""
    if not report.flags:
        return None
    asked = next((flag for flag in report.flags if flag.id == wanted), None)
    still_open = next((flag for flag in report.flags if flag.disposition == Disposition.open), None)
    return asked or still_open or report.flags[0]


def flag_data(flag: data.Flag) -> dict[str, Any]:
    """What the page's script needs of a flag."""
    return {
        "id": flag.id,
        "metric": flag.metric.value,
        "begins": clock.to_ms(flag.starts_at),
        "ends": clock.to_ms(flag.ends_at),
        "state": flag.disposition.value,
        "answer": flag.answer or "",
    }
