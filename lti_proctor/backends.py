"""What the whole program knows of a site's proctoring providers: names and a few facts, not what they do.

The plugins themselves live in the door `providers`; nouns below it see only this.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import current_app

from lti_proctor.errors import Refused


@dataclass(frozen=True)
class Backend:
    """One configured provider. `watches_here`: this tool's own engine does the watching; `problem` says why it can't be
    used, as a code with what it is about.
    """

    name: str
    verbose_name: str
    watches_here: bool = False
    supports_onboarding: bool = False
    show_review_rules: bool = True
    requires_escalation_email: bool = False
    #: Where questions about its exams go; empty: to the site.
    contact: str = ""
    problem: str = ""
    about: str = ""


@dataclass(frozen=True)
class Backends:
    """The providers of `PROCTORING_BACKENDS` by name, and the one that exams without a choice have."""

    default: str
    by_name: Mapping[str, Backend] = field(default_factory=dict)

    def chosen(self, name: str) -> str:
        """The provider's name for an exam that names this one, or none."""
        return name or self.default

    def get(self, name: str) -> Backend:
        """The provider that an exam goes by. Raises `Refused`: `provider_missing`, `provider_broken`."""
        backend = self.by_name.get(self.chosen(name))
        if backend is None:
            raise Refused("provider_missing", provider=self.chosen(name))
        if backend.problem:
            raise Refused("provider_broken", provider=backend.name)
        return backend

    def watches_here(self, name: str) -> bool:
        """Whether our own engine watches. A provider that is missing does not."""
        backend = self.by_name.get(self.chosen(name))
        return backend is not None and backend.watches_here


def backends() -> Backends:
    found: Backends = current_app.extensions["backends"]
    return found
