"""A model's outputs become scores, each checked against the card: shape, range and finiteness."""

from collections.abc import Sequence

import numpy as np

from classifiers.card import Card, FormCard, PhotoCard
from classifiers.card.model import MULTI_LABEL, ONE_NUMBER
from classifiers.errors import WrongOutput
from classifiers.scores import Scores


def scores_of(outputs: Sequence[np.ndarray], card: PhotoCard, *, step: float = 0.0) -> Scores:
    """Return the scores in a model's outputs, float (1, …) each. Raises WrongOutput.

    `step` is the quantisation step of the scores, 0 if they are not quantised: each may be off by that much.
    """
    places = card.model.outputs
    return Scores(
        probabilities=probabilities(output(outputs, places.scores), card, step=step),
        class_maps=None if places.class_maps is None else _class_maps(output(outputs, places.class_maps), card),
        not_this=None if places.not_this is None else _not_this(output(outputs, places.not_this)),
        retake=None if places.retake is None else _retake(output(outputs, places.retake), card),
        outline=None if places.outline is None else _outline(output(outputs, places.outline)),
    )


def form_scores_of(outputs: Sequence[np.ndarray], card: FormCard) -> Scores:
    """Return the scores in the outputs of a form's model, float (1, …) each. Raises WrongOutput."""
    return Scores(probabilities=probabilities(output(outputs, card.model.outputs.scores), card))


def output(outputs: Sequence[np.ndarray], number: int) -> np.ndarray:
    """Return one output of the one case, float32 and finite. Raises WrongOutput."""
    if number >= len(outputs):
        raise WrongOutput(expected=f"an output {number}", found=f"{len(outputs)} outputs")
    raw = outputs[number] if outputs[number].ndim else outputs[number].reshape(1)
    if raw.ndim < 1 or raw.shape[0] != 1:
        raise WrongOutput(expected="an answer for one photo", found=f"shape {raw.shape}")
    if not np.isfinite(raw).all():
        raise WrongOutput(expected="finite numbers", found=f"output {number} with others")
    return np.asarray(raw[0], dtype=np.float32)


def probabilities(raw: np.ndarray, card: Card, *, step: float = 0.0) -> np.ndarray:
    """Return float32 (labels,) that sum to one, of scores as the card says they are. Raises WrongOutput."""
    expected = 1 if card.model.scores in ONE_NUMBER else len(card.labels)
    if raw.size != expected or raw.size != max((1, *raw.shape)):  # sides of one, as of pooled maps, are nothing
        raise WrongOutput(expected=f"{expected} scores", found=f"shape {raw.shape}")
    raw = raw.reshape(expected)
    if card.model.scores in MULTI_LABEL:
        return _each_by_itself(raw, logits=card.model.scores == "multi_label_logits")
    if card.model.scores == "logit":
        chance = _each_by_itself(raw, logits=True)
        return np.asarray([1 - chance[0], chance[0]], dtype=np.float32)
    if card.model.scores == "logits":
        raised = np.exp(raw - raw.max())
        return np.asarray(raised / raised.sum(), dtype=np.float32)
    p = np.array([1 - raw[0], raw[0]], dtype=np.float32) if card.model.scores == "sigmoid" else raw
    if p.min() < -1e-3 or abs(p.sum() - 1) > 0.02 + step * len(p):
        raise WrongOutput(expected="probabilities that sum to one", found=f"{_listed(p)}{_why(p)}")
    return np.asarray(p.clip(0, 1) / p.clip(0, 1).sum(), dtype=np.float32)


def _each_by_itself(raw: np.ndarray, *, logits: bool) -> np.ndarray:
    """Return a probability for each label by itself, float32 (labels,). Raises WrongOutput."""
    p = 1 / (1 + np.exp(-raw.astype(np.float64).clip(-60, 60))) if logits else raw
    if p.min() < -1e-3 or p.max() > 1 + 1e-3:
        raise WrongOutput(expected="a probability for each label by itself", found=f"{_listed(raw)}: logits?")
    return np.asarray(p.clip(0, 1), dtype=np.float32)


def _class_maps(raw: np.ndarray, card: PhotoCard) -> np.ndarray:
    """Return where the model saw each label, float32 (height, width, labels). Raises WrongOutput."""
    labels = len(card.labels)
    if raw.ndim != 3 or raw.shape[2] != labels:
        raise WrongOutput(expected=f"class maps of height, width and {labels} labels", found=f"shape {raw.shape}")
    return raw


def _not_this(raw: np.ndarray) -> float:
    """Return how unlike its training photos the model finds the photo. Raises WrongOutput."""
    if raw.size != 1:
        raise WrongOutput(expected="one number for not_this", found=f"shape {raw.shape}")
    return float(raw.item())


def _retake(raw: np.ndarray, card: PhotoCard) -> np.ndarray:
    """Return how bad the photo is, float32, a number for each limit in the card. Raises WrongOutput."""
    limits = len(card.decision.retake_above or {})
    if raw.shape != (limits,):
        raise WrongOutput(expected=f"{limits} numbers for retake, one for each limit", found=f"shape {raw.shape}")
    return raw


def _outline(raw: np.ndarray) -> np.ndarray:
    """Return the probability of lesion at each place, float32 (height, width). Raises WrongOutput."""
    chance = raw[..., 0] if raw.ndim == 3 and raw.shape[2] == 1 else raw
    if chance.ndim != 2 or not chance.size:
        raise WrongOutput(expected="an outline of height and width", found=f"shape {raw.shape}")
    if chance.min() < -1e-3 or chance.max() > 1 + 1e-3:
        raise WrongOutput(
            expected="an outline of chances from 0 to 1",
            found=f"{float(chance.min()):.3g} to {float(chance.max()):.3g}",
        )
    return np.asarray(chance.clip(0, 1))


def _listed(p: np.ndarray) -> str:
    more = ", …" if len(p) > 8 else ""
    return f"[{', '.join(f'{share:.3g}' for share in p[:8])}{more}]"


def _why(p: np.ndarray) -> str:
    if p.min() >= 0 and p.max() <= 1 and len(p) > 2:
        return (
            ": each label by itself; a multi-label model, whose labels do not exclude each other (scores: multi_label)?"
        )
    return ": logits?" if p.min() < 0 or p.max() > 1 else ""
