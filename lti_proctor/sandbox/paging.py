"""Pages of a container: `limit` and `from` in, a Link header out (RFC 8288)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import request

from lti_proctor.sandbox.refusal import Refusal

Entry = TypeVar("Entry")


def _whole_number(name: str, smallest: int) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < smallest:
        raise Refusal(f"{name} must be a whole number from {smallest} up, not {text!r}.")
    return int(text)


def page_of(
    entries: Sequence[Entry], page_size: int, address: Callable[..., str], filters: Sequence[str]
) -> tuple[list[Entry], dict[str, str]]:
    """One page and its headers; the address of the next page repeats the filters."""
    limit = min(_whole_number("limit", 1) or page_size, page_size)
    start = _whole_number("from", 0) or 0
    following = start + limit
    headers = {}
    if following < len(entries):
        query = {name: request.args[name] for name in filters if name in request.args}
        headers["Link"] = f'<{address(**query, limit=str(limit), **{"from": str(following)})}>; rel="next"'
    return list(entries[start:following]), headers
