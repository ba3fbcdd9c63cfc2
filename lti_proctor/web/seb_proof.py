"""Whether a browser is Safe Exam Browser with the right settings: what it sent, what was expected, what the session
remembers of it.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import request, url_for

from lti_proctor import journal
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.exams import seb
from lti_proctor.exams.addons import Addon, Device
from lti_proctor.exams.config import ExamConfig
from lti_proctor.journal import Actor, Role
from lti_proctor.web.sessions import settings, visit

#: What a session knows of each of its attempts: {id: {own, at, seen, seen_at}}.
KEPT = "seb"
CONFIG_HEADER, BROWSER_HEADER = "X-SafeExamBrowser-ConfigKeyHash", "X-SafeExamBrowser-RequestHash"
HASH = re.compile(r"[0-9a-fA-F]{64}")
#: Of a user agent only the names of programs and their versions are kept: `SEB/3.9.0`.
PRODUCTS = re.compile(r"[A-Za-z]{1,20}/[0-9.]{1,20}")
N_PRODUCTS = 8
#: A refusal is not written down more often than that.
QUIET = timedelta(seconds=10)
#: A proof that is younger need not be noted again.
YOUNG = timedelta(seconds=60)


@dataclass(frozen=True)
class Sent:
    """What a browser sent: the address that it hashed, and 64 hex digits of each kind, or nothing."""

    address: str
    config: str
    browser: str
    way: str


@dataclass(frozen=True)
class Check:
    """What came of it. `matched`: "own" (the file made here), "config" or "browser" (a pasted key), or "" for none."""

    address: str
    config: str
    browser: str
    way: str
    matched: str
    own: str
    programs: str


def applies(attempt: Attempt, config: ExamConfig) -> bool:
    """Whether this attempt may only go on inside Safe Exam Browser."""
    return Addon.seb in config.addons and attempt.phase in {Phase.before, Phase.running}


def in_headers() -> Sent | None:
    """What this request brought along in its headers; None where there are none."""
    config, browser = (_hash(request.headers.get(name)) for name in (CONFIG_HEADER, BROWSER_HEADER))
    return Sent(address_here(), config, browser, "headers") if config or browser else None


def in_body(address: str, data: Mapping[str, Any]) -> Sent:
    """What a page of ours read from the browser at an address of ours."""
    return Sent(address, _hash(data.get("config")), _hash(data.get("browser")), "script")


def address_here() -> str:
    """This request's address as the browser sees it, also behind proxies."""
    query = request.query_string.decode("ascii", "replace")
    return f"{settings().base_url}{request.path}{'?' if query else ''}{query}"


def check(attempt: Attempt, sent: Sent, *, now: datetime) -> bool:
    """Compare, and remember in the session; the history of the attempt says when it changed."""
    config, kept = attempts.config_of(attempt), _kept(attempt.id)
    own = str(kept.get("own", ""))
    matched = _matched(sent, own, config)
    made = Check(
        **asdict(sent), matched=matched, own=seb.address_hash(sent.address, own) if own else "", programs=_programs()
    )
    is_first = "at" not in kept
    is_young = not is_first and now - _moment(kept["at"]) < YOUNG
    if matched and is_young:
        return True
    is_quiet = "seen_at" in kept and now - _moment(kept["seen_at"]) < QUIET
    if (matched and is_first) or (not matched and not is_quiet):
        _record(attempt, made, now)
    kept |= {"at": now.isoformat()} if matched else {"seen": asdict(made), "seen_at": now.isoformat()}
    _keep(attempt.id, kept)
    return bool(matched)


def _matched(sent: Sent, own: str, config: ExamConfig) -> str:
    """Browser Exam Keys prove more than Config Keys: where an exam names some, nothing less will do."""
    if config.browser_exam_keys:
        return "browser" if seb.matching(sent.browser, sent.address, config.browser_exam_keys) else ""
    if seb.matching(sent.config, sent.address, config.config_keys):
        return "config"
    return "own" if own and seb.matching(sent.config, sent.address, (own,)) else ""


def is_remembered(attempt_id: int, *, now: datetime, fresh: bool) -> bool:
    """Whether this session has passed before; `fresh`: within the last minutes."""
    at = _kept(attempt_id).get("at")
    return at is not None and (not fresh or now - _moment(at) < timedelta(minutes=settings().seb_minutes))


def last_refusal(attempt_id: int) -> Mapping[str, str] | None:
    """What the last check that did not pass looked like, for the learner: without what was expected."""
    seen: dict[str, str] | None = _kept(attempt_id).get("seen")
    return {name: value for name, value in seen.items() if name != "own"} if seen else None


def looks_inside() -> bool:
    """Whether the browser says that it is Safe Exam Browser. It may lie: this only chooses words."""
    return in_headers() is not None or "SEB/" in (request.user_agent.string or "")


def quit_url(attempt: Attempt) -> str | None:
    """The address that closes Safe Exam Browser, once the attempt is over and where one was used."""
    if attempt.phase != Phase.done or "at" not in _kept(attempt.id):
        return None
    return url_for("learner.seb_quit", attempt_id=attempt.id)


def settings_for(attempt: Attempt, config: ExamConfig, ticket: str) -> dict[str, Any]:
    """The settings that open this attempt with this ticket. The same ticket makes the same Config Key again."""
    base = settings().base_url
    return seb.settings_of(
        start_url=base + url_for("learner.seb_enter", attempt_id=attempt.id, token=ticket),
        quit_url=base + url_for("learner.seb_quit", attempt_id=attempt.id),
        salt=_salt(attempt.exam_id),
        camera=Device.camera in config.devices,
        microphone=Device.microphone in config.devices,
    )


def came_with(attempt: Attempt, ticket: str) -> None:
    """This session was opened by a ticket: if that stood in a file of settings, this is the key to expect."""
    config = attempts.config_of(attempt)
    if applies(attempt, config):
        _keep(attempt.id, {**_kept(attempt.id), "own": seb.config_key(settings_for(attempt, config, ticket))})


def _record(attempt: Attempt, made: Check, now: datetime) -> None:
    action = "seb.passed" if made.matched else "seb.refused"
    journal.record(
        Actor(Role.learner, attempt.user_id), action, attempts.subject_of(attempt), asdict(made), now
    )  # fmt: skip


def _kept(attempt_id: int) -> dict[str, Any]:
    found: dict[str, Any] = visit().get(KEPT, {}).get(str(attempt_id), {})
    return dict(found)


def _keep(attempt_id: int, data: Mapping[str, Any]) -> None:
    visit()[KEPT] = {**visit().get(KEPT, {}), str(attempt_id): dict(data)}


def _salt(exam_id: int) -> bytes:
    return hmac.new(settings().secret_key.encode(), f"seb salt\0{exam_id}".encode(), hashlib.sha256).digest()


def _hash(value: object) -> str:
    text = value.strip().lower() if isinstance(value, str) else ""
    return text if HASH.fullmatch(text) else ""


def _programs() -> str:
    return " ".join(PRODUCTS.findall((request.user_agent.string or "")[:1000])[:N_PRODUCTS])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
