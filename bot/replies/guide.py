"""How to take a good photo, shown: the card's pictures side by side, each marked as right or wrong, with its words. Pure."""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bot.replies.buttons import Button, Rows
from bot.replies.length import clipped, joined
from bot.replies.taps import GuideTap
from bot.replies.titles import disease_title
from bot.texts import Html, Texts
from classifiers.card import PhotoCard
from classifiers.registry import Registry

_SIDE, _GAP, _DISC = 320, 12, 22  # pixels; the radius of what a number or a mark stands on
_PAPER, _INK = (255, 255, 255), (40, 40, 40)
_RIGHT, _WRONG = (38, 132, 74), (190, 52, 52)
_QUALITY = 88
_LINE = 200  # units of what a picture is about


def guide_caption(card: PhotoCard, texts: Texts) -> Html:
    """Return what the pictures show, a line for each by its number."""
    lines = [
        texts.html(
            "guide.good" if picture.good else "guide.bad",
            number=number,
            words=clipped(texts.localised(picture.words), _LINE),
        )
        for number, picture in enumerate(card.guide, start=1)
    ]
    return joined([texts.html("help.good_photo"), *lines], "\n")


def guide_picture(card: PhotoCard, *, from_right: bool) -> bytes:
    """Return a JPEG with all pictures in a row, the first at the side where the person begins to read. Raises OSError."""
    tiles = [_tile(number, picture.file, good=picture.good) for number, picture in enumerate(card.guide, start=1)]
    if from_right:
        tiles.reverse()
    row = Image.new("RGB", (len(tiles) * (_SIDE + _GAP) - _GAP, _SIDE), _PAPER)
    for at, tile in enumerate(tiles):
        row.paste(tile, (at * (_SIDE + _GAP), 0))
    written = io.BytesIO()
    row.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


def guides(registry: Registry) -> Sequence[PhotoCard]:
    """Return the diseases on offer that show how to take a photo."""
    return [plugin.card for plugin in registry.photo_plugins.values() if plugin.card.guide]


def guide_rows(cards: Sequence[PhotoCard], texts: Texts, *, named: bool) -> Rows:
    """Return the buttons that show how to take a photo; `named` says for what."""
    return tuple((_button(card, texts, named=named),) for card in cards)


def _button(card: PhotoCard, texts: Texts, *, named: bool) -> Button:
    key = "button.guide_for" if named else "button.guide"
    text = texts.plain(key, **({"disease": disease_title(card, texts)} if named else {}))
    return Button(text=text, data=GuideTap(disease=card.id).data)


def numbered(number: int, file: Path, *, side: int) -> Image.Image:
    """Return a picture as a square with its number in a corner. Raises OSError."""
    with Image.open(file) as opened:
        tile = opened.convert("RGB").resize((side, side), Image.Resampling.BILINEAR)
    draw, near = ImageDraw.Draw(tile), _DISC + 8
    draw.ellipse(_around(near, near), fill=_PAPER)
    draw.text((near, near), str(number), fill=_INK, anchor="mm", font=ImageFont.load_default(28))
    return tile


def _tile(number: int, file: Path, *, good: bool) -> Image.Image:
    tile = numbered(number, file, side=_SIDE)
    draw, far = ImageDraw.Draw(tile), _SIDE - _DISC - 8
    draw.ellipse(_around(far, far), fill=_RIGHT if good else _WRONG, outline=_PAPER, width=3)
    strokes = [[(-9, 1), (-3, 8), (10, -8)]] if good else [[(-8, -8), (8, 8)], [(-8, 8), (8, -8)]]
    for stroke in strokes:
        draw.line([(far + x, far + y) for x, y in stroke], fill=_PAPER, width=5, joint="curve")
    return tile


def _around(x: int, y: int) -> tuple[int, int, int, int]:
    return (x - _DISC, y - _DISC, x + _DISC, y + _DISC)
