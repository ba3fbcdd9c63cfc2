"""A platform to register with: a real server, which answers as it is told."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sqlalchemy import select

from lti_proctor.extensions import db
from lti_proctor.lti.registration import PLATFORM
from lti_proctor.lti.tool_documents import SCOPES, TOOL
from lti_proctor.platforms.models import Registration

GONE = object()
SLOW = ("hang", "drip")
TOKEN = "token-of-the-platform.eyJ.sig"


class Lms(ThreadingHTTPServer):
    """What the platform answers, and what it was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server_port}"
        self.stop = threading.Event()
        self.asked = []
        self.config_answer = self.registration_answer = None
        self.registration_status = 200
        self.reply = {"client_id": "client-7", TOOL: {"deployment_id": "3"}}
        self.config = {
            "issuer": self.base,
            "authorization_endpoint": f"{self.base}/auth",
            "token_endpoint": f"{self.base}/token",
            "jwks_uri": f"{self.base}/keys",
            "registration_endpoint": f"{self.base}/register",
            "scopes_supported": ["openid", *SCOPES],
            PLATFORM: {
                "product_family_code": "Northfield",
                "messages_supported": ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"],
            },
        }

    def change(self, **changes):
        for name, value in changes.items():
            if value is GONE:
                self.config.pop(name)
            else:
                self.config[name] = value

    @property
    def posted(self):
        return next(json.loads(body) for method, _path, _headers, body in self.asked if method == "POST")

    def handle_error(self, request, client_address):
        """A caller that hangs up is what one of these tests is about."""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.note(b"")
        self.reply_with(self.server.config_answer or (200, json.dumps(self.server.config).encode(), {}))

    def do_POST(self):
        self.note(self.rfile.read(int(self.headers["Content-Length"])))
        whole = (self.server.registration_status, json.dumps(self.server.reply).encode(), {})
        self.reply_with(self.server.registration_answer or whole)

    def reply_with(self, found):
        if found in SLOW:
            self.be_slow(found)
        else:
            self.answer(*found)

    def be_slow(self, how):
        """Say nothing, or a byte now and then."""
        if how == "drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _byte in range(100):
            if self.server.stop.wait(0.1):
                return
            if how == "drip":
                self.wfile.write(b" ")

    def note(self, body):
        self.server.asked.append((self.command, self.path, dict(self.headers), body))

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Nobody reads it."""


def stored():
    return db.session.scalars(select(Registration)).one()
