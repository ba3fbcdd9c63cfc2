"""Every address has a guard: nobody, and nobody from elsewhere, gets past it."""

import contextvars
import io
from datetime import UTC, datetime

import pytest
from flask import Flask, url_for
from PIL import Image

from lti_proctor import create_app, outbox
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import EvidenceKind, Recording, Track
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import add_if_new, db
from lti_proctor.journal import Actor, Role
from lti_proctor.settings import ROOT, load
from lti_proctor.web.blueprints import PUBLIC
from tests.conftest import csrf_of
from tests.factories import make_attempt, make_course, make_exam, make_user

#: Blueprints whose messages come from other systems: signed, or with a token of their own.
SIGNED = {"lti", "xapi", "provider"}
OPEN_FILES = {"static", "styleguide"}
#: The ticket in this form is the proof; without one it is refused like a used one.
BY_TICKET = "learner.window"
REFUSED = {401, 403, 404}


def rules_of(app: Flask) -> list[tuple[str, str]]:
    """Endpoint and method of every address."""
    pairs = {(rule.endpoint, method) for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    return sorted((endpoint, method) for endpoint, method in pairs if method not in {"HEAD", "OPTIONS"})


def every_rule() -> list[tuple[str, str]]:
    settings = load(
        {"LTI_PROCTOR_CONFIG": str(ROOT / "config" / "test.toml")}, database_url="sqlite://", queue_url="memory:"
    )
    app = create_app(settings)
    app.extensions["outside"].close()
    return rules_of(app)


EVERY = every_rule()
GUARDED = [(e, m) for e, m in EVERY if e.split(".")[0] not in PUBLIC and e not in OPEN_FILES]
WITH_TOKEN = [(e, m) for e, m in EVERY if m != "GET" and e.split(".")[0] not in SIGNED and e != BY_TICKET]


def apart(function, *args, **kwargs):
    """A request as the server runs it: in a context of its own, so that nothing of the test leaks into it."""
    return contextvars.Context().run(function, *args, **kwargs)


@pytest.fixture
def now():
    return datetime.now(UTC)


@pytest.fixture
def world(app, now):
    """An exam of a course with an attempt, a photo and a score on its way: what the addresses are about."""
    exam = make_exam(now, addons=frozenset({Addon.face, Addon.rules}))
    attempt = make_attempt(now, exam=exam)
    actor = Actor(Role.learner, attempt.user_id)
    evidence.give_consent(attempt, locale="en", actor=actor, now=now)
    out = io.BytesIO()
    Image.new("RGB", (100, 100)).save(out, "JPEG")
    photo = evidence.keep_photo(attempt, EvidenceKind.face, out.getvalue(), actor=actor, now=now)
    effect = outbox.put(
        "lti.score", lane="l", subject=f"attempt:{attempt.id}", payload={"attempt": attempt.id}, now=now
    )
    recording = add_if_new(
        Recording, attempt_id=attempt.id, track=Track.camera, name="segment-0", begins_at=now, last_at=now,
        n_chunks=0, n_bytes=0, head="00",
    )  # fmt: skip
    db.session.commit()
    return {
        "attempt": attempt,
        "course": exam.course,
        "values": {
            "attempt_id": attempt.id,
            "exam_id": exam.id,
            "course_id": exam.course_id,
            "platform_id": exam.course.deployment.registration_id,
            "deployment_key": exam.course.deployment_id,
            "invite_id": 1,
            "client_key": 1,
            "client_id": "nobody",
            "exam": "nothing",
            "attempt": "nothing",
            "user_id": "nobody",
            "evidence_id": photo.id,
            "turn": "desk",
            "effect_id": effect.id,
            "row_id": 1,
            "step": "rules",
            "way": "link",
            "action": "finish",
            "event": "terminate",
            "token": "t",
            "key": "k",
            "filename": "css/tokens.css",
            "track": "camera",
            "name": "segment-1",
            "seq": 1,
            "recording_id": recording,
        },
    }


@pytest.fixture
def call(app, world):
    """Call an address as a browser that came with the page's own token."""

    def send(browser, endpoint, method, *, token=True):
        rule = next(r for r in app.url_map.iter_rules() if r.endpoint == endpoint and method in r.methods)
        with app.test_request_context():
            path = url_for(endpoint, **{name: world["values"][name] for name in rule.arguments})
        data = {"csrf_token": apart(csrf_of, browser)} if method != "GET" and token else None
        return apart(browser.open, path, method=method, data=data, buffered=True)

    return send


def is_refused(answer, endpoint):
    if endpoint == BY_TICKET:
        return answer.status_code == 409
    to_login = answer.status_code == 302 and answer.headers["Location"].startswith("/login?next=")
    return to_login or answer.status_code in REFUSED


def test_there_is_something_to_guard():
    assert len(GUARDED) > 25
    assert {endpoint.split(".")[0] for endpoint, _method in GUARDED} == {"learner", "instructor", "proctor", "admin"}


def test_a_public_blueprint_exists_and_says_why_it_is_public():
    assert set(PUBLIC) <= {endpoint.split(".")[0] for endpoint, _method in EVERY}
    assert all(PUBLIC.values())


@pytest.mark.parametrize(("endpoint", "method"), GUARDED)
def test_nobody_gets_past_the_guard(app, call, endpoint, method):
    answer = call(app.test_client(), endpoint, method)
    assert is_refused(answer, endpoint), answer.status


@pytest.mark.parametrize(("endpoint", "method"), GUARDED)
def test_a_stranger_gets_past_no_guard(app, now, world, call, sign_in, endpoint, method):
    here, elsewhere = world["course"].id, make_course(now).id
    for who, parts in {
        "learner elsewhere": {elsewhere: "learner"},
        "teacher elsewhere": {elsewhere: "instructor"},
        "classmate": {here: "learner"},
        "visitor": {here: "visitor"},
    }.items():
        answer = call(sign_in(make_user(now), parts), endpoint, method)
        assert is_refused(answer, endpoint), (who, answer.status)
        assert answer.status_code != 302, who


@pytest.mark.parametrize(("endpoint", "method"), WITH_TOKEN)
def test_a_form_without_its_token_is_refused(app, now, world, call, sign_in, endpoint, method):
    owner = sign_in(world["attempt"].user, {world["course"].id: "instructor"})
    answer = call(owner, endpoint, method, token=False)
    assert answer.status_code == 400
    assert world["attempt"].status == "created"


def test_every_form_but_the_signed_ones_needs_a_token():
    posts = {endpoint for endpoint, method in EVERY if method != "GET"}
    without = posts - {endpoint for endpoint, _method in WITH_TOKEN}
    assert without == {BY_TICKET, *(e for e in posts if e.split(".")[0] in SIGNED)}


@pytest.mark.parametrize(("endpoint", "method"), EVERY)
def test_every_answer_forbids_code_inside_pages_and_none_is_a_crash(app, call, endpoint, method):
    answer = call(app.test_client(), endpoint, method)
    assert answer.status_code < 500
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert not any(word in policy for word in ("unsafe-inline", "unsafe-eval", "unsafe-hashes", "strict-dynamic"))
    assert "frame-ancestors " in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "path", ["/nowhere", "/attempts/x", "/attempts/999999999", "/exams/-1", "/static/../wsgi.py", "/%00"]
)
def test_an_address_that_does_not_exist_is_a_page_with_the_same_headers(app, path):
    answer = apart(app.test_client().get, path, buffered=True)
    assert answer.status_code in {302, 400, 401, 404}
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


def test_a_stranger_s_own_things_are_still_his(app, now, world, call, sign_in):
    """The guard lets the owner through: otherwise the tests above would prove nothing."""
    owner = sign_in(world["attempt"].user, {world["course"].id: "learner"})
    assert call(owner, "learner.state", "GET").status_code == 200
    teacher = sign_in(make_user(now), {world["course"].id: "instructor"})
    assert call(teacher, "instructor.exam", "GET").status_code == 200
