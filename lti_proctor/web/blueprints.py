"""The blueprints, each with its audience."""

from flask import Flask, render_template

from lti_proctor.settings import Settings
from lti_proctor.web import entry, measures
from lti_proctor.web.admin import views as admin
from lti_proctor.web.api import docs_views as api_docs
from lti_proctor.web.api import views as api
from lti_proctor.web.callbacks import views as callbacks
from lti_proctor.web.content import views as content
from lti_proctor.web.form_tokens import csrf
from lti_proctor.web.instructor import views as instructor
from lti_proctor.web.learner import views as learner
from lti_proctor.web.lti import views as lti
from lti_proctor.web.phone import views as phone
from lti_proctor.web.proctor import views as proctor
from lti_proctor.web.provider import views as provider
from lti_proctor.web.report import views as report
from lti_proctor.web.xapi import views as xapi

#: Blueprints without a person behind them, and why that is right.
PUBLIC = {
    "entry": "the sign-in page, language and help come before anybody is known",
    "lti": "the signed message is what is checked",
    "measures": "says nothing about people; keep /metrics inside by the proxy",
    "content": "the address carries a signed token of the attempt or of the member of staff who looks at the files",
    "phone": "a phone has a session of its own, which its views check; its first page shows how to join",
    "api_docs": "describes the interface for programs; the browser sends what is tried with the reader's own token",
    "api": "each request carries a token whose scope is checked; only the document that describes them is open",
    "callbacks": "providers are programs: each call carries the provider's own token, signature or secret",
    "provider": "a site carries an access token, its learners a signed address, its staff a signed way that works once",
    "report": "the format of reports is public; a report asks for the key of its link, which its views check",
    "xapi": "the exam's content carries the attempt's own token",
}


def init_app(app: Flask, settings: Settings) -> None:
    for module in (
        entry,
        measures,
        lti,
        xapi,
        callbacks,
        api,
        provider,
        api_docs,
        content,
        report,
        learner,
        phone,
        instructor,
        proctor,
        admin,
    ):
        app.register_blueprint(module.bp)
    # What these receive comes from other systems and is signed or carries a token of its own.
    csrf.exempt(lti.bp)
    csrf.exempt(xapi.bp)
    csrf.exempt(api.bp)
    csrf.exempt(callbacks.bp)
    csrf.exempt(provider.bp)
    if settings.development:
        app.add_url_rule("/styleguide", "styleguide", lambda: render_template("shared/styleguide.html"))
