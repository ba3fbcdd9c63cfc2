"""The platform's own RSA keys: made once, kept in the store, changed without a restart."""

import json
from functools import lru_cache
from typing import Any, cast
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from lti_proctor.sandbox.store import Store

Claims = dict[str, Any]


def new_key() -> dict[str, str]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {"kid": uuid4().hex[:16], "pem": pem.decode()}


@lru_cache(maxsize=16)
def read(pem: str) -> rsa.RSAPrivateKey:
    """Reading a key checks its primes, which takes longer than signing with it."""
    return cast(rsa.RSAPrivateKey, serialization.load_pem_private_key(pem.encode(), password=None))


def public_jwk(key: dict[str, str]) -> dict[str, str]:
    public = json.loads(RSAAlgorithm.to_jwk(read(key["pem"]).public_key()))
    return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": key["kid"], "n": public["n"], "e": public["e"]}


class SigningKeys:
    """The last key of the list signs; all of them are published."""

    def __init__(self, store: Store) -> None:
        self.store = store
        if store.fact("keys") is None:
            store.first_fact("keys", [new_key()])

    def _keys(self) -> list[dict[str, str]]:
        keys: list[dict[str, str]] = self.store.fact("keys")
        return keys

    def key_set(self) -> dict[str, list[dict[str, str]]]:
        return {"keys": [public_jwk(key) for key in self._keys()]}

    def rotate(self, *, keep_old: bool) -> str:
        key = new_key()
        self.store.set_fact("keys", [*(self._keys() if keep_old else []), key])
        return key["kid"]

    def sign(self, claims: Claims, *, published: bool = True) -> str:
        """`published=False` signs with a stranger's key under the known kid, to see the tool refuse it."""
        key = self._keys()[-1]
        pem = key["pem"] if published else new_key()["pem"]
        return jwt.encode(claims, read(pem), algorithm="RS256", headers={"kid": key["kid"]})
