"""The record store against the specification (xAPI 1.0.3, Communication), as far as a course package needs it."""

import hashlib
import json
from urllib.parse import urlencode

import pytest

from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event
from lti_proctor.content.records import activity_of
from lti_proctor.journal import Actor, Role
from lti_proctor.web.xapi.tokens import token_for
from tests.factories import make_attempt, make_running

ONE = "6f1ae5b0-0000-4000-8000-000000000001"
TWO = "6f1ae5b0-0000-4000-8000-000000000002"
AGENT = json.dumps({"account": {"homePage": "https://tool.example", "name": "a"}})
VERB = "http://adlnet.gov/expapi/verbs/completed"
STATE = {"activityId": "https://x.example/a", "agent": AGENT, "stateId": "s"}
PROFILE = {"activityId": "https://x.example/a", "profileId": "p"}
PERSON = {"agent": AGENT, "profileId": "p"}


class Store:
    """Somebody's content: a browser without cookies that holds one token."""

    def __init__(self, app, attempt):
        self.client, self.attempt, self.root = app.test_client(), attempt, activity_of(attempt)
        self.head = {"Authorization": token_for(attempt), "X-Experience-API-Version": "1.0.3"}

    def ask(self, method, path, parameters=None, body=None, *, media_type="application/json", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = json.dumps(body) if isinstance(body, dict | list) else body
        return self.client.open(
            f"/xapi/{path}", method=method, query_string=parameters or {}, data=data,
            headers={**self.head, "Content-Type": media_type, **named},
        )  # fmt: skip

    def ask_otherwise(self, method, path, parameters=None, body="", **headers):
        """The alternate request syntax: everything in a form."""
        form = {**self.head, **headers, **(parameters or {}), "content": body}
        return self.client.post(f"/xapi/{path}?method={method}", data=form)

    def statement(self, share=0.5, **more):
        result = {"score": {"scaled": share}} if share is not None else {"completion": True}
        return {"actor": json.loads(AGENT), "verb": {"id": VERB}, "object": {"id": self.root}, "result": result, **more}


@pytest.fixture
def store(app, now, time):
    return Store(app, make_running(now))


def test_about_needs_no_token_and_tells_the_version(client):
    answer = client.get("/xapi/about")
    assert answer.json == {"version": ["1.0.3"]}
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"


def test_a_statement_goes_in_and_comes_out(store):
    answer = store.ask("PUT", "statements", {"statementId": ONE}, store.statement(0.75))
    assert (answer.status_code, answer.data) == (204, b"")
    found = store.ask("GET", "statements", {"statementId": ONE})
    assert found.status_code == 200
    assert {k: found.json[k] for k in ("id", "verb", "result")} == {
        "id": ONE, "verb": {"id": VERB}, "result": {"score": {"scaled": 0.75}}
    }  # fmt: skip
    assert {"stored", "timestamp", "authority", "version"} <= set(found.json)
    assert "X-Experience-API-Consistent-Through" in found.headers
    assert str(store.attempt.result) == "0.750000"


def test_several_statements_get_their_ids_in_order(store):
    sent = [store.statement(None, id=ONE), store.statement(None)]
    answer = store.ask("POST", "statements", body=sent)
    assert answer.status_code == 200
    assert answer.json[0] == ONE
    assert len(set(answer.json)) == 2
    listed = store.ask("GET", "statements").json
    assert [found["id"] for found in listed["statements"]] == answer.json[::-1]
    assert listed["more"] == ""


LISTS = [
    ({}, 3), ({"limit": "2"}, 2), ({"limit": "0"}, 3), ({"verb": VERB}, 3), ({"verb": "a:b"}, 0),
    ({"activity": "https://x.example/other"}, 1), ({"since": "2026-11-24T08:00:00Z"}, 3),
    ({"since": "2026-11-24T10:00:00Z"}, 0), ({"until": "2026-11-24T10:00:00+00:00"}, 3), ({"ascending": "true"}, 3),
    ({"agent": AGENT, "registration": ONE, "related_activities": "true"}, 3),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "n"), LISTS, ids=str)
def test_statements_are_listed_by_what_is_asked(store, parameters, n):
    other = store.statement(None) | {"object": {"id": "https://x.example/other"}}
    store.ask("POST", "statements", body=[store.statement(None), other, store.statement(None)])
    assert len(store.ask("GET", "statements", parameters).json["statements"]) == n


def test_the_same_statement_again_changes_nothing_and_another_one_collides(store):
    for _ in range(2):
        assert store.ask("PUT", "statements", {"statementId": ONE}, store.statement(0.5)).status_code == 204
        assert store.ask("POST", "statements", body=store.statement(0.5, id=ONE)).status_code == 200
    for method, parameters in (("PUT", {"statementId": ONE}), ("POST", {})):
        assert store.ask(method, "statements", parameters, store.statement(0.6, id=ONE)).status_code == 409
    assert str(store.attempt.result) == "0.500000"


def test_one_bad_statement_spoils_all(store):
    answer = store.ask("POST", "statements", body=[store.statement(0.5), {}])
    assert (answer.status_code, answer.json["error"]) == (400, "xapi_statement")
    assert store.ask("GET", "statements").json["statements"] == []
    assert store.attempt.result is None


BAD = {
    "no version": ("GET", "statements", {}, None, {"X_Experience_API_Version": ""}, 400),
    "an old version": ("GET", "statements", {}, None, {"X_Experience_API_Version": "0.95"}, 400),
    "a new version": ("GET", "statements", {}, None, {"X_Experience_API_Version": "2.0.0"}, 400),
    "no token": ("GET", "statements", {}, None, {"Authorization": ""}, 401),
    "a forged token": ("GET", "statements", {}, None, {"Authorization": "Bearer MQ.forged"}, 401),
    "another kind of token": ("GET", "statements", {}, None, {"Authorization": "Basic eDp5"}, 401),
    "no such statement": ("GET", "statements", {"statementId": ONE}, None, {}, 404),
    "no voided statement": ("GET", "statements", {"voidedStatementId": ONE}, None, {}, 404),
    "an id and a filter": ("GET", "statements", {"statementId": ONE, "verb": VERB}, None, {}, 400),
    "an unknown parameter": ("GET", "statements", {"colour": "red"}, None, {}, 400),
    "a limit that is none": ("GET", "statements", {"limit": "all"}, None, {}, 400),
    "a moment that is none": ("GET", "statements", {"since": "yesterday"}, None, {}, 400),
    "PUT without an id": ("PUT", "statements", {}, "{}", {}, 400),
    "PUT with two ids": ("PUT", "statements", {"statementId": ONE}, json.dumps({"id": TWO}), {}, 400),
    "no JSON": ("POST", "statements", {}, "{", {}, 400),
    "an impossible share": ("POST", "statements", {}, "share", {}, 400),
    "DELETE of statements": ("DELETE", "statements", {}, None, {}, 405),
    "too much": ("POST", "statements", {}, "x" * 1_000_001, {}, 413),
    "state without an activity": ("GET", "activities/state", {"agent": AGENT}, None, {}, 400),
    "state without an agent": ("GET", "activities/state", {"activityId": "a:b"}, None, {}, 400),
    "an agent that is none": ("GET", "activities/state", {**STATE, "agent": "{}"}, None, {}, 400),
    "an agent that is no JSON": ("GET", "activities/state", {**STATE, "agent": "me"}, None, {}, 400),
    "an activity that is no IRI": ("GET", "activities/state", {**STATE, "activityId": "a"}, None, {}, 400),
    "a registration that is none": ("GET", "activities/state", {**STATE, "registration": "1"}, None, {}, 400),
    "no such state": ("GET", "activities/state", STATE, None, {}, 404),
    "PUT of a state without a name": (
        "PUT",
        "activities/state",
        {k: STATE[k] for k in ("activityId", "agent")},
        "x",
        {},
        400,
    ),
    "no such profile": ("GET", "activities/profile", PROFILE, None, {}, 404),
    "no such profile of a person": ("GET", "agents/profile", PERSON, None, {}, 404),
    "DELETE of all profiles": ("DELETE", "agents/profile", {"agent": AGENT}, None, {}, 400),
    "nothing to match": ("PUT", "activities/profile", PROFILE, "x", {"If_Match": '"a"'}, 412),
}


@pytest.mark.parametrize(("method", "path", "parameters", "body", "headers", "status"), BAD.values(), ids=BAD.keys())
def test_a_bad_request_gets_the_status_of_the_specification(store, method, path, parameters, body, headers, status):
    sent = store.statement(2) if body == "share" else body
    answer = store.ask(method, path, parameters, sent, **headers)
    assert answer.status_code == status
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("path", "where", "name"),
    [
        ("activities/state", STATE, "stateId"),
        ("activities/profile", PROFILE, "profileId"),
        ("agents/profile", PERSON, "profileId"),
    ],
)
def test_a_document_is_kept_as_it_came(store, path, where, name):
    content = b"\x00\xffany bytes"
    assert store.ask("PUT", path, where, content, media_type="application/x-own").status_code == 204
    found = store.ask("GET", path, where)
    assert (found.data, found.headers["Content-Type"]) == (content, "application/x-own")
    assert found.headers["ETag"] == f'"{hashlib.sha1(content).hexdigest()}"'
    assert "Last-Modified" in found.headers
    # Somebody's bytes under our name: no browser may run them.
    assert "sandbox" in found.headers["Content-Security-Policy"]
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["Content-Disposition"] == "attachment"
    listed = {key: value for key, value in where.items() if key != name}
    assert store.ask("GET", path, listed).json == [where[name]]
    assert store.ask("GET", path, {**listed, "since": "2027-01-01T00:00:00Z"}).json == []
    assert store.ask("DELETE", path, where).status_code == 204
    assert store.ask("GET", path, where).status_code == 404
    assert store.ask("DELETE", path, where).status_code == 204


def test_posting_json_merges_the_top_level(store):
    path = "activities/state"
    assert store.ask("POST", path, STATE, {"a": 1, "b": {"x": 1}}).status_code == 204
    assert store.ask("POST", path, STATE, {"b": {"y": 2}, "c": 3}).status_code == 204
    assert store.ask("GET", path, STATE).json == {"a": 1, "b": {"y": 2}, "c": 3}


@pytest.mark.parametrize(
    ("before", "before_type", "after", "after_type"),
    [
        ("plain", "text/plain", '{"a": 1}', "application/json"),
        ('{"a": 1}', "application/json", "plain", "text/plain"),
        ('{"a": 1}', "application/json", "[1]", "application/json"),
        ("[1]", "application/json", '{"a": 1}', "application/json"),
        ('{"a": 1}', "application/json", "{", "application/json"),
    ],
)
def test_posting_over_something_else_is_refused(store, before, before_type, after, after_type):
    store.ask("PUT", "activities/state", STATE, before, media_type=before_type)
    answer = store.ask("POST", "activities/state", STATE, after, media_type=after_type)
    assert (answer.status_code, answer.json["error"]) == (400, "xapi_merge")
    assert store.ask("GET", "activities/state", STATE).data == before.encode()


def test_a_state_is_kept_for_each_registration_and_removed_for_one(store):
    for registration in (ONE, TWO):
        store.ask("PUT", "activities/state", {**STATE, "registration": registration}, registration)
    assert store.ask("GET", "activities/state", {**STATE, "registration": TWO}).text == TWO
    every = {key: value for key, value in STATE.items() if key != "stateId"}
    assert store.ask("DELETE", "activities/state", {**every, "registration": ONE}).status_code == 204
    assert store.ask("GET", "activities/state", {**every, "registration": ONE}).json == []
    assert store.ask("GET", "activities/state", every).json == ["s"]
    store.ask("DELETE", "activities/state", every)
    assert store.ask("GET", "activities/state", every).json == []


@pytest.mark.parametrize(("path", "where"), [("activities/profile", PROFILE), ("agents/profile", PERSON)])
def test_a_profile_is_written_over_with_a_condition_only(store, path, where):
    assert store.ask("PUT", path, where, "one", If_None_Match="*").status_code == 204
    assert store.ask("PUT", path, where, "two", If_None_Match="*").status_code == 412
    assert store.ask("PUT", path, where, "two").status_code == 409
    tag = store.ask("GET", path, where).headers["ETag"]
    assert store.ask("PUT", path, where, "two", If_Match=tag).status_code == 204
    assert store.ask("PUT", path, where, "three", If_Match=tag).status_code == 412
    assert store.ask("DELETE", path, where, If_Match=tag).status_code == 412
    assert store.ask("GET", path, where).data == b"two"


def test_a_state_may_be_written_over_and_a_condition_is_kept_where_there_is_one(store):
    path = "activities/state"
    assert [store.ask("PUT", path, STATE, text).status_code for text in ("one", "two")] == [204, 204]
    assert store.ask("PUT", path, STATE, "three", If_None_Match="*").status_code == 412
    assert store.ask("PUT", path, STATE, "three", If_Match='"other"').status_code == 412


def test_old_content_puts_all_of_a_request_into_a_form(store):
    assert store.ask_otherwise("PUT", "activities/state", STATE, '{"at": "ü"}').status_code == 204
    found = store.ask_otherwise("GET", "activities/state", STATE)
    assert (found.status_code, json.loads(found.data)) == (200, {"at": "ü"})
    statement = json.dumps(store.statement(0.5))
    sent = store.ask_otherwise(
        "PUT", "statements", {"statementId": ONE}, statement, **{"Content-Type": "application/json"}
    )
    assert sent.status_code == 204
    assert store.ask_otherwise("GET", "statements", {"statementId": ONE}).json["id"] == ONE
    assert store.ask_otherwise("DELETE", "activities/state", STATE).status_code == 204
    assert store.ask_otherwise("PATCH", "activities/state", STATE).status_code == 405


def test_both_ways_at_once_are_refused(store):
    query = urlencode({"method": "PUT", "statementId": ONE})
    assert store.client.post(f"/xapi/statements?{query}", data=store.head).status_code == 400


def test_a_frame_without_an_origin_may_ask_first(client):
    answer = client.options(
        "/xapi/activities/state", headers={"Origin": "null", "Access-Control-Request-Method": "PUT"}
    )
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    for name in ("Authorization", "If-Match", "X-Experience-API-Version", "Content-Type"):
        assert name in answer.headers["Access-Control-Allow-Headers"]
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_one_attempt_sees_nothing_of_another(app, now, store):
    other = Store(app, make_running(now))
    store.ask("PUT", "activities/state", STATE, "mine")
    store.ask("PUT", "statements", {"statementId": ONE}, store.statement())
    assert other.ask("GET", "activities/state", STATE).status_code == 404
    assert other.ask("GET", "statements", {"statementId": ONE}).status_code == 404
    assert other.ask("PUT", "statements", {"statementId": ONE}, other.statement(0.1)).status_code == 204


def test_nothing_is_taken_before_the_start_and_after_the_end(app, now, store):
    attempts.fire(store.attempt, Event.submit, actor=Actor(Role.learner, store.attempt.user_id), now=now)
    before = Store(app, make_attempt(now))
    for closed in (store, before):
        assert closed.ask("POST", "statements", body=closed.statement()).status_code == 403
        assert closed.ask("PUT", "activities/state", STATE, "x").status_code == 403
        assert closed.ask("GET", "statements").status_code == 403
