"""From the role names of a launch to what somebody is in the course. Pure (LTI core 1.3, appendix A.2).

Only context roles count: that somebody teaches or administers elsewhere in the institution grants nothing here.
"""

from collections.abc import Collection

from lti_proctor.people.roles import Part

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"

#: Main role → part; where several come, the strongest counts.
MAIN: dict[str, Part] = {
    "Administrator": Part.instructor,
    "Instructor": Part.instructor,
    "ContentDeveloper": Part.visitor,
    "Learner": Part.learner,
    "Mentor": Part.visitor,
    "Manager": Part.visitor,
    "Member": Part.visitor,
    "Officer": Part.visitor,
}
#: Sub-roles that differ from their main role.
SUB: dict[str, Part] = {
    "TeachingAssistant": Part.assistant,
    "TeachingAssistantSection": Part.assistant,
    "TeachingAssistantSectionAssociation": Part.assistant,
    "TeachingAssistantOffering": Part.assistant,
    "TeachingAssistantTemplate": Part.assistant,
    "TeachingAssistantGroup": Part.assistant,
    "Grader": Part.assistant,
    "GuestLearner": Part.learner,
    "NonCreditLearner": Part.learner,
}
STRENGTH = (Part.visitor, Part.learner, Part.assistant, Part.instructor)


def part_of(roles: Collection[str]) -> Part:
    """The strongest part that the roles give; visitor when none gives any."""
    found = [part for role in roles if (part := _part(role)) is not None]
    # A teaching assistant is sent as Instructor#TeachingAssistant together with the plain Instructor role by some.
    if Part.assistant in found and any(_is_assistant(role) for role in roles):
        return Part.assistant
    return max(found, key=STRENGTH.index, default=Part.visitor)


def _part(role: str) -> Part | None:
    """A full context role, one of its sub-roles, or a short name that means a context role."""
    if "/institution/" in role or "/system/" in role:
        return None
    if role.startswith(MEMBERSHIP + "/"):
        main, _, sub = role.removeprefix(MEMBERSHIP + "/").partition("#")
        return SUB.get(sub) or MAIN.get(main)
    name = role.removeprefix(MEMBERSHIP + "#") if role.startswith(MEMBERSHIP + "#") else role
    return None if ("/" in name or "#" in name) else SUB.get(name) or MAIN.get(name)


def _is_assistant(role: str) -> bool:
    return _part(role) == Part.assistant
