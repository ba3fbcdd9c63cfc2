"""Custom parameters: variables of the standard are filled in at launch (LTI 1.3, appendix on custom properties)."""

from collections.abc import Mapping

from lti_proctor.sandbox.links import Link
from lti_proctor.sandbox.world import COURSE, PEOPLE, Person


def _values(link: Link | None, person: Person) -> dict[str, str | None]:
    dates = {} if link is None else link.dates
    available, submission = dates.get("available", {}), dates.get("submission", {})
    return {
        "$Context.id": COURSE.id,
        "$Context.label": COURSE.label,
        "$Context.title": COURSE.title,
        "$CourseOffering.sourcedId": COURSE.sourced_id,
        "$ResourceLink.id": None if link is None else link.id,
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


def filled_in(custom: Mapping[str, str], link: Link | None, person: Person) -> dict[str, str]:
    """A known variable without a value is left out; an unknown one stays as it is written, as the standard says."""
    values = _values(link, person)
    answers = {name: values.get(text, text) for name, text in custom.items()}
    return {name: text for name, text in answers.items() if text is not None}


def variable_names() -> list[str]:
    return sorted(name.removeprefix("$") for name in _values(None, PEOPLE[0]))
