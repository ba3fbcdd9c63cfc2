"""What the practice LMS is told once, when it starts."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

RESOURCE_LINK = "LtiResourceLinkRequest"
DEEP_LINKING = "LtiDeepLinkingRequest"
SUBMISSION_REVIEW = "LtiSubmissionReviewRequest"
START_PROCTORING = "LtiStartProctoring"
END_ASSESSMENT = "LtiEndAssessment"
ALL_MESSAGES = (RESOURCE_LINK, DEEP_LINKING, SUBMISSION_REVIEW, START_PROCTORING, END_ASSESSMENT)


@dataclass(frozen=True)
class FirstLink:
    """An activity that the course has from the start, and again after a reset."""

    title: str
    text: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    score_maximum: float | None = None
    proctoring: bool = False
    minutes: int = 30


@dataclass(frozen=True)
class SandboxConfig:
    """Addresses and registration; the registration is the same on the tool's side."""

    base_url: str
    tool_url: str
    data_dir: Path
    client_id: str = "sandbox-client"
    deployment_id: str = "1"
    message_types: tuple[str, ...] = ALL_MESSAGES
    first_links: tuple[FirstLink, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", self.base_url.rstrip("/"))
        object.__setattr__(self, "tool_url", self.tool_url.rstrip("/"))
        object.__setattr__(self, "data_dir", Path(self.data_dir))

    @property
    def issuer(self) -> str:
        return self.base_url

    @property
    def tool_origin(self) -> str:
        parts = urlsplit(self.tool_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def login_url(self) -> str:
        return f"{self.tool_url}/lti/login"

    @property
    def launch_url(self) -> str:
        """The only registered redirect URI, and the target of links that name none."""
        return f"{self.tool_url}/lti/launch"

    @property
    def tool_keys_url(self) -> str:
        return f"{self.tool_url}/lti/jwks.json"

    @property
    def token_url(self) -> str:
        return f"{self.base_url}/oauth/token"
