"""All pictures that the gates learn from and that their limits are chosen on, made and looked at by the network once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np

from classifiers.lesion.segment import segment
from training.data import LABELS, LabelledPhoto
from training.export import Head
from training.gates import pictures
from training.gates.degraded import KINDS
from training.gates.features import FeatureExtractor
from training.gates.pictures import Pictures
from training.gates.thresholds import half_wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """How many pictures are made, and how long is learnt from them."""

    lesions: int = 2000
    strangers: int = 3400
    plain: int = 900
    degraded: int = 3200
    elsewhere: int = 3000  # lesions through other cameras
    rash_views: int = 20  # of each photo of a rash
    validated: int = 1600  # spoiled validation photos
    good: int = 4000  # validation photos at most
    epochs: int = 25
    hidden: int = 48
    each: int = 100  # test pictures of each kind, for the report


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedFeatures:
    """Pictures as the network sees them, their pixels let go. All arrays are float32 (n, …)."""

    of: Pictures
    logits: np.ndarray  # (n, labels)
    features: np.ndarray  # (n, features)
    part: np.ndarray  # (n,), the outlined lesion's share of all that is outlined; 0 where none is
    area: np.ndarray  # (n,), its share of the photo

    def __len__(self) -> int:
        return len(self.features)

    def only(self, kept: np.ndarray) -> "ExtractedFeatures":
        """Return the pictures of a mask, bool (n,)."""
        of = Pictures(pixels=self.of.pixels, kind=self.of.kind[kept], share=self.of.share[kept], row=self.of.row[kept])
        arrays = {name: getattr(self, name)[kept] for name in ("logits", "features", "part", "area")}
        return ExtractedFeatures(of=of, **arrays)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateMaterial:
    """What gates are made of."""

    training: tuple[ExtractedFeatures, ...]  # all but the rashes; the first are training photos as they are
    rashes: ExtractedFeatures  # whose rows are places in `rash_photos`
    rash_photos: tuple[LabelledPhoto, ...]
    good: ExtractedFeatures  # validation photos as they are
    good_photos: tuple[LabelledPhoto, ...]
    spoiled: ExtractedFeatures  # validation photos that are named rightly, spoiled
    plain: ExtractedFeatures  # plain skin of validation photos
    wrong_from: dict[
        str, float
    ]  # of each kind of spoiling the share of its range beyond which answers are mostly wrong


def gather(
    model: keras.Model,
    outline: Head,
    photos: Sequence[LabelledPhoto],
    x: np.ndarray,
    *,
    others: Sequence[LabelledPhoto],
    data: Path,
    seed: int,
    amounts: Amounts,
) -> GateMaterial:
    """Return the gates' material, the same for the same seed.

    x: uint8 (photos, side, side, 3). `others` are photos that have none of the labels.
    """
    return _Maker(model, outline, photos, x, data=data, seed=seed, amounts=amounts).gather(rashes_among(others))


def rashes_among(others: Sequence[LabelledPhoto]) -> tuple[LabelledPhoto, ...]:
    """Return the photos of rashes among those that have none of the labels, to learn from.

    MILK10k's inflamed lesions look like any of its lesions, and what is learnt from them is MILK10k: they are for measuring.
    """
    return tuple(photo for photo in others if photo.source == "rash_openstax")


class _Maker:
    """Makes pictures of photos and has the network look at them. One of a kind: each step draws on from the last."""

    def __init__(
        self,
        model: keras.Model,
        outline: Head,
        photos: Sequence[LabelledPhoto],
        x: np.ndarray,
        *,
        data: Path,
        seed: int,
        amounts: Amounts,
    ) -> None:
        self._extractor = FeatureExtractor(model, outline, size=x.shape[1])
        self._rng, self._amounts = np.random.default_rng(seed), amounts
        self._photos, self._x, self._data = photos, x, data
        self._truth = np.array([LABELS.index(photo.label) for photo in photos])
        self._training = pictures.spread_over(photos, "training", amounts.lesions, self._rng)
        self._validation = pictures.spread_over(photos, "validation", amounts.good, self._rng)

    def gather(self, rash_photos: tuple[LabelledPhoto, ...]) -> GateMaterial:
        x, rng, amounts = self._x, self._rng, self._amounts
        good = self._look(pictures.lesions(x, self._validation))
        spoiled = self._look(pictures.degraded(x, self._named_rightly(good), rng))
        return GateMaterial(
            good=good,
            good_photos=tuple(self._photos[row] for row in self._validation),
            spoiled=spoiled,
            wrong_from=self._wrong_from(spoiled),
            training=tuple(self._training_sets()),
            rashes=self._rashes(rash_photos, good),
            rash_photos=rash_photos,
            plain=self._look(self._beside(self._validation, amounts.plain // 2)[0]),
        )

    def _named_rightly(self, good: ExtractedFeatures) -> np.ndarray:
        """Return rows of validation photos that the network names rightly, every label as often."""
        right = good.of.row[good.logits.argmax(axis=1) == self._truth[good.of.row]]
        rows = right if len(right) else good.of.row
        _, which, count = np.unique(self._truth[rows], return_inverse=True, return_counts=True)
        chance = 1 / count[which]
        return self._rng.choice(rows, self._amounts.validated, p=chance / chance.sum())

    def _wrong_from(self, spoiled: ExtractedFeatures) -> dict[str, float]:
        right = spoiled.logits.argmax(axis=1) == self._truth[spoiled.of.row]
        return {kind: half_wrong(spoiled.of.share[of], right[of]) for kind in KINDS for of in [spoiled.of.kind == kind]}

    def _training_sets(self) -> list[ExtractedFeatures]:
        """Return all that is learnt from but for rashes, made of training photos; the first are those photos as they are."""
        x, rows, rng, amounts = self._x, self._training, self._rng, self._amounts
        plain, cuts = self._beside(rows, amounts.plain)
        more = pictures.spread_over(self._photos, "training", amounts.elsewhere, rng)
        return [
            self._look(pictures.lesions(x, rows)),
            self._look(pictures.views(x, rows, rng)),
            self._look(pictures.degraded(x, rng.choice(rows, amounts.degraded), rng)),
            self._look(pictures.drawn(x, rows, amounts.strangers, rng)),
            self._look(plain),
            self._look(cuts),
            self._look(pictures.elsewhere(x, more, rng)),
            self._look(pictures.drawn_rashes(plain, rng)),
        ]

    def _rashes(self, photos: tuple[LabelledPhoto, ...], good: ExtractedFeatures) -> ExtractedFeatures:
        if not photos:
            return good.only(np.zeros(len(good), dtype=bool))
        return self._look(pictures.rashes(photos, self._amounts.rash_views, self._rng, size=self._x.shape[1]))

    def _beside(self, rows: np.ndarray, n: int) -> tuple[Pictures, Pictures]:
        return pictures.beside_lesions(self._x, self._photos, rows, n, self._data, self._rng)

    def _look(self, given: Pictures) -> ExtractedFeatures:
        seen = self._extractor.look(given.pixels)
        spots = [segment(one.astype(np.float32), above=0.5) for one in seen.chance]
        return ExtractedFeatures(
            of=replace(given, pixels=given.pixels[:0]),
            logits=seen.logits,
            features=seen.features,
            part=np.array([spot.part if spot else 0 for spot in spots], dtype=np.float32),
            area=np.array([spot.mask.mean() if spot else 0 for spot in spots], dtype=np.float32),
        )
