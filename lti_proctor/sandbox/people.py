"""What the platform tells a tool about a person."""

from lti_proctor.sandbox.registrations import Registration
from lti_proctor.sandbox.settings import Settings
from lti_proctor.sandbox.world import Person


def person_claims(person: Person, settings: Settings, tool: Registration) -> dict[str, str]:
    """A name part that somebody does not have is absent, not empty; so is what the tool did not ask for."""
    claims: dict[str, str] = {}
    if settings.share_names:
        parts = {"name": person.name, "given_name": person.given_name, "family_name": person.family_name}
        claims |= {name: text for name, text in parts.items() if text}
    if settings.share_emails:
        claims["email"] = person.email
    return {name: text for name, text in claims.items() if tool.claims is None or name in tool.claims}
