"""Lists of allowances, as lines and as CSV files: reading them line by line, and writing the one of an exam.

A file has the columns `user` and at least one of `minutes` (whole, 0–10,000), `factor` (1–10) and `exception`; others
are passed over, so that a file that was saved here can be changed and sent back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import IO

from lti_proctor.errors import DomainError, Invalid
from lti_proctor.exams.allowances import Extra
from lti_proctor.exams.models import Allowance
from lti_proctor.web.csv_files import Line, read_csv

BYTES_MAX = 1_000_000
#: Each is written with its entry in the journal, and the page waits for it.
LINES_MAX = 1000
GIVEN = ("minutes", "factor", "exception")
COLUMNS = ("user", "name", "email", *GIVEN)


@dataclass(frozen=True)
class Asked:
    """One line of a list: its number, who is named, and what to give or why that can't be read."""

    line: int
    learner: str
    extra: Extra | DomainError


def from_lines(text: str, extra: Extra) -> list[Asked]:
    """One user name, e-mail address or whole name a line, the same for all.

    Raises `Invalid`: `allowances_none`, `allowances_too_many`.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    return _checked([Asked(number, name, extra) for number, name in lines if name])


def from_file(file: IO[bytes]) -> list[Asked]:
    """Raises `Invalid`: `csv_too_large`, `csv_unreadable`, `csv_heads`, `allowances_none`, `allowances_too_many`."""
    raw = file.read(BYTES_MAX + 1)
    if len(raw) > BYTES_MAX:
        raise Invalid("csv_too_large")
    table = read_csv(raw, ("user", *GIVEN))
    if "user" not in table.heads or table.heads == {"user"}:
        raise Invalid("csv_heads")
    return _checked([Asked(line.number, line.cells.get("user", ""), _extra(line)) for line in table.lines])


def rows_of(allowances: Sequence[Allowance]) -> Iterator[list[object]]:
    for row in allowances:
        user = row.user
        yield [user.username, user.name, user.email, row.extra_minutes, row.factor, row.policy_exception]


def _checked(asked: list[Asked]) -> list[Asked]:
    if not asked:
        raise Invalid("allowances_none")
    if len(asked) > LINES_MAX:
        raise Invalid("allowances_too_many")
    return asked


def _extra(line: Line) -> Extra | DomainError:
    if not line.is_whole:
        return Invalid("csv_cells")
    minutes, factor, exception = (line.cells.get(name, "") for name in GIVEN)
    try:
        return Extra(_minutes(minutes), _factor(factor), exception or None)
    except (ValueError, InvalidOperation):
        return Invalid("allowance")


def _minutes(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError(text)
    return int(text)


def _factor(text: str) -> Decimal | None:
    """With a point or a comma."""
    return Decimal(text.replace(",", ".")) if text else None
