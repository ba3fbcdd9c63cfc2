"""Sites that have their own exams watched here: the list, one of them, adding, changing, renewing, removing."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.errors import NotFound
from lti_proctor.exams.service import templates
from lti_proctor.extensions import db
from lti_proctor.providers.server import calls, clients
from lti_proctor.providers.server.models import ProviderClient
from lti_proctor.web.admin.client_forms import ClientForm
from lti_proctor.web.admin.shared import LARGEST_KEY, administrator, page
from lti_proctor.web.sessions import settings


def add_to(bp: Blueprint) -> None:
    both, one = ["GET", "POST"], "/sites/<int:client_key>"
    bp.add_url_rule("/sites", "clients", list_all)
    bp.add_url_rule("/sites/new", "add_client", add_client, methods=both)
    bp.add_url_rule(one, "client", client)
    bp.add_url_rule(f"{one}/settings", "edit_client", edit_client, methods=both)
    bp.add_url_rule(f"{one}/secret", "renew_secret", renew_secret, methods=["POST"])
    bp.add_url_rule(f"{one}/activity", "switch_client", switch_client, methods=["POST"])
    bp.add_url_rule(f"{one}/remove", "remove_client", remove_client, methods=both)


def load_client(client_key: int) -> ProviderClient:
    administrator()
    found = db.session.get(ProviderClient, client_key) if client_key <= LARGEST_KEY else None
    if found is None:
        raise NotFound("page")
    return found


def list_all() -> str:
    administrator()
    return page("admin/clients.html", clients=clients.all_clients())


def client(client_key: int) -> str:
    return _page(load_client(client_key))


def add_client() -> Response | str | tuple[str, int]:
    """The answer to the form shows the secret, once; it is in no address and not kept readable."""
    who, form = administrator(), ClientForm()
    _offer(form)
    if request.method == "GET":
        return _editor(form, None)
    if not form.check():
        return _editor(form, None), 422
    added, given = clients.add_client(form.details(), actor=who, now=clock.now())
    db.session.commit()
    return _page(added, secret=given.secret)


def edit_client(client_key: int) -> Response | str | tuple[str, int]:
    found, form = load_client(client_key), ClientForm()
    _offer(form)
    if request.method == "GET":
        form.show(found)
        return _editor(form, found)
    if not form.check():
        return _editor(form, found), 422
    clients.change_client(found, form.details(), actor=administrator(), now=clock.now())
    db.session.commit()
    calls.forget(found.id)
    flash(_("The site is changed."))
    return redirect(url_for("admin.client", client_key=found.id), 303)


def renew_secret(client_key: int) -> str:
    found = load_client(client_key)
    given = clients.renew_secret(found, actor=administrator(), now=clock.now())
    db.session.commit()
    return _page(found, secret=given.secret)


def switch_client(client_key: int) -> Response:
    found = load_client(client_key)
    clients.set_active(found, not found.is_active, actor=administrator(), now=clock.now())
    db.session.commit()
    flash(_("The site may use this tool.") if found.is_active else _("The site is kept out until you let it in again."))
    return redirect(url_for("admin.client", client_key=found.id), 303)


def remove_client(client_key: int) -> Response | str:
    """A page that says what is lost; its button removes."""
    found = load_client(client_key)
    if request.method == "GET":
        n_exams, n_attempts = clients.usage_of(found)
        return page("admin/client_remove.html", client=found, n_exams=n_exams, n_attempts=n_attempts)
    clients.remove_client(found, actor=administrator(), now=clock.now())
    db.session.commit()
    flash(_("The site is removed."))
    return redirect(url_for("admin.clients"), 303)


def _offer(form: ClientForm) -> None:
    form.template.choices = [("", _("The template called “default”")), *((t.identifier, t.title) for t in templates())]


def _page(found: ProviderClient, *, secret: str = "") -> str:
    n_exams, n_attempts = clients.usage_of(found)
    base = f"{settings().base_url}/provider"
    return page("admin/client.html", client=found, secret=secret, base_url=base, n_exams=n_exams, n_attempts=n_attempts)


def _editor(form: ClientForm, found: ProviderClient | None) -> str:
    return page("admin/client_edit.html", form=form, client=found)
