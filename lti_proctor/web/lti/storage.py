"""Platform storage (LTI client-side postMessage storage 1.0): the LMS's page keeps a value for us where cookies fail.

The login puts a random value there; the launch asks for it. Only a page in the same browser can answer, so the value
binds the state to the browser as the cookie does. A page that gets no answer in time goes on without.
"""

from collections.abc import Mapping

from flask import Response, make_response, render_template, url_for

from lti_proctor.addresses import origin_of
from lti_proctor.lti.known import Known
from lti_proctor.lti.state import LoginState

FIELD = "storage_value"


def put_page(address: str, platform: Known, state: LoginState, kept: str) -> Response:
    """Keeps the value and goes on to the authorisation address."""
    page = render_template(
        "shared/storage_put.html",
        address=address,
        origin=origin_of(platform.auth_login_url),
        target=state.storage_target,
        key=_key(state),
        value=kept,
    )
    return make_response(page)


def get_page(platform: Known, state: LoginState, given: Mapping[str, str], again: str) -> Response:
    """Asks for the value and posts the launch once more with it; without an answer it offers a window."""
    page = render_template(
        "shared/storage_get.html",
        action=url_for("lti.launch"),
        field=FIELD,
        fields={name: given.get(name, "") for name in ("state", "id_token")},
        again=again,
        origin=origin_of(platform.auth_login_url),
        target=state.storage_target,
        key=_key(state),
    )
    return make_response(page)


def _key(state: LoginState) -> str:
    """One name for each login, so that two at once do not take each other's value."""
    return f"lti-proctor-{(state.storage or '')[:16]}"
