"""What becomes of rashes of a kind that the gate never saw: it is learnt again without each of them.

The gate that ships learns from all photos of rashes there are, so that what it says of them itself proves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

from classifiers.card import PhotoCard
from classifiers.card.photo_card import SingleLesion
from classifiers.photo.open import open_photo
from classifiers.photo.quality import measure
from classifiers.plugin import PhotoPlugin, outlined, scored
from classifiers.resize import to_input
from classifiers.verdict import Finding, conclude
from training.data import LabelledPhoto
from training.gates.limits import of_not_this
from training.gates.material import GateMaterial
from training.gates.rash_probe import with_rashes

FOLDS = 5
KINDS, ALL = "rashes of kinds that were left out", "rashes, when none was learnt from but drawn ones"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """What a gate says that was learnt without a photo: what was left out, its output, and the decision chosen with it."""

    photo: LabelledPhoto
    without: str
    not_this: float
    decision: dict[str, Any]


def judge_unseen(strange: keras.Model, material: GateMaterial) -> tuple[Unseen, ...]:
    """Return what gates say of each photo of a rash that learnt without its kind, and without any."""
    kinds = sorted({photo.group for photo in material.rash_photos})
    fold = np.array([kinds.index(photo.group) % FOLDS for photo in material.rash_photos], dtype=int)
    found = [one for at in np.unique(fold) for one in _judged(strange, material, fold == at, KINDS)]
    return (*found, *_judged(strange, material, fold >= 0, ALL))


def findings(plugin: PhotoPlugin, unseen: Sequence[Unseen]) -> list[Finding]:
    """Return the findings of the photos, each by the gate that never saw it and all else as it ships."""
    return [_finding(plugin, one) for one in unseen]


def _judged(strange: keras.Model, material: GateMaterial, without: np.ndarray, how: str) -> list[Unseen]:
    if not without.any():
        return []
    net = with_rashes(strange, material, without=without)
    decision = of_not_this(net, material)
    first = {row: at for at, row in reversed(list(enumerate(material.rashes.of.row)))}
    rows = np.flatnonzero(without)
    said = np.asarray(net(material.rashes.features[[first[row] for row in rows]], training=False))[:, 0]
    return [
        Unseen(photo=material.rash_photos[row], without=how, not_this=float(one), decision=decision)
        for row, one in zip(rows, said, strict=True)
    ]


def _finding(plugin: PhotoPlugin, unseen: Unseen) -> Finding:
    spec = plugin.card.model.input
    photo = open_photo(unseen.photo.path.read_bytes(), least=2 * max(spec.size))
    pixels = to_input(photo.image, spec.size, spec.resize)
    scores = replace(scored(plugin, pixels), not_this=unseen.not_this)
    card = _decided(plugin.card, unseen.decision)
    return conclude(card, scores, measure(pixels, side=min(photo.width, photo.height)), outlined(card, scores))


def _decided(card: PhotoCard, decision: dict[str, Any]) -> PhotoCard:
    """Return the card with these keys of its decision."""
    changed = decision | {"single_lesion": SingleLesion.model_validate(decision["single_lesion"])}
    return card.model_copy(update={"decision": card.decision.model_copy(update=changed)})
