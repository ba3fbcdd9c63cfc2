"""LTI Proctor as a proctoring backend of an Open edX site. Addresses and credentials come from PROCTORING_BACKENDS."""

from edx_proctoring.backends.rest import BaseRestProctoringProvider


class LtiProctor(BaseRestProctoringProvider):
    """Everything is done over the REST protocol; the learner's browser tab is all the software there is."""

    base_url = ""
    verbose_name = "LTI Proctor"
    has_dashboard = True
    supports_onboarding = False
    ping_interval = 60

    def get_javascript(self):
        """No script of ours runs in the page of the exam. The base class would name the front page of the site."""
        return ""
