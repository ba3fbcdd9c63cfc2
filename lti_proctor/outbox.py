"""Effects that must never be lost: a row in the transaction that decided them, then a job, then a sweeper.

Rows of one lane (for instance one learner's grade in one column) are delivered in the order they were written, one
at a time. A row that the other side refuses for good, or that found nobody for `outbox_days`, is put aside: staff
see it with its last error and can send it again.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

import structlog
from flask import current_app
from sqlalchemy import CheckConstraint, CursorResult, Index, event, func, inspect, select, update
from sqlalchemy.orm import Mapped, Session, SessionTransaction, aliased, mapped_column

from lti_proctor import clock, jobs
from lti_proctor.errors import Upstream
from lti_proctor.extensions import Base, Json, db, enum_column
from lti_proctor.settings import Settings

log = structlog.get_logger()
CLAIM = timedelta(minutes=5)
QUICK = 3.0
Handler = Callable[["Effect"], None]
HANDLERS: dict[str, Handler] = {}


class State(StrEnum):
    waiting = "waiting"
    done = "done"
    aside = "aside"


class Effect(Base):
    """One effect on the outside world that is to happen exactly once, as far as the other side allows.

    pii: none (ids only).  kept: for good, as the record of what others were told.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "due_at"),
        Index("ix_outbox_lane", "lane", "id"),
        Index("ix_outbox_subject", "subject"),
        CheckConstraint("tries >= 0", name="tries"),
    )

    kind: Mapped[str] = mapped_column()
    lane: Mapped[str] = mapped_column()
    subject: Mapped[str] = mapped_column()
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[State] = mapped_column(enum_column(State, "state"), default=State.waiting)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime] = mapped_column()
    claimed_until: Mapped[datetime | None] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column()
    last_error: Mapped[str | None] = mapped_column()


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that delivers effects of a kind; it raises `Upstream` when the other side fails."""

    def register(function: Handler) -> Handler:
        if HANDLERS.setdefault(kind, function) is not function:
            raise RuntimeError(f"two handlers for {kind}")
        return function

    return register


def put(kind: str, *, lane: str, subject: str, payload: dict[str, Any], now: datetime) -> Effect:
    """Write an effect into the present transaction; after the commit it is tried at once.

    `subject` names what it belongs to (`attempt:12`), `payload` carries ids and codes, never names or tokens.
    """
    effect = Effect(kind=kind, lane=lane, subject=subject, payload=payload, created_at=now, due_at=now)
    db.session.add(effect)
    return effect


def of(subject: str) -> list[Effect]:
    return list(db.session.scalars(select(Effect).where(Effect.subject == subject).order_by(Effect.id)))


def send_again(effect: Effect, *, now: datetime) -> None:
    """Staff's "send it now", also for a row put aside."""
    effect.state = State.waiting
    effect.due_at = now
    effect.claimed_until = None
    db.session.info.setdefault("effects", []).append(effect)


@jobs.job("outbox.deliver")
def deliver(effect_id: int) -> None:
    """Deliver one effect if it is due, first in its lane and not in other hands."""
    now = clock.now()
    if not _claim(effect_id, now):
        return
    effect = db.session.get_one(Effect, effect_id)
    try:
        HANDLERS[effect.kind](effect)
    except Upstream as problem:
        db.session.rollback()
        _failed(db.session.get_one(Effect, effect_id), problem, clock.now())
    except Exception:
        log.exception("outbox.broke", effect=effect_id)
        db.session.rollback()
        _failed(db.session.get_one(Effect, effect_id), Upstream("internal", permanent=False), clock.now())
    else:
        _done(effect, clock.now())
    db.session.commit()


@jobs.job("outbox.sweep", every_minute=True)
def sweep() -> None:
    """Queue again what is due: the queue may have lost it, or nobody was there to run it."""
    now = clock.now()
    for effect_id in db.session.scalars(_due(now).limit(2000)):
        jobs.put("outbox.deliver", effect_id)


def deliver_due() -> int:
    """Deliver everything that is due now, here; for tests and the command line. Returns how many were tried."""
    tried = 0
    while rows := list(db.session.scalars(_due(clock.now()).limit(500))):
        for effect_id in rows:
            deliver(effect_id)
            tried += 1
    return tried


def _due(now: datetime) -> Any:
    first = select(Effect.lane, func.min(Effect.id).label("id")).where(Effect.state == State.waiting)
    heads = first.group_by(Effect.lane).subquery()
    free = (Effect.claimed_until.is_(None)) | (Effect.claimed_until < now)
    return (
        select(Effect.id).join(heads, Effect.id == heads.c.id).where(Effect.due_at <= now, free).order_by(Effect.due_at)
    )


def _claim(effect_id: int, now: datetime) -> bool:
    """Take the row for a few minutes. Exactly one worker gets it, and only when it is the first of its lane."""
    earlier = aliased(Effect)
    is_first = ~(
        select(earlier.id)
        .where(earlier.lane == Effect.lane, earlier.id < Effect.id, earlier.state == State.waiting)
        .correlate(Effect)
        .exists()
    )
    free = (Effect.claimed_until.is_(None)) | (Effect.claimed_until < now)
    taken = db.session.execute(
        update(Effect)
        .where(Effect.id == effect_id, Effect.state == State.waiting, Effect.due_at <= now, free, is_first)
        .values(claimed_until=now + CLAIM, tries=Effect.tries + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return cast(CursorResult[Any], taken).rowcount == 1


def _done(effect: Effect, now: datetime) -> None:
    effect.state, effect.done_at, effect.last_error, effect.claimed_until = State.done, now, None, None
    _wake_next(effect)


def _failed(effect: Effect, problem: Upstream, now: datetime) -> None:
    settings: Settings = current_app.extensions["settings"]
    effect.claimed_until = None
    effect.last_error = problem.code
    too_old = now - effect.created_at > timedelta(days=settings.outbox_days)
    if problem.permanent or too_old:
        effect.state = State.aside
        log.warning("outbox.aside", effect=effect.id, kind=effect.kind, error=problem.code)
        _wake_next(effect)
        return
    effect.due_at = now + timedelta(seconds=retry_delay(effect.tries, problem.retry_after, settings))
    db.session.info.setdefault("later", []).append((effect.id, effect.due_at))


def retry_delay(tries: int, asked: float | None, settings: Settings) -> float:
    """Seconds until the next try: doubling with a little chance in it, never before the other side wants it."""
    growing = min(settings.outbox_first_retry_seconds * 2 ** min(tries - 1, 20), settings.outbox_max_retry_seconds)
    spread = growing * random.uniform(0, 0.1)  # noqa: S311 - spreads load, no secret
    return float(max(growing + spread, min(asked or 0.0, 86400.0)))


def _wake_next(effect: Effect) -> None:
    following = select(Effect).where(Effect.lane == effect.lane, Effect.id > effect.id, Effect.state == State.waiting)
    if next_effect := db.session.scalars(following.order_by(Effect.id).limit(1)).first():
        db.session.info.setdefault("effects", []).append(next_effect)


@event.listens_for(Session, "after_flush")
def _remember(session: Session, _context: object) -> None:
    new = [row for row in session.new if isinstance(row, Effect)]
    if new:
        session.info.setdefault("effects", []).extend(new)


@event.listens_for(Session, "after_commit")
def _queue(session: Session) -> None:
    """Only after the commit: a job that runs before it would find nothing. What the queue loses, the sweeper finds."""
    if session.in_nested_transaction():
        return
    effects, later = session.info.pop("effects", []), session.info.pop("later", [])
    if not effects and not later:
        return
    try:
        for effect in effects:
            if (effect_id := _id_of(effect)) is not None:
                jobs.put("outbox.deliver", effect_id)
        for effect_id, at in later:
            jobs.put("outbox.deliver", effect_id, at=at)
    except Exception:
        log.exception("outbox.queue_unreachable")


def _id_of(effect: Effect) -> int | None:
    """The key without a read: the row has just been committed and its attributes have expired."""
    identity = inspect(effect).identity
    return int(identity[0]) if identity else None


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    """A savepoint that is taken back leaves the rest; its own rows have no key any more and are passed over."""
    if transaction.nested:
        return
    session.info.pop("effects", None)
    session.info.pop("later", None)
