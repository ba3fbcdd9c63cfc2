"""From the role names of a launch to what somebody is in the course. Pure (LTI core 1.3, appendix A.2).

Only context roles count: that somebody teaches or administers elsewhere in the institution grants nothing here, unless
the registration's role map names that very role.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from lti_proctor.errors import Invalid
from lti_proctor.people.roles import Part

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
ROLE_MAX = 255
#: Roles that a registration may decide for itself; more would be a mistake.
MAP_MAX = 100

#: Main role → part; where several come, the strongest counts.
MAIN: dict[str, Part] = {
    "Administrator": Part.instructor,
    "Instructor": Part.instructor,
    "ContentDeveloper": Part.visitor,
    "Learner": Part.learner,
    "Mentor": Part.visitor,
    "Observer": Part.visitor,
    "Manager": Part.visitor,
    "Member": Part.visitor,
    "Officer": Part.visitor,
}
#: Sub-roles that differ from their main role: the main role, the part.
SUB: dict[str, tuple[str, Part]] = {
    "TeachingAssistant": ("Instructor", Part.assistant),
    "TeachingAssistantSection": ("Instructor", Part.assistant),
    "TeachingAssistantSectionAssociation": ("Instructor", Part.assistant),
    "TeachingAssistantOffering": ("Instructor", Part.assistant),
    "TeachingAssistantTemplate": ("Instructor", Part.assistant),
    "TeachingAssistantGroup": ("Instructor", Part.assistant),
    "Grader": ("Instructor", Part.assistant),
    "GuestLearner": ("Learner", Part.learner),
    "NonCreditLearner": ("Learner", Part.learner),
}
STRENGTH = (Part.visitor, Part.learner, Part.assistant, Part.instructor)
PARTS: dict[str, Part] = {part.value: part for part in Part}
NO_MAP: Mapping[str, Any] = {}
#: A short name, or a whole URI or URN.
NAME = re.compile(r"[\w.-]+|[A-Za-z][\w+.-]*:[!-~]+")


class Decided(NamedTuple):
    """What one role gives. `main` is the main role it belongs to, `is_sub` whether it says more than that one."""

    part: Part
    main: str
    is_sub: bool


class Row(NamedTuple):
    """One line of the table that holds for a registration."""

    role: str
    part: Part
    #: What the built-in table says; None for a role that it does not know.
    default: Part | None


def part_of(roles: Collection[str], role_map: Mapping[str, Any] = NO_MAP) -> Part:
    """The strongest part that the roles give; visitor when none gives any.

    A role that the map names counts as the map says, before the built-in table.
    """
    found = [decided for role in roles if (decided := _decide(role, role_map)) is not None]
    # Platforms send a sub-role together with its main role (Instructor#TeachingAssistant and Instructor): the sub-role
    # is what is meant.
    narrowed = {decided.main for decided in found if decided.is_sub}
    parts = [decided.part for decided in found if decided.is_sub or decided.main not in narrowed]
    return max(parts, key=STRENGTH.index, default=Part.visitor)


def table_of(role_map: Mapping[str, Any] = NO_MAP) -> list[Row]:
    """Everything that holds: the built-in table as the map changes it, then what only the map knows."""
    builtin = {**MAIN, **{name: part for name, (_main, part) in SUB.items()}}
    changed = {_canonical(role): part for role in role_map if (part := _mapped(role_map, role)) is not None}
    rows = [Row(role, changed.get(role, part), part) for role, part in builtin.items()]
    return rows + [Row(role, part, None) for role, part in sorted(changed.items()) if role not in builtin]


def checked_map(given: Mapping[str, str]) -> dict[str, str]:
    """A role map as it is kept: context roles by their short names, only what differs from the built-in table.

    Raises `Invalid` with the codes role_name, role_part and role_many.
    """
    if len(given) > MAP_MAX:
        raise Invalid("role_many", most=MAP_MAX)
    kept = {}
    for role, part in given.items():
        name = role_name(role)
        if part not in PARTS:
            raise Invalid("role_part", role=name)
        kept[name] = part
    defaults = {row.role: row.default for row in table_of()}
    return {name: part for name, part in kept.items() if defaults.get(name) != part}


def role_name(role: str) -> str:
    """The name under which a role stands in the table. Raises `Invalid`: role_name."""
    name = _canonical(role.strip())
    if len(name) > ROLE_MAX or not NAME.fullmatch(name):
        raise Invalid("role_name", role=role.strip()[:100])
    return name


def _decide(role: str, role_map: Mapping[str, Any]) -> Decided | None:
    """By what is most precise: the map's word on the role, then the table's on the sub-role, then the main role."""
    name = _context_name(role)
    if name is None:
        part = _mapped(role_map, role)
        return Decided(part, role, is_sub=False) if part is not None else None
    main, sub = name
    if sub:
        part = _mapped(role_map, role, sub, f"{MEMBERSHIP}#{sub}", f"{MEMBERSHIP}/{main}#{sub}")
        if part is not None:
            return Decided(part, main, is_sub=True)
        if sub in SUB:
            return Decided(SUB[sub][1], main, is_sub=True)
    part = _mapped(role_map, role, main, f"{MEMBERSHIP}#{main}") or MAIN.get(main)
    return Decided(part, main, is_sub=False) if part is not None else None


def _mapped(role_map: Mapping[str, Any], *names: str) -> Part | None:
    """What the map says about the first of the names that it knows; what is no part counts as nothing."""
    if not role_map:
        return None
    return next((part for name in names if (part := PARTS.get(str(role_map.get(name)))) is not None), None)


def _context_name(role: str) -> tuple[str, str] | None:
    """Main role and sub-role of a context role in any of its spellings; None for every other role.

    Right are `membership#Learner`, `membership/Instructor#TeachingAssistant` and short names; some platforms send
    `membership#TeachingAssistant`.
    """
    if role.startswith(MEMBERSHIP + "/"):
        main, _, sub = role[len(MEMBERSHIP) + 1 :].partition("#")
        if "/" in main:
            return None
        return (SUB[sub][0], sub) if sub in SUB else (main, sub if sub != main else "")
    name = role.removeprefix(MEMBERSHIP + "#")
    if "/" in name or "#" in name or ":" in name:
        return None
    return (SUB[name][0], name) if name in SUB else (name, "")


def _canonical(role: str) -> str:
    name = _context_name(role)
    return role if name is None else name[1] or name[0]
