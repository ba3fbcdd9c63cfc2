import itsdangerous.timed
import pytest

from lti_proctor.errors import Refused
from lti_proctor.lti.state import LoginState, browser_hash, is_same_browser, open_state, seal

STATE = LoginState(
    registration_id=1,
    nonce="n-1",
    browser=browser_hash("cookie"),
    target_link_uri="http://localhost:8000/lti/launch",
    login_hint="hint ñ",
    message_hint=None,
    deployment_id="1",
)


def refusal(value, settings):
    with pytest.raises(Refused) as refused:
        open_state(value, settings)
    return refused.value.code


def test_a_sealed_state_opens_as_it_was(settings):
    assert open_state(seal(STATE, settings), settings) == STATE


@pytest.mark.parametrize("value", [None, "", "x", "a.b.c", "." * 500, "ñ", "eyJhbGciOiJub25lIn0.e30."])
def test_what_we_did_not_seal_does_not_open(settings, value):
    assert refusal(value, settings) == "state_missing"


def test_a_state_with_one_letter_changed_does_not_open(settings):
    sealed = seal(STATE, settings)
    for place in range(0, len(sealed), 7):
        other = "A" if sealed[place] != "A" else "B"
        changed = sealed[:place] + other + sealed[place + 1 :]
        assert refusal(changed, settings) in {"state_missing", "state_expired"}


def test_the_state_of_another_site_does_not_open(settings):
    other = settings.model_copy(update={"secret_key": "another secret of another site, quite long"})
    assert refusal(seal(STATE, other), settings) == "state_missing"


@pytest.mark.parametrize(("minutes", "opens"), [(0, True), (9.9, True), (10.1, False), (6000, False)])
def test_a_state_is_good_for_some_minutes(settings, monkeypatch, minutes, opens):
    sealed = seal(STATE, settings)
    later = itsdangerous.timed.time.time() + minutes * 60
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: later)
    if opens:
        assert open_state(sealed, settings) == STATE
    else:
        assert refusal(sealed, settings) == "state_expired"


def test_a_state_belongs_to_the_browser_that_began_the_login():
    assert is_same_browser(STATE, "cookie")
    assert not any(is_same_browser(STATE, cookie) for cookie in ("", "Cookie", "cookie ", "other"))


def test_the_cookie_itself_is_not_in_the_state(settings):
    assert "cookie" not in STATE.browser
    assert len(STATE.browser) == 32
