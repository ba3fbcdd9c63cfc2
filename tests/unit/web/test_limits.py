import pytest
from werkzeug.exceptions import TooManyRequests

from lti_proctor.web.limits import Failures


@pytest.fixture
def failures(settings):
    return Failures(settings.model_copy(update={"limit_failures": "3 per minute", "limit_storage": ""}))


@pytest.fixture
def come_from(app):
    def request_of(address):
        return app.test_request_context("/", environ_base={"REMOTE_ADDR": address})

    return request_of


def is_stopped(failures, scope):
    try:
        failures.check(scope)
    except TooManyRequests:
        return True
    return False


def test_an_address_that_fails_too_often_has_to_wait(failures, come_from):
    with come_from("192.0.2.1"):
        for _ in range(3):
            assert not is_stopped(failures, "launch")
            failures.count("launch")
        assert is_stopped(failures, "launch")


def test_another_address_and_another_scope_are_not_stopped(failures, come_from):
    with come_from("192.0.2.1"):
        for _ in range(3):
            failures.count("launch")
        assert not is_stopped(failures, "login")
    with come_from("192.0.2.2"):
        assert not is_stopped(failures, "launch")


def test_what_works_is_never_counted(failures, come_from):
    with come_from("192.0.2.1"):
        assert not any(is_stopped(failures, "launch") for _ in range(1000))


def test_failures_can_be_forgotten(failures, come_from):
    with come_from("192.0.2.1"):
        for _ in range(3):
            failures.count("launch")
        failures.forget()
        assert not is_stopped(failures, "launch")
