"""An exam that only the browser of the provider's software shows; and plugins that break while somebody calls."""

import pytest

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.extensions import db
from lti_proctor.providers import registry
from lti_proctor.providers.models import ProviderAttempt, Stage
from lti_proctor.providers.rpnow import Rpnow, RpnowOptions
from tests.factories import make_attempt, make_exam
from tests.rpnow_review import OPTIONS

HIDDEN = "Your exam is open in another browser"


@pytest.fixture(autouse=True)
def plugin(app):
    before = app.extensions["providers"], app.extensions["backends"]
    own = RpnowOptions(**OPTIONS, exam_register_endpoint="https://vendor.example/register", verbose_name="The watcher")
    found = Rpnow("watcher", own)
    registry.set_up(app.extensions, "watcher", {"watcher": found})
    yield found
    app.extensions["providers"], app.extensions["backends"] = before


@pytest.fixture
def attempt(now, time):
    exam = make_exam(now, provider="watcher")
    found = make_attempt(now, exam=exam, provider="watcher", status=Status.created, config_version=1)
    known = ProviderAttempt(
        attempt_id=found.id, provider="watcher", code="CODE-1", external_id="L-1", stage=Stage.registered,
        instructions=[], download_url="",
    )  # fmt: skip
    db.session.add(known)
    db.session.commit()
    return found


def test_a_running_exam_is_shown_in_the_provider_s_own_browser_only(learner, attempt, plugin, sign_in, post):
    page = f"/attempts/{attempt.id}"
    inside = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    assert inside.get(plugin.start_url("", "CODE-1")).headers["Location"] == page
    assert HIDDEN not in learner.get(page).text  # nothing runs yet
    assert post(inside, f"{page}/start").status_code == 303
    assert attempt.status == Status.started
    assert HIDDEN not in inside.get(page).text
    outside = learner.get(page)
    assert outside.status_code == 200
    assert HIDDEN in outside.text
    assert "The watcher shows this exam only" in outside.text
    learner.set_cookie("provider-exam", "CODE-1.forged", domain="localhost")
    assert HIDDEN in learner.get(page).text
    post(inside, f"{page}/finish")
    post(inside, f"{page}/submit")
    assert HIDDEN not in learner.get(page).text


def breaks(*_given, **_named):
    raise ZeroDivisionError("a plugin with a mistake")


def test_a_plugin_that_breaks_shuts_nobody_out(learner, attempt, plugin, monkeypatch, post):
    learner.get(plugin.start_url("", "CODE-1"))
    learner.delete_cookie("provider-exam", domain="localhost")
    monkeypatch.setattr(plugin, "blocks_content", breaks)
    post(learner, f"/attempts/{attempt.id}/start")
    assert attempt.status == Status.started
    assert HIDDEN not in learner.get(f"/attempts/{attempt.id}").text


@pytest.mark.parametrize(("method", "status"), [("attempt_code", 404), ("answer", 503)])
def test_a_plugin_that_breaks_while_it_is_called_changes_nothing(client, attempt, plugin, monkeypatch, method, status):
    path = plugin.start_url("", "CODE-1")
    monkeypatch.setattr(plugin, method, breaks)
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.is_json
    assert attempt.status == Status.created
