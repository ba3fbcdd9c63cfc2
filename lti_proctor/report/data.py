"""The report of an attempt as plain data. `report/schema.py` publishes its JSON Schema; page, PDF, ZIP and JSON are
made from nothing else.

Moments are aware, in UTC. Shares, averages and scores are 0–100, as people see them, None where nothing could be told.
Weights are the factors of the administrator's guide, section 4.9. A person is `Person`: a name and, for programs, an
id; what the learner may not know of staff (their names in a learner's own report) is None.
"""

from dataclasses import dataclass, field
from datetime import datetime

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.chat.models import Side
from lti_proctor.documents.names import Result
from lti_proctor.evidence.models import EvidenceKind, Track
from lti_proctor.exams.addons import Addon, Kind, Metric
from lti_proctor.faces.looks import Match
from lti_proctor.journal import Role
from lti_proctor.monitoring.models import Disposition
from lti_proctor.review.models import Cause, Reason, RemarkKind, Verdict

#: Grows with each change of the format: the first number when something that was there means something else or is gone.
VERSION = "1.1"


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Course:
    title: str
    label: str


@dataclass(frozen=True, slots=True)
class Exam:
    """The exam as this attempt was asked to take it. `provider` is the engine that watched."""

    id: int
    identifier: str
    title: str
    kind: Kind
    course: Course | None
    provider: str
    config_version: int | None
    addons: list[Addon]
    members: list[str]
    threshold: int
    lifetime_minutes: int
    opens_at: datetime | None
    closes_at: datetime | None
    rules: str
    locale: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Learner:
    id: int
    username: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """`seconds`: from the start to the end. `result` is the share reached in the exam, 0–1."""

    id: int
    identifier: str
    number: int
    status: Status
    session_status: str
    created_at: datetime
    started_at: datetime | None
    deadline_at: datetime | None
    stopped_at: datetime | None
    ended_by: Role | None
    seconds: float
    error: str | None
    result: float | None
    network_address: str | None
    browser: str | None
    is_removed: bool
    kept_until: datetime


@dataclass(frozen=True, slots=True)
class Scores:
    """`all`: of all that was noticed; `confirmed`: of the flags that a person confirmed; `first`: of all, by the exam's
    own weights, where a reviewer gave others.
    """

    all: float | None
    confirmed: float | None
    first: float | None
    weights: dict[Metric, float]
    exam_weights: dict[Metric, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A face compared by computer; `distance` 0 is the same picture, None where nothing could be compared."""

    metric: Metric
    match: Match
    distance: float | None


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that was kept. `sha256` stands in the journal as well."""

    id: int
    kind: EvidenceKind
    at: datetime
    width: int
    height: int
    n_bytes: int
    sha256: str
    media_type: str
    comparisons: list[Comparison] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read on a document: the name, and how well it agrees (0–1)."""

    result: Result
    name: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step before the exam. `finding` and `distance` are those of a comparison of faces."""

    step: StepKey
    outcome: Outcome
    at: datetime
    finding: str | None
    distance: float | None
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Recording:
    """One piece of a track, from one page of one browser. `seconds` None: it is not joined yet. `head` is the end of
    the hash chain over its parts, which begins at the journal.
    """

    id: int
    track: Track
    begins_at: datetime
    ends_at: datetime
    seconds: float | None
    n_parts: int
    n_bytes: int
    head: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Minute:
    """`minute` counts from 0; `heat` is the sum of the values, at most 100."""

    minute: int
    heat: float | None
    values: dict[Metric, float | None]


@dataclass(frozen=True, slots=True)
class Average:
    """`parts`: twelve equal parts of the attempt. `mean`: μ. `seconds`: how long it was violated, where it is told."""

    metric: Metric
    weight: float
    parts: list[float | None]
    mean: float | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Flag:
    """A stretch that is long enough to look at. `seconds` is the time violated; `pieces` are from and to, in
    milliseconds since 1970.
    """

    id: int
    metric: Metric
    starts_at: datetime
    ends_at: datetime
    seconds: float
    pieces: list[list[int]]
    disposition: Disposition
    decided_by: Person | None
    decided_at: datetime | None
    answer: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Remark:
    """A note of those who review, or an incident. `photo` is the id of its picture from the recording."""

    id: int
    kind: RemarkKind
    cause: Cause | None
    text: str
    author: Person | None
    moment: datetime | None
    written_at: datetime
    photo: int | None
    answer: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class File:
    """What the learner attached."""

    id: int
    name: str
    at: datetime
    media_type: str
    n_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a proctor said, as sound, or as sound and picture."""

    id: int
    media_type: str
    has_picture: bool
    n_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the chat. The journal holds SHA-256 over `salt`, a line feed and `text`. `read_at`: the other side
    had it before its eyes.
    """

    id: int
    side: Side
    person: Person | None
    at: datetime
    read_at: datetime | None
    text: str
    salt: str
    spoken: Spoken | None


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Newest first in the report. `is_computed`: nobody but the computer came to it; `is_opinion`: a second person had
    to decide.
    """

    verdict: Verdict
    reason: Reason | None
    comment: str
    reviewer: Person | None
    at: datetime
    is_opinion: bool
    is_computed: bool


@dataclass(frozen=True, slots=True)
class Appeal:
    """`was_granted` None: nobody has decided yet."""

    text: str
    filed_at: datetime
    decided_at: datetime | None
    was_granted: bool | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the journal. `to` is the status that it led to, if any; `hash` is its link of the chain."""

    place: int
    at: datetime
    action: str
    role: Role
    person: Person | None
    reason: str
    to: str | None
    hash: str


@dataclass(frozen=True, slots=True)
class Report:
    """`for_learner`: notes of staff, their names and their journal entries about each other are left out.
    `journal_head` is the last link of the journal's chain; `is_whole`: every link and recording follows from the one
    before, None where that was not looked at (`gather(brief=True)`). `messages`: None where the chat was left out by
    whoever took the report away.
    """

    version: str
    made_at: datetime
    site: str
    for_learner: bool
    exam: Exam
    learner: Learner
    attempt: Attempt
    scores: Scores
    steps: list[Step]
    photos: list[Photo]
    profile_photo: Photo | None
    recordings: list[Recording]
    minutes: list[Minute]
    averages: list[Average]
    flags: list[Flag]
    remarks: list[Remark]
    files: list[File]
    messages: list[Message] | None
    conclusions: list[Conclusion]
    appeal: Appeal | None
    history: list[Entry]
    journal_head: str
    is_whole: bool | None
