"""An LMS, invitations for it, and the address that it opens."""

import threading
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from lti_proctor import clock
from lti_proctor.cli import platforms as cli
from lti_proctor.extensions import db
from lti_proctor.platforms import invites
from tests.factories import STAFF
from tests.lti.registration.lms import TOKEN, Lms


@pytest.fixture
def lms():
    server = Lms()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.stop.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def invite(app, time):
    """Makes invitations."""

    def make(*, approves=False, hours=72, note=""):
        token = invites.make_invite(hours=hours, approves=approves, note=note, actor=STAFF, now=clock.now())
        db.session.commit()
        return token

    return make


@pytest.fixture
def register(client, lms, invite):
    """Open the registration address as the LMS would in its dialogue; None leaves a parameter out."""

    def send(**changes):
        given = {"openid_configuration": f"{lms.base}/config?site=1", "registration_token": TOKEN, **changes}
        if "invite" not in given:
            given["invite"] = invite()
        return client.get("/lti/register", query_string={k: v for k, v in given.items() if v is not None})

    return send


@pytest.fixture
def command(app, settings, monkeypatch):
    """Run a command of `platform` on the database of the test."""

    @contextmanager
    def application():
        with app.app_context():
            yield app

    monkeypatch.setattr(cli, "application", application)
    monkeypatch.setattr(cli, "load", lambda: settings)

    def run(*words):
        db.session.commit()
        result = CliRunner().invoke(cli.platform, words, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        db.session.expire_all()
        return result.output

    return run
