"""Requests to other hosts: total time-out, limits, and no way to addresses inside. The other host is real."""

import gzip
import socket
import socketserver
import threading
import time
import tracemalloc
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lti_proctor.errors import Upstream
from lti_proctor.outside import Outside, is_public

STOP = threading.Event()
BOMB = gzip.compress(b" " * 50_000_000)


class Other(BaseHTTPRequestHandler):
    """Another host, with all the bad habits that we know of."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        getattr(self, self.path.strip("/").split("?")[0], self.hello)()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(b"%s|%s|%s" % (self.headers["Content-Type"].encode(), self.headers["X-A"].encode(), body))

    def hello(self):
        self.answer(f"{self.headers['Host']}|{self.headers['User-Agent']}".encode())

    def away(self):
        self.answer(b"go away", 302, Location="http://169.254.169.254/latest/meta-data/")

    def broken(self):
        self.answer(b'{"error": "x"}', 503, **{"Retry-After": "7"})

    def large(self):
        self.answer(b"x" * 5000)

    def endless(self):
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while not STOP.is_set():
                self.wfile.write(b"x" * 4096)
        except OSError:
            pass

    def drip(self):
        """A byte now and then: no single read takes long."""
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.close_connection = True
        try:
            while not STOP.wait(0.05):
                self.wfile.write(b".")
        except OSError:
            pass

    def drip_head(self):
        """The same before the answer has begun."""
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        try:
            while not STOP.wait(0.05):
                self.wfile.write(b".")
        except OSError:
            pass

    def zipped(self):
        self.answer(gzip.compress(b"hello"), **{"Content-Encoding": "gzip"})

    def bomb(self):
        self.answer(BOMB, **{"Content-Encoding": "gzip"})

    def bomb_in_a_bomb(self):
        self.answer(gzip.compress(BOMB), **{"Content-Encoding": "gzip, gzip"})

    def no_zip(self):
        self.answer(b"hello", **{"Content-Encoding": "gzip"})

    def silence(self):
        self.close_connection = True
        STOP.wait(10)

    def rude(self):
        self.close_connection = True

    def gibberish(self):
        self.wfile.write(b"this is not HTTP\r\n\r\n")
        self.close_connection = True

    def answer(self, body, status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Nobody reads it."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A caller that hangs up is what several of these tests are about."""


@pytest.fixture(scope="module")
def host():
    STOP.clear()
    server = Server(("127.0.0.1", 0), Other)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    STOP.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client(settings):
    """Makes clients whose settings differ from the usual ones."""
    made = []

    def make(**changes):
        rules = {"outside_allow": ("127.0.0.1",), "outside_timeout_seconds": 5, **changes}
        made.append(Outside(settings.model_copy(update=rules)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def problem(client, url, **options):
    with pytest.raises(Upstream) as upstream:
        client.request("GET", url, **options)
    return upstream.value.code, upstream.value.permanent


def test_an_allowed_host_is_asked_and_answers(client, host):
    answer = client().request("GET", f"{host}/hello")
    name, agent = answer.body.decode().split("|")
    assert (answer.status, f"http://{name}") == (200, host)
    assert agent.startswith("LTI-Proctor/")


def test_what_is_sent_arrives(client, host):
    answer = client().request("POST", f"{host}/x", headers={"X-A": "1", "Content-Type": "a/b"}, content=b"body")
    assert answer.body == b"a/b|1|body"
    form = client().request("POST", f"{host}/x", headers={"X-A": "1"}, data={"a": "ä b"})
    assert form.body == b"application/x-www-form-urlencoded|1|a=%C3%A4+b"


def test_an_error_status_is_an_answer(client, host):
    answer = client().request("GET", f"{host}/broken")
    assert (answer.status, answer.headers["retry-after"], answer.body) == (503, "7", b'{"error": "x"}')


def test_an_answer_that_nobody_reads_may_be_cut(client, host):
    assert len(client().request("GET", f"{host}/large", max_bytes=5000, cut=True).body) == 5000
    assert client(outside_max_bytes=1000).request("GET", f"{host}/large", cut=True).status == 200
    assert client().request("GET", f"{host}/endless", max_bytes=10_000, cut=True).status == 200


def test_a_redirect_is_not_followed(client, host):
    answer = client().request("GET", f"{host}/away")
    assert (answer.status, answer.body) == (302, b"go away")


@pytest.mark.parametrize("path", ["large", "endless"])
def test_an_answer_that_is_too_large_is_left(client, host, path):
    code = problem(client(outside_max_bytes=4000), f"{host}/{path}")
    assert code == ("outside_too_large", True)
    assert problem(client(), f"{host}/{path}", max_bytes=4000) == ("outside_too_large", True)


def test_what_is_zipped_is_read(client, host):
    assert client().request("GET", f"{host}/zipped").body == b"hello"


def test_what_is_zipped_never_grows_beyond_the_limit(client, host):
    one = client()
    one.request("GET", f"{host}/zipped")
    tracemalloc.start()
    assert problem(one, f"{host}/bomb", max_bytes=100_000) == ("outside_too_large", True)
    assert one.request("GET", f"{host}/bomb", max_bytes=100_000, cut=True).status == 200
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize("path", ["bomb_in_a_bomb", "no_zip"])
def test_what_is_zipped_in_no_plain_way_is_unreachable(client, host, path):
    assert problem(client(), f"{host}/{path}") == ("outside_unreachable", False)


@pytest.mark.parametrize("path", ["silence", "drip", "drip_head"])
def test_a_slow_host_is_left_when_the_whole_time_is_over(client, host, path):
    began = time.monotonic()
    code, permanent = problem(client(), f"{host}/{path}", timeout=0.4)
    assert (code in {"outside_timeout", "outside_unreachable"}, permanent) == (True, False)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("path", ["rude", "gibberish"])
def test_a_host_that_speaks_no_http_is_unreachable(client, host, path):
    assert problem(client(), f"{host}/{path}") == ("outside_unreachable", False)


def test_a_closed_door_is_unreachable_and_may_open(client):
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        port = server.server_address[1]
    assert problem(client(), f"http://127.0.0.1:{port}/") == ("outside_unreachable", False)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.edu",
        "//example.edu/x",
        "ftp://example.edu/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http:///x",
        "http://user:password@example.edu/",
        "http://user@127.0.0.1/",
        "http://[::1",
        None,
    ],
)
def test_what_is_no_web_address_is_refused_for_good(client, url):
    assert problem(client(), url) == ("outside_address", True)


def test_a_port_that_does_not_exist_is_no_crash(client):
    code, _permanent = problem(client(), "http://127.0.0.1:99999/")
    assert code in {"outside_address", "outside_unreachable"}


PRIVATE = [
    "http://127.0.0.1/",
    "http://127.0.0.2/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://100.64.0.1/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "https://127.0.0.1:8443/",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_an_address_inside_is_refused_in_every_spelling(client, url):
    code, permanent = problem(client(outside_allow=()), url)
    assert permanent or code == "outside_unreachable"
    assert code in {"outside_forbidden", "outside_address", "outside_unreachable"}


@pytest.mark.parametrize("url", [url for url in PRIVATE if url not in {"http://127.0.0.1/", "https://127.0.0.1:8443/"}])
def test_allowing_one_spelling_of_an_address_allows_no_other(client, url):
    code, _permanent = problem(client(outside_allow=("127.0.0.1",)), url)
    assert code in {"outside_forbidden", "outside_address", "outside_unreachable"}


@pytest.mark.parametrize(
    ("addresses", "is_refused"),
    [
        (["93.184.215.14"], False),
        (["93.184.215.14", "10.0.0.1"], True),
        (["10.0.0.1", "93.184.215.14"], True),
        (["::ffff:10.0.0.1"], True),
    ],
)
def test_a_name_that_leads_inside_by_any_of_its_addresses_is_refused(client, monkeypatch, addresses, is_refused):
    found = [(2, 1, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr("lti_proctor.outside.socket.getaddrinfo", lambda *args, **kwargs: found)
    one = client(outside_allow=())
    monkeypatch.setattr(one, "_send", lambda *args: "sent")
    if is_refused:
        assert problem(one, "https://lms.example/") == ("outside_forbidden", True)
    else:
        assert one.request("GET", "https://lms.example/") == "sent"


def test_a_name_is_asked_for_once_and_the_connection_goes_to_that_answer(client, host, monkeypatch):
    port = int(host.rsplit(":", 1)[1])
    really, answers = socket.getaddrinfo, ["127.0.0.1", "10.0.0.1"]

    def resolve(name, *args, **kwargs):
        return really(answers.pop(0) if name == "lms.example" else name, *args, **kwargs)

    one = client(outside_allow=("lms.example",))
    monkeypatch.setattr("lti_proctor.outside.socket.getaddrinfo", resolve)
    answer = one.request("GET", f"http://lms.example:{port}/hello")
    assert answer.body.decode().split("|")[0] == f"lms.example:{port}"
    assert answers == ["10.0.0.1"]


def test_a_name_that_nobody_knows_is_unreachable(client, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("no such host")

    monkeypatch.setattr("lti_proctor.outside.socket.getaddrinfo", fail)
    assert problem(client(), "http://lms.example/") == ("outside_unreachable", False)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("8.8.8.8", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("127.255.255.254", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("172.31.255.255", False),
        ("172.32.0.1", True),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("100.128.0.1", True),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("203.0.113.9", False),
        ("224.0.0.251", False),
        ("239.255.255.250", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fd12:3456::1", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b::8.8.8.8", True),
        ("2002:a00:1::", False),
        ("2002:808:808::", True),
        pytest.param("::127.0.0.1", False),
        pytest.param("fec0::1", False),
    ],
)
def test_an_address_of_the_open_internet_is_told_from_all_others(address, public):
    assert is_public(address) is public
