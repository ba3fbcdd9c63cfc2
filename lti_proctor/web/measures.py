"""Whether the program is alive and ready, and its numbers for Prometheus."""

import time

from flask import Blueprint, Flask, Response, g, jsonify, make_response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.outbox import Effect, State

bp = Blueprint("measures", __name__)
registry = CollectorRegistry()
REQUESTS = Counter("lti_proctor_requests", "Requests by endpoint and status", ["endpoint", "status"], registry=registry)
SECONDS = Histogram(
    "lti_proctor_request_seconds", "Time of a request", ["endpoint"], registry=registry,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)  # fmt: skip
OUTBOX = Gauge("lti_proctor_outbox_rows", "Effects that are not done", ["state"], registry=registry)
ATTEMPTS = Gauge("lti_proctor_attempts", "Attempts by status", ["status"], registry=registry)


@bp.get("/healthz")
def alive() -> Response:
    return make_response("ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"})


@bp.get("/readyz")
def ready() -> Response:
    """200 when the database answers and its tables are there."""
    try:
        db.session.execute(text("SELECT 1 FROM attempts LIMIT 1")).first()
    except SQLAlchemyError:
        db.session.rollback()
        return make_response(jsonify(ready=False, reason="database"), 503)
    return make_response(jsonify(ready=True), 200)


@bp.get("/metrics")
def numbers() -> Response:
    for state in (State.waiting, State.aside):
        OUTBOX.labels(state.value).set(db.session.scalar(select(func.count()).where(Effect.state == state)) or 0)
    counts = dict(db.session.execute(select(Attempt.status, func.count()).group_by(Attempt.status)).all())
    for status in Status:
        ATTEMPTS.labels(status.value).set(counts.get(status, 0))
    return make_response(generate_latest(registry), 200, {"Content-Type": CONTENT_TYPE_LATEST})


def init_app(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, response.status_code).inc()
        if "began" in g:
            SECONDS.labels(endpoint).observe(time.perf_counter() - g.began)
        return response
