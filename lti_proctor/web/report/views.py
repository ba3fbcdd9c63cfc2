"""What of a report is read without an account: the format, and a report by its shared link."""

from urllib.parse import quote

from flask import Blueprint, Response, g, request
from werkzeug.wrappers import Response as BaseResponse

from lti_proctor import clock
from lti_proctor.chat.spoken import get_spoken
from lti_proctor.evidence import files, recordings
from lti_proctor.extensions import db
from lti_proctor.report import links
from lti_proctor.report.schema import published
from lti_proctor.web import headers, limits
from lti_proctor.web.report.page import render_report
from lti_proctor.web.report.session import load_link, open_by_key
from lti_proctor.web.stored import stored

bp = Blueprint("report", __name__, url_prefix="/api/report")


@bp.before_request
def _nobody_is_signed_in() -> None:
    """Whoever is, reads here as everybody else: the page names nobody but the learner."""
    g.is_plain = True
    g.always_html = True
    headers.tell_no_referrer()


@bp.after_request
def _not_for_search(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.get("/schema/<version>")
def schema(version: str) -> Response:
    """The JSON Schema of reports."""
    answer = Response(published(version), content_type="application/schema+json")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    # Programs of other sites read it as well.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@bp.get("/<identifier>")
def shared(identifier: str) -> BaseResponse | str:
    """The report as its learner sees it, for whoever has the link; each reading stands in the journal."""
    key = request.args.get("key")
    if key is not None:
        return open_by_key(identifier, key)
    link, now = load_link(identifier), clock.now()
    limits.rate("report_views").count(link.id)
    links.note_viewed(link, now=now)
    db.session.commit()
    return render_report(link.attempt, for_learner=True, link=link)


@bp.get("/<identifier>/recordings/<int:recording_id>")
def recording(identifier: str, recording_id: int) -> Response:
    """A film, in parts where the browser asks for a part."""
    found = recordings.get_recording(load_link(identifier).attempt, recording_id)
    if found.key is None:
        return Response(recordings.parts(found), mimetype=recordings.MEDIA_TYPE)
    return stored(found.key, recordings.MEDIA_TYPE)


@bp.get("/<identifier>/photos/<int:evidence_id>")
def photo(identifier: str, evidence_id: int) -> Response:
    found = links.get_picture(load_link(identifier).attempt, evidence_id)
    return stored(found.key, found.media_type)


@bp.get("/<identifier>/spoken/<int:evidence_id>")
def spoken(identifier: str, evidence_id: int) -> Response:
    """What a proctor said."""
    found = get_spoken(load_link(identifier).attempt, evidence_id)
    return stored(found.key, found.media_type)


@bp.get("/<identifier>/files/<int:evidence_id>")
def file(identifier: str, evidence_id: int) -> Response:
    """What the learner attached: saved, never opened among our pages."""
    found = files.get_file(load_link(identifier).attempt, evidence_id)
    answer = stored(found.key, found.media_type)
    headers.use_policy("sandbox; default-src 'none'")
    plain = f"file-{found.id}{files.ENDINGS[found.media_type]}"
    named = quote(found.name or plain, safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{named}"
    return answer
