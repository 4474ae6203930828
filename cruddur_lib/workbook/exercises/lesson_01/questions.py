"""Exercises of lesson 01, From screen to keys."""

from cruddur_lib.workbook.exercises.lesson_01 import answers, functions
from cruddur_lib.workbook.exercises.shared import inbox_items, index_items, on_seeds
from cruddur_lib.workbook.questions.question import Mistake, ValueQuestion

EXERCISES = (
    ValueQuestion(
        name="hello-and-answer",
        unit="rows",
        shown_in="00-the-whole-game: C: the first message in a new group",
        answer=answers.rows_of_a_hello_and_an_answer,
        why="Three for the first message, with a line for each inbox; one for the answer.",
        mistakes=(
            Mistake(2, "Two messages, yes; but the first of a group also opens two inboxes."),
            Mistake(6, "Only the first message opens the group; the answer finds it open."),
            Mistake(3, "That is the first message with its two lines. And the answer?"),
        ),
        hints=(
            "One is pattern C, the other pattern D.",
            "C writes the message and a line for each person; D writes the message.",
            "Three rows, and one more.",
        ),
    ),
    ValueQuestion(
        name="inbox-of-three",
        unit="items",
        shown_in="00-the-whole-game: B: my message groups",
        answer=answers.items_of_an_inbox_of_three,
        why="One group row for each conversation, however long that is.",
        mistakes=(
            Mistake(600, "No message is read: the text of each line was copied into it."),
            Mistake(60, "20 messages of each group are what A would read, three times."),
            Mistake(603, "The three lines are items, and they are all that B reads."),
            Mistake(6, "The other three group rows lie in other people's inboxes."),
            Mistake(20, "Limit is an upper bound: there are three lines to read."),
        ),
        hints=(
            "What kind of row does B read?",
            "It reads group rows, and there is one for each message group in an inbox.",
            "As many items as the inbox has lines.",
        ),
    ),
    ValueQuestion(
        name="whose-handle",
        unit="a handle, in quotes",
        shown_in="00-the-whole-game: Where all this lies",
        answer=on_seeds(lambda scratch: str(inbox_items(scratch, "bayko")[0]["user_handle"])),
        why="A line of an inbox names the other person; whose inbox it is stands in the pk.",
        mistakes=(
            Mistake("bayko", "Then Bayko's screen would show Bayko talking to himself."),
            Mistake("zoemarchand", "Zoë has no part in this conversation."),
        ),
        hints=(
            "What does Bayko want to see in a line of his inbox?",
            "The name of the person that he talks to.",
            "It is one of the two Andrews, and not Bayko.",
        ),
    ),
    ValueQuestion(
        name="sql-looked",
        unit="message rows",
        shown_in="The same screen in SQL",
        answer=answers.messages_looked_at_by_sql,
        why="To know which message is the newest, it looks at each of them.",
        mistakes=(
            Mistake(1, "One is shown; to find out which, the others were looked at too."),
            Mistake(20, "Nothing in this query says 20: there is no LIMIT, and a GROUP BY."),
        ),
        hints=(
            "Which messages does the join bring together with the group?",
            "`max(last.created_at)` needs the time of every message that was joined.",
            "All messages of the conversation.",
        ),
    ),
    ValueQuestion(
        name="handles",
        unit="rows",
        shown_in="B: the key of an inbox",
        answer=on_seeds(
            lambda scratch: [row.get("user_handle") for row in scratch.rows()].count("bayko")
        ),
        why="His 52 messages, and the line that names him, in Andrew's inbox.",
        mistakes=(
            Mistake(52, "His messages, yes; and in Andrew's group row he is the other person."),
            Mistake(54, "His own group row names Andrew: an inbox names the other person."),
            Mistake(104, "Half of the messages are Andrew's: in a message row it is the sender."),
        ),
        hints=(
            "There are two kinds of rows. What does `user_handle` say in each?",
            "In a message the sender, in a group row the other person.",
            "52 messages of his, and the group rows that name him.",
        ),
    ),
    ValueQuestion(
        name="in-the-index",
        unit="items",
        shown_in="E: what nobody asks for",
        answer=on_seeds(lambda scratch: len(index_items(scratch))),
        why="Only group rows carry message_group_uuid; an item that lacks it is left out.",
        mistakes=(
            Mistake(106, "An index holds only items that have both of its keys."),
            Mistake(104, "Messages have no message_group_uuid: theirs is in the pk, with MSG#."),
            Mistake(0, "Which rows carry an attribute message_group_uuid?"),
        ),
        hints=(
            "Which items have an attribute `message_group_uuid`?",
            "In the boxes of section B it stands in one kind of row.",
            "The group rows, one in each of two inboxes.",
        ),
    ),
    ValueQuestion(
        name="rows-of-e",
        unit="rows",
        shown_in="E: what nobody asks for",
        answer=answers.rows_of_the_stream_handler,
        why="Two group rows, each put under its new key and deleted under the old one.",
        mistakes=(
            Mistake(2, "A key cannot be changed: a row that moves is one row put and one deleted."),
            Mistake(1, "Both people have the group in their inbox."),
            Mistake(3, "The message is there already: D wrote it. E writes group rows only."),
        ),
        hints=(
            "The sort key of a group row is the time of the last message. What if that changes?",
            "No request changes an item's key. It takes a put and a delete.",
            "Two requests for each of the two inboxes.",
        ),
    ),
    ValueQuestion(
        name="after-deleting",
        unit="items",
        shown_in="Update and delete",
        answer=answers.items_after_deleting_the_first,
        why="The first message guards its group, so its text is blanked and its row stays.",
        mistakes=(
            Mistake(103, "Without its first message the group could be opened a second time."),
            Mistake(0, "Only one message was deleted."),
        ),
        hints=(
            "What is special about the sort key of a group's first message?",
            "It is `0000#first`, and C is allowed only where nothing lies there.",
            "The row has to stay.",
        ),
    ),
    ValueQuestion(
        name="one-query",
        unit='a set of letters, such as {"a", "b"}',
        shown_in="What a key can be asked",
        answer=answers.answered_by_one_query,
        why="Each of them fixes a partition key, of the table or of the index.",
        mistakes=(
            Mistake({"b"}, "b: the sender is an attribute of messages, and no key begins with it."),
            Mistake({"d"}, "d: no key is known; a filter drops items only after they were read."),
            Mistake({"f"}, "f: a range of the sort key is taken within one partition only."),
            Mistake({"a", "c"}, "e is missing: the key of an index is a key too."),
            Mistake({"a", "e"}, "c is missing: an inbox is a partition, and its sort key a time."),
            Mistake({"c", "e"}, "a is missing: the open group is known, and time is its sort key."),
        ),
        hints=(
            "For each question: is the partition key known before asking?",
            "A message group, an inbox, or a group's uuid in the index; nothing else is a key.",
            "Three of the six have one.",
        ),
    ),
    ValueQuestion(
        name="new-years-day",
        unit="messages",
        shown_in="A: a key from a question",
        answer=answers.messages_of_new_years_day,
        why="A range of the sort key is read without touching what lies outside of it.",
        mistakes=(
            Mistake(58, "Those are all from 1 January on: the range has no end yet."),
            Mistake(
                74, "Two conditions on sk: AWS refuses that, moto takes the last. Try BETWEEN."
            ),
            Mistake(104, "No condition on sk: that is the whole conversation."),
            Mistake(30, "Those are the messages of 31 December."),
        ),
        hints=(
            "Add a condition on `sk` to `KeyConditionExpression`.",
            "A sort key begins with the day, as in 2026-01-05: `begins_with(sk, :day)`.",
            'The value of `:day` is "2026-01-01".',
        ),
    ),
    ValueQuestion(
        name="renamed",
        unit="rows",
        shown_in="B: the key of an inbox",
        answer=on_seeds(
            lambda scratch: sum("Andrew Bayko" in row.values() for row in scratch.rows())
        ),
        why="His messages, Andrew's group row, and the first message, which names its receiver.",
        mistakes=(
            Mistake(1, "In SQL a name stands in one row; here it was copied wherever it is shown."),
            Mistake(53, "Nearly: the group's first message names its receiver too, in other_…"),
            Mistake(2, "Group rows are not the only ones with a name in them."),
        ),
        hints=(
            "Count the rows of `lesson.rows()` that hold the text anywhere in their values.",
            '`"Andrew Bayko" in row.values()`',
            "It is the number of handles from above, and the first message.",
        ),
    ),
    functions.TIME_KEY,
    functions.LIKE_KEY,
)
