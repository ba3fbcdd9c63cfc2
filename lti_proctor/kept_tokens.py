"""Access tokens of other systems, kept until they nearly expire (RFC 6749, section 5.1)."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

#: A token is not used in its last seconds: it could expire on the way.
MARGIN = 30.0


Key = TypeVar("Key", bound=Hashable)


class Tokens(Generic[Key]):
    """Tokens by what they were given for. Two threads that miss one both ask: nobody waits for another's call."""

    def __init__(self) -> None:
        self._kept: dict[Key, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, fetch: Callable[[], tuple[str, float]]) -> str:
        """The token that is kept, else a new one; `fetch` returns it with the seconds that it is good for."""
        with self._lock:
            known = self._kept.get(key)
        if known and time.monotonic() < known[1]:
            return known[0]
        asked = time.monotonic()
        token, seconds = fetch()
        with self._lock:
            self._kept[key] = (token, asked + seconds - MARGIN)
        return token

    def forget(self, which: Callable[[Key], bool] = lambda _key: True) -> None:
        """After a 401: the other side does not take the token any more."""
        with self._lock:
            for key in [key for key in self._kept if which(key)]:
                del self._kept[key]
