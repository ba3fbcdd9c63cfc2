"""Verbs on the files of an exam."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from urllib.parse import quote
from zipfile import ZipFile

from sqlalchemy import insert, select

from lti_proctor import outbox
from lti_proctor.content import archive
from lti_proctor.content.entrance import MANIFEST_MAX, Entrance, entrance_of, is_manifest
from lti_proctor.content.media_types import LOOKED_AT, media_type_of
from lti_proctor.content.models import Package, PackageFile
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.exams import service as exams
from lti_proctor.exams.config import Delivery, ExamConfig
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor
from lti_proctor.storage import store

ERASE = "content.erase"
PAGES = (".html", ".htm")


@dataclass(frozen=True)
class _Source:
    """A file that is to be kept, and how its bytes are read."""

    path: str
    n_bytes: int
    beginning: bytes
    pieces: Iterator[bytes]


def put_on(exam: Exam, upload: IO[bytes], name: str, *, actor: Actor, now: datetime) -> Package:
    """Keep an upload (a zip or one HTML page) as the questions of an exam; attempts that run keep the files before.

    Raises `Invalid` with the reason as `package_…`, `Upstream` when the store is full or away; nothing is kept then.
    """
    package = keep(upload, name, now=now)
    config = exam.config.model_copy(update={"delivery": Delivery.hosted, "package": package.identifier})
    exams.change_exam(exam, title=exam.title, kind=exam.kind, config=config, actor=actor, now=now)
    return package


def take_off(exam: Exam, *, actor: Actor, now: datetime) -> None:
    """The exam has no files any more; the bytes go when nothing names them (`content/tasks.py`)."""
    config = exam.config.model_copy(update={"package": ""})
    exams.change_exam(exam, title=exam.title, kind=exam.kind, config=config, actor=actor, now=now)


def keep(upload: IO[bytes], name: str, *, now: datetime) -> Package:
    """Check and keep an upload under a new identifier."""
    identifier = secrets.token_hex(16)
    folder = folder_of(identifier)
    try:
        if name.lower().endswith(PAGES):
            return _keep_page(identifier, upload, name, now)
        with archive.open_zip(upload) as packed:
            return _keep_zip(identifier, packed, name, now)
    except BaseException:
        store().delete_folder(folder)
        raise


def _keep_page(identifier: str, upload: IO[bytes], name: str, now: datetime) -> Package:
    page = upload.read(_limits().n_bytes + 1)
    if not page:
        raise Invalid("package_empty")
    if len(page) > _limits().n_bytes:
        raise Invalid("package_size")
    source = _Source("index.html", len(page), page[:LOOKED_AT], iter((page,)))
    return _add(identifier, name, Entrance("index.html"), iter((source,)), now)


def _keep_zip(identifier: str, packed: ZipFile, name: str, now: datetime) -> Package:
    files = archive.files_of(packed, _limits())
    manifest = next((file for file in files if is_manifest(file.path)), None)
    if manifest is not None and manifest.entry.file_size > MANIFEST_MAX:
        raise Invalid("package_manifest")
    xml = b"".join(archive.pieces_of(packed, manifest)) if manifest else None
    entrance = entrance_of(frozenset(file.path for file in files), xml)
    return _add(identifier, name, entrance, (_source(packed, file) for file in files), now)


def _source(packed: ZipFile, file: archive.Packed) -> _Source:
    """The beginning is read twice, once to see what letters it has; everything else is passed through."""
    beginning = b""
    for piece in archive.pieces_of(packed, file):
        beginning += piece
        if len(beginning) >= LOOKED_AT:
            break
    return _Source(file.path, file.entry.file_size, beginning[:LOOKED_AT], archive.pieces_of(packed, file))


def _add(identifier: str, name: str, entrance: Entrance, sources: Iterator[_Source], now: datetime) -> Package:
    package = Package(
        identifier=identifier, name=_clean(name), title=entrance.title, activity=entrance.activity,
        start_path=entrance.path, start_after=entrance.after[:2000], n_files=0, n_bytes=0, created_at=now,
    )  # fmt: skip
    db.session.add(package)
    db.session.flush()
    rows = []
    for n, source in enumerate(sources):
        key = f"{folder_of(identifier)}/{n}"
        store().put_pieces(key, source.pieces)
        kind = media_type_of(source.path, source.beginning)
        package.n_files, package.n_bytes = package.n_files + 1, package.n_bytes + source.n_bytes
        values = {"path": source.path, "key": key, "media_type": kind.header, "is_shown": kind.is_shown}
        rows.append({"package_id": package.id, "n_bytes": source.n_bytes, **values})
    db.session.execute(insert(PackageFile), rows)
    return package


def find_package(identifier: str) -> Package | None:
    if not identifier:
        return None
    return db.session.scalars(select(Package).where(Package.identifier == identifier)).one_or_none()


def package_of(config: ExamConfig) -> Package | None:
    """The files that the learner of this configuration gets."""
    return find_package(config.package) if config.delivery == Delivery.hosted else None


def files_of(package: Package) -> list[PackageFile]:
    return list(
        db.session.scalars(select(PackageFile).where(PackageFile.package_id == package.id).order_by(PackageFile.path))
    )


def get_file(identifier: str, path: str) -> PackageFile:
    """One file; raises `NotFound("page")`."""
    query = select(PackageFile).join(Package).where(Package.identifier == identifier, PackageFile.path == path)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("page")
    return found


def start_of(package: Package) -> str:
    """The address of the first page, relative to the folder of the files."""
    return quote(package.start_path) + package.start_after


def remove(package: Package, *, now: datetime) -> None:
    """Delete the rows, and the bytes as soon as that is certain."""
    subject = f"package:{package.id}"
    outbox.put(ERASE, lane=subject, subject=subject, payload={"folder": folder_of(package.identifier)}, now=now)
    db.session.delete(package)


def folder_of(identifier: str) -> str:
    return f"packages/{identifier}"


def _clean(name: str) -> str:
    """A file name as people may see it: its last part, printable, short."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:200] or "–"


def _limits() -> archive.Limits:
    settings = current_settings()
    return archive.Limits(settings.package_max_files, settings.package_max_unpacked_bytes)
