"""Reading web addresses that others sent, which may be anything. Pure."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

HOST = re.compile(r"\w([\w.-]*\w)?|[0-9A-Fa-f:.]+")


@lru_cache(maxsize=4096)
def web_address(url: object) -> SplitResult | None:
    """The parts of an absolute http(s) address with a plain host name and a possible port; None for anything else."""
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not HOST.fullmatch(parts.hostname):
        return None
    return parts


def origin_of(url: object) -> str | None:
    """Scheme, host and port of an address; None where it has none."""
    parts = web_address(url)
    if parts is None:
        return None
    try:
        name = str(parts.hostname).encode("idna").decode()
    except UnicodeError:
        return None
    host = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}"
