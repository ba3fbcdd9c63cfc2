"""Settings: the page for them, and what those that concern several messages do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import TestResponse

from lti_proctor.sandbox.behaviour import WORDS
from lti_proctor.sandbox.settings import Settings
from lti_proctor.sandbox.vocabulary import LTI, PLATFORM_CONFIGURATION

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice

    Send = Callable[..., TestResponse]

FORM = {
    "page_size": "9",
    "token_seconds": "60",
    "session_data_bytes": "4000",
    "storage_frame": "lti_store",
    "family": "other",
}


def test_every_setting_has_words_for_people() -> None:
    words = {name for entries in WORDS.values() for name in entries}
    assert words == {entry.name for entry in fields(Settings)}


def test_the_form_saves_all_of_them(practice: Practice) -> None:
    practice.be("u-2001")
    answer = practice.press("/behaviour", **FORM, whole_seconds="1", acs_actions="flag", inactive="u-3001")
    assert answer.status_code == 303
    settings = practice.state()["settings"]
    assert (settings["page_size"], settings["family"], settings["storage_frame"]) == (9, "other", "lti_store")
    assert (settings["whole_seconds"], settings["share_names"]) == (True, False)
    assert (settings["acs_actions"], settings["inactive"]) == (["flag"], ["u-3001"])
    page = practice.browser.get("/behaviour").text
    assert 'name="whole_seconds" value="1" checked' in page
    assert 'name="share_names" value="1">' in page
    assert 'name="inactive" value="u-3001" checked' in page


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"page_size": "many"}, 422), ({"page_size": "0"}, 400), ({"storage_frame": "a b"}, 400), ({"family": " "}, 400)],
)
def test_a_wrong_form_changes_nothing(practice: Practice, changes: dict[str, str], status: int) -> None:
    practice.be("u-1001")
    before = practice.state()["settings"]
    assert practice.press("/behaviour", **(FORM | changes)).status_code == status
    assert practice.state()["settings"] == before


def change(practice: Practice, **changes: Any) -> None:
    assert practice.machine.post("/control/settings", json=changes).status_code == 200


def test_two_scores_within_a_second_can_be_in_conflict(practice: Practice, send_score: Send) -> None:
    change(practice, whole_seconds=True)
    stamps = ("10:00:00.100", "10:00:00.900", "10:00:01.000")
    answers = [send_score(timestamp=f"2026-11-24T{stamp}Z").status_code for stamp in stamps]
    assert answers == [200, 409, 200]


def test_a_hint_may_count_more_than_once(practice: Practice) -> None:
    change(practice, one_time_hints=False)
    practice.be("u-3001")
    request = practice.question(practice.begin())
    for _ in range(2):
        assert "id_token" in practice.browser.get("/oidc/auth", query_string=request).text


def test_the_family_is_named_in_launches_and_in_the_configuration(practice: Practice) -> None:
    change(practice, family="acorn")
    assert practice.launch()[LTI + "tool_platform"]["product_family_code"] == "acorn"
    found = practice.machine.get("/.well-known/openid-configuration").json
    assert found[PLATFORM_CONFIGURATION]["product_family_code"] == "acorn"


@pytest.mark.parametrize(
    ("as_strings", "wanted"), [(False, {"type": "LtiStartProctoring"}), (True, "LtiStartProctoring")]
)
def test_messages_are_listed_in_one_form_or_the_other(practice: Practice, as_strings: bool, wanted: object) -> None:
    change(practice, messages_as_strings=as_strings)
    found = practice.machine.get("/.well-known/openid-configuration").json
    messages = found[PLATFORM_CONFIGURATION]["messages_supported"]
    assert wanted in messages
    assert len(messages) == 5
