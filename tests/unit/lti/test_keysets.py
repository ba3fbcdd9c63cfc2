import json
from base64 import urlsafe_b64encode
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from lti_proctor import outside
from lti_proctor.errors import Refused, Upstream
from lti_proctor.extensions import db
from lti_proctor.lti import keysets, known
from lti_proctor.lti.keysets import read_keys
from tests.factories import make_platform


def jwk(bits=2048, **changes):
    key = generate_private_key(public_exponent=65537, key_size=bits)
    found = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    values = {"kty": "RSA", "n": found["n"], "e": found["e"], "kid": "k1", "alg": "RS256", "use": "sig", **changes}
    return {name: value for name, value in values.items() if value is not ...}


GOOD, SMALL = jwk(), jwk(1024)
EVEN = urlsafe_b64encode(b"\x02").decode()


@pytest.mark.parametrize(
    ("changes", "taken"),
    [
        ({}, True),
        ({"alg": ...}, True),
        ({"use": ...}, True),
        ({"use": ..., "alg": ...}, True),
        ({"x5c": ["MIIB"], "key_ops": ["verify"], "unknown": 1}, True),
        ({"kid": ...}, False),
        ({"kid": ""}, False),
        ({"kid": 5}, False),
        ({"kid": ["k1"]}, False),
        ({"use": "enc"}, False),
        ({"use": None}, False),
        ({"alg": "RS512"}, False),
        ({"alg": "none"}, False),
        ({"alg": "HS256"}, False),
        ({"kty": "oct", "k": "c2VjcmV0"}, False),
        ({"kty": "EC", "crv": "P-256"}, False),
        ({"kty": ...}, False),
        ({"kty": "rsa"}, False),
        ({"n": ...}, False),
        ({"e": ...}, False),
        ({"n": "***"}, False),
        ({"n": ""}, False),
        ({"n": 5}, False),
        ({"n": None}, False),
        ({"e": EVEN}, False),
        ({"e": ""}, False),
        ({"e": []}, False),
        pytest.param({"n": SMALL["n"]}, False, id="1024 bits"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_only_a_signing_key_of_the_right_kind_and_size_is_taken(changes, taken):
    key = {name: value for name, value in {**GOOD, **changes}.items() if value is not ...}
    assert list(read_keys({"keys": [key]})) == (["k1"] if taken else [])


@pytest.mark.parametrize("key_set", [{}, {"keys": []}])
def test_a_set_without_keys_has_none(key_set):
    assert read_keys(key_set) == {}


def test_a_bad_key_does_not_spoil_the_good_ones_beside_it():
    keys = [{"kty": "RSA", "kid": "bad", "n": "x", "e": "AQAB"}, {}, GOOD, {**GOOD, "kid": "k2"}]
    assert list(read_keys({"keys": keys})) == ["k1", "k2"]


# asking the platform


@pytest.fixture
def platform(app, now):
    registration = make_platform(now)
    db.session.commit()
    return known.by_id(registration.id)


@pytest.fixture
def served(monkeypatch):
    """What the platform answers; `asked` counts."""

    class Served:
        body: object = {"keys": [GOOD]}
        status = 200
        problem: Upstream | None = None
        asked = 0

        def request(self, method, url, **options):
            self.asked += 1
            assert options["max_bytes"] <= 1_000_000
            if self.problem:
                raise self.problem
            body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
            return outside.Answer(self.status, {}, body)

    found = Served()
    monkeypatch.setattr(keysets.outside, "request", found.request)
    return found


@pytest.fixture
def ticks(monkeypatch):
    """The clock that counts the pause between two fetches."""

    class Ticks:
        now = 1000.0

    found = Ticks()
    monkeypatch.setattr(keysets.time, "monotonic", lambda: found.now)
    return found


def key(platform, settings, now, kid="k1"):
    return keysets.key_for(platform, kid, now=now, settings=settings)


def refusal(*args, **kwargs):
    with pytest.raises(Refused) as refused:
        key(*args, **kwargs)
    return refused.value.code


def test_a_key_set_is_fetched_once_and_remembered(platform, served, settings, now):
    assert key(platform, settings, now).key_size == 2048
    key(platform, settings, now + timedelta(minutes=59))
    keysets.forget()
    key(platform, settings, now + timedelta(minutes=59))
    assert served.asked == 1


def test_an_old_key_set_is_fetched_again(platform, served, settings, now):
    key(platform, settings, now)
    key(platform, settings, now + timedelta(minutes=60))
    assert served.asked == 2


def test_a_new_key_of_the_platform_works_at_once(platform, served, settings, now, ticks):
    key(platform, settings, now)
    served.body = {"keys": [GOOD, {**GOOD, "kid": "k2"}]}
    ticks.now += 6
    assert key(platform, settings, now, "k2")
    assert served.asked == 2


def test_forged_key_ids_do_not_make_us_hammer_the_platform(platform, served, settings, now, ticks):
    for _ in range(20):
        assert refusal(platform, settings, now, "forged") == "token_signature"
    assert served.asked == 1


def test_a_platform_that_is_away_goes_on_with_the_keys_we_have(platform, served, settings, now, ticks):
    key(platform, settings, now)
    served.problem = Upstream("outside_timeout", permanent=False)
    ticks.now += 10
    assert key(platform, settings, now + timedelta(days=3))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200),
        (b"<html>", 200),
        (b"[]", 200),
        (b'{"keys": {}}', 200),
        (b'{"keys": null}', 200),
        (b"{}", 200),
        (b"[" * 50_000, 200),
        ({"keys": [GOOD]}, 404),
        ({"keys": [GOOD]}, 302),
        ({"keys": [GOOD]}, 500),
    ],
)
def test_what_is_no_key_set_is_told_as_a_platform_that_does_not_answer(platform, served, settings, now, body, status):
    served.body, served.status = body, status
    assert refusal(platform, settings, now) == "key_set_unreachable"


def test_entries_that_are_no_keys_are_passed_over(platform, served, settings, now):
    served.body = {"keys": ["x", 5, None, [], GOOD]}
    assert key(platform, settings, now)


def test_an_empty_key_set_does_not_replace_the_one_we_have_in_the_database(platform, served, settings, now):
    key(platform, settings, now)
    served.body = {"keys": []}
    assert refusal(platform, settings, now + timedelta(hours=2)) == "token_signature"
    keysets.forget()
    assert key(platform, settings, now)
