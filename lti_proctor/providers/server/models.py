"""Tables of the sites that have their exams watched here.

What such a site tells lies where that of LMSs lies: its name, address and client id in `registrations`, its courses in
`courses`, its exams as `resource_links` (by the site's own id), its people as `identities`. An attempt goes by its
`identifier` there.
"""

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_proctor.extensions import Base, Key
from lti_proctor.platforms.models import Deployment, Registration, ResourceLink


class ProviderClient(Base):
    """A site's credentials on both ways. Secrets are encrypted with this installation's own.

    pii: none.
    """

    __tablename__ = "provider_clients"

    registration_id: Mapped[int] = mapped_column(Key, ForeignKey("registrations.id", ondelete="CASCADE"), unique=True)
    #: What the site proves itself with, and what it signs the way of its staff with; needed in plain to check that.
    secret: Mapped[str] = mapped_column(Text, deferred=True)
    #: What this tool proves itself with at the site; empty while nobody has entered it.
    callback_client_id: Mapped[str] = mapped_column(default="")
    callback_secret: Mapped[str] = mapped_column(Text, default="", deferred=True)
    #: What new exams of the site are like.
    template: Mapped[str] = mapped_column(default="")
    #: Practice exams are onboardings, and proctored ones want one that was accepted.
    has_onboarding: Mapped[bool] = mapped_column(default=False)
    #: Whether reviews carry the address of the attempt's page here.
    sends_review_link: Mapped[bool] = mapped_column(default=False)

    registration: Mapped[Registration] = relationship(lazy="joined")

    @property
    def name(self) -> str:
        return self.registration.name

    @property
    def site_url(self) -> str:
        return self.registration.issuer

    @property
    def client_id(self) -> str:
        return self.registration.client_id

    @property
    def is_active(self) -> bool:
        return self.registration.is_active

    @property
    def deployment(self) -> Deployment:
        return self.registration.deployments[0]

    @property
    def can_call_back(self) -> bool:
        return bool(self.callback_client_id)


class ClientExam(Base):
    """Where a site shows the exam of a link, for the learner's way back.

    pii: none.
    """

    __tablename__ = "provider_client_exams"

    resource_link_id: Mapped[int] = mapped_column(Key, ForeignKey("resource_links.id", ondelete="CASCADE"), unique=True)
    content_id: Mapped[str] = mapped_column(Text, default="")

    link: Mapped[ResourceLink] = relationship()
