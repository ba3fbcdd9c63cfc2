"""States of a login that are not ours, not of this browser, not of this platform, or not of this hour; and proofs that
somebody else's browser could be made to send.
"""

import json
import re
import string
import zlib
from urllib.parse import parse_qs, urlsplit

import itsdangerous.timed
import pytest
from itsdangerous import URLSafeTimedSerializer

from lti_proctor.extensions import db
from lti_proctor.lti.state import LoginState, browser_hash, seal
from lti_proctor.people.models import SignIn, User
from lti_proctor.web.lti.storage import FIELD
from lti_proctor.web.sessions import COOKIE
from tests.factories import make_platform
from tests.lti.conftest import ISSUER, jwk
from tests.lti.hostile.refusal import SPANISH, assert_refused, rows
from tests.lti.hostile.tokens import b64

LETTERS = f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}-_"
NONCE = "nonce-31f7c0"
MISSING, EXPIRED, OTHER = "state_missing", "state_expired", "state_other_browser"
DATA = re.compile(r'id="page-data">(.*?)</script>', re.DOTALL)
OWN_FORM = {"Sec-Fetch-Site": "same-origin"}
STATES = {
    "none": lambda s: None,
    "empty": lambda s: "",
    "a word": lambda s: "x",
    "points": lambda s: "..",
    "cut by a letter": lambda s: s[:-1],
    "without its signature": lambda s: s.rsplit(".", 1)[0],
    "without its payload": lambda s: s.partition(".")[2],
    "lengthened": lambda s: s + "A",
    "twice": lambda s: s + s,
    "a blank behind": lambda s: s + " ",
    "a line break behind": lambda s: s + "\n",
    "in capitals": lambda s: s.upper(),
    "its parts swapped": lambda s: ".".join(reversed(s.split("."))),
    "letters from elsewhere": lambda s: "é" + s[1:],
    "a token": lambda s: "eyJhbGciOiJub25lIn0.e30.",
    "a zipped bomb": lambda s: "." + b64(zlib.compress(b"[" * 5_000_000)) + ".AAAA.AAAA",
    "very long": lambda s: s * 200,
}


@pytest.mark.parametrize("change", STATES.values(), ids=STATES.keys())
@pytest.mark.parametrize("path", ["/lti/launch", "/lti/enter"])
def test_a_state_that_is_not_ours_is_refused(sender, platform, client, path, change):
    token = platform.sign(sender.claims())
    given = {"state": change(sender.state), "id_token": token}
    given = {name: value for name, value in given.items() if value is not None}

    def send():
        if path == "/lti/enter":
            return client.get(path, query_string=given, headers=SPANISH)
        return client.post(path, data=given, headers=SPANISH)

    assert_refused(send, MISSING, status=400, secrets=(token, sender.nonce))
    sender.comes_in()


def test_each_letter_of_a_state_counts(sender, platform, client):
    token = platform.sign(sender.claims())
    for place in range(0, len(sender.state), 17):
        # The last letter of a part of base64 may hold bits that count for nothing: change its highest bit.
        other = LETTERS[LETTERS.index(sender.state[place]) ^ 32] if sender.state[place] in LETTERS else "A"
        changed = f"{sender.state[:place]}{other}{sender.state[place + 1 :]}"
        form = {"state": changed, "id_token": token}
        assert client.post("/lti/launch", data=form).status_code in {400, 429}
    assert db.session.query(User).count() == 0


def state_for(platform, **changes):
    values = {
        "registration_id": platform.registration.id, "nonce": NONCE, "browser": browser_hash("cookie"),
        "target_link_uri": "http://localhost:8000/", "login_hint": "h", "message_hint": None, "deployment_id": None,
    }  # fmt: skip
    return LoginState(**{**values, **changes})


FORGED = {
    "of another site": lambda p, s: seal(state_for(p), s.model_copy(update={"secret_key": "s" * 40})),
    "with another salt": lambda p, s: URLSafeTimedSerializer(s.secret_key, salt="exam window").dumps([1, 2, 3]),
    "with another digest": lambda p, s: URLSafeTimedSerializer(s.secret_key, salt="lti login").dumps([1] * 9),
}


@pytest.mark.parametrize("make", FORGED.values(), ids=FORGED.keys())
def test_a_state_that_somebody_else_sealed_is_refused(sender, platform, client, settings, make):
    sender.state, sender.nonce = make(platform, settings), NONCE
    sender.is_refused(platform.sign(sender.claims()), MISSING)


def test_a_state_of_some_minutes_ago_is_refused(sender, platform, monkeypatch, settings):
    token = platform.sign(sender.claims())
    later = itsdangerous.timed.time.time() + settings.lti_state_minutes * 60 + 1
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: later)
    sender.is_refused(token, EXPIRED)


def test_a_state_of_a_platform_that_is_gone_is_refused(sender, platform, client, settings):
    client.set_cookie("lti-browser", "cookie", domain="localhost")
    sender.state, sender.nonce = seal(state_for(platform, registration_id=99_999), settings), NONCE
    sender.is_refused(platform.sign(sender.claims()), "platform_unknown")


def test_the_message_of_one_platform_does_not_fit_the_login_of_another(sender, platform, client, platform_key, now):
    """Both have the same keys and the same issuer, as two customers of one host do."""
    second = make_platform(now, issuer=ISSUER, client_id="client-2")
    second.key_set, second.key_set_at = {"keys": [jwk(platform_key)]}, now
    db.session.commit()
    answer = platform.login(client, client_id="client-2")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    sender.state, sender.nonce = query["state"][0], query["nonce"][0]
    sender.is_refused(platform.sign(sender.claims()), "token_audience")


def test_the_state_of_another_browser_is_refused(sender, platform, app):
    token = platform.sign(sender.claims())
    sender.client = app.test_client()
    platform.begin(sender.client)
    sender.is_refused(token, OTHER)


@pytest.mark.parametrize("cookie", ["", "x", "cookie ", "é", "a" * 3000, '"', "null"])
def test_a_cookie_that_is_not_of_the_login_is_no_proof(sender, platform, app, cookie):
    token = platform.sign(sender.claims())
    sender.client = app.test_client()
    sender.client.set_cookie("lti-browser", cookie, domain="localhost")
    before = rows()
    assert sender.post(token).status_code in {200, 400}
    assert rows() == before


# the storage of the LMS


@pytest.fixture
def stored(sender, platform, client):
    """A login with storage in the browser of an attacker, who so knows everything that a page of ours was told."""
    data = json.loads(DATA.search(platform.login(client, lti_storage_target="_parent").text)[1])
    query = parse_qs(urlsplit(data["address"]).query)
    sender.state, sender.nonce = query["state"][0], query["nonce"][0]
    return data


FOREIGN = {
    "another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "a neighbour below the same name": {"Sec-Fetch-Site": "same-site", "Origin": "http://other.localhost:8000"},
    "a bookmark": {"Sec-Fetch-Site": "none"},
    "two answers": {"Sec-Fetch-Site": "same-origin, cross-site"},
    "an old browser on another site": {"Origin": "https://evil.example"},
    "an old browser that hides its site": {"Origin": "null"},
    "the LMS itself": {"Sec-Fetch-Site": "cross-site", "Origin": ISSUER},
    "nothing said": {},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
def test_nobody_is_signed_in_as_somebody_else_by_a_form_of_another_site(sender, stored, platform, app, headers):
    """Login CSRF: state, token and value are all good, but the browser is the victim's."""
    form = {"state": sender.state, "id_token": platform.sign(sender.claims()), FIELD: stored["value"]}
    before, victim = rows(), app.test_client()
    answer = victim.post("/lti/launch", data=form, headers=headers)
    assert answer.status_code == 200
    assert "ticket" not in answer.text
    assert rows() == before
    assert [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(f"{COOKIE}=")] == []


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
def test_nor_in_a_browser_that_has_a_login_of_its_own(sender, stored, platform, app, headers):
    sender.client = app.test_client()
    platform.begin(sender.client)
    form = {"state": sender.state, "id_token": platform.sign(sender.claims()), FIELD: stored["value"]}
    sent = {**SPANISH, **headers}
    assert_refused(lambda: sender.client.post("/lti/launch", data=form, headers=sent), OTHER, status=400)


@pytest.mark.parametrize("headers", [OWN_FORM, {"Origin": "http://localhost:8000"}], ids=["said", "by an old browser"])
def test_our_own_page_with_the_value_is_believed(sender, stored, platform, app, headers):
    form = {"state": sender.state, "id_token": platform.sign(sender.claims()), FIELD: stored["value"]}
    answer = app.test_client().post("/lti/launch", data=form, headers=headers)
    assert 'name="ticket"' in answer.text
    assert db.session.query(SignIn).count() == 0


VALUES = {
    "empty": lambda v: "",
    "a word": lambda v: "x",
    "null": lambda v: "null",
    "an object": lambda v: "[object Object]",
    "cut": lambda v: v[:-1],
    "lengthened": lambda v: v + "A",
    "its hash": browser_hash,
    "quoted": lambda v: f'"{v}"',
    "a blank behind": lambda v: v + " ",
    "letters from elsewhere": lambda v: "é" + v,
    "very long": lambda v: v * 1000,
}


@pytest.mark.parametrize("change", VALUES.values(), ids=VALUES.keys())
def test_a_value_that_was_not_stored_is_no_proof(sender, stored, platform, app, change):
    sender.client = app.test_client()
    platform.begin(sender.client)
    form = {"state": sender.state, "id_token": platform.sign(sender.claims()), FIELD: change(stored["value"])}
    headers = {**SPANISH, **OWN_FORM}
    assert_refused(lambda: sender.client.post("/lti/launch", data=form, headers=headers), OTHER, status=400)


def test_where_no_storage_was_agreed_on_no_value_is_a_proof(sender, platform, app):
    token = platform.sign(sender.claims())
    sender.client = app.test_client()
    platform.begin(sender.client)
    form, headers = {"state": sender.state, "id_token": token}, {**SPANISH, **OWN_FORM}
    for value in ("", "None", "x"):
        told = {**form, FIELD: value}
        assert_refused(lambda told=told: sender.client.post("/lti/launch", data=told, headers=headers), OTHER)


TARGETS = [
    "javascript:alert(1)", "https://evil.example", "//evil.example", "_blank", "_top", "_self", "opener", "location",
    "close", "postMessage", "__proto__", "constructor", "0", "-1", "frames[0]", '"><script>alert(1)</script>', "</script>",
    "<!--", "'-alert(1)-'", "{{ 7 * 7 }}", "a b", "é", "x" * 255,
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_wherever_the_value_is_to_be_kept_only_a_window_of_the_platform_hears_it(platform, client, target):
    """The name is only looked up among frames, and the browser gives the message to the platform's origin alone."""
    answer = platform.login(client, lti_storage_target=target)
    assert answer.status_code == 200
    data = json.loads(DATA.search(answer.text)[1])
    assert (data["origin"], data["target"]) == (ISSUER, target)
    assert data["address"].startswith(f"{ISSUER}/auth?")
    assert answer.text.count("<script") == 3
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-src 'self';" in policy
