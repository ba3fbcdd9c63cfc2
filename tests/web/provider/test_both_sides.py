"""Both sides of the REST protocol against each other: an exam here that this tool itself, as a provider, watches."""

import threading

import pytest
from werkzeug.serving import make_server

from lti_proctor import outbox
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.providers import registry
from lti_proctor.providers.models import ProviderAttempt
from lti_proctor.providers.registry import load
from lti_proctor.review.models import Verdict
from lti_proctor.review.service import conclude
from tests.factories import make_attempt, make_exam, make_user
from tests.web.provider.test_flow import set_up

OURS = {"Sec-Fetch-Site": "same-origin"}
CALLBACK = {"callback_client_id": "ours", "callback_client_secret": "theirs-0123456789abcdef0123456789"}


@pytest.fixture
def server(session_app):
    """The tool itself, answering over HTTP: it is site and provider at once."""
    made = make_server("127.0.0.1", 0, session_app, threaded=True)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join()


@pytest.fixture
def both(app, server, make_site):
    """The client side set up with the server side's credentials, and the other way round."""
    site = make_site(server, callback_client_id="ours", callback_secret=CALLBACK["callback_client_secret"])
    before = app.extensions["providers"], app.extensions["backends"]
    options = {"plugin": "rest", "base_url": f"{server}/provider", "client_id": site.client_id,
               "client_secret": site.secret, **CALLBACK}  # fmt: skip
    loaded = {"builtin": load("builtin", {}), "far": load("far", options)}
    registry.set_up(app.extensions, "builtin", loaded)
    yield site
    app.extensions["providers"], app.extensions["backends"] = before


def work(time):
    for _ in range(4):
        outbox.deliver_due()
        time.passes(seconds=1)
    db.session.expire_all()


def test_from_the_set_up_to_the_verdict_and_back(app, both, now, time, sign_in, post):
    exam = make_exam(now, provider="far", lifetime=30, title="Watched by the other side")
    here = make_attempt(now, exam=exam, user=make_user(now, name="Inés Márquez"))
    learner = sign_in(here.user, {exam.course_id: "learner"})
    assert post(learner, f"/attempts/{here.id}/begin").status_code == 303
    work(time)
    known = db.session.query(ProviderAttempt).filter_by(attempt_id=here.id).one()
    there = db.session.query(Attempt).filter_by(identifier=known.external_id).one()
    assert (there.exam.title, there.user.name) == ("Watched by the other side", "Inés Márquez")
    page = learner.get(f"/attempts/{here.id}").text
    assert known.download_url in page.replace("&amp;", "&")

    tab = app.test_client()
    way = known.download_url.removeprefix("http://localhost:8000")
    tab.get(way)
    assert tab.post(way, headers=OURS).status_code == 303
    set_up(tab, post, there.id)
    work(time)
    assert (there.status, here.status) == (Status.ready_to_start, Status.ready_to_start)

    assert post(learner, f"/attempts/{here.id}/start").status_code == 303
    work(time)
    assert there.status == Status.started
    for action in ("finish", "submit"):
        post(learner, f"/attempts/{here.id}/{action}")
    work(time)
    assert (here.status, there.status) == (Status.submitted, Status.submitted)

    conclude(there, Verdict.positive, reason=None, comment="", actor=Actor(Role.reviewer), now=time.now)
    db.session.commit()
    work(time)
    assert here.status == Status.verified
