"""What people make of flags and write down, second reviewers, appeals, other weights, and links to reports."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Json, Key, UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OLD_KINDS = ("face", "passport", "scan", "extrapage", "overview", "snapshot", "phone", "file")
KINDS = (*OLD_KINDS, "remark")
METRICS = tuple("b1 b2 b3 c1 c2 c3 c4 c5 c6 m1 m2 n1 n2 n3 s1 s2".split())
DISPOSITIONS = ("open", "confirmed", "dismissed")


def upgrade() -> None:
    _flags()
    op.add_column("attempts", sa.Column("weights", Json, nullable=True))
    op.add_column("attempts", sa.Column("first_score", sa.Numeric(5, 2), nullable=True))
    op.add_column("conclusions", sa.Column("is_opinion", sa.Boolean(), nullable=False, server_default=sa.false()))
    _kinds(KINDS)
    _openings()
    _remarks()
    _appeals()
    _disclosures()
    _links()


def _flags() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("flags", recreate="always" if is_sqlite else "never") as batch:
        batch.add_column(sa.Column("disposition", sa.String(40), nullable=False, server_default="open"))
        batch.add_column(sa.Column("decided_by", Key, nullable=True))
        batch.add_column(sa.Column("decided_at", UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("answer", sa.Text(), nullable=True))
        batch.add_column(sa.Column("answered_at", UTCDateTime(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_flags_decided_by_users"), "users", ["decided_by"], ["id"], ondelete="SET NULL"
        )
        batch.create_check_constraint(op.f("ck_flags_disposition"), _one_of("disposition", DISPOSITIONS))
        if is_sqlite:
            batch.create_check_constraint(op.f("ck_flags_times"), sa.text("starts_at <= ends_at"))
            batch.create_check_constraint(op.f("ck_flags_metric"), _one_of("metric", METRICS))


def _kinds(kinds: tuple[str, ...]) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("evidence", recreate="always" if is_sqlite else "never") as batch:
        if not is_sqlite:
            batch.drop_constraint(op.f("ck_evidence_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_evidence_kind"), _one_of("kind", kinds))


def _one_of(column: str, values: tuple[str, ...]) -> sa.TextClause:
    return sa.text(f"{column} IN ({', '.join(repr(value) for value in values)})")


def _openings() -> None:
    op.create_table(
        "review_openings",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("reviewer_id", Key, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        _key("review_openings", "attempt_id", "attempts"),
        _key("review_openings", "reviewer_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_openings")),
        sa.UniqueConstraint("attempt_id", "reviewer_id", name=op.f("uq_review_openings_attempt_id_reviewer_id")),
    )


def _remarks() -> None:
    op.create_table(
        "review_remarks",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("kind", _enum("kind", "note", "incident"), nullable=False),
        sa.Column("cause", _enum("cause", "learner", "surroundings", "staff", "technical"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("moment", UTCDateTime(), nullable=True),
        sa.Column("evidence_id", Key, nullable=True),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("kind = 'note' OR cause IS NOT NULL", name=op.f("ck_review_remarks_incident_has_cause")),
        _key("review_remarks", "attempt_id", "attempts"),
        _key("review_remarks", "author_id", "users", "SET NULL"),
        _key("review_remarks", "evidence_id", "evidence", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_remarks")),
    )
    op.create_index("ix_review_remarks_attempt_id", "review_remarks", ["attempt_id"])


def _appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("conclusion_id", Key, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("filed_at", UTCDateTime(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("was_granted", sa.Boolean(), nullable=True),
        _key("appeals", "attempt_id", "attempts"),
        _key("appeals", "conclusion_id", "conclusions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_appeals_attempt_id")),
        sa.UniqueConstraint("conclusion_id", name=op.f("uq_appeals_conclusion_id")),
    )


def _disclosures() -> None:
    op.create_table(
        "disclosures",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=True),
        sa.Column("opened_by", Key, nullable=True),
        _key("disclosures", "attempt_id", "attempts"),
        _key("disclosures", "opened_by", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosures")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_disclosures_attempt_id")),
    )


def _links() -> None:
    op.create_table(
        "report_links",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("key_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("made_by", Key, nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("n_views", sa.Integer(), nullable=False),
        sa.Column("viewed_at", UTCDateTime(), nullable=True),
        _key("report_links", "attempt_id", "attempts"),
        _key("report_links", "made_by", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_links")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_report_links_key_hash")),
    )
    op.create_index(op.f("ix_report_links_attempt_id"), "report_links", ["attempt_id"])


def _key(table: str, column: str, target: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def downgrade() -> None:
    for table in ("report_links", "disclosures", "appeals", "review_remarks", "review_openings"):
        op.drop_table(table)
    op.execute("DELETE FROM evidence WHERE kind = 'remark'")
    _kinds(OLD_KINDS)
    op.execute("ALTER TABLE conclusions DROP COLUMN is_opinion")
    op.execute("ALTER TABLE attempts DROP COLUMN first_score")
    op.execute("ALTER TABLE attempts DROP COLUMN weights")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("flags", recreate="always" if is_sqlite else "never") as batch:
        batch.drop_constraint(op.f("ck_flags_disposition"), type_="check")
        if is_sqlite:
            batch.create_check_constraint(op.f("ck_flags_times"), sa.text("starts_at <= ends_at"))
            batch.create_check_constraint(op.f("ck_flags_metric"), _one_of("metric", METRICS))
        batch.drop_constraint(op.f("fk_flags_decided_by_users"), type_="foreignkey")
        for column in ("answered_at", "answer", "decided_at", "decided_by", "disposition"):
            batch.drop_column(column)
