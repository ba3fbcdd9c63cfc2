"""What somebody is on this site. Pure."""

from enum import StrEnum


class SiteRole(StrEnum):
    """Apart from any course; learners and teachers from an LMS are `student` here."""

    student = "student"
    proctor = "proctor"
    administrator = "administrator"
