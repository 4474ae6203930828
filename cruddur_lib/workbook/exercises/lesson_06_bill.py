"""Exercises of 06, the whole bill: the way to DynamoDB, what is stored, a calculator, all of it."""

from cruddur_lib.workbook.code_exercise import CodeExercise, ListedExercise
from cruddur_lib.workbook.exercise import Exercise, Wrong
from cruddur_lib.workbook.exercises import answers_06 as answers
from cruddur_lib.workbook.exercises import pools_06 as pools
from cruddur_lib.workbook.exercises import quotes_06 as quotes

EXERCISES = (
    Exercise(
        name="idle-nat",
        unit="USD",
        shown_in="The way to DynamoDB",
        answer=answers.idle_nat,
        why="It is billed by the hour that it is there, and by the GB on top.",
        wrongs=(
            Wrong(0, "Nothing goes through it, and its hours are billed."),
            Wrong(32.85, "That is for 730 hours; November has 720."),
            Wrong(33.48, "That is for 744 hours; November has 720."),
            Wrong(64.8, "That is two of them, one in each of two Availability Zones."),
        ),
        hints=(
            "Look at `usd`: which two prices does a NAT gateway have?",
            "One is for an hour, one for a GB. How many hours has November?",
            "The price of an hour, 720 times.",
        ),
    ),
    Exercise(
        name="row-stored",
        unit="bytes",
        shown_in="What lies there",
        answer=answers.row_stored,
        why="The row and its entry in the index, each with 100 bytes on top.",
        wrongs=(
            Wrong(400, "That is what throughput counts. Storage adds 100, and there is an index."),
            Wrong(500, "An index is stored, and billed, like a table."),
            Wrong(800, "Table and index, yes; storage adds 100 bytes to each of the two."),
            Wrong(900, "Both have their 100 bytes, the entry of the index, too."),
        ),
        hints=(
            "In how many places does this row lie?",
            "In the table, and with all its attributes in the index.",
            "Twice the row with 100 bytes on top.",
        ),
    ),
    Exercise(
        name="free-shares",
        unit="a set of names",
        shown_in="What lies there",
        answer=answers.with_a_free_share,
        why="25 GB of storage, and a million calls of a function.",
        wrongs=(
            Wrong({"on-demand writes"}, "Requests on demand are billed from the first one on."),
            Wrong({"recovery"}, "Point-in-time recovery is never free: not its first GB."),
            Wrong(
                {"backups"}, "The 25 GB are of tables and indexes; a backup is a copy of its own."
            ),
            Wrong({"storage"}, "Lambda has a million calls a month for everybody."),
        ),
        hints=(
            "Two of the five have a free share.",
            "One of them is not DynamoDB's.",
            "What is stored in the table, and what Lambda counts.",
        ),
    ),
    ListedExercise(
        name="quote",
        unit="a function of tables, items and size that returns USD",
        shown_in="A calculator that is wrong",
        cases=quotes.quotes,
        run=quotes.asked,
        told=quotes.in_words,
        fault=quotes.fault,
        mark=quotes.mark,
        why="November has 720 h, the pool is one, a GB has 2^30 bytes, an item 100 more.",
        wrongs=(
            Wrong(quotes.of_730_hours, "November has 720 hours; 730 are a mean month's."),
            Wrong(
                quotes.of_a_shorter_pool, "The pool is 25 x 744 in every month, in this one too."
            ),
            Wrong(quotes.a_pool_for_each, "The pool comes off the sum, and not off each table."),
            Wrong(quotes.without_overhead, "Storage adds 100 bytes to each item."),
            Wrong(quotes.of_1e9, "DynamoDB's GB has 2^30 bytes."),
        ),
        hints=(
            "Which numbers in it are of a month, which of a GB, and which of an item?",
            "Put `sum` around the units alone, and look at 730, and at 10**9.",
            "And an item is `size + 100` bytes where it is stored.",
        ),
    ),
    Exercise(
        name="dearest-at-1000",
        unit="a part of the bill",
        shown_in="The whole bill",
        answer=answers.dearest_at_1000,
        why="Two NAT gateways cost the same for 10 users and for 1,000.",
        wrongs=(
            Wrong("writes", "1,000 users write less than the free pool holds."),
            Wrong("storage", "A year of 1,000 users is less than 25 GB."),
            Wrong("recovery", "It is never free, and still little: a few GB."),
            Wrong("function", "Five calls a message, and a million are free: a dollar."),
        ),
        hints=(
            "Most of what 1,000 users take is free. What is not?",
            "Two things are not; one of them is billed by the hour.",
            "What stands between the app and its table.",
        ),
    ),
    Exercise(
        name="dearest-at-ten-million",
        unit="a part of the bill",
        shown_in="The whole bill",
        answer=answers.dearest_at_ten_million,
        why="Nine units a message, and no free pool to speak of.",
        wrongs=(
            Wrong("storage", "In its first year it costs less; see *Try it* for the third."),
            Wrong("function", "One call a message costs far less than its nine write units."),
            Wrong("way to DynamoDB", "A gateway endpoint costs nothing, for any number of users."),
            Wrong("to the internet", "It grows as all else does, and stays the smaller."),
            Wrong("recovery", "A GB of it is cheaper than a GB of storage."),
        ),
        hints=(
            "What does the bootcamp's design do most of, compared with others?",
            "Nine of something for each message.",
            "Not what it reads.",
        ),
    ),
    Exercise(
        name="three-years",
        unit="a part of the bill",
        shown_in="The whole bill",
        answer=answers.dearest_after_three_years,
        why="Messages pile up, and those who send them do not: storage grows with time alone.",
        wrongs=(
            Wrong("writes", "That is in the first year. What grows in the second?"),
            Wrong("recovery", "It grows with storage, and a GB of it is cheaper."),
            Wrong("function", "As many calls as before."),
        ),
        hints=(
            "Which parts of the bill depend on how long messages are kept?",
            "`replace(careful, months=36)`, and `whole_bill.dearest(...)`.",
            "What lies there, and not the copy of it.",
        ),
    ),
    Exercise(
        name="opened-often",
        unit="a design",
        shown_in="The whole bill",
        answer=answers.cheapest_opened_often,
        why="Five opens a message are more than the three at which summaries are worth writing.",
        wrongs=(
            Wrong("read_fan_out", "It asks 20 groups at each of 200 opens: reads are dear now."),
            Wrong("bootcamp", "Its summaries cost two units a message more than stable ones."),
            Wrong("one_transaction", "It needs no function, and pays more for that in writes."),
        ),
        hints=(
            "How many opens are that for each message? See the end of notebook 04.",
            "`footprint(lesson, name, Habits(inboxes=200))` for each design, then the totals.",
            "The one with the cheapest summaries.",
        ),
    ),
    CodeExercise(
        name="gb-seconds",
        unit="a function of calls, memory in MB and seconds that returns GB-seconds",
        shown_in="The function and the stream",
        cases=pools.runs,
        run=pools.running,
        told=pools.run_in_words,
        fault=pools.run_fault,
        why="Calls x GB x seconds, without 400,000, and never less than none.",
        wrongs=(
            Wrong(pools.by_1000, "A GB of memory has 1,024 MB."),
            Wrong(pools.whatever_memory, "Seconds count by the memory: GB-seconds."),
            Wrong(
                pools.without_the_first_million, "Free requests are requests; their seconds count."
            ),
            Wrong(pools.all_of_it, "400,000 GB-seconds are free, and they come off."),
        ),
        hints=(
            "One call takes `memory / 1_024 * seconds` GB-seconds.",
            "Times the calls, and then 400,000 come off.",
            "`max(0, ...)` around it.",
        ),
    ),
)
