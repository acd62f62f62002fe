"""What a card's labels tend to look like: its drawings side by side, each with its label's name, page and words. Pure."""

import html
import io
from collections.abc import Sequence

from PIL import Image

from bot.replies.buttons import Button, Rows
from bot.replies.guide import numbered
from bot.replies.length import clipped, joined
from bot.replies.own_words import SENTENCE
from bot.replies.taps import ExamplesTap
from bot.replies.titles import disease_title, title
from bot.texts import Html, Texts
from classifiers.card import PhotoCard
from classifiers.registry import Registry

_SIDE, _GAP, _IN_ROW = 240, 12, 4  # pixels of a drawing and between them
_PAPER = (255, 255, 255)
_QUALITY = 88
_WORDS = 60  # units of what a drawing shows


def examples_caption(card: PhotoCard, texts: Texts) -> Html:
    """Return that these are drawings, how to read them, and a line for each: number, label linked to its page, words."""
    lines = []
    for number, example in enumerate(card.examples, start=1):
        label = card.label(example.code)
        lines.append(
            texts.html(
                "guide.example",
                number=number,
                link=Html(html.escape(texts.own(label.links))),
                label=title(label, texts),
                words=clipped(texts.localised(example.words), _WORDS),
            )
        )
    read = card.words.drawn
    how = texts.html("guide.examples")
    if read is not None:
        how = joined([how, Texts.escaped(clipped(texts.localised(read), SENTENCE))], " ")
    return joined([how, *lines], "\n")


def examples_picture(card: PhotoCard, *, from_right: bool) -> bytes:
    """Return a JPEG with all drawings, numbered in the direction in which the person reads. Raises OSError."""
    rows = -(-len(card.examples) // _IN_ROW)
    step = _SIDE + _GAP
    sheet = Image.new("RGB", (_IN_ROW * step - _GAP, rows * step - _GAP), _PAPER)
    for at, example in enumerate(card.examples):
        across = at % _IN_ROW
        across = _IN_ROW - 1 - across if from_right else across
        sheet.paste(numbered(at + 1, example.file, side=_SIDE), (across * step, at // _IN_ROW * step))
    written = io.BytesIO()
    sheet.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


def example_rows(registry: Registry, texts: Texts, *, named: bool) -> Rows:
    """Return the buttons that show what labels look like, one for each disease that has drawings; `named` says of which."""
    cards: Sequence[PhotoCard] = [plugin.card for plugin in registry.photo_plugins.values() if plugin.card.examples]
    return tuple((_button(card, texts, named=named),) for card in cards)


def _button(card: PhotoCard, texts: Texts, *, named: bool) -> Button:
    key = "button.examples_for" if named else "button.examples"
    text = texts.plain(key, **({"disease": disease_title(card, texts)} if named else {}))
    return Button(text=text, data=ExamplesTap(disease=card.id).data)
