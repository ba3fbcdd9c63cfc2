from tests.factories import make_submitted


def test_an_attempt_can_be_handed_in(app, now, time):
    attempt = make_submitted(now)
    assert attempt.status == "submitted"
