"""Key sets that are none, or hold what must not be used. A real host serves them, and hangs, drips and bursts."""

import gzip
import json
import zlib
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from lti_proctor.extensions import db
from lti_proctor.lti import keysets
from lti_proctor.lti.keysets import PAUSE
from lti_proctor.platforms.models import Registration
from tests.lti.conftest import KID, jwk
from tests.lti.hostile.host import told
from tests.lti.hostile.tokens import good, hmac_signed, signed

UNREACHABLE, SIGNATURE = "key_set_unreachable", "token_signature"


@pytest.fixture
def asked(sender, platform, host):
    """A platform of which no key is known yet, with its key set at the host."""
    registration = platform.registration
    registration.key_set, registration.key_set_at = None, None
    registration.key_set_url = f"{host.url}/keys?site=1"
    db.session.commit()
    return sender


def bomb(layers=1, size=40_000_000):
    content = b" " * size
    for _ in range(layers):
        content = gzip.compress(content, 9)
    return content


ANSWERS = {
    "nothing": told(b""),
    "a page": told(b"<!doctype html><h1>Log in</h1>"),
    "a page with a key set in it": told(b'<script>{"keys": []}</script>'),
    "half a JSON": told(b'{"keys": ['),
    "two JSONs": told(b'{"keys": []}{"keys": []}'),
    "a list": told([]),
    "a text": told("keys"),
    "null": told(None),
    "true": told(True),
    "no keys": told({}),
    "keys in capitals": told({"KEYS": []}),
    "keys in an object": told({"keys": {"key-1": {}}}),
    "keys in a text": told({"keys": "[]"}),
    "keys that are null": told({"keys": None}),
    "one key and no set": told({"kty": "RSA", "kid": KID}),
    "keys a level down": told({"keys": {"keys": []}}),
    "bytes": told(b"\xff\xfe\x00"),
    "a certificate": told(b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
    "very deep": told(b'{"keys":' + b"[" * 100_000),
    "a number without end": told(b'{"keys": [], "n": ' + b"9" * 10_000 + b"}"),
    "a signed one": told(b"eyJhbGciOiJSUzI1NiJ9.eyJrZXlzIjpbXX0.AAAA"),
    "not there": told(b"", 404),
    "not allowed": told({"keys": []}, 403),
    "broken": told({"keys": []}, 500),
    "too many questions": told({"keys": []}, 429, Retry_After="100000"),
    "no content": told(b"", 204),
    "a part": told({"keys": []}, 206),
    "nothing new": told(b"", 304),
    "a way on": told(b"", 302, Location="http://169.254.169.254/latest/meta-data/"),
    "a way to itself": told(b"", 307, Location="/keys?site=1"),
    "a way for good": told({"keys": []}, 301, Location="/other"),
    "too long": told(b'{"keys": [' + b" " * 1_100_000 + b"]}"),
    "longer than it says": (200, b" " * 50_000, {"Content-Length": "5"}),
    "shorter than it says": (200, b'{"keys": []}', {"Content-Length": "500"}),
    "two lengths": (200, b'{"keys": []}', {"Content-Length": "12", "content-length": "13"}),
    "a length below nothing": (200, b'{"keys": []}', {"Content-Length": "-1"}),
    "broken chunks": (200, b"zz\r\n{}\r\n", {"Transfer-Encoding": "chunked"}),
    "a chunk without end": (200, b"FFFFFFFFFF\r\n{}", {"Transfer-Encoding": "chunked"}),
    "a bomb": told(bomb(), Content_Encoding="gzip"),
    "a bomb in a bomb": told(bomb(2), Content_Encoding="gzip, gzip"),
    "a deflated bomb": told(zlib.compress(b" " * 40_000_000, 9), Content_Encoding="deflate"),
    "not what it says it is zipped as": told(b'{"keys": []}', Content_Encoding="gzip"),
    "zipped by something unknown": told(b"\x00\x01", Content_Encoding="br"),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_what_is_no_key_set_closes_the_way_in(asked, platform, host, patience, answer):
    host.answer = answer
    asked.is_refused(platform.sign(asked.claims()), UNREACHABLE)
    assert host.n_asked == 1


HABITS = [
    "slow_body", "slow_chunks", "slow_head", "slow_heads", "continues", "silent", "hangs_up", "hangs_up_within",
    "gibberish", "another_protocol", "endless", "endless_head",
]  # fmt: skip


#: Those that the other services are tried with as well.
WORST = ["slow_body", "slow_head", "silent", "hangs_up_within", "gibberish", "endless_head"]


@pytest.mark.parametrize("habit", HABITS)
def test_a_host_with_bad_habits_is_left_in_time(asked, platform, host, patience, habit):
    host.answer = habit
    asked.is_refused(platform.sign(asked.claims()), UNREACHABLE, within=patience + 1)


INSIDE = [
    "http://10.0.0.1/keys", "http://192.168.1.1/", "http://169.254.169.254/latest/", "http://[::1]/", "http://0.0.0.0/",
    "http://[::ffff:10.0.0.1]/", "http://[fd00::1]/", "http://2130706433/", "http://0x7f.1/", "http://100.64.0.1/",
    "http://[64:ff9b::a00:1]/", "http://127.0.0.1:1/keys", "http://user:pw@127.0.0.1/", "http://nobody.invalid/",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_a_key_set_inside_or_nowhere_is_not_fetched(asked, platform, address):
    platform.registration.key_set_url = address
    db.session.commit()
    asked.is_refused(platform.sign(asked.claims()), UNREACHABLE)


def changed(key, **changes):
    return {name: value for name, value in {**jwk(key), **changes}.items() if value is not ...}


EVEN, HUGE = urlsafe_b64encode(b"\x02").decode(), "A" * 300_000
KEYS = {
    "none": lambda key: [],
    "things that are no keys": lambda key: ["x", 5, None, [], {}, True, [jwk(key)]],
    "no key id": lambda key: [changed(key, kid=...)],
    "an empty key id": lambda key: [changed(key, kid="")],
    "a key id in numbers": lambda key: [changed(key, kid=1)],
    "another key id": lambda key: [changed(key, kid="key-2")],
    "the key id in capitals": lambda key: [changed(key, kid=KID.upper())],
    "for encryption": lambda key: [changed(key, use="enc")],
    "for another algorithm": lambda key: [changed(key, alg="RS512")],
    "for no algorithm": lambda key: [changed(key, alg="none")],
    "for encryption by its algorithm": lambda key: [changed(key, alg="RSA-OAEP")],
    "of no kind": lambda key: [changed(key, kty=...)],
    "of an unknown kind": lambda key: [changed(key, kty="rsa")],
    "no modulus": lambda key: [changed(key, n=...)],
    "a modulus in numbers": lambda key: [changed(key, n=65537)],
    "an empty modulus": lambda key: [changed(key, n="")],
    "a modulus of zero": lambda key: [changed(key, n="AAAA")],
    "a modulus that is no base64": lambda key: [changed(key, n="***")],
    "a modulus without end": lambda key: [changed(key, n=HUGE)],
    "a huge modulus": lambda key: [changed(key, n="_" * 300_000)],
    "an exponent of one": lambda key: [changed(key, e="AQ")],
    "an even exponent": lambda key: [changed(key, e=EVEN)],
    "an exponent without end": lambda key: [changed(key, e="_" * 300_000)],
    "the other number as exponent": lambda key: [changed(key, e=jwk(key)["n"])],
    "behind a hundred others": lambda key: [changed(key, kid=f"k{n}") for n in range(150)] + [jwk(key)],
    "the right key before a wrong one of its name": lambda key: [jwk(key), jwk(generate_private_key(public_exponent=65537, key_size=2048))],
}  # fmt: skip


@pytest.mark.parametrize("make", KEYS.values(), ids=KEYS.keys())
def test_a_key_that_must_not_be_used_lets_nothing_in(asked, platform, host, platform_key, make):
    host.answer = told({"keys": make(platform_key)})
    asked.is_refused(platform.sign(asked.claims()), SIGNATURE)


def test_ten_thousand_keys_are_not_read(asked, platform, host, platform_key):
    host.answer = told({"keys": [{"kty": "RSA", "kid": f"k{n}", "e": "AQAB", "n": "x" * 40} for n in range(10_000)]})
    asked.is_refused(platform.sign(asked.claims()), SIGNATURE)


@pytest.mark.parametrize("bits", [512, 1024, 1536])
def test_a_short_key_is_not_enough(asked, host, bits):
    key = generate_private_key(public_exponent=65537, key_size=max(bits, 1024))
    host.answer = told({"keys": [jwk(key)]})
    asked.is_refused(signed(key, good(), asked.claims()), SIGNATURE)


def test_an_elliptic_key_is_not_used(asked, platform, host):
    key = ec.generate_private_key(ec.SECP256R1())
    host.answer = told({"keys": [{**json.loads(ECAlgorithm.to_jwk(key.public_key())), "kid": KID}]})
    asked.is_refused(platform.sign(asked.claims()), SIGNATURE)


def test_a_shared_secret_is_not_used(asked, host):
    secret = b"a secret that everybody can read"
    host.answer = told({"keys": [{"kty": "oct", "kid": KID, "k": urlsafe_b64encode(secret).decode(), "alg": "HS256"}]})
    asked.is_refused(hmac_signed(secret, good(alg="HS256"), asked.claims()), "token_algorithm")
    asked.is_refused(hmac_signed(secret, good(), asked.claims()), SIGNATURE)


# what is used, and what is kept of it


def test_a_key_set_may_hold_rubbish_beside_the_key(asked, platform, host, platform_key):
    rubbish = ["x", {}, {"kty": "RSA", "kid": "\ud800", "n": "\0", "e": float("nan")}, {"kid": KID, "kty": "EC"}]
    host.answer = told({"keys": [*rubbish, jwk(platform_key)], "more": [[[["x"]]]]})
    asked.comes_in()


@pytest.mark.parametrize(
    "odd",
    ["\0", "\ud800", float("nan"), [[[]]], 10**400, json.loads("[" * 900 + "]" * 900)],
    ids=lambda v: ascii(v)[:20],
)
def test_what_no_database_keeps_is_left_out(asked, platform, host, platform_key, odd):
    host.answer = told({"keys": [{**jwk(platform_key), "x": odd}, {**jwk(platform_key), "kid": "other", "alg": odd}]})
    asked.comes_in()


def test_the_private_half_of_a_key_is_not_kept(asked, platform, host, platform_key):
    host.answer = told({"keys": [{**json.loads(RSAAlgorithm.to_jwk(platform_key)), "kid": KID}], "note": "x"})
    asked.comes_in()
    kept = db.session.get_one(Registration, platform.registration.id).key_set
    assert [set(key) for key in kept["keys"]] == [{"kty", "n", "e", "kid"}]


def test_a_zipped_key_set_is_read(asked, host, platform_key):
    content = gzip.compress(json.dumps({"keys": [jwk(platform_key)]}).encode())
    host.answer = told(content, Content_Encoding="gzip")
    asked.comes_in()


@pytest.mark.parametrize("habit", ["hangs_up", "silent", "gibberish"])
def test_keys_that_are_known_serve_while_the_platform_is_away_and_nobody_waits_twice(
    asked, platform, host, platform_key, patience, time, habit
):
    host.answer = told({"keys": [jwk(platform_key)]})
    asked.comes_in()
    time.passes(days=2)
    host.answer, host.n_asked = habit, 0
    for _ in range(3):
        asked.begin()
        asked.comes_in()
    assert host.n_asked == 1


def test_a_platform_that_came_back_is_asked_again(asked, platform, host, platform_key, time, monkeypatch):
    host.answer = told({"keys": [jwk(platform_key)]})
    asked.comes_in()
    time.passes(days=2)
    host.answer = "hangs_up"
    asked.begin()
    asked.comes_in()
    real = keysets.time.monotonic
    monkeypatch.setattr(keysets.time, "monotonic", lambda: real() + PAUSE + 1)
    host.answer, host.n_asked = told({"keys": [jwk(platform_key)]}), 0
    asked.begin()
    asked.comes_in()
    assert host.n_asked == 1
    assert platform.registration.key_set_at - time.now < timedelta(seconds=1)
