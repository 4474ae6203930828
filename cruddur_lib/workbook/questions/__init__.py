"""Questions of the lessons, and how answers are checked."""

from cruddur_lib.workbook.questions.code_question import CaseListQuestion, CodeQuestion
from cruddur_lib.workbook.questions.question import (
    ExerciseUnknown,
    Mistake,
    Question,
    ValueQuestion,
)

__all__ = [
    "CaseListQuestion",
    "CodeQuestion",
    "ExerciseUnknown",
    "Mistake",
    "Question",
    "ValueQuestion",
]
