"""Finding people by a part of what they are called."""

from sqlalchemy import ColumnElement, or_

from lti_proctor.people.models import User

#: Longer searches are cut.
LONGEST = 100
_FIELDS = (User.nickname, User.family_name, User.given_name, User.email, User.username)


def is_called(search: str) -> ColumnElement[bool]:
    """Whether names, e-mail or user name hold these letters, in any case; `%` and `_` stand for themselves."""
    return or_(*(field.icontains(search[:LONGEST], autoescape=True) for field in _FIELDS))
