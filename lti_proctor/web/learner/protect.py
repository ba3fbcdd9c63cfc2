"""What the exam window protects, when it is locked, and its calculator, for the page's script."""

from typing import Any

from flask_babel import gettext as _

from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.addons import Addon
from lti_proctor.exams.config import Delivery, ExamConfig
from lti_proctor.exams.protections import Protection
from lti_proctor.web.warning_words import MENDABLE
from lti_proctor.web.words import Text

#: Seconds that a violation lasts before it locks, and seconds without any before the exam opens (guide, section 4.4).
LOCK_AFTER, LOCK_RELEASE = 20, 10
#: Without questions in this window there is nothing to cover.
OF_QUESTIONS = frozenset({Protection.cover, Protection.devtools})


def acting(attempt: Attempt, config: ExamConfig, content: str) -> dict[str, Any]:
    """What acts on this learner: names of protections, `lock` in seconds or None. `config` is without what the learner
    is spared (`attempts.service.config_of`).
    """
    addons = config.addons
    on = config.protections if Addon.content in addons else frozenset()
    shows_questions = bool(content) and config.delivery != Delivery.window and attempt.assessment is None
    locks = shows_questions and {Addon.lock, Addon.track} <= addons
    return {
        "protections": sorted(on if shows_questions else on - OF_QUESTIONS),
        "lock": {"after": LOCK_AFTER, "release": LOCK_RELEASE} if locks else None,
    }


def protect_values(attempt: Attempt, config: ExamConfig, content: str) -> dict[str, Any]:
    """The page's `protect`: what acts, whether there is a calculator, words."""
    return {
        "protect": {
            **acting(attempt, config, content),
            "calculator": Addon.calculator in config.addons,
            "texts": {
                "covers": _covers(),
                "stopped": _stopped(),
                "lock": _lock(),
                "calculator": {
                    "zero": _("Nothing can be divided by zero"),
                    "long": _("The number is too long"),
                    "memory": _("Memory: {number}"),
                },
            },
        }
    }


def _said(what: Text, todo: Text = "") -> dict[str, str]:
    return {"what": str(what), "todo": str(todo)}


def _covers() -> dict[str, dict[str, str]]:
    return {
        Protection.cover: _said(
            _("The exam is covered while another window is in front."),
            _("Click here or come back to this window, and it is shown again. The time goes on."),
        ),
        Protection.devtools: _said(
            _("The exam is covered while the developer tools are open."),
            _("Close them, and it is shown again. Nothing is lost, and the time goes on."),
        ),
    }


def _stopped() -> dict[str, dict[str, str]]:
    fields = _("In the fields of the exam everything works as ever.")
    return {
        Protection.menu: _said(_("The menu is off in this exam."), fields),
        Protection.selection: _said(_("Copying is off in this exam."), fields),
        Protection.print_: _said(_("Printing is off in this exam.")),
        Protection.hotkeys: _said(_("These keys are off in this exam.")),
    }


def _lock() -> dict[str, Any]:
    return {
        "why": {metric.value: _said(*MENDABLE[metric]) for metric in MENDABLE},
        "until": _("The exam opens again by itself {seconds} seconds after this has stopped."),
        "soon": _("This has stopped. The exam opens again by itself in {seconds} seconds."),
        "seconds": _("{seconds} s"),
        "opened": _("The exam is open again."),
    }
