"""The answer to a deep-linking request: what the browser posts back to the LMS."""

import re
from html import unescape

import jwt
import pytest

from lti_proctor import clock
from lti_proctor.extensions import db
from lti_proctor.lti.content_items import DL, LTI
from lti_proctor.platforms import keys
from tests.conftest import csrf_of
from tests.lti.conftest import GONE, INSTRUCTOR, Platform

FORM = re.compile(r'<form id="return" method="post" action="([^"]*)"><input type="hidden" name="JWT" value="([^"]*)">')


def answer_of(page):
    """Where the answer goes and what it says; its signature is ours."""
    action, token = FORM.search(page).groups()
    public = {key["kid"]: jwt.PyJWK(key) for key in keys.key_set(now=clock.now())["keys"]}
    kid = jwt.get_unverified_header(token)["kid"]
    options = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
    return unescape(action), jwt.decode(token, public[kid], algorithms=["RS256"], options=options)


@pytest.fixture
def ask(platform: Platform, client):
    """Send a request and open the page it leads to."""

    def send(**settings):
        answer = platform.launch(client, roles=[INSTRUCTOR], **platform.deep_linking(**settings))
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    return send


def add_exam(client, address, **fields):
    values = {"title": "Midterm", "kind": "timed", "preset": "honour", "lifetime": "30", "attempt": "0"}
    values |= {"grade_source": "result", "grade_maximum": "20", "on_reject": "withhold", "may_decline": "no"}
    values |= {"csrf_token": csrf_of(client), **fields}
    return client.post(address, data=values)


def test_one_exam_comes_back_with_column_review_and_ways_of_showing(ask, client):
    page = add_exam(client, ask(data="d ä\n", accept_lineitem=True))
    assert page.status_code == 200, page.text[:500]
    action, claims = answer_of(page.text)
    assert action == "https://lms.example/dl"
    assert claims[DL + "data"] == "d ä\n"
    (item,) = claims[DL + "content_items"]
    assert (item["type"], item["title"], item["lineItem"]["scoreMaximum"]) == ("ltiResourceLink", "Midterm", 20)
    assert item["lineItem"]["submissionReview"]["url"] == item["url"]
    assert {"iframe", "window"} <= set(item)
    assert set(item["custom"]) == {"exam", "link_history"}
    assert claims[LTI + "message_type"] == "LtiDeepLinkingResponse"
    assert (claims["iss"], claims["aud"]) == ("client-1", "https://lms.example")


def test_the_page_that_posts_runs_no_code_of_others_and_posts_to_the_lms_only(ask, client):
    policy = add_exam(client, ask()).headers["Content-Security-Policy"]
    assert "form-action 'self' https://lms.example;" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(("accepts", "has_column"), [(True, True), (False, False), (GONE, True)])
def test_a_column_only_where_it_is_accepted(ask, client, accepts, has_column):
    _action, claims = answer_of(add_exam(client, ask(accept_lineitem=accepts)).text)
    assert ("lineItem" in claims[DL + "content_items"][0]) is has_column


def test_data_that_did_not_come_does_not_go_back(ask, client):
    _action, claims = answer_of(add_exam(client, ask()).text)
    assert DL + "data" not in claims


def test_times_of_the_exam_are_told(ask, client):
    page = add_exam(client, ask(), open_at="2026-12-01T08:00", close_at="2026-12-01T10:00")
    (item,) = answer_of(page.text)[1][DL + "content_items"]
    window = {"startDateTime": "2026-12-01T08:00:00Z", "endDateTime": "2026-12-01T10:00:00Z"}
    assert item["available"] == item["submission"] == window


@pytest.mark.parametrize(("several", "n_items"), [(True, 2), (False, 0), (GONE, 0)])
def test_several_exams_at_once_only_where_the_lms_takes_several(ask, client, several, n_items):
    add_exam(client, ask(), title="One")
    add_exam(client, ask(), title="Two")
    address = ask(accept_multiple=several)
    page = client.get(f"{address}/choose").text
    chosen = re.findall(r'name="exam" value="(\d+)"', page)
    assert len(chosen) == 2
    answer = client.post(f"{address}/choose", data={"exam": chosen, "csrf_token": csrf_of(client)})
    if n_items:
        assert len(answer_of(answer.text)[1][DL + "content_items"]) == n_items
    else:
        assert FORM.search(answer.text) is None


def test_cancelling_sends_nothing_back_and_says_no_error(ask, client):
    address = ask()
    page = client.post(f"{address}/cancel", data={"csrf_token": csrf_of(client)})
    _action, claims = answer_of(page.text)
    assert claims[DL + "content_items"] == []
    assert DL + "errormsg" not in claims


@pytest.mark.parametrize("types", [["html"], [], ["link", "image"], GONE])
def test_where_nothing_can_be_offered_the_lms_is_told_why(ask, client, types):
    action, claims = answer_of(client.get(ask(accept_types=types, data="d")).text)
    assert action == "https://lms.example/dl"
    assert claims[DL + "content_items"] == []
    assert claims[DL + "errormsg"]
    assert claims[DL + "data"] == "d"


def test_a_request_is_answered_once(ask, client):
    address = ask()
    assert add_exam(client, address).status_code == 200
    assert add_exam(client, address).status_code == 409
    db.session.rollback()
