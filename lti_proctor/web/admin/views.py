"""Platforms: the list, one of them, and what an administrator does to it by one press."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.extensions import db
from lti_proctor.lti.roles import table_of
from lti_proctor.platforms import invites, service
from lti_proctor.platforms.models import Deployment, Registration
from lti_proctor.web.admin import client_views, editor_views, invite_views, mail_views, role_views, token_views, words
from lti_proctor.web.admin.forms import DeploymentForm
from lti_proctor.web.admin.lists import attempts_on, usage_of, waiting_first
from lti_proctor.web.admin.shared import LARGEST_KEY, administrator, back_to, load_platform, make_of, page, tool_values
from lti_proctor.web.alarms import alarm_values

bp = Blueprint("admin", __name__, url_prefix="/admin")
editor_views.add_to(bp)
invite_views.add_to(bp)
role_views.add_to(bp)
mail_views.add_to(bp)
token_views.add_to(bp)
client_views.add_to(bp)


@bp.get("/")
def home() -> Response:
    administrator()
    return redirect(url_for("admin.platforms"))


@bp.get("/false-alarms")
def alarms() -> str:
    """How often flags were false alarms, over the whole site."""
    administrator()
    return page("admin/alarms.html", tab="alarms", **alarm_values(None))


@bp.get("/platforms")
def platforms() -> str:
    """All platforms; those that wait for somebody stand first."""
    administrator()
    rows = waiting_first(service.all_platforms())
    n_open = len(invites.open_invites(now=clock.now()))
    return page("admin/platforms.html", platforms=rows, make_of=make_of, n_open=n_open)


@bp.get("/platforms/<int:platform_id>")
def platform(platform_id: int) -> str:
    return _page(load_platform(platform_id), DeploymentForm(formdata=None))


@bp.post("/platforms/<int:platform_id>/approve")
def approve(platform_id: int) -> Response:
    found = load_platform(platform_id)
    service.approve_platform(found, actor=administrator(), now=clock.now())
    db.session.commit()
    flash(_("Exams can be opened from this course system now."))
    return redirect(back_to(found), 303)


@bp.post("/platforms/<int:platform_id>/deactivate")
def deactivate(platform_id: int) -> Response:
    found = load_platform(platform_id)
    service.deactivate_platform(found, actor=administrator(), now=clock.now())
    db.session.commit()
    flash(_("No exam can be opened from this course system until it is approved again."))
    return redirect(back_to(found), 303)


@bp.post("/platforms/<int:platform_id>/deployments")
def add_deployment(platform_id: int) -> Response | tuple[str, int]:
    found, form = load_platform(platform_id), DeploymentForm()
    try:
        deployment_id = (form.deployment_id.data or "").strip()
        service.add_deployment(found, deployment_id, actor=administrator(), now=clock.now())
    except Invalid:
        form.deployment_id.errors = [words.PROBLEMS["deployment_id"]]
        return _page(found, form), 422
    db.session.commit()
    flash(_("The deployment is added."))
    return redirect(back_to(found, "deployments"), 303)


@bp.post("/platforms/<int:platform_id>/deployments/<int:deployment_key>/remove")
def remove_deployment(platform_id: int, deployment_key: int) -> Response:
    found = load_platform(platform_id)
    deployment = db.session.get(Deployment, deployment_key) if deployment_key <= LARGEST_KEY else None
    if deployment is None or deployment.registration is not found:
        raise NotFound("page")
    n_attempts = attempts_on(deployment)
    service.remove_deployment(deployment, n_attempts=n_attempts, actor=administrator(), now=clock.now())
    db.session.commit()
    flash(_("The deployment is removed."))
    return redirect(back_to(found, "deployments"), 303)


def _page(found: Registration, form: DeploymentForm) -> str:
    return page(
        "admin/platform.html",
        platform=found,
        make=make_of(found),
        form=form,
        usage=usage_of(found),
        changed_roles=[row for row in table_of(found.role_map) if row.part != row.default],
        parts=words.PARTS,
        values=tool_values(),
    )
