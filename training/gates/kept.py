"""The gates' material on disk, so that what took long to make and to look at is made once for a run."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training import network
from training.data import LabelledPhoto
from training.gates.material import Amounts, ExtractedFeatures, GateMaterial
from training.gates.pictures import Pictures
from training.whole_file import whole, write_text

GATES = ("not_this", "retake")
_SETS = ("rashes", "good", "spoiled", "plain")
_ARRAYS = ("logits", "features", "part", "area")


def digest(model: keras.Model, photos: Sequence[LabelledPhoto], *, seed: int, amounts: Amounts) -> str:
    """Return what tells this material from another's: the network, the photos, the seed and the amounts."""
    return network.digest(model, json.dumps([seed, asdict(amounts), [photo.path.name for photo in photos]]))


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
    with whole(file) as unfinished:
        np.savez(unfinished, **arrays)


def keep_gate(net: keras.Model, output: str, *, folder: Path, of: keras.Model) -> None:
    """Keep what a gate learnt of what the network `of` sees, so that it is not learnt again."""
    folder.mkdir(parents=True, exist_ok=True)
    with whole(folder / f"{output}.keras") as unfinished:
        net.save(unfinished)
    write_text(_note(output, folder), json.dumps({"network": network.digest(of)}))


def kept_gate(output: str, *, folder: Path, of: keras.Model, make: Callable[[], keras.Model]) -> keras.Model:
    """Return the gate that is kept, made at the first call, and again where the network learnt on since."""
    file, note = folder / f"{output}.keras", _note(output, folder)
    known = json.loads(note.read_text())["network"] if note.exists() else None  # of a run of before there were notes
    if not file.exists() or known not in {None, network.digest(of)}:
        keep_gate(make(), output, folder=folder, of=of)
    return keras.models.load_model(file, compile=False)


def _note(output: str, folder: Path) -> Path:
    return folder / f"{output}.json"


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
