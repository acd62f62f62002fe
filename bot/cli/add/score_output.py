"""Which of a model's outputs holds the scores, and what kind of scores they are, from a few answers of it."""

from collections.abc import Sequence

import numpy as np

from classifiers.card.model import ONE_NUMBER
from classifiers.engines.tensors import Shapes
from classifiers.errors import WrongOutput

_WHY = {
    "probabilities": "they add up to one, for every photo that was drawn",
    "sigmoid": "one number from 0 to 1: the chance of the second label (--scores logit if it is one)",
    "multi_label": "numbers from 0 to 1 that do not add up to one: a probability for each label by itself",
    "logit": "one number, also beyond 0 and 1: the logit of the second label",
    "logits": "any numbers, for photos that were drawn",
}  # what scores may be, the surer guess first


def places_of(outputs: Sequence[np.ndarray], labels: int, *, scores: str | None = None) -> list[int]:
    """Return which outputs may hold the scores, of this kind if it is known. Raises WrongOutput."""
    widths = {at: _width(one) for at, one in enumerate(outputs)}
    wanted = [1] if scores in ONE_NUMBER else [labels]
    if scores is None and labels == 2:
        wanted.append(1)
    fitting = [at for width in wanted for at, its in widths.items() if its == width]
    if not fitting:
        found = ", ".join(f"output {at}: {_side(one.shape[1:])}" for at, one in enumerate(outputs)) + _without(outputs)
        raise WrongOutput(
            expected=f"an output of {wanted[0]} scores, one for each label"
            if wanted[0] > 1
            else "an output of one number",
            found=found,
        )
    return fitting


def guessed(answers: Sequence[Sequence[np.ndarray]], places: Sequence[int], shapes: Shapes) -> tuple[int, str, str]:
    """Return which output holds the scores, their kind, and the reason for that guess. Raises WrongOutput."""
    kinds = {at: _kind(np.stack([answer[at].ravel() for answer in answers]), shapes.outputs[at].scale) for at in places}
    best = min(places, key=lambda at: list(_WHY).index(kinds[at]))
    others = ", ".join(str(at) for at in places if at != best)
    chosen = f"; of output {best}, though output {others} would fit, too (outputs.scores)" if others else ""
    return best, kinds[best], _WHY[kinds[best]] + chosen


def _kind(scores: np.ndarray, step: float) -> str:
    """Return the kind of scores, float (cases, scores), quantised in steps of `step`. Raises WrongOutput."""
    if not np.isfinite(scores).all():
        raise WrongOutput(
            expected="finite numbers",
            found="NaN or infinity for photos that were drawn: its weights are damaged, or it wants another --scaling",
        )
    chances = scores.min() >= -1e-3 and scores.max() <= 1.001
    if scores.shape[1] == 1:
        return "sigmoid" if chances else "logit"
    if chances and (abs(scores.sum(axis=1) - 1) <= 0.02 + step * scores.shape[1]).all():
        return "probabilities"
    sums = scores.sum(axis=1)
    if not chances and scores.min() >= 0 and np.ptp(sums) <= 0.02 * sums.max() and np.ptp(scores, axis=0).any():
        raise WrongOutput(
            expected="probabilities that add up to one",
            found=f"numbers that add up to {sums.mean():.4g} for every photo: divide them by that in the model (--scores "
            "logits where they are none)",
        )
    return "multi_label" if chances else "logits"


def _width(output: np.ndarray) -> int:
    """Return how many numbers there are for one photo; 0 for maps and the like."""
    sides = output.shape[1:] if output.ndim > 1 else ()
    return output.size if output.size == max((1, *sides)) else 0


def _without(outputs: Sequence[np.ndarray]) -> str:
    """Return what to do about outputs without numbers."""
    told = ": scores by label in words (ZipMap) are not read: export them as a tensor, or as TensorFlow Lite"
    return told if any(not one.size for one in outputs) else ""


def _side(shape: tuple[int, ...]) -> str:
    if 0 in shape:
        return "no numbers"
    return f"{shape[0]} numbers" if len(shape) == 1 else f"shape {shape}"
