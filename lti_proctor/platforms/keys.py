"""The tool's key pairs: made, used for signing, rotated, published."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

import jwt
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from sqlalchemy import select

from lti_proctor.extensions import current_settings, db
from lti_proctor.platforms.models import ToolKey

#: Nothing this tool signs is valid for longer; a retired key is published until then.
LONGEST_VALIDITY = timedelta(hours=1)
ALGORITHM = "RS256"


def sign(claims: dict[str, Any], *, now: datetime) -> str:
    """A JWT signed with the newest live key; a first key is made when there is none."""
    key = _current() or make_key(now=now)
    private = _read(cipher("tool keys").decrypt(key.private_key.encode()))
    return jwt.encode(claims, private, algorithm=ALGORITHM, headers={"kid": key.kid})


@dataclass(frozen=True)
class Signer:
    """The newest live key for something other than a JWT. Needs no database any more."""

    public_jwk: dict[str, str]
    _private: RSAPrivateKey

    def sign(self, data: bytes) -> bytes:
        """As RS256 does (RFC 7518, section 3.3)."""
        return self._private.sign(data, PKCS1v15(), SHA256())

    @property
    def thumbprint(self) -> str:
        """RFC 7638."""
        jwk = self.public_jwk
        body = json.dumps({"e": jwk["e"], "kty": jwk["kty"], "n": jwk["n"]}, separators=(",", ":"))
        return base64.urlsafe_b64encode(hashlib.sha256(body.encode()).digest()).rstrip(b"=").decode()


def signer(*, now: datetime) -> Signer:
    """A first key is made when there is none."""
    key = _current() or make_key(now=now)
    return Signer(dict(key.public_jwk), _read(cipher("tool keys").decrypt(key.private_key.encode())))


@lru_cache(maxsize=4)
def _read(pem: bytes) -> RSAPrivateKey:
    """Reading a key checks its primes, which takes longer than signing with it."""
    return cast(RSAPrivateKey, load_pem_private_key(pem, password=None))


def make_key(*, now: datetime) -> ToolKey:
    """A fresh RSA key of 2048 bits, added to the present transaction."""
    private = generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key()))
    kid = secrets.token_urlsafe(12)
    key = ToolKey(
        kid=kid,
        private_key=cipher("tool keys").encrypt(pem).decode(),
        public_jwk={"kty": "RSA", "n": jwk["n"], "e": jwk["e"], "kid": kid, "alg": ALGORITHM, "use": "sig"},
        created_at=now,
    )
    db.session.add(key)
    db.session.flush()
    return key


def rotate(*, now: datetime) -> ToolKey:
    """Sign with a new key from now on; the old ones stay published while what they signed may be valid."""
    for old in db.session.scalars(select(ToolKey).where(ToolKey.retired_at.is_(None))):
        old.retired_at = now
    for gone in db.session.scalars(select(ToolKey).where(ToolKey.retired_at < now - LONGEST_VALIDITY)):
        db.session.delete(gone)
    return make_key(now=now)


def key_set(*, now: datetime) -> dict[str, Any]:
    """The public key set (RFC 7517), newest first."""
    alive = (ToolKey.retired_at.is_(None)) | (ToolKey.retired_at > now - LONGEST_VALIDITY)
    rows = db.session.scalars(select(ToolKey).where(alive).order_by(ToolKey.id.desc()))
    return {"keys": [row.public_jwk for row in rows]}


def _current() -> ToolKey | None:
    return db.session.scalars(
        select(ToolKey).where(ToolKey.retired_at.is_(None)).order_by(ToolKey.id.desc()).limit(1)
    ).first()


def cipher(purpose: str) -> Fernet:
    """Encrypts what lies in the database with the site's secret; each purpose has a key of its own."""
    settings = current_settings()
    derived = hashlib.sha256(f"{purpose}\0{settings.secret_key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(derived))
