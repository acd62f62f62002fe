"""The outline's decoder: it learns on a frozen network, goes on after a kill, and is written into the served file."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from small_network import small_network

from classifiers.lesion.segment import segment
from training.data import LabelledPhoto
from training.export import Head, outputs, serving, write_litert
from training.network import MAPS
from training.outline import recipe as outline
from training.outline.measures import choose

SIZE = 64
RECIPE = outline.OutlineRecipe(epochs=2, rounds=12, batch=4, rate=1e-2)


def draw(folder: Path, number: int) -> outline.Lesions:
    """Draw dark discs on light skin, as photos and as masks."""
    rng = np.random.default_rng(number)
    down, across = np.mgrid[0:SIZE, 0:SIZE]
    middles, radii = rng.uniform(26, 38, (number, 2)), rng.uniform(9, 18, number)
    discs = np.array([np.hypot(down - y, across - x) < r for (y, x), r in zip(middles, radii, strict=True)])
    grain = rng.normal(0, 8, (number, SIZE, SIZE, 3))
    pixels = (np.where(discs[..., np.newaxis], (90, 60, 50), (220, 180, 160)) + grain).clip(0, 255).astype(np.uint8)
    photos = []
    for at, one in enumerate(pixels):
        path = folder / f"{number}-{at}.png"
        Image.fromarray(one).save(path)
        photos.append(LabelledPhoto(path=path, source="ham10000", camera="dermatoscope", label="nv", group=str(at)))
    return outline.Lesions(photos=tuple(photos), pixels=pixels, masks=255 * discs.astype(np.uint8))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A network, its outline's head, trained in two goes, and where."""
    folder = tmp_path_factory.mktemp("outline")
    model, known = small_network(), draw(folder, 16)
    before = [weight.copy() for weight in model.get_weights()]
    head = outline.train(model, known, folder=folder / "run", recipe=RECIPE)
    log = folder / "run" / "epochs.jsonl"
    (first, _) = log.read_text().splitlines()
    log.write_text(first + "\n")  # as if killed before the second epoch was written down
    head = outline.train(model, known, folder=folder / "run", recipe=RECIPE)
    return {"model": model, "head": head, "folder": folder, "before": before, "first": first, "known": known}


def test_a_killed_training_goes_on_after_its_last_epoch(trained: dict[str, Any]) -> None:
    lines = (trained["folder"] / "run" / "epochs.jsonl").read_text().splitlines()
    assert lines[0] == trained["first"]
    assert [json.loads(line)["epoch"] for line in lines] == [0, 1]


def test_the_network_itself_is_left_as_it_is(trained: dict[str, Any]) -> None:
    for before, after in zip(trained["before"], trained["model"].get_weights(), strict=True):
        assert np.array_equal(before, after)


def test_a_finished_training_is_not_repeated_and_another_networks_not_taken(trained: dict[str, Any]) -> None:
    model, known, folder = trained["model"], trained["known"], trained["folder"] / "run"
    again: Head = outline.train(model, known, folder=folder, recipe=RECIPE)
    for one, other in zip(again.net.get_weights(), trained["head"].net.get_weights(), strict=True):
        assert np.array_equal(one, other)
    model.get_layer(MAPS).set_weights([weight + 1 for weight in model.get_layer(MAPS).get_weights()])
    with pytest.raises(SystemExit, match="another recipe"):
        outline.train(model, known, folder=folder, recipe=RECIPE)


def test_the_card_gets_a_threshold_that_fits_and_limits_of_shape(trained: dict[str, Any]) -> None:
    chosen = choose(trained["model"], trained["head"], draw(trained["folder"], 8))
    assert list(chosen) == ["above", "asymmetric_above", "uneven_above"]
    assert 0.2 < (chosen["above"] or 0) < 0.8


def test_the_served_file_outlines_the_spot(trained: dict[str, Any]) -> None:
    from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415

    file = trained["folder"] / "model.tflite"
    write_litert(serving(trained["model"], [trained["head"]], size=SIZE), file)
    known = draw(trained["folder"], 8)
    runner: Any = Interpreter(model_path=str(file)).get_signature_runner()
    assert "outline" in outputs(file)
    fits = []
    for pixels, mask in zip(known.pixels, known.masks, strict=True):
        chance = runner(photo=pixels[np.newaxis].astype(np.float32))["outline"][0, ..., 0]
        assert chance.shape == (SIZE // 4, SIZE // 4)
        lesion = segment(chance, above=0.5)
        drawn = mask[2::4, 2::4] > 127
        fits.append(0.0 if lesion is None else (lesion.mask & drawn).sum() / (lesion.mask | drawn).sum())
    assert np.mean(fits) > 0.6
