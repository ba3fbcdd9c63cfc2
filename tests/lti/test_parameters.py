"""Custom parameters that set exam parameters for one link, where the exam allows it."""

import pytest

from lti_proctor import clock, journal
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import db
from tests.factories import STAFF
from tests.lti.conftest import Platform

NOTED = "attempt.parameters"


@pytest.fixture
def launch(platform: Platform, client):
    config = ExamConfig(lifetime=60, overridable=frozenset({"lifetime", "code"}))
    values = {"title": "Exam", "kind": Kind.proctored, "config": config, "actor": STAFF, "now": clock.now()}
    exams.save_template("open", **values)
    db.session.commit()

    def send(**custom):
        answer = platform.launch(client, custom={"template": "open", **custom})
        return db.session.get_one(Attempt, int(answer.headers["Location"].rsplit("/", 1)[1]))

    return send


def test_a_link_sets_the_time_limit_of_its_attempts(launch):
    attempt = launch(lifetime="90")
    assert (config_of(attempt).lifetime, attempt.exam.config.lifetime) == (90, 60)


def test_what_is_not_allowed_or_no_value_is_passed_over_and_noted(launch):
    attempt = launch(lifetime="soon", url="https://evil.example/", code="Q7")
    config = config_of(attempt)
    assert (config.lifetime, config.url, config.code) == (60, "", "Q7")
    entry = journal.entries_of(f"attempt:{attempt.id}")[-1]
    assert (entry.action, entry.data["ignored"]) == (NOTED, ["lifetime", "url"])


def test_a_variable_that_was_not_filled_sets_nothing(launch):
    attempt = launch(lifetime="$ResourceLink.submission.endDateTime")
    assert attempt.parameters is None


def test_passing_over_all_that_was_asked_is_noted_once(launch):
    for _time in range(2):
        attempt = launch(url="https://evil.example/")
    noted = [entry.data for entry in journal.entries_of(f"attempt:{attempt.id}") if entry.action == NOTED]
    assert noted == [{"set": [], "ignored": ["url"]}]


def test_the_last_launch_before_the_start_counts_and_none_after_it(launch, client):
    from tests.conftest import csrf_of

    attempt = launch(lifetime="90")
    launch(lifetime="45")
    assert config_of(attempt).lifetime == 45
    client.post(f"/attempts/{attempt.id}/start", data={"csrf_token": csrf_of(client)})
    assert attempt.status == "started"
    assert (attempt.deadline_at - attempt.started_at).total_seconds() == 45 * 60
    launch(lifetime="900")
    assert config_of(attempt).lifetime == 45
