"""The optimizer of the recipes steps as Keras' own does, and goes on where it was when its model is read back."""

from pathlib import Path

import keras
import numpy as np

from training.optimizer import AdamW


def model(kind: type[keras.optimizers.Optimizer]) -> keras.Model:
    """Return a network of one layer that learns by a rate that falls."""
    keras.utils.set_random_seed(1)
    given = keras.Input((4,))
    small = keras.Model(given, keras.layers.Dense(2)(given))
    rate = keras.optimizers.schedules.CosineDecay(1e-3, 20, warmup_target=1e-2, warmup_steps=4)
    small.compile(optimizer=kind(rate, weight_decay=0.1, clipnorm=1.0), loss="mse")
    return small


def learn(small: keras.Model) -> None:
    """Take four steps."""
    rng = np.random.default_rng(1)
    small.fit(rng.normal(size=(16, 4)), rng.normal(size=(16, 2)), batch_size=4, shuffle=False, verbose=0)


def test_its_steps_are_those_of_keras_and_go_on_from_a_file(tmp_path: Path) -> None:
    ours, keras_own = model(AdamW), model(keras.optimizers.AdamW)
    for one in (ours, keras_own):
        learn(one)
    ours.save(tmp_path / "ours.keras")
    ours = keras.models.load_model(tmp_path / "ours.keras")
    assert isinstance(ours.optimizer, AdamW)
    for one in (ours, keras_own):
        learn(one)
    for weight, wanted in zip(ours.get_weights(), keras_own.get_weights(), strict=True):
        assert np.allclose(weight, wanted, atol=1e-7)
    assert float(ours.optimizer.learning_rate) == float(keras_own.optimizer.learning_rate)
