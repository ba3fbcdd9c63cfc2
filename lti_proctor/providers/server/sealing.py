"""Secrets that must be read again later: encrypted with the installation's own secret."""

import base64
import hashlib

from cryptography.fernet import Fernet

from lti_proctor.extensions import current_settings


def seal(secret: str) -> str:
    return _cipher().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    return _cipher().decrypt(sealed.encode()).decode() if sealed else ""


def _cipher() -> Fernet:
    derived = hashlib.sha256(b"provider clients\0" + current_settings().secret_key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(derived))
