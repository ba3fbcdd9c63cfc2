"""What a deep-linking response may hold (Deep Linking 2.0, section 4)."""

from typing import Any
from urllib.parse import urlsplit

from lti_proctor.sandbox.columns import read_fields
from lti_proctor.sandbox.links import NewColumn, NewLink
from lti_proctor.sandbox.moments import check_moment
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.scores import read_number
from lti_proctor.sandbox.settings import Settings

PERIODS = ("available", "submission")


def read_items(items: object, settings: Settings, tool_origin: str, default_url: str) -> list[NewLink]:
    """All of them or none: one wrong item refuses the whole answer."""
    if not isinstance(items, list):
        raise Refusal("content_items must be a list.")
    if len(items) > 1 and not settings.accept_multiple:
        raise Refusal(f"Only one item may come back (accept_multiple is false), not {len(items)}.")
    return [
        _read_item(item, f"Item {place}", settings, tool_origin, default_url) for place, item in enumerate(items, 1)
    ]


def _read_item(item: object, where: str, settings: Settings, tool_origin: str, default_url: str) -> NewLink:
    if not isinstance(item, dict):
        raise Refusal(f"{where} must be an object.")
    if item.get("type") != "ltiResourceLink":
        raise Refusal(f"{where}: the type {item.get('type')!r} was not asked for, only 'ltiResourceLink'.")
    title = _text(item, "title", where) or "Untitled activity"
    return NewLink(
        title=title,
        url=_url(item, where, tool_origin) or default_url,
        text=_text(item, "text", where),
        custom=_custom(item, where),
        dates={name: _period(item[name], f"{where}: {name}") for name in PERIODS if item.get(name) is not None},
        columns=_columns(item, title, where, settings),
    )


def _text(item: dict[str, Any], name: str, where: str) -> str:
    value = item.get(name)
    if value is not None and not isinstance(value, str):
        raise Refusal(f"{where}: {name} must be a text.")
    return (value or "").strip()


def _url(item: dict[str, Any], where: str, tool_origin: str) -> str:
    url = _text(item, "url", where)
    parts = urlsplit(url)
    if url and f"{parts.scheme}://{parts.netloc}" != tool_origin:
        raise Refusal(f"{where}: url {url!r} is not an address of the tool ({tool_origin}).")
    return url


def _custom(item: dict[str, Any], where: str) -> dict[str, str]:
    custom = item.get("custom")
    if custom is None:
        return {}
    if not isinstance(custom, dict) or not all(isinstance(value, str) for value in custom.values()):
        raise Refusal(f"{where}: custom must be an object whose values are all texts.")
    return custom


def _period(period: object, where: str) -> dict[str, str]:
    if not isinstance(period, dict):
        raise Refusal(f"{where} must be an object.")
    names = [name for name in ("startDateTime", "endDateTime") if period.get(name) is not None]
    return {name: check_moment(period[name], f"{where}.{name}") for name in names}


def _columns(item: dict[str, Any], title: str, where: str, settings: Settings) -> tuple[NewColumn, ...]:
    column = item.get("lineItem")
    if column is None:
        return ()
    if not settings.accept_lineitem:
        raise Refusal(f"{where}: a lineItem was not asked for (accept_lineitem is false).")
    if not isinstance(column, dict):
        raise Refusal(f"{where}: lineItem must be an object.")
    maximum = read_number(column.get("scoreMaximum"), f"{where}: lineItem.scoreMaximum", over_zero=True)
    label = _text(column, "label", f"{where}: lineItem") or title
    return (NewColumn(label, maximum, None, read_fields(column, f"{where}: lineItem.")),)
