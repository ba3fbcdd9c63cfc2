from pathlib import Path

from lti_proctor.attempts.document import lifecycle_document
from lti_proctor.attempts.lifecycle import TABLE, Event, Status
from lti_proctor.settings import ROOT

KEPT = ROOT / "docs" / "lifecycle.md"


def test_the_document_in_the_tree_is_what_the_table_says():
    assert Path(KEPT).read_text("utf-8") == lifecycle_document()


def test_the_document_names_every_status_and_every_event():
    document = lifecycle_document()
    assert [name for name in (*Status, *Event) if f"`{name}`" not in document] == []


def test_the_diagram_draws_every_way_from_one_status_to_another():
    lines = lifecycle_document().splitlines()
    for row in TABLE:
        for source in row.sources:
            if row.target is not None and source != row.target:
                assert f"    {source} --> {row.target}: {row.event}" in lines
