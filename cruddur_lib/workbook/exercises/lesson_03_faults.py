"""Exercises of 03, writing, on what goes wrong: lost answers, half a batch, a second press."""

from cruddur_lib.workbook.code_exercise import CodeExercise
from cruddur_lib.workbook.exercise import Exercise, Wrong
from cruddur_lib.workbook.exercises import answers_03_faults as answers
from cruddur_lib.workbook.exercises import batches_03 as batches

EXERCISES = (
    Exercise(
        name="answer-lost",
        unit="attempts",
        shown_in="When the answer is lost",
        answer=answers.puts_where_an_answer_is_lost,
        why="The first was done and not heard of; the second was answered, by a refusal.",
        wrongs=(
            Wrong(1, "botocore does not leave it at that: without an answer it sends again."),
            Wrong(3, "The second attempt is answered, and a refusal is an answer."),
            Wrong(4, "Four is the most; it stops at the first answer, and a refusal is one."),
        ),
        hints=(
            "What does botocore do where no answer comes?",
            "It sends the same put again; what does the condition say to that one?",
            "Once without an answer, and once with one.",
        ),
    ),
    Exercise(
        name="pressed-again",
        unit="messages",
        shown_in="Pressed again",
        answer=answers.messages_of_two_presses,
        why="Each press made a uuid of its own, so each wrote at a key of its own.",
        wrongs=(
            Wrong(0, "An error does not mean that nothing was written: the answers were lost."),
            Wrong(1, "The second press has another uuid, and that is another key."),
            Wrong(5, "The four attempts of the first press are one row, put over itself."),
            Wrong(8, "The attempts of one press carry one uuid: they are one row."),
        ),
        hints=(
            "At which key does each attempt put its row?",
            "The attempts of one press share a uuid; the presses do not.",
            "One row for each press.",
        ),
    ),
    Exercise(
        name="half-a-batch",
        unit="one of the three texts",
        shown_in="Half a batch",
        answer=answers.answer_to_half_a_batch,
        why="A batch is not a transaction: doing a part of it is allowed, and a success.",
        wrongs=(
            Wrong("error", "Nothing was refused: it did a part, as a batch may, and says so."),
            Wrong("partial success", "HTTP has a status for that, and DynamoDB does not use it."),
        ),
        hints=(
            "Does BatchWriteItem promise to do all of it?",
            "It does what it can, and lists the rest in `UnprocessedItems`.",
            "What does a request get that did what it had promised?",
        ),
    ),
    Exercise(
        name="clean-ways",
        unit="ways",
        shown_in="The grid of outcomes",
        answer=answers.ways_without_harm,
        why="The transaction and the conditional draft: all or nothing, and once.",
        wrongs=(
            Wrong(0, "A transaction is never partial, and one draft with a condition never twice."),
            Wrong(1, "A transaction keeps C whole; and D has a way, too, that never doubles."),
            Wrong(3, "A batch is not a transaction: where half is left undone, it is partial."),
            Wrong(4, "A batch may be done in part, and a new uuid writes the message twice."),
        ),
        hints=(
            "Which of the three ways of C can stop in the middle?",
            "Put by put can, a batch can; and which way of D writes twice?",
            "One way of C, and one of D.",
        ),
    ),
    CodeExercise(
        name="put-all",
        unit="a function of a client, a table's name and rows that writes them all",
        shown_in="Half a batch",
        cases=batches.batches,
        returns=False,
        run=batches.stored,
        told=batches.case_in_words,
        fault=batches.stored_fault,
        why="What was left goes into the next batch, until a reply leaves nothing.",
        wrongs=(
            Wrong(batches.left_alone, "A success is not all of it: look at `UnprocessedItems`."),
            Wrong(
                batches.sent_once_more, "The second batch may leave some, too: go on until none."
            ),
            Wrong(
                batches.without_end, "What is left stands in the newest reply, not in the first."
            ),
        ),
        hints=(
            "What does the reply have in `UnprocessedItems`?",
            "It has the form of `RequestItems`: it can be sent as it stands.",
            "`while left: left = client.batch_write_item(RequestItems=left)[...]`.",
        ),
    ),
)
