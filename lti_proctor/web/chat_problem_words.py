"""Words for what goes wrong in the chat."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.web.problem_form import BACK, Words

_KEPT = _("Nothing was sent. What you wrote is still in the field if you go back.")

OF_CHAT: Mapping[str, Words] = {
    "chat_closed": Words(
        _("The chat is closed"),
        _("Messages can be written from the start of the exam to its end, where the exam has a chat."),
        (_("Write to each other by e-mail or in the course."),),
    ),
    "message_empty": Words(_("The message is empty"), _("Nothing was sent."), (_("Go back and write something."),)),
    "message_long": Words(
        _("The message is too long"),
        _KEPT,
        (_("Go back and make two messages of it: each has room for 2,000 characters."),),
    ),
    "message_key": Words(_("The message could not be sent"), _KEPT, (BACK, _("Load the page again."))),
    "too_many_messages": Words(
        _("This chat is full"),
        _("So many messages were written in this exam that no more are kept."),
        (_("Go on by e-mail or by phone."),),
    ),
    "spoken_large": Words(
        _("The recording is too large"),
        _KEPT,
        (_("Record a shorter message, or only with sound."),),
    ),
    "spoken_long": Words(_("The recording is too long"), _KEPT, (_("Record a shorter message."),)),
    "spoken_unreadable": Words(
        _("The recording can’t be played"),
        _KEPT,
        (_("Record it once more, or send the text alone."),),
    ),
}
