"""Words for what goes wrong in a review, an appeal and a report."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.web.problem_form import Words

_LOOK = (_("Go back, load the page anew and look at the attempt once more."),)

OF_REVIEWS: Mapping[str, Words] = {
    "same_reviewer": Words(
        _("Somebody else decides now"),
        _("You have judged this attempt already. A second look is always another person’s. Nothing was changed."),
        (_("Ask a colleague to look at it: it stands in their review queue."),),
    ),
    "evidence_unopened": Words(
        _("Look at the evidence first"),
        _("A negative conclusion needs that its reviewer has opened the evidence. Nothing was changed."),
        (_("Open the report of the attempt, then conclude."),),
    ),
    "nothing_confirmed": Words(
        _("Confirm a flag or write down an incident first"),
        _(
            "A number is no proof: a negative conclusion needs a flag that is confirmed, or an incident. Nothing was changed."
        ),
        (_("Confirm what is right in the report, or write down what you saw, then conclude."),),
    ),
    "flag": Words(_("This flag is not there any more"), _("It may have grown together with another one."), _LOOK),
    "disposition": Words(
        _("This is nothing that a flag can be"),
        _("A flag is confirmed, dismissed or open. Nothing was changed."),
        _LOOK,
    ),
    "remark_kind": Words(
        _("A note or an incident?"), _("What is written down is one of the two. Nothing was kept."), _LOOK
    ),
    "remark": Words(_("This note is not there any more"), _("Whoever wrote it has taken it back."), _LOOK),
    "remark_empty": Words(
        _("There is nothing to write down"), _("The note was empty."), (_("Go back and write what you saw."),)
    ),
    "cause_missing": Words(
        _("Whose doing was it?"),
        _("An incident says if it was the learner, the surroundings, staff or a technical cause."),
        (_("Go back and choose one."),),
    ),
    "too_many_remarks": Words(
        _("There are too many notes"), _("An attempt takes at most 500."), (_("Take some back first."),)
    ),
    "not_own_remark": Words(
        _("Somebody else wrote this"), _("Everybody takes back only what they wrote themselves."), _LOOK
    ),
    "remark_stands": Words(
        _("This stands now"),
        _("The attempt was concluded after it was written, so it belongs to the record. Nothing was changed."),
        (_("Write a further note that puts it right."),),
    ),
    "weights": Words(
        _("A weight is no number"), _("Weights go from 0 to 100. Nothing was changed."), (_("Go back and correct it."),)
    ),
    "report_link": Words(
        _("This link is not open"),
        _(
            "It may be past its day, taken back, or not copied whole. After an hour it has to be opened again from where you got it."
        ),
        (_("Open the whole link again. If that does not help, ask whoever sent it for a new one."),),
    ),
    "pdf_unmade": Words(
        _("The PDF could not be made"),
        _("It took too long, or the server lacks what draws it. The report itself is whole."),
        (_("Try again in a minute, or take the data or the ZIP instead."),),
        _("The program needs Pango and HarfBuzz: deploy/system-packages.sh installs them."),
    ),
    "not_shared": Words(
        _("This exam shares no reports"),
        _("Its settings do not allow links to reports. Nothing was changed."),
        (_("Whoever sets the exam up can allow it in the settings."),),
    ),
    "too_many_links": Words(
        _("There are many links to this report already"),
        _("An attempt has at most 20 links that are open."),
        (_("Take one back first."),),
    ),
    "appeal_empty": Words(
        _("There is nothing to send yet"), _("The text was empty."), (_("Go back and write a sentence or two."),)
    ),
    "may_appeal": Words(
        _("An appeal is not possible any more"),
        _("The day until which you could ask is over, or this exam has no appeals. The conclusion stands."),
        (_("Talk to your teacher or the exam office."),),
    ),
    "appealed_before": Words(
        _("You have asked for another look already"),
        _("That is possible once. The page of your exam shows where it stands."),
        (_("Open the exam in your course."),),
    ),
    "not_shown": Words(
        _("This is not open now"),
        _("The exam shows its evidence at another time, or the matter is closed. Nothing was changed."),
        (_("Open the exam in your course: its page says what is possible."),),
    ),
}
