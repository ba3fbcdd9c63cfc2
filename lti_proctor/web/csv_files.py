"""Tables as files for spreadsheets: sent line by line with no cell that a spreadsheet would run as a formula, and read
as spreadsheets save them.
"""

import codecs
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Any

from defusedcsv import csv
from flask import stream_with_context
from werkzeug.wrappers import Response

from lti_proctor.errors import Invalid

#: Without it spreadsheets take the letters for those of an older code page.
BOM = "\ufeff"
#: How many lines are sent in one piece.
AT_ONCE = 200
#: What spreadsheets put between cells, by language and kind of file.
DELIMITERS = ",;\t"
#: What a cell that could be a formula begins with in a file: the writer puts an apostrophe before it.
_FORMULA = ("'@", "'+", "'-", "'=", "'\\|", "'%")


@dataclass(frozen=True)
class Line:
    """One line below the heads: its number in the file, and its cells by head. `is_whole`: as many cells as heads."""

    number: int
    cells: dict[str, str]
    is_whole: bool


@dataclass(frozen=True)
class Table:
    """The heads of a file that are known, in small letters, and the lines that are not empty."""

    heads: set[str]
    lines: list[Line]


def csv_answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A file to be saved, sent while the rows are read."""
    sent = Response(stream_with_context(written(heads, rows)), mimetype="text/csv")
    sent.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return sent


def written(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The file in pieces of some lines."""
    lines = iter(rows)
    piece = [heads]
    mark = BOM
    while piece:
        out = StringIO()
        csv.writer(out).writerows([_cell(value) for value in row] for row in piece)
        yield mark + out.getvalue()
        mark, piece = "", list(islice(lines, AT_ONCE))


def _cell(value: Any) -> Any:
    """Tabs and line ends before a formula would hide it from the writer."""
    return value.lstrip() if isinstance(value, str) else value


def read_csv(raw: bytes, known: Collection[str]) -> Table:
    """With the cells under heads that are known; others are passed over.

    Raises `Invalid("csv_unreadable")` for what is not text, or no table.
    """
    text = _decoded(raw)
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count), strict=True)
    try:
        found = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise Invalid("csv_unreadable") from None
    heads = [head.strip().lower() for head in found[0][1]] if found else []
    return Table(set(heads) & set(known), [_line(number, heads, row, known) for number, row in found[1:]])


def _line(number: int, heads: list[str], row: list[str], known: Collection[str]) -> Line:
    cells = {head: _plain(cell) for head, cell in zip(heads, row, strict=False) if head in known}
    return Line(number, cells, len(row) == len(heads))


def _decoded(raw: bytes) -> str:
    code = "utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = raw.decode(code)
    except UnicodeDecodeError:
        raise Invalid("csv_unreadable") from None
    if "\0" in text:
        raise Invalid("csv_unreadable")
    return text


def _plain(cell: str) -> str:
    """Without the apostrophe of a file that was written here."""
    cell = cell.strip()
    return cell[1:].replace("\\|", "|") if cell.startswith(_FORMULA) else cell
