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
from lti_proctor.exams import allowances
from lti_proctor.exams.addons import Addon
from lti_proctor.exams.allowances import Extra
from lti_proctor.extensions import add_if_new
from lti_proctor.journal import Actor, Role
from lti_proctor.people.scopes import Scope
from lti_proctor.settings import ROOT, load
from lti_proctor.web.blueprints import PUBLIC
from lti_proctor.webhooks import service as webhooks
from tests.conftest import csrf_of
from tests.factories import STAFF, make_attempt, make_course, make_exam, make_user
from tests.factories.reports import add_flag
from tests.web.api_programs import Program

#: Blueprints whose messages come from other systems: signed, or with a token of their own.
SIGNED = {"lti", "xapi", "api", "callbacks", "provider"}
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


#: Parts of addresses that are the same for every attempt.
IN_PATHS = {"filename": "css/tokens.css", "version": "1.0", "link_id": 1, "identifier": "nobody", "turn": "desk"}


@pytest.fixture
def world(app, now):
    """An exam of a course with an attempt, a photo and a score on its way: what the addresses are about."""
    exam = make_exam(now, addons=frozenset({Addon.face, Addon.rules}))
    attempt = make_attempt(now, exam=exam)
    flag, actor = add_flag(attempt, 0, at=now), Actor(Role.learner, attempt.user_id)
    evidence.give_consent(attempt, locale="en", actor=actor, now=now)
    out = io.BytesIO()
    Image.new("RGB", (100, 100)).save(out, "JPEG")
    photo = evidence.keep_photo(attempt, EvidenceKind.face, out.getvalue(), actor=actor, now=now)
    effect_id = outbox.put(
        "lti.score", lane="l", subject=f"attempt:{attempt.id}", payload={"attempt": attempt.id}, now=now
    )
    recording = add_if_new(
        Recording, attempt_id=attempt.id, track=Track.camera, name="segment-0", begins_at=now, last_at=now,
        n_chunks=0, n_bytes=0, head="00",
    )  # fmt: skip
    allowance = allowances.grant(exam, attempt.user, Extra(additional_time=5), actor=STAFF, now=now)
    _secret, hook = webhooks.add_webhook(
        "https://elsewhere.example/", ["exam.saved"], course=exam.course, actor=STAFF, now=now
    )
    program = Program(app.test_client(), Scope.exams_read)
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
            "evidence_id": photo.id,
            "turn": "desk",
            "effect_id": effect_id,
            "row_id": 1,
            "remark_id": 1,
            "token_id": program.row.id,
            "user_id": attempt.user_id,
            "allowance_id": allowance.id,
            "webhook_id": hook.id,
            "step": "rules",
            "way": "link",
            "action": "finish",
            "event": "terminate",
            "token": "t",
            "external_id": "e-1",
            "address": "nowhere",
            "key": "k",
            **IN_PATHS,
            "track": "camera",
            "name": "segment-1",
            "seq": 1,
            "recording_id": recording,
            "flag_id": flag.id,
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


def each(pairs):
    """One world for all addresses of a blueprint: it takes longer to make than a request."""
    groups = {}
    for endpoint, method in pairs:
        groups.setdefault(endpoint.split(".")[0], []).append((endpoint, method))
    return pytest.mark.parametrize("pairs", groups.values(), ids=groups.keys())


PROGRAMS = [(e, m) for e, m in EVERY if e.startswith("api.") and e != "api.openapi"]


@pytest.fixture
def ask(app, world):
    """Ask an address of the interface for programs with a token."""

    def send(endpoint, method, *scopes, **options):
        rule = next(r for r in app.url_map.iter_rules() if r.endpoint == endpoint and method in r.methods)
        program = Program(app.test_client(), *scopes, **options)
        with app.test_request_context():
            path = url_for(endpoint, **{name: world["values"][name] for name in rule.arguments})
        apart(program, method, path.removeprefix("/api/v1"), data="{", content_type="application/json")
        return program.last

    return send


def test_a_program_needs_the_scope_of_the_address_and_no_other_will_do(app, ask):
    for endpoint, method in PROGRAMS:
        needed = app.view_functions[endpoint].scope
        assert needed in Scope
        answer = ask(endpoint, method, *(set(Scope) - {needed}))
        said = (answer.status_code, answer.json["code"], answer.json["scope"])
        assert said == (403, "bearer_scope", needed), (endpoint, method)
        # With the scope it goes on to what was asked, which may be wrong by itself.
        answer = ask(endpoint, method, needed)
        assert answer.status_code in {200, 204, 400, 403, 404, 409, 422}, (endpoint, method)
        assert answer.status_code < 400 or answer.json["code"] != "bearer_scope", (endpoint, method)


def test_a_program_of_another_course_finds_nothing_of_this_one(app, now, world, ask):
    elsewhere = make_course(now)
    for endpoint, method in PROGRAMS:
        if method not in {"GET", "DELETE"}:
            continue
        answer = ask(endpoint, method, app.view_functions[endpoint].scope, course=elsewhere)
        one_thing = any(r.arguments for r in app.url_map.iter_rules() if r.endpoint == endpoint)
        if one_thing:
            assert answer.status_code in {403, 404, 422}, (endpoint, method, answer.text)
            assert "Márquez" not in answer.text, (endpoint, method)
        elif endpoint not in {"api.list_providers", "api.list_courses"}:
            items = answer.json["items"] if isinstance(answer.json, dict) else answer.json
            assert items == [], (endpoint, method)


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


@each(GUARDED)
def test_nobody_gets_past_the_guard(app, call, pairs):
    for endpoint, method in pairs:
        answer = call(app.test_client(), endpoint, method)
        assert is_refused(answer, endpoint), (endpoint, method, answer.status)


@each(GUARDED)
@pytest.mark.parametrize("who", ["learner elsewhere", "teacher elsewhere", "classmate", "visitor"])
def test_a_stranger_gets_past_no_guard(app, now, world, call, sign_in, pairs, who):
    here, elsewhere = world["course"].id, make_course(now).id
    parts = {
        "learner elsewhere": {elsewhere: "learner"},
        "teacher elsewhere": {elsewhere: "instructor"},
        "classmate": {here: "learner"},
        "visitor": {here: "visitor"},
    }[who]
    browser = sign_in(make_user(now), parts)
    for endpoint, method in pairs:
        answer = call(browser, endpoint, method)
        assert is_refused(answer, endpoint), (endpoint, method, answer.status)
        assert answer.status_code != 302, (endpoint, method)


@each(WITH_TOKEN)
def test_a_form_without_its_token_is_refused(app, now, world, call, sign_in, pairs):
    owner = sign_in(world["attempt"].user, {world["course"].id: "instructor"})
    for endpoint, method in pairs:
        answer = call(owner, endpoint, method, token=False)
        assert answer.status_code == 400, (endpoint, method)
        assert world["attempt"].status == "created", (endpoint, method)


def test_every_form_but_the_signed_ones_needs_a_token():
    posts = {endpoint for endpoint, method in EVERY if method != "GET"}
    without = posts - {endpoint for endpoint, _method in WITH_TOKEN}
    assert without == {BY_TICKET, *(e for e in posts if e.split(".")[0] in SIGNED)}


@each(EVERY)
def test_every_answer_forbids_code_inside_pages_and_none_is_a_crash(app, call, pairs):
    for endpoint, method in pairs:
        answer, where = call(app.test_client(), endpoint, method), (endpoint, method)
        assert answer.status_code < 500, where
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, where
        assert "script-src 'self';" in policy, where
        assert not any(word in policy for word in ("unsafe-inline", "unsafe-eval", "unsafe-hashes", "strict-dynamic"))
        assert "frame-ancestors " in policy, where
        assert answer.headers["X-Content-Type-Options"] == "nosniff", where
        assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, where


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
