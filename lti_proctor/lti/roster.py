"""Names and Role Provisioning Services 2.0, the tool's side: reading the members of a course, page by page."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from lti_proctor.errors import Upstream
from lti_proctor.lti.calls import PASSING, call
from lti_proctor.lti.claims import names_of
from lti_proctor.lti.fields import ID_MAX, is_plain
from lti_proctor.lti.paging import walk
from lti_proctor.lti.roles import NO_MAP, STRENGTH, part_of
from lti_proctor.people.roster import Member, Standing
from lti_proctor.platforms.models import Registration

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
#: Answers to the plain question after which the links of the course are asked for.
NOT_PLAIN = frozenset({"roster_status_403", "roster_status_404"})


@dataclass(frozen=True)
class Roster:
    """What was read; `note` is the code of the reason why it is not all, None when it is."""

    members: tuple[Member, ...]
    note: str | None = None


def fetch(registration: Registration, url: str, *, link_ids: Sequence[str] = (), now: datetime) -> Roster:
    """Read all pages of a roster.

    Some platforms tell a tool only who may open its own links (`rlid`). So where the plain question is refused with 403
    or 404, each of `link_ids` is asked for instead, and the note says that there may be others (`roster_of_links`). It
    is never asked for beside a plain roster: that one is complete, and the messages that `rlid` adds are not used here.

    Raises `Upstream`: `roster_status_…`, or what the token and the connection raise. A page that is no roster spoils
    the whole (`roster_unreadable`, no members). The token never goes to another origin, so the reading ends there
    (`roster_elsewhere`), and it ends at a link that leads in a circle or on and on (`roster_endless`).
    """
    try:
        return _read(registration, url, now)
    except Upstream as problem:
        if problem.code not in NOT_PLAIN or not link_ids or "rlid=" in url:
            raise
    parts = [_read(registration, _of_link(url, link_id), now) for link_id in link_ids]
    notes = [part.note for part in parts if part.note is not None]
    if "roster_unreadable" in notes:
        return Roster((), "roster_unreadable")
    return Roster(merged(member for part in parts for member in part.members), (*notes, "roster_of_links")[0])


def _of_link(url: str, link_id: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'rlid': link_id})}"


def _read(registration: Registration, url: str, now: datetime) -> Roster:
    def ask(address: str) -> tuple[Mapping[str, str], list[Member] | None]:
        answer = call(registration, "GET", address, SCOPE, now, accept=MEDIA_TYPE)
        if answer.status != 200:
            code, later = f"roster_status_{answer.status}", answer.retry_after
            raise Upstream(code, permanent=answer.status not in PASSING, retry_after=later)
        members = members_in(answer.body, registration.role_map)
        return ({} if members is None else answer.headers), members

    pages, note = walk(url, ask)
    found: list[Member] = []
    for members in pages:
        if members is None:
            return Roster((), "roster_unreadable")
        found += members
    return Roster(merged(found), note and f"roster_{note}")


def members_in(body: bytes, role_map: Mapping[str, Any] = NO_MAP) -> list[Member] | None:
    """The members of one page; those without a usable `user_id` are passed over. None when it is no roster."""
    try:
        page = json.loads(body)
    except (ValueError, RecursionError):
        return None
    rows = page.get("members") if isinstance(page, dict) else None
    if not isinstance(rows, list):
        return None
    return [member for row in rows if isinstance(row, dict) and (member := _member(row, role_map)) is not None]


def _member(row: dict[str, Any], role_map: Mapping[str, Any]) -> Member | None:
    subject = row.get("user_id")
    if not isinstance(subject, str) or not subject or len(subject) > ID_MAX or not is_plain(subject):
        return None
    roles, names = row.get("roles"), names_of(row)
    listed = [roles] if isinstance(roles, str) else roles if isinstance(roles, list) else []
    return Member(
        subject=subject,
        part=part_of([role for role in listed if isinstance(role, str)], role_map),
        standing=_standing(row.get("status")),
        name=names.name,
        given_name=names.given_name,
        family_name=names.family_name,
        email=names.email,
    )


def _standing(status: object) -> Standing:
    word = status.lower() if isinstance(status, str) else ""
    return next((standing for standing in Standing if standing.value == word), Standing.active)


def merged(members: Iterable[Member]) -> tuple[Member, ...]:
    """One entry per person: somebody listed twice is what the strongest entry says, active if any entry is."""
    found: dict[str, Member] = {}
    for member in members:
        other = found.setdefault(member.subject, member)
        if other is not member:
            part = max(member.part, other.part, key=STRENGTH.index)
            standing = min(member.standing, other.standing, key=list(Standing).index)
            found[member.subject] = replace(member, part=part, standing=standing)
    return tuple(found.values())
