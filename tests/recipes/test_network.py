"""The network: folding batch normalisation away changes nothing that it says; views keep what a label depends on."""

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import ops
from small_data import TINY

from training.augment import augment
from training.backbones import MOBILENET_V2, backbone
from training.batches import _mix
from training.export import serving, write_litert
from training.lite_file import LiteFile
from training.network import MAPS, build, computed_in, fold_batch_norm, learn_from, round_weights
from training.softening import SOFTENED, soften


def test_mobilenet_from_a_file_says_the_same_without_its_batch_norms(tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    network = keras.applications.MobileNetV2(input_shape=(32, 32, 3), include_top=False, weights=None)
    rng = np.random.default_rng(1)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([rng.uniform(0.5, 1.5, size=weight.shape) for weight in layer.get_weights()])
    network.save_weights(tmp_path / "mobilenet.weights.h5")
    pixels = keras.Input((32, 32, 3))
    folded = fold_batch_norm(backbone(MOBILENET_V2, pixels, weights=tmp_path / "mobilenet.weights.h5"))
    x = rng.uniform(0, 255, size=(2, 32, 32, 3)).astype(np.float32)
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in folded.layers)
    assert np.allclose(network(x / 127.5 - 1, training=False), folded(x, training=False), atol=1e-3)


def test_a_network_in_bfloat16_keeps_its_weights_and_says_about_the_same(tiny_backbone: Path) -> None:
    network = build(8, weights=tiny_backbone, backbone=TINY)
    coarse = computed_in(network, "mixed_bfloat16")
    x = np.random.default_rng(1).uniform(0, 255, size=(2, 64, 64, 3)).astype(np.float32)
    assert coarse.get_layer("features").compute_dtype == "bfloat16"
    assert coarse.get_layer(MAPS).compute_dtype == coarse.get_layer("logits").compute_dtype == "float32"
    assert np.allclose(network(x), coarse(x), atol=0.05)
    assert all(map(np.array_equal, network.get_weights(), coarse.get_weights()))


def test_what_was_learnt_in_bfloat16_is_served_with_the_weights_it_learnt_with(tiny_backbone: Path) -> None:
    coarse = computed_in(build(8, weights=tiny_backbone, backbone=TINY), "mixed_bfloat16")
    x = np.random.default_rng(1).uniform(0, 255, size=(2, 64, 64, 3)).astype(np.float32)
    coarse.get_layer(MAPS).bias.assign(np.full(8, 1 / 3))
    exact = computed_in(coarse, "float32")
    said = np.asarray(exact(x))
    for layer in coarse.layers:
        if layer.compute_dtype == "bfloat16":  # moved by less than it can tell: it says the same with them
            weights = [np.asarray(ops.cast(ops.cast(weight, "bfloat16"), "float32")) for weight in layer.get_weights()]
            layer.set_weights([weight * (1 + 2**-10) for weight in weights])
    assert np.array_equal(said, computed_in(coarse, "float32")(x))
    assert np.array_equal(exact.get_layer(MAPS).get_weights()[1], np.full(8, 1 / 3, np.float32))
    assert all(map(np.array_equal, exact.get_weights(), computed_in(exact, "float32").get_weights()))


def test_rounded_weights_survive_half_precision_and_say_about_the_same(tiny_backbone: Path) -> None:
    network = build(8, weights=tiny_backbone, backbone=TINY)
    x = np.random.default_rng(1).uniform(0, 255, size=(2, 64, 64, 3)).astype(np.float32)
    before = np.asarray(network(x))
    round_weights(network)
    assert all(np.array_equal(weight, weight.astype(np.float16)) for weight in network.get_weights())
    assert np.allclose(before, network(x), atol=0.01)
    network.get_layer(MAPS).bias.assign(np.full(8, 1e6))
    with pytest.raises(FloatingPointError):
        round_weights(network)


def test_a_view_is_a_photo_of_the_asked_size_and_repeats_with_its_seed() -> None:
    photo = np.random.default_rng(1).integers(0, 256, size=(64, 64, 3), dtype=np.uint8)
    views = [augment(photo, size=48, rng=np.random.default_rng(seed)) for seed in (*range(40), 0)]
    assert all(view.shape == (48, 48, 3) and view.dtype == np.uint8 for view in views)
    assert np.array_equal(views[0], views[-1])
    assert not np.array_equal(views[0], views[1])


def test_only_views_of_one_world_are_blended_and_their_labels_alike() -> None:
    x = np.zeros((8, 2, 2, 3), dtype=np.uint8)
    x[4:] = 200
    one_hot = np.eye(8, dtype=np.float32)
    cameras = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    mixed, labels = _mix(x, one_hot, cameras, share=1.0, rng=np.random.default_rng(1))
    assert np.array_equal(mixed, x), "the cameras' photos differ, so a blend across them would show"
    assert np.allclose(labels.sum(axis=1), 1)
    assert not np.array_equal(labels, one_hot)
    assert labels[:4, 4:].sum() == 0


def test_a_softened_network_sees_the_photo_softened_and_never_learns_how(tiny_backbone: Path) -> None:
    network = build(8, weights=tiny_backbone, backbone=TINY)
    softened = soften(network)
    x = np.random.default_rng(1).uniform(0, 255, size=(2, 64, 64, 3)).astype(np.float32)
    around = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=127)  # the grey that is 0 to the network
    rows = (around[:, :-2] + 2 * around[:, 1:-1] + around[:, 2:]) / 4
    blurred = (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 4
    assert np.allclose(_stem(softened, x), _stem(network, blurred), atol=1e-4)
    assert not np.allclose(_stem(softened, x), _stem(network, x), atol=1e-2)
    learn_from(softened, None)
    assert [layer.name for layer in softened.layers if layer.weights and not layer.trainable] == [SOFTENED]
    assert soften(softened) is softened


def _stem(model: keras.Model, x: np.ndarray) -> np.ndarray:
    return np.asarray(keras.Model(model.input, model.get_layer("stem").output)(x))


def test_a_shipped_file_tells_how_its_network_softens(tiny_backbone: Path, tmp_path: Path) -> None:
    network = soften(build(8, weights=tiny_backbone, backbone=TINY))
    write_litert(serving(network, size=32), tmp_path / "model.tflite")
    read = {one.name: one for one in LiteFile(tmp_path / "model.tflite").convolutions()}
    assert np.array_equal(read[SOFTENED].kernel, network.get_layer(SOFTENED).get_weights()[0])
    assert not read[SOFTENED].bias.any()
