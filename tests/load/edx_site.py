"""A site with edx-proctoring for `edx_flow.py`, which runs it with a Python of its own: no part of this program.

Only what the package asks of the platform around it: settings, a log-in, a page that shows the learner's view, services
that answer at once, and a provider that agrees to everything.
"""

import logging
import os
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

FOLDER = Path(os.environ["EDX_FOLDER"])
COURSE, CONTENT = "course-v1:load+flow+1", "flowexam"

settings.configure(
    SECRET_KEY="only-for-the-load-0123456789abcdef",
    ALLOWED_HOSTS=["*"],
    DEBUG=False,
    USE_TZ=True,
    ROOT_URLCONF="edx_site",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(FOLDER / "site.db"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
            "ATOMIC_REQUESTS": True,
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "rules",
        "rest_framework",
        "simple_history",
        "waffle",
        "edx_when",
        "edx_proctoring",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "crum.CurrentRequestUserMiddleware",
        "waffle.middleware.WaffleMiddleware",
    ],
    AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend", "rules.permissions.ObjectPermissionBackend"],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ],
    EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend",
    EMAIL_FILE_PATH=str(FOLDER / "mails"),
    LOGGING_CONFIG=None,
    COURSE_ID_PATTERN=r"(?P<course_id>[^/+]+(/|\+)[^/+]+(/|\+)[^/?]+)",
    SITE_NAME="edx.load.example",
    PLATFORM_NAME="Load",
    CONTACT_EMAIL="help@edx.load.example",
    TECH_SUPPORT_EMAIL="help@edx.load.example",
    DEFAULT_FROM_EMAIL="help@edx.load.example",
    LEARNING_MICROFRONTEND_URL="https://learn.edx.load.example",
    ENV_ROOT=str(FOLDER),
    PROCTORING_SETTINGS={"LINK_URLS": {"faq": "https://edx.load.example/faq"}},
    PROCTORING_BACKENDS={"DEFAULT": "flow", "flow": {}},
    PROCTORING_USER_OBFUSCATION_KEY="only-for-the-load",
)
# The lowest level that the other side logs at as well.
logging.disable(logging.WARNING)
django.setup()

# Models and views may be imported only now.
import rules  # noqa: E402
from django.apps import apps  # noqa: E402
from django.contrib.auth import get_user_model, login  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.urls import include, path  # noqa: E402
from edx_proctoring.api import create_exam, get_student_view  # noqa: E402
from edx_proctoring.backends.null import NullBackendProvider  # noqa: E402
from edx_proctoring.runtime import set_runtime_service  # noqa: E402


class Agreeable(NullBackendProvider):  # type: ignore[misc]
    verbose_name = "Flow"

    def register_exam_attempt(self, _exam: object, context: dict[str, Any]) -> str:
        return str(context["attempt_code"])

    def get_software_download_url(self) -> str:
        return "https://provider.load.example/software"


class Credit:
    def get_credit_state(self, user_id: int, _course: str, **_more: object) -> dict[str, Any]:
        return {
            "enrollment_mode": "verified",
            "profile_fullname": "A Learner",
            "student_email": f"learner-{user_id}@edx.load.example",
            "course_name": "Flow",
            "course_end_date": None,
            "is_credit_course": False,
            "credit_requirement_status": [],
        }

    def set_credit_requirement_status(self, *_given: object, **_more: object) -> None:
        pass


class Instructor:
    def is_course_staff(self, *_given: object) -> bool:
        return False

    def get_proctoring_escalation_email(self, _course: str) -> None:
        return None

    def complete_student_attempt(self, *_given: object, **_more: object) -> None:
        pass


def enter(request: HttpRequest) -> HttpResponse:
    user = get_user_model().objects.get(username=request.GET["name"])
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse(get_token(request))


def view(request: HttpRequest) -> HttpResponse:
    context = {
        "display_name": "Flow",
        "default_time_limit_mins": 30,
        "is_proctored": True,
        "is_practice_exam": False,
        "due_date": None,
        "hide_after_due": False,
        "credit_state": Credit().get_credit_state(request.user.id, COURSE),
    }
    found = get_student_view(request.user.id, COURSE, CONTENT, context, user_role="student")
    return HttpResponse(f"<!doctype html><title>Flow</title>{found or 'the questions'}")


def nowhere(_request: HttpRequest, **_given: object) -> HttpResponse:
    return HttpResponse(status=404)


urlpatterns = [
    path("enter", enter),
    path("view", view),
    path("courses/<path:course_id>/progress", nowhere, name="progress"),
    path("courses/<path:course_id>/jump_to/<path:location>", nowhere, name="jump_to"),
    path("courses/<path:course_id>/about", nowhere, name="info"),
    path("account", nowhere, name="account_settings"),
    path("password", nowhere, name="password_assistance"),
    path("api/", include(("edx_proctoring.urls", "edx_proctoring"), namespace="edx_proctoring")),
]

rules.add_perm("edx_proctoring.can_take_proctored_exam", rules.always_true)
set_runtime_service("credit", Credit())
set_runtime_service("instructor", Instructor())
apps.get_app_config("edx_proctoring").backends = {"flow": Agreeable()}
application = get_wsgi_application()


def prepare(learners: int) -> None:
    """Tables, one exam, and so many learners; the last one is the provider's user."""
    call_command("migrate", verbosity=0)
    people = get_user_model()
    people.objects.bulk_create(
        people(username=f"learner-{n}", email=f"learner-{n}@edx.load.example") for n in range(learners)
    )
    people.objects.create(username="provider", is_staff=True)
    create_exam(
        course_id=COURSE,
        content_id=CONTENT,
        exam_name="Flow",
        time_limit_mins=30,
        is_proctored=True,
        backend="flow",
    )


if __name__ == "__main__":
    prepare(int(os.environ["EDX_LEARNERS"]))
