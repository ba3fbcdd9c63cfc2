"""How the platform behaves where platforms differ: changed while it runs, by the control API."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.store import Store


@dataclass(frozen=True)
class Settings:
    token_seconds: int = 3600
    page_size: int = 50
    keep_only_fully_graded: bool = True
    clear_without_score: bool = True
    accept_multiple: bool = True
    accept_lineitem: bool = True
    share_names: bool = True
    share_emails: bool = True
    offer_grades: bool = True
    offer_roster: bool = True
    audience_as_list: bool = False
    offer_storage: bool = True
    storage_frame: str = ""
    inactive: tuple[str, ...] = ()


def load_settings(store: Store) -> Settings:
    saved: dict[str, Any] = store.fact("settings") or {}
    return Settings(**{**saved, "inactive": tuple(saved.get("inactive", ()))})


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
    store.set_fact("settings", {**asdict(load_settings(store)), **changes})
    return load_settings(store)
