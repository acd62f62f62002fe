"""The part of a photo card about a spot over time: from where on a difference between two photos is a change."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from classifiers.card.checks import Fault
from classifiers.card.common import Share, Strict

Positive = Annotated[float, Field(ge=0)]


class Limits(Strict):
    """Of one kind of difference (`classifiers.following.differences`): above the one it changed, below the other it did not."""

    same_below: Positive
    changed_above: Positive


class AnotherSpot(Strict):
    """When the person is asked whether it is the same spot: where colours / colour_scale + labels exceed the limit."""

    colour_scale: Annotated[float, Field(gt=0)]  # by how much the colours of two spots differ, typically
    above: Positive


class Following(Strict):
    """Chosen on repeated photos of the same lesions by `training.following`, never by hand."""

    comparable_below: Positive  # of what is seen: two photos that are more unlike say nothing of a change
    outline_doubt: Share  # the standard deviation of a diameter by the outline alone, as a share of it
    outline: Limits
    colour: Limits
    another_spot: AnotherSpot


def following_faults(card: Any) -> Iterator[Fault]:
    """Yield limits that contradict each other, and limits for a model that draws no outline."""
    if card.following is None:
        return
    if card.model and card.model.outputs and card.model.outputs.outline is None:
        yield "following", "the model has no output outline"
    for kind in ("outline", "colour"):
        limits = getattr(card.following, kind)
        if (
            limits
            and None not in (limits.same_below, limits.changed_above)
            and limits.same_below > limits.changed_above
        ):
            yield f"following.{kind}", "same_below is more than changed_above"
