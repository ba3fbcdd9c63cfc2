"""Words of the administrators' pages: what is to be known about a make of LMS, what a role counts as, problems of fields."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from lti_proctor.people.roles import Part
from lti_proctor.people.scopes import Scope
from lti_proctor.platforms.families import Note

Text = Any

SCOPES: Mapping[Scope, Text] = {
    Scope.exams_read: _("See courses and exams"),
    Scope.exams_write: _("Make and change exams"),
    Scope.attempts_read: _("See attempts, with names"),
    Scope.attempts_write: _("Pause, end, extend and reset attempts"),
    Scope.allowances_read: _("See who has more time"),
    Scope.allowances_write: _("Give more time"),
    Scope.reviews_read: _("See reviews and what was noticed"),
    Scope.reviews_write: _("Conclude attempts in your name"),
    Scope.onboarding_read: _("See whose onboarding is done"),
    Scope.providers_read: _("See the proctoring providers and open their pages in your name"),
    Scope.webhooks_read: _("See which addresses are told of changes"),
    Scope.webhooks_write: _("Choose which addresses are told of changes"),
}
PARTS: Mapping[Part, Text] = {
    Part.visitor: _("Visitor: sees that there is nothing to do here"),
    Part.learner: _("Learner: takes the exam"),
    Part.assistant: _("Assistant: sees and reviews attempts"),
    Part.instructor: _("Instructor: edits exams and runs them"),
}
NOTES: Mapping[Note, Text] = {
    Note.register_itself: _("It can register itself: an invitation is less work and leaves less to copy wrongly."),
    Note.register_or_document: _(
        "It can register itself with an invitation, or read a configuration from the address beside this form."
    ),
    Note.shared_issuer: _(
        "All its customers share one issuer. Your own site is told apart by the client id and the deployments."
    ),
    Note.issuer_unchanged: _(
        "The issuer stays as it is here unless somebody changed it in the configuration of that server."
    ),
    Note.deployment_later: _(
        "The deployment exists only after the tool has been installed there. You can add it later."
    ),
    Note.deployment_many: _(
        "One client id serves every site that installs the tool, and each site is a deployment of its own."
    ),
    Note.other_audience: _("The audience is not the token address. It is filled in, too."),
    Note.numbered_address: _("The token address ends in a number of its own. Copy it from the page of the tool there."),
    Note.addresses_shown: _(
        "Each activity has a client id and addresses of its own. Copy them from where the activity is edited."
    ),
    Note.test_sites: _("Its test and beta sites have an issuer and addresses of their own."),
    Note.proctoring: _("It can have its own exams proctored here (Proctoring Services)."),
}
#: By field, or by code where a field can have several.
PROBLEMS: Mapping[str, Text] = {
    "name": _("Give it a name of up to 255 characters."),
    "issuer": _("Write the issuer exactly as the course system shows it, up to 255 characters."),
    "client_id": _("Write the client id that the course system gave, up to 255 characters."),
    "auth_login_url": _("Write the whole login address. It begins with https:// or http://."),
    "auth_token_url": _("Write the whole token address. It begins with https:// or http://."),
    "key_set_url": _("Write the whole key set address. It begins with https:// or http://."),
    "auth_audience": _("Write the audience in one line, or leave it empty."),
    "deployment_ids": _("Write one deployment id of up to 255 characters in each line."),
    "deployment_id": _("Write the deployment id as the course system shows it, up to 255 characters."),
    "note": _("Write a name of up to 255 characters, or leave it empty."),
    "platform_exists": _("Another platform has this issuer and client id already."),
    "host": _("Write the host name of the course system, for instance lms.example.edu."),
    "hours": _("Write a whole number from 1 to 8760."),
    "role_name": _("Write a short name such as Mentor, or a whole address of a role."),
    "role_part": _("Choose one of the four."),
    "token_name": _("Give it a name of up to 100 characters, so that you know later what it is for."),
    "token_scopes": _("Choose at least one thing that it may do."),
    "token_days": _("Write a whole number from 1 to 3650, or leave it empty."),
    "token_course": _("Write the number of a course, as it stands in the address of its page, or leave it empty."),
    "role_many": _("These are more roles than one platform can need."),
}  # fmt: skip
