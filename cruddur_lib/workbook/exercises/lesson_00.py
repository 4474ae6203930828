"""Exercises of 00, the whole game: what is read, what is written, and what stays behind."""

from cruddur_lib.workbook.exercise import Exercise, Wrong
from cruddur_lib.workbook.lesson import Lesson

QUESTION, ANSWER = "Bayko's question", "Andrew's answer"


def messages_read_by_b(lesson: Lesson) -> int:
    """Messages among the items that B's Query reads."""
    (andrew,) = lesson.users("andrewbrown")
    with lesson.scratch() as fresh:
        reply = fresh.backend.dynamodb.query(
            TableName=fresh.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": f"GRP#{andrew.uuid}"},
        )
    return sum(str(row["pk"]).startswith("MSG#") for row in reply["Items"])


def pages_of_20(lesson: Lesson) -> int:
    """Pages that hold messages, until the conversation is read."""
    with lesson.scratch() as fresh:
        pages = [fresh.inbox().list_messages(fresh.group)]
        while pages[-1].cursor:
            pages.append(fresh.inbox().list_messages(fresh.group, cursor=pages[-1].cursor))
    return sum(bool(len(page)) for page in pages)


def partition_keys(lesson: Lesson) -> int:
    """Different partition keys of the seeded table."""
    with lesson.scratch() as fresh:
        return len({row["pk"] for row in fresh.rows()})


def rows_of_d(lesson: Lesson) -> int:
    """Rows that one message in a group writes."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh, fresh.watch() as written:
        fresh.inbox().create_message(fresh.inbox().draft(andrew, bayko, "Which bug?"))
    return len(written)


def text_in_the_inbox(lesson: Lesson) -> str:
    """Whose text the inbox shows after D, and before anybody else did anything."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh:
        message = fresh.inbox().create_message(fresh.inbox().draft(andrew, bayko, "Which bug?"))
        return ANSWER if fresh.group.preview == message.text else QUESTION


def rows_of_c(lesson: Lesson) -> int:
    """Rows that the first message of a new group writes."""
    andrew, zoe = lesson.users("andrewbrown", "zoemarchand")
    with lesson.scratch() as fresh, fresh.watch() as written:
        fresh.inbox().create_message_group(fresh.inbox().draft(zoe, andrew, "Hello"))
    return len(written)


def items_at_the_end(lesson: Lesson) -> int:
    """Items after the notebook's game: one D, one C, and a C that became D."""
    andrew, bayko, zoe = lesson.users("andrewbrown", "bayko", "zoemarchand")
    with lesson.scratch() as fresh:
        inbox = fresh.inbox()
        inbox.create_message(inbox.draft(andrew, bayko, "Which bug?"))
        inbox.create_message_group(inbox.draft(zoe, andrew, "Hello"))
        inbox.create_message_group(inbox.draft(andrew, zoe, "Hello"))
        return len(fresh.rows())


EXERCISES = (
    Exercise(
        "read-by-b",
        "messages",
        messages_read_by_b,
        "B reads one group row a conversation; the text in it was copied there beforehand.",
        (
            Wrong(104, "Nobody counts through a conversation to find its end: look at the item."),
            Wrong(20, "20 is how many lines B asks for; Limit is a most, and here was one line."),
            Wrong(1, "One item was read, and it is not a message: look at its pk."),
        ),
        (
            "Look at the items in the reply, and at what their pk begins with.",
            "MSG# is a message; GRP# is a line of somebody's inbox.",
            "There is one item in the reply, and its pk begins with GRP#.",
        ),
    ),
    Exercise(
        "pages",
        "pages",
        pages_of_20,
        "Five full ones and one with the last four messages.",
        (
            Wrong(5, "Five pages hold 100 messages, and there are four more on a sixth."),
            Wrong(104, "A page holds up to 20 messages, not one."),
            Wrong(1, "One request gives one page: the bootcamp's first version stopped there."),
        ),
        (
            "How many messages are left after the last full page?",
            "104 is 5 times 20, and 4.",
            "A page that is not full is a page too.",
        ),
    ),
    Exercise(
        "partition-keys",
        "partition keys",
        partition_keys,
        "One for the messages of the conversation, and one for each person's inbox.",
        (
            Wrong(106, "Each item has a primary key of its own, and items share a partition key."),
            Wrong(104, "The messages of one conversation all share one partition key."),
            Wrong(2, "Two kinds of rows, yes; but each of the two people has an inbox."),
        ),
        (
            "Count the strips in the figure.",
            "Each strip is what one pattern reads: one conversation, or one inbox.",
            "One conversation, and two people who each have an inbox.",
        ),
    ),
    Exercise(
        "rows-of-d",
        "rows",
        rows_of_d,
        "The message, and nothing else; who then tells the inboxes?",
        (
            Wrong(3, "The message and one for each inbox: other designs do that, not this one."),
            Wrong(2, "Neither inbox is written: look at the table that `written` shows."),
        ),
        (
            "Look at the table that `written.table()` shows.",
            "Each column of it is a row that was written.",
            "There is one column in it.",
        ),
    ),
    Exercise(
        "inbox-after-d",
        "in the inbox",
        text_in_the_inbox,
        "D wrote the message and left both group rows as they were.",
        (Wrong(ANSWER, "The inbox reads the group row, and D did not write that."),),
        (
            "Which row does the inbox read, and which row did D write?",
            "B reads a group row; D wrote a message row.",
            "Nobody has written the group row since Bayko's question.",
        ),
    ),
    Exercise(
        "rows-of-c",
        "rows",
        rows_of_c,
        "The message, a line in her inbox and one in his: three strips, one transaction.",
        (
            Wrong(1, "Then neither of them would see a new conversation in the inbox."),
            Wrong(2, "A line for each of the two, yes; and the message itself."),
            Wrong(4, "There is no row for the group itself: its first message guards it."),
        ),
        (
            "Who has to see the new conversation, and what has to be in it?",
            "Each of two people has an inbox, and the conversation has a message.",
            "Two group rows, and one message.",
        ),
    ),
    Exercise(
        "items-at-the-end",
        "items",
        items_at_the_end,
        "106, and one for D, three for C, one for the C that found the group open.",
        (
            Wrong(113, "Andrew's first message to Zoë found a group: it was one row, not three."),
            Wrong(109, "Three messages, yes; C also writes a line for each of the two people."),
            Wrong(110, "Andrew wrote to Zoë too."),
            Wrong(5, "That is the strips; how many items are in them together?"),
        ),
        (
            "Add up what each of the three messages wrote.",
            "One row, three rows, one row.",
            "They came on top of 106.",
        ),
    ),
)

# Kept for later: nothing in this notebook answers them.
OPEN = {"units-of-a-message": "write units"}
