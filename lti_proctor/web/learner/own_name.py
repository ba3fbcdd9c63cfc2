"""The name that learners write themselves, taken as they write it. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from lti_proctor.errors import Invalid
from lti_proctor.people.models import User

MOST = 100
#: Signs that names have beside letters, marks and spaces. U+200C and U+200D join Persian and Indic letters.
SIGNS = frozenset("-'’ʼ‘ʻ`´.,·/()־–‐・\u200c\u200d")


@dataclass(frozen=True)
class OwnName:
    """Some people have only one name, so one of the two may be empty."""

    given: str
    family: str


def read_name(form: Mapping[str, str]) -> OwnName:
    """The name in a form. Raises `Invalid`: `name_missing`, `name_long`, `name_letters`."""
    for code in problems_of(form).values():
        raise Invalid(code)
    return OwnName(_tidy(form, "given"), _tidy(form, "family"))


def problems_of(form: Mapping[str, str]) -> dict[str, str]:
    """The code of what is wrong, by field."""
    texts = {field: _tidy(form, field) for field in ("given", "family")}
    wrong = {field: code for field, text in texts.items() if (code := _problem(text))}
    if not wrong and not any(c.isalpha() for text in texts.values() for c in text):
        return {"given": "name_missing"}
    return wrong


def _tidy(form: Mapping[str, str], field: str) -> str:
    return unicodedata.normalize("NFC", " ".join(part for part in form.get(field, "")[: 10 * MOST].split(" ") if part))


def _problem(text: str) -> str | None:
    if len(text) > MOST:
        return "name_long"
    fits = all(unicodedata.category(c)[0] in "LM" or c == " " or c in SIGNS for c in text)
    return None if fits else "name_letters"


def suggested(user: User) -> OwnName:
    """What the LMS told: the parts of the name, or the whole one cut before its last word."""
    if user.given_name or user.family_name:
        return OwnName(user.given_name, user.family_name)
    given, _, family = user.nickname.rpartition(" ")
    return OwnName(given, family)
