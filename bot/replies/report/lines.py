"""Texts broken into lines by the widths of their words, which are shaped once each: fpdf2 does it for every letter."""

from collections.abc import Iterator

from fpdf import FPDF
from fpdf.fonts import TTFFont

_POINTS = 100.0  # at which words are measured: widths grow with the size of letters


class Lines:
    """Breaks texts for one document, in one family of fonts."""

    def __init__(self, document: FPDF, family: str) -> None:
        self._pdf, self._family = document, family
        self._widths: dict[tuple[str, str], float] = {}  # of words in mm, by style

    def use(self, points: float, style: str) -> None:
        """Write what comes next in this size and style."""
        self._pdf.set_font(self._family, style, points)

    def of(self, text: str, *, width: float, points: float, style: str) -> Iterator[str]:
        """Yield the lines of a text, each at most `width` mm, but for a single word that is longer."""
        share, space = points / _POINTS, self._width(" ", style)
        line, used = "", 0.0
        for word in self._known(text, style).split(" "):
            long = self._width(word, style)
            if line and (used + space + long) * share > width:
                yield line
                line, used = word, long
            else:
                line, used = (f"{line} {word}", used + space + long) if line else (word, long)
        yield line

    def _width(self, word: str, style: str) -> float:
        if (word, style) not in self._widths:
            self.use(_POINTS, style)
            self._widths[word, style] = self._pdf.get_string_width(word)
        return self._widths[word, style]

    def _known(self, text: str, style: str) -> str:
        """Return the text with "?" for letters that the font lacks: such a gap would pull the others apart."""
        self.use(_POINTS, style)
        font = self._pdf.current_font
        text = text.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")
        return "".join(one if isinstance(font, TTFFont) and ord(one) in font.cmap else "?" for one in text)
