"""One line of the table that the suite prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was tried, what came out, what is wanted, and whether it is so."""

    what: str
    figure: str
    wanted: str
    met: bool
