"""The administrator's pages: connect a tool, activate it, choose the one that launches use."""

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox import registrations
from lti_proctor.sandbox.connections import Connection, get_connection, open_connection
from lti_proctor.sandbox.context import Sandbox, sandbox
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.registrations import Registration, all_registrations, get_registration
from lti_proctor.sandbox.visitors import get_administrator

bp = Blueprint("administration", __name__, url_prefix="/administration/tools")
LONGEST_ADDRESS = 2000


@bp.get("")
def overview() -> ResponseReturnValue:
    get_administrator()
    platform = sandbox()
    known = all_registrations(platform.store, platform.config)
    return render_template("sandbox/tools.html", registrations=known, used=platform.registration)


@bp.post("/connect")
def connect() -> ResponseReturnValue:
    """Asks first whether a tool that is known already shall be updated or be there twice."""
    get_administrator()
    platform = sandbox()
    url = read_address(request.form.get("url", ""))
    known = same_domain(platform, url)
    choice = request.form.get("choice")
    if known and choice is None:
        return render_template("sandbox/connect_again.html", registrations=known, url=url)
    wanted = [one for one in known if one.client_id == choice]
    updates = wanted[0].client_id if wanted else None
    connection = open_connection(platform.store, url, platform.clock(), updates=updates)
    return redirect(url_for("administration.connecting", number=connection.number), 303)


def read_address(text: str) -> str:
    url, parts = text.strip(), urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > LONGEST_ADDRESS:
        raise Refusal("The registration address must be a web address, with http:// or https://.", status=422)
    return url


def same_domain(platform: Sandbox, url: str) -> list[Registration]:
    """Only those that registered themselves: the one of the configuration can't be changed from outside."""
    known = all_registrations(platform.store, platform.config)[1:]
    return [registration for registration in known if registration.domain == urlsplit(url).netloc]


def address_with_parameters(platform: Sandbox, connection: Connection) -> str:
    parameters = {"openid_configuration": f"{platform.config.base_url}/.well-known/openid-configuration"}
    if platform.settings.registration_token:
        parameters["registration_token"] = connection.token
    return f"{connection.url}{'&' if '?' in connection.url else '?'}{urlencode(parameters)}"


@bp.get("/connect/<int:number>")
def connecting(number: int) -> ResponseReturnValue:
    """The tool's registration page, in a frame."""
    get_administrator()
    platform = sandbox()
    connection = get_connection(platform.store, number)
    parts = urlsplit(connection.url)
    g.framed_origin = f"{parts.scheme}://{parts.netloc}"
    return render_template(
        "sandbox/connecting.html", connection=connection, address=address_with_parameters(platform, connection)
    )


@bp.get("/connect/<int:number>/done")
def done(number: int) -> ResponseReturnValue:
    get_administrator()
    platform = sandbox()
    connection = get_connection(platform.store, number)
    for registration in all_registrations(platform.store, platform.config):
        if connection.used and registration.client_id == connection.client_id:
            return redirect(url_for("administration.show", number=registration.number), 303)
    flash("The tool did not register itself. You can try again.")
    return redirect(url_for("administration.overview"), 303)


def _registration(number: int) -> Registration:
    get_administrator()
    return get_registration(sandbox().store, sandbox().config, number)


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    registration = _registration(number)
    return render_template("sandbox/tool.html", registration=registration, used=sandbox().registration)


@bp.post("/<int:number>/activate")
def activate(number: int) -> ResponseReturnValue:
    registration = _registration(number)
    registrations.activate(sandbox().store, number)
    flash(f"{registration.name} ({registration.client_id}) is active.")
    return redirect(url_for("administration.show", number=number), 303)


@bp.post("/<int:number>/use")
def use(number: int) -> ResponseReturnValue:
    registration = _registration(number)
    registrations.use(sandbox().store, registration)
    flash(f"Launches use {registration.name} ({registration.client_id}) from now on.")
    return redirect(url_for("administration.overview"), 303)


@bp.post("/<int:number>/remove")
def remove(number: int) -> ResponseReturnValue:
    registration = _registration(number)
    if number == 0:
        raise Refusal("The tool of the configuration can't be removed.", status=409, error="conflict")
    registrations.forget(sandbox().store, number)
    flash(f"{registration.name} ({registration.client_id}) was removed.")
    return redirect(url_for("administration.overview"), 303)
