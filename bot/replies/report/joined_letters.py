"""A run of letters that join, each drawn as one glyph: so programs that copy or search them find the letters in their order.

Fonts draw a letter and its dots, or a syllable of Hindi, as several glyphs. Programs that read a PDF ask each glyph which letters
it stands for, and put those that run from right to left in order by where they stand; of what is told otherwise (ActualText)
each makes something else. So what is drawn together is put together in the font.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fpdf.enums import TextDirection
from fpdf.fonts import TTFFont
from fpdf.line_break import Fragment

_Part = tuple[str, int, int]  # a glyph's name, and where it stands from where its cluster begins, in units of the font


class JoinedLetters(Fragment):
    """Text of one direction, size and style."""

    def render_with_text_shaping(self, pos_x: float, pos_y: float, h: float, word_spacing: float) -> str:
        """Return the PDF's operator that draws the run where the text stands already."""
        font = self.font
        if not isinstance(font, TTFFont):
            raise TypeError("letters are shaped with a TrueType font alone")
        return f"({''.join(_code(font, *cluster) for cluster in self._clusters(font))}) Tj"

    def _clusters(self, font: TTFFont) -> Iterator[tuple[str, list[_Part], int]]:
        """Yield letters, the glyphs that draw them together and how far on the next ones stand, from left to right.

        A mark on an Arabic letter is told before it, by a glyph of its own that draws nothing: read from the right it is behind.
        """
        text, is_rtl = self.string, self.fragment_direction == TextDirection.RTL
        infos, places = font.perform_harfbuzz_shaping(text, self.font_size_pt, self.text_shaping_parameters)
        ends = dict(pairwise([*sorted({info.cluster for info in infos}), len(text)]))
        for start, pairs in groupby(zip(infos, places, strict=True), key=lambda pair: pair[0].cluster):
            parts, advance = [], 0
            for info, place in pairs:
                name = font.ttfont.getGlyphName(info.codepoint)
                parts.append((name, advance + place.x_offset, place.y_offset))
                advance += place.x_advance
            letters = text[start : ends[start]]
            if is_rtl:
                yield from ((mark, [], 0) for mark in letters[:0:-1])
                letters = _as_drawn(letters[0], parts, font)
            yield letters, parts, advance


def _as_drawn(letter: str, parts: Sequence[_Part], font: TTFFont) -> str:
    """Return a letter, but a bracket as it looks: programs turn it around with the letters around it."""
    if not unicodedata.mirrored(letter):
        return letter
    return next((chr(code) for code, name in font.cmap.items() if name == parts[0][0]), letter)


def _code(font: TTFFont, letters: str, parts: Sequence[_Part], advance: int) -> str:
    """Return the code in the PDF of the one glyph that draws these parts, and tells these letters."""
    name = _glyph(font, parts, advance)
    known = font.subset.get_glyph(
        glyph=font.ttfont.getGlyphID(name),
        unicode=tuple(map(ord, letters)),
        glyph_name=name,
        glyph_width=round(font.scale * advance),
    )
    return font.escape_text(chr(font.subset.pick_glyph(known) or 0))


def _glyph(font: TTFFont, parts: Sequence[_Part], advance: int) -> str:
    """Return the name of a glyph that is made of these parts, which is new in the font where there is none yet."""
    metrics, outlines = font.ttfont["hmtx"], font.ttfont["glyf"]
    if len(parts) == 1 and parts[0][1:] == (0, 0) and metrics[parts[0][0]][0] == advance:
        return parts[0][0]
    name = ".".join(["joined", str(advance), *(f"{part}_{x}_{y}" for part, x, y in parts)])
    if name not in outlines.glyphs:
        pen = TTGlyphPen(outlines)
        for part, x, y in parts:
            pen.addComponent(part, (1, 0, 0, 1, x, y))
        outlines[name] = glyph = pen.glyph()
        glyph.recalcBounds(outlines)
        metrics[name] = advance, glyph.xMin
        font.ttfont.setGlyphOrder(list(outlines.glyphOrder))
    return name
