"""What the equipment check of a browser reported, taken with care: it is the learner's computer that says it. Pure."""

import json
from typing import Any

from lti_proctor.exams.addons import Addon
from lti_proctor.exams.config import ExamConfig

FINE = "fine"
PROBLEM_MAX = 60
DETAIL_MAX = 160
#: Megabytes that have to be free on a learner's computer while its line is away: for spans, and for recordings.
ROOM_MB, ROOM_TO_RECORD_MB = 20, 300


def room_needed(config: ExamConfig) -> int:
    """In megabytes."""
    return ROOM_TO_RECORD_MB if Addon.record in config.addons else ROOM_MB


def read_findings(text: str, config: ExamConfig) -> tuple[dict[str, Any], bool]:
    """Findings by check, cut to what we know, and whether every wanted check is fine."""
    try:
        given = json.loads(text[:10_000]) if text else {}
    except (ValueError, RecursionError):
        given = {}
    given = given if isinstance(given, dict) else {}
    findings = {check: _finding(given.get(check)) for check in config.checks}
    return findings, all(finding["result"] == FINE for finding in findings.values())


def _finding(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {"result": "not_checked", "detail": ""}
    return {
        "result": _cut(value.get("result"), PROBLEM_MAX) or "not_checked",
        "detail": _cut(value.get("detail"), DETAIL_MAX),
    }


def _cut(value: object, limit: int) -> str:
    return "".join(c for c in value if c.isprintable())[:limit] if isinstance(value, str) else ""
