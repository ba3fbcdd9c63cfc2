import pytest

from lti_proctor.lti.roles import part_of
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
