"""The page “How this LMS behaves”: every setting as a form, in plain words."""

from dataclasses import dataclass, fields
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.settings import ACTIONS, Settings, change_settings
from lti_proctor.sandbox.visitors import get_teacher
from lti_proctor.sandbox.world import MEMBERS

bp = Blueprint("behaviour", __name__, url_prefix="/behaviour")

WORDS: dict[str, dict[str, str]] = {
    "Launches": {
        "share_names": "Tell the tool people’s names",
        "share_emails": "Tell the tool people’s e-mail addresses",
        "audience_as_list": "Name the tool in a list (aud with azp)",
        "one_time_hints": "A launch that was begun can be finished only once",
        "offer_storage": "Offer to keep state for a framed tool, without cookies",
        "storage_frame": "Name of the hidden frame that keeps it (empty: the page itself)",
        "family": "Product family that launches name",
    },
    "Grades and roster": {
        "offer_grades": "Offer the grade service",
        "keep_only_fully_graded": "Keep a score only when it is fully graded",
        "clear_without_score": "A message without a score wipes the grade",
        "whole_seconds": "Two scores within one second are in conflict",
        "offer_roster": "Offer the roster",
        "inactive": "People who have left the course",
        "page_size": "Entries on one page of an answer",
        "token_seconds": "Seconds that an access token lasts",
    },
    "Adding activities": {
        "accept_multiple": "The tool may add several activities at once",
        "accept_lineitem": "The tool may ask for a column of the gradebook",
    },
    "Proctored assessments": {
        "session_data_bytes": "Length of session_data, at least (0: as it comes)",
        "proctoring_roles_empty": "Send no roles at the start",
        "proctoring_grades": "Offer the grade service at the start",
        "acs_actions": "What the tool may do to an attempt that runs",
        "end_without_resource_link": "Leave the activity out at the end",
        "end_session_data": "Repeat session_data at the end",
    },
    "Connecting a tool": {
        "registration_token": "Give the tool a token for its registration",
        "messages_as_strings": "List the messages as plain names",
    },
}
CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "acs_actions": tuple((action, action) for action in ACTIONS),
    "inactive": tuple((person.id, person.name) for person in MEMBERS),
}


@dataclass(frozen=True)
class Entry:
    name: str
    words: str
    kind: str
    value: Any
    choices: tuple[tuple[str, str], ...]


def _kinds() -> dict[str, str]:
    return {entry.name: type(entry.default).__name__ for entry in fields(Settings)}


def groups(settings: Settings) -> dict[str, list[Entry]]:
    kinds = _kinds()
    return {
        title: [
            Entry(name, words, kinds[name], getattr(settings, name), CHOICES.get(name, ()))
            for name, words in entries.items()
        ]
        for title, entries in WORDS.items()
    }


@bp.get("")
def show() -> ResponseReturnValue:
    get_teacher()
    return render_template("sandbox/behaviour.html", groups=groups(sandbox().settings))


@bp.post("")
def change() -> ResponseReturnValue:
    get_teacher()
    wanted = {name: _wanted(name, kind) for name, kind in _kinds().items()}
    change_settings(sandbox().store, wanted)
    flash("Saved. It holds from the next launch and the next call on.")
    return redirect(url_for("behaviour.show"), 303)


def _wanted(name: str, kind: str) -> object:
    if kind == "bool":
        return name in request.form
    if kind == "tuple":
        return request.form.getlist(name)
    if kind == "str":
        return request.form.get(name, "").strip()
    number = request.form.get(name, type=int)
    if number is None:
        raise Refusal(f"{name} must be a whole number.", status=422)
    return number
