"""The client of the REST protocol against a provider that does right, and against one that does not."""

from dataclasses import replace

import jwt
import pytest
import structlog

from lti_proctor.errors import Upstream
from lti_proctor.providers.base import CannotRegister, OnboardingNeeded, SentNoAttemptId
from lti_proctor.providers.contract import EXAM, REGISTRATION, STAFF, ProviderContract
from lti_proctor.providers.facts import obscured_id
from lti_proctor.providers.rest import Rest, RestOptions
from tests.provider_server import provider_server

SECRET = "a-secret-that-is-long-enough-for-its-use"
KNOWN = replace(EXAM, external_id="exam-1")
REGISTER = ("POST", "/api/v1/exam/exam-1/attempt/")
ATTEMPT = "/api/v1/exam/exam-1/attempt/attempt-1/"


@pytest.fixture
def server(app):
    with provider_server() as script:
        yield script
        app.extensions["outside"].close()  # kept connections would outlive the server


@pytest.fixture
def make(app, server):
    def rest(**options):
        given = {"base_url": server.url, "client_id": "us", "client_secret": SECRET, "timeout": 5, **options}
        return Rest("watcher", RestOptions(**given))

    return rest


class TestContract(ProviderContract):
    @pytest.fixture(autouse=True)
    def _made(self, make):
        self.make = make

    def make_provider(self):
        return self.make()


@pytest.fixture
def attempt(make, server):
    found = TestContract.attempt(TestContract(), make())
    server.heard.clear()
    return found


def test_a_token_is_asked_for_once_and_sent_as_the_protocol_has_it(make, server):
    provider = make()
    provider.on_exam_saved(EXAM)
    provider.on_exam_saved(KNOWN)
    assert server.calls(with_tokens=True) == [
        ("POST", "/oauth2/access_token"), ("POST", "/api/v1/exam/"), ("POST", "/api/v1/exam/exam-1/"),
    ]  # fmt: skip
    asked, first, second = server.heard
    assert asked.form == {
        "grant_type": "client_credentials", "client_id": "us", "client_secret": SECRET, "token_type": "jwt",
    }  # fmt: skip
    assert first.headers["authorization"] == second.headers["authorization"] == "JWT token-1"
    assert first.headers["user-agent"].startswith("LTI-Proctor/")
    assert first.headers["content-type"] == "application/json"


def test_a_token_that_does_not_count_any_more_is_fetched_anew_once(make, server):
    server.says("POST", "/api/v1/exam/", (401, {}), {"id": "exam-1"})
    assert make().on_exam_saved(EXAM) == "exam-1"
    assert [one.headers["authorization"] for one in server.heard if "exam" in one.path] == [
        "JWT token-1",
        "JWT token-2",
    ]
    server.says("POST", "/api/v1/exam/", (401, {}))
    server.heard.clear()
    with pytest.raises(Upstream, match="provider_exam_401"):
        make().on_exam_saved(EXAM)
    assert len(server.calls()) == 2


def test_a_token_that_nearly_ends_is_not_used(make, server):
    server.says("POST", "/oauth2/access_token", {"access_token": "short", "expires_in": 20})
    provider = make()
    provider.on_exam_saved(EXAM)
    provider.on_exam_saved(KNOWN)
    assert server.calls(with_tokens=True).count(("POST", "/oauth2/access_token")) == 2


def test_the_address_of_tokens_is_an_option_and_some_need_none(make, server):
    server.says("POST", "/edx/oauth2/access_token", {"access_token": "other", "expires_in": 600})
    make(token_path="/edx/oauth2/access_token").on_exam_saved(EXAM)
    assert server.heard[-1].headers["authorization"] == "JWT other"
    make(needs_oauth=False).on_exam_saved(EXAM)
    assert "authorization" not in server.heard[-1].headers


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((401, {"error": "invalid_client"}), "provider_token_401"),
        ((302, {}, {"Location": "https://elsewhere.example/"}), "provider_redirects"),
        ({"expires_in": 5}, "provider_token_unreadable"),
        (b"<html>", "provider_token_unreadable"),
        ({"access_token": "line\nbreak"}, "provider_token_unreadable"),
    ],
)
def test_a_token_that_is_none_is_told(make, server, answer, code):
    server.says("POST", "/oauth2/access_token", answer)
    with pytest.raises(Upstream) as problem:
        make().on_exam_saved(EXAM)
    assert (problem.value.code, problem.value.permanent) == (code, False)


def test_an_exam_is_told_under_the_names_of_the_wire(make, server, now):
    make(default_rules={"allow_notes": True}).on_exam_saved(replace(EXAM, due_at=now))
    assert server.heard[-1].json == {
        "id": 7, "course_id": "course-1", "content_id": "exam-7", "external_id": None, "exam_name": EXAM.name,
        "time_limit_mins": 30, "is_proctored": True, "is_practice_exam": False, "is_active": True,
        "due_date": "2026-11-24T09:00:00+00:00", "hide_after_due": False, "backend": "watcher",
        "rule_summary": "Closed book", "rules": {"allow_notes": True},
    }  # fmt: skip


def test_an_exam_whose_id_changes_is_noted(make, server):
    server.says("POST", "/api/v1/exam/exam-1/", {"id": "exam-2"})
    with structlog.testing.capture_logs() as noted:
        assert make().on_exam_saved(KNOWN) == "exam-2"
    assert [one["what"] for one in noted if one["event"] == "provider.id_changed"] == ["exam"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"<html>", "provider_exam_unreadable"),
        ([], "provider_exam_unreadable"),
        ({"id": "../x"}, "provider_exam_unreadable"),
        ({"id": True}, "provider_exam_unreadable"),
        ((404, {}), "provider_exam_404"),
        ((503, {}, {"Retry-After": "70"}), "provider_exam_503"),
        ((301, {}, {"Location": "https://elsewhere.example/"}), "provider_redirects"),
    ],
)
def test_an_exam_that_was_not_taken_is_told_again_later(make, server, answer, code):
    server.says("POST", "/api/v1/exam/", answer)
    with pytest.raises(Upstream) as problem:
        make().on_exam_saved(EXAM)
    assert (problem.value.code, problem.value.permanent) == (code, False)
    assert problem.value.retry_after == (70 if code.endswith("503") else None)
    assert problem.value.details.get("to") == ("https://elsewhere.example/" if code.endswith("redirects") else None)


def test_a_registration_is_told_under_the_names_of_the_wire(make, server):
    given = replace(REGISTRATION, review_policy="Closed book", review_policy_exception="A dictionary")
    assert make().register_attempt(KNOWN, given).external_id == "attempt-1"
    assert server.heard[-1].json == {
        "lms_host": "https://proctor.example", "time_limit_mins": 45, "is_sample_attempt": False,
        "user_id": REGISTRATION.user_id, "full_name": REGISTRATION.full_name, "email": REGISTRATION.email,
        "status": "created", "review_policy": "Closed book", "review_policy_exception": "A dictionary",
    }  # fmt: skip


@pytest.mark.parametrize("status", [201, 202, 400, 401, 403, 404, 409, 422, 501])
def test_only_status_200_registers(make, server, status):
    server.says(*REGISTER, (status, {"id": "attempt-1"}))
    with pytest.raises(CannotRegister) as refused:
        make().register_attempt(KNOWN, REGISTRATION)
    assert refused.value.status == status


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_trouble_that_passes_is_tried_again(make, server, status):
    server.says(*REGISTER, (status, b"", {"Retry-After": "9"}))
    with pytest.raises(Upstream) as problem:
        make().register_attempt(KNOWN, REGISTRATION)
    assert (problem.value.permanent, problem.value.retry_after) == (False, 9)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"[" * 5000,
        [],
        None,
        "id",
        {},
        {"id": ""},
        {"id": None},
        {"id": "a b"},
        {"id": ["x"]},
        {"id": "x" * 256},
    ],
)
def test_status_200_with_rubbish_is_no_registration(make, server, answer):
    server.says(*REGISTER, answer)
    with pytest.raises(SentNoAttemptId) as refused:
        make().register_attempt(KNOWN, REGISTRATION)
    assert refused.value.status == 200


@pytest.mark.parametrize("state", ["missing", "pending", "failed", "expired"])
def test_an_onboarding_that_is_wanted_first_is_told(make, server, state):
    server.says(*REGISTER, {"status": f"onboarding_{state}"})
    with pytest.raises(OnboardingNeeded) as needed:
        make().register_attempt(KNOWN, REGISTRATION)
    assert needed.value.state == f"onboarding_{state}"


def test_a_provider_that_redirects_is_not_followed(make, server):
    server.says(*REGISTER, (307, {}, {"Location": f"{server.url}/api/v1/exam/"}))
    with pytest.raises(Upstream, match="provider_redirects"):
        make().register_attempt(KNOWN, REGISTRATION)
    assert server.calls() == [REGISTER]


def test_a_provider_that_hangs_is_left_alone_after_a_while(make, server):
    server.says(*REGISTER, "hang")
    with pytest.raises(Upstream) as problem:
        make(timeout=0.2).register_attempt(KNOWN, REGISTRATION)
    assert (problem.value.code, problem.value.permanent) == ("outside_timeout", False)


@pytest.mark.parametrize(
    ("method", "status"), [("start_attempt", "started"), ("stop_attempt", "submitted"), ("mark_erroneous", "error")]
)
def test_the_state_of_an_attempt_is_told_whatever_is_answered(make, server, attempt, method, status):
    server.says("PATCH", ATTEMPT, b"not JSON")
    assert getattr(make(), method)(attempt) == ()
    assert server.heard[-1].json == {"status": status}
    for answer, is_permanent in (((500, b""), False), ((404, b""), True), ((403, b""), False)):
        server.says("PATCH", ATTEMPT, answer)
        with pytest.raises(Upstream) as problem:
            getattr(make(), method)(attempt)
        assert problem.value.permanent is is_permanent


@pytest.mark.parametrize(
    ("answer", "is_gone"),
    [({"status": "deleted"}, True), ((404, b""), True), ({"status": "kept"}, False), (b"", False), ([], False)],
)
def test_only_the_word_of_the_provider_makes_an_attempt_gone(make, server, attempt, answer, is_gone):
    server.says("DELETE", ATTEMPT, answer)
    assert make().remove_attempt(attempt) is is_gone
    assert server.heard[-1].body == b""


def test_a_removal_that_fails_is_tried_again(make, server, attempt):
    server.says("DELETE", ATTEMPT, (502, b""))
    with pytest.raises(Upstream) as problem:
        make().remove_attempt(attempt)
    assert problem.value.permanent is False


def test_instructions_come_in_the_learner_s_language(make, server, attempt):
    found = make().instructions(attempt, "pt_BR")
    assert (found.steps, found.download_url) == (("Install it",), "https://x.example")
    assert server.heard[-1].headers["accept-language"] == "pt-br;en-us"
    make().instructions(attempt, "en")
    assert server.heard[-1].headers["accept-language"] == "en-us"


def test_what_an_attempt_has_no_instructions_for_the_configuration_has(make, server, attempt):
    server.says(
        "GET", ATTEMPT, {"status": "created", "id": "attempt-9", "instructions": [3, ""], "download_url": "ftp://x"}
    )
    with structlog.testing.capture_logs() as noted:
        found = make().instructions(attempt, "en")
    assert (found.steps, found.download_url) == (("General",), "https://watcher.example/download")
    assert [one["what"] for one in noted if one["event"] == "provider.id_changed"] == ["attempt"]
    server.says("GET", "/api/v1/config/", (500, b""))
    server.says("GET", ATTEMPT, {"instructions": "One line", "software_download_url": "https://y.example"})
    found = make().instructions(attempt, "en")
    assert (found.steps, found.download_url) == (("One line",), "https://y.example")


def test_the_configuration_is_asked_for(make, server):
    assert make().configuration("fr")["name"] == "Watcher"
    assert server.heard[-1].headers["accept-language"] == "fr;en-us"


@pytest.mark.parametrize(("answer", "known"), [(True, True), (False, False)])
def test_a_person_is_forgotten_by_a_plain_yes_or_no(make, server, answer, known):
    path = f"/api/v1/user/{REGISTRATION.user_id}/"
    server.says("DELETE", path, answer)
    assert make().retire_user(REGISTRATION.user_id) is known
    server.says("DELETE", path, {"status": "deleted"})
    with pytest.raises(Upstream, match="provider_user_unreadable"):
        make().retire_user(REGISTRATION.user_id)


def test_onboardings_of_one_and_of_a_course(make, server):
    one = {"user_id": "u", "status": "verified", "expiration_date": None}
    server.says("GET", "/api/v1/courses/c%2Fa%3Ab/onboarding_statuses?user_id=u", one)
    assert make().onboarding_profile("c/a:b", user_id="u", status=None) == one
    page = {"results": [one], "count": 1, "num_pages": 1, "next": None, "previous": None}
    server.says("GET", "/api/v1/courses/c/onboarding_statuses?status=verified&page=2&page_size=5", page)
    assert make().onboarding_profile("c", status="verified", page=2, page_size=5) == page
    for answer in ((201, page), [], (404, b"")):
        server.says("GET", "/api/v1/courses/c/onboarding_statuses", answer)
        with pytest.raises(Upstream):
            make().onboarding_profile("c")


@pytest.mark.parametrize(
    ("asked", "more"),
    [
        ({}, {}),
        ({"exam_id": "exam-1"}, {"exam_id": "exam-1"}),
        ({"exam_id": "exam-1", "attempt_id": "a"}, {"exam_id": "exam-1", "attempt_id": "a"}),
        ({"exam_id": "exam-1", "is_configuration": True}, {"exam_id": "exam-1", "config": True}),
        ({"is_configuration": True}, {}),
    ],
)
def test_the_dashboard_opens_with_a_signed_token(make, server, time, asked, more):
    address = make(token_expiration_time=90).dashboard_address("course-1", STAFF, **asked)
    base, _, token = address.partition("?jwt=")
    assert base == f"{server.url}/api/v1/instructor/us/"
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_exp": False})
    assert len(claims.pop("jti")) == 32
    assert claims == {
        "course_id": "course-1", "iss": "us", "exp": time.now.timestamp() + 90,
        "user": {"id": STAFF.id, "full_name": STAFF.full_name, "email": STAFF.email}, **more,
    }  # fmt: skip
    assert make(has_dashboard=False).dashboard_address("course-1", STAFF) is None


def test_the_id_of_a_person_is_that_of_the_protocol(app, settings, monkeypatch):
    changed = settings.model_copy(update={"proctoring_user_obfuscation_key": "SHHHHHH"})
    monkeypatch.setitem(app.extensions, "settings", changed)
    assert obscured_id(1, "mp") == "a3c4bbb34c23ec139350d72e3366407bdee59b41"


@pytest.mark.parametrize("wrong", [{"base_url": "watcher.example"}, {"client_id": ""}, {"timeout": 0}, {"clientid": 1}])
def test_wrong_options_are_told(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RestOptions(**{"base_url": "https://x.example", "client_id": "a", "client_secret": "b", **wrong})
