"""What goes by itself: files that no exam names any more, and what the content kept of attempts that are long over."""

from datetime import timedelta

from sqlalchemy import and_, delete, func, select

from lti_proctor import clock, jobs, outbox
from lti_proctor.attempts.keeping import promises
from lti_proctor.attempts.lifecycle import Phase, statuses_in
from lti_proctor.attempts.models import Attempt
from lti_proctor.content import service
from lti_proctor.content.models import Document, Package, Statement
from lti_proctor.exams.models import Exam, ExamTemplate, ExamVersion
from lti_proctor.extensions import db
from lti_proctor.outbox import Effect
from lti_proctor.storage import store

#: An upload is not yet named by its exam while it is being kept.
YOUNG = timedelta(hours=1)
RUNNING = statuses_in(Phase.running)
NOT_RUNNING = statuses_in(Phase.before, Phase.blocked, Phase.done)


@outbox.handles(service.ERASE)
def erase(effect: Effect) -> None:
    """Delete the bytes of files that no row names any more."""
    store().delete_folder(effect.payload["folder"])


@jobs.job("content.sweep", every_minute=True)
def sweep() -> None:
    """Remove the files that no exam, no template and no attempt that runs goes by."""
    now = clock.now()
    pinned = and_(Attempt.exam_id == ExamVersion.exam_id, Attempt.config_version == ExamVersion.version)
    named = [
        select(Exam.stored["package"].as_string().label("name")),
        select(ExamTemplate.stored["package"].as_string().label("name")),
        select(ExamVersion.stored["package"].as_string().label("name"))
        .select_from(ExamVersion)
        .join(Attempt, pinned)
        .where(Attempt.status.in_(RUNNING)),
    ]
    old = select(Package).where(Package.created_at < now - YOUNG)
    for names in named:
        known = names.subquery()
        old = old.where(Package.identifier.not_in(select(known.c.name).where(known.c.name.is_not(None))))
    for package in list(db.session.scalars(old.order_by(Package.id).limit(100))):
        service.remove(package, now=now)


@jobs.job("content.expire", every_minute=True)
def expire() -> None:
    """Statements and documents go when the evidence of their attempt would."""
    now = clock.now()
    for table, kept_at in ((Statement, Statement.stored_at), (Document, Document.updated_at)):
        with_records = [Attempt.status.in_(NOT_RUNNING), Attempt.id.in_(select(table.attempt_id))]
        for same_promise, length in promises(*with_records):
            counted_from = func.coalesce(Attempt.stopped_at, kept_at)
            expired = (
                select(table.id)
                .join(Attempt)
                .where(Attempt.status.in_(NOT_RUNNING), same_promise, counted_from <= now - length)
            )
            db.session.execute(delete(table).where(table.id.in_(expired)))
