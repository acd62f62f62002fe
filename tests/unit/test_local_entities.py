"""Telegram's HTML, read as Telegram reads it."""

from __future__ import annotations

import pytest

from bot.local.wire.entities import formatted, parse_html, units
from bot.local.wire.errors import ApiError
from bot.local.wire.rendering import safe_html


def test_tags_become_entities_counted_in_utf16_units() -> None:
    text, entities = parse_html("😀 <b>bold <i>both</i></b> &lt;tag&gt; &amp;amp; &nbsp;")
    assert text == "😀 bold both <tag> &amp; &nbsp;"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 9},
        {"type": "italic", "offset": 8, "length": 4},
    ]
    assert units(text) == len(text) + 1


def test_a_link_a_code_block_and_a_spoiler_keep_what_they_carry() -> None:
    source = (
        '<a href="https://example.org/?a=1&amp;b=2">here</a> '
        '<pre><code class="language-python">x = 1</code></pre> <span class="tg-spoiler">secret</span>'
    )
    text, entities = parse_html(source)
    assert text == "here x = 1 secret"
    assert entities[0] == {"type": "text_link", "offset": 0, "length": 4, "url": "https://example.org/?a=1&b=2"}
    assert entities[1] == {"type": "pre", "offset": 5, "length": 5, "language": "python"}
    assert entities[2] == {"type": "spoiler", "offset": 11, "length": 6}


def test_white_space_around_a_message_is_cut_and_entities_move_with_it() -> None:
    text, entities = parse_html("\n  <b> hello </b>\n")
    assert (text, entities) == ("hello", [{"type": "bold", "offset": 0, "length": 5}])


def test_a_link_without_a_web_address_is_shown_as_its_words() -> None:
    assert parse_html('<a href="javascript:alert(1)">click</a>') == ("click", [])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<b>never closed", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<b>x</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("less < more", "Unclosed start tag at byte offset 5"),
        ("<div>x</div>", 'Unsupported start tag "div" at byte offset 0'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_bad_html_is_refused_in_telegrams_words(source: str, said: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {said}"


def test_markdown_is_refused_and_an_unknown_mode_too() -> None:
    with pytest.raises(ApiError, match="reads HTML only"):
        formatted("*x*", "MarkdownV2", None)
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        formatted("x", "bbcode", None)


def test_links_commands_and_mentions_are_found_but_not_inside_code() -> None:
    text, entities = formatted("see https://a.org/x. /help @somebot <code>/start</code>", "HTML", None)
    found = [(e["type"], text[e["offset"] : e["offset"] + e["length"]]) for e in entities]
    assert found == [
        ("url", "https://a.org/x"),
        ("bot_command", "/help"),
        ("mention", "@somebot"),
        ("code", "/start"),
    ]


def test_the_page_gets_html_in_which_nothing_runs() -> None:
    text = "<script>alert(1)</script> & bold 😀 link"
    entities = [
        {"type": "bold", "offset": 28, "length": 4},
        {"type": "text_link", "offset": 33, "length": 7, "url": 'https://a.org/"onclick="x'},
    ]
    assert safe_html(text, entities) == (
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <b>bold</b> "
        '<a href="https://a.org/&quot;onclick=&quot;x" target="_blank" rel="noopener noreferrer">😀 link</a>'
    )
    javascript = [{"type": "text_link", "offset": 0, "length": 8, "url": "javascript:alert(1)"}]
    assert safe_html("click me", javascript) == "click me"


def test_entities_that_cross_still_give_well_formed_html() -> None:
    crossed = [{"type": "bold", "offset": 0, "length": 4}, {"type": "italic", "offset": 2, "length": 4}]
    assert safe_html("abcdef", crossed) == "<b>ab<i>cd</i></b>ef"
