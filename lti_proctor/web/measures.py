"""Whether the program is alive and ready, and its numbers for Prometheus."""

import time
from bisect import bisect_left
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, g, jsonify, make_response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.outbox import Effect, State

bp = Blueprint("measures", __name__)
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Requests(Collector):
    """Counts and times of requests: added up cheaply at each request, made into metrics when somebody asks."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, int], int] = {}
        self.times: dict[str, list[float]] = {}

    def note(self, endpoint: str, status: int, seconds: float) -> None:
        key = (endpoint, status)
        self.counts[key] = self.counts.get(key, 0) + 1
        row = self.times.get(endpoint)
        if row is None:
            row = self.times[endpoint] = [0.0] * (len(BOUNDS) + 2)
        row[bisect_left(BOUNDS, seconds)] += 1
        row[-1] += seconds

    def collect(self) -> Iterator[Metric]:
        counts = CounterMetricFamily(
            "lti_proctor_requests", "Requests by endpoint and status", labels=["endpoint", "status"]
        )
        for (endpoint, status), count in list(self.counts.items()):
            counts.add_metric([endpoint, str(status)], count)
        yield counts
        times = HistogramMetricFamily("lti_proctor_request_seconds", "Time of a request", labels=["endpoint"])
        for endpoint, row in list(self.times.items()):
            running, buckets = 0.0, []
            for bound, n in zip([*map(str, BOUNDS), "+Inf"], row[:-1], strict=True):
                running += n
                buckets.append((bound, running))
            times.add_metric([endpoint], buckets, row[-1])
        yield times


#: `doctor` sends this with an underscore: what comes through could stand for any other header, and be a lie.
UNDERSCORED = "Underscore-Probe"
registry = CollectorRegistry()
requests = Requests()
registry.register(requests)
OUTBOX = Gauge("lti_proctor_outbox_rows", "Effects that are not done", ["state"], registry=registry)
ATTEMPTS = Gauge("lti_proctor_attempts", "Attempts by status", ["status"], registry=registry)


@bp.get("/healthz")
def alive() -> Response:
    answer = make_response("ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"})
    if UNDERSCORED in request.headers:
        answer.headers[UNDERSCORED] = "passed"
    return answer


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
        seconds = time.perf_counter() - g.began if "began" in g else 0.0
        requests.note(request.endpoint or "none", response.status_code, seconds)
        return response
