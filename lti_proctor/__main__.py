"""`python -m lti_proctor` is the `lti-proctor` command."""

from lti_proctor.cli import main

main()
