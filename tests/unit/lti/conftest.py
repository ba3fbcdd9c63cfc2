"""A platform of which a test says what it answers; what it was asked is kept."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from lti_proctor import outside
from lti_proctor.errors import Upstream
from lti_proctor.lti import service_tokens
from lti_proctor.outside import Answer
from lti_proctor.platforms.models import Registration
from tests.factories import make_platform

TOKEN = Answer(
    200, {"content-type": "text/html"}, b'{"access_token": "t-1", "token_type": "bEARER", "expires_in": 3600}'
)


def answer(status: int = 200, body: Any = None, **headers: str) -> Answer:
    """An answer; a body that is no bytes becomes JSON."""
    told = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, told)


@dataclass
class Asked:
    method: str
    url: str
    headers: dict[str, str]
    body: Any


@dataclass
class Lms:
    """Answers in turn, the last one for ever; token requests apart."""

    answers: list[Answer | Upstream] = field(default_factory=lambda: [answer()])
    tokens: list[Answer] = field(default_factory=lambda: [TOKEN])
    asked: list[Asked] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)

    def says(self, *answers: Answer | Upstream) -> None:
        self.answers = list(answers)

    def request(self, method: str, url: str, **options: Any) -> Answer:
        if options.get("data"):
            self.scopes.append(options["data"]["scope"])
            return self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        content = options.get("content")
        self.asked.append(Asked(method, url, dict(options["headers"]), content and json.loads(content)))
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(said, Upstream):
            raise said
        return said

    @property
    def methods(self) -> list[str]:
        return [asked.method for asked in self.asked]


@pytest.fixture
def lms(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lms]:
    found = Lms()
    monkeypatch.setattr(outside, "request", found.request)
    service_tokens.forget_all()
    yield found
    service_tokens.forget_all()


@pytest.fixture
def platform(app: Flask, now: Any) -> Registration:
    return make_platform(now)


@pytest.fixture
def refused() -> Callable[..., tuple[str, bool]]:
    """Code and finality of the problem that a call raises."""

    def run(function: Callable[..., Any], *args: Any, **named: Any) -> tuple[str, bool]:
        with pytest.raises(Upstream) as upstream:
            function(*args, **named)
        return upstream.value.code, upstream.value.permanent

    return run
