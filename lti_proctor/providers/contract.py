"""The tests that every provider passes. An outside package imports the class and says how its provider is made:

    from lti_proctor.providers.contract import ProviderContract

    class TestMine(ProviderContract):
        def make_provider(self):
            return Mine("mine", Mine.Options(base_url="https://…"))

Whatever the provider calls has to answer, or be replaced by the test. pytest is needed for nothing but finding it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from lti_proctor.providers.base import (
    AttemptFacts,
    ExamFacts,
    Instructions,
    Later,
    Provider,
    Registered,
    Registration,
    Review,
    Staff,
)
from lti_proctor.providers.calls import BadReview, Call

EXAM = ExamFacts(
    id=7, course_id="course-1", content_id="exam-7", name="Final – “Ünïcode” <b>", time_limit_minutes=30,
    is_proctored=True, is_practice=False, is_active=True, rule_summary="Closed book",
)  # fmt: skip
REGISTRATION = Registration(
    host="https://proctor.example", minutes=45, code="0F9C7B1E-3C1D-4A8A-9E36-3D6B9D0C2F11", is_sample=False,
    user_id="a3c4bbb34c23ec139350d72e3366407bdee59b41", full_name="Inés O’Hara-Müller", email="ines@example.org",
)  # fmt: skip
STAFF = Staff("b" * 40, "A teacher", "teacher@example.org")
#: What a browser, an address or a log can carry without being changed.
SLUG = re.compile(r"[A-Za-z0-9_-]{1,255}")


class ProviderContract:
    """Subclass it and override `make_provider`; further tests of your own go beside these."""

    def make_provider(self) -> Provider:
        raise NotImplementedError

    def attempt(self, provider: Provider) -> AttemptFacts:
        """An attempt that the provider knows."""
        external = provider.on_exam_saved(EXAM)
        exam = replace(EXAM, external_id=external)
        given = provider.register_attempt(exam, REGISTRATION)
        return AttemptFacts(1, REGISTRATION.code, exam, "download_software_clicked", given.external_id)

    def test_it_has_a_name_that_people_can_read(self) -> None:
        assert self.make_provider().shown_name.strip()

    def test_its_options_refuse_what_they_do_not_know(self) -> None:
        kind = type(self.make_provider()).Options
        try:
            kind(no_such_option=1)  # type: ignore[call-arg]
        except (TypeError, ValueError):
            return
        raise AssertionError("an option with a typo must be told: derive the options from base.Options")

    def test_it_pings_at_an_interval_that_a_browser_can_keep(self) -> None:
        assert 1 <= self.make_provider().ping_seconds <= 3600

    def test_an_exam_may_be_saved_twice(self) -> None:
        provider = self.make_provider()
        first = provider.on_exam_saved(EXAM)
        again = provider.on_exam_saved(replace(EXAM, external_id=first, time_limit_minutes=40))
        assert first is None or (SLUG.fullmatch(first) and again in {None, first})

    def test_registering_gives_an_id_that_addresses_can_carry(self) -> None:
        provider = self.make_provider()
        given = provider.register_attempt(replace(EXAM, external_id=provider.on_exam_saved(EXAM)), REGISTRATION)
        assert isinstance(given, Registered)
        assert SLUG.fullmatch(given.external_id)

    def test_what_is_told_twice_is_heard_twice(self) -> None:
        """Answers get lost, so each message may come again."""
        provider = self.make_provider()
        attempt = self.attempt(provider)
        for tell in (provider.start_attempt, provider.stop_attempt, provider.mark_erroneous):
            for _time in range(2):
                assert all(isinstance(one, Later) for one in tell(attempt))

    def test_what_is_removed_is_gone_also_the_second_time(self) -> None:
        provider = self.make_provider()
        attempt = self.attempt(provider)
        assert provider.remove_attempt(attempt) is True
        assert provider.remove_attempt(attempt) is True

    def test_instructions_are_plain_text_with_a_web_address(self) -> None:
        provider = self.make_provider()
        given = provider.instructions(self.attempt(provider), "en")
        assert isinstance(given, Instructions)
        assert all(isinstance(step, str) for step in given.steps)
        assert given.download_url == "" or given.download_url.startswith(("https://", "http://"))

    def test_rubbish_is_no_review(self) -> None:
        provider = self.make_provider()
        attempt = self.attempt(provider)
        for payload in self.rubbish():
            try:
                provider.read_review(attempt, payload)
            except BadReview:
                continue
            raise AssertionError(f"taken as a review: {payload!r}")

    def rubbish(self) -> Iterator[Mapping[str, object]]:
        """Payloads that no provider takes for a review."""
        yield {}
        yield {"status": "bogus"}
        yield {"status": None, "comments": []}

    def test_a_review_is_read(self) -> None:
        provider = self.make_provider()
        review = provider.read_review(self.attempt(provider), self.good_review())
        assert isinstance(review, Review)

    def good_review(self) -> Mapping[str, object]:
        """A review as this provider sends it."""
        comment = {"comment": "A voice", "status": "Suspicious", "start": 3, "stop": 9, "duration": 6}
        return {"status": "passed", "comments": [comment]}

    def test_an_address_that_it_does_not_have_is_none_of_its_own(self) -> None:
        for method in ("GET", "POST"):
            assert self.make_provider().attempt_code(Call(method, "no/such/address", body=b"\xff")) is None

    def test_a_dashboard_has_an_address_or_none(self) -> None:
        address = self.make_provider().dashboard_address("course-1", STAFF)
        assert address is None or address.startswith(("https://", "http://"))

    def test_its_configuration_is_a_mapping(self) -> None:
        assert isinstance(self.make_provider().configuration("en"), Mapping)
