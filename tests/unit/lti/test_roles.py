import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.errors import Invalid
from lti_proctor.lti.roles import MAIN, MAP_MAX, checked_map, part_of, role_name, table_of
from lti_proctor.lti.roles import SUB as SUB_ROLES
from lti_proctor.people.roles import Part

M = "http://purl.imsglobal.org/vocab/lis/v2/membership"
SUB = M + "/Instructor#"
SITE = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"
VISITOR, LEARNER, ASSISTANT, INSTRUCTOR = Part.visitor, Part.learner, Part.assistant, Part.instructor


@pytest.mark.parametrize(
    ("roles", "part"),
    [
        ([], VISITOR),
        ([""], VISITOR),
        (["nonsense"], VISITOR),
        ([M + "#Learner"], LEARNER),
        ([M + "#Instructor"], INSTRUCTOR),
        ([M + "#Administrator"], INSTRUCTOR),
        ([M + "#ContentDeveloper"], VISITOR),
        ([M + "#Mentor"], VISITOR),
        ([M + "#Observer"], VISITOR),
        (["Observer", "Mentor"], VISITOR),
        ([M + "#Manager"], VISITOR),
        ([M + "#Member"], VISITOR),
        ([M + "#Officer"], VISITOR),
        ([M + "#learner"], VISITOR),
        ([M + "#Learner "], VISITOR),
        (["Learner"], LEARNER),
        (["Instructor"], INSTRUCTOR),
        (["TeachingAssistant"], ASSISTANT),
        ([M + "#Learner", M + "#Instructor"], INSTRUCTOR),
        ([M + "#Instructor", M + "#Learner"], INSTRUCTOR),
        ([SUB + "TeachingAssistant"], ASSISTANT),
        ([SUB + "TeachingAssistant", M + "#Instructor"], ASSISTANT),
        ([M + "#Instructor", SUB + "TeachingAssistant"], ASSISTANT),
        ([SUB + "TeachingAssistant", M + "#Learner"], ASSISTANT),
        ([SUB + "Grader"], ASSISTANT),
        ([SUB + "PrimaryInstructor"], INSTRUCTOR),
        ([M + "#TeachingAssistant"], ASSISTANT),
        ([M + "#TeachingAssistant", M + "#Instructor"], ASSISTANT),
        (["TeachingAssistant", "Instructor"], ASSISTANT),
        ([M + "#Grader", "Instructor"], ASSISTANT),
        ([SUB + "TeachingAssistant", M + "#Administrator"], INSTRUCTOR),
        ([SUB + "TeachingAssistant", SUB + "PrimaryInstructor"], ASSISTANT),
        ([M + "/TeachingAssistant#Grader", M + "#Instructor"], ASSISTANT),
        ([M + "/institution/person#TeachingAssistant"], VISITOR),
        ([SUB + "GuestInstructor"], INSTRUCTOR),
        ([M + "/Learner#GuestLearner"], LEARNER),
        ([M + "/Learner#NonCreditLearner"], LEARNER),
        ([M + "/Learner#Learner"], LEARNER),
        ([M + "/Administrator#Administrator"], INSTRUCTOR),
        ([M + "/Mentor#Auditor"], VISITOR),
        ([M + "/Unknown#Thing"], VISITOR),
        ([SITE + "Instructor"], VISITOR),
        ([SITE + "Administrator"], VISITOR),
        ([SITE + "Student"], VISITOR),
        ([SYSTEM + "Administrator"], VISITOR),
        ([SYSTEM + "SysAdmin"], VISITOR),
        ([SITE + "Administrator", M + "#Learner"], LEARNER),
        ([SITE + "Faculty", SITE + "Instructor", M + "#Mentor"], VISITOR),
        (["http://evil.example/membership#Instructor"], VISITOR),
        (["urn:lti:role:ims/lis/Instructor"], VISITOR),
        (["http://purl.imsglobal.org/vocab/lis/v2/membershipx#Instructor"], VISITOR),
        ([M], VISITOR),
        ([M + "#"], VISITOR),
        ([M + "/"], VISITOR),
        (["#Instructor"], VISITOR),
        (["Instructor/Learner"], VISITOR),
    ],
    ids=lambda value: ",".join(role.rsplit("/", 1)[-1] for role in value) if isinstance(value, list) else value,
)
def test_only_roles_in_the_course_give_a_part_in_it(roles, part):
    assert part_of(roles) == part


def test_roles_may_come_as_any_sequence():
    assert part_of((M + "#Instructor",)) == INSTRUCTOR


WITH_MAP = [
    ({"Instructor": "visitor"}, [M + "#Instructor"], VISITOR),
    ({M + "#Instructor": "visitor"}, ["Instructor"], VISITOR),
    ({M + "#Instructor": "visitor"}, [M + "#Instructor"], VISITOR),
    ({"Mentor": "assistant"}, [M + "#Mentor"], ASSISTANT),
    ({"Observer": "learner"}, ["Observer"], LEARNER),
    ({"Dean": "instructor"}, [M + "#Dean"], INSTRUCTOR),
    ({"Dean": "instructor"}, ["Dean"], INSTRUCTOR),
    ({"Dean": "instructor"}, [SITE + "Dean"], VISITOR),
    ({"Administrator": "instructor"}, [SITE + "Administrator"], VISITOR),
    ({SITE + "Administrator": "instructor"}, [SITE + "Administrator"], INSTRUCTOR),
    ({SITE + "Administrator": "instructor"}, [SITE + "Administrator", M + "#Learner"], INSTRUCTOR),
    ({SITE + "Administrator": "instructor"}, [M + "#Mentor"], VISITOR),
    ({SITE + "Administrator": "visitor"}, [SITE + "Administrator", M + "#Learner"], LEARNER),
    ({SYSTEM + "SysAdmin": "assistant"}, [SYSTEM + "SysAdmin"], ASSISTANT),
    ({"urn:lti:role:ims/lis/Instructor": "instructor"}, ["urn:lti:role:ims/lis/Instructor"], INSTRUCTOR),
    # A sub-role that nobody named counts as its main role does.
    ({"Instructor": "assistant"}, [SUB + "PrimaryInstructor"], ASSISTANT),
    ({"Instructor": "visitor"}, [SUB + "TeachingAssistant"], ASSISTANT),
    # The main role that comes with a sub-role adds nothing to it.
    ({"TeachingAssistant": "instructor"}, [SUB + "TeachingAssistant", M + "#Instructor"], INSTRUCTOR),
    ({"TeachingAssistant": "visitor"}, [SUB + "TeachingAssistant", M + "#Instructor"], VISITOR),
    ({"TeachingAssistant": "visitor"}, [M + "#TeachingAssistant"], VISITOR),
    ({SUB + "TeachingAssistant": "visitor"}, [SUB + "TeachingAssistant", "Instructor"], VISITOR),
    ({M + "#TeachingAssistant": "visitor"}, ["TeachingAssistant", "Instructor"], VISITOR),
    ({"GuestInstructor": "visitor"}, [SUB + "GuestInstructor", M + "#Instructor"], VISITOR),
    ({"Learner": "visitor"}, [M + "#Learner"], VISITOR),
    ({"Learner": "visitor"}, [M + "#Learner", SUB + "Grader"], ASSISTANT),
    # What is stored wrongly counts as nothing.
    ({"Instructor": "owner"}, ["Instructor"], INSTRUCTOR),
    ({"Instructor": None, "Learner": ["instructor"]}, ["Learner"], LEARNER),
    ({SITE + "Staff": {}}, [SITE + "Staff"], VISITOR),
    ({}, ["Instructor"], INSTRUCTOR),
]


@pytest.mark.parametrize(("role_map", "roles", "part"), WITH_MAP)
def test_a_registration_may_decide_what_a_role_is(role_map, roles, part):
    assert part_of(roles, role_map) == part
    assert part_of(list(reversed(roles)), role_map) == part


KNOWN = [*MAIN, *SUB_ROLES, "Dean", "SysAdmin", "Student", "None", "Staff", ""]
FOREIGN = [SITE, SYSTEM, "http://evil.example/membership#", "urn:lti:role:ims/lis/", "/", "x:", M + "/system/person#",
           M.replace("http:", "https:") + "#", M + "x#", M + "/institution/person#"]  # fmt: skip
foreign = st.builds(str.__add__, st.sampled_from(FOREIGN), st.sampled_from(KNOWN) | st.text())


@given(st.lists(foreign))
def test_without_a_map_nothing_but_roles_in_the_course_grants_anything(roles):
    assert part_of(roles) == VISITOR


@given(st.lists(foreign), st.sampled_from([*MAIN, *SUB_ROLES]), st.sampled_from([M + "#", SUB, ""]))
def test_without_a_map_roles_elsewhere_add_nothing_to_one_in_the_course(roles, name, where):
    assert part_of([*roles, where + name]) == part_of([where + name])


@given(st.lists(st.text()), st.dictionaries(st.text(), st.sampled_from([*Part, "owner", None, 5])))
def test_any_roles_and_any_map_give_a_part(roles, role_map):
    assert part_of([*roles, *role_map], role_map) in Part


@pytest.mark.parametrize(
    ("given_role", "name"),
    [
        ("Learner", "Learner"),
        (" Learner ", "Learner"),
        (M + "#Learner", "Learner"),
        (M + "/Learner#Learner", "Learner"),
        (SUB + "TeachingAssistant", "TeachingAssistant"),
        (M + "#TeachingAssistant", "TeachingAssistant"),
        (SUB + "GuestInstructor", "GuestInstructor"),
        (SITE + "Student", SITE + "Student"),
        ("urn:lti:role:ims/lis/Instructor", "urn:lti:role:ims/lis/Instructor"),
        ("Studienkoordinator.in-2", "Studienkoordinator.in-2"),
    ],
)
def test_a_role_stands_in_the_table_under_one_name(given_role, name):
    assert role_name(given_role) == name


@pytest.mark.parametrize(
    "role",
    [
        "",
        " ",
        "a b",
        "a\0b",
        "x" * 256,
        "a/b",
        "#Instructor",
        "<script>",
        M + "#",
        "http://x y#z",
        "a\u202eb",
    ],
)
def test_what_can_not_be_the_name_of_a_role_is_refused(role):
    with pytest.raises(Invalid) as refused:
        role_name(role)
    assert refused.value.code == "role_name"


def test_the_table_tells_everything_that_holds_and_what_was_changed():
    plain = table_of()
    assert [row.role for row in plain] == [*MAIN, *SUB_ROLES]
    assert all(row.part == row.default for row in plain)
    rows = {row.role: row for row in table_of({M + "#Mentor": "assistant", SITE + "Staff": "learner", "Learner": "x"})}
    assert (rows["Mentor"].part, rows["Mentor"].default) == (ASSISTANT, VISITOR)
    assert (rows[SITE + "Staff"].part, rows[SITE + "Staff"].default) == (LEARNER, None)
    assert rows["Learner"].part == LEARNER
    assert all(part_of([row.role], {"Mentor": "assistant"}) == row.part for row in table_of({"Mentor": "assistant"}))


def test_a_map_keeps_only_what_differs_from_the_table():
    given_map = {M + "#Learner": "learner", "Mentor": "learner", "Dean": "visitor", SITE + "Staff": "visitor"}
    assert checked_map(given_map) == {"Mentor": "learner", "Dean": "visitor", SITE + "Staff": "visitor"}


@pytest.mark.parametrize(
    ("given_map", "code"),
    [({"Learner": "owner"}, "role_part"), ({"Learner": ""}, "role_part"), ({"a b": "learner"}, "role_name"),
     ({f"r{n}": "learner" for n in range(MAP_MAX + 1)}, "role_many")],
)  # fmt: skip
def test_a_map_that_can_not_be_kept_is_refused(given_map, code):
    with pytest.raises(Invalid) as refused:
        checked_map(given_map)
    assert refused.value.code == code
