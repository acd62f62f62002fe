"""A followed spot on one page: its last photos, what was found in each, what its person said, and what that rests on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.replies.length import clipped
from bot.replies.photo_result import percent
from bot.replies.places import place_name
from bot.replies.report.about_model import about_model
from bot.replies.report.sheet import Block, Picture, Sheet, printed
from bot.replies.titles import title
from bot.texts import Texts
from classifiers.card import CARE, PhotoCard
from classifiers.finding import WORTH_KNOWING
from classifiers.verdict import raised_care

PICTURES = 5  # of a spot's photos; the first is the largest
_LINES = 8  # photos in the table
_POSSIBLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPhoto:
    """One photo of a spot: `size` is millimetres and their uncertainty, `jpeg` None where there is no picture of it."""

    taken: datetime
    jpeg: bytes | None
    model: str
    outcome: str
    label: str
    probabilities: dict[str, float]
    care: str
    symptoms: tuple[str, ...] | None
    size: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedSpot:
    """A spot with its photos, the newest first; `card` is None where its disease is gone."""

    place: str
    disease: str
    card: PhotoCard | None
    since: datetime
    photos: Sequence[ReportedPhoto]


def spot_sheet(spot: ReportedSpot, texts: Texts, *, made: date) -> Sheet:
    """Return a spot's page."""
    disease = clipped(texts.localised(spot.card.title), 60) if spot.card else spot.disease
    last = spot.photos[0]
    blocks = [Block(title=texts.plain("report.last", date=_day(last.taken, texts)), lines=_last(spot, last, texts))]
    if len(spot.photos) > 1:
        blocks.append(_all(spot, texts))
    return Sheet(
        heading=texts.plain("report.heading", place=place_name(spot.place, texts), disease=disease),
        below=texts.plain("report.made", date=texts.formats.date(made.isoformat())),
        pictures=tuple(_picture(photo, texts) for photo in spot.photos[:PICTURES]),
        blocks=(*blocks, about_model(spot.card, last.model, texts)),
    )


def _last(spot: ReportedSpot, photo: ReportedPhoto, texts: Texts) -> tuple[str, ...]:
    """Return all that is known of the newest photo, a line each."""
    followed = texts.plain("report.followed", date=_day(spot.since, texts), photos=len(spot.photos))
    disease = texts.localised(spot.card.title) if spot.card else spot.disease
    outcome = texts.html(f"outcome.{photo.outcome}", label=_title(photo.label, spot.card, texts), disease=disease)
    lines = [followed, printed(outcome), *_possible(photo, spot.card, texts)]
    if care := _care(photo, spot.card):
        lines.append(printed(texts.html(f"care.{care}")))
    if photo.symptoms is not None and spot.card:
        said = [texts.localised(one.title) for one in spot.card.symptoms if one.code in photo.symptoms]
        words = texts.listed(said or [texts.plain("review.no_symptoms")])
        lines.append(printed(texts.html("review.symptoms", list=words)))
    if photo.size:
        lines.append(texts.plain("report.size", **_size(photo.size, texts)))
    return tuple(lines)


def _care(photo: ReportedPhoto, card: PhotoCard | None) -> str:
    """Return how soon to have it seen, which what its person noticed can raise."""
    care = next((one for one in CARE if one == photo.care), None)
    raised, _ = raised_care(card, care, photo.symptoms or ()) if card else (care, ())
    return raised or ""


def _possible(photo: ReportedPhoto, card: PhotoCard | None, texts: Texts) -> list[str]:
    if photo.outcome == "not_this":
        return []
    likeliest = sorted(photo.probabilities.items(), key=lambda one: -one[1])[:_POSSIBLE]
    return [
        printed(texts.html("unsure.possibility", label=_title(code, card, texts), percent=percent(share, texts)))
        for at, (code, share) in enumerate(likeliest)
        if at == 0 or share >= WORTH_KNOWING
    ]


def _all(spot: ReportedSpot, texts: Texts) -> Block:
    """Return the table of all photos: date, finding, size."""
    rows = [
        (
            _day(photo.taken, texts),
            _short(photo, spot.card, texts),
            texts.plain("report.size", **_size(photo.size, texts)) if photo.size else "",
        )
        for photo in spot.photos[:_LINES]
    ]
    more = (texts.plain("report.more"),) if len(spot.photos) > _LINES else ()
    return Block(title=texts.plain("report.all"), lines=more, rows=tuple(rows))


def _short(photo: ReportedPhoto, card: PhotoCard | None, texts: Texts) -> str:
    if photo.outcome != "sure":
        return texts.plain("spots.unclear")
    share = percent(photo.probabilities[photo.label], texts)
    return printed(texts.html("possibility", label=_title(photo.label, card, texts), percent=share))


def _size(size: tuple[float, float], texts: Texts) -> dict[str, str]:
    value, off = (texts.formats.quantity(round(one, 1), "mm") for one in size)
    return {"size": value, "uncertainty": off}


def _picture(photo: ReportedPhoto, texts: Texts) -> Picture:
    day = _day(photo.taken, texts)
    return Picture(jpeg=photo.jpeg, caption=day if photo.jpeg else texts.plain("report.gone", date=day))


def _day(moment: datetime, texts: Texts) -> str:
    return texts.formats.short_date(f"{moment:%Y-%m-%d}")


def _title(code: str, card: PhotoCard | None, texts: Texts) -> str:
    return title(card.label(code), texts) if card and code in card.codes else code
