"""The step `schedule`: days and times to choose from, the booked time, and the file for a calendar."""

import math
from datetime import UTC, date, datetime
from typing import Any

from babel.dates import format_skeleton
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale, get_timezone, to_user_timezone
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from icalendar import Calendar, Event
from werkzeug.wrappers import Response as BaseResponse

from lti_proctor import clock
from lti_proctor.attempts import booking
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.appointments import Appointment, appointment_of, free_times
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import StepKey
from lti_proctor.errors import NotFound, Refused
from lti_proctor.extensions import db
from lti_proctor.people.roles import Permission
from lti_proctor.schedule.rules import Moment
from lti_proctor.web.access import load_attempt
from lti_proctor.web.learner.context import learner, page_values, step_values
from lti_proctor.web.schedule_words import ON_THE_PAGE
from lti_proctor.web.sessions import settings

DAY_SECONDS = 86_400


def add_to(bp: Blueprint) -> None:
    base = "/<int:attempt_id>/appointment"
    bp.add_url_rule(base, "book", book, methods=["POST"])
    bp.add_url_rule(f"{base}/give-back", "give_back", give_back, methods=["POST"])
    bp.add_url_rule(f"{base}.ics", "calendar", calendar, methods=["GET"])


def book(attempt_id: int) -> BaseResponse | tuple[str, int]:
    """Take a time, or another one. Whoever was too slow sees the list again, and keeps what they had."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    start = _start(request.form.get("start", ""))
    if not FlaskForm().validate():
        raise Refused("form_expired")
    if start is None:
        return _again(found, now, "slot_choose")
    try:
        booking.book(found, start, actor=learner(found), now=now)
    except Refused as refused:
        db.session.rollback()
        if refused.code not in booking.TOLD_ON_THE_PAGE:
            raise
        return _again(found, now, refused.code)
    db.session.commit()
    return redirect(url_for("learner.attempt", attempt_id=found.id), 303)


def give_back(attempt_id: int) -> BaseResponse:
    found = load_attempt(attempt_id, Permission.attempt_take)
    if not FlaskForm().validate():
        raise Refused("form_expired")
    booking.give_back(found, actor=learner(found), now=clock.now())
    db.session.commit()
    return redirect(url_for("learner.attempt", attempt_id=found.id), 303)


def calendar(attempt_id: int) -> Response:
    """The booked time as an event (RFC 5545)."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    appointment = appointment_of(found, attempts.config_of(found), now)
    if appointment is None:
        raise NotFound("page")
    event = Event()
    event.add("uid", f"{found.identifier}@lti-proctor")
    event.add("dtstamp", now)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.ends_at)
    event.add("summary", found.exam.title)
    minutes = settings().slot_early_minutes
    event.add("description", _("Open the exam from your course %(n)s minutes before it begins.", n=minutes))
    made = Calendar()
    made.add("prodid", "-//LTI Proctor//EN")
    made.add("version", "2.0")
    made.add_component(event)
    headers = {"Content-Type": "text/calendar; charset=utf-8", "Content-Disposition": 'attachment; filename="exam.ics"'}
    return make_response(made.to_ical(), 200, headers)


def _again(found: Attempt, now: datetime, problem: str) -> tuple[str, int]:
    if found.phase != Phase.before or StepKey.schedule not in [s.key for s in page_values(found, now)["steps_on"]]:
        raise Refused("slot_fixed")
    values = {**page_values(found, now), **step_values(found, StepKey.schedule, now), "problem": problem}
    return render_template("learner/schedule.html", **values, **schedule_values(found, now, problem)), 422


def schedule_values(found: Attempt, now: datetime, problem: str | None = None) -> dict[str, Any]:
    """What the step's page shows: the appointment, or days with their free times, of which one is open."""
    config = attempts.config_of(found)
    appointment = appointment_of(found, config, now)
    moment = appointment.moment if appointment is not None else Moment.choose
    chooses = moment != Moment.booked or problem is not None or request.args.get("change") == "1"
    times = free_times(found, config, now) if chooses else []
    if moment == Moment.booked and appointment is not None:
        times = [at for at in times if at != appointment.starts_at]
    days: dict[date, list[datetime]] = {}
    for at in times:
        days.setdefault(to_user_timezone(at).date(), []).append(at)
    shown = _day(request.values.get("day", ""))
    shown = shown if shown in days else next(iter(days), None)
    return {
        "appointment": appointment,
        "moment": moment.value,
        "chooses": chooses,
        "days": [(day.isoformat(), _short(free[0]), len(free)) for day, free in days.items()],
        "shown": shown.isoformat() if shown else None,
        "times": days.get(shown, []) if shown else [],
        "early_minutes": settings().slot_early_minutes,
        "late_minutes": settings().slot_late_minutes,
        "problem_words": ON_THE_PAGE,
        "ticking": countdown(appointment, now) if moment == Moment.booked and appointment is not None else None,
    }


def countdown(appointment: Appointment, now: datetime) -> dict[str, int]:
    """Whole days and seconds until the page goes on; a clock counts them where it is less than a day."""
    seconds = max(0, math.ceil((appointment.opens_at - now).total_seconds()))
    return {"days": seconds // DAY_SECONDS, "seconds": seconds}


def _short(at: datetime) -> str:
    """A day on a button: Tue, 24 Nov."""
    locale = get_locale()
    return str(format_skeleton("MMMEd", at, tzinfo=get_timezone(), locale=locale))


def _start(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
