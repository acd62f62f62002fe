"""Another backbone than MobileNetV2: it is built as its weight file names it, learns, and a run of it goes on."""

import json
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
import pytest
from small_data import TINY, draw_all, draw_thumbnails

from training import network
from training.backbones import MOBILENET_V2, Scaling, backbone, efficientnet_lite, stage_ends
from training.batches import Batches, Views
from training.data import THUMBNAIL, read_all, read_bcn20000
from training.pixels import JoinedPixels
from training.run import Run
from training.skin import train
from training.stages import STAGES, Stage

LITE0 = "efficientnet_lite0"
BRIEF = (
    Stage(size=32, epochs=1, rate=1e-3, learn_from=network.MAPS, photos=8),
    Stage(size=32, epochs=1, rate=1e-3, learn_from="b6_expand", photos=8, thumbnails=True),
)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of random weights with the names and shapes of EfficientNet-Lite0's, in half precision."""
    keras.utils.set_random_seed(1)
    model = efficientnet_lite(LITE0, keras.Input((None, None, 3)), Scaling(width=1.0, depth=1.0))
    file = tmp_path_factory.mktemp("weights") / "lite0.npz"
    named = {f"{layer.name}/{weight.name}": np.asarray(weight) for layer in model.layers for weight in layer.weights}
    np.savez(file, **{name: array.astype(np.float16) for name, array in named.items()})
    return file


@pytest.mark.parametrize(
    ("scaling", "blocks", "weights", "last"),
    [
        (Scaling(width=1.0, depth=1.0), 16, 3.4e6, (1, 1, 1152, 320)),
        (Scaling(width=1.1, depth=1.2), 21, 4.8e6, (1, 1, 1248, 352)),
    ],
)
def test_efficientnet_lite_has_the_blocks_and_about_the_weights_of_its_paper(
    scaling: Scaling, blocks: int, weights: float, last: tuple[int, ...]
) -> None:
    model = efficientnet_lite("lite", keras.Input((64, 64, 3)), scaling)
    assert model.output.shape == (None, 2, 2, 1280)
    assert sum(layer.name.endswith("_dw") for layer in model.layers) == blocks
    assert model.count_params() == pytest.approx(weights, rel=0.02)  # of all, without the head for ImageNet's labels
    assert model.get_layer(f"b{blocks - 1}_project").kernel.shape == last


def test_the_weights_of_a_file_are_those_of_the_network(weights: Path) -> None:
    model = backbone(LITE0, keras.Input((32, 32, 3)), weights=weights)
    arrays = np.load(weights)
    assert np.array_equal(model.get_layer("b3_expand").kernel, arrays["b3_expand/kernel"].astype(np.float32))
    assert np.array_equal(model.get_layer("head_bn").moving_variance, arrays["head_bn/moving_variance"])


def test_weights_of_another_network_are_refused_by_name(weights: Path) -> None:
    with pytest.raises(SystemExit, match=r"not the weights of efficientnet_lite2: .*missing or of another shape"):
        backbone("efficientnet_lite2", keras.Input((32, 32, 3)), weights=weights)
    with pytest.raises(SystemExit, match="--weights"):
        backbone(LITE0, keras.Input((32, 32, 3)), weights=None)


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        (
            MOBILENET_V2,
            "block_2_add block_5_add block_9_add block_12_add block_15_add",
        ),  # as shipped outlines read them
        (LITE0, "b2_add b4_add b7_add b10_add b14_add"),
        ("efficientnet_lite2", "b3_add b6_add b10_add b14_add b19_add"),
    ],
)
def test_every_backbones_stages_are_found_and_learn_from_a_layer_that_it_has(name: str, ends: str) -> None:
    model = network.untrained(8, backbone=name)
    assert stage_ends(model) == tuple(ends.split())
    late = STAGES[name][-1].learn_from
    network.learn_from(model, late)
    assert model.get_layer(late).trainable
    with pytest.raises(ValueError, match="b99"):
        network.learn_from(model, "b99")


def test_it_learns_from_photos_and_thumbnails_and_goes_on_after_a_kill(
    tiny_backbone: Path, eager: None, tmp_path: Path
) -> None:
    draw_all(tmp_path / "data", lesions=22)
    draw_thumbnails(tmp_path / "data")
    run = tmp_path / "run"
    recipe = {"data": tmp_path / "data", "weights": tiny_backbone, "folder": run, "backbone": TINY, "batch": 8}
    train(**recipe, stages=BRIEF)
    log = (run / "epochs.jsonl").read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in log] == [0, 1]
    (run / "epochs.jsonl").write_text(log[0] + "\n")  # as if killed before the second epoch was written down
    train(**recipe, stages=BRIEF)
    assert len((run / "epochs.jsonl").read_text().splitlines()) == 2
    assert json.loads((run / "config.json").read_text())["backbone"] == TINY
    model = keras.models.load_model(run / "last.keras", compile=False)
    assert model.predict(np.zeros((1, 64, 64, 3)), verbose=0).shape == (1, 8)
    with pytest.raises(SystemExit, match="another recipe"):
        train(**recipe | {"backbone": "mobilenet_v2"}, stages=BRIEF)


def test_thumbnails_are_a_camera_of_their_own_with_their_own_prior(tmp_path: Path) -> None:
    draw_all(tmp_path)
    draw_thumbnails(tmp_path)
    photos, thumbnails = read_all(tmp_path), read_bcn20000(tmp_path)
    assert {photo.camera for photo in thumbnails} == {THUMBNAIL}
    assert {photo.source for photo in photos}.isdisjoint({photo.source for photo in thumbnails})
    assert thumbnails[0].group == thumbnails[1].group == "BCN_0000000"
    assert thumbnails[-1].group == thumbnails[-1].path.stem  # whose lesion has no name
    pixels = JoinedPixels(np.zeros((0, 8, 8, 3), np.uint8), np.zeros((len(thumbnails), 4, 4, 3), np.uint8))
    batches = Batches(pixels, thumbnails, range(len(thumbnails)), stage=Views(size=4, photos=8), batch=8, seed=(1, 0))
    x, y = batches[0]
    assert x.shape == (8, 4, 4, 3)
    assert np.isfinite(y).all()
    assert np.exp(y[0, 1]).sum() == pytest.approx(1, abs=0.01)


def test_joined_pixels_are_the_first_and_then_the_second() -> None:
    joined = JoinedPixels(np.full((2, 4, 4, 3), 1, np.uint8), np.full((1, 2, 2, 3), 2, np.uint8))
    assert [joined[row].shape[0] for row in range(3)] == [4, 4, 2]
    assert [int(joined[row].max()) for row in range(3)] == [1, 1, 2]


def test_a_run_begun_before_there_was_a_choice_of_backbones_goes_on(tmp_path: Path) -> None:
    stages = [asdict(stage) for stage in STAGES["mobilenet_v2"]]
    before = [{name: value for name, value in stage.items() if name != "thumbnails"} for stage in stages]
    Run(tmp_path, config={"seed": 1, "stages": before, "batch": 64})
    now = {"seed": 1, "stages": stages, "batch": 64, "backbone": "mobilenet_v2"}
    assert Run(tmp_path, config=now).finished == 0
    with pytest.raises(SystemExit, match="another recipe"):
        Run(tmp_path, config=now | {"backbone": LITE0})
    taught = {"seed": 3, "stages": before, "teachers": [{"seed": 2, "stages": before}]}
    Run(tmp_path / "taught", config=taught)
    Run(tmp_path / "taught", config=taught | {"stages": stages, "teachers": [{"seed": 2, "stages": stages}]})
