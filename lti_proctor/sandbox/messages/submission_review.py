"""LtiSubmissionReviewRequest: somebody looks at what a learner handed in, from a cell of the gradebook."""

from typing import Any

from lti_proctor.sandbox.addresses import lineitem_url
from lti_proctor.sandbox.context import Sandbox
from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.links import Column, Link, find_column, find_link
from lti_proctor.sandbox.messages.common import common_claims, custom_claim, resource_claim, service_claims
from lti_proctor.sandbox.messages.start import Start
from lti_proctor.sandbox.people import person_claims
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.vocabulary import AGS_CLAIM, LTI
from lti_proctor.sandbox.world import Person, find_person, get_person


def get_reviewable(platform: Sandbox, viewer: Person, number: int | None, person_id: str | None) -> Column:
    """The column whose work of this person the viewer may see; learners see only their own."""
    column = find_column(platform.store, number or 0)
    learner = find_person(person_id)
    if not viewer.may_teach and person_id != viewer.id:
        raise Refusal("You see only your own grades.", status=403, error="forbidden")
    if column is None or learner is None or not learner.is_learner:
        raise Refusal("This column or this learner does not exist (any more).", status=404, error="not_found")
    return column


def _review(column: Column) -> dict[str, Any]:
    review: dict[str, Any] = column.fields.get("submissionReview", {})
    return review


def review_target(platform: Sandbox, column: Column) -> str:
    """The address of the column's own review, otherwise the activity's."""
    link = find_link(platform.store, column.link_id)
    return str(_review(column).get("url") or (link.url if link else platform.registration.target_url))


def submission_review_claims(platform: Sandbox, start: Start) -> Claims:
    column = get_reviewable(platform, start.person, start.column, start.about)
    learner = get_person(start.about)
    link = find_link(platform.store, column.link_id)
    return {
        **common_claims(platform, start, review_target(platform, column)),
        **({} if link is None else resource_claim(link)),
        **_services(platform, link, column),
        LTI + "for_user": {"user_id": learner.id, **person_claims(learner, platform.settings, platform.registration)},
        **custom_claim(
            platform, start, link, ({} if link is None else link.custom) | _review(column).get("custom", {})
        ),
    }


def _services(platform: Sandbox, link: Link | None, column: Column) -> Claims:
    """The column is always named here, also where the activity has several."""
    claims = service_claims(platform, link, column.course_id)
    if AGS_CLAIM in claims:
        claims[AGS_CLAIM]["lineitem"] = lineitem_url(platform.config.base_url, column)
    return claims
