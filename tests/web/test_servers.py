"""What differs between the web servers that a site may choose, as the application and `doctor` see it."""

import httpx
import pytest

from lti_proctor.cli import doctor
from lti_proctor.web.measures import UNDERSCORED

IN_PIECES = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": "", "wsgi.input_terminated": True}


@pytest.mark.parametrize(("server", "status"), [("Granian", 411), ("gunicorn/27.0.1", 400)])
def test_a_body_without_a_length_is_refused_where_the_server_can_t_tell_that_it_broke_off(client, server, status):
    answer = client.post("/lti/login", environ_overrides={**IN_PIECES, "SERVER_SOFTWARE": server})
    assert answer.status_code == status


def test_a_body_with_a_length_is_read_under_both(client):
    for server in ("Granian", "gunicorn/27.0.1"):
        answer = client.post(
            "/login",
            data={"username": "x"},
            environ_overrides={"SERVER_SOFTWARE": server, "wsgi.input_terminated": True},
        )
        assert answer.status_code == 400  # the form has no token: it was read


@pytest.fixture
def behind(app, monkeypatch):
    def set_up(answer):
        settings = app.extensions["settings"].model_copy(update={"trusted_proxies": 1})
        monkeypatch.setitem(app.extensions, "settings", settings)
        asked = []

        def get(url, **options):
            asked.append(options["headers"])
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(doctor.httpx, "get", get)
        return doctor.check_proxy(app), asked

    return set_up


def test_doctor_finds_a_proxy_that_lets_headers_with_underscores_through(behind, client):
    came_through = client.get("/healthz", headers={UNDERSCORED: "1"})
    finding, asked = behind(httpx.Response(200, headers=dict(came_through.headers)))
    assert (finding.is_fine, finding.is_warning) == (False, False)
    assert asked == [{"Underscore_Probe": "1"}]


def test_doctor_is_content_with_a_proxy_that_drops_them(behind, client):
    dropped = client.get("/healthz")
    assert behind(httpx.Response(200, headers=dict(dropped.headers)))[0].is_fine


def test_doctor_only_notes_that_it_could_not_ask(behind):
    finding, _asked = behind(httpx.ConnectError("refused"))
    assert (finding.is_fine, finding.is_warning) == (False, True)


def test_doctor_asks_nobody_where_no_proxy_is_trusted(app):
    assert doctor.check_proxy(app).is_fine
