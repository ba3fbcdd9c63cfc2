"""Every table and every job of the program, imported in one place, and how the database is opened."""

from typing import Any

from sqlalchemy.engine import make_url

from lti_proctor.attempts import gradebook
from lti_proctor.attempts import models as attempts
from lti_proctor.attempts import tasks as attempt_tasks
from lti_proctor.chat import models as chat
from lti_proctor.chat import tasks as chat_tasks
from lti_proctor.content import models as content
from lti_proctor.content import tasks as content_tasks
from lti_proctor.documents import models as documents
from lti_proctor.documents import tasks as document_tasks
from lti_proctor.evidence import models as evidence
from lti_proctor.evidence import tasks as evidence_tasks
from lti_proctor.exams import models as exams
from lti_proctor.faces import models as faces
from lti_proctor.faces import tasks as face_tasks
from lti_proctor.journal import models as journal
from lti_proctor.lti import control, roster_tasks
from lti_proctor.lti import tasks as lti_tasks
from lti_proctor.monitoring import models as monitoring
from lti_proctor.monitoring import tasks as monitoring_tasks
from lti_proctor.people import models as people
from lti_proctor.phone import models as phone
from lti_proctor.phone import tasks as phone_tasks
from lti_proctor.platforms import invites
from lti_proctor.platforms import models as platforms
from lti_proctor.providers import models as providers
from lti_proctor.providers import tasks as provider_tasks
from lti_proctor.providers.server import models as provider_clients
from lti_proctor.providers.server import tasks as site_tasks
from lti_proctor.report import models as report
from lti_proctor.review import mails, models
from lti_proctor.review import tasks as review_tasks
from lti_proctor.schedule import models as schedule
from lti_proctor.settings import Settings
from lti_proctor.webhooks import models as webhooks
from lti_proctor.webhooks import tasks as webhook_tasks

TABLES = (
    attempts,
    chat,
    content,
    documents,
    evidence,
    exams,
    faces,
    gradebook,
    invites,
    journal,
    monitoring,
    people,
    phone,
    platforms,
    provider_clients,
    providers,
    models,
    report,
    schedule,
    webhooks,
)
JOBS = (
    attempt_tasks,
    chat_tasks,
    content_tasks,
    control,
    document_tasks,
    evidence_tasks,
    face_tasks,
    lti_tasks,
    mails,
    monitoring_tasks,
    phone_tasks,
    provider_tasks,
    review_tasks,
    roster_tasks,
    webhook_tasks,
    site_tasks,
)


def engine_options(settings: Settings) -> dict[str, Any]:
    """A pool that suits the database; SQLite's folder is made when it is missing."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        return {"connect_args": {"timeout": 15}}
    return {"pool_size": 8, "max_overflow": 8, "pool_use_lifo": True, "skip_autocommit_rollback": True}
