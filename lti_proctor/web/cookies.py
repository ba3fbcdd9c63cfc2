"""The tool's cookies: one shape for all of them.

On https a cookie is `__Host-`, Secure, HttpOnly, SameSite=None and Partitioned, so that it works inside an LMS frame in
every current browser and nowhere else. On plain http (development) browsers want a plain cookie for the window and,
on localhost, a Secure and Partitioned one for the frame: both are set and either is read.
"""

from flask import Request
from werkzeug.wrappers import Response

from lti_proctor.extensions import current_settings


def read(request: Request, name: str) -> str | None:
    for full_name in _names(name):
        if value := request.cookies.get(full_name):
            return value
    return None


def write(response: Response, name: str, value: str, *, seconds: int) -> None:
    for full_name in _names(name):
        framed = full_name.startswith("__Host-") or full_name.endswith("-framed")
        response.set_cookie(
            full_name,
            value,
            max_age=seconds,
            path="/",
            httponly=True,
            secure=framed,
            samesite="None" if framed else "Lax",
            partitioned=framed,
        )


def clear(response: Response, name: str) -> None:
    write(response, name, "", seconds=0)


def _names(name: str) -> tuple[str, ...]:
    settings = current_settings()
    return (f"__Host-{name}",) if settings.is_https else (name, f"{name}-framed")
