"""How a site gets in, and how nobody else does."""

import base64

import jwt
import pytest

from lti_proctor.providers.server import clients
from tests.factories import STAFF

GOOD = {"grant_type": "client_credentials", "token_type": "jwt"}


def test_credentials_in_the_form_or_in_the_header_get_a_token(site):
    form = {**GOOD, "client_id": site.client_id, "client_secret": site.secret}
    answer = site.browser.post("/provider/oauth2/access_token", data=form)
    assert set(answer.json) == {"access_token", "expires_in", "token_type", "scope"}
    assert (answer.json["expires_in"], answer.json["token_type"]) == (3600, "JWT")
    coded = base64.b64encode(f"{site.client_id}:{site.secret}".encode()).decode()
    basic = site.browser.post("/provider/oauth2/access_token/", data=GOOD, headers={"Authorization": f"Basic {coded}"})
    for kind in ("JWT", "Bearer", "jwt"):
        headers = {"Authorization": f"{kind} {basic.json['access_token']}"}
        assert site.browser.get("/provider/api/v1/config/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "provider_grant"),
        ({**GOOD, "grant_type": "password"}, 400, "provider_grant"),
        (GOOD, 401, "provider_client"),
        ({**GOOD, "client_id": "nobody", "client_secret": "x"}, 401, "provider_client"),
        ({**GOOD, "client_id": "MINE", "client_secret": "wrong"}, 401, "provider_client"),
        ({**GOOD, "client_id": "MINE", "client_secret": ""}, 401, "provider_client"),
        ({**GOOD, "client_id": "x" * 5000, "client_secret": "y"}, 401, "provider_client"),
    ],
)
def test_wrong_credentials_get_none(site, form, status, error):
    mine = {key: site.client_id if value == "MINE" else value for key, value in form.items()}
    answer = site.browser.post("/provider/oauth2/access_token", data=mine)
    assert (answer.status_code, answer.json["error"]) == (status, error)


@pytest.mark.parametrize("coded", ["", "%%%", base64.b64encode(b"\xff\xfe").decode(), base64.b64encode(b"a").decode()])
def test_a_broken_header_of_credentials_is_refused(site, coded):
    answer = site.browser.post("/provider/oauth2/access_token", data=GOOD, headers={"Authorization": f"Basic {coded}"})
    assert answer.status_code == 401


def test_guessing_secrets_is_slowed_down(site):
    form = {**GOOD, "client_id": site.client_id, "client_secret": "guess"}
    answers = [site.browser.post("/provider/oauth2/access_token", data=form).status_code for _ in range(62)]
    assert (answers[0], answers[-1]) == (401, 429)


def forged(site, **changed):
    claims = {"iss": "http://localhost:8000", "sub": site.client_id, "aud": "provider", "exp": 9_999_999_999}
    return jwt.encode({**claims, **changed}, changed.pop("key", "k" * 64), algorithm="HS256")


@pytest.mark.parametrize("header", ["", "JWT", "JWT x", "Token x", "JWT a.b.c", "Bearer " + "x" * 9000])
def test_no_token_is_no_way_in(site, header):
    answer = site.browser.get("/provider/api/v1/config/", headers={"Authorization": header})
    assert (answer.status_code, answer.json["error"]) == (401, "provider_token")
    assert answer.headers["WWW-Authenticate"].startswith("JWT")


def test_a_token_of_ones_own_making_is_none(site, time):
    for token in (forged(site), forged(site, sub=5), forged(site, sub="\ud800x".encode("utf-8", "replace").decode()),
                  jwt.encode({"sub": site.client_id, "aud": "provider", "exp": 9_999_999_999}, None, algorithm="none")):  # fmt: skip
        answer = site.browser.get("/provider/api/v1/config/", headers={"Authorization": f"JWT {token}"})
        assert answer.status_code == 401


def test_a_token_ends_by_time_by_a_new_secret_and_when_its_site_is_kept_out(site, time):
    assert site.call("GET", "config/").status_code == 200
    time.passes(seconds=3601)
    assert site.call("GET", "config/").status_code == 401
    site.sign_in()
    clients.set_active(site.client, False, actor=STAFF, now=time.now)
    assert site.call("GET", "config/").status_code == 401
    clients.set_active(site.client, True, actor=STAFF, now=time.now)
    assert site.call("GET", "config/").status_code == 200
    clients.renew_secret(site.client, actor=STAFF, now=time.now)
    assert site.call("GET", "config/").status_code == 401


def test_a_token_of_one_site_is_not_signed_with_what_another_has(site, stranger):
    stranger.sign_in()
    claims = jwt.decode(stranger.token, options={"verify_signature": False})
    swapped = jwt.encode({**claims, "sub": site.client_id}, stranger.secret, algorithm="HS256")
    answer = site.browser.get("/provider/api/v1/config/", headers={"Authorization": f"JWT {swapped}"})
    assert answer.status_code == 401
