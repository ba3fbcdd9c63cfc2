"""Custom parameters: variables of the standard are filled in at launch (LTI 1.3, appendix on custom properties)."""

from collections.abc import Mapping
from urllib.parse import quote

from lti_proctor.sandbox.links import Link
from lti_proctor.sandbox.world import FIRST_COURSE, PEOPLE, Course, Person


def _values(link: Link | None, person: Person, course: Course) -> dict[str, str | None]:
    dates = {} if link is None else link.dates
    available, submission = dates.get("available", {}), dates.get("submission", {})
    return {
        "$Context.id": course.id,
        "$Context.id.history": _history(course.ancestors),
        "$Context.label": course.label,
        "$Context.title": course.title,
        "$CourseOffering.sourcedId": course.sourced_id,
        "$ResourceLink.id": None if link is None else link.id,
        "$ResourceLink.id.history": None if link is None else _history(link.ancestors),
        "$ResourceLink.title": None if link is None else link.title,
        "$ResourceLink.description": (None if link is None else link.text) or None,
        "$ResourceLink.available.startDateTime": available.get("startDateTime"),
        "$ResourceLink.available.endDateTime": available.get("endDateTime"),
        "$ResourceLink.submission.startDateTime": submission.get("startDateTime"),
        "$ResourceLink.submission.endDateTime": submission.get("endDateTime"),
        "$User.id": person.id,
        "$User.username": person.username,
        "$Person.sourcedId": f"SIS-{person.username}",
        "$Person.name.full": person.name,
        "$Person.name.given": person.given_name or None,
        "$Person.name.family": person.family_name or None,
        "$Person.email.primary": person.email,
        "$Membership.role": ",".join(person.roles),
    }


def _history(ancestors: tuple[str, ...]) -> str:
    """Comma-separated and URL-encoded, the newest first; empty where nothing was copied."""
    return ",".join(quote(ancestor, safe="") for ancestor in ancestors)


def filled_in(custom: Mapping[str, str], link: Link | None, person: Person, course: Course) -> dict[str, str]:
    """A known variable without a value is left out; an unknown one stays as it is written, as the standard says."""
    values = _values(link, person, course)
    answers = {name: values.get(text, text) for name, text in custom.items()}
    return {name: text for name, text in answers.items() if text is not None}


def variable_names() -> list[str]:
    return sorted(name.removeprefix("$") for name in _values(None, PEOPLE[0], FIRST_COURSE))
