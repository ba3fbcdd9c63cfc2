"""The page on which people make the services fail and see what came."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.calls import all_calls
from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.faults import (
    MODE_WORDS,
    SERVICE_WORDS,
    all_faults,
    clear_faults,
    read_fault,
    set_fault,
)
from lti_proctor.sandbox.visitors import get_teacher
from lti_proctor.sandbox.world import PEOPLE

bp = Blueprint("trouble", __name__, url_prefix="/trouble")
SHOWN_CALLS = 40


@bp.get("")
def controls() -> ResponseReturnValue:
    store = sandbox().store
    return render_template(
        "sandbox/trouble.html",
        person=get_teacher(),
        services=SERVICE_WORDS,
        modes=MODE_WORDS,
        faults=all_faults(store),
        calls=all_calls(store)[: -SHOWN_CALLS - 1 : -1],
        names={person.id: person.name for person in PEOPLE},
    )


@bp.post("")
def switch_on() -> ResponseReturnValue:
    get_teacher()
    fault = read_fault(request.form.to_dict())
    set_fault(sandbox().store, fault)
    flash(f"{SERVICE_WORDS[fault.service]}: {MODE_WORDS[fault.mode]}.")
    return redirect(url_for("trouble.controls"), 303)


@bp.post("/off")
def switch_off() -> ResponseReturnValue:
    get_teacher()
    clear_faults(sandbox().store, request.form.get("service") or None)
    flash("Switched off.")
    return redirect(url_for("trouble.controls"), 303)
