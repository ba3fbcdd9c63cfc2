"""Tokens that are no tokens: wrong letters, parts too few and too many, and payloads that are not what they seem."""

import json
import zlib

import pytest

from tests.lti.hostile.tokens import b64, good, signed

MALFORMED, SIGNATURE, ALGORITHM = "token_malformed", "token_signature", "token_algorithm"


def with_part(token, place, change):
    parts = token.split(".")
    parts[place] = change(parts[place])
    return ".".join(parts)


#: From a good token to a bad one.
FORMS = {
    "missing": (lambda t: None, "token_missing"),
    "empty": (lambda t: "", "token_missing"),
    "a blank": (lambda t: " ", MALFORMED),
    "a word": (lambda t: "garbage", MALFORMED),
    "only points": (lambda t: "..", MALFORMED),
    "one part": (lambda t: t.split(".")[0], MALFORMED),
    "two parts": (lambda t: t.rsplit(".", 1)[0], MALFORMED),
    "four parts": (lambda t: t + ".e30", MALFORMED),
    "five parts, as of an encrypted one": (lambda t: t + ".e30.e30", MALFORMED),
    "a point before": (lambda t: "." + t, MALFORMED),
    "a point behind": (lambda t: t + ".", MALFORMED),
    "a blank before": (lambda t: " " + t, MALFORMED),
    "a line break behind": (lambda t: t + "\n", MALFORMED),
    "a line break within": (lambda t: with_part(t, 1, lambda p: p[:40] + "\r\n" + p[40:]), SIGNATURE),
    "in quotes": (lambda t: f'"{t}"', MALFORMED),
    "with Bearer": (lambda t: f"Bearer {t}", MALFORMED),
    "no header": (lambda t: with_part(t, 0, lambda p: ""), MALFORMED),
    "no payload": (lambda t: with_part(t, 1, lambda p: ""), SIGNATURE),
    "no signature": (lambda t: with_part(t, 2, lambda p: ""), MALFORMED),
    "a padded header": (lambda t: with_part(t, 0, lambda p: p + "="), MALFORMED),
    "a padded payload": (lambda t: with_part(t, 1, lambda p: p + "=="), SIGNATURE),
    "a padded signature": (lambda t: with_part(t, 2, lambda p: p + "=="), MALFORMED),
    "a signature in the other alphabet": (lambda t: with_part(t, 2, lambda p: "+/" + p[2:]), MALFORMED),
    "a header in the other alphabet": (lambda t: with_part(t, 0, lambda p: "+/" + p[2:]), MALFORMED),
    "a signature in hexadecimal": (lambda t: with_part(t, 2, lambda p: "ab" * 256), SIGNATURE),
    "a signature of one letter": (lambda t: with_part(t, 2, lambda p: "A"), MALFORMED),
    "a signature of zeros": (lambda t: with_part(t, 2, lambda p: "A" * len(p)), SIGNATURE),
    "a signature cut by a byte": (lambda t: with_part(t, 2, lambda p: p[:-2]), SIGNATURE),
    "a signature of two": (lambda t: with_part(t, 2, lambda p: p[:-2] + p), SIGNATURE),
    "a very long signature": (lambda t: with_part(t, 2, lambda p: "A" * 40_000), SIGNATURE),
    "the payload changed by a letter": (lambda t: with_part(t, 1, lambda p: p[:-3] + ("A" if p[-3] != "A" else "B") + p[-2:]), SIGNATURE),
    "header and payload swapped": (lambda t: ".".join([t.split(".")[1], t.split(".")[0], t.split(".")[2]]), ALGORITHM),
    "wide points": (lambda t: t.replace(".", "。"), MALFORMED),
    "letters from elsewhere": (lambda t: with_part(t, 0, lambda p: "é" + p[1:]), MALFORMED),
    "digits from elsewhere": (lambda t: with_part(t, 2, lambda p: "٣" + p[1:]), MALFORMED),
    "percent signs": (lambda t: t.replace(".", "%2E"), MALFORMED),
    "very long": (lambda t: "a" * 70_000, MALFORMED),
    "very many points": (lambda t: "." * 50_000, MALFORMED),
    "a JWS in JSON": (lambda t: json.dumps(dict(zip(("protected", "payload", "signature"), t.split("."), strict=True))), MALFORMED),
    "an unsecured one": (lambda t: ".".join([b64(b'{"alg": "none"}'), t.split(".")[1], ""]), ALGORITHM),
}  # fmt: skip


@pytest.mark.parametrize(("change", "code"), FORMS.values(), ids=FORMS.keys())
def test_what_is_no_token_is_refused(sender, platform, change, code):
    sender.is_refused(change(platform.sign(sender.claims())), code)
    sender.comes_in()


#: From the claims of a good launch to the bytes of a payload, which the platform signs.
PAYLOADS = {
    "a list": (lambda c: [c], MALFORMED),
    "a text": (lambda c: json.dumps(json.dumps(c)), MALFORMED),
    "a number": (lambda c: "1", MALFORMED),
    "null": (lambda c: "null", MALFORMED),
    "nothing in it": (lambda c: "{}", "token_issuer"),
    "no JSON": (lambda c: "iss=https://lms.example", MALFORMED),
    "half of it": (lambda c: json.dumps(c)[:-1], MALFORMED),
    "something behind it": (lambda c: json.dumps(c) + "x", MALFORMED),
    "two of them": (lambda c: json.dumps(c) * 2, MALFORMED),
    "bytes that are no UTF-8": (lambda c: json.dumps(c).encode()[:-1] + b', "x": "\xff"}', MALFORMED),
    "zipped": (lambda c: zlib.compress(json.dumps(c).encode()), MALFORMED),
    "a form": (lambda c: "&".join(f"{k}={v}" for k, v in c.items()), MALFORMED),
    "very deep": (lambda c: '{"a":' * 6000 + "1" + "}" * 6000, MALFORMED),
    "a deep claim": (lambda c: json.dumps(c)[:-1] + ', "x": ' + "[" * 6000 + "]" * 6000 + "}", MALFORMED),
    "a number without end": (lambda c: json.dumps(c)[:-1] + ', "x": ' + "9" * 5000 + "}", MALFORMED),
    "two issuers, the wrong one last": (lambda c: json.dumps(c)[:-1] + ', "iss": "https://evil.example"}', "token_issuer"),
    "two audiences, the wrong one last": (lambda c: json.dumps(c)[:-1] + ', "aud": "evil"}', "token_audience"),
    "two nonces, the wrong one last": (lambda c: json.dumps(c)[:-1] + ', "nonce": "evil"}', "token_nonce"),
    "names of claims in capitals": (lambda c: {k.upper(): v for k, v in c.items()}, "token_issuer"),
    "names of claims with blanks": (lambda c: {f" {k}": v for k, v in c.items()}, "token_issuer"),
    "claims one level down": (lambda c: {"claims": c}, "token_issuer"),
}  # fmt: skip


@pytest.mark.parametrize(("payload", "code"), PAYLOADS.values(), ids=PAYLOADS.keys())
def test_a_payload_that_is_not_as_it_should_be_is_refused(sender, platform_key, payload, code):
    sender.is_refused(signed(platform_key, good(), payload(sender.claims())), code)
    sender.comes_in()


def test_a_token_within_a_token_is_refused(sender, platform, platform_key):
    inner = platform.sign(sender.claims())
    sender.is_refused(signed(platform_key, good(cty="JWT"), inner), MALFORMED)
    sender.is_refused(signed(platform_key, good(cty="JWT"), {"id_token": inner}), "token_issuer")


@pytest.mark.parametrize("field", ["JWT", "jwt", "token", "access_token", "ID_TOKEN", "id_token[]"])
def test_a_token_in_another_field_is_not_looked_for(sender, platform, field):
    token = platform.sign(sender.claims())
    sender.is_refused(None, "token_missing")
    assert sender.post(None, **{field: token}).status_code == 400


def test_a_token_in_the_address_is_not_looked_for(sender, platform, client):
    token = platform.sign(sender.claims())
    answer = client.post("/lti/launch", query_string={"id_token": token, "state": sender.state})
    assert answer.status_code == 400
