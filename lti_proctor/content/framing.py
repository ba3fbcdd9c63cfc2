"""Whether a page lets itself be shown inside another one, by the headers of its answer. Pure.

`frame-ancestors` of Content Security Policy 3 wins over the older `X-Frame-Options` (RFC 7034) where both are there.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


def refuses_framing(headers: Mapping[str, str], page: str, ours: str) -> bool:
    """`headers` with lower-case names, `page` the address that sent them, `ours` the origin that would frame it."""
    rules = _ancestors(headers.get("content-security-policy", ""))
    if rules:
        return not all(any(_matches(source, page, ours) for source in sources) for sources in rules)
    options = {value.strip().lower() for value in headers.get("x-frame-options", "").split(",")} - {""}
    if "deny" in options or len(options) > 1:
        return True
    return "sameorigin" in options and _parts(page) != _parts(ours)


def _ancestors(policies: str) -> list[list[str]]:
    """The sources of each policy that says who may frame; several policies all hold."""
    directives = [part.split() for policy in policies.split(",") for part in policy.split(";")]
    return [words[1:] for words in directives if words and words[0].lower() == "frame-ancestors"]


def _matches(source: str, page: str, ours: str) -> bool:
    source = source.lower()
    if source == "'self'":
        return _parts(page) == _parts(ours)
    scheme, host, port = _parts(ours)
    if source in {"*", f"{scheme}:"}:
        return True
    wanted, mark, rest = source.rpartition("://")
    if mark and wanted != scheme and (wanted, scheme) != ("http", "https"):
        return False
    name, colon, number = rest.split("/")[0].rpartition(":")
    name, number = (name, number) if colon else (rest.split("/")[0], "")
    if number not in {"", "*", str(port)} or (not number and port != DEFAULT_PORTS[scheme]):
        return False
    return host.endswith(name[1:]) if name.startswith("*.") else host == name


def _parts(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
