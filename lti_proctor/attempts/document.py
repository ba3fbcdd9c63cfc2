"""The life cycle as a document: table and diagram, generated from the table. Pure."""

from lti_proctor.attempts.lifecycle import PHASE, SESSION_STATUS, TABLE, Status, Transition


def lifecycle_document() -> str:
    """The text of `docs/lifecycle.md`."""
    parts = [
        "# The life cycle of an attempt",
        "Generated from `lti_proctor/attempts/lifecycle.py` by `lti-proctor lifecycle`. Do not edit by hand.",
        "## Statuses",
        _table(["status", "phase", "shown as `status` in search, CSV and API"], [
            [f"`{status}`", PHASE[status].value, SESSION_STATUS[status]] for status in Status
        ]),
        "## Transitions",
        _table(["event", "from", "to", "who may fire it", "only if", "effects"], [_row(row) for row in TABLE]),
        "## Diagram",
        "```mermaid\n" + _diagram() + "\n```",
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _row(row: Transition) -> list[str]:
    ordered = [status for status in Status if status in row.sources]
    return [
        f"`{row.event}`",
        ", ".join(f"`{s}`" for s in ordered),
        f"`{row.target}`" if row.target else "unchanged",
        ", ".join(sorted(actor.value for actor in row.actors)),
        ", ".join(f"`{guard}`" for guard in row.guards) or "–",
        ", ".join(f"`{effect}`" for effect in row.effects) or "–",
    ]


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _diagram() -> str:
    edges = {
        (source.value, row.target.value, row.event.value)
        for row in TABLE
        if row.target is not None
        for source in row.sources
        if source != row.target
    }
    lines = ["stateDiagram-v2", "    [*] --> created"]
    return "\n".join([*lines, *(f"    {a} --> {b}: {event}" for a, b, event in sorted(edges))])
