"""Words for what goes wrong with a phone as second camera and with the look around the room."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.web.problem_form import BACK, Words

_NEW_CODE = _("On your computer, press “Make a new code”, then point the camera of this phone at it.")
_ONE_TIME = _("For safety each code lets one phone join, once and within some minutes. Nothing is lost.")

OF_PHONES: Mapping[str, Words] = {
    "phone_link_used": Words(_("This code was used already"), _ONE_TIME, (_NEW_CODE,)),
    "phone_link_expired": Words(_("This code is too old"), _ONE_TIME, (_NEW_CODE,)),
    "phone_link_unknown": Words(
        _("This is not a code of ours"),
        _("The link is incomplete, or it comes from somewhere else."),
        (_("Point the camera of this phone at the code on your computer, or copy the whole link."), _NEW_CODE),
    ),
    "phone_unknown": Words(
        _("This phone is not connected"),
        _("It was connected too long ago, another phone has taken its place, or it was taken off."),
        (_NEW_CODE,),
    ),
    "phone_over": Words(
        _("No phone is needed any more"),
        _("The exam of this code is over or can’t be taken now."),
        (_("You can close this page."),),
    ),
    "phone_not_there": Words(
        _("Your phone is not connected yet"),
        _("Its camera has to be on when you go on."),
        (_("Go back and connect it, or let a person check."), BACK),
    ),
    "room_incomplete": Words(
        _("A picture of your room is still missing"),
        _("Each of the turns needs one."),
        (_("Go back and take it."), BACK),
    ),
    "room_needed": Words(
        _("This exam needs the pictures of your room"),
        _("Your teacher has set it so. This is a setting, nothing that you did."),
        (_("If you would rather not show your room, talk to your teacher before you go on. No time is running."),),
    ),
}
