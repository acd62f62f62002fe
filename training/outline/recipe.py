"""The lesion's outline: a light decoder on the frozen network's own features, learnt from the masks of HAM10000.

`training.ship` trains it before it writes the shipped file. Killed on the way, it goes on after the last finished epoch.
"""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from tqdm import tqdm

from training import network
from training.data import LabelledPhoto
from training.export import Head
from training.masks import Masks, load_masks
from training.optimizer import AdamW
from training.outline.network import STRIDE, OutlineLoss, build, head, layers_read
from training.outline.views import view
from training.run import Run
from training.whole_file import whole, write_text

_CHUNK = 128  # photos that are drawn and looked at together


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineRecipe:
    """How long the decoder learns: each epoch makes one new view of every photo and goes over them `rounds` times."""

    epochs: int = 4
    rounds: int = 3
    batch: int = 32
    rate: float = 4e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesions:
    """Photos with masks: uint8 (n, size, size, 3), and (n, size, size), how much of each pixel is lesion, 0–255."""

    photos: tuple[LabelledPhoto, ...]
    pixels: np.ndarray
    masks: np.ndarray


def lesions(part: str, photos: Sequence[LabelledPhoto], pixels: np.ndarray, masks: Masks) -> Lesions:
    """Return the photos of a part that have a mask; `pixels` are all photos', as `training.pixels` keeps them."""
    rows = [row for row in masks.paths if photos[row].part == part]
    return Lesions(
        photos=tuple(photos[row] for row in rows),
        pixels=pixels[rows],
        masks=load_masks([masks.paths[row] for row in rows], size=pixels.shape[1]),
    )


def train(
    model: keras.Model, known: Lesions, *, folder: Path, seed: int = 1, recipe: OutlineRecipe | None = None
) -> Head:
    """Return the outline as something the served model says, trained on `known` with `model` frozen; kept in `folder`."""
    recipe = recipe or OutlineRecipe()
    config = {"seed": seed, "recipe": asdict(recipe), "lesions": len(known.photos), "network": network.digest(model)}
    run = Run(folder, config=config)
    keras.utils.set_random_seed(seed)
    decoder = run.model() or build(model)
    features = keras.Model(model.input, [model.get_layer(name).output for name in layers_read(model)])
    for epoch in range(run.finished, recipe.epochs):
        rng = np.random.default_rng((seed, epoch))
        seen, masks = _look(features, known, rng=rng)
        batches = _Batches(seen, masks, batch=recipe.batch, seed=(seed, epoch))
        if epoch == 0:
            _start(decoder, recipe, steps=len(batches) * recipe.rounds * recipe.epochs)
        losses = decoder.fit(batches, epochs=recipe.rounds, verbose=2).history["loss"]
        run.save(decoder, epoch=epoch, loss=float(losses[-1]))
    return head(decoder, model)


def keep(decoder: keras.Model, model: keras.Model, *, folder: Path, made: dict[str, Any]) -> None:
    """Write `folder` as `train` leaves it, so that nothing is left to learn; `made` is its configuration but for the network."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "config.json", json.dumps(made | {"network": network.digest(model)}, indent=1))
    with whole(folder / "last.keras") as unfinished:
        decoder.save(unfinished)
    epochs = [json.dumps({"epoch": epoch}) + "\n" for epoch in range(made["recipe"]["epochs"])]
    write_text(folder / "epochs.jsonl", "".join(epochs))


def _start(decoder: keras.Model, recipe: OutlineRecipe, *, steps: int) -> None:
    warm = max(1, steps // 20)
    rate = keras.optimizers.schedules.CosineDecay(
        recipe.rate / 40, steps - warm, alpha=0.01, warmup_target=recipe.rate, warmup_steps=warm
    )
    optimizer = AdamW(rate, weight_decay=1e-4)
    optimizer.build(decoder.trainable_variables)  # within the first step it would have that traced twice
    decoder.compile(optimizer=optimizer, loss=OutlineLoss())


def _look(features: keras.Model, known: Lesions, *, rng: np.random.Generator) -> tuple[list[np.ndarray], np.ndarray]:
    """Return what the frozen network says of a new view of every photo, float16 per layer, and the views' masks."""
    chunks = []
    seeds = rng.integers(2**63, size=len(known.photos))
    for start in tqdm(range(0, len(known.photos), _CHUNK), desc="looking at new views", leave=False, disable=None):
        views = list(_views(known, range(start, min(start + _CHUNK, len(known.photos))), seeds))
        seen = features.predict_on_batch(np.stack([photo for photo, _ in views]))
        chunks.append(
            [np.asarray(layer).astype(np.float16) for layer in seen] + [_shrunk(np.stack([m for _, m in views]))]
        )
    *seen, masks = (np.concatenate(parts) for parts in zip(*chunks, strict=True))
    return seen, masks


def _views(known: Lesions, rows: range, seeds: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(
            lambda row: view(known.pixels[row], known.masks[row], rng=np.random.default_rng(int(seeds[row]))), rows
        )


def _shrunk(masks: np.ndarray) -> np.ndarray:
    """Return masks (n, size, size) as shares of lesion, float16 (n, size / 4, size / 4, 1)."""
    n, size = masks.shape[0], masks.shape[1] // STRIDE
    parts = masks[:, : size * STRIDE, : size * STRIDE].reshape(n, size, STRIDE, size, STRIDE)
    return np.asarray(parts.mean(axis=(2, 4), dtype=np.float32)[..., np.newaxis] / 255).astype(np.float16)


class _Batches(keras.utils.PyDataset):
    """Batches of features and masks, in another order each round."""

    def __init__(self, features: list[np.ndarray], masks: np.ndarray, *, batch: int, seed: tuple[int, int]) -> None:
        super().__init__()
        self._features, self._masks, self._batch = features, masks, batch
        self._rng = np.random.default_rng((*seed, 1))
        self.on_epoch_end()

    def __len__(self) -> int:
        return max(1, len(self._masks) // self._batch)

    def __getitem__(self, index: int) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
        rows = self._order[index * self._batch : (index + 1) * self._batch]
        return tuple(layer[rows].astype(np.float32) for layer in self._features), self._masks[rows].astype(np.float32)

    def on_epoch_end(self) -> None:
        """Shuffle."""
        self._order = self._rng.permutation(len(self._masks))
