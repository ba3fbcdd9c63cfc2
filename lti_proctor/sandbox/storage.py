"""Platform storage: what the launches and the pages say about the place where a tool may keep state without cookies."""

from dataclasses import dataclass

from lti_proctor.sandbox.context import Sandbox


@dataclass(frozen=True)
class Storage:
    offered: bool
    frame: str
    origins: str

    @property
    def parameter(self) -> dict[str, str]:
        """The field that login initiation and launch carry (LTI OIDC login with client-side postMessages)."""
        return {"lti_storage_target": self.frame or "_parent"} if self.offered else {}


def storage_of(platform: Sandbox) -> Storage:
    settings = platform.settings
    frame = settings.storage_frame if settings.offer_storage else ""
    return Storage(settings.offer_storage, frame, platform.registration.origin)
