"""A course with a past for the demonstration: a dozen attempts in all states, one of them recorded and reviewed."""

import subprocess
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import click

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import steps_of
from lti_proctor.chat import service as chat
from lti_proctor.chat import spoken as speech
from lti_proctor.chat.models import Side
from lti_proctor.cli.app import OPERATOR
from lti_proctor.cli.demo_films import Scene, films, page, portrait, spoken
from lti_proctor.evidence import files, recordings
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import EvidenceKind, Track
from lti_proctor.evidence.recordings import Sent
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Addon, Kind, Metric
from lti_proctor.exams.config import ExamConfig, Preset, with_preset
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.models import Disposition
from lti_proctor.monitoring.spans import LONGEST_MS, Batch, State
from lti_proctor.people.models import CourseMember, Identity, User
from lti_proctor.people.roles import Part
from lti_proctor.platforms.models import Course, Deployment, ResourceLink
from lti_proctor.review import appeals, remarks
from lti_proctor.review import service as review
from lti_proctor.review.models import Cause, Reason, RemarkKind, Verdict
from lti_proctor.sandbox.world import FIRST_COURSE, PEOPLE
from lti_proctor.sandbox.world import Kind as PersonKind

TITLE = "Statistics 1: midterm (past)"
LINK = "demo-midterm"
METRICS = (Metric.b2, Metric.c2, Metric.c3, Metric.m2, Metric.n1)
#: Learners who are not in the practice LMS: they took the exam and left.
OTHERS = ("Oleg Petrenko", "Aïcha Benali", "Tu Nguyen", "Grace Kipkemboi", "Marta Kowalska")
SCENES = (
    Scene(75), Scene(25, people=0), Scene(60), Scene(35, people=2, voice=True), Scene(70), Scene(40, voice=True),
    Scene(55),
)  # fmt: skip
#: Metric, from and to in seconds of the exam.
Noticed = tuple[Metric, int, int]
OF_FILM: tuple[Noticed, ...] = (
    (Metric.c2, 76, 100), (Metric.c3, 161, 194), (Metric.m2, 161, 194), (Metric.b2, 230, 236), (Metric.m2, 266, 304),
)  # fmt: skip
#: Second of the exam, who, and what.
Line = tuple[int, Side, str]
CHAT: tuple[Line, ...] = (
    (38, Side.learner, "Hello, may I use my own calculator?"),
    (55, Side.staff, "Good morning. Please use the one in the bar above the exam."),
    (71, Side.learner, "I found it, thank you."),
    (178, Side.staff, "I see a second person. Please ask them to leave the room; your time goes on."),
)
UNREAD: tuple[Line, ...] = ((580, Side.learner, "The picture in question 7 does not load. Can you see why?"),)
Story = Callable[["Past", Attempt, datetime], None]


class Past:
    """Who takes part, and what happens to an attempt, each step at its own moment."""

    def __init__(self, deployment: Deployment, now: datetime) -> None:
        self.now, self.deployment = now, deployment
        self.course = self._course()
        self.people = {person.id: self.user(person.id, person.name, person.email) for person in PEOPLE}
        for person in PEOPLE:
            part = {PersonKind.INSTRUCTOR: Part.instructor, PersonKind.ASSISTANT: Part.assistant}
            self._member(self.people[person.id], part.get(person.kind, Part.learner), person.kind)
        self.exam = self._exam()
        self.link = ResourceLink(
            deployment_id=deployment.id, course_id=self.course.id, exam_id=self.exam.id, link_id=LINK, title=TITLE
        )
        db.session.add(self.link)
        db.session.flush()

    def _course(self) -> Course:
        wanted = {"deployment_id": self.deployment.id, "context_id": FIRST_COURSE.id}
        found = db.session.query(Course).filter_by(**wanted).one_or_none()
        if found is None:
            found = Course(**wanted, label=FIRST_COURSE.label, title=FIRST_COURSE.title)
            db.session.add(found)
            db.session.flush()
        return found

    def user(self, subject: str, name: str, email: str = "") -> User:
        mine = Identity.registration_id == self.deployment.registration_id, Identity.subject == subject
        known = db.session.query(User).join(Identity, Identity.user_id == User.id).filter(*mine).one_or_none()
        if known is not None:
            return known
        user = User(username=f"demo-{subject}", nickname=name, email=email, old_passwords=[], created_at=self.now)
        db.session.add(user)
        db.session.flush()
        registration_id = self.deployment.registration_id
        db.session.add(Identity(registration_id=registration_id, user_id=user.id, subject=subject))
        return user

    def _member(self, user: User, part: Part, kind: PersonKind) -> None:
        if (
            kind is PersonKind.ADMINISTRATOR
            or db.session.query(CourseMember).filter_by(course_id=self.course.id, user_id=user.id).count()
        ):
            return
        launched = part if part != Part.learner else None
        member = CourseMember(course_id=self.course.id, user_id=user.id, part=part, launched_part=launched)
        db.session.add(member)

    def _exam(self) -> Exam:
        config = with_preset(ExamConfig(lifetime=30, rules="Please work alone."), Preset.supervised)
        on = (config.addons - {Addon.passport, Addon.check}) | {Addon.shared, Addon.upload}
        metrics = dict.fromkeys(METRICS, Decimal(1))
        made = config.model_copy(update={"addons": on, "metrics": metrics, "grade_maximum": Decimal(20)})
        return exams.create_exam(
            title=TITLE, kind=Kind.proctored, config=made, course_id=self.course.id, actor=OPERATOR, now=self.now
        )

    def attempt(self, user: User, at: datetime) -> Attempt:
        key = attempts.attempt_for_launch(self.link.id, self.exam.id, user.id, is_new_user=False, now=at)
        return attempts.get_attempt(key)

    def fire(
        self, attempt: Attempt, event: Event, at: datetime, *, role: Role = Role.learner, reason: str = ""
    ) -> None:
        user_id = attempt.user_id if role == Role.learner else self.people["u-2001"].id
        attempts.fire(attempt, event, actor=Actor(role, user_id), now=at, reason=reason)

    def prepare(self, attempt: Attempt, at: datetime) -> None:
        """The steps before the exam, with a drawn photo."""
        learner = Actor(Role.learner, attempt.user_id)
        self.fire(attempt, Event.begin_setup, at)
        for place, step in enumerate(steps_of(attempts.config_of(attempt))):
            moment = at + timedelta(seconds=40 * (place + 1))
            if step.key.value == "rules":
                evidence.give_consent(attempt, locale="en", actor=learner, now=moment)
            if step.key.value == "face":
                evidence.keep_photo(attempt, EvidenceKind.face, portrait(), actor=learner, now=moment)
            attempts.pass_step(attempt, step.key, actor=learner, now=moment)

    def take(self, attempt: Attempt, at: datetime, *, seconds: int, noticed: Iterable[Noticed] = ()) -> datetime:
        """The exam from the start to the end; when it ended."""
        self.prepare(attempt, at - timedelta(minutes=5))
        self.fire(attempt, Event.start, at)
        ends = at + timedelta(seconds=seconds)
        _notice(attempt, at, ends, tuple(noticed))
        return ends

    def hand_in(self, attempt: Attempt, at: datetime, share: str = "0.8") -> None:
        learner = Actor(Role.learner, attempt.user_id)
        attempts.record_result(attempt, Decimal(share), {"score": {}}, actor=learner, now=at)
        self.fire(attempt, Event.submit, at)
        monitoring.count(attempt, now=at)

    def talk(self, attempt: Attempt, at: datetime, lines: Iterable[Line], said: bytes = b"") -> None:
        """The chat: each line is read when the next one comes. The last of the proctor's is also spoken."""
        written = [(at + timedelta(seconds=seconds), side, text) for seconds, side, text in lines]
        last = max((n for n, (_at, side, _text) in enumerate(written) if side == Side.staff), default=-1)
        for place, (moment, side, text) in enumerate(written):
            other = Side.staff if side == Side.learner else Side.learner
            chat.note_read(attempt, side, now=moment)
            is_learner = side == Side.learner
            role, user_id = (Role.learner, attempt.user_id) if is_learner else (Role.staff, self.people["u-2002"].id)
            actor = Actor(role, user_id)
            key = f"demonstration-{place}"
            if said and place == last:
                speech.speak(attempt, said, text, key, actor=actor, now=moment)
            else:
                chat.write(attempt, text, key, side=side, actor=actor, now=moment)
            if place + 1 < len(written):
                chat.note_read(attempt, other, now=moment + timedelta(seconds=9))

    def reviewer(self, subject: str = "u-2001") -> Actor:
        return Actor(Role.reviewer, self.people[subject].id)

    def judge(self, attempt: Attempt, found: Disposition, at: datetime) -> None:
        for flag in monitoring.flags_of(attempt):
            review.judge_flag(attempt, flag, found, actor=self.reviewer(), now=at)

    def reject(self, attempt: Attempt, at: datetime, comment: str) -> None:
        self.judge(attempt, Disposition.confirmed, at)
        reason, actor = Reason.help_from_others, self.reviewer()
        review.conclude(attempt, Verdict.negative, reason=reason, comment=comment, actor=actor, now=at)
        db.session.flush()

    def accept(self, attempt: Attempt, at: datetime, comment: str = "") -> None:
        actor = self.reviewer()
        review.conclude(attempt, Verdict.positive, reason=None, comment=comment, actor=actor, now=at)


def _notice(attempt: Attempt, begins: datetime, ends: datetime, noticed: tuple[Noticed, ...]) -> None:
    """What the window of the exam would have sent: everything fine, but for what was noticed."""
    first, last = clock.to_ms(begins), clock.to_ms(ends)
    rows: list[list[object]] = []
    for metric in METRICS:
        at = first
        bad = sorted((first + start * 1000, first + end * 1000) for one, start, end in noticed if one == metric)
        for start, end in [*bad, (last, last)]:
            while at < start:
                until = min(start, at + LONGEST_MS)
                rows.append([metric.value, State.fine.value, at, until])
                at = until
            if end > start:
                rows.append([metric.value, State.violated.value, start, end])
            at = max(at, end)
    monitoring.keep_batch(attempt.id, Batch("demonstration", 1, tuple(rows)), now=ends)


def add_past(deployment: Deployment, *, now: datetime) -> None:
    """Fill the course, once."""
    if db.session.query(Exam).filter_by(title=TITLE).count():
        return
    click.echo("Making a past exam with a recording, once …")
    past = Past(deployment, now - timedelta(days=3))
    others = [past.user(f"demo-{n}", name) for n, name in enumerate(OTHERS)]
    who = [past.people[f"u-300{n}"] for n in range(1, 8)] + others
    stories: list[Story] = [
        _recorded, _reviewed, _rejected, _appealed, _quiet, _flagged, _broken, _declined, _paused, _ready, _opened,
        _setting_up,
    ]  # fmt: skip
    for place, (user, story) in enumerate(zip(who, stories, strict=True)):
        at = now - timedelta(hours=20 - place)
        attempt = past.attempt(user, at - timedelta(minutes=7))
        story(past, attempt, at)
        db.session.flush()


def _recorded(past: Past, attempt: Attempt, at: datetime) -> None:
    """The one to look at: recorded, flagged, answered by nobody yet."""
    ends = past.take(attempt, at, seconds=sum(scene.seconds for scene in SCENES), noticed=OF_FILM)
    said = b""
    try:
        with tempfile.TemporaryDirectory(prefix="demo-") as folder:
            camera, screen = films(Path(folder), SCENES)
            _keep(attempt, Track.camera, camera.read_bytes(), at, ends)
            _keep(attempt, Track.screen, screen.read_bytes(), at, ends)
            said = spoken(Path(folder)).read_bytes()
    except (OSError, subprocess.SubprocessError):
        click.echo("The demo course comes without a recording: ffmpeg is missing or failed.")
    past.talk(attempt, at, CHAT, said)
    sheet = at + timedelta(seconds=320)
    files.attach(attempt, "my calculation.jpg", page(), actor=Actor(Role.learner, attempt.user_id), now=sheet)
    past.hand_in(attempt, ends, "0.85")
    reviewer = past.reviewer("u-2002")
    text = "A second person sits down at 2:41 and they talk. Please look at it together with me."
    moment = at + timedelta(seconds=163)
    remarks.write(attempt, RemarkKind.note, text, moment=moment, actor=reviewer, now=ends + timedelta(hours=1))


def _keep(attempt: Attempt, track: Track, film: bytes, at: datetime, ends: datetime) -> None:
    size = min(current_settings().chunk_max_bytes, 1_000_000)
    parts = [film[place : place + size] for place in range(0, len(film), size)]
    learner = Actor(Role.learner, attempt.user_id)
    for place, part in enumerate(parts):
        sent = Sent(track, f"demo-{track}", place + 1, place * size, clock.to_ms(at), part)
        recordings.keep_chunk(attempt, sent, actor=learner, now=ends)
    recordings.end(attempt, f"demo-{track}", track, len(parts))


def _reviewed(past: Past, attempt: Attempt, at: datetime) -> None:
    ends = past.take(attempt, at, seconds=1500, noticed=[(Metric.b2, 300, 308), (Metric.n1, 700, 760)])
    past.hand_in(attempt, ends, "0.95")
    past.judge(attempt, Disposition.dismissed, ends + timedelta(hours=2))
    past.accept(attempt, ends + timedelta(hours=2), "The line was slow for a minute. Nothing to worry about.")


def _rejected(past: Past, attempt: Attempt, at: datetime) -> None:
    ends = past.take(attempt, at, seconds=1600, noticed=[(Metric.c3, 400, 460), (Metric.m2, 395, 470)])
    past.hand_in(attempt, ends, "0.9")
    later = ends + timedelta(hours=1)
    text = "From 6:35 on somebody reads the questions aloud and answers them."
    remarks.write(attempt, RemarkKind.incident, text, cause=Cause.surroundings, actor=past.reviewer(), now=later)
    past.reject(attempt, later, text)


def _appealed(past: Past, attempt: Attempt, at: datetime) -> None:
    ends = past.take(attempt, at, seconds=1400, noticed=[(Metric.m2, 500, 560)])
    past.hand_in(attempt, ends, "0.7")
    past.reject(attempt, ends + timedelta(hours=1), "Voices in the room for a minute.")
    learner, later = Actor(Role.learner, attempt.user_id), ends + timedelta(hours=2)
    flag = monitoring.flags_of(attempt)[0]
    appeals.answer(attempt, flag, "That was the announcement in the library.", actor=learner, now=later)
    words = "The voices were a loudspeaker in the library where I sat. Please listen once more."
    appeals.appeal(attempt, words, actor=learner, now=later)


def _quiet(past: Past, attempt: Attempt, at: datetime) -> None:
    past.hand_in(attempt, past.take(attempt, at, seconds=1200), "0.6")


def _flagged(past: Past, attempt: Attempt, at: datetime) -> None:
    noticed = [(Metric.c2, 200 + 90 * n, 225 + 90 * n) for n in range(8)]
    past.hand_in(attempt, past.take(attempt, at, seconds=1700, noticed=noticed), "0.5")


def _broken(past: Past, attempt: Attempt, at: datetime) -> None:
    ends = past.take(attempt, at, seconds=300)
    past.fire(attempt, Event.fail, ends, reason="camera_lost")


def _declined(past: Past, attempt: Attempt, at: datetime) -> None:
    past.fire(attempt, Event.decline, at, role=Role.staff, reason="Takes the exam on paper")


def _paused(past: Past, attempt: Attempt, at: datetime) -> None:
    ends = past.take(attempt, at, seconds=600)
    past.talk(attempt, at, UNREAD)
    past.fire(attempt, Event.pause, ends, role=Role.staff)


def _ready(past: Past, attempt: Attempt, at: datetime) -> None:
    past.prepare(attempt, at)


def _opened(past: Past, attempt: Attempt, at: datetime) -> None:
    """Nothing has happened yet but that the exam was opened."""


def _setting_up(past: Past, attempt: Attempt, at: datetime) -> None:
    past.fire(attempt, Event.begin_setup, at)
