"""The report of an attempt as a ZIP: what belongs into it, streamed with constant memory, listed and signed at the end.

Names in it are made here from ids and words of ours; whatever people named stays in the data.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from zipstream import ZIP_DEFLATED, ZIP_STORED, ZipStream

from lti_proctor import journal
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import subject_of
from lti_proctor.evidence import recordings
from lti_proctor.evidence.files import ENDINGS
from lti_proctor.evidence.models import Evidence, EvidenceKind, Recording
from lti_proctor.extensions import db
from lti_proctor.journal import chain
from lti_proctor.platforms.keys import Signer
from lti_proctor.report import schema, verifier
from lti_proctor.report.data import File, Photo, Report
from lti_proctor.storage import Store, store

PIECE = 256 * 1024
MANIFEST_VERSION = "1.0"


class Part(StrEnum):
    """What may be chosen; the data, the journal and the verifier are always there."""

    videos = "videos"
    images = "images"
    faces = "faces"
    chat = "chat"
    proctor = "proctor"
    player = "player"


#: Pictures that show who somebody is; all others are of the exam.
FACES = frozenset({EvidenceKind.face, EvidenceKind.passport, EvidenceKind.scan, EvidenceKind.extrapage})


@dataclass(frozen=True)
class Member:
    """A file of the ZIP. `pieces` gives its bytes when it is its turn; media are stored as they are. `facts` stand
    beside its hash in the list.
    """

    path: str
    pieces: Callable[[], Iterable[bytes]]
    is_media: bool = False
    facts: tuple[tuple[str, Any], ...] = ()


def text(path: str, content: str | bytes) -> Member:
    data = content.encode() if isinstance(content, str) else content
    return Member(path, lambda: (data,))


def media_of(attempt: Attempt, report: Report, parts: Iterable[Part]) -> list[Member]:
    """The films and pictures that were chosen. Pictures that the journal does not know yet wait for their check, and
    most of them go.
    """
    wanted, kept, found = frozenset(parts), _in_journal(attempt), store()
    members = []
    if Part.videos in wanted:
        members += [_film(row, found) for row in recordings.recordings_of(attempt)]
    for photo in report.photos:
        if (Part.faces if photo.kind in FACES else Part.images) in wanted and photo.id in kept:
            members.append(_picture(photo, found))
    if report.profile_photo is not None and Part.faces in wanted:
        key = db.session.get_one(Evidence, report.profile_photo.id).key
        members.append(Member("photos/profile.jpg", partial(_read, found, key), is_media=True))
    if Part.proctor in wanted:
        for one in report.messages or []:
            if one.spoken is not None:
                key = db.session.get_one(Evidence, one.spoken.id).key
                facts = (("evidence", one.spoken.id),)
                members.append(Member(spoken_path(one.spoken.id), partial(_read, found, key), True, facts))
    if Part.chat in wanted:
        for file in report.files:
            path = file_path(file)
            key = db.session.get_one(Evidence, file.id).key
            members.append(Member(path, partial(_read, found, key), True, (("evidence", file.id),)))
    return members


def film_path(recording_id: int, track: str) -> str:
    return f"recordings/{track}-{recording_id}.webm"


def file_path(file: File) -> str:
    return f"files/file-{file.id}{ENDINGS[file.media_type]}"


def spoken_path(evidence_id: int) -> str:
    return f"recordings/proctor-{evidence_id}.webm"


def without_chat(report: Report) -> Report:
    """The report for somebody who leaves the chat out."""
    return replace(report, messages=None)


def _film(row: Recording, found: Store) -> Member:
    path = film_path(row.id, row.track)
    if row.key is not None:
        return Member(path, partial(_read, found, row.key), is_media=True)
    # Its parts are looked up now: when its turn comes there is no database any more.
    return Member(path, partial(iter, recordings.parts(row)), is_media=True)


def _picture(photo: Photo, found: Store) -> Member:
    key = db.session.get_one(Evidence, photo.id).key
    return Member(f"photos/{photo.kind}-{photo.id}.jpg", partial(_read, found, key), True, (("evidence", photo.id),))


def _read(found: Store, key: str) -> Iterator[bytes]:
    with found.open(key) as file:
        while piece := file.read(PIECE):
            yield piece


def _in_journal(attempt: Attempt) -> frozenset[int]:
    entries = journal.entries_of(subject_of(attempt), of="evidence.kept")
    return frozenset(entry.data["evidence"] for entry in entries)


def data_of(attempt: Attempt, report: Report, parts: Iterable[Part]) -> list[Member]:
    """The report, its schema, the journal, the hashes of the recordings' parts, the verifier."""
    return [
        text("report.json", schema.to_json(report if Part.chat in parts else without_chat(report))),
        text("report.schema.json", schema.schema_text()),
        text("journal.json", _dump(_journal(attempt))),
        text("chunks.json", _dump({"recordings": [_chunks(row, parts) for row in recordings.recordings_of(attempt)]})),
        text("verify.py", Path(verifier.__file__).read_bytes()),
    ]


def _journal(attempt: Attempt) -> dict[str, Any]:
    """Each entry with everything that its hash covers."""
    return {
        "chain": subject_of(attempt),
        "entries": [
            {
                "place": entry.place,
                "at": chain.moment(entry.at),
                "actor": f"{entry.actor_role}:{entry.actor_id}" if entry.actor_id else entry.actor_role,
                "action": entry.action,
                "data": entry.data,
                "hash": entry.hash.hex(),
            }
            for entry in journal.entries_of(subject_of(attempt))
        ],
    }


def _chunks(row: Recording, parts: Iterable[Part]) -> dict[str, Any]:
    return {
        "id": row.id,
        "track": row.track.value,
        "name": row.name,
        "file": film_path(row.id, row.track) if Part.videos in parts else None,
        "head": row.head,
        "sha256": row.sha256,
        "parts": [
            {"seq": one.seq, "n_bytes": one.n_bytes, "sha256": one.sha256, "head": one.head}
            for one in recordings.chunks_of(row)
        ],
    }


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def stream(members: Iterable[Member], report: Report, signer: Signer) -> Iterator[bytes]:
    """The bytes of the ZIP. Needs neither request nor database. What can't be read breaks it off, so that nobody takes
    a part for the whole.
    """
    archive, listed = ZipStream(compress_type=ZIP_STORED), []
    for member in [*members, text("keys.json", _dump({"keys": [signer.public_jwk]}))]:
        entry: dict[str, Any] = {"path": member.path, **dict(member.facts)}
        listed.append(entry)
        how = ZIP_STORED if member.is_media else ZIP_DEFLATED
        archive.add(_hashed(member.pieces(), entry), member.path, compress_type=how)
        yield from archive.all_files()
    manifest = {
        "version": MANIFEST_VERSION,
        "attempt": report.attempt.identifier,
        "made_at": report.made_at.isoformat(),
        "seal": report.journal_head,
        "files": listed,
    }
    data = _dump(manifest).encode()
    archive.add(data, "manifest.json")
    archive.add(signer.sign(data), "manifest.sig")
    yield from archive.finalize()


def _hashed(pieces: Iterable[bytes], entry: dict[str, Any]) -> Iterator[bytes]:
    """The same pieces; size and hash stand in the entry once they are through."""
    digest, n_bytes = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        n_bytes += len(piece)
        yield piece
    entry["n_bytes"], entry["sha256"] = n_bytes, digest.hexdigest()
