"""Token endpoint: client credentials with a signed assertion (1EdTech Security Framework 1.0, section 4.1)."""

import secrets

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.context import Sandbox, sandbox
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.registrations import Registration
from lti_proctor.sandbox.tool_keys import check_audience, check_same, check_times, issuer_of
from lti_proctor.sandbox.vocabulary import CLIENT_ASSERTION_TYPE

bp = Blueprint("oauth", __name__)
FORM_TYPE = "application/x-www-form-urlencoded"


def _check_form() -> None:
    if request.mimetype != FORM_TYPE:
        raise Refusal(f"The body must be {FORM_TYPE}, not {request.mimetype or 'of no type'}.")
    for name in ("grant_type", "client_assertion_type", "client_assertion"):
        if len(request.form.getlist(name)) != 1:
            raise Refusal(f"{name} must be there once.")
    if request.form["grant_type"] != "client_credentials":
        raise Refusal("grant_type must be client_credentials.", error="unsupported_grant_type")
    if request.form["client_assertion_type"] != CLIENT_ASSERTION_TYPE:
        raise Refusal(f"client_assertion_type must be {CLIENT_ASSERTION_TYPE}.")


def _check_assertion(platform: Sandbox, assertion: str) -> Registration:
    """The tool that signed it."""
    tool = platform.registration_of(issuer_of(assertion))
    claims = platform.key_sets.at(tool.keys_url).read(assertion)
    check_same(claims, "iss", tool.client_id)
    check_same(claims, "sub", tool.client_id)
    check_audience(claims, {platform.config.token_url, platform.config.issuer})
    check_times(claims, platform.clock())
    if not isinstance(claims.get("jti"), str) or not claims["jti"]:
        raise Refusal("The assertion has no jti.", error="invalid_client")
    if not platform.store.use_once("assertion", claims["jti"]):
        raise Refusal("This assertion was used already (jti).", error="invalid_client")
    return tool


def _granted_scopes(tool: Registration) -> list[str]:
    wanted = request.form.get("scope", "").split()
    granted = [scope for scope in dict.fromkeys(wanted) if scope in tool.scopes]
    if not granted:
        raise Refusal("None of the scopes asked for exists here and was granted to this tool.", error="invalid_scope")
    return granted


@bp.post("/oauth/token")
def give_token() -> ResponseReturnValue:
    platform = sandbox()
    _check_form()
    tool = _check_assertion(platform, request.form["client_assertion"])
    scopes = _granted_scopes(tool)
    seconds = platform.settings.token_seconds
    token = secrets.token_urlsafe(32)
    expires = platform.clock().timestamp() + seconds
    platform.store.run("INSERT INTO tokens VALUES (?, ?, ?)", token, " ".join(scopes), expires)
    answer = jsonify(access_token=token, token_type="Bearer", expires_in=seconds, scope=" ".join(scopes))  # noqa: S106
    answer.headers["Cache-Control"] = "no-store"
    return answer


def check_token(*sufficient: str) -> None:
    """Refuses a call whose token is missing, unknown, expired or has none of the `sufficient` scopes."""
    platform = sandbox()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _unauthorised("There is no access token: send Authorization: Bearer ….", None)
    row = platform.store.row("SELECT * FROM tokens WHERE token = ?", token.strip())
    if row is None:
        raise _unauthorised("This access token is unknown.", "invalid_token")
    if row["expires"] <= platform.clock().timestamp():
        raise _unauthorised("This access token has expired.", "invalid_token")
    if not set(sufficient) & set(row["scopes"].split()):
        challenge = f'Bearer realm="practice-lms", error="insufficient_scope", scope="{sufficient[0]}"'
        raise Refusal(
            f"The access token lacks the scope {' or '.join(sufficient)}.",
            status=403,
            error="insufficient_scope",
            headers={"WWW-Authenticate": challenge},
        )


def _unauthorised(reason: str, error: str | None) -> Refusal:
    challenge = 'Bearer realm="practice-lms"' + (f', error="{error}"' if error else "")
    return Refusal(reason, status=401, error=error or "unauthorized", headers={"WWW-Authenticate": challenge})
