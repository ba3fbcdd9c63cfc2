"""RPNow (Software Secure, PSI): its software on the learner's computer records the exam; people look at it later."""

import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from itsdangerous import BadSignature, Signer
from pydantic import ConfigDict, Field, field_validator
from pydantic.dataclasses import dataclass as checked

from lti_proctor import clock, outside
from lti_proctor.addresses import origin_of
from lti_proctor.errors import Upstream
from lti_proctor.extensions import current_settings
from lti_proctor.providers import rpnow_wire as wire
from lti_proctor.providers.base import (
    AttemptFacts,
    CannotRegister,
    ExamFacts,
    Options,
    Provider,
    Registered,
    Registration,
    Review,
    SentNoAttemptId,
    Staff,
    standard_review,
)
from lti_proctor.providers.calls import PREFIX, BadReview, Call, Reply, Stranger, read_object
from lti_proctor.providers.rest_wire import PASSING, Answered, check_no_redirect, text_id

START = "proctoring_launch_callback/start_exam/"
REVIEW = "proctoring_review_callback"
SIGNATURE = "x-callback-signature"
COOKIE = "exam"
BEFORE = frozenset({"created", "download_software_clicked"})
RUNNING = frozenset({"started", "paused", "ready_to_submit"})


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class RpnowOptions(Options):
    """`callback_secret`: what the vendor's review callback has to prove that it knows; empty: none is taken.
    `video_review_aes_key`: hexadecimal digits, keeps links to videos encrypted.
    """

    organization: str
    exam_sponsor: str
    exam_register_endpoint: str
    secret_key_id: str
    secret_key: str = Field(min_length=1, repr=False)
    crypto_key: str = Field(pattern=r"^[!-~]{24}$", repr=False)
    send_email: bool = False
    video_review_aes_key: str = Field("", pattern=r"^([0-9A-Fa-f]{32}|[0-9A-Fa-f]{48}|[0-9A-Fa-f]{64})?$", repr=False)
    callback_secret: str = Field("", pattern=r"^([!-~]{16,200})?$", repr=False)
    timeout: float = Field(10, gt=0, le=60)

    @field_validator("exam_register_endpoint")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if origin_of(value) is None:
            raise ValueError("must be an absolute http(s) address")
        return value


class Rpnow(Provider):
    Options: ClassVar[type[Options]] = RpnowOptions
    verbose_name: ClassVar[str] = "RPNow"
    passing_statuses: ClassVar[tuple[str, ...]] = ("Clean", "Rules Violation")
    cookies: ClassVar[tuple[str, ...]] = (COOKIE,)

    @property
    def passes(self) -> frozenset[str]:
        """The vendor's words for what it found are taken as well as ours."""
        return frozenset(wire.FOUND.get(one, one) for one in super().passes)

    def register_attempt(self, exam: ExamFacts, registration: Registration) -> Registered:
        now, options = clock.now(), self.options
        body = wire.registration_body(
            exam, registration, organization=options.organization, exam_sponsor=options.exam_sponsor,
            crypto_key=options.crypto_key, start_url=self.start_url(registration.host, registration.code),
            send_email=options.send_email, now=now,
        )  # fmt: skip
        date = wire.http_date(now)
        headers = {
            "Content-Type": wire.CONTENT_TYPE,
            "Date": date,
            "Authorization": wire.signature(options.secret_key_id, options.secret_key, "POST", date, body),
        }
        sent = outside.request(
            "POST", options.exam_register_endpoint, headers=headers, content=json.dumps(body).encode(),
            timeout=options.timeout,
        )  # fmt: skip
        return Registered(_locator(Answered(sent.status, sent.body, sent.headers, sent.retry_after)))

    def start_url(self, host: str, code: str) -> str:
        """Where the vendor's software begins. Its proof is told to the vendor only: who knows just the code of the
        attempt, as its learner does, gets no further.
        """
        return f"{host}{PREFIX}{START}{code}?token={self._proof(code)}"

    def attempt_code(self, call: Call) -> str | None:
        if call.method == "GET" and call.path.startswith(START):
            code = call.path.removeprefix(START).strip("/").upper()
            if not _same(call.query.get("token", ""), self._proof(code)):
                raise Stranger
            return code
        if call.method == "POST" and call.path.strip("/") == REVIEW:
            self._check_secret(call)
            return str(wire.meta_of(read_object(call.body))["examCode"])
        return None

    def answer(self, attempt: AttemptFacts, call: Call) -> Reply:
        if call.method == "POST":
            return Reply(review=self.read_review(attempt, read_object(call.body)))
        return Reply(
            is_ready=attempt.status in BEFORE,
            is_over=attempt.status in RUNNING,
            to_attempt=True,
            cookies={COOKIE: self._signer().sign(attempt.code).decode()},
        )

    def read_review(self, attempt: AttemptFacts, payload: Mapping[str, Any]) -> Review:
        locator = str(wire.meta_of(payload).get("ssiRecordLocator") or "")
        is_other = not locator or locator.casefold() != attempt.external_id.casefold()
        if is_other and not current_settings().proctoring_settings.ALLOW_CALLBACK_SIMULATION:
            raise BadReview("review_other_attempt")
        found = standard_review(wire.review_of(payload))
        key = self.options.video_review_aes_key
        kept = wire.encrypt_link(bytes.fromhex(key), found.video_url) if key and found.video_url else found.video_url
        return replace(found, payload=wire.without_photo(payload), video_url=kept)

    def blocks_content(self, attempt: AttemptFacts, cookies: Mapping[str, str]) -> bool:
        """While the exam runs, only the browser that the vendor's software opened shows it."""
        if attempt.status not in RUNNING:
            return False
        try:
            return self._signer().unsign(cookies.get(COOKIE, "")).decode() != attempt.code
        except BadSignature:
            return True

    def dashboard_address(
        self, course_id: str, staff: Staff, *, exam_id: str = "", attempt_id: str = "", is_configuration: bool = False,
        video_url: str = "",
    ) -> str | None:  # fmt: skip
        """There is none but the video of an attempt."""
        key, link = self.options.video_review_aes_key, video_url
        if key and link:
            try:
                link = wire.decrypt_link(bytes.fromhex(key), video_url)
            except (ValueError, binascii.Error):
                return None
        return wire.playable(link) if origin_of(link) else None

    def _proof(self, code: str) -> str:
        text = f"start:{self.name}:{code}".encode()
        return hmac.new(self.options.secret_key.encode(), text, hashlib.sha256).hexdigest()

    def _signer(self) -> Signer:
        return Signer(self.options.secret_key, salt=f"provider:{self.name}", digest_method=hashlib.sha256)

    def _check_secret(self, call: Call) -> None:
        """In the address, or as a signature of the body in a header. Raises `Stranger`."""
        secret: str = self.options.callback_secret
        signed = "sha256=" + hmac.new(secret.encode(), call.body, hashlib.sha256).hexdigest()
        given, proof = call.query.get("secret", ""), call.headers.get(SIGNATURE, "")
        if not secret or not (_same(given, secret) or _same(proof, signed)):
            raise Stranger


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def _locator(answer: Answered) -> str:
    """The vendor's id of the attempt. Raises `CannotRegister`, `SentNoAttemptId`, `Upstream`."""
    check_no_redirect(answer)
    if answer.status in PASSING:
        raise Upstream(f"provider_attempt_{answer.status}", permanent=False, retry_after=answer.retry_after)
    if answer.status not in {200, 201}:
        raise CannotRegister(answer.body[:500].decode("utf-8", "replace"), answer.status)
    given = text_id((answer.object or {}).get("ssiRecordLocator"))
    if given is None:
        raise SentNoAttemptId("no ssiRecordLocator that addresses can carry", answer.status)
    return given
