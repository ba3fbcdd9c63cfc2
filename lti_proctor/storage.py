"""Bytes by key, in a folder or an object store: whatever fsspec can open.

A key is made here or by a noun from ids and random letters, never from what a user sent.
"""

import contextlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import fsspec
from flask import Flask, current_app
from fsspec.implementations.local import LocalFileSystem

from lti_proctor.errors import NotFound, Upstream
from lti_proctor.settings import Settings

KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_.-]*)*")


class Store:
    """All files of one installation below one root."""

    def __init__(self, url: str) -> None:
        self.fs: Any
        # Other processes keep files too: a list of what is there must not be remembered.
        self.fs, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        self.root = str(root).rstrip("/")
        self.is_folder = isinstance(self.fs, LocalFileSystem)

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes whole or not at all; raises `Upstream` when the store is full or away."""
        path = self._path(key)
        with self._asked():
            if self.is_folder:
                _write_file(path, (data,))
            else:
                self.fs.pipe_file(path, data)

    def put_pieces(self, key: str, pieces: Iterable[bytes]) -> None:
        """As `put`, for what is too large to be held in memory at once. What `pieces` raises comes through."""
        path, source = self._path(key), _Source(pieces)
        try:
            with self._asked():
                if self.is_folder:
                    _write_file(path, source)
                else:
                    self._write_object(path, source)
        except Exception as error:
            if source.error is not None and source.error is not error:
                raise source.error from None
            raise

    def _write_object(self, path: str, pieces: Iterable[bytes]) -> None:
        try:
            with self.fs.open(path, "wb") as file:
                for piece in pieces:
                    file.write(piece)
        except BaseException:
            # What is wrong is known already.
            with contextlib.suppress(Exception):
                self.fs.rm_file(path)
            raise

    def get(self, key: str) -> bytes:
        with self._asked(to_read=True):
            return bytes(self.fs.cat_file(self._path(key)))

    def put_file(self, key: str, source: Path) -> None:
        """Keep a whole file under a key; raises `Upstream` when the store is full or away."""
        path = self._path(key)
        with self._asked():
            if self.is_folder:
                self.fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
                unnamed = f"{path}.{secrets.token_hex(6)}.part"
                self.fs.put_file(str(source), unnamed)
                self.fs.mv(unnamed, path)
            else:
                self.fs.put_file(str(source), path)

    def open(self, key: str) -> IO[bytes]:
        """The bytes as a file to read and to seek in; close it."""
        with self._asked(to_read=True):
            file: IO[bytes] = self.fs.open(self._path(key), "rb")
        return file

    def delete_folder(self, key: str) -> None:
        """Remove everything below a key; what is gone already is fine."""
        path = self._path(key)
        with self._asked():
            if self.fs.exists(path):
                self.fs.rm(path, recursive=True)

    def delete(self, key: str) -> None:
        """Remove the bytes; a key that is gone already is fine."""
        path = self._path(key)
        with self._asked():
            if self.fs.exists(path):
                self.fs.rm_file(path)

    @contextlib.contextmanager
    def _asked(self, *, to_read: bool = False) -> Iterator[None]:
        """What goes wrong in the store, as errors of ours: `NotFound("file")` where one was to be read, `Upstream`."""
        try:
            yield
        except OSError as error:
            if to_read and isinstance(error, FileNotFoundError):
                raise NotFound("file") from error
            raise Upstream("storage_unavailable", permanent=False) from error
        except Exception as error:
            # The libraries of object stores have errors of their own, such as one for a server that does not answer.
            if self.is_folder or isinstance(error, ValueError):
                raise
            raise Upstream("storage_unavailable", permanent=False) from error

    def _path(self, key: str) -> str:
        if not KEY.fullmatch(key) or ".." in key:
            raise ValueError("not a storage key")
        return f"{self.root}/{key}"


class _Source:
    """Pieces that remember what they raised: that is not the store's doing."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces = pieces
        self.error: Exception | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self.pieces
        except Exception as error:
            self.error = error
            raise


def _write_file(path: str, pieces: Iterable[bytes]) -> None:
    """Without fsspec: it looks for the folder each time, and chunks of recordings come many times a second."""
    unnamed = f"{path}.{secrets.token_hex(6)}.part"
    try:
        with open_new(unnamed) as file:
            for piece in pieces:
                file.write(piece)
        os.replace(unnamed, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(unnamed)
        raise


def open_new(path: str) -> IO[bytes]:
    """A new file, in a folder that is made when it is missing."""
    try:
        return open(path, "wb")
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return open(path, "wb")


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["store"] = Store(settings.storage)


def store() -> Store:
    found: Store = current_app.extensions["store"]
    return found
