"""Tables of people."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_proctor.extensions import Base, Json, Key, enum_column
from lti_proctor.people.roles import Part
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.platforms.models import Course


class User(Base):
    """A person: a learner or teacher known from launches, or somebody with a local password.

    pii: name, e-mail, password hash.  kept: while there are attempts, then until removed by an administrator.
    """

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("length(username) > 0", name="username_not_empty"),)

    username: Mapped[str] = mapped_column(unique=True)
    #: `lti`, `local` or `site`: where the account comes from.
    provider: Mapped[str] = mapped_column(default="lti")
    role: Mapped[SiteRole] = mapped_column(enum_column(SiteRole, "role"), default=SiteRole.student)
    nickname: Mapped[str] = mapped_column(default="")
    given_name: Mapped[str] = mapped_column(default="")
    family_name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    group: Mapped[str] = mapped_column("user_group", default="")
    locale: Mapped[str | None] = mapped_column()
    timezone: Mapped[str | None] = mapped_column()
    password_hash: Mapped[str | None] = mapped_column()
    old_passwords: Mapped[list[str]] = mapped_column(Json, default=list)
    is_locked: Mapped[bool] = mapped_column(default=False)
    #: When the person was last on a page for staff; never for learners.
    seen_at: Mapped[datetime | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()

    @property
    def name(self) -> str:
        """How pages address the person."""
        return self.nickname or f"{self.given_name} {self.family_name}".strip() or self.username


class Identity(Base):
    """How one platform calls a person: the `sub` of its launches, unique only within the registration.

    pii: identifier given by the LMS.  kept: with the user.
    """

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("registration_id", "subject"),)

    registration_id: Mapped[int] = mapped_column(Key, ForeignKey("registrations.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column()

    user: Mapped[User] = relationship()


class CourseMember(Base):
    """Somebody of a course, as the roster of the LMS tells it (NRPS 2.0, section 2.2). It gives no rights: those come
    with each launch.

    pii: who belongs to which course, and as what.  kept: with the course, until the user is removed.
    """

    __tablename__ = "course_members"
    __table_args__ = (UniqueConstraint("course_id", "user_id"),)

    course_id: Mapped[int] = mapped_column(Key, ForeignKey("courses.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    part: Mapped[Part] = mapped_column(enum_column(Part, "part"))
    #: What the last launch as staff gave: some rosters call assistants learners.
    launched_part: Mapped[Part | None] = mapped_column(enum_column(Part, "launched_part"))
    is_active: Mapped[bool] = mapped_column(default=True)

    user: Mapped[User] = relationship()


class SignIn(Base):
    """A session on the server; the browser holds a random token, this row its hash.

    `data` holds what the session knows besides: the part played in each course (`parts`), the language chosen,
    the origins that may frame its pages.

    pii: user id, times.  kept: until it ends.
    """

    __tablename__ = "sign_ins"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()

    user: Mapped[User | None] = relationship()


class FailedLogin(Base):
    """A wrong password, counted per name and address so that nobody can lock another out from elsewhere.

    pii: hash of name and address.  kept: one day.
    """

    __tablename__ = "failed_logins"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Base):
    """What a program holds to use the REST interface; only its hash is kept (docs/api.md).

    With an owner the program acts in that person's name, and stops when the account is locked or removed; with a course
    it reaches nothing else.

    pii: user id of the owner.  kept: until it is revoked, or its owner or course is removed.
    """

    __tablename__ = "api_tokens"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    name: Mapped[str] = mapped_column()
    scopes: Mapped[list[str]] = mapped_column(Json)
    owner_id: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    course_id: Mapped[int | None] = mapped_column(Key, ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column()

    owner: Mapped[User | None] = relationship()
    course: Mapped[Course | None] = relationship()
