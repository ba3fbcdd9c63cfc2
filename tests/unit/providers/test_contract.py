"""The providers that need nobody outside, held to the contract of all."""

from lti_proctor.providers.base import Act, AttemptFacts, Later, ReviewStatus
from lti_proctor.providers.builtin import Builtin
from lti_proctor.providers.contract import ProviderContract
from lti_proctor.providers.mock import Mock, MockOptions
from lti_proctor.providers.null import Null


class TestBuiltin(ProviderContract):
    def make_provider(self):
        return Builtin("builtin", Builtin.Options())


class TestNull(ProviderContract):
    def make_provider(self):
        return Null("null", Null.Options())


class TestMock(ProviderContract):
    def make_provider(self):
        return Mock("mock", MockOptions(review=ReviewStatus.suspicious))

    def test_it_gives_the_review_that_it_is_told_to(self):
        provider = self.make_provider()
        attempt: AttemptFacts = self.attempt(provider)
        assert provider.stop_attempt(attempt) == (Later(Act.review, 3),)
        review = provider.act(attempt, Act.review)
        assert (review.status, len(review.comments)) == (ReviewStatus.suspicious, 1)
        assert provider.act(attempt, Act.ready) is None
