"""Questions of the lessons, and how answers are checked."""

from cruddur_lib.workbook.questions.code_question import CaseListQuestion, CodeQuestion
from cruddur_lib.workbook.questions.question import (
    ExerciseUnknown,
    KnownMistake,
    Question,
    ValueQuestion,
)

__all__ = [
    "CaseListQuestion",
    "CodeQuestion",
    "ExerciseUnknown",
    "KnownMistake",
    "Question",
    "ValueQuestion",
]
