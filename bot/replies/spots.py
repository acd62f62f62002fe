"""Followed spots in words and buttons: where they are on the body, the list, and what stands below a spot's photos. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.replies.buttons import Button, Rows
from bot.replies.coins import coin_button
from bot.replies.length import clipped, joined
from bot.replies.places import SIDES, ZONES, Side, place_name, split
from bot.replies.reminders import remind_button
from bot.replies.report.taps import ReportSpotTap
from bot.replies.spot_taps import FollowTap, PlaceTap, SameSpotTap, SpotsTap, SpotTap, StripTap
from bot.replies.tap import OfPhoto
from bot.texts import Html, Texts
from classifiers.card import PhotoCard
from classifiers.registry import Registry

ON_PAGE = 8  # spots of the list
_TITLE = 60  # units


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotLine:
    """A followed spot as the list shows it: when its last photo was sent, and what that was found to be."""

    spot: int
    place: str
    date: datetime
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoLine:
    """One photo of a spot: `size` is millimetres and their uncertainty, None where no size is known.

    `is_gone` says that Telegram has it no more.
    """

    date: datetime
    finding: str
    size: tuple[float, float] | None
    is_gone: bool


def can_follow(registry: Registry) -> bool:
    """Return whether there is a disease whose photos show spots that can be followed."""
    cards = [entry.card for entry in registry.entries if entry.enabled]
    return any(isinstance(card, PhotoCard) and card.has_spots for card in cards)


def consent_rows(of: OfPhoto, version: str, texts: Texts) -> Rows:
    """Return the button by which a person agrees to this version of what is kept of a spot that is followed."""
    tap = FollowTap(**of._asdict(), how="agree", version=version)
    return ((Button(text=texts.plain("button.follow_agree"), data=tap.data),),)


def side_rows(of: OfPhoto, texts: Texts) -> Rows:
    """Return the choice between front and back, and to name no place."""
    sides = tuple(_place_button(of, side, texts.plain(f"button.place_{side}")) for side in SIDES)
    return (sides, (_place_button(of, "none", texts.plain("button.place_none")),))


def zone_rows(of: OfPhoto, side: Side, texts: Texts) -> Rows:
    """Return a button for each part of the body, numbered as in the picture, limbs in pairs, and the way back."""
    head, trunk, *limbs = _numbered(of, side, tuple(ZONES[side]), texts)
    back = _place_button(of, "sides", texts.plain("button.place_sides"))
    return ((head,), (trunk,), tuple(limbs[:2]), tuple(limbs[2:]), (back,))


def region_rows(of: OfPhoto, zone: str, texts: Texts) -> Rows:
    """Return a button for each region of a part of the body (`front.trunk`), numbered as in the picture, and the way back."""
    side, name = split(zone)
    back = _place_button(of, side, texts.plain("button.place_zones"))
    return (*((one,) for one in _numbered(of, side, ZONES[side][name], texts)), (back,))


def followed_rows(of: OfPhoto, spot: int, texts: Texts) -> Rows:
    """Return what can be done once a spot is followed: look at it, be reminded of it, measure it, or name another place."""
    another = _place_button(of, "sides", texts.plain("button.place_other"))
    return ((show_button(spot, texts), remind_button(spot, texts)), (coin_button(of, texts),), (another,))


def show_button(spot: int, texts: Texts) -> Button:
    """Return the button that shows a spot's photos."""
    return Button(text=texts.plain("button.spot_show"), data=StripTap(spot=spot, page=0, how="open").data)


def spot_list(spots: Sequence[SpotLine], owner: int, page: int, texts: Texts) -> tuple[Html, Rows]:
    """Return one page of the list: a line and a button for each spot, and the ways to the pages before and after."""
    if not spots:
        return texts.html("spots.none"), ()
    last = (len(spots) - 1) // ON_PAGE
    page = min(page, last)
    shown = spots[page * ON_PAGE : (page + 1) * ON_PAGE]
    lines = [
        texts.html("spots.line", command=f"/spot_{one.spot}", place=place_name(one.place, texts), **_seen(one, texts))
        for one in shown
    ]
    names = spot_names(spots, texts)
    buttons = [(Button(text=names[one.spot], data=StripTap(spot=one.spot, page=0, how="open").data),) for one in shown]
    pages = [(page - 1, "button.newer")] * (page > 0) + [(page + 1, "button.older")] * (page < last)
    turns = tuple(Button(text=texts.plain(key), data=SpotsTap(owner=owner, page=to).data) for to, key in pages)
    return joined([texts.html("spots.title"), joined(lines, "\n")]), (*buttons, *([turns] if turns else ()))


def strip_caption(place: str, disease: str, photos: Sequence[PhotoLine], texts: Texts) -> Html:
    """Return what stands below a spot's photos: where it is, and of each the date, the finding, and its size if known."""
    title = texts.html("spots.strip", place=place_name(place, texts), disease=clipped(disease, _TITLE))
    return joined([title, joined((_photo_line(one, texts) for one in photos), "\n")])


def strip_rows(spot: int, owner: int, page: int, *, has_older: bool, texts: Texts) -> Rows:
    """Return what can be done with a spot: a new photo, a reminder, older photos, the list, to stop following it."""
    turns = [(page - 1, "button.newer")] * (page > 0) + [(page + 1, "button.older")] * has_older
    return (
        *([tuple(_strip_button(spot, to, texts.plain(key)) for to, key in turns)] if turns else ()),
        (_spot_button(spot, "new", texts), remind_button(spot, texts)),
        (Button(text=texts.plain("button.spot_all"), data=SpotsTap(owner=owner, page=0).data),),
        (Button(text=texts.plain("report.alone"), data=ReportSpotTap(spot=spot, state="alone").data),),
        (_spot_button(spot, "ask", texts),),
    )


def stop_rows(spot: int, texts: Texts) -> Rows:
    """Return the two answers to whether to stop following a spot."""
    return ((_spot_button(spot, "stop", texts),), (_spot_button(spot, "keep", texts),))


def same_spot_rows(spot: int, of: OfPhoto, texts: Texts) -> Rows:
    """Return the two answers to whether a photo shows a followed spot."""
    return (
        (Button(text=texts.plain("button.same_yes"), data=SameSpotTap(spot=spot, **of._asdict(), value="yes").data),),
        (Button(text=texts.plain("button.same_no"), data=SameSpotTap(spot=spot, **of._asdict(), value="no").data),),
    )


def added_rows(spot: int, of: OfPhoto | None, texts: Texts) -> Rows:
    """Return what can be done with a photo that was added to a spot: see them all, measure it, or take it out again."""
    if of is None:
        return ((show_button(spot, texts),),)
    other = SameSpotTap(spot=spot, **of._asdict(), value="no").data
    return (
        (show_button(spot, texts),),
        (coin_button(of, texts),),
        (Button(text=texts.plain("button.same_other"), data=other),),
    )


def _photo_line(photo: PhotoLine, texts: Texts) -> Html:
    parts = dict(_seen(photo, texts))
    if photo.size is not None:
        size, off = (texts.formats.quantity(round(value, 1), "mm") for value in photo.size)
        parts["finding"] = texts.plain("spots.with_size", finding=parts["finding"], size=size, uncertainty=off)
    return texts.html("spots.photo_gone" if photo.is_gone else "spots.photo", **parts)


def _seen(one: SpotLine | PhotoLine, texts: Texts) -> dict[str, str]:
    return {"date": texts.formats.short_date(f"{one.date:%Y-%m-%d}"), "finding": clipped(one.finding, _TITLE)}


def spot_names(spots: Sequence[SpotLine], texts: Texts) -> dict[int, str]:
    """Return what each spot is called on a button; of those at one place with photos of one day the command is named, too."""
    alike = Counter((one.place, one.date.date()) for one in spots)
    return {one.spot: _name(one, texts, is_alike=alike[one.place, one.date.date()] > 1) for one in spots}


def _name(one: SpotLine, texts: Texts, *, is_alike: bool) -> str:
    facts = {
        "place": place_name(one.place, texts),
        "date": texts.formats.short_date(f"{one.date:%Y-%m-%d}"),
    }
    if is_alike:
        return texts.plain("button.spot_alike", command=f"/spot_{one.spot}", **facts)
    return texts.plain("button.spot", **facts)


def _numbered(of: OfPhoto, side: Side, names: Sequence[str], texts: Texts) -> list[Button]:
    said = [(number, name, texts.plain(f"place.{name}")) for number, name in enumerate(names, start=1)]
    return [
        _place_button(of, f"{side}.{name}", texts.plain("button.place_region", number=number, region=region))
        for number, name, region in said
    ]


def _place_button(of: OfPhoto, at: str, text: str) -> Button:
    return Button(text=text, data=PlaceTap(**of._asdict(), at=at).data)


def _strip_button(spot: int, page: int, text: str) -> Button:
    return Button(text=text, data=StripTap(spot=spot, page=page, how="turn").data)


def _spot_button(spot: int, act: str, texts: Texts) -> Button:
    tap = SpotTap.from_parts([str(spot), act])
    return Button(text=texts.plain(f"button.spot_{act}"), data=tap.data if tap else None)
