"""Exercises of lesson 02, Reading."""

from cruddur_lib.workbook.exercises.lesson_01.answers import rows_of_the_stream_handler
from cruddur_lib.workbook.exercises.lesson_02 import answers, functions
from cruddur_lib.workbook.questions.question import Mistake, ValueQuestion

EXERCISES = (
    ValueQuestion(
        name="index-after-hello",
        unit="items",
        shown_in="01-from-screen-to-keys: E: what nobody asks for",
        answer=answers.items_in_the_index_after_c,
        why="Each message group has two group rows, and messages are not in the index.",
        mistakes=(
            Mistake(3, "A line in Zoë's inbox and one in Andrew's, beside the two there were."),
            Mistake(5, "The message is not in the index: it has no message_group_uuid."),
            Mistake(109, "An index holds only the rows that have both of its keys."),
        ),
        hints=(
            "Which rows are in the index, and how many of them does a new group bring?",
            "Two group rows were there; C writes two more, and a message.",
            "Two and two.",
        ),
    ),
    ValueQuestion(
        name="rows-again",
        unit="rows",
        shown_in="01-from-screen-to-keys: E: what nobody asks for",
        answer=rows_of_the_stream_handler,
        why="A key cannot be changed, so each group row is put anew and deleted at its old place.",
        mistakes=(
            Mistake(2, "Two rows move, and a move is a put and a delete."),
            Mistake(3, "E does not write the message; D did."),
            Mistake(5, "Four by E; the fifth is the message, which D wrote."),
        ),
        hints=(
            "What is the sort key of a group row made of?",
            "Of the last message's time: a new message, a new key.",
            "Two inboxes, and a put and a delete in each.",
        ),
    ),
    ValueQuestion(
        name="pages-of-45",
        unit="pages",
        shown_in="00-the-whole-game: A: the messages of a group",
        answer=answers.pages_of_45,
        why="20, 20 and 5.",
        mistakes=(
            Mistake(2, "Two pages are 40 messages."),
            Mistake(45, "A page holds up to 20."),
        ),
        hints=(
            "How many messages are left after two pages?",
            "Five, and they are on a page too.",
            "One more than two.",
        ),
    ),
    ValueQuestion(
        name="newest-20",
        unit="read units",
        shown_in="What the newest 20 cost",
        answer=lambda sandbox: answers.read_units(sandbox, Limit=20),
        why="A little over 8 KB is three blocks of 4 KB, at half a unit each.",
        mistakes=(
            Mistake(20, "A unit is not an item: a Query adds up bytes, and then rounds once."),
            Mistake(10, "That is what 20 GetItems cost: each of them is rounded by itself."),
            Mistake(3, "Three blocks, yes; an eventually consistent block is half a unit."),
            Mistake(1, "A request is not a unit: it depends on how much it reads."),
        ),
        hints=(
            "About 8 KB are read. How many blocks of 4 KB does that fill, rounded up?",
            "A little over two blocks is three; each is half a unit.",
            "Three halves.",
        ),
    ),
    ValueQuestion(
        name="twenty-gets",
        unit="read units",
        shown_in="What the newest 20 cost",
        answer=answers.twenty_gets,
        why="Each of the 20 is rounded up to a block of its own, half a unit.",
        mistakes=(
            Mistake(1.5, "The same bytes, but rounded twenty times instead of once."),
            Mistake(20, "A block that is read eventually consistent is half a unit."),
        ),
        hints=(
            "What does one message of 400 bytes cost by itself?",
            "It is rounded up to 4 KB, and half a unit for that.",
            "20 halves.",
        ),
    ),
    ValueQuestion(
        name="strongly",
        unit="read units",
        shown_in="The last word, or nearly",
        answer=lambda sandbox: answers.read_units(sandbox, Limit=20, ConsistentRead=True),
        why="Three blocks again, at a whole unit each.",
        mistakes=(
            Mistake(1.5, "That is eventually consistent; strongly, a block is a whole unit."),
            Mistake(6, "Twice the eventual price, not four times; 2 a block is a transaction's."),
        ),
        hints=(
            "The number of blocks is the same.",
            "Eventually consistent a block is half a unit, strongly one.",
            "Twice as much as before.",
        ),
    ),
    ValueQuestion(
        name="filtered",
        unit="read units",
        shown_in="A filter saves nothing",
        answer=lambda sandbox: answers.read_units(
            sandbox, {":word": "soup"}, FilterExpression="contains(message, :word)"
        ),
        why="All 104 messages are read, and then most are thrown away.",
        mistakes=(
            Mistake(0.5, "Four messages come back; what was read is what is billed."),
            Mistake(1.5, "Nothing says 20 here: without a Limit the whole strip is read."),
            Mistake(2, "Four at half a unit: but it read all 104 to find them."),
        ),
        hints=(
            "Look at `ScannedCount` in the reply.",
            "A filter is applied to what was read, after it was counted.",
            "It is what the whole conversation costs: 11 blocks.",
        ),
    ),
    ValueQuestion(
        name="limit-and-filter",
        unit="messages",
        shown_in="A filter saves nothing",
        answer=answers.found_by_limit_and_filter,
        why="Limit counts what is read; of those 20 the filter keeps Bayko's.",
        mistakes=(
            Mistake(20, "Limit is how many are read, before the filter; not how many match."),
            Mistake(52, "That is all that Bayko wrote; the page ended after 20 messages."),
            Mistake(0, "The 20 that are read are of both people, and the filter keeps his."),
        ),
        hints=(
            "In which order: filter, then Limit, or Limit, then filter?",
            "20 messages are read, then those of Bayko are kept.",
            "About half of 20.",
        ),
    ),
    ValueQuestion(
        name="scan",
        unit="read units",
        shown_in="Reading everything",
        answer=answers.scan_units,
        why="All bytes of the table together, rounded once a page, half a unit a block.",
        mistakes=(
            Mistake(53, "106 items at half a unit: a Scan rounds a page, not an item."),
            Mistake(106, "Bytes are counted, not items."),
            Mistake(11, "11 blocks, yes; eventually consistent, each is half a unit."),
        ),
        hints=(
            "The table is the conversation and two small group rows.",
            "Those two rows fit into the last block of the conversation.",
            "As much as the whole conversation by a Query.",
        ),
    ),
    ValueQuestion(
        name="stored",
        unit="items",
        shown_in="Clocks that lie",
        answer=answers.stored_of_four,
        why="An item has one key: what is put there a second time replaces the first.",
        mistakes=(
            Mistake(4, "Two of them have the same key as another, and a key holds one item."),
            Mistake(3, "Both pairs share their instant, not only one."),
        ),
        hints=(
            "How many different sort keys do the four have?",
            "A put to a key that is taken replaces what lies there.",
            "As many items as different keys.",
        ),
    ),
    functions.LATEST,
    functions.QUERY_UNITS,
    ValueQuestion(
        name="all-in-pages",
        unit="read units",
        shown_in="Message 21",
        answer=answers.in_pages_of_20,
        why="Each page is rounded up by itself: six roundings instead of one.",
        mistakes=(
            Mistake(5.5, "That is one Query over all of it; six pages are rounded six times."),
            Mistake(9, "Six times 1.5: but pages differ, and the last has four messages."),
            Mistake(52, "104 at half a unit would be GetItems; a page is rounded as a whole."),
        ),
        hints=(
            "How many pages are there, and what is rounded up at each?",
            "Six; the newest costs 1.5, and older messages are a little shorter.",
            "More than 5.5, and less than six times 1.5.",
        ),
    ),
    functions.MESSAGE_21,
    ValueQuestion(
        name="twenty-of-bayko",
        unit="read units",
        shown_in="Message 21",
        answer=answers.twenty_of_bayko,
        why="Two pages are read for one page that is shown: half of what is read is thrown away.",
        mistakes=(
            Mistake(1.5, "The first page has only ten of his on it."),
            Mistake(
                3, "Two pages, yes; but older messages are shorter, and the second is two blocks."
            ),
            Mistake(5.5, "That is everything; one can stop when 20 are there."),
        ),
        hints=(
            "How many of his are on each page? Go on until there are 20.",
            "`of_bayko` and an `ExclusiveStartKey` in a loop, under a meter.",
            "Two pages: one costs 1.5, and the other less.",
        ),
    ),
)
