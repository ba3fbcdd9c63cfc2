"""Effects that must never be lost: a row in the transaction that decided them, then a job, then a sweeper.

Rows of one lane (for instance one learner's grade in one column) are delivered in the order they were written, one
at a time. A row that the other side refuses for good, or that found nobody for `outbox_days`, is put aside: staff
see it with its last error and can send it again.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import CheckConstraint, Index, bindparam, event, exists, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, SessionTransaction, make_transient_to_detached, mapped_column

from lti_proctor import clock, jobs
from lti_proctor.errors import Upstream
from lti_proctor.extensions import Base, Json, UTCDateTime, current_settings, db, enum_column, execute, table_of
from lti_proctor.prepared import Prepared
from lti_proctor.settings import Settings

log = structlog.get_logger()
CLAIM = timedelta(minutes=5)
#: How many effects of one lane one job delivers before others have their turn.
AT_ONCE = 20
Handler = Callable[["Effect"], None]
HANDLERS: dict[str, Handler] = {}


class State(StrEnum):
    waiting = "waiting"
    done = "done"
    aside = "aside"


class Effect(Base):
    """One effect on the outside world that is to happen exactly once, as far as the other side allows.

    pii: ids, and what staff tell the LMS about an attempt.  kept: for good, as the record of what others were told.
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
    """Register the function that delivers effects of a kind; it raises `Upstream` when the other side fails.

    What the problem carries as `keep` is added to the payload, for the next try to know.
    """

    def register(function: Handler) -> Handler:
        if HANDLERS.setdefault(kind, function) is not function:
            raise RuntimeError(f"two handlers for {kind}")
        return function

    return register


_ADD = Prepared(insert(table_of(Effect)).returning(table_of(Effect).c.id))


def put(
    kind: str, *, lane: str, subject: str, payload: dict[str, Any], now: datetime, after: timedelta = timedelta(0)
) -> int:
    """Write an effect into the present transaction and return its key; after the commit it is tried at once, or so
    long after it.

    `subject` names what it belongs to (`attempt:12`), `payload` carries ids and codes, never names or tokens.
    """
    due_at = now + after
    values = {"kind": kind, "lane": lane, "subject": subject, "payload": payload, "created_at": now, "due_at": due_at}
    effect_id = int(execute(_ADD, **values).scalar_one())
    within = db.session().get_nested_transaction()
    db.session.info.setdefault("effects", []).append(_Put(effect_id, lane, due_at if after else None, within))
    return effect_id


def of(subject: str) -> list[Effect]:
    return list(db.session.scalars(select(Effect).where(Effect.subject == subject).order_by(Effect.id)))


def send_again(effect: Effect, *, now: datetime) -> None:
    """Staff's "send it now", also for a row put aside."""
    effect.state = State.waiting
    effect.due_at = now
    effect.claimed_until = None
    db.session.info.setdefault("effects", []).append(_Put(effect.id, effect.lane))


@jobs.job("outbox.deliver")
def deliver_lane(effect_id: int) -> None:
    """Deliver an effect and then what waits behind it in its lane, without another way through the queue."""
    following: int | None = effect_id
    for _ in range(AT_ONCE):
        if following is None:
            return
        following = _deliver(following)
    if following is not None:
        jobs.put("outbox.deliver", following)


def deliver(effect_id: int) -> None:
    """Deliver one effect if it is due, first in its lane and not in other hands; the next one is queued."""
    if (following := _deliver(effect_id)) is not None:
        jobs.put("outbox.deliver", following)


def _deliver(effect_id: int) -> int | None:
    """Try one effect; the key of the one that comes next in its lane, when this one is not in its way any more."""
    effect = _claim(effect_id, clock.now())
    if effect is None:
        return None
    lane, is_waiting = effect.lane, False
    try:
        HANDLERS[effect.kind](effect)
    except Upstream as problem:
        db.session.rollback()
        is_waiting = _failed(effect_id, problem, clock.now())
    except Exception:
        log.exception("outbox.broke", effect=effect_id)
        db.session.rollback()
        is_waiting = _failed(effect_id, Upstream("internal", permanent=False), clock.now())
    else:
        execute(_DONE, effect_id=effect_id, now=clock.now())
    following = None if is_waiting else execute(_FOLLOWING, lane=lane, after=effect_id).scalar()
    db.session.commit()
    return following


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


def _claim(effect_id: int, now: datetime) -> Effect | None:
    """Take the row for a few minutes. Exactly one worker gets it, and only when it is the first of its lane."""
    row = execute(_CLAIM, effect_id=effect_id, now=now, claim_ends=now + CLAIM).first()
    db.session.commit()
    if row is None:
        return None
    # What the statement returned is the row: reading it again would only cost.
    effect = Effect(**row._asdict())
    make_transient_to_detached(effect)
    return db.session.merge(effect, load=False)


def _statements() -> tuple[Prepared, Prepared, Prepared]:
    """What each delivery runs: claim a row, note that it is done, find the next one of its lane."""
    rows = table_of(Effect)
    mine, earlier = rows.c, rows.alias("earlier")
    is_first = ~exists(earlier.c.id).where(
        earlier.c.lane == mine.lane, earlier.c.id < mine.id, earlier.c.state == State.waiting
    )
    now = bindparam("now", type_=UTCDateTime)
    free = (mine.claimed_until.is_(None)) | (mine.claimed_until < now)
    claim = (
        update(rows)
        .where(mine.id == bindparam("effect_id"), mine.state == State.waiting, mine.due_at <= now, free, is_first)
        .values(claimed_until=bindparam("claim_ends"), tries=mine.tries + 1)
        .returning(*mine)
    )
    done = (
        update(rows)
        .where(mine.id == bindparam("effect_id"))
        .values(state=State.done, done_at=bindparam("now"), last_error=None, claimed_until=None)
    )
    following = (
        select(mine.id)
        .where(mine.lane == bindparam("lane"), mine.id > bindparam("after"), mine.state == State.waiting)
        .order_by(mine.id)
        .limit(1)
    )
    return Prepared(claim), Prepared(done), Prepared(following)


_CLAIM, _DONE, _FOLLOWING = _statements()


def _failed(effect_id: int, problem: Upstream, now: datetime) -> bool:
    """Note why, and when to try again; False when it is put aside."""
    settings = current_settings()
    effect = db.session.get_one(Effect, effect_id)
    effect.claimed_until = None
    effect.last_error = problem.code
    if keep := problem.details.get("keep"):
        effect.payload = {**effect.payload, **keep}
    too_old = now - effect.created_at > timedelta(days=settings.outbox_days)
    if problem.permanent or too_old:
        effect.state = State.aside
        log.warning("outbox.aside", effect=effect.id, kind=effect.kind, error=problem.code)
        db.session.flush()
        return False
    effect.due_at = now + timedelta(seconds=retry_delay(effect.tries, problem.retry_after, settings))
    db.session.info.setdefault("effects", []).append(_Put(effect.id, effect.lane, effect.due_at))
    return True


def retry_delay(tries: int, asked: float | None, settings: Settings) -> float:
    """Seconds until the next try: doubling with a little chance in it, never before the other side wants it."""
    growing = min(settings.outbox_first_retry_seconds * 2 ** min(tries - 1, 20), settings.outbox_max_retry_seconds)
    spread = growing * random.uniform(0, 0.1)  # noqa: S311 - spreads load, no secret
    return float(max(growing + spread, min(asked or 0.0, 86400.0)))


@dataclass(frozen=True)
class _Put:
    """What is to be queued after the commit: at once, or at a moment."""

    effect_id: int
    lane: str
    at: datetime | None = None
    #: The savepoint that it stands and falls with.
    within: SessionTransaction | None = None


@event.listens_for(Session, "after_commit")
def _queue(session: Session) -> None:
    """Only after the commit: a job that runs before it would find nothing. What the queue loses, the sweeper finds."""
    if session.in_nested_transaction():
        return
    effects: list[_Put] = session.info.pop("effects", [])
    if not effects:
        return
    try:
        for effect_id in _firsts([effect for effect in effects if effect.at is None]):
            jobs.put("outbox.deliver", effect_id)
        for effect in effects:
            if effect.at is not None:
                jobs.put("outbox.deliver", effect.effect_id, at=effect.at)
    except Exception:
        log.exception("outbox.queue_unreachable")


def _firsts(effects: list[_Put]) -> list[int]:
    """The key of the first row of each lane: the others follow it."""
    firsts: dict[str, int] = {}
    for effect in effects:
        firsts[effect.lane] = min(effect.effect_id, firsts.get(effect.lane, effect.effect_id))
    return list(firsts.values())


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    """A savepoint that is taken back leaves the rest."""
    effects: list[_Put] = session.info.pop("effects", [])
    if transaction.nested:
        session.info["effects"] = [effect for effect in effects if effect.within is not transaction]
