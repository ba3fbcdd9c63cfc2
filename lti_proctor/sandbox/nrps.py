"""Names and Role Provisioning Services 2.0: who is in the course."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.addresses import check_course, memberships_url
from lti_proctor.sandbox.config import RESOURCE_LINK
from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.custom import filled_in
from lti_proctor.sandbox.links import Link, find_link
from lti_proctor.sandbox.media import answer_json, check_accept
from lti_proctor.sandbox.oauth import check_token
from lti_proctor.sandbox.paging import page_of
from lti_proctor.sandbox.people import person_claims
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.vocabulary import LTI, ROLE, ROSTER_SCOPE, ROSTER_TYPE
from lti_proctor.sandbox.world import COURSE, MEMBERS, Person

bp = Blueprint("nrps", __name__)


def _has_role(person: Person, role: str) -> bool:
    """`role` may be the whole URI or, for the roles of a course, only its last word."""
    return role in person.roles or f"{ROLE}membership#{role}" in person.roles


def _member(person: Person, link: Link | None) -> dict[str, Any]:
    settings = sandbox().settings
    member: dict[str, Any] = {
        "user_id": person.id,
        "status": "Inactive" if person.id in settings.inactive else "Active",
        "roles": list(person.roles),
        "lis_person_sourcedid": f"SIS-{person.username}",
        **person_claims(person, settings),
    }
    if link is not None:
        message: dict[str, Any] = {LTI + "message_type": RESOURCE_LINK}
        custom = filled_in(link.custom, link, person)
        member["message"] = [message | ({LTI + "custom": custom} if custom else {})]
    return member


def _asked_link() -> Link | None:
    if "rlid" not in request.args:
        return None
    link = find_link(sandbox().store, request.args["rlid"])
    if link is None:
        raise Refusal("rlid names no resource link of this course.", status=404, error="not_found")
    return link


@bp.get("/nrps/<course_id>/memberships")
def list_members(course_id: str) -> ResponseReturnValue:
    check_token(ROSTER_SCOPE)
    check_course(course_id)
    check_accept(ROSTER_TYPE)
    platform = sandbox()
    role = request.args.get("role")
    link = _asked_link()
    people = [person for person in MEMBERS if role is None or _has_role(person, role)]
    base = platform.config.base_url
    page, headers = page_of(
        people, platform.settings.page_size, lambda **query: memberships_url(base, **query), ("role", "rlid")
    )
    roster = {
        "id": memberships_url(base),
        "context": {"id": COURSE.id, "label": COURSE.label, "title": COURSE.title},
        "members": [_member(person, link) for person in page],
    }
    return answer_json(roster, ROSTER_TYPE, headers=headers)
