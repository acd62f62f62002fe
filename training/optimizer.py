"""AdamW that asks its learning-rate schedule once a step."""

from collections.abc import Sequence
from typing import Any

import keras


@keras.saving.register_keras_serializable(package="checkup")
class AdamW(keras.optimizers.AdamW):
    """AdamW (Loshchilov and Hutter 2019), the same as Keras' own.

    That asks the schedule again for every variable that decays: two thirds of the time that a step is traced in.
    """

    _rate: Any = None  # of the step that is taken now

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Any] | None = None) -> Any:
        """Change the variables by their gradients."""
        self._rate = keras.ops.convert_to_tensor(self.learning_rate)
        try:
            return super().apply(grads, trainable_variables)
        finally:
            self._rate = None

    def _get_current_learning_rate(self) -> Any:
        return super()._get_current_learning_rate() if self._rate is None else self._rate
