"""What each kind of message leads to: one function a message type, one row in `ARRIVALS`."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from lti_proctor import clock, once
from lti_proctor.attempts import assessments
from lti_proctor.attempts.service import attempt_for_launch, get_attempt, latest_attempt, set_parameters
from lti_proctor.errors import Forbidden, Refused
from lti_proctor.exams.overrides import wanted
from lti_proctor.exams.service import Wanted, exam_for_link
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.locales import known
from lti_proctor.lti.arrivals import (
    Comer,
    Place,
    find_or_add_course,
    find_or_add_link,
    find_or_add_user,
    find_place,
    find_user_id,
)
from lti_proctor.lti.claims import MessageType
from lti_proctor.lti.launch import Arrived
from lti_proctor.lti.roles import part_of
from lti_proctor.people.roles import Part
from lti_proctor.people.roster import note_staff
from lti_proctor.platforms.models import ResourceLink
from lti_proctor.web.headers import FRAMES_KEY
from lti_proctor.web.language import LAUNCHED
from lti_proctor.web.lti.landing import Landing
from lti_proctor.web.returns import with_message
from lti_proctor.web.sessions import visit

STAFF = frozenset({Part.instructor, Part.assistant})
DEEP_LINKS = "deep_links"
DEEP_LINK_MINUTES = 120
#: What an LMS does by its messages, beside opening pages.
LMS = Actor(Role.platform)


@dataclass(frozen=True)
class Visitor:
    """Who came with which message, and the origins that may frame what follows."""

    arrived: Arrived
    comer: Comer
    part: Part
    frames: list[str]
    now: datetime


def arrive(arrived: Arrived, *, frames: list[str]) -> Landing:
    """Bring person, link, exam and attempt up to date. Nothing is committed here."""
    now, launch = clock.now(), arrived.launch
    comer = find_or_add_user(arrived, now=now)
    if comer.is_locked:
        raise Forbidden("not_allowed")
    part = part_of(launch.roles, arrived.platform.role_map)
    return ARRIVALS[launch.message_type](Visitor(arrived, comer, part, frames, now))


def _resource_link(visitor: Visitor) -> Landing:
    arrived, comer, part = visitor.arrived, visitor.comer, visitor.part
    place = find_or_add_link(arrived)
    data = _session(visitor, part, place.course_id)
    if part == Part.visitor:
        return Landing(comer.user_id, data, page="shared/visitor.html")
    exam_id = place.exam_id or _set_up(visitor, place)
    if part in STAFF:
        roster_of = _due_roster(visitor, place.course_id)
        return Landing(comer.user_id, data, url_for("instructor.exam", exam_id=exam_id), roster_of=roster_of)
    attempt_id = attempt_for_launch(place.link_id, exam_id, comer.user_id, is_new_user=comer.is_new, now=visitor.now)
    if asked := wanted(arrived.launch.custom):
        set_parameters(get_attempt(attempt_id), asked, actor=LMS, now=visitor.now)
    return Landing(comer.user_id, data, url_for("learner.attempt", attempt_id=attempt_id))


def _set_up(visitor: Visitor, place: Place) -> int:
    """The first launch of a link finds or makes its exam."""
    launch = visitor.arrived.launch
    about = Wanted(
        identifier=launch.custom.get("exam"),
        ancestors=tuple(launch.custom.get("link_history", "").split(",")),
        template=launch.custom.get("template"),
        title=launch.link_title,
    )
    actor = Actor(Role.staff if visitor.part in STAFF else Role.learner, visitor.comer.user_id)
    return exam_for_link(db.session.get_one(ResourceLink, place.link_id), about, actor=actor, now=visitor.now).id


def _session(visitor: Visitor, part: Part, course_id: int, **more: Any) -> dict[str, Any]:
    """What the session knows from this launch on."""
    launch = visitor.arrived.launch
    data: dict[str, Any] = {"parts": {str(course_id): part.value}, FRAMES_KEY: visitor.frames, **more}
    if locale := known(launch.locale):
        data[LAUNCHED] = locale
    if launch.return_url:
        data["returns"] = {str(course_id): launch.return_url}
    return data


def _deep_linking(visitor: Visitor) -> Landing:
    """Keep what the platform asked for in the session and show the choice of exams."""
    arrived, now, wish = visitor.arrived, visitor.now, visitor.arrived.launch.deep_linking
    if visitor.part != Part.instructor:
        raise Forbidden("not_allowed")
    if wish is None:
        raise Refused("token_claim", claim="deep_linking_settings")
    course_id = find_or_add_course(arrived)
    key = secrets.token_urlsafe(9)
    kept = {
        "course": course_id,
        "registration": arrived.platform.id,
        "issuer": arrived.platform.issuer,
        "client_id": arrived.platform.client_id,
        "deployment": arrived.launch.deployment_id,
        "return_url": wish.return_url,
        "accepts_links": wish.accepts_links,
        "accept_multiple": wish.accept_multiple,
        "accept_line_item": wish.accept_line_item,
        "targets": list(wish.targets),
        "data": wish.data,
        "ends": now.timestamp() + DEEP_LINK_MINUTES * 60,
    }
    earlier = {k: v for k, v in visit().get(DEEP_LINKS, {}).items() if v["ends"] > now.timestamp()}
    recent = dict(list(earlier.items())[-4:])
    data = _session(visitor, visitor.part, course_id, **{DEEP_LINKS: {**recent, key: kept}})
    location = url_for("instructor.deep_link", course_id=course_id, key=key)
    return Landing(visitor.comer.user_id, data, location, roster_of=_due_roster(visitor, course_id))


def _due_roster(visitor: Visitor, course_id: int) -> int | None:
    """Staff find a fresh roster: it is read in the background, at most once in each minute."""
    if visitor.arrived.launch.memberships_url is None:
        return None
    note_staff(course_id, visitor.comer.user_id, visitor.part)
    minute = f"{course_id} {visitor.now:%Y-%m-%dT%H:%M}"
    return course_id if once.use("roster", minute, expires_at=visitor.now + timedelta(minutes=2)) else None


def _review(visitor: Visitor) -> Landing:
    """A submission is opened from the gradebook (Submission Review 1.0): its report, for learners only their own."""
    arrived, comer, launch = visitor.arrived, visitor.comer, visitor.arrived.launch
    if visitor.part not in STAFF and launch.for_user != launch.subject:
        raise Forbidden("not_allowed")
    place = find_place(arrived)
    if place is None:
        raise Refused("review_unknown")
    data = _session(visitor, visitor.part, place.course_id)
    whose = find_user_id(arrived.platform.id, str(launch.for_user))
    found = latest_attempt(place.link_id, whose) if whose is not None else None
    if found is None:
        return Landing(comer.user_id, data, page="shared/no_attempt.html")
    if visitor.part not in STAFF:
        return Landing(comer.user_id, data, url_for("learner.attempt", attempt_id=found.id))
    location = url_for("instructor.attempt", exam_id=found.exam_id, attempt_id=found.id)
    return Landing(comer.user_id, data, location)


def _start_proctoring(visitor: Visitor) -> Landing:
    """A learner is to be proctored (Proctoring Services 1.0): whoever comes by this message is one, whatever the roles
    say (section 4.2.1).
    """
    arrived, comer, start = visitor.arrived, visitor.comer, visitor.arrived.launch.start
    if start is None:
        raise Refused("token_claim", claim="start_assessment_url")
    place = find_or_add_link(arrived)
    exam_id = place.exam_id or _set_up(visitor, place)
    told = assessments.Told(
        session_data=start.session_data,
        start_url=start.start_url,
        settings=start.settings,
        echoed=start.echoed,
        control_url=start.control.url if start.control else None,
        control_actions=start.control.actions if start.control else (),
        return_url=arrived.launch.return_url,
    )
    attempt = assessments.open_assessment(
        place.link_id, exam_id, comer.user_id, start.attempt_number, told, actor=LMS, now=visitor.now
    )
    if asked := wanted(arrived.launch.custom):
        set_parameters(attempt, asked, actor=LMS, now=visitor.now)
    data = _session(visitor, Part.learner, place.course_id)
    return Landing(comer.user_id, data, url_for("learner.attempt", attempt_id=attempt.id))


def _end_assessment(visitor: Visitor) -> Landing:
    """The assessment in the LMS is over: the attempt ends here too, and the learner goes where the LMS wants."""
    arrived, comer, end = visitor.arrived, visitor.comer, visitor.arrived.launch.end
    if end is None:
        raise Refused("token_claim", claim="attempt_number")
    link_id = arrived.launch.link_id or None
    attempt = assessments.find_assessment(arrived.deployment_key, comer.user_id, end.attempt_number, link_id)
    if attempt is None:
        raise Refused("assessment_unknown")
    assessments.end_assessment(attempt, problem=end.problem, actor=LMS, now=visitor.now)
    back = arrived.launch.return_url or (attempt.assessment.return_url if attempt.assessment else None)
    if back is not None:
        return Landing(away=with_message(back, attempt, locale=known(arrived.launch.locale)))
    course_id = attempt.link.course_id if attempt.link else 0
    data = _session(visitor, Part.learner, course_id)
    return Landing(comer.user_id, data, url_for("learner.attempt", attempt_id=attempt.id))


ARRIVALS: Mapping[MessageType, Callable[[Visitor], Landing]] = {
    MessageType.resource_link: _resource_link,
    MessageType.deep_linking: _deep_linking,
    MessageType.submission_review: _review,
    MessageType.start_proctoring: _start_proctoring,
    MessageType.end_assessment: _end_assessment,
}
