"""Security headers of every answer. No page needs anything inline, so nothing inline is allowed."""

from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from lti_proctor.web.sessions import visit

FRAMES_KEY = "frames"


def origin_of(url: str) -> str | None:
    """Scheme, host and port of an address; None where it has none."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    return f"{parts.scheme}://{host}{port}"


def allow_frames_of(origins: list[str]) -> None:
    """This answer may be shown inside pages of these origins."""
    g.frame_ancestors = origins


def allow_form_to(url: str) -> None:
    """This answer holds a form that is posted to an LMS."""
    g.form_action = origin_of(url)


def allow_content_from(url: str) -> None:
    """This answer shows an exam from that address in a frame."""
    g.frame_source = origin_of(url)


def init_app(app: Flask) -> None:
    app.after_request(_add)


def _add(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _policy(response)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault(
        "Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), fullscreen=*, geolocation=()"
    )
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _policy(response: Response) -> str:
    parts = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob: data:",
        "media-src": "'self' blob:",
        "connect-src": "'self'",
        "font-src": "'self'",
        "base-uri": "'none'",
        "form-action": " ".join(filter(None, ("'self'", g.get("form_action")))),
        "frame-src": " ".join(filter(None, ("'self'", g.get("frame_source")))),
        "frame-ancestors": _ancestors(response),
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _ancestors(response: Response) -> str:
    if request.endpoint == "static" or not (response.mimetype or "").startswith("text/html"):
        return "'none'"
    origins = g.get("frame_ancestors")
    if origins is None:
        origins = visit().get(FRAMES_KEY, [])
    return " ".join(origins) if origins else "'none'"
