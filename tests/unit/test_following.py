"""Two photos of a spot: turned, nearer or in other light it is the same; grown, or with a new colour, it is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from classifiers.card import PhotoCard, read_photo_card
from classifiers.card.following import AnotherSpot, Following, Limits
from classifiers.following.change import Change, View, compare, view_of
from classifiers.following.size import Size
from classifiers.lesion.segment import Lesion
from classifiers.photo.decode import Photo
from classifiers.photo.quality import Quality
from classifiers.plugin import Examination
from classifiers.scores import Scores
from classifiers.verdict import Finding

SKIN, BROWN, DARK = (214, 168, 146), (142, 98, 76), (92, 62, 50)
BLUE_GREY = (98, 108, 122)
LIMITS = Following(
    comparable_below=0.2,
    outline_doubt=0.02,
    outline=Limits(same_below=0.06, changed_above=0.1),
    colour=Limits(same_below=8, changed_above=15),
    another_spot=AnotherSpot(colour_scale=20, above=1.5),
)


@pytest.fixture(scope="module")
def card() -> PhotoCard:
    """The skin card with limits that this file chose."""
    shipped = read_photo_card(Path(__file__).parents[2] / "classifiers" / "skin" / "card.yaml")
    return shipped.model_copy(update={"following": LIMITS})


def drawn(
    *, dot: tuple[int, int, int] | None = None, part: bool = False, colour: tuple[int, int, int] = BROWN
) -> Image.Image:
    """Return a photo of a spot with a dark patch off its middle; `dot` is one of another colour, `part` a lump at its edge."""
    photo = Image.new("RGB", (800, 600), SKIN)
    pen = ImageDraw.Draw(photo)
    pen.ellipse((300, 220, 520, 380), fill=colour)
    pen.ellipse((450, 330, 540, 410), fill=colour)
    pen.ellipse((330, 250, 390, 310), fill=DARK)
    if part:
        pen.ellipse((230, 310, 380, 450), fill=colour)
    if dot:
        pen.ellipse((420, 260, 490, 330), fill=dot)
    noise = np.random.default_rng(1).normal(0, 3, (600, 800, 1))
    soft = np.asarray(photo.filter(ImageFilter.GaussianBlur(3))) + noise
    return Image.fromarray(soft.clip(0, 255).astype(np.uint8))


def seen(
    card: PhotoCard, photo: Image.Image, *, size: Size | None = None, label: str = "nv", judged: bool = True
) -> View:
    """Return the view of a photo whose spot is outlined where it is darker than the skin."""
    height, width = card.model.input.size
    small = np.asarray(photo.resize((width, height), Image.Resampling.BOX)).astype(float)
    spot = np.abs(small - np.median(small, axis=(0, 1))).sum(axis=2) > 45
    scores = Scores(probabilities=np.full(8, 0.125, dtype=np.float32))
    finding = Finding(
        disease="skin",
        model="1",
        outcome="sure" if judged else "retake",
        label=label,
        confidence=0.9,
        probabilities={code: 0.93 if code == label else 0.01 for code in card.codes},
        runners_up=(),
        care="routine",
        alarm=False,
        reasons=(),
    )
    lesion = Lesion(levels=255 * spot.astype(np.uint8)) if spot.any() else None
    opened = Photo(image=photo, width=photo.width, height=photo.height)
    fine = Quality(side=600, sharpness=0, light=0.5, contrast=0.2)
    examination = Examination(photo=opened, scores=scores, finding=finding, quality=fine, milliseconds=1, lesion=lesion)
    return view_of(card, examination, size)


def turned(
    photo: Image.Image, angle: float, *, scale: float = 1.0, light: tuple[float, float, float] = (1, 1, 1)
) -> Image.Image:
    """Return another photo of the same: turned against the clock, from nearer or further, in other light."""
    moved = photo.rotate(angle, Image.Resampling.BICUBIC, center=(410, 310), translate=(20, -10), fillcolor=SKIN)
    width, height = round(800 / scale), round(600 / scale)
    left, top = 410 - width // 2 + 15, 310 - height // 2 - 10
    near = moved.crop((left, top, left + width, top + height)) if scale > 1 else moved
    lit = np.asarray(near.resize((800, 600), Image.Resampling.BICUBIC)) * np.array(light)
    return Image.fromarray(lit.clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("angle", [0, 25, 90, 180, -120])
@pytest.mark.parametrize(("scale", "light"), [(1.0, (1, 1, 1)), (1.25, (0.8, 0.8, 0.85)), (1.1, (1.05, 0.95, 0.85))])
def test_the_same_spot_turned_nearer_or_in_other_light_is_not_changed(
    card: PhotoCard, angle: float, scale: float, light: tuple[float, float, float]
) -> None:
    photo = drawn()
    change = compare(card, seen(card, photo), seen(card, turned(photo, angle, scale=scale, light=light)))
    assert (change.outline, change.colour) == ("same", "same")
    assert not change.is_change
    assert not change.perhaps_another
    assert change.registration is not None
    off = np.degrees(change.registration.angle) + angle  # seen against the clock, down is up
    assert (off + 180) % 360 - 180 == pytest.approx(0, abs=3)


def test_a_new_colour_is_a_change_and_named(card: PhotoCard) -> None:
    before, after = drawn(), turned(drawn(dot=BLUE_GREY), 40)
    change = compare(card, seen(card, before), seen(card, after))
    assert (change.colour, change.new_colour) == ("changed", "blue_grey")
    assert change.is_change


def test_a_new_part_at_its_edge_is_a_change(card: PhotoCard) -> None:
    change = compare(card, seen(card, drawn()), seen(card, turned(drawn(part=True), 40)))
    assert change.outline == "changed"
    assert change.is_change


def size(millimetres: float, sd: float = 0.15) -> Size:
    return Size(diameter=millimetres, sd=sd)


@pytest.mark.parametrize(
    ("now", "said", "is_change"), [(6.5, "grew", True), (5.1, "within", False), (3.9, "shrank", False)]
)
def test_growth_is_said_where_both_sizes_are_known_and_it_is_more_than_their_doubt(
    card: PhotoCard, now: float, said: str, is_change: bool
) -> None:
    photo = drawn()
    change = compare(card, seen(card, photo, size=size(5.0)), seen(card, photo, size=size(now)))
    assert (change.size, change.is_change) == (said, is_change)
    assert change.grown == pytest.approx(now - 5.0)
    assert change.plus_minus == pytest.approx(1.96 * 0.15 * np.sqrt(2))


def test_from_nearer_nothing_is_said_of_growth_without_a_coin(card: PhotoCard) -> None:
    photo = drawn()
    change = compare(card, seen(card, photo, size=size(5.0)), seen(card, turned(photo, 0, scale=1.3)))
    assert (change.size, change.grown) == ("unclear", None)


def test_nobody_can_tell_without_limits_without_an_outline_or_of_photos_that_are_too_unlike(card: PhotoCard) -> None:
    photo, plain = drawn(), Image.new("RGB", (800, 600), SKIN)
    nothing = Change()
    assert compare(card, seen(card, photo), seen(card, plain)) == nothing
    assert compare(card, seen(card, photo, judged=False), seen(card, photo)) == nothing
    unknown = card.model_copy(update={"following": None})
    change = compare(unknown, seen(card, photo), seen(card, drawn(dot=BLUE_GREY)))
    assert (change.outline, change.colour, change.perhaps_another) == ("unclear", "unclear", False)
    strict = card.model_copy(update={"following": LIMITS.model_copy(update={"comparable_below": 0.0})})
    change = compare(strict, seen(card, photo), seen(card, drawn(dot=BLUE_GREY)))
    assert (change.outline, change.colour) == ("unclear", "unclear")


def test_of_a_spot_that_a_photo_cuts_off_nothing_is_said_of_its_outline(card: PhotoCard) -> None:
    photo = drawn()
    cut = photo.crop((390, 0, 800, 600))
    assert compare(card, seen(card, photo), seen(card, cut)).outline == "unclear"


def test_another_spot_is_asked_about(card: PhotoCard) -> None:
    other = Image.new("RGB", (800, 600), SKIN)
    pen = ImageDraw.Draw(other)
    pen.ellipse((300, 200, 500, 420), fill=(190, 80, 84))
    pen.ellipse((380, 240, 470, 330), fill=(236, 226, 222))
    assert compare(card, seen(card, drawn()), seen(card, other, label="bcc")).perhaps_another
    assert not compare(card, seen(card, drawn()), seen(card, turned(drawn(dot=BLUE_GREY), 15))).perhaps_another
