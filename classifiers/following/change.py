"""What changed between two photos of a spot, or that nobody can tell; and whether it is the same spot at all."""

from dataclasses import dataclass
from typing import Literal

from classifiers.card import PhotoCard
from classifiers.card.following import AnotherSpot, Following, Limits
from classifiers.following.differences import Differences, differences
from classifiers.following.patch import Patch, patch_of
from classifiers.following.registration import Registration, register
from classifiers.following.size import Size, difference_of
from classifiers.plugin import Examination

Verdict = Literal["changed", "same", "unclear"]
SizeVerdict = Literal["grew", "shrank", "within", "unclear"]  # within: less than can be measured


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is compared of one photo. `patch` is None where no lesion is outlined, `size` where nothing gives a scale."""

    patch: Patch | None
    probabilities: dict[str, float]
    size: Size | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed from an earlier photo to a later one. `registration` is None where one of them shows no outlined lesion."""

    outline: Verdict = "unclear"
    colour: Verdict = "unclear"
    new_colour: str | None = None  # of `lesion.colours.COLOURS`, where the colours changed
    size: SizeVerdict = "unclear"
    grown: float | None = None  # mm, negative if it shrank; None where a size is not known
    plus_minus: float | None = None  # mm: half the 95 % interval of `grown`
    perhaps_another: bool = False  # so unlike that it may be another spot
    registration: Registration | None = None
    is_limited: bool = False  # whether the card has limits, so that `perhaps_another` says something

    @property
    def is_change(self) -> bool:
        """Return whether something changed that a doctor should see: that it shrank alone is not."""
        return "changed" in {self.outline, self.colour} or self.size == "grew"


def view_of(card: PhotoCard, examination: Examination, size: Size | None = None) -> View:
    """Return what is compared of a photo."""
    judged = examination.finding.is_judged
    return View(
        patch=patch_of(card, examination) if judged else None,
        probabilities=examination.finding.probabilities,
        size=size,
    )


def compare(card: PhotoCard, before: View, after: View) -> Change:
    """Return what changed by the limits of the card; without limits, or without two outlines, nobody can tell."""
    size, grown, plus_minus = size_change(before.size, after.size)
    if before.patch is None or after.patch is None:
        return Change(size=size, grown=grown, plus_minus=plus_minus)
    over = register(before.patch, after.patch)
    found = differences(before.patch, after.patch, over, (before.probabilities, after.probabilities))
    limits = card.following
    outline, colour = verdicts(found, limits, cut=before.patch.cut or after.patch.cut)
    return Change(
        outline=outline,
        colour=colour,
        new_colour=found.new_colour if colour == "changed" else None,
        size=size,
        grown=grown,
        plus_minus=plus_minus,
        perhaps_another=limits is not None and asks(found, limits.another_spot),
        registration=over,
        is_limited=limits is not None,
    )


def verdicts(found: Differences, limits: Following | None, *, cut: bool) -> tuple[Verdict, Verdict]:
    """Return what the differences of outline and colours mean; nobody can tell without limits, or of photos too unlike.

    `cut`: the edge of a photo cuts the lesion off, so that its outline is not known.
    """
    if limits is None or found.sight > limits.comparable_below:
        return "unclear", "unclear"
    return "unclear" if cut else _verdict(found.outline, limits.outline), _verdict(found.colour, limits.colour)


def _verdict(difference: float, limits: Limits) -> Verdict:
    if difference > limits.changed_above:
        return "changed"
    return "same" if difference < limits.same_below else "unclear"


def asks(found: Differences, limits: AnotherSpot) -> bool:
    """Return whether the two are so unlike, in colours and labels, that the person is asked if they are the same spot."""
    return otherness(found, colour_scale=limits.colour_scale) > limits.above


def otherness(found: Differences, *, colour_scale: float) -> float:
    """Return how much two photos look like two spots: colours tell those of a dermatoscope apart, labels those of a phone."""
    return found.colour / colour_scale + found.labels


def size_change(before: Size | None, after: Size | None) -> tuple[SizeVerdict, float | None, float | None]:
    """Return whether a spot grew, by how many millimetres, and half the 95 % interval of that."""
    if before is None or after is None:
        return "unclear", None, None
    grown, plus_minus = difference_of(before, after)
    if abs(grown) <= plus_minus:
        return "within", grown, plus_minus
    return ("grew" if grown > 0 else "shrank"), grown, plus_minus
