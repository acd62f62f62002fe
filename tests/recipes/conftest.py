"""What the tests of the recipes share."""

from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_data import TINY

from training import backbones, network, stages


@pytest.fixture(scope="module")
def eager() -> Iterator[None]:
    """Run each step of a training as it comes: to trace a large network takes longer than the few steps of a test."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def tiny_backbone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file of weights for TINY, a backbone with a block for each stage: a graph of it is soon traced."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(backbones.LITE, TINY, backbones.Scaling(width=0.25, depth=0.1))
        patch.setitem(backbones.BACKBONES, TINY, "a tiny network")
        patch.setitem(
            stages.STAGES, TINY, (stages.Stage(size=32, epochs=1, rate=1e-3, learn_from=network.MAPS, photos=16),)
        )
        keras.utils.set_random_seed(1)
        model = backbones.untrained(TINY, keras.Input((None, None, 3)))
        file = tmp_path_factory.mktemp("tiny") / "tiny.npz"
        named = {
            f"{layer.name}/{weight.name}": np.asarray(weight) for layer in model.layers for weight in layer.weights
        }
        np.savez(file, **named)
        yield file
