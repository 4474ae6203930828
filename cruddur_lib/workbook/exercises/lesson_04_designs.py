"""Exercises of 04, the fan-out: four designs of one inbox, and where they cost the same."""

from cruddur_lib.workbook.code_exercise import CodeExercise
from cruddur_lib.workbook.exercise import Exercise, Wrong
from cruddur_lib.workbook.exercises import answers_04 as answers
from cruddur_lib.workbook.exercises import costs_04 as costs

EXERCISES = (
    Exercise(
        name="opened-once",
        unit="a design",
        shown_in="What to choose when",
        answer=costs.cheapest_opened_once,
        why="It writes one row for a message, and one open costs less than that saves.",
        wrongs=(
            Wrong("stable_key", "Its inboxes are the cheapest to read; but how often is that?"),
            Wrong("bootcamp", "It writes nine units for each message, whoever looks."),
            Wrong("one_transaction", "It is the dearest of the four to write."),
        ),
        hints=(
            "For each design: what a message costs, and what one open of an inbox costs.",
            "Read units count a fifth.",
            "Who saves eight units of a message may spend some on a read.",
        ),
    ),
    Exercise(
        name="choose",
        unit="a design",
        shown_in="What each one promises",
        answer=costs.up_to_date_at_one_price,
        why="It is the only one with yes in both lines; its price is the transaction.",
        wrongs=(
            Wrong("read_fan_out", "Its page asks every group, however short the page is."),
            Wrong("stable_key", "Its rows are behind until the stream's handler has run."),
            Wrong(
                "bootcamp", "Its rows are behind until the stream's handler has run, as you saw."
            ),
        ),
        hints=(
            "Two lines of the table of promises are asked for.",
            '"When D answers", and "a page of the inbox costs the same".',
            "Which column says yes in both?",
        ),
    ),
    Exercise(
        name="emoji-fan-out",
        unit="write units",
        shown_in="What one message really costs",
        answer=answers.units_of_emoji,
        why="The message is 5; a group row carries 100 characters of it, and stays under 1 KB.",
        wrongs=(
            Wrong(5, "That is the message; E still has two rows to move."),
            Wrong(9, "The message itself is more than 1 KB now: see notebook 03."),
            Wrong(45, "If group rows carried the whole text; they carry a preview of it."),
        ),
        hints=(
            "Meter it, as the first message was: D, then `lesson.pump()`.",
            "The message alone is 5, by notebook 03. How long is the text in a group row?",
            "Five, and what E always costs.",
        ),
    ),
    Exercise(
        name="hundred-groups",
        unit="opens per message",
        shown_in="What to choose when",
        answer=costs.crossing_of_a_hundred,
        why="An open asks all 100 groups: the read fan-out is worth it where few look.",
        wrongs=(
            Wrong(3.2, "That is for an inbox of 20 groups, which is the default."),
            Wrong(0.3, "Read units count a fifth of a write unit: not a half."),
        ),
        hints=(
            "`crossing` takes `groups=`; round what it gives to a tenth.",
            "The designs in question are those two that are cheapest on either side.",
            'Of `costs[300]`, "stable_key" and "read_fan_out", with 100 groups.',
        ),
    ),
    CodeExercise(
        name="same-cost",
        unit="a function of two designs that returns opens per message, or None",
        shown_in="What to choose when",
        cases=costs.two_designs,
        returns=False,
        run=costs.asked,
        told=costs.in_words,
        fault=costs.fault,
        why="Two lines meet where the one that starts higher has risen so much less.",
        wrongs=(
            Wrong(costs.never_parallel, "Where an open costs the same in both, they never meet."),
            Wrong(costs.before_zero, "An inbox is never opened less than not at all."),
            Wrong(costs.upside_down, "Units of a message, divided by units of an open."),
        ),
        hints=(
            "What is the difference of both for a message, and what for each open?",
            "The first divided by the second, where one makes up for the other.",
            "None where the quotient would be negative, or has no value.",
        ),
    ),
)
