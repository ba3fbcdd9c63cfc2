"""Providers that call back: with their own credential, for their own attempts, as often as they like."""

import base64
import hashlib
import json

import jwt
import pytest

from lti_proctor import outbox
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.addons import Kind
from lti_proctor.extensions import db
from lti_proctor.journal.models import Entry
from lti_proctor.providers import registry
from lti_proctor.providers.models import ProviderAttempt, ProviderReview, Stage
from lti_proctor.providers.rest import Rest, RestOptions
from lti_proctor.providers.rpnow import Rpnow, RpnowOptions
from lti_proctor.web.callbacks import tokens
from tests.factories import make_attempt, make_exam
from tests.rpnow_review import CALLBACK_SECRET, OPTIONS, review

SECRET = "the-secret-of-the-callbacks-0123456789"
V1 = "/api/edx_proctoring/v1/proctored_exam/attempt"
PASSED = {"status": "passed", "comments": [{"comment": "Quiet", "status": "ok", "start": 1, "stop": 2, "duration": 1}]}


def rest(name, **options):
    given = {"base_url": "https://watcher.example", "client_id": "us", "client_secret": "s" * 40, **options}
    return Rest(name, RestOptions(**given))


@pytest.fixture(autouse=True)
def backends(app):
    """Two that speak the REST protocol, one that can't call back, and two of one plugin with addresses of its own."""
    before = app.extensions["providers"], app.extensions["backends"]
    hashed = "sha256:" + hashlib.sha256(SECRET.encode()).hexdigest()
    own = {**OPTIONS, "exam_register_endpoint": "https://vendor.example/register"}
    found = {
        "watcher": rest("watcher", callback_client_id="watcher", callback_client_secret=SECRET),
        "other": rest("other", callback_client_id="other", callback_client_secret=hashed),
        "silent": rest("silent"),
        "first": Rpnow("first", RpnowOptions(**{**own, "secret_key": "a", "callback_secret": "a" * 20})),
        "second": Rpnow("second", RpnowOptions(**own)),
    }
    registry.set_up(app.extensions, "watcher", found)
    yield found
    app.extensions["providers"], app.extensions["backends"] = before


@pytest.fixture
def make(now, time):
    def attempt(external_id="ext-1", *, provider="watcher", status=Status.submitted, kind=Kind.proctored, **values):
        exam = make_exam(now, provider=provider, kind=kind)
        moments = {} if status in {Status.created, Status.download_software_clicked} else {"started_at": now}
        if status == Status.submitted:
            moments["stopped_at"] = now
        made = make_attempt(now, exam=exam, status=status, provider=provider, config_version=1, **moments, **values)
        known = ProviderAttempt(
            attempt_id=made.id, provider=provider, code=f"CODE-{made.id}", external_id=external_id,
            stage=Stage.registered, instructions=[], download_url="",
        )  # fmt: skip
        db.session.add(known)
        db.session.commit()
        return made

    return attempt


def token_of(client, name="watcher", secret=SECRET):
    form = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret, "token_type": "jwt"}
    return client.post("/oauth2/access_token", data=form).json["access_token"]


@pytest.fixture
def call(client):
    def send(path, body=PASSED, *, name="watcher", kind="JWT", **options):
        if "headers" not in options:
            options["headers"] = {"Authorization": f"{kind} {token_of(client, name)}"}
        return client.post(f"{V1}/{path}", json=body, **options)

    return send


@pytest.mark.parametrize("kind", ["JWT", "Bearer"])
def test_a_review_is_taken_from_the_provider_of_the_attempt(call, make, kind):
    attempt = make()
    answer = call("ext-1/reviewed", kind=kind)
    assert (answer.status_code, answer.json) == (200, "OK")
    assert attempt.status == Status.verified
    assert db.session.query(ProviderReview).one().payload == PASSED


def test_ready_passes_the_provider_s_step_and_nothing_else(call, make):
    attempt = make(status=Status.download_software_clicked)
    for _ in range(2):
        answer = call("ext-1/ready", {"status": "whatever"})
        assert (answer.status_code, answer.json) == (200, "OK")
        assert attempt.status == Status.ready_to_start
    running = make("ext-2", status=Status.started)
    assert call("ext-2/ready", {}).status_code == 200
    assert running.status == Status.started


def test_replays_change_nothing(call, make):
    make()
    call("ext-1/reviewed")
    counts = [db.session.query(table).count() for table in (ProviderReview, outbox.Effect, Entry)]
    for _ in range(3):
        assert call("ext-1/reviewed").json == "OK"
    assert [db.session.query(table).count() for table in (ProviderReview, outbox.Effect, Entry)] == counts


def test_a_provider_knows_its_own_attempts_only(call, make):
    attempt = make()
    assert call("ext-1/reviewed", name="other").status_code == 404
    assert call("ext-1/ready", name="other").status_code == 404
    assert call("ext-2/reviewed").status_code == 404
    theirs = make("ext-1", provider="other")
    assert call("ext-1/reviewed", name="other").status_code == 200
    assert (attempt.status, theirs.status) == (Status.submitted, Status.verified)


@pytest.mark.parametrize("word", ["ready", "reviewed"])
def test_strangers_are_refused(app, client, call, make, sign_in, settings, word):
    attempt = make()
    path = f"ext-1/{word}"
    assert call(path, headers={}).status_code == 403
    learner = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    assert learner.post(f"{V1}/{path}", json=PASSED).status_code == 403
    good = token_of(client)
    unsigned = jwt.encode(
        jwt.decode(good, options={"verify_signature": False}), "", algorithm="none", headers={"kid": "watcher"}
    )
    other = jwt.encode({"sub": "watcher", "aud": tokens.AUDIENCE, "exp": 9e9}, "k" * 32, headers={"kid": "watcher"})
    renamed = jwt.encode(
        {"sub": "watcher", "aud": tokens.AUDIENCE, "exp": 9e9, "iss": settings.base_url},
        tokens._key(app.extensions["providers"]["other"]),
        headers={"kid": "other"},
    )
    for given in ("x", good[:-2], unsigned, other, renamed, token_of(client, "other") + "x", "a.b.c"):
        answer = call(path, headers={"Authorization": f"JWT {given}"})
        assert answer.status_code == 401, given
        assert answer.headers["WWW-Authenticate"].startswith("JWT")
    assert call(path, headers={"Authorization": "Basic eDp5"}).status_code == 403
    assert attempt.status == Status.submitted


def test_tokens_end_with_time_and_with_the_credential(client, call, make, time, backends, app):
    make()
    held = {"Authorization": f"JWT {token_of(client)}"}
    time.passes(seconds=tokens.SECONDS - 1)
    assert call("ext-1/reviewed", headers=held).status_code == 200
    time.passes(seconds=1)
    assert call("ext-1/reviewed", headers=held).status_code == 401
    held = {"Authorization": f"JWT {token_of(client)}"}
    changed = rest("watcher", callback_client_id="watcher", callback_client_secret="another-secret-0123456789")
    registry.set_up(app.extensions, "watcher", {**backends, "watcher": changed})
    assert call("ext-1/reviewed", headers=held).status_code == 401


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"client_id": "watcher", "client_secret": SECRET}, 200),
        ({"client_id": "other", "client_secret": SECRET}, 200),
        ({"client_id": "watcher", "client_secret": "no"}, 401),
        ({"client_id": "", "client_secret": ""}, 401),
        ({"client_id": "silent", "client_secret": ""}, 401),
        ({}, 401),
        ({"client_id": "watcher", "client_secret": SECRET, "grant_type": "password"}, 400),
    ],
)
def test_a_token_is_given_for_a_credential(client, form, status):
    answer = client.post("/oauth2/access_token", data={"grant_type": "client_credentials", **form})
    assert answer.status_code == status
    assert ("access_token" in answer.json) is (status == 200)
    if status == 200:
        assert (answer.json["token_type"], answer.json["expires_in"]) == ("JWT", 3600)


def test_a_credential_may_come_in_the_header(client):
    for secret, status in ((SECRET, 200), ("no", 401)):
        basic = base64.b64encode(f"watcher:{secret}".encode()).decode()
        for header in (f"Basic {basic}", f"basic {basic}"):
            form = {"grant_type": "client_credentials"}
            answer = client.post("/oauth2/access_token", data=form, headers={"Authorization": header})
            assert answer.status_code == status
    answer = client.post("/oauth2/access_token", data=form, headers={"Authorization": "Basic ü§"})
    assert answer.status_code == 401


def test_who_guesses_is_held_back(client, settings):
    form = {"grant_type": "client_credentials", "client_id": "watcher", "client_secret": "guess"}
    answers = {client.post("/oauth2/access_token", data=form).status_code for _ in range(200)}
    assert answers == {401, 429}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "review_unreadable"),
        (b"<html>", "review_unreadable"),
        (b"[]", "review_unreadable"),
        (b"[" * 100_000, "review_unreadable"),
        (b'{"status": "passed", "n": NaN}', "review_unreadable"),
        (b'{"status": "passed", "reviewed_by": "a\\u0000b"}', "review_unreadable"),
        (b'{"status": "passed", "x": "\\ud800"}', "review_unreadable"),
        (b'{"status": "\xff"}', "review_unreadable"),
        (b"{}", "review_status"),
        (b'{"status": "fine"}', "review_status"),
        (b'{"status": ["passed"]}', "review_status"),
        (b'{"status": "passed", "comments": "none"}', "review_comments"),
        (b'{"status": "passed", "comments": [{"comment": "x"}]}', "review_comments"),
        (b'{"status": "passed", "comments": [{"comment": "x", "status": "y", "start": "soon"}]}', "review_comments"),
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_bad_reviews_are_told_and_change_nothing(client, call, make, body, code, content_type):
    attempt = make()
    headers = {"Authorization": f"JWT {token_of(client)}", "Content-Type": content_type}
    answer = client.post(f"{V1}/ext-1/reviewed", data=body, headers=headers)
    assert (answer.status_code, answer.json) == (400, {"detail": code})
    assert attempt.status == Status.submitted
    assert db.session.query(ProviderReview).count() == 0


class Unread:
    """A body that must not be read."""

    def read(self, *_size):
        raise AssertionError("the body was read")

    readline = readlines = read


@pytest.mark.parametrize(
    "path", [f"{V1}/ext-1/reviewed", "/api/edx_proctoring/proctoring_review_callback/", "/oauth2/access_token"]
)
@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_a_body_of_five_megabytes_is_refused_before_it_is_read(client, path, content_type):
    environ = {"wsgi.input": Unread(), "CONTENT_LENGTH": "5000000", "CONTENT_TYPE": content_type}
    answer = client.post(path, environ_overrides=environ)
    assert answer.status_code == 413


def test_a_review_comes_again_only_where_the_site_lets_it(call, make, app, settings, monkeypatch):
    attempt = make()
    call("ext-1/reviewed")
    rules = settings.proctoring_settings.model_copy(update={"ALLOW_REVIEW_UPDATES": False})
    monkeypatch.setitem(app.extensions, "settings", settings.model_copy(update={"proctoring_settings": rules}))
    answer = call("ext-1/reviewed", {"status": "suspicious"})
    assert (answer.status_code, answer.json) == (400, {"detail": "review_again"})
    assert call("ext-1/reviewed").status_code == 200  # the same again: its answer may have been lost
    assert attempt.status == Status.verified


def test_a_review_of_an_exam_that_is_not_proctored_any_more(call, make):
    attempt = make(kind=Kind.timed)
    answer = call("ext-1/reviewed")
    assert (answer.status_code, answer.json) == (412, {"detail": "exam_not_proctored"})
    assert attempt.status == Status.submitted


@pytest.mark.parametrize(
    ("values", "stage"),
    [
        ({"is_removed": True}, Stage.registered),
        ({"status": Status.onboarding_reset}, Stage.gone),
        ({"status": Status.declined}, Stage.gone),
    ],
)
def test_a_review_of_what_is_left_behind_is_kept_and_moves_nothing(call, make, values, stage):
    attempt = make(**values)
    before = attempt.status
    db.session.query(ProviderAttempt).one().stage = stage
    for review_of in (PASSED, {"status": "suspicious"}):
        assert call("ext-1/reviewed", review_of).status_code == 200
    assert attempt.status == before
    assert db.session.query(ProviderReview).count() == 2


OWN = "/api/edx_proctoring"


def start_path(backends, attempt, name="second"):
    return backends[name].start_url("", f"CODE-{attempt.id}")


def test_the_secure_browser_is_led_to_the_exam_with_a_cookie(client, make, backends):
    attempt = make("L-1", provider="second", status=Status.download_software_clicked)
    answer = client.get(start_path(backends, attempt))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/attempts/{attempt.id}")
    assert attempt.status == Status.ready_to_start
    cookie = client.get_cookie("provider-exam")
    assert cookie.value.startswith(f"CODE-{attempt.id}.")
    assert cookie.http_only


def test_the_secure_browser_that_comes_back_ends_the_exam(client, make, backends):
    attempt = make("L-1", provider="second", status=Status.started)
    for _ in range(2):
        assert client.get(start_path(backends, attempt)).status_code == 303
        assert attempt.status == Status.submitted


def test_an_attempt_is_started_by_its_own_provider_only(client, make, backends):
    attempt = make("L-1", provider="second", status=Status.created)
    assert client.get(start_path(backends, attempt, "first")).status_code == 403
    assert client.get(f"{OWN}/proctoring_launch_callback/start_exam/CODE-{attempt.id}").status_code == 403
    assert client.get(f"{OWN}/proctoring_launch_callback/start_exam/").status_code == 403
    assert client.get(backends["second"].start_url("", "NOWHERE")).status_code == 403
    assert client.get(f"{OWN}/elsewhere").status_code == 404
    assert attempt.status == Status.created


def signed(body):
    import hmac

    return {"X-Callback-Signature": "sha256=" + hmac.new(CALLBACK_SECRET.encode(), body, hashlib.sha256).hexdigest()}


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain", None])
def test_a_vendor_s_review_is_taken_whatever_it_calls_itself(client, make, content_type):
    attempt = make("L-1", provider="second")
    body = json.dumps(review("Rules Violation", code=f"CODE-{attempt.id}", locator="l-1")).encode()
    path = f"{OWN}/proctoring_review_callback/"
    for _ in range(2):
        sent = client.post(f"{path}?secret={CALLBACK_SECRET}", data=body, content_type=content_type)
        assert (sent.status_code, sent.json) == (200, "OK")
    assert client.post(path, data=body, content_type=content_type, headers=signed(body)).status_code == 200
    assert attempt.status == Status.verified
    assert db.session.query(ProviderReview).count() == 1


def test_a_vendor_s_review_without_its_secret_is_refused(client, make):
    attempt = make("L-1", provider="second")
    good = review("Clean", code=f"CODE-{attempt.id}", locator="L-1")
    path = f"{OWN}/proctoring_review_callback/"
    body = json.dumps(good).encode()
    for query, headers in (("", {}), ("?secret=x", {}), (f"?secret={'a' * 20}", {}), ("", signed(b"other"))):
        assert client.post(f"{path}{query}", data=body, headers=headers).status_code in {403, 404}
    path = f"{path}?secret={CALLBACK_SECRET}"
    assert client.post(path, json={**good, "reviewStatus": "Fine"}).json == {"detail": "review_status"}
    other = review("Clean", code=f"CODE-{attempt.id}", locator="L-2")
    assert client.post(path, json=other).json == {"detail": "review_other_attempt"}
    assert client.post(path, json=review("Clean", code="NOWHERE", locator="L-1")).status_code in {403, 404}
    assert client.post(path, data=b"rubbish").json == {"detail": "review_unreadable"}
    assert attempt.status == Status.submitted
