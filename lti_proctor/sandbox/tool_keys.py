"""What the tool signed: its key set, and the checks that every JWT of the tool must pass."""

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any

import httpx
import jwt
from jwt.types import Options

from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.store import Store

FetchKeys = Callable[[], Mapping[str, Any]]
LEEWAY_SECONDS = 5
LONGEST_SECONDS = 3600
# PyJWT checks only the signature here: the other checks need the platform's clock and name what is wrong.
UNCHECKED: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


def fetch_over_http(address: str) -> FetchKeys:
    def fetch() -> Mapping[str, Any]:
        answer = httpx.get(address, timeout=5, follow_redirects=False)
        answer.raise_for_status()
        keys: Mapping[str, Any] = answer.json()
        return keys

    return fetch


class ToolKeys:
    """Asks the tool for its keys once, and again whenever a kid is not among them."""

    def __init__(self, fetch: FetchKeys) -> None:
        self._fetch = fetch
        self._known: dict[str, jwt.PyJWK] = {}
        self._lock = Lock()

    def _refetch(self) -> None:
        try:
            keys = self._fetch()["keys"]
            found = {key["kid"]: jwt.PyJWK.from_dict(key) for key in keys if key.get("kid") and key.get("kty") == "RSA"}
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError) as problem:
            kind = type(problem).__name__
            raise Refusal(f"The key set of the tool could not be read ({kind}).", error="invalid_client") from problem
        self._known = found

    def get(self, kid: str) -> jwt.PyJWK:
        with self._lock:
            if kid not in self._known:
                self._refetch()
            if kid not in self._known:
                raise Refusal(f"The key set of the tool has no RSA key with the kid {kid!r}.", error="invalid_client")
            return self._known[kid]

    def forget(self) -> None:
        self._known = {}

    def read(self, token: str) -> Claims:
        """The claims of a JWT, once it is sure that the tool signed them. Nothing else is checked."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as problem:
            raise Refusal("This is not a JWT.", error="invalid_client") from problem
        if header.get("alg") != "RS256":
            raise Refusal(f"The JWT must be signed with RS256, not {header.get('alg')!r}.", error="invalid_client")
        kid = header.get("kid")
        if not isinstance(kid, str) or not kid:
            raise Refusal("The header of the JWT has no kid.", error="invalid_client")
        try:
            claims: Claims = jwt.decode(token, self.get(kid), algorithms=["RS256"], options=UNCHECKED)
        except jwt.InvalidTokenError as problem:
            reason = "The signature of the JWT does not fit the tool's key."
            raise Refusal(reason, error="invalid_client") from problem
        return claims


class ToolKeySets:
    """The key sets of all tools, by address."""

    def __init__(self, fetch: Callable[[str], FetchKeys]) -> None:
        self._fetch = fetch
        self._sets: dict[str, ToolKeys] = {}

    def at(self, address: str) -> ToolKeys:
        return self._sets.setdefault(address, ToolKeys(self._fetch(address)))

    def forget(self) -> None:
        for keys in self._sets.values():
            keys.forget()


def issuer_of(token: str) -> object:
    """Who a JWT says it is from. Nothing is checked: only good for finding the keys to check it with."""
    try:
        return jwt.decode(token, options={"verify_signature": False}).get("iss")
    except jwt.InvalidTokenError:
        return None


def check_times(claims: Claims, now: datetime, *, longest: int = LONGEST_SECONDS) -> None:
    for name in ("iat", "exp"):
        if isinstance(claims.get(name), bool) or not isinstance(claims.get(name), int | float):
            raise Refusal(f"The JWT needs {name} as a number of seconds.", error="invalid_client")
    moment = now.timestamp()
    if claims["exp"] <= moment - LEEWAY_SECONDS:
        raise Refusal("The JWT has expired (exp).", error="invalid_client")
    if claims["iat"] > moment + LEEWAY_SECONDS:
        raise Refusal("The JWT was issued in the future (iat).", error="invalid_client")
    if claims["exp"] - min(claims["iat"], moment) > longest + LEEWAY_SECONDS:
        words = "an hour" if longest == LONGEST_SECONDS else f"{longest} seconds"
        raise Refusal(f"The JWT is valid for more than {words}.", error="invalid_client")


def check_audience(claims: Claims, accepted: set[str]) -> None:
    audience = claims.get("aud")
    names = audience if isinstance(audience, list) else [audience]
    if not accepted.intersection(name for name in names if isinstance(name, str)):
        raise Refusal(f"aud must be {' or '.join(sorted(accepted))}, not {audience!r}.", error="invalid_client")


def check_same(claims: Claims, name: str, expected: str) -> None:
    if claims.get(name) != expected:
        raise Refusal(f"{name} must be {expected!r}, not {claims.get(name)!r}.", error="invalid_client")


def check_nonce(claims: Claims, store: Store) -> None:
    """Last of all, so that a refused answer can be corrected; and before anything is written."""
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonce:
        raise Refusal("The answer has no nonce.")
    if not store.use_once("nonce", nonce):
        raise Refusal("This answer came already (its nonce was used). Nothing was done twice.")
