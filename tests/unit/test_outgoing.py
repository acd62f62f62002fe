"""A message that cannot be sent as it is becomes simpler ones that say the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from bot.local.wire.entities import parse_html
from bot.replies import Button, units
from bot.sending.outgoing import Outgoing, split, unformatted, without_links, without_taps
from bot.sending.second_ways import second_way
from bot.texts import Html, Texts

BUTTONS = ((Button(text="Read", url="https://example.org"),), (Button(text="Right?", data="fb:1:ask"),))
WORDS = st.text(alphabet="ab <&>\n😀", max_size=400).map(Texts.escaped)
TEXTS = st.lists(st.builds(lambda bold, rest: Html(f"<b>{bold}</b>{rest}"), WORDS, WORDS), min_size=1, max_size=8).map(
    lambda blocks: Html("\n\n".join(blocks))
)


def message(**facts: object) -> Outgoing:
    """Return a message with all that one can have."""
    whole = Outgoing(chat=1, text=Html("<b>Mole</b> &amp; more"), buttons=BUTTONS, picture=b"JPEG", reply_to=7, topic=3)
    return replace(whole, **facts)  # type: ignore[arg-type]


def read(one: Outgoing) -> str:
    """Return what Telegram shows of a text."""
    return parse_html(one.text)[0] if one.formatted else one.text


@given(TEXTS, st.booleans())
def test_pieces_of_a_text_are_shorter_say_all_of_it_and_are_html_that_telegram_reads(text: Html, plain: bool) -> None:
    whole = message(picture=None, text=text, edits=9)
    whole = unformatted(whole) if plain else whole
    pieces = split(whole)
    assert "".join("".join(map(read, pieces)).split()) == "".join(read(whole).split())
    if len(pieces) > 1:
        assert max(units(read(piece)) for piece in pieces) < units(read(whole))
    assert [bool(piece.buttons) for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert [piece.edits for piece in pieces] == [9] + [0] * (len(pieces) - 1)


@pytest.mark.parametrize(
    "said", ["message is too long", "PHOTO_INVALID_DIMENSIONS", "BUTTON_DATA_INVALID", "what?", ""]
)
@pytest.mark.parametrize("edits", [0, 9])
def test_a_telegram_that_refuses_everything_is_given_up_after_a_few_tries(said: str, edits: int) -> None:
    waiting, tries = [message(edits=edits)], 0
    with pytest.raises(TelegramError):
        while waiting:
            tries += 1
            waiting = [*second_way(waiting[0], BadRequest(said)), *waiting[1:]]
    assert tries <= 12


def test_buttons_that_are_wrong_take_no_others_with_them() -> None:
    rows = [without(message()).buttons for without in (without_taps, without_links)]
    assert [[[button.text for button in row] for row in one] for one in rows] == [
        [["Read"]],
        [["Right?"]],
    ]


@pytest.mark.parametrize("error", [NetworkError("Bad Gateway (502). Parsing … <button>photo_ entity</button>"), None])
def test_what_may_pass_has_no_second_way(error: NetworkError | None) -> None:
    passing = error or TelegramError("Invalid server response")
    with pytest.raises(type(passing)):
        second_way(message(), passing)


def test_a_photo_that_may_not_be_sent_and_a_group_that_forbids_words_too_are_told_apart() -> None:
    (words,) = second_way(message(), Forbidden("Forbidden: CHAT_SEND_PHOTOS_FORBIDDEN"))
    assert words.picture is None
    with pytest.raises(Forbidden):
        second_way(words, BadRequest("CHAT_SEND_PLAIN_FORBIDDEN"))
