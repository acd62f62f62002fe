"""A vision transformer as a backbone, DINOv2's small one: only a teacher, since its 22 million weights are too many to ship.

Oquab et al. 2023, "DINOv2: Learning robust visual features without supervision". `training.vision_transformer_file` reads its
weights. It is the same on every backend of Keras; with `KERAS_BACKEND=torch` a processor with AMX learns twice as fast as on
TensorFlow, some 15 views of 168 pixels a second on two cores. No run of all its stages was made yet.
"""

from typing import Any

import keras
import numpy as np
from keras import layers, ops

PATCH = 14  # pixels of a patch's side; what is left over at the right and at the bottom is not looked at
BLOCKS = 12
WIDE = 384
HEADS = 6
POSITIONS = 37  # patches of a side for which there are positions: 518 pixels; those of other sizes are interpolated


def untrained(
    pixels: keras.KerasTensor, *, blocks: int = BLOCKS, wide: int = WIDE, positions: int = POSITIONS
) -> keras.Model:
    """Return the transformer with random weights, pixels 0–255 → (height / 14, width / 14, 2 × wide).

    For each patch that is what became of it, and beside it, the same for all, what became of the class token.
    """
    scaled = layers.Rescaling(1 / 127.5, offset=-1, name="scaling")(pixels)
    patches = layers.Conv2D(wide, PATCH, strides=PATCH, name="patches")(scaled)
    x = Tokens(positions, name="tokens")(patches)
    for number in range(blocks):
        x = _block(x, f"block_{number}", wide)
    x = layers.LayerNormalization(epsilon=1e-6, name="norm")(x)
    return keras.Model(pixels, Grid(name="grid")([x, patches]), name="dinov2_small")


def _block(x: keras.KerasTensor, name: str, wide: int) -> keras.KerasTensor:
    normal = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm1")(x)
    attended = Attention(HEADS, name=f"{name}_attention")(layers.Dense(3 * wide, name=f"{name}_qkv")(normal))
    projected = Scaled(name=f"{name}_scale1")(layers.Dense(wide, name=f"{name}_out")(attended))
    x = layers.Add(name=f"{name}_attended")([x, projected])
    normal = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm2")(x)
    wider = layers.Dense(4 * wide, activation="gelu", name=f"{name}_mlp1")(normal)
    return layers.Add(name=f"{name}_add")(
        [x, Scaled(name=f"{name}_scale2")(layers.Dense(wide, name=f"{name}_mlp2")(wider))]
    )


@keras.saving.register_keras_serializable(package="checkup")
class Tokens(layers.Layer):
    """Patches (batch, height, width, wide) → the class token and the patches, each with its position added."""

    def __init__(self, side: int = POSITIONS, **settings: Any) -> None:
        super().__init__(**settings)
        self.side = side

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the class token, and the positions of `side` by `side` patches."""
        self.token = self.add_weight(shape=(1, 1, shape[-1]), initializer="zeros", name="token")
        laid = (1, self.side, self.side, shape[-1])
        self.positions = self.add_weight(shape=laid, initializer="zeros", name="positions")

    def call(self, patches: Any) -> Any:
        """Return (batch, 1 + height × width, wide)."""
        batch, height, width, wide = ops.shape(patches)
        down, across = _cubic(height, self.side), _cubic(width, self.side)
        at = ops.einsum("hi,wj,bijd->bhwd", down, across, ops.cast(self.positions, "float32"))
        flat = ops.reshape(patches + ops.cast(at, patches.dtype), (batch, height * width, wide))
        token = ops.broadcast_to(ops.cast(self.token, flat.dtype), (batch, 1, wide))
        return ops.concatenate([token, flat], axis=1)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of what `call` returns."""
        return shape[0], None, shape[-1]

    def get_config(self) -> dict[str, Any]:
        """Return what the layer is made anew with."""
        return {**super().get_config(), "side": self.side}


def _cubic(count: Any, side: int) -> Any:
    """Return the weights, float32 (count, side), by which cubic interpolation makes `count` places of `side`.

    With a = −0.75 and the edges repeated, as the transformer was taught. `keras.ops.image.resize` has another a on another backend,
    and no size that is not known yet.
    """
    at = (ops.arange(count, dtype="float32") + 0.5) * (side / ops.cast(count, "float32")) - 0.5
    beyond = np.arange(-2, side + 2)
    far = ops.abs(at[:, np.newaxis] - ops.convert_to_tensor(beyond, dtype="float32"))
    near = (1.25 * far - 2.25) * far**2 + 1
    further = -0.75 * (((far - 5) * far + 8) * far - 4)
    weights = ops.where(far <= 1, near, ops.where(far < 2, further, 0.0))
    return ops.matmul(weights, np.eye(side, dtype=np.float32)[np.clip(beyond, 0, side - 1)])


@keras.saving.register_keras_serializable(package="checkup")
class Attention(layers.Layer):
    """Queries, keys and values side by side (batch, tokens, 3 × wide) → what each token takes from all (…, wide)."""

    def __init__(self, heads: int, **settings: Any) -> None:
        super().__init__(**settings)
        self.heads = heads

    def call(self, qkv: Any) -> Any:
        """Return float (batch, tokens, wide). Vaswani et al. 2017."""
        batch, tokens, wide = ops.shape(qkv)[0], ops.shape(qkv)[1], qkv.shape[-1] // 3
        apart = ops.reshape(qkv, (batch, tokens, 3, self.heads, wide // self.heads))
        query, key, value = ops.unstack(ops.transpose(apart, (2, 0, 3, 1, 4)), 3)
        scores = ops.matmul(query * (wide // self.heads) ** -0.5, ops.transpose(key, (0, 1, 3, 2)))
        taken = ops.transpose(ops.matmul(ops.softmax(scores), value), (0, 2, 1, 3))
        return ops.reshape(taken, (batch, tokens, wide))

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of what `call` returns."""
        return (*shape[:-1], (shape[-1] or 0) // 3)

    def get_config(self) -> dict[str, Any]:
        """Return what the layer is made anew with."""
        return {**super().get_config(), "heads": self.heads}


@keras.saving.register_keras_serializable(package="checkup")
class Scaled(layers.Layer):
    """Each channel times a weight of its own (Touvron et al. 2021, LayerScale)."""

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make a weight for each channel."""
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")

    def call(self, x: Any) -> Any:
        """Return x, scaled."""
        return x * self.scale

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of what `call` returns."""
        return shape


@keras.saving.register_keras_serializable(package="checkup")
class Grid(layers.Layer):
    """Tokens and the patches they began as → the tokens where the patches were, and beside each the class token."""

    def call(self, both: Any) -> Any:
        """Take (batch, 1 + height × width, wide) and (batch, height, width, wide); return (batch, height, width, 2 × wide)."""
        tokens, patches = both
        laid = ops.reshape(tokens[:, 1:], ops.shape(patches))
        token = ops.broadcast_to(tokens[:, :1, np.newaxis], ops.shape(patches))
        return ops.concatenate([laid, token], axis=-1)

    def compute_output_shape(self, shapes: list[tuple[int | None, ...]]) -> tuple[int | None, ...]:
        """Return the shape of what `call` returns."""
        _, patches = shapes
        return (*patches[:-1], 2 * (patches[-1] or 0))
