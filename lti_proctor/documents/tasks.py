"""Reading documents, outside of any request: it takes seconds and a process of its own."""

from lti_proctor import clock, outbox
from lti_proctor.documents import service
from lti_proctor.outbox import Effect


@outbox.handles(service.READ)
def read(effect: Effect) -> None:
    service.read(effect.payload["evidence"], now=clock.now())
