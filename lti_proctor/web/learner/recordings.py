"""Recordings: chunks come in from the exam window; staff and the learner may look at what is kept."""

import json
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request

from lti_proctor import clock
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.evidence import recordings
from lti_proctor.evidence.models import Track
from lti_proctor.evidence.recordings import Answer, Kept, Sent
from lti_proctor.evidence.service import consent_of
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import brief_transaction, db
from lti_proctor.people.roles import Permission
from lti_proctor.web.access import load_attempt, load_own_or_viewed
from lti_proctor.web.learner.context import learner
from lti_proctor.web.sessions import settings, token_hash
from lti_proctor.web.stored import stored

CHUNKS_MAX = 10**6
STATUS = {Answer.stored: 200, Answer.known: 208, Answer.early: 409, Answer.over: 410}


def add_to(bp: Blueprint) -> None:
    base = "/<int:attempt_id>/recordings"
    chunk = f"{base}/<any(camera, screen):track>/<string(minlength=8, maxlength=40):name>"
    bp.add_url_rule(f"{chunk}/<int:seq>", "chunk", chunk_view, methods=["PUT"])
    bp.add_url_rule(f"{chunk}/end", "recording_end", end_view, methods=["POST"])
    bp.add_url_rule(f"{base}/<int:recording_id>", "recording", recording_view)


def chunk_view(attempt_id: int, track: str, name: str, seq: int) -> Response:
    """Keep a numbered chunk: 200 it is kept now, 208 it was, 409 another comes first, 410 the recording is closed.

    The answer tells how many are kept, which number is wanted next, and the end of the hash chain as a receipt.
    """
    number, now = request.args.get, clock.now()
    offset, begins = number("offset", -1, int), number("begins", 0, int)
    sent = Sent(track=Track(track), name=_name(name), seq=seq, offset=offset, begins_at=begins, data=_body())
    with brief_transaction() as transaction:
        kept = recordings.keep_further_chunk(attempt_id, token_hash(), sent, now=now)
        if kept is not None:
            transaction.commit()
            return _answer(kept)
    found = load_attempt(attempt_id, Permission.attempt_take)
    kept = recordings.keep_chunk(found, sent, actor=learner(found), now=now)
    db.session.commit()
    return _answer(kept)


def _answer(kept: Kept) -> Response:
    body = json.dumps({"have": kept.have, "want": kept.have + 1, "head": kept.head})
    return Response(body, STATUS[kept.answer], mimetype="application/json")


def end_view(attempt_id: int, track: str, name: str) -> Response:
    """The window tells how many chunks the recording has."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    count = (request.get_json(silent=True) or {}).get("chunks")
    if type(count) is not int or not 0 < count <= CHUNKS_MAX:
        raise Invalid("batch")
    recordings.end(found, _name(name), Track(track), count)
    db.session.commit()
    return jsonify(ended=True)


def recording_view(attempt_id: int, recording_id: int) -> Response:
    """The film, for its owner and for those who may see the attempt: in parts, where the browser asks for a part."""
    found = load_own_or_viewed(attempt_id)
    recording = recordings.get_recording(found, recording_id)
    if recording.key is None:
        answer = Response(recordings.parts(recording), mimetype=recordings.MEDIA_TYPE)
    else:
        answer = stored(recording.key, recordings.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'inline; filename="{recording.track}-{recording.id}.webm"'
    return answer


def _name(name: str) -> str:
    if not all(c.isascii() and (c.isalnum() or c in "_-") for c in name):
        raise NotFound("page")
    return name


def _body() -> bytes:
    """The body as it came, or `Invalid` when it is longer than a chunk may be; it is not read then."""
    if (request.content_length or 0) > settings().chunk_max_bytes:
        raise Invalid("chunk_too_large")
    return request.get_data(cache=False)


def recording_values(attempt: Attempt) -> dict[str, Any]:
    """What the page of a running exam needs to record: the tracks that the learner agreed to."""
    consent = consent_of(attempt)
    agreed = set(consent.captures).intersection(config_of(attempt).captures) if consent else set()
    return {"tracks": [track.value for track, needed in recordings.NEEDS.items() if needed in agreed]}


def may_have_leftovers(attempt: Attempt, now: datetime) -> bool:
    """Whether parts of a recording may wait in the learner's browser after the end."""
    if attempt.stopped_at is None or Addon.record not in config_of(attempt).addons:
        return False
    return now - attempt.stopped_at <= timedelta(hours=settings().recording_late_hours)
