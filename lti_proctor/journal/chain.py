"""How entries are chained. Pure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

START = b""


def canonical(chain: str, place: int, at: datetime, actor: str, action: str, data: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed: JSON with sorted keys, no blanks, UTF-8; the moment in UTC with microseconds."""
    body = {"chain": chain, "place": place, "at": moment(at), "actor": actor, "action": action, "data": data}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def link(before: bytes, entry: bytes) -> bytes:
    return hashlib.sha256(before + entry).digest()
