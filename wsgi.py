"""For any WSGI server: `gunicorn wsgi:app`. The jobs run apart: `lti-proctor worker`."""

from lti_proctor import serve_app
from lti_proctor.settings import load

app = serve_app(load())
