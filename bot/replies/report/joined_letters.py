"""A run of letters that join, drawn so that programs which copy them get letters and not the shapes they are drawn with."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from fpdf.fonts import TTFFont
from fpdf.line_break import Fragment


class NoLetters(tuple[int, ...]):
    """What a shape says that is only a part of a letter, as its dots: nothing, but not empty.

    fpdf2 leaves what is empty out of the table of letters, and programs that look there in vain show the shape's number.
    """

    def __iter__(self) -> Iterator[int]:
        """Yield no letter."""
        return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """One shape: its code in the PDF, how far on the next one is, and how far from its place it stands; in 1/1000 of a size."""

    code: str
    advance: float
    x: float
    y: float
    is_plain: bool  # stands where the one before ends, and is as wide as the font says

    def at(self, x: float, y: float, size: float) -> str:
        """Return what draws it at a place in points."""
        return f"1 0 0 1 {x + self.x * size:.2f} {y + self.y * size:.2f} Tm ({self.code}) Tj"


class JoinedLetters(Fragment):
    """Text of one direction, size and style. What several shapes draw together is told as the letters it was (ActualText)."""

    def render_with_text_shaping(self, pos_x: float, pos_y: float, h: float, word_spacing: float) -> str:
        """Return the PDF's operators that draw the run at a place in mm from the top left of a page `h` mm high."""
        x, y, size = pos_x * self.k, (h - pos_y) * self.k, self.font_size_pt / 1000
        drawn, plain = [], ""
        for letters, shapes in self._clusters():
            if len(shapes) == 1 and shapes[0].is_plain:
                plain += shapes[0].code
                x += shapes[0].advance * size
                continue
            if plain:
                drawn.append(f"({plain}) Tj")
                plain = ""
            end = x + sum(shape.advance for shape in shapes) * size
            drawn += [_together(letters, shapes, x, y, size), f"1 0 0 1 {end:.2f} {y:.2f} Tm"]
            x = end
        return " ".join([*drawn, f"({plain}) Tj"] if plain else drawn)

    def _clusters(self) -> Iterator[tuple[str, list[_Shape]]]:
        """Yield letters and the shapes that draw them together, from left to right."""
        font, text = self.font, self.string
        if not isinstance(font, TTFFont):
            raise TypeError("letters are shaped with a TrueType font alone")
        infos, places = font.perform_harfbuzz_shaping(text, self.font_size_pt, self.text_shaping_parameters)
        ends = dict(pairwise([*sorted({info.cluster for info in infos}), len(text)]))
        for start, pairs in groupby(zip(infos, places, strict=True), key=lambda pair: pair[0].cluster):
            facts = [(info.codepoint, place.x_advance, place.x_offset, place.y_offset) for info, place in pairs]
            widest, letters = max(range(len(facts)), key=lambda at: facts[at][1]), text[start : ends[start]]
            yield letters, [_shape(font, letters if at == widest else "", *one) for at, one in enumerate(facts)]


def _shape(font: TTFFont, letters: str, glyph: int, advance: int, x: int, y: int) -> _Shape:
    name = font.ttfont.getGlyphName(glyph)
    width = round(font.scale * font.ttfont["hmtx"].metrics[name][0])
    told = tuple(map(ord, letters)) or NoLetters((0,))
    known = font.subset.get_glyph(glyph=glyph, unicode=told, glyph_name=name, glyph_width=width)
    code = font.subset.pick_glyph(known) or 0
    is_plain = (x, y) == (0, 0) and round(font.scale * advance) == width
    advance_, x_, y_ = (font.scale * one for one in (advance, x, y))
    return _Shape(code=font.escape_text(chr(code)), advance=advance_, x=x_, y=y_, is_plain=is_plain)


def _together(letters: str, shapes: list[_Shape], x: float, y: float, size: float) -> str:
    """Return what draws shapes at their places, the one that tells the letters first: readers take the place of that one."""
    drawn = []
    for shape in shapes:
        drawn.append((shape.advance, shape.at(x, y, size)))
        x += shape.advance * size
    ordered = [one for _, one in sorted(drawn, key=lambda one: -one[0])]
    if len(shapes) == 1:
        return ordered[0]
    told = letters.encode("utf-16-be").hex()
    return " ".join([f"/Span <</ActualText <FEFF{told}>>> BDC", *ordered, "EMC"])
