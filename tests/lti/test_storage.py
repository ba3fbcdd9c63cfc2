"""Browsers that keep no cookie in the LMS's frame: the LMS's storage, a window with a ticket, a login begun anew."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.people.models import SignIn, User
from lti_proctor.web.lti.storage import FIELD
from tests.lti.conftest import INSTRUCTOR, Platform

DATA = re.compile(r'id="page-data">(.*?)</script>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
IN_FRAME = {"Sec-Fetch-Dest": "iframe"}
OWN_FORM = {"Sec-Fetch-Site": "same-origin"}


def page_data(answer):
    return json.loads(DATA.search(answer.text)[1])


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def stored(platform: Platform, client):
    """A login with storage: what the page would put there, and the form of a launch that answers it."""
    answer = platform.login(client, lti_storage_target="_parent")
    assert answer.status_code == 200
    data = page_data(answer)
    query = parse_qs(urlsplit(data["address"]).query)
    form = {"state": query["state"][0], "id_token": platform.sign(platform.claims(query["nonce"][0]))}
    return data, form


def test_a_login_with_storage_is_a_page_that_goes_on_to_the_platform(platform: Platform, stored, client):
    data, _form = stored
    assert (data["origin"], data["target"]) == ("https://lms.example", "_parent")
    assert data["address"].startswith("https://lms.example/auth?")
    assert len(data["value"]) >= 32
    assert data["value"] not in data["address"]


def test_with_the_cookie_the_storage_is_not_asked(stored, client):
    answer = client.post("/lti/launch", data=stored[1])
    assert answer.status_code == 303


def test_without_the_cookie_the_page_asks_the_storage(app, stored):
    data, form = stored
    answer = app.test_client().post("/lti/launch", data=form)
    assert answer.status_code == 200
    asked = page_data(answer)
    assert (asked["key"], asked["origin"], asked["target"]) == (data["key"], "https://lms.example", "_parent")
    fields = {name: unescape(value) for name, value in HIDDEN.findall(answer.text)}
    assert (fields["state"], fields["id_token"]) == (form["state"], form["id_token"])
    assert count(User) == count(SignIn) == 0


def test_the_right_value_lets_the_launch_in_and_a_ticket_opens_the_window(app, stored):
    data, form = stored
    answer = app.test_client().post("/lti/launch", data={**form, FIELD: data["value"]}, headers=OWN_FORM)
    assert answer.status_code == 200
    assert (count(User), count(Attempt), count(SignIn)) == (1, 1, 0)
    ticket = dict(HIDDEN.findall(answer.text))["ticket"]
    window = app.test_client()
    opened = window.post("/lti/continue", data={"ticket": ticket}, headers=OWN_FORM)
    assert opened.status_code == 303
    assert re.fullmatch(r"/attempts/\d+", opened.headers["Location"])
    assert window.get(opened.headers["Location"]).status_code == 200
    assert app.test_client().post("/lti/continue", data={"ticket": ticket}, headers=OWN_FORM).status_code == 400


@pytest.mark.parametrize("value", ["", "x", "null", "é"])
def test_a_wrong_value_is_no_proof(app, stored, value):
    answer = app.test_client().post("/lti/launch", data={**stored[1], FIELD: value}, headers=OWN_FORM)
    assert answer.status_code in {200, 400}
    assert count(User) == count(SignIn) == count(Attempt) == 0


def test_the_value_of_another_login_is_no_proof(app, platform: Platform, client, stored):
    other = page_data(platform.login(client, lti_storage_target="_parent"))
    app.test_client().post("/lti/launch", data={**stored[1], FIELD: other["value"]}, headers=OWN_FORM)
    assert count(User) == 0


def test_a_value_does_not_help_where_no_storage_was_agreed(app, platform: Platform, client):
    state, nonce = platform.begin(client)
    form = {"state": state, "id_token": platform.sign(platform.claims(nonce)), FIELD: ""}
    app.test_client().post("/lti/launch", data=form, headers=OWN_FORM)
    assert count(User) == 0


def test_a_launch_by_storage_is_used_once(app, stored):
    data, form = stored
    form = {**form, FIELD: data["value"]}
    assert app.test_client().post("/lti/launch", data=form, headers=OWN_FORM).status_code == 200
    assert app.test_client().post("/lti/launch", data=form, headers=OWN_FORM).status_code == 400
    assert count(Attempt) == 1


@pytest.mark.parametrize("target", ["x" * 300, "\n", "\u200b"])
def test_a_target_that_is_no_name_counts_as_none(platform: Platform, client, target):
    assert platform.login(client, lti_storage_target=target).status_code == 302


def test_a_teacher_adds_an_exam_from_the_window_too(app, platform: Platform, client):
    data = page_data(platform.login(client, lti_storage_target="frame"))
    query = parse_qs(urlsplit(data["address"]).query)
    claims = platform.claims(query["nonce"][0], roles=[INSTRUCTOR], **platform.deep_linking())
    form = {"state": query["state"][0], "id_token": platform.sign(claims), FIELD: data["value"]}
    page = app.test_client().post("/lti/launch", data=form, headers=OWN_FORM)
    ticket = dict(HIDDEN.findall(page.text))["ticket"]
    window = app.test_client()
    opened = window.post("/lti/continue", data={"ticket": ticket}, headers=OWN_FORM)
    assert "/deep-link/" in opened.headers["Location"]
    assert window.get(opened.headers["Location"]).status_code == 200


@pytest.mark.parametrize("ticket", ["", "x", "a.b.c"])
def test_a_ticket_that_is_not_ours_opens_nothing(app, platform: Platform, ticket):
    answer = app.test_client().post("/lti/continue", data={"ticket": ticket}, headers=OWN_FORM)
    assert answer.status_code == 400
    assert count(SignIn) == 0


def test_the_first_login_in_a_frame_looks_whether_cookies_are_kept(platform: Platform, client):
    first = platform.login(client, headers=IN_FRAME)
    assert first.status_code == 302
    assert first.headers["Location"].startswith("/lti/enter?state=")
    second = client.get(first.headers["Location"], headers=IN_FRAME)
    assert second.status_code == 302
    assert second.headers["Location"].startswith("https://lms.example/auth?")
    assert platform.login(client, headers=IN_FRAME).headers["Location"].startswith("https://lms.example/auth?")


def test_a_frame_that_keeps_none_offers_a_window_before_the_hint_is_used(app, platform: Platform, client):
    first = platform.login(client, headers=IN_FRAME, lti_message_hint="once")
    page = app.test_client().get(first.headers["Location"], headers=IN_FRAME)
    assert page.status_code == 200
    address = unescape(re.search(r'href="(/lti/login\?[^"]*)"', page.text)[1])
    assert parse_qs(urlsplit(address).query)["lti_message_hint"] == ["once"]
    assert app.test_client().get(address).headers["Location"].startswith("https://lms.example/auth?")


@pytest.mark.parametrize("state", ["", "x", "a.b.c"])
def test_the_second_half_of_a_login_needs_the_first(app, platform: Platform, state):
    assert app.test_client().get("/lti/enter", query_string={"state": state}).status_code == 400
