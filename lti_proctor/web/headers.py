"""Security headers of every answer. No page needs anything inline, so nothing inline is allowed."""

from functools import lru_cache
from typing import cast

from flask import Flask, Request, Response, g, request

from lti_proctor.addresses import origin_of
from lti_proctor.web.sessions import visit

FRAMES_KEY = "frames"
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def allow_frames_of(origins: list[str]) -> None:
    """This answer may be shown inside pages of these origins."""
    g.frame_ancestors = origins


def allow_form_to(url: str, *, and_beyond: bool = False) -> None:
    """This answer holds a form that is posted to an LMS.

    Browsers apply the rule to redirects of the answer too: with `and_beyond` the LMS may lead on to other hosts of its
    own, as some give exams on another one.
    """
    g.form_action = " ".join(filter(None, (origin_of(url), "https:" if and_beyond else None)))


def allow_content_from(url: str) -> None:
    """This answer shows an exam from that address in a frame."""
    g.frame_source = origin_of(url)


def allow_worker_from(url: str) -> None:
    """This answer runs the script of a proctoring provider in a worker, which goes by the policy of its page."""
    g.worker_source = f"blob: {origin_of(url)}"


def tell_no_referrer() -> None:
    """Where this answer leads to is not told where its reader came from: the address is for few."""
    g.tells_no_referrer = True


def use_policy(policy: str) -> None:
    """This answer is no page of ours: what somebody else wrote gets a policy that shuts it in, in place of ours."""
    g.whole_policy = policy


def init_app(app: Flask) -> None:
    app.after_request(_add)


#: A worker goes by the policy of its own file. Only this one runs compiled code of a library, and it has no page.
WORKERS = ("/js/analysis/faceworker.js",)
#: No view sets these itself.
FIXED = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    (
        "Permissions-Policy",
        "camera=(self), microphone=(self), display-capture=(self), fullscreen=*, geolocation=()",
    ),
)


def _add(response: Response) -> Response:
    # Every answer passes here, so the proxies of Flask are asked once.
    asked = cast(Request, request._get_current_object())  # type: ignore[attr-defined]
    told, headers, endpoint = vars(g._get_current_object()), response.headers, asked.endpoint
    whole: str | None = told.get("whole_policy")
    policy = whole or _policy(
        told.get("form_action"),
        told.get("frame_source"),
        told.get("worker_source"),
        _ancestors(response, endpoint, told.get("frame_ancestors")),
        endpoint == "static" and asked.path.endswith(WORKERS),
    )
    headers["Content-Security-Policy"] = policy
    headers.extend(FIXED)
    if told.get("tells_no_referrer"):
        headers["Referrer-Policy"] = "no-referrer"
    if asked.scheme == "https":
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if asked.blueprint != "learner" and whole is None:
        # The exam window keeps its tie to the LMS frame, so that a second press finds it again. What is shut in may
        # not have this header at all: browsers refuse to open it in a window.
        headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups"
    if endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    elif asked.path.endswith(".js"):
        # Modules import each other by plain names: a browser must not mix old ones with new ones.
        headers["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=1000)
def _policy(
    form_action: str | None, frame_source: str | None, worker_source: str | None, ancestors: str, has_engine: bool
) -> str:
    script = "'self' 'wasm-unsafe-eval'" if has_engine else "'self'"
    parts = {
        "default-src": "'none'",
        "script-src": f"{script} {worker_source}" if worker_source else script,
        "style-src": "'self'",
        "img-src": "'self' blob: data:",
        "media-src": "'self' blob:",
        "connect-src": "'self'",
        "font-src": "'self'",
        "base-uri": "'none'",
        "form-action": " ".join(filter(None, ("'self'", form_action))),
        "frame-src": " ".join(filter(None, ("'self'", frame_source))),
        "frame-ancestors": ancestors,
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _ancestors(response: Response, endpoint: str | None, origins: list[str] | None) -> str:
    """Only pages can be framed; a redirect shows nothing."""
    if endpoint == "static" or response.status_code in REDIRECTS or response.mimetype != "text/html":
        return "'none'"
    if origins is None:
        origins = visit().get(FRAMES_KEY, [])
    return " ".join(origins) if origins else "'none'"
