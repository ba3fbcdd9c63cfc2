"""The addresses that an LMS and the browsers it sends come to. Public: the messages themselves are what is checked."""
