"""Requests made up from the OpenAPI document, fitting and not: none is a crash, and each answer is one that it names."""

import contextvars

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lti_proctor import create_app
from lti_proctor.exams.allowances import Extra, grant
from lti_proctor.extensions import db
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.settings import ROOT, load
from lti_proctor.web.limits import Quota
from lti_proctor.webhooks.service import add_webhook
from tests.factories import STAFF, make_attempt, make_user
from tests.web.api_programs import Program

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 2


def operations():
    """Every address of the document."""
    environ = {"LTI_PROCTOR_CONFIG": str(ROOT / "config" / "test.toml")}
    app = create_app(load(environ, database_url="sqlite://", queue_url="memory:"))
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    app.extensions["outside"].close()
    return [found.ok() for found in schema.get_all_operations()]


@pytest.fixture
def program(app, client, now, monkeypatch):
    """A program that may do everything, in a site where there is something of each kind under the number 1."""
    monkeypatch.setitem(app.extensions, "quota", Quota(app.extensions["failures"], 1_000_000))
    attempt = make_attempt(now)
    grant(attempt.exam, attempt.user, Extra(additional_time=5), actor=STAFF, now=now)
    add_webhook("https://elsewhere.example/", ["exam.saved"], course=None, actor=STAFF, now=now)
    made = Program(client, owner=make_user(now, role=SiteRole.administrator))
    made.ids = {
        "exam_id": attempt.exam_id, "attempt_id": attempt.id, "course_id": attempt.exam.course_id,
        "user_id": attempt.user_id, "course": attempt.exam.course_id, "exam": attempt.exam_id,
        "learner": attempt.user_id,
    }  # fmt: skip
    return made


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.label)
def test_no_request_is_a_crash_and_each_answer_is_described(app, program, operation):
    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def fits(case):
        send(case)

    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def does_not_fit(case):
        send(case)

    def send(case):
        for name, value in program.ids.items():
            for values in (case.path_parameters, case.query, case.body):
                # Numbers that could be: of something that there is.
                if isinstance(values, dict) and type(values.get(name)) is int:
                    values[name] = value
        db.session.commit()
        headers = {"Authorization": f"Bearer {program.token}"}
        answer = contextvars.Context().run(case.call, app=app, headers=headers)
        case.validate_response(answer, checks=CHECKS)

    fits()
    does_not_fit()
