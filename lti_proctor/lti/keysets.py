"""The platforms' public keys: kept in the database and in memory, fetched again when they are old or a key is unknown.

A rotated key never locks anyone out (one fetch for an unknown key id), and a launch does not normally fetch.
"""

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import InvalidKeyError
from jwt.algorithms import RSAAlgorithm

from lti_proctor import outside
from lti_proctor.errors import Refused, Upstream
from lti_proctor.extensions import db
from lti_proctor.lti.fields import is_plain
from lti_proctor.lti.known import Known
from lti_proctor.platforms.models import Registration
from lti_proctor.platforms.service import key_set_of
from lti_proctor.settings import Settings

log = structlog.get_logger()
MAX_BYTES = 1_000_000
MAX_KEYS = 100
MIN_BITS = 2048
#: Between two fetches for unknown key ids of one platform, so that forged tokens can't make us hammer it; and after one
#: that failed, so that not every launch of a class waits for a platform that is away.
PAUSE = 5.0


@dataclass
class KeySet:
    """Usable keys by key id, and when they were fetched."""

    keys: dict[str, RSAPublicKey]
    fetched_at: datetime
    url: str
    tried: float = field(default=0.0)
    away_until: float = field(default=0.0)


_sets: dict[int, KeySet] = {}
_lock = threading.Lock()


def key_for(platform: Known, kid: str, *, now: datetime, settings: Settings) -> RSAPublicKey:
    """The public key of a key id.

    Raises `Refused`: `key_set_unreachable` when there is no key set to look into, `token_signature` when the platform
    does not publish such a key.
    """
    keys = _remembered(platform, now)
    fresh = keys is not None and _is_fresh(keys, now, settings)
    if keys is not None and fresh and kid in keys.keys:
        return keys.keys[kid]
    if keys is None or not fresh or time.monotonic() - keys.tried > PAUSE:
        keys = _fetch(platform, keys, now, settings)
    if kid not in keys.keys:
        raise Refused("token_signature")
    return keys.keys[kid]


def _is_fresh(keys: KeySet, now: datetime, settings: Settings) -> bool:
    is_young = now - keys.fetched_at < timedelta(minutes=settings.key_set_minutes)
    return is_young or time.monotonic() < keys.away_until


def _remembered(platform: Known, now: datetime) -> KeySet | None:
    found = _sets.get(platform.id)
    if found is not None and found.url == platform.key_set_url:
        return found
    stored, at = key_set_of(platform.id)
    if stored is None or at is None:
        return None
    return _remember(platform, KeySet(read_keys(stored), min(at, now), platform.key_set_url))


def _fetch(platform: Known, old: KeySet | None, now: datetime, settings: Settings) -> KeySet:
    """Get the key set anew; an old one goes on serving while the platform does not answer."""
    try:
        found = read_keys(_download(platform.key_set_url, settings))
    except Upstream as problem:
        log.warning("key_set.unreachable", platform=platform.id, code=problem.code)
        if old is not None and old.keys:
            old.tried = time.monotonic()
            old.away_until = old.tried + PAUSE
            return old
        raise Refused("key_set_unreachable", reason=problem.code) from problem
    keys = KeySet(found, now, platform.key_set_url, tried=time.monotonic())
    registration = db.session.get(Registration, platform.id)
    if registration is not None and keys.keys:
        registration.key_set, registration.key_set_at = _as_set(found), now
        db.session.commit()
    return _remember(platform, keys)


def _remember(platform: Known, keys: KeySet) -> KeySet:
    with _lock:
        if len(_sets) > 5000:
            _sets.clear()
        _sets[platform.id] = keys
    return keys


def forget() -> None:
    _sets.clear()


def _download(url: str, settings: Settings) -> dict[str, Any]:
    answer = outside.request("GET", url, timeout=settings.key_set_timeout_seconds, max_bytes=MAX_BYTES)
    if answer.status != 200:
        raise Upstream("key_set_status", permanent=False, status=answer.status)
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise Upstream("key_set_unreadable", permanent=False) from error
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        raise Upstream("key_set_unreadable", permanent=False)
    return {"keys": [key for key in found["keys"][:MAX_KEYS] if isinstance(key, dict)]}


def read_keys(key_set: dict[str, Any]) -> dict[str, RSAPublicKey]:
    """RSA signing keys for RS256 by key id; anything else in the set is passed over."""
    found: dict[str, RSAPublicKey] = {}
    for key in key_set.get("keys", []):
        kid = key.get("kid")
        right_use = key.get("use", "sig") == "sig" and key.get("alg", "RS256") == "RS256"
        if not isinstance(kid, str) or not kid or not is_plain(kid) or key.get("kty") != "RSA" or not right_use:
            continue
        try:
            public = RSAAlgorithm.from_jwk({name: key[name] for name in ("kty", "n", "e")})
        except (InvalidKeyError, KeyError, ValueError, TypeError, AttributeError):
            continue
        if isinstance(public, RSAPublicKey) and public.key_size >= MIN_BITS:
            found[kid] = public
    return found


def _as_set(keys: dict[str, RSAPublicKey]) -> dict[str, Any]:
    """What is kept: the public halves of the keys that are used, and nothing else that the platform may have sent."""
    halves = {kid: RSAAlgorithm.to_jwk(key, as_dict=True) for kid, key in keys.items()}
    return {"keys": [{"kty": "RSA", "kid": kid, "n": half["n"], "e": half["e"]} for kid, half in halves.items()]}
