"""A pulse of an attempt that simply runs on: most pulses are that, and are kept by one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, false, select
from sqlalchemy.dialects import postgresql, sqlite

from lti_proctor.attempts.glance import COLUMNS, Running, glance, note_seen, of_quiet_attempt
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import UTCDateTime, dialect_name, execute, table_of
from lti_proctor.monitoring.models import SpanBatch
from lti_proctor.monitoring.service import LAST_SEQ, keep_batch
from lti_proctor.monitoring.spans import Batch
from lti_proctor.prepared import Prepared

_BATCHES = table_of(SpanBatch)


def _keep(insert: Any) -> Prepared:
    """Insert the batch that follows the last one of its browser, if the attempt simply runs on and is the sender's."""
    given = [bindparam(name, type_=_BATCHES.c[name].type) for name in ("client", "first_seq", "last_seq", "spans")]
    chosen = of_quiet_attempt(Attempt.id, *given, bindparam("now", type_=UTCDateTime), false())
    names = ["attempt_id", "client", "first_seq", "last_seq", "spans", "received_at", "is_counted"]
    adding = insert(_BATCHES).from_select(names, chosen.where(bindparam("before") == LAST_SEQ))
    mine = Attempt.id == bindparam("attempt_id")
    told = [select(column).where(mine).scalar_subquery().label(column.key) for column in COLUMNS]
    return Prepared(adding.on_conflict_do_nothing().returning(*told))


_KEEP = {"postgresql": _keep(postgresql.insert), "sqlite": _keep(sqlite.insert)}


def keep_pulse(
    attempt_id: int, token_hash: bytes, batch: Batch | None, *, now: datetime
) -> tuple[Running, int | None] | None:
    """Keep a sign of life with what it brought: the attempt, and the sequence number up to which the browser's spans
    are kept. None when the attempt does not simply run on, or is not of whoever is signed in with this token; then
    nothing is kept.
    """
    running = _keep_next(attempt_id, token_hash, batch, now) if batch else None
    kept = batch.last if batch and running else None
    if running is None:
        running = glance(attempt_id, token_hash, now=now)
        if running is None:
            return None
        kept = keep_batch(attempt_id, batch, now=now) if batch else None
    note_seen(attempt_id, running, now)
    return running, kept


def _keep_next(attempt_id: int, token_hash: bytes, batch: Batch, now: datetime) -> Running | None:
    row = execute(
        _KEEP[dialect_name()],
        attempt_id=attempt_id,
        token_hash=token_hash,
        now=now,
        client=batch.client,
        first_seq=batch.first,
        last_seq=batch.last,
        spans=list(batch.spans),
        before=batch.first - 1,
    ).first()
    return Running._make(row) if row is not None else None
