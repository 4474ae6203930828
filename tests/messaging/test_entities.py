"""Drafts, users, previews and pages: what they accept and what their errors say."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.messaging.entities import PREVIEW_LIMIT, Draft, Page, User, preview
from cruddur_lib.messaging.keys import KeyMalformed
from cruddur_lib.messaging.validation import InvalidInput

ANN = User("5b0e4d1c-8c3a-4a0e-9a53-0d1f7f3f2a10", "ann", "Ann")
BEN = User("6b0e4d1c-8c3a-4a0e-9a53-0d1f7f3f2a10", "ben", "Ben")
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
MESSAGE = "7b0e4d1c-8c3a-4a0e-9a53-0d1f7f3f2a10"


def draft(text="Hello", *, uuid=MESSAGE, at=NOW, sender=ANN, receiver=BEN) -> Draft:
    """Return a valid draft, changed by the arguments."""
    return Draft(uuid, at, sender, receiver, text)


@pytest.mark.parametrize("text", ["x", "é" * 1_024, "🎉" * 1_024, " x ", "\u0000x", "a\nb"])
def test_text_of_1_to_1024_characters_is_taken(text):
    """The limit counts characters, not bytes, and all visible Unicode is allowed."""
    assert draft(text).text == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param(" \t\n\u2003", "blank", id="white space only"),
        pytest.param("x" * 1_025, "1,025 characters, the limit is 1,024", id="one too many"),
        pytest.param(
            "ab\ud83d", "character 2 of the message is a lone surrogate", id="half an emoji"
        ),
        pytest.param(7, "text is the int 7: give a str", id="a number"),
        pytest.param(None, "text is the NoneType None", id="nothing"),
    ],
)
def test_other_text_is_refused(text, said):
    """The error names the value and the limit."""
    with pytest.raises(InvalidInput, match=said):
        draft(text)


@pytest.mark.parametrize(
    "uuid",
    ["", "x", "../../etc", MESSAGE.upper(), f"{{{MESSAGE}}}", MESSAGE.replace("-", ""), None, 7],
)
def test_a_uuid_must_be_one_in_its_usual_form(uuid):
    """Keys contain uuids, so each uuid has one spelling and no other text is accepted."""
    with pytest.raises(InvalidInput, match="must be a UUID such as"):
        draft(uuid=uuid)
    with pytest.raises(InvalidInput, match="uuid of x"):
        User(uuid, "x", "X")


def test_nobody_writes_to_themselves():
    """A message group has two people."""
    with pytest.raises(InvalidInput, match="two people"):
        draft(receiver=ANN)


def test_a_draft_needs_a_time_with_a_zone():
    """Without a zone, a time would depend on the sender's clock."""
    with pytest.raises(KeyMalformed, match="no time zone"):
        draft(at=datetime(2026, 1, 5))  # noqa: DTZ001


def test_a_group_uuid_is_derived():
    """Two people have the same group uuid in both directions, in the form of a UUID."""
    there, back = draft(), draft(sender=BEN, receiver=ANN)

    assert there.group_uuid == back.group_uuid == str(UUID(there.group_uuid))


@given(st.text(max_size=300))
def test_a_preview_is_the_text_or_its_beginning(text):
    """A preview has at most 100 characters and ends with "…" if it was cut."""
    shown = preview(text)

    assert len(shown) <= PREVIEW_LIMIT
    assert shown == text or (text.startswith(shown[:-1]) and shown.endswith("…"))


def test_a_page_is_read_like_a_list():
    """A page has iteration, length and indexes."""
    page = Page((3, 2, 1), "cursor")

    assert (list(page), len(page), page[0]) == ([3, 2, 1], 3, 3)
