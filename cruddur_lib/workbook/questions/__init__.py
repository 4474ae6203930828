"""Questions that a lesson asks, and how answers are judged."""

from cruddur_lib.workbook.questions.code_question import CodeQuestion, ListedQuestion
from cruddur_lib.workbook.questions.question import (
    ExerciseUnknown,
    KnownMistake,
    Question,
    ValueQuestion,
)

__all__ = [
    "CodeQuestion",
    "ExerciseUnknown",
    "KnownMistake",
    "ListedQuestion",
    "Question",
    "ValueQuestion",
]
