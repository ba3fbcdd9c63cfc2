"""How the questions reach the learner: in a frame or in a window of their own, and what goes along."""

import json
import uuid
from typing import Any
from urllib.parse import urlencode

from lti_proctor.addresses import origin_of
from lti_proctor.attempts.models import Attempt
from lti_proctor.content import codes
from lti_proctor.content.records import activity_of
from lti_proctor.content.service import package_of
from lti_proctor.exams.addons import Addon
from lti_proctor.exams.config import CODE_MARK, Delivery, ExamConfig
from lti_proctor.web import headers
from lti_proctor.web.content.addresses import address_for, home
from lti_proctor.web.content.views import SANDBOX
from lti_proctor.web.sessions import settings
from lti_proctor.web.xapi.tokens import token_for


def delivery_values(attempt: Attempt, config: ExamConfig) -> dict[str, Any]:
    """What the page shows of the questions. `content` is empty where there is nothing to show yet."""
    content = content_address(attempt, config)
    if config.delivery != Delivery.window:
        headers.allow_content_from(content)
    asks_for_code = config.delivery == Delivery.framed and bool(config.code) and CODE_MARK not in config.url
    return {
        "content": content,
        "frame_sandbox": _sandbox(config),
        "content_origin": origin_of(content) if content and asks_for_code else None,
    }


def content_address(attempt: Attempt, config: ExamConfig) -> str:
    """The address of the exam itself; with `xapi` the way to report the grade goes along, without any name.

    A quiz in a window of its own gets its address as it is: it belongs to another system.
    """
    if config.delivery == Delivery.window:
        return config.url
    address = (
        _hosted(attempt, config) if config.delivery == Delivery.hosted else codes.with_code(config.url, config.code)
    )
    if not address or Addon.xapi not in config.addons:
        return address
    place, mark, fragment = address.partition("#")
    return f"{place}{'&' if '?' in place else '?'}{urlencode(_launch(attempt))}{mark}{fragment}"


def _hosted(attempt: Attempt, config: ExamConfig) -> str:
    package = package_of(config)
    return address_for(attempt, package) if package else ""


def _launch(attempt: Attempt) -> dict[str, str]:
    """The parameters with which xAPI content is opened."""
    tool = settings().base_url
    actor = {"objectType": "Agent", "account": {"homePage": tool, "name": attempt.identifier}}
    return {
        "endpoint": f"{tool}/xapi/",
        "auth": token_for(attempt),
        "actor": json.dumps(actor),
        "registration": str(uuid.uuid5(uuid.NAMESPACE_URL, f"attempt:{attempt.identifier}")),
        "activity_id": activity_of(attempt),
    }


def _sandbox(config: ExamConfig) -> str:
    """Pages from elsewhere keep their origin; files of ours have none, unless they are served from one of their own."""
    is_shut_in = config.delivery == Delivery.hosted and home() == settings().base_url
    return SANDBOX if is_shut_in else f"{SANDBOX} allow-same-origin"
