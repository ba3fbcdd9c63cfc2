"""Tables of the LTI world."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_proctor.extensions import Base, Json, Key


class Registration(Base):
    """A platform that knows this tool under a client id (LTI core 1.3, section 3.1.3).

    pii: none.
    """

    __tablename__ = "registrations"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    name: Mapped[str] = mapped_column()
    issuer: Mapped[str] = mapped_column()
    client_id: Mapped[str] = mapped_column()
    auth_login_url: Mapped[str] = mapped_column(Text)
    auth_token_url: Mapped[str] = mapped_column(Text)
    #: Audience of client assertions where it is not the token address.
    auth_audience: Mapped[str | None] = mapped_column(Text)
    key_set_url: Mapped[str] = mapped_column(Text)
    key_set: Mapped[dict[str, Any] | None] = mapped_column(Json)
    key_set_at: Mapped[datetime | None] = mapped_column()
    #: Make of the LMS as its launches tell it (tool_platform.product_family_code).
    family: Mapped[str] = mapped_column(default="")
    role_map: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    is_active: Mapped[bool] = mapped_column(default=True)
    #: Whether exams are opened from it by LTI. Otherwise it is a site that has its own exams watched here
    #: (`providers/server`): it shares courses, links and people with platforms, and no launch ever finds it.
    launches: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime] = mapped_column()

    deployments: Mapped[list["Deployment"]] = relationship(
        back_populates="registration", cascade="all, delete-orphan", order_by="Deployment.id"
    )


class Deployment(Base):
    """One installation of the tool inside a platform (LTI core 1.3, section 3.1.3).

    pii: none.
    """

    __tablename__ = "deployments"
    __table_args__ = (UniqueConstraint("registration_id", "deployment_id"),)

    registration_id: Mapped[int] = mapped_column(Key, ForeignKey("registrations.id", ondelete="CASCADE"))
    deployment_id: Mapped[str] = mapped_column()

    registration: Mapped[Registration] = relationship(back_populates="deployments")


class Course(Base):
    """The LTI context that launches come from; launches without one share a course of their own per deployment.

    pii: none.
    """

    __tablename__ = "courses"
    __table_args__ = (UniqueConstraint("deployment_id", "context_id"),)

    deployment_id: Mapped[int] = mapped_column(Key, ForeignKey("deployments.id", ondelete="CASCADE"))
    context_id: Mapped[str] = mapped_column()
    label: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    #: Where the roster is read (NRPS 2.0), when it was last, and the code of what went wrong the last time.
    memberships_url: Mapped[str | None] = mapped_column(Text)
    roster_at: Mapped[datetime | None] = mapped_column()
    roster_error: Mapped[str | None] = mapped_column()

    deployment: Mapped[Deployment] = relationship()

    @property
    def name(self) -> str:
        return ", ".join(part for part in (self.label, self.title) if part)


class ResourceLink(Base):
    """A placement of an exam in a course, with what its launches said about the gradebook (AGS 2.0, section 3.1).

    pii: none.
    """

    __tablename__ = "resource_links"
    __table_args__ = (UniqueConstraint("deployment_id", "link_id"),)

    deployment_id: Mapped[int] = mapped_column(Key, ForeignKey("deployments.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(Key, ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    exam_id: Mapped[int | None] = mapped_column(Key, ForeignKey("exams.id", ondelete="SET NULL"), index=True)
    link_id: Mapped[str] = mapped_column()
    title: Mapped[str] = mapped_column(default="")
    line_item_url: Mapped[str | None] = mapped_column(Text)
    line_items_url: Mapped[str | None] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(Json, default=list)
    #: The column that this tool made itself: no other is ever removed.
    made_line_item_url: Mapped[str | None] = mapped_column(Text)
    #: When the grades of the LMS were read, and the code of what went wrong the last time.
    results_at: Mapped[datetime | None] = mapped_column()
    results_error: Mapped[str | None] = mapped_column()

    deployment: Mapped[Deployment] = relationship()
    course: Mapped[Course] = relationship()


class ToolKey(Base):
    """A key pair that the tool signs with. The private half is encrypted with the site's secret.

    pii: none.  kept: retired ones until nothing they signed can be valid.
    """

    __tablename__ = "tool_keys"

    kid: Mapped[str] = mapped_column(unique=True)
    private_key: Mapped[str] = mapped_column(Text)
    public_jwk: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column()
    retired_at: Mapped[datetime | None] = mapped_column()
