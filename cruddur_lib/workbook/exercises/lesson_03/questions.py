"""Exercises of lesson 03, Writing."""

from functools import partial

from cruddur_lib.costs.units import reads
from cruddur_lib.workbook.exercises.lesson_03 import answers, functions
from cruddur_lib.workbook.exercises.shared import on_seeds, send, send_first, write_units
from cruddur_lib.workbook.questions.question import Mistake, ValueQuestion

EXERCISES = (
    ValueQuestion(
        name="page-of-nine",
        unit="read units",
        shown_in="02-reading: What the newest 20 cost",
        answer=lambda _: reads.query([300] * 9).total,
        why="2,700 bytes together fill one block of 4 KB, and that is half a unit.",
        mistakes=(
            Mistake(4.5, "A Query adds up first and rounds once; nine halves are nine GetItems."),
            Mistake(9, "A unit is not an item."),
            Mistake(1, "One block, yes; eventually consistent it is half a unit."),
        ),
        hints=(
            "Nine times 300 bytes: how many blocks of 4 KB?",
            "One, and it is read eventually consistent.",
            "Half of a whole unit.",
        ),
    ),
    ValueQuestion(
        name="rows-of-an-edit",
        unit="rows",
        shown_in="01-from-screen-to-keys: Update and delete",
        answer=answers.rows_of_an_edit,
        why="The message's key stays, so its row is written in place; inboxes are E's affair.",
        mistakes=(
            Mistake(2, "A put and a delete are for a key that changes; a text is in no key."),
            Mistake(3, "The two group rows follow when E hears of it."),
        ),
        hints=(
            "Is the text part of a key?",
            "What is in no key changes in place.",
            "The message's row, and no other.",
        ),
    ),
    ValueQuestion(
        name="one-message",
        unit="write units",
        shown_in="What one message costs",
        answer=write_units(send),
        why="One item of under 1 KB, which is not in the index.",
        mistakes=(
            Mistake(0.5, "Halves are for reads that may be a moment behind; a write is whole."),
            Mistake(3, "D writes the message alone; the inboxes come later, by E."),
            Mistake(2, "The index has no entry for a message, so nothing is written there."),
        ),
        hints=(
            "How many items does D write, and of how many KB?",
            "One item of about 300 bytes; is it in the index?",
            "A single block, and nothing in the index.",
        ),
    ),
    ValueQuestion(
        name="sent-again",
        unit="write units",
        shown_in="Sent again",
        answer=answers.units_of_a_resend,
        why="A refused put is billed by the item that lies there: here this message, under 1 KB.",
        mistakes=(
            Mistake(0, "Nothing is stored, but the engine had to look: AWS bills the attempt."),
            Mistake(2, "One attempt is metered here, the second; the first was billed before."),
        ),
        hints=(
            "What does DynamoDB have to do before it can refuse?",
            "AWS bills a write whose condition fails by the item that is there.",
            "As much as the first time.",
        ),
    ),
    ValueQuestion(
        name="first-message",
        unit="write units",
        shown_in="A transaction and a batch",
        answer=write_units(send_first),
        why="Three rows at 2 on the table, and two of them in the index at 1.",
        mistakes=(
            Mistake(3, "Three rows; but a transaction costs twice, and two are in the index."),
            Mistake(5, "That is a batch: in a transaction each row counts twice on the table."),
            Mistake(6, "The table's share, yes; the two group rows are in the index too."),
            Mistake(10, "A transaction doubles the table's units, and not those of an index."),
        ),
        hints=(
            "Three rows; how many of them are in the index?",
            "In a transaction the table's units count twice, the index's once.",
            "Three times two, and two more.",
        ),
    ),
    ValueQuestion(
        name="as-a-batch",
        unit="write units",
        shown_in="A transaction and a batch",
        answer=answers.units_of_a_batch,
        why="Three on the table and two on the index: a batch is separate puts in one envelope.",
        mistakes=(
            Mistake(1, "One request is not one unit: each item in it is counted."),
            Mistake(3, "And the two group rows' entries in the index."),
            Mistake(8, "That is the transaction; a batch promises less and costs less."),
        ),
        hints=(
            "What would three separate puts cost?",
            "Each row is one unit on the table; two of them are in the index.",
            "Three, and two.",
        ),
    ),
    ValueQuestion(
        name="emoji",
        unit="write units",
        shown_in="Bytes, not characters",
        answer=write_units(partial(send, text=answers.EMOJI)),
        why="4,096 bytes of text, and names, keys and people come on top: 5 KB begun.",
        mistakes=(
            Mistake(1, "1,024 characters, yes; an emoji is four bytes of UTF-8."),
            Mistake(2, "By characters it would be 2: 1,024 and what else is in the item."),
            Mistake(4, "The text alone is 4 KB to the byte; the rest of the item is on top."),
        ),
        hints=(
            'How many bytes is `"😀".encode()`?',
            "Four times 1,024 is 4 KB exactly; and the rest of the item?",
            "One more than the text alone.",
        ),
    ),
    ValueQuestion(
        name="shorter",
        unit="write units",
        shown_in="Update and delete, priced",
        answer=answers.units_of_a_shorter_text,
        why="A write is billed by the larger of what was there and what is there.",
        mistakes=(
            Mistake(1, "The new item is small; but the larger of old and new counts."),
            Mistake(6, "Old and new are not added: the larger counts."),
        ),
        hints=(
            "Two sizes are in play: the item before, and after.",
            "Before it was 4 KB and a bit.",
            "As much as writing it did.",
        ),
    ),
    ValueQuestion(
        name="deleting-nothing",
        unit="write units",
        shown_in="Update and delete, priced",
        answer=write_units(
            lambda scratch: scratch.backend.dynamodb.delete_item(
                TableName=scratch.table, Key={"pk": "MSG#1", "sk": "1"}
            )
        ),
        why="Every write costs at least one unit, also one that finds nothing to do.",
        mistakes=(
            Mistake(0, "The request was made, looked and found nothing: that is billed."),
            Mistake(0.5, "That would be a read that found nothing; this is a write."),
        ),
        hints=(
            "What does a read cost that finds nothing?",
            "One block; and so does a write, in its own blocks.",
            "A write's smallest price.",
        ),
    ),
    functions.TEXT_BYTES,
    ValueQuestion(
        name="names",
        unit="bytes",
        shown_in="Anatomy of an item",
        answer=on_seeds(lambda scratch: sum(len(name.encode()) for name in scratch.rows()[-1])),
        why="Names are stored in every item, and counted in every unit.",
        mistakes=(
            Mistake(7, "That is how many attributes there are; count the letters of their names."),
            Mistake(0, "A table has no columns: each item carries the names of its attributes."),
        ),
        hints=(
            "`newest` is a dictionary: its keys are the names.",
            "Add up the lengths of the names, in bytes.",
            "`sum(len(name) for name in newest)`.",
        ),
    ),
    functions.WRITE_UNITS,
    ValueQuestion(
        name="answer-lost",
        unit="attempts",
        shown_in="When the answer is lost",
        answer=answers.puts_after_a_lost_answer,
        why="The first was done and not heard of; the second was answered, by a refusal.",
        mistakes=(
            Mistake(1, "botocore does not leave it at that: without an answer it sends again."),
            Mistake(3, "The second attempt is answered, and a refusal is an answer."),
            Mistake(4, "Four is the most; it stops at the first answer, and a refusal is one."),
        ),
        hints=(
            "What does botocore do where no answer comes?",
            "It sends the same put again; what does the condition say to that one?",
            "Once without an answer, and once with one.",
        ),
    ),
    ValueQuestion(
        name="pressed-again",
        unit="messages",
        shown_in="Pressed again",
        answer=answers.messages_of_two_presses,
        why="Each press made a uuid of its own, so each wrote at a key of its own.",
        mistakes=(
            Mistake(0, "An error does not mean that nothing was written: the answers were lost."),
            Mistake(1, "The second press has another uuid, and that is another key."),
            Mistake(5, "The four attempts of the first press are one row, put over itself."),
            Mistake(8, "The attempts of one press carry one uuid: they are one row."),
        ),
        hints=(
            "At which key does each attempt put its row?",
            "The attempts of one press share a uuid; the presses do not.",
            "One row for each press.",
        ),
    ),
    ValueQuestion(
        name="half-a-batch",
        unit="one of the three texts",
        shown_in="Half a batch",
        answer=answers.answer_to_half_a_batch,
        why="A batch is not a transaction: doing a part of it is allowed, and a success.",
        mistakes=(
            Mistake("error", "Nothing was refused: it did a part, as a batch may, and says so."),
            Mistake("partial success", "HTTP has a status for that, and DynamoDB does not use it."),
        ),
        hints=(
            "Does BatchWriteItem promise to do all of it?",
            "It does what it can, and lists the rest in `UnprocessedItems`.",
            "What does a request get that did what it had promised?",
        ),
    ),
    ValueQuestion(
        name="clean-ways",
        unit="ways",
        shown_in="The grid of outcomes",
        answer=answers.methods_without_harm,
        why="The transaction and the conditional draft: all or nothing, and once.",
        mistakes=(
            Mistake(
                0, "A transaction is never partial, and one draft with a condition never twice."
            ),
            Mistake(1, "A transaction keeps C whole; and D has a way, too, that never doubles."),
            Mistake(3, "A batch is not a transaction: where half is left undone, it is partial."),
            Mistake(4, "A batch may be done in part, and a new uuid writes the message twice."),
        ),
        hints=(
            "Which of the three ways of C can stop in the middle?",
            "Put by put can, a batch can; and which way of D writes twice?",
            "One way of C, and one of D.",
        ),
    ),
    functions.PUT_ALL,
)
