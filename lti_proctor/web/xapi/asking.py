"""What a request to the record store asks, whichever of the two ways it is written.

Old content that lives on another origin puts the method into the query and everything else into a form (xAPI 1.0.3,
Communication 1.3, alternate request syntax).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request

from lti_proctor.content.conditions import Condition
from lti_proctor.content.statements import IRI_MAX, UUID, is_agent, read_json
from lti_proctor.errors import Invalid

NAME_MAX = 255
_VERSION = re.compile(r"1\.0(\.\d+)?")
_HEADERS = ("Authorization", "X-Experience-API-Version", "Content-Type", "If-Match", "If-None-Match")


@dataclass(frozen=True)
class Asked:
    """One request: method, parameters, the headers that count, the body."""

    method: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def condition(self) -> Condition:
        return Condition(self.headers.get("If-Match"), self.headers.get("If-None-Match"))

    @property
    def media_type(self) -> str:
        return self.headers.get("Content-Type") or "application/octet-stream"

    def check_version(self) -> None:
        """Every request says which version it speaks (Communication 3.3); raises `Invalid("xapi_version")`."""
        if not _VERSION.fullmatch(self.headers.get("X-Experience-API-Version", "")):
            raise Invalid("xapi_version")

    def text(self, name: str, *, longest: int = NAME_MAX) -> str:
        """A parameter that must be there; raises `Invalid("xapi_parameter")`."""
        value = self.parameters.get(name, "")
        if not value or len(value) > longest or not value.isprintable():
            raise Invalid("xapi_parameter", name=name)
        return value

    def iri(self, name: str) -> str:
        value = self.text(name, longest=IRI_MAX)
        if ":" not in value:
            raise Invalid("xapi_parameter", name=name)
        return value

    def registration(self) -> str | None:
        value = self.parameters.get("registration")
        if value and not UUID.fullmatch(value):
            raise Invalid("xapi_parameter", name="registration")
        return value.lower() if value else None

    def moment(self, name: str) -> datetime | None:
        value = self.parameters.get(name)
        if not value:
            return None
        try:
            # A plus in a query is a space, and many forget to encode it.
            found = datetime.fromisoformat(value.strip().replace(" ", "+"))
        except ValueError:
            raise Invalid("xapi_parameter", name=name) from None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def check_agent(self) -> None:
        """The agent must be one. Whose documents these are is told by the token alone."""
        try:
            agent = read_json(self.text("agent", longest=4000).encode())
        except (Invalid, UnicodeError):
            raise Invalid("xapi_parameter", name="agent") from None
        if not is_agent(agent):
            raise Invalid("xapi_parameter", name="agent")

    def only(self, *names: str) -> None:
        """Parameters that nobody knows are an error (Communication 1.2)."""
        unknown = sorted(set(self.parameters) - set(names))
        if unknown:
            raise Invalid("xapi_parameter", name=unknown[0][:60])


def asked() -> Asked:
    """The present request; raises `Invalid("xapi_parameter")` for a mixture of both ways."""
    if request.method == "POST" and "method" in request.args:
        return _alternate()
    headers = {name: request.headers[name] for name in _HEADERS if name in request.headers}
    return Asked(request.method, request.args.to_dict(), headers, request.get_data(cache=False))


def _alternate() -> Asked:
    if set(request.args) != {"method"}:
        raise Invalid("xapi_parameter", name="method")
    form = request.form.to_dict()
    by_name = {name.lower(): name for name in _HEADERS}
    headers = {by_name[key.lower()]: value for key, value in form.items() if key.lower() in by_name}
    body = form.pop("content", "").encode("utf-8", "surrogatepass")
    parameters = {key: value for key, value in form.items() if key.lower() not in {*by_name, "content-length"}}
    return Asked(request.args["method"].upper(), parameters, headers, body)
