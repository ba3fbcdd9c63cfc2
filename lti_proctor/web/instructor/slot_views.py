"""The slots of those who watch over an exam, and what learners have booked."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.appointments import Appointment, appointment_of, candidates
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Invalid, Refused
from lti_proctor.exams.addons import Addon
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.people.roles import Permission
from lti_proctor.schedule import service as schedule
from lti_proctor.schedule.models import Booking
from lti_proctor.schedule.rules import QUARTER
from lti_proctor.web.access import actor, load_exam, may
from lti_proctor.web.language import choose_timezone
from lti_proctor.web.schedule_words import MOMENTS, OF_SCHEDULE
from lti_proctor.web.words import Badge

#: How many bookings and stretches of time the page lists, the next ones first.
LISTED = 200
FIELDS = ("proctor", "day", "begins", "ends")


def add_to(bp: Blueprint) -> None:
    base = "/exams/<int:exam_id>/slots"
    bp.add_url_rule(base, "slots", slots, methods=["GET"])
    bp.add_url_rule(base, "change_slots", change, methods=["POST"])


def slots(exam_id: int) -> str:
    return _page(load_exam(exam_id, Permission.attempt_view), dict.fromkeys(FIELDS, ""), None)


def change(exam_id: int) -> Response | tuple[str, int]:
    """Add slots of one proctor from a time to another of the same day, or take free ones away."""
    exam = load_exam(exam_id, Permission.exam_edit)
    given = {name: request.form.get(name, "").strip() for name in FIELDS}
    if not FlaskForm().validate():
        raise Refused("form_expired")
    proctor = next((u for u in candidates(exam, exam.config) if u.username == given["proctor"]), None)
    times = _span(given)
    if proctor is None or times is None:
        return _page(exam, given, (_("Something is missing"), _("Choose a proctor, a day, and two times."))), 422
    who, now = actor(Role.staff), clock.now()
    try:
        if request.form.get("do") == "remove":
            n = schedule.remove_slots(proctor, *times, actor=who, now=now)
            said = ngettext("%(num)s slot was taken away.", "%(num)s slots were taken away.", n)
        else:
            n = schedule.add_slots(proctor, *times, actor=who, now=now)
            said = ngettext("%(num)s slot was added.", "%(num)s slots were added.", n)
    except (Invalid, Refused) as problem:
        db.session.rollback()
        return _page(exam, given, _words(problem)), 422
    db.session.commit()
    flash(said if n else _("Nothing had to be changed."))
    return redirect(url_for("instructor.slots", exam_id=exam.id), 303)


def _words(problem: Invalid | Refused) -> tuple[str, str]:
    if problem.code == "slots_booked":
        n = int(problem.details["learners"])
        what = ngettext("%(num)s learner has booked in this time", "%(num)s learners have booked in this time", n)
    else:
        what = str(OF_SCHEDULE[problem.code].what)
    return what, str(OF_SCHEDULE[problem.code].steps[0])


def _span(given: dict[str, str]) -> tuple[datetime, datetime] | None:
    """Two moments in the reader's time zone; midnight as the end is that of the following night."""
    try:
        day = date.fromisoformat(given["day"])
        begins, ends = (time.fromisoformat(given[name]) for name in ("begins", "ends"))
        last = day + timedelta(days=1) if ends == time(0) else day
    except (ValueError, OverflowError):
        return None
    if begins.tzinfo or ends.tzinfo or not 2000 <= day.year < 2200:
        return None
    zone = ZoneInfo(choose_timezone())
    first, second = (datetime.combine(on, at, zone).astimezone(UTC) for on, at in ((day, begins), (last, ends)))
    return first, second


def _page(exam: Exam, given: dict[str, str], problem: tuple[str, str] | None) -> str:
    now, config = clock.now(), exam.config
    watching = candidates(exam, config)
    zone = ZoneInfo(choose_timezone())
    stretches, bookings = schedule.stretches(watching, now), _bookings(exam, now)
    return render_template(
        "instructor/slots.html",
        exam=exam,
        tab="slots",
        may_edit=may(Permission.exam_edit, exam=exam),
        is_on=Addon.schedule in config.addons,
        proctors=watching,
        stretches=[(found, _cut(found, zone)) for found in stretches[:LISTED]],
        bookings=bookings[:LISTED],
        listed=LISTED,
        is_cut=max(len(stretches), len(bookings)) > LISTED,
        given=given,
        today=now.astimezone(zone).date().isoformat(),
        problem=problem,
        step_seconds=int(QUARTER.total_seconds()),
    )


def _cut(found: schedule.Stretch, zone: ZoneInfo) -> dict[str, str] | None:
    """The fields that would take a stretch away; None where it lies on more than one day here."""
    begins, ends = found.starts_at.astimezone(zone), found.ends_at.astimezone(zone)
    is_midnight = ends.time() == time(0) and ends.date() == begins.date() + timedelta(days=1)
    if begins.date() != ends.date() and not is_midnight:
        return None
    return {"day": begins.date().isoformat(), "begins": begins.strftime("%H:%M"), "ends": ends.strftime("%H:%M")}


def _bookings(exam: Exam, now: datetime) -> list[tuple[Attempt, Appointment, Badge | None]]:
    """What is booked from yesterday on, with a word where it says more than the attempt's status."""
    query = (
        select(Attempt)
        .join(Booking, Booking.attempt_id == Attempt.id)
        .where(Attempt.exam_id == exam.id, Booking.ends_at > now - timedelta(days=1))
        .order_by(Booking.starts_at, Attempt.id)
        .limit(LISTED + 1)
    )
    found = [(row, appointment_of(row, attempts.config_of(row), now)) for row in db.session.scalars(query)]
    return [
        (row, told, MOMENTS.get(told.moment) if row.phase == Phase.before else None)
        for row, told in found
        if told is not None
    ]
