import pytest

from lti_proctor.web import language
from lti_proctor.web.language import known


@pytest.fixture
def catalogues(app, monkeypatch):
    monkeypatch.setitem(app.extensions, "locales", ("en", "es", "ar", "pt_BR", "zh_Hant"))


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-GB", "en"),
        ("en_US", "en"),
        ("es-MX", "es"),
        ("ar_SA", "ar"),
        ("pt-BR", "pt_BR"),
        ("pt_br", "pt_BR"),
        ("pt", None),
        ("pt-PT", None),
        ("zh-Hant", "zh_Hant"),
        ("zh-Hant-TW", None),
        ("fr", None),
        ("", None),
        (None, None),
        (5, None),
        (["en"], None),
        ("../../etc", None),
        ("e", None),
        ("english", None),
        ("-", None),
        ("en\0", None),
    ],
)
def test_a_language_of_an_lms_is_one_of_ours_or_none(catalogues, tag, found):
    assert known(tag) == found


def test_every_language_is_offered_by_its_own_name(catalogues):
    names = dict(language.languages())
    assert (names["en"], names["es"], names["ar"]) == ("English", "Español", "العربية")


def test_our_own_language_is_always_there(app):
    assert app.extensions["locales"][0] == "en"


def headers(accepted="", timezone=""):
    return {"Accept-Language": accepted, "Cookie": f"timezone={timezone}"}


@pytest.mark.parametrize(
    ("accepted", "chosen"), [("", "en"), ("es", "es"), ("fr, ar;q=0.5", "ar"), ("fr", "en"), ("es;q=0.1, en", "en")]
)
def test_the_browser_s_wish_counts_where_nobody_chose(app, catalogues, accepted, chosen):
    with app.test_request_context("/", headers=headers(accepted)):
        assert language.choose_locale() == chosen


@pytest.mark.parametrize(
    ("cookie", "chosen"),
    [("Europe/Madrid", "Europe/Madrid"), ("", "UTC"), ("Mars/Olympus", "UTC"), ("../etc/passwd", "UTC")],
)
def test_a_time_zone_is_one_that_exists(app, cookie, chosen):
    with app.test_request_context("/", headers=headers(timezone=cookie)):
        assert language.choose_timezone() == chosen
