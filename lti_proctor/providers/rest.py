"""The client of the REST provider protocol: one class for every provider that speaks it."""

import json
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

import jwt
import structlog
from pydantic import ConfigDict, Field, field_validator
from pydantic.dataclasses import dataclass as checked

from lti_proctor import clock, outside
from lti_proctor.addresses import origin_of
from lti_proctor.errors import Upstream
from lti_proctor.kept_tokens import Tokens
from lti_proctor.providers import rest_wire as wire
from lti_proctor.providers.base import (
    AttemptFacts,
    ExamFacts,
    Instructions,
    Later,
    Options,
    Provider,
    Registered,
    Registration,
    Staff,
)
from lti_proctor.providers.rest_wire import Answered

log = structlog.get_logger()


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class RestOptions(Options):
    """`token_path`: where tokens are given, as most have it; `token_expiration_time`: seconds that a link to the
    dashboard is valid; `timeout`: seconds of one call; `default_rules`: sent with every exam; `javascript`: the script
    of the exam page's worker.
    """

    base_url: str
    client_id: str = Field(min_length=1)
    client_secret: str = Field(min_length=1, repr=False)
    needs_oauth: bool = True
    token_path: str = "/oauth2/access_token"  # noqa: S105 - an address
    timeout: float = Field(30, gt=0, le=60)
    token_expiration_time: float = Field(60, gt=0, le=3600)
    default_rules: Mapping[str, Any] | None = None
    javascript: str = ""

    @field_validator("base_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")) or origin_of(value) is None:
            raise ValueError("must be an absolute http(s) address")
        return value.rstrip("/")


class Rest(Provider):
    Options: ClassVar[type[Options]] = RestOptions
    supports_onboarding: ClassVar[bool] = True
    has_dashboard: ClassVar[bool] = True

    def __init__(self, name: str, options: Any) -> None:
        super().__init__(name, options)
        self.paths = wire.Paths(options.base_url)
        self._tokens = Tokens[None]()

    def on_exam_saved(self, exam: ExamFacts) -> str | None:
        body = wire.exam_body(exam, self.name, self.options.default_rules)
        given = wire.read_exam(self._call("POST", self.paths.exam(exam.external_id), body))
        if exam.external_id and given != exam.external_id:
            self._note_change("exam", exam.id)
        return given

    def register_attempt(self, exam: ExamFacts, registration: Registration) -> Registered:
        if not exam.external_id:
            raise Upstream("provider_exam_unknown", permanent=False)
        path = self.paths.attempt(exam.external_id)
        return Registered(wire.read_registration(self._call("POST", path, wire.attempt_body(registration))))

    def start_attempt(self, attempt: AttemptFacts) -> tuple[Later, ...]:
        return self._patch(attempt, "started")

    def stop_attempt(self, attempt: AttemptFacts) -> tuple[Later, ...]:
        return self._patch(attempt, "submitted")

    def mark_erroneous(self, attempt: AttemptFacts) -> tuple[Later, ...]:
        return self._patch(attempt, "error")

    def remove_attempt(self, attempt: AttemptFacts) -> bool:
        return wire.read_removal(self._call("DELETE", self._path_of(attempt)))

    def instructions(self, attempt: AttemptFacts, language: str) -> Instructions:
        """Those of the attempt; of a provider that has none there, those of its configuration."""
        answer = self._call("GET", self._path_of(attempt), language=language)
        wire.expect(answer, "instructions")
        found = answer.object or {}
        if (given := wire.id_of(found)) and given != attempt.external_id:
            self._note_change("attempt", attempt.id)
        fallback = self.options.software_download_url
        read = wire.read_instructions(found, fallback)
        if read.steps and read.download_url:
            return read
        try:
            general = wire.read_instructions(self.configuration(language), fallback)
        except Upstream:
            return read
        return Instructions(read.steps or general.steps, read.download_url or general.download_url)

    def configuration(self, language: str = "en") -> Mapping[str, Any]:
        answer = self._call("GET", self.paths.config(), language=language)
        wire.expect(answer, "config")
        return answer.object or {}

    def worker_address(self) -> str:
        return str(self.options.javascript)

    def dashboard_address(
        self, course_id: str, staff: Staff, *, exam_id: str = "", attempt_id: str = "", is_configuration: bool = False,
        video_url: str = "",
    ) -> str | None:  # fmt: skip
        if not self.is_dashboard_there:
            return None
        claims = wire.dashboard_claims(
            course_id, staff, client_id=self.options.client_id, jti=uuid.uuid4().hex,
            exp=clock.now().timestamp() + self.options.token_expiration_time, exam_id=exam_id, attempt_id=attempt_id,
            is_configuration=is_configuration,
        )  # fmt: skip
        token = jwt.encode(claims, self.options.client_secret, algorithm="HS256")
        return self.paths.dashboard(self.options.client_id, token)

    def retire_user(self, user_id: str) -> bool | None:
        answer = self._call("DELETE", self.paths.user(user_id))
        wire.expect(answer, "user")
        if not isinstance(answer.json, bool):
            raise Upstream("provider_user_unreadable", permanent=False)
        return answer.json

    def onboarding_profile(self, course_id: str, **filters: Any) -> Mapping[str, Any] | None:
        answer = self._call("GET", self.paths.onboarding(course_id, filters))
        wire.check_no_redirect(answer)
        if answer.status != 200 or answer.object is None:
            raise Upstream(f"provider_onboarding_{answer.status}", permanent=False, retry_after=answer.retry_after)
        return answer.object

    def _patch(self, attempt: AttemptFacts, status: str) -> tuple[Later, ...]:
        wire.expect(self._call("PATCH", self._path_of(attempt), {"status": status}), status)
        return ()

    def _path_of(self, attempt: AttemptFacts) -> str:
        if not attempt.exam.external_id or not attempt.external_id:
            raise Upstream("provider_exam_unknown", permanent=False)
        return self.paths.attempt(attempt.exam.external_id, attempt.external_id)

    def _note_change(self, what: str, of: int) -> None:
        log.warning("provider.id_changed", provider=self.name, what=what, of=of)

    def _call(
        self, method: str, url: str, body: Mapping[str, Any] | None = None, *, language: str | None = None
    ) -> Answered:
        """One request; a token that the provider does not take any more is fetched anew, once."""
        headers = {"Accept": "application/json"}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        if language is not None:
            headers["Accept-Language"] = wire.language_header(language)
        answer = self._send(method, url, self._signed(headers), content)
        if answer.status == 401 and self.options.needs_oauth:
            self._tokens.forget()
            answer = self._send(method, url, self._signed(headers), content)
        return answer

    def _signed(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        if not self.options.needs_oauth:
            return headers
        return {**headers, "Authorization": f"JWT {self._tokens.get(None, self._fetch_token)}"}

    def _fetch_token(self) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.options.client_id,
            "client_secret": self.options.client_secret,
            "token_type": "jwt",
        }
        answer = outside.request(
            "POST", self.options.base_url + self.options.token_path, headers={"Accept": "application/json"}, data=form,
            timeout=self.options.timeout,
        )  # fmt: skip
        return wire.read_token(_read(answer))

    def _send(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> Answered:
        answer = outside.request(method, url, headers=headers, content=content, timeout=self.options.timeout)
        return _read(answer)


def _read(answer: outside.Answer) -> Answered:
    return Answered(answer.status, answer.body, answer.headers, answer.retry_after)
