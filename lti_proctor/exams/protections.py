"""What the add-on `content` keeps learners from doing in the exam window, one by one. Pure."""

from enum import StrEnum


class Protection(StrEnum):
    """The parts of content protection, administrator's guide, section 4.4. Each is a module of `static/js/protect/`."""

    menu = "menu"
    selection = "selection"
    print_ = "print"
    hotkeys = "hotkeys"
    cover = "cover"
    devtools = "devtools"


ALL_PROTECTIONS = frozenset(Protection)
