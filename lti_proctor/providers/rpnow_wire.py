"""What RPNow (Software Secure, PSI) is sent and sends: registration, signature, password, review, video link. Pure."""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB
from cryptography.hazmat.primitives.padding import PKCS7

from lti_proctor.providers.base import ExamFacts, Registration, ReviewStatus
from lti_proctor.providers.calls import BadReview

CONTENT_TYPE = "application/json"
#: Characters that the vendor's systems do not take in the name of an exam.
UNWANTED = str.maketrans(dict.fromkeys("[]<>#:|!?/'\"*\\", "_"))
WITHOUT_NAME, WITHOUT_POLICY = "Proctored Exam", "Closed Book"
FOUND: Mapping[str, ReviewStatus] = {
    "Clean": ReviewStatus.passed,
    "Rules Violation": ReviewStatus.violation,
    "Suspicious": ReviewStatus.suspicious,
    "Not Reviewed": ReviewStatus.not_reviewed,
}
#: In a comment: the vendor's name, ours.
_COMMENT = {"eventStart": "start", "eventFinish": "stop", "duration": "duration", "comments": "comment",
            "eventStatus": "status"}  # fmt: skip
#: Not kept: a photo of the learner, which nobody here asked for.
PHOTO = "userPhotoBase64String"


def exam_name(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.translate(UNWANTED) or WITHOUT_NAME


def reviewer_notes(given: Registration) -> str:
    """The review policy, with what is allowed to this learner beside it."""
    notes = given.review_policy or WITHOUT_POLICY
    return f"{notes}; {given.review_policy_exception}" if given.review_policy_exception else notes


def http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def registration_body(
    exam: ExamFacts, given: Registration, *, organization: str, exam_sponsor: str, crypto_key: str, start_url: str,
    send_email: bool, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    first, _, last = given.full_name.partition(" ")
    extra: dict[str, Any] = {
        "examStartDate": http_date(now),
        "examEndDate": http_date(now + timedelta(minutes=given.minutes)),
        "noOfStudents": 1,
        "examID": exam.id,
        "courseID": exam.course_id,
        "firstName": first,
        "lastName": last,
    }
    if send_email:
        extra["email"] = given.email
    return {
        "examCode": given.code,
        "organization": organization,
        "duration": given.minutes,
        "reviewedExam": not given.is_sample,
        "reviewerNotes": reviewer_notes(given),
        "examPassword": encrypt_password(crypto_key, given.code),
        "examSponsor": exam_sponsor,
        "examName": exam_name(exam.name),
        "ssiProduct": "rp-now",
        "examUrl": start_url,
        "orgExtra": extra,
    }


def encrypt_password(key: str, text: str) -> str:
    """Triple DES in ECB mode is what the vendor's software reads. It hides nothing here that is secret elsewhere: the
    text is the code of one attempt.
    """
    return base64.b64encode(_encrypt(TripleDES(key.encode()), ECB(), text.encode())).decode()  # noqa: S305


def signature(key_id: str, key: str, method: str, date: str, body: Mapping[str, Any]) -> str:
    """The Authorization header of a request with this body."""
    text = f"{method}\n\n{CONTENT_TYPE}\n{date}\n{canonical(body)}"
    digest = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    return f"SSI {key_id}:{base64.b64encode(digest).decode()}"


def canonical(body: Mapping[str, Any]) -> str:
    """The body as its signature sees it: a line for each value, in the order of the keys."""
    return "".join(f"{line}\n" for line in _lines(body, ""))


def _lines(body: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for key in sorted(body):
        value = body[key]
        # The vendor's own reckoning carries the prefix one level down, and forgets it in lists: so must ours.
        if isinstance(value, Mapping):
            yield from _lines(value, f"{key}.")
        elif isinstance(value, list):
            for n, item in enumerate(value):
                if isinstance(item, Mapping):
                    yield from _lines(item, f"{key}.{n}.")
                else:
                    yield f"{key}.{n}:{item}"
        else:
            yield f"{prefix}{key}:{_scalar(value)}"


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A zero counts as nothing there, an empty text does not.
    return "null" if value != "" and not value else str(value)


def review_of(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A review in the words of the REST protocol. Raises `BadReview`."""
    status = FOUND.get(str(payload.get("reviewStatus")))
    if status is None:
        raise BadReview("review_status")
    link = payload.get("videoReviewLink")
    comments = [_comment(one) for one in (*_listed(payload, "webCamComments"), *_listed(payload, "desktopComments"))]
    return {"status": status.value, "comments": comments, "videoReviewLink": link if isinstance(link, str) else ""}


def _listed(payload: Mapping[str, Any], key: str) -> list[Any]:
    found = payload.get(key) or []
    if not isinstance(found, list):
        raise BadReview("review_comments")
    return found


def _comment(given: object) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise BadReview("review_comments")
    return {ours: given[theirs] for theirs, ours in _COMMENT.items() if theirs in given}


def meta_of(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part that says which attempt it is about. Raises `BadReview`."""
    found = payload.get("examMetaData")
    if not isinstance(found, Mapping) or not isinstance(found.get("examCode"), str):
        raise BadReview("review_unreadable")
    return found


def without_photo(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key != PHOTO}


def encrypt_link(key: bytes, link: str) -> str:
    """How a link to a video is kept."""
    return base64.urlsafe_b64encode(_encrypt(AES(key), CBC(_iv(key)), link.encode())).decode()


def decrypt_link(key: bytes, kept: str) -> str:
    """Raises `ValueError` for what was not kept with this key."""
    cipher = Cipher(AES(key), CBC(_iv(key))).decryptor()
    padded = cipher.update(base64.urlsafe_b64decode(kept.encode())) + cipher.finalize()
    opened = PKCS7(128).unpadder()
    return (opened.update(padded) + opened.finalize()).decode()


def playable(link: str) -> str:
    """The vendor's page that plays in every browser."""
    return link.replace("DirectLink-Generic", "DirectLink-HTML5")


def _iv(key: bytes) -> bytes:
    def md5(text: bytes) -> str:
        return hashlib.md5(text, usedforsecurity=False).hexdigest()

    return md5(key + md5(key).encode())[:16].encode()


def _encrypt(algorithm: TripleDES | AES, mode: ECB | CBC, text: bytes) -> bytes:
    padder = PKCS7(algorithm.block_size).padder()
    cipher = Cipher(algorithm, mode).encryptor()
    return cipher.update(padder.update(text) + padder.finalize()) + cipher.finalize()
