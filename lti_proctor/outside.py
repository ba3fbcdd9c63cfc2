"""The one client for every outgoing request: total time-out, size limit, no way to addresses inside.

The name is resolved here and the connection goes to the checked address, so that a second answer of the name server
can't lead elsewhere. Redirects are not followed.
"""

import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx
from flask import Flask, current_app

from lti_proctor.errors import Upstream
from lti_proctor.settings import Settings

USER_AGENT = "LTI-Proctor/0.1"
_deadline: ContextVar[float] = ContextVar("deadline")


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers with lower-case names, the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def retry_after(self) -> float | None:
        """Seconds of a Retry-After header, at most a day; dates are left to our own delay."""
        value = self.headers.get("retry-after", "").strip()
        return min(float(value), 86400.0) if value.isascii() and value.isdigit() and len(value) < 10 else None


class Timely(httpcore.NetworkStream):
    """A connection of which no step goes beyond the deadline of the request: a host that sends a byte now and then, of
    the head or of the body, never runs into a time-out of its own.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self.stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, _left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, _left())

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return Timely(self.stream.start_tls(ssl_context, server_hostname, _left()))

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


class TimelyBackend(httpcore.SyncBackend):
    def connect_tcp(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        return Timely(super().connect_tcp(*args, **{**options, "timeout": _left()}))


class Transport(httpx.HTTPTransport):
    """httpx has no door for connections of one's own, so its pool is replaced."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, max_connections=100, max_keepalive_connections=20, keepalive_expiry=5.0,
            network_backend=TimelyBackend(),
        )  # fmt: skip


def _left() -> float:
    """Seconds of the present request. Raises a time-out when there are none."""
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the whole time is over")
    return left


class Outside:
    """Requests to other hosts under the rules of the settings. One per application; safe with threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.allowed = frozenset(settings.outside_allow)
        self.tls = ssl.create_default_context()
        self.clients: dict[tuple[str, str, int], httpx.Client] = {}
        self.lock = threading.Lock()

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
        deadline = _deadline.set(time.monotonic() + (timeout or self.settings.outside_timeout_seconds))
        try:
            return self._send(method, target, address, headers or {}, content, data, max_bytes, cut)
        except httpx.TimeoutException as error:
            raise Upstream("outside_timeout", permanent=False, host=target.host) from error
        except (httpx.HTTPError, ssl.SSLError, OSError, RuntimeError, zlib.error) as error:
            raise Upstream("outside_unreachable", permanent=False, host=target.host) from error
        finally:
            _deadline.reset(deadline)

    def _send(
        self,
        method: str,
        target: httpx.URL,
        address: str,
        headers: Mapping[str, str],
        content: bytes | None,
        data: Mapping[str, str] | None,
        max_bytes: int | None,
        cut: bool,
    ) -> Answer:
        request = httpx.Request(
            method,
            target.copy_with(host=address),
            headers={"User-Agent": USER_AGENT, **headers, "Host": target.netloc.decode("ascii")},
            content=content,
            data=data,
            extensions={"sni_hostname": target.host, "timeout": {"pool": _left()}},
        )
        response = self._client(target).send(request, stream=True, follow_redirects=False)
        try:
            body = _read(response, max_bytes or self.settings.outside_max_bytes, cut=cut)
        finally:
            response.close()
        return Answer(response.status_code, dict(response.headers), body)

    def _client(self, target: httpx.URL) -> httpx.Client:
        """Connections are kept per host name: two names at one address never share a TLS session."""
        key = (target.scheme, target.host, target.port or 0)
        with self.lock:
            if key not in self.clients:
                if len(self.clients) > 200:
                    self.clients.clear()
                self.clients[key] = httpx.Client(transport=Transport(self.tls), trust_env=False)
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


def _read(response: httpx.Response, max_bytes: int, *, cut: bool) -> bytes:
    """The body as it was meant. What is zipped grows only to the limit, however much it would be."""
    zipped = response.headers.get("Content-Encoding", "identity").strip().lower()
    if zipped not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise httpx.DecodingError(f"zipped as {zipped[:20]!r}")
    unzip = None if zipped in {"", "identity"} else zlib.decompressobj(zlib.MAX_WBITS | 32)
    parts: list[bytes] = []
    size = 0
    for raw in response.iter_raw():
        part = unzip.decompress(raw, max_bytes + 1 - size) if unzip else raw
        size += len(part)
        if size > max_bytes and cut:
            break
        if size > max_bytes:
            raise Upstream("outside_too_large", permanent=True)
        parts.append(part)
    return b"".join(parts)


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["outside"] = Outside(settings)


def request(method: str, url: str, **options: Any) -> Answer:
    """`Outside.request` of the present application."""
    client: Outside = current_app.extensions["outside"]
    return client.request(method, url, **options)
