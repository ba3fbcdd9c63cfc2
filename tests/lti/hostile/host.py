"""A host on the network that answers as a test says, with all the bad habits that a host can have."""

import json
import re
import socket
import socketserver
import threading
from typing import Any

Told = tuple[int, bytes, dict[str, str]]


def told(body: Any, status: int = 200, **headers: str) -> Told:
    """An answer; a body that is no bytes becomes JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, content, {"Content-Length": str(len(content)), **named}


def is_whole(asked: bytes) -> bool:
    """Whether a question has come with all of its body: a host that closes before loses its own answer on the way."""
    head, end, body = asked.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


class Host(socketserver.ThreadingTCPServer):
    """Gives `answer` to every question, or does what it names: one of the methods of `Habits`.

    Questions that are posted get `to_posts` where that is told.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Habits)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.stop = threading.Event()
        self.answer: Told | str = told({"keys": []})
        self.to_posts: Told | str | None = None
        self.n_asked = 0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is what several of these tests are about."""


class Habits(socketserver.BaseRequestHandler):
    request: socket.socket
    server: Host

    def handle(self) -> None:
        asked = b""
        while not is_whole(asked) and (part := self.request.recv(65_536)):
            asked += part
        self.server.n_asked += 1
        is_other = asked.startswith(b"POST") and self.server.to_posts is not None
        answer = self.server.to_posts if is_other else self.server.answer
        if isinstance(answer, str):
            getattr(self, answer)()
        elif answer is not None:
            status, body, headers = answer
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            self.request.sendall(f"HTTP/1.1 {status} X\r\n{head}Connection: close\r\n\r\n".encode() + body)

    def drip(self, before: bytes, byte: bytes) -> None:
        self.request.sendall(before)
        while not self.server.stop.wait(0.05):
            self.request.sendall(byte)

    def slow_body(self) -> None:
        self.drip(b'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{"keys": [', b" ")

    def slow_chunks(self) -> None:
        self.drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")

    def slow_head(self) -> None:
        self.drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x")

    def slow_heads(self) -> None:
        self.drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")

    def continues(self) -> None:
        self.drip(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n")

    def silent(self) -> None:
        self.server.stop.wait(10)

    def hangs_up(self) -> None:
        """Says nothing, and goes."""

    def hangs_up_within(self) -> None:
        self.request.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"keys"')

    def gibberish(self) -> None:
        self.request.sendall(b"this is not HTTP\r\n\r\n")

    def another_protocol(self) -> None:
        self.request.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

    def endless(self) -> None:
        self.request.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not self.server.stop.is_set():
            self.request.sendall(b" " * 65_536)

    def endless_head(self) -> None:
        self.request.sendall(b"HTTP/1.1 200 OK\r\n")
        while not self.server.stop.is_set():
            self.request.sendall(b"X: " + b"y" * 8000 + b"\r\n")
