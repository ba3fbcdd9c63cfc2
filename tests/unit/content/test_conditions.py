import pytest

from lti_proctor.content.conditions import Condition, check, tag_of
from lti_proctor.errors import Refused

TAG = tag_of(b"x")


@pytest.mark.parametrize(
    ("condition", "tag", "is_needed", "code"),
    [
        (Condition(), None, True, None),
        (Condition(), TAG, False, None),
        (Condition(), TAG, True, "xapi_conflict"),
        (Condition(if_match=f'"{TAG}"'), TAG, True, None),
        (Condition(if_match=f'W/"{TAG}"'), TAG, True, None),
        (Condition(if_match=f'"other", "{TAG}"'), TAG, True, None),
        (Condition(if_match=TAG), TAG, True, None),
        (Condition(if_match="*"), TAG, True, None),
        (Condition(if_match="*"), None, True, "xapi_condition"),
        (Condition(if_match='"other"'), TAG, True, "xapi_condition"),
        (Condition(if_match='"other"'), None, False, "xapi_condition"),
        (Condition(if_none_match="*"), None, True, None),
        (Condition(if_none_match="*"), TAG, True, "xapi_condition"),
        (Condition(if_none_match='"other"'), TAG, True, None),
        (Condition(if_none_match=f'"{TAG}"'), TAG, False, "xapi_condition"),
    ],
)
def test_a_document_is_written_when_its_condition_holds(condition, tag, is_needed, code):
    if code is None:
        check(condition, tag, is_needed=is_needed)
    else:
        with pytest.raises(Refused, match=code):
            check(condition, tag, is_needed=is_needed)


def test_a_tag_is_the_sha_1_of_the_bytes():
    assert TAG == "11f6ad8ec52a2984abaafd7c3b516503785c2072"
