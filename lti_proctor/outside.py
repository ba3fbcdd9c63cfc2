"""The one client for every outgoing request: total time-out, size limit, no way to addresses inside.

The name is resolved here and the connection goes to the checked address, so that a second answer of the name server
can't lead elsewhere. Redirects are not followed.
"""

import ipaddress
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
from flask import Flask, current_app

from lti_proctor.errors import Upstream
from lti_proctor.settings import Settings

USER_AGENT = "LTI-Proctor/0.1"
IDLE_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers with lower-case names, the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Watchdog:
    """Ends what takes too long: one thread for all requests, begun with the first."""

    def __init__(self) -> None:
        self.watched: dict[int, tuple[float, Callable[[], None]]] = {}
        self.changed = threading.Condition()
        self.thread: threading.Thread | None = None
        self.tickets = itertools.count()

    def watch(self, deadline: float, end: Callable[[], None]) -> int:
        """Call `end` at the deadline (`time.monotonic`), unless the ticket is forgotten before."""
        with self.changed:
            ticket = next(self.tickets)
            is_soonest = all(deadline < other for other, _end in self.watched.values())
            self.watched[ticket] = (deadline, end)
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
                self.thread.start()
            elif is_soonest:
                self.changed.notify()
        return ticket

    def forget(self, ticket: int) -> None:
        with self.changed:
            self.watched.pop(ticket, None)

    def end(self) -> None:
        with self.changed:
            self.watched.clear()
            self.changed.notify()

    def _run(self) -> None:
        while True:
            with self.changed:
                now = time.monotonic()
                late = [ticket for ticket, (deadline, _end) in self.watched.items() if deadline <= now]
                ends = [self.watched.pop(ticket)[1] for ticket in late]
                if not ends:
                    soonest = min((deadline for deadline, _end in self.watched.values()), default=now + IDLE_SECONDS)
                    if not self.changed.wait(soonest - now) and not self.watched:
                        self.thread = None
                        return
            for end in ends:
                # What it closes belongs to another thread, which hears of it by an error of its own.
                with suppress(Exception):
                    end()


class Outside:
    """Requests to other hosts under the rules of the settings. One per application; safe with threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.allowed = frozenset(settings.outside_allow)
        self.tls = ssl.create_default_context()
        self.clients: dict[tuple[str, str, int], httpx.Client] = {}
        self.lock = threading.Lock()
        self.watchdog = Watchdog()

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        data: Mapping[str, str] | None = None,
        timeout: float | None = None,
        max_bytes: int | None = None,
        cut: bool = False,
    ) -> Answer:
        """Send one request and read the whole answer, or with `cut` as much of it as `max_bytes` allows.

        Raises `Upstream` with the codes outside_address, outside_forbidden (both permanent), outside_unreachable,
        outside_timeout, outside_too_large. Any HTTP status is an answer, not an error.
        """
        target = _address(url)
        address = self._resolve(target)
        deadline = time.monotonic() + (timeout or self.settings.outside_timeout_seconds)
        try:
            return self._send(method, target, address, deadline, headers or {}, content, data, max_bytes, cut)
        except httpx.TimeoutException as error:
            raise Upstream("outside_timeout", permanent=False, host=target.host) from error
        except (httpx.HTTPError, ssl.SSLError, OSError, RuntimeError) as error:
            raise Upstream("outside_unreachable", permanent=False, host=target.host) from error

    def _send(
        self,
        method: str,
        target: httpx.URL,
        address: str,
        deadline: float,
        headers: Mapping[str, str],
        content: bytes | None,
        data: Mapping[str, str] | None,
        max_bytes: int | None,
        cut: bool,
    ) -> Answer:
        left = max(deadline - time.monotonic(), 0.01)
        request = httpx.Request(
            method,
            target.copy_with(host=address),
            headers={"User-Agent": USER_AGENT, **headers, "Host": target.netloc.decode("ascii")},
            content=content,
            data=data,
            extensions={
                "sni_hostname": target.host,
                "timeout": {"connect": left, "read": left, "write": left, "pool": left},
            },
        )
        response = self._client(target).send(request, stream=True, follow_redirects=False)
        # A host that sends a byte now and then never runs into the read time-out; the watchdog ends that too.
        ticket = self.watchdog.watch(deadline, response.close)
        try:
            body = _read(response, deadline, max_bytes or self.settings.outside_max_bytes, cut=cut)
        finally:
            self.watchdog.forget(ticket)
            response.close()
        return Answer(response.status_code, dict(response.headers), body)

    def _client(self, target: httpx.URL) -> httpx.Client:
        """Connections are kept per host name: two names at one address never share a TLS session."""
        key = (target.scheme, target.host, target.port or 0)
        with self.lock:
            if key not in self.clients:
                if len(self.clients) > 200:
                    self.clients.clear()
                self.clients[key] = httpx.Client(verify=self.tls, trust_env=False, follow_redirects=False)
            return self.clients[key]

    def _resolve(self, target: httpx.URL) -> str:
        port = target.port or (443 if target.scheme == "https" else 80)
        try:
            found = socket.getaddrinfo(target.host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Upstream("outside_unreachable", permanent=False, host=target.host) from error
        addresses = [str(info[4][0]) for info in found]
        if target.host.lower() not in self.allowed and not all(is_public(a) for a in addresses):
            raise Upstream("outside_forbidden", permanent=True, host=target.host)
        return addresses[0]

    def close(self) -> None:
        self.watchdog.end()
        for client in self.clients.values():
            client.close()
        self.clients.clear()


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, also when it is wrapped into IPv6."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.is_site_local or int(ip) >> 32 == 0:
            return False
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def _address(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, TypeError) as error:
        raise Upstream("outside_address", permanent=True) from error
    if target.scheme not in {"http", "https"} or not target.host or target.userinfo:
        raise Upstream("outside_address", permanent=True)
    return target


def _read(response: httpx.Response, deadline: float, max_bytes: int, *, cut: bool) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        size += len(part)
        if size > max_bytes and cut:
            break
        if size > max_bytes:
            raise Upstream("outside_too_large", permanent=True)
        if time.monotonic() > deadline:
            raise Upstream("outside_timeout", permanent=False)
        parts.append(part)
    return b"".join(parts)


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["outside"] = Outside(settings)


def request(method: str, url: str, **options: Any) -> Answer:
    """`Outside.request` of the present application."""
    client: Outside = current_app.extensions["outside"]
    return client.request(method, url, **options)
