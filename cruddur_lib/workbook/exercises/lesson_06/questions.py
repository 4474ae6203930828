"""Exercises of lesson 06, The free tier and the whole bill."""

from dataclasses import replace

from cruddur_lib.costs.planning.tariffs import tariffs
from cruddur_lib.workbook.exercises.lesson_06 import answers, functions
from cruddur_lib.workbook.exercises.shared import price_book
from cruddur_lib.workbook.experiments import monthly_usage
from cruddur_lib.workbook.experiments.footprint import footprint
from cruddur_lib.workbook.experiments.monthly_usage import Setup
from cruddur_lib.workbook.questions.question import Mistake, ValueQuestion

EXERCISES = (
    ValueQuestion(
        name="without-summaries",
        unit="write units",
        shown_in="04-the-fan-out: Four designs",
        answer=lambda sandbox: footprint(sandbox, "read_fan_out").sending.writes.total,
        why="The message, and nothing else: no row of an inbox moves.",
        mistakes=(
            Mistake(9, "That is the bootcamp's design, which keeps two inboxes true."),
            Mistake(7, "That is stable_key, which updates two rows and their entries."),
            Mistake(3, "Three rows are of the designs that keep a summary in each inbox."),
        ),
        hints=(
            "What has to be written when the inbox is put together at each look?",
            "No row in any inbox, and no entry of an index.",
            "What D writes.",
        ),
    ),
    ValueQuestion(
        name="calls-of-a-message",
        unit="calls",
        shown_in="04-the-fan-out: A filter",
        answer=lambda sandbox: monthly_usage.calls(footprint(sandbox, "bootcamp"), Setup()),
        why="Four of the five records are E's own writes, and the filter leaves them out.",
        mistakes=(
            Mistake(5, "That is without the filter: it holds back the records of group rows."),
            Mistake(4, "Four records are E's own writes, and those are the ones held back."),
            Mistake(0, "Somebody has to hear of the message, or no inbox moves."),
        ),
        hints=(
            "Of which rows are the five records of one message?",
            "One is of the message, the others are of rows that E wrote.",
            "As many as there are records of messages.",
        ),
    ),
    ValueQuestion(
        name="half-used",
        unit="a mode",
        shown_in="05-on-demand-or-provisioned: Two price tags",
        answer=lambda _: (
            "provisioned" if tariffs(price_book()).writes.break_even < 1 / 2 else "on demand"
        ),
        why="The break-even is 28.9 % of what is provisioned; above it, units by the hour win.",
        mistakes=(
            Mistake("on demand", "It is dearer wherever more than 28.9 % of the units are used."),
            Mistake("the same", "They cost the same at 28.9 %, and this is more."),
        ),
        hints=(
            "At which share do both cost the same?",
            "At 28.9 % of what is provisioned. Is half more, or less?",
            "More: units by the hour are the cheaper ones.",
        ),
    ),
    ValueQuestion(
        name="units-a-day",
        unit="write units",
        shown_in="What one user does",
        answer=lambda sandbox: monthly_usage.units_per_day(footprint(sandbox, "bootcamp"))[0],
        why="40 messages at 9 units; looking at something writes nothing.",
        mistakes=(
            Mistake(40, "A message is more than one unit: both inboxes have to be true again."),
            Mistake(200, "Five a message is the table's share; the index is written, too."),
            Mistake(576, "Opening an inbox or a conversation reads; it writes nothing."),
        ),
        hints=(
            "Which of the three things that a user does write anything?",
            "Only sending: 40 times a day, E included.",
            "40 times nine.",
        ),
    ),
    ValueQuestion(
        name="three-tables",
        unit="WCU-hours",
        shown_in="A pool of hours",
        answer=lambda _: answers.billable_hours(3 * (5 + 5)),
        why="30 units for 720 hours are 21,600 unit-hours, and the pool holds 18,600.",
        mistakes=(
            Mistake(0, "25 units for each table? There is one pool, for all of them together."),
            Mistake(21_600, "What is above the pool is billed, and not all of it."),
            Mistake(3_600, "That were 25 units for November; the pool is 25 for 744 hours."),
        ),
        hints=(
            "How many unit-hours do tables and indexes use together?",
            "30 units, all month; take the pool off once.",
            "21,600 without 18,600.",
        ),
    ),
    ValueQuestion(
        name="half-a-month",
        unit="WCU-hours",
        shown_in="A pool of hours",
        answer=lambda _: answers.billable_hours(50, hours=360),
        why="50 units for 360 hours are 18,000 unit-hours: less than the pool.",
        mistakes=(
            Mistake(9_000, "Nothing says 25 units at a time; hours of units are counted."),
            Mistake(18_000, "That is what is used, and the pool holds more."),
        ),
        hints=(
            "How many unit-hours are 50 units for 15 days?",
            "50 times 360. Is that more than 18,600?",
            "It is less, so the pool is enough for all of them.",
        ),
    ),
    ValueQuestion(
        name="free-on-demand",
        unit="write request units",
        shown_in="Not for on-demand",
        answer=answers.free_on_demand,
        why="The pool is of provisioned capacity; requests on demand are billed from the first on.",
        mistakes=(
            Mistake(1_000_000, "That is Lambda's: a million calls. DynamoDB has no free requests."),
            Mistake(18_600, "Those are hours of provisioned units, and not requests."),
        ),
        hints=(
            "What is the pool a pool of?",
            "Of hours of provisioned units. Does a table on demand have any?",
            "None of them.",
        ),
    ),
    functions.BILLABLE,
    ValueQuestion(
        name="fits-most",
        unit="a design",
        shown_in="How many fit",
        answer=answers.most_free_users,
        why="One unit a message leaves the pool of writes alone; reads become the scarce ones.",
        mistakes=(
            Mistake("bootcamp", "Nine write units a message empty the pool of writes early."),
            Mistake("stable_key", "Seven units instead of nine: better, and yet not the best."),
            Mistake("one_transaction", "Ten units a message: it needs the most."),
        ),
        hints=(
            "Writes are what runs short first. Which design writes least?",
            "Look at the units of one message in notebook 04.",
            "One unit a message, and no summary.",
        ),
    ),
    ValueQuestion(
        name="seconds-at-128",
        unit="seconds",
        shown_in="The function and the stream",
        answer=answers.free_seconds_at_128_mb,
        why="128 MB are an eighth of a GB, so a GB-second lasts eight seconds.",
        mistakes=(
            Mistake(400_000, "Those are GB-seconds: of a function with a whole GB."),
            Mistake(50_000, "A smaller function runs longer on them, not shorter."),
            Mistake(3_125_000, "A GB of memory has 1,024 MB here, so 128 MB are an eighth."),
        ),
        hints=(
            "Which part of a GB of 1,024 MB are 128 MB?",
            "An eighth: a second of it takes an eighth of a GB-second.",
            "Eight times 400,000.",
        ),
    ),
    ValueQuestion(
        name="idle-nat",
        unit="USD",
        shown_in="The way to DynamoDB",
        answer=answers.idle_nat,
        why="It is billed by the hour that it is there, and by the GB on top.",
        mistakes=(
            Mistake(0, "Nothing goes through it, and its hours are billed."),
            Mistake(32.85, "That is for 730 hours; November has 720."),
            Mistake(33.48, "That is for 744 hours; November has 720."),
            Mistake(64.8, "That is two of them, one in each of two Availability Zones."),
        ),
        hints=(
            "Look at `usd`: which two prices does a NAT gateway have?",
            "One is for an hour, one for a GB. How many hours has November?",
            "The price of an hour, 720 times.",
        ),
    ),
    ValueQuestion(
        name="row-stored",
        unit="bytes",
        shown_in="What lies there",
        answer=answers.stored_bytes_of_a_row,
        why="The row and its entry in the index, each with 100 bytes on top.",
        mistakes=(
            Mistake(
                400, "That is what throughput counts. Storage adds 100, and there is an index."
            ),
            Mistake(500, "An index is stored, and billed, like a table."),
            Mistake(800, "Table and index, yes; storage adds 100 bytes to each of the two."),
            Mistake(900, "Both have their 100 bytes, the entry of the index, too."),
        ),
        hints=(
            "In how many places does this row lie?",
            "In the table, and with all its attributes in the index.",
            "Twice the row with 100 bytes on top.",
        ),
    ),
    ValueQuestion(
        name="free-shares",
        unit="a set of names",
        shown_in="What lies there",
        answer=answers.with_a_free_share,
        why="25 GB of storage, and a million calls of a function.",
        mistakes=(
            Mistake({"on-demand writes"}, "Requests on demand are billed from the first one on."),
            Mistake({"recovery"}, "Point-in-time recovery is never free: not its first GB."),
            Mistake(
                {"backups"}, "The 25 GB are of tables and indexes; a backup is a copy of its own."
            ),
            Mistake({"storage"}, "Lambda has a million calls a month for everybody."),
        ),
        hints=(
            "Two of the five have a free share.",
            "One of them is not DynamoDB's.",
            "What is stored in the table, and what Lambda counts.",
        ),
    ),
    functions.QUOTE,
    ValueQuestion(
        name="dearest-at-1000",
        unit="a part of the bill",
        shown_in="The whole bill",
        answer=lambda sandbox: answers.most_expensive(sandbox, 1_000, answers.CARELESS),
        why="Two NAT gateways cost the same for 10 users and for 1,000.",
        mistakes=(
            Mistake("writes", "1,000 users write less than the free pool holds."),
            Mistake("storage", "A year of 1,000 users is less than 25 GB."),
            Mistake("recovery", "It is never free, and still little: a few GB."),
            Mistake("function", "Five calls a message, and a million are free: a dollar."),
        ),
        hints=(
            "Most of what 1,000 users take is free. What is not?",
            "Two things are not; one of them is billed by the hour.",
            "What stands between the app and its table.",
        ),
    ),
    ValueQuestion(
        name="dearest-at-ten-million",
        unit="a part of the bill",
        shown_in="The whole bill",
        answer=lambda sandbox: answers.most_expensive(sandbox, 10_000_000, answers.CAREFUL),
        why="Nine units a message, and no free pool to speak of.",
        mistakes=(
            Mistake("storage", "In its first year it costs less; see *Try it* for the third."),
            Mistake("function", "One call a message costs far less than its nine write units."),
            Mistake(
                "way to DynamoDB", "A gateway endpoint costs nothing, for any number of users."
            ),
            Mistake("to the internet", "It grows as all else does, and stays the smaller."),
            Mistake("recovery", "A GB of it is cheaper than a GB of storage."),
        ),
        hints=(
            "What does the bootcamp's design do most of, compared with others?",
            "Nine of something for each message.",
            "Not what it reads.",
        ),
    ),
    ValueQuestion(
        name="three-years",
        unit="a part of the bill",
        shown_in="The whole bill",
        answer=lambda sandbox: answers.most_expensive(
            sandbox, 10_000_000, replace(answers.CAREFUL, months=36)
        ),
        why="Messages pile up, and those who send them do not: storage grows with time alone.",
        mistakes=(
            Mistake("writes", "That is in the first year. What grows in the second?"),
            Mistake("recovery", "It grows with storage, and a GB of it is cheaper."),
            Mistake("function", "As many calls as before."),
        ),
        hints=(
            "Which parts of the bill depend on how long messages are kept?",
            "`replace(careful, months=36)`, and `monthly_usage.costliest_part(...)`.",
            "What lies there, and not the copy of it.",
        ),
    ),
    ValueQuestion(
        name="opened-often",
        unit="a design",
        shown_in="The whole bill",
        answer=answers.cheapest_opened_often,
        why="Five opens a message are more than the three at which summaries are worth writing.",
        mistakes=(
            Mistake("read_fan_out", "It asks 20 groups at each of 200 opens: reads are dear now."),
            Mistake("bootcamp", "Its summaries cost two units a message more than stable ones."),
            Mistake("one_transaction", "It needs no function, and pays more for that in writes."),
        ),
        hints=(
            "How many opens are that for each message? See the end of notebook 04.",
            "`footprint(lesson, name, Habits(inboxes=200))` for each design, then the totals.",
            "The one with the cheapest summaries.",
        ),
    ),
    functions.GB_SECONDS,
)
