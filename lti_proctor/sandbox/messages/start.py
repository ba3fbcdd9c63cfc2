"""What a launch is about: decided at its start, carried by the message hint, needed again for the id_token."""

from dataclasses import asdict, dataclass
from datetime import datetime

from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.sealed import seal, unseal
from lti_proctor.sandbox.store import Store
from lti_proctor.sandbox.world import FIRST_COURSE, Person, find_person

PURPOSE = "lti_message_hint"
MINUTES = 5


@dataclass(frozen=True)
class Start:
    """`column` and `about` belong to a submission review, `attempt` and `with_error` to a proctored assessment."""

    message_type: str
    person: Person
    target: str
    link_id: str | None = None
    course_id: str = FIRST_COURSE.id
    column: int | None = None
    about: str | None = None
    attempt: int | None = None
    with_error: bool = False


def hint_of(start: Start, secret: str, now: datetime) -> str:
    content: Claims = asdict(start) | {"person": start.person.id}
    return seal(secret, PURPOSE, {"start": content}, now=now, minutes=MINUTES)


def start_of(hint: str, secret: str, now: datetime, store: Store, *, once: bool) -> Start:
    """Refuses a hint that is not ours, too old, or, when it counts `once`, used already."""
    content = unseal(secret, PURPOSE, hint, now=now)
    if once and not store.use_once("hint", content["jti"]):
        raise Refusal("This lti_message_hint was used already. Start again from the course.")
    person = find_person(content["start"]["person"])
    if person is None:
        raise Refusal("The person of this launch is not here any more.")
    return Start(**{**content["start"], "person": person})
