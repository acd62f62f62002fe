"""The gates' material on disk, so that what took long to make and to look at is made once for a run."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.data import LabelledPhoto
from training.gates.material import Amounts, ExtractedFeatures, GateMaterial
from training.gates.pictures import Pictures

GATES = ("not_this", "retake")
_SETS = ("rashes", "good", "spoiled", "plain")
_ARRAYS = ("logits", "features", "part", "area")


def digest(model: keras.Model, photos: Sequence[LabelledPhoto], *, seed: int, amounts: Amounts) -> str:
    """Return what tells this material from another's: the network, the photos, the seed and the amounts."""
    found = hashlib.sha256(json.dumps([seed, asdict(amounts), [photo.path.name for photo in photos]]).encode())
    for weight in model.get_weights():
        found.update(np.ascontiguousarray(weight).tobytes())
    return found.hexdigest()[:12]


def kept(file: Path, photos: Sequence[LabelledPhoto], make: Callable[[], GateMaterial]) -> GateMaterial:
    """Return the material in a file, made and written at the first call. `photos` are all that it may name."""
    if not file.exists():
        write(file, make())
    return _read(file, {photo.path.name: photo for photo in photos})


def write(file: Path, material: GateMaterial) -> None:
    """Write the material."""
    arrays: dict[str, Any] = {"wrong_from": json.dumps(material.wrong_from)}
    arrays["rash_photos"], arrays["good_photos"] = (
        np.array([photo.path.name for photo in photos], dtype=str)
        for photos in (material.rash_photos, material.good_photos)
    )
    for name in _SETS:
        arrays |= _flat(name, getattr(material, name))
    for at, one in enumerate(material.training):
        arrays |= _flat(f"training{at}", one)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"writing-{file.name}")
    np.savez(unfinished, **arrays)
    unfinished.rename(file)


def keep_gate(net: keras.Model, output: str, *, folder: Path) -> None:
    """Keep what a gate learnt of pooled features, so that it is not learnt again."""
    folder.mkdir(parents=True, exist_ok=True)
    net.save(folder / f"{output}.keras")


def kept_gate(output: str, *, folder: Path, make: Callable[[], keras.Model]) -> keras.Model:
    """Return the gate that is kept, made at the first call."""
    file = folder / f"{output}.keras"
    if not file.exists():
        keep_gate(make(), output, folder=folder)
    return keras.models.load_model(file, compile=False)


def _read(file: Path, photos: dict[str, LabelledPhoto]) -> GateMaterial:
    with np.load(file) as found:
        arrays = dict(found)
    sets = sum(name.startswith("training") and name.endswith("/features") for name in arrays)
    return GateMaterial(
        training=tuple(_whole(f"training{at}", arrays) for at in range(sets)),
        rash_photos=tuple(photos[name] for name in arrays["rash_photos"]),
        good_photos=tuple(photos[name] for name in arrays["good_photos"]),
        wrong_from=json.loads(str(arrays["wrong_from"])),
        **{name: _whole(name, arrays) for name in _SETS},
    )


def _flat(name: str, of: ExtractedFeatures) -> dict[str, np.ndarray]:
    found = {f"{name}/{array}": getattr(of, array) for array in _ARRAYS}
    found |= {f"{name}/share": of.of.share, f"{name}/row": of.of.row}
    return found | {f"{name}/kind": of.of.kind.astype(str)}


def _whole(name: str, arrays: dict[str, np.ndarray]) -> ExtractedFeatures:
    share, row, kind = (arrays[f"{name}/{array}"] for array in ("share", "row", "kind"))
    pictures = Pictures(pixels=np.empty((0,), dtype=np.uint8), kind=kind.astype(object), share=share, row=row)
    return ExtractedFeatures(of=pictures, **{array: arrays[f"{name}/{array}"] for array in _ARRAYS})
