"""A PDF of single lines of text, drawn by runs of one direction."""

import re
from collections.abc import Sequence
from itertools import groupby

from fpdf import FPDF
from fpdf.line_break import Fragment

from bot.replies.report.joined_letters import JoinedLetters

_SIGNS = re.compile(
    "[\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\N{LEFT-TO-RIGHT ISOLATE}-\N{POP DIRECTIONAL ISOLATE}]+"
)
_JOINING = r"[^\Wاأإآٱدذرزوؤءة]"  # letters that join the next one
_BETWEEN_LETTERS = re.compile(rf"(?<={_JOINING}){_SIGNS.pattern}(?=\w)")


class Document(FPDF):
    """Write in it by `cell`, one line at a time: `multi_cell` shapes a line anew for each of its letters."""

    def _preload_bidirectional_text(self, text: str, markdown: bool) -> Sequence[Fragment]:
        """Return runs of one direction each, without the signs that gave it; fpdf2 parts letters from their marks."""
        parts = super()._preload_bidirectional_text(text, markdown)
        joined = [list(run) for _, run in groupby(parts, key=lambda part: part.fragment_direction)]
        runs = [(run[0], _unsigned("".join(part.string for part in run))) for run in joined]
        return [JoinedLetters(letters, first.graphics_state, first.k) for first, letters in runs if letters]


def _unsigned(run: str) -> str:
    """Return a run without signs of direction; letters that one kept apart do not join."""
    return _SIGNS.sub("", _BETWEEN_LETTERS.sub("\N{ZERO WIDTH NON-JOINER}", run))
