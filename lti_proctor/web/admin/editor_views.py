"""Adding a platform by hand, changing and removing one."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.errors import Refused
from lti_proctor.extensions import db
from lti_proctor.platforms import service
from lti_proctor.platforms.models import Registration
from lti_proctor.web.admin import words
from lti_proctor.web.admin.forms import PlatformForm
from lti_proctor.web.admin.lists import total, usage_of
from lti_proctor.web.admin.shared import administrator, back_to, load_platform, make_of, page, tool_values


def add_to(bp: Blueprint) -> None:
    both = ["GET", "POST"]
    one = "/platforms/<int:platform_id>"
    bp.add_url_rule("/platforms/new", "add_platform", add_platform, methods=both)
    bp.add_url_rule(f"{one}/settings", "edit_platform", edit_platform, methods=both)
    bp.add_url_rule(f"{one}/remove", "remove_platform", remove_platform, methods=both)


def add_platform() -> Response | str | tuple[str, int]:
    """A form for the LMS's own values; the kind of LMS and its host name fill in most of them."""
    who, form = administrator(), PlatformForm()
    if request.method == "GET":
        return _page(form, None)
    if "suggest" in request.form or form.is_bare:
        is_filled = form.suggest()
        return _page(form, None, is_filled=is_filled), 200 if is_filled else 422
    if not form.check() or _is_known(form):
        return _page(form, None), 422
    added = service.add_platform(form.details(), actor=who, now=clock.now())
    db.session.commit()
    flash(_("The platform is added. Exams can be opened from it at once."))
    return redirect(back_to(added), 303)


def _is_known(form: PlatformForm) -> bool:
    """The command line brings a known platform up to date; here that would be a mistake."""
    details = form.details()
    known = service.find_registration(details.issuer, details.client_id)
    if known is not None:
        form.blame("client_id", "platform_exists")
    return known is not None


def edit_platform(platform_id: int) -> Response | str | tuple[str, int]:
    found, form = load_platform(platform_id), PlatformForm()
    if request.method == "GET":
        form.show(found)
        return _page(form, found)
    if not form.check():
        return _page(form, found), 422
    try:
        service.change_platform(found, form.details(), actor=administrator(), now=clock.now())
    except Refused as refused:
        form.blame("client_id", refused.code)
        return _page(form, found), 422
    db.session.commit()
    flash(_("The platform is changed."))
    return redirect(back_to(found), 303)


def remove_platform(platform_id: int) -> Response | str:
    """A page that says what is lost; its button removes."""
    found = load_platform(platform_id)
    if request.method == "GET":
        return page("admin/remove.html", platform=found, usage=total(usage_of(found).values()))
    service.remove_platform(found, actor=administrator(), now=clock.now())
    db.session.commit()
    flash(_("The platform is removed."))
    return redirect(url_for("admin.platforms"), 303)


def _page(form: PlatformForm, found: Registration | None, *, is_filled: bool = False) -> str:
    return page(
        "admin/edit.html",
        form=form,
        platform=found,
        make=make_of(found) if found else "",
        is_filled=is_filled,
        notes=[words.NOTES[note] for note in form.chosen.notes],
        values=tool_values(form.chosen),
    )
