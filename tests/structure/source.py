"""The program as text: files, and what their syntax trees hold."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lti_proctor.settings import ROOT

PACKAGE = ROOT / "lti_proctor"
NOUNS = ("journal", "platforms", "people", "exams", "attempts", "content", "evidence", "faces", "phone", "review",
         "webhooks")  # fmt: skip
#: The practice LMS is another program in the same tree.
SANDBOX = PACKAGE / "sandbox"


def files(*, sandbox: bool = False, below: Path = PACKAGE) -> list[Path]:
    return sorted(path for path in below.rglob("*.py") if sandbox or SANDBOX not in path.parents)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def nodes(path: Path, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, kinds))


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))
