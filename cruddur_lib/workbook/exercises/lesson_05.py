"""Exercises of 05, on-demand or provisioned: what each mode costs, and where they cost the same."""

from cruddur_lib.workbook.code_exercise import CodeExercise
from cruddur_lib.workbook.exercise import Exercise, Wrong
from cruddur_lib.workbook.exercises import answers_05 as answers
from cruddur_lib.workbook.exercises import functions_05 as functions

EXERCISES = (
    Exercise(
        name="index-of-a-message",
        unit="write units",
        shown_in="04-the-fan-out: What one message really costs",
        answer=answers.index_units_of_a_message,
        why="Two group rows move, and each entry of the index is deleted and put.",
        wrongs=(
            Wrong(2, "An entry whose key changes is two units: one goes, and one comes."),
            Wrong(5, "That is the table's own share."),
            Wrong(9, "That is table and index together."),
        ),
        hints=(
            "Which of the rows that one message writes are in the index?",
            "The message is not; the group rows are, and both of them move.",
            "Twice two.",
        ),
    ),
    Exercise(
        name="page-again",
        unit="read units",
        shown_in="02-reading: What the newest 20 cost",
        answer=answers.units_of_a_page,
        why="Three blocks of 4 KB, at half a unit each.",
        wrongs=(
            Wrong(20, "A unit is not an item: a Query adds bytes up and rounds once."),
            Wrong(3, "That is strongly consistent."),
            Wrong(0.5, "That is an inbox; 20 messages are more than one block."),
        ),
        hints=(
            "About 8 KB are read: how many blocks?",
            "Three; what is one of them, eventually consistent?",
            "Three halves.",
        ),
    ),
    Exercise(
        name="inbox-reads",
        unit="the table's or the index's",
        shown_in="02-reading: Reading everything",
        answer=answers.what_the_inbox_reads,
        why="The inbox is a strip of the table, under its owner's key; the index is E's.",
        wrongs=(
            Wrong("the index's", "The index finds a group's rows, for E; B has the user's key."),
            Wrong("both", "A Query reads the table or an index, and never both."),
        ),
        hints=(
            "Under which key do the lines of one inbox lie?",
            "`GRP#` and the user: is that a key of the table?",
            "It is; so the index is not asked.",
        ),
    ),
    Exercise(
        name="units-a-second",
        unit="write units",
        shown_in="A day in units",
        answer=answers.units_a_second,
        why="A million messages a day at nine units each, over 86,400 seconds.",
        wrongs=(
            Wrong(12, "Those are messages; each of them is nine units."),
            Wrong(58, "That is the table alone; its index is written as well."),
            Wrong(6_250, "That is a minute's."),
            Wrong(2, "That is one unit for each message and index entry; count what E writes."),
        ),
        hints=(
            "How many messages a day, and how many units is one of them?",
            "A million, at 5 and 4. How many seconds has a day?",
            "Nine million, divided by 86,400.",
        ),
    ),
    Exercise(
        name="used-fully",
        unit="times",
        shown_in="Two price tags",
        answer=answers.times_cheaper,
        why="3,600 units on demand, against one unit-hour.",
        wrongs=(
            Wrong(1, "The two are not sold at one price: compute 3,600 uses on demand."),
            Wrong(6.9, "That was so until November 2024, when on demand became half as dear."),
            Wrong(0.3, "That is the other way round: the unit-hour in units on demand."),
        ),
        hints=(
            "How often can a unit be used in an hour?",
            "3,600 times. What do so many units cost on demand?",
            "That, divided by the price of one unit-hour.",
        ),
    ),
    CodeExercise(
        name="break-even",
        unit="a function of two prices that returns a share",
        shown_in="Two price tags",
        cases=functions.prices,
        run=functions.asked_for_share,
        told=functions.prices_in_words,
        fault=functions.share_fault,
        why="At this share of its 3,600 seconds, a unit costs what its uses cost on demand.",
        wrongs=(
            Wrong(functions.upside_down, "That is how many times as dear on demand is; turn it."),
            Wrong(functions.of_a_minute, "A unit can be used each second: 3,600 times an hour."),
            Wrong(functions.of_one_use, "A unit-hour is not one use, but up to 3,600."),
            Wrong(functions.in_percent, "A share, please: 0.5 and not 50."),
        ),
        hints=(
            "A unit used for a share of the hour: what would its uses cost on demand?",
            "`share * 3_600 * request`; at which share is that `hour`?",
            "Divide by the other two: `hour / (...)`.",
        ),
    ),
    Exercise(
        name="used-half",
        unit="provisioned, on-demand or the same",
        shown_in="Two price tags",
        answer=answers.used_half,
        why="A half is well above the break-even: idle units are cheap, up to a point.",
        wrongs=(
            Wrong("on-demand", "Half of them idle, and still cheaper: the break-even is lower."),
            Wrong("the same", "That would be so if a full hour cost half of its uses on demand."),
        ),
        hints=(
            "Where do the two lines of the figure cross?",
            "Is a half left or right of that?",
            "Right of it: which line is the lower one there?",
        ),
    ),
    Exercise(
        name="dearest-on-demand",
        unit="steady, day, launch or none",
        shown_in="One bill, three times",
        answer=answers.dearest_on_demand,
        why="On demand counts units, and the three months have the same number of them.",
        wrongs=(
            Wrong("launch", "Its top is high and short; on demand a unit costs what it costs."),
            Wrong("day", "A busy evening is paid by the unit, and so is a quiet night."),
            Wrong("steady", "It is busy at night as well; but how many units is it in all?"),
        ),
        hints=(
            "What does on demand multiply its price by?",
            "By units, whenever they are used.",
            "How many units do the three months have?",
        ),
    ),
    Exercise(
        name="launch-fixed",
        unit="times",
        shown_in="One bill, three times",
        answer=answers.launch_fixed,
        why="Of units for the top less than a fiftieth is used; the break-even is far above.",
        wrongs=(
            Wrong(1, "That would be so at 28.9 % used. How much of its top does a launch use?"),
            Wrong(58, "At 1.7 % used, a unit costs 58 times as much as at 100 %; and on demand?"),
            Wrong(0.5, "Half as dear is what the bootcamp's day may be; a launch is hardly used."),
        ),
        hints=(
            "What share of units for the busiest minute is used on average?",
            "About 1.7 %, and both modes cost the same at 28.9 %.",
            "The quotient of these two.",
        ),
    ),
    Exercise(
        name="blocks",
        unit="blocks",
        shown_in="Reserved",
        answer=answers.blocks,
        why="Units of all tables are added up, hour by hour: a block covers 100 of the 120.",
        wrongs=(
            Wrong(0, "Neither table fills a block; but a block is not for a table."),
            Wrong(2, "The second one would cover 20 units; it is worth it from 47 on."),
        ),
        hints=(
            "What does a block of reserved capacity cover: a table, or units?",
            "The sum over all tables in the Region. What is that?",
            "A block for the first hundred; would a second be used enough?",
        ),
    ),
    Exercise(
        name="launch-plan",
        unit="on-demand, fixed or autoscaled",
        shown_in="The plan",
        answer=answers.launch_plan,
        why="Units for the top are hardly used, and auto scaling comes too late or stays high.",
        wrongs=(
            Wrong("fixed", "Provisioned is not always cheaper: these units idle all month."),
            Wrong("autoscaled", "Cheap, and late: it throttles what the launch is about."),
        ),
        hints=(
            "Look at the throttled share beside the USD.",
            "One unit in ten thousand may be throttled, and no more.",
            "Two modes keep to that; one of them is for the top.",
        ),
    ),
)
