"""What the page of a shared report shows: the data of the report in words."""

from typing import Any

from lti_proctor.report.data import Report
from lti_proctor.report.models import ReportLink
from lti_proctor.web import history_words, words


def shared_values(report: Report, link: ReportLink) -> dict[str, Any]:
    """For `report/shared.html`."""
    return {
        "report": report,
        "link": link,
        "title": report.exam.title,
        "badge": words.badge_of(report.attempt.status, report.exam.kind),
        "photo_names": words.PHOTOS,
        "metric_names": words.METRICS,
        "reasons": words.REASONS,
        "verdicts": words.VERDICTS,
        "happenings": history_words.EVENTS,
    }
