"""Calls of a site's own addresses: with a token for its credentials, and what its answers mean."""

import json
import re
from typing import Any

from lti_proctor import outside
from lti_proctor.errors import Upstream
from lti_proctor.kept_tokens import Tokens
from lti_proctor.providers.server.models import ProviderClient
from lti_proctor.providers.server.sealing import unseal

UNKNOWN_SECONDS, MOST_SECONDS = 300.0, 3600.0
TOKEN = re.compile(r"[!-~]{1,20000}")
ANSWER_MAX = 65_536
#: After these the same message stays wrong: unknown there, not taken (again), not proctored any more. Everything else
#: may be put right there, and then what waited arrives.
FINAL = frozenset({400, 404, 405, 410, 412, 413, 422})

_tokens = Tokens[tuple[int, str, str]]()


def call(client: ProviderClient, path: str, body: dict[str, Any]) -> None:
    """Post to a site. Raises `Upstream`: `site_no_credentials`, `site_token_status_…`, `site_status_…` …"""
    if not client.can_call_back:
        raise Upstream("site_no_credentials", permanent=False)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    content = json.dumps(body).encode()
    for _ in range(2):
        headers["Authorization"] = f"JWT {_token(client)}"
        answer = outside.request(
            "POST", client.site_url + path, headers=headers, content=content, max_bytes=ANSWER_MAX, cut=True
        )
        if answer.status != 401:
            break
        forget(client.id)
    if not 200 <= answer.status < 300:
        permanent = answer.status in FINAL
        raise Upstream(f"site_status_{answer.status}", permanent=permanent, retry_after=answer.retry_after)


def forget(client_key: int) -> None:
    """The site does not take its token any more, or its credentials changed."""
    _tokens.forget(lambda key: key[0] == client_key)


def forget_all() -> None:
    _tokens.forget()


def _token(client: ProviderClient) -> str:
    return _tokens.get((client.id, client.site_url, client.callback_client_id), lambda: _fetch(client))


def _fetch(client: ProviderClient) -> tuple[str, float]:
    """RFC 6749, section 4.4; such sites want their credentials in the form."""
    form = {
        "grant_type": "client_credentials",
        "client_id": client.callback_client_id,
        "client_secret": unseal(client.callback_secret),
        "token_type": "jwt",
    }
    url = f"{client.site_url}/oauth2/access_token"
    answer = outside.request("POST", url, headers={"Accept": "application/json"}, data=form, max_bytes=ANSWER_MAX)
    if answer.status != 200:
        raise Upstream(f"site_token_status_{answer.status}", permanent=False, retry_after=answer.retry_after)
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    token = found.get("access_token") if isinstance(found, dict) else None
    if not isinstance(token, str) or not TOKEN.fullmatch(token):
        raise Upstream("site_token_unreadable", permanent=False)
    told = found.get("expires_in")
    is_number = isinstance(told, int | float) and not isinstance(told, bool) and told > 0
    return token, min(float(told), MOST_SECONDS) if is_number else UNKNOWN_SECONDS
