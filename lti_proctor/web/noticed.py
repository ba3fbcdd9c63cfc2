"""What was noticed in an attempt, for pages: the averages table, the minutes, the flags."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.addons import Metric
from lti_proctor.monitoring import scoring, service
from lti_proctor.monitoring.scoring import Minutes, Weights
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
        "minutes": _minutes(minutes, sorted(weights), weights) if minutes else [],
        "minute_metrics": sorted(weights),
        "flags": service.flags_of(attempt) if minutes else [],
        "metric_names": words.METRICS,
    }


def _minutes(seen: Minutes, metrics: list[Metric], weights: Weights) -> list[tuple[int, list[Decimal | None]]]:
    """A row for each minute in which something could be told, from 1; the values as they are shown, None for a dash."""
    rows = []
    for minute in sorted({minute for minute, _metric in seen if minute < SHOWN}):
        found = [seen.get((minute, metric), scoring.NOTHING) for metric in metrics]
        shown = [scoring.shown(one.share, weights[metric]) for metric, one in zip(metrics, found, strict=True)]
        rows.append((minute + 1, shown))
    return rows
