"""Files for spreadsheets: nothing in them runs, and what was written is read again."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_proctor.errors import Invalid
from lti_proctor.web import csv_files
from lti_proctor.web.csv_files import read_csv, written

HEADS = ("user", "exception")
#: Anything but NUL and halves of letters; what a formula begins with comes often.
TEXT = st.builds(
    "{}{}".format,
    st.sampled_from(["", "=", "+", "-", "@", "|", "%", "\t=", "\r@", " =", "\n+"]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
)
ROWS = st.lists(st.tuples(TEXT, TEXT), max_size=4)
#: Rows are long to make; these cover what matters.
FEW = settings(max_examples=40)


@FEW
@given(ROWS)
def test_no_cell_begins_as_a_formula(rows):
    text = "".join(written(HEADS, rows)).removeprefix(csv_files.BOM)
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            assert not cell.startswith(("=", "@", "|", "%", "\t", "\r", "\n")), cell
            assert not cell.startswith(("+", "-")) or set(cell[1:]) <= set("0123456789,."), cell


@FEW
@given(ROWS)
def test_what_was_written_is_read_again(rows):
    """Without blanks around; an apostrophe of one's own before a formula is taken for the writer's."""
    rows = [tuple(cell.strip() for cell in row) for row in rows]
    rows = [row for row in rows if any(row) and not any(cell.startswith("'") or "\\" in cell for cell in row)]
    table = read_csv("".join(written(HEADS, rows)).encode(), HEADS)
    assert [tuple(line.cells[head] for head in HEADS) for line in table.lines] == rows
    assert all(line.is_whole for line in table.lines)


@FEW
@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused(raw):
    with suppress(Invalid):
        assert read_csv(raw, HEADS).heads <= set(HEADS)


@pytest.mark.parametrize("n", [0, 1, 199, 200, 201, 1000])
def test_long_files_are_sent_in_pieces(n):
    pieces = list(written(["n"], ([i] for i in range(n))))
    assert len(pieces) == 1 + -(-n // csv_files.AT_ONCE)
    assert "".join(pieces).split() == [f"{csv_files.BOM}n", *(str(i) for i in range(n))]


def test_nothing_is_read_before_it_is_sent():
    pieces = written(["n"], ([1 // (3 - i)] for i in range(10_000)))
    assert next(pieces) == f"{csv_files.BOM}n\r\n"
    with pytest.raises(ZeroDivisionError):
        next(pieces)
