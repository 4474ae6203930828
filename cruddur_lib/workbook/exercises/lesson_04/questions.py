"""Exercises of lesson 04, The fan-out."""

from cruddur_lib.workbook.exercises.lesson_03.answers import EMOJI
from cruddur_lib.workbook.exercises.lesson_04 import answers, functions, handlers, histories
from cruddur_lib.workbook.questions.code_question import CaseListQuestion
from cruddur_lib.workbook.questions.question import Mistake, ValueQuestion

EXERCISES = (
    ValueQuestion(
        name="after-d",
        unit="both, the sender's, the receiver's or neither",
        shown_in="00-the-whole-game: Back to the inbox",
        answer=answers.inboxes_that_show_it,
        why="D writes the message alone; both group rows still carry the text before it.",
        mistakes=(
            Mistake("both", "D writes one row, the message; inboxes read other rows."),
            Mistake("the sender's", "The sender's inbox is a strip of its own too, and D left it."),
            Mistake("the receiver's", "Nothing was written under the receiver's key."),
        ),
        hints=(
            "Which rows does pattern D write?",
            "And which rows does an inbox read?",
            "Those are two kinds of rows, and D knows but one.",
        ),
    ),
    ValueQuestion(
        name="two-new-rows",
        unit="write units",
        shown_in="03-writing: A transaction and a batch",
        answer=answers.units_of_two_new_rows,
        why="Two rows at 2 on the table, and their two entries in the index at 1.",
        mistakes=(
            Mistake(2, "Each is in the index too, and a transaction doubles the table's units."),
            Mistake(4, "The table's share in a transaction, yes, or both shares without one."),
            Mistake(8, "A transaction doubles the table's units, and not those of an index."),
        ),
        hints=(
            "Two group rows: are they in the index?",
            "They are. What does a transaction double?",
            "Twice two on the table, and an entry each in the index.",
        ),
    ),
    ValueQuestion(
        name="newest-strongly",
        unit="read units",
        shown_in="02-reading: The last word, or nearly",
        answer=answers.units_of_the_newest,
        why="One block of 4 KB, strongly consistent.",
        mistakes=(
            Mistake(0.5, "That is what it costs eventually consistent."),
            Mistake(1.5, "That were the newest 20, eventually consistent; this is one message."),
        ),
        hints=(
            "How many blocks of 4 KB does one message fill?",
            "It fills a single one, and it is read strongly.",
            "A whole unit for each block.",
        ),
    ),
    ValueQuestion(
        name="records-of-a-message",
        unit="records",
        shown_in="What the stream brings",
        answer=answers.records_of_a_message,
        why="The message, and for each inbox a row put and a row deleted: E's writes come too.",
        mistakes=(
            Mistake(1, "The message is one; what E writes because of it are changes as well."),
            Mistake(3, "A row that moves is two changes: one is put, and one deleted."),
            Mistake(9, "A stream carries changes of items, not units, and nothing of an index."),
        ),
        hints=(
            "Every change of an item is a record, whoever made it.",
            "E moves two group rows. How many changes is a row that moves?",
            "The message, and twice two.",
        ),
    ),
    ValueQuestion(
        name="in-one-call",
        unit="records",
        shown_in="What the stream brings",
        answer=answers.records_in_one_call,
        why="A function gets all that waits, up to the size of its batch: 100, if nobody says so.",
        mistakes=(
            Mistake(1, "A call brings a batch, and not one record."),
            Mistake(15, "What E writes is not there yet: it comes in a later call."),
            Mistake(100, "That is the most; no more come than wait."),
        ),
        hints=(
            "What is handed over is called `records`, in the plural.",
            "A batch holds what waits, up to 100 records.",
            "How many messages wait?",
        ),
    ),
    ValueQuestion(
        name="units-of-a-message",
        unit="write units",
        shown_in="What one message really costs",
        answer=answers.units_of_a_message,
        why="The message 1; for each inbox a put and a delete, each on the table and in the index.",
        mistakes=(
            Mistake(1, "That is D alone; both inboxes are still to be put right."),
            Mistake(3, "Three rows change; two of them move, and those are in the index too."),
            Mistake(5, "That is the table's share; all but the message are in the index too."),
            Mistake(7, "An entry whose key changes is deleted and put: two units, not one."),
            Mistake(10, "Twice five would have the message in the index; it is not there."),
        ),
        hints=(
            "Count the table first: which rows are put, which deleted?",
            "Five on the table. Which of those five are in the index?",
            "All but the message.",
        ),
    ),
    ValueQuestion(
        name="filter-changes",
        unit="what changes",
        shown_in="A filter",
        answer=answers.reduced_by_a_filter,
        why="The stream has every record, E writes what it wrote; Lambda leaves calls out.",
        mistakes=(
            Mistake("records in the stream", "The stream has every change, whoever reads it."),
            Mistake("write units", "The rows that are written are the same ones."),
            Mistake("the order of records", "What is let through comes in the stream's order."),
        ),
        hints=(
            "The filter stands between the stream and the function.",
            "What is before it stays as it was.",
            "What does Lambda do with a record that does not pass?",
        ),
    ),
    ValueQuestion(
        name="pattern",
        unit="the kinds of records that pass",
        shown_in="A filter",
        answer=answers.kinds_of_message_records,
        why="Every record has its keys, a deletion's too.",
        mistakes=(
            Mistake(set(), "Nothing passes: a plain text must be equal, and its path complete."),
            Mistake(
                {"INSERT message", "INSERT group row"},
                "Records of group rows pass: those are the handler's own writes.",
            ),
            Mistake(
                {"INSERT message", "MODIFY message"},
                "A deletion has no new image: look for the message where it has something.",
            ),
        ),
        hints=(
            "Where in a record does it say `MSG#`, whatever happened to the item?",
            "Under `dynamodb`, `Keys`, `pk`, `S`. And what follows `MSG#` is always another.",
            'A rule for the beginning of a text: `{"prefix": ...}`, in a list.',
        ),
    ),
    ValueQuestion(
        name="up-to-date",
        unit="conversations",
        shown_in="A handler that looks right",
        answer=answers.up_to_date_after_a_batch,
        why="It looks at `records[0]`. The other record was brought, and will not come again.",
        mistakes=(
            Mistake(2, "Both records were brought; how many did it look at?"),
            Mistake(0, "The first record was handled well."),
        ),
        hints=(
            "Read the handler's first line.",
            "`records[0]` is one of how many?",
            "The rest of the batch is passed over.",
        ),
    ),
    ValueQuestion(
        name="old-record",
        unit="one of the two texts",
        shown_in="A handler that looks right",
        answer=answers.text_after_an_old_record,
        why="It writes what the record says, and the record is old.",
        mistakes=(
            Mistake("the newer", "Nothing in it asks whether the record is still news."),
            Mistake("both", "A line shows one text: the row was put over."),
        ),
        hints=(
            "Where does the handler take the text from?",
            "From the record. Which message is that record about?",
            "Not the one that was written last.",
        ),
    ),
    ValueQuestion(
        name="after-the-crash",
        unit="lines",
        shown_in="A handler that looks right",
        answer=answers.lines_after_a_crash,
        why="It moves the rows that are there, and Bayko's is not there any more.",
        mistakes=(
            Mistake(1, "The batch does come again; but from which rows does it make new ones?"),
            Mistake(2, "Nothing was put, so nothing stands there twice."),
        ),
        hints=(
            "Which rows are there when the program ends between delete and put?",
            "On the second run the index is asked again which rows there are.",
            "What was deleted is moved by nobody.",
        ),
    ),
    CaseListQuestion(
        name="handle",
        unit="a function of records and a table",
        shown_in="A handler that looks right",
        cases=histories.histories,
        returns=False,
        run=histories.run,
        describe=histories.describe,
        problem=histories.problem,
        failure_kind=histories.failure_kind,
        setup=lambda sandbox: sandbox.scratch(seeded=False),
        why="Whatever comes twice, late, together or to half: every inbox shows the newest.",
        mistakes=(
            Mistake(handlers.put_without_delete, "A put at another key leaves the older row."),
            Mistake(handlers.new_messages_only, "A changed message may be the newest one."),
            Mistake(
                handlers.delete_what_was_put,
                "Where the key stays the same, the row that is deleted is the one just put.",
            ),
            Mistake(handlers.copy_the_record, "A record says what was, not what is the newest."),
            Mistake(handlers.text_of_the_record, "Time and text must be those of one message."),
            Mistake(handlers.delete_first, "Between a delete and a put there is nothing."),
            Mistake(
                handlers.first_record_only, "A batch has several records, and each is brought once."
            ),
        ),
        hints=(
            "Take from a record only which group it is about, and ask the table for the rest.",
            "`table.newest(group)` says what to show; put first, and delete what is older.",
            "Delete a row only where its key differs from the one that was put.",
        ),
    ),
    ValueQuestion(
        name="in-one-transaction",
        unit="write units",
        shown_in="A handler that survives",
        answer=answers.units_in_one_transaction,
        why="The message 1, four actions at 2 on the table, and 4 in the index.",
        mistakes=(
            Mistake(9, "That is without a transaction, which doubles what is in it."),
            Mistake(12, "That is E alone: the message is written before, by itself."),
            Mistake(17, "A transaction doubles the table's units, and not those of an index."),
            Mistake(18, "Neither the index nor the message, which is outside, is doubled."),
        ),
        hints=(
            "Which of the nine units are in the transaction, and on the table?",
            "Four: two puts and two deletes. Those cost twice.",
            "Nine, and four more.",
        ),
    ),
    ValueQuestion(
        name="opened-once",
        unit="a design",
        shown_in="What to choose when",
        answer=answers.cheapest_opened_once,
        why="It writes one row for a message, and one open costs less than that saves.",
        mistakes=(
            Mistake("stable_key", "Its inboxes are the cheapest to read; but how often is that?"),
            Mistake("bootcamp", "It writes nine units for each message, whoever looks."),
            Mistake("one_transaction", "It is the dearest of the four to write."),
        ),
        hints=(
            "For each design: what a message costs, and what one open of an inbox costs.",
            "Read units count a fifth.",
            "Who saves eight units of a message may spend some on a read.",
        ),
    ),
    ValueQuestion(
        name="choose",
        unit="a design",
        shown_in="What each one promises",
        answer=answers.up_to_date_at_one_price,
        why="It is the only one with yes in both lines; its price is the transaction.",
        mistakes=(
            Mistake("read_fan_out", "Its page asks every group, however short the page is."),
            Mistake("stable_key", "Its rows are behind until the stream's handler has run."),
            Mistake(
                "bootcamp", "Its rows are behind until the stream's handler has run, as you saw."
            ),
        ),
        hints=(
            "Two lines of the table of promises are asked for.",
            '"When D answers", and "a page of the inbox costs the same".',
            "Which column says yes in both?",
        ),
    ),
    ValueQuestion(
        name="emoji-fan-out",
        unit="write units",
        shown_in="What one message really costs",
        answer=lambda sandbox: answers.units_of_a_message(sandbox, EMOJI),
        why="The message is 5; a group row carries 100 characters of it, and stays under 1 KB.",
        mistakes=(
            Mistake(5, "That is the message; E still has two rows to move."),
            Mistake(9, "The message itself is more than 1 KB now: see notebook 03."),
            Mistake(45, "If group rows carried the whole text; they carry a preview of it."),
        ),
        hints=(
            "Meter it, as the first message was: D, then `lesson.pump()`.",
            "The message alone is 5, by notebook 03. How long is the text in a group row?",
            "Five, and what E always costs.",
        ),
    ),
    ValueQuestion(
        name="hundred-groups",
        unit="opens per message",
        shown_in="What to choose when",
        answer=answers.crossing_of_a_hundred,
        why="An open asks all 100 groups: the read fan-out is worth it where few look.",
        mistakes=(
            Mistake(3.2, "That is for an inbox of 20 groups, which is the default."),
            Mistake(0.3, "Read units count a fifth of a write unit: not a half."),
        ),
        hints=(
            "`crossing` takes `groups=`; round what it gives to a tenth.",
            "The designs in question are those two that are cheapest on either side.",
            'Of `costs[300]`, "stable_key" and "read_fan_out", with 100 groups.',
        ),
    ),
    functions.SAME_COST,
)
