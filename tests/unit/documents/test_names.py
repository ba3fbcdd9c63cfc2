"""Whether two names may be of one person: people write them in many ways, and none of them is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.documents.names import Found, Limits, Result, compare, fold, judge, score
from tests.factories.documents import Specimen, zone

LIMITS = Limits(0.85, 0.65)
SAME, UNCLEAR, DIFFERS, NOT_READ = Result.same, Result.unclear, Result.differs, Result.not_read
names = st.text(st.characters(categories=["L", "Zs"]), max_size=30)


@pytest.mark.parametrize(
    ("wanted", "read", "result"),
    [
        ("Anna Maria Eriksson", "ANNA MARIA ERIKSSON", SAME),
        ("Eriksson Anna", "ANNA MARIA ERIKSSON", SAME),
        ("Anna Eriksson", "ANNA MARIA ERIKSSON", SAME),
        ("anna maria ERIKSSON", "ANNAMARIA ERIKSSON", SAME),
        ("Annamaria Eriksson", "ANNA MARIA ERIKSSON", SAME),
        ("Jürgen Müller", "JUERGEN MUELLER", SAME),
        ("Jürgen Müller", "JURGEN MULLER", SAME),
        ("Klaus Strauß", "KLAUS STRAUSS", SAME),
        ("Søren Kjærgård", "SOEREN KJAERGAARD", SAME),
        ("Søren Kjærgård", "SOREN KJARGARD", SAME),
        ("Łukasz Żółć", "LUKASZ ZOLC", SAME),
        ("José Ángel Núñez de la Peña", "JOSE ANGEL NUNEZ DE LA PENA", SAME),
        ("Þór Guðmundsson", "THOR GUDMUNDSSON", SAME),
        ("Seán O’Brien-Smith", "SEAN OBRIEN SMITH", SAME),
        ("Işıl Çağlayan", "ISIL CAGLAYAN", SAME),
        ("Nguyễn Thị Minh Khai", "NGUYEN THI MINH KHAI", SAME),
        ("Иван Петров", "IVAN PETROV", SAME),
        ("Юлия Щербакова", "IULIIA SHCHERBAKOVA", SAME),
        ("Anna Erikson", "ANNA MARIA ERIKSSON", SAME),
        ("Madonna", "MADONNA", SAME),
        # Perhaps: a person decides.
        ("Anna", "ANNA MARIA ERIKSSON", UNCLEAR),
        ("Eriksson", "ANNA MARIA ERIKSSON", UNCLEAR),
        ("Anna Berg", "ANNA ERIKSSON", UNCLEAR),
        ("Лев Толстой", "LEO TOLSTOY", UNCLEAR),
        ("علي حسن", "ALI HASSAN", UNCLEAR),
        ("李 明", "MING LI", UNCLEAR),
        ("", "ANNA ERIKSSON", UNCLEAR),
        ("!!!", "ANNA ERIKSSON", UNCLEAR),
        # Somebody else.
        ("Jonas Berg", "ANNA MARIA ERIKSSON", DIFFERS),
        ("Inés Márquez", "ANNA ERIKSSON", DIFFERS),
        ("Li Wang", "ANNA ERIKSSON", DIFFERS),
        ("<script>alert(1)</script>", "ANNA MARIA ERIKSSON", DIFFERS),
    ],
)
def test_names_agree_whatever_their_spelling_and_only_clear_differences_differ(wanted, read, result):
    answer = compare(wanted, Found(read, is_certain=True), LIMITS)
    assert answer.result == result, answer


@pytest.mark.parametrize(("value", "result"), [(0.85, SAME), (0.84, UNCLEAR), (0.65, UNCLEAR), (0.64, DIFFERS)])
def test_the_limits_belong_to_the_better_side(monkeypatch, value, result):
    monkeypatch.setattr("lti_proctor.documents.names.score", lambda *_args, **_more: value)
    assert compare("Anna Eriksson", Found("X", is_certain=True), LIMITS).result == result


@given(names, names)
def test_a_score_is_between_0_and_1_and_the_same_both_ways(one, other):
    value = score(one, other)
    assert 0 <= value <= 1
    assert value == score(other, one)


@given(names)
def test_a_name_agrees_with_itself_in_any_order_and_case(name):
    words = fold(name)
    if words:
        assert score(name, " ".join(reversed(name.split())).upper()) >= 0.99


@given(st.text(max_size=300), st.lists(st.text(max_size=80), max_size=8))
def test_whatever_is_written_nothing_breaks_and_no_stray_text_differs(wanted, rows):
    assert judge(wanted, rows, LIMITS).result in {SAME, NOT_READ}


def test_an_end_that_did_not_fit_is_no_difference():
    long = Specimen(surname="FRIEDRICHSHAUSEN VON WALDBURG", given="MAXIMILIANE ANNA")
    assert judge("Maximiliane Anna Friedrichshausen von Waldburg", list(zone(long)), LIMITS).result == SAME


ZONE = list(zone(Specimen()))
BROKEN_ZONE = [ZONE[0], ZONE[1].replace("740812", "740813")]


@pytest.mark.parametrize(
    ("wanted", "rows", "result"),
    [
        ("Anna Eriksson", ZONE, SAME),
        ("Jonas Berg", ZONE, DIFFERS),
        ("Anna Eriksson", BROKEN_ZONE, SAME),
        ("Jonas Berg", BROKEN_ZONE, NOT_READ),
        ("Anna Maria Eriksson", ["Northfield University", "ERIKSSON", "ANNAMARIA", "Student"], SAME),
        ("Anna Maria Petersen", ["Northfield University", "ERIKSSON", "ANNAMARIA", "Student"], NOT_READ),
        ("Jonas Berg", ["Northfield University", "ERIKSSON", "ANNAMARIA", "Student"], NOT_READ),
        ("Anna", ["Northfield University", "ANNA", "Student"], NOT_READ),
        ("Anna Eriksson", [], NOT_READ),
        ("Anna Eriksson", ["", " ", "日本国旅券"], NOT_READ),
    ],
)
def test_only_a_zone_that_was_read_well_can_tell_that_a_name_differs(wanted, rows, result):
    assert judge(wanted, rows, LIMITS).result == result


def test_what_is_not_read_has_no_name_and_no_score():
    answer = judge("Jonas Berg", BROKEN_ZONE, LIMITS)
    assert (answer.score, answer.read) == (None, "")


def test_a_name_of_a_thousand_words_takes_no_time():
    assert score("Ana " * 1000, "Eva " * 1000) < 1
