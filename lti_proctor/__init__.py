"""LTI Proctor: exam proctoring that any LMS can launch over LTI 1.3."""

import gc
from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from lti_proctor.settings import ROOT, Settings


class Application(Flask):
    """All views and hooks are plain functions, so none has to be looked at for being asynchronous on each request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def wsgi_app(self, environ: dict[str, Any], start_response: Any) -> Any:
        # Servers say that they end each body themselves. Werkzeug then takes one that broke off for a whole one, and a
        # part of a film would be kept in place of it; by its announced length it is refused. Where none is announced
        # gunicorn notices; Granian does not, so that such a body is not read there (`web/hygiene.py`).
        if environ.get("CONTENT_LENGTH") or environ.get("SERVER_SOFTWARE") == "Granian":
            environ.pop("wsgi.input_terminated", None)
        return super().wsgi_app(environ, start_response)


def serve_app(settings: Settings) -> Flask:
    """The application of a server process, which is there for good: what it is made of is not looked through for
    garbage again and again, which costs a large page a third of its time.
    """
    app = create_app(settings)
    gc.collect()
    gc.freeze()
    return app


def create_app(settings: Settings) -> Flask:
    """The application: wiring in order, nothing else."""
    from lti_proctor import extensions, jobs, locales, logs, outside, storage, tables
    from lti_proctor.faces import engine
    from lti_proctor.providers import registry
    from lti_proctor.web import blueprints, headers, hygiene, language, limits, measures, pages, problems
    from lti_proctor.web.form_tokens import csrf
    from lti_proctor.web.sessions import ServerSessions

    app = Application(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=tables.engine_options(settings),
        MAX_CONTENT_LENGTH=settings.upload_max_bytes,
        MAX_FORM_MEMORY_SIZE=settings.upload_max_bytes,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SEND_FILE_MAX_AGE_DEFAULT=86400,
        TESTING=False,
    )
    app.extensions["settings"] = settings
    app.session_interface = ServerSessions()
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]

    logs.init_app(settings)
    extensions.init_database(app)
    extensions.migrate.init_app(app)
    csrf.init_app(app)
    locales.init_app(app)
    storage.init_app(app, settings)
    outside.init_app(app, settings)
    jobs.init_app(app, settings)
    engine.init(app.extensions, settings)
    registry.init(app.extensions, settings)
    language.init_app(app, settings)
    headers.init_app(app)
    limits.init_app(app, settings)
    problems.init_app(app)
    measures.init_app(app)
    hygiene.init_app(app)
    pages.init_app(app, settings)
    blueprints.init_app(app, settings)
    return app
