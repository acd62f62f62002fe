"""A shipped model back into the run it came from, so that gates and limits can be made anew without training the network.

    python -m training.restore --run runs/skin
    python -m training.ship --data ../shared/data --run runs/skin --version VERSION

The network and its outline are those of the shipped file: their weights were rounded to half precision before anything was
chosen on them. The gates that learnt without rashes are the file's, too, but for that rounding. What they were trained by
stands beside the card, in `recipe.json`, which `ship` writes.
"""

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import keras

from classifiers.card import read_photo_card
from classifiers.card.model import LiteRTModel
from training import network
from training.command import run_recipe
from training.gates import kept
from training.gates.network import restored
from training.lite_file import Convolution, LiteFile
from training.options import bare_parser
from training.outline import network as outline_network
from training.outline import recipe as outline
from training.run import OUTLINE, completed
from training.softening import soften
from training.whole_file import write_text

RECIPE = "recipe.json"


def main() -> None:
    """Write the run."""
    options = bare_parser(__doc__)
    options.add_argument("--card", type=Path, default=Path("classifiers/skin/card.yaml"))
    options.add_argument("--run", type=Path, default=Path("runs/skin"), help="an empty or new folder")
    given = options.parse_args()
    restore(card=given.card, folder=given.run)


def restore(*, card: Path, folder: Path) -> None:
    """Write the run of the shipped model to `folder`: network, outline and what they were trained by. Raises SystemExit."""
    if folder.exists() and any(folder.iterdir()):
        raise SystemExit(f"{folder}: holds something already: give another --run, or delete this one")
    made = card.parent / RECIPE
    if not made.is_file():
        raise SystemExit(f"{made}: is not there: only what training.ship has shipped can be restored")
    recipe = json.loads(made.read_text())
    model, decoder = read_networks(card, recipe["config"])
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _write_run(folder, model, recipe)
        for output in kept.GATES:
            kept.keep_gate(restored(_shipped_file(card).gate(output)), output, folder=folder / "gates", of=model)
        outline.keep(decoder, model, folder=folder / OUTLINE, made=recipe["outlined"])
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)  # half a run would stand in the way of the next try
        raise


def _write_run(folder: Path, model: keras.Model, recipe: dict[str, Any]) -> None:
    """Write the network, and by what it was trained."""
    model.save(folder / "last.keras")
    write_text(folder / "config.json", json.dumps(recipe["config"], indent=1))
    write_text(folder / RECIPE, json.dumps(recipe, indent=1))


def write_recipe(file: Path, metrics: dict[str, Any]) -> None:
    """Write what a run can be restored by, of the metrics of a shipped run."""
    known = {key: metrics[key] for key in ("config", "outlined", "seeds") if key in metrics}
    write_text(file, json.dumps(known, indent=1) + "\n")


def read_networks(card: Path, config: dict[str, Any]) -> tuple[keras.Model, keras.Model]:
    """Return the network, pixels → logits, and the outline's decoder of a shipped card. Raises SystemExit."""
    found = list(_shipped_file(card).convolutions())
    model = network.untrained(
        len(read_photo_card(card).labels), backbone=completed({"stages": [], **config})["backbone"]
    )
    model = soften(model) if config.get("soften") else model
    own = _with_kernels(model)
    decoder = outline_network.build(model)
    by_name = {one.name: one for one in found}
    _fill(own.values(), [by_name[name] for name in own])
    made = _with_kernels(decoder)  # Keras numbers their names by when they were made, in this process and in that one
    rest = {one.name: one for one in found if one.name not in own}
    _fill([made[name] for name in _numbered(made)], [rest[name] for name in _numbered(rest)])
    return model, decoder


def _shipped_file(card: Path) -> LiteFile:
    model = read_photo_card(card).model
    if not isinstance(model, LiteRTModel):
        raise SystemExit(f"{card}: not shipped by this recipe: its model is no LiteRT file")
    return LiteFile(model.file)


def _with_kernels(model: keras.Model) -> dict[str, keras.Layer]:
    """Return the layers that have a kernel, by name."""
    kinds = keras.layers.Conv2D | keras.layers.DepthwiseConv2D
    return {layer.name: layer for layer in model.layers if isinstance(layer, kinds)}


def _numbered(names: Iterable[str]) -> list[str]:
    """Return names like `conv2d`, `conv2d_1`, `conv2d_10` by kind and number."""
    split = {name: re.fullmatch(r"(.*2d)_?(\d*)", name) for name in names}
    return sorted(split, key=lambda name: (found[1], int(found[2] or 0)) if (found := split[name]) else (name, 0))


def _fill(layers: Iterable[keras.Layer], found: Iterable[Convolution]) -> None:
    for layer, one in zip(layers, found, strict=True):
        layer.set_weights([one.kernel, one.bias])


if __name__ == "__main__":
    run_recipe(main)
