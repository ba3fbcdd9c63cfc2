"""The next page of a list that a platform sends in parts: reading Link headers (RFC 8288), going no wrong way. Pure."""

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import TypeVar
from urllib.parse import urljoin

from lti_proctor.addresses import origin_of

MOST_PAGES = 200
HEADER_MAX = 8000
LINK = re.compile(r'<([^<>]*)>((?:"(?:[^"\\]|\\.)*"|[^<"])*)')
PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;,]*)')
#: Words of `rel`; whatever quotes stand around them, also curly ones in a wrong encoding.
RELATION = re.compile(r"[a-z0-9][a-z0-9.:/_-]*")
Page = TypeVar("Page")
Ask = Callable[[str], tuple[Mapping[str, str], Page]]


def walk(first: str, ask: Ask[Page]) -> tuple[list[Page], str | None]:
    """All pages of a list, and why they are not all: None when they are.

    `ask` gets an address and returns the headers (lower-case names) and what it read. The way ends where the token must
    not go, at another origin ("elsewhere"), and at a link that leads in a circle or on and on ("endless").
    """
    pages: list[Page] = []
    seen: set[str] = set()
    url: str | None = first
    while url is not None:
        if origin_of(url) != origin_of(first):
            return pages, "elsewhere"
        if url in seen or len(seen) >= MOST_PAGES:
            return pages, "endless"
        seen.add(url)
        headers, page = ask(url)
        pages.append(page)
        url = next_page(headers.get("link", ""), url)
    return pages, None


def next_page(header: str, base: str) -> str | None:
    """The address of the next page in a Link header, as given; relative ones count from `base`."""
    for address, rest in LINK.findall(header[:HEADER_MAX]):
        relation = next((value for name, value in PARAMETER.findall(rest) if name.lower() == "rel"), "")
        if "next" in RELATION.findall(relation.lower()):
            # Some platforms escape the header as if it were a page.
            return _joined(base, unescape(address.strip()) if "&amp;" in address else address.strip())
    return None


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        # It has no origin, so nobody follows it.
        return address
