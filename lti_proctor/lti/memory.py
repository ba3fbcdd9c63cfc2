"""What a process remembers for some seconds, so that a class that comes in together is not looked up one by one."""

import threading
import time
from typing import Generic, TypeVar

T = TypeVar("T")
#: A change by the command line, a page or another process shows everywhere within this time.
SECONDS = 3.0
MOST = 5000


class Memory(Generic[T]):
    """A small cache by key with an age limit; safe with threads."""

    def __init__(self) -> None:
        self._rows: dict[object, tuple[float, T]] = {}
        self._lock = threading.Lock()

    def get(self, key: object) -> T | None:
        found = self._rows.get(key)
        return found[1] if found is not None and time.monotonic() - found[0] < SECONDS else None

    def put(self, key: object, value: T) -> None:
        with self._lock:
            if len(self._rows) >= MOST:
                self._rows.clear()
            self._rows[key] = (time.monotonic(), value)

    def clear(self) -> None:
        with self._lock:
            self._rows.clear()
