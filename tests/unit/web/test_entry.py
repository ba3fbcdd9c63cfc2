import pytest

from lti_proctor.web.entry import _local


@pytest.mark.parametrize(
    "target", ["/", "/supervision/", "/exams/5?show=all&q=a%2Fb", "/a//b", "/a?back=//x", "/ñ", "/a#b"]
)
def test_a_path_on_this_site_is_kept(target):
    assert _local(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "https://evil.example/",
        "http:evil.example",
        "HTTPS://evil.example",
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "/\\/evil.example",
        " //evil.example",
        " /exams",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.example",
        "?next=/",
        "#x",
        "/\n/evil.example",
        "/\r\n/evil.example",
        "/a\r\nSet-Cookie: x=1",
        "/\t/evil.example",
        "\t//evil.example",
        "mailto:a@b.example",
        pytest.param("/\t\\evil.example"),
    ],
)
def test_a_way_to_somewhere_else_is_not_taken(target):
    assert _local(target) is None
