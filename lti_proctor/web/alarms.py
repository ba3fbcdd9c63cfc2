"""False alarms for pages."""

from collections.abc import Collection
from typing import Any

from lti_proctor.review.alarms import FEWEST, alarms_of
from lti_proctor.web import words


def alarm_values(exam_ids: Collection[int] | None) -> dict[str, Any]:
    """For `shared/_alarms.html`: of these exams, or of the whole site."""
    return {"alarms": alarms_of(exam_ids), "fewest": FEWEST, "metric_names": words.METRICS}
