"""Games with the header of a token: algorithms, keys that it brings along, and key ids that mean harm."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lti_proctor.lti import keysets
from tests.lti.conftest import KID, jwk
from tests.lti.hostile.tokens import b64, good, hmac_signed, raw, signed

ALGORITHM, MALFORMED, SIGNATURE = "token_algorithm", "token_malformed", "token_signature"
#: The signature is always that of the platform, over this very header.
HEADERS = {
    "no algorithm": (good(alg=None), ALGORITHM),
    "none": (good(alg="none"), ALGORITHM),
    "None": (good(alg="None"), ALGORITHM),
    "nOnE": (good(alg="nOnE"), ALGORITHM),
    "an empty algorithm": (good(alg=""), ALGORITHM),
    "HS256": (good(alg="HS256"), ALGORITHM),
    "ES256": (good(alg="ES256"), ALGORITHM),
    "EdDSA": (good(alg="EdDSA"), ALGORITHM),
    "RS256 in small letters": (good(alg="rs256"), ALGORITHM),
    "RS256 and a blank": (good(alg="RS256 "), ALGORITHM),
    "RS256 and NUL": (good(alg="RS256\0"), ALGORITHM),
    "RS256 in wide letters": (good(alg="ＲＳ２５６"), ALGORITHM),
    "a list of algorithms": (good(alg=["RS256"]), ALGORITHM),
    "an object as algorithm": (good(alg={"RS256": True}), ALGORITHM),
    "a number as algorithm": (good(alg=256), ALGORITHM),
    "true as algorithm": (good(alg=True), ALGORITHM),
    "null as algorithm": ('{"alg": null, "kid": "key-1"}', ALGORITHM),
    "alg in capitals": ({"ALG": "RS256", "kid": KID}, ALGORITHM),
    "the wrong one of two algorithms": ('{"alg": "RS256", "alg": "none", "kid": "key-1"}', ALGORITHM),
    "the wrong one of two key ids": ('{"alg": "RS256", "kid": "key-1", "kid": "nobody"}', SIGNATURE),
    "no key id": (good(kid=None), ALGORITHM),
    "an empty key id": (good(kid=""), ALGORITHM),
    "a number as key id": (good(kid=1), ALGORITHM),
    "a list as key id": (good(kid=[KID]), ALGORITHM),
    "an object as key id": (good(kid={"key-1": 1}), ALGORITHM),
    "null as key id": ('{"alg": "RS256", "kid": null}', ALGORITHM),
    "kid in capitals": ({"alg": "RS256", "KID": KID}, ALGORITHM),
    "an unknown key id": (good(kid="nobody"), SIGNATURE),
    "the key id in capitals": (good(kid=KID.upper()), SIGNATURE),
    "the key id and a blank": (good(kid=KID + " "), SIGNATURE),
    "the key id and NUL": (good(kid=KID + "\0"), SIGNATURE),
    "a key id that is a path": (good(kid="../../../../../dev/null"), SIGNATURE),
    "a key id that is an address": (good(kid="http://127.0.0.1/key"), SIGNATURE),
    "a key id that is SQL": (good(kid="x' UNION SELECT 'c2VjcmV0' --"), SIGNATURE),
    "a key id that is a command": (good(kid="|cat /etc/passwd"), SIGNATURE),
    "a key id that is a template": (good(kid="{{ config }}"), SIGNATURE),
    "a very long key id": (good(kid="k" * 30_000), SIGNATURE),
    "a key id of half a letter": ('{"alg": "RS256", "kid": "\\ud800"}', SIGNATURE),
    "a key id that is an attribute": (good(kid="__class__"), SIGNATURE),
    "a critical part": (good(crit=["exp"], exp=1), ALGORITHM),
    "a critical part that nobody knows": (good(crit=["b64"], b64=False), ALGORITHM),
    "an empty list of critical parts": (good(crit=[]), ALGORITHM),
    "null as critical parts": ('{"alg": "RS256", "kid": "key-1", "crit": null}', ALGORITHM),
    "an encrypted token": ({"alg": "RSA-OAEP", "enc": "A256GCM", "kid": KID}, ALGORITHM),
    "a list": ([good()], MALFORMED),
    "a text": ('"RS256"', MALFORMED),
    "null": ("null", MALFORMED),
    "a number": ("5", MALFORMED),
    "nothing": ("{}", ALGORITHM),
    "no JSON": ("alg=RS256", MALFORMED),
    "half a JSON": ('{"alg": "RS256"', MALFORMED),
    "two JSONs": ('{"alg": "RS256", "kid": "key-1"}{}', MALFORMED),
    "single quotes": ("{'alg': 'RS256', 'kid': 'key-1'}", MALFORMED),
    "a comment": ('{"alg": "RS256", "kid": "key-1"} // x', MALFORMED),
    "a comma too many": ('{"alg": "RS256", "kid": "key-1",}', MALFORMED),
    "bytes that are no UTF-8": (b'{"alg": "RS256", "kid": "\xff"}', MALFORMED),
    "NUL around it": (b'\0{"alg": "RS256", "kid": "key-1"}\0', MALFORMED),
    "very deep": ('{"a":' * 5000 + "1" + "}" * 5000, MALFORMED),
    "a number without end": ('{"alg": "RS256", "kid": "key-1", "n": ' + "9" * 20_000 + "}", MALFORMED),
}


@pytest.mark.parametrize(("header", "code"), HEADERS.values(), ids=HEADERS.keys())
def test_a_header_that_is_not_as_it_should_be_is_refused(sender, platform_key, header, code):
    sender.is_refused(signed(platform_key, header, sender.claims()), code)
    sender.comes_in()


@pytest.mark.parametrize("extra", ["jwk", "jku", "x5u", "x5c", "x5t"])
def test_a_key_that_the_token_brings_along_is_not_used(sender, other_key, extra, monkeypatch):
    brought = {"jwk": jwk(other_key), "x5c": ["MIIB"], "x5t": "abc"}.get(extra, "http://127.0.0.1:1/keys")
    monkeypatch.setattr(keysets.outside, "request", None)
    for kid, code in ((KID, SIGNATURE), (None, ALGORITHM)):
        header = good(kid=kid, **{extra: brought})
        sender.is_refused(signed(other_key, header, sender.claims()), code)
    sender.comes_in()


@pytest.mark.parametrize("size", ["384", "512"])
def test_another_digest_than_the_header_says_is_refused(sender, platform_key, size):
    sender.is_refused(signed(platform_key, good(), sender.claims(), size=size), SIGNATURE)
    sender.is_refused(signed(platform_key, good(alg=f"RS{size}"), sender.claims(), size=size), ALGORITHM)


def test_another_padding_than_the_header_says_is_refused(sender, platform_key):
    sender.is_refused(signed(platform_key, good(), sender.claims(), pss=True), SIGNATURE)
    sender.is_refused(signed(platform_key, good(alg="PS256"), sender.claims(), pss=True), ALGORITHM)


def test_the_public_key_is_no_shared_secret(sender, platform_key):
    public = platform_key.public_key()
    secrets = [public.public_bytes(kind, PublicFormat.SubjectPublicKeyInfo) for kind in (Encoding.PEM, Encoding.DER)]
    for secret in (*secrets, json.dumps(jwk(platform_key)).encode(), b"", b"secret"):
        for alg, code in (("HS256", ALGORITHM), ("RS256", SIGNATURE)):
            sender.is_refused(hmac_signed(secret, good(alg=alg), sender.claims()), code)


def test_an_elliptic_signature_is_refused(sender):
    key = generate_private_key(SECP256R1())
    for alg, code in (("ES256", ALGORITHM), ("RS256", SIGNATURE)):
        parts = f"{b64(raw(good(alg=alg)))}.{b64(raw(sender.claims()))}"
        sender.is_refused(f"{parts}.{b64(key.sign(parts.encode(), ECDSA(SHA256())))}", code)


def test_the_signature_of_another_platform_is_refused(sender, other_key):
    sender.is_refused(signed(other_key, good(), sender.claims()), SIGNATURE)


def test_a_header_may_say_more_than_we_need(sender, platform_key):
    header = good(typ="JOSE", cty="JWT", x5t="abc", jku="http://127.0.0.1:1/keys", unknown={"a": [1]})
    assert sender.post(signed(platform_key, header, sender.claims())).status_code == 303
