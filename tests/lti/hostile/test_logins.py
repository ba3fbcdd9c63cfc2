"""Logins that an LMS should never send: whom they come from, where they lead, and what they carry."""

from typing import Any
from urllib.parse import urlencode

import pytest

from lti_proctor.extensions import db
from tests.conftest import BASE_URL
from tests.lti.conftest import CLIENT, ISSUER, Platform
from tests.lti.hostile.refusal import SPANISH, assert_refused

GOOD = {
    "iss": ISSUER, "client_id": CLIENT, "login_hint": "hint-5d0c", "target_link_uri": f"{BASE_URL}/lti/launch",
    "lti_message_hint": "message-hint-77a1", "lti_deployment_id": "1",
}  # fmt: skip
UNKNOWN, INCOMPLETE, ELSEWHERE = "platform_unknown", "login_incomplete", "target_elsewhere"
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "nothing at all": (dict.fromkeys(GOOD), INCOMPLETE),
    "no issuer": ({"iss": None}, INCOMPLETE),
    "an empty issuer": ({"iss": ""}, INCOMPLETE),
    "an unknown issuer": ({"iss": "https://nobody.example"}, UNKNOWN),
    "the issuer with a slash": ({"iss": ISSUER + "/"}, UNKNOWN),
    "the issuer in capitals": ({"iss": ISSUER.upper()}, UNKNOWN),
    "the issuer with a blank": ({"iss": ISSUER + " "}, UNKNOWN),
    "the issuer with NUL": ({"iss": ISSUER + "\0"}, "status_400"),
    "an issuer of half a letter": ({"iss": "\ud800"}, UNKNOWN),
    "an issuer that is SQL": ({"iss": "' OR 1=1 --"}, UNKNOWN),
    "an issuer with a wildcard": ({"iss": "%"}, UNKNOWN),
    "a very long issuer": ({"iss": "https://" + "x" * 100_000}, UNKNOWN),
    "an issuer in look-alike letters": ({"iss": "https://lмs.example"}, UNKNOWN),
    "an issuer over plain http": ({"iss": "http://lms.example"}, UNKNOWN),
    "an unknown client": ({"client_id": "nobody"}, UNKNOWN),
    "the client with NUL": ({"client_id": CLIENT + "\0"}, "status_400"),
    "the client in capitals": ({"client_id": CLIENT.upper()}, UNKNOWN),
    "no login hint": ({"login_hint": None}, INCOMPLETE),
    "an empty login hint": ({"login_hint": ""}, INCOMPLETE),
    "a login hint of 10 kB": ({"login_hint": "x" * 10_000}, INCOMPLETE),
    "a message hint of 10 kB": ({"lti_message_hint": "x" * 10_000}, INCOMPLETE),
    "a deployment of 10 kB": ({"lti_deployment_id": "x" * 10_000}, INCOMPLETE),
    "no target": ({"target_link_uri": None}, ELSEWHERE),
    "an empty target": ({"target_link_uri": ""}, ELSEWHERE),
    "a target elsewhere": ({"target_link_uri": "https://evil.example/lti/launch"}, ELSEWHERE),
    "a target that is a script": ({"target_link_uri": "javascript:alert(1)"}, ELSEWHERE),
    "a target that is data": ({"target_link_uri": "data:text/html,x"}, ELSEWHERE),
    "a target without a scheme": ({"target_link_uri": "//localhost:8000/lti/launch"}, ELSEWHERE),
    "a relative target": ({"target_link_uri": "/lti/launch"}, ELSEWHERE),
    "a target of a longer host": ({"target_link_uri": BASE_URL + ".evil.example/"}, ELSEWHERE),
    "a target behind a user": ({"target_link_uri": "http://localhost:8000@evil.example/"}, ELSEWHERE),
    "a target with a user of its own": ({"target_link_uri": "http://me:pw@localhost:8000/lti/launch"}, ELSEWHERE),
    "a target behind a backslash": ({"target_link_uri": "http://evil.example\\@localhost:8000/"}, ELSEWHERE),
    "a target on another port": ({"target_link_uri": "http://localhost:9000/lti/launch"}, ELSEWHERE),
    "a target with another scheme": ({"target_link_uri": "https://localhost:8000/lti/launch"}, ELSEWHERE),
    "a target with a broken port": ({"target_link_uri": "http://localhost:x/lti/launch"}, ELSEWHERE),
    "a target with a broken address": ({"target_link_uri": "http://[::1"}, ELSEWHERE),
}  # fmt: skip


def told(changes: dict[str, Any]) -> dict[str, str]:
    given = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return {name: value.encode("utf-8", "surrogatepass") for name, value in given.items()}


@pytest.mark.parametrize(("changes", "code"), CASES.values(), ids=CASES.keys())
def test_a_wrong_login_is_refused(platform: Platform, client, changes, code):
    def get():
        return client.get(f"/lti/login?{urlencode(told(changes))}", headers=SPANISH)

    def post():
        return client.post("/lti/login", data=told(changes), headers=SPANISH)

    for send in (get, post):
        assert_refused(send, code, status=400, secrets=("hint-5d0c", "message-hint-77a1"))


BODIES = {
    "JSON": (b'{"iss": "https://lms.example"}', "application/json"),
    "broken JSON": (b"{", "application/json"),
    "a broken multipart form": (b"--x\r\nContent-Disposition: form-data\r\n\r\n", "multipart/form-data; boundary=x"),
    "multipart without a boundary": (b"iss=x", "multipart/form-data"),
    "XML": (b"<iss>https://lms.example</iss>", "application/xml"),
    "bytes": (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
    "ten thousand fields": (b"&".join(b"f%d=1" % n for n in range(10_000)), "application/x-www-form-urlencoded"),
    "another charset": ("iss=https://lms.example".encode("utf-16"), "application/x-www-form-urlencoded; charset=utf-16"),
}  # fmt: skip


@pytest.mark.parametrize("path", ["/lti/login", "/lti/launch", "/lti/continue"])
@pytest.mark.parametrize(("body", "kind"), BODIES.values(), ids=BODIES.keys())
def test_what_is_no_form_is_refused(platform: Platform, client, path, body, kind):
    codes = {INCOMPLETE, "state_missing", "ticket_used", "status_413"}
    headers = {**SPANISH, "Sec-Fetch-Site": "same-origin"}
    assert_refused(lambda: client.post(path, data=body, content_type=kind, headers=headers), codes)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/lti/login"), ("DELETE", "/lti/login"), ("GET", "/lti/launch"), ("PUT", "/lti/launch"),
        ("PATCH", "/lti/launch"), ("GET", "/lti/continue"), ("POST", "/lti/enter"), ("POST", "/lti/jwks.json"),
        ("POST", "/lti/register"), ("POST", "/lti/pictures/x"),
    ],
)  # fmt: skip
def test_a_method_that_is_not_for_this_address_is_refused(platform: Platform, client, method, path):
    assert_refused(lambda: client.open(path, method=method, headers=SPANISH), "status_405", status=405)


def test_a_client_that_wants_json_gets_a_page_too(platform: Platform, client):
    headers = {**SPANISH, "Accept": "application/json"}
    assert_refused(lambda: client.get("/lti/login", headers=headers), INCOMPLETE)


def test_of_two_issuers_in_one_login_the_query_counts_and_must_be_known(platform: Platform, client):
    def send():
        return client.post("/lti/login?iss=https://evil.example", data=told({}), headers=SPANISH)

    assert_refused(send, UNKNOWN)


def test_an_address_that_fails_again_and_again_has_to_wait(platform: Platform, client):
    for _ in range(60):
        client.get("/lti/login")
    assert_refused(lambda: client.get("/lti/login", headers=SPANISH), "status_429", status=429)


def test_a_login_of_a_platform_that_is_switched_off_is_refused(platform: Platform, client):
    platform.registration.is_active = False
    db.session.commit()
    assert_refused(lambda: client.post("/lti/login", data=told({}), headers=SPANISH), "platform_inactive", status=400)
