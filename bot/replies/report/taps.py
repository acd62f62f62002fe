"""The data of the buttons by which a report is put together."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.replies.tap import Tap

_Spot = Annotated[int, Field(ge=1, lt=2**63)]


class ReportSpotTap(Tap):
    """A followed spot is, so far, to be in the report or not; the tap changes that. Or a report of it alone is wanted."""

    kind: ClassVar[str] = "rs"
    spot: _Spot
    state: Literal["in", "out", "alone"]


class ReportTap(Tap):
    """The report with the spots that are chosen is wanted."""

    kind: ClassVar[str] = "report"
    act: Literal["make"]
