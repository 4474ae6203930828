"""Exercises of 05, on-demand or provisioned: what a table gives, minute by minute; and Try it."""

from cruddur_lib.workbook.code_exercise import CodeExercise
from cruddur_lib.workbook.exercise import Exercise, Wrong
from cruddur_lib.workbook.exercises import answers_05 as answers
from cruddur_lib.workbook.exercises import functions_05 as functions

EXERCISES = (
    Exercise(
        name="rush-in-full",
        unit="minutes",
        shown_in="The burst bucket",
        answer=answers.rush_in_full,
        why="The bucket held 300 x 20 units, and 10 a second were taken out of it.",
        wrongs=(
            Wrong(0, "A unit above what is provisioned is not throttled at once: there is burst."),
            Wrong(5, "300 seconds are what is kept, at 20 a second; it is emptied at 10."),
            Wrong(30, "Burst is what was left unused before, and it comes to an end."),
        ),
        hints=(
            "How many units are in a full bucket of 20 units a second?",
            "300 seconds of them: 6,000. How many does the rush take out each minute?",
            "The rush wants half as much again as there is: 600 units a minute are missing.",
        ),
    ),
    Exercise(
        name="first-units",
        unit="minutes",
        shown_in="Auto scaling looks back",
        answer=answers.first_units,
        why="Two minutes above the target set the alarm off, and two more pass until it works.",
        wrongs=(
            Wrong(0, "Auto scaling is not instantaneous: it looks at minutes that have passed."),
            Wrong(2, "Then the alarm goes off; the units still have to come."),
            Wrong(15, "So long it waits before it takes units away."),
        ),
        hints=(
            "How many minutes above the target does the alarm want?",
            "Two; and then the change is on its way, for two more.",
            "Twice two.",
        ),
    ),
    Exercise(
        name="first-step",
        unit="units",
        shown_in="Auto scaling looks back",
        answer=answers.first_step,
        why="It saw 58 consumed, since no more were given: 58 at 70 % is a little under 83.",
        wrongs=(
            Wrong(286, "For that it would have to see 200: what is throttled, it does not see."),
            Wrong(200, "It does not see what is wanted, and it aims at 70 % of what there is."),
            Wrong(116, "Doubling is what on demand does."),
            Wrong(400, "The maximum is a limit; it goes as far as the target needs."),
        ),
        hints=(
            "How many units a second are consumed while the others are throttled?",
            "All 58. Of how many units is that 70 %?",
            "58 / 0.7, in whole units.",
        ),
    ),
    Exercise(
        name="starved",
        unit="nothing, less or as much",
        shown_in="An index throttles its table",
        answer=answers.starved,
        why="A write that its index cannot take is refused by the table, which has units left.",
        wrongs=(
            Wrong("nothing", "The table has units enough; but a write goes to both or to none."),
            Wrong("less", "Each write is for both: what one refuses, the other does not get."),
        ),
        hints=(
            "May the table accept a write that its index has no units for?",
            "It would be behind for ever; AWS refuses the write.",
            "So of both the same share is given.",
        ),
    ),
    Exercise(
        name="first-minute",
        unit="write units a second",
        shown_in="On demand, too",
        answer=answers.first_minute,
        why="A new table on demand starts with so many; later it gives twice its earlier top.",
        wrongs=(
            Wrong(10_000, "On demand throttles, too: at once it gives twice what it had before."),
            Wrong(8_000, "That is the second step, half an hour later."),
            Wrong(1_000, "That is one partition; the table has several."),
        ),
        hints=(
            "How much can a table give that nobody has used yet?",
            "AWS names two figures for a new table: for reads 12,000.",
            "For writes a third of that.",
        ),
    ),
    CodeExercise(
        name="advise",
        unit="a function of units a second and a target that returns units and a mode",
        shown_in="A calculator that looks right",
        cases=functions.demands,
        run=functions.advised,
        told=functions.demand_in_words,
        fault=functions.advice_fault,
        why="A target is a share, and a price has its day.",
        wrongs=(
            Wrong(functions.still_percent, "0.7 is a share: divide by it, and by nothing else."),
            Wrong(functions.still_old, "These are prices of October 2024: on demand cost double."),
            Wrong(functions.times_the_target, "Units times the target are fewer than are wanted."),
            Wrong(functions.rounded_down, "There are no parts of a unit: round up, `ceil`."),
        ),
        hints=(
            "Try `advise(70, 0.7)`: of how many units are 70 used a share of 0.7?",
            "Then look at the day of the prices, and try a target of 0.2.",
            "`ceil(wanted / target)`, and the `book` of this lesson.",
        ),
    ),
    Exercise(
        name="free-on-demand",
        unit="USD",
        shown_in="One bill, three times",
        answer=answers.free_on_demand,
        why="The free tier has unit-hours of provisioned capacity, and no requests on demand.",
        wrongs=(
            Wrong(14.51, "So much are its unit-hours worth to a provisioned table, in a month."),
            Wrong(187.25, "That is the whole bill; nothing of it is covered."),
        ),
        hints=(
            "Bill the day twice, with `Terms(free_tier=True)` and without.",
            "What is free: 18,600 unit-hours of each kind. Has on demand unit-hours?",
            "It has none.",
        ),
    ),
    Exercise(
        name="two-hundred",
        unit="on-demand or fixed",
        shown_in="One bill, three times",
        answer=answers.two_hundred,
        why="One unit is the least there is, and 200 people use little of it.",
        wrongs=(
            Wrong("fixed", "A unit of each kind, for table and index, idles most of the time."),
            Wrong("the same", "They meet at about 300 people; these are fewer."),
        ),
        hints=(
            "`for_the_top` of 200 people's day: how many units of each kind?",
            "One, and less is not to be had. How much of it is used?",
            "Less than 28.9 %.",
        ),
    ),
    CodeExercise(
        name="a-minute",
        unit="a function of the bucket, units wanted and units that returns two numbers",
        shown_in="The burst bucket",
        cases=functions.stretches,
        run=functions.given_minutes,
        told=functions.stretch_in_words,
        fault=functions.stretch_fault,
        why="What is unused goes into the bucket, up to 300 seconds of it.",
        wrongs=(
            Wrong(functions.bottomless, "The bucket holds 300 seconds; burst is not for ever."),
            Wrong(functions.never_filled, "What a minute leaves unused goes into the bucket."),
            Wrong(functions.without_a_bucket, "A minute gives its own units and the bucket's."),
            Wrong(functions.as_a_second, "A minute has 60 seconds: 60 times the units."),
        ),
        hints=(
            "What can be given: `60 * units` and what is in the bucket.",
            "`given` is what is wanted, if there is as much; the rest stays in the bucket.",
            "`min(300 * units, bucket + 60 * units - given)` is left.",
        ),
    ),
)
