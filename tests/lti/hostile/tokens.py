"""Making tokens that no library would make."""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from tests.lti.conftest import KID

HASHES: dict[str, HashAlgorithm] = {"256": SHA256(), "384": SHA384(), "512": SHA512()}
PSS = padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(value: Any) -> bytes:
    """Bytes as they are, a text as UTF-8, anything else as JSON."""
    if isinstance(value, bytes):
        return value
    return value.encode(errors="surrogatepass") if isinstance(value, str) else json.dumps(value).encode()


def signed(key: RSAPrivateKey, header: Any, payload: Any, *, size: str = "256", pss: bool = False) -> str:
    """A JWS over exactly this header and payload, whatever they are."""
    parts = f"{b64(raw(header))}.{b64(raw(payload))}"
    return f"{parts}.{b64(key.sign(parts.encode(), PSS if pss else padding.PKCS1v15(), HASHES[size]))}"


def good(**changes: Any) -> dict[str, Any]:
    """The header that an LMS should send, with changes; None leaves a part out."""
    return {k: v for k, v in {"alg": "RS256", "typ": "JWT", "kid": KID, **changes}.items() if v is not None}


def hmac_signed(secret: bytes, header: Any, payload: Any) -> str:
    parts = f"{b64(raw(header))}.{b64(raw(payload))}"
    return f"{parts}.{b64(hmac.new(secret, parts.encode(), hashlib.sha256).digest())}"
