"""Tokens of programs that use the REST interface."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.extensions import db
from lti_proctor.people import tokens
from lti_proctor.people.models import User
from lti_proctor.web.access import person
from lti_proctor.web.admin import words
from lti_proctor.web.admin.forms import TokenForm
from lti_proctor.web.admin.shared import LARGEST_KEY, administrator, page


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/tokens", "tokens", show, methods=["GET", "POST"])
    bp.add_url_rule("/tokens/<int:token_id>/revoke", "revoke_token", revoke, methods=["POST"])


def show() -> str | tuple[str, int]:
    """The tokens, and a form for one more, which acts in the name of whoever makes it.

    A new one is told in the answer itself: nothing keeps it, so no other page could.
    """
    who, form = administrator(), TokenForm()
    if request.method == "GET":
        return _page(form)
    if not form.check():
        return _page(form), 422
    try:
        token, _row = tokens.make_token(
            form.name.data or "", form.scopes.data or [], days=form.n_days, course=form.chosen_course,
            owner=db.session.get(User, person().user_id), actor=who, now=clock.now(),
        )  # fmt: skip
    except Invalid as invalid:
        form.blame({"token_name": "name", "token_scopes": "scopes"}.get(invalid.code, "days"), invalid.code)
        return _page(form), 422
    db.session.commit()
    return _page(form, token=token)


def revoke(token_id: int) -> Response:
    who = administrator()
    if token_id > LARGEST_KEY:
        raise NotFound("page")
    tokens.revoke_token(tokens.get_token(token_id), actor=who, now=clock.now())
    db.session.commit()
    flash(_("The token is revoked. It stopped at once."))
    return redirect(url_for("admin.tokens"), 303)


def _page(form: TokenForm, *, token: str | None = None) -> str:
    return page(
        "admin/tokens.html", form=form, token=token, tokens=tokens.tokens(), scopes=words.SCOPES, now=clock.now()
    )
