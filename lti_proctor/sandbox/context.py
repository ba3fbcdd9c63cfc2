"""What every request of the practice LMS works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app

from lti_proctor.sandbox.config import SandboxConfig
from lti_proctor.sandbox.courses import ensure_first_course
from lti_proctor.sandbox.keys import SigningKeys
from lti_proctor.sandbox.links import NewColumn, NewLink, Proctoring, add_link
from lti_proctor.sandbox.registrations import Registration, all_registrations, in_use
from lti_proctor.sandbox.settings import Settings, load_settings
from lti_proctor.sandbox.store import Store
from lti_proctor.sandbox.tool_keys import ToolKeys, ToolKeySets


@dataclass(frozen=True)
class Sandbox:
    config: SandboxConfig
    store: Store
    keys: SigningKeys
    key_sets: ToolKeySets
    clock: Callable[[], datetime]
    secret: str
    guid: str

    @property
    def settings(self) -> Settings:
        return load_settings(self.store)

    @property
    def registration(self) -> Registration:
        """The tool that launches use, and that may answer them."""
        return in_use(self.store, self.config)

    @property
    def tool_keys(self) -> ToolKeys:
        return self.key_sets.at(self.registration.keys_url)

    def registration_of(self, client_id: object) -> Registration:
        """The active one with this client id, otherwise the one in use, which then does not fit."""
        found = [one for one in all_registrations(self.store, self.config) if one.client_id == client_id]
        return found[0] if found and found[0].is_active else self.registration

    def furnish(self) -> None:
        """Put the first activities into the course, once."""
        ensure_first_course(self.store)
        if not self.store.use_once("furnished", "course"):
            return
        for first in self.config.first_links:
            columns = () if first.score_maximum is None else (NewColumn(first.title, first.score_maximum),)
            add_link(
                self.store,
                NewLink(
                    title=first.title,
                    url=self.config.launch_url,
                    text=first.text,
                    custom=dict(first.custom),
                    columns=columns,
                    proctoring=Proctoring(first.minutes) if first.proctoring else None,
                ),
            )


def sandbox() -> Sandbox:
    return cast(Sandbox, current_app.extensions["sandbox"])
