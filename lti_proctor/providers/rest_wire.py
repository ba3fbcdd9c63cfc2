"""The REST provider protocol on the wire: what is sent, and what answers mean. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from lti_proctor.errors import Upstream
from lti_proctor.providers.base import (
    CannotRegister,
    ExamFacts,
    Instructions,
    Onboarding,
    OnboardingNeeded,
    Registration,
    SentNoAttemptId,
    Staff,
)

#: What addresses can carry; both sides use the provider's ids in them.
SLUG = re.compile(r"[A-Za-z0-9_-]{1,255}")
TOKEN = re.compile(r"[!-~]{1,20000}")
#: Statuses after which the same call may work later: trouble of the other side with itself, or with the load.
PASSING = frozenset({408, 425, 429, *range(500, 600)}) - {501, 505}
REDIRECTS = range(300, 400)
#: How long a token is used whose provider does not say, and the longest of all.
UNKNOWN_SECONDS, MOST_SECONDS = 300.0, 86400.0


@dataclass(frozen=True)
class Answered:
    """An answer as far as the protocol reads it; header names with small letters."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    #: Seconds that the provider asked for.
    retry_after: float | None = None

    @property
    def json(self) -> Any:
        """None where the body is empty or no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def object(self) -> Mapping[str, Any] | None:
        found = self.json
        return found if isinstance(found, dict) else None


@dataclass(frozen=True)
class Paths:
    """The addresses of a provider, from its ids."""

    base_url: str

    def at(self, *parts: str) -> str:
        return "/".join([self.base_url.rstrip("/"), "api/v1", *(quote(part, safe="") for part in parts)])

    def exam(self, exam_id: str | None = None) -> str:
        return self.at("exam", *([exam_id] if exam_id else []), "")

    def attempt(self, exam_id: str, attempt_id: str | None = None) -> str:
        return self.at("exam", exam_id, "attempt", *([attempt_id] if attempt_id else []), "")

    def user(self, user_id: str) -> str:
        return self.at("user", user_id, "")

    def config(self) -> str:
        return self.at("config", "")

    def onboarding(self, course_id: str, filters: Mapping[str, Any]) -> str:
        wanted = {key: str(value) for key, value in filters.items() if value not in {None, ""}}
        return self.at("courses", course_id, "onboarding_statuses") + (f"?{urlencode(wanted)}" if wanted else "")

    def dashboard(self, client_id: str, token: str) -> str:
        return f"{self.at('instructor', client_id, '')}?{urlencode({'jwt': token})}"


def language_header(language: str) -> str:
    """As the references' own client writes it."""
    code = language.replace("_", "-").lower()
    return "en-us" if code in {"", "en", "en-us"} else f"{code};en-us"


def exam_body(exam: ExamFacts, backend: str, default_rules: Mapping[str, Any] | None) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": exam.id,
        "course_id": exam.course_id,
        "content_id": exam.content_id,
        "external_id": exam.external_id,
        "exam_name": exam.name,
        "time_limit_mins": exam.time_limit_minutes,
        "is_proctored": exam.is_proctored,
        "is_practice_exam": exam.is_practice,
        "is_active": exam.is_active,
        "due_date": exam.due_at.isoformat() if exam.due_at else None,
        "hide_after_due": exam.hide_after_due,
        "backend": backend,
    }
    if exam.rule_summary:
        body["rule_summary"] = exam.rule_summary
    if default_rules:
        body["rules"] = dict(default_rules)
    return body


def attempt_body(given: Registration) -> dict[str, Any]:
    body: dict[str, Any] = {
        "lms_host": given.host,
        "time_limit_mins": given.minutes,
        "is_sample_attempt": given.is_sample,
        "user_id": given.user_id,
        "full_name": given.full_name,
        "email": given.email,
        "status": "created",
    }
    if given.review_policy:
        body["review_policy"] = given.review_policy
    if given.review_policy_exception:
        body["review_policy_exception"] = given.review_policy_exception
    return body


def check_no_redirect(answer: Answered) -> None:
    """A redirect is followed nowhere: it could lead the credential to somebody else. Raises `Upstream`."""
    if answer.status in REDIRECTS:
        to = answer.headers.get("location", "")[:200]
        raise Upstream("provider_redirects", permanent=False, status=answer.status, to=to)


def expect(answer: Answered, what: str, *, is_given_up: bool = True) -> None:
    """Raise `Upstream("provider_<what>_<status>")` unless it was done; with `is_given_up` a refusal is for good."""
    check_no_redirect(answer)
    if 200 <= answer.status < 300:
        return
    # What the credential does not open today it may open when somebody has put it right.
    refused = is_given_up and answer.status not in PASSING | {401, 403}
    raise Upstream(f"provider_{what}_{answer.status}", permanent=refused, retry_after=answer.retry_after)


def id_of(found: Mapping[str, Any] | None) -> str | None:
    """The id of an answer. None where there is none, or none that addresses carry."""
    return text_id((found or {}).get("id"))


def text_id(given: object) -> str | None:
    """Numbers are taken as their digits."""
    if isinstance(given, bool) or not isinstance(given, str | int):
        return None
    return str(given) if SLUG.fullmatch(str(given)) else None


def read_token(answer: Answered) -> tuple[str, float]:
    """A token and how many seconds it may be used. Raises `Upstream`."""
    check_no_redirect(answer)
    if answer.status != 200:
        code = f"provider_token_{answer.status}"
        raise Upstream(code, permanent=False, retry_after=answer.retry_after)
    found = answer.object or {}
    token, told = found.get("access_token"), found.get("expires_in")
    if not isinstance(token, str) or not TOKEN.fullmatch(token):
        raise Upstream("provider_token_unreadable", permanent=False)
    seconds = float(told) if isinstance(told, int | float) and not isinstance(told, bool) else UNKNOWN_SECONDS
    return token, min(max(seconds, 0.0), MOST_SECONDS)


def read_exam(answer: Answered) -> str:
    """The provider's id of an exam. A failure is raised, so that the exam is announced again: without its id nothing
    else can be said of it.
    """
    expect(answer, "exam", is_given_up=False)
    found = id_of(answer.object)
    if found is None:
        raise Upstream("provider_exam_unreadable", permanent=False)
    return found


def read_registration(answer: Answered) -> str:
    """The provider's id of an attempt, from status 200 only. Raises what `Provider.register_attempt` may raise."""
    check_no_redirect(answer)
    if answer.status in PASSING:
        raise Upstream(f"provider_attempt_{answer.status}", permanent=False, retry_after=answer.retry_after)
    if answer.status != 200:
        raise CannotRegister(answer.body[:500].decode("utf-8", "replace"), answer.status)
    found = answer.object
    if found is None:
        raise SentNoAttemptId("not an object of JSON", answer.status)
    status = found.get("status")
    if isinstance(status, str) and status in set(Onboarding):
        raise OnboardingNeeded(Onboarding(status))
    if not found.get("id"):
        raise SentNoAttemptId("no id", answer.status)
    given = id_of(found)
    if given is None:
        raise SentNoAttemptId("an id that addresses can't carry", answer.status)
    return given


def read_removal(answer: Answered) -> bool:
    """Only the provider's own word counts, or that it knows nothing of it."""
    if answer.status == 404:
        return True
    expect(answer, "removal", is_given_up=False)
    return (answer.object or {}).get("status") == "deleted"


def read_instructions(found: Mapping[str, Any], fallback: str) -> Instructions:
    """Steps and the address of the software; what is not text is passed over."""
    listed = found.get("instructions")
    steps = listed if isinstance(listed, list) else [listed]
    address = found.get("download_url") or found.get("software_download_url") or fallback
    is_web = isinstance(address, str) and address.startswith(("https://", "http://"))
    return Instructions(tuple(step for step in steps if isinstance(step, str) and step), address if is_web else "")


def dashboard_claims(
    course_id: str, staff: Staff, *, client_id: str, jti: str, exp: float, exam_id: str, attempt_id: str,
    is_configuration: bool,
) -> dict[str, Any]:  # fmt: skip
    """The configuration page belongs to an exam; so does an attempt."""
    claims: dict[str, Any] = {
        "course_id": course_id,
        "user": {"id": staff.id, "full_name": staff.full_name, "email": staff.email},
        "iss": client_id,
        "jti": jti,
        "exp": exp,
    }
    if exam_id:
        claims["exam_id"] = exam_id
        if is_configuration:
            claims["config"] = True
    if attempt_id:
        claims["attempt_id"] = attempt_id
    return claims
