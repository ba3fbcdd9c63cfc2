"""Words for what is wrong with something that was sent: pictures, documents, recordings, the files of an exam."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.web.problem_form import BACK, Words

OF_FILES: Mapping[str, Words] = {
    "not_recorded": Words(
        _("Nothing is recorded here now"),
        _("The exam has not begun, is over for good, or records nothing of this kind."),
        (BACK,),
    ),
    "not_attached": Words(
        _("No files can be attached or taken back now"),
        _("The exam is not running, or it takes no files."),
        (BACK,),
    ),
    "recording_full": Words(
        _("The recording has reached its largest size"),
        _("What came before is kept. Go on with the exam: it is not ended by this."),
        (_("Tell your teacher after the exam, with the reference below."),),
    ),
    "chunk_empty": Words(_("A part of the recording was empty"), _("Nothing was kept of it."), (BACK,)),
    "chunk_too_large": Words(
        _("A part of the recording was too large"), _("Nothing was kept of it. The exam goes on."), (BACK,)
    ),
    "chunk_not_webm": Words(
        _("The recording is in a form that we can't read"),
        _("This browser records in another way than the exam needs. The exam goes on."),
        (_("Next time, open the exam in a current Chrome, Edge or Firefox."),),
    ),
    "package_unreadable": Words(
        _("This file can't be read as a zip"),
        _("It is damaged, it is another kind of file, or it is packed in a way that we can't open."),
        (_("Export it once more from the program that made it, as a zip, and upload that file."),),
    ),
    "package_empty": Words(_("There is nothing in this file"), _("It holds no files."), (_("Choose another file."),)),
    "package_files": Words(
        _("There are too many files in this zip"),
        _("This site takes %(n)s files at most."),
        (_("Take out what the questions don't need, or ask the administrator of this site."),),
    ),
    "package_size": Words(
        _("These files are too large"),
        _("Together they are larger than this site takes."),
        (_("Make the videos and pictures smaller, or ask the administrator of this site."),),
    ),
    "package_ratio": Words(
        _("This zip grows too much when it is unpacked"),
        _("For safety we refuse files that are packed so tightly."),
        (_("Export it once more from the program that made it."),),
    ),
    "package_name": Words(
        _("A name in this zip can't be used"),
        _("Names must be plain paths inside the zip, without the signs that some systems take for something else."),
        (_("Rename this file and pack the zip again: %(name)s"),),
    ),
    "package_twice": Words(
        _("Two files in this zip have the same name"),
        _("We can't tell which of them is meant."),
        (_("Export it once more from the program that made it."),),
    ),
    "package_link": Words(
        _("There is a link in this zip instead of a file"),
        _("For safety we take plain files only."),
        (_("Put the file itself into the zip: %(name)s"),),
    ),
    "package_locked": Words(
        _("This zip has a password"),
        _("We can't look into it."),
        (_("Pack it again without a password. Nobody but the learners of this exam gets at it here."),),
    ),
    "package_manifest": Words(
        _("The file tincan.xml can't be used"),
        _("It should name an activity and the page it begins with."),
        (_("Export the package once more for xAPI (also called Tin Can)."),),
    ),
    "package_outside": Words(
        _("The first page is not in this zip"),
        _("The file tincan.xml names a page that lies elsewhere."),
        (_("Export the package once more, with all its files. It names: %(name)s"),),
    ),
    "package_no_start": Words(
        _("We don't find the page to begin with"),
        _("It is called index.html, or the file tincan.xml of an xAPI package names it."),
        (_("Call the first page index.html, or export the package for xAPI (also called Tin Can)."),),
    ),
    "picture_empty": Words(_("No photo arrived"), _("The file was empty."), (_("Take or choose the photo again."),)),
    "picture_unreadable": Words(
        _("This file is not a photo that we can read"),
        _("We take JPEG, PNG and WebP pictures."),
        (_("Choose another file, or take the photo with the camera."),),
    ),
    "picture_too_large": Words(
        _("This photo has too many pixels"),
        _("Very large pictures are not needed here."),
        (_("Choose a smaller one, or take the photo with the camera."),),
    ),
    "picture_too_small": Words(
        _("This photo is too small"),
        _("Nobody could recognise anything on it."),
        (_("Choose a larger one, or take the photo with the camera."),),
    ),
    "pdf_password": Words(
        _("This PDF is protected by a password"),
        _("We can't look into it."),
        (_("Save it without a password, or take a photo of the document."),),
    ),
    "pdf_long": Words(
        _("This PDF has too many pages"),
        _("Only the page with your name and picture is needed."),
        (_("Save that page alone, or take a photo of it."),),
    ),
    "pdf_broken": Words(
        _("This PDF can't be opened"),
        _("It is damaged, or it has no page."),
        (_("Save it once more, or take a photo of the document."),),
    ),
    "pdf_heavy": Words(
        _("This PDF takes too much time or memory to open"),
        _("A page with your document on it is enough."),
        (_("Save the page as a picture, or take a photo of the document."),),
    ),
    "name_missing": Words(
        _("Your name is missing"),
        _("It is compared with the name on your document."),
        (_("Go back and write it."),),
    ),
    "name_letters": Words(
        _("A name can have letters, spaces, and a few signs such as - and ’"),
        _("Something else was in it."),
        (_("Go back and write it as it stands on your document."),),
    ),
    "name_long": Words(
        _("This name is too long"),
        _("There is room for 100 characters in each field."),
        (_("Go back and leave out what is not needed."),),
    ),
}  # fmt: skip
