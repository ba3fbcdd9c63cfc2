"""What import-linter does not see: single names, calls and assignments."""

import ast
import tomllib

from lti_proctor.settings import ROOT
from tests.structure.source import NOUNS, PACKAGE, files, for_each, name, nodes, tree, where

ALL = files()
OF_NOUNS = [path for noun in NOUNS for path in files(below=PACKAGE / noun)]
#: What the modules below the doors may use of Flask: the application, never a request.
FLASK = {"mail.py": {"current_app"}, "locales.py": {"Flask", "current_app"}, "jobs.py": {"Flask", "current_app"},
         "storage.py": {"Flask", "current_app"}, "outside.py": {"Flask", "current_app"},
         "extensions.py": {"Flask", "current_app"}, "backends.py": {"current_app"}}  # fmt: skip


PROVIDERS = set(
    tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["lti_proctor.providers"]
)


def imported(path, package):
    """Names that a file takes from a package; "*" for the package itself."""
    found = set()
    for node in nodes(path, ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            found |= {"*" for alias in node.names if alias.name.split(".")[0] == package}
        elif (node.module or "").split(".")[0] == package and node.level == 0:
            found |= {alias.name for alias in node.names}
    return found


@for_each(OF_NOUNS, name)
def test_a_noun_knows_the_application_and_no_request(path):
    assert imported(path, "flask") <= {"current_app"}
    assert imported(path, "flask_babel") == set()


@for_each(sorted(PACKAGE.glob("*.py")), name)
def test_plumbing_knows_the_application_and_no_request(path):
    if path.name != "__init__.py":
        assert imported(path, "flask") <= FLASK.get(path.name, set())


def attribute(node):
    """`a.b` for an attribute of a plain name."""
    value = node.value
    return f"{value.id}.{node.attr}" if isinstance(value, ast.Name) else f".{node.attr}"


@for_each([p for p in ALL if p.name != "settings.py"], name)
def test_only_the_settings_read_the_environment(path):
    if name(path) == "lti_proctor/cli/demo.py":
        return  # The demonstration sets its own settings before they are read.
    used = [where(path, n) for n in nodes(path, ast.Attribute) if attribute(n) in {"os.environ", "os.getenv"}]
    assert used == []
    assert not imported(path, "os") & {"environ", "getenv"}


CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "dt.now"}


@for_each([p for p in ALL if p != PACKAGE / "clock.py"], name)
def test_only_the_clock_asks_the_time(path):
    assert [where(path, n) for n in nodes(path, ast.Attribute) if attribute(n) in CLOCKS] == []


@for_each([p for p in OF_NOUNS if p.name != "tasks.py"], name)
def test_a_noun_never_commits(path):
    calls = (n for n in nodes(path, ast.Call) if isinstance(n.func, ast.Attribute))
    assert [where(path, n) for n in calls if n.func.attr in {"commit", "rollback"}] == []


def status_writers(path):
    """Where something's `status` is set: by assignment, by name, or in an UPDATE."""
    for node in nodes(path, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Call):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            named = any(isinstance(a, ast.Constant) and a.value == "status" for a in node.args)
            if called in {"setattr", "set_committed_value", "set_attribute"} and named:
                yield where(path, node)
            if called == "values" and any(keyword.arg == "status" for keyword in node.keywords):
                yield where(path, node)
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(t, ast.Attribute) and t.attr == "status" for t in targets):
            yield where(path, node)


@for_each(ALL, name)
def test_the_status_of_an_attempt_is_written_in_one_place(path):
    written = list(status_writers(path))
    assert bool(written) is (name(path) == "lti_proctor/attempts/service.py"), written


def test_what_draws_reports_runs_apart():
    """WeasyPrint lets Pillow take broken pictures for whole ones, in the whole process."""
    for path in ALL:
        is_program = name(path) == "lti_proctor/report/pdf_program.py"
        assert bool(imported(path, "weasyprint")) is is_program, path
        assert "pdf_program" not in imported(path, "lti_proctor"), path


def test_printing_is_for_the_command_line():
    prints = [where(p, n) for p in ALL for n in nodes(p, ast.Call) if getattr(n.func, "id", "") == "print"]
    assert prints == []


#: Names of products: what this tool does for one LMS or service, it does for all.
VENDORS = ("moodle", "canvas", "blackboard", "brightspace", "desire2learn", "d2l", "sakai", "schoology", "proctortrack",
           "proctorio", "respondus", "honorlock", "examity", "proctoru", "examus", "openedx")  # fmt: skip

#: Where the makes of LMSs may be named: tables of what differs between them, which the rest reads as data.
FAMILIES = {"lti_proctor/lti/families.py", "lti_proctor/platforms/families.py"}


def explanations(path):
    """Docstrings: like comments, they may say why something is as it is."""
    owners = (n for n in ast.walk(tree(path)) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef))
    return {id(n.body[0].value) for n in owners if ast.get_docstring(n)}


def identifiers(path):
    skipped = explanations(path)
    for node in ast.walk(tree(path)):
        if id(node) in skipped:
            continue
        for field in ("id", "attr", "name", "arg"):
            if isinstance(value := getattr(node, field, None), str):
                yield node, value
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, node.value


@for_each([p for p in files(sandbox=True) if name(p) not in FAMILIES], name)
def test_no_product_is_named(path):
    named = [
        f"{where(path, node)}: {vendor}"
        for node, text in identifiers(path)
        for vendor in VENDORS
        if vendor in text.lower().replace("_", "").replace("-", "")
    ]
    assert named == []


@for_each([p for p in files() if "providers" not in p.parts], name)
def test_no_provider_is_named_outside_its_plugin(path):
    """Providers are chosen by settings: whoever named one would make it a silent default."""
    # One of them has the name that JSON gives to nothing.
    found = [where(path, node) for node in nodes(path, ast.Constant) if node.value in PROVIDERS - {"null"}]
    assert found == []


@for_each(files(below=PACKAGE / "web"), name)
def test_a_template_is_named_whole_and_belongs_to_its_blueprint(path):
    parts = path.relative_to(PACKAGE / "web").parts
    # A provider's own pages come before ours (`templates/providers/<name>/…`).
    own = {"shared", "providers", parts[0]} if len(parts) > 1 else {"shared"}
    for node in nodes(path, ast.Constant):
        if isinstance(node.value, str) and node.value.endswith(".html") and "/" in node.value.strip("/"):
            assert node.value.split("/")[0] in own, where(path, node)
    for node in nodes(path, ast.JoinedStr):
        first, last = node.values[0], node.values[-1]
        if isinstance(last, ast.Constant) and str(last.value).endswith(".html"):
            assert isinstance(first, ast.Constant), where(path, node)
            assert first.value.split("/")[0] in own, where(path, node)


def test_only_doors_and_mail_render():
    renderers = {name(p) for p in ALL if imported(p, "flask") & {"render_template", "render_template_string"}}
    assert [r for r in renderers if not r.startswith("lti_proctor/web/") and r != "lti_proctor/mail.py"] == []
    assert [name(p) for p in ALL if "render_template_string" in imported(p, "flask")] == []
