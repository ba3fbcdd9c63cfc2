"""The report of an attempt as a file to take away."""

from flask import Blueprint, Response, request

from lti_proctor import clock
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Invalid
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.people.roles import Permission
from lti_proctor.platforms import keys
from lti_proctor.report import archive, pdf, schema
from lti_proctor.report.archive import Part
from lti_proctor.report.data import Report
from lti_proctor.report.gather import gather
from lti_proctor.report.taking import Form, note_taken
from lti_proctor.web import limits
from lti_proctor.web.access import actor, load_attempt_of
from lti_proctor.web.report import offline, pdf_page


def add_to(bp: Blueprint) -> None:
    base = "/exams/<int:exam_id>/attempts/<int:attempt_id>"
    bp.add_url_rule(f"{base}/report.json", "report_json", report_json)
    bp.add_url_rule(f"{base}/report.pdf", "report_pdf", report_pdf)
    bp.add_url_rule(f"{base}/report.zip", "report_zip", report_zip)


def report_json(exam_id: int, attempt_id: int) -> Response:
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_view)
    report = _taken(found, Form.json)
    db.session.commit()
    return _as_file(Response(schema.to_json(report), mimetype="application/json"), found, "json")


def report_pdf(exam_id: int, attempt_id: int) -> Response:
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_view)
    limits.rate("report_pdfs").count(found.id)
    report = _taken(found, Form.pdf)
    html, assets = pdf_page.page_of(found, report)
    # Drawing takes a second or two, in which nobody else has to wait for what was written.
    db.session.commit()
    return _as_file(Response(pdf.make(html, pdf_page.sheet(), assets), mimetype="application/pdf"), found, "pdf")


def report_zip(exam_id: int, attempt_id: int) -> Response:
    """What was ticked, with the journal and the verifier; sent as it is read."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_view)
    parts, signer = _parts(), keys.signer(now=clock.now())
    report = _taken(found, Form.zip, parts, signer.thumbprint)
    members = [
        *archive.data_of(found, report, parts),
        archive.text("README.txt", offline.readme(report, signer.thumbprint)),
    ]
    if Part.player in parts:
        members.append(archive.text("index.html", offline.player_page(report, parts)))
    members += archive.media_of(found, report, parts)
    db.session.commit()
    # The database is not asked any more while a slow line takes its hour.
    answer = Response(archive.stream(members, report, signer), mimetype="application/zip")
    return _as_file(answer, found, "zip")


def _parts() -> frozenset[Part]:
    """`with=videos,player`, or several `with`; nothing said is everything."""
    given = request.args.getlist("with")
    wanted = {word for text in given for word in text.split(",") if word}
    if not wanted <= set(Part):
        raise Invalid("fields")
    return frozenset(map(Part, wanted)) if given else frozenset(Part)


def _taken(found: Attempt, form: Form, parts: frozenset[Part] = frozenset(), key: str | None = None) -> Report:
    """Gathered in the transaction that writes the seal, so that the seal is the end of the journal in the file."""
    now = clock.now()
    note_taken(found, form, parts=parts, key=key, actor=actor(Role.reviewer), now=now)
    return gather(found, now=now)


def _as_file(answer: Response, found: Attempt, ending: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="report-{found.id}.{ending}"'
    return answer
