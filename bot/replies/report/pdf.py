"""Pages laid out as a PDF: A4, in black, in the fonts and the direction of a language; nothing is written to a disk."""

import io
from collections.abc import Sequence
from pathlib import Path

from fpdf.enums import Align

from bot.replies.report.document import Document
from bot.replies.report.lines import Lines
from bot.replies.report.sheet import Block, Picture, Sheet
from bot.texts import Texts

FONTS = Path(__file__).parent / "fonts"
_FAMILIES = {
    "ar": "NotoSansArabic",
    "hi": "NotoSansDevanagari",
}  # with Latin letters; all other languages have NotoSans
_STYLES = {"": "Regular", "B": "Bold"}
_MARGIN, _WIDTH, _BOTTOM = 15.0, 180.0, 282.0  # mm
_LARGE, _SMALL, _GAP = 78.0, 46.0, 4.0  # mm: the sides of the first picture and of the others, and what is between
_SIZE, _LINE = 9.5, 4.9  # points of a letter, and mm from line to line
_SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)  # of letters and pictures, until all fits on one page


def pdf_of(sheets: Sequence[Sheet], texts: Texts, *, title: str) -> bytes:
    """Return the PDF with one page for each sheet."""
    document = _document(texts)
    document.set_title(title)
    lines = Lines(document, _family(texts))
    for sheet in sheets:
        drafts = (_Page(document, lines, texts, scale, is_draft=True) for scale in _SCALES)
        scale = next((draft.scale for draft in drafts if draft.draw(sheet) <= _BOTTOM), _SCALES[-1])
        document.add_page()
        _Page(document, lines, texts, scale).draw(sheet)
    return bytes(document.output())


def _document(texts: Texts) -> Document:
    document = Document(format="A4")
    family = _family(texts)
    for style, name in _STYLES.items():
        document.add_font(family, style, FONTS / f"{family}-{name}.ttf")
    if family in _FAMILIES.values():  # whose letters join; it takes longer
        document.set_text_shaping(True, direction="rtl" if texts.formats.is_rtl else "ltr")
    document.set_auto_page_break(False)
    document.c_margin = 0
    return document


def _family(texts: Texts) -> str:
    return _FAMILIES.get(texts.lang, "NotoSans")


class _Page:
    """Draws one sheet from the top down; a draft is only measured."""

    def __init__(self, document: Document, lines: Lines, texts: Texts, scale: float, *, is_draft: bool = False) -> None:
        self.scale = scale
        self._pdf, self._lines, self._is_draft = document, lines, is_draft
        self._is_rtl = texts.formats.is_rtl

    def draw(self, sheet: Sheet) -> float:
        """Return where it ends, in mm from the top."""
        y = self._text(_MARGIN, sheet.heading, size=1.7, style="B")
        y = self._text(y, sheet.below)
        if sheet.pictures:
            y = self._pictures(y + 2, sheet.pictures)
        for block in sheet.blocks:
            y = self._block(y + 2.5 * self.scale, block)
        return y

    def _block(self, y: float, block: Block) -> float:
        y = self._text(y, block.title, size=1.1, style="B")
        if not self._is_draft:
            self._pdf.set_line_width(0.2)
            self._pdf.line(_MARGIN, y, _MARGIN + _WIDTH, y)
        y += 0.8
        for line in block.lines:
            y = self._text(y, line)
        for row in block.rows:
            y = self._row(y, row)
        return y

    def _row(self, y: float, cells: Sequence[str]) -> float:
        """Draw cells side by side, the first one at the side on which lines begin; the row is as high as the highest."""
        width = _WIDTH / len(cells)
        return max(self._text(y, cell, left=at * width, width=width - 2) for at, cell in enumerate(cells))

    def _pictures(self, top: float, pictures: Sequence[Picture]) -> float:
        """Draw the first picture large and up to four others beside it, in two rows."""
        large, small, gap = (side * self.scale for side in (_LARGE, _SMALL, _GAP))
        lowest = self._picture(top, pictures[0], 0.0, large)
        for at in range(1, min(len(pictures), 5), 2):
            pair = pictures[at : min(at + 2, 5)]
            lefts = [large + gap + place * (small + gap) for place in range(len(pair))]
            bottoms = [self._picture(top, one, left, small) for one, left in zip(pair, lefts, strict=True)]
            top = max(bottoms) + gap / 2
            lowest = max(lowest, *bottoms)
        return lowest

    def _picture(self, top: float, picture: Picture, left: float, side: float) -> float:
        """Draw a picture in a square, with its caption below."""
        if not self._is_draft:
            x = self._x(left, side)
            if picture.jpeg:
                self._pdf.image(io.BytesIO(picture.jpeg), x, top, side, side, keep_aspect_ratio=True)
            self._pdf.set_line_width(0.1)
            self._pdf.rect(x, top, side, side)
        return self._text(top + side + 0.5, picture.caption, left=left, width=side, size=0.9)

    def _text(
        self, y: float, text: str, *, left: float = 0.0, width: float = _WIDTH, size: float = 1.0, style: str = ""
    ) -> float:
        """Draw a text in lines no longer than `width`, and return where they end; what goes beyond the page is left out."""
        points, height = _SIZE * size * self.scale, _LINE * size * self.scale
        for line in self._lines.of(text, width=width, points=points, style=style):
            if not self._is_draft and y + height <= _BOTTOM + 1:
                self._lines.use(points, style)
                self._pdf.set_xy(self._x(left, width), y)
                self._pdf.cell(width, height, line, align=Align.R if self._is_rtl else Align.L)
            y += height
        return y

    def _x(self, left: float, width: float) -> float:
        """Return where something begins that is so far from the side on which lines begin."""
        return _MARGIN + (_WIDTH - left - width if self._is_rtl else left)
