"""The engine in a process of its own: it holds the interpreter while it works, and it may die without harm.

Frames on both pipes: four bytes of length, big-endian, then the content. The child says that it is ready, then answers
each JPEG with a small JSON object (`dlib_child.py`).
"""

import atexit
import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
import weakref

import structlog

from lti_proctor.faces.looks import UNKNOWN, VECTOR_BYTES, Look, Seen

COMMAND = (sys.executable, "-m", "lti_proctor.faces.dlib_child")
#: How long the models may take to load, and how long a child that could not start is left alone.
START_SECONDS = 30.0
REST_SECONDS = 60.0
#: Pictures that may wait for the one that is looked at; more are not analysed.
WAITING = 8
FRAME_MAX = 65_536
LENGTH = struct.Struct(">I")
log = structlog.get_logger()


class Died(Exception):
    """The child is not there any more, or does not start."""


class Late(Exception):
    """The child took too long."""


class ChildEngine:
    """One child, started with the first picture and again after it died. Threads wait for each other, within bounds."""

    def __init__(self, *, timeout: float, command: tuple[str, ...] = COMMAND, waiting: int = WAITING) -> None:
        self.timeout, self.command = timeout, command
        self.places = threading.BoundedSemaphore(waiting + 1)
        self.turn = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.rests_until = 0.0
        atexit.register(_close, weakref.ref(self))

    def look(self, jpeg: bytes) -> Look:
        if not self.places.acquire(blocking=False):
            return UNKNOWN
        try:
            if not self.turn.acquire(timeout=self.timeout):
                return UNKNOWN
            try:
                return self._look(jpeg)
            finally:
                self.turn.release()
        finally:
            self.places.release()

    def _look(self, jpeg: bytes) -> Look:
        """A child that died, perhaps long ago, is replaced and asked once more; one that takes too long is not."""
        for is_last in (False, True):
            try:
                process = self._running()
                ends = time.monotonic() + self.timeout
                _write(process, jpeg, ends)
                return read_answer(_read(process, ends))
            except (Late, Died, OSError, ValueError) as error:
                log.warning("faces.not_analysed", reason=type(error).__name__)
                self._stop()
                if is_last or not isinstance(error, (Died, BrokenPipeError)):
                    break
        return UNKNOWN

    def close(self) -> None:
        with self.turn:
            self._stop()

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is not None and self.process.poll() is None:
            return self.process
        self._stop()
        if time.monotonic() < self.rests_until:
            raise Died
        # It gets the way to our modules and nothing of our settings: it needs no secret to look at a picture.
        environ = {"PYTHONPATH": os.pathsep.join(sys.path)}
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ)
        assert self.process.stdin is not None
        os.set_blocking(self.process.stdin.fileno(), False)
        self.rests_until = time.monotonic() + REST_SECONDS
        _read(self.process, time.monotonic() + START_SECONDS)
        self.rests_until = 0.0
        return self.process

    def _stop(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _close(engine: "weakref.ref[ChildEngine]") -> None:
    if (found := engine()) is not None:
        found._stop()


def read_answer(frame: bytes) -> Look:
    """The look of an answer; raises `ValueError` for what is none."""
    said = json.loads(frame)
    seen, vector = Seen(said["seen"]), bytes.fromhex(said["vector"])
    if len(vector) != (VECTOR_BYTES if seen == Seen.one else 0):
        raise ValueError("a vector of another length")
    return Look(seen, vector or None, str(said["engine"]))


def _write(process: subprocess.Popen[bytes], content: bytes, ends: float) -> None:
    assert process.stdin is not None
    pipe, rest = process.stdin.fileno(), memoryview(LENGTH.pack(len(content)) + content)
    while rest:
        if not select.select([], [pipe], [], max(0.0, ends - time.monotonic()))[1]:
            raise Late
        rest = rest[os.write(pipe, rest) :]


def _read(process: subprocess.Popen[bytes], ends: float) -> bytes:
    (length,) = LENGTH.unpack(_take(process, LENGTH.size, ends))
    if length > FRAME_MAX:
        raise Died
    return _take(process, length, ends)


def _take(process: subprocess.Popen[bytes], n_bytes: int, ends: float) -> bytes:
    assert process.stdout is not None
    pipe, found = process.stdout.fileno(), b""
    while len(found) < n_bytes:
        if not select.select([pipe], [], [], max(0.0, ends - time.monotonic()))[0]:
            raise Late
        more = os.read(pipe, n_bytes - len(found))
        if not more:
            raise Died
        found += more
    return found
