"""Names and Role Provisioning Services 2.0: who is in the course."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.addresses import memberships_url
from lti_proctor.sandbox.config import RESOURCE_LINK
from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.courses import get_course
from lti_proctor.sandbox.custom import filled_in
from lti_proctor.sandbox.links import Link, find_link
from lti_proctor.sandbox.media import answer_json, check_accept
from lti_proctor.sandbox.oauth import check_token
from lti_proctor.sandbox.paging import page_of
from lti_proctor.sandbox.people import person_claims
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.vocabulary import LTI, ROLE, ROSTER_SCOPE, ROSTER_TYPE
from lti_proctor.sandbox.world import MEMBERS, Course, Person

bp = Blueprint("nrps", __name__)


def _has_role(person: Person, role: str) -> bool:
    """`role` may be the whole URI or, for the roles of a course, only its last word."""
    return role in person.roles or f"{ROLE}membership#{role}" in person.roles


def _member(person: Person, link: Link | None, course: Course) -> dict[str, Any]:
    settings = sandbox().settings
    member: dict[str, Any] = {
        "user_id": person.id,
        "status": "Inactive" if person.id in settings.inactive else "Active",
        "roles": list(person.roles),
        "lis_person_sourcedid": f"SIS-{person.username}",
        **person_claims(person, settings, sandbox().registration),
    }
    if link is not None:
        message: dict[str, Any] = {LTI + "message_type": RESOURCE_LINK}
        custom = filled_in(link.custom, link, person, course)
        member["message"] = [message | ({LTI + "custom": custom} if custom else {})]
    return member


def _asked_link(course: Course) -> Link | None:
    if "rlid" not in request.args:
        return None
    link = find_link(sandbox().store, request.args["rlid"])
    if link is None or link.course_id != course.id:
        raise Refusal("rlid names no resource link of this course.", status=404, error="not_found")
    return link


@bp.get("/nrps/<course_id>/memberships")
def list_members(course_id: str) -> ResponseReturnValue:
    check_token(ROSTER_SCOPE)
    platform = sandbox()
    course = get_course(platform.store, course_id)
    check_accept(ROSTER_TYPE)
    role = request.args.get("role")
    link = _asked_link(course)
    people = [person for person in MEMBERS if role is None or _has_role(person, role)]
    base = platform.config.base_url
    page, headers = page_of(
        people,
        platform.settings.page_size,
        lambda **query: memberships_url(base, course.id, **query),
        ("role", "rlid"),
    )
    roster = {
        "id": memberships_url(base, course.id),
        "context": {"id": course.id, "label": course.label, "title": course.title},
        "members": [_member(person, link, course) for person in page],
    }
    return answer_json(roster, ROSTER_TYPE, headers=headers)
