"""What the limits are worth on lesions they were not chosen on, and how often a coin is found where none lies."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from classifiers.card.following import Following
from classifiers.evaluation.figures import says, share_of
from classifiers.following.change import Verdict, asks, verdicts
from classifiers.following.coin import find_coin
from training.data import read_ham10000, read_not_skin, read_pad_ufes_20
from training.following.limits import is_changed
from training.following.pairs import KIN, NEW_COLOUR, NEW_PART, OTHER, SAME, Pair
from training.pixels import readable

COINLESS = 100  # photos of each kind in which no coin lies
Verdicts = tuple[Verdict, Verdict]  # of the outline, of the colours
_KINDS: dict[str, Callable[[Verdicts], bool]] = {
    "changed": lambda said: "changed" in said,
    "outline_changed": lambda said: said[0] == "changed",
    "colour_changed": lambda said: said[1] == "changed",
    "same": lambda said: said == ("same", "same"),
    "unclear": lambda said: "changed" not in said and said != ("same", "same"),
}


def measure(test: Sequence[Pair], limits: Following, *, data: Path, most: int) -> dict[str, Any]:
    """Return every figure of the model card's section; prints the main ones."""
    cameras = {camera: [pair for pair in test if pair.camera == camera] for camera in ("dermatoscope", "phone")}
    found: dict[str, Any] = {"same": {}, "asked": {}}
    for camera, pairs in cameras.items():
        same = [pair for pair in pairs if pair.kind == SAME]
        found["same"][camera] = _of_same(same, limits)
        found["asked"][camera] = {kind: _asked(pairs, kind, limits) for kind in (SAME, KIN, OTHER)}
        print(f"{camera}: false changes {says(found['same'][camera]['changed'])}", flush=True)
    drawn = {kind: [pair for pair in test if pair.kind == kind] for kind in (NEW_COLOUR, NEW_PART)}
    found["drawn"] = {kind: _of_drawn(pairs, kind, limits) for kind, pairs in drawn.items()}
    found["coins"] = _coins(data, min(most, COINLESS))
    return found


def _of_same(pairs: Sequence[Pair], limits: Following) -> dict[str, Any]:
    """Return how often pairs of unchanged lesions are called changed, the same, or neither."""
    doubt = 1.96 * np.sqrt(2) * limits.outline_doubt
    said = {name: _share(pairs, _by(of, limits)) for name, of in _KINDS.items()}
    return said | {"outline_off": _share(pairs, lambda pair: abs(pair.log_scale) > doubt)}


def _by(of: Callable[[Verdicts], bool], limits: Following) -> Callable[[Pair], bool]:
    return lambda pair: of(verdicts(pair.found, limits, cut=pair.cut) if pair.found else ("unclear", "unclear"))


def _of_drawn(pairs: Sequence[Pair], kind: str, limits: Following) -> dict[str, Any]:
    """Return how often a drawn change is called one, and how often its kind is said to be the same."""
    same = _by(lambda said: said[kind == NEW_COLOUR] == "same", limits)
    return {"changed": _share(pairs, lambda pair: is_changed(pair, limits)), "same": _share(pairs, same)}


def _asked(pairs: Sequence[Pair], kind: str, limits: Following) -> dict[str, Any]:
    """Return about how many pairs it is asked whether it is another spot."""
    some = [pair for pair in pairs if pair.kind == kind]
    return _share(some, lambda pair: pair.found is not None and asks(pair.found, limits.another_spot))


def _coins(data: Path, most: int) -> dict[str, Any]:
    """Return how often a coin is found in photos without one: of lesions, and of everyday things, some of them round."""
    sides = {
        "dermatoscope": [photo.path for photo in read_ham10000(data) if photo.part == "test"],
        "phone": [photo.path for photo in read_pad_ufes_20(data)],
        "everyday things": readable(read_not_skin(data)),
    }
    found = {}
    for side, paths in sides.items():
        some = paths[:: max(1, len(paths) // most)][:most]
        found[side] = share_of(np.array([find_coin(_image(path), None) is not None for path in some]))
        print(f"coins found where none lies, {side}: {says(found[side])}", flush=True)
    return found


def _image(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def _share(pairs: Sequence[Pair], of: Callable[[Pair], bool]) -> dict[str, Any]:
    groups = np.unique([pair.group for pair in pairs], return_inverse=True)[1]
    return share_of(np.array([of(pair) for pair in pairs], dtype=bool), groups)
