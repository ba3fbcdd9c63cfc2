"""Staff of a site: the signed way to their pages, onboarding, and the administrators' console and command for sites."""

import json
import re

import jwt
import pytest
from click.testing import CliRunner

from lti_proctor.attempts.lifecycle import Event
from lti_proctor.cli import provider_clients
from lti_proctor.exams.addons import Kind
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.models import User
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.platforms.models import Registration
from lti_proctor.providers.server import clients
from lti_proctor.providers.server.models import ProviderClient
from lti_proctor.review.models import Reason, Verdict
from lti_proctor.review.service import conclude, note_opened
from lti_proctor.web.sessions import COOKIE
from tests.factories import STAFF, make_user
from tests.web.provider.conftest import EXAM, LEARNER, attempt_of

COURSE = EXAM["course_id"]
PROFESSOR = {"id": "c" * 40, "full_name": "Ada Okafor", "email": "ada@northfield.example"}


@pytest.fixture
def exam(site):
    return site.exam()


@pytest.fixture
def attempt(site, exam):
    return site.attempt(exam)


@pytest.fixture
def way(site, time):
    """The path of a way that the site has signed."""
    made = []

    def make(key=None, algorithm="HS256", **claims):
        made.append(1)
        told = {
            "course_id": COURSE, "user": PROFESSOR, "iss": site.client_id, "jti": f"j{len(made)}",
            "exp": time.now.timestamp() + 60.5, **claims,
        }  # fmt: skip
        token = jwt.encode({k: v for k, v in told.items() if v is not None}, key or site.secret, algorithm=algorithm)
        return f"/provider/api/v1/instructor/{site.client_id}/?jwt={token}"

    return make


@pytest.fixture
def places(exam, attempt):
    found = attempt_of(attempt)
    return {
        "course": f"/courses/{found.exam.course_id}",
        "exam": f"/exams/{found.exam_id}",
        "settings": f"/exams/{found.exam_id}/settings",
        "attempt": f"/exams/{found.exam_id}/attempts/{found.id}",
    }


def test_a_signed_way_leads_staff_to_what_the_site_named(app, way, exam, attempt, places):
    for name, claims in {
        "course": {},
        "exam": {"exam_id": exam},
        "settings": {"exam_id": exam, "config": True},
        "attempt": {"exam_id": exam, "attempt_id": attempt},
    }.items():
        browser = app.test_client()
        answer = browser.get(way(**claims))
        assert (answer.status_code, answer.headers["Location"]) == (303, places[name])
        page = browser.get(places[name])
        assert page.status_code == 200
        assert "frame-ancestors" in page.headers["Content-Security-Policy"]
    assert "Inés Márquez" in page.text
    assert db.session.query(User).filter_by(nickname="Ada Okafor").count() == 1


def test_a_way_works_once_and_for_an_hour_at_most(app, way, places, time):
    path, browser = way(), app.test_client()
    assert browser.get(path).status_code == 303
    assert app.test_client().get(path).status_code == 403
    time.passes(minutes=61)
    assert browser.get(places["course"]).status_code == 302


def test_staff_see_their_own_course_only(app, site, way, places):
    other = attempt_of(site.attempt(site.exam(id=9, course_id="other")))
    browser = app.test_client()
    browser.get(way())
    for path in (f"/courses/{other.exam.course_id}", f"/exams/{other.exam_id}", "/admin/sites", "/supervision/"):
        assert browser.get(path).status_code in {403, 404}, path


@pytest.mark.parametrize(
    "claims",
    [
        {"key": "x" * 40}, {"algorithm": "HS512"}, {"iss": "somebody"}, {"iss": None}, {"exp": None}, {"jti": None},
        {"jti": ""}, {"jti": {}}, {"exp": 1.0}, {"exp": "soon"}, {"exp": 9_999_999_999}, {"user": None}, {"user": "x"},
        {"user": {"id": ""}}, {"user": {"id": ["x"]}}, {"course_id": None}, {"course_id": 1.5},
    ],
)  # fmt: skip
def test_a_way_that_is_not_good_is_a_page_of_refusal(app, way, places, claims):
    answer = app.test_client().get(way(**claims))
    assert answer.status_code == 403
    assert "The way from your course has expired" in answer.text
    assert COOKIE not in str(answer.headers)


@pytest.mark.parametrize("query", ["", "?jwt=", "?jwt=x", "?jwt=a.b.c", "?jwt=" + "x" * 8000])
def test_no_way_is_none(app, site, query):
    assert app.test_client().get(f"/provider/api/v1/instructor/{site.client_id}/{query}").status_code == 403
    assert app.test_client().get(f"/provider/api/v1/instructor/nobody/{query}").status_code == 403


@pytest.mark.parametrize(
    "claims", [{"course_id": "elsewhere"}, {"exam_id": "nope"}, {"exam_id": "EXAM", "attempt_id": "x"}]
)
def test_a_way_to_what_is_not_there_signs_nobody_in(app, way, exam, places, claims):
    browser = app.test_client()
    told = {key: exam if value == "EXAM" else value for key, value in claims.items()}
    assert browser.get(way(**told)).status_code == 404
    assert browser.get(places["course"]).status_code == 302


def test_an_exam_of_another_course_is_not_reached_through_this_one(app, site, way, places):
    other = site.exam(id=9, course_id="other")
    assert app.test_client().get(way(exam_id=other)).status_code == 404


def test_a_site_that_is_kept_out_sends_nobody(app, site, way, places, time):
    clients.set_active(site.client, False, actor=STAFF, now=time.now)
    assert app.test_client().get(way()).status_code == 403


def test_staff_see_what_the_site_was_told_and_send_it_again(app, site, way, exam, attempt, places, lms, post, time):
    from lti_proctor import outbox
    from lti_proctor.attempts import sites

    lms.answers = [404]
    sites.tell(attempt_of(attempt), sites.READY, now=time.now)
    db.session.commit()
    outbox.deliver_due()
    browser = app.test_client()
    browser.get(way(exam_id=exam, attempt_id=attempt))
    page = browser.get(places["attempt"]).text
    assert "The learner is ready" in page
    assert "does not know the attempt any more" in page
    effect = db.session.query(outbox.Effect).filter_by(kind=sites.READY).one()
    assert post(browser, f"{places['attempt']}/assessment/calls/{effect.id}").status_code == 303
    outbox.deliver_due()
    assert len(lms.heard) == 2
    assert "Delivered" in browser.get(places["attempt"]).text


# onboarding


@pytest.fixture
def schooled(make_site, lms):
    return make_site(lms.url, addons=frozenset(), has_onboarding=True)


def take(site, exam, verdict, time, **learner):
    """An onboarding from the announcement to its verdict."""
    identifier = site.attempt(exam, **learner)
    found = attempt_of(identifier)
    attempt_actor = Actor(Role.learner, found.user_id)
    from lti_proctor.attempts import service as attempts

    attempts.fire(found, Event.finish_setup, actor=attempt_actor, now=time.now)
    db.session.commit()
    site.tell(exam, identifier, "started")
    site.tell(exam, identifier, "submitted")
    if verdict is not None:
        reason = Reason.other if verdict == Verdict.negative else None
        reviewer = Actor(Role.reviewer, make_user(time.now).id)
        note_opened(attempt_of(identifier), actor=reviewer, now=time.now)
        conclude(attempt_of(identifier), verdict, reason=reason, comment="", actor=reviewer, now=time.now)
        db.session.commit()
    return identifier


def profile(site, course=COURSE, user=LEARNER["user_id"]):
    answer = site.call("GET", f"courses/{course}/onboarding_statuses?user_id={user}")
    assert answer.status_code == 200
    assert set(answer.json) == {"user_id", "status", "expiration_date"}
    return answer.json["status"]


def test_proctored_exams_ask_for_an_onboarding_where_the_course_has_one(schooled, time):
    site = schooled
    exam = site.exam()
    assert site.call("POST", f"exam/{exam}/attempt/", LEARNER).json.keys() == {"id"}
    onboarding = site.exam(id=8, is_practice_exam=True)

    def asked():
        site.sign_in()
        return site.call("POST", f"exam/{exam}/attempt/", LEARNER).json

    assert asked() == {"status": "onboarding_missing"}
    assert profile(site) == "no-profile"
    take(site, onboarding, None, time)
    assert (asked(), profile(site)) == ({"status": "onboarding_pending"}, "pending")
    take(site, onboarding, Verdict.negative, time)
    assert (asked(), profile(site)) == ({"status": "onboarding_failed"}, "rejected")
    time.passes(minutes=1)
    take(site, onboarding, Verdict.positive, time)
    assert set(asked()) == {"id"}
    assert (profile(site), profile(site, "other")) == ("approved-in-course", "approved-in-different-course")
    time.passes(days=366)
    assert (asked(), profile(site)) == ({"status": "onboarding_expired"}, "expired")


def test_practice_is_an_onboarding_only_where_the_site_has_them(site, schooled):
    plain, school = site.exam(is_practice_exam=True), schooled.exam(is_practice_exam=True)
    kinds = [attempt_of(s.attempt(e)).exam.kind for s, e in ((site, plain), (schooled, school))]
    assert kinds == [Kind.practice, Kind.onboarding]


def test_the_list_of_a_course_is_filtered_and_comes_in_pages(schooled, time):
    site = schooled
    onboarding = site.exam(is_practice_exam=True)
    for letter, verdict in {"a": Verdict.positive, "b": None, "c": Verdict.positive}.items():
        take(site, onboarding, verdict, time, user_id=letter * 40)
    site.attempt(onboarding, user_id="d" * 40)
    path = f"courses/{COURSE}/onboarding_statuses"
    whole = site.call("GET", path).json
    assert [row["status"] for row in whole["results"]] == [
        "approved-in-course", "pending", "approved-in-course", "no-profile",
    ]  # fmt: skip
    assert {key: whole[key] for key in ("count", "num_pages", "next", "previous")} == {
        "count": 4, "num_pages": 1, "next": None, "previous": None,
    }  # fmt: skip
    page = site.call("GET", f"{path}?page=2&page_size=3").json
    assert (len(page["results"]), page["previous"], page["next"], page["num_pages"]) == (1, 1, None, 2)
    some = site.call("GET", f"{path}?status=pending,no-profile").json
    assert [row["user_id"][0] for row in some["results"]] == ["b", "d"]
    for odd in ("?page=x&page_size=-5", "?page=999", "?status=", "?user_id="):
        assert site.call("GET", path + odd).status_code == 200
    assert site.call("GET", "courses/Org/Old/Run/onboarding_statuses").json["results"] == []


def test_another_site_reads_nothing_of_it(schooled, stranger, time):
    onboarding = schooled.exam(is_practice_exam=True)
    take(schooled, onboarding, Verdict.positive, time)
    assert profile(stranger) == "no-profile"
    assert stranger.call("GET", f"courses/{COURSE}/onboarding_statuses").json["results"] == []


# the console


@pytest.fixture
def administrator(app, time, sign_in):
    return sign_in(make_user(time.now, role=SiteRole.administrator))


def only():
    db.session.expire_all()
    return db.session.query(ProviderClient).one()


def test_a_site_is_added_shown_changed_switched_and_removed(administrator, post, time):
    fields = {"name": "Northfield", "site_url": "https://lms.example/", "template": ""}
    page = post(administrator, "/admin/sites/new", **fields).text
    secret = re.search(r'id="secret-value" dir="ltr">([^<]+)<', page).group(1)
    assert clients.is_secret(only(), secret)
    base = f"/admin/sites/{only().id}"
    shown = administrator.get(base).text
    assert secret not in shown
    assert "can’t be told anything yet" in shown
    post(administrator, f"{base}/settings", **{**fields, "callback_client_id": "ours", "callback_secret": "s3cret"})
    assert (only().callback_client_id, only().site_url) == ("ours", "https://lms.example")
    assert "s3cret" not in administrator.get(f"{base}/settings").text
    kept = only().callback_secret
    post(administrator, f"{base}/settings", **{**fields, "callback_client_id": "ours", "has_onboarding": "y"})
    assert (only().callback_secret, only().has_onboarding) == (kept, True)
    renewed = post(administrator, f"{base}/secret").text
    assert not clients.is_secret(only(), secret)
    assert "It is shown now and never again." in renewed
    post(administrator, f"{base}/activity")
    assert only().is_active is False
    assert "Kept out" in administrator.get("/admin/sites").text
    post(administrator, f"{base}/activity")
    assert administrator.get(f"{base}/remove").status_code == 200
    assert post(administrator, f"{base}/remove").status_code == 303
    assert db.session.query(ProviderClient).count() == db.session.query(Registration).count() == 0


def test_no_secret_lies_readable_in_the_database(administrator, post, time):
    fields = {"name": "N", "site_url": "https://lms.example", "callback_client_id": "o", "callback_secret": "s3cret"}
    page = post(administrator, "/admin/sites/new", **fields).text
    secret = re.search(r'id="secret-value" dir="ltr">([^<]+)<', page).group(1)
    client = only()
    kept = json.dumps([client.secret, client.callback_secret])
    assert secret not in kept
    assert "s3cret" not in kept


@pytest.mark.parametrize(
    "fields",
    [{"name": ""}, {"name": "a\tb"}, {"site_url": "lms.example"}, {"site_url": "https://lms.example/path"},
     {"site_url": "https://u:p@lms.example"}, {"site_url": "javascript:x"}, {"template": "nope"},
     {"callback_client_id": "x" * 300}, {"callback_secret": "x" * 2000}],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_stored(administrator, post, fields):
    answer = post(administrator, "/admin/sites/new", **{"name": "N", "site_url": "https://lms.example", **fields})
    assert answer.status_code == 422
    assert 'id="problems"' in answer.text
    assert db.session.query(ProviderClient).count() == 0


def test_the_page_of_a_site_is_not_that_of_a_course_system(administrator, site):
    assert administrator.get(f"/admin/platforms/{site.client.registration_id}").status_code == 404
    assert "Northfield" not in administrator.get("/admin/platforms").text
    assert administrator.get("/admin/sites/999999999999999999999").status_code == 404


# the command


@pytest.fixture
def run(app, monkeypatch):
    from contextlib import contextmanager

    @contextmanager
    def here():
        yield app

    monkeypatch.setattr(provider_clients, "application", here)

    def call(*words):
        db.session.commit()
        return CliRunner().invoke(provider_clients.provider_client, list(words))

    return call


def test_the_command_adds_lists_shows_and_removes(run, time):
    added = run("add", "--name", "North", "--site", "https://lms.example")
    assert added.exit_code == 0, added.output
    secret = re.search(r"client_secret\s+(\S+)", added.output).group(1)
    assert clients.is_secret(only(), secret)
    assert "base address    http://localhost:8000/provider" in added.output
    client_id = only().client_id
    assert client_id in run("list").output
    assert secret not in run("show", "--client-id", client_id).output
    done = run("callback", "--client-id", client_id, "--callback-client-id", "o", "--callback-client-secret", "s")
    assert (done.exit_code, only().callback_client_id) == (0, "o")
    run("secret", "--client-id", client_id)
    assert not clients.is_secret(only(), secret)
    assert run("remove", "--client-id", client_id).output == "Removed.\n"
    assert db.session.query(ProviderClient).count() == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--site", "x"), "--site"), (("--site", "https://l.example", "--template", "no"), "--template")],
)
def test_the_command_says_what_is_wrong(run, words, said):
    answer = run("add", "--name", "N", *words)
    assert answer.exit_code == 1
    assert said in answer.output
    assert db.session.query(ProviderClient).count() == 0
