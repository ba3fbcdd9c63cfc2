"""Files that a learner attaches during the exam (add-on `upload`): pictures made anew, PDFs as they are."""

import hashlib
import secrets
import unicodedata
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import select

from lti_proctor import journal
from lti_proctor.attempts.glance import note_talked
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of, subject_of
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.evidence import pdf, pictures
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.evidence.service import remove, require_consent
from lti_proctor.exams.addons import Addon, Capture
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor
from lti_proctor.storage import store

NAME_MAX = 120
#: While these last, files come and go.
OPEN = frozenset({Status.started, Status.ready_to_submit})
ENDINGS = {"image/jpeg": ".jpg", "application/pdf": ".pdf"}


def attach(attempt: Attempt, name: str, upload: bytes, *, actor: Actor, now: datetime) -> Evidence:
    """Keep a file. A picture becomes a JPEG of our own making; a PDF is kept as it came, once it could be opened.

    Raises `Refused`: `not_attached` where the exam takes no files now, `no_consent`; `Invalid`: `file_too_many`,
    `file_too_large`, and what `pictures.clean` and `pdf.first_page` raise.
    """
    _require_open(attempt)
    require_consent(attempt, Capture.attachments)
    settings = current_settings()
    if len(files_of(attempt)) >= settings.attachments_max:
        raise Invalid("file_too_many", limit=settings.attachments_max)
    if len(upload) > settings.attachment_max_bytes:
        raise Invalid("file_too_large", limit=settings.attachment_max_bytes // 1_000_000)
    data, media_type, width, height = _safe(upload)
    key = f"attempts/{attempt.id}/file-{secrets.token_hex(8)}{ENDINGS[media_type]}"
    store().put(key, data)
    row = Evidence(
        attempt_id=attempt.id, kind=EvidenceKind.file, key=key, media_type=media_type, n_bytes=len(data), width=width,
        height=height, sha256=hashlib.sha256(data).hexdigest(), created_at=now, name=name_for(name, media_type),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    data_kept = {"evidence": row.id, "sha256": row.sha256}
    journal.record(actor, "file.attached", subject_of(attempt), data_kept, now)
    note_talked(attempt)
    return row


def _safe(upload: bytes) -> tuple[bytes, str, int, int]:
    """The bytes to keep, their type, width and height (0 for a PDF)."""
    settings = current_settings()
    if pdf.is_pdf(upload):
        pages, seconds = settings.pdf_max_pages, settings.pdf_seconds
        pdf.first_page(upload, most_pages=pages, longest_side=200, seconds=seconds)
        return upload, "application/pdf", 0, 0
    found = pictures.clean(upload, max_pixels=settings.photo_max_pixels, longest_side=settings.attachment_side)
    return found.data, "image/jpeg", found.width, found.height


def name_for(given: str, media_type: str) -> str:
    """A plain file name with the ending of what is kept. Pure."""
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in last)
    stem = PurePath(" ".join(plain.split())).stem.strip(". ")
    ending = ENDINGS[media_type]
    return (stem[: NAME_MAX - len(ending)].strip() or "file") + ending


def detach(attempt: Attempt, evidence_id: int, *, actor: Actor, now: datetime) -> None:
    """The learner takes a file back, until the end. Raises `Refused("not_attached")`, `NotFound`."""
    _require_open(attempt)
    remove(get_file(attempt, evidence_id), actor=actor, now=now)
    note_talked(attempt)


def files_of(attempt: Attempt) -> list[Evidence]:
    query = select(Evidence).where(Evidence.attempt_id == attempt.id, Evidence.kind == EvidenceKind.file)
    return list(db.session.scalars(query.order_by(Evidence.id)))


def get_file(attempt: Attempt, evidence_id: int) -> Evidence:
    found = db.session.get(Evidence, evidence_id)
    if found is None or found.attempt_id != attempt.id or found.kind != EvidenceKind.file:
        raise NotFound("evidence")
    return found


def takes_files(attempt: Attempt) -> bool:
    return Addon.upload in config_of(attempt).addons


def _require_open(attempt: Attempt) -> None:
    if attempt.status not in OPEN or not takes_files(attempt):
        raise Refused("not_attached")
