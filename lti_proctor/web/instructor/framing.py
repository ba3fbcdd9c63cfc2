"""A look at the address of an exam when it is saved: whether it lets itself be shown inside the exam window.

A hint, never more: from the server's place the page may look different, and saving must not hang on it.
"""

from urllib.parse import urljoin

from flask import flash
from flask_babel import gettext as _

from lti_proctor import outside
from lti_proctor.content import codes
from lti_proctor.content.framing import refuses_framing
from lti_proctor.errors import Upstream
from lti_proctor.exams.config import Delivery, ExamConfig
from lti_proctor.web.sessions import settings

SECONDS = 3.0
HOPS = 3
ENOUGH = 10_000


def advise(config: ExamConfig) -> None:
    """Tell the author on the next page when a window of its own would be the better way."""
    if config.delivery != Delivery.framed or not config.url:
        return
    if _refuses(codes.with_code(config.url, "")):
        flash(
            _(
                "The address of the exam does not let itself be shown inside the exam window: learners would see an "
                "empty page. Choose “in a window of its own” instead."
            ),
            "wait",
        )


def _refuses(url: str) -> bool:
    """Follow a few redirects, as quizzes often lead to a sign-in page; what stays unknown is no reason to speak."""
    for _hop in range(HOPS):
        try:
            answer = outside.request("GET", url, timeout=SECONDS, max_bytes=ENOUGH, cut=True)
        except Upstream:
            return False
        onward = answer.headers.get("location")
        if answer.status not in {301, 302, 303, 307, 308} or not onward:
            return answer.status < 400 and refuses_framing(answer.headers, url, settings().base_url)
        url = urljoin(url, onward)
    return False
