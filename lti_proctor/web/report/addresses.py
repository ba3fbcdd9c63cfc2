"""Where the films, pictures and files of a report are fetched: by whoever is signed in, or by a shared link."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from lti_proctor.report.data import Attempt


@dataclass(frozen=True, slots=True)
class Addresses:
    """Of one attempt; `is_shared`: its reader has come by a link."""

    attempt: Attempt
    is_shared: bool

    def recording(self, recording_id: int) -> str:
        return self._of("recording", recording_id=recording_id)

    def photo(self, evidence_id: int) -> str:
        return self._of("photo", evidence_id=evidence_id)

    def file(self, evidence_id: int) -> str:
        return self._of("file", evidence_id=evidence_id)

    def spoken(self, evidence_id: int) -> str:
        return self._of("spoken", evidence_id=evidence_id)

    def _of(self, kind: str, **ids: Any) -> str:
        if self.is_shared:
            return url_for(f"report.{kind}", identifier=self.attempt.identifier, **ids)
        return url_for(f"learner.{kind}", attempt_id=self.attempt.id, **ids)
