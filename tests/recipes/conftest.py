"""What the tests of the recipes share."""

from collections.abc import Iterator

import pytest
import tensorflow as tf


@pytest.fixture(scope="module")
def eager() -> Iterator[None]:
    """Run each step of a training as it comes: to trace a large network takes longer than the few steps of a test."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
