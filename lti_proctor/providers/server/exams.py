"""The exams of a site: each becomes one of ours in a course of ours, with the site's template."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from lti_proctor import journal
from lti_proctor.errors import NotFound
from lti_proctor.exams.addons import Addon, Kind
from lti_proctor.exams.config import Delivery, ExamConfig, GradeSource, Preset, with_preset
from lti_proctor.exams.models import Exam
from lti_proctor.exams.service import DEFAULT_TEMPLATE, change_exam, create_exam, find_template
from lti_proctor.extensions import add_if_new, db
from lti_proctor.journal import Actor
from lti_proctor.platforms.models import Course, ResourceLink
from lti_proctor.providers.server.models import ClientExam, ProviderClient
from lti_proctor.providers.server.wire import ToldExam

#: What needs questions here, a start here, or another browser than the one in which the site shows the exam.
NOT_THERE = frozenset({Addon.schedule, Addon.seb, Addon.xapi, Addon.content, Addon.finish})


def take_exam(client: ProviderClient, told: ToldExam, *, actor: Actor, now: datetime) -> Exam:
    """The exam of a site, made when it is new and brought up to date when it is not. Told twice, it is the same."""
    course = _course(client, told.course_id)
    link = _link(client, course, told)
    if link.exam_id is None:
        return _make(client, course, link, told, actor=actor, now=now)
    return _change(client, db.session.get_one(Exam, link.exam_id), link, told, actor=actor, now=now)


def change_known(client: ProviderClient, exam: Exam, told: ToldExam, *, actor: Actor, now: datetime) -> Exam:
    """What a site says anew of an exam, which is found by our id whatever id the site adds."""
    link = link_of(client, exam)
    return _change(client, exam, link, replace(told, external_id=link.link_id), actor=actor, now=now)


def get_exam(client: ProviderClient, identifier: str) -> Exam:
    """An exam of this site, by our id, or by the site's own where none has ours. Raises `NotFound("exam")`."""
    mine = select(Exam).join(ResourceLink, ResourceLink.exam_id == Exam.id)
    mine = mine.where(ResourceLink.deployment_id == client.deployment.id)
    found = db.session.scalars(mine.where(Exam.identifier == identifier)).first()
    found = found or db.session.scalars(mine.where(ResourceLink.link_id == identifier)).first()
    if found is None:
        raise NotFound("exam")
    return found


def link_of(client: ProviderClient, exam: Exam) -> ResourceLink:
    mine = (ResourceLink.deployment_id == client.deployment.id, ResourceLink.exam_id == exam.id)
    return db.session.scalars(select(ResourceLink).where(*mine).order_by(ResourceLink.id)).first() or _gone()


def find_course(client: ProviderClient, course_id: str) -> Course | None:
    mine = (Course.deployment_id == client.deployment.id, Course.context_id == course_id)
    return db.session.scalars(select(Course).where(*mine)).one_or_none()


def content_id_of(link: ResourceLink) -> str:
    query = select(ClientExam.content_id).where(ClientExam.resource_link_id == link.id)
    return db.session.scalars(query).first() or ""


def _gone() -> ResourceLink:
    raise NotFound("exam")


def _course(client: ProviderClient, course_id: str) -> Course:
    wanted = {"deployment_id": client.deployment.id, "context_id": course_id}
    add_if_new(Course, **wanted, label=course_id, title="")
    return db.session.scalars(select(Course).filter_by(**wanted)).one()


def _link(client: ProviderClient, course: Course, told: ToldExam) -> ResourceLink:
    wanted = {"deployment_id": client.deployment.id, "link_id": told.external_id}
    added = add_if_new(ResourceLink, **wanted, course_id=course.id, title=told.name, scopes=[])
    link = db.session.scalars(select(ResourceLink).filter_by(**wanted)).one()
    if added is not None:
        db.session.add(ClientExam(resource_link_id=link.id, content_id=told.content_id))
    return link


def kind_of(told: ToldExam, before: Kind, *, has_onboarding: bool) -> Kind:
    """Exams that nobody watches any more keep their kind; they are not active."""
    if told.is_practice:
        return Kind.onboarding if has_onboarding else Kind.practice
    return Kind.proctored if told.is_proctored else before


def config_of_site(config: ExamConfig, told: ToldExam) -> ExamConfig:
    """What the site decides is the site's; the rest stays as the template or our own staff set it.

    The site keeps dates and grades, and shows the questions.
    """
    return config.model_copy(
        update={
            "delivery": Delivery.framed,
            "url": "",
            "package": "",
            "code": "",
            "open_at": None,
            "close_at": None,
            "attempt": 0,
            "may_decline": False,
            # The site asks for the onboarding when it registers the attempt.
            "needs_onboarding": False,
            "provider": "",
            "grade_source": GradeSource.nothing,
            "addons": config.addons - NOT_THERE,
            "overridable": frozenset({"lifetime"}),
            "lifetime": told.minutes,
            "rules": told.rules or config.rules,
        }
    )


def _make(
    client: ProviderClient, course: Course, link: ResourceLink, told: ToldExam, *, actor: Actor, now: datetime
) -> Exam:
    template = find_template(client.template or DEFAULT_TEMPLATE)
    config = template.config if template else with_preset(ExamConfig(), Preset.honour)
    exam = create_exam(
        title=told.name,
        kind=kind_of(told, Kind.proctored, has_onboarding=client.has_onboarding),
        config=config_of_site(config, told),
        course_id=course.id,
        actor=actor,
        now=now,
        template=template.identifier if template else "",
    )
    exam.is_active = is_watched(told)
    link.exam_id = exam.id
    db.session.flush()
    return exam


def _change(
    client: ProviderClient, exam: Exam, link: ResourceLink, told: ToldExam, *, actor: Actor, now: datetime
) -> Exam:
    kind = kind_of(told, exam.kind, has_onboarding=client.has_onboarding)
    change_exam(exam, title=told.name, kind=kind, config=config_of_site(exam.config, told), actor=actor, now=now)
    if exam.is_active != is_watched(told):
        exam.is_active = is_watched(told)
        journal.record(actor, "exam.activity", f"exam:{exam.id}", {"is_active": exam.is_active}, now)
    link.title = told.name
    known = db.session.scalars(select(ClientExam).filter_by(resource_link_id=link.id)).one_or_none()
    if known is not None and told.content_id:
        known.content_id = told.content_id
    return exam


def is_watched(told: ToldExam) -> bool:
    return told.is_active and (told.is_proctored or told.is_practice)
