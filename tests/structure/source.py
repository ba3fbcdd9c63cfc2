"""The program as text: files, and what their syntax trees hold."""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lti_proctor.settings import ROOT

PACKAGE = ROOT / "lti_proctor"
NOUNS = ("journal", "platforms", "people", "exams", "attempts", "content", "documents", "evidence", "faces",
         "monitoring", "phone", "report", "review", "schedule", "webhooks")  # fmt: skip
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


def for_each(
    values: Iterable[Any], ids: Callable[[Any], str] = str
) -> Callable[[Callable[[Any], None]], Callable[[], None]]:
    """One test over many cases, which names every case that fails. Thousands of cases of a millisecond each take longer
    to be announced one by one than to run.
    """

    def wrap(test: Callable[[Any], None]) -> Callable[[], None]:
        def run() -> None:
            failed = []
            for value in values:
                try:
                    test(value)
                except AssertionError as error:
                    failed.append(f"{ids(value)}: {error}")
            assert not failed, "\n".join(failed)

        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        return run

    return wrap
