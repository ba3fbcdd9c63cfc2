"""The people and the first course of the practice LMS. All of them are invented."""

from dataclasses import dataclass
from enum import StrEnum

from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.vocabulary import ROLE


class Kind(StrEnum):
    INSTRUCTOR = "instructor"
    ASSISTANT = "assistant"
    LEARNER = "learner"
    ADMINISTRATOR = "administrator"


KIND_WORDS = {
    Kind.INSTRUCTOR: "Instructor",
    Kind.ASSISTANT: "Teaching assistant",
    Kind.LEARNER: "Learner",
    Kind.ADMINISTRATOR: "LMS administrator",
}

ROLES: dict[Kind, tuple[str, ...]] = {
    Kind.INSTRUCTOR: (f"{ROLE}institution/person#Faculty", f"{ROLE}membership#Instructor"),
    Kind.ASSISTANT: (f"{ROLE}membership/Instructor#TeachingAssistant", f"{ROLE}membership#Instructor"),
    Kind.LEARNER: (f"{ROLE}institution/person#Student", f"{ROLE}membership#Learner"),
    Kind.ADMINISTRATOR: (f"{ROLE}institution/person#Administrator", f"{ROLE}system/person#SysAdmin"),
}


@dataclass(frozen=True)
class Person:
    id: str
    given_name: str
    family_name: str
    email: str
    kind: Kind
    locale: str = "en"

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def username(self) -> str:
        return self.email.partition("@")[0]

    @property
    def roles(self) -> tuple[str, ...]:
        return ROLES[self.kind]

    @property
    def is_learner(self) -> bool:
        return self.kind is Kind.LEARNER

    @property
    def is_member(self) -> bool:
        return self.kind is not Kind.ADMINISTRATOR

    @property
    def may_teach(self) -> bool:
        return self.kind is not Kind.LEARNER


@dataclass(frozen=True)
class Course:
    id: str
    label: str
    title: str
    #: The courses that this one was copied from, the newest first.
    ancestors: tuple[str, ...] = ()

    @property
    def sourced_id(self) -> str:
        return f"SIS-{self.label.replace(' ', '')}"


FIRST_COURSE = Course(id="c-7041", label="STAT 101", title="Introduction to Statistics")

_STUDENTS = "students.northfield.example"
_STAFF = "staff.northfield.example"
PEOPLE: tuple[Person, ...] = (
    Person("u-2001", "Hanna", "Lindqvist", f"hanna.lindqvist@{_STAFF}", Kind.INSTRUCTOR),
    Person("u-2002", "Tomáš", "Novák", f"tomas.novak@{_STAFF}", Kind.ASSISTANT),
    Person("u-3001", "Inés", "Márquez", f"ines.marquez@{_STUDENTS}", Kind.LEARNER, "es"),
    Person("u-3002", "ليلى", "حداد", f"layla.haddad@{_STUDENTS}", Kind.LEARNER, "ar"),
    Person("u-3003", "Mei-Ling", "Tsai", f"mei-ling.tsai@{_STUDENTS}", Kind.LEARNER),
    Person("u-3004", "Jonas", "Öberg", f"jonas.oberg@{_STUDENTS}", Kind.LEARNER),
    Person("u-3005", "נועה", "לוי", f"noa.levi@{_STUDENTS}", Kind.LEARNER),
    Person("u-3006", "", "Wibowo", f"wibowo@{_STUDENTS}", Kind.LEARNER),
    Person("u-3007", "Amara", "O’Connor-Nwosu", f"amara.oconnor-nwosu@{_STUDENTS}", Kind.LEARNER),
    Person("u-1001", "Robin", "Achterberg", "robin.achterberg@it.northfield.example", Kind.ADMINISTRATOR),
)
MEMBERS = tuple(person for person in PEOPLE if person.is_member)
LEARNERS = tuple(person for person in PEOPLE if person.is_learner)
_BY_ID = {person.id: person for person in PEOPLE}


def find_person(person_id: object) -> Person | None:
    return _BY_ID.get(person_id) if isinstance(person_id, str) else None


def get_person(person_id: object) -> Person:
    person = find_person(person_id)
    if person is None:
        raise Refusal("This person does not exist.", status=404, error="not_found")
    return person
