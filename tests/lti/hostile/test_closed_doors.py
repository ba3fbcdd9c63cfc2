"""What was open at the login and is closed at the launch; and what belongs to another deployment or platform."""

import pytest

from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.lti import arrivals, known
from lti_proctor.lti.claims import AGS_ENDPOINT, LTI
from lti_proctor.people.models import Identity, User
from lti_proctor.platforms.models import Deployment, Registration
from lti_proctor.web import cookies
from lti_proctor.web.sessions import COOKIE
from tests.factories import make_platform
from tests.lti.conftest import CLIENT, GONE, INSTRUCTOR, ISSUER, jwk
from tests.lti.hostile.conftest import KINDS, PERSON
from tests.lti.hostile.refusal import SPANISH, assert_refused

ARABIC = {"launch_presentation": {"locale": "ar"}}


def others_have_forgotten():
    """As in another process, or some seconds later."""
    db.session.commit()
    known.memory.clear()
    arrivals.links.clear()


@pytest.fixture
def been_here(sender):
    """A learner who came in once."""
    sender.comes_in()
    sender.begin()
    return db.session.query(User).one()


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_locked_comes_in_by_no_message(sender, platform, been_here, kind):
    been_here.is_locked = True
    db.session.commit()
    sender.is_launch_refused("not_allowed", {**KINDS[kind](platform), **ARABIC}, status=403, language="ar")


def test_somebody_locked_is_refused_in_a_session_that_is_open_already(sender, been_here, client):
    path = f"/attempts/{db.session.query(Attempt.id).scalar()}"
    assert client.get(path).status_code == 200
    been_here.is_locked = True
    db.session.commit()
    assert_refused(lambda: client.get(path, headers=SPANISH), "sign_in_needed", status=401)


@pytest.mark.parametrize("kind", KINDS)
def test_a_platform_that_is_switched_off_between_login_and_launch_is_refused(sender, platform, kind):
    claims = sender.claims(**KINDS[kind](platform))
    platform.registration.is_active = False
    others_have_forgotten()
    sender.is_refused(platform.sign(claims), "platform_inactive")


@pytest.mark.parametrize("change", ["is switched off", "is gone"])
def test_the_second_half_of_a_login_of_a_closed_platform_is_refused(sender, platform, client, change):
    sender.begin()
    if change == "is gone":
        db.session.delete(platform.registration)
    else:
        platform.registration.is_active = False
    others_have_forgotten()
    code = "platform_unknown" if change == "is gone" else "platform_inactive"
    assert_refused(lambda: client.get("/lti/enter", query_string={"state": sender.state}, headers=SPANISH), code)
    if change == "is gone":
        sender.is_refused("a.b.c", code)


@pytest.mark.parametrize("kind", KINDS)
def test_a_deployment_that_is_removed_between_login_and_launch_is_refused(sender, platform, kind):
    claims = sender.claims(**KINDS[kind](platform), **ARABIC)
    db.session.delete(platform.registration.deployments[0])
    others_have_forgotten()
    sender.is_refused(platform.sign(claims), "deployment_unknown", language="ar")


def test_a_deployment_that_this_process_still_remembers_leaves_nothing_half_made(sender, platform):
    token = platform.sign(sender.claims())
    db.session.execute(Deployment.__table__.delete())
    db.session.commit()
    sender.is_refused(token, {"deployment_unknown", "changed_meanwhile"}, status=None)


def test_a_deployment_that_was_removed_takes_its_sessions_with_no_error(sender, platform, client):
    answer = sender.post(platform.sign(sender.claims()))
    db.session.delete(db.session.query(Attempt).one())
    db.session.commit()
    assert_refused(lambda: client.get(answer.headers["Location"], headers=SPANISH), "page", status=404)


# other deployments and platforms


@pytest.fixture
def two(sender, platform, been_here):
    """A second deployment of the same platform; the first has an exam with an attempt."""
    platform.registration.deployments.append(Deployment(deployment_id="2"))
    others_have_forgotten()
    return db.session.query(Attempt).one()


def test_the_same_link_id_elsewhere_is_another_link(sender, platform, two):
    assert sender.post(platform.sign(sender.claims(deployment_id="2"))).status_code == 303
    exams = db.session.query(Exam).order_by(Exam.id).all()
    assert len({exam.course.deployment_id for exam in exams}) == len(exams) == 2


@pytest.mark.parametrize("name", ["exam", "link_history"])
def test_no_parameter_reaches_an_exam_of_another_deployment(sender, platform, two, name):
    custom = {"exam": two.exam.identifier, "link_history": "r1"}[name]
    claims = sender.claims(deployment_id="2", resource_link={"id": "r2", "title": "X"}, custom={name: custom})
    assert sender.post(platform.sign(claims)).status_code == 303
    newest = db.session.query(Exam).order_by(Exam.id.desc()).first()
    assert (newest.id != two.exam_id, newest.copied_from) == (True, None)


ELSEWHERE = {
    "a review by the link": ("review_unknown", {"endpoint": GONE}),
    "a review by the column": ("review_unknown", {"resource_link": GONE, AGS_ENDPOINT: {"lineitem": "https://lms.example/items/1"}}),
}  # fmt: skip


@pytest.mark.parametrize(("code", "changes"), ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_a_review_does_not_reach_into_another_deployment(sender, platform, two, code, changes):
    review = {**KINDS["submission review"](platform), **changes, "deployment_id": "2"}
    sender.is_launch_refused(code, review)


def test_an_end_does_not_reach_into_another_deployment(sender, platform, client, two):
    assert sender.post(platform.sign(sender.claims(**platform.proctoring(attempt_number=7)))).status_code == 303
    sender.begin()
    sender.is_launch_refused("assessment_unknown", {**platform.end(7), "deployment_id": "2"})


def test_a_person_of_another_platform_is_somebody_else(sender, platform, client, platform_key, now, two):
    other = make_platform(now, issuer="https://other.example", client_id=CLIENT)
    other.key_set, other.key_set_at = {"keys": [jwk(platform_key)]}, now
    others_have_forgotten()
    answer = platform.login(client, iss=other.issuer)
    query = dict(part.split("=") for part in answer.headers["Location"].partition("?")[2].split("&"))
    sender.state, sender.nonce = query["state"], query["nonce"]
    assert sender.post(platform.sign(sender.claims(iss=other.issuer))).status_code == 303
    assert db.session.query(User).count() == 2
    assert {row.registration_id for row in db.session.query(Identity)} == {platform.registration.id, other.id}
    assert db.session.query(Registration).filter_by(issuer=ISSUER).one().id == platform.registration.id


def test_a_review_of_a_person_of_another_platform_finds_nobody(sender, platform, two, now):
    stranger = make_platform(now, issuer="https://other.example", client_id=CLIENT)
    db.session.add(Identity(registration_id=stranger.id, user_id=two.user_id, subject="stranger"))
    others_have_forgotten()
    review = {**KINDS["submission review"](platform), LTI + "for_user": {"user_id": "stranger"}, "roles": [INSTRUCTOR]}
    answer = sender.post(platform.sign(sender.claims(**review, sub="teacher")))
    assert answer.status_code == 200
    assert PERSON["name"] not in answer.text


# cookies


@pytest.fixture
def secure(app, monkeypatch):
    whole = app.extensions["settings"].model_copy(update={"base_url": "https://tool.example"})
    monkeypatch.setitem(app.extensions, "settings", whole)
    return "https://tool.example"


def test_on_https_every_cookie_is_bound_to_this_host_and_to_the_page_around_it(platform, app, secure):
    client = app.test_client()
    target = f"{secure}/lti/launch"
    login = client.get(
        "/lti/login", base_url=secure,
        query_string={"iss": ISSUER, "client_id": CLIENT, "login_hint": "x", "target_link_uri": target},
    )  # fmt: skip
    query = dict(part.split("=") for part in login.headers["Location"].partition("?")[2].split("&"))
    token = platform.sign(platform.claims(query["nonce"], target_link_uri=target))
    form = {"state": query["state"], "id_token": token}
    launch = client.post("/lti/launch", base_url=secure, data=form)
    assert launch.status_code == 303
    set_cookies = [*login.headers.getlist("Set-Cookie"), *launch.headers.getlist("Set-Cookie")]
    assert [c.split("=")[0] for c in set_cookies] == ["__Host-lti-browser", f"__Host-{COOKIE}"]
    for cookie in set_cookies:
        parts = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned"} <= parts
        assert not [part for part in parts if part.startswith("Domain")]


def test_on_https_a_cookie_without_the_prefix_is_not_looked_at(platform, app, secure):
    """A neighbour below the same domain can set any other cookie."""
    client = app.test_client()
    client.set_cookie("lti-browser", "mine", domain="tool.example")
    with app.test_request_context(base_url=secure, headers={"Cookie": f"lti-browser=mine; {COOKIE}=mine"}) as context:
        assert cookies.read(context.request, "lti-browser") is None
        assert cookies.read(context.request, COOKIE) is None


def test_on_plain_http_only_the_cookie_of_the_frame_claims_to_be_secure(platform, client):
    for cookie in platform.login(client).headers.getlist("Set-Cookie"):
        assert ("Secure" in cookie) == ("Partitioned" in cookie) == cookie.startswith("lti-browser-framed=")


def test_a_session_that_somebody_planted_is_not_taken_over(sender, platform, client):
    """Session fixation: the launch opens a session under a token of its own."""
    client.set_cookie(COOKIE, "planted-by-somebody", domain="localhost")
    answer = sender.post(platform.sign(sender.claims()))
    (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(f"{COOKIE}=")]
    assert "planted" not in cookie
