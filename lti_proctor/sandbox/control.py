"""Remote control for tests: only for programs on this machine, never for web pages."""

from dataclasses import asdict, replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.administration import address_with_parameters, read_address
from lti_proctor.sandbox.ags import line_item
from lti_proctor.sandbox.attempts import Attempt, all_attempts
from lti_proctor.sandbox.calls import all_calls
from lti_proctor.sandbox.connections import open_connection
from lti_proctor.sandbox.content_items import read_items
from lti_proctor.sandbox.context import Sandbox, sandbox
from lti_proctor.sandbox.courses import all_courses, get_course
from lti_proctor.sandbox.faults import Service, all_faults, clear_faults, read_fault, set_fault
from lti_proctor.sandbox.incidents import incidents_of
from lti_proctor.sandbox.links import Column, Link, add_link, all_columns, all_links
from lti_proctor.sandbox.proctored import read_proctoring
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.registrations import activate, all_registrations, use
from lti_proctor.sandbox.scores import all_grades
from lti_proctor.sandbox.settings import change_settings
from lti_proctor.sandbox.world import FIRST_COURSE, PEOPLE

bp = Blueprint("control", __name__, url_prefix="/control")


@bp.before_request
def refuse_strangers() -> None:
    address = ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104
    mapped = getattr(address, "ipv4_mapped", None)
    if not (mapped or address).is_loopback:
        raise Refusal("The control addresses answer only on this machine.", status=403, error="forbidden")
    # A browser names where a request comes from; a page anywhere could otherwise reach 127.0.0.1.
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        raise Refusal("Web pages may not use the control addresses.", status=403, error="forbidden")


def _sent() -> dict[str, Any]:
    body = request.get_json(silent=True) if request.data else {}
    if not isinstance(body, dict):
        raise Refusal("Send a JSON object, with Content-Type: application/json.")
    return body


def _link(link: Link) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": link.id, "title": link.title, "text": link.text, "url": link.url}
    proctoring = None if link.proctoring is None else asdict(link.proctoring)
    return {**shown, "custom": link.custom, "proctoring": proctoring, "course": link.course_id, **link.dates}


def _line_item(column: Column) -> dict[str, Any]:
    return line_item(column) | {"number": column.number, "course": column.course_id}


def _attempt(attempt: Attempt) -> dict[str, Any]:
    """Everything but session_data itself, which is the platform's secret: its length must do."""
    shown = asdict(attempt) | {"link": attempt.link_id, "session_data_length": len(attempt.session_data)}
    incidents = incidents_of(sandbox().store, attempt.number)
    return {name: value for name, value in shown.items() if name != "session_data"} | {
        "incidents": incidents,
        "flags": [incident for incident in incidents if incident["action"] == "flag"],
    }


@bp.get("/state")
def state() -> ResponseReturnValue:
    platform = sandbox()
    store = platform.store
    launches = store.rows("SELECT at, message_type, person_id, link, target FROM launches ORDER BY number")
    people = [
        asdict(person) | {"name": person.name, "roles": person.roles, "is_member": person.is_member}
        for person in PEOPLE
    ]
    return jsonify(
        course=asdict(FIRST_COURSE),
        courses=[asdict(course) for course in all_courses(store)],
        people=people,
        links=[_link(link) for link in all_links(store)],
        line_items=[_line_item(column) for column in all_columns(store)],
        grades=[asdict(grade) for grade in all_grades(store)],
        scores=all_calls(store, Service.SCORE),
        calls=all_calls(store),
        registrations=[asdict(one) for one in all_registrations(store, platform.config)],
        registration=platform.registration.client_id,
        attempts=[_attempt(attempt) for attempt in all_attempts(store)],
        acs=all_calls(store, Service.CONTROL),
        launches=[dict(row) for row in launches],
        faults=[fault.as_json() for fault in all_faults(store)],
        settings=asdict(platform.settings),
    )


@bp.get("/faults")
def list_faults() -> ResponseReturnValue:
    return jsonify(faults=[fault.as_json() for fault in all_faults(sandbox().store)])


@bp.post("/faults")
def add_fault() -> ResponseReturnValue:
    set_fault(sandbox().store, read_fault(_sent()))
    return list_faults()


@bp.delete("/faults")
def remove_faults() -> ResponseReturnValue:
    """All of them, or with ?service= one."""
    clear_faults(sandbox().store, request.args.get("service"))
    return list_faults()


@bp.post("/reset")
def reset() -> ResponseReturnValue:
    platform = sandbox()
    platform.store.empty()
    platform.key_sets.forget()
    platform.furnish()
    return state()


@bp.post("/settings")
def settings() -> ResponseReturnValue:
    return jsonify(asdict(change_settings(sandbox().store, _sent())))


@bp.post("/connections")
def connect() -> ResponseReturnValue:
    """Begin a dynamic registration as the administrator's page does: {"url": registration address of the tool}."""
    platform = sandbox()
    body = _sent()
    connection = open_connection(platform.store, read_address(str(body.get("url", ""))), platform.clock())
    address = address_with_parameters(platform, connection)
    return jsonify(address=address, **dict(parse_qsl(urlsplit(address).query))), 201


@bp.post("/registration")
def choose_registration() -> ResponseReturnValue:
    """Activate the registration of {"client_id": …} and let launches use it."""
    platform = sandbox()
    client_id = _sent().get("client_id")
    for one in all_registrations(platform.store, platform.config):
        if one.client_id == client_id:
            activate(platform.store, one.number)
            use(platform.store, replace(one, is_active=True))
            return jsonify(registration=one.client_id)
    raise Refusal(f"There is no registration with the client id {client_id!r}.", status=404, error="not_found")


@bp.post("/rotate-key")
def rotate_key() -> ResponseReturnValue:
    """{"keep_old": false} also takes the old keys out of the published set."""
    keep_old = _sent().get("keep_old", True)
    if not isinstance(keep_old, bool):
        raise Refusal("keep_old must be true or false.")
    keys = sandbox().keys
    return jsonify(kid=keys.rotate(keep_old=keep_old), **keys.key_set())


@bp.post("/expire-tokens")
def expire_tokens() -> ResponseReturnValue:
    return jsonify(expired=sandbox().store.run("UPDATE tokens SET expires = 0"))


@bp.post("/next-launch")
def next_launch() -> ResponseReturnValue:
    """Spoil the next id_token: {"set": {claim: value}, "drop": [claim], "wrong_key": true}."""
    changes = _sent()
    unknown = set(changes) - {"set", "drop", "wrong_key"}
    if unknown:
        raise Refusal(f"There is no {', '.join(sorted(unknown))} here, only set, drop and wrong_key.")
    sandbox().store.set_fact("next_launch", changes)
    return jsonify(changes)


@bp.post("/links")
def put_link() -> ResponseReturnValue:
    """Add an activity as if by hand: a content item of the type ltiResourceLink, without deep linking.

    {"course": "c-7041"} names another course than the first;
    {"proctoring": true, "minutes": 30, "proctoring_settings": "…"} make it a proctored assessment.
    """
    platform = sandbox()
    return jsonify(_link(_add(platform, {"type": "ltiResourceLink", **_sent()}))), 201


def _add(platform: Sandbox, item: dict[str, Any]) -> Link:
    tool = platform.registration
    proctoring = None
    if item.get("proctoring", False) is not False:
        if item["proctoring"] is not True:
            raise Refusal("proctoring must be true or false.")
        proctoring = read_proctoring(item.get("minutes", 30), item.get("proctoring_settings", ""))
    (new,) = read_items([item], platform.settings, tool.origin, tool.target_url)
    course = get_course(platform.store, item.get("course", FIRST_COURSE.id))
    return add_link(platform.store, replace(new, proctoring=proctoring, course_id=course.id))
