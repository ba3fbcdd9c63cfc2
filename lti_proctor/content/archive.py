"""Reading an uploaded zip without trusting anything that it says of itself. Pure: bytes in, files out.

What a zip can do to a reader: grow without end, name places outside its folder, hide a link, name two files the same.
"""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from lti_proctor.errors import Invalid

PATH_MAX = 240
#: Whole files of more than this may not be packed tighter than so many to one.
RATIO_MAX = 200
RATIO_FROM = 1_000_000
_PIECE = 64 * 1024
_BAD_NAME = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
#: What desktops put into zips and nobody asked for.
_LITTER = re.compile(r"(^|/)(__MACOSX(/|$)|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")


@dataclass(frozen=True)
class Limits:
    """How much an exam's files may be."""

    n_files: int
    n_bytes: int


@dataclass(frozen=True)
class Packed:
    """One file as it lies in the zip."""

    path: str
    entry: zipfile.ZipInfo


def open_zip(file: IO[bytes]) -> zipfile.ZipFile:
    """Raises `Invalid("package_unreadable")` for what is no zip."""
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, NotImplementedError, IndexError) as error:
        raise Invalid("package_unreadable") from error


def files_of(packed: zipfile.ZipFile, limits: Limits) -> list[Packed]:
    """Its files, with the one folder around everything taken off.

    Raises `Invalid`: package_empty, package_files, package_size, package_ratio, package_name, package_twice,
    package_link, package_locked.
    """
    entries = [entry for entry in packed.infolist() if not entry.is_dir() and not _LITTER.search(entry.filename)]
    if not entries:
        raise Invalid("package_empty")
    if len(entries) > limits.n_files:
        raise Invalid("package_files", n=limits.n_files)
    for entry in entries:
        _check(entry)
    if sum(entry.file_size for entry in entries) > limits.n_bytes:
        raise Invalid("package_size")
    around = _folder_around([entry.filename for entry in entries])
    files = [Packed(entry.filename.removeprefix(around), entry) for entry in entries]
    if len({file.path for file in files}) != len(files):
        raise Invalid("package_twice")
    return files


def pieces_of(packed: zipfile.ZipFile, file: Packed) -> Iterator[bytes]:
    """The bytes of a file, never more than it said it has; raises `Invalid("package_unreadable")`."""
    left = file.entry.file_size
    try:
        with packed.open(file.entry) as opened:
            while piece := opened.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise Invalid("package_unreadable")
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Invalid("package_unreadable") from error
    if left:
        raise Invalid("package_unreadable")


def is_safe_name(path: str) -> bool:
    """A plain relative path: no way up, no drive, no characters that some system takes for something else."""
    parts = path.split("/")
    return (
        0 < len(path) <= PATH_MAX
        and not _BAD_NAME.search(path)
        and path.isprintable()
        and all(part.strip(" .") and part == part.strip() for part in parts)
    )


def _check(entry: zipfile.ZipInfo) -> None:
    # `filename` has a backslash turned into a slash on Windows only, and is cut at a NUL.
    if not is_safe_name(entry.filename) or "\\" in entry.orig_filename or "\0" in entry.orig_filename:
        raise Invalid("package_name", name=entry.orig_filename[:60])
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise Invalid("package_link", name=entry.filename[:60])
    if entry.flag_bits & 0x1:
        raise Invalid("package_locked")
    if entry.file_size > RATIO_FROM and entry.file_size > RATIO_MAX * max(entry.compress_size, 1):
        raise Invalid("package_ratio")


def _folder_around(names: list[str]) -> str:
    """The folders that all files lie in, with a slash at the end; nothing where some lie at the top."""
    around = ""
    while True:
        tops = {name.removeprefix(around).partition("/")[0::2] for name in names}
        first = {top for top, _rest in tops}
        if len(first) != 1 or any(not rest for _top, rest in tops):
            return around
        around += f"{first.pop()}/"
