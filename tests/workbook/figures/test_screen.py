"""Tests of `screen`: what the cards show, in which order, and that texts stay texts."""

import re
from datetime import UTC, datetime
from html import unescape

from cruddur_lib.messaging.entities import Message, MessageGroup, Page, User
from cruddur_lib.workbook.figures.screen import chat, inbox


def text_of(card) -> str:
    """The card's text without markup."""
    return unescape(re.sub(r"<[^>]+>", " ", card.data))


def test_a_chat_has_the_newest_message_at_its_end(seeded, andrew):
    """A page is newest first, and a chat is read downwards."""
    page = seeded.list_messages(seeded.list_message_groups(andrew)[0])
    seen = text_of(chat(page, andrew))

    places = [seen.index(message.text) for message in page]
    assert places == sorted(places, reverse=True)


def test_a_chat_says_who_wrote(seeded, andrew, bayko):
    """The sender's name is there, so side and color are not the only sign."""
    page = seeded.list_messages(seeded.list_message_groups(andrew)[0], 2)

    assert text_of(chat(page, andrew)).count("You") == 1
    assert "Andrew Bayko" in text_of(chat(page, andrew))
    assert "Andrew Brown" in text_of(chat(page, bayko))


def test_an_inbox_shows_person_text_and_time(seeded, andrew):
    """Each message group has a line."""
    seen = text_of(inbox(seeded.list_message_groups(andrew)))

    assert "Andrew Bayko" in seen
    assert "@bayko · 03 Jan 2026, 21:41 UTC" in seen
    assert "Soup's nearly ready" in seen


def test_an_empty_inbox_says_so():
    """An inbox without message groups shows a sentence."""
    assert "No messages yet." in text_of(inbox(Page(())))


def test_what_people_write_stays_text(andrew, bayko):
    """HTML in a message or a name is shown as text."""
    markup = "<script>alert(1)</script>"
    stranger = User(bayko.uuid, markup, markup)
    now = datetime(2026, 1, 5, tzinfo=UTC)
    groups = Page((MessageGroup("g", andrew.uuid, stranger, markup, now),))
    messages = Page((Message("m", "g", stranger, markup, now),))

    for card in (inbox(groups), chat(messages, andrew)):
        assert "<script" not in card.data
        assert markup in unescape(card.data)
