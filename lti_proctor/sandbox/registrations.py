"""The tools that this LMS knows: the one from its configuration first, then those that registered themselves."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from lti_proctor.sandbox.config import DEEP_LINKING, SandboxConfig
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.store import Store
from lti_proctor.sandbox.vocabulary import ALL_SCOPES, TOOL_CONFIGURATION


@dataclass(frozen=True)
class Registration:
    """`number` 0 is the configuration's. `claims` None: the tool may know everything that the settings share."""

    number: int
    name: str
    client_id: str
    deployment_id: str
    login_url: str
    redirect_uris: tuple[str, ...]
    target_url: str
    deep_linking_url: str
    keys_url: str
    scopes: tuple[str, ...]
    claims: tuple[str, ...] | None
    custom: dict[str, str]
    is_active: bool

    @property
    def domain(self) -> str:
        return urlsplit(self.target_url).netloc

    @property
    def origin(self) -> str:
        return f"{urlsplit(self.target_url).scheme}://{self.domain}"

    def target_of(self, url: str) -> str:
        """The same address, unless it belongs to another tool of the course."""
        return url if urlsplit(url).netloc == self.domain else self.target_url


def first_registration(config: SandboxConfig) -> Registration:
    return Registration(
        number=0,
        name="LTI Proctor",
        client_id=config.client_id,
        deployment_id=config.deployment_id,
        login_url=config.login_url,
        redirect_uris=(config.launch_url,),
        target_url=config.launch_url,
        deep_linking_url=config.launch_url,
        keys_url=config.tool_keys_url,
        scopes=ALL_SCOPES,
        claims=None,
        custom={},
        is_active=True,
    )


def _registration(row: sqlite3.Row) -> Registration:
    document: dict[str, Any] = json.loads(row["document"])
    tool = document[TOOL_CONFIGURATION]
    deep = [message for message in tool["messages"] if message["type"] == DEEP_LINKING]
    return Registration(
        number=row["number"],
        name=document["client_name"],
        client_id=row["client_id"],
        deployment_id=row["deployment_id"],
        login_url=document["initiate_login_uri"],
        redirect_uris=tuple(document["redirect_uris"]),
        target_url=tool["target_link_uri"],
        deep_linking_url=deep[0].get("target_link_uri", tool["target_link_uri"]) if deep else tool["target_link_uri"],
        keys_url=document["jwks_uri"],
        scopes=tuple(document["scope"].split()),
        claims=tuple(tool["claims"]),
        custom=tool["custom_parameters"],
        is_active=bool(row["active"]),
    )


def all_registrations(store: Store, config: SandboxConfig) -> list[Registration]:
    rows = store.rows("SELECT * FROM registrations ORDER BY number")
    return [first_registration(config), *(_registration(row) for row in rows)]


def get_registration(store: Store, config: SandboxConfig, number: int) -> Registration:
    for registration in all_registrations(store, config):
        if registration.number == number:
            return registration
    raise Refusal("This registration does not exist (any more).", status=404, error="not_found")


def in_use(store: Store, config: SandboxConfig) -> Registration:
    """The one that launches use."""
    number = store.fact("registration") or 0
    active = [one for one in all_registrations(store, config) if one.is_active]
    return next((one for one in active if one.number == number), active[0])


def use(store: Store, registration: Registration) -> None:
    if not registration.is_active:
        raise Refusal("This registration is not active yet.", status=409, error="conflict")
    store.set_fact("registration", registration.number)


def activate(store: Store, number: int) -> None:
    store.run("UPDATE registrations SET active = 1 WHERE number = ?", number)


def forget(store: Store, number: int) -> None:
    store.run("DELETE FROM registrations WHERE number = ?", number)


def add_registration(store: Store, document: dict[str, Any]) -> str:
    """Waits to be activated. Gives the new client id."""
    client_id = f"practice-{uuid4().hex[:12]}"
    number = store.add(
        "INSERT INTO registrations (client_id, deployment_id, document) VALUES (?, '', ?)",
        *(client_id, json.dumps(document)),
    )
    # Deployments are numbered behind the configuration's own, which is the first.
    store.run("UPDATE registrations SET deployment_id = ? WHERE number = ?", str(number + 1), number)
    return client_id


def update_registration(store: Store, client_id: str, document: dict[str, Any]) -> None:
    """Client id, deployment and activation stay as they are."""
    if not store.run("UPDATE registrations SET document = ? WHERE client_id = ?", json.dumps(document), client_id):
        raise Refusal("The registration to update does not exist (any more).", status=404, error="not_found")
