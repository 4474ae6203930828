"""Tests of `crowd`: it makes the same people and messages each time, beside the seeded ones."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cruddur_lib.messaging import seeds, table
from cruddur_lib.messaging.validation import InvalidInput
from cruddur_lib.workbook.sandbox.crowd import crowd

SEEDED = seeds.conversation()
numbers = given(st.integers(3, 50), st.integers(0, 300))
quick = settings(max_examples=30, deadline=None)


@quick
@numbers
def test_people_are_as_many_as_asked_for_and_told_apart(people, messages):
    """The directory's users come first, then made-up ones; uuids, handles and names are unique."""
    made, known = crowd(people, messages).people, tuple(seeds.users().values())

    assert len(made) == people
    assert made[: len(known)] == known[:people]
    for of in ("uuid", "handle", "display_name"):
        assert len({getattr(user, of) for user in made}) == people


@quick
@numbers
def test_messages_are_as_many_as_asked_for(people, messages):
    """Each message has a uuid and a time of its own; none is a seeded one."""
    sent = [draft for drafts in crowd(people, messages).conversations for draft in drafts]

    assert len(sent) == messages
    assert len({draft.message_uuid for draft in [*sent, *SEEDED]}) == messages + len(SEEDED)
    assert len({draft.created_at for draft in sent}) == messages
    assert all(draft.created_at < SEEDED[-1].created_at for draft in sent)


@quick
@numbers
def test_a_conversation_is_one_group_in_order(people, messages):
    """A conversation has two people and begins with its oldest message; no group repeats."""
    made = crowd(people, messages)
    groups = [{draft.group_uuid for draft in drafts} for drafts in made.conversations]
    everybody = set(made.people)

    assert all(len(group) == 1 for group in groups)
    assert len({SEEDED[0].group_uuid}.union(*groups)) == len(groups) + 1
    for drafts in made.conversations:
        assert all(one.created_at < other.created_at for one, other in pairwise(drafts))
        assert all({draft.sender, draft.receiver} <= everybody for draft in drafts)


@quick
@given(st.integers(3, 50))
def test_everybody_writes_to_somebody(people):
    """With at least `people - 2` messages, everybody has an inbox with a message group."""
    made = crowd(people, people - 2)
    sent = [draft for drafts in made.conversations for draft in drafts]
    inboxes = {user for draft in [*sent, SEEDED[0]] for user in (draft.sender, draft.receiver)}

    assert inboxes == set(made.people)


@quick
@numbers
def test_the_same_numbers_give_the_same_crowd(people, messages):
    """The clock, earlier calls and the order of sets have no influence."""
    assert crowd(people, messages) == crowd(people, messages)


@pytest.mark.quick_cases(1)
def test_a_table_has_a_row_for_each_message_and_two_for_each_group(inbox):
    """In every design, everybody sees the crowd's messages, newest first."""
    seeds.seed(inbox)
    made = crowd(6, 30)
    for drafts in made.conversations:
        inbox.load(drafts)

    messages = [row for row in table.rows(inbox.backend) if row["pk"].startswith("MSG#")]
    assert len(messages) == 104 + 30
    for drafts in made.conversations:
        last = drafts[-1]
        groups = {g.uuid: g for g in inbox.list_message_groups(last.sender)}
        page = inbox.list_messages(groups[last.group_uuid], 100)
        assert [m.text for m in page] == [draft.text for draft in reversed(drafts)]
        assert groups[last.group_uuid].preview == last.text
        assert groups[last.group_uuid].other == last.receiver


@pytest.mark.parametrize(
    ("people", "messages", "reason"),
    [
        (2, 400, "users is 2 people; a livelier table takes 3 to 50: give .*start"),
        (51, 400, "users is 51 people; a livelier table takes 3 to 50"),
        (12, -1, "messages is -1 messages; a livelier table takes 0 to 1,000"),
        (12, 1_001, "messages is 1,001 messages; a livelier table takes 0 to 1,000"),
        (12.5, 400, "users is the float 12.5: give an int"),
        (12, "many", "messages is the str 'many': give an int"),
        (True, 400, "users is the bool True: give an int"),
    ],
)
def test_what_cannot_be_is_refused(people, messages, reason):
    """The error has the value, its unit, the limit and the next step."""
    with pytest.raises(InvalidInput, match=reason):
        crowd(people, messages)


def test_texts_are_short_and_none_is_the_seeded_conversations():
    """Texts have at most 100 characters, so a preview is whole."""
    sent = [draft.text for drafts in crowd(50, 1_000).conversations for draft in drafts]

    assert max(map(len, sent)) <= 100
    assert len(set(sent)) > 30
    assert not {draft.text for draft in SEEDED} & set(sent)
