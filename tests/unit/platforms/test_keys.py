from datetime import timedelta

import jwt
import pytest
from cryptography.fernet import InvalidToken

from lti_proctor.extensions import db
from lti_proctor.platforms import keys
from lti_proctor.platforms.models import ToolKey


def read(token, now):
    found = jwt.PyJWKSet.from_dict(keys.key_set(now=now))
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, found[header["kid"]], algorithms=["RS256"], options={"verify_exp": False})
    return claims, header


def test_what_the_tool_signs_can_be_checked_with_what_it_publishes(app, now):
    claims, header = read(keys.sign({"sub": "ñ"}, now=now), now)
    assert claims == {"sub": "ñ"}
    assert header["alg"] == "RS256"


def test_one_key_serves_until_it_is_rotated(app, now):
    kids = {jwt.get_unverified_header(keys.sign({}, now=now))["kid"] for _ in range(3)}
    assert len(kids) == len(keys.key_set(now=now)["keys"]) == 1


def test_after_a_rotation_the_new_key_signs_and_the_old_one_stays_published(app, now):
    before = keys.sign({"n": 1}, now=now)
    new = keys.rotate(now=now)
    after = keys.sign({"n": 2}, now=now)
    assert jwt.get_unverified_header(after)["kid"] == new.kid
    assert read(before, now)[0] == {"n": 1}
    assert next(key["kid"] for key in keys.key_set(now=now)["keys"]) == new.kid


def test_an_old_key_is_published_while_what_it_signed_may_be_valid(app, now):
    keys.make_key(now=now)
    keys.rotate(now=now)
    almost, over = now + timedelta(minutes=59), now + timedelta(minutes=60)
    assert [len(keys.key_set(now=at)["keys"]) for at in (now, almost, over)] == [2, 2, 1]


def test_a_key_that_is_long_retired_is_removed_with_the_next_rotation(app, now):
    keys.make_key(now=now)
    keys.rotate(now=now)
    keys.rotate(now=now + timedelta(hours=2))
    db.session.flush()
    assert db.session.query(ToolKey).count() == 2


def test_the_published_key_holds_nothing_private(app, now):
    keys.make_key(now=now)
    (key,) = keys.key_set(now=now)["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "alg", "use"}
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")


def test_the_private_half_is_encrypted_where_it_lies(app, now, monkeypatch):
    key = keys.make_key(now=now)
    assert "PRIVATE" not in key.private_key
    other = app.extensions["settings"].model_copy(update={"secret_key": "another secret of another site, long"})
    monkeypatch.setitem(app.extensions, "settings", other)
    with pytest.raises(InvalidToken):
        keys.sign({}, now=now)
