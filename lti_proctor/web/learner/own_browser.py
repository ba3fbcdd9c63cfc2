"""Providers whose software opens a browser of its own: while the exam runs, only that one shows it."""

import structlog
from flask import request

from lti_proctor.attempts.engines import is_outside
from lti_proctor.attempts.models import Attempt
from lti_proctor.providers import service as providers
from lti_proctor.providers.facts import attempt_facts
from lti_proctor.web import own_cookies

log = structlog.get_logger()


def is_shut_out(found: Attempt) -> bool:
    """Whether this browser must not show the running exam. A plugin that breaks here shuts nobody out: the exam counts
    more, and what the provider saw or did not see is in its review.
    """
    plugin = providers.usable(found.provider) if found.provider and is_outside(found) else None
    known = providers.known_attempt(found) if plugin else None
    if plugin is None or known is None:
        return False
    try:
        return plugin.blocks_content(attempt_facts(known, None), own_cookies.read_all(request, plugin))
    except Exception:
        log.exception("provider.broke", method="blocks_content")
        return False
