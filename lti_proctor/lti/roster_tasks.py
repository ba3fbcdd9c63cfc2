"""Rosters read in the background: when staff come in, when they ask, and now and then while a course is in use."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from lti_proctor import clock, jobs, once
from lti_proctor.errors import Upstream
from lti_proctor.extensions import current_settings, db
from lti_proctor.lti import roster
from lti_proctor.people.models import SignIn
from lti_proctor.people.roster import take_over
from lti_proctor.platforms.models import Course, ResourceLink

log = structlog.get_logger()
#: Waits before the second and the third try.
RETRY_SECONDS = (60, 300)
#: The newest links of a course, asked for where the course as a whole is not told.
MOST_LINKS = 20
IN_USE = timedelta(days=1)


@jobs.job("lti.roster")
def read_roster(course_id: int, tries: int = 1) -> None:
    """Read who is in a course. What can't be read leaves the old roster and the reason, and is tried again twice."""
    course = db.session.get(Course, course_id)
    if course is None or course.memberships_url is None or not course.deployment.registration.is_active:
        return
    now = clock.now()
    try:
        found = roster.fetch(
            course.deployment.registration, course.memberships_url, link_ids=_link_ids(course), now=now
        )
    except Upstream as problem:
        log.warning("roster.failed", course=course_id, code=problem.code, tries=tries)
        course.roster_error = problem.code
        if not problem.permanent and tries <= len(RETRY_SECONDS):
            wait = max(RETRY_SECONDS[tries - 1], problem.retry_after or 0)
            jobs.put("lti.roster", course_id, tries + 1, at=now + timedelta(seconds=wait))
        return
    if found.members or found.note is None:
        take_over(course, found.members, is_whole=found.note is None, now=now)
    course.roster_error = found.note


def _link_ids(course: Course) -> list[str]:
    query = select(ResourceLink.link_id).where(ResourceLink.course_id == course.id)
    return list(db.session.scalars(query.order_by(ResourceLink.id.desc()).limit(MOST_LINKS)))


@jobs.job("lti.refresh_rosters", every_minute=True)
def refresh_rosters() -> None:
    """Once in each hour, queue the courses that are in use and whose roster is older than `roster_hours`."""
    now = clock.now()
    if not once.use("rosters", f"{now:%Y-%m-%dT%H}", expires_at=now + timedelta(hours=1)):
        return
    old = now - timedelta(hours=current_settings().roster_hours)
    stale = (Course.roster_at.is_(None)) | (Course.roster_at < old)
    for course_id in _in_use(now):
        query = select(Course.id).where(Course.id == course_id, Course.memberships_url.is_not(None), stale)
        if db.session.scalar(query) is not None:
            jobs.put("lti.roster", course_id)


def _in_use(now: datetime) -> list[int]:
    """Courses that somebody came in from during the last day, as the sessions tell that are still kept."""
    recent = select(SignIn.data).where(SignIn.created_at > now - IN_USE)
    parts = (data.get("parts", {}) for data in db.session.scalars(recent))
    return sorted({int(course_id) for part in parts for course_id in part})
