"""Small pictures that a script of ours sends as the body of a request, with the moment at which they were taken."""

from datetime import datetime

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from lti_proctor import clock
from lti_proctor.errors import Invalid
from lti_proctor.evidence import snapshots

#: Milliseconds since 1970 that a moment can have: the year 9999 ends before.
MS_MAX = 253_000_000_000_000


def read_jpeg(most: int = snapshots.BYTES_MAX) -> bytes:
    """What is said to be too large is not read."""
    if request.mimetype != "image/jpeg":
        raise Invalid("picture_unreadable")
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge
    upload = request.get_data(cache=False)
    if len(upload) > most:
        raise RequestEntityTooLarge
    return upload


def read_moment() -> datetime:
    """`taken_ms` of the address: milliseconds of the server's clock."""
    text = request.args.get("taken_ms", "")
    if not text.isascii() or not text.isdigit() or len(text) > 15 or int(text) > MS_MAX:
        raise Invalid("snapshot_time")
    return clock.from_ms(int(text))
