"""Flags and remarks of an attempt."""

from flask import Blueprint

from lti_proctor import api
from lti_proctor.api.data import FlagData, WrittenData
from lti_proctor.people.scopes import Scope
from lti_proctor.web.api import access, bodies
from lti_proctor.web.api.routes import route


def add_to(bp: Blueprint) -> None:
    one, write = "/attempts/<int:attempt_id>", Scope.reviews_write
    route(bp, f"PUT {one}/flags/<int:flag_id>", judge_flag, write, tag="Reviews")
    route(bp, f"POST {one}/remarks", write_remark, write, tag="Reviews", status=201)


def judge_flag(attempt_id: int, flag_id: int, json: bodies.Judgement) -> FlagData:
    """Confirm or dismiss a flag, or open it again, in the name of the token's owner, who must have the right to review.

    The flags of an attempt stand in its report.
    """
    attempt, owner = access.load_attempt(attempt_id), access.person()
    return api.judge_flag(attempt.id, flag_id, json.disposition, by=owner)


def write_remark(attempt_id: int, json: bodies.NewRemark) -> WrittenData:
    """Write down a note, or an incident, which the learner sees; an incident names its cause."""
    attempt, owner = access.load_attempt(attempt_id), access.person()
    return api.write_remark(attempt.id, json.kind, json.text, cause=json.cause, moment=json.moment, by=owner)
