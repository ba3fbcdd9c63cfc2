"""A function fits a screen, a file is one concept, and no file is an attic."""

import ast

from lti_proctor.settings import ROOT
from tests.structure.source import files, for_each, name, nodes, where

FILES = [*files(sandbox=True), *files(below=ROOT / "tests")]
ATTICS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "tools", "stuff", "lib"}
ATTIC_KNOWN = {
    "lti_proctor/sandbox/messages/common.py": "what all messages of the practice LMS share, beside each message"
}


@for_each(FILES, name)
def test_a_file_has_at_most_400_lines(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400


@for_each(FILES, name)
def test_a_function_has_at_most_60_lines(path):
    functions = nodes(path, ast.FunctionDef, ast.AsyncFunctionDef)
    assert [f"{where(path, f)} {f.name}" for f in functions if f.end_lineno - f.lineno + 1 > 60] == []


def test_no_file_is_an_attic():
    assert [name(path) for path in FILES if path.stem in ATTICS and name(path) not in ATTIC_KNOWN] == []


def test_every_file_says_what_it_is_for():
    silent = [name(path) for path in files(sandbox=True) if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []
