"""What the roles of a platform count as."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.errors import Invalid
from lti_proctor.extensions import db
from lti_proctor.lti.roles import checked_map, table_of
from lti_proctor.people.roles import Part
from lti_proctor.platforms import service
from lti_proctor.platforms.models import Registration
from lti_proctor.web.admin import words
from lti_proctor.web.admin.forms import RolesForm
from lti_proctor.web.admin.shared import administrator, load_platform, page


@dataclass(frozen=True)
class Line:
    """One row of the form: the role, what is chosen, what the built-in table says."""

    role: str
    part: str
    default: Part | None


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/platforms/<int:platform_id>/roles", "roles", roles, methods=["GET", "POST"])


def roles(platform_id: int) -> Response | str | tuple[str, int]:
    """The table that holds. Every button saves all of it; one takes a row out, one goes back to the built-in table."""
    found, form = load_platform(platform_id), RolesForm()
    if request.method == "GET":
        return _page(found, form, dict(found.role_map))
    rows = {} if "reset" in request.form else _sent()
    try:
        role_map = checked_map({**rows, **_new(form)})
    except Invalid as invalid:
        form.new_role.errors = [words.PROBLEMS[invalid.code]]
        return _page(found, form, rows), 422
    service.change_role_map(found, role_map, actor=administrator(), now=clock.now())
    db.session.commit()
    flash(_("The roles are saved. They count from the next launch on."))
    return redirect(url_for("admin.roles", platform_id=found.id), 303)


def _sent() -> dict[str, str]:
    """The rows of the page, without the one that its button takes out."""
    pairs = zip(request.form.getlist("role"), request.form.getlist("part"), strict=False)
    gone = request.form.get("remove")
    return {role: part for role, part in list(pairs) if role != gone}


def _new(form: RolesForm) -> dict[str, str]:
    """The row below them, if it was filled in and no other button was pressed."""
    role = (form.new_role.data or "").strip()
    return {role: form.new_part.data or ""} if role and "reset" not in request.form else {}


def _page(found: Registration, form: RolesForm, role_map: dict[str, str]) -> str:
    lines = [Line(row.role, row.part.value, row.default) for row in table_of(role_map)]
    return page("admin/roles.html", platform=found, form=form, lines=lines, parts=words.PARTS)
