"""What a tool may say about a person whom it identified itself (Proctoring Services 1.0, verified_user)."""

from typing import Any
from urllib.parse import urlsplit

from lti_proctor.sandbox.refusal import Refusal

TEXTS = ("given_name", "family_name", "middle_name", "name", "full_name", "email", "picture", "locale", "nickname")
NOT_ALLOWED = ("iss", "sub")


def read_verified_user(value: object, platform_url: str) -> dict[str, Any] | None:
    """Nothing is said when the claim is absent; an empty object is not the same, but allowed."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Refusal("verified_user must be an object.")
    for name in NOT_ALLOWED:
        if name in value:
            raise Refusal(f"verified_user must not hold {name}: the platform knows who it sent.")
    for name in TEXTS:
        if name in value and not isinstance(value[name], str):
            raise Refusal(f"verified_user.{name} must be a text, not {value[name]!r}.")
    if "picture" in value:
        _check_picture(value["picture"], platform_url)
    return value


def _check_picture(address: str, platform_url: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refusal(f"verified_user.picture must be an absolute http(s) address, not {address!r}.")
    if parts.netloc == urlsplit(platform_url).netloc:
        raise Refusal("verified_user.picture must be one that the tool took, not the platform's own.")
