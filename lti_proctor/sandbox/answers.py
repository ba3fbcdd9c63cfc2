"""What every answer has in common: headers, refusals, faults and the record of calls."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from lti_proctor.sandbox.calls import record_call
from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.courses import all_courses
from lti_proctor.sandbox.faults import (
    answer_after,
    answer_instead,
    close_connection,
    closes_connection,
    services_asked,
    take_fault,
)
from lti_proctor.sandbox.moments import in_words
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.registrations import all_registrations
from lti_proctor.sandbox.storage import storage_of
from lti_proctor.sandbox.visitors import NobodyYet, check_form_token, current_course, form_token, to_start_page, visitor

FOR_PEOPLE = ("pages", "gradebook", "trouble", "assessments", "behaviour", "administration", "proctored")
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
FOR_MACHINES = ("/ags/", "/nrps/", "/oauth/", "/control/", "/.well-known/", "/proctoring/acs/", "/register")


def prepare(app: Flask) -> None:
    app.before_request(go_to_own_address)
    app.before_request(make_trouble)
    app.before_request(check_form_token)
    app.after_request(finish)
    app.register_error_handler(Refusal, refuse)
    app.register_error_handler(HTTPException, refuse_plainly)
    app.register_error_handler(NobodyYet, to_start_page)
    app.add_template_filter(in_words)
    app.context_processor(for_every_page)


def for_every_page() -> dict[str, Any]:
    platform = sandbox()
    return {
        "form_token": form_token,
        "me": visitor(),
        "storage": storage_of(platform),
        "tool_origin": platform.registration.origin,
        "course": current_course(),
        "courses": all_courses(platform.store),
    }


def go_to_own_address() -> ResponseReturnValue | None:
    """localhost and 127.0.0.1 keep different cookies: people go on under the one that the launches use."""
    base = sandbox().config.base_url
    asked, own = urlsplit(request.host_url).hostname, urlsplit(base).hostname
    is_page = request.method == "GET" and request.blueprint in FOR_PEOPLE
    if is_page and asked != own and {asked, own} <= THIS_MACHINE:
        return redirect(base + request.full_path.rstrip("?"), 302)
    return None


def make_trouble() -> Response | None:
    g.fault = take_fault(sandbox().store, services_asked())
    return None if g.fault is None else answer_instead(g.fault)


def refuse(refusal: Refusal) -> ResponseReturnValue:
    g.reason = refusal.reason
    if request.path.startswith(FOR_MACHINES):
        answer = jsonify(error=refusal.error, error_description=refusal.reason)
        answer.headers["Cache-Control"] = "no-store"
    else:
        answer = Response(render_template("sandbox/refused.html", reason=refusal.reason), content_type="text/html")
    answer.status_code = refusal.status
    answer.headers.update(refusal.headers)
    return answer


def refuse_plainly(problem: HTTPException) -> ResponseReturnValue:
    """Addresses and methods that do not exist, in the same form as every other refusal."""
    error = (problem.name or "error").lower().replace(" ", "_")
    allow = getattr(problem, "valid_methods", None)
    headers = {"Allow": ", ".join(allow)} if allow else {}
    return refuse(Refusal(problem.description or error, status=problem.code or 500, error=error, headers=headers))


def finish(answer: Response) -> Response:
    if g.get("fault") is not None:
        answer = answer_after(g.fault, answer)
    services = services_asked()
    if services:
        record_call(services[0], answer)
    if closes_connection():
        close_connection()
    return protect(answer)


def protect(answer: Response) -> Response:
    platform = sandbox()
    known = {one.origin for one in all_registrations(platform.store, platform.config)}
    tool = " ".join(sorted(known | {g.get("framed_origin", platform.config.tool_origin)}))
    is_quiz = request.path.startswith("/quiz/")
    rules = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        f"connect-src 'self' {tool}",
        f"frame-src 'self' {tool}",
        f"form-action 'self' {tool}",
        "base-uri 'none'",
    ]
    # The quiz is content that any exam tool may frame; the pages of the LMS are only framed by themselves.
    rules += [] if is_quiz else ["frame-ancestors 'self'"]
    if request.path.startswith("/quiz/locked/"):
        rules.append("frame-ancestors 'none'")
        answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["Content-Security-Policy"] = "; ".join(rules)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    if answer.mimetype == "text/html" and not is_quiz:
        answer.headers["Cache-Control"] = "no-store"
    return answer
