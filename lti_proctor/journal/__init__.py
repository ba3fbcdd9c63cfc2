"""Who did what, before and after: append only, each subject's entries chained by hashes."""

from lti_proctor.journal.models import Entry
from lti_proctor.journal.roles import Role
from lti_proctor.journal.service import (
    SYSTEM,
    Actor,
    Checked,
    broken_links,
    check,
    entries_of,
    head,
    last_entry,
    receipt,
    record,
    statuses_of,
)

__all__ = [
    "SYSTEM",
    "Actor",
    "Checked",
    "Entry",
    "Role",
    "broken_links",
    "check",
    "entries_of",
    "head",
    "last_entry",
    "receipt",
    "record",
    "statuses_of",
]
