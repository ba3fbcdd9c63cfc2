"""The learner's appointment: an attempt seen by the schedule (add-on `schedule`)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lti_proctor.attempts import timing
from lti_proctor.attempts.effects import extra_time
from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.addons import Addon
from lti_proctor.exams.config import ExamConfig
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings
from lti_proctor.people.models import User
from lti_proctor.people.presence import watchers
from lti_proctor.schedule import rules
from lti_proctor.schedule import service as schedule
from lti_proctor.schedule.rules import Moment, Wanted


@dataclass(frozen=True)
class Appointment:
    """When it begins and ends; from `opens_at` on the learner sets up, and until `late_at` the exam may be started."""

    moment: Moment
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    late_at: datetime
    booked_at: datetime
    watchers: tuple[User, ...]

    def may_start(self, now: datetime) -> bool:
        return self.moment == Moment.open and now >= self.starts_at


def is_scheduled(config: ExamConfig) -> bool:
    return Addon.schedule in config.addons


def appointment_of(attempt: Attempt, config: ExamConfig, now: datetime) -> Appointment | None:
    """None without one, and for exams that have none."""
    booking = schedule.booking_of(attempt.id) if is_scheduled(config) else None
    if booking is None:
        return None
    settings = current_settings()
    early, late = timedelta(minutes=settings.slot_early_minutes), timedelta(minutes=settings.slot_late_minutes)
    watching = schedule.watchers_of(booking)
    is_watched = len(watching) >= max(1, config.invites.quorum)
    moment = rules.moment_of(booking.starts_at, now, is_watched=is_watched, early=early, late=late)
    return Appointment(
        moment, booking.starts_at, booking.ends_at, booking.starts_at - early, booking.starts_at + late,
        booking.booked_at, tuple(watching),
    )  # fmt: skip


def is_on(attempt: Attempt, config: ExamConfig, now: datetime) -> bool:
    """Whether the exam may be started now, as far as its appointment goes."""
    if not is_scheduled(config):
        return True
    found = appointment_of(attempt, config, now)
    return found is not None and found.may_start(now)


def wanted_by(attempt: Attempt, config: ExamConfig, now: datetime) -> tuple[Wanted, int | None]:
    """What the attempt asks of the schedule, and the seconds that it takes; None without a limit."""
    extra, invites = extra_time(attempt), config.invites
    allowed = timing.allowed_seconds(config.lifetime, extra)
    begins = [at for at in (now, invites.plan_after, config.open_at) if at is not None]
    wanted = Wanted(
        quarters=rules.quarters_for(allowed),
        earliest=max(begins),
        latest=min(at for at in (invites.plan_before, now + rules.AHEAD) if at is not None),
        ends_by=timing.close_for(config.close_at, config.lifetime, extra),
        quorum=invites.quorum,
        concurrent=invites.concurrent,
    )
    return wanted, allowed


def candidates(exam: Exam, config: ExamConfig) -> list[User]:
    """Who may be chosen to watch: those whom the exam invites, else all who may watch over it."""
    return watchers(exam.course_id, config.invites.logins or config.members)


def free_times(attempt: Attempt, config: ExamConfig, now: datetime) -> list[datetime]:
    """The starts that the learner may choose from, the earliest first."""
    wanted, allowed = wanted_by(attempt, config, now)
    ids = [user.id for user in candidates(attempt.exam, config)]
    return rules.offered(schedule.free_slots(ids, wanted, besides=attempt.id), wanted, allowed)
