"""Which page shows an attempt: a table over kind and status. A new status is a row here and a template."""

from collections.abc import Mapping
from itertools import product

from jinja2 import Template

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.addons import Kind

_SHARED: Mapping[Status, str] = {
    Status.created: "created",
    Status.download_software_clicked: "step",
    Status.ready_to_start: "ready_to_start",
    Status.started: "exam",
    Status.paused: "paused",
    Status.ready_to_submit: "ready_to_submit",
    Status.submitted: "submitted",
    Status.second_review_required: "second_review_required",
    Status.verified: "verified",
    Status.rejected: "rejected",
    Status.error: "error",
    Status.declined: "declined",
    Status.expired: "expired",
    Status.onboarding_missing: "onboarding_blocked",
    Status.onboarding_pending: "onboarding_blocked",
    Status.onboarding_failed: "onboarding_blocked",
    Status.onboarding_expired: "onboarding_blocked",
    Status.onboarding_reset: "onboarding_reset",
    Status.timed_out: "timed_out",
}
_OWN: Mapping[tuple[Kind, Status], str] = {
    (Kind.timed, Status.submitted): "timed_submitted",
    (Kind.practice, Status.submitted): "practice_submitted",
    (Kind.practice, Status.error): "practice_error",
    (Kind.onboarding, Status.submitted): "onboarding_submitted",
    (Kind.onboarding, Status.verified): "onboarding_verified",
    (Kind.onboarding, Status.rejected): "onboarding_rejected",
}
PAGE: Mapping[tuple[Kind, Status], str] = {
    (kind, status): _OWN.get((kind, status), _SHARED[status]) for kind, status in product(Kind, Status)
}


def templates_for(kind: Kind, status: Status, provider: str, *, is_appealed: bool = False) -> list[str | Template]:
    """Where to look for the page: the provider's own first, then ours. A second review that the learner asked for has
    a page of its own.
    """
    return own_first(provider, "appealed" if is_appealed else PAGE[(kind, status)])


def own_first(provider: str, page: str) -> list[str | Template]:
    """A provider may have a page of its own, which may extend ours (docs/adding-a-provider.md)."""
    return [f"providers/{provider}/learner/{page}.html", f"learner/{page}.html"]
