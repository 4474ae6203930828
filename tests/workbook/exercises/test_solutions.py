"""Every notebook asks its exercises and solves them; no wrong answer passes there."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from cruddur_lib.workbook.exercises import exercises_of
from cruddur_lib.workbook.lesson import NOTEBOOKS

PATHS = [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if exercises_of(path.stem)]
every_lesson = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])

SOLUTION = re.compile(
    r"<details><summary>Solution: ([\w-]+)</summary>\n\n```python\n(.*?)\n```\n.*?</details>",
    re.DOTALL,
)
ASKED = re.compile(r'lesson\.(?:check|predict)\("([\w-]+)"')
WRONG_ANSWERS = """
import json
from cruddur_lib.workbook.exercises import exercises_of

verdicts = {}
for exercise in map(lesson.exercise, exercises_of(lesson.name)):
    wrong_answers = [..., *(wrong.answer for wrong in exercise.mistakes)]
    verdicts[exercise.name] = [exercise.verdict(answer, lesson) for answer in wrong_answers]
print(json.dumps(verdicts))
"""


def insert_solutions(notebook: nbformat.NotebookNode) -> dict[str, int]:
    """Put every solution into the cell that asks for it; return the cells' places by name."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = SOLUTION.findall(text)
    solutions = dict(found)
    assert len(found) == len(solutions)
    places = {}
    for place, cell in enumerate(notebook.cells):
        asked = ASKED.findall(cell.source) if cell.cell_type == "code" else []
        if asked and asked[0] in solutions:
            assert len(asked) == 1
            assert asked[0] not in places
            places[asked[0]] = place
            cell.source = solutions[asked[0]]
    assert places.keys() == solutions.keys()
    return places


def text_of(cell: nbformat.NotebookNode) -> str:
    """Return what a cell printed."""
    return "".join(output.get("text", "") for output in cell.outputs)


@every_lesson
def test_every_exercise_is_asked_and_has_its_solution_folded_under_it(path):
    """Each exercise has text above, dots or an unfinished function, and a solution below."""
    cells = nbformat.read(path, as_version=4).cells
    places = insert_solutions(nbformat.read(path, as_version=4))

    assert places.keys() == exercises_of(path.stem).keys()
    for name, place in places.items():
        assert cells[place - 1].cell_type == "markdown"
        assert "..." in cells[place].source or "def " in cells[place].source
        below = "\n".join(c.source for c in cells[place + 1 :] if c.cell_type == "markdown")
        assert f"<summary>Solution: {name}<" in below


@pytest.mark.thorough
@pytest.mark.moto_alone  # nbval runs each notebook on every engine
@every_lesson
def test_solutions_pass_and_wrong_answers_are_told_apart(path):
    """All solutions pass; the dots and known mistakes do not.

    Each known mistake gets its own explanation.
    """
    notebook = nbformat.read(path, as_version=4)
    names = insert_solutions(notebook)
    notebook.cells.append(nbformat.v4.new_code_cell(WRONG_ANSWERS))

    NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": str(NOTEBOOKS)}}
    ).execute()

    output = "".join(text_of(cell) for cell in notebook.cells if cell.cell_type == "code")
    assert [name for name in names if f"\n{name}: right" not in f"\n{output}"] == []
    assert wrong_verdicts(json.loads(text_of(notebook.cells[-1])), path.stem) == []


def wrong_verdicts(verdicts: dict[str, list[tuple[bool | None, str]]], lesson: str) -> list[str]:
    """Return the exercises whose dots or known mistakes pass or get another explanation."""
    found = []
    for name, exercise in exercises_of(lesson).items():
        (dots, _), *wrongs = verdicts[name]
        recognized = [
            right is False and wrong.explanation in text
            for wrong, (right, text) in zip(exercise.mistakes, wrongs, strict=True)
        ]
        distinct = len({wrong.explanation for wrong in exercise.mistakes}) == len(wrongs) >= 2
        if dots is not None or not all(recognized) or not distinct:
            found.append(name)
    return found


@pytest.mark.parametrize("verdict", [(True, "passes"), (False, "Hint: look"), (None, "dots")])
@pytest.mark.parametrize("place", [0, 1, -1])
def test_a_check_that_lets_a_wrong_answer_pass_is_found(verdict, place):
    """`wrong_verdicts` finds a wrong verdict on the dots, the first mistake and the last."""
    lesson = PATHS[0].stem
    verdicts = {
        name: [(None, ""), *((False, wrong.explanation) for wrong in exercise.mistakes)]
        for name, exercise in exercises_of(lesson).items()
    }
    assert wrong_verdicts(verdicts, lesson) == []

    verdicts["pages"][place] = verdict

    assert wrong_verdicts(verdicts, lesson) == (
        ["pages"] if (place, verdict[0]) != (0, None) else []
    )


@every_lesson
def test_run_all_on_the_untouched_notebook_answers_nothing(path):
    """In the stored notebook, no exercise is answered and no cell raised an error."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and (asked := ASKED.findall(cell.source)):
            text = text_of(cell)
            assert not [output for output in cell.outputs if output.output_type == "error"]
            assert f"{asked[0]}: " in text
            assert ": right" not in text


@every_lesson
def test_mistakes_point_at_a_heading_that_is_there(path):
    """`shown_in` is a heading of this notebook or of the one that it names."""
    for exercise in exercises_of(path.stem).values():
        named, _, heading = exercise.shown_in.partition(": ")
        other = NOTEBOOKS / f"{named}.ipynb"
        place, title = (other, heading) if other.exists() else (path, exercise.shown_in)
        cells = nbformat.read(place, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        assert re.search(rf"(?m)^##+ {re.escape(title)}$", text), exercise.shown_in


def test_there_are_lessons():
    """The parametrized tests would all pass if the notebooks were not found."""
    assert Path(NOTEBOOKS / "00-the-whole-game.ipynb") in PATHS
