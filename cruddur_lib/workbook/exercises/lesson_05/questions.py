"""Exercises of lesson 05, On-demand or provisioned."""

from cruddur_lib.costs.planning.tariffs import tariffs
from cruddur_lib.workbook.exercises.lesson_05 import answers, functions
from cruddur_lib.workbook.exercises.shared import price_book
from cruddur_lib.workbook.questions.question import Mistake, ValueQuestion

EXERCISES = (
    ValueQuestion(
        name="index-of-a-message",
        unit="write units",
        shown_in="04-the-fan-out: What one message really costs",
        answer=lambda sandbox: answers.patterns(sandbox)[-1].of(answers.INDEX).writes,
        why="Two group rows move, and each entry of the index is deleted and put.",
        mistakes=(
            Mistake(2, "An entry whose key changes is two units: one goes, and one comes."),
            Mistake(5, "That is the table's own share."),
            Mistake(9, "That is table and index together."),
        ),
        hints=(
            "Which of the rows that one message writes are in the index?",
            "The message is not; the group rows are, and both of them move.",
            "Twice two.",
        ),
    ),
    ValueQuestion(
        name="page-again",
        unit="read units",
        shown_in="02-reading: What the newest 20 cost",
        answer=lambda sandbox: answers.patterns(sandbox)[1].table.reads,
        why="Three blocks of 4 KB, at half a unit each.",
        mistakes=(
            Mistake(20, "A unit is not an item: a Query adds bytes up and rounds once."),
            Mistake(3, "That is strongly consistent."),
            Mistake(0.5, "That is an inbox; 20 messages are more than one block."),
        ),
        hints=(
            "About 8 KB are read: how many blocks?",
            "Three; what is one of them, eventually consistent?",
            "Three halves.",
        ),
    ),
    ValueQuestion(
        name="inbox-reads",
        unit="the table's or the index's",
        shown_in="02-reading: Reading everything",
        answer=answers.capacity_of_the_inbox,
        why="The inbox is a strip of the table, under its owner's key; the index is E's.",
        mistakes=(
            Mistake("the index's", "The index finds a group's rows, for E; B has the user's key."),
            Mistake("both", "A Query reads the table or an index, and never both."),
        ),
        hints=(
            "Under which key do the lines of one inbox lie?",
            "`GRP#` and the user: is that a key of the table?",
            "It is; so the index is not asked.",
        ),
    ),
    ValueQuestion(
        name="units-a-second",
        unit="write units",
        shown_in="A day in units",
        answer=answers.units_a_second,
        why="A million messages a day at nine units each, over 86,400 seconds.",
        mistakes=(
            Mistake(12, "Those are messages; each of them is nine units."),
            Mistake(58, "That is the table alone; its index is written as well."),
            Mistake(6_250, "That is a minute's."),
            Mistake(2, "That is one unit for each message and index entry; count what E writes."),
        ),
        hints=(
            "How many messages a day, and how many units is one of them?",
            "A million, at 5 and 4. How many seconds has a day?",
            "Nine million, divided by 86,400.",
        ),
    ),
    ValueQuestion(
        name="used-fully",
        unit="times",
        shown_in="Two price tags",
        answer=answers.on_demand_ratio,
        why="3,600 units on demand, against one unit-hour.",
        mistakes=(
            Mistake(1, "The two are not sold at one price: compute 3,600 uses on demand."),
            Mistake(6.9, "That was so until November 2024, when on demand became half as dear."),
            Mistake(0.3, "That is the other way round: the unit-hour in units on demand."),
        ),
        hints=(
            "How often can a unit be used in an hour?",
            "3,600 times. What do so many units cost on demand?",
            "That, divided by the price of one unit-hour.",
        ),
    ),
    functions.BREAK_EVEN,
    ValueQuestion(
        name="used-half",
        unit="provisioned, on-demand or the same",
        shown_in="Two price tags",
        answer=lambda _: (
            "provisioned" if tariffs(price_book()).writes.break_even < 1 / 2 else "on-demand"
        ),
        why="A half is well above the break-even: idle units are cheap, up to a point.",
        mistakes=(
            Mistake("on-demand", "Half of them idle, and still cheaper: the break-even is lower."),
            Mistake("the same", "That would be so if a full hour cost half of its uses on demand."),
        ),
        hints=(
            "Where do the two lines of the figure cross?",
            "Is a half left or right of that?",
            "Right of it: which line is the lower one there?",
        ),
    ),
    ValueQuestion(
        name="dearest-on-demand",
        unit="steady, day, launch or none",
        shown_in="One bill, three times",
        answer=answers.most_expensive_on_demand,
        why="On demand counts units, and the three months have the same number of them.",
        mistakes=(
            Mistake("launch", "Its top is high and short; on demand a unit costs what it costs."),
            Mistake("day", "A busy evening is paid by the unit, and so is a quiet night."),
            Mistake("steady", "It is busy at night as well; but how many units is it in all?"),
        ),
        hints=(
            "What does on demand multiply its price by?",
            "By units, whenever they are used.",
            "How many units do the three months have?",
        ),
    ),
    ValueQuestion(
        name="launch-fixed",
        unit="times",
        shown_in="One bill, three times",
        answer=answers.launch_ratio,
        why="Of units for the top less than a fiftieth is used; the break-even is far above.",
        mistakes=(
            Mistake(1, "That would be so at 28.9 % used. How much of its top does a launch use?"),
            Mistake(58, "At 1.7 % used, a unit costs 58 times as much as at 100 %; and on demand?"),
            Mistake(
                0.5, "Half as dear is what the bootcamp's day may be; a launch is hardly used."
            ),
        ),
        hints=(
            "What share of units for the busiest minute is used on average?",
            "About 1.7 %, and both modes cost the same at 28.9 %.",
            "The quotient of these two.",
        ),
    ),
    ValueQuestion(
        name="blocks",
        unit="blocks",
        shown_in="Reserved",
        answer=answers.reserved_blocks,
        why="Units of all tables are added up, hour by hour: a block covers 100 of the 120.",
        mistakes=(
            Mistake(0, "Neither table fills a block; but a block is not for a table."),
            Mistake(2, "The second one would cover 20 units; it is worth it from 47 on."),
        ),
        hints=(
            "What does a block of reserved capacity cover: a table, or units?",
            "The sum over all tables in the Region. What is that?",
            "A block for the first hundred; would a second be used enough?",
        ),
    ),
    ValueQuestion(
        name="launch-plan",
        unit="on-demand, fixed or autoscaled",
        shown_in="The plan",
        answer=answers.cheapest_for_the_launch,
        why="Units for the top are hardly used, and auto scaling comes too late or stays high.",
        mistakes=(
            Mistake("fixed", "Provisioned is not always cheaper: these units idle all month."),
            Mistake("autoscaled", "Cheap, and late: it throttles what the launch is about."),
        ),
        hints=(
            "Look at the throttled share beside the USD.",
            "One unit in ten thousand may be throttled, and no more.",
            "Two modes keep to that; one of them is for the top.",
        ),
    ),
    ValueQuestion(
        name="rush-in-full",
        unit="minutes",
        shown_in="The burst bucket",
        answer=answers.minutes_of_full_service,
        why="The bucket held 300 x 20 units, and 10 a second were taken out of it.",
        mistakes=(
            Mistake(
                0, "A unit above what is provisioned is not throttled at once: there is burst."
            ),
            Mistake(5, "300 seconds are what is kept, at 20 a second; it is emptied at 10."),
            Mistake(30, "Burst is what was left unused before, and it comes to an end."),
        ),
        hints=(
            "How many units are in a full bucket of 20 units a second?",
            "300 seconds of them: 6,000. How many does the rush take out each minute?",
            "The rush wants half as much again as there is: 600 units a minute are missing.",
        ),
    ),
    ValueQuestion(
        name="first-units",
        unit="minutes",
        shown_in="Auto scaling looks back",
        answer=lambda _: int(answers.scale_up(300).change_minutes[1]),
        why="Two minutes above the target set the alarm off, and two more pass until it works.",
        mistakes=(
            Mistake(0, "Auto scaling is not instantaneous: it looks at minutes that have passed."),
            Mistake(2, "Then the alarm goes off; the units still have to come."),
            Mistake(15, "So long it waits before it takes units away."),
        ),
        hints=(
            "How many minutes above the target does the alarm want?",
            "Two; and then the change is on its way, for two more.",
            "Twice two.",
        ),
    ),
    ValueQuestion(
        name="first-step",
        unit="units",
        shown_in="Auto scaling looks back",
        answer=lambda _: int(answers.scale_up(0).units[1]),
        why="It saw 58 consumed, since no more were given: 58 at 70 % is a little under 83.",
        mistakes=(
            Mistake(286, "For that it would have to see 200: what is throttled, it does not see."),
            Mistake(200, "It does not see what is wanted, and it aims at 70 % of what there is."),
            Mistake(116, "Doubling is what on demand does."),
            Mistake(400, "The maximum is a limit; it goes as far as the target needs."),
        ),
        hints=(
            "How many units a second are consumed while the others are throttled?",
            "All 58. Of how many units is that 70 %?",
            "58 / 0.7, in whole units.",
        ),
    ),
    ValueQuestion(
        name="starved",
        unit="nothing, less or as much",
        shown_in="An index throttles its table",
        answer=answers.throttled_with_its_index,
        why="A write that its index cannot take is refused by the table, which has units left.",
        mistakes=(
            Mistake("nothing", "The table has units enough; but a write goes to both or to none."),
            Mistake("less", "Each write is for both: what one refuses, the other does not get."),
        ),
        hints=(
            "May the table accept a write that its index has no units for?",
            "It would be behind for ever; AWS refuses the write.",
            "So of both the same share is given.",
        ),
    ),
    ValueQuestion(
        name="first-minute",
        unit="write units a second",
        shown_in="On demand, too",
        answer=answers.granted_in_the_first_minute,
        why="A new table on demand starts with so many; later it gives twice its earlier top.",
        mistakes=(
            Mistake(10_000, "On demand throttles, too: at once it gives twice what it had before."),
            Mistake(8_000, "That is the second step, half an hour later."),
            Mistake(1_000, "That is one partition; the table has several."),
        ),
        hints=(
            "How much can a table give that nobody has used yet?",
            "AWS names two figures for a new table: for reads 12,000.",
            "For writes a third of that.",
        ),
    ),
    functions.ADVISE,
    ValueQuestion(
        name="free-on-demand",
        unit="USD",
        shown_in="One bill, three times",
        answer=answers.free_on_demand,
        why="The free tier has unit-hours of provisioned capacity, and no requests on demand.",
        mistakes=(
            Mistake(14.51, "So much are its unit-hours worth to a provisioned table, in a month."),
            Mistake(187.25, "That is the whole bill; nothing of it is covered."),
        ),
        hints=(
            "Bill the day twice, with `BillingTerms(free_tier=True)` and without.",
            "What is free: 18,600 unit-hours of each kind. Has on demand unit-hours?",
            "It has none.",
        ),
    ),
    ValueQuestion(
        name="two-hundred",
        unit="on-demand or fixed",
        shown_in="One bill, three times",
        answer=answers.cheaper_for_200_users,
        why="One unit is the least there is, and 200 people use little of it.",
        mistakes=(
            Mistake("fixed", "A unit of each kind, for table and index, idles most of the time."),
            Mistake("the same", "They meet at about 300 people; these are fewer."),
        ),
        hints=(
            "`for_the_top` of 200 people's day: how many units of each kind?",
            "One, and less is not to be had. How much of it is used?",
            "Less than 28.9 %.",
        ),
    ),
    functions.A_MINUTE,
)
