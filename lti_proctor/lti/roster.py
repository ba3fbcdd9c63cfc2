"""Names and Role Provisioning Services 2.0, the tool's side: reading the members of a course, page by page."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin

from lti_proctor import outside
from lti_proctor.addresses import origin_of
from lti_proctor.errors import Upstream
from lti_proctor.lti import service_tokens
from lti_proctor.lti.claims import names_of
from lti_proctor.lti.fields import ID_MAX, is_plain
from lti_proctor.lti.roles import NO_MAP, STRENGTH, part_of
from lti_proctor.people.roster import Member, Standing
from lti_proctor.platforms.models import Registration

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MOST_PAGES = 200
HEADER_MAX = 8000
LINK = re.compile(r'<([^<>]*)>((?:"(?:[^"\\]|\\.)*"|[^<"])*)')
PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;,]*)')
#: Words of `rel`; whatever quotes stand around them, also curly ones in a wrong encoding.
RELATION = re.compile(r"[a-z0-9][a-z0-9.:/_-]*")


@dataclass(frozen=True)
class Roster:
    """What was read; `note` is the code of the reason why it is not all, None when it is."""

    members: tuple[Member, ...]
    note: str | None = None


def fetch(registration: Registration, url: str, *, now: datetime) -> Roster:
    """Read all pages of a roster.

    Raises `Upstream`: `roster_status_…`, or what the token and the connection raise. A page that is no roster spoils
    the whole (`roster_unreadable`, no members). The token never goes to another origin, so the reading ends there
    (`roster_elsewhere`), and it ends at a link that leads in a circle or on and on (`roster_endless`).
    """
    found: list[Member] = []
    seen: set[str] = set()
    following: str | None = url
    while following is not None:
        if origin_of(following) != origin_of(url):
            return Roster(merged(found), "roster_elsewhere")
        if following in seen or len(seen) >= MOST_PAGES:
            return Roster(merged(found), "roster_endless")
        seen.add(following)
        answer = _get(registration, following, now)
        members = members_in(answer.body, registration.role_map)
        if members is None:
            return Roster((), "roster_unreadable")
        found += members
        following = next_page(answer.headers.get("link", ""), following)
    return Roster(merged(found))


def _get(registration: Registration, url: str, now: datetime) -> outside.Answer:
    """One page; a token that the platform does not take any more is fetched anew, once."""
    for _ in range(2):
        token = service_tokens.token_for(registration, (SCOPE,), now=now)
        answer = outside.request("GET", url, headers={"Authorization": f"Bearer {token}", "Accept": MEDIA_TYPE})
        if answer.status != 401:
            break
        service_tokens.forget(registration.id)
    if answer.status != 200:
        raise Upstream(f"roster_status_{answer.status}", permanent=False)
    return answer


def next_page(header: str, base: str) -> str | None:
    """The address of the next page in a Link header (RFC 8288), as given; relative ones count from `base`."""
    for address, rest in LINK.findall(header[:HEADER_MAX]):
        relation = next((value for name, value in PARAMETER.findall(rest) if name.lower() == "rel"), "")
        if "next" in RELATION.findall(relation.lower()):
            # Some platforms escape the header as if it were a page.
            return _joined(base, unescape(address.strip()) if "&amp;" in address else address.strip())
    return None


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        # It has no origin, so nobody follows it.
        return address


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
