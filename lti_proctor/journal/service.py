"""Verbs of the journal."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select

from lti_proctor.extensions import db, execute, table_of
from lti_proctor.journal import chain
from lti_proctor.journal.models import Entry
from lti_proctor.journal.roles import Role
from lti_proctor.prepared import Prepared


@dataclass(frozen=True)
class Actor:
    """Who acts: a person in a part, or a part of the system."""

    role: Role
    user_id: int | None = None

    def __str__(self) -> str:
        return f"{self.role}:{self.user_id}" if self.user_id else str(self.role)


SYSTEM = Actor(Role.timer)
#: Letters of a receipt: 80 bits, which nobody finds another record for.
RECEIPT = 20
RECEIPT_FORM = re.compile(rf"[0-9a-f]{{{RECEIPT},64}}")
_ADD = Prepared(insert(table_of(Entry)))


def _newest() -> Prepared:
    rows = table_of(Entry).c
    of_chain = select(rows.place, rows.hash).where(rows.chain == bindparam("chain"))
    return Prepared(of_chain.order_by(rows.place.desc()).limit(1))


_NEWEST = _newest()


def record(
    actor: Actor, action: str, subject: str, data: Mapping[str, Any], now: datetime, *, first: bool = False
) -> bytes:
    """Append an entry in the present transaction and return its hash.

    `subject` is the chain (`attempt:12`); `data` holds ids, codes and what was before and after, never names.
    `first` says that the subject was made in this transaction, so that nothing need be read.
    """
    place, before = (0, chain.START) if first else _head(subject)
    place += 1
    digest = chain.link(before, chain.canonical(subject, place, now, str(actor), action, data))
    execute(
        _ADD,
        chain=subject,
        place=place,
        at=now,
        actor_role=str(actor.role),
        actor_id=actor.user_id,
        action=action,
        data=dict(data),
        hash=digest,
    )
    return digest


def entries_of(subject: str, *, of: str = "") -> list[Entry]:
    """In order; with `of` only those whose action begins so."""
    query = select(Entry).where(Entry.chain == subject).order_by(Entry.place)
    return list(db.session.scalars(query.where(Entry.action.startswith(of)) if of else query))


def statuses_of(subject: str) -> list[tuple[datetime, str]]:
    """When a subject came into which status, in order, as its transitions are kept."""
    query = select(Entry.at, Entry.data).where(Entry.chain == subject, Entry.action.startswith("attempt."))
    return [(at, data["to"]) for at, data in db.session.execute(query.order_by(Entry.place)) if "to" in data]


def last_entry(subject: str, action: str) -> Entry | None:
    query = select(Entry).where(Entry.chain == subject, Entry.action == action).order_by(Entry.place.desc()).limit(1)
    return db.session.scalar(query)


def broken_links(subject: str) -> list[int]:
    """Places whose hash does not follow from what stands before: empty when nobody touched the record."""
    return _broken(entries_of(subject))


def _broken(entries: Iterable[Entry]) -> list[int]:
    broken, before, expected = [], chain.START, 1
    for entry in entries:
        actor = f"{entry.actor_role}:{entry.actor_id}" if entry.actor_id else entry.actor_role
        body = chain.canonical(entry.chain, entry.place, entry.at, actor, entry.action, entry.data)
        if entry.place != expected or chain.link(before, body) != entry.hash:
            broken.append(entry.place)
        before, expected = entry.hash, entry.place + 1
    return broken


def head(subject: str) -> bytes:
    """The hash of the newest entry: it stands for everything that is in the record now. `chain.START` without one."""
    return _head(subject)[1]


def receipt(subject: str) -> str:
    """The beginning of the head, short enough to be written down. Empty without a record."""
    found = head(subject)
    return "" if found == chain.START else found.hex()[:RECEIPT]


@dataclass(frozen=True)
class Checked:
    """A record beside a receipt. `entry`: what was the newest when it was given, None where it does not fit; `n_since`:
    how many came after; `broken`: the first place that does not follow from what stands before, 0 for none.
    """

    entry: Entry | None
    n_since: int
    broken: int


def check(subject: str, its_receipt: str) -> Checked:
    """A receipt fits when an entry has this hash and everything up to it is unchanged."""
    entries = entries_of(subject)
    broken = next(iter(_broken(entries)), 0)
    whole = [entry for entry in entries if not broken or entry.place < broken]
    is_receipt = RECEIPT_FORM.fullmatch(its_receipt) is not None
    entry = next((one for one in whole if is_receipt and one.hash.hex().startswith(its_receipt)), None)
    return Checked(entry, entries[-1].place - entry.place if entry else 0, broken)


def _head(subject: str) -> tuple[int, bytes]:
    # Entries are written past the session, so there is nothing that it would have to flush first.
    row = execute(_NEWEST, chain=subject).first()
    return (row.place, bytes(row.hash)) if row else (0, chain.START)
