"""How the platform behaves where platforms differ: changed while it runs."""

import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.store import Store

RANGES = {"token_seconds": (1, 86_400), "page_size": (1, 1000), "session_data_bytes": (0, 65_536)}
FRAME_NAME = re.compile(r"([A-Za-z][\w-]{0,60})?", re.ASCII)
# What a tool may do to an attempt (Proctoring Services 1.0, assessment control).
ACTIONS = ("pause", "resume", "terminate", "update", "flag")


@dataclass(frozen=True)
class Settings:
    token_seconds: int = 3600
    page_size: int = 50
    keep_only_fully_graded: bool = True
    clear_without_score: bool = True
    whole_seconds: bool = False
    accept_multiple: bool = True
    accept_lineitem: bool = True
    share_names: bool = True
    share_emails: bool = True
    offer_grades: bool = True
    offer_roster: bool = True
    audience_as_list: bool = False
    one_time_hints: bool = True
    family: str = "northfield-practice"
    messages_as_strings: bool = False
    registration_token: bool = True
    offer_storage: bool = True
    storage_frame: str = ""
    session_data_bytes: int = 0
    proctoring_roles_empty: bool = True
    proctoring_grades: bool = False
    acs_actions: tuple[str, ...] = ACTIONS
    end_without_resource_link: bool = False
    end_session_data: bool = False
    inactive: tuple[str, ...] = ()


def load_settings(store: Store) -> Settings:
    saved: dict[str, Any] = store.fact("settings") or {}
    given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in saved.items()}
    return Settings(**given)


def change_settings(store: Store, changes: object) -> Settings:
    """Refuses names that do not exist and values of another type than the default's."""
    if not isinstance(changes, dict):
        raise Refusal("Send a JSON object of settings.")
    types = {entry.name: type(entry.default) for entry in fields(Settings)}
    for name, value in changes.items():
        if name not in types:
            raise Refusal(f"There is no setting {name!r}; there are: {', '.join(types)}.")
        wanted = list if types[name] is tuple else types[name]
        if type(value) is not wanted:
            raise Refusal(f"The setting {name!r} must be of the type {wanted.__name__}.")
    _check_values(changes)
    store.set_fact("settings", {**asdict(load_settings(store)), **changes})
    return load_settings(store)


def _check_values(changes: dict[str, Any]) -> None:
    unknown = [action for action in changes.get("acs_actions", ()) if action not in ACTIONS]
    if unknown:
        raise Refusal(f"There is no action {unknown[0]!r}; there are: {', '.join(ACTIONS)}.")
    for name, (smallest, largest) in RANGES.items():
        if not smallest <= changes.get(name, smallest) <= largest:
            raise Refusal(f"{name} must be from {smallest} to {largest}.")
    if not FRAME_NAME.fullmatch(changes.get("storage_frame", "")):
        raise Refusal("storage_frame must be empty or a name of letters, digits, _ and -, that begins with a letter.")
    if not changes.get("family", "some").strip():
        raise Refusal("family must not be empty.")
