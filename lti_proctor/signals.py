"""Signals: what other code in this process may listen to, such as a plugin (docs/api.md).

A service announces a change; after the commit each receiver is called with ids and codes, never names. It runs at the
end of the request or job, and the session is closed then: whoever needs the database queues a job. A receiver that
raises is logged and stops nobody.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from blinker import NamedSignal, Namespace
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from lti_proctor.extensions import db

log = structlog.get_logger()
_names = Namespace()
#: attempt_id, exam_id, user_id.
attempt_created = _names.signal("attempt.created")
#: attempt_id, exam_id, user_id, event, before, after (statuses), kind, provider, by (the part of who did it).
attempt_changed = _names.signal("attempt.changed")
#: exam_id, version, kind, is_new, is_active.
exam_saved = _names.signal("exam.saved")
#: attempt_id, exam_id, user_id, source (`provider`, `person`, `computer`), found (status or verdict).
review_received = _names.signal("review.received")
#: exam_id, user_id, is_granted.
allowance_changed = _names.signal("allowance.changed")

ALL: tuple[NamedSignal, ...] = (attempt_created, attempt_changed, exam_saved, review_received, allowance_changed)
Listener = Callable[[str, dict[str, Any], datetime], None]
_WITHIN: list[Listener] = []


def within(listener: Listener) -> Listener:
    """Register a function that hears of each change inside its transaction: what it writes is kept or lost with it."""
    _WITHIN.append(listener)
    return listener


def announce(signal: NamedSignal, now: datetime, **data: Any) -> None:
    """Tell of a change in the present transaction; `data` holds ids and codes that JSON can hold."""
    for listener in _WITHIN:
        listener(signal.name, data, now)
    if signal.receivers:
        db.session.info.setdefault("signals", []).append((signal, {**data, "at": now}))


@event.listens_for(Session, "after_commit")
def _send(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for signal, data in session.info.pop("signals", []):
        for receiver in signal.receivers_for(None):
            try:
                receiver(None, **data)
            except Exception:
                log.exception("signal.receiver_broke", signal=signal.name)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if not transaction.nested:
        session.info.pop("signals", None)
