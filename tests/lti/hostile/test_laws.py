"""Laws that hold for whatever comes: made-up messages, addresses, states and targets."""

from urllib.parse import parse_qsl, quote, urlsplit

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lti_proctor.addresses import web_address
from lti_proctor.errors import Refused
from lti_proctor.extensions import db
from lti_proctor.lti.claims import AGS_ENDPOINT, DL_SETTINGS, LTI, NRPS, is_ours
from lti_proctor.lti.fields import is_address
from lti_proctor.lti.keysets import read_keys
from lti_proctor.lti.proctoring import AP
from lti_proctor.lti.registration import read_answer, read_offer
from lti_proctor.lti.state import LoginState, open_state, seal
from lti_proctor.web.returns import MESSAGES, return_address
from tests.conftest import BASE_URL
from tests.lti.hostile.conftest import KINDS
from tests.lti.hostile.refusal import REFERENCE, rows
from tests.lti.hostile.tokens import good, signed

texts = st.text(max_size=12) | st.sampled_from(
    ["", "\0", "\ud800", "https://lms.example/x", "javascript:1", "1.3.0", "1", "x" * 300]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
NAMES = [
    "iss", "aud", "azp", "sub", "exp", "iat", "nbf", "nonce", "name", "email", "locale", AGS_ENDPOINT, DL_SETTINGS, NRPS,
    *(LTI + name for name in ("version", "message_type", "deployment_id", "target_link_uri", "roles", "context", "for_user")),
    *(LTI + name for name in ("resource_link", "custom", "launch_presentation", "tool_platform", "lis")),
    *(AP + name for name in ("attempt_number", "session_data", "start_assessment_url", "acs", "proctoring_settings", "errormsg")),
]  # fmt: skip
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(kind=st.sampled_from(list(KINDS)), changes=st.dictionaries(st.sampled_from(NAMES), json_values, max_size=3))
def test_whatever_a_platform_signs_comes_in_whole_or_is_refused_and_leaves_nothing(
    app, sender, platform, kind, changes
):
    app.extensions["failures"].forget()
    sender.begin()
    before = rows()
    answer = sender.post(platform.sign({**sender.claims(**KINDS[kind](platform)), **changes}))
    if answer.status_code in {200, 303}:
        return
    assert 400 <= answer.status_code < 500
    assert REFERENCE.search(answer.text)
    assert rows() == before


@MANY
@given(header=json_values | st.binary(max_size=40), payload=json_values | st.binary(max_size=40))
def test_whatever_header_and_payload_are_no_launch_is_made_of_them(app, sender, platform_key, header, payload):
    app.extensions["failures"].forget()
    sender.begin()
    before = rows()
    for token in (signed(platform_key, header, payload), signed(platform_key, good(), payload)):
        assert sender.post(token).status_code == 400
    assert rows() == before


@MANY
@given(token=st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{0,30}(\.[A-Za-z0-9_-]{0,30}){2}", fullmatch=True))
def test_whatever_text_is_no_token(app, sender, token):
    app.extensions["failures"].forget()
    if not sender.state:
        sender.begin()
    assert sender.post(token).status_code == 400
    db.session.rollback()


# addresses

words = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)
hosts = st.builds("{}.example".format, st.from_regex(r"[a-z]{1,8}", fullmatch=True))
queries = st.lists(st.tuples(st.text(max_size=6), st.text(max_size=6)), max_size=4).map(
    lambda pairs: "&".join(f"{quote(k)}={quote(v)}" for k, v in pairs)
)
raw_queries = queries | st.text(
    st.characters(codec="ascii", exclude_categories=["C", "Z"], exclude_characters="#"), max_size=30
)
said = st.dictionaries(
    st.sampled_from([*MESSAGES, "state", "id_token"]), st.text(st.characters(codec="utf-8"), max_size=20), max_size=4
)


@given(host=hosts, path=words, query=raw_queries, fragment=words | st.just(""), messages=said)
def test_the_way_back_keeps_what_the_platform_gave_and_adds_only_its_messages(host, path, query, fragment, messages):
    url = f"https://{host}/{path}" + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    back = return_address(url, **messages)
    before, after = urlsplit(url), urlsplit(back)
    assert before._replace(query="") == after._replace(query="")
    assert after.query.startswith(before.query)
    known = {name for name, _value in parse_qsl(before.query, keep_blank_values=True)}
    added = after.query[len(before.query) :].removeprefix("&")
    expected = {n: t for n, t in messages.items() if n in MESSAGES and t and n not in known}
    assert dict(parse_qsl(added, keep_blank_values=True)) == expected


@given(
    st.text(max_size=40)
    | st.builds(
        "{}{}".format, st.sampled_from(["http://", "https://", "//", "javascript:", "http:\\\\"]), st.text(max_size=30)
    )
)
def test_an_address_that_we_send_browsers_to_has_a_host_and_nothing_hidden(url):
    if not is_address(url):
        return
    parts = web_address(url)
    assert parts.scheme in {"http", "https"}
    assert parts.hostname
    assert not set("\\@;, \t\r\n\0'\"<>") & set(parts.netloc)


tails = st.text(max_size=20) | st.sampled_from(
    ["/", "/lti", "?x", "#x", ".evil.example/", "@evil.example/", ":1/", "\\@evil", "\0", " "]
)


@given(st.sampled_from([BASE_URL, BASE_URL.upper(), "http://evil.example", "//localhost:8000", ""]), tails)
def test_an_address_is_ours_only_on_our_host(start, tail):
    url = start + tail
    if is_ours(url, BASE_URL):
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc.lower()) == ("http", "localhost:8000")


@given(st.text(max_size=10), st.sampled_from(["https://tool.example/exams", "https://tool.example/exams/"]))
def test_below_a_path_only_what_lies_there_is_ours(tail, base):
    assume("\\" not in tail)
    if is_ours(f"https://tool.example/{tail}", base.rstrip("/")):
        assert urlsplit(f"https://tool.example/{tail}").path.startswith("/exams")


# states

plain = st.text(st.characters(codec="utf-8"), max_size=40)
states = st.builds(
    LoginState, registration_id=st.integers(1, 10**9), nonce=plain, browser=plain, target_link_uri=plain, login_hint=plain,
    message_hint=st.none() | plain, deployment_id=st.none() | plain, storage_target=st.none() | plain, storage=st.none() | plain,
)  # fmt: skip


@given(states)
def test_a_state_opens_as_it_was_sealed(settings, state):
    assert open_state(seal(state, settings), settings) == state


@given(states, st.data())
def test_a_state_that_was_touched_opens_as_no_other(settings, state, data):
    sealed = seal(state, settings)
    place = data.draw(st.integers(0, len(sealed) - 1))
    letter = data.draw(st.characters(codec="ascii"))
    changed = sealed[:place] + letter + sealed[place + 1 :]
    # Base64 has several spellings of the same signature.
    try:
        assert open_state(changed, settings) == state
    except Refused as refused:
        assert refused.code in {"state_missing", "state_expired"}  # noqa: PT017 - which of the two is by chance


# documents


@given(st.dictionaries(st.sampled_from(["keys", "x"]), json_values, max_size=2), json_values)
def test_whatever_stands_in_a_key_set_is_read_or_passed_over(key_set, key):
    keys = key_set.get("keys")
    dicts = [k for k in keys if isinstance(k, dict)] if isinstance(keys, list) else []
    assert read_keys({"keys": [*dicts, {"kty": "RSA", "kid": "k", "n": key, "e": key}]}) == {}


@given(
    st.dictionaries(
        st.sampled_from(["issuer", "token_endpoint", "jwks_uri", "client_id", "scopes_supported"]), json_values
    )
)
def test_whatever_a_platform_offers_or_answers_is_read_or_refused(found):
    for read in (lambda: read_offer(found, "https://lms.example/config"), lambda: read_answer(found)):
        try:
            read()
        except Refused as refused:
            assert refused.code.startswith("registration_")  # noqa: PT017 - both are good
