"""Verbs on exams and templates."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, select

from lti_proctor import journal, outbox, signals
from lti_proctor.backends import backends
from lti_proctor.errors import NotFound
from lti_proctor.exams import columns
from lti_proctor.exams.addons import Addon, Kind
from lti_proctor.exams.config import ExamConfig, Preset, with_preset
from lti_proctor.exams.models import Exam, ExamTemplate, ExamVersion
from lti_proctor.extensions import db
from lti_proctor.journal import Actor
from lti_proctor.platforms.models import Course, ResourceLink

DEFAULT_TEMPLATE = "default"
#: The kind of outbox row by which an outside provider hears of a new or changed exam.
EXAM_SAVED = "provider.exam_saved"
#: Of how many earlier places of a copied link we take notice.
ANCESTORS_MAX = 50


@dataclass(frozen=True)
class Wanted:
    """What a launch says about the exam of a link that nobody has set up yet; all of it may be missing or wrong."""

    identifier: str | None = None
    ancestors: tuple[str, ...] = ()
    template: str | None = None
    title: str = ""


def create_exam(
    *,
    title: str,
    kind: Kind,
    config: ExamConfig,
    course_id: int | None,
    actor: Actor,
    now: datetime,
    template: str = "",
    copied_from: str | None = None,
) -> Exam:
    """A new exam in a course, in its first version."""
    stored = config.model_dump(mode="json")
    exam = Exam(
        identifier=secrets.token_urlsafe(18),
        course_id=course_id,
        kind=kind,
        title=_title(title),
        template=template,
        copied_from=copied_from,
        version=1,
        stored=stored,
        closes_at=config.close_at,
        created_at=now,
    )
    db.session.add(exam)
    db.session.flush()
    db.session.add(ExamVersion(exam_id=exam.id, version=1, stored=stored, created_at=now))
    data = {"title": exam.title, "kind": kind.value, "copied_from": copied_from}
    journal.record(actor, "exam.created", f"exam:{exam.id}", data, now, first=True)
    _tell_provider(exam, config.provider, is_watched=True, now=now)
    _announce(exam, now, is_new=True)
    return exam


def change_exam(exam: Exam, *, title: str, kind: Kind, config: ExamConfig, actor: Actor, now: datetime) -> None:
    """Take over new settings. Attempts that run keep the version they started with."""
    stored = config.model_dump(mode="json")
    before = {"title": exam.title, "kind": exam.kind.value, **exam.stored}
    after = {"title": _title(title), "kind": kind.value, **stored}
    changed = sorted(key for key in after if before.get(key) != after[key])
    if not changed:
        return
    column = columns.column_of(exam.title, exam.kind, exam.config)
    was_watched_by = exam.config.provider if exam.kind != Kind.timed else None
    exam.title, exam.kind = _title(title), kind
    if stored != exam.stored:
        exam.stored, exam.closes_at = stored, config.close_at
        exam.version += 1
        db.session.add(ExamVersion(exam_id=exam.id, version=exam.version, stored=stored, created_at=now))
    data = {
        "version": exam.version,
        "before": {k: before.get(k) for k in changed},
        "after": {k: after[k] for k in changed},
    }
    journal.record(actor, "exam.changed", f"exam:{exam.id}", data, now)
    columns.tell_gradebook(exam, column, now=now)
    watched_by = config.provider if kind != Kind.timed else None
    if was_watched_by is not None and was_watched_by != watched_by:
        _tell_provider(exam, was_watched_by, is_watched=False, now=now)
    _tell_provider(exam, watched_by, is_watched=True, now=now)
    _announce(exam, now)


def _announce(exam: Exam, now: datetime, *, is_new: bool = False) -> None:
    signals.announce(
        signals.exam_saved, now, exam_id=exam.id, version=exam.version, kind=exam.kind.value, is_new=is_new,
        is_active=exam.is_active,
    )  # fmt: skip


def set_active(exam: Exam, is_active: bool, *, actor: Actor, now: datetime) -> None:
    """Put an exam away, or take it out again. Its attempts stay; lists leave out what is put away, and an outside
    provider is told that it is not to watch any more.
    """
    if exam.is_active == is_active:
        return
    exam.is_active = is_active
    action = "exam.restored" if is_active else "exam.archived"
    journal.record(actor, action, f"exam:{exam.id}", {}, now)
    if exam.kind != Kind.timed:
        _tell_provider(exam, exam.config.provider, is_watched=is_active, now=now)
    _announce(exam, now)


def lacks_escalation_email(config: ExamConfig, kind: Kind) -> bool:
    """Whether the exam's provider wants an address for urgent questions of learners, and there is none."""
    backend = backends().by_name.get(backends().chosen(config.provider))
    wants_one = kind != Kind.timed and backend is not None and backend.requires_escalation_email
    return wants_one and not config.escalation_email


def _tell_provider(exam: Exam, provider: str | None, *, is_watched: bool, now: datetime) -> None:
    """An outside provider hears of each change, and when it is not to watch any more."""
    if provider is None or (exam.kind == Kind.timed and is_watched) or backends().watches_here(provider):
        return
    name = backends().chosen(provider)
    payload = {"exam": exam.id, "provider": name, "is_watched": is_watched}
    outbox.put(EXAM_SAVED, lane=f"provider-exam:{exam.id}", subject=f"exam:{exam.id}", payload=payload, now=now)


def config_at(exam: Exam, version: int | None) -> ExamConfig:
    """The configuration of a version, which never changes; the present one where none is pinned."""
    if version is None or version == exam.version:
        return exam.config
    known: dict[int, ExamConfig] = exam.__dict__.setdefault("_versions", {})
    if version not in known:
        query = select(ExamVersion).where(ExamVersion.exam_id == exam.id, ExamVersion.version == version)
        known[version] = ExamConfig.model_validate(db.session.scalars(query).one().stored)
    return known[version]


def exam_for_link(link: ResourceLink, wanted: Wanted, *, actor: Actor, now: datetime) -> Exam:
    """The exam behind a resource link: its own, one that the launch names or that a copied link had before, or a new
    one from a template.

    Whoever may edit a link in the LMS may write anything into its parameters, so they reach only exams of the same
    deployment. An exam of another course there is not shared but copied: the link came along with a copied course.
    """
    if link.exam_id is not None:
        return db.session.get_one(Exam, link.exam_id)
    named = _named_for(link, wanted.identifier) or _of_ancestors(link, wanted.ancestors)
    if named is not None and named.course_id == link.course_id:
        exam = named
    elif named is not None:
        exam = create_exam(
            title=named.title, kind=named.kind, config=named.config, course_id=link.course_id, actor=actor, now=now,
            template=named.template, copied_from=named.identifier,
        )  # fmt: skip
    else:
        title = wanted.title
        exam = _from_template(wanted.template, title=title, course_id=link.course_id, actor=actor, now=now)
    link.exam_id = exam.id
    return exam


def _named_for(link: ResourceLink, identifier: str | None) -> Exam | None:
    if not identifier:
        return None
    query = select(Exam).join(Course).where(Exam.identifier == identifier, Course.deployment_id == link.deployment_id)
    return db.session.scalars(query).one_or_none()


def _of_ancestors(link: ResourceLink, ancestors: Sequence[str]) -> Exam | None:
    """The exam of the nearest link that this one was copied from (`$ResourceLink.id.history`, newest first)."""
    ids = [link_id.strip() for link_id in ancestors[:ANCESTORS_MAX] if link_id.strip() and len(link_id) <= 255]
    if not ids:
        return None
    query = select(ResourceLink.link_id, ResourceLink.exam_id).where(
        ResourceLink.deployment_id == link.deployment_id,
        ResourceLink.link_id.in_(ids),
        ResourceLink.exam_id.is_not(None),
    )
    exams = {row.link_id: row.exam_id for row in db.session.execute(query)}
    nearest = next((exams[link_id] for link_id in ids if link_id in exams), None)
    return db.session.get(Exam, nearest) if nearest is not None else None


def _from_template(name: str | None, *, title: str, course_id: int, actor: Actor, now: datetime) -> Exam:
    template = (find_template(name) if name else None) or find_template(DEFAULT_TEMPLATE)
    return create_exam(
        title=title or (template.title if template else ""),
        kind=template.kind if template else Kind.proctored,
        config=template.config if template else with_preset(ExamConfig(), Preset.honour),
        course_id=course_id,
        actor=actor,
        now=now,
        template=template.identifier if template else DEFAULT_TEMPLATE,
    )


def exams_of(course: Course) -> list[Exam]:
    query = (
        select(Exam).where(Exam.course_id == course.id, Exam.is_active).order_by(Exam.created_at.desc(), Exam.id.desc())
    )
    return list(db.session.scalars(query))


def templates() -> list[ExamTemplate]:
    return list(db.session.scalars(select(ExamTemplate).order_by(ExamTemplate.title)))


def find_template(identifier: str) -> ExamTemplate | None:
    return db.session.scalars(select(ExamTemplate).where(ExamTemplate.identifier == identifier)).one_or_none()


def get_template(identifier: str) -> ExamTemplate:
    found = find_template(identifier)
    if found is None:
        raise NotFound("template")
    return found


def save_template(
    identifier: str, *, title: str, kind: Kind, config: ExamConfig, actor: Actor, now: datetime
) -> ExamTemplate:
    """Make a template or bring the one of that name up to date."""
    template = find_template(identifier)
    action = "template.changed" if template else "template.added"
    if template is None:
        template = ExamTemplate(identifier=identifier, created_at=now, title="", stored={})
        db.session.add(template)
    template.title, template.kind, template.stored = _title(title or identifier), kind, config.model_dump(mode="json")
    db.session.flush()
    journal.record(actor, action, f"template:{template.id}", {"identifier": identifier, "config": template.stored}, now)
    return template


def _title(title: str) -> str:
    return " ".join(title.split())[:255] or "–"


def names_addon(addon: Addon) -> ColumnElement[bool]:
    """A condition on `Exam`: the add-on stands in its configuration. Rough, to read few rows: whoever uses it looks
    again at `addons`, for the word may stand there as something else.
    """
    return cast(Exam.stored, Text).like(f'%"{addon}"%')
