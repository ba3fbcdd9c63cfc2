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
from lti_proctor.sandbox.settings import Settings, load_settings
from lti_proctor.sandbox.store import Store
from lti_proctor.sandbox.tool_keys import ToolKeys


@dataclass(frozen=True)
class Sandbox:
    config: SandboxConfig
    store: Store
    keys: SigningKeys
    tool_keys: ToolKeys
    clock: Callable[[], datetime]
    secret: str
    guid: str

    @property
    def settings(self) -> Settings:
        return load_settings(self.store)

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
