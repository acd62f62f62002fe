"""The two gates: is it a photo of a spot, and can it be judged? Two small heads on features that are computed anyway.

They learn from training photos, whole, turned and spoiled, and from pictures drawn for the purpose (`strangers`).
Their limits are chosen on validation photos and one half of some everyday photos, of which nothing is learnt.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np

from classifiers.photo.quality import measure
from training.data import LABELS, LabelledPhoto
from training.export import Head
from training.gates import pictures
from training.gates.degraded import KINDS
from training.gates.features import FeatureExtractor, head, learn
from training.gates.pictures import Pictures
from training.gates.targets import CODES, not_this, retake
from training.gates.thresholds import half_wrong, limit
from training.pixels import decode

# Half as much of `not_this` let more of the everyday photos through that limits are chosen on.
LOST = {"not_this": 0.008, "blurred": 0.002, "dark": 0.0005, "bright": 0.0005, "flat": 0.001}  # of good photos


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """How many pictures are made, and how long is learnt from them."""

    lesions: int = 2000
    strangers: int = 3400
    plain: int = 900
    degraded: int = 3200
    validated: int = 1600  # spoiled validation photos
    good: int = 4000  # validation photos at most
    epochs: int = 25
    hidden: int = 48
    each: int = 100  # test pictures of each kind, for the report


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """What the served model and its card get; and of each kind of spoiling the share of its range from where on the
    network is wrong more often than right."""

    heads: tuple[Head, ...]
    decision: dict[str, object]
    wrong_from: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedFeatures:
    """Pictures as the network sees them, their pixels let go: logits float32 (n, labels), features float32 (n, features)."""

    of: Pictures
    logits: np.ndarray
    features: np.ndarray


def fit(
    model: keras.Model,
    photos: Sequence[LabelledPhoto],
    x: np.ndarray,
    *,
    data: Path,
    seed: int = 1,
    amounts: Amounts = Amounts(),
) -> Gates:
    """Return the gates of a trained model. x: uint8 (photos, side, side, 3). The same for the same seed."""
    data_sets = GateData(model, photos, x, data=data, seed=seed, amounts=amounts)
    good, spoiled = data_sets.validation()
    wrong_from = data_sets.wrong_from(spoiled)
    nets = _learn(data_sets.training_sets(), wrong_from, amounts=amounts, seed=seed)
    return Gates(
        heads=tuple(head(name, net, model) for name, net in nets.items()),
        decision=data_sets.limits(nets, good, spoiled, wrong_from),
        wrong_from={kind: round(share, 3) for kind, share in wrong_from.items()},
    )


def _learn(
    training_sets: Sequence[ExtractedFeatures], wrong_from: dict[str, float], *, amounts: Amounts, seed: int
) -> dict[str, keras.Model]:
    """Return the network of each gate, features (n, features) → logits; the first set is of photos as they are."""
    return {
        name: learn(
            np.concatenate([one.features for one in training_sets]),
            np.concatenate([target(one.of, wrong_from) for one in training_sets]),
            usual=training_sets[0].features,
            hidden=amounts.hidden,
            epochs=amounts.epochs,
            seed=seed,
        )
        for name, target in (("not_this", not_this), ("retake", retake))
    }


class GateData:
    """Makes pictures of photos and has the network look at them. One of a kind: each step draws on from the last."""

    def __init__(
        self,
        model: keras.Model,
        photos: Sequence[LabelledPhoto],
        x: np.ndarray,
        *,
        data: Path,
        seed: int,
        amounts: Amounts,
    ) -> None:
        self._extractor, self._rng, self._amounts = FeatureExtractor(model), np.random.default_rng(seed), amounts
        self._photos, self._x, self._data = photos, x, data
        self._truth = np.array([LABELS.index(photo.label) for photo in photos])
        self._training = pictures.spread_over(photos, "training", amounts.lesions, self._rng)
        self._validation = pictures.spread_over(photos, "validation", amounts.good, self._rng)

    def validation(self) -> tuple[ExtractedFeatures, ExtractedFeatures]:
        """Return validation photos as they are, and spoiled ones of those that the network names rightly."""
        good = self._look(pictures.lesions(self._x, self._validation))
        right = good.of.row[good.logits.argmax(axis=1) == self._truth[good.of.row]]
        rows = right if len(right) else good.of.row
        _, which, count = np.unique(self._truth[rows], return_inverse=True, return_counts=True)
        chance = 1 / count[which]  # every label as often
        chosen = self._rng.choice(rows, self._amounts.validated, p=chance / chance.sum())
        return good, self._look(pictures.degraded(self._x, chosen, self._rng))

    def wrong_from(self, spoiled: ExtractedFeatures) -> dict[str, float]:
        """Return for each kind of spoiling the share of its range beyond which answers are wrong more often than right."""
        right = spoiled.logits.argmax(axis=1) == self._truth[spoiled.of.row]
        return {kind: half_wrong(spoiled.of.share[of], right[of]) for kind in KINDS for of in [spoiled.of.kind == kind]}

    def training_sets(self) -> list[ExtractedFeatures]:
        """Return all that is learnt from, made of training photos; the first are those photos as they are."""
        x, rows, rng, amounts = self._x, self._training, self._rng, self._amounts
        plain, cuts = pictures.beside_lesions(x, self._photos, rows, amounts.plain, self._data, rng)
        return [
            self._look(pictures.lesions(x, rows)),
            self._look(pictures.views(x, rows, rng)),
            self._look(pictures.degraded(x, rng.choice(rows, amounts.degraded), rng)),
            self._look(pictures.drawn(x, rows, amounts.strangers, rng)),
            self._look(plain),
            self._look(cuts),
        ]

    def limits(
        self,
        nets: dict[str, keras.Model],
        good: ExtractedFeatures,
        spoiled: ExtractedFeatures,
        wrong_from: dict[str, float],
    ) -> dict[str, object]:
        """Return the gates' part of the card's decision."""
        x, rows, amounts = self._x, self._validation, self._amounts
        dermatoscope = np.array([self._photos[row].camera == "dermatoscope" for row in rows])
        strange = self._look(pictures.drawn(x, rows, amounts.strangers // 5, self._rng)).features
        files = for_limits((self._data / "not_skin").iterdir())
        everyday = self._extractor.look([decode(file, size=x.shape[1]) for file in files])[1]
        plain, _ = pictures.beside_lesions(x, self._photos, rows, amounts.plain // 2, self._data, self._rng)
        bad = {code: _beyond(spoiled, code, wrong_from) for code in CODES} | {"flat": self._look(plain).features}

        def chosen(gate: str, at: int, code: str, refused: np.ndarray) -> float:
            fine, poor = (np.asarray(nets[gate].predict_on_batch(one))[:, at] for one in (good.features, refused))
            return limit(fine, dermatoscope, lost=LOST[code], bad=poor)

        smallest = KINDS["shrunk"].strength(wrong_from["shrunk"]) * x.shape[1]
        return {
            "not_this_above": chosen("not_this", 0, "not_this", np.concatenate([strange, everyday])),
            "retake_above": {code: chosen("retake", at, code, bad[code]) for at, code in enumerate(CODES)},
            "screen": screen(x[rows], least_side=round(smallest)),
        }

    def _look(self, given: Pictures) -> ExtractedFeatures:
        logits, features = self._extractor.look(given.pixels)
        return ExtractedFeatures(of=replace(given, pixels=given.pixels[:0]), logits=logits, features=features)


def screen(x: np.ndarray, *, least_side: int) -> dict[str, float]:
    """Return the pixel limits: a net under the heads, far from every validation photo, uint8 (n, side, side, 3)."""
    quality = [measure(one, side=least_side) for one in x]
    sharpness, light, contrast = (
        np.array([getattr(one, name) for one in quality]) for name in ("sharpness", "light", "contrast")
    )
    return {
        "least_side": least_side,
        "sharpness_above": round(float(sharpness.min()) - 0.5, 3),
        "light_above": round(float(light.min()) / 2, 3),
        "light_below": round((1 + float(light.max())) / 2, 3),
        "contrast_above": round(float(contrast.min()) / 2, 3),
    }


def for_limits(files: Iterable[Path]) -> list[Path]:
    """Return the half of some files, by a hash of their names, that limits may be chosen on; figures are of the others."""
    return [file for file in sorted(files) if hashlib.sha256(file.stem.encode()).digest()[0] % 2 == 0]


def held_out(files: Iterable[Path]) -> list[Path]:
    """Return the other half, on which figures are measured."""
    everything = sorted(files)
    return sorted(set(everything) - set(for_limits(everything)))


def _beyond(spoiled: ExtractedFeatures, code: str, wrong_from: dict[str, float]) -> np.ndarray:
    """Return the features of photos spoiled so far that this code is to be said of them."""
    of = zip(spoiled.of.kind, spoiled.of.share, strict=True)
    return spoiled.features[[KINDS[kind].code == code and share > wrong_from[kind] for kind, share in of]]
