"""Exercises of 02, reading, on pages: where one ends, what all cost, how message 21 is reached."""

from cruddur_lib.workbook.code_exercise import CodeExercise
from cruddur_lib.workbook.exercise import Exercise, Wrong
from cruddur_lib.workbook.exercises import answers_02 as answers
from cruddur_lib.workbook.exercises import message_21_02 as message_21

EXERCISES = (
    Exercise(
        name="all-in-pages",
        unit="read units",
        shown_in="Message 21",
        answer=answers.in_pages_of_20,
        why="Each page is rounded up by itself: six roundings instead of one.",
        wrongs=(
            Wrong(5.5, "That is one Query over all of it; six pages are rounded six times."),
            Wrong(9, "Six times 1.5: but pages differ, and the last has four messages."),
            Wrong(52, "104 at half a unit would be GetItems; a page is rounded as a whole."),
        ),
        hints=(
            "How many pages are there, and what is rounded up at each?",
            "Six; the newest costs 1.5, and older messages are a little shorter.",
            "More than 5.5, and less than six times 1.5.",
        ),
    ),
    CodeExercise(
        name="message-21",
        unit="a function of query, group_uuid and count that returns items",
        shown_in="Message 21",
        cases=message_21.counts,
        run=message_21.read,
        around=message_21.on_one_table,
        told=lambda count: f"the newest {count} of {message_21.MESSAGES} messages",
        fault=message_21.read_fault,
        why="Each reply's LastEvaluatedKey leads to the next page, until one has none.",
        wrongs=(
            Wrong(message_21.one_page, "A page is not everything: its LastEvaluatedKey leads on."),
            Wrong(message_21.two_pages, "The second page has a LastEvaluatedKey as well: go on."),
            Wrong(message_21.without_end, "The key to go on with stands in the newest reply."),
            Wrong(
                message_21.without_a_last_page,
                "The last reply has no LastEvaluatedKey: ask by `reply.get`, and stop there.",
            ),
            Wrong(message_21.whole_pages, "A page may bring more than was asked for: `[:count]`."),
            Wrong(message_21.everything, "Stop when there are enough, and give `count` of them."),
        ),
        hints=(
            "What does a reply have, beside `Items`, where more messages follow?",
            "`LastEvaluatedKey`: the next request takes it as `ExclusiveStartKey`.",
            "A loop: until `count` items are there, or a reply has no `LastEvaluatedKey`.",
        ),
    ),
    Exercise(
        name="twenty-of-bayko",
        unit="read units",
        shown_in="Message 21",
        answer=answers.twenty_of_bayko,
        why="Two pages are read for one page that is shown: half of what is read is thrown away.",
        wrongs=(
            Wrong(1.5, "The first page has only ten of his on it."),
            Wrong(
                3, "Two pages, yes; but older messages are shorter, and the second is two blocks."
            ),
            Wrong(5.5, "That is everything; one can stop when 20 are there."),
        ),
        hints=(
            "How many of his are on each page? Go on until there are 20.",
            "`of_bayko` and an `ExclusiveStartKey` in a loop, under a meter.",
            "Two pages: one costs 1.5, and the other less.",
        ),
    ),
)
