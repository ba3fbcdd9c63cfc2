"""Cookies that a provider sets in the browser of a learner, kept apart from the tool's own by their names."""

from collections.abc import Mapping

from flask import Request
from werkzeug.wrappers import Response

from lti_proctor.providers.base import Provider
from lti_proctor.web import cookies


def read_all(request: Request, provider: Provider) -> dict[str, str]:
    """Those of the provider that this browser has."""
    found = {name: cookies.read(request, _named(name)) for name in provider.cookies}
    return {name: value for name, value in found.items() if value}


def write_all(response: Response, provider: Provider, values: Mapping[str, str], *, seconds: int) -> None:
    for name in provider.cookies:
        if name in values:
            cookies.write(response, _named(name), values[name], seconds=seconds)


def _named(name: str) -> str:
    return f"provider-{name}"
