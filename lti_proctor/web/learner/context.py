"""What the learner's pages need to know of an attempt, gathered in one place."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import get_locale

from lti_proctor import journal
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts import sites, steps, timing
from lti_proctor.attempts.appointments import Appointment, appointment_of, is_scheduled
from lti_proctor.attempts.effects import extra_time
from lti_proctor.attempts.lifecycle import Event, Phase, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import Passed, StepKey
from lti_proctor.evidence import recordings
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.files import files_of
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.exams.addons import Addon, Capture, Device, Kind
from lti_proctor.exams.config import ExamConfig
from lti_proctor.journal import Actor, Role
from lti_proctor.review.auto import is_computed
from lti_proctor.review.models import Conclusion
from lti_proctor.review.service import conclusions_of
from lti_proctor.web import seb_proof, words
from lti_proctor.web.accommodation_words import spared_of
from lti_proctor.web.capture_words import CAPTURES
from lti_proctor.web.face_words import FINDING_NAMES
from lti_proctor.web.learner import documents, phone, provider
from lti_proctor.web.learner.afterwards import appeal_values
from lti_proctor.web.learner.findings import room_needed
from lti_proctor.web.learner.held import look_values
from lti_proctor.web.noticed import noticed_values
from lti_proctor.web.returns import with_message
from lti_proctor.web.sessions import settings, visit
from lti_proctor.web.shots import shots_of

#: After these the next try is what a learner looks for; after others it is the way back.
AGAIN_FIRST = frozenset({Status.rejected, Status.error, Status.timed_out})


@dataclass(frozen=True)
class RailStep:
    """One entry of the rail of steps."""

    key: str
    name: words.Text
    is_done: bool
    is_current: bool
    outcome: str
    at: datetime | None


@dataclass(frozen=True)
class Facts:
    """The facts that an exam's first page and its frame show."""

    allowed_seconds: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    further_attempts: int
    is_open: bool
    opens_later: bool
    #: Whether the steps may be begun; where times are booked, also before the exam opens.
    may_begin: bool
    is_scheduled: bool
    appointment: Appointment | None
    #: Whether the booked time, if there has to be one, is now.
    may_start: bool


def learner(attempt: Attempt) -> Actor:
    return Actor(Role.learner, attempt.user_id)


def page_values(attempt: Attempt, now: datetime) -> dict[str, Any]:
    """The variables of every interstitial."""
    config = attempts.config_of(attempt)
    actor, facts, conclusion = learner(attempt), facts_of(attempt, config, now), _conclusion(attempt)
    return {
        "attempt": attempt,
        "exam": attempt.exam,
        "config": config,
        "facts": facts,
        "rail": rail_of(attempt, config, now),
        "is_sample": attempt.exam.kind in {Kind.practice, Kind.onboarding},
        "again_first": attempt.status in AGAIN_FIRST or attempt.exam.kind == Kind.practice,
        "may_take_again": attempts.may_take_again(attempt, now) and attempt.resource_link_id is not None,
        "may_decline": attempts.may(attempt, Event.decline, actor, now),
        "conclusion": conclusion,
        "is_computed": is_computed(conclusion),
        "auto_rejects": settings().auto_reject,
        "reasons": words.REASONS,
        **appeal_values(attempt),
        "receipt": journal.receipt(attempts.subject_of(attempt)) if attempt.phase == Phase.done else "",
        "own_photos": _own_photos(attempt) if attempt.phase == Phase.done else [],
        "own_recordings": recordings.recordings_of(attempt) if attempt.phase == Phase.done else [],
        "own_files": files_of(attempt) if attempt.phase == Phase.done else [],
        "photo_names": words.PHOTOS,
        "captures": [CAPTURES[one] for one in evidence.captures_of(config) if one != Capture.shared_report],
        "sharing": CAPTURES[Capture.shared_report][2] if Capture.shared_report in config.captures else "",
        "return_url": _way_back(attempt),
        "seb_quit_url": seb_proof.quit_url(attempt),
        "in_lms": attempt.assessment is not None,
        "starts_there": sites.is_of_site(attempt),
        "takes_face": Capture.face_photo in config.captures,
        "review_until": (attempt.stopped_at or now) + timedelta(days=settings().review_days),
        "seconds_left": attempts.seconds_left(attempt, now),
        "now": now,
        **_until_start(facts, now),
        "steps_on": steps.steps_of(config),
        "step_names": words.STEPS,
        "has_camera": Addon.preview in config.addons,
        "spared": spared_of(attempt),
        **provider.worker_values(attempt),
        **provider.reviewer_values(attempt, is_concluded=conclusion is not None),
        **(_own_report(attempt, now) if has_own_report(attempt) else {}),
    }


def facts_of(attempt: Attempt, config: ExamConfig, now: datetime) -> Facts:
    extra = extra_time(attempt)
    closes = timing.close_for(config.close_at, config.lifetime, extra)
    appointment = appointment_of(attempt, config, now)
    return Facts(
        allowed_seconds=timing.allowed_seconds(config.lifetime, extra),
        opens_at=config.open_at,
        closes_at=closes,
        further_attempts=max(0, config.attempt + 1 - attempt.number),
        is_open=timing.is_open(config.open_at, closes, now),
        opens_later=bool(config.open_at and now < config.open_at) and not is_scheduled(config),
        may_begin=timing.is_open(None if is_scheduled(config) else config.open_at, closes, now),
        is_scheduled=is_scheduled(config),
        appointment=appointment if attempt.phase == Phase.before else None,
        may_start=not is_scheduled(config) or (appointment is not None and appointment.may_start(now)),
    )


def _until_start(facts: Facts, now: datetime) -> dict[str, Any]:
    """For somebody who is ready before the booked time."""
    begins = facts.appointment.starts_at if facts.appointment is not None else now
    is_early = facts.appointment is not None and not facts.may_start
    return {"is_early": is_early, "until_start": max(0, math.ceil((begins - now).total_seconds()))}


def rail_of(attempt: Attempt, config: ExamConfig, now: datetime, current: StepKey | None = None) -> list[RailStep]:
    """The steps before the exam with the last entry "Ready to start"; empty when there are none."""
    listed = steps.steps_of(config)
    if not listed or attempt.phase != Phase.before:
        return []
    passed = attempts.passed_now(attempt, config, now)
    hours = settings().check_hours
    upcoming = steps.next_step(config, passed, now, hours)
    here = current or (upcoming.key if upcoming else None)
    rail = [
        RailStep(
            key=step.key.value,
            name=words.STEPS[step.key],
            is_done=steps.is_passed(step, config, passed, now, hours),
            is_current=step.key == here,
            outcome=_outcome(passed.get(step.key)),
            at=passed[step.key].at if step.key in passed else None,
        )
        for step in listed
    ]
    return [*rail, RailStep("ready", words.READY, False, here is None, "", None)]


def _outcome(passed: Passed | None) -> str:
    return passed.outcome.value if passed else ""


def has_own_report(attempt: Attempt) -> bool:
    """After a practice the learner sees what a proctor would have seen."""
    return attempt.exam.kind == Kind.practice and attempt.status == Status.submitted


def _own_photos(attempt: Attempt) -> list[Evidence]:
    """What belongs to remarks stands in the report. After a practice the pictures from the exam stand beside what was
    found on them, and not here once more.
    """
    apart = {EvidenceKind.remark, EvidenceKind.snapshot} if has_own_report(attempt) else {EvidenceKind.remark}
    return [photo for photo in evidence.photos_of(attempt) if photo.kind not in apart]


def _own_report(attempt: Attempt, now: datetime) -> dict[str, Any]:
    """All that staff would see of a real attempt."""
    return {
        "own_shots": shots_of(attempt),
        "kept_until": evidence.kept_until(attempt, now),
        "finding_names": FINDING_NAMES,
        **noticed_values(attempt, now),
    }


def _way_back(attempt: Attempt) -> str | None:
    """Where the LMS wants its people back, with what there is to say."""
    told = attempt.assessment.return_url if attempt.assessment is not None else None
    if sites.is_of_site(attempt):
        return told
    url = told or visit().get("returns", {}).get(str(attempt.exam.course_id))
    return with_message(url, attempt, locale=str(get_locale() or "")) if url else None


def _conclusion(attempt: Attempt) -> Conclusion | None:
    if attempt.status not in {Status.verified, Status.rejected}:
        return None
    found = conclusions_of(attempt)
    return found[0] if found else None


def step_values(attempt: Attempt, key: StepKey, now: datetime) -> dict[str, Any]:
    """The variables of a step's page beside those of every page."""
    config = attempts.config_of(attempt)
    values: dict[str, Any] = {"rail": rail_of(attempt, config, now, key), "step": key.value}
    if key == StepKey.rules:
        values["kept_until"] = evidence.kept_until(attempt, now)
        values["consent"] = evidence.consent_of(attempt)
    values |= documents.values_of(attempt, key, now) | phone.values_of(attempt, key, now)
    values |= provider.values_of(attempt, key)
    if key in {StepKey.face, StepKey.passport, StepKey.scan, StepKey.extrapages}:
        values["look"] = None
        values["waits_for_person"] = Addon.verify in config.addons
    if key == StepKey.face:
        values |= look_values(attempt, values["photos"], now)
    if key == StepKey.proctor:
        values["place"] = StepKey.proctor.value
    if key == StepKey.check:
        values["needs_camera"] = Device.camera in config.devices
        values["rows"] = list(config.checks)
        values["names"] = {check: str(words.CHECKS[check]) for check in config.checks}
        values["room_mb"] = room_needed(config)
    return values
