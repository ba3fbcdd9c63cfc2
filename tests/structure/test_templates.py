"""Pages hold no code of their own, so that the browser can be told to run none."""

import re

from lti_proctor.settings import ROOT
from tests.structure.source import for_each

FOLDER = ROOT / "templates"
PAGES = sorted(FOLDER.rglob("*.html"))
ALL = sorted(path for path in FOLDER.rglob("*") if path.is_file())
TAG = re.compile(r"<[a-zA-Z][^>]*>", re.DOTALL)
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
NAMED = re.compile(r"""{%-?\s*(?:extends|include|import|from)\s+(["'])(.+?)\1""")
COMMENT = re.compile(r"{#.*?#}", re.DOTALL)


def name(path):
    return str(path.relative_to(FOLDER))


def text(path):
    return COMMENT.sub("", path.read_text("utf-8"))


def tags(path):
    """Tags with the template's own expressions taken out, so that a `>` inside them does not end a tag."""
    plain = re.sub(r"{{.*?}}|{%.*?%}", " ", text(path), flags=re.DOTALL)
    return TAG.findall(plain)


@for_each(PAGES, name)
def test_a_page_holds_no_script_of_its_own(path):
    for attributes, body in SCRIPT.findall(text(path)):
        is_data = 'type="application/json"' in attributes
        assert is_data or ("src=" in attributes and not body.strip())


@for_each(PAGES, name)
def test_a_page_holds_no_style_and_no_handler_of_its_own(path):
    # A mail can fetch no sheet: its few rules stand in it.
    assert "<style" not in text(path).lower() or name(path) == "mail/_frame.html"
    found = [tag for tag in tags(path) if re.search(r"\s(on[a-z]+|style)\s*=", re.sub(r'"[^"]*"', '""', tag))]
    assert found == []


@for_each(PAGES, name)
def test_a_page_points_to_no_script_address(path):
    assert not re.search(r"""(href|src|action)\s*=\s*["']?\s*(javascript|data|vbscript):""", text(path), re.IGNORECASE)


@for_each(ALL, name)
def test_nothing_is_marked_as_safe(path):
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", text(path))


@for_each(PAGES, name)
def test_a_template_uses_its_own_folder_and_the_shared_one(path):
    owner = path.relative_to(FOLDER).parts[0]
    used = [target for _quote, target in NAMED.findall(text(path))]
    assert [target for target in used if target.split("/")[0] not in {owner, "shared"}] == []
    assert [target for target in used if not (FOLDER / target).is_file()] == []


@for_each(PAGES, name)
def test_a_page_has_at_most_one_module_and_one_block_of_data(path):
    scripts = [attributes for attributes, _body in SCRIPT.findall(text(path))]
    assert sum('type="application/json"' in attributes for attributes in scripts) <= 1
    assert sum('type="module"' in attributes for attributes in scripts) <= 1


@for_each([p for p in PAGES if 'method="post"' in text(p)], name)
def test_every_form_that_is_posted_here_carries_its_token(path):
    forms = re.findall(r'<form\b[^>]*method="post".*?</form>', text(path), re.DOTALL | re.IGNORECASE)
    exempt = ("ticket", "JWT", "form_token", 'name="{{', "fields")
    bare = [form[:90] for form in forms if "csrf" not in form and not any(sign in form for sign in exempt)]
    assert bare == []


def test_every_mail_is_a_folder_of_two_texts():
    folders = [folder for folder in (FOLDER / "mail").iterdir() if folder.is_dir()]
    assert folders
    assert all({file.name for file in folder.iterdir()} == {"subject.txt", "body.txt"} for folder in folders)


def test_every_folder_belongs_to_somebody():
    owners = {
        "api",
        "shared",
        "learner",
        "instructor",
        "proctor",
        "admin",
        "mail",
        "phone",
        "provider",
        "report",
        "sandbox",
    }
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} <= owners
