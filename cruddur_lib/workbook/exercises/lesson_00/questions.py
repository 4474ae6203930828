"""Exercises of lesson 00, The whole game."""

from cruddur_lib.workbook.exercises.lesson_00 import answers, functions
from cruddur_lib.workbook.exercises.shared import (
    all_pages,
    inbox_items,
    on_seeds,
    rows_written,
    send,
    send_first,
)
from cruddur_lib.workbook.questions.question import Mistake, ValueQuestion

EXERCISES = (
    ValueQuestion(
        name="inbox-lines",
        unit="message groups",
        shown_in="B: my message groups",
        answer=on_seeds(lambda scratch: len(inbox_items(scratch, "andrewbrown"))),
        why="All 104 messages are one conversation, and that is one line of the inbox.",
        mistakes=(
            Mistake(104, "So many messages; an inbox has one line for each conversation."),
            Mistake(2, "Two people talk, and each has an inbox; this one is Andrew's."),
            Mistake(10, "Ten people could write to him. Who did?"),
        ),
        hints=(
            "Count the lines of the card above.",
            "Each line names a person that Andrew has talked to.",
            "There is nobody but Bayko in it.",
        ),
    ),
    ValueQuestion(
        name="read-by-b",
        unit="messages",
        shown_in="B: my message groups",
        answer=answers.messages_in_the_inbox_query,
        why="B reads one group row for each conversation; its text was copied there beforehand.",
        mistakes=(
            Mistake(104, "Nobody counts through a conversation to find its end: look at the item."),
            Mistake(
                20, "Limit is an upper bound; there was one line to read, and it is no message."
            ),
            Mistake(1, "One item was read, and it is not a message: look at its pk."),
        ),
        hints=(
            "What does a line of the inbox show? Where might that be kept, ready to be read?",
            "MSG# is a message; GRP# is a line of somebody's inbox.",
            "There is one item in the reply, and its pk begins with GRP#.",
        ),
    ),
    ValueQuestion(
        name="pages",
        unit="pages",
        shown_in="A: the messages of a group",
        answer=on_seeds(lambda scratch: sum(map(bool, all_pages(scratch.inbox(), scratch.group)))),
        why="Five full ones and one with the last four messages.",
        mistakes=(
            Mistake(5, "Five pages hold 100 messages, and there are four more on a sixth."),
            Mistake(104, "A page holds up to 20 messages, not one."),
            Mistake(1, "One request gives one page: the bootcamp's first version stopped there."),
        ),
        hints=(
            "How many messages are left after the last full page?",
            "104 is 5 times 20, and 4.",
            "A page that is not full is a page too.",
        ),
    ),
    ValueQuestion(
        name="partition-keys",
        unit="partition keys",
        shown_in="Where all this lies",
        answer=on_seeds(lambda scratch: len({row["pk"] for row in scratch.rows()})),
        why="One for the messages of the conversation, and one for each person's inbox.",
        mistakes=(
            Mistake(
                106, "Each item has a primary key of its own, and items share a partition key."
            ),
            Mistake(104, "The messages of one conversation all share one partition key."),
            Mistake(2, "Two kinds of rows, yes; but each of the two people has an inbox."),
        ),
        hints=(
            "Which rows have to lie together, so that A or B can read them in one go?",
            "Each strip is what one pattern reads: one conversation, or one inbox.",
            "One conversation, and two people who each have an inbox.",
        ),
    ),
    ValueQuestion(
        name="rows-of-d",
        unit="rows",
        shown_in="D: a message in a group that is there",
        answer=rows_written(send),
        why="The message, and nothing else.",
        mistakes=(
            Mistake(3, "The message and one for each inbox: other designs do that, not this one."),
            Mistake(2, "Look at the table that `written` shows: how many columns has it?"),
        ),
        hints=(
            "What does pattern D promise: that the message is there, or more?",
            "Each column of it is a row that was written.",
            "There is one column in it.",
        ),
    ),
    ValueQuestion(
        name="inbox-after-d",
        unit="one of the three texts",
        shown_in="Back to the inbox",
        answer=answers.inbox_text_after_a_message,
        why="D wrote the message and left both group rows as they were.",
        mistakes=(
            Mistake(answers.ANSWER, "The inbox reads the group row, and D did not write that."),
            Mistake("both", "A line has room for one text: the one that was copied into it."),
        ),
        hints=(
            "Which row does the inbox read, and which row did D write?",
            "B reads a group row; D wrote a message row.",
            "Nobody has written the group row since Bayko's question.",
        ),
    ),
    ValueQuestion(
        name="rows-of-c",
        unit="rows",
        shown_in="C: the first message in a new group",
        answer=rows_written(send_first),
        why="The message, a line in her inbox and one in his: three strips, one transaction.",
        mistakes=(
            Mistake(1, "Then neither of them would see a new conversation in the inbox."),
            Mistake(2, "A line for each of the two, yes; and the message itself."),
            Mistake(4, "There is no row for the group itself: its first message guards it."),
        ),
        hints=(
            "Who has to see the new conversation, and what has to be in it?",
            "Each of two people has an inbox, and the conversation has a message.",
            "Two group rows, and one message.",
        ),
    ),
    ValueQuestion(
        name="items-at-the-end",
        unit="items",
        shown_in="The table after the game",
        answer=answers.items_at_the_end,
        why="106, and one for D, three for C, one for the C that found the group open.",
        mistakes=(
            Mistake(113, "Andrew's first message to Zoë found a group: it was one row, not three."),
            Mistake(109, "Three messages, yes; C also writes a line for each of the two people."),
            Mistake(110, "Andrew wrote to Zoë too."),
            Mistake(5, "That is the strips; how many items are in them together?"),
        ),
        hints=(
            "Add up what each of the three messages wrote.",
            "One row, three rows, one row.",
            "They came on top of 106.",
        ),
    ),
    ValueQuestion(
        name="new-strips",
        unit="new strips",
        shown_in="C: the first message in a new group",
        answer=answers.new_item_collections,
        why="The conversation is new. Both have an inbox, and those two strips grow by an item.",
        mistakes=(
            Mistake(3, "Three rows, yes; but Bayko and Zoë each had an inbox before."),
            Mistake(2, "Zoë got her inbox when she wrote to Andrew: it only grows."),
            Mistake(0, "A conversation of two people who had none lies under a key of its own."),
        ),
        hints=(
            "Which three rows does C write, and under which partition keys?",
            "One lies with the conversation, one in Bayko's inbox, one in Zoë's.",
            "Both inboxes had a line before.",
        ),
    ),
    ValueQuestion(
        name="resend",
        unit="rows",
        shown_in="D: a message in a group that is there",
        answer=answers.rows_of_a_resend,
        why="The group's first message is this very draft: it is recognised, and given back.",
        mistakes=(
            Mistake(1, "Then Zoë's message would stand there twice."),
            Mistake(3, "Three rows opened the group; now it is open."),
        ),
        hints=(
            "Use `with lesson.watch() as written:` around the call, and look at `len(written)`.",
            "What happened to the draft that Andrew's phone sent three times?",
            "A draft may be sent any number of times; it is one message.",
        ),
    ),
    functions.HOW_MANY,
    functions.WAITING,
)

# The unit of each question that a later notebook answers.
OPEN = {"units-of-a-message": "write units"}
