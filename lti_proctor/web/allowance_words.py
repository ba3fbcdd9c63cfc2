"""Words for allowances that are given to many at once: what became of a row, and what is wrong with a list."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.web.problem_form import Text, Words

#: Why somebody in a list got nothing.
REFUSED: Mapping[str, Text] = {
    "learner_unknown": _("We do not know this learner. Learners are those who have opened the exam and those on the roster of its course."),
    "learner_ambiguous": _("Several learners go by this name. Write the user name instead."),
    "learner_twice": _("This learner stands in the list twice. What stands first was given."),
    "allowance": _("Write 0 to 10,000 whole minutes, and a factor from 1 to 10 with two decimals at most."),
    "allowance_empty": _("Write minutes, a factor, or an exception."),
    "allowance_exception": _("The exception is too long. Shorten it to 2000 characters."),
    "csv_cells": _("The line has more or fewer cells than the first one. A comma inside a cell needs quotation marks around the cell."),
}  # fmt: skip
_NOBODY = _("Nobody was given anything.")
OF_ALLOWANCES: Mapping[str, Words] = {
    "csv_unreadable": Words(
        _("This file is no CSV file that can be read"), _NOBODY, (_("In a spreadsheet choose “Save as” and “CSV UTF-8”."),)
    ),
    "csv_heads": Words(
        _("The first line of the file does not name the columns that are needed"),
        _NOBODY,
        (_("The first line holds “user” and at least one of “minutes”, “factor” and “exception”."),),
    ),
    "csv_too_large": Words(_("This file is too large"), _NOBODY, (_("Leave out what is not needed: a file may have 1 MB."),)),
    "allowances_none": Words(
        _("There is nobody in the list"), _NOBODY, (_("Write one user name or e-mail address a line, or choose a file."),)
    ),
    "allowances_too_many": Words(
        _("These are too many learners at once"), _NOBODY, (_("Send at most 1000 lines, then the others."),)
    ),
}  # fmt: skip


def words_of(code: str) -> Words:
    """What the page says of an allowance, or a list, that was not taken."""
    if code in OF_ALLOWANCES:
        return OF_ALLOWANCES[code]
    return Words(_("The allowance could not be saved"), REFUSED[code])
