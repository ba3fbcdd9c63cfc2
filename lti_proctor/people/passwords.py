"""Local passwords: rules, hashing, and a pause after wrong ones.

Two named policies: `asvs` (OWASP ASVS 5.0, 6.2: length and a list of common ones, no composition) and `guide` (the
administrator's guide, section 5.2: upper, lower and digit, five old ones remembered).
"""

import hashlib
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select

from lti_proctor import clock, jobs
from lti_proctor.errors import Invalid
from lti_proctor.extensions import db
from lti_proctor.people.models import FailedLogin, User

MIN_LENGTH = 12
MAX_LENGTH = 256
REMEMBERED = 5
#: What people choose first; anything that is little more than one of these is refused.
COMMON = frozenset(
    [
        "password",
        "passw0rd",
        "qwerty",
        "qwertz",
        "azerty",
        "letmein",
        "welcome",
        "dragon",
        "monkey",
        "football",
        "baseball",
        "iloveyou",
        "sunshine",
        "princess",
        "master",
        "shadow",
        "superman",
        "trustno1",
        "administrator",
        "proctor",
        "changeme",
        "secret",
        "university",
        "student",
        "teacher",
        "123456789",
        "1234567890",
        "0123456789",
        "abcdefgh",
        "abc123",
    ]
)
_hasher = PasswordHasher()


def check_rules(password: str, *, username: str, policy: str) -> None:
    """Raise `Invalid` with the rule that a new password breaks."""
    if len(password) < MIN_LENGTH:
        raise Invalid("password_short", minimum=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        raise Invalid("password_long", maximum=MAX_LENGTH)
    plain = password.lower()
    stem = plain.strip("0123456789!?.,-_ ")
    if stem in COMMON or plain in COMMON or len(set(plain)) < 5 or username.lower() in plain:
        raise Invalid("password_common")
    if policy == "guide" and not _is_mixed(password):
        raise Invalid("password_mixed")


def set_password(user: User, password: str, *, policy: str) -> None:
    """Check the rules and keep the hash; raises `Invalid`, also when it is one of the last five under `guide`."""
    check_rules(password, username=user.username, policy=policy)
    remembered = [user.password_hash, *user.old_passwords] if user.password_hash else list(user.old_passwords)
    if policy == "guide" and any(old and _verify(old, password) for old in remembered[: REMEMBERED + 1]):
        raise Invalid("password_used_before")
    user.old_passwords = [old for old in remembered if old][:REMEMBERED]
    user.password_hash = _hasher.hash(password)


def is_right(user: User | None, password: str) -> bool:
    """Takes as long for a name that does not exist."""
    if user is None or user.password_hash is None:
        _hasher.hash(password)
        return False
    if not _verify(user.password_hash, password):
        return False
    if _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = _hasher.hash(password)
    return True


def note_failure(username: str, address: str, *, now: datetime) -> None:
    db.session.add(FailedLogin(key_hash=_key(username, address), at=now))


def forgive(username: str, address: str) -> None:
    db.session.execute(delete(FailedLogin).where(FailedLogin.key_hash == _key(username, address)))


def tries_left(username: str, address: str, *, tries: int, pause_seconds: int, now: datetime) -> int:
    """How many wrong passwords this name may still have from this address before it has to wait."""
    since = now - timedelta(seconds=pause_seconds)
    query = select(func.count()).where(FailedLogin.key_hash == _key(username, address), FailedLogin.at > since)
    return max(0, tries - (db.session.scalar(query) or 0))


@jobs.job("people.forget_failures", every_minute=True)
def forget_failures() -> None:
    db.session.execute(delete(FailedLogin).where(FailedLogin.at < clock.now() - timedelta(days=1)))


def _is_mixed(password: str) -> bool:
    return (
        any(c.isupper() for c in password) and any(c.islower() for c in password) and any(c.isdigit() for c in password)
    )


def _verify(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _key(username: str, address: str) -> bytes:
    return hashlib.sha256(f"{username.casefold()}\0{address}".encode()).digest()
