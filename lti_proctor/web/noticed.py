"""What was noticed in an attempt, for pages: the averages table, the minutes, the flags."""

from datetime import datetime
from typing import Any

from lti_proctor.attempts.models import Attempt
from lti_proctor.monitoring import scoring, service
from lti_proctor.web import words

#: Minutes of a drawing; longer attempts are drawn by their last hours.
SHOWN = 360


def noticed_values(attempt: Attempt, now: datetime) -> dict[str, Any]:
    """For `shared/_noticed.html`; empty lists where the exam watches nothing or nothing has come."""
    weights = service.weights_of(attempt)
    minutes = service.minutes_of(attempt) if weights else {}
    last = min(int(service.duration(attempt, now) // 60), SHOWN)
    heat = [scoring.heat(minutes, weights, minute) for minute in range(last + 1)] if minutes else []
    return {
        "averages": service.averages_of(attempt, now) if minutes else [],
        "heat": heat,
        "flags": service.flags_of(attempt) if minutes else [],
        "metric_names": words.METRICS,
    }
