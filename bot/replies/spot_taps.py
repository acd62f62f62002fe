"""The data of the buttons by which spots are followed."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.replies.tap import Entry, Mark, Tap, User, Version

_Place = Annotated[str, Field(pattern=r"^(sides|front|back|none|(front|back)\.[a-z_]{1,20})$")]
_Coin = Annotated[str, Field(pattern=r"^(ask|all|[A-Z]{2}(-[0-9.]{1,6})?)$")]  # classifiers.following.coins
_Page = Annotated[int, Field(ge=0, lt=1000)]


class FollowTap(Tap):
    """The spot whose finding is this journal entry is to be followed; "agree" agrees to what is kept then, too.

    `version` is that of the text that is agreed to; buttons from before it was named have none.
    """

    kind: ClassVar[str] = "follow"
    entry: Entry
    how: Literal["ask", "agree"]
    photo: Mark = ""
    version: Version = ""


class PlaceTap(Tap):
    """The spot of this journal entry is on this side or place of the body, on none that is named, or asked about anew."""

    kind: ClassVar[str] = "place"
    entry: Entry
    at: _Place
    photo: Mark = ""


class SpotsTap(Tap):
    """A page of this person's list of followed spots."""

    kind: ClassVar[str] = "spots"
    owner: User
    page: _Page


class StripTap(Tap):
    """A page of a followed spot's photos, in a message of its own or in place of the page below which the button stands."""

    kind: ClassVar[str] = "strip"
    spot: Entry
    page: _Page
    how: Literal["open", "turn"]


class SpotTap(Tap):
    """What to do with a followed spot: take the next photo for it, ask whether to stop following, stop, or keep it."""

    kind: ClassVar[str] = "spot"
    spot: Entry
    act: Literal["new", "ask", "stop", "keep"]


class SameSpotTap(Tap):
    """The photo of this journal entry shows this followed spot, or not."""

    kind: ClassVar[str] = "same"
    spot: Entry
    entry: Entry
    value: Literal["yes", "no"]
    photo: Mark = ""


class CoinTap(Tap):
    """Which coin lies beside the spot of this journal entry: to be asked by country, by all of them, of one, or this coin."""

    kind: ClassVar[str] = "coin"
    entry: Entry
    at: _Coin
    photo: Mark = ""


class FieldTap(Tap):
    """How many millimetres wide the dermatoscope's field is, through which this entry's spot was photographed; 0: not known."""

    kind: ClassVar[str] = "field"
    entry: Entry
    wide: Annotated[int, Field(ge=0, le=60)]
    photo: Mark = ""
