"""Exercises of 06, the free tier: what one user takes, the pool of hours, Lambda's share."""

from cruddur_lib.workbook.code_exercise import CodeExercise
from cruddur_lib.workbook.exercise import Exercise, Wrong
from cruddur_lib.workbook.exercises import answers_06 as answers
from cruddur_lib.workbook.exercises import pools_06 as pools

EXERCISES = (
    Exercise(
        name="without-summaries",
        unit="write units",
        shown_in="04-the-fan-out: Four designs",
        answer=answers.without_summaries,
        why="The message, and nothing else: no row of an inbox moves.",
        wrongs=(
            Wrong(9, "That is the bootcamp's design, which keeps two inboxes true."),
            Wrong(7, "That is stable_key, which updates two rows and their entries."),
            Wrong(3, "Three rows are of the designs that keep a summary in each inbox."),
        ),
        hints=(
            "What has to be written when the inbox is put together at each look?",
            "No row in any inbox, and no entry of an index.",
            "What D writes.",
        ),
    ),
    Exercise(
        name="calls-of-a-message",
        unit="calls",
        shown_in="04-the-fan-out: A filter",
        answer=answers.calls_behind_a_filter,
        why="Four of the five records are E's own writes, and the filter leaves them out.",
        wrongs=(
            Wrong(5, "That is without the filter: it holds back the records of group rows."),
            Wrong(4, "Four records are E's own writes, and those are the ones held back."),
            Wrong(0, "Somebody has to hear of the message, or no inbox moves."),
        ),
        hints=(
            "Of which rows are the five records of one message?",
            "One is of the message, the others are of rows that E wrote.",
            "As many as there are records of messages.",
        ),
    ),
    Exercise(
        name="half-used",
        unit="a mode",
        shown_in="05-on-demand-or-provisioned: Two price tags",
        answer=answers.half_used,
        why="The break-even is 28.9 % of what is provisioned; above it, units by the hour win.",
        wrongs=(
            Wrong("on demand", "It is dearer wherever more than 28.9 % of the units are used."),
            Wrong("the same", "They cost the same at 28.9 %, and this is more."),
        ),
        hints=(
            "At which share do both cost the same?",
            "At 28.9 % of what is provisioned. Is half more, or less?",
            "More: units by the hour are the cheaper ones.",
        ),
    ),
    Exercise(
        name="units-a-day",
        unit="write units",
        shown_in="What one user does",
        answer=answers.units_a_day,
        why="40 messages at 9 units; looking at something writes nothing.",
        wrongs=(
            Wrong(40, "A message is more than one unit: both inboxes have to be true again."),
            Wrong(200, "Five a message is the table's share; the index is written, too."),
            Wrong(576, "Opening an inbox or a conversation reads; it writes nothing."),
        ),
        hints=(
            "Which of the three things that a user does write anything?",
            "Only sending: 40 times a day, E included.",
            "40 times nine.",
        ),
    ),
    Exercise(
        name="three-tables",
        unit="WCU-hours",
        shown_in="A pool of hours",
        answer=answers.three_tables,
        why="30 units for 720 hours are 21,600 unit-hours, and the pool holds 18,600.",
        wrongs=(
            Wrong(0, "25 units for each table? There is one pool, for all of them together."),
            Wrong(21_600, "What is above the pool is billed, and not all of it."),
            Wrong(3_600, "That were 25 units for November; the pool is 25 for 744 hours."),
        ),
        hints=(
            "How many unit-hours do tables and indexes use together?",
            "30 units, all month; take the pool off once.",
            "21,600 without 18,600.",
        ),
    ),
    Exercise(
        name="half-a-month",
        unit="WCU-hours",
        shown_in="A pool of hours",
        answer=answers.half_a_month,
        why="50 units for 360 hours are 18,000 unit-hours: less than the pool.",
        wrongs=(
            Wrong(9_000, "Nothing says 25 units at a time; hours of units are counted."),
            Wrong(18_000, "That is what is used, and the pool holds more."),
        ),
        hints=(
            "How many unit-hours are 50 units for 15 days?",
            "50 times 360. Is that more than 18,600?",
            "It is less, so the pool is enough for all of them.",
        ),
    ),
    Exercise(
        name="free-on-demand",
        unit="write request units",
        shown_in="Not for on-demand",
        answer=answers.free_on_demand,
        why="The pool is of provisioned capacity; requests on demand are billed from the first on.",
        wrongs=(
            Wrong(1_000_000, "That is Lambda's: a million calls. DynamoDB has no free requests."),
            Wrong(18_600, "Those are hours of provisioned units, and not requests."),
        ),
        hints=(
            "What is the pool a pool of?",
            "Of hours of provisioned units. Does a table on demand have any?",
            "None of them.",
        ),
    ),
    CodeExercise(
        name="billable",
        unit="a function of a list of (units, hours) that returns WCU-hours",
        shown_in="A pool of hours",
        cases=pools.months,
        run=pools.provisioned,
        told=pools.month_in_words,
        fault=pools.pool_fault,
        why="All unit-hours together, without the pool, and never less than none.",
        wrongs=(
            Wrong(pools.for_each_table, "There are not 25 free units for each table: one pool."),
            Wrong(pools.a_pool_for_each, "The pool comes off once, and not for each of them."),
            Wrong(pools.of_720_hours, "The pool is 25 x 744 unit-hours, in a short month, too."),
            Wrong(pools.all_or_nothing, "Who uses more than the pool pays for what is above it."),
            Wrong(pools.below_nothing, "What is left of the pool is not paid out: 0 at least."),
        ),
        hints=(
            "Multiply units and hours of each, and add them up first.",
            "Then take 18,600 off, once.",
            "`max(0, ...)` around it.",
        ),
    ),
    Exercise(
        name="fits-most",
        unit="a design",
        shown_in="How many fit",
        answer=answers.fits_most,
        why="One unit a message leaves the pool of writes alone; reads become the scarce ones.",
        wrongs=(
            Wrong("bootcamp", "Nine write units a message empty the pool of writes early."),
            Wrong("stable_key", "Seven units instead of nine: better, and yet not the best."),
            Wrong("one_transaction", "Ten units a message: it needs the most."),
        ),
        hints=(
            "Writes are what runs short first. Which design writes least?",
            "Look at the units of one message in notebook 04.",
            "One unit a message, and no summary.",
        ),
    ),
    Exercise(
        name="seconds-at-128",
        unit="seconds",
        shown_in="The function and the stream",
        answer=answers.seconds_at_128,
        why="128 MB are an eighth of a GB, so a GB-second lasts eight seconds.",
        wrongs=(
            Wrong(400_000, "Those are GB-seconds: of a function with a whole GB."),
            Wrong(50_000, "A smaller function runs longer on them, not shorter."),
            Wrong(3_125_000, "A GB of memory has 1,024 MB here, so 128 MB are an eighth."),
        ),
        hints=(
            "Which part of a GB of 1,024 MB are 128 MB?",
            "An eighth: a second of it takes an eighth of a GB-second.",
            "Eight times 400,000.",
        ),
    ),
)
