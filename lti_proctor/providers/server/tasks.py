"""Delivers to sites from the outbox: that a learner is ready, and what became of an attempt."""

from flask_babel import force_locale
from sqlalchemy import select

from lti_proctor import outbox
from lti_proctor.attempts import sites
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Upstream
from lti_proctor.extensions import current_settings, db
from lti_proctor.monitoring.service import flags_of
from lti_proctor.outbox import Effect, State
from lti_proctor.providers.server import calls, people, reviews, words
from lti_proctor.providers.server.clients import client_of
from lti_proctor.providers.server.models import ProviderClient
from lti_proctor.review.models import Conclusion
from lti_proctor.review.service import conclusions_of

PATH = "/api/edx_proctoring/v1/proctored_exam/attempt"


@outbox.handles(sites.READY)
def tell_ready(effect: Effect) -> None:
    """Of a learner who has gone on meanwhile the site hears all the same: what comes late changes nothing there."""
    attempt, client = _found(effect)
    calls.call(client, f"{PATH}/{attempt.identifier}/ready", {"status": "ready"})


@outbox.handles(sites.REVIEWED)
def tell_review(effect: Effect) -> None:
    attempt, client = _found(effect)
    body = reviews.payload(_told(effect, attempt, client))
    calls.call(client, f"{PATH}/{attempt.identifier}/reviewed", body)


def _found(effect: Effect) -> tuple[Attempt, ProviderClient]:
    """Raises `Upstream("gone")` where the site took the attempt back, or was removed here."""
    attempt = db.session.get(Attempt, effect.payload["attempt"])
    client = client_of(attempt) if attempt is not None else None
    if attempt is None or client is None:
        raise Upstream("gone", permanent=True)
    if not client.is_active:
        raise Upstream("site_inactive", permanent=False)
    return attempt, client


def _told(effect: Effect, attempt: Attempt, client: ProviderClient) -> reviews.Told:
    """Sites add the comments of each review to those they have, so what was noticed is told once."""
    status, settings = Status(effect.payload["status"]), current_settings()
    is_judged = status in {Status.verified, Status.rejected}
    verdict = next(iter(conclusions_of(attempt)), None) if is_judged else None
    reviewer = verdict.reviewer_id if verdict is not None else None
    page = f"{settings.base_url}/exams/{attempt.exam_id}/attempts/{attempt.id}"
    with force_locale(settings.default_locale):
        return reviews.Told(
            status=status,
            started_at=attempt.started_at,
            said=_said(verdict),
            noticed=() if _was_told(effect) else _noticed(attempt),
            email=people.email_at(client, reviewer) if reviewer is not None else "",
            link=page if client.sends_review_link else "",
        )


def _said(verdict: Conclusion | None) -> str:
    if verdict is None or verdict.reason is None:
        return ""
    return ". ".join(filter(None, (str(words.REASONS[verdict.reason]), verdict.comment)))


def _noticed(attempt: Attempt) -> list[reviews.Noticed]:
    return [reviews.Noticed(str(words.METRICS[f.metric]), f.starts_at, f.ends_at) for f in flags_of(attempt)]


def _was_told(effect: Effect) -> bool:
    earlier = (Effect.lane == effect.lane, Effect.kind == sites.REVIEWED, Effect.state == State.done)
    told = select(Effect.payload).where(*earlier, Effect.id < effect.id)
    with_comments = {Status.rejected.value, Status.second_review_required.value}
    return any(payload["status"] in with_comments for payload in db.session.scalars(told))
